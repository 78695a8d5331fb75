"""Pages as of a past day against the same pages now, and what it costs to close a day of the nation."""

from time import perf_counter

from django.utils import timezone

from bench import pages
from bench.results import Results
from districts import readiness, weeks
from districts.frame import region_href
from districts.models import Election, User

CLOSE_SECONDS = 60  # [P] at midnight, in the background
TIMES_NOW = 1.5
PLACES = {"nation": ("nasional", ""), "regency": ("desk", "64.08"), "kecamatan": ("desk", "64.08.11")}


def all_rows(results: Results, election: Election, people: dict[str, User], note: str) -> None:
    day = weeks.local_date(readiness.NATION_ZONE, timezone.now()) - weeks.ONE_DAY
    started = perf_counter()
    for zone in reversed(weeks.ZONES):
        readiness.take_snapshot(election, zone, day)
    results.add("districts.past.close_day", perf_counter() - started, "s", CLOSE_SECONDS, note=note)
    for name, (who, code) in PLACES.items():
        now, _ = pages.measure(people[who], region_href(code))
        then, _ = pages.measure(people[who], region_href(code, day))
        told = f"{note}; {then.seconds * 1000:.1f} ms against {now.seconds * 1000:.1f} ms"
        results.add(f"districts.past.{name}.times_now", then.seconds / now.seconds, "×", TIMES_NOW, note=told)
        results.add(
            f"districts.past.{name}.statements_more", then.statements - now.statements, "statements", 0, note=told
        )
