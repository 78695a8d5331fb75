"""A shipment from its plan to its arrival: planned, left, seen to arrive, or given up on the way. `handing` takes it over.

Every step is a conditional change of state, so of two people at once the second is told who was first. Raises
LedgerRefused with the sentence to show.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from districts.models import Election, Region
from districts.models.regions import REGENCY_LENGTH
from districts.outbox import mark_stale
from logistics.access import check_can_note_arrival, check_can_send
from logistics.ledger import (
    LedgerRefused,
    Line,
    check_moment,
    mark_moved_stale,
    move,
    move_parcels,
    places,
    write_document,
)
from logistics.models import (
    DocumentKind,
    Parcel,
    Place,
    PlaceKind,
    Plan,
    Shipment,
    ShipmentGoods,
    ShipmentLeg,
    ShipmentParcel,
    ShipmentState,
)
from logistics.shipment_legs import write_legs
from logistics.shipment_refusals import check_same_shipment, no_earlier, too_late
from logistics.stages import HOPS, Hop, HopName, Stage

if TYPE_CHECKING:
    from districts.models import User

#: RFC 4648 base32: no sign of it is mistaken for another when read out.
CODE_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CODE_LENGTH = 5
#: How many TPS a refusal names.
NAMED = 3


def new_code(kecamatan: str) -> str:
    """`SJ-640811-7F3KQ`. Not guessable: it stands in the address that the QR of the manifest opens."""
    signs = "".join(secrets.choice(CODE_SIGNS) for _sign in range(CODE_LENGTH))
    return f"SJ-{kecamatan.replace('.', '')}-{signs}"


# --- Planning -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def plan_shipment(
    *,
    election: Election,
    kecamatan: Region,
    hop: Hop,
    stations: Iterable[int],
    goods: Mapping[tuple[str, str], int],
    legs: Sequence[Mapping[str, Any]],
    by: "User",
    now: datetime,
    client_key: UUID,
    village: str | None = None,
    note: str = "",
) -> Shipment:
    """A shipment of the parcels of `stations` (primary keys of TPS) and of loose `goods`, `{(item, contest): quantity}`.

    `legs`: fields of ShipmentLeg but its position, in order, of plans A and B. The same key gives the same shipment. A
    constant number of statements.
    """
    check_can_send(by, hop, kecamatan.code)
    wanted = set(stations)
    parcels = _locked_parcels(election, kecamatan.code, wanted)
    made = Shipment.objects.filter(client_key=client_key).first()
    if made is not None:
        return _made_before(made, by, kecamatan.code)
    _check_cargo(hop, wanted, parcels, goods)
    villages = {parcel.polling_station.village_id for parcel in parcels}
    if not village and len(villages) == 1 and hop.name not in (HopName.KPU_PPK, HopName.PPK_KPU):
        village = villages.pop()
    if goods:
        source_of(hop, kecamatan.code, village)  # refuses goods without a place to take them from
    shipment, is_new = Shipment.objects.get_or_create(
        client_key=client_key,
        defaults={
            "election": election, "code": new_code(kecamatan.code), "hop": hop.name, "kecamatan": kecamatan,
            "village_id": village, "note": note, "planned_by": by, "planned_at": now,
            "plan_in_use": _plan_in_use(legs),
            "place": lambda: Place.objects.create(election=election, kind=PlaceKind.TRANSIT),  # type: ignore[misc]
        },
    )  # fmt: skip
    if not is_new:
        return _made_before(shipment, by, kecamatan.code)
    _bind(shipment, parcels)
    ShipmentGoods.objects.bulk_create(
        ShipmentGoods(shipment=shipment, item_id=item, contest=contest, quantity=quantity)
        for (item, contest), quantity in sorted(goods.items())
    )
    write_legs(shipment, legs)
    return shipment


def planned_with(client_key: str, by: "User") -> Shipment | None:
    """The shipment this person already planned with the form of that key: its TPS are no longer offered to it."""
    try:
        key = UUID(client_key)
    except ValueError:
        return None
    return Shipment.objects.filter(client_key=key, planned_by=by).first()


def _locked_parcels(election: Election, kecamatan: str, stations: set[int]) -> list[Parcel]:
    found = Parcel.objects.filter(
        election=election, polling_station__in=stations, polling_station__kecamatan_code=kecamatan
    )
    found = found.select_related("polling_station", "shipment__planned_by").order_by("pk")
    return list(found.select_for_update(of=("self",))) if stations else []


def _made_before(shipment: Shipment, by: "User", kecamatan: str) -> Shipment:
    if (shipment.planned_by_id, shipment.kecamatan_id) != (by.pk, kecamatan):
        raise LedgerRefused(_("Formulir ini sudah dipakai untuk kiriman lain. Muat ulang, lalu isi lagi."))
    return shipment


def _check_cargo(hop: Hop, stations: set[int], parcels: list[Parcel], goods: Mapping[tuple[str, str], int]) -> None:
    if not stations and not goods:
        raise LedgerRefused(_("Pilih sedikitnya satu TPS atau isi barang lepas."))
    if missing := len(stations) - len(parcels):
        raise LedgerRefused(
            _("{count} TPS yang dipilih belum punya paket di kecamatan ini. Muat ulang, lalu pilih lagi.").format(
                count=missing
            )
        )
    bound = [parcel for parcel in parcels if parcel.shipment is not None]
    if bound and (shipment := bound[0].shipment):
        raise LedgerRefused(
            _("{stations} sudah masuk kiriman {code}, direncanakan {name}. Muat ulang, lalu pilih TPS lain.").format(
                stations=_named(bound), code=shipment.code, name=shipment.planned_by.name
            )
        )
    if elsewhere := [parcel for parcel in parcels if parcel.stage != hop.start]:
        raise LedgerRefused(
            _("{stations} sekarang: {stage}. Kiriman ini mulai dari: {start}. Pilih TPS yang ada di sana.").format(
                stations=_named(elsewhere), stage=Stage(elsewhere[0].stage).label.lower(), start=hop.sender_place
            )
        )


def _named(parcels: Sequence[Parcel]) -> str:
    """*TPS 64.08.11.2001-001, 64.08.11.2001-002 dan 4 lainnya*."""
    names = "TPS " + ", ".join(parcel.polling_station.code for parcel in parcels[:NAMED])
    more = len(parcels) - NAMED
    return _("{names} dan {more} lainnya").format(names=names, more=more) if more > 0 else names


def _plan_in_use(legs: Sequence[Mapping[str, Any]]) -> Plan:
    """Plan A, unless only B has legs."""
    return Plan.B if {leg["plan"] for leg in legs} == {Plan.B} else Plan.A


def _bind(shipment: Shipment, parcels: Sequence[Parcel]) -> None:
    """The database keeps a parcel in one open shipment, whoever else binds it at this moment."""
    try:
        with transaction.atomic():
            ShipmentParcel.objects.bulk_create(ShipmentParcel(shipment=shipment, parcel=parcel) for parcel in parcels)
    except IntegrityError as error:
        if (
            getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
            != "shipmentparcel_in_one_open_shipment"
        ):
            raise
        raise LedgerRefused(_("Satu TPS sudah masuk kiriman lain. Muat ulang, lalu pilih lagi.")) from error
    Parcel.objects.filter(pk__in=[parcel.pk for parcel in parcels]).update(shipment=shipment)


# --- On the way ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def depart(*, shipment: Shipment, at: datetime, by: "User", now: datetime, client_key: UUID) -> Shipment:
    """The sender confirms: what is in the cargo has left, at `at`. The receiver, another person, confirms at the other end."""
    hop = HOPS[shipment.hop]
    check_can_send(by, hop, shipment.kecamatan_id)
    document, is_new = write_document(
        election=shipment.election, kind=DocumentKind.DISPATCH, regency=shipment.kecamatan_id[:REGENCY_LENGTH],
        kecamatan=shipment.kecamatan_id, happened_at=at, by=by, now=now, number=shipment.code, client_key=client_key,
    )  # fmt: skip
    if not is_new:
        check_same_shipment(document.number, shipment)
        return shipment
    changed = Shipment.objects.filter(pk=shipment.pk, state=ShipmentState.PLANNED).update(
        state=ShipmentState.UNDERWAY, departed_by=by, departed_at=at
    )
    if not changed:
        raise too_late(shipment.pk)
    parcels = Parcel.objects.filter(shipment=shipment)
    since = parcels.aggregate(since=Max("stage_at"))["since"]
    if since:
        sentence = _("Waktu berangkat sebelum paketnya siap di tempat asal ({at}). Periksa tanggal dan jam.")
        no_earlier(at, since, sentence, shipment.kecamatan.time_zone)
    loaded = _loading(shipment, hop)
    move(document, loaded)
    aboard = dict(parcels.order_by("pk").values_list("pk", "polling_station__kecamatan_code"))
    move_parcels(document, aboard, from_stage=hop.start, to_stage=hop.moving, at=at)
    ShipmentLeg.objects.filter(shipment=shipment, plan=shipment.plan_in_use, position=1).update(departed_at=at)
    mark_moved_stale(
        shipment.election, aboard.keys(), codes={shipment.kecamatan_id, *aboard.values()}, from_stage=hop.start,
        to_stage=hop.moving, shared=document.regency_id if loaded and hop.start == Stage.PACKED else "",
    )  # fmt: skip
    return shipment


def _loading(shipment: Shipment, hop: Hop) -> list[Line]:
    """The loose goods from where the sender keeps them to the shipment's own account."""
    goods = list(shipment.goods.all())
    if not goods:
        return []
    source = source_of(hop, shipment.kecamatan_id, shipment.village_id)
    found = places(shipment.election, [source])[source[0].value, source[1]]
    return [Line(row.item_id, row.contest, row.quantity, found, shipment.place_id) for row in goods]


def source_of(hop: Hop, kecamatan: str, village: str | None) -> tuple[PlaceKind, str]:
    """Where the sender of a hop keeps loose goods: kind of place and region."""
    if hop.start == Stage.PACKED:
        return PlaceKind.WAREHOUSE, kecamatan[:REGENCY_LENGTH]
    if hop.start in (Stage.AT_PPK, Stage.BACK_AT_PPK):
        return PlaceKind.PPK, kecamatan
    if hop.start == Stage.AT_TPS:
        raise LedgerRefused(_("Dari TPS hanya paket TPS yang dikirim. Kosongkan barang lepas."))
    if village is None:
        raise LedgerRefused(_("Barang lepas dari PPS (desa) dikirim per desa. Pilih TPS dari satu desa."))
    return PlaceKind.PPS, village


@transaction.atomic
def note_arrival(*, shipment: Shipment, at: datetime, by: "User", now: datetime) -> Shipment:
    """Somebody at the other end saw it come. It is handed over later, by the receiver. Noting it twice is noting it once."""
    check_can_note_arrival(by, HOPS[shipment.hop], shipment.kecamatan_id)
    check_moment(at, now)
    current = Shipment.objects.select_for_update(of=("self",)).select_related("kecamatan").get(pk=shipment.pk)
    if current.state == ShipmentState.ARRIVED and current.arrived_by_id == by.pk:
        return current
    if current.state != ShipmentState.UNDERWAY:
        raise too_late(shipment.pk)
    times = list(current.legs.filter(plan=current.plan_in_use))
    known = [current.departed_at, *(at for leg in times for at in (leg.departed_at, leg.arrived_at))]
    sentence = _("Waktu tiba sebelum waktu terakhir di jalan ({at}). Periksa tanggal dan jam.")
    at = no_earlier(at, max(each for each in known if each), sentence, current.kecamatan.time_zone)
    Shipment.objects.filter(pk=shipment.pk).update(state=ShipmentState.ARRIVED, arrived_by=by, arrived_at=at)
    if times and times[-1].departed_at:
        ShipmentLeg.objects.filter(pk=times[-1].pk).update(arrived_at=at)
    mark_stale(current.election_id, [current.kecamatan_id], cause="logistics")
    return current


# --- Given up -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def cancel(*, shipment: Shipment, reason: str, by: "User", now: datetime) -> None:
    """Before it left: the parcels are free for another shipment, nothing has moved. Cancelling twice is cancelling once."""
    check_can_send(by, HOPS[shipment.hop], shipment.kecamatan_id)
    if not reason:
        raise LedgerRefused(_("Tulis alasan pembatalan."))
    changed = Shipment.objects.filter(pk=shipment.pk, state=ShipmentState.PLANNED).update(
        state=ShipmentState.CANCELLED, closed_by=by, closed_at=now, closing_reason=reason
    )
    if not changed:
        current = Shipment.objects.get(pk=shipment.pk)
        if current.state == ShipmentState.CANCELLED and current.closed_by_id == by.pk:
            return
        raise too_late(shipment.pk)
    ShipmentParcel.objects.filter(shipment=shipment, released_at=None).update(released_at=now)
    Parcel.objects.filter(shipment=shipment).update(shipment=None)


@transaction.atomic
def stop(*, shipment: Shipment, reason: str, by: "User", now: datetime, client_key: UUID) -> None:
    """On the way: it goes no further. The cargo stays under way until the sender takes it back."""
    check_can_send(by, HOPS[shipment.hop], shipment.kecamatan_id)
    if not reason:
        raise LedgerRefused(_("Tulis mengapa kiriman dihentikan."))
    document, is_new = write_document(
        election=shipment.election, kind=DocumentKind.DISPATCH, regency=shipment.kecamatan_id[:REGENCY_LENGTH],
        kecamatan=shipment.kecamatan_id, happened_at=now, by=by, now=now, number=shipment.code, note=reason,
        client_key=client_key,
    )  # fmt: skip
    if not is_new:
        check_same_shipment(document.number, shipment)
        return
    changed = Shipment.objects.filter(pk=shipment.pk, state=ShipmentState.UNDERWAY).update(
        state=ShipmentState.STOPPED, closing_reason=reason
    )
    if not changed:
        raise too_late(shipment.pk)
    mark_stale(shipment.election, [shipment.kecamatan_id], cause="logistics")
