"""The outbox: the write that changes a fact marks its kecamatan stale in the same transaction; Celery is only woken."""

import logging
from collections.abc import Iterable

from celery import current_app
from django.db import transaction
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


def wake() -> None:
    """Tell a worker that there is something in the outbox. A broker that is down only delays: beat sweeps it later."""
    try:
        current_app.send_task("districts.tasks.drain", retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("broker unreachable, the sweep will drain the outbox: %s", error)
