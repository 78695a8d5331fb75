"""Hand-overs: the receiver confirms what the sender gave at departure, or the sender takes its cargo back.

One act is one transaction under a lock of the shipment's row, so of two people at once the second is told who was first,
and a key sent again changes nothing. Nothing is taken over by a refusal: the cargo stays with the carrier until
`take_back`. What is short stays in the shipment's account until it is settled (`differences`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from districts.access import AccessRefused
from districts.client_keys import key_used
from districts.models import Issue
from districts.templatetags.siap import moment
from logistics import handover_sql
from logistics.access import can_receive, can_send, check_can_receive, check_can_send
from logistics.cargo import Cargo, Goods, cargo_of, damage_account, loose_account
from logistics.handover_checks import (
    GONE,
    Finding,
    SealReading,
    absent_parcels,
    damaged_counts,
    faults_of_counts,
    faults_of_findings,
    faults_of_outcome,
    faults_of_seals,
    seal_check,
)
from logistics.handover_issue import open_handover_issue
from logistics.ledger import Line, check_moment, mark_moved_stale, move, move_parcels, places
from logistics.models import (
    DifferenceKind,
    Document,
    DocumentKind,
    HandOver,
    Outcome,
    ParcelMove,
    PlaceKind,
    SealCheck,
    Shipment,
    ShipmentState,
)
from logistics.stages import HOPS, Hop, Stage

if TYPE_CHECKING:
    from districts.models import User

#: A form tells minutes; a departure is kept to the second.
A_MINUTE = timedelta(minutes=1)


class HandOverRefused(Exception):
    """Nothing was written; `sentences` say what to do, one for each thing that is wrong."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What one person says about a cargo in front of them; the same for a receipt and a take-back."""

    received_at: datetime
    outcome: Outcome
    counts: Mapping[Goods, int]
    seals: Sequence[SealReading]
    findings: Sequence[Finding] = ()
    reason: str = ""
    receiver_name: str = ""
    receiver_office: str = ""


@dataclass(frozen=True, slots=True)
class _End:
    """Which way the cargo goes: to the end of the hop, or back to its start."""

    is_take_back: bool
    arrives: Stage
    from_states: tuple[str, ...]
    into: ShipmentState
    document: DocumentKind


def end_of(hop: Hop, *, is_take_back: bool) -> _End:
    if is_take_back:
        states = (ShipmentState.REFUSED, ShipmentState.STOPPED)
        return _End(True, hop.start, states, ShipmentState.RETURNED, DocumentKind.TAKE_BACK)
    states = (ShipmentState.UNDERWAY, ShipmentState.ARRIVED)
    return _End(False, hop.end, states, ShipmentState.DONE, DocumentKind.HANDOVER)


def may_receive(user: "User", shipment: Shipment) -> bool:
    """For the button: the receiver's office, and not the person who sent it."""
    return can_receive(user, HOPS[shipment.hop], shipment.kecamatan_id) and user.pk != shipment.departed_by_id


def may_take_back(user: "User", shipment: Shipment) -> bool:
    return can_send(user, HOPS[shipment.hop], shipment.kecamatan_id)


def check_may_receive(user: "User", shipment: Shipment) -> None:
    check_can_receive(user, HOPS[shipment.hop], shipment.kecamatan_id)
    if shipment.departed_by_id == user.pk:
        raise AccessRefused(
            _("Anda yang menyerahkan kiriman ini, jadi tidak dapat menerimanya sendiri. Minta petugas lain menerima.")
        )


def receive(
    *, shipment: Shipment, confirmation: Confirmation, by: "User", now: datetime, client_key: UUID | None = None
) -> tuple[HandOver, bool]:
    """The receiver's confirmation and whether it is new. HandOverRefused, AccessRefused or LedgerRefused with sentences."""
    check_may_receive(by, shipment)
    return _confirm(shipment, end_of(HOPS[shipment.hop], is_take_back=False), confirmation, by, now, client_key)


def take_back(
    *, shipment: Shipment, confirmation: Confirmation, by: "User", now: datetime, client_key: UUID | None = None
) -> tuple[HandOver, bool]:
    """The sender has its cargo again after a refusal or a stop on the way; checked and counted like a receipt."""
    check_can_send(by, HOPS[shipment.hop], shipment.kecamatan_id)
    if confirmation.outcome == Outcome.REFUSED:
        raise HandOverRefused(_("Muatan sendiri tidak dapat ditolak. Catat selisihnya bila ada."))
    return _confirm(shipment, end_of(HOPS[shipment.hop], is_take_back=True), confirmation, by, now, client_key)


@transaction.atomic
def _confirm(
    shipment: Shipment, end: _End, said: Confirmation, by: "User", now: datetime, client_key: UUID | None
) -> tuple[HandOver, bool]:
    key = client_key or uuid4()
    locked = (
        Shipment.objects.select_for_update(of=("self",)).select_related("kecamatan", "election").get(pk=shipment.pk)
    )
    if locked.state not in end.from_states:
        return _made_before(locked, end, by, key), False
    received_at = _checked_moment(locked, said.received_at, now)
    cargo = cargo_of(locked)
    findings = _checked(cargo, end, said)
    absent = absent_parcels(findings)
    is_refused = said.outcome == Outcome.REFUSED
    there = [parcel.pk for parcel in cargo.parcels if parcel.pk not in absent]
    if not is_refused:
        _check_under_way(cargo, there, locked)
    issue = None
    if findings or is_refused:
        issue = open_handover_issue(locked, said.outcome, said.reason, cargo, findings, by, now)
    handover = _record(locked, end, said, cargo, findings, by, received_at, now, issue, key)
    if is_refused:
        handover_sql.close(
            locked.pk, state=ShipmentState.REFUSED, now=now, reason=said.reason, arrived=(by.pk, received_at)
        )
    else:
        _take_over(locked, end, cargo, findings, there, handover.document, received_at)
        handover_sql.close(
            locked.pk, state=end.into, now=now, closed_by=by.pk, parcels=there,
            arrived=None if end.is_take_back else (by.pk, received_at),
        )  # fmt: skip
    _mark(locked, end, cargo, there=[] if is_refused else there, findings=[] if is_refused else findings)
    return handover, True


def _made_before(shipment: Shipment, end: _End, by: "User", key: UUID) -> HandOver:
    """The hand-over that this very form made; else the sentence that says what became of the shipment."""
    earlier = HandOver.objects.filter(client_key=key).select_related("document").first()
    if earlier is not None:
        if (earlier.shipment_id, earlier.receiver_id, earlier.is_take_back) != (shipment.pk, by.pk, end.is_take_back):
            raise HandOverRefused(key_used())
        return earlier
    raise HandOverRefused(state_sentence(shipment))


def state_sentence(shipment: Shipment) -> str:
    """Why a shipment cannot be confirmed as it is, with who and when. One statement."""
    made = HandOver.objects.filter(shipment=shipment).select_related("receiver").order_by("-recorded_at").first()
    zone = shipment.kecamatan.time_zone
    who = {"name": made.receiver, "time": moment(made.received_at, zone)} if made else {"name": "", "time": ""}
    sentences = {
        ShipmentState.PLANNED: _(
            "Kiriman ini belum berangkat: pengirim belum menyerahkannya. Minta pengirim mencatat keberangkatannya dulu."
        ),
        ShipmentState.UNDERWAY: _("Kiriman ini masih di perjalanan. Penerima yang mencatat serah terimanya."),
        ShipmentState.ARRIVED: _(
            "Kiriman ini sudah tiba dan menunggu penerima. Penerima yang mencatat serah terimanya."
        ),
        ShipmentState.DONE: _(
            "Kiriman ini sudah diterima oleh {name} pada {time}. Tidak ada yang dicatat dua kali."
        ).format(**who),
        ShipmentState.REFUSED: _(
            "Kiriman ini sudah ditolak oleh {name} pada {time}. Muatannya menunggu diterima kembali oleh pengirim."
        ).format(**who),
        ShipmentState.STOPPED: _(
            "Kiriman ini dihentikan di jalan: {reason}. Muatannya menunggu diterima kembali oleh pengirim."
        ).format(reason=shipment.closing_reason),
        ShipmentState.RETURNED: _("Muatan kiriman ini sudah diterima kembali oleh {name} pada {time}.").format(**who),
        ShipmentState.CANCELLED: _("Kiriman ini dibatalkan sebelum berangkat: {reason}.").format(
            reason=shipment.closing_reason
        ),
    }
    return str(sentences[ShipmentState(shipment.state)])


def _checked_moment(shipment: Shipment, received_at: datetime, now: datetime) -> datetime:
    """When it was received: after it left and not in the future, by our clock. LedgerRefused, HandOverRefused."""
    check_moment(received_at, now)
    departed_at = shipment.departed_at
    assert departed_at is not None  # shipment_departed_who_and_when
    if received_at >= departed_at:
        return received_at
    if departed_at - received_at < A_MINUTE:
        return departed_at
    raise HandOverRefused(
        _(
            "Waktu terima {received} tidak boleh sebelum waktu berangkat {departed}. Periksa tanggal dan jam, juga jam "
            "ponsel Anda."
        ).format(
            received=moment(received_at, shipment.kecamatan.time_zone),
            departed=moment(departed_at, shipment.kecamatan.time_zone),
        )
    )


def _checked(cargo: Cargo, end: _End, said: Confirmation) -> list[Finding]:
    """The findings, with those the seals tell. HandOverRefused with every sentence there is."""
    faults = faults_of_findings(cargo, said.findings)
    if faults:
        raise HandOverRefused(*faults)
    findings = [*said.findings, *_seal_findings(cargo, said)]
    faults = faults_of_outcome(said.outcome, findings, said.reason)
    if said.outcome != Outcome.REFUSED:
        readings = {reading.parcel: reading for reading in said.seals}
        faults += faults_of_counts(cargo, said.counts, findings)
        faults += faults_of_seals(cargo, readings, absent_parcels(findings))
    if faults:
        raise HandOverRefused(*faults)
    return findings


def _seal_findings(cargo: Cargo, said: Confirmation) -> list[Finding]:
    absent, aboard = absent_parcels(said.findings), {parcel.pk: parcel for parcel in cargo.parcels}
    return [
        Finding(DifferenceKind.SEAL, reading.parcel, note=reading.seen)
        for reading in said.seals
        if reading.parcel in aboard
        and reading.parcel not in absent
        and seal_check(aboard[reading.parcel], reading) != SealCheck.MATCHES
    ]


def _check_under_way(cargo: Cargo, there: Sequence[int], shipment: Shipment) -> None:
    """A parcel that somebody else already reported elsewhere is not received a second time."""
    moving = HOPS[shipment.hop].moving
    elsewhere = {parcel.pk: parcel for parcel in cargo.parcels if parcel.pk in there and parcel.stage != moving}
    if not elsewhere:
        return
    newest = (
        ParcelMove.objects.filter(parcel__in=elsewhere)
        .order_by("parcel", "-pk")
        .distinct("parcel")
        .select_related("document__by")
    )
    raise HandOverRefused(
        *(
            _(
                "Paket TPS {code} sudah tercatat {stage} pada {time} oleh {name}. Tulis paket ini tidak ada dalam "
                "kiriman, lalu periksa rantai serah terimanya."
            ).format(
                code=elsewhere[each.parcel_id].code, stage=Stage(each.to_stage).label.lower(),
                time=moment(each.at, shipment.kecamatan.time_zone), name=each.document.by,
            )
            for each in newest
        )
    )  # fmt: skip


def _record(
    shipment: Shipment,
    end: _End,
    said: Confirmation,
    cargo: Cargo,
    findings: Sequence[Finding],
    by: "User",
    received_at: datetime,
    now: datetime,
    issue: Issue | None,
    key: UUID,
) -> HandOver:
    """Document, hand-over, counts, parcels and differences. One statement."""
    facts = {
        "election": shipment.election_id, "document_kind": end.document, "regency": shipment.kecamatan_id[:5],
        "kecamatan": shipment.kecamatan_id, "received_at": received_at, "receiver": by.pk, "client_key": key,
        "shipment": shipment.pk, "is_take_back": end.is_take_back, "sender": shipment.departed_by_id,
        "sent_at": shipment.departed_at, "receiver_name": said.receiver_name,
        "receiver_office": said.receiver_office, "outcome": said.outcome, "reason": said.reason,
        "issue": issue.pk if issue else None, "number": shipment.code, "now": now,
    }  # fmt: skip
    damaged, absent = damaged_counts(findings), absent_parcels(findings)
    readings = {reading.parcel: reading for reading in said.seals}
    made = handover_sql.record(
        facts,
        counts=(
            {"item": goods[0], "contest": goods[1], "sent": sent, "counted": said.counts[goods],
             "damaged": min(damaged[goods], said.counts[goods])}
            for goods, sent in cargo.total.items() if goods in said.counts
        ),
        parcels=(
            {"parcel": parcel.pk, "is_there": parcel.pk not in absent,
             "seal_check": seal_check(parcel, readings[parcel.pk]) if parcel.pk in readings else SealCheck.MATCHES,
             "seen": readings[parcel.pk].seen if parcel.pk in readings else ""}
            for parcel in cargo.parcels if parcel.pk in readings or parcel.pk in absent
        ),
        differences=(
            {"parcel": each.parcel, "kind": each.kind, "item": each.goods[0] if each.goods else None,
             "contest": each.goods[1] if each.goods else "", "quantity": each.quantity, "note": each.note}
            for each in findings
        ),
    )  # fmt: skip
    if made is None:
        raise HandOverRefused(key_used())
    return HandOver(
        pk=made[0], shipment=shipment, document=Document(pk=made[1], recorded_at=now), received_at=received_at, outcome=said.outcome,
        receiver=by, issue=issue, is_take_back=end.is_take_back, client_key=key, reason=said.reason,
    )  # fmt: skip


def _take_over(
    shipment: Shipment,
    end: _End,
    cargo: Cargo,
    findings: Sequence[Finding],
    there: Sequence[int],
    document: Document,
    at: datetime,
) -> None:
    """Move what is there; what is short goes, or stays, in the shipment's own account."""
    loose_to, damaged_to = loose_account(end.arrives, shipment), damage_account(end.arrives, shipment)
    has_damage = any(finding.kind == DifferenceKind.DAMAGED for finding in findings)
    wanted = [loose_to] * bool(cargo.loose) + [damaged_to] * has_damage
    accounts = places(shipment.election, wanted)
    loose, lines = dict(cargo.loose), []
    for finding in findings:
        if not finding.goods or finding.kind not in (*GONE, DifferenceKind.DAMAGED):
            continue
        source = shipment.place_id if finding.parcel is None else cargo.parcel(finding.parcel).place
        target = accounts[damaged_to] if finding.kind == DifferenceKind.DAMAGED else shipment.place_id
        if finding.parcel is None:
            loose[finding.goods] -= finding.quantity or 0
        if source != target:
            lines.append(Line(*finding.goods, finding.quantity or 0, source, target))
    lines += [
        Line(*goods, quantity, shipment.place_id, accounts[loose_to]) for goods, quantity in loose.items() if quantity
    ]
    move(document, lines)
    move_parcels(document, there, from_stage=HOPS[shipment.hop].moving, to_stage=end.arrives, at=at)


def _mark(shipment: Shipment, end: _End, cargo: Cargo, there: Sequence[int], findings: Sequence[Finding]) -> None:
    """New colours: of the kecamatan of the shipment and of its TPS. What comes to the warehouse, and what a kecamatan
    lacks because it did not come whole, changes the share of every kecamatan of the regency.
    """
    lost = any(finding.kind in (*GONE, DifferenceKind.DAMAGED, DifferenceKind.ABSENT) for finding in findings)
    has_stock = loose_account(end.arrives, shipment)[0] == PlaceKind.WAREHOUSE and cargo.loose
    mark_moved_stale(
        shipment.election, there, codes={shipment.kecamatan_id, *(parcel.kecamatan for parcel in cargo.parcels)},
        from_stage=HOPS[shipment.hop].moving, to_stage=end.arrives,
        shared=shipment.kecamatan_id[:5] if lost or has_stock else "",
    )  # fmt: skip
