"""The manifest (surat jalan) of a shipment on paper, DOMAIN 3.5: what travels, how, with whom, and where it is signed."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from districts.exporting import file_name
from districts.printing import letter, printed
from districts.qr import svg
from districts.templatetags.siap import moment
from districts.weeks import local_date
from logistics.departure_sentences import destination
from logistics.models import Shipment, ShipmentLeg
from logistics.shipment_page import CargoList, Goods, cargo_list
from logistics.stages import HOPS, Stage

TEMPLATE = "logistics/print/manifest.typ"


def manifest(shipment: Shipment, address: str, now: datetime) -> HttpResponse:
    """`address`: absolute, of the hand-over that the QR opens. PrintFailed when it cannot be set."""
    day = local_date(shipment.kecamatan.time_zone, now)
    name = file_name(f"manifes {shipment.code}", shipment.kecamatan_id, day, "pdf")
    return printed(TEMPLATE, manifest_data(shipment, address, now), name)


@override("id")  # an official paper
def manifest_data(shipment: Shipment, address: str, now: datetime) -> dict[str, Any]:
    """What manifest.typ shows, all as text."""
    zone, hop = shipment.kecamatan.time_zone, HOPS[shipment.hop]
    cargo = cargo_list(shipment, now)
    legs = [leg for leg in shipment.legs.all() if leg.plan == shipment.plan_in_use]
    return {
        "letter": letter(
            title=_("Surat jalan dan manifes"), number=shipment.code, place=shipment.kecamatan.short_name,
            source=_("Buku persediaan KPU, dicatat {sender}").format(sender=hop.sender_place), read_at=now, zone=zone,
            election=shipment.election.name, is_simulation=shipment.election.is_simulation,
        ),
        "facts": _facts(shipment, cargo, zone),
        "titles": _titles(),
        "legs": [_leg(number, leg, zone) for number, leg in enumerate(legs, start=1)],
        "stations": [
            [village.name, load.station, number_format(load.boxes), ", ".join(load.seals)]
            for village in cargo.villages
            for load in village.loads
        ],
        "stations_total": [_("Jumlah"), _("{count} TPS").format(count=cargo.parcels), number_format(cargo.boxes),
                           _("{count} segel").format(count=cargo.seals)],
        "loose": [_goods(row) for row in cargo.loose],
        "totals": [_goods(row) for row in cargo.totals],
        "qr": svg(address),
        "address": address,
        "signatures": _signatures(shipment, legs),
    }  # fmt: skip


def _facts(shipment: Shipment, cargo: CargoList, zone: str) -> list[list[str]]:
    left = moment(shipment.departed_at, zone) if shipment.departed_at else _("belum berangkat")
    return [
        [_("Dari"), _origin(shipment)],
        [_("Ke"), destination(shipment.hop, shipment.kecamatan.short_name)],
        [_("Keadaan"), str(shipment.get_state_display())],
        [_("Berangkat"), left],
        [_("Rencana"), str(shipment.get_plan_in_use_display())],
        [_("Muatan"), _("{parcels} TPS, {boxes} kotak suara, {seals} segel").format(
            parcels=cargo.parcels, boxes=cargo.boxes, seals=cargo.seals)],
        *([[_("Catatan"), shipment.note]] if shipment.note else []),
    ]  # fmt: skip


def _origin(shipment: Shipment) -> str:
    """*Gudang KPU Kutai Timur*, *PPK (kecamatan) Sandaran*."""
    hop, kecamatan = HOPS[shipment.hop], shipment.kecamatan
    if hop.start == Stage.PACKED and kecamatan.parent:
        return _("Gudang KPU {name}").format(name=kecamatan.parent.short_name)
    name = shipment.village.name if shipment.village else kecamatan.short_name
    return f"{hop.sender_place} {name}"


def _titles() -> dict[str, Any]:
    """Headings and heads of the tables."""
    return {
        "legs": _("Perjalanan dan pengawalan"),
        "legs_head": [_("No."), _("Dari–ke"), _("Moda dan pengangkut"), _("Pengawal"), _("Berangkat"), _("Tiba")],
        "stations": _("Kotak dan segel per TPS"),
        "stations_head": [_("Desa/kelurahan"), _("TPS"), _("Kotak"), _("Nomor segel")],
        "loose": _("Barang lepas"),
        "totals": _("Jumlah seluruh muatan"),
        "goods_head": [_("Barang"), _("Jenis"), _("Jumlah"), _("Satuan")],
        "scan": _("Pindai untuk serah terima"),
        "by_hand": _("Tanpa sinyal: hitung dan tanda tangani lembar ini, lalu catat serah terima begitu ada sinyal."),
    }


def _leg(number: int, leg: ShipmentLeg, zone: str) -> list[str]:
    escort = [leg.get_escort_force_display() if leg.escort_force else "", leg.escort_unit,
              _("{count} orang").format(count=leg.escort_count) if leg.escort_count else ""]  # fmt: skip
    return [
        str(number),
        f"{leg.origin}–{leg.destination}",
        ", ".join(part for part in (str(leg.get_mode_display()), leg.carrier) if part),
        ", ".join(str(part) for part in escort if part),
        _time(leg.departed_at, leg.planned_departure, zone),
        _time(leg.arrived_at, leg.planned_arrival, zone),
    ]


def _time(at: datetime | None, planned: datetime | None, zone: str) -> str:
    if at is None and planned is not None:
        return _("rencana {moment}").format(moment=moment(planned, zone))
    return moment(at, zone)


def _goods(row: Goods) -> list[str]:
    return [row.item, row.contest, number_format(row.quantity, use_l10n=True, force_grouping=True), row.unit]


def _signatures(shipment: Shipment, legs: list[ShipmentLeg]) -> list[dict[str, str]]:
    first = legs[0] if legs else None
    sender = shipment.departed_by.name if shipment.departed_by else ""
    return [
        {"role": _("Yang menyerahkan"), "name": sender, "note": _origin(shipment)},
        {"role": _("Pengangkut"), "name": "", "note": first.carrier if first else ""},
        {"role": _("Pengawal"), "name": "", "note": first.escort_unit if first else ""},
        {"role": _("Yang menerima"), "name": "", "note": destination(shipment.hop, shipment.kecamatan.short_name)},
    ]
