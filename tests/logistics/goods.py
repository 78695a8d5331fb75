"""Stock and parcels for tests, made through the ledger itself."""

from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

from django.db import transaction

from districts.models import PollingStation
from logistics.ledger import Line, move, move_parcels, places, write_document
from logistics.models import Document, DocumentKind, Parcel, Place, PlaceKind, Seal
from logistics.stages import Stage
from tests.conftest import NOW

CONTESTS = ("bupati", "gubernur")
#: The way of a parcel through every stage.
WAY = (Stage.OPEN, Stage.PACKED, Stage.TO_PPK, Stage.AT_PPK, Stage.TO_PPS, Stage.AT_PPS, Stage.TO_TPS, Stage.AT_TPS,
       Stage.BACK_TO_PPS, Stage.BACK_AT_PPS, Stage.BACK_TO_PPK, Stage.BACK_AT_PPK, Stage.BACK_TO_KPU, Stage.BACK_AT_KPU)  # fmt: skip
#: Per TPS and contest, beside ballots.
ONE_EACH = ("KS", "FM", "AB", "DP")


def paper(world, kind=DocumentKind.RECEIPT, regency="64.08", at: datetime = NOW, **more) -> Document:
    """A document of the regency, by its KPU liaison."""
    by = more.pop("by", world.people["kpu-kutim"])
    document, _is_new = write_document(
        election=world.election, kind=kind, regency=regency, happened_at=at, by=by, now=at, **more
    )
    return document


@transaction.atomic
def put(world, amounts: dict, kind=PlaceKind.WAREHOUSE, region="64.08", at: datetime = NOW) -> int:
    """Order `{(item, contest): quantity}` and bring it to a place; the place's primary key."""
    regency = region[:5]
    found = places(world.election, [(PlaceKind.SUPPLIER, regency), (kind, region)])
    supplier, target = found[PlaceKind.SUPPLIER, regency], found[kind, region]
    document = paper(world, regency=regency, at=at)
    move(document, [Line(item, contest, quantity, None, supplier) for (item, contest), quantity in amounts.items()])
    move(document, [Line(item, contest, quantity, supplier, target) for (item, contest), quantity in amounts.items()])
    return target


def contents(station: PollingStation, seals: int = 26) -> dict[tuple[str, str], int]:
    """What the parcel of a TPS holds by DOMAIN 3.2, the items that must be counted and travel with it."""
    voters = station.voters
    held = {("SS", contest): voters + ceil(voters * 25 / 1000) for contest in CONTESTS}
    held |= {(item, contest): 1 for item in ONE_EACH for contest in CONTESTS}
    held |= {("SG", contest): seals for contest in CONTESTS}
    return held | {("BS", ""): 4, ("TN", ""): 2, ("DT", ""): 1}


@transaction.atomic
def make_parcels(world, code: str, stage: Stage = Stage.PACKED, at: datetime = NOW) -> list[Parcel]:
    """A parcel for each TPS under `code`, with contents and two seals, brought to `stage`; an hour lies between stages."""
    stations = list(PollingStation.objects.filter(village__startswith=code).order_by("village", "number"))
    kept = Place.objects.bulk_create(Place(election=world.election, kind=PlaceKind.PARCEL) for _ in stations)
    parcels = Parcel.objects.bulk_create(
        Parcel(election=world.election, polling_station=station, place=place)
        for station, place in zip(stations, kept, strict=True)
    )
    if stage == Stage.OPEN:
        return parcels
    held = {parcel: contents(parcel.polling_station) for parcel in parcels}
    total: dict[tuple[str, str], int] = {}
    for lines in held.values():
        for goods, quantity in lines.items():
            total[goods] = total.get(goods, 0) + quantity
    warehouse = put(world, total, region=code[:5], at=at)
    document = paper(world, DocumentKind.PACKING, code[:5], at)
    move(
        document,
        [Line(*goods, n, warehouse, parcel.place_id) for parcel, lines in held.items() for goods, n in lines.items()],
    )
    Seal.objects.bulk_create(
        Seal(election=world.election, parcel=parcel, number=f"{parcel.polling_station.code}/{box}", applied=document)
        for parcel in parcels
        for box in (1, 2)
    )
    steps = [step for step in pairwise(WAY) if step[1] <= stage]
    for number, (before, after) in enumerate(steps):
        moment = at - timedelta(hours=len(steps) - 1 - number)
        document = paper(world, DocumentKind.HANDOVER, code[:5], moment)
        move_parcels(document, [parcel.pk for parcel in parcels], from_stage=before, to_stage=after, at=moment)
    return list(
        Parcel.objects.filter(pk__in=[parcel.pk for parcel in parcels]).select_related("polling_station").order_by("pk")
    )
