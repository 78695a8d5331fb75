"""The result of sorting and folding one batch of ballots: good, damaged by class, short, surplus (DOMAIN 3.4, 3.5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from districts.models import Election
from logistics.access import check_can_keep_stock
from logistics.ledger import LedgerRefused, Line, mark_regency_stale, move, places, write_document
from logistics.models import DamageClass, Document, DocumentKind, PlaceKind, SortingBatch, SortingDamage
from logistics.receiving import MOST, needs_sorting, order

if TYPE_CHECKING:
    from districts.models import User


class WrongCount(LedgerRefused):
    """A count that does not add up; `entry` is the argument it stands in."""

    def __init__(self, entry: str, sentence: str) -> None:
        super().__init__(sentence)
        self.entry = entry


@transaction.atomic
def record_batch(
    *,
    election: Election,
    regency: str,
    item: str,
    contest: str,
    labelled: int,
    good: int,
    damages: Mapping[int, int],
    happened_at: datetime,
    by: "User",
    now: datetime,
    damaged: int | None = None,
    short: int = 0,
    surplus: int = 0,
    number: str = "",
    client_key: UUID | None = None,
) -> Document:
    """Take a batch out of sorting: good to the warehouse, damaged apart, what was never in it back to the supplier.

    `labelled` is what the label of the batch said; `damages` counts by `DamageClass` and adds up to `damaged` (their
    sum unless given). A surplus was never ordered, so it is ordered now.
    """
    check_can_keep_stock(by, regency)
    counted = sum(damages.values())
    damaged = counted if damaged is None else damaged
    _check_batch(labelled, good, damaged, short, surplus, damages)
    if not needs_sorting([item])[item]:
        raise LedgerRefused(_("Barang ini tidak disortir; catat penerimaannya saja."))
    document, is_new = write_document(
        election=election, kind=DocumentKind.SORTING, regency=regency, happened_at=happened_at, by=by, now=now,
        number=number, client_key=client_key,
        said=(item, contest, labelled, good, short, surplus, sorted(damages.items()), number, happened_at),
    )  # fmt: skip
    if not is_new:
        return document
    move(document, _lines(election, regency, item, contest, good, damaged, short, surplus))
    batch = SortingBatch.objects.create(
        document=document, item_id=item, contest=contest, labelled=labelled, good=good, damaged=damaged, short=short,
        surplus=surplus,
    )  # fmt: skip
    SortingDamage.objects.bulk_create(
        SortingDamage(batch=batch, damage_class=kind, quantity=n) for kind, n in sorted(damages.items()) if n
    )
    mark_regency_stale(election, regency)
    return document


def _check_batch(labelled: int, good: int, damaged: int, short: int, surplus: int, damages: Mapping[int, int]) -> None:
    amounts = [labelled, good, damaged, short, surplus, *damages.values()]
    if any(not 0 <= amount <= MOST for amount in amounts):
        raise LedgerRefused(_("Jumlah harus bilangan bulat dari 0 sampai 10.000.000."))
    if set(damages) - set(DamageClass.values):
        raise LedgerRefused(_("Kelas kerusakan tidak dikenal."))
    if sum(damages.values()) != damaged:
        told = _("Kelas kerusakan berjumlah {classes}, sedangkan rusak {damaged}. Keduanya harus sama.")
        raise WrongCount("damaged", told.format(classes=sum(damages.values()), damaged=damaged))
    if short and surplus:
        raise WrongCount("surplus", _("Satu berkas tidak dapat kurang dan lebih sekaligus."))
    if labelled != (found := good + damaged + short - surplus):
        told = _(
            "Menurut label {labelled}, tetapi baik + rusak + kurang - lebih = {found}. Hitung ulang, atau isi kurang atau "
            "lebihnya."
        )
        raise WrongCount("labelled", told.format(labelled=labelled, found=found))
    if not good + damaged + short:
        raise LedgerRefused(_("Berkas ini kosong; isi hasil sortirnya."))


def _lines(
    election: Election, regency: str, item: str, contest: str, good: int, damaged: int, short: int, surplus: int
) -> list[Line]:
    """All that the batch moves. A surplus goes to the good ones first: it cannot be told apart from the rest."""
    kinds = [PlaceKind.SUPPLIER, PlaceKind.SORTING, PlaceKind.WAREHOUSE, PlaceKind.DAMAGED]
    found = places(election, [(kind, regency) for kind in kinds])
    supplier, sorting = found[PlaceKind.SUPPLIER, regency], found[PlaceKind.SORTING, regency]
    warehouse, apart = found[PlaceKind.WAREHOUSE, regency], found[PlaceKind.DAMAGED, regency]
    good_surplus = min(surplus, good)
    damaged_surplus = surplus - good_surplus
    moved = [
        (good - good_surplus, sorting, warehouse),
        (damaged - damaged_surplus, sorting, apart),
        (short, sorting, supplier),
        (good_surplus, supplier, warehouse),
        (damaged_surplus, supplier, apart),
    ]
    lines = [Line(item, contest, quantity, source, target) for quantity, source, target in moved if quantity]
    return order(item, contest, surplus, supplier) + lines
