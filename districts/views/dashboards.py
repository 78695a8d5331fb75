"""Dashboards: the nation, a province, a regency. One page, three sizes; it keeps itself up to date while it is open."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from districts import live, overview
from districts.filters import UnitFilter
from districts.frame import Place, open_page, seen_nation, seen_place
from districts.requests import Request
from districts.weeks import ONE_WEEK


@require_safe
def nation(request: Request) -> HttpResponse:
    return _dashboard(request, seen_nation(request.user))


@require_safe
def dashboard(request: Request, code: str) -> HttpResponse:
    return _dashboard(request, seen_place(request.user, code))


def _dashboard(request: Request, place: Place) -> HttpResponse:
    page = open_page(request, place)
    if page.election is None:
        return live.without_election(request, render(request, "districts/dashboard.html", page.context))
    week_ago = page.today - ONE_WEEK
    own = overview.own_readiness(place, page.election, week_ago)
    settled = live.is_settled(page.election, place.zone, page.now)
    shown = live.version(place.zone, page.now, own and own.changed_at)
    if nothing_new := live.unchanged(request, shown, settled):
        return nothing_new
    units, columns = overview.units_with_cells(place, page.election, week_ago)
    chosen = UnitFilter(request.GET, columns=columns)
    context = page.context | chosen.context(units) | overview.list_words(place, units, columns)
    if request.htmx and not live.asks(request):
        return push_url(render(request, "districts/_dashboard_units.html", context), place.href + chosen.query())
    context["regions"] = overview.menu(place, context["breadcrumb"], units)
    urgent = overview.pressing(place, page.election, page.now)
    context |= overview.panels(place, own, units, columns, urgent) | live.asking(request, shown, settled)
    return render(request, "districts/_dashboard_live.html" if request.htmx else "districts/dashboard.html", context)
