from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from districts.frame import Opened, open_page, seen_place
from districts.models import Election, PollingStation
from districts.requests import Request
from logistics.access import can_keep_stock, can_reconcile, check_can_keep_stock, check_can_reconcile
from logistics.ledger import LedgerRefused
from logistics.models import Parcel
from logistics.packing import check_can_open, check_is_open, pack, parcel_of, unpack
from logistics.packing_forms import GoodsField, GoodsForm, ReconcileForm, StationPackForm, StationUnpackForm, field_of
from logistics.reconciling import ballots_in, is_due, reconcile
from logistics.stages import Stage
from logistics.station_page import GoodsRow, StationFacts, goods_rows, station_facts, warehouse_stock
from logistics.tabs import stand_under

READ_OR_WRITE = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class _Seen:
    """The TPS of the address, its parcel where it has one, and the page's frame."""

    opened: Opened
    election: Election
    station: PollingStation
    parcel: Parcel | None

    @property
    def regency(self) -> str:
        return self.station.village_id[:5]

    @property
    def kecamatan(self) -> str:
        return self.station.village_id[:8]


def _seen(request: Request, code: str) -> _Seen:
    """Where it lies in the person's scope, else 404."""
    village, _dash, number = code.partition("-")
    opened = open_page(request, seen_place(request.user, village[:8]))
    if opened.election is None:
        raise Http404
    stations = PollingStation.objects.select_related("village__parent")
    station = get_object_or_404(stations, village=village, number=int(number))
    crumb = {"label": _("TPS {number}").format(number=code[-3:]), "href": reverse("station", args=[code])}
    opened.context["breadcrumb"] = [*opened.context["breadcrumb"], crumb]
    stand_under(opened.context, reverse("logistics_kecamatan", args=[opened.place.code]))
    return _Seen(opened, opened.election, station, parcel_of(opened.election, station))


@require_safe
def station(request: Request, station: str) -> HttpResponse:
    seen = _seen(request, station)
    facts = station_facts(seen.election, seen.station, seen.parcel, seen.opened.place.zone, seen.opened.now)
    context = {
        **seen.opened.context,
        "facts": facts,
        "station": seen.station,
        "figures": _figures(facts),
        "actions": _actions(request, seen, facts),
    }
    return render(request, "logistics/station.html", context)


def _figures(facts: StationFacts) -> list[dict[str, object]]:
    held = {code: sum(row.held for row in facts.required if row.item.code == code) for code in ("SS", "KS")}
    note = _("ESTIMASI, bukan data KPU") if facts.station.is_estimate else ""
    on = sum(seal.removed_id is None for seal in facts.seals)
    return [
        {"label": _("Pemilih"), "value": facts.station.voters, "note": note},
        {"label": _("Surat suara dalam paket"), "value": held["SS"], "note": _ballots_note(facts)},
        {"label": _("Kotak suara"), "value": held["KS"]},
        {"label": _("Segel terpasang"), "value": on},
    ]


def _ballots_note(facts: StationFacts) -> str:
    needs = [row.need for row in facts.required if row.item.code == "SS"]
    if None in needs:
        return _("kebutuhan belum diketahui")
    return _("kebutuhan {count}").format(count=number_format(sum(need or 0 for need in needs)))


def _actions(request: Request, seen: _Seen, facts: StationFacts) -> list[tuple[str, str]]:
    """Words and address of what this person may do now."""
    code, found = seen.station.code, []
    if can_keep_stock(request.user, seen.regency):
        if facts.stage == Stage.OPEN:
            found.append((_("Kemas"), reverse("station_pack", args=[code])))
        is_filled = any(row.held for row in (*facts.required, *facts.others))
        if facts.stage == Stage.PACKED or (facts.stage == Stage.OPEN and is_filled):
            found.append((_("Buka paket"), reverse("station_unpack", args=[code])))
    may = can_reconcile(request.user, seen.kecamatan) and facts.has_voted
    if may and facts.stage >= Stage.AT_TPS and facts.reconciled is None:
        found.append((_("Isi rekonsiliasi surat suara"), reverse("station_reconcile", args=[code])))
    return found


@require_http_methods(READ_OR_WRITE)
def station_pack(request: Request, station: str) -> HttpResponse:
    seen = _seen(request, station)
    check_can_keep_stock(request.user, seen.regency)
    rows = goods_rows(seen.election, seen.station, seen.parcel)
    form = StationPackForm(request.POST or None, goods=_to_add(rows, seen))

    def act(said: dict[str, Any]) -> None:
        done = pack(
            seen.election, [seen.station], seals={seen.station.pk: said["seals"]}, by=request.user, now=timezone.now(),
            contents={seen.station.pk: said["contents"]}, client_key=said["client_key"],
        )  # fmt: skip
        for row in done.incomplete:
            messages.warning(request, _("Isi tercatat, paket belum lengkap: {missing}.").format(missing=row.missing))
        if done.packed:
            messages.success(request, _("TPS dikemas."))

    return _act(request, seen, form, act, title=_("Kemas"), button=_("Simpan isi dan segel"), lead=_(
        "Yang diisi di sini keluar dari gudang KPU dan masuk ke paket. Paket dikemas bila semua barang wajib ada dan setiap kotak bersegel."
    ), check=lambda: check_is_open(seen.parcel))  # fmt: skip


def _to_add(rows: list[GoodsRow], seen: _Seen) -> list[GoodsField]:
    """Filled in with what is still short, as far as the warehouse has it."""
    stock = warehouse_stock(seen.election, seen.regency)
    return [
        field_of(
            (row.item.code, row.contest),
            row.item,
            min(row.short if row.need else 0, stock.get((row.item.code, row.contest), 0)),
            _("perlu {n}").format(n=number_format(row.need))
            if row.need is not None
            else _("kebutuhan belum diketahui"),
            _("ada {n}").format(n=number_format(row.held)),
            _("gudang {n}").format(n=number_format(stock.get((row.item.code, row.contest), 0))),
        )
        for row in rows
    ]


@require_http_methods(READ_OR_WRITE)
def station_unpack(request: Request, station: str) -> HttpResponse:
    seen = _seen(request, station)
    check_can_keep_stock(request.user, seen.regency)
    parcel = seen.parcel
    if parcel is None:
        raise Http404
    rows = [row for row in goods_rows(seen.election, seen.station, parcel) if row.held]
    told = [
        field_of((r.item.code, r.contest), r.item, r.held, _("ada {n}").format(n=number_format(r.held))) for r in rows
    ]
    form = StationUnpackForm(request.POST or None, goods=told)

    def act(said: dict[str, Any]) -> None:
        given = {name: said[name] for name in ("reason", "contents", "client_key")}
        unpack(parcel=parcel, by=request.user, now=timezone.now(), **given)
        messages.success(request, _("Paket dibuka dan isinya kembali ke gudang."))

    return _act(request, seen, form, act, title=_("Buka paket"), button=_("Buka paket"), lead=_(
        "Segel dilepas dan jumlah di bawah kembali ke gudang KPU. Kurangi jumlahnya bila sebagian tetap di paket."
    ), check=lambda: check_can_open(parcel))  # fmt: skip


@require_http_methods(READ_OR_WRITE)
def station_reconcile(request: Request, station: str) -> HttpResponse:
    seen = _seen(request, station)
    check_can_reconcile(request.user, seen.kecamatan)
    parcel = seen.parcel
    if parcel is None:
        raise Http404
    parcel.polling_station, parcel.election = seen.station, seen.election
    form = ReconcileForm(request.POST or None, ballots=ballots_in(parcel))

    def act(said: dict[str, Any]) -> None:
        counts, key = said["counts"], said["client_key"]
        reconcile(parcel=parcel, counts=counts, by=request.user, now=timezone.now(), client_key=key)
        messages.success(request, _("Rekonsiliasi surat suara tercatat."))

    def check() -> None:
        if not is_due(parcel, seen.opened.now):
            raise LedgerRefused(_("Rekonsiliasi diisi mulai hari pemungutan suara, setelah logistik ada di TPS."))
        if not form.ballots:
            raise LedgerRefused(_("Tidak ada surat suara lagi di paket ini: rekonsiliasinya sudah diisi."))

    return _act(request, seen, form, act, title=_("Rekonsiliasi surat suara"), button=_("Simpan rekonsiliasi"), lead=_(
        "Hanya jumlah lembar, tanpa perolehan suara: digunakan + rusak atau keliru dicoblos + tidak digunakan harus sama dengan yang diterima."
    ), check=check)  # fmt: skip


def _act(
    request: Request, seen: _Seen, form: GoodsForm | ReconcileForm, act: Callable[[dict[str, Any]], None], *, title: str, button: str,
    lead: str, check: Callable[[], None] = lambda: None,
) -> HttpResponse:  # fmt: skip
    """The form, or what came of it. `check` raises LedgerRefused when there is nothing to do here now."""
    code = seen.station.code
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data)
        except LedgerRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("station", code)
    elif not form.is_bound:
        try:
            check()
        except LedgerRefused as refused:
            messages.warning(request, str(refused))
            return redirect("station", code)
    context = {
        **seen.opened.context,
        "station": seen.station,
        "form": form,
        "title": title,
        "button": button,
        "lead": lead,
    }
    return render(request, "logistics/station_act.html", context, status=422 if form.is_bound else 200)
