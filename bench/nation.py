"""The nation to measure on: every region, every TPS, an election everywhere and one report of each kecamatan."""

import csv
import os
import random
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from districts import readiness
from districts.access import Role
from districts.models import (
    DEFAULT_PATTERNS,
    Assignment,
    Contest,
    Election,
    ExpectedReport,
    Issue,
    Report,
    SecurityPattern,
    User,
)
from districts.reports.expecting import expect_reports

#: Real TPS per village, where somebody put the file; else counts of the same shape are made up.
TPS_FILE = Path(os.environ.get("BENCH_TPS", Path(__file__).resolve().parents[2] / "shared/data/tps_2024_02.csv.gz"))
TPS_TOTAL = 818_908  # domestic TPS of February 2024 in villages of the registry
SMALL = "64.08"  # Kutai Timur, 18 kecamatan


def load_regions() -> None:
    call_command("load_regions", verbosity=0)


def load_stations(folder: Path) -> str:
    """Load all TPS and give them voters; says where the counts came from."""
    source = "real counts" if TPS_FILE.exists() else "generated counts"
    call_command("load_tps", str(TPS_FILE if TPS_FILE.exists() else _made_up(folder)), verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE districts_pollingstation SET voters_male = 100 + number %% 40, voters_female = 110 + number %% 30,"
            " police_category = CASE WHEN number %% 9 = 0 THEN 'rawan' ELSE 'kurang_rawan' END"
            " WHERE voters_male IS NULL",
            [],
        )
        cursor.execute("VACUUM ANALYZE districts_pollingstation")
    return source


def _made_up(folder: Path) -> Path:
    """Counts per village that add up to `TPS_TOTAL`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM districts_region WHERE level = 4 ORDER BY code")
        villages = [code for (code,) in cursor.fetchall()]
    dice = random.Random(1)
    cuts = sorted(dice.sample(range(1, TPS_TOTAL), len(villages) - 1))
    path = folder / "tps.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["village_code", "tps_regular", "tps_special"])
        for village, low, high in zip(villages, [0, *cuts], [*cuts, TPS_TOTAL], strict=True):
            writer.writerow([village, min(high - low, 900), 0])
    return path


def make_election(slug: str, codes: list[str]) -> Election:
    """An election 12 days ahead of the regions `codes`, its expected reports and a report of each kecamatan."""
    today = timezone.localdate()
    election = Election.objects.create(
        slug=slug,
        name=slug,
        voting_day=today + timedelta(days=12),
        reporting_from=today - timedelta(days=14),
        reporting_until=today + timedelta(days=15),
    )
    election.regions.set(codes)
    kinds = {2: Contest.Kind.GOVERNOR, 5: Contest.Kind.REGENT}
    Contest.objects.bulk_create(Contest(election=election, region_id=code, kind=kinds[len(code)]) for code in codes)
    SecurityPattern.objects.bulk_create(
        SecurityPattern(election=election, category=category, police=police, tps=tps, linmas=linmas)
        for category, (police, tps, linmas) in DEFAULT_PATTERNS.items()
    )
    expect_reports(election)
    make_reports(election)
    vacuum()
    return election


def vacuum() -> None:
    """What autovacuum does in time: without it the planner believes in the tables of a minute ago."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def make_reports(election: Election) -> None:
    """One plausible report of each kecamatan for the slot that is open now, and an issue in every fifth."""
    totals = _totals()
    now = timezone.now()
    author = people(election)["camat"]
    open_slots = ExpectedReport.objects.filter(election=election, opens_at__lte=now).order_by(
        "kecamatan_id", "-opens_at"
    )
    reports = [
        _report(expected, totals.get(expected.kecamatan_id, (0, 0, 0)), author, now)
        for expected in open_slots.distinct("kecamatan_id")
    ]
    Report.objects.bulk_create(reports, batch_size=500)
    Issue.objects.bulk_create(
        [
            Issue(
                election=election, kecamatan_id=report.kecamatan_id, kind="kendala", category="logistik", level=2,
                title="Kotak basah", raised_by=author, raised_at=now, due_at=now + timedelta(days=2), report=report,
            )
            for report in reports[::5]
        ],
        batch_size=1000,
    )  # fmt: skip


def silence(election: Election) -> None:
    """Take the report of some kecamatan away, so that the list of who has not reported has something to list."""
    with connection.cursor() as cursor:
        quiet = "election_id = %s AND right(kecamatan_id, 1) IN ('3', '8')"
        cursor.execute(f"DELETE FROM districts_issue WHERE {quiet}", [election.pk])
        cursor.execute(f"DELETE FROM districts_report WHERE {quiet}", [election.pk])
    readiness.roll_up(election, now=timezone.now())
    vacuum()


def _totals() -> dict[str, tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kecamatan_code, count(*), sum(voters), count(DISTINCT village_id)"
            " FROM districts_pollingstation GROUP BY 1"
        )
        return {code: (tps, int(voters or 0), villages) for code, tps, voters, villages in cursor.fetchall()}


def _report(expected: ExpectedReport, totals: tuple[int, int, int], author: User, now) -> Report:
    tps, voters, villages = totals
    share = 0.6 + (hash(expected.kecamatan_id) % 40) / 100
    part = int(tps * share)
    return Report(
        expected=expected, kecamatan_id=expected.kecamatan_id, election_id=expected.election_id, due_at=expected.due_at,
        h_minus=expected.h_minus, revision=1, submitted_by=author, submitted_at=now, submitted_on=now.date(),
        content_digest="0" * 64, receipt=f"{expected.pk:09d}", tps_total=tps, voters_total=voters,
        village_total=villages, general_condition="kondusif", has_obstacle=False, warehouse_dry=True,
        warehouse_locked=True, warehouse_guarded=share > 0.8, warehouse_lit=True, warehouse_flood_safe=True,
        tps_route_final=part, tps_at_ppk=0, tps_at_pps=0, tps_at_kpps=0, kpps_filled=7 * tps, kpps_trained=7 * part,
        ptps_filled=part, notices_delivered=int(voters * share / 2), voters_duplicate=0, voters_ineligible=0,
        voters_unlisted=0, personnel_polri=part, personnel_tni=2, personnel_satpol_pp=2, personnel_linmas=2 * tps,
        personnel_damkar=1, linmas_trained=2 * part, security_events=0, tps_line_tested=part, tps_without_power=0,
        tps_with_backup_power=0, outreach_stages=1, outreach_neutrality=1, outreach_peace=0,
        peace_declared_on=now.date() - timedelta(days=40), fpk_met_on=now.date() - timedelta(days=20),
        rakor_met_on=now.date() - timedelta(days=6), disasters=["NO"], staff_screened=part, staff_sick=0,
        hints_money=0, hints_black_campaign=0, hints_hoax=0, hints_sara=0,
    )  # fmt: skip


def people(election: Election) -> dict[str, User]:
    """One person per kind of reader."""
    cast = {
        "camat": (Role.REPORTER, "64.08.11"),
        "desk": (Role.DESK, "64.08"),
        "nasional": (Role.OBSERVER, None),
        "kosong": None,
    }
    found = {}
    for username, grant in cast.items():
        user, is_new = User.objects.get_or_create(username=f"bench-{username}", defaults={"name": username})
        if is_new and grant:
            Assignment.objects.create(user=user, role=grant[0], region_id=grant[1])
        found[username] = user
    return found


def remove(election: Election) -> None:
    """Take an election and all that hangs on it away."""
    with connection.cursor() as cursor:
        for table in (
            "issue", "report", "expectedreport", "grade", "dimensionscore", "readiness", "stalekecamatan", "rollup",
            "zoneclock", "contest", "securitypattern",
        ):  # fmt: skip
            cursor.execute(f"DELETE FROM districts_{table} WHERE election_id = %s", [election.pk])
    election.delete()
