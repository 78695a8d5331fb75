"""Beat that may run on several hosts: each holds or waits for one lease, and only its holder dispatches.

The lease is a row renewed by one conditional statement at each tick. It needs no session, so it holds behind PgBouncer
in transaction mode, and it reads no clock but the database's. A holder that says goodbye gives it back; one that is
dead loses it after BEAT_LEASE_SECONDS. One that stands still between renewing and sending may send one message late:
every task of the schedule is idempotent.
"""

import logging
import os
import socket
from typing import Any

from celery.beat import Scheduler
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

logger = logging.getLogger(__name__)

#: Takes a lease that is free, ours or over; no row comes back while another beat holds it.
TAKE = """
    INSERT INTO pilkada_beatlease AS lease (id, holder, since, ticked_at, until)
    VALUES (1, %(holder)s, clock_timestamp(), clock_timestamp(), clock_timestamp() + %(seconds)s * interval '1 second')
    ON CONFLICT (id) DO UPDATE SET
        holder = EXCLUDED.holder, ticked_at = EXCLUDED.ticked_at, until = EXCLUDED.until,
        since = CASE WHEN lease.holder = EXCLUDED.holder THEN lease.since ELSE EXCLUDED.since END
    WHERE lease.holder = EXCLUDED.holder OR lease.until < clock_timestamp()
    RETURNING id
"""
GIVE_BACK = (
    "UPDATE pilkada_beatlease SET until = clock_timestamp() WHERE holder = %(holder)s AND until > clock_timestamp()"
)


def take_lease(holder: str, *, seconds: float) -> bool:
    """Renew or take the lease of `holder` for `seconds`; False while somebody else has it. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"holder": holder, "seconds": seconds})
        return cursor.fetchone() is not None


def give_back(holder: str) -> None:
    """End the lease of `holder` now, so that the next beat need not wait for it to run out."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, {"holder": holder})


class LeasedScheduler(Scheduler):
    """Celery's scheduler in memory, which dispatches only while it holds the lease.

    It keeps no file: what an hour missed, the next makes up from rows (see the schedule in `pilkada.celery`).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.holder = f"{socket.gethostname()[:60]}/{os.getpid()}/{os.urandom(4).hex()}"
        self.holds = False
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Seconds until the next tick; never so many that our own lease would run out."""
        patience = min(self.max_interval, settings.BEAT_LEASE_SECONDS / 3)
        if not self._renewed():
            return patience
        return min(super().tick(*args, **kwargs), patience)

    def close(self) -> None:
        super().close()
        if self.holds:
            self.holds = False
            try:
                give_back(self.holder)
            except DatabaseError as error:
                logger.warning("the lease of beat runs out by itself: %s", error)

    def _renewed(self) -> bool:
        held, self.holds = self.holds, self._taken()
        if self.holds != held:
            logger.info("beat %s the lease as %s", "holds" if self.holds else "lost", self.holder)
        return self.holds

    def _taken(self) -> bool:
        try:
            close_old_connections()
            return take_lease(self.holder, seconds=settings.BEAT_LEASE_SECONDS)
        except DatabaseError as error:
            logger.warning("beat waits for Postgres: %s", error)
            return False
