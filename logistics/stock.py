"""The stock of a regency as people read it: where the units of each item are, what is short, damaged or left over.

Numbers come from the balances that the database keeps, so they are the ledger's own (DOMAIN 3.3).
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from districts.models import Contest, Election
from districts.naming import shown
from logistics.models import Item, PlaceKind
from logistics.need import Need, need_ctes, needs
from logistics.stock_sql import WHERE_ALL_IS

#: Places whose units have not come to the KPU: ordered, or a replacement on its way.
NOT_HERE = (PlaceKind.SUPPLIER, PlaceKind.REPLACEMENT)
#: Places whose units cannot be used any more, or not yet.
NOT_GOOD = (PlaceKind.SORTING, PlaceKind.DAMAGED, PlaceKind.DESTROYED, PlaceKind.MISSING)


@dataclass(frozen=True, slots=True)
class Goods:
    """One line of the catalogue: an item, and of which contest when it is counted per contest (else "")."""

    item: Item
    contest: str

    @property
    def key(self) -> tuple[str, str]:
        return self.item.code, self.contest

    @property
    def slug(self) -> str:
        """Part of the name of a form field."""
        return "_".join(part for part in self.key if part)

    @property
    def contest_name(self) -> str:
        return str(Contest.Kind(self.contest).label) if self.contest else ""

    @property
    def name(self) -> str:
        """*Surat suara gubernur*, *Bilik pemungutan suara*."""
        return f"{shown(self.item.name)} {self.contest_name.lower()}".strip()


def goods_of(election: Election, regency: str) -> list[Goods]:
    """Every line of the catalogue in a regency, those that must be counted first. Two statements."""
    held = Contest.objects.filter(election=election, region__in=[regency[:2], regency]).values_list("kind", flat=True)
    contests = sorted(set(held), key=Contest.Kind.values.index)
    items = sorted(Item.objects.all(), key=lambda item: (not item.must_count, item.position))
    return [Goods(item, contest) for item in items for contest in (contests if item.per_contest else [""])]


def ballots_of(election: Election, regency: str) -> list[Goods]:
    """What is sorted before it is stock: the ballots of each contest."""
    return [goods for goods in goods_of(election, regency) if goods.item.needs_sorting]


@dataclass(frozen=True, slots=True)
class Stock:
    """Where the units of one line are. Numbers are None while nothing was ever recorded of it: silence is not zero.

    `need` is what TPS and PPK need together with the PSU reserve `kept`; None while the decree's number is missing.
    """

    goods: Goods
    need: int | None
    kept: int
    places: dict[str, int] = field(default_factory=dict)

    @property
    def is_recorded(self) -> bool:
        return bool(self.places)

    def at(self, *kinds: str) -> int | None:
        return sum(self.places.get(kind, 0) for kind in kinds) if self.places else None

    @property
    def received(self) -> int | None:
        """All that came: what is here in any state, used or destroyed."""
        told = ("diminta", "diganti", *NOT_HERE)
        return sum(n for kind, n in self.places.items() if kind not in told) if self.places else None

    @property
    def usable(self) -> int | None:
        """`baik` of DOMAIN 3.3: good ones, wherever they are now."""
        return None if self.received is None else self.received - (self.at(*NOT_GOOD) or 0)

    @property
    def short(self) -> int | None:
        return None if self.need is None or self.usable is None else max(0, self.need - self.usable)

    @property
    def surplus(self) -> int | None:
        return None if self.need is None or self.usable is None else max(0, self.usable - self.need)

    @property
    def sorting(self) -> int | None:
        return self.at(PlaceKind.SORTING)

    @property
    def good(self) -> int | None:
        return self.at(PlaceKind.WAREHOUSE)

    @property
    def damaged(self) -> int | None:
        return self.at(PlaceKind.DAMAGED)

    @property
    def packed(self) -> int | None:
        return self.at(PlaceKind.PARCEL)

    @property
    def underway(self) -> int | None:
        """Loose units on their way or with PPK and PPS."""
        return self.at(PlaceKind.TRANSIT, PlaceKind.PPK, PlaceKind.PPS)

    @property
    def reserve(self) -> int | None:
        return self.at(PlaceKind.RESERVE)

    @property
    def destroyed(self) -> int | None:
        return self.at(PlaceKind.DESTROYED)

    @property
    def missing(self) -> int | None:
        return self.at(PlaceKind.MISSING)

    @property
    def after_voting(self) -> int | None:
        return self.at(PlaceKind.USED, PlaceKind.RETURNED)

    @property
    def owed(self) -> int | None:
        """Ordered, not sent yet."""
        return self.at(PlaceKind.SUPPLIER)

    @property
    def on_the_way(self) -> int | None:
        return self.at(PlaceKind.REPLACEMENT)

    @property
    def asked(self) -> int | None:
        return self.at("diminta")

    @property
    def replaced(self) -> int | None:
        return self.at("diganti")

    @property
    def is_trouble(self) -> bool:
        return bool(self.short or self.damaged or self.missing)


def stock_of_regency(election: Election, regency: str) -> list[Stock]:
    """Every line of the catalogue, in its order. Four statements, whatever the stock."""
    needed = {(need.item, need.contest): need for need in needs(election, regency, by="regency")}
    held: dict[tuple[str, str], dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(WHERE_ALL_IS, scope(election, regency))
        for item, contest, kind, quantity in cursor.fetchall():
            held.setdefault((item, contest), {})[kind] = quantity
    return [_stock(goods, needed.get(goods.key), held.get(goods.key, {})) for goods in goods_of(election, regency)]


def _stock(goods: Goods, need: Need | None, held: dict[str, int]) -> Stock:
    total = None if need is None or need.quantity is None or need.kept is None else need.quantity + need.kept
    return Stock(goods, total, (need.kept or 0) if need else 0, held)


def scope(election: Election, regency: str) -> dict[str, Any]:
    """Parameters of the statements of `stock_sql`."""
    return {"election": election.pk, "code": regency, "below": f"{regency}.%"}


def reserve_needs(election: Election, regency: str) -> dict[tuple[str, str], int | None]:
    """`(item, contest)`: units that the KPU of this regency keeps for a re-vote; None while the decree's number is
    missing. Only contests of the regency itself: the province keeps those of the governor. One statement.
    """
    rows = needs(election, regency, by="regency")
    return {(need.item, need.contest): need.kept for need in rows if need.kept != 0}


def unpacked_needs(election: Election, regency: str) -> dict[tuple[str, str], int | None]:
    """`(item, contest)`: ballots that the TPS not packed yet still need, those above zero; None when not known. One
    statement.
    """
    still_open = """station.kecamatan_code LIKE %(below)s AND NOT EXISTS (
        SELECT 1 FROM logistics_parcel parcel
        WHERE parcel.polling_station_id = station.id AND parcel.election_id = %(election)s AND parcel.stage > 0)"""
    voting = """SELECT kecamatan_id FROM districts_votingkecamatan
        WHERE election_id = %(election)s AND kecamatan_id LIKE %(below)s"""
    ctes = need_ctes("village", voting=voting, stations=still_open, items="item.needs_sorting")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH {ctes}
            SELECT item_id, contest, CASE WHEN bool_and(quantity IS NOT NULL) THEN sum(quantity)::bigint END
            FROM need GROUP BY 1, 2
            """,
            scope(election, regency),
        )
        return {(item, contest): quantity for item, contest, quantity in cursor.fetchall()}
