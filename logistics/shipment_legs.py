"""The legs of a shipment: written with its plan, changed while they have not left, and how they went."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from districts.outbox import mark_stale
from districts.templatetags.siap import moment
from logistics.access import can_send, check_can_note_arrival, check_can_send
from logistics.ledger import LedgerRefused, check_moment
from logistics.models import Plan, Shipment, ShipmentLeg, ShipmentState
from logistics.shipment_refusals import no_earlier, too_late
from logistics.stages import HOPS, Hop

if TYPE_CHECKING:
    from districts.models import User

#: States in which the rest of the way may still be planned anew.
CHANGEABLE = (ShipmentState.PLANNED, ShipmentState.UNDERWAY)


def write_legs(shipment: Shipment, legs: Sequence[Mapping[str, Any]], after: Mapping[str, int] | None = None) -> None:
    """In order, of plans A and B; `after`: the position of the last leg a plan has already. One statement."""
    count = dict.fromkeys(Plan.values, 0) | dict(after or {})
    rows = []
    for leg in legs:
        count[leg["plan"]] += 1
        rows.append(ShipmentLeg(shipment=shipment, position=count[leg["plan"]], **leg))
    ShipmentLeg.objects.bulk_create(rows)


@transaction.atomic
def change_legs(
    *, shipment: Shipment, legs: Sequence[Mapping[str, Any]], plan_in_use: str, by: "User", now: datetime
) -> None:
    """Put these legs in the place of those that have not left, and choose the plan. Legs that have left stay before them:
    on the way, plan B takes over from where the cargo is.
    """
    check_can_send(by, HOPS[shipment.hop], shipment.kecamatan_id)
    current = Shipment.objects.select_for_update().get(pk=shipment.pk)
    if current.state not in CHANGEABLE:
        raise too_late(shipment.pk)
    gone = legs_gone(current)
    if legs and not gone and not any(leg["plan"] == plan_in_use for leg in legs):
        raise LedgerRefused(
            _("Rencana {plan} belum punya ruas. Isi ruasnya, atau pilih rencana lain.").format(plan=plan_in_use)
        )
    kept = [leg.pk for leg in gone]
    current.legs.exclude(pk__in=kept).delete()
    current.legs.filter(pk__in=kept).update(plan=plan_in_use)
    write_legs(current, legs, after={plan_in_use: len(kept)})
    Shipment.objects.filter(pk=current.pk).update(plan_in_use=plan_in_use)


def legs_gone(shipment: Shipment) -> list[ShipmentLeg]:
    """The legs that have left, and those before them: they are no plan any more."""
    legs = [leg for leg in shipment.legs.all() if leg.plan == shipment.plan_in_use]
    last = max((leg.position for leg in legs if leg.departed_at), default=0)
    return [leg for leg in legs if leg.position <= last]


@transaction.atomic
def note_leg_times(
    *, leg: ShipmentLeg, departed_at: datetime | None, arrived_at: datetime | None, by: "User", now: datetime
) -> ShipmentLeg:
    """When a leg on the way left and arrived. The arrival of the last leg is that of the shipment: `note_arrival`."""
    shipment = Shipment.objects.select_for_update().get(pk=leg.shipment_id)
    hop = HOPS[shipment.hop]
    check_can_note_times(by, hop, shipment.kecamatan_id)
    if shipment.state != ShipmentState.UNDERWAY or leg.plan != shipment.plan_in_use:
        raise too_late(shipment.pk)
    for at in (departed_at, arrived_at):
        if at is not None:
            check_moment(at, now)
    others = {row.position: row for row in shipment.legs.filter(plan=leg.plan)}
    if leg.position == max(others):
        arrived_at = None
    if arrived_at and not departed_at:
        raise LedgerRefused(_("Isi juga waktu berangkat ruas ini."))
    if arrived_at and departed_at and arrived_at < departed_at:
        raise LedgerRefused(_("Waktu tiba tidak boleh sebelum waktu berangkat."))
    _check_order(leg, departed_at, arrived_at, others, shipment)
    ShipmentLeg.objects.filter(pk=leg.pk).update(departed_at=departed_at, arrived_at=arrived_at)
    mark_stale(shipment.election_id, [shipment.kecamatan_id], cause="logistics")
    return leg


def check_can_note_times(user: "User", hop: Hop, kecamatan: str) -> None:
    """Who sends, who receives and who sees it arrive may say when a leg left and came."""
    if not can_send(user, hop, kecamatan):
        check_can_note_arrival(user, hop, kecamatan)


def _check_order(
    leg: ShipmentLeg, departed_at: datetime | None, arrived_at: datetime | None, legs: dict[int, ShipmentLeg],
    shipment: Shipment,
) -> None:  # fmt: skip
    """Legs follow one another in time, to the minute."""
    before = [at for n, row in legs.items() if n < leg.position for at in (row.departed_at, row.arrived_at) if at]
    after = [at for n, row in legs.items() if n > leg.position for at in (row.departed_at, row.arrived_at) if at]
    if shipment.departed_at:
        before.append(shipment.departed_at)
    own = [at for at in (departed_at, arrived_at) if at]
    zone = shipment.kecamatan.time_zone
    if own and before:
        sentence = _("Ruas ini mulai sesudah ruas sebelumnya ({at}). Periksa tanggal dan jam.")
        no_earlier(min(own), max(before), sentence, zone)
    if own and after and max(own) > min(after):
        raise LedgerRefused(
            _("Ruas berikutnya sudah berangkat {at}. Periksa tanggal dan jam.").format(at=moment(min(after), zone))
        )
