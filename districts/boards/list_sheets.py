"""Lists of a region as tables to download: the regions below it with their colours, who has not reported, the issues."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from districts.boards.overview import Column as Dimension
from districts.boards.overview import Unit
from districts.exporting import Cell, Column, Sheet, Source, keyset
from districts.frame import Opened
from districts.models import (
    ContactAttempt,
    Election,
    IssueCategory,
    IssueKind,
    IssueLevel,
    IssueState,
    Level,
    ReportState,
)
from districts.models.regions import without_kabupaten
from districts.reports import silence


def _source(opened: Opened, given_by: str, *notes: str) -> Source:
    election = opened.election
    return Source(
        given_by=given_by, read_at=opened.now, place=opened.place.name, election=election.name if election else "",
        is_simulation=bool(election and election.is_simulation), notes=notes,
    )  # fmt: skip


def _sheet(opened: Opened, name: str, columns: list[Column], rows: Iterator[list[Cell]], source: Source) -> Sheet:
    place = opened.place
    return Sheet(
        name=name, columns=columns, rows=rows, source=source, zone=place.zone, code=place.code, day=opened.today
    )


def units_sheet(opened: Opened, units: Sequence[Unit], dimensions: Sequence[Dimension]) -> Sheet:
    """The list of a dashboard, in its order: state, score and reports of each region, and its state by dimension."""
    columns = [
        Column(_("Kode")), Column(_("Wilayah")), Column(_("Keadaan")), Column(_("Skor")), Column(_("Laporan masuk")),
        Column(_("Laporan tepat waktu")), Column(_("Laporan ditunggu")), *(Column(each.name) for each in dimensions),
    ]  # fmt: skip
    note = _("Skor kosong berarti datanya belum cukup, bukan nol.")
    return _sheet(
        opened, _("Kesiapan"), columns, _unit_rows(units), _source(opened, _("Hitungan SIAP dari semua sumber"), note)
    )


def _unit_rows(units: Sequence[Unit]) -> Iterator[list[Cell]]:
    for unit in units:
        yield [
            unit.code, unit.name, Level(unit.level).label, None if unit.score is None else round(unit.score, 1),
            unit.received, unit.on_time, unit.expected, *(Level(cell.level).label for cell in unit.cells),
        ]  # fmt: skip


def silent_sheet(opened: Opened, election: Election, wanted: str) -> Sheet:
    """Who has not reported in the slot that is open now, of the state `wanted` alone where one is named."""
    columns = [
        Column(_("Kode")), Column(_("Kecamatan")), Column(_("Kabupaten/kota")), Column(_("Keadaan")),
        Column(_("Periode")), Column(_("Tenggat")), Column(_("Laporan terakhir")), Column(_("Kontak terakhir")),
        Column(_("Waktu kontak")),
    ]  # fmt: skip
    found = silence.with_history(silence.silent_in(opened.place, election, opened.now), opened.now, wanted)
    source = _source(opened, _("Laporan kecamatan dan catatan Desk Pilkada"))
    return _sheet(opened, _("Belum lapor"), columns, _silent_rows(found), source)


def _silent_rows(found: QuerySet[Any]) -> Iterator[list[Cell]]:
    for row in keyset(found, "kecamatan_id"):
        kecamatan = row.kecamatan
        yield [
            kecamatan.code, kecamatan.short_name, kecamatan.parent.short_name, ReportState(row.state).label, row.slot,
            row.due_at, row.last_sent_at, ContactAttempt.Outcome(row.reached).label if row.reached else None,
            row.reached_at or None,
        ]  # fmt: skip


def issues_sheet(opened: Opened, found: QuerySet[Any]) -> Sheet:
    """The issues of a board that pass its filters, the oldest first."""
    columns = [
        Column(_("Nomor")), Column(_("Kode")), Column(_("Kecamatan")), Column(_("Jenis")), Column(_("Kategori")),
        Column(_("Tingkat")), Column(_("Kendala")), Column(_("Uraian")), Column(_("Keadaan")),
        Column(_("Penanggung jawab")), Column(_("Tenggat")), Column(_("Dicatat")), Column(_("Ditutup")),
    ]  # fmt: skip
    source = _source(opened, _("Camat, Desk Pilkada dan instansi yang ditugaskan"))
    return _sheet(opened, _("Kendala"), columns, _issue_rows(found), source)


def _issue_rows(found: QuerySet[Any]) -> Iterator[list[Cell]]:
    rows = found.order_by().values(
        "pk", "kecamatan_id", "kecamatan__name", "kind", "category", "level", "title", "detail", "state", "owner__name",
        "due_at", "raised_at", "closed_at",
    )  # fmt: skip
    for row in keyset(rows, "pk"):
        yield [
            row["pk"], row["kecamatan_id"], without_kabupaten(row["kecamatan__name"]), IssueKind(row["kind"]).label,
            IssueCategory(row["category"]).label, IssueLevel(row["level"]).label, row["title"], row["detail"],
            IssueState(row["state"]).label, row["owner__name"], row["due_at"], row["raised_at"], row["closed_at"],
        ]  # fmt: skip
