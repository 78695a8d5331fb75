"""What outreach covers in a region: the nation, a province, a regency, a kecamatan; its month; the same as a download."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from districts.exporting import download
from districts.frame import Place, open_page, seen_nation, seen_place
from districts.requests import Request
from neutrality import outreach_board as board
from neutrality import outreach_exports as exports
from neutrality.access import can_note_outreach
from neutrality.outreach_forms import OutreachFilter
from neutrality.panel import closeup, lines_of


@require_safe
def nation(request: Request) -> HttpResponse:
    return _board(request, seen_nation(request.user))


@require_safe
def region(request: Request, code: str) -> HttpResponse:
    return _board(request, seen_place(request.user, code))


def _board(request: Request, place: Place) -> HttpResponse:
    opened = open_page(request, place)
    if opened.election is None:
        return render(request, "neutrality/outreach.html", opened.context)
    chosen = OutreachFilter(request.GET)
    if request.htmx:
        listed = board.event_list(opened, opened.election, chosen, request.GET.get("page"))
        page = render(request, "neutrality/_events.html", opened.context | listed)
        return push_url(page, request.path + listed["query"])
    context = opened.context | board.panels(opened, opened.election, chosen, request.GET.get("page"))
    return render(request, "neutrality/outreach.html", context)


@require_safe
def calendar(request: Request, code: str) -> HttpResponse:
    """A month of events, day by day. `?bulan=2026-11`, that of today without it."""
    opened = open_page(request, seen_place(request.user, code))
    first = board.month_of(request.GET.get("bulan", ""), opened.today)
    context = opened.context | {"month": None}
    if opened.election is not None:
        events = board.events_of_month(opened.election, code, first).select_related("kecamatan", "noted_by")
        page = Paginator(events, board.PER_MONTH_PAGE).get_page(request.GET.get("page"))
        context |= {"month": board.Month(first, lines_of(page.object_list)), "page": page}
    return render(request, "neutrality/outreach_calendar.html", context)


@require_safe
def export(request: Request, code: str, format: str) -> HttpResponseBase:
    """The rows of the board."""
    opened = open_page(request, seen_place(request.user, code) if code else seen_nation(request.user))
    if opened.election is None:
        raise Http404
    return download(exports.coverage_sheet(opened, opened.election), format)


@require_safe
def export_events(request: Request, code: str, format: str) -> HttpResponseBase:
    """The events that pass the filters of the board."""
    opened = open_page(request, seen_place(request.user, code) if code else seen_nation(request.user))
    if opened.election is None:
        raise Http404
    return download(exports.events_sheet(opened, opened.election, OutreachFilter(request.GET)), format)


@require_safe
def kecamatan(request: Request, code: str) -> HttpResponse:
    """The whole page, its list of events for the filter, or the panel of the kecamatan's own page; by who asks."""
    opened = open_page(request, seen_place(request.user, code))
    if opened.election is None:
        return render(request, "neutrality/outreach_kecamatan.html", opened.context)
    chosen = OutreachFilter(request.GET)
    if request.htmx and request.htmx.target == "outreach-events":
        listed = board.event_list(opened, opened.election, chosen, request.GET.get("page"))
        return push_url(
            render(request, "neutrality/_events.html", opened.context | listed), request.path + listed["query"]
        )
    context = opened.context | {
        "closeup": closeup(opened.election, code, opened.today),
        "may_note": can_note_outreach(request.user, code),
    }
    if request.htmx:
        return render(request, "neutrality/_outreach_panel.html", context)
    context |= board.event_list(opened, opened.election, chosen, request.GET.get("page"))
    return render(request, "neutrality/outreach_kecamatan.html", context)
