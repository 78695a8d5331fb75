"""The page of one kecamatan; it keeps itself up to date while it is open."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from districts import live
from districts.access import can_report, scope_of
from districts.audit.pages import can_read_history
from districts.boards import as_of, closeup
from districts.frame import Opened, open_page, seen_place
from districts.issues import can_raise_issue
from districts.requests import Request
from districts.views.past import not_kept, past
from districts.weeks import ONE_WEEK


@require_safe
def kecamatan(request: Request, code: str) -> HttpResponse:
    place = seen_place(request.user, code)
    if as_of.asks(request):
        return past(request, place, _past_kecamatan)
    page = open_page(request, place)
    if page.election is None:
        return live.without_election(request, render(request, "districts/kecamatan.html", page.context))
    own = closeup.own_readiness(place, page.election, page.today - ONE_WEEK)
    settled = live.is_settled(page.election, place.zone, page.now)
    shown = live.version(place.zone, page.now, *closeup.moments(own))
    if nothing_new := live.unchanged(request, shown, settled):
        return nothing_new
    context = page.context | closeup.panels(place, page.election, own, scope_of(request.user), page.now)
    context |= live.asking(request, shown, settled) | {
        "can_report": can_report(request.user, code),
        "can_raise": can_raise_issue(request.user, code),
        "can_read_history": can_read_history(request.user, code),
        "panels": [reverse(name, args=[code]) for name in settings.KECAMATAN_PANELS],
    }
    return render(request, "districts/_kecamatan_live.html" if request.htmx else "districts/kecamatan.html", context)


def _past_kecamatan(request: Request, page: Opened) -> HttpResponse:
    """Nothing can be done on this page, and what other apps add is not kept a day."""
    if page.election is None:
        return render(request, "districts/kecamatan.html", page.context)
    own = closeup.own_readiness(page.place, page.election, page.today - ONE_WEEK)
    if own is None:
        return not_kept(request, page)
    context = page.context | closeup.panels(page.place, page.election, own, scope_of(request.user), page.now)
    return render(request, "districts/kecamatan.html", context | as_of.bar(page, own))
