"""The one way goods and parcels move: a document, its lines, and the database that keeps the balance.

Call inside a transaction: `write_document` first, then `move` and `move_parcels` once each, with everything the act
moves. All raise LedgerRefused with a sentence; nothing of the act is left then.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from districts.client_keys import key_used
from districts.models import Contest, Election, Region
from districts.naming import shown
from districts.outbox import mark_regencies_stale, mark_stale
from logistics.access import check_can_keep_stock
from logistics.models import Balance, Document, DocumentKind, Item, Movement, Parcel, ParcelMove, Place, PlaceKind
from logistics.stages import Stage

if TYPE_CHECKING:
    from districts.models import User

#: How far a phone's clock may run ahead of ours before a moment counts as not yet [P].
CLOCK_TOLERANCE = timedelta(minutes=15)


class LedgerRefused(Exception):
    """Nothing was written; carries the sentence to show."""


@dataclass(frozen=True, slots=True)
class Line:
    """`quantity` units from one place to another (primary keys). `source` None: ordered, comes into being."""

    item: str
    contest: str
    quantity: int
    source: int | None
    target: int
    corrects: int | None = None


def check_moment(at: datetime, now: datetime) -> None:
    """What happened, happened before now."""
    if at > now + CLOCK_TOLERANCE:
        raise LedgerRefused(_("Waktu ini belum tiba. Periksa tanggal dan jam, juga jam ponsel Anda."))


def write_document(
    *,
    election: Election,
    kind: DocumentKind,
    regency: str,
    happened_at: datetime,
    by: "User",
    now: datetime,
    kecamatan: str | None = None,
    number: str = "",
    note: str = "",
    client_key: UUID | None = None,
    said: object = None,
) -> tuple[Document, bool]:
    """The document and whether it is new. The same key from the same person is the act made before: write no more then.

    `said`: what the form told, compared by its repr. A form that was changed and sent again (the browser's Back) is
    refused: it is not the act made before. `now` is the moment it is recorded: a past day is graded by what was recorded until then.
    """
    check_moment(happened_at, now)
    digest = "" if said is None else sha256(repr(said).encode()).hexdigest()
    document, is_new = Document.objects.get_or_create(
        client_key=client_key or uuid4(),
        defaults={
            "election": election,
            "kind": kind,
            "regency_id": regency,
            "kecamatan_id": kecamatan,
            "happened_at": happened_at,
            "recorded_at": now,
            "by": by,
            "number": number,
            "note": note,
            "said": digest,
        },
    )
    if not is_new and (document.by_id, document.kind, document.regency_id) != (by.pk, kind, regency):
        raise LedgerRefused(key_used())
    if not is_new and document.said != digest:
        raise LedgerRefused(said_before())
    return document, is_new


def said_before() -> str:
    return _(
        "Formulir ini sudah tersimpan dengan isi lain; perubahan Anda tidak ditulis. Buka formulir baru untuk catatan "
        "baru, atau koreksi catatan yang lama."
    )


def places(election: Election, wanted: Iterable[tuple[PlaceKind, str]]) -> dict[tuple[str, str], int]:
    """Primary keys of the accounts `(kind, region code)`, made where they are missing. Two statements."""
    rows = [Place(election=election, kind=kind, region_id=region) for kind, region in sorted(set(wanted))]
    if not rows:
        return {}
    Place.objects.bulk_create(rows, ignore_conflicts=True)
    found = Place.objects.filter(
        election=election, region__in={row.region_id for row in rows}, kind__in={row.kind for row in rows}
    )
    return {(kind, region): pk for pk, kind, region in found.values_list("pk", "kind", "region_id")}


def move(document: Document, lines: Iterable[Line]) -> None:
    """Write the movements of a document; the trigger brings the balances up to date. One statement."""
    move_each((document, line) for line in lines)


def move_each(lines: Iterable[tuple[Document, Line]]) -> None:
    """`move` for lines of several documents at once. One statement."""
    rows = [
        Movement(
            document=document, item_id=line.item, contest=line.contest, quantity=line.quantity,
            from_place_id=line.source, to_place_id=line.target, corrects_id=line.corrects,
            recorded_at=document.recorded_at,
        )
        for document, line in lines
    ]  # fmt: skip
    _insert(Movement, rows)


def move_parcels(
    document: Document, parcels: Iterable[int], *, from_stage: Stage, to_stage: Stage, at: datetime
) -> None:
    """Move parcels (primary keys) that are all at `from_stage`. One statement; refused when one is elsewhere."""
    move_parcels_each(
        ParcelMove(parcel_id=pk, document=document, from_stage=from_stage, to_stage=to_stage, at=at) for pk in parcels
    )


def move_parcels_each(moves: Iterable[ParcelMove]) -> None:
    """`move_parcels` for parcels of several stages at once. One statement."""
    _insert(ParcelMove, list(moves))


def _insert(model: type[Movement] | type[ParcelMove], rows: list[Any]) -> None:
    if not rows:
        return
    try:
        with transaction.atomic():
            model._default_manager.bulk_create(rows)
    except IntegrityError as error:
        raise _refusal(error) from error


@transaction.atomic
def correct(
    *, movement: Movement, quantity: int, reason: str, by: "User", now: datetime, client_key: UUID | None = None
) -> Document:
    """Take back `quantity` of a movement by one that runs the other way; the wrong one stays and says what happened."""
    wrong = movement.document
    check_can_keep_stock(by, wrong.regency_id)
    if movement.from_place_id is None:
        raise LedgerRefused(
            _("Pesanan tidak dikoreksi di sini: koreksi penerimaannya, barangnya lalu ada di penyedia.")
        )
    document, is_new = write_document(
        election=wrong.election, kind=DocumentKind.CORRECTION, regency=wrong.regency_id, kecamatan=wrong.kecamatan_id,
        happened_at=now, by=by, now=now, note=reason, client_key=client_key, said=(movement.pk, quantity, reason),
    )  # fmt: skip
    if is_new:
        back = Line(
            movement.item_id, movement.contest, quantity, movement.to_place_id, movement.from_place_id, movement.pk
        )
        move(document, [back])
        mark_regency_stale(wrong.election, wrong.regency_id)
    return document


def mark_regency_stale(election: Election, regency: str) -> None:
    """Stock of a regency changes the figures of each of its kecamatan. Two statements."""
    mark_regencies_stale(cause="logistics", codes=[regency], election=election)


#: The first parcel of a regency to come so far makes a figure known in all its kecamatan (`begun` in `readiness`).
BEGINNINGS = (Stage.PACKED, Stage.TO_PPK, Stage.TO_PPS, Stage.TO_TPS)


def mark_moved_stale(
    election: Election,
    parcels: Collection[int],
    *,
    codes: Iterable[str],
    from_stage: Stage,
    to_stage: Stage,
    shared: str = "",
) -> None:
    """Parcels (primary keys) of TPS in the kecamatan `codes` went from one stage to another, forward or back.

    Marks those kecamatan; a whole regency when no other parcel of it is so far, because a figure begins or ends there, and
    the regency `shared` in any case: its stock, which its kecamatan share, changed too. Two or three statements.
    """
    codes = set(codes)
    low, high = sorted((from_stage, to_stage))
    whole = {shared} if shared else set()
    if parcels and any(low < beginning <= high for beginning in BEGINNINGS):
        whole |= {
            regency for regency in {code[:5] for code in codes} if not _others_at(election, regency, high, parcels)
        }
    for regency in sorted(whole):
        mark_regency_stale(election, regency)
    mark_stale(election, {code for code in codes if code[:5] not in whole}, cause="logistics")


def _others_at(election: Election, regency: str, stage: Stage, parcels: Collection[int]) -> bool:
    """Whether a parcel of the regency beside these is at `stage` or further. One statement."""
    codes = (
        Region.objects.kecamatan().filter(parent=regency).values("code")
    )  # a look-up per key, not the nation's parcels
    others = Parcel.objects.filter(election=election, stage__gte=stage, polling_station__kecamatan_code__in=codes)
    return others.exclude(pk__in=parcels).exists()


def _refusal(error: IntegrityError) -> LedgerRefused:
    """The sentence for the rule that the database found broken; other errors are not ours and stay as they are."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", "") or ""
    told = {"balance_not_negative": _too_little, "parcelmove_starts_where_it_is": _elsewhere}
    detail = _detail(getattr(diagnosis, "message_detail", ""))
    if name in told and detail:
        return LedgerRefused(told[name](detail))
    sentences = {
        "balance_not_negative": _(
            "Yang dipindahkan melebihi yang ada di tempat asalnya. Muat ulang, lalu periksa stoknya."
        ),
        "balance_countable": _("Jumlah ini terlalu besar untuk dicatat. Periksa angkanya."),
        "movement_quantity_positive": _("Jumlah harus bilangan bulat lebih dari nol."),
        "movement_changes_place": _("Barang harus berpindah ke tempat lain."),
        "movement_contest_known": _("Jenis pemilihan tidak dikenal."),
        "movement_contest_fits_item": _(
            "Pilih jenis pemilihan untuk barang yang dihitung per jenis, dan hanya untuknya."
        ),
        "movement_places_fit": _("Tempat asal atau tujuan tidak cocok dengan pemilihan ini."),
        "movement_correction_fits": _("Koreksi melebihi jumlah yang dicatat, atau jumlah itu sudah dikoreksi."),
    }
    if name in sentences:
        return LedgerRefused(sentences[name])
    raise error


def _detail(text: str | None) -> dict[str, Any]:
    """What the trigger told of the broken rule; empty when the table's own constraint refused, which tells the row."""
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _too_little(detail: dict[str, Any]) -> str:
    """`detail`: place_id, item_id, contest, there, asked."""
    place = Place.objects.select_related("region").get(pk=detail["place_id"])
    item = Item.objects.get(pk=detail["item_id"])
    goods = shown(item.name).lower()
    if detail["contest"]:
        goods += " " + Contest.Kind(detail["contest"]).label.lower()
    return _(
        "Di {place} hanya ada {there} {unit} {goods}, sedangkan yang akan dipindahkan {asked}. "
        "Periksa jumlahnya, atau catat dulu penerimaannya."
    ).format(place=place_name(place), there=detail["there"], asked=detail["asked"], unit=shown(item.unit), goods=goods)


def place_name(place: Place) -> str:
    """*Gudang KPU Kutai Timur*, *PPK (kecamatan) Sandaran*, *paket TPS 64.08.11.2001-005*."""
    if place.kind == PlaceKind.PARCEL:
        parcel = Parcel.objects.select_related("polling_station").filter(place=place).first()
        return _("paket TPS {code}").format(code=parcel.polling_station.code if parcel else "")
    name = str(place.get_kind_display())
    return f"{name} {place.region.short_name}" if place.region else name.lower()


def _elsewhere(detail: dict[str, Any]) -> str:
    """`detail`: parcel, stage."""
    parcel = Parcel.objects.select_related("polling_station").get(pk=detail["parcel"])
    return _(
        "Paket TPS {code} tercatat: {stage}. Catatan ini tidak cocok dengannya; muat ulang dan periksa rantai serah "
        "terimanya."
    ).format(code=parcel.polling_station.code, stage=Stage(detail["stage"]).label.lower())


def stock_of(place: int) -> dict[tuple[str, str], int]:
    """`(item, contest)`: units in a place now, those above zero. One statement."""
    rows = Balance.objects.filter(place=place, quantity__gt=0).values_list("item_id", "contest", "quantity")
    return {(item, contest): quantity for item, contest, quantity in rows}
