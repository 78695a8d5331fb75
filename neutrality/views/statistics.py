"""Figures about cases of a regency, a province, the nation: small numbers hidden. A kecamatan has none."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.exporting import download
from districts.frame import Opened, Place, open_page, seen_nation, seen_place
from districts.requests import Request
from neutrality.access import handles
from neutrality.secrecy import for_handlers
from neutrality.statistics import of_handler, published
from neutrality.statistics_sheet import MonthForm, statistics_sheet


@require_safe
def nation(request: Request) -> HttpResponse:
    return _page(request, seen_nation(request.user))


@require_safe
def region(request: Request, code: str) -> HttpResponse:
    return _page(request, seen_place(request.user, code))


@require_safe
def export(request: Request, code: str, format: str) -> HttpResponseBase:
    """What the page shows everybody; never what a handler sees."""
    opened = open_page(request, seen_place(request.user, code) if code else seen_nation(request.user))
    if opened.election is None:
        raise Http404
    return download(statistics_sheet(opened, opened.election), format)


@for_handlers
@require_safe
def own(request: Request, code: str) -> HttpResponse:
    """The handlers' own figures, nothing hidden and as they are now."""
    if not handles(request.user, code):
        raise Http404
    opened = open_page(request, seen_place(request.user, code))
    form = MonthForm(request.GET)
    context: dict[str, Any] = {"form": form, "read_at": opened.now, "is_own": True}
    if opened.election is not None:
        month = form.cleaned_data["bulan"] if form.is_valid() else None
        context["figures"] = of_handler(opened.election, code, opened.now, month)
    template = "neutrality/_statistics.html" if request.htmx else "neutrality/statistics.html"
    return render(request, template, opened.context | context, status=200 if form.is_valid() else 422)


def _page(request: Request, place: Place) -> HttpResponse:
    opened = open_page(request, place)
    return render(request, "neutrality/statistics.html", opened.context | _published(request, opened))


def _published(request: Request, opened: Opened) -> dict[str, Any]:
    if opened.election is None:
        return {}
    figures = published(opened.election, opened.place.code, opened.now)
    return {
        "figures": figures,
        "read_at": figures.as_of,
        "has_own": handles(request.user, opened.place.code),
    }
