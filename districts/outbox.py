"""The outbox: the write that changes a fact marks its kecamatan stale in the same transaction; Celery is only woken.

What is drained is decided by rows in Postgres alone, so a lost message, a dead worker or a flushed Redis delays a
colour and never loses one.
"""

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from districts import readiness, weeks
from districts.models import Election, Region, StaleKecamatan, ZoneClock
from districts.models.regions import REGENCY_LENGTH
from districts.reports.expecting import expect_reports

logger = logging.getLogger(__name__)

BATCH = 1000  # outbox rows in one transaction
#: Seconds in which nobody is woken after a wake that failed: a broker that hangs slows one request, not every one.
QUIET_AFTER_FAILURE = 30.0
#: Hosts' clocks differ: a live roll-up counts every fact that is committed, also one stamped a little ahead.
CLOCK_SKEW = timedelta(days=1)


def mark_stale(election: Election | int, codes: Iterable[str], *, cause: str) -> None:
    """Ask for a new colour of the kecamatan `codes`, in the caller's transaction; wakes a worker after it commits.

    One statement. Safe to repeat: the drain folds many rows of a kecamatan into one roll-up.
    """
    election_id = election if isinstance(election, int) else election.pk
    rows = [StaleKecamatan(election_id=election_id, kecamatan_id=code, cause=cause) for code in sorted(set(codes))]
    if rows:
        StaleKecamatan.objects.bulk_create(rows)
        transaction.on_commit(wake)


MARK_ALL = """
    INSERT INTO districts_stalekecamatan (election_id, kecamatan_id, marked_at, cause)
    SELECT voting.election_id, voting.kecamatan_id, statement_timestamp(), %(cause)s
    FROM districts_votingkecamatan voting
    JOIN districts_election election ON election.id = voting.election_id AND election.is_active
    WHERE voting.election_id = COALESCE(%(election)s, voting.election_id)
      AND voting.time_zone = COALESCE(%(zone)s, voting.time_zone)
      AND (%(codes)s::text[] IS NULL OR voting.kecamatan_id = ANY (%(codes)s))
    ORDER BY 1, 2
"""


def mark_all_stale(
    *, cause: str, codes: Iterable[str] | None = None, election: Election | None = None, zone: str | None = None
) -> int:
    """Ask for a new colour of every voting kecamatan (of `codes`, one election, one time zone); how many rows.

    For facts that belong to no one report: thresholds, polling stations, the registry, time. One statement.
    """
    parameters: dict[str, Any] = {
        "cause": cause,
        "codes": None if codes is None else sorted(set(codes)),
        "election": election.pk if election else None,
        "zone": zone,
    }
    with connection.cursor() as cursor:
        cursor.execute(MARK_ALL, parameters)
        marked = cursor.rowcount
    if marked:
        transaction.on_commit(wake)
    return marked


def mark_regencies_stale(*, cause: str, codes: Iterable[str], election: Election | None = None) -> int:
    """`mark_all_stale` for every kecamatan in the regencies of `codes`: goods are shared by a regency, so a change in one
    kecamatan is a change for its neighbours. Two statements.
    """
    regencies = {code[:REGENCY_LENGTH] for code in codes}
    kecamatan = Region.objects.kecamatan().filter(parent__in=regencies).values_list("code", flat=True)
    return mark_all_stale(cause=cause, codes=kecamatan, election=election)


_quiet_until = 0.0  # on the monotonic clock of this process


def wake() -> None:
    """Tell a worker that there is something in the outbox. A broker that is down only delays: the sweep drains it.

    Within 2 s, as the broker's timeouts in the settings allow; at once for a while after a failure.
    """
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        current_app.send_task("districts.tasks.drain", retry=False)
    except (OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_AFTER_FAILURE
        logger.warning("broker unreachable, the sweep will drain the outbox: %s", error)


def drain() -> int:
    """Let time pass where it has, then roll up all that is stale. Returns how many kecamatan were rolled up.

    Several drains may run at once: each takes rows the others have not (`SKIP LOCKED`), and one election is rolled up
    by one of them at a time. A drain that dies gives its rows back with its transaction.
    """
    pass_time(now=timezone.now())
    total = 0
    while count := _drain_batch():
        total += count
    return total


def _drain_batch() -> int:
    with transaction.atomic():
        taken = _take()
        if not taken:
            return 0
        election = Election.objects.get(pk=taken[0][1])
        readiness.lock(election)
        now = timezone.now()
        codes = sorted({code for _pk, _election, code in taken})
        readiness.roll_up_locked(election, codes, now=now, known_by=now + CLOCK_SKEW)
        return len(codes)


def _take() -> list[tuple[int, int, str]]:
    """Delete and return outbox rows of one election: `(pk, election, kecamatan)`, oldest first, none that is taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH oldest AS (
                SELECT election_id FROM districts_stalekecamatan ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
            ), taken AS (
                SELECT id FROM districts_stalekecamatan WHERE election_id = (SELECT election_id FROM oldest)
                ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
            )
            DELETE FROM districts_stalekecamatan stale USING taken WHERE stale.id = taken.id
            RETURNING stale.id, stale.election_id, stale.kecamatan_id
            """,
            [BATCH],
        )
        rows: list[tuple[int, int, str]] = cursor.fetchall()
        return rows


def pass_time(*, now: datetime) -> None:
    """Mark the kecamatan of a time zone stale when a midnight, an opening, a deadline or (from H-2) an hour has passed.

    What has passed is compared with a row, so a beat that slept loses nothing. At a new day the old day's colours are
    kept first. Two statements when nothing has passed.
    """
    done = {(clock.election_id, clock.time_zone): clock.rolled_up_to for clock in ZoneClock.objects.all()}
    for election in Election.objects.filter(is_active=True):
        for zone in reversed(weeks.ZONES):  # as midnight comes: the nation's day is closed last
            today = weeks.local_date(zone, now)
            is_reporting = election.reporting_from <= today <= election.reporting_until + weeks.ONE_DAY
            if not is_reporting and (election.pk, zone) in done:
                continue  # a first look colours every kecamatan, so that no region above is judged by a few of its own
            boundary = weeks.last_boundary(election.voting_day, zone, election.slots(zone), now)
            if done.get((election.pk, zone), boundary - weeks.ONE_DAY) < boundary:
                _pass_boundary(election, zone, boundary, now=now)


@transaction.atomic
def _pass_boundary(election: Election, zone: str, boundary: datetime, *, now: datetime) -> None:
    yesterday = weeks.local_date(zone, now) - weeks.ONE_DAY
    clock, is_new = ZoneClock.objects.select_for_update().get_or_create(
        election=election, time_zone=zone, defaults={"rolled_up_to": boundary, "snapshot_day": yesterday}
    )
    if not is_new and clock.rolled_up_to >= boundary:
        return  # another drain was here first
    if is_new or clock.snapshot_day is None or clock.snapshot_day < yesterday:
        expect_reports(election)  # also of kecamatan that joined the registry since
    if clock.snapshot_day is None or clock.snapshot_day < yesterday:
        readiness.close_day(election, zone, yesterday)
        clock.snapshot_day = yesterday
    clock.rolled_up_to = boundary
    clock.save(update_fields=["rolled_up_to", "snapshot_day"])
    mark_all_stale(cause="time", election=election, zone=zone)
