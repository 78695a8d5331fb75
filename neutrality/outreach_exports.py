"""Boards of outreach as tables to download."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from districts.exporting import Cell, Column, Sheet, Source, keyset
from districts.frame import Opened
from districts.models import Election, Region
from neutrality.models import EventKind, EventState, Institution, OutreachEvent, Topic
from neutrality.outreach_board import Row, rows_of
from neutrality.outreach_forms import OutreachFilter
from neutrality.panel import words


def _source(opened: Opened, election: Election) -> Source:
    return Source(
        given_by=_("Catatan sosialisasi kecamatan, Desk Pilkada, KPU dan Bawaslu"), read_at=opened.now,
        place=opened.place.name, election=election.name, is_simulation=election.is_simulation,
        notes=(_("Sel kosong berarti belum ada catatan, bukan nol."),),
    )  # fmt: skip


def coverage_sheet(opened: Opened, election: Election) -> Sheet:
    """The rows of the board of a region."""
    place = opened.place
    columns = [
        Column(_("Kode")), Column(_("Wilayah")), Column(_("Kecamatan")), Column(_("Kecamatan dengan catatan")),
        Column(_("Desa")), Column(_("Tercakup netralitas"), _("desa")), Column(_("Tercakup tahapan"), _("desa")),
        Column(_("Tercakup damai"), _("desa")), Column(_("Kecamatan sudah deklarasi")),
        Column(_("Ikrar ditandatangani"), _("orang")), Column(_("Ikrar dari"), _("orang")),
        Column(_("Rapat FPK/FKDM terakhir")), Column(_("Kegiatan terlaksana")), Column(_("Kegiatan direncanakan")),
        Column(_("Rencana lewat tanggal")), Column(_("Catatan terakhir")),
    ]  # fmt: skip
    return Sheet(
        name=_("Sosialisasi"), columns=columns, rows=(_row(row) for row in rows_of(place, election, opened.today)),
        source=_source(opened, election), zone=place.zone, code=place.code, day=opened.today,
    )  # fmt: skip


def _row(row: Row) -> list[Cell]:
    """Figures of a region where nobody noted anything are empty."""
    known: list[Cell] = [row.neutrality, row.stages, row.peace, row.declared]
    events: list[Cell] = [row.met_on, row.held, row.planned, row.late, row.written_at]
    return [
        row.code, row.short_name, row.kecamatan, row.known, row.villages, *(known if row.known else [None] * len(known)),
        row.signed, row.to_sign, *(events if row.known else [None] * len(events)),
    ]  # fmt: skip


def events_sheet(opened: Opened, election: Election, chosen: OutreachFilter) -> Sheet:
    """The events of a region that pass the filter, read in chunks. People are counted, never named."""
    place = opened.place
    columns = [
        Column(_("Tanggal")), Column(_("Kode kecamatan")), Column(_("Kecamatan")), Column(_("Macam")), Column(_("Pokok")),
        Column(_("Keadaan")), Column(_("Tempat")), Column(_("Desa tercakup"), _("desa")), Column(_("Kode desa")),
        Column(_("Lembaga yang hadir")), Column(_("Peserta"), _("orang")), Column(_("Materi")), Column(_("Catatan")),
        Column(_("Alasan batal")), Column(_("Dicatat")),
    ]  # fmt: skip
    events = chosen.narrowed(OutreachEvent.objects.filter(election=election).under(place.code), opened.today)
    return Sheet(
        name=_("Kegiatan sosialisasi"), columns=columns, rows=_events(events, place.code),
        source=_source(opened, election), zone=place.zone, code=place.code, day=opened.today,
    )  # fmt: skip


def _events(events: Any, code: str) -> Iterator[list[Cell]]:
    """A statement per 2,000 events, and one before."""
    names = dict(Region.objects.kecamatan().under(code).values_list("code", "name"))
    kinds, states = dict(EventKind.choices), dict(EventState.choices)
    for event in keyset(events, "held_on", "pk"):
        yield [
            event.held_on, event.kecamatan_id, names[event.kecamatan_id], str(kinds[event.kind]),
            words(Topic.choices, event.topics), str(states[event.state]), event.place, len(event.villages),
            " ".join(event.villages), words(Institution.choices, event.institutions), event.participants,
            event.material, event.note, event.cancel_reason, event.noted_at,
        ]  # fmt: skip
