"""Shipments of a kecamatan: the list, the plan, one shipment and what is done with it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from districts.frame import Opened, frame, open_page, seen_place
from districts.models import Region
from districts.printing import PrintFailed
from districts.requests import Request
from logistics.access import can_note_arrival, can_send, check_can_note_arrival, check_can_send
from logistics.ledger import LedgerRefused
from logistics.manifest import manifest as print_manifest
from logistics.models import Plan, RouteLeg, Shipment, ShipmentState
from logistics.routes import departures_of
from logistics.shipment_forms import (
    LegTimesForm,
    ListForm,
    MomentForm,
    PlanChoiceForm,
    PlanForm,
    ReasonForm,
    ShipmentLegRows,
)
from logistics.shipment_legs import change_legs, check_can_note_times, legs_gone, note_leg_times
from logistics.shipment_page import (
    cargo_list,
    judged_legs,
    leg_rows,
    loose_stock,
    next_action,
    other_actions,
    shipment_rows,
    station_choices,
    steps_of,
    waiting_parcels,
)
from logistics.shipping import (
    cancel,
    depart,
    note_arrival,
    plan_shipment,
    planned_with,
    stop,
)
from logistics.stages import HOPS, HopName
from logistics.tabs import stand_under

PER_PAGE = 50
#: Fields of a usual route that a shipment's leg takes over.
FROM_ROUTE = ("origin", "destination", "mode", "hours", "window_from", "window_until")


# --- The list and the plan ----------------------------------------------------------------------------------------------
@require_safe
def shipments(request: Request, code: str) -> HttpResponse:
    opened = open_page(request, seen_place(request.user, code))
    if opened.election is None:
        raise Http404
    form = ListForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = shipment_rows(opened.election, code, chosen.get("ruas", ""), chosen.get("keadaan", ""))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    departures = departures_of(opened.election, code, opened.now)
    judged = {each.pk: each for row in departures for each in row.shipments}
    context = opened.context | {
        "form": form,
        "address": request.path,
        "query": request.GET.urlencode(),
        "page": page,
        "rows": [(row, judged.get(row.pk)) for row in page.object_list],
        "waiting": [
            (row, HopName(row.hop).label, can_send(request.user, HOPS[row.hop], code))
            for row in departures
            if row.waits
        ],
        "hops": [HOPS[name] for name in HopName if can_send(request.user, HOPS[name], code)],
    }
    template = "logistics/_shipment_list.html" if request.htmx else "logistics/shipments.html"
    return render(request, template, context, status=200 if form.is_valid() else 422)


def plan(request: Request, code: str) -> HttpResponse:
    opened = open_page(request, seen_place(request.user, code))
    hop = HOPS.get(request.GET.get("ruas", ""))
    if opened.election is None or hop is None:
        raise Http404
    check_can_send(request.user, hop, code)
    village = _village(request, code)
    waiting = waiting_parcels(opened.election, code, hop)
    parcels = [parcel for parcel in waiting if village in ("", parcel.polling_station.village_id)]
    stock = loose_stock(opened.election, hop, code, village or None)
    sent = request.POST if request.method == "POST" else None
    if sent is not None and (before := planned_with(sent.get("client_key", ""), request.user)):
        return redirect("shipment", before.code)
    form = PlanForm(sent, parcels=parcels, stock=stock)
    rows = _leg_rows(sent, opened.place.zone, _usual_legs(code, hop.name, village))
    if sent is not None and _all_valid(form, *rows.values()):
        try:
            made = plan_shipment(
                election=opened.election, kecamatan=Region.objects.get(code=code), hop=hop, by=request.user,
                now=timezone.now(), stations=form.cleaned_data["stations"], goods=form.goods(),
                legs=_legs_of(rows), village=village or None, note=form.cleaned_data["note"],
                client_key=form.cleaned_data["client_key"],
            )  # fmt: skip
        except LedgerRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kiriman {code} direncanakan.").format(code=made.code))
            return redirect("shipment", made.code)
    return _plan_page(request, opened, form, rows, {"hop": hop, "village": village, "parcels": parcels, "all": waiting})


def _plan_page(
    request: Request, opened: Opened, form: PlanForm, rows: dict[str, Any], about: dict[str, Any]
) -> HttpResponse:
    chosen = {str(pk) for pk in form["stations"].value() or ()}
    context = opened.context | about | {
        "form": form,
        "plans": _plans(rows),
        "villages": station_choices(about["parcels"], chosen),
        "choices": station_choices(about["all"], set()),
        "address": request.get_full_path(),
    }  # fmt: skip
    return render(request, "logistics/shipment_plan.html", context, status=422 if form.is_bound else 200)


def _village(request: Request, code: str) -> str:
    """The desa that the address narrows the plan to; empty: all of the kecamatan."""
    village = request.GET.get("desa", "")
    if village and not Region.objects.villages().filter(code=village, parent=code).exists():
        raise Http404
    return village


def _usual_legs(code: str, hop: str, village: str) -> dict[str, list[dict[str, Any]]]:
    """By plan, what the route of the desa, else of the kecamatan, gives a new shipment. One statement."""
    rows = list(RouteLeg.objects.filter(kecamatan=code, hop=hop).order_by("position"))
    found: dict[str, list[dict[str, Any]]] = {}
    for name in Plan.values:
        own = [row for row in rows if row.plan == name and row.village_id == (village or None)]
        legs = own or [row for row in rows if row.plan == name and row.village_id is None]
        found[name] = [{field: getattr(row, field) for field in FROM_ROUTE} for row in legs]
    return found


def _leg_rows(sent: Any, zone: str, initial: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """A formset per plan."""
    return {
        name: ShipmentLegRows(sent, prefix=f"legs{name}", initial=initial.get(name, []), form_kwargs={"zone": zone})
        for name in Plan.values
    }


def _plans(rows: dict[str, Any]) -> list[dict[str, Any]]:
    """What `_leg_fields.html` shows of each plan."""
    return [{"name": Plan(name).label, "rows": legs, "is_open": name == Plan.A} for name, legs in rows.items()]


def _legs_of(rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [leg | {"plan": name} for name, legs in rows.items() for leg in legs.legs()]


def _all_valid(*asked: Any) -> bool:
    """Every one is asked, so that every mistake is shown at once."""
    return sum(form.is_valid() for form in asked) == len(asked)


# --- One shipment -------------------------------------------------------------------------------------------------------
def seen_shipment(request: Request, code: str) -> tuple[Shipment, dict[str, Any]]:
    """The shipment where it lies in the person's scope, else Http404, and the frame of a page about it."""
    people = ("planned_by", "departed_by", "arrived_by", "closed_by")
    seen = Shipment.objects.visible_to(request.user).select_related("election", "kecamatan__parent", "village", *people)
    shipment = get_object_or_404(seen, code=code)
    place = seen_place(request.user, shipment.kecamatan_id)
    context = frame(request, place, shipment.election, timezone.now())
    stand_under(context, reverse("logistics_kecamatan", args=[place.code]))
    return shipment, context | {"shipment": shipment, "hop": HOPS[shipment.hop]}


@require_safe
def shipment(request: Request, code: str) -> HttpResponse:
    found, context = seen_shipment(request, code)
    cargo = cargo_list(found, context["now"])
    judged, limit, legs = judged_legs(found, cargo, context["now"])
    action = next_action(found, request.user)
    may_note = can_note_arrival(request.user, HOPS[found.hop], found.kecamatan_id) or can_send(
        request.user, HOPS[found.hop], found.kecamatan_id
    )
    context |= {
        "cargo": cargo,
        "judged": judged,
        "limit": limit,
        "legs": leg_rows(found, judged, legs, may_note),
        "steps": steps_of(found, judged, legs),
        "action": action,
        "others": other_actions(found, request.user, action),
        "is_closed": found.state in (ShipmentState.DONE, ShipmentState.RETURNED, ShipmentState.CANCELLED),
    }
    return render(request, "logistics/shipment.html", context)


def legs(request: Request, code: str) -> HttpResponse:
    found, context = seen_shipment(request, code)
    check_can_send(request.user, HOPS[found.hop], found.kecamatan_id)
    sent = request.POST if request.method == "POST" else None
    names = [
        *FROM_ROUTE,
        "planned_departure",
        "planned_arrival",
        "carrier",
        "escort_force",
        "escort_unit",
        "escort_count",
    ]
    gone = legs_gone(found)
    rest = [leg for leg in found.legs.all() if leg not in gone]
    initial = {
        name: [{field: getattr(leg, field) for field in names} for leg in rest if leg.plan == name]
        for name in Plan.values
    }
    rows = _leg_rows(sent, context["zone"], initial)
    form = PlanChoiceForm(sent, initial={"plan_in_use": found.plan_in_use})
    if sent is not None and _all_valid(form, *rows.values()):

        def change() -> None:
            change_legs(
                shipment=found, legs=_legs_of(rows), plan_in_use=form.cleaned_data["plan_in_use"], by=request.user,
                now=timezone.now(),
            )  # fmt: skip

        if _done(form, change):
            messages.success(request, _("Ruas kiriman tersimpan."))
            return redirect("shipment", code)
    context |= {"form": form, "plans": _plans(rows), "gone": gone}
    return render(request, "logistics/shipment_legs.html", context, status=422 if form.is_bound else 200)


def _done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Whether the act was accepted; if not, the form says why."""
    try:
        act()
    except LedgerRefused as refused:
        form.add_error(None, str(refused))
        return False
    return True


# --- Steps --------------------------------------------------------------------------------------------------------------
def _step(
    request: Request, context: dict[str, Any], form: Any, act: Callable[[], object], words: dict[str, Any]
) -> HttpResponse:
    """A page with one form and one act; `words`: title, intro, button, success, and what else the page shows."""
    if form.is_bound and form.is_valid() and _done(form, act):
        messages.success(request, words["success"])
        return redirect("shipment", context["shipment"].code)
    context |= words | {"form": form, "address": request.path}
    return render(request, "logistics/shipment_step.html", context, status=422 if form.is_bound else 200)


def departure(request: Request, code: str) -> HttpResponse:
    found, context = seen_shipment(request, code)
    check_can_send(request.user, HOPS[found.hop], found.kecamatan_id)
    sent = request.POST if request.method == "POST" else None
    form = MomentForm(sent, zone=context["zone"], label=_("Waktu berangkat"))

    def act() -> object:
        typed = form.cleaned_data
        return depart(
            shipment=found, at=typed["at"], by=request.user, now=timezone.now(), client_key=typed["client_key"]
        )

    words = {
        "title": _("Berangkat"),
        "intro": _(
            "Anda menyatakan muatan di bawah ini sudah diserahkan kepada pengangkut. Penerima, orang lain, "
            "mengonfirmasi di tempat tujuan."
        ),
        "button": _("Ya, sudah berangkat"),
        "success": _("Kiriman {code} berangkat.").format(code=code),
        "cargo": cargo_list(found, context["now"]),
    }
    return _step(request, context, form, act, words)


def arrival(request: Request, code: str) -> HttpResponse:
    found, context = seen_shipment(request, code)
    check_can_note_arrival(request.user, HOPS[found.hop], found.kecamatan_id)
    sent = request.POST if request.method == "POST" else None
    form = MomentForm(sent, zone=context["zone"], label=_("Waktu tiba"))

    def act() -> object:
        return note_arrival(shipment=found, at=form.cleaned_data["at"], by=request.user, now=timezone.now())

    words = {
        "title": _("Catat tiba"),
        "intro": _("Anda melihat kiriman ini tiba. Isi dan segelnya dihitung nanti oleh penerima saat serah terima."),
        "button": _("Ya, sudah tiba"),
        "success": _("Kedatangan {code} tercatat.").format(code=code),
    }
    return _step(request, context, form, act, words)


def cancellation(request: Request, code: str) -> HttpResponse:
    found, context = seen_shipment(request, code)
    check_can_send(request.user, HOPS[found.hop], found.kecamatan_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        return cancel(shipment=found, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())

    words = {
        "title": _("Batalkan kiriman"),
        "intro": _("Kiriman ini belum berangkat. Paket TPS di dalamnya bebas lagi untuk kiriman lain."),
        "button": _("Batalkan kiriman"),
        "success": _("Kiriman {code} dibatalkan.").format(code=code),
    }
    return _step(request, context, form, act, words)


def stopping(request: Request, code: str) -> HttpResponse:
    found, context = seen_shipment(request, code)
    check_can_send(request.user, HOPS[found.hop], found.kecamatan_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act() -> object:
        typed = form.cleaned_data
        return stop(
            shipment=found, reason=typed["reason"], by=request.user, now=timezone.now(), client_key=typed["client_key"]
        )

    words = {
        "title": _("Hentikan di jalan"),
        "intro": _("Kiriman tidak diteruskan. Muatan tercatat di perjalanan sampai Anda menerimanya kembali."),
        "button": _("Hentikan kiriman"),
        "success": _("Kiriman {code} dihentikan.").format(code=code),
    }
    return _step(request, context, form, act, words)


def leg_times(request: Request, code: str, pk: int) -> HttpResponse:
    found, context = seen_shipment(request, code)
    check_can_note_times(request.user, HOPS[found.hop], found.kecamatan_id)
    legs = list(found.legs.filter(plan=found.plan_in_use))
    leg = next((each for each in legs if each.pk == pk), None)
    if leg is None:
        raise Http404
    known = {"departed_at": leg.departed_at, "arrived_at": leg.arrived_at}
    sent = request.POST if request.method == "POST" else None
    form = LegTimesForm(sent, initial=known, zone=context["zone"], is_last=leg == legs[-1])

    def act() -> object:
        typed = {"departed_at": None, "arrived_at": None} | form.cleaned_data
        return note_leg_times(leg=leg, by=request.user, now=timezone.now(), **typed)

    words = {
        "title": _("Waktu ruas {origin}–{destination}").format(origin=leg.origin, destination=leg.destination),
        "intro": _("Isi waktu yang sebenarnya. Tiba di tempat tujuan dicatat dengan tombol Catat tiba."),
        "button": _("Simpan waktu"),
        "success": _("Waktu ruas tersimpan."),
    }
    return _step(request, context, form, act, words)


@require_safe
def manifest(request: Request, code: str) -> HttpResponse:
    found, context = seen_shipment(request, code)
    address = request.build_absolute_uri(reverse("handover_receive", args=[code]))
    try:
        return print_manifest(found, address, context["now"])
    except PrintFailed as failed:
        messages.error(request, str(failed))
        return redirect("shipment", code)
