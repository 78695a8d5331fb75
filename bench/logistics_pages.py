"""The pages of logistics on the nation: boards of the largest and of the smallest regency, of a province and the nation."""

from django.db import connection
from django.urls import reverse

from bench.pages import FIRST_VIEW_KB, STATEMENTS, TIMES_EMPTY, Measured, measure
from bench.results import Results
from districts.models import Election, User

KECAMATAN = "64.08.11"
# a board above regencies counts every parcel below it: it is held to a time and not to the empty page
SECONDS_ABOVE = 1.0


def regencies(election: Election) -> tuple[str, str]:
    """The regency with the most TPS that have parcels, and the one with the fewest."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT left(station.kecamatan_code, 5) FROM logistics_parcel parcel
               JOIN districts_pollingstation station ON station.id = parcel.polling_station_id
               WHERE parcel.election_id = %s GROUP BY 1 ORDER BY count(*) DESC""",
            [election.pk],
        )
        codes = [code for (code,) in cursor.fetchall()]
    return codes[0], codes[-1]


def addresses(election: Election) -> dict[str, str]:
    """name: address; all for somebody who sees the nation."""
    largest, smallest = regencies(election)
    return {
        "board_largest_regency": reverse("logistics", args=[largest]),
        "board_smallest_regency": reverse("logistics", args=[smallest]),
        "kecamatan": reverse("logistics_kecamatan", args=[KECAMATAN]),
        "board_province": reverse("logistics", args=["64"]),
        "board_nation": reverse("logistics_nation"),
    }


def all_pages(results: Results, user: User, election: Election, note: str) -> dict[str, tuple[Measured, float]]:
    """Measure each page as `user` and write its rows; what was measured, by name."""
    found = {name: measure(user, address) for name, address in addresses(election).items()}
    smallest = found["board_smallest_regency"][0]
    for name, (page, ratio) in found.items():
        results.add(f"logistics.page.{name}.statements", page.statements, "statements", STATEMENTS, note=note)
        results.add(f"logistics.page.{name}.gzipped", page.kilobytes, "kB", FIRST_VIEW_KB, note=note)
        text = f"{note}; {ratio:.1f}× empty"
        if name in ("board_province", "board_nation"):
            results.add(f"logistics.page.{name}.seconds", page.seconds, "s", SECONDS_ABOVE, note=text)
        else:
            text = f"{note}; {page.seconds * 1000:.1f} ms"
            results.add(f"logistics.page.{name}.times_empty", ratio, "×", TIMES_EMPTY, note=text)
    growth = found["board_largest_regency"][0].statements - smallest.statements
    results.add("logistics.page.board_regency.statements_growth", growth, "statements", 0, note=note)
    return found
