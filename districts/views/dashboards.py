"""Dashboards: the nation, a province, a regency. One page, three sizes; it keeps itself up to date while it is open."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from districts import live
from districts.boards import as_of, overview
from districts.filters import UnitFilter
from districts.frame import Opened, Place, open_page, seen_nation, seen_place, with_query
from districts.models import Election
from districts.requests import Request
from districts.views.past import not_kept, past
from districts.weeks import ONE_WEEK

#: `?peta=petak`: tiles although there is a map.
MAP, TILES = "peta", "petak"


@require_safe
def nation(request: Request) -> HttpResponse:
    return _dashboard(request, seen_nation(request.user))


@require_safe
def dashboard(request: Request, code: str) -> HttpResponse:
    return _dashboard(request, seen_place(request.user, code))


def _dashboard(request: Request, place: Place) -> HttpResponse:
    if as_of.asks(request):
        return past(request, place, _past_dashboard)
    page = open_page(request, place)
    if page.election is None:
        return live.without_election(request, render(request, "districts/dashboard.html", page.context))
    own = overview.own_readiness(place, page.election, page.today - ONE_WEEK)
    settled = live.is_settled(page.election, place.zone, page.now)
    shown = live.version(place.zone, page.now, own and own.changed_at)
    if nothing_new := live.unchanged(request, shown, settled):
        return nothing_new
    template = "districts/_dashboard_live.html" if request.htmx else "districts/dashboard.html"
    return _drawn(request, page, page.election, own, live.asking(request, shown, settled), template)


def _past_dashboard(request: Request, page: Opened) -> HttpResponse:
    if page.election is None:
        return render(request, "districts/dashboard.html", page.context)
    own = overview.own_readiness(page.place, page.election, page.today - ONE_WEEK)
    if own is None:
        return not_kept(request, page)
    return _drawn(request, page, page.election, own, as_of.bar(page, own), "districts/dashboard.html")


def _drawn(
    request: Request, page: Opened, election: Election, own: Any, more: dict[str, Any], template: str
) -> HttpResponse:
    """The page, or its list alone where the filter asks for that."""
    place = page.place
    units, columns = overview.units_with_cells(place, election, page.today)
    chosen = UnitFilter(request.GET, columns=columns)
    context = page.context | more | chosen.context(units) | overview.list_words(place, units, columns)
    if request.htmx and not live.asks(request):
        list_alone = render(request, "districts/_dashboard_units.html", context)
        return push_url(list_alone, with_query(place.href, chosen.query()))
    context["regions"] = overview.menu(place, context["breadcrumb"], units)
    urgent = overview.pressing(place, election, page.now)
    context |= _map(request, place, election, own)
    return render(request, template, context | overview.panels(place, own, units, columns, urgent))


def _map(request: Request, place: Place, election: Election, own: Any) -> dict[str, Any]:
    """The map from boundaries where there are any and tiles were not asked for, and the way to the other of the two."""
    if own is None or not own.has_map:
        return {}
    query = request.GET.copy()
    query.pop(live.VERSION, None)
    if query.pop(MAP, None) == [TILES]:
        return {"map_switch": f"?{query.urlencode()}"}
    query[MAP] = TILES
    return {"map": overview.map_of(place, election), "map_switch": f"?{query.urlencode()}"}
