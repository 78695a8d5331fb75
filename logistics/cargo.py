"""What a shipment carries now: the parcels bound to it with their contents and seals, and its loose goods."""

from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, Value

from districts.models import Contest
from districts.naming import shown
from logistics.models import Balance, Parcel, PlaceKind, Shipment
from logistics.stages import Stage

#: Item and contest; the contest is empty for an item that is not counted per contest.
Goods = tuple[str, str]

AT_KPU = (Stage.PACKED, Stage.BACK_AT_KPU)
AT_PPK = (Stage.AT_PPK, Stage.BACK_AT_PPK)


@dataclass(frozen=True, slots=True)
class CargoParcel:
    """A parcel as it is recorded now. `place` is its account in the ledger, `code` the public one of its TPS."""

    pk: int
    place: int
    stage: Stage
    code: str
    village: str
    kecamatan: str
    seals: tuple[str, ...]
    contents: dict[Goods, int]


@dataclass(frozen=True, slots=True)
class Named:
    """How people call goods: "Surat suara bupati", counted in "lembar"."""

    name: str
    unit: str
    position: int


@dataclass(frozen=True, slots=True)
class Cargo:
    """`loose` and `total` are units by goods; `total` has every kind of goods aboard, in the catalogue's order."""

    parcels: tuple[CargoParcel, ...]
    loose: dict[Goods, int]
    total: dict[Goods, int]
    names: dict[Goods, Named]

    @property
    def boxes(self) -> int:
        """Ballot boxes (KS) in the parcels."""
        return sum(
            quantity for parcel in self.parcels for goods, quantity in parcel.contents.items() if goods[0] == "KS"
        )

    @property
    def seal_count(self) -> int:
        return sum(len(parcel.seals) for parcel in self.parcels)

    def source(self, parcel: int | None) -> dict[Goods, int]:
        """What is in one parcel, or loose for None."""
        return self.loose if parcel is None else self.parcel(parcel).contents

    def parcel(self, pk: int) -> CargoParcel:
        return next(each for each in self.parcels if each.pk == pk)


def cargo_of(shipment: Shipment) -> Cargo:
    """Two statements."""
    bound = (
        Parcel.objects.filter(journeys__shipment=shipment, journeys__released_at__isnull=True)
        .annotate(
            numbers=ArrayAgg(
                "seals__number",
                filter=Q(seals__isnull=False, seals__removed__isnull=True),  # a parcel without seals joins an empty row
                order_by="seals__number",
                default=Value([]),
            )
        )
        .order_by("polling_station__village", "polling_station__number")
        .values_list(
            "pk", "place_id", "stage", "polling_station__village_id", "polling_station__number",
            "polling_station__village__name", "numbers",
        )
    )  # fmt: skip
    found = list(bound)
    by_place, names = _contents([row[1] for row in found] + [shipment.place_id])
    parcels = tuple(
        CargoParcel(
            pk, place, Stage(stage), f"{village}-{number:03}", name, village[:8], tuple(seals), by_place.get(place, {})
        )
        for pk, place, stage, village, number, name, seals in found
    )
    loose = by_place.get(shipment.place_id, {})
    return Cargo(parcels, loose, _total([*(parcel.contents for parcel in parcels), loose], names), names)


def _contents(accounts: list[int]) -> tuple[dict[int, dict[Goods, int]], dict[Goods, Named]]:
    """Units by account and goods, and what the goods are called."""
    rows = Balance.objects.filter(place__in=accounts, quantity__gt=0).values_list(
        "place_id", "item_id", "contest", "quantity", "item__name", "item__unit", "item__position"
    )
    by_place: dict[int, dict[Goods, int]] = {}
    names: dict[Goods, Named] = {}
    for place, item, contest, quantity, name, unit, position in rows:
        by_place.setdefault(place, {})[item, contest] = quantity
        if (item, contest) not in names:
            names[item, contest] = Named(goods_name(name, contest), shown(unit), position)
    return by_place, names


def _total(sources: list[dict[Goods, int]], names: dict[Goods, Named]) -> dict[Goods, int]:
    total = dict.fromkeys(sorted(names, key=lambda goods: (names[goods].position, goods[1])), 0)
    for source in sources:
        for goods, quantity in source.items():
            total[goods] += quantity
    return total


def goods_name(item: str, contest: str) -> str:
    """ "Surat suara bupati": an item's name with the contest it belongs to."""
    return f"{shown(item)} {str(Contest.Kind(contest).label).lower()}" if contest else shown(item)


def loose_account(stage: Stage, shipment: Shipment) -> tuple[PlaceKind, str]:
    """Kind and region of the account that keeps loose goods where parcels rest at `stage`.

    A TPS has none: what is not in its parcel stays with the PPS. Of a shipment to several desa the PPK keeps it.
    """
    kecamatan = shipment.kecamatan_id
    if stage in AT_KPU:
        return PlaceKind.WAREHOUSE, kecamatan[:5]
    if stage in AT_PPK or shipment.village_id is None:
        return PlaceKind.PPK, kecamatan
    return PlaceKind.PPS, shipment.village_id


def damage_account(stage: Stage, shipment: Shipment) -> tuple[PlaceKind, str]:
    """Damaged goods are kept by KPU in its warehouse, on the way by the kecamatan."""
    return PlaceKind.DAMAGED, shipment.kecamatan_id[:5] if stage in AT_KPU else shipment.kecamatan_id
