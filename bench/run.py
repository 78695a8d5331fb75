"""The whole measurement, in order: load, few kecamatan, the nation."""

import tempfile
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from bench import (
    audit,
    downloads,
    dribbling,
    load,
    logistics,
    logistics_acts,
    logistics_pages,
    nation,
    neutrality,
    pages,
    past,
    rollups,
    season,
)
from bench.results import Results
from districts.models import Election, Region

ONE = "64.08.11"


def main() -> None:
    settings.ROOT_URLCONF = "bench.urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    results = Results()
    call_command("migrate", verbosity=0)
    if Region.objects.exists():
        raise SystemExit("bench: this database is not empty; give it one of its own.")
    started = perf_counter()
    nation.load_regions()
    results.add("districts.load_regions", perf_counter() - started, "s", 20, note="91,599 regions")
    with tempfile.TemporaryDirectory() as folder:
        started = perf_counter()
        source = nation.load_stations(Path(folder))
        results.add(
            "districts.load_tps",
            perf_counter() - started,
            "s",
            90,
            note=f"{nation.TPS_TOTAL:,} TPS, {source}, voters set",
        )
    downloads.all_rows(results, source)
    few = nation.make_election("kutim", [nation.SMALL])
    rollups.readiness.roll_up(few, now=timezone.now())
    nation.silence(few)
    small_pages = pages.all_pages(nation.people(few), few)
    Election.objects.update(is_active=False)

    everywhere = nation.make_election("nasional", list(Region.objects.provinces().values_list("code", flat=True)))
    note = f"7,285 kecamatan, {source}"
    rollups.full(results, everywhere, note)
    nation.vacuum()
    (small_time, small_statements), (time, statements) = rollups.one([few, everywhere], ONE)
    nation.remove(few)
    growth = f"{note}; {time * 1000:.1f} ms against {small_time * 1000:.1f} ms at 18 kecamatan"
    results.add("districts.rollup.one.growth_18_to_7285", time / small_time, "×", 1.2, note=growth)
    results.add("districts.rollup.one.statements", statements, "statements", 20, note=note)
    results.add("districts.rollup.one.statements_growth", statements - small_statements, "statements", 0, note=note)
    results.add("districts.rollup.full.peak_memory", rollups.peak_memory(everywhere), "MiB", 300, note=note)
    nation.silence(everywhere)
    large_pages = pages.all_pages(nation.people(everywhere), everywhere)
    pages.report(results, small_pages, large_pages, note)
    people = nation.people(everywhere)
    audit.report_write(results, note)
    past.all_rows(results, everywhere, people, note)
    logistics.all_rows(results, everywhere, people["camat"].pk, note)
    logistics_acts.handover(results, everywhere, note)
    logistics_pages.all_pages(results, people["nasional"], everywhere, note)
    neutrality.all_rows(results, everywhere, nation.people(everywhere)["camat"].pk, note)
    load.all_rows(results, everywhere, note)
    dribbling.all_rows(results)
    season.all_rows(results, note)
    results.write()
    print("\n" + results.table())
    missed = [row["name"] for row in results.rows if not row["met"]]
    print(
        f"\n{len(results.rows) - len(missed)} of {len(results.rows)} aims met."
        + (f" Not met: {', '.join(map(str, missed))}" if missed else "")
    )
