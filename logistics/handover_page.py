"""The record of a shipment's hand-overs, as its page and the Berita Acara on paper show it. Constant statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from districts.naming import shown
from logistics.cargo import goods_name
from logistics.differences import may_acknowledge, needs_acknowledging, ways_for
from logistics.handover_forms import SettleForm
from logistics.handover_photos import MAX_PHOTOS, can_add_photo
from logistics.models import (
    Difference,
    HandOver,
    HandOverCount,
    HandOverParcel,
    HandOverPhoto,
    Outcome,
    Seal,
    SealCheck,
    Shipment,
)
from logistics.stages import HOPS

if TYPE_CHECKING:
    from districts.models import User


@dataclass(frozen=True, slots=True)
class CountRow:
    """An item as sent and counted; `gap` is counted less sent."""

    name: str
    unit: str
    sent: int
    counted: int
    damaged: int

    @property
    def gap(self) -> int:
        return self.counted - self.sent


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel as found. `recorded`: its seal numbers; `seen`: those read instead."""

    code: str
    village: str
    is_there: bool
    check: str
    is_fine: bool
    recorded: str
    seen: str


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A finding, whether it is settled, and the form to settle it for who may."""

    difference: Difference
    where: str
    goods: str
    form: SettleForm | None

    @property
    def pk(self) -> int:
        return self.difference.pk


@dataclass(frozen=True, slots=True)
class Record:
    """One hand-over with all that was found."""

    handover: HandOver
    sender_place: str
    receiver_place: str
    counts: Sequence[CountRow] = field(default=())
    parcels: Sequence[ParcelRow] = field(default=())
    differences: Sequence[DifferenceRow] = field(default=())
    photos: Sequence[tuple[int, HandOverPhoto]] = field(default=())
    may_acknowledge: bool = False
    waits_for_sender: bool = False
    may_add_photo: bool = False

    @property
    def level(self) -> str:
        """A hand-over without a difference is green; one that waits for somebody is amber."""
        return "green" if self.handover.outcome == Outcome.ACCEPTED else "amber"

    @property
    def open_count(self) -> int:
        return sum(row.difference.settled_id is None for row in self.differences)

    @property
    def uneven(self) -> list[CountRow]:
        """Items that were not all there and whole."""
        return [row for row in self.counts if row.gap or row.damaged]

    @property
    def even(self) -> list[CountRow]:
        return [row for row in self.counts if not row.gap and not row.damaged]

    @property
    def fine_seals(self) -> int:
        return sum(row.is_fine for row in self.parcels)

    @property
    def trouble(self) -> list[ParcelRow]:
        return [row for row in self.parcels if not row.is_fine]


def records_of(shipment: Shipment, user: "User", refused: tuple[int, SettleForm] | None = None) -> list[Record]:
    """The hand-overs of a shipment, first one first. `refused`: a difference and its form that came back with mistakes."""
    handovers = list(
        HandOver.objects.filter(shipment=shipment)
        .select_related("sender", "receiver", "acknowledged_by", "issue")
        .order_by("is_take_back")
    )
    for handover in handovers:
        handover.shipment = shipment
    counts, parcels = _by_handover(_counts(handovers)), _by_handover(_parcels(handovers))
    differences, photos = _by_handover(_differences(handovers)), _by_handover(_photos(handovers))
    hop = HOPS[shipment.hop]
    return [
        Record(
            handover,
            str(hop.sender_place),
            str(hop.sender_place if handover.is_take_back else hop.receiver_place),
            [_count_row(row) for row in counts.get(handover.pk, ())],
            [_parcel_row(row, seals) for row, seals in parcels.get(handover.pk, ())],
            [_difference_row(row, handover, user, refused) for row in differences.get(handover.pk, ())],
            [(photo_number(handover, photo.position), photo) for photo in photos.get(handover.pk, ())],
            may_acknowledge(user, handover),
            needs_acknowledging(handover),
            can_add_photo(user, handover) and len(photos.get(handover.pk, ())) < MAX_PHOTOS,
        )
        for handover in handovers
    ]


def photo_number(handover: HandOver, position: int) -> int:
    """A photo's number in its address; those of a take-back come after those of the hand-over."""
    return position + MAX_PHOTOS if handover.is_take_back else position


def photo_place(number: int) -> tuple[bool, int]:
    """Whether a number in an address is of a take-back, and the photo's position in it."""
    return (True, number - MAX_PHOTOS) if number > MAX_PHOTOS else (False, number)


def _by_handover(rows: Any) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for pk, row in rows:
        grouped.setdefault(pk, []).append(row)
    return grouped


def _counts(handovers: list[HandOver]) -> Any:
    rows = HandOverCount.objects.filter(handover__in=handovers).select_related("item")
    return [(row.handover_id, row) for row in rows.order_by("item__position", "contest")]


def _parcels(handovers: list[HandOver]) -> Any:
    """With the seal numbers recorded when the parcel was packed."""
    rows = list(
        HandOverParcel.objects.filter(handover__in=handovers)
        .select_related("parcel__polling_station__village")
        .order_by("parcel__polling_station__village", "parcel__polling_station__number")
    )
    numbers: dict[int, list[str]] = {}
    for parcel, number in Seal.objects.filter(parcel__in={row.parcel_id for row in rows}).values_list(
        "parcel_id", "number"
    ):
        numbers.setdefault(parcel, []).append(number)
    return [(row.handover_id, (row, numbers.get(row.parcel_id, []))) for row in rows]


def _differences(handovers: list[HandOver]) -> Any:
    rows = Difference.objects.filter(handover__in=handovers).select_related(
        "parcel__polling_station__village", "item", "settled__by"
    )
    return [(row.handover_id, row) for row in rows.order_by("pk")]


def _photos(handovers: list[HandOver]) -> Any:
    return [(photo.handover_id, photo) for photo in HandOverPhoto.objects.filter(handover__in=handovers)]


def _count_row(row: HandOverCount) -> CountRow:
    return CountRow(goods_name(row.item.name, row.contest), shown(row.item.unit), row.sent, row.counted, row.damaged)


def _parcel_row(row: HandOverParcel, seals: list[str]) -> ParcelRow:
    station = row.parcel.polling_station
    is_fine = row.is_there and row.seal_check == SealCheck.MATCHES
    check = str(row.get_seal_check_display()) if row.is_there else _("Paket tidak ada")
    return ParcelRow(station.code, station.village.name, row.is_there, check, is_fine, ", ".join(seals), row.seen)


def _difference_row(
    row: Difference, handover: HandOver, user: "User", refused: tuple[int, SettleForm] | None
) -> DifferenceRow:
    row.handover = handover
    where = _("Barang lepas")
    if row.parcel is not None:
        station = row.parcel.polling_station
        where = _("TPS {number} {village}").format(number=f"{station.number:03}", village=station.village.name)
    goods = goods_name(row.item.name, row.contest) if row.item else ""
    if refused is not None and refused[0] == row.pk:
        return DifferenceRow(row, where, goods, refused[1])
    ways = ways_for(user, row)
    return DifferenceRow(row, where, goods, SettleForm(ways=ways, pk=row.pk) if ways else None)
