"""Goods that a supplier brought to the KPU warehouse: what its surat jalan says, and what was counted (DOMAIN 3.5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from districts.models import Election
from logistics.access import check_can_keep_stock
from logistics.ledger import LedgerRefused, Line, mark_regency_stale, move, places, stock_of, write_document
from logistics.models import Document, DocumentKind, Item, Place, PlaceKind

if TYPE_CHECKING:
    from districts.models import User

#: No regency needs more of anything: the largest, Bogor, has 3.9 million voters [P]. More is a typing error.
MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """Units of an item: `stated` by the surat jalan, `counted` on arrival."""

    item: str
    contest: str
    stated: int
    counted: int


@transaction.atomic
def receive_goods(
    *,
    election: Election,
    regency: str,
    arrivals: Sequence[Arrival],
    happened_at: datetime,
    number: str,
    by: "User",
    now: datetime,
    settles_owed: bool = False,
    client_key: UUID | None = None,
) -> Document:
    """Order what the surat jalan says and receive what was counted.

    What is missing stays at the supplier, *belum dikirim*. More than stated is ordered too, as a surplus. Items that are
    sorted first arrive in sorting, others in the warehouse. `settles_owed`: the delivery makes up for what the supplier
    had not sent, so that much is not ordered again.
    """
    check_can_keep_stock(by, regency)
    _check_arrivals(arrivals)
    document, is_new = write_document(
        election=election, kind=DocumentKind.RECEIPT, regency=regency, happened_at=happened_at, by=by, now=now,
        number=number, client_key=client_key, said=(number, happened_at, tuple(arrivals), settles_owed),
    )  # fmt: skip
    if not is_new:
        return document
    sorted_first = needs_sorting(arrival.item for arrival in arrivals)
    kinds = [PlaceKind.SUPPLIER, PlaceKind.SORTING, PlaceKind.WAREHOUSE]
    found = places(election, [(kind, regency) for kind in kinds])
    supplier = found[PlaceKind.SUPPLIER, regency]
    owed = locked_stock(supplier) if settles_owed else {}
    lines = []
    for each in arrivals:
        target = found[arrives_in(each.item, sorted_first), regency]
        ordered = max(each.stated, each.counted) - owed.get((each.item, each.contest), 0)
        lines += order(each.item, each.contest, ordered, supplier)
        if each.counted:
            lines.append(Line(each.item, each.contest, each.counted, supplier, target))
    move(document, lines)
    mark_regency_stale(election, regency)
    return document


def _check_arrivals(arrivals: Sequence[Arrival]) -> None:
    if not any(each.stated or each.counted for each in arrivals):
        raise LedgerRefused(_("Isi paling sedikit satu barang."))
    if any(not 0 <= amount <= MOST for each in arrivals for amount in (each.stated, each.counted)):
        raise LedgerRefused(_("Jumlah harus bilangan bulat dari 0 sampai 10.000.000."))
    if len({(each.item, each.contest) for each in arrivals}) < len(arrivals):
        raise LedgerRefused(_("Satu barang ditulis dua kali. Jumlahkan dulu, lalu isi sekali."))


def needs_sorting(items: Iterable[str]) -> dict[str, bool]:
    """By code of the item, whether it is sorted before it is stock; LedgerRefused for a code that is not there."""
    wanted = set(items)
    known = dict(Item.objects.filter(pk__in=wanted).values_list("code", "needs_sorting"))
    if unknown := wanted - known.keys():
        raise LedgerRefused(_("Barang {code} tidak ada di daftar barang.").format(code=min(unknown)))
    return known


def arrives_in(item: str, sorted_first: dict[str, bool]) -> PlaceKind:
    return PlaceKind.SORTING if sorted_first[item] else PlaceKind.WAREHOUSE


def order(item: str, contest: str, quantity: int, supplier: int) -> list[Line]:
    """The line that brings `quantity` units into being at the supplier; none for nothing."""
    return [Line(item, contest, quantity, None, supplier)] if quantity > 0 else []


def locked_stock(place: int) -> dict[tuple[str, str], int]:
    """`(item, contest)`: units in a place. The place stays locked until the transaction ends, so that two acts do not
    count on the same units; movements alone do not wait for it. Two statements.
    """
    Place.objects.select_for_update(no_key=True).get(pk=place)
    return stock_of(place)
