"""The lists of a region as CSV and XLSX, with the filters of their pages."""

from functools import partial
from typing import cast

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from districts.access import NATION
from districts.boards import as_of, overview
from districts.boards.list_sheets import issues_sheet, silent_sheet, units_sheet
from districts.exporting import download
from districts.filters import UnitFilter
from districts.frame import Opened, Place, open_page, seen_nation, seen_place
from districts.issue_forms import BoardForm
from districts.models import SILENT_STATES
from districts.requests import Request
from districts.views.issues import chosen_issues, narrower_places
from districts.views.past import past


@require_safe
def units(request: Request, code: str, format: str) -> HttpResponseBase:
    """The list of a dashboard, also as of a past day."""
    place = _place(request, code)
    if as_of.asks(request):
        return past(request, place, partial(_units, format=format))
    return _units(request, open_page(request, place), format=format)


def _units(request: Request, opened: Opened, *, format: str) -> HttpResponse:
    if opened.election is None:
        raise Http404
    found, columns = overview.units_with_cells(opened.place, opened.election, opened.today)
    chosen = UnitFilter(request.GET, columns=columns)
    return cast(HttpResponse, download(units_sheet(opened, chosen.apply(found), columns), format))


@require_safe
def silent(request: Request, code: str, format: str) -> HttpResponseBase:
    opened = open_page(request, _place(request, code))
    if opened.election is None:
        raise Http404
    wanted = request.GET.get("keadaan", "")
    return download(silent_sheet(opened, opened.election, wanted if wanted in SILENT_STATES else ""), format)


@require_safe
def issues(request: Request, code: str, format: str) -> HttpResponseBase:
    opened = open_page(request, _place(request, code))
    form = BoardForm(request.GET, places=narrower_places(opened.place, request.GET.get("wilayah", "")))
    return download(issues_sheet(opened, chosen_issues(form, opened.election, code)), format)


def _place(request: Request, code: str) -> Place:
    return seen_nation(request.user) if code == NATION else seen_place(request.user, code)
