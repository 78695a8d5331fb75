"""Pages while 24 clients dribble a form, against the same pages without them: `bench.dribble` on a server of our own."""

from bench.dribble import BYTES_PER_SECOND, CLIENTS, dribbling, measure, percentiles
from bench.load_server import behind_nginx, serving
from bench.results import Results

SECONDS = 15
# [P] of the p95 of all pages together: two cores that also run the clients are not as still as that
TIMES_ALONE = 2


def all_rows(results: Results, *, nginx: bool = False) -> None:
    with serving() as address:
        if not nginx:
            _rows(results, address, "dribble.gunicorn")
            return
        with behind_nginx(address) as before:
            if before is None:
                raise SystemExit("bench: nginx is not installed (apt-get install nginx-light).")
            _rows(results, before, "dribble.nginx")


def _rows(results: Results, address: str, name: str) -> None:
    measure(address, 2)  # templates are loaded, connections opened
    alone = measure(address, SECONDS / 3)
    with dribbling(address) as crowd:
        during = measure(address, SECONDS)
        ended = [each.ended for each in crowd if each.ended]
    note = f"{CLIENTS} clients at {BYTES_PER_SECOND} bytes a second, every request a connection of its own"
    for page, (times, _errors) in during.items():
        (a50, a95), (w50, w95) = percentiles(alone[page][0]), percentiles(times)
        print(f"    {page:<28} p50 {w50:.0f} ms, p95 {w95:.0f} ms; without them {a50:.0f} and {a95:.0f} ms")
    all_alone = percentiles([each for times, _errors in alone.values() for each in times])
    all_during = percentiles([each for times, _errors in during.values() for each in times])
    told = f"{note}; p95 {all_during[1]:.0f} ms against {all_alone[1]:.0f} ms without them"
    results.add(f"{name}.p95_times_alone", all_during[1] / all_alone[1], "×", TIMES_ALONE, note=told)
    asked = sum(len(times) for times, _errors in during.values())
    results.add(
        f"{name}.errors", sum(errors for _t, errors in during.values()), "answers", 0, note=f"{note}; of {asked}"
    )
    results.add(f"{name}.senders_cut_off", len(ended), "clients", 0, note=note)
