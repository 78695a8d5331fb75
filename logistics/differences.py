"""Differences after a hand-over: the sender has seen them, and each is settled by a document that puts it right.

Found units leave the shipment's account for the receiver or the sender, lost ones for MISSING with a berita acara.
A replacement comes from stock that is already where the parcel stands: it travels there as loose goods first.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.access import AccessRefused
from districts.client_keys import key_used
from districts.issues import tell_issue
from districts.templatetags.siap import moment
from logistics import handover_sql
from logistics.access import can_receive, can_send, check_can_receive, check_can_send
from logistics.cargo import loose_account
from logistics.handing import HandOverRefused, end_of
from logistics.ledger import Line, mark_regency_stale, move, move_parcels, places, stock_of, write_document
from logistics.models import (
    Difference,
    DifferenceKind,
    Document,
    DocumentKind,
    HandOver,
    Outcome,
    Parcel,
    PlaceKind,
    Seal,
    Shipment,
)
from logistics.stages import HOPS, RESTING, Stage

if TYPE_CHECKING:
    from districts.models import User

#: Room of Document.note.
NOTE = 280


class Way(models.TextChoices):
    """How a difference is put right."""

    FOUND = "ditemukan", gettext_lazy("Ditemukan, sudah di penerima")
    WITH_SENDER = "pengirim", gettext_lazy("Ternyata masih di pengirim")
    LOST = "hilang", gettext_lazy("Hilang, dengan berita acara")
    REPLACED = "diganti", gettext_lazy("Diganti dari stok setempat")
    BOOKED = "dibukukan", gettext_lazy("Kelebihan dibukukan dari stok pengirim")
    EXPLAINED = "dijelaskan", gettext_lazy("Sudah dijelaskan, stok tidak berubah")


#: By kind of finding.
WAYS: dict[str, tuple[Way, ...]] = {
    DifferenceKind.SHORT: (Way.FOUND, Way.WITH_SENDER, Way.LOST, Way.REPLACED),
    DifferenceKind.SWAPPED: (Way.FOUND, Way.WITH_SENDER, Way.LOST, Way.REPLACED),
    DifferenceKind.SURPLUS: (Way.BOOKED, Way.EXPLAINED),
    DifferenceKind.DAMAGED: (Way.REPLACED, Way.EXPLAINED),
    DifferenceKind.SEAL: (Way.EXPLAINED,),
    DifferenceKind.ABSENT: (Way.FOUND, Way.WITH_SENDER, Way.LOST),
}
#: What has come is confirmed by who has it now, all else by who sent it.
BY_RECEIVER = (Way.FOUND, Way.REPLACED)


def ways_for(user: "User", difference: Difference) -> list[Way]:
    """The ways this person may settle this difference; none when it is settled. `difference` with its hand-over."""
    handover = difference.handover
    if difference.settled_id is not None:
        return []
    fitting = (Way.EXPLAINED,) if handover.outcome == Outcome.REFUSED else WAYS[difference.kind]
    return [way for way in fitting if _may(user, handover, way)]


def _may(user: "User", handover: HandOver, way: Way) -> bool:
    shipment = handover.shipment
    can = can_receive if _vouches_receiver(handover, way) else can_send
    return can(user, HOPS[shipment.hop], shipment.kecamatan_id) and not _is_other_side(user, handover, way)


def _check_may(user: "User", handover: HandOver, way: Way) -> None:
    shipment = handover.shipment
    check = check_can_receive if _vouches_receiver(handover, way) else check_can_send
    check(user, HOPS[shipment.hop], shipment.kecamatan_id)
    if _is_other_side(user, handover, way):
        raise AccessRefused(
            _("Anda yang menyerahkan kiriman ini. Cara ini dinyatakan oleh pihak penerima.")
            if _vouches_receiver(handover, way)
            else _("Anda yang menerima kiriman ini. Cara ini dinyatakan oleh pihak pengirim.")
        )


def _vouches_receiver(handover: HandOver, way: Way) -> bool:
    """A take-back has one side only: the sender."""
    return way in BY_RECEIVER and not handover.is_take_back


def _is_other_side(user: "User", handover: HandOver, way: Way) -> bool:
    """PPK and PPS have one role: who sent does not say that it came, who received does not say that it never left."""
    if handover.is_take_back:
        return False
    return user.pk == (handover.sender_id if _vouches_receiver(handover, way) else handover.receiver_id)


# --- The sender has seen it ---------------------------------------------------------------------------------------------
def may_acknowledge(user: "User", handover: HandOver) -> bool:
    shipment = handover.shipment
    return (
        needs_acknowledging(handover)
        and can_send(user, HOPS[shipment.hop], shipment.kecamatan_id)
        and user.pk != handover.receiver_id
    )


def needs_acknowledging(handover: HandOver) -> bool:
    """A receiver's difference or refusal that nobody of the sender's side has seen yet."""
    return handover.outcome != Outcome.ACCEPTED and not handover.is_take_back and handover.acknowledged_by_id is None


def acknowledge(*, handover: HandOver, by: "User", now: datetime) -> None:
    """The sender's side knows of the difference. Once; a second person is told who was first."""
    shipment = handover.shipment
    check_can_send(by, HOPS[shipment.hop], shipment.kecamatan_id)
    if by.pk == handover.receiver_id:
        raise AccessRefused(_("Anda yang menerima kiriman ini. Selisihnya dinyatakan diketahui oleh pihak pengirim."))
    if handover.outcome == Outcome.ACCEPTED or handover.is_take_back:
        raise HandOverRefused(_("Kiriman ini diterima sesuai; tidak ada selisih yang perlu diketahui."))
    changed = HandOver.objects.filter(pk=handover.pk, acknowledged_by=None).update(
        acknowledged_by=by, acknowledged_at=now
    )
    if changed:
        return
    seen = HandOver.objects.select_related("acknowledged_by").get(pk=handover.pk)
    if seen.acknowledged_by_id != by.pk:
        raise HandOverRefused(
            _("Selisih ini sudah dinyatakan diketahui oleh {name} pada {time}.").format(
                name=seen.acknowledged_by, time=moment(seen.acknowledged_at, shipment.kecamatan.time_zone)
            )
        )


# --- It is put right ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Case:
    """A difference under lock, with what settling it needs."""

    difference: Difference
    handover: HandOver
    shipment: Shipment
    parcel: Parcel | None
    by: "User"
    now: datetime

    @property
    def has_parcel_under_way(self) -> bool:
        return self.parcel is not None and self.parcel.stage == HOPS[self.shipment.hop].moving

    def account(self, kind: PlaceKind, region: str) -> int:
        return places(self.shipment.election, [(kind, region)])[kind, region]

    def loose(self, stage: Stage) -> int:
        """The account of loose goods where parcels rest at `stage`."""
        return self.account(*loose_account(stage, self.shipment))


@transaction.atomic
def settle(
    *,
    difference: Difference,
    way: Way,
    note: str,
    by: "User",
    now: datetime,
    number: str = "",
    client_key: UUID | None = None,
) -> Document:
    """Put one difference right with a document that says how. `number` is that of the berita acara, needed for a loss.

    The same key from the same person settles once. When the last of a hand-over is settled its issue gets a note; the
    Desk closes it. HandOverRefused, AccessRefused or LedgerRefused with sentences.
    """
    case = _locked(difference, by, now)
    _check_may(by, case.handover, way)
    if case.difference.settled is not None:
        return _settled_before(case, client_key)
    _check_way(case, way, note, number)
    document, is_new = write_document(
        election=case.shipment.election, kind=DocumentKind.CORRECTION, regency=case.shipment.kecamatan_id[:5],
        kecamatan=case.shipment.kecamatan_id, happened_at=now, by=by, now=now, number=number,
        note=f"{way.label}: {note}"[:NOTE], client_key=client_key,
    )  # fmt: skip
    if not is_new:
        raise HandOverRefused(key_used())
    if case.difference.kind == DifferenceKind.ABSENT:
        _settle_parcel(case, way, document)
    else:
        move(document, _lines(case, way))
    Difference.objects.filter(pk=difference.pk).update(settled=document)
    _tell(case)
    codes = {case.shipment.kecamatan_id, *([case.parcel.polling_station.kecamatan_code] if case.parcel else [])}
    for regency in sorted({code[:5] for code in codes}):
        mark_regency_stale(case.shipment.election, regency)  # what one kecamatan lacks the others share
    return document


def _locked(difference: Difference, by: "User", now: datetime) -> _Case:
    """The hand-over's row is the lock: the last of two differences settled at once sees that it is the last."""
    HandOver.objects.select_for_update().get(pk=difference.handover_id)
    fresh = Difference.objects.select_related(
        "handover__shipment__election", "handover__shipment__kecamatan", "handover__issue", "settled__by",
        "parcel__polling_station", "item",
    ).get(pk=difference.pk)  # fmt: skip
    return _Case(fresh, fresh.handover, fresh.handover.shipment, fresh.parcel, by, now)


def _settled_before(case: _Case, client_key: UUID | None) -> Document:
    document = case.difference.settled
    assert document is not None  # its one caller asked
    if client_key is not None and (document.client_key, document.by_id) == (client_key, case.by.pk):
        return document
    raise HandOverRefused(
        _("Selisih ini sudah diselesaikan oleh {name} pada {time}: {note}").format(
            name=document.by, time=moment(document.happened_at, case.shipment.kecamatan.time_zone), note=document.note
        )
    )


def _check_way(case: _Case, way: Way, note: str, number: str) -> None:
    refused = case.handover.outcome == Outcome.REFUSED
    if way not in ((Way.EXPLAINED,) if refused else WAYS[case.difference.kind]):
        raise HandOverRefused(_("Selisih ini tidak dapat diselesaikan dengan cara itu. Pilih cara lain."))
    if not note:
        raise HandOverRefused(_("Tulis bagaimana selisih ini diselesaikan."))
    if way == Way.REPLACED and case.parcel is not None and case.parcel.stage not in RESTING:
        raise HandOverRefused(
            _("Paket TPS {code} sekarang: {stage}. Isinya diganti setelah paket ada di gudang KPU, PPK, PPS atau TPS.")
            .format(code=case.parcel.polling_station.code, stage=case.parcel.get_stage_display().lower())
        )  # fmt: skip
    if way == Way.LOST and not number:
        raise HandOverRefused(_("Tulis nomor berita acara kehilangan."))


def _lines(case: _Case, way: Way) -> list[Line]:
    """What moves to put units right. The shipment's own account holds those that were missing."""
    difference, hop = case.difference, HOPS[case.shipment.hop]
    end = end_of(hop, is_take_back=case.handover.is_take_back)
    if way == Way.EXPLAINED or difference.item_id is None or difference.quantity is None:
        return []
    held, lines = case.shipment.place_id, []

    def line(source: int, target: int) -> None:
        lines.append(Line(difference.item_id or "", difference.contest, difference.quantity or 0, source, target))

    if way == Way.FOUND:
        line(held, _where_found(case, end.arrives))
    elif way == Way.WITH_SENDER:
        line(held, case.loose(hop.start))
    elif way == Way.BOOKED:
        line(case.loose(hop.start), _where_found(case, end.arrives))
    elif way == Way.LOST or difference.kind in (DifferenceKind.SHORT, DifferenceKind.SWAPPED):
        line(held, case.account(PlaceKind.MISSING, case.shipment.kecamatan_id))
    if way == Way.REPLACED and case.parcel is not None:
        line(case.loose(Stage(case.parcel.stage)), case.parcel.place_id)
    return [each for each in lines if each.source != each.target]


def _where_found(case: _Case, arrives: Stage) -> int:
    """The parcel while it still stands where it was handed over; else the stock there."""
    if case.parcel is not None and case.parcel.stage == arrives:
        return case.parcel.place_id
    return case.loose(arrives)


def _settle_parcel(case: _Case, way: Way, document: Document) -> None:
    """A parcel that was not there: it turned up at one end, or it is lost and its TPS is packed anew."""
    parcel, hop = case.parcel, HOPS[case.shipment.hop]
    assert parcel is not None  # an absent parcel is one
    if case.has_parcel_under_way:
        end = end_of(hop, is_take_back=case.handover.is_take_back)
        to = {Way.FOUND: end.arrives, Way.WITH_SENDER: hop.start, Way.LOST: Stage.OPEN}[way]
        if way == Way.LOST:
            missing = case.account(PlaceKind.MISSING, case.shipment.kecamatan_id)
            held = stock_of(parcel.place_id)
            move(document, [Line(*goods, quantity, parcel.place_id, missing) for goods, quantity in held.items()])
            Seal.objects.filter(parcel=parcel, removed=None).update(removed=document)
        move_parcels(document, [parcel.pk], from_stage=hop.moving, to_stage=to, at=case.now)
    handover_sql.release(case.shipment.pk, parcel.pk, now=case.now)


@translation.override("id")  # stored for everybody
def _tell(case: _Case) -> None:
    """When nothing of the hand-over is open any more its issue says so."""
    issue = case.handover.issue
    if issue is None or Difference.objects.filter(handover=case.handover, settled=None).exists():
        return
    text = _("Semua selisih kiriman {code} sudah diselesaikan. Desk Pilkada dapat menutup kendala ini.")
    tell_issue(issue=issue, text=text.format(code=case.shipment.code), by=case.by, now=case.now)
