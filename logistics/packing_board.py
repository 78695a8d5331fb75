"""The TPS of a kecamatan as they are packed, by desa: need, contents, seals and what is missing. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, Value

from districts.models import Election, PollingStation
from logistics.completeness import BALLOT, Goods, boxes_in, is_required, lack_sentence, lacks
from logistics.models import Balance, Item, Parcel
from logistics.need import needs_of_stations
from logistics.stages import Stage

#: Of a parcel without seals the join has one row of nulls.
ON_THE_BOX = Q(seals__isnull=False, seals__removed__isnull=True)


@dataclass(frozen=True, slots=True)
class PackingRow:
    """One TPS. `ballots` of all contests; None: the need is not known. `missing`: a sentence, empty when complete."""

    station: PollingStation
    stage: Stage
    ballots_needed: int | None
    ballots: int
    boxes: int
    seals: tuple[str, ...]
    missing: str

    @property
    def is_open(self) -> bool:
        return self.stage == Stage.OPEN

    @property
    def is_begun(self) -> bool:
        return bool(self.ballots or self.boxes or self.seals)


@dataclass(frozen=True, slots=True)
class VillageRows:
    """The TPS of one desa, by number."""

    code: str
    name: str
    rows: tuple[PackingRow, ...]

    @property
    def packed(self) -> int:
        return sum(not row.is_open for row in self.rows)

    @property
    def open(self) -> int:
        return sum(row.is_open for row in self.rows)


@dataclass(frozen=True, slots=True)
class PackingBoard:
    """`undecreed`: required items whose need no decree has said, so that who packs says how many."""

    villages: tuple[VillageRows, ...]
    undecreed: tuple[Item, ...]
    boxes_each: int  # of one TPS: one per contest

    @property
    def rows(self) -> list[PackingRow]:
        return [row for village in self.villages for row in village.rows]

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def packed(self) -> int:
        return sum(village.packed for village in self.villages)

    @property
    def begun(self) -> int:
        """Open ones with something in them."""
        return sum(row.is_open and row.is_begun for row in self.rows)


def packing_board(election: Election, kecamatan: str) -> PackingBoard:
    """Five statements."""
    stations = list(
        PollingStation.objects.filter(kecamatan_code=kecamatan)
        .select_related("village")
        .order_by("village_id", "number")
    )
    need = needs_of_stations(election, [station.pk for station in stations])
    items = Item.objects.in_bulk()
    parcels = {parcel.polling_station_id: parcel for parcel in _parcels(election, kecamatan)}
    held = _held(parcels.values())
    rows: dict[str, list[PackingRow]] = defaultdict(list)
    for station in stations:
        parcel = parcels.get(station.pk)
        inside = held.get(parcel.place_id, {}) if parcel else {}
        rows[station.village_id].append(_row(station, parcel, inside, need.get(station.pk, {}), items))
    names = {station.village_id: station.village.name for station in stations}
    villages = tuple(VillageRows(code, names[code], tuple(found)) for code, found in rows.items())
    return PackingBoard(villages, _undecreed(need.values(), items), _boxes_each(need.values()))


def _parcels(election: Election, kecamatan: str) -> Iterable[Parcel]:
    on = ArrayAgg("seals__number", filter=ON_THE_BOX, order_by="seals__number", default=Value([]))
    return Parcel.objects.filter(election=election).under(kecamatan).annotate(numbers=on)


def _held(parcels: Iterable[Parcel]) -> dict[int, dict[Goods, int]]:
    """Contents by account."""
    found: dict[int, dict[Goods, int]] = defaultdict(dict)
    rows = Balance.objects.filter(place__in=[parcel.place_id for parcel in parcels], quantity__gt=0)
    for place, item, contest, quantity in rows.values_list("place", "item", "contest", "quantity"):
        found[place][item, contest] = quantity
    return found


def _row(
    station: PollingStation, parcel: Parcel | None, held: dict[Goods, int], need: dict[Goods, int | None], items: dict[str, Item]
) -> PackingRow:  # fmt: skip
    stage = Stage(parcel.stage) if parcel else Stage.OPEN
    seals = tuple(getattr(parcel, "numbers", ()))
    wanted = [quantity for (code, _contest), quantity in need.items() if code == BALLOT]
    is_empty = not held and not seals
    before_voting = stage < Stage.AT_TPS  # after it ballots leave the parcel
    missing = lack_sentence(lacks(items, need, held), boxes_in(held), len(seals)) if before_voting else ""
    return PackingRow(
        station=station,
        stage=stage,
        ballots_needed=None if None in wanted or not wanted else sum(n for n in wanted if n is not None),
        ballots=sum(quantity for (code, _contest), quantity in held.items() if code == BALLOT),
        boxes=boxes_in(held),
        seals=seals,
        missing="" if is_empty else missing,
    )


def _undecreed(needs: Iterable[dict[Goods, int | None]], items: dict[str, Item]) -> tuple[Item, ...]:
    """Ballots are counted from voters, so a TPS without known voters says nothing about a decree."""
    unknown = {code for need in needs for (code, _contest), quantity in need.items() if quantity is None}
    found = [items[code] for code in unknown if code != BALLOT and is_required(items[code])]
    return tuple(sorted(found, key=lambda item: item.position))


def _boxes_each(needs: Iterable[dict[Goods, int | None]]) -> int:
    return max((boxes_in({goods: n or 0 for goods, n in need.items()}) for need in needs), default=0)
