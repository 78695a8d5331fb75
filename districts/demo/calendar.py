"""The simulated election: twelve days ahead of the day it is loaded, with the calendar of 2024 moved to its voting day."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

from districts import weeks
from districts.models import DEFAULT_PATTERNS, Contest, Election, Region, SecurityPattern, Stage
from districts.reports.expecting import expect_reports

SLUG = "simulasi-kaltim"
NAME = "Pilkada Kalimantan Timur (simulasi)"
ZONE = "Asia/Makassar"
DAYS_AHEAD = 12
WEEKS_OF_REPORTS = 8
REPORTS_AFTER = 9  # days; boxes come back and a re-vote is possible until H+9 [S69]
VOTED_2024 = date(2024, 11, 27)
STAGES = Path(__file__).resolve().parent.parent / "data" / "stages.csv"


def make_election(regencies: tuple[str, ...], *, now: datetime) -> Election:
    """The election with contests, stages, security patterns and the reports it expects."""
    today = weeks.local_date(ZONE, now)
    voting_day = today + timedelta(days=DAYS_AHEAD)
    election = Election.objects.create(
        slug=SLUG,
        name=NAME,
        voting_day=voting_day,
        reporting_from=weeks.monday_of(today) - WEEKS_OF_REPORTS * weeks.ONE_WEEK,
        reporting_until=voting_day + timedelta(days=REPORTS_AFTER),
        is_simulation=True,
    )
    election.regions.set(Region.objects.filter(code__in=regencies))
    Contest.objects.create(election=election, region_id="64", kind=Contest.Kind.GOVERNOR)
    Contest.objects.bulk_create(
        Contest(election=election, region_id=code, kind=Contest.Kind.REGENT) for code in regencies
    )
    Stage.objects.bulk_create(_stages(election, voting_day - VOTED_2024))
    SecurityPattern.objects.bulk_create(
        SecurityPattern(election=election, category=category, police=police, tps=tps, linmas=linmas)
        for category, (police, tps, linmas) in DEFAULT_PATTERNS.items()
    )
    expect_reports(election)
    return election


def _stages(election: Election, moved: timedelta) -> list[Stage]:
    """The stages of DOMAIN 2.1, which `stages.csv` gives with their dates of 2024."""
    with STAGES.open(newline="", encoding="utf-8") as lines:
        return [
            Stage(
                election=election,
                name=row["name"],
                starts_on=date.fromisoformat(row["starts_on"]) + moved,
                ends_on=date.fromisoformat(row["ends_on"]) + moved,
                basis=row["basis"],
            )
            for row in csv.DictReader(lines)
        ]
