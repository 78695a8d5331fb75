"""The Berita Acara Serah Terima of a shipment on paper, DOMAIN 3.5: both parties, what was counted, what differed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from districts.exporting import file_name
from districts.printing import letter, printed
from districts.qr import svg
from districts.templatetags.siap import moment, signed
from districts.weeks import local_date
from logistics.handover_page import CountRow, DifferenceRow, ParcelRow, Record
from logistics.models import Shipment

TEMPLATE = "logistics/print/bast.typ"


def document(shipment: Shipment, records: Sequence[Record], address: str, now: datetime) -> HttpResponse:
    """`address`: absolute, of the record that the QR opens. PrintFailed when it cannot be set."""
    name = file_name(
        f"BAST {shipment.code}", shipment.kecamatan_id, local_date(shipment.kecamatan.time_zone, now), "pdf"
    )
    return printed(TEMPLATE, document_data(shipment, records, address, now), name)


@override("id")  # an official record
def document_data(shipment: Shipment, records: Sequence[Record], address: str, now: datetime) -> dict[str, Any]:
    """What bast.typ shows, all as text."""
    zone = shipment.kecamatan.time_zone
    return {
        "letter": letter(
            title=_("Berita Acara Serah Terima"), number=shipment.code, place=shipment.kecamatan.short_name,
            source=_("catatan serah terima kedua pihak di SIAP"), read_at=now, zone=zone,
            election=shipment.election.name, is_simulation=shipment.election.is_simulation,
        ),
        "titles": _titles(),
        "records": [_record(record, zone) for record in records],
        "qr": svg(address),
        "address": address,
    }  # fmt: skip


def _titles() -> dict[str, Any]:
    """Headings and heads of the tables."""
    return {
        "counts": _("Hasil hitung"),
        "counts_head": [
            _("Barang"), _("Satuan"), _("Menurut manifes"), _("Dihitung"), _("Di antaranya rusak"), _("Selisih"),
        ],
        "parcels": _("Segel per TPS"),
        "parcels_head": [_("TPS"), _("Desa/kelurahan"), _("Nomor segel"), _("Keadaan")],
        "differences": _("Selisih"),
        "differences_head": [_("Di mana"), _("Temuan"), _("Barang"), _("Jumlah"), _("Keterangan")],
        "scan": _("Pindai untuk catatan serah terima"),
    }  # fmt: skip


def _record(record: Record, zone: str) -> dict[str, Any]:
    handover = record.handover
    return {
        "title": _("Penerimaan kembali oleh pengirim") if handover.is_take_back else _("Serah terima"),
        "opening": _opening(record, zone),
        "facts": _facts(record, zone),
        "counts": [_count(row) for row in record.counts],
        "parcels": [_parcel(row) for row in record.parcels],
        "differences": [_difference(row) for row in record.differences],
        "signatures": [
            {"role": _("Yang menyerahkan"), "name": handover.sender.name, "note": record.sender_place},
            {
                "role": _("Yang menerima"),
                "name": handover.receiver_name or handover.receiver.name,
                "note": handover.receiver_office or record.receiver_place,
            },
        ],
    }


def _opening(record: Record, zone: str) -> str:
    handover = record.handover
    return _(
        "Pada {received} kedua pihak di bawah ini mencatat serah terima perlengkapan pemungutan suara dengan hasil: "
        "{outcome}."
    ).format(received=moment(handover.received_at, zone), outcome=handover.get_outcome_display().lower())


def _facts(record: Record, zone: str) -> list[list[str]]:
    handover = record.handover
    receiver = handover.receiver.name
    if handover.receiver_name:
        receiver = _("{name}, {office}; dicatat oleh {account}").format(
            name=handover.receiver_name, office=handover.receiver_office or record.receiver_place, account=receiver
        )
    there = sum(row.is_there for row in record.parcels)
    return [
        [_("Diserahkan"), f"{handover.sender.name}, {record.sender_place}, {moment(handover.sent_at, zone)}"],
        [_("Diterima"), f"{receiver}, {record.receiver_place}, {moment(handover.received_at, zone)}"],
        [_("Hasil"), str(handover.get_outcome_display())],
        [_("Alasan"), handover.reason],
        [_("Paket TPS"), _("{there} dari {total} ada; segel {fine} TPS cocok dan utuh").format(
            there=there, total=len(record.parcels), fine=record.fine_seals)],
        [_("Dicatat di SIAP"), moment(handover.recorded_at, zone)],
    ]  # fmt: skip


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


def _count(row: CountRow) -> list[str]:
    return [
        row.name, row.unit, _number(row.sent), _number(row.counted), _number(row.damaged),
        signed(row.gap) if row.gap else "0",
    ]  # fmt: skip


def _parcel(row: ParcelRow) -> list[str]:
    check = _("{check}; terbaca {seen}").format(check=row.check, seen=row.seen) if row.seen else row.check
    return [row.code, row.village, row.recorded, check]


def _difference(row: DifferenceRow) -> list[str]:
    difference = row.difference
    settled = difference.settled.note if difference.settled else _("belum diselesaikan")
    return [
        row.where,
        str(difference.get_kind_display()),
        row.goods,
        _number(difference.quantity) if difference.quantity else "",
        "; ".join(part for part in (difference.note, settled) if part),
    ]
