"""The ballots kept aside for a re-vote (PSU): 2,000 per region of a contest, not distributed (DOMAIN 3.2 [S12][S13])."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from districts.models import Contest, Election
from logistics.access import check_can_keep_stock
from logistics.ledger import LedgerRefused, Line, mark_regency_stale, move, places, write_document
from logistics.models import Document, DocumentKind, PlaceKind
from logistics.receiving import locked_stock
from logistics.stock import reserve_needs

if TYPE_CHECKING:
    from districts.models import User


@transaction.atomic
def set_aside(
    *,
    election: Election,
    regency: str,
    quantities: Mapping[tuple[str, str], int],
    happened_at: datetime,
    by: "User",
    now: datetime,
    number: str = "",
    client_key: UUID | None = None,
) -> Document:
    """Move `{(item, contest): units}` from the warehouse to the reserve, at most what is still missing there."""
    check_can_keep_stock(by, regency)
    if not quantities or any(quantity <= 0 for quantity in quantities.values()):
        raise LedgerRefused(_("Jumlah harus bilangan bulat lebih dari nol."))
    document, is_new = write_document(
        election=election, kind=DocumentKind.RESERVE, regency=regency, happened_at=happened_at, by=by, now=now,
        number=number, client_key=client_key, said=(number, happened_at, sorted(quantities.items())),
    )  # fmt: skip
    if not is_new:
        return document
    found = places(election, [(PlaceKind.WAREHOUSE, regency), (PlaceKind.RESERVE, regency)])
    reserve = found[PlaceKind.RESERVE, regency]
    kept, needed = locked_stock(reserve), reserve_needs(election, regency)
    for goods, quantity in quantities.items():
        _check_room(goods, quantity, kept.get(goods, 0), needed)
    warehouse = found[PlaceKind.WAREHOUSE, regency]
    move(document, [Line(*goods, quantity, warehouse, reserve) for goods, quantity in quantities.items()])
    mark_regency_stale(election, regency)
    return document


def _check_room(goods: tuple[str, str], quantity: int, kept: int, needed: Mapping[tuple[str, str], int | None]) -> None:
    if goods not in needed:
        raise LedgerRefused(
            _("Cadangan PSU barang ini tidak disimpan di sini: KPU penyelenggara pemilihannya yang menyimpan.")
        )
    need = needed[goods]
    if need is None:
        raise LedgerRefused(_("Jumlah cadangan PSU belum diisi dari Keputusan KPU. Hubungi administrator."))
    if quantity > need - kept:
        contest = Contest.Kind(goods[1]).label.lower() if goods[1] else ""
        raise LedgerRefused(
            _("Cadangan PSU {contest} paling banyak {need}, sudah ada {kept}. Isi paling banyak {left}.").format(
                contest=contest, need=need, kept=kept, left=need - kept
            )
        )
