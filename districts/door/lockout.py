"""Wrong passwords, counted by django-axes for a name and a network together: camat of a region share a carrier's address.

A name is also counted over all networks, far more loosely, against guessing from many at once. Names are counted whether or
not they exist, so nothing here tells which do. What no longer counts is deleted by the library with the next sign-in of
anybody: a name that was typed may be a password.

A browser in which the person signed in before is counted by itself, by a cookie that says so (OWASP, "device cookies").
Otherwise anybody could keep an officer out on election day with wrong passwords from a few phones.
"""

import math
from datetime import datetime
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from districts.addresses import network_or_none

MINUTE = 60
#: The cookie of a browser in which somebody signed in: its number, and the seal that binds it to the name. [P] A year.
KNOWN_COOKIE, KNOWN_COOKIE_SECONDS = "dikenal", 365 * 24 * 3600
KNOWN_LENGTH = 22  # 130 bits of letters and digits
#: Between name and number of the browser; no username holds it.
OF = "#"


class CountingHandler(AxesDatabaseHandler):
    """The library's own, and a bound for one name over all networks."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        name = counted_name(request, credentials)
        return bool(super().is_locked(request, credentials)) or bool(_free_again(*_of_name(name)))


def name_of(credentials: dict[str, Any] | None) -> str:
    """The name as it is counted: however it is written, it is the same account.

    In capitals first, as the database compares: some of its collations take a dotless i for an i.
    """
    typed = (credentials or {}).get("username")
    return str(typed or "").strip().upper().casefold()


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """AXES_USERNAME_CALLABLE: the name and, in a browser where it signed in before, the number of the browser."""
    name = name_of(credentials or request.POST.dict())
    browser = _known_browser(request, name)
    return f"{name}{OF}{browser}" if browser else name


def remember_browser(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Whose password was right here is from now on counted by this browser alone."""
    name = name_of({"username": username})
    browser = _known_browser(request, name) or get_random_string(KNOWN_LENGTH)
    response.set_cookie(
        KNOWN_COOKIE,
        f"{browser}.{_seal(browser, name)}",
        KNOWN_COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known_browser(request: HttpRequest, name: str) -> str:
    """The number of the browser, when this name signed in there; else ""."""
    browser, _dot, seal = request.COOKIES.get(KNOWN_COOKIE, "").partition(".")
    return browser if constant_time_compare(seal, _seal(browser, name)) else ""


def _seal(browser: str, name: str) -> str:
    return salted_hmac("siap.known_browser", f"{browser}{OF}{name}", algorithm="sha256").hexdigest()


def locked_until(request: HttpRequest, credentials: dict[str, Any] | None) -> datetime | None:
    """When this name may be tried again from this network; None: now. Two statements."""
    name = counted_name(request, credentials)
    found = [_free_again(*_of_name(name)), _free_again(*_of_pair(name, network_or_none(request)))]
    return max((moment for moment in found if moment), default=None)


def minutes_to_wait(until: datetime | None) -> int:
    """Whole minutes, rounded up: who waits that long is not refused again."""
    seconds = (until - timezone.now()).total_seconds() if until else 0.0
    return max(1, math.ceil(seconds / MINUTE))


def lift_lock(username: str) -> int:
    """Forgets the failures of a name, from wherever; how many rows there were."""
    name = name_of({"username": username})
    return AccessAttempt.objects.filter(Q(username=name) | Q(username__startswith=f"{name}{OF}")).delete()[0]


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
