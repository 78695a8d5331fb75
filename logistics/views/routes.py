"""The usual ways into a kecamatan: everybody in its scope reads them, KPU of the regency keeps them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from districts.frame import open_page, seen_place
from districts.models import Region
from districts.requests import Request
from logistics.departure_sentences import destination
from logistics.models import Plan, RouteLeg
from logistics.routes import can_edit_routes, check_can_edit_routes, replace_route, routes_shown
from logistics.shipment_forms import RouteLegRows
from logistics.stages import HOPS, HopName

FIELDS = ("origin", "destination", "mode", "hours", "window_from", "window_until", "note")


@require_safe
def routes(request: Request, code: str) -> HttpResponse:
    opened = open_page(request, seen_place(request.user, code))
    context = opened.context | {
        "hops": routes_shown(opened.election, code, opened.now),
        "villages": Region.objects.villages().filter(parent=code),
        "can_edit": can_edit_routes(request.user, code),
        "plans": Plan.choices,
        "hop_choices": HopName.choices,
    }
    return render(request, "logistics/routes.html", context)


@require_safe
def choose(request: Request, code: str) -> HttpResponse:
    """From the form of the list (hop, plan, desa) to the page that edits that route."""
    seen_place(request.user, code)
    hop, plan, village = (request.GET.get(name, "") for name in ("ruas", "rencana", "desa"))
    if hop not in HOPS or plan not in Plan.values:
        raise Http404
    return redirect(reverse("route", args=[code, hop, plan]) + (f"?desa={village}" if village else ""))


def route(request: Request, code: str, hop: str, plan: str) -> HttpResponse:
    opened = open_page(request, seen_place(request.user, code))
    if hop not in HOPS or plan not in Plan.values:
        raise Http404
    check_can_edit_routes(request.user, code)
    village = _village(request, code)
    kept = RouteLeg.objects.filter(kecamatan=code, hop=hop, plan=plan, village=village).order_by("position")
    initial = [{field: getattr(leg, field) for field in FIELDS} for leg in kept]
    rows = RouteLegRows(request.POST if request.method == "POST" else None, prefix="legs", initial=initial)
    if rows.is_bound and rows.is_valid():
        replace_route(
            kecamatan=Region.objects.get(code=code), hop=HopName(hop), plan=plan, legs=rows.legs(), by=request.user,
            village=village.code if village else None,
        )  # fmt: skip
        messages.success(request, _("Rute tersimpan."))
        return redirect("routes", code)
    about: dict[str, Any] = {
        "hop": HOPS[hop],
        "there": destination(hop, opened.place.name),
        "plan": Plan(plan).label,
        "village": village,
        "shown": {"name": Plan(plan).label, "rows": rows, "is_open": True},
        "address": request.get_full_path(),
    }
    return render(request, "logistics/route.html", opened.context | about, status=422 if rows.is_bound else 200)


def _village(request: Request, code: str) -> Region | None:
    village = request.GET.get("desa", "")
    return get_object_or_404(Region.objects.villages(), code=village, parent=code) if village else None
