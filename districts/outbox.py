"""The outbox: the write that changes a fact marks its kecamatan stale in the same transaction; Celery is only woken."""

import logging
from collections.abc import Iterable

from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from districts.models import Election, StaleKecamatan

logger = logging.getLogger(__name__)


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
    SELECT DISTINCT election.id, kecamatan.code, statement_timestamp(), %(cause)s
    FROM districts_election AS election
    JOIN districts_election_regions AS voting ON voting.election_id = election.id
    JOIN districts_region AS kecamatan
      ON voting.region_id IN (left(kecamatan.code, 2), left(kecamatan.code, 5), kecamatan.code)
    WHERE election.is_active AND kecamatan.level = 3
      AND (%(codes)s::text[] IS NULL OR kecamatan.code = ANY(%(codes)s))
    ORDER BY 1, 2
"""


def mark_all_stale(*, cause: str, codes: Iterable[str] | None = None) -> int:
    """Ask for a new colour of every kecamatan (or of `codes`) in every active election it votes in; how many rows.

    For facts that belong to no election: thresholds, polling stations, the registry. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(MARK_ALL, {"cause": cause, "codes": None if codes is None else sorted(set(codes))})
        marked = cursor.rowcount
    if marked:
        transaction.on_commit(wake)
    return marked


def wake() -> None:
    """Tell a worker that there is something in the outbox. A broker that is down only delays: beat sweeps it later."""
    try:
        current_app.send_task("districts.tasks.drain", retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("broker unreachable, the sweep will drain the outbox: %s", error)
