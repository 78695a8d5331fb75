"""A page that is left open asks every few seconds whether it is still true; the server answers 204 until it is not.

The address carries the version the page was drawn from. What asks is in templates; that it stops is decided here: once
an election is past nothing on its pages can change, and the page that is sent then asks no more.
"""

from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import get_language
from django_htmx.http import HttpResponseClientRefresh

from districts.models import Election
from districts.requests import Request
from districts.weeks import local_date, local_now

#: "Within 5 seconds": the drain takes under one, so asking every 3 leaves room for a slow line.
ASK_EVERY = "every 3s"
#: The parameter that carries the version; links of a page never do.
VERSION = "versi"


def version(zone: str, now: datetime, *moments: datetime | None) -> str:
    """What a page about `zone` shows at `now`, as a short word: the newest of `moments`, the hour and the language.

    The hour is in it because ages and due dates are told in words.
    """
    newest = max((moment for moment in moments if moment), default=None)
    hour = f"{_language_mark()}{local_now(zone, now):%Y%m%d%H}"
    return f"{hour}.{newest.timestamp():.6f}" if newest else hour


def _language_mark() -> str:
    """ "en" on an English page, "" on an Indonesian one."""
    return "en" if get_language() == "en" else ""


def is_settled(election: Election | None, zone: str, now: datetime) -> bool:
    """Whether nothing is reported any more, so that an open page need not ask."""
    return election is None or not election.is_active or local_date(zone, now) > election.reporting_until


def asks(request: Request) -> bool:
    """Whether this is an open page asking for itself, and not a person following a link or a filter."""
    return bool(request.htmx) and VERSION in request.GET


def unchanged(request: Request, shown: str, settled: bool) -> HttpResponse | None:
    """204 for a page that already shows version `shown`; None when it has to be drawn (again).

    A page of the other language, chosen elsewhere in the meantime, is told to load itself anew: a region alone would
    mix the two.
    """
    if asks(request) and request.GET[VERSION] == shown and not settled:
        return HttpResponse(status=204)
    if asks(request) and request.GET[VERSION].startswith("en") != bool(_language_mark()):
        return HttpResponseClientRefresh()
    return None


def without_election(request: Request, page: HttpResponse) -> HttpResponse:
    """`page`, which says that there is no election; one that was open before it went is told to load itself anew."""
    return HttpResponseClientRefresh() if request.htmx else page


def asking(request: Request, shown: str, settled: bool) -> dict[str, str]:
    """Context of a live region: the address it asks, with the page's own query, and how often; empty when settled."""
    if settled:
        return {"ask_every": ""}
    query = request.GET.copy()
    query[VERSION] = shown
    return {"ask_every": ASK_EVERY, "ask_address": f"{request.path}?{query.urlencode()}"}
