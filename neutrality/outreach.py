"""Outreach from plan to held, and pledges: who may note them, and the writes (DOMAIN 6.3 NET-01, NET-02, SOS-01..04).

A form sent twice makes one row: the client key again gives what it made the first time. A step that was already taken
(held, cancelled) is not taken again. Each write marks the kecamatan stale in its own transaction.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from districts.client_keys import key_used
from districts.models import Election, Region
from districts.outbox import mark_stale
from districts.photos import encode, keep
from districts.weeks import local_date
from neutrality.access import check_can_note_outreach
from neutrality.models import EventPhoto, EventState, OutreachEvent, PledgeCount

if TYPE_CHECKING:
    from districts.models import User

MAX_PHOTOS = 3  # of an event; the table's own bound
#: [P] Nothing of an election is older than a year before its voting day: an earlier date is a typing error.
OLDEST = timedelta(days=365)


class OutreachRefused(Exception):
    """Nothing was written; carries the sentence to show and, where one is at fault, the field of the form."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def note_event(
    *,
    election: Election,
    kecamatan: Region,
    kind: str,
    held_on: date,
    by: "User",
    now: datetime,
    client_key: UUID,
    is_planned: bool = False,
    topics: Iterable[str] = (),
    villages: Iterable[str] = (),
    institutions: Iterable[str] = (),
    place: str = "",
    participants: int | None = None,
    material: str = "",
    note: str = "",
) -> OutreachEvent:
    """A new event, held or planned. The same key from the same person gives the event it made the first time."""
    check_can_note_outreach(by, kecamatan.pk)
    if earlier := _noted_before(client_key, kecamatan, by):
        return earlier
    today = local_date(kecamatan.time_zone, now)
    (_check_plan if is_planned else _check_held)(election, held_on, today)
    event = OutreachEvent(
        election=election, kecamatan=kecamatan, kind=kind, held_on=held_on, topics=list(topics),
        villages=_checked(villages, kecamatan), institutions=list(institutions), place=place, participants=participants,
        material=material, note=note, noted_by=by, noted_at=now, client_key=client_key,
        state=EventState.PLANNED if is_planned else EventState.HELD,
        confirmed_by=None if is_planned else by, confirmed_at=None if is_planned else now,
    )  # fmt: skip
    if (kind == "sosialisasi") and not event.topics:
        raise OutreachRefused(_("Pilih pokok sosialisasi: netralitas, tahapan atau damai."), "topics")
    try:
        with transaction.atomic():
            event.save(force_insert=True)
            mark_stale(election, [kecamatan.pk], cause="outreach")
    except IntegrityError:
        if earlier := _noted_before(client_key, kecamatan, by):
            return earlier
        raise
    return event


def _noted_before(client_key: UUID, kecamatan: Region, by: "User") -> OutreachEvent | None:
    earlier = OutreachEvent.objects.filter(client_key=client_key).first()
    if earlier and (earlier.kecamatan_id, earlier.noted_by_id) != (kecamatan.pk, by.pk):
        raise OutreachRefused(key_used())
    return earlier


def _check_held(election: Election, held_on: date, today: date) -> None:
    if held_on > today:
        raise OutreachRefused(
            _("Tanggal ini belum tiba. Pilih tanggal pelaksanaan, atau catat sebagai rencana."), "held_on"
        )
    if held_on < election.voting_day - OLDEST:
        raise OutreachRefused(
            _("Tanggal ini lebih dari setahun sebelum pemungutan suara. Periksa tahunnya."), "held_on"
        )


def _check_plan(election: Election, held_on: date, today: date) -> None:
    if held_on < today:
        raise OutreachRefused(
            _("Tanggal rencana sudah lewat. Pilih tanggal mendatang, atau catat sebagai terlaksana."), "held_on"
        )
    if held_on > election.reporting_until:
        raise OutreachRefused(_("Tanggal ini sesudah masa pemilihan. Periksa tanggalnya."), "held_on")


def _checked(villages: Iterable[str], kecamatan: Region) -> list[str]:
    """The codes in order; each is a desa of the kecamatan. One statement unless there are none."""
    wanted = sorted(set(villages))
    if wanted and Region.objects.filter(parent=kecamatan, code__in=wanted).count() != len(wanted):
        raise OutreachRefused(_("Ada desa yang bukan bagian dari kecamatan ini. Pilih desa dari daftar."), "villages")
    return wanted


def hold_event(
    *,
    event: OutreachEvent,
    held_on: date,
    villages: Iterable[str],
    institutions: Iterable[str],
    participants: int | None,
    note: str,
    by: "User",
    now: datetime,
) -> OutreachEvent:
    """A planned event took place: when, which desa it covered, who was there. Said again it changes nothing."""
    check_can_note_outreach(by, event.kecamatan_id)
    _check_held(event.election, held_on, local_date(event.kecamatan.time_zone, now))
    covered = _checked(villages, event.kecamatan)
    with transaction.atomic():
        kept = _locked(event)
        if kept.state == EventState.CANCELLED:
            raise OutreachRefused(_("Kegiatan ini sudah dibatalkan. Catat kegiatan baru bila tetap terlaksana."))
        if kept.state == EventState.PLANNED:
            kept.state, kept.held_on, kept.villages = EventState.HELD, held_on, covered
            kept.institutions, kept.participants, kept.note = list(institutions), participants, note
            kept.confirmed_by, kept.confirmed_at = by, now
            kept.save()
            mark_stale(kept.election_id, [kept.kecamatan_id], cause="outreach")
    return kept


def cancel_event(*, event: OutreachEvent, reason: str, by: "User", now: datetime) -> OutreachEvent:
    """A plan that fell through, or a note that was wrong: it counts no more and stays to be read, with the reason."""
    check_can_note_outreach(by, event.kecamatan_id)
    if not reason:
        raise OutreachRefused(_("Tulis alasan pembatalan."), "reason")
    with transaction.atomic():
        kept = _locked(event)
        if kept.state != EventState.CANCELLED:
            kept.state, kept.cancel_reason = EventState.CANCELLED, reason
            kept.cancelled_by, kept.cancelled_at = by, now
            kept.save()
            mark_stale(kept.election_id, [kept.kecamatan_id], cause="outreach")
    return kept


def _locked(event: OutreachEvent) -> OutreachEvent:
    return OutreachEvent.objects.select_for_update(no_key=True).get(pk=event.pk)


def note_pledges(
    *,
    election: Election,
    kecamatan: Region,
    counted_on: date,
    counts: Mapping[str, tuple[int, int]],
    by: "User",
    now: datetime,
    client_key: UUID,
) -> list[PledgeCount]:
    """How many of each group of `counts` had signed on `counted_on`, out of how many. Added to what was counted before;
    the same key again gives the counts it made the first time.
    """
    check_can_note_outreach(by, kecamatan.pk)
    if not counts:
        raise OutreachRefused(_("Isi jumlah untuk paling sedikit satu kelompok."))
    today = local_date(kecamatan.time_zone, now)
    if counted_on > today:
        raise OutreachRefused(_("Tanggal hitungan belum tiba. Pilih tanggal hari ini atau sebelumnya."), "counted_on")
    if counted_on < election.voting_day - OLDEST:
        raise OutreachRefused(
            _("Tanggal ini lebih dari setahun sebelum pemungutan suara. Periksa tahunnya."), "counted_on"
        )
    for group, (signed, total) in counts.items():
        if total < 1 or signed > total:
            raise OutreachRefused(_("Yang menandatangani tidak boleh melebihi jumlah orangnya."), f"{group}_signed")
    rows = [
        PledgeCount(
            election=election, kecamatan=kecamatan, group=group, counted_on=counted_on, signed=signed, total=total,
            noted_by=by, noted_at=now, client_key=uuid5(client_key, group),
        )
        for group, (signed, total) in counts.items()
    ]  # fmt: skip
    if earlier := _counted_before(rows, client_key, kecamatan, by):
        return earlier
    try:
        with transaction.atomic():
            PledgeCount.objects.bulk_create(rows)
            mark_stale(election, [kecamatan.pk], cause="pledges")
    except IntegrityError:
        if earlier := _counted_before(rows, client_key, kecamatan, by):
            return earlier
        raise
    return rows


def _counted_before(rows: list[PledgeCount], client_key: UUID, kecamatan: Region, by: "User") -> list[PledgeCount]:
    earlier = list(PledgeCount.objects.filter(client_key__in=[row.client_key for row in rows]))
    if any((each.kecamatan_id, each.noted_by_id) != (kecamatan.pk, by.pk) for each in earlier):
        raise OutreachRefused(key_used())
    return earlier


def add_photo(*, event: OutreachEvent, by: "User", upload: UploadedFile) -> tuple[EventPhoto, bool]:
    """(photo, whether it is new). PhotoRefused with a sentence; no row and no file is left then."""
    check_can_note_outreach(by, event.kecamatan_id)
    return keep(
        EventPhoto(event=event, uploaded_by=by),
        encode(upload, event.kecamatan.time_zone),
        of="event",
        most=MAX_PHOTOS,
        when_full=_("Sudah ada tiga foto. Paling banyak tiga foto per kegiatan."),
        when_no_room=_(
            "Foto belum tersimpan: tempat di server penuh. Kegiatannya sendiri aman; coba foto ini lagi nanti."
        ),
    )
