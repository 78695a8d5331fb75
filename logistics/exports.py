"""Boards of logistics as tables to download."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, Subquery, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from districts.exporting import Cell, Column, Sheet, Source, keyset
from districts.frame import Opened
from districts.models import Contest, Election, PollingStation
from districts.naming import shown
from logistics import board
from logistics.board_filters import BoardFilter
from logistics.models import Balance, Document, Replacement, Seal
from logistics.shipment_page import shipment_rows
from logistics.stages import Stage
from logistics.steps import step_words
from logistics.stock import Stock, stock_of_regency


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


def stock_sheet(opened: Opened, election: Election) -> Sheet:
    """Every item of a regency as its page shows it. Four statements."""
    columns = [
        Column(_("Kode barang")), Column(_("Barang")), Column(_("Jenis pemilihan")), Column(_("Satuan")), Column(_("Kebutuhan")),
        Column(_("Diterima")), Column(_("Di sortir")), Column(_("Baik")), Column(_("Rusak")), Column(_("Dikemas")),
        Column(_("Kurang")), Column(_("Lebih")), Column(_("Belum dikirim")), Column(_("Pengganti diminta")),
        Column(_("Pengganti di jalan")), Column(_("Pengganti diterima")), Column(_("Cadangan")), Column(_("Musnah")),
        Column(_("Hilang")),
    ]  # fmt: skip
    rows = map(_stock_row, stock_of_regency(election, opened.place.code))
    return _kept_by_kpu(opened, election, _("Stok barang"), columns, rows)


def _stock_row(row: Stock) -> list[Cell]:
    item = row.goods.item
    return [
        item.code, shown(item.name), _contest(row.goods.contest), shown(item.unit), row.need, row.received, row.sorting,
        row.good, row.damaged, row.packed, row.short, row.surplus, row.owed, row.asked, row.on_the_way, row.replaced,
        row.reserve, row.destroyed, row.missing,
    ]  # fmt: skip


def replacements_sheet(opened: Opened, election: Election) -> Sheet:
    """What was asked to replace, the newest first, and how far it is."""
    columns = [
        Column(_("Diminta pada")), Column(_("Kode barang")), Column(_("Barang")), Column(_("Jenis pemilihan")),
        Column(_("Alasan")), Column(_("Nomor SILOG")), Column(_("Perkiraan tiba")), Column(_("Diminta")), Column(_("Dikirim")),
        Column(_("Diterima")),
    ]  # fmt: skip
    found = Replacement.objects.filter(election=election, regency=opened.place.code).select_related("item")
    rows = (_replacement_row(row) for row in found.order_by("-asked_at", "-pk"))
    return _kept_by_kpu(opened, election, _("Penggantian"), columns, rows)


def _replacement_row(row: Replacement) -> list[Cell]:
    return [
        row.asked_at, row.item.code, shown(row.item.name), _contest(row.contest), row.reason, row.silog_number or None,
        row.expected_on, row.asked, row.sent, row.received,
    ]  # fmt: skip


def shipments_sheet(opened: Opened, election: Election, hop: str, state: str) -> Sheet:
    """The shipments of a kecamatan that pass the filters of their page, the newest first."""
    columns = [
        Column(_("Nomor")), Column(_("Ruas")), Column(_("Muatan"), "TPS"), Column(_("Keadaan")), Column(_("Direncanakan")),
        Column(_("Berangkat")), Column(_("Tiba")),
    ]  # fmt: skip
    rows = (
        [row.code, row.get_hop_display(), row.parcels, row.get_state_display(), row.planned_at, row.departed_at, row.arrived_at]
        for row in shipment_rows(election, opened.place.code, hop, state)
    )  # fmt: skip
    return _kept_by_kpu(opened, election, _("Kiriman"), columns, rows)


def _contest(contest: str) -> str | None:
    return str(Contest.Kind(contest).label) if contest else None


def _kept_by_kpu(
    opened: Opened, election: Election, name: str, columns: list[Column], rows: Iterable[list[Cell]]
) -> Sheet:
    place = opened.place
    return Sheet(
        name=name, columns=columns, rows=rows, source=_source(opened, election), zone=place.zone, code=place.code,
        day=opened.today,
    )  # fmt: skip
