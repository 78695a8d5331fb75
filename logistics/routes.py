"""The usual ways of goods into a kecamatan, and what must leave when: routes, deadlines and cargo read together."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext as _

from districts.access import AccessRefused
from districts.models import Election
from districts.models.regions import REGENCY_LENGTH, without_kabupaten
from districts.weeks import local_date
from logistics.access import can_keep_stock
from logistics.departure_sentences import shipment_sentence, waiting_sentence
from logistics.departures import (
    WORST_FIRST,
    Clock,
    Judged,
    Leg,
    RouteBook,
    Verdict,
    arrival_limit,
    latest_departures,
    shipment_verdict,
    stuck_verdict,
    waiting_verdict,
    worst,
)
from logistics.models import OPEN_STATES, RouteLeg, Shipment, ShipmentLeg, ShipmentState
from logistics.stages import HopName, Stage

if TYPE_CHECKING:
    from districts.models import Region, User


# --- Routes -------------------------------------------------------------------------------------------------------------
def can_edit_routes(user: "User", kecamatan: str) -> bool:
    return can_keep_stock(user, kecamatan[:REGENCY_LENGTH])


def check_can_edit_routes(user: "User", kecamatan: str) -> None:
    if not can_edit_routes(user, kecamatan):
        raise AccessRefused(_("Hanya penghubung KPU kabupaten/kota ini yang dapat mengubah rute."))


def route_books(code: str) -> dict[str, RouteBook]:
    """The routes of every kecamatan under `code`, by its code. One statement."""
    found: dict[str, dict[tuple[str, str, str], list[Leg]]] = defaultdict(lambda: defaultdict(list))
    rows = RouteLeg.objects.under(code).order_by("kecamatan_id", "hop", "village_id", "plan", "position")
    for row in rows:
        found[row.kecamatan_id][row.hop, row.village_id or "", row.plan].append(route_leg(row))
    return {kecamatan: RouteBook({key: tuple(legs) for key, legs in book.items()}) for kecamatan, book in found.items()}


def route_leg(row: RouteLeg) -> Leg:
    return Leg(row.hours, row.window_from, row.window_until, mode=row.mode, pk=row.pk)


@transaction.atomic
def replace_route(
    *, kecamatan: "Region", hop: HopName, plan: str, village: str | None, legs: Iterable[Mapping[str, Any]], by: "User"
) -> list[RouteLeg]:
    """Put these legs in the place of the plan's old ones; none: the plan is no more. Fields of RouteLeg but its position."""
    check_can_edit_routes(by, kecamatan.code)
    RouteLeg.objects.filter(kecamatan=kecamatan, hop=hop, plan=plan, village=village).delete()
    return RouteLeg.objects.bulk_create(
        RouteLeg(kecamatan=kecamatan, hop=hop, plan=plan, village_id=village, position=number, **leg)
        for number, leg in enumerate(legs, start=1)
    )


@dataclass(frozen=True, slots=True)
class RouteShown:
    """One plan of one hop. `village`: name of the desa it is for, empty for the whole kecamatan.

    `latest`: per leg, the latest safe departure by the election's clock; None without an election or on the way back.
    """

    hop: str
    plan: str
    village: str
    village_code: str
    legs: tuple[tuple[RouteLeg, datetime | None], ...]
    limit: datetime | None


def routes_shown(election: Election | None, code: str, now: datetime) -> list[tuple[HopName, list[RouteShown]]]:
    """Every route of a kecamatan by hop, in the order of the way. Three statements."""
    rows = RouteLeg.objects.filter(kecamatan=code).select_related("village")
    found: dict[tuple[str, str, str], list[RouteLeg]] = defaultdict(list)
    for row in rows.order_by("village_id", "plan", "position"):
        found[row.hop, row.village_id or "", row.plan].append(row)
    book = RouteBook({key: tuple(route_leg(row) for row in legs) for key, legs in found.items()})
    facts = _kecamatan(election, code).get(code) if election else None
    shown: dict[str, list[RouteShown]] = defaultdict(list)
    for (hop, village, plan), legs in sorted(found.items()):
        limit = arrival_limit(hop, facts.clock, book, [village] if village else ()) if facts else None
        latest = (
            latest_departures(book.routes[hop, village, plan], limit, facts.clock.zone) if facts and limit else None
        )
        name = legs[0].village.name if legs[0].village else ""
        pairs = tuple((leg, latest[number] if latest else None) for number, leg in enumerate(legs))
        shown[hop].append(RouteShown(hop, plan, name, village, pairs, limit))
    return [(hop, shown[hop]) for hop in HopName if hop in shown]


# --- What must leave when -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class OpenShipment:
    """`parcels`: TPS in it. `latest`: the latest safe departure of its next leg. `leaves_today`: that leg, today."""

    pk: int
    code: str
    hop: str
    state: str
    parcels: int
    latest: datetime | None
    verdict: Verdict
    expected_at: datetime | None
    leaves_today: bool
    told: Callable[[], str]  # written when it is read: most rows of a board are not shown with it

    @property
    def sentence(self) -> str:
        return self.told()


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the clock says of the TPS of a row that are in no shipment."""

    verdict: Verdict
    latest: datetime | None
    told: Callable[[], str]

    @property
    def sentence(self) -> str:
        return self.told()


@dataclass(frozen=True, slots=True)
class DepartureRow:
    """One hop of one kecamatan with something that waits or is on its way.

    `waiting`: TPS at the start of the hop in no open shipment; `unpacked`: TPS without a packed parcel (hop from KPU only).
    `latest`: the earliest of the latest safe departures of what has not left; None: unknown.
    """

    kecamatan: str
    name: str
    zone: str
    hop: str
    waiting: int
    unpacked: int
    shipments: tuple[OpenShipment, ...]
    latest: datetime | None
    deadline: datetime | None
    verdict: Verdict
    leaves_today: bool
    told: Callable[[], str]
    waits: Waiting | None

    @property
    def sentence(self) -> str:
        return self.told()


@dataclass(slots=True)
class _Facts:
    """Of one kecamatan, as read. `groups`: TPS by (village, stage, shipment or None)."""

    name: str
    clock: Clock
    book: RouteBook = field(default_factory=lambda: RouteBook({}))
    groups: list[tuple[str, int, int | None, int]] = field(default_factory=list)
    shipments: list[dict[str, Any]] = field(default_factory=list)


def departures_of(election: Election, code: str, now: datetime) -> list[DepartureRow]:
    """What leaves, has left or should have, in every voting kecamatan under `code`; most pressing first. Three statements."""
    facts = _kecamatan(election, code)
    for kecamatan, book in route_books(code).items():
        if kecamatan in facts:
            facts[kecamatan].book = book
    for shipment in _open_shipments(election, code):
        if shipment["kecamatan_id"] in facts:
            facts[shipment["kecamatan_id"]].shipments.append(shipment)
    rows: list[DepartureRow] = []
    for kecamatan, about in facts.items():
        rows += _rows(kecamatan, about, now)
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(rows, key=lambda row: (WORST_FIRST.index(row.verdict), row.latest or far, row.kecamatan, row.hop))


def clock_of(election: Election, kecamatan: str) -> Clock:
    """The deadlines' facts of one kecamatan. One statement."""
    return _kecamatan(election, kecamatan)[kecamatan].clock


def _kecamatan(election: Election, code: str) -> dict[str, _Facts]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT region.code, region.name, region.time_zone, COALESCE(profile.is_hard, false),
                   COALESCE(profile.kpps_handover = 'H pagi', false), cargo.groups
            FROM districts_votingkecamatan voting
            JOIN districts_region region ON region.code = voting.kecamatan_id
            LEFT JOIN districts_kecamatanprofile profile ON profile.region_id = region.code
            LEFT JOIN (
                SELECT kecamatan_code, json_agg(json_build_array(village_id, stage, shipment_id, number)) AS groups
                FROM (
                    SELECT station.kecamatan_code, station.village_id, COALESCE(parcel.stage, 0) AS stage,
                           parcel.shipment_id, count(*) AS number
                    FROM districts_pollingstation station
                    LEFT JOIN LATERAL (  -- looked up TPS by TPS: the planner would read the parcels of the nation
                        SELECT parcel.stage, parcel.shipment_id FROM logistics_parcel parcel
                        WHERE parcel.polling_station_id = station.id AND parcel.election_id = %(election)s OFFSET 0
                    ) parcel ON true
                    WHERE station.kecamatan_code LIKE %(code)s
                    GROUP BY 1, 2, 3, 4
                ) counted GROUP BY kecamatan_code
            ) cargo ON cargo.kecamatan_code = region.code
            WHERE voting.election_id = %(election)s AND voting.kecamatan_id LIKE %(code)s
            ORDER BY region.code
            """,
            {"election": election.pk, "code": f"{code}%"},
        )
        return {
            code: _Facts(
                without_kabupaten(name),
                Clock(election.voting_day, zone, is_hard, morning),
                groups=[tuple(group) for group in groups or ()],
            )
            for code, name, zone, is_hard, morning, groups in cursor.fetchall()
        }


def _open_shipments(election: Election, code: str) -> Iterable[dict[str, Any]]:
    """Open shipments, each with the `legs` of the plan in use. One statement."""
    own = ("pk", "code", "hop", "state", "kecamatan_id", "village_id", "departed_at", "arrived_at")
    leg = ("hours", "window_from", "window_until", "planned_departure", "planned_arrival", "departed_at", "arrived_at",
           "mode", "pk")  # fmt: skip
    rows = (
        Shipment.objects.filter(election=election, state__in=OPEN_STATES)
        .under(code)
        .annotate(leg=FilteredRelation("legs", condition=Q(legs__plan=F("plan_in_use"))))
        .order_by("planned_at", "pk", "leg__position")
        .values(*own, *(f"leg__{name}" for name in leg))
    )
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        shipment = found.setdefault(row["pk"], {name: row[name] for name in own} | {"legs": []})
        if row["leg__pk"] is not None:
            shipment["legs"].append(Leg(*(row[f"leg__{name}"] for name in leg)))
    return found.values()


def shipment_leg(row: ShipmentLeg) -> Leg:
    return Leg(
        row.hours, row.window_from, row.window_until, row.planned_departure, row.planned_arrival, row.departed_at,
        row.arrived_at, row.mode, row.pk,
    )  # fmt: skip


def next_hop(stage: int, village: str, book: RouteBook, voting_has_begun: bool) -> str | None:
    """Which way a parcel at `stage` goes next; None: it stays. Directly where only the direct way is known."""
    if stage == Stage.AT_PPK:
        return _known(book, village, HopName.PPK_PPS, HopName.PPK_TPS)
    if stage == Stage.AT_TPS:
        return _known(book, village, HopName.TPS_PPS, HopName.TPS_PPK) if voting_has_begun else None
    return {
        Stage.OPEN: HopName.KPU_PPK, Stage.PACKED: HopName.KPU_PPK, Stage.AT_PPS: HopName.PPS_TPS,
        Stage.BACK_AT_PPS: HopName.PPS_PPK, Stage.BACK_AT_PPK: HopName.PPK_KPU,
    }.get(Stage(stage))  # fmt: skip


def _known(book: RouteBook, village: str, usual: str, direct: str) -> str:
    return direct if book.legs(direct, village) and not book.legs(usual, village) else usual


def _rows(kecamatan: str, facts: _Facts, now: datetime) -> list[DepartureRow]:
    waiting: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    carried: dict[int, dict[str, int]] = defaultdict(dict)
    voting_has_begun = local_date(facts.clock.zone, now) >= facts.clock.voting_day
    for village, stage, shipment, count in facts.groups:
        if shipment is not None:
            carried[shipment][village] = carried[shipment].get(village, 0) + count
        elif hop := next_hop(stage, village, facts.book, voting_has_begun):
            waiting[hop][village][stage == Stage.OPEN] += count
    hops = {*waiting, *(shipment["hop"] for shipment in facts.shipments)}
    return [
        _row(kecamatan, facts, hop, waiting.get(hop, {}), [
            _judge(shipment, facts, shipment["legs"], carried.get(shipment["pk"], {}), now)
            for shipment in facts.shipments if shipment["hop"] == hop
        ], now)
        for hop in HopName if hop in hops
    ]  # fmt: skip


def judge(shipment: Mapping[str, Any], clock: Clock, book: RouteBook, legs: list[Leg], villages: Iterable[str],
          now: datetime) -> tuple[Judged, datetime | None]:  # fmt: skip
    """A shipment against the clock, and when it must be there."""
    for_villages = set(villages) or ({shipment["village_id"]} if shipment["village_id"] else set())
    limit = arrival_limit(shipment["hop"], clock, book, for_villages)
    left_at = shipment["departed_at"]
    if shipment["state"] in (ShipmentState.REFUSED, ShipmentState.STOPPED):
        return stuck_verdict(legs, limit, now, clock.zone, left_at), limit
    arrived_at = shipment["arrived_at"]
    return shipment_verdict(legs, limit, now, clock.zone, left_at=left_at, arrived_at=arrived_at), limit


def _judge(
    shipment: dict[str, Any], facts: _Facts, legs: list[Leg], villages: dict[str, int], now: datetime
) -> OpenShipment:
    clock = facts.clock
    judged, limit = judge(shipment, clock, facts.book, legs, villages, now)
    told = partial(
        shipment_sentence, shipment["code"], shipment["hop"], shipment["state"], tuple(leg.mode for leg in legs), judged, limit,
        (facts.name, clock.zone), clock.voting_day, now,
    )  # fmt: skip
    latest = judged.latest if judged.next_leg is not None else None
    return OpenShipment(
        shipment["pk"], shipment["code"], shipment["hop"], shipment["state"], sum(villages.values()), latest,
        judged.verdict, judged.expected_at, _is_today(latest, now, clock.zone), told,
    )  # fmt: skip


def _is_today(latest: datetime | None, now: datetime, zone: str) -> bool:
    """Must leave today and still can."""
    return latest is not None and latest >= now and local_date(zone, latest) == local_date(zone, now)


def _row(
    kecamatan: str, facts: _Facts, hop: str, waiting: dict[str, list[int]], shipments: list[OpenShipment], now: datetime
) -> DepartureRow:
    clock = facts.clock
    there, unpacked = (sum(counts[kind] for counts in waiting.values()) for kind in (0, 1))
    latest, mode, deadline = _first_to_leave(facts, hop, waiting)
    parts = [Waiting(each.verdict, each.latest, each.told) for each in shipments]
    waits = None
    if waiting:
        told = partial(
            waiting_sentence, there + unpacked, hop, mode, latest, deadline, (facts.name, clock.zone), clock.voting_day, now
        )  # fmt: skip
        waits = Waiting(waiting_verdict(latest, now), latest, told)
        parts.append(waits)
    verdict = worst(part.verdict for part in parts)
    known = [part.latest for part in parts if part.latest is not None]
    return DepartureRow(
        kecamatan, facts.name, clock.zone, hop, there, unpacked,
        tuple(sorted(shipments, key=lambda each: WORST_FIRST.index(each.verdict))),
        min(known, default=None), deadline, verdict, any(_is_today(at, now, clock.zone) for at in known),
        next(part.told for part in parts if part.verdict == verdict), waits,
    )  # fmt: skip


def _first_to_leave(
    facts: _Facts, hop: str, waiting: dict[str, list[int]]
) -> tuple[datetime | None, str, datetime | None]:
    """Of the desa that wait, the one that must leave first: when, with what, and the hop's deadline for it."""
    found: list[tuple[datetime, str, datetime]] = []
    for village in waiting:
        legs = facts.book.legs(hop, village)
        limit = arrival_limit(hop, facts.clock, facts.book, [village])
        if legs and limit is not None:
            found.append((latest_departures(legs, limit, facts.clock.zone)[0], legs[0].mode, limit))
    if not found:
        return None, "", arrival_limit(hop, facts.clock, facts.book, waiting)
    return min(found)
