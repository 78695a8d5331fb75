"""Destruction of ballots on the day before voting: exactly what is damaged and what is left over (DOMAIN 3.3 [S23][S25])."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from districts.models import Contest, Election, Region
from logistics.access import check_can_keep_stock
from logistics.ledger import LedgerRefused, Line, mark_regency_stale, move, places, write_document
from logistics.models import Balance, Document, DocumentKind, Place, PlaceKind
from logistics.receiving import locked_stock
from logistics.stock import Goods, Stock, stock_of_regency, unpacked_needs

if TYPE_CHECKING:
    from districts.models import User

#: Days before voting from which ballots may be destroyed: H-1, DOMAIN 3.3 and 3.5 [S23][S25].
DESTRUCTION_FROM = 1


@dataclass(frozen=True, slots=True)
class Leftover:
    """Ballots of a contest that will not be used. `surplus` None: the need is not known. `unsorted`: still in sorting."""

    goods: Goods
    damaged: int
    surplus: int | None
    unsorted: int

    @property
    def total(self) -> int | None:
        return None if self.surplus is None else self.damaged + self.surplus


def is_time(election: Election, zone: str, now: datetime) -> bool:
    return election.h_minus(zone, now) <= DESTRUCTION_FROM


def leftovers(election: Election, regency: str) -> list[Leftover]:
    """What would be destroyed now, per contest: all that is damaged, and good ones in the warehouse that nobody needs.

    A ballot is needed by a TPS not packed yet, by a parcel that lost some on its way, or by the PSU reserve: so it is
    left over only if both the warehouse and the regency as a whole have more than enough. Five statements.
    """
    still_open = unpacked_needs(election, regency)
    ballots = [row for row in stock_of_regency(election, regency) if row.goods.item.needs_sorting]
    return [
        Leftover(row.goods, row.damaged or 0, _surplus(row, still_open.get(row.goods.key, 0)), row.sorting or 0)
        for row in ballots
    ]


def _surplus(row: Stock, still_open: int | None) -> int | None:
    if row.need is None or still_open is None:
        return None
    spare = (row.good or 0) - still_open - max(0, row.kept - (row.reserve or 0))
    return max(0, min(spare, row.surplus or 0))


@transaction.atomic
def destroy(
    *,
    election: Election,
    regency: str,
    counts: Mapping[str, tuple[int, int]],
    number: str,
    witnesses: Mapping[str, str],
    happened_at: datetime,
    by: "User",
    now: datetime,
    client_key: UUID | None = None,
) -> Document:
    """Destroy all damaged and surplus ballots, as the BA `number` says. `counts`: contest to (damaged, surplus), which
    must be the ledger's own numbers. `witnesses`: institution to name or office, Bawaslu and Polri.
    """
    check_can_keep_stock(by, regency)
    zone = Region.objects.values_list("time_zone", flat=True).get(pk=regency)
    if not is_time(election, zone, happened_at):
        raise LedgerRefused(_("Pemusnahan dilakukan pada H-1, sesudah semua TPS terpenuhi. Sebelum itu belum boleh."))
    if not number.strip() or not all(name.strip() for name in witnesses.values()):
        raise LedgerRefused(_("Isi nomor BA pemusnahan dan saksi dari Bawaslu dan Polri."))
    note = "; ".join(_("Saksi {institution}: {name}").format(institution=i, name=n) for i, n in witnesses.items())
    document, is_new = write_document(
        election=election, kind=DocumentKind.DESTRUCTION, regency=regency, happened_at=happened_at, by=by, now=now,
        number=number, note=note, client_key=client_key, said=(number, note, happened_at, sorted(counts.items())),
    )  # fmt: skip
    if not is_new:
        return document
    found = places(election, [(PlaceKind.WAREHOUSE, regency), (PlaceKind.DESTROYED, regency)])
    warehouse, destroyed = found[PlaceKind.WAREHOUSE, regency], found[PlaceKind.DESTROYED, regency]
    locked_stock(destroyed)
    left = leftovers(election, regency)
    _check_counts(counts, left)
    lines = [
        Line(each.goods.item.code, each.goods.contest, each.surplus, warehouse, destroyed)
        for each in left
        if each.surplus
    ]
    move(document, lines + _damaged(election, regency, destroyed))
    mark_regency_stale(election, regency)
    return document


def _check_counts(counts: Mapping[str, tuple[int, int]], left: list[Leftover]) -> None:
    if set(counts) != {each.goods.contest for each in left}:
        raise LedgerRefused(_("Isi rusak dan lebih untuk setiap jenis pemilihan."))
    for each in left:
        contest = Contest.Kind(each.goods.contest).label.lower()
        if each.surplus is None:
            raise LedgerRefused(_("Kebutuhan surat suara {contest} belum diketahui.").format(contest=contest))
        if each.unsorted:
            raise LedgerRefused(
                _("Masih ada {number} surat suara {contest} di sortir-lipat. Catat dulu hasil sortirnya.").format(
                    number=each.unsorted, contest=contest
                )
            )
        if counts[each.goods.contest] != (each.damaged, each.surplus):
            raise LedgerRefused(
                _(
                    "Surat suara {contest}: tercatat {damaged} rusak dan {surplus} lebih. Yang dimusnahkan harus tepat "
                    "sebanyak itu; bila hitungan fisik berbeda, koreksi dulu stoknya."
                ).format(contest=contest, damaged=each.damaged, surplus=each.surplus)
            )
    if not any(each.total for each in left):
        raise LedgerRefused(_("Tidak ada surat suara rusak atau lebih yang harus dimusnahkan."))


def _damaged(election: Election, regency: str, destroyed: int) -> list[Line]:
    """Every damaged ballot, from the warehouse's own pile and those kept in kecamatan."""
    piles = Place.objects.filter(election=election, kind=PlaceKind.DAMAGED, region__startswith=regency)
    rows = Balance.objects.filter(place__in=piles, item__needs_sorting=True, quantity__gt=0)
    return [
        Line(item, contest, quantity, place, destroyed)
        for place, item, contest, quantity in rows.values_list("place", "item_id", "contest", "quantity")
    ]
