"""Where the logistics of a region are: the nation, a province, a regency, a kecamatan; and the same as a download."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from districts import live
from districts.exporting import download
from districts.frame import Opened, Place, open_page, seen_nation, seen_place
from districts.models import Election
from districts.requests import Request
from logistics import board, exports, panel
from logistics.access import can_keep_stock
from logistics.board_filters import BoardFilter


@require_safe
def nation(request: Request) -> HttpResponse:
    return _board(request, seen_nation(request.user))


@require_safe
def region(request: Request, code: str) -> HttpResponse:
    return _board(request, seen_place(request.user, code))


def _board(request: Request, place: Place) -> HttpResponse:
    opened = open_page(request, place)
    if opened.election is None:
        return live.without_election(request, render(request, "logistics/board.html", opened.context))
    settled = not board.is_regency(place) or live.is_settled(opened.election, place.zone, opened.now)
    if nothing_new := _unchanged(request, opened, opened.election, settled):
        return nothing_new
    chosen = BoardFilter(request.GET, is_regency=board.is_regency(place))
    context = opened.context | board.panels(place, opened.election, chosen, opened.now)
    context["may_import"] = board.is_regency(place) and can_keep_stock(request.user, place.code)
    if request.htmx and not live.asks(request):
        return push_url(render(request, "logistics/_board_rows.html", context), request.path + chosen.query())
    context |= live.asking(request, _shown(opened, context["mark"]), settled)
    return render(request, "logistics/_board_live.html" if request.htmx else "logistics/board.html", context)


def _unchanged(request: Request, opened: Opened, election: Election, settled: bool) -> HttpResponse | None:
    """The answer to an open page that asks and already shows all; one statement when it asks."""
    if settled or not live.asks(request):
        return None
    return live.unchanged(request, _shown(opened, board.mark_of(election, opened.place.code)), settled)


def _shown(opened: Opened, mark: str) -> str:
    """The version of a page (districts.live): the hour it was drawn in and what its rows were drawn from."""
    return f"{live.version(opened.place.zone, opened.now)}.{mark}"


@require_safe
def export(request: Request, code: str, format: str) -> HttpResponseBase:
    """The rows of the board with its filters."""
    opened = open_page(request, seen_place(request.user, code) if code else seen_nation(request.user))
    if opened.election is None:
        raise Http404
    chosen = BoardFilter(request.GET, is_regency=board.is_regency(opened.place))
    return download(exports.board_sheet(opened, opened.election, chosen), format)


@require_safe
def export_stations(request: Request, code: str, format: str) -> HttpResponseBase:
    """Every TPS of a regency with where its goods are and since when."""
    opened = open_page(request, seen_place(request.user, code))
    if opened.election is None or not board.is_regency(opened.place):
        raise Http404
    return download(exports.stations_sheet(opened, opened.election), format)


@require_safe
def kecamatan(request: Request, code: str) -> HttpResponse:
    """The whole page, its list of TPS for the filter, or the panel of the kecamatan's own page; by who asks."""
    opened = open_page(request, seen_place(request.user, code))
    if opened.election is None:
        return live.without_election(request, render(request, "logistics/kecamatan.html", opened.context))
    target = request.htmx.target if request.htmx else None
    if target == "stations":
        found = panel.villages(opened.election, code)
        context = opened.context | panel.station_list(code, opened.election, request.GET, found)
        return push_url(render(request, "logistics/_stations.html", context), request.path + context["query"])
    settled = live.is_settled(opened.election, opened.place.zone, opened.now)
    if nothing_new := _unchanged(request, opened, opened.election, settled):
        return nothing_new
    context = opened.context | panel.panels(opened, opened.election, request.user)
    context |= live.asking(request, _shown(opened, context["mark"]), settled)
    if request.htmx and target != "live":
        return render(request, "logistics/_panel.html", context)
    context |= panel.station_list(code, opened.election, request.GET, context["villages"])
    return render(request, "logistics/_kecamatan_live.html" if request.htmx else "logistics/kecamatan.html", context)
