"""Telling the story: every act goes through the function people's forms call, at the time it happened."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from districts.access import Role
from districts.demo.calendar import ZONE
from districts.demo.story import REGENCIES, STORIES, share_done
from districts.models import Assignment, Election, PollingStation, Region, User
from logistics.cargo import cargo_of
from logistics.demo import story
from logistics.demo.story import Voyage, Way
from logistics.demo.warehouse import fill_warehouse
from logistics.differences import acknowledge
from logistics.handing import Confirmation, receive
from logistics.handover_checks import Finding, SealReading
from logistics.models import DifferenceKind, HandOver, NeedRule, Outcome, Parcel, RouteLeg, Shipment
from logistics.packing import pack
from logistics.replacing import ask, send
from logistics.shipment_legs import note_leg_times
from logistics.shipping import depart, note_arrival, plan_shipment
from logistics.stages import HOPS, HopName, Stage

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """Moments of the story on the clocks of the demo; none is later than the day it is loaded but plans."""

    election: Election

    def at(self, h_minus: int, clock: time = time(9, 0)) -> datetime:
        return datetime.combine(self.election.voting_day - timedelta(days=h_minus), clock, ZoneInfo(ZONE))


def tell(*, election: Election, people: dict[str, User], now: datetime, say: Callable[[str], object]) -> None:
    """Goods arrive, are sorted and packed; ships leave, one with water in its hold, and one is planned too late."""
    say(_("Logistik: gudang, pengepakan, kapal …"))
    clock = Clock(election)
    NeedRule.objects.create(
        election=election, item_id="SG", basis=NeedRule.Basis.TPS, amount=story.SEALS,
        source="ESTIMASI dari Mahulu, 3.991 segel [S11]",
    )  # fmt: skip
    keepers = {"64.08": people["kpu-kutim"], "64.11": people["kpu-mahulu"]}
    officers = {"64.08.11": people["ppk-sandaran"], "64.11.03": _officer("64.11.03", election)}
    _make_routes(now)
    for regency in REGENCIES:
        fill_warehouse(election, regency, keepers[regency], clock.at)
        _pack_all(election, regency, keepers[regency], clock)
    _first_ship(election, keepers["64.08"], officers["64.08.11"], people, clock)
    _plan(story.LATE_SHIP, election, keepers["64.08"], now - 30 * HOUR, clock)
    _plan(story.BUSANG, election, keepers["64.08"], now - 20 * HOUR, clock)
    _under_way(story.LONG_APARI, election, keepers["64.11"], clock)
    _to_laham(election, keepers["64.11"], officers["64.11.03"], clock)
    _on_to_the_desa(election, people["ppk-sandaran"], now)


def _officer(kecamatan: str, election: Election) -> User:
    """The PPK of a kecamatan, whom nobody signs in as."""
    region = Region.objects.get(pk=kecamatan)
    officer = User.objects.create(username=f"ppk-{region.name.lower()}", name=f"PPK (kecamatan) {region.name}")
    officer.set_unusable_password()
    officer.save(update_fields=["password"])
    Assignment.objects.create(user=officer, role=Role.PPK, region=region, valid_from=election.reporting_from)
    return officer


def _make_routes(now: datetime) -> None:
    """The usual way of every kecamatan: to its PPK, on to the desa, on to the TPS."""
    rows = []
    for kecamatan in STORIES:
        truck = (Way(story.KPU, "PPK", "truk", story.BY_TRUCK),)
        for plan in ("A", "B"):
            ways = story.ROUTES.get((kecamatan, plan), truck if plan == "A" else ())
            rows += [_route_leg(kecamatan, HopName.KPU_PPK, way, n, plan) for n, way in enumerate(ways, 1)]
        mode, hours, window = story.FAR_DESA.get(kecamatan, ("pikap", story.TO_DESA, None))
        rows.append(_route_leg(kecamatan, HopName.PPK_PPS, Way("PPK", "PPS desa", mode, hours, window)))
        rows.append(_route_leg(kecamatan, HopName.PPS_TPS, Way("PPS desa", "TPS", "motor", story.TO_TPS)))
    RouteLeg.objects.bulk_create(rows)


def _route_leg(kecamatan: str, hop: HopName, way: Way, position: int = 1, plan: str = "A") -> RouteLeg:
    return RouteLeg(kecamatan_id=kecamatan, hop=hop, position=position, **_leg(way, plan))


def _leg(way: Way, plan: str) -> dict[str, object]:
    opens, closes = (time(way.window[0]), time(way.window[1])) if way.window else (None, None)
    return {
        "plan": plan, "origin": way.origin, "destination": way.destination, "mode": way.mode,
        "hours": Decimal(str(way.hours)), "window_from": opens, "window_until": closes,
    }  # fmt: skip


def _pack_all(election: Election, regency: str, by: User, clock: Clock) -> None:
    """Each kecamatan as far as its story says, in a few sessions; Sandaran and Busang first, their way is long."""
    by_kecamatan: dict[str, list[PollingStation]] = {}
    for station in PollingStation.objects.filter(village__startswith=regency).order_by("village", "number"):
        by_kecamatan.setdefault(station.village_id[:8], []).append(station)
    seal, packed = 0, dict.fromkeys(by_kecamatan, 0)
    for h_minus in story.SESSIONS:
        for kecamatan, stations in by_kecamatan.items():
            share = share_done("LOG-03", h_minus, STORIES[kecamatan])
            upto = max(int(len(stations) * share), story.EARLY.get(kecamatan, {}).get(h_minus, 0))
            chosen = stations[packed[kecamatan] : upto]
            if not chosen:
                continue
            packed[kecamatan] = upto
            seals = {
                each.pk: [f"SEG-{regency[3:]}-{seal + 2 * n + box:06d}" for box in (1, 2)]
                for n, each in enumerate(chosen)
            }
            seal += 2 * len(chosen)
            pack(election, chosen, seals=seals, by=by, now=clock.at(h_minus, time(15, 0)), client_key=uuid4())


def _waiting(election: Election, kecamatan: str, stage: Stage, count: int, at: datetime) -> list[int]:
    """TPS whose parcel waited at `stage` at that moment, the farthest desa first."""
    found = Parcel.objects.filter(
        election=election, polling_station__kecamatan_code=kecamatan, stage=stage, stage_at__lte=at, shipment=None
    )
    ordered = found.order_by("-polling_station__village", "polling_station__number")
    return list(ordered.values_list("polling_station", flat=True)[:count])


def _plan(voyage: Voyage, election: Election, by: User, planned_at: datetime, clock: Clock) -> Shipment:
    """A shipment to the PPK as its voyage says, over the usual routes."""
    leaves = clock.at(voyage.h_minus, voyage.leaves)
    return plan_shipment(
        election=election, kecamatan=Region.objects.get(pk=voyage.kecamatan), hop=HOPS[HopName.KPU_PPK],
        stations=_waiting(election, voyage.kecamatan, Stage.PACKED, voyage.stations, planned_at), goods={},
        legs=list(_voyage_legs(voyage, leaves)), by=by, now=planned_at, client_key=uuid4(), note=voyage.note,
    )  # fmt: skip


def _voyage_legs(voyage: Voyage, leaves: datetime) -> Iterable[dict[str, object]]:
    for plan in ("A", "B"):
        at = leaves
        for way in story.ROUTES.get((voyage.kecamatan, plan), ()):
            arrives = at + timedelta(hours=way.hours)
            yield _leg(way, plan) | {
                "carrier": voyage.carrier if way.mode != "truk" else "Truk PT Pos",
                "escort_force": voyage.force, "escort_unit": voyage.unit, "escort_count": voyage.escorts,
                "planned_departure": at if plan == "A" else None, "planned_arrival": arrives if plan == "A" else None,
            }  # fmt: skip
            at = arrives + HOUR


def _sail(shipment: Shipment, by: User, leaves: datetime, arrived_by: User | None) -> datetime:
    """Leave, pass each leg, and be seen to arrive; when that was."""
    depart(shipment=shipment, at=leaves, by=by, now=leaves, client_key=uuid4())
    legs = list(shipment.legs.filter(plan="A").order_by("position"))
    at = leaves
    for leg in legs[:-1]:
        came = at + timedelta(hours=float(leg.hours))
        note_leg_times(leg=leg, departed_at=at, arrived_at=came, by=by, now=came)
        at = came + HOUR
    arrives = at + timedelta(hours=float(legs[-1].hours))
    if arrived_by is not None:
        note_leg_times(leg=legs[-1], departed_at=at, arrived_at=None, by=by, now=at)
        note_arrival(shipment=shipment, at=arrives, by=arrived_by, now=arrives)
    return arrives


def _hand_over(
    shipment: Shipment, by: User, at: datetime, findings: tuple[Finding, ...] = (), reason: str = ""
) -> HandOver:
    """The receiver counts all and checks each seal."""
    fresh = Shipment.objects.select_related("kecamatan", "election").get(pk=shipment.pk)
    cargo = cargo_of(fresh)
    said = Confirmation(
        received_at=at, outcome=Outcome.DIFFERENT if findings else Outcome.ACCEPTED, counts=dict(cargo.total),
        seals=[SealReading(parcel.pk) for parcel in cargo.parcels], findings=findings, reason=reason,
    )  # fmt: skip
    return receive(shipment=fresh, confirmation=said, by=by, now=at, client_key=uuid4())[0]


def _first_ship(election: Election, kpu: User, ppk: User, people: dict[str, User], clock: Clock) -> None:
    """The navy's ship reached Sandaran with water in its hold; what got wet is asked for again and on its way."""
    voyage = story.FIRST_SHIP
    shipment = _plan(voyage, election, kpu, clock.at(17), clock)
    _sail(shipment, kpu, clock.at(voyage.h_minus, voyage.leaves), people["camat-sandaran"])
    opened = clock.at(voyage.h_minus - 1, time(8, 15))
    wet = cargo_of(shipment).parcels[0]
    findings = tuple(Finding(DifferenceKind.DAMAGED, wet.pk, goods, quantity) for goods, quantity in story.WET.items())
    handover = _hand_over(shipment, ppk, opened, findings, story.WET_REASON)
    acknowledge(handover=HandOver.objects.select_related("shipment").get(pk=handover.pk), by=kpu, now=opened + 2 * HOUR)
    for (item, contest), quantity in story.WET.items():
        replacement = ask(
            election=election, regency="64.08", item=item, contest=contest, quantity=quantity,
            reason=f"Basah di kapal ke Sandaran, kiriman {shipment.code}", asked_at=opened + 3 * HOUR, by=kpu,
            now=opened + 3 * HOUR, silog_number="SILOG-CONTOH-64.08-7",
            expected_on=(clock.at(9)).date(),
        )  # fmt: skip
        if item == "SS":
            sent_at = clock.at(13, time(10, 0))
            send(replacement=replacement, quantity=quantity, happened_at=sent_at, by=kpu, now=sent_at)


def _under_way(voyage: Voyage, election: Election, by: User, clock: Clock) -> None:
    """Up the Mahakam: the boats left and have not been heard of since the first landing."""
    shipment = _plan(voyage, election, by, clock.at(voyage.h_minus + 2), clock)
    leaves = clock.at(voyage.h_minus, voyage.leaves)
    depart(shipment=shipment, at=leaves, by=by, now=leaves, client_key=uuid4())
    first = shipment.legs.get(plan="A", position=1)
    came = leaves + timedelta(hours=float(first.hours))
    note_leg_times(leg=first, departed_at=leaves, arrived_at=came, by=by, now=came)


def _to_laham(election: Election, kpu: User, ppk: User, clock: Clock) -> None:
    """One that went as it should."""
    shipment = _plan(story.LAHAM, election, kpu, clock.at(story.LAHAM.h_minus + 2), clock)
    arrived = _sail(shipment, kpu, clock.at(story.LAHAM.h_minus, story.LAHAM.leaves), ppk)
    _hand_over(shipment, ppk, arrived + HOUR)


def _on_to_the_desa(election: Election, ppk: User, now: datetime) -> None:
    """Two TPS of Sandaran have left for their PPS, who has not received them yet."""
    stations = _waiting(election, "64.08.11", Stage.AT_PPK, 2, now)
    shipment = plan_shipment(
        election=election, kecamatan=Region.objects.get(pk="64.08.11"), hop=HOPS[HopName.PPK_PPS], stations=stations,
        goods={}, legs=[_leg(Way("PPK Sandaran", "PPS desa", "perahu", 5, (6, 17)), "A") | {"carrier": "Ketinting nelayan"}],
        by=ppk, now=now - 5 * HOUR, client_key=uuid4(),
    )  # fmt: skip
    depart(shipment=shipment, at=now - 4 * HOUR, by=ppk, now=now - 4 * HOUR, client_key=uuid4())
