"""Who has not reported: the list, whom to call, and the note of a call."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from districts import live
from districts.access import can_run_desk, check_can_run_desk
from districts.boards import overview
from districts.frame import Place, frame, open_page, seen_nation, seen_place
from districts.reports import contacting, silence
from districts.reports.silence_forms import ContactForm
from districts.requests import Request
from districts.views.reports import expected_or_404
from districts.weeks import ONE_WEEK


@require_safe
def nation(request: Request) -> HttpResponse:
    return _silent(request, seen_nation(request.user))


@require_safe
def silent(request: Request, code: str) -> HttpResponse:
    return _silent(request, seen_place(request.user, code))


def _silent(request: Request, place: Place) -> HttpResponse:
    page = open_page(request, place)
    if page.election is None:
        return live.without_election(request, render(request, "districts/silent.html", page.context))
    own = overview.own_readiness(place, page.election, page.today - ONE_WEEK)
    settled = live.is_settled(page.election, place.zone, page.now)
    shown = live.version(place.zone, page.now, own and own.changed_at, silence.newest_note())
    if nothing_new := live.unchanged(request, shown, settled):
        return nothing_new
    context = page.context | live.asking(request, shown, settled)
    context |= silence.panels(place, page.election, page.now, request.GET, request.build_absolute_uri)
    context |= {
        "own": own, "can_note": can_run_desk(request.user, place.code),
        "compliance_href": reverse("compliance", args=[place.code]) if place.code else reverse("compliance_nation"),
    }  # fmt: skip
    return render(request, "districts/_silent_live.html" if request.htmx else "districts/silent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def note_contact(request: Request, code: str, slot: str) -> HttpResponse:
    """GET is the form, POST notes the call."""
    expected = expected_or_404(request.user, code, slot)
    if not expected.election.is_active:
        raise Http404
    check_can_run_desk(request.user, code)
    form = ContactForm(request.POST or None, initial={"client_key": uuid4(), "channel": "phone"})
    if request.method == "POST" and form.is_valid():
        try:
            contacting.note_contact(expected=expected, by=request.user, now=timezone.now(), **form.cleaned_data)
        except contacting.KeyTaken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Panggilan ke %(name)s dicatat.") % {"name": expected.kecamatan.short_name})
            return redirect("silent", code[:5])
    context = frame(request, seen_place(request.user, code), expected.election, timezone.now()) | {
        "form": form, "expected": expected, "list_href": reverse("silent", args=[code[:5]]),
    }  # fmt: skip
    template = "districts/_contact_form.html" if request.htmx else "districts/contact.html"
    return render(request, template, context, status=422 if form.is_bound else 200)
