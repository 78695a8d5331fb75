"""Who reports on time over the season."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from districts import exporting
from districts.access import NATION
from districts.frame import Opened, open_page, seen_nation, seen_place
from districts.reports import compliance as season
from districts.requests import Request


@require_safe
def compliance(request: Request, code: str) -> HttpResponse:
    opened = _opened(request, code)
    silent = reverse("silent", args=[code]) if code else reverse("silent_nation")
    # the page stands below the tab "Belum lapor"
    tabs = [tab | {"current": tab["href"] == silent} for tab in opened.context["navigation"]]
    context = opened.context | {"navigation": tabs, "silent_href": silent, "address": request.path}
    if opened.election is not None:
        context |= season.panels(opened, opened.election, request.GET)
    template = "districts/_compliance.html" if request.htmx else "districts/compliance.html"
    return render(request, template, context)


def _opened(request: Request, code: str) -> Opened:
    return open_page(request, seen_nation(request.user) if code == NATION else seen_place(request.user, code))


@require_safe
def export(request: Request, code: str, format: str) -> HttpResponseBase:
    """Every kecamatan of the region with the filters of the page."""
    opened = _opened(request, code)
    if opened.election is None:
        raise Http404
    return exporting.download(season.sheet_of(opened, opened.election, request.GET), format)
