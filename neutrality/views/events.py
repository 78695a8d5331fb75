"""Outreach noted on a phone: a new event, a plan that took place or not, photos; how many signed the pledge."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from districts.frame import Opened, open_page, seen_place
from districts.models import Election, Region
from districts.photo_pages import photo_response, take_photo
from districts.photos import PhotoRefused
from districts.requests import Request
from neutrality.access import can_note_outreach, check_can_note_outreach
from neutrality.models import EventKind, EventState, OutreachEvent
from neutrality.outreach import (
    MAX_PHOTOS,
    OutreachRefused,
    add_photo,
    cancel_event,
    hold_event,
    note_event,
    note_pledges,
)
from neutrality.outreach_forms import CancelForm, EventForm, HeldForm, PledgeForm
from neutrality.panel import lines_of, pledges, villages_of


def _entry(request: Request, code: str) -> tuple[Opened, Election, Region]:
    """Where something is noted: in scope (404) and by somebody who may (403), while there is an election."""
    opened = open_page(request, seen_place(request.user, code))
    check_can_note_outreach(request.user, code)
    if opened.election is None:
        raise Http404
    return opened, opened.election, Region(pk=code, name=opened.place.name, time_zone=opened.place.zone)


def _refuse(form: Any, refused: OutreachRefused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


def _keep_photos(request: Request, event: OutreachEvent) -> None:
    """Keep what can be kept; each sentence about the rest once. A form sent again brings those that are missing."""
    refusals: dict[str, None] = {}
    for upload in request.FILES.getlist("foto")[:MAX_PHOTOS]:
        try:
            add_photo(event=event, by=request.user, upload=upload)
        except PhotoRefused as refused:
            refusals[str(refused)] = None
    for sentence in refusals:
        messages.warning(request, sentence)


def event_new(request: Request, code: str) -> HttpResponse:
    opened, election, kecamatan = _entry(request, code)
    asked = request.GET.get("macam", "")
    initial = {"held_on": opened.today, "kind": asked if asked in EventKind.values else EventKind.OUTREACH}
    form = EventForm(request.POST if request.method == "POST" else None, villages=villages_of(code), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = note_event(
                election=election, kecamatan=kecamatan, by=request.user, now=timezone.now(), **form.said()
            )
        except OutreachRefused as refused:
            _refuse(form, refused)
        else:
            made.kecamatan = kecamatan
            messages.success(request, _("Kegiatan tercatat.") if made.confirmed_at else _("Rencana tercatat."))
            _keep_photos(request, made)
            return redirect("event", made.pk)
    context = opened.context | {"form": form}
    return render(request, "neutrality/event_new.html", context, status=422 if form.is_bound else 200)


def _event_or_404(request: Request, pk: int) -> OutreachEvent:
    seen = OutreachEvent.objects.visible_to(request.user)
    people = ("noted_by", "confirmed_by", "cancelled_by")
    return get_object_or_404(seen.select_related("kecamatan", "election", *people), pk=pk)


@require_safe
def event(request: Request, pk: int) -> HttpResponse:
    return _event_page(request, _event_or_404(request, pk), CancelForm())


def _event_page(request: Request, found: OutreachEvent, cancel: CancelForm) -> HttpResponse:
    opened = open_page(request, seen_place(request.user, found.kecamatan_id))
    may_note = can_note_outreach(request.user, found.kecamatan_id)
    context = opened.context | {
        "line": lines_of([found])[0],
        "event": found,
        "photos": list(found.photos.all()),
        "cancel": cancel,
        "may_hold": may_note and found.state == EventState.PLANNED,
        "may_cancel": may_note and found.state != EventState.CANCELLED,
        "may_add_photo": may_note and found.state == EventState.HELD,
    }
    return render(request, "neutrality/event.html", context, status=422 if cancel.is_bound else 200)


def event_hold(request: Request, pk: int) -> HttpResponse:
    found = _event_or_404(request, pk)
    check_can_note_outreach(request.user, found.kecamatan_id)
    initial = {name: getattr(found, name) for name in ("villages", "institutions", "participants", "note")}
    opened = open_page(request, seen_place(request.user, found.kecamatan_id))
    initial["held_on"] = min(found.held_on, opened.today)
    data = request.POST if request.method == "POST" else None
    form = HeldForm(data, villages=villages_of(found.kecamatan_id), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            held = hold_event(event=found, by=request.user, now=timezone.now(), **form.said())
        except OutreachRefused as refused:
            _refuse(form, refused)
        else:
            held.kecamatan = found.kecamatan
            messages.success(request, _("Tercatat: kegiatan terlaksana."))
            _keep_photos(request, held)
            return redirect("event", pk)
    context = opened.context | {"form": form, "event": found}
    return render(request, "neutrality/event_hold.html", context, status=422 if form.is_bound else 200)


@require_POST
def event_cancel(request: Request, pk: int) -> HttpResponse:
    found = _event_or_404(request, pk)
    check_can_note_outreach(request.user, found.kecamatan_id)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _event_page(request, found, form)
    cancel_event(event=found, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
    messages.success(request, _("Kegiatan dibatalkan dan tidak dihitung lagi."))
    return redirect("event", pk)


@require_POST
def event_photo_add(request: Request, pk: int) -> HttpResponse:
    found = _event_or_404(request, pk)
    check_can_note_outreach(request.user, found.kecamatan_id)
    take_photo(request, lambda upload: add_photo(event=found, by=request.user, upload=upload))
    return redirect("event", pk)


@require_safe
def event_photo(request: Request, pk: int, position: int) -> FileResponse:
    """For who may see the event."""
    photo = get_object_or_404(_event_or_404(request, pk).photos, position=position)
    return photo_response(photo.image, f"kegiatan-{pk}-{position}.jpg")


def pledge_note(request: Request, code: str) -> HttpResponse:
    opened, election, kecamatan = _entry(request, code)
    before = pledges(election, code)
    totals = {each.group: each.total for each in before if each.total}
    data = request.POST if request.method == "POST" else None
    form = PledgeForm(data, totals=totals, initial={"counted_on": opened.today})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            note_pledges(
                election=election, kecamatan=kecamatan, counted_on=said["counted_on"], counts=form.counts(),
                by=request.user, now=timezone.now(), client_key=said["client_key"],
            )  # fmt: skip
        except OutreachRefused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, _("Ikrar tercatat."))
            return redirect("outreach_kecamatan", code)
    context = opened.context | {"form": form, "pledges": before}
    return render(request, "neutrality/pledge_note.html", context, status=422 if form.is_bound else 200)
