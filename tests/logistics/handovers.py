"""Shipments that left, and what a receiver says of them, for tests of hand-overs."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from districts.access import Role
from districts.models import Assignment, PollingStation, User
from logistics.cargo import cargo_of
from logistics.handing import Confirmation
from logistics.handover_checks import Finding, SealReading
from logistics.models import DifferenceKind, Outcome, PlaceKind, Shipment
from logistics.shipping import depart, plan_shipment
from logistics.stages import HOPS, HopName
from tests.conftest import NOW

from .goods import make_parcels, put

LEFT = NOW - timedelta(hours=5)
VILLAGE = "64.08.11.2001"
#: Loose goods of the cast's shipment: notices for the voters of Manubar.
NOTICES = {("CP", ""): 2400}


def make_person(world, username: str, role: Role = Role.PPK, code: str = "64.08.11") -> User:
    user = User.objects.create_user(username, None, name=username.replace("-", " ").title())
    Assignment.objects.create(user=user, role=role, region_id=code, valid_from=date(2026, 1, 1))
    world.people[username] = user
    return user


def planned(world, hop=HopName.KPU_PPK, village=VILLAGE, goods=None, by="kpu-kutim", packed=True) -> Shipment:
    """A shipment of the parcels of a desa's TPS, which are at the hop's start, and of loose goods."""
    step = HOPS[hop]
    if packed:
        make_parcels(world, village, step.start, at=LEFT - timedelta(hours=1))
    return plan_shipment(
        election=world.election, kecamatan=world.sandaran, hop=step, goods=goods or {}, legs=[], by=world.people[by],
        stations=PollingStation.objects.filter(village__startswith=village).values_list("pk", flat=True),
        now=LEFT, client_key=uuid4(),
    )  # fmt: skip


def departed(
    world, hop=HopName.KPU_PPK, village=VILLAGE, goods=None, by="kpu-kutim", at: datetime = LEFT, packed=True
) -> Shipment:
    """The same, confirmed by its sender."""
    for each, quantity in (goods or {}).items():
        put(world, {each: quantity}, PlaceKind.WAREHOUSE if hop == HopName.KPU_PPK else PlaceKind.PPK,
            "64.08" if hop == HopName.KPU_PPK else "64.08.11", at=LEFT)  # fmt: skip
    shipment = planned(world, hop, village, goods, by, packed)
    depart(shipment=shipment, at=at, by=world.people[by], now=max(at, LEFT), client_key=uuid4())
    return Shipment.objects.select_related("kecamatan", "election").get(pk=shipment.pk)


def said(shipment, *findings, outcome=None, less=None, seals=None, **more) -> Confirmation:
    """What a careful receiver says: everything as on the manifest but for `findings`; `less` is taken off the counts."""
    cargo = cargo_of(shipment)
    absent = {finding.parcel for finding in findings if finding.kind == DifferenceKind.ABSENT}
    counts = dict(cargo.total)
    for parcel in cargo.parcels:
        for goods, quantity in parcel.contents.items() if parcel.pk in absent else ():
            counts[goods] -= quantity
    for finding in findings:
        if finding.kind in ("kurang", "tertukar"):
            counts[finding.goods] -= finding.quantity
        elif finding.kind == "lebih":
            counts[finding.goods] += finding.quantity
    for goods, quantity in (less or {}).items():
        counts[goods] -= quantity
    readings = {parcel.pk: SealReading(parcel.pk) for parcel in cargo.parcels if parcel.pk not in absent}
    readings |= {reading.parcel: reading for reading in seals or ()}
    outcome = outcome or (Outcome.DIFFERENT if findings or seals else Outcome.ACCEPTED)
    reason = "" if outcome == Outcome.ACCEPTED else "Satu kotak basah di ambalan kapal"
    values = {"received_at": NOW - timedelta(minutes=10), "reason": reason} | more
    return Confirmation(outcome=outcome, counts=counts, seals=list(readings.values()), findings=findings, **values)


def short(parcel, quantity=2, goods=("SS", "bupati"), kind=DifferenceKind.SHORT) -> Finding:
    """A finding about a parcel (its primary key), or about loose goods for None."""
    return Finding(kind, parcel, goods, quantity)
