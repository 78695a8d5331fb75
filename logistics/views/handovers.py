"""Hand-overs: the form that the QR of a manifest opens, the way back, the record with its differences, photos, paper."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from districts.photo_pages import photo_response, take_photo
from districts.requests import Request
from logistics.access import check_can_send
from logistics.bast import document as print_document
from logistics.cargo import cargo_of
from logistics.differences import Way, acknowledge, settle, ways_for
from logistics.handing import (
    HandOverRefused,
    check_may_receive,
    end_of,
    may_receive,
    may_take_back,
    receive,
    state_sentence,
    take_back,
)
from logistics.handover_forms import HandOverSheet, SettleForm
from logistics.handover_page import photo_place, records_of
from logistics.handover_photos import AT_ONCE, add_photo, add_photos, check_can_add_photo
from logistics.ledger import LedgerRefused
from logistics.models import Difference, HandOver, HandOverPhoto, Shipment
from logistics.stages import HOPS
from logistics.views.shipments import seen_shipment


def handover_receive(request: Request, code: str) -> HttpResponse:
    found, context = seen_shipment(request, code)
    check_may_receive(request.user, found)
    return _confirm(request, found, context, is_take_back=False)


def handover_take_back(request: Request, code: str) -> HttpResponse:
    found, context = seen_shipment(request, code)
    check_can_send(request.user, HOPS[found.hop], found.kecamatan_id)
    return _confirm(request, found, context, is_take_back=True)


def _confirm(request: Request, found: Shipment, context: dict[str, Any], *, is_take_back: bool) -> HttpResponse:
    if found.state not in end_of(HOPS[found.hop], is_take_back=is_take_back).from_states:
        return _too_late(request, found)
    data = request.POST if request.method == "POST" else None
    cargo = cargo_of(found)
    sheet = HandOverSheet(cargo, data, zone=context["zone"], now=context["now"], is_take_back=is_take_back)
    is_sent = data is not None and "tambah" not in data
    if is_sent and sheet.is_valid() and (made := _made(request, found, sheet, is_take_back)):
        return _done(request, found, made)
    context |= {"sheet": sheet, "cargo": cargo, "is_take_back": is_take_back, "is_sent": is_sent}
    return render(request, "logistics/handover_receive.html", context, status=422 if is_sent else 200)


def _done(request: Request, found: Shipment, made: HandOver) -> HttpResponse:
    """The hand-over is kept; now its photos, as far as they can be. A form sent again brings those that are missing."""
    made.shipment = found
    messages.success(request, _("Serah terima tercatat: {outcome}.").format(outcome=made.get_outcome_display().lower()))
    for sentence in add_photos(handover=made, by=request.user, uploads=request.FILES.getlist("foto")[:AT_ONCE]):
        messages.warning(request, sentence)
    return redirect("handover", code=found.code)


def _too_late(request: Request, found: Shipment) -> HttpResponse:
    """The shipment waits for nobody's confirmation of this kind: the record says why, unless this very form made it so."""
    key = request.POST.get("client_key", "")
    mine = {str(made.client_key): made for made in found.handovers.filter(receiver=request.user)}
    if key in mine:
        return _done(request, found, mine[key])
    messages.warning(request, state_sentence(found))
    return redirect("handover", code=found.code)


def _made(request: Request, found: Shipment, sheet: HandOverSheet, is_take_back: bool) -> HandOver | None:
    """None: the sheet says why not."""
    act = take_back if is_take_back else receive
    try:
        made, _is_new = act(
            shipment=found, confirmation=sheet.confirmation(), by=request.user, now=timezone.now(),
            client_key=sheet.form.cleaned_data["client_key"],
        )  # fmt: skip
    except HandOverRefused as refused:
        sheet.refuse(*refused.sentences)
    except LedgerRefused as refused:
        sheet.refuse(str(refused))
    else:
        return made
    return None


# --- The record ---------------------------------------------------------------------------------------------------------
@require_safe
def handover(request: Request, code: str) -> HttpResponse:
    found, context = seen_shipment(request, code)
    return _record_page(request, found, context)


def _record_page(
    request: Request, found: Shipment, context: dict[str, Any], refused: tuple[int, SettleForm] | None = None
) -> HttpResponse:
    hop = HOPS[found.hop]
    receivable = found.state in end_of(hop, is_take_back=False).from_states
    returnable = found.state in end_of(hop, is_take_back=True).from_states
    context |= {
        "records": records_of(found, request.user, refused),
        "waiting": "" if found.state in ("selesai", "balik") else state_sentence(found),
        "receive_href": reverse("handover_receive", args=[found.code])
        if receivable and may_receive(request.user, found)
        else "",
        "take_back_href": reverse("handover_take_back", args=[found.code])
        if returnable and may_take_back(request.user, found)
        else "",
    }
    return render(request, "logistics/handover.html", context, status=422 if refused else 200)


def _latest_or_404(found: Shipment) -> HandOver:
    """The newest hand-over of a shipment; a take-back comes after what it takes back."""
    made = found.handovers.order_by("-is_take_back").first()
    if made is None:
        raise Http404
    made.shipment = found
    return made


@require_POST
def handover_acknowledge(request: Request, code: str) -> HttpResponse:
    found, _context = seen_shipment(request, code)
    check_can_send(request.user, HOPS[found.hop], found.kecamatan_id)
    made = get_object_or_404(found.handovers.all(), is_take_back=False)
    made.shipment = found
    try:
        acknowledge(handover=made, by=request.user, now=timezone.now())
    except HandOverRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Tercatat: selisih ini sudah Anda ketahui."))
    return redirect("handover", code=code)


@require_POST
def difference_settle(request: Request, code: str, pk: int) -> HttpResponse:
    found, context = seen_shipment(request, code)
    of_shipment = Difference.objects.filter(handover__shipment=found).select_related("handover__shipment")
    difference = get_object_or_404(of_shipment, pk=pk)
    ways = list(Way) if difference.settled_id else ways_for(request.user, difference)
    if not ways:
        check_can_send(request.user, HOPS[found.hop], found.kecamatan_id)
    form = SettleForm(request.POST, ways=ways, pk=pk)
    if form.is_valid():
        said = form.cleaned_data
        try:
            settle(
                difference=difference, way=Way(said["way"]), note=said["note"], number=said.get("number", ""),
                by=request.user, now=timezone.now(), client_key=said["client_key"],
            )  # fmt: skip
        except (HandOverRefused, LedgerRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Selisih diselesaikan."))
            return redirect("handover", code=code)
    return _record_page(request, found, context, (pk, form))


# --- Photos and paper ---------------------------------------------------------------------------------------------------
@require_POST
def handover_photo_add(request: Request, code: str) -> HttpResponse:
    found, _context = seen_shipment(request, code)
    made = _latest_or_404(found)
    check_can_add_photo(request.user, made)
    take_photo(request, lambda upload: add_photo(handover=made, by=request.user, upload=upload))
    return redirect("handover", code=code)


@require_safe
def handover_photo(request: Request, code: str, position: int) -> FileResponse:
    """For who may see the shipment."""
    found, _context = seen_shipment(request, code)
    is_take_back, place = photo_place(position)
    photos = HandOverPhoto.objects.filter(handover__shipment=found, handover__is_take_back=is_take_back)
    photo = get_object_or_404(photos, position=place)
    return photo_response(photo.image, f"{code}-{position}.jpg")


@require_safe
def handover_document(request: Request, code: str) -> HttpResponse:
    found, context = seen_shipment(request, code)
    records = records_of(found, request.user)
    if not records:
        raise Http404
    address = request.build_absolute_uri(reverse("handover", args=[code]))
    return print_document(found, records, address, context["now"])
