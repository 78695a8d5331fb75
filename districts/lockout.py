"""Wrong passwords, counted by django-axes for a name and a network together: camat of a region share a carrier's address.

A name is also counted over all networks, far more loosely, against guessing from many at once. Names are counted whether or
not they exist, so nothing here tells which do. What no longer counts is deleted by the library with the next sign-in of
anybody: a name that was typed may be a password.
"""

import math
from datetime import datetime
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from districts.addresses import network_or_none

MINUTE = 60


class CountingHandler(AxesDatabaseHandler):
    """The library's own, and a bound for one name over all networks."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return bool(super().is_locked(request, credentials)) or bool(_free_again(*_of_name(name_of(credentials))))


def name_of(credentials: dict[str, Any] | None) -> str:
    """The name as it is counted: however it is written, it is the same account."""
    typed = (credentials or {}).get("username")
    return str(typed or "").strip().casefold()


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """AXES_USERNAME_CALLABLE."""
    return name_of(credentials or request.POST.dict())


def locked_until(request: HttpRequest, credentials: dict[str, Any] | None) -> datetime | None:
    """When this name may be tried again from this network; None: now. Two statements."""
    name = name_of(credentials)
    found = [_free_again(*_of_name(name)), _free_again(*_of_pair(name, network_or_none(request)))]
    return max((moment for moment in found if moment), default=None)


def minutes_to_wait(until: datetime | None) -> int:
    """Whole minutes, rounded up: who waits that long is not refused again."""
    seconds = (until - timezone.now()).total_seconds() if until else 0.0
    return max(1, math.ceil(seconds / MINUTE))


def lift_lock(username: str) -> int:
    """Forgets the failures of a name, from wherever; how many rows there were."""
    return AccessAttempt.objects.filter(username=name_of({"username": username})).delete()[0]


def _of_pair(name: str, network: str | None) -> tuple[QuerySet[AccessAttempt], int]:
    return AccessAttempt.objects.filter(username=name, ip_address=network), settings.AXES_FAILURE_LIMIT


def _of_name(name: str) -> tuple[QuerySet[AccessAttempt], int]:
    return AccessAttempt.objects.filter(username=name), settings.SIGN_IN_FAILURES_PER_NAME


def _free_again(rows: QuerySet[AccessAttempt], limit: int) -> datetime | None:
    """The moment at which fewer than `limit` failures of `rows` still count; None when it is so already. One statement."""
    counting = rows.filter(attempt_time__gt=timezone.now() - settings.AXES_COOLOFF_TIME)
    total = 0
    for moment, failures in counting.order_by("-attempt_time").values_list("attempt_time", "failures_since_start"):
        total += failures
        if total >= limit:
            return moment + settings.AXES_COOLOFF_TIME
    return None
