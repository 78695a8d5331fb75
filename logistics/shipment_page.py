"""What the pages and the manifest of a shipment show: its cargo as it was sent, its legs against the clock, its steps.

A constant number of statements, however many TPS it carries.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from districts.models import Contest, Election
from districts.naming import shown
from logistics.access import can_note_arrival, can_receive, can_send
from logistics.departures import Judged, RouteBook, Verdict
from logistics.models import (
    OPEN_STATES,
    Balance,
    Document,
    DocumentKind,
    Item,
    Parcel,
    Place,
    Seal,
    Shipment,
    ShipmentLeg,
    ShipmentState,
)
from logistics.routes import clock_of, judge, route_books, shipment_leg
from logistics.shipping import LedgerRefused, source_of
from logistics.stages import HOPS, Hop

if TYPE_CHECKING:
    from districts.models import User

#: The ballot box: what a TPS's seals are on.
BOX = "KS"


# --- Cargo --------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Load:
    """The parcel of one TPS. `boxes`: ballot boxes in it."""

    parcel: int
    station: str
    number: int
    boxes: int
    seals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VillageLoad:
    code: str
    name: str
    loads: tuple[Load, ...]

    @property
    def boxes(self) -> int:
        return sum(load.boxes for load in self.loads)


@dataclass(frozen=True, slots=True)
class Goods:
    """So many units of an item; `contest` as people say it, empty where the item has none."""

    code: str
    item: str
    contest: str
    unit: str
    quantity: int


@dataclass(frozen=True, slots=True)
class CargoList:
    """`loose`: beside the parcels. `totals`: of everything, in the catalogue's order."""

    villages: tuple[VillageLoad, ...]
    loose: tuple[Goods, ...]
    totals: tuple[Goods, ...]
    parcels: int = field(default=0)
    boxes: int = field(default=0)
    seals: int = field(default=0)


#: What was in each parcel's account when the shipment left, or is now if it has not.
CONTENTS = """
    SELECT carried.parcel_id, moved.item_id, moved.contest, sum(moved.quantity)
    FROM logistics_shipmentparcel carried
    JOIN logistics_parcel parcel ON parcel.id = carried.parcel_id
    CROSS JOIN LATERAL (
        SELECT item_id, contest, quantity FROM logistics_movement
        WHERE to_place_id = parcel.place_id AND recorded_at <= %(until)s
        UNION ALL
        SELECT item_id, contest, -quantity FROM logistics_movement
        WHERE from_place_id = parcel.place_id AND recorded_at <= %(until)s
    ) moved
    WHERE carried.shipment_id = %(shipment)s
    GROUP BY 1, 2, 3 HAVING sum(moved.quantity) > 0
"""


def cargo_list(shipment: Shipment, now: datetime) -> CargoList:
    """Six statements. As it was sent: what was found short or opened later changes nothing here."""
    until = _left_at(shipment) or now
    carried = Parcel.objects.filter(journeys__shipment=shipment).select_related("polling_station__village")
    parcels = carried.order_by("polling_station__village_id", "polling_station__number")
    held = _contents(shipment, until)
    seals = _seals(shipment, until)
    boxes: dict[int, int] = defaultdict(int)
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for parcel, item, contest, quantity in held:
        totals[item, contest] += quantity
        boxes[parcel] += quantity if item == BOX else 0
    loose = {(row.item_id, row.contest): row.quantity for row in shipment.goods.all()}
    for goods, quantity in loose.items():
        totals[goods] += quantity
    villages = tuple(
        VillageLoad(village.code, village.name, tuple(
            Load(row.pk, row.polling_station.code, row.polling_station.number, boxes[row.pk], tuple(seals.get(row.pk, ())))
            for row in rows
        ))
        for village, rows in groupby(parcels, key=lambda row: row.polling_station.village)
    )  # fmt: skip
    items = {item.code: item for item in Item.objects.all()}
    return CargoList(
        villages, goods_rows(loose, items), goods_rows(totals, items), sum(len(each.loads) for each in villages),
        sum(boxes.values()), sum(len(numbers) for numbers in seals.values()),
    )  # fmt: skip


def _left_at(shipment: Shipment) -> datetime | None:
    """When the server recorded the departure: later movements are not of what was sent."""
    if shipment.departed_at is None:
        return None
    papers = Document.objects.filter(
        election=shipment.election_id,
        regency=shipment.kecamatan_id[:5],
        kind=DocumentKind.DISPATCH,
        number=shipment.code,
    )
    return papers.order_by("recorded_at").values_list("recorded_at", flat=True).first()


def _contents(shipment: Shipment, until: datetime) -> list[tuple[int, str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(CONTENTS, {"shipment": shipment.pk, "until": until})
        rows: list[tuple[int, str, str, int]] = cursor.fetchall()
        return rows


def _seals(shipment: Shipment, until: datetime) -> dict[int, list[str]]:
    """Numbers that were on the boxes when it left, by parcel."""
    on = Q(removed=None) | Q(removed__recorded_at__gt=until)
    found: dict[int, list[str]] = defaultdict(list)
    rows = Seal.objects.filter(on, parcel__journeys__shipment=shipment, applied__recorded_at__lte=until)
    for parcel, number in rows.order_by("number").values_list("parcel_id", "number"):
        found[parcel].append(number)
    return found


def goods_rows(amounts: Mapping[tuple[str, str], int], items: Mapping[str, Item]) -> tuple[Goods, ...]:
    """In the catalogue's order."""
    ordered = sorted(amounts.items(), key=lambda row: (items[row[0][0]].position, row[0][1]))
    return tuple(
        Goods(
            code,
            shown(items[code].name),
            str(Contest.Kind(contest).label) if contest else "",
            shown(items[code].unit),
            quantity,
        )
        for (code, contest), quantity in ordered
    )


# --- Legs, steps and what may be done ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class LegRow:
    leg: ShipmentLeg
    latest: datetime | None
    verdict: Verdict
    may_note: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A step of components/_chain.html."""

    state: str
    title: str
    at: datetime | None = None
    planned: bool = False
    giver: str = ""
    receiver: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What a person may do next; `url_name` takes the shipment's code."""

    url_name: str
    words: str


def judged_legs(
    shipment: Shipment, cargo: CargoList, now: datetime
) -> tuple[Judged, datetime | None, list[ShipmentLeg]]:
    """The legs of the plan in use against the clock, and when the cargo must be there. Three statements."""
    legs = [leg for leg in shipment.legs.all() if leg.plan == shipment.plan_in_use]
    books = route_books(shipment.kecamatan_id)
    facts = {
        "hop": shipment.hop, "village_id": shipment.village_id, "state": shipment.state,
        "departed_at": shipment.departed_at, "arrived_at": shipment.arrived_at,
    }  # fmt: skip
    judged, limit = judge(
        facts, clock_of(shipment.election, shipment.kecamatan_id),
        books.get(shipment.kecamatan_id, RouteBook({})), [shipment_leg(leg) for leg in legs],
        [village.code for village in cargo.villages], now,
    )  # fmt: skip
    return judged, limit, legs


def leg_rows(shipment: Shipment, judged: Judged, legs: Iterable[ShipmentLeg], may_note: bool) -> list[LegRow]:
    underway = shipment.state == ShipmentState.UNDERWAY
    return [
        LegRow(leg, of_leg.latest, of_leg.verdict, may_note and underway)
        for leg, of_leg in zip(legs, judged.legs, strict=True)
    ]


def steps_of(shipment: Shipment, judged: Judged, legs: list[ShipmentLeg]) -> list[Step]:
    """Planned, left, arrived, handed over: with who and when, or what is expected."""
    hop, state = HOPS[shipment.hop], ShipmentState(shipment.state)
    planned = Step("done", _("Direncanakan"), shipment.planned_at, note=shipment.planned_by.name)
    if state == ShipmentState.CANCELLED:
        by = shipment.closed_by.name if shipment.closed_by else ""
        return [planned, Step("trouble", _("Dibatalkan"), shipment.closed_at, note=f"{by}: {shipment.closing_reason}")]
    left = Step(
        "done" if shipment.departed_at else "next", _("Berangkat dari {place}").format(place=hop.sender_place),
        shipment.departed_at or (legs[0].planned_departure if legs else None), not shipment.departed_at, giver=shipment.departed_by.name if shipment.departed_by else "",
        receiver=_("pengangkut") if shipment.departed_by else "",
    )  # fmt: skip
    steps = [planned, left]
    if state == ShipmentState.STOPPED or (state == ShipmentState.RETURNED and not shipment.arrived_at):
        steps.append(Step("trouble", _("Dihentikan di jalan"), note=shipment.closing_reason))
    else:
        steps.append(_arrival_step(shipment, hop, judged))
    return [*steps, _closing_step(shipment, state, hop)]


def _arrival_step(shipment: Shipment, hop: Hop, judged: Judged) -> Step:
    title = _("Tiba di {place}").format(place=hop.receiver_place)
    if shipment.arrived_at and shipment.arrived_by:
        return Step("done", title, shipment.arrived_at, note=_("dilihat {name}").format(name=shipment.arrived_by.name))
    if shipment.state in (ShipmentState.DONE, ShipmentState.REFUSED, ShipmentState.RETURNED):
        return Step("done", title)
    if shipment.state == ShipmentState.UNDERWAY:
        title = _("Di jalan ke {place}").format(place=hop.receiver_place)
        return Step("now", title, judged.expected_at, planned=True)
    return Step("next", title, judged.expected_at, planned=True)


def _closing_step(shipment: Shipment, state: ShipmentState, hop: Hop) -> Step:
    closer = shipment.closed_by.name if shipment.closed_by else ""
    sender = shipment.departed_by.name if shipment.departed_by else ""
    if state == ShipmentState.DONE:
        return Step("done", _("Diserahterimakan"), shipment.closed_at, giver=sender, receiver=closer)
    if state == ShipmentState.REFUSED:
        return Step("trouble", _("Ditolak penerima"), note=shipment.closing_reason)
    if state in (ShipmentState.STOPPED, ShipmentState.RETURNED):
        done = state == ShipmentState.RETURNED
        return Step(
            "done" if done else "next", _("Diterima kembali oleh pengirim"), shipment.closed_at, receiver=closer
        )
    waiting = "now" if state == ShipmentState.ARRIVED else "next"
    return Step(waiting, _("Serah terima dengan {place}").format(place=hop.receiver_place))


def next_action(shipment: Shipment, user: "User") -> Action | None:
    """The one big button: what this person may do next. None: nothing, or somebody else's turn."""
    hop, state, code = HOPS[shipment.hop], ShipmentState(shipment.state), shipment.kecamatan_id
    if state == ShipmentState.PLANNED and can_send(user, hop, code):
        return Action("shipment_depart", _("Berangkat"))
    if state in (ShipmentState.UNDERWAY, ShipmentState.ARRIVED) and can_receive(user, hop, code):
        return Action("handover_receive", _("Terima"))
    if state == ShipmentState.UNDERWAY and can_note_arrival(user, hop, code):
        return Action("shipment_arrive", _("Catat tiba"))
    if state in (ShipmentState.STOPPED, ShipmentState.REFUSED) and can_send(user, hop, code):
        return Action("handover_take_back", _("Terima kembali"))
    if state in (ShipmentState.DONE, ShipmentState.RETURNED):
        return Action("handover", _("Berita acara serah terima"))
    return None


def other_actions(shipment: Shipment, user: "User", first: Action | None) -> list[Action]:
    """What else this person may do."""
    hop, state, code = HOPS[shipment.hop], ShipmentState(shipment.state), shipment.kecamatan_id
    found = []
    if state == ShipmentState.PLANNED and can_send(user, hop, code):
        found = [Action("shipment_legs", _("Ubah ruas dan rencana")), Action("shipment_cancel", _("Batalkan"))]
    if state == ShipmentState.UNDERWAY and can_note_arrival(user, hop, code):
        found.append(Action("shipment_arrive", _("Catat tiba")))
    if state == ShipmentState.UNDERWAY and can_send(user, hop, code):
        found += [Action("shipment_legs", _("Ubah sisa perjalanan")), Action("shipment_stop", _("Hentikan di jalan"))]
    return [each for each in found if first is None or each.url_name != first.url_name]


# --- Lists --------------------------------------------------------------------------------------------------------------
def shipment_rows(election: Election, kecamatan: str, hop: str, state: str) -> Any:
    """Shipments of a kecamatan with `parcels`; `state` is one, "" for the open ones or "semua"."""
    found = Shipment.objects.filter(election=election, kecamatan=kecamatan).annotate(parcels=Count("cargo"))
    if hop:
        found = found.filter(hop=hop)
    if state == "":
        found = found.filter(state__in=OPEN_STATES)
    elif state != "semua":
        found = found.filter(state=state)
    return found.order_by("-planned_at", "-pk")


def waiting_parcels(election: Election, kecamatan: str, hop: Hop) -> list[Parcel]:
    """Parcels at the start of the hop that no shipment has, by desa and number. One statement."""
    rows = Parcel.objects.filter(
        election=election, polling_station__kecamatan_code=kecamatan, stage=hop.start, shipment=None
    )
    return list(
        rows.select_related("polling_station__village").order_by(
            "polling_station__village_id", "polling_station__number"
        )
    )


def loose_stock(election: Election, hop: Hop, kecamatan: str, village: str | None) -> list[Balance]:
    """What the sender of the hop has as loose goods. Empty where a hop takes none. One statement."""
    try:
        kind, region = source_of(hop, kecamatan, village)
    except LedgerRefused:
        return []
    rows = Balance.objects.filter(place__in=Place.objects.filter(election=election, kind=kind, region=region))
    return list(rows.filter(quantity__gt=0).select_related("item").order_by("item__position", "contest"))


@dataclass(frozen=True, slots=True)
class StationChoice:
    pk: int
    number: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class VillageChoice:
    code: str
    name: str
    stations: tuple[StationChoice, ...]


def station_choices(parcels: Iterable[Parcel], chosen: set[str]) -> list[VillageChoice]:
    """The TPS of `waiting_parcels` by desa; `chosen`: primary keys of TPS as text, as a form has them."""
    return [
        VillageChoice(village.code, village.name, tuple(
            StationChoice(
                row.polling_station_id, row.polling_station.number, str(row.polling_station_id) in chosen
            ) for row in rows
        ))
        for village, rows in groupby(parcels, key=lambda row: row.polling_station.village)
    ]  # fmt: skip
