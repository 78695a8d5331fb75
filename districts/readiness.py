"""How a colour is made: measure, grade, roll up (DOMAIN 6.2, 6.4). Three SQL statements for any number of kecamatan,
two more for each level above. Only rows that differ are written, so work is proportional to the change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from districts import grading_sql, snapshot_sql, weeks
from districts.curves import DEADLINE_WINDOW_DAYS, RATIO_MARGIN, Clock, Point, margin, step_at, target_at
from districts.measures import Source
from districts.models import (
    ClosedDay,
    DimensionScore,
    Election,
    Grade,
    Indicator,
    Readiness,
    RollUp,
    Rule,
    StaleKecamatan,
)

#: Kecamatan in one transaction: bounds how long a roll-up of the nation keeps the election's lock and its memory.
CHUNK = 1000
#: From this many kecamatan on the planner may not choose nested loops: on tables nobody analysed yet it believes in one
#: row and takes minutes (measured: over 60 s against 0.5 s for 1,000 kecamatan).
MANY = 50
#: The zone whose midnight closes the nation's day too: WIB, the last of the three to reach it.
NATION_ZONE = next(iter(weeks.ZONES))


@dataclass(frozen=True, slots=True)
class Changes:
    """What a roll-up wrote."""

    kecamatan: int
    rows: int


def sources() -> list[Source]:
    """The readiness sources of the settings, in their order."""
    return [import_string(path) for path in settings.READINESS_SOURCES]


def voting_kecamatan(election: Election) -> list[str]:
    """Codes of all kecamatan that vote, in order; that of a village where only the village votes (a re-vote)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kecamatan_id FROM districts_votingkecamatan WHERE election_id = %s ORDER BY kecamatan_id",
            [election.pk],
        )
        return [code for (code,) in cursor.fetchall()]


def roll_up(election: Election, codes: Iterable[str] | None = None, *, now: datetime) -> Changes:
    """Grade the kecamatan `codes` (all that vote when None) as of `now` and everything above them.

    Facts later than `now` do not count, so a past day can be made again. About 15 statements a chunk of 1,000.
    """
    wanted = voting_kecamatan(election) if codes is None else sorted(set(codes))
    rows = 0
    for start in range(0, len(wanted), CHUNK):
        with transaction.atomic():
            lock(election)
            rows += roll_up_locked(election, wanted[start : start + CHUNK], now=now)
    return Changes(len(wanted), rows)


def lock(election: Election) -> None:
    """One roll-up of an election at a time. Each statement after it sees all that earlier roll-ups committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('districts.readiness'), %s)", [election.pk])


def roll_up_locked(election: Election, codes: Sequence[str], *, now: datetime, known_by: datetime | None = None) -> int:
    """The body of `roll_up` for one chunk; the caller holds the lock and the transaction. Returns rows written.

    `known_by`: facts recorded later do not count (default `now`).
    """
    started = datetime.now(tz=now.tzinfo)
    parameters = _parameters(election, codes, now) | {"known_by": known_by or now}
    with connection.cursor() as cursor:
        if len(codes) >= MANY:
            cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(grading_sql.grade(sources()), parameters)
        written, touched = cursor.fetchone()
        for level in (8, 5, 2, 0):
            units = sorted({code[:level] for code in codes})
            above = parameters | {"units": units, "touched": sorted({code[:level] for code in touched or []})}
            for statement in grading_sql.roll_up(level):
                cursor.execute(statement, above)
                written += cursor.rowcount
    RollUp.objects.create(
        election=election,
        started_at=started,
        finished_at=datetime.now(tz=now.tzinfo),
        kecamatan_count=len(codes),
        rows_changed=written,
    )
    return written


def rebuild(election: Election, *, now: datetime) -> Changes:
    """Throw the derived rows of an election away and make them from the facts: the same rows again.

    One transaction: pages show the old rows until the new ones are there, and a rebuild that dies changes nothing.
    """
    with transaction.atomic():
        lock(election)
        with connection.cursor() as cursor:
            for model in (Grade, DimensionScore, Readiness):
                cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE election_id = %s", [election.pk])
        return roll_up(election, now=now)


def forget_leavers(election: Election) -> None:
    """Remove the derived rows of regions that no longer vote, or they would count in the regions above for ever.

    The caller marks those that still vote stale.
    """
    voting = voting_kecamatan(election)
    kept = {code[:length] for code in voting for length in (2, 5, 8)}
    with transaction.atomic():
        lock(election)
        Grade.objects.filter(election=election).exclude(kecamatan__in=voting).delete()
        DimensionScore.objects.filter(election=election, region__isnull=False).exclude(region__in=kept).delete()
        Readiness.objects.filter(election=election, region__isnull=False).exclude(region__in=kept).delete()


def close_day(election: Election, zone: str, day: date) -> None:
    """Close the local `day` of `zone`: what was still to be rolled up is, as of the day's end, then the figures are kept.

    The caller's transaction holds all of it. A day that beat slept through is closed late, with what is known by then;
    of several such days only the last is, since of the others nobody knows any more what was known.
    """
    end = weeks.end_of(day, zone)
    lock(election)
    waiting = StaleKecamatan.objects.filter(election=election, kecamatan__time_zone=zone)
    codes = sorted(set(waiting.values_list("kecamatan_id", flat=True)))
    for start in range(0, len(codes), CHUNK):
        roll_up_locked(election, codes[start : start + CHUNK], now=end)
    take_snapshot(election, zone, day)


def take_snapshot(election: Election, zone: str, day: date) -> None:
    """Keep the figures of the regions in `zone` as those of the end of `day`, and close it. A day that is closed, or
    before one that is, never changes: the database refuses it too (migration 0016).
    """
    parameters: dict[str, Any] = {
        "election": election.pk,
        "zone": zone,
        "day": day,
        "at": weeks.end_of(day, zone),
        "nation": zone == NATION_ZONE,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        lock(election)
        if ClosedDay.objects.filter(election=election, time_zone=zone, day__gte=day).exists():
            return
        for statement in snapshot_sql.SNAPSHOT:
            cursor.execute(statement, parameters)
        ClosedDay.objects.create(election=election, time_zone=zone, day=day, taken_at=timezone.now())


def _clocks(election: Election, now: datetime) -> dict[str, Clock]:
    return {
        zone: Clock(election.h_minus(zone, now), weeks.days_left(election.voting_day, zone, now))
        for zone in weeks.ZONES
    }


def _parameters(election: Election, codes: Sequence[str], now: datetime) -> dict[str, Any]:
    """The moment as arrays: one entry per time zone, and today's targets per zone, kecamatan sulit and indicator."""
    clocks = _clocks(election, now)
    targets = [
        (zone, is_hard, indicator.code, *todays_target(indicator, clock, is_hard=is_hard))
        for indicator in Indicator.objects.prefetch_related("target_points")
        for zone, clock in clocks.items()
        for is_hard in (False, True)
    ]
    columns = zip(*targets, strict=True)
    names = ("t_zone", "t_hard", "t_indicator", "t_due", "t_target", "t_margin", "t_passed")
    return {
        "election": election.pk,
        "at": now,
        "codes": list(codes),
        "stale_before": now - timedelta(days=settings.STALE_AFTER_DAYS),
        "zones": list(clocks),
        "todays": [weeks.local_date(zone, now) for zone in clocks],
        "hs": [clock.h_minus for clock in clocks.values()],
        **dict(zip(names, map(list, columns), strict=True)),
    }


def todays_target(indicator: Indicator, clock: Clock, *, is_hard: bool) -> tuple[bool, float | None, float, bool]:
    """`(is_due, target, amber margin, deadline passed)` of an indicator where the clock stands (DOMAIN 6.2).

    Due without a target where the rule needs milestones and the indicator has none: such a row is grey, never silent.
    """
    points = [Point(point.h_minus, point.hour, point.target) for point in indicator.target_points.all()]
    if not points and indicator.rule in (Rule.CURVE, Rule.RATIO, Rule.DEADLINE):
        return True, None, 0.0, False
    shift = indicator.hard_shift_days if is_hard else 0
    if indicator.rule == Rule.CURVE:
        target = target_at(points, clock, shift_days=shift)
        return target is not None, target, margin(clock.h_minus), False
    if indicator.rule == Rule.RATIO:
        target = step_at(points, clock)
        return target is not None, target, RATIO_MARGIN, False
    if indicator.rule == Rule.DEADLINE:
        left = clock.h_minus - points[0].h_minus - shift
        return left <= DEADLINE_WINDOW_DAYS, 1.0, 0.0, left < 0
    return True, 100.0 if indicator.rule == Rule.REACH else indicator.green_max, 0.0, False
