"""Packing and unpacking the parcel of a TPS: contents out of the KPU warehouse, seals on the boxes, DOMAIN 3.4.

Parcels are filled under a lock of their TPS, so two people packing the same one pack it once. The number of statements
does not grow with TPS or items.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from districts.models import Election, PollingStation
from districts.naming import shown
from logistics.access import check_can_keep_stock
from logistics.completeness import BALLOT, LEAST, Goods, boxes_in, goes_along, is_required, lack_sentence, lacks
from logistics.ledger import LedgerRefused, Line, mark_regency_stale, move, move_parcels, places, write_document
from logistics.models import Balance, Document, DocumentKind, Item, Parcel, Place, PlaceKind, Seal
from logistics.need import needs_of_stations
from logistics.seal_numbers import clean_seals
from logistics.stages import Stage

if TYPE_CHECKING:
    from districts.models import User

Contents = Mapping[Goods, int]


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A TPS that stays unpacked, and what it still misses, as a sentence."""

    station: PollingStation
    missing: str


@dataclass(frozen=True, slots=True)
class Packed:
    """What became of the chosen TPS."""

    document: Document
    packed: tuple[PollingStation, ...]
    incomplete: tuple[Incomplete, ...]


@dataclass(slots=True)
class _Load:
    """The parcels at hand, by primary key of their TPS: what is in them and how many seals are on."""

    stations: list[PollingStation]
    parcels: dict[int, Parcel]
    items: dict[str, Item]
    need: dict[int, dict[Goods, int | None]]
    held: dict[int, dict[Goods, int]]
    seals: dict[int, int]
    stock: dict[Goods, int]

    def missing(self, station: int) -> str:
        held = self.held[station]
        return lack_sentence(lacks(self.items, self.need[station], held), boxes_in(held), self.seals[station])


def parcel_of(election: Election, station: PollingStation) -> Parcel | None:
    """The parcel of the TPS; None before it was first packed."""
    return (
        Parcel.objects.filter(election=election, polling_station=station)
        .select_related("shipment", "polling_station")
        .first()
    )


def packed_before(client_key: str, by: "User") -> bool:
    """Whether this person packed with this form already; its TPS are no longer open then."""
    try:
        key = UUID(client_key)
    except ValueError:
        return False
    return Document.objects.filter(client_key=key, by=by, kind=DocumentKind.PACKING).exists()


@transaction.atomic
def pack(
    election: Election,
    stations: Sequence[PollingStation],
    *,
    seals: Mapping[int, Sequence[str]],
    by: "User",
    now: datetime,
    client_key: UUID | None,
    contents: Mapping[int, Contents] | None = None,
    amounts: Mapping[str, int] | None = None,
    note: str = "",
) -> Packed:
    """Fill the parcels of `stations` and pack those that are then complete and sealed; the others stay open.

    `seals` and `contents` are keyed by the TPS's primary key. Without `contents` each gets what its need still lacks:
    required goods wholly, the others as far as the warehouse has them; of a need no decree has said, as `amounts` (by
    item, per TPS and contest) say, else one. Raises LedgerRefused with a sentence, and then nothing is written. The same
    key again changes nothing.
    """
    regency = _one_regency(stations)
    check_can_keep_stock(by, regency)
    numbers = clean_seals(seals)
    codes = {station.village_id[:8] for station in stations}
    document, is_new = write_document(
        election=election, kind=DocumentKind.PACKING, regency=regency, happened_at=now, now=now, by=by, note=note,
        kecamatan=min(codes) if len(codes) == 1 else None, client_key=client_key,
    )  # fmt: skip
    load = _load(election, stations, regency)
    if is_new:
        for station in load.stations:
            check_is_open(load.parcels[station.pk])
        warehouse = places(election, [(PlaceKind.WAREHOUSE, regency)])[PlaceKind.WAREHOUSE, regency]
        _fill(document, load, warehouse, contents, amounts or {})
        _seal(document, load, numbers)
        whole = [load.parcels[station.pk].pk for station in load.stations if not load.missing(station.pk)]
        move_parcels(document, whole, from_stage=Stage.OPEN, to_stage=Stage.PACKED, at=now)
        mark_regency_stale(election, regency)  # its kecamatan share what is left in the warehouse
    return _outcome(document, load, is_new)


def _outcome(document: Document, load: _Load, is_new: bool) -> Packed:
    """Of an act sent again: what its TPS are now."""
    missing = {station.pk: load.missing(station.pk) for station in load.stations}
    if not is_new:
        missing = {pk: sentence for pk, sentence in missing.items() if load.parcels[pk].stage == Stage.OPEN}
    return Packed(
        document,
        tuple(station for station in load.stations if not missing.get(station.pk)),
        tuple(Incomplete(station, missing[station.pk]) for station in load.stations if missing.get(station.pk)),
    )


def _one_regency(stations: Sequence[PollingStation]) -> str:
    regencies = {station.village_id[:5] for station in stations}
    if not regencies:
        raise LedgerRefused(_("Pilih sedikitnya satu TPS."))
    if len(regencies) > 1:
        raise LedgerRefused(_("Satu kali pengepakan hanya untuk TPS dari satu kabupaten atau kota."))
    return regencies.pop()


def _load(election: Election, stations: Sequence[PollingStation], regency: str) -> _Load:
    """Lock the TPS, open the parcels that are missing and read what is in all of them and in the warehouse."""
    chosen = (
        PollingStation.objects.filter(pk__in={station.pk for station in stations})
        .select_related("village")
        .order_by("pk")
    )
    locked = list(chosen.select_for_update(of=("self",), no_key=True))
    found = Parcel.objects.filter(election=election, polling_station__in=locked).select_related("polling_station")
    parcels = {parcel.polling_station_id: parcel for parcel in found.order_by("pk").select_for_update(of=("self",))}
    new = [station for station in locked if station.pk not in parcels]
    parcels |= _open(election, new)
    held, stock = _contents(election, parcels, regency)
    locked.sort(key=lambda station: (station.village_id, station.number))
    need = needs_of_stations(election, [station.pk for station in locked])
    for station in locked:
        if station.pk not in need:
            raise LedgerRefused(_("TPS {code} tidak memilih dalam pemilihan ini.").format(code=station.code))
    return _Load(
        stations=locked,
        parcels=parcels,
        items=Item.objects.in_bulk(),
        need=need,
        held=held,
        seals=_seals_on(parcels) if len(new) < len(locked) else dict.fromkeys(parcels, 0),
        stock=stock,
    )


def _open(election: Election, stations: list[PollingStation]) -> dict[int, Parcel]:
    """New parcels, empty. Their TPS are locked, so nobody else opens them meanwhile."""
    if not stations:
        return {}
    kept = Place.objects.bulk_create(Place(election=election, kind=PlaceKind.PARCEL) for _station in stations)
    made = Parcel.objects.bulk_create(
        Parcel(election=election, polling_station=station, place=place)
        for station, place in zip(stations, kept, strict=True)
    )
    return {parcel.polling_station_id: parcel for parcel in made}


def _contents(
    election: Election, parcels: Mapping[int, Parcel], regency: str
) -> tuple[dict[int, dict[Goods, int]], dict[Goods, int]]:
    """What is in each parcel, by TPS, and what is in the warehouse. One statement."""
    owners = {parcel.place_id: station for station, parcel in parcels.items()}
    of_warehouse = Q(place__election=election, place__kind=PlaceKind.WAREHOUSE, place__region=regency)
    rows = Balance.objects.filter(Q(place__in=owners) | of_warehouse, quantity__gt=0)
    held: dict[int, dict[Goods, int]] = {station: {} for station in parcels}
    stock: dict[Goods, int] = {}
    for place, item, contest, quantity in rows.values_list("place", "item", "contest", "quantity"):
        kept = held[owners[place]] if place in owners else stock
        kept[item, contest] = quantity
    return held, stock


def _seals_on(parcels: Mapping[int, Parcel]) -> dict[int, int]:
    """Seals that are on the boxes now, by TPS."""
    on = dict.fromkeys(parcels, 0)
    owners = {parcel.pk: station for station, parcel in parcels.items()}
    for parcel in Seal.objects.filter(parcel__in=owners, removed__isnull=True).values_list("parcel", flat=True):
        on[owners[parcel]] += 1
    return on


def check_is_open(parcel: Parcel | None) -> None:
    """A packed parcel is not packed over: its seals are on, and a running range of numbers would shift."""
    if parcel is not None and parcel.stage != Stage.OPEN:
        raise LedgerRefused(
            _(
                "TPS {code} sudah dikemas ({stage}). Tidak ada yang ditulis; buka paketnya dulu bila isinya salah."
            ).format(code=parcel.polling_station.code, stage=parcel.get_stage_display().lower())
        )


def _fill(
    document: Document,
    load: _Load,
    warehouse: int,
    contents: Mapping[int, Contents] | None,
    amounts: Mapping[str, int],
) -> None:
    """Move goods from the warehouse into the parcels."""
    lines = []
    left = dict(load.stock)
    for station in load.stations:
        wanted = _by_need(station, load, left, amounts) if contents is None else contents.get(station.pk, {})
        for goods, quantity in wanted.items():
            if quantity == 0:
                continue
            _check_goes_along(load.items.get(goods[0]))
            lines.append(Line(*goods, quantity, warehouse, load.parcels[station.pk].place_id))
            load.held[station.pk][goods] = load.held[station.pk].get(goods, 0) + quantity
    move(document, lines)


def _by_need(
    station: PollingStation, load: _Load, left: dict[Goods, int], amounts: Mapping[str, int]
) -> dict[Goods, int]:
    """What the parcel still lacks of its need. `left` is what the warehouse has for goods nothing waits for."""
    wanted: dict[Goods, int] = {}
    for goods, need in load.need[station.pk].items():
        item = load.items[goods[0]]
        if not goes_along(item):
            continue
        # nobody guesses a number of ballots: they are counted from the voters or put in by hand
        least = LEAST if is_required(item) and goods[0] != BALLOT else 0
        quantity = max(
            (amounts.get(goods[0], least) if need is None else need) - load.held[station.pk].get(goods, 0), 0
        )
        if not is_required(item):
            quantity = min(quantity, left.get(goods, 0))
            left[goods] = left.get(goods, 0) - quantity
        wanted[goods] = quantity
    return wanted


def _check_goes_along(item: Item | None) -> None:
    if item is None:
        raise LedgerRefused(_("Barang ini tidak ada dalam katalog."))
    if not goes_along(item):
        raise LedgerRefused(_("{item} tidak ikut paket TPS; kirim sebagai barang lepas.").format(item=shown(item.name)))


def _seal(document: Document, load: _Load, numbers: Mapping[int, list[str]]) -> None:
    """Put the seals on. A number that is on another box, or was, is refused."""
    rows = [
        Seal(election_id=document.election_id, parcel=load.parcels[station], number=number, applied=document)
        for station, given in numbers.items()
        if station in load.parcels
        for number in given
    ]
    if not rows:
        return
    try:
        with transaction.atomic():
            Seal.objects.bulk_create(rows)
    except IntegrityError as error:
        raise _seal_taken(document, [row.number for row in rows]) or error from error
    for row in rows:
        load.seals[row.parcel.polling_station_id] += 1


def _seal_taken(document: Document, numbers: list[str]) -> LedgerRefused | None:
    taken = (
        Seal.objects.filter(election=document.election_id, number__in=numbers)
        .select_related("parcel__polling_station")
        .first()
    )
    if taken is None:
        return None
    return LedgerRefused(
        _(
            "Nomor segel {number} sudah dipakai pada kotak TPS {code}. Periksa nomor di kotaknya; nomor yang pernah "
            "dipakai tidak dipakai lagi."
        ).format(number=taken.number, code=taken.parcel.polling_station.code)
    )


@transaction.atomic
def unpack(
    *,
    parcel: Parcel,
    reason: str,
    by: "User",
    now: datetime,
    client_key: UUID | None = None,
    contents: Contents | None = None,
) -> Document:
    """Open a parcel that has not left the warehouse: its seals come off, its contents go back, wholly without `contents`.

    LedgerRefused once it left, while it is planned for a shipment, or for more than is in it.
    """
    regency = parcel.polling_station.village_id[:5]
    check_can_keep_stock(by, regency)
    if not reason.strip():
        raise LedgerRefused(_("Tulis mengapa paket dibuka."))
    document, is_new = write_document(
        election=parcel.election, kind=DocumentKind.UNPACKING, regency=regency, happened_at=now, now=now, by=by, note=reason,
        kecamatan=parcel.polling_station.village_id[:8], client_key=client_key,
    )  # fmt: skip
    if not is_new:
        return document
    locked = (
        Parcel.objects.select_for_update(of=("self",)).select_related("shipment", "polling_station").get(pk=parcel.pk)
    )
    check_can_open(locked)
    held, _stock = _contents(parcel.election, {parcel.polling_station_id: locked}, regency)
    back = held[parcel.polling_station_id] if contents is None else contents
    if locked.stage == Stage.OPEN and not any(back.values()):
        raise LedgerRefused(_("Paket TPS {code} sudah kosong.").format(code=parcel.polling_station.code))
    warehouse = places(parcel.election, [(PlaceKind.WAREHOUSE, regency)])[PlaceKind.WAREHOUSE, regency]
    move(document, [Line(*goods, quantity, locked.place_id, warehouse) for goods, quantity in back.items() if quantity])
    Seal.objects.filter(parcel=locked, removed__isnull=True).update(removed=document)
    if locked.stage == Stage.PACKED:
        move_parcels(document, [locked.pk], from_stage=Stage.PACKED, to_stage=Stage.OPEN, at=now)
    mark_regency_stale(parcel.election, regency)
    return document


def check_can_open(parcel: Parcel) -> None:
    """LedgerRefused when the parcel can no longer be opened in the warehouse. `parcel` read with its shipment and TPS."""
    code = parcel.polling_station.code
    if parcel.stage > Stage.PACKED:
        raise LedgerRefused(
            _("Paket TPS {code} sudah keluar dari gudang ({stage}), jadi tidak dapat dibuka di sini.").format(
                code=code, stage=parcel.get_stage_display().lower()
            )
        )
    if parcel.shipment:
        raise LedgerRefused(
            _("Paket TPS {code} masuk rencana kiriman {shipment}. Batalkan kiriman itu dulu, lalu buka.").format(
                code=code, shipment=parcel.shipment.code
            )
        )
