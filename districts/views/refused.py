"""Where no report is expected at all: the page that says so, with everything that was typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from districts.access import check_can_report
from districts.frame import Opened, open_page, seen_place
from districts.models import ExpectedReport
from districts.reports.contacting import desk_to_call
from districts.reports.drafts import draft_of, save_draft
from districts.reports.expecting import current_expected
from districts.reports.fields import BY_NAME
from districts.reports.typed import Typed, keyed, typed_from
from districts.reports.windows import NotExpected, tell_the_desk
from districts.requests import Request
from districts.templatetags.siap import slot_name

View = Callable[..., HttpResponse]


def says_what_is_not_expected(view: View) -> View:
    """A view of a report's form that answers 404 where the report is expected of nobody; who may report there is told
    why and what to do. Elsewhere the 404 stays one.
    """

    @wraps(view)
    def answered(request: Request, code: str, slot: str) -> HttpResponse:
        try:
            return view(request, code, slot)
        except Http404:
            if not request.user.is_authenticated or ExpectedReport.objects.filter(kecamatan=code, slot=slot).exists():
                raise
        place = seen_place(request.user, code)
        check_can_report(request.user, code)
        return _not_expected(request, open_page(request, place), slot)

    return answered


def _not_expected(request: Request, opened: Opened, slot: str) -> HttpResponse:
    typed = typed_from(request.POST) if request.method == "POST" else {}
    current = current_expected(opened.election, opened.place.code, opened.now) if opened.election else None
    kept = current is not None and bool(typed) and draft_of(request.user, current) is None
    if current is not None and kept:
        save_draft(expected=current, by=request.user, typed=keyed(typed))
    context = opened.context | {
        "refusal": refusal_of(opened, slot),
        "said": _said(typed),
        "is_kept": kept,
        "href": reverse("report_form", args=[opened.place.code, current.slot]) if current else "",
    }
    template = "districts/_report_refused.html" if request.htmx else "districts/report_refused.html"
    return render(request, template, context, status=404)


def refusal_of(opened: Opened, slot: str) -> NotExpected:
    """Why nobody expects the report `slot` of this kecamatan. Two statements."""
    place, call = opened.place, desk_to_call(opened.place.code)
    if opened.election is None:
        rule = _("Tidak ada pemilihan yang berjalan di kecamatan %(name)s, jadi tidak ada laporan yang ditunggu.")
        return NotExpected(rule % {"name": place.name}, tell_the_desk(call), call)
    planned = opened.election.slots(place.zone)
    rule = _(
        "Laporan %(slot)s tidak ditunggu dari kecamatan %(name)s. %(election)s menunggu laporan %(first)s sampai %(last)s."
    )
    told = {"slot": slot_name(slot), "name": place.name, "election": opened.election.name}
    ends = (
        {"first": slot_name(planned[0].code), "last": slot_name(planned[-1].code)}
        if planned
        else {"first": "–", "last": "–"}
    )
    return NotExpected(rule % (told | ends), f"{_('Isi laporan yang sedang berjalan.')} {tell_the_desk(call)}", call)


def _said(typed: Typed) -> list[tuple[Any, str]]:
    """What was typed, as label and text; what is no field of the form by its own name."""
    hidden = ("csrfmiddlewaretoken", "client_key", "base_revision", "unchanged")
    return [
        (BY_NAME[name].label if name in BY_NAME else name, ", ".join(texts))
        for name, texts in typed.items()
        if name not in hidden and any(texts)
    ]
