"""What the page of one TPS shows: need against contents, seals, chain of custody, findings, next departure. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from districts.models import Contest, Election, PollingStation
from districts.naming import shown
from districts.templatetags.siap import moment
from districts.weeks import local_date
from logistics.completeness import BALLOT, Goods, goes_along, is_required
from logistics.custody import Step, ahead, chain, findings_in_words
from logistics.departure_sentences import waiting_sentence
from logistics.departures import (
    Clock,
    RouteBook,
    Verdict,
    arrival_limit,
    latest_departures,
    place_deadline,
    waiting_verdict,
)
from logistics.ledger import stock_of
from logistics.models import (
    Balance,
    Difference,
    Document,
    DocumentKind,
    HandOver,
    Item,
    Parcel,
    ParcelMove,
    PlaceKind,
    Seal,
)
from logistics.need import need_of_station
from logistics.routes import clock_of, departures_of, next_hop, route_books
from logistics.stages import HOPS, HopName, Stage


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """One item of the parcel. `need` None: not known."""

    item: Item
    contest: str
    need: int | None
    held: int

    @property
    def contest_name(self) -> str:
        return str(Contest.Kind(self.contest).label) if self.contest else ""

    @property
    def short(self) -> int:
        return max((1 if self.need is None else self.need) - self.held, 0)

    @property
    def surplus(self) -> int:
        return max(self.held - self.need, 0) if self.need is not None else 0


@dataclass(frozen=True, slots=True)
class NextDeparture:
    """`latest`: the latest safe departure from where the parcel is; None: unknown."""

    verdict: Verdict
    latest: datetime | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Finding:
    words: str
    issue: int | None
    shipment: str


@dataclass(frozen=True, slots=True)
class StationFacts:
    """`reconciled`: the document of its reconciliation. `recorded_at`: of the newest act on its parcel."""

    station: PollingStation
    parcel: Parcel | None
    required: tuple[GoodsRow, ...]
    others: tuple[GoodsRow, ...]
    seals: tuple[Seal, ...]
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    departure: NextDeparture | None
    reconciled: Document | None
    recorded_at: datetime | None
    has_voted: bool

    @property
    def stage(self) -> Stage:
        return Stage(self.parcel.stage) if self.parcel else Stage.OPEN

    @property
    def short(self) -> list[GoodsRow]:
        return [row for row in self.required if row.short]


def station_facts(
    election: Election, station: PollingStation, parcel: Parcel | None, zone: str, now: datetime
) -> StationFacts:
    """About fifteen statements. `parcel` as `packing.parcel_of` reads it."""
    rows = goods_rows(election, station, parcel)
    has_voted = local_date(zone, now) >= election.voting_day
    moves = _moves(parcel)
    handovers = _handovers(parcel)
    differences = _differences(parcel)
    clock = clock_of(election, station.village_id[:8])
    stage = Stage(parcel.stage) if parcel else Stage.OPEN
    said = findings_in_words((row.handover_id, _finding_words(row)) for row in differences)
    troubled = {row.handover_id for row in differences if row.settled_id is None}
    steps = chain(moves, {each.document_id: each for each in handovers}, said, troubled, zone)
    return StationFacts(
        station=station,
        parcel=parcel,
        required=tuple(row for row in rows if is_required(row.item)),
        others=tuple(row for row in rows if not is_required(row.item) and (row.held or row.need)),
        seals=_seals(parcel),
        steps=(*steps, *ahead(stage, _limits(clock), has_voted=has_voted)),
        findings=tuple(
            Finding(_finding_words(row), row.handover.issue_id, row.handover.shipment.code)
            for row in differences
            if row.settled_id is None
        ),
        departure=_departure(election, station, parcel, clock, now, has_voted=has_voted),
        reconciled=_reconciled(parcel),
        recorded_at=max((move.document.recorded_at for move in moves), default=None),
        has_voted=has_voted,
    )


def goods_rows(election: Election, station: PollingStation, parcel: Parcel | None) -> list[GoodsRow]:
    """Everything that travels with the TPS, in the order of the catalogue. Three statements."""
    need = need_of_station(election, station)
    held = stock_of(parcel.place_id) if parcel else {}
    items = Item.objects.in_bulk()
    keys: list[Goods] = sorted({*need, *held}, key=lambda goods: (items[goods[0]].position, goods[1]))
    return [
        GoodsRow(items[code], contest, need.get((code, contest), 0), held.get((code, contest), 0))
        for code, contest in keys
        if goes_along(items[code])
    ]


def ballots_of(rows: list[GoodsRow]) -> dict[str, int]:
    """Ballots in the parcel now, by contest."""
    return {row.contest: row.held for row in rows if row.item.code == BALLOT and row.held}


def _moves(parcel: Parcel | None) -> list[ParcelMove]:
    if parcel is None:
        return []
    return list(ParcelMove.objects.filter(parcel=parcel).select_related("document__by").order_by("pk"))


def _handovers(parcel: Parcel | None) -> list[HandOver]:
    """Of every shipment the parcel was in."""
    if parcel is None:
        return []
    found = HandOver.objects.filter(document__parcel_moves__parcel=parcel)
    return list(found.select_related("sender", "receiver", "document", "shipment"))


def _differences(parcel: Parcel | None) -> list[Difference]:
    if parcel is None:
        return []
    found = Difference.objects.filter(parcel=parcel).select_related("item", "handover__shipment")
    return list(found.order_by("pk"))


def _finding_words(row: Difference) -> str:
    """*basah: 12 surat suara bupati*, *segel rusak atau beda*."""
    words = str(row.get_kind_display()).lower()
    if row.item is None or row.quantity is None:
        return f"{words} ({row.note})" if row.note else words
    contest = f" {Contest.Kind(row.contest).label.lower()}" if row.contest else ""
    return f"{words} {row.quantity} {shown(row.item.unit)} {shown(row.item.name).lower()}{contest}"


def _seals(parcel: Parcel | None) -> tuple[Seal, ...]:
    if parcel is None:
        return ()
    return tuple(Seal.objects.filter(parcel=parcel).select_related("applied", "removed").order_by("number"))


def _reconciled(parcel: Parcel | None) -> Document | None:
    if parcel is None or parcel.stage < Stage.AT_TPS:
        return None
    found = Document.objects.filter(
        kind=DocumentKind.USE, movements__from_place=parcel.place_id, movements__to_place__kind=PlaceKind.USED
    )
    return found.select_related("by").order_by("-pk").first()


def _limits(clock: Clock) -> dict[Stage, str]:
    """By when each place must be reached, in words."""
    hops = (HopName.KPU_PPK, HopName.PPK_PPS, HopName.PPS_TPS)
    found = {HOPS[hop].end: place_deadline(hop, clock) for hop in hops}
    return {
        stage: _("paling lambat {moment}").format(moment=moment(limit, clock.zone))
        for stage, limit in found.items()
        if limit
    }


def _departure(
    election: Election, station: PollingStation, parcel: Parcel | None, clock: Clock, now: datetime, *, has_voted: bool
) -> NextDeparture | None:
    """When it must leave next; None when it is where it should be."""
    kecamatan, village = station.village_id[:8], station.village_id
    if parcel and parcel.shipment_id:
        for row in departures_of(election, kecamatan, now):
            for shipment in row.shipments:
                if shipment.pk == parcel.shipment_id:
                    return NextDeparture(shipment.verdict, shipment.latest, shipment.sentence)
    book = route_books(kecamatan).get(kecamatan, RouteBook({}))
    stage = parcel.stage if parcel else Stage.OPEN
    hop = next_hop(stage, village, book, has_voted)
    limit = arrival_limit(hop, clock, book, [village]) if hop else None
    if hop is None or limit is None:
        return None
    legs = book.legs(hop, village)
    latest = latest_departures(legs, limit, clock.zone)[0] if legs else None
    place = (station.village.parent.short_name if station.village.parent else "", clock.zone)
    mode = legs[0].mode if legs else ""
    sentence = waiting_sentence(1, hop, mode, latest, limit, place, election.voting_day, now)
    return NextDeparture(waiting_verdict(latest, now), latest, sentence)


def warehouse_stock(election: Election, regency: str) -> dict[Goods, int]:
    """What is ready to pack. One statement."""
    rows = Balance.objects.filter(place__election=election, place__kind=PlaceKind.WAREHOUSE, place__region=regency)
    return {(item, contest): n for item, contest, n in rows.values_list("item_id", "contest", "quantity")}
