"""Boards of logistics as tables to download."""

from collections.abc import Iterator

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, Subquery, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from districts.exporting import Cell, Column, Sheet, Source, keyset
from districts.frame import Opened
from districts.models import Election, PollingStation
from logistics import board
from logistics.board_filters import BoardFilter
from logistics.models import Balance, Document, Seal
from logistics.stages import Stage
from logistics.steps import step_words


def _source(opened: Opened, election: Election) -> Source:
    return Source(
        given_by=_("Catatan logistik penghubung KPU dan PPK"), read_at=opened.now, place=opened.place.name,
        election=election.name, is_simulation=election.is_simulation,
        notes=(_("Sel kosong berarti belum ada catatan, bukan nol."),),
    )  # fmt: skip


def board_sheet(opened: Opened, election: Election, chosen: BoardFilter) -> Sheet:
    """The rows of the board of a region that pass the filter, in its order."""
    place = opened.place
    rows, _beside = board.chosen_rows(place, election, chosen, opened.now)
    return Sheet(
        name=_("Logistik"), columns=_board_columns(), rows=(_board_row(row) for row in rows if row.matches),
        source=_source(opened, election), zone=place.zone, code=place.code, day=opened.today,
    )  # fmt: skip


def _board_columns() -> list[Column]:
    return [
        Column(_("Kode")), Column(_("Wilayah")), Column(_("Jumlah TPS")), Column(_("Belum ada catatan KPU"), "TPS"),
        *(Column(words[:1].upper() + words[1:], "TPS") for words in step_words(get_language())),
        Column(_("Sudah dikemas"), "TPS"), Column(_("Sudah sampai PPK"), "TPS"), Column(_("Sudah sampai PPS"), "TPS"),
        Column(_("Sudah sampai TPS"), "TPS"), Column(_("Kecamatan")), Column(_("Kecamatan lengkap di PPK")),
        Column(_("Desa")), Column(_("Desa lengkap di PPS")), Column(_("Temuan terbuka")),
        Column(_("Catatan terakhir")), Column(_("Dicatat oleh")),
    ]  # fmt: skip


def _board_row(row: board.Row) -> list[Cell]:
    """Figures of a region where no KPU keeps the ledger are empty."""
    known: list[Cell] = [
        *row.steps, row.packed, row.ppk, row.pps, row.tps, row.kecamatan, row.kecamatan_done, row.villages,
        row.villages_done, row.findings, row.written_at, row.written_by,
    ]  # fmt: skip
    return [row.code, row.short_name, row.total, row.unknown, *(known if row.is_known else [None] * len(known))]


#: Moments of a parcel, in the order of its way.
MOMENTS = ("packed_at", "ppk_at", "pps_at", "tps_at", "back_pps_at", "back_ppk_at", "back_kpu_at")


def stations_sheet(opened: Opened, election: Election) -> Sheet:
    """Every TPS of a regency: stage, when it reached each place, boxes, seals, open shipment. Read in chunks."""
    place = opened.place
    columns = [
        Column(_("Kode TPS")), Column(_("Kecamatan")), Column(_("Desa/kelurahan")), Column(_("Nomor TPS")),
        Column(_("Pemilih")), Column(_("Tahap")), Column(_("Sejak")), Column(_("Dikemas")), Column(_("Diterima PPK")),
        Column(_("Diterima PPS")), Column(_("Diterima TPS")), Column(_("Kembali di PPS")), Column(_("Kembali di PPK")),
        Column(_("Kembali di KPU")), Column(_("Kotak suara"), _("buah")), Column(_("Segel"), _("keping")),
        Column(_("Kiriman")),
    ]  # fmt: skip
    return Sheet(
        name=_("Logistik per TPS"), columns=columns, rows=_stations(election, place.code),
        source=_source(opened, election), zone=place.zone, code=place.code, day=opened.today,
    )  # fmt: skip


#: Ballot boxes in the catalogue, DOMAIN 3.2.
BOX = "KS"


def _stations(election: Election, regency: str) -> Iterator[list[Cell]]:
    """A statement per 2,000 TPS, and one before. Without any act of the KPU a TPS has no stage, which is not "not packed"."""
    is_kept = Document.objects.filter(election=election, regency=regency).exists()
    boxes = Balance.objects.filter(place__parcel=OuterRef("parcel"), item=BOX).order_by()
    seals = Seal.objects.filter(parcel=OuterRef("parcel"), removed=None).order_by()
    found = (
        PollingStation.objects.filter(kecamatan_code__startswith=regency)
        .annotate(parcel=FilteredRelation("parcels", condition=Q(parcels__election=election)))
        .annotate(
            kecamatan=F("village__parent__name"),
            stage=F("parcel__stage"),
            since=F("parcel__stage_at"),
            boxes=Subquery(boxes.values("place").annotate(number=Sum("quantity")).values("number")),
            seals=Subquery(seals.values("parcel").annotate(number=Count("pk")).values("number")),
            shipment=F("parcel__shipment__code"),
        )
        .values("village_id", "number", "village__name", "kecamatan", "voters", "stage", "since", "boxes", "seals",
                "shipment", *(f"parcel__{moment}" for moment in MOMENTS))
    )  # fmt: skip
    for row in keyset(found, "village_id", "number"):
        stage = Stage(row["stage"] or Stage.OPEN).label if is_kept else None
        yield [
            f"{row['village_id']}-{row['number']:03d}", row["kecamatan"], row["village__name"], row["number"],
            row["voters"], stage, row["since"], *(row[f"parcel__{moment}"] for moment in MOMENTS),
            row["boxes"], row["seals"], row["shipment"],
        ]  # fmt: skip
