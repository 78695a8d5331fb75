"""Ballots of a TPS after voting: how many were used, spoiled and left over, DOMAIN 8.1. Process counts, never votes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from districts.models import Contest
from districts.outbox import mark_stale
from districts.weeks import local_date
from logistics.access import check_can_reconcile
from logistics.completeness import BALLOT
from logistics.ledger import LedgerRefused, Line, move, places, write_document
from logistics.models import Balance, Document, DocumentKind, Parcel, PlaceKind
from logistics.stages import Stage

if TYPE_CHECKING:
    from districts.models import User


@dataclass(frozen=True, slots=True)
class Count:
    """Ballots of one contest: `used` were put into the box, `spoiled` are damaged or wrongly punched and replaced."""

    used: int
    spoiled: int
    unused: int

    @property
    def total(self) -> int:
        return self.used + self.spoiled + self.unused


def is_due(parcel: Parcel, now: datetime) -> bool:
    """Whether the ballots have reached the TPS and voting day has come there."""
    today = local_date(parcel.polling_station.village.time_zone, now)
    return parcel.stage >= Stage.AT_TPS and today >= parcel.election.voting_day


def ballots_in(parcel: Parcel) -> dict[str, int]:
    """Ballots that are in the parcel now, by contest. One statement."""
    rows = Balance.objects.filter(place=parcel.place_id, item=BALLOT, quantity__gt=0).order_by("contest")
    return dict(rows.values_list("contest", "quantity"))


@transaction.atomic
def reconcile(
    *, parcel: Parcel, counts: Mapping[str, Count], by: "User", now: datetime, client_key: UUID | None = None
) -> Document:
    """Book the ballots of the parcel as used or returned, every contest at once.

    `parcel` read with its election and the village of its TPS; `counts` by contest. LedgerRefused before voting day,
    and when used, spoiled and unused do not add up to what the parcel holds. The same key again changes nothing.
    """
    station = parcel.polling_station
    kecamatan, regency = station.village_id[:8], station.village_id[:5]
    check_can_reconcile(by, kecamatan)
    if not is_due(parcel, now):
        raise LedgerRefused(_("Rekonsiliasi diisi mulai hari pemungutan suara, setelah logistik ada di TPS."))
    document, is_new = write_document(
        election=parcel.election, kind=DocumentKind.USE, regency=regency, kecamatan=kecamatan, happened_at=now, by=by,
        now=now, note=_note(counts), client_key=client_key,
    )  # fmt: skip
    if not is_new:
        return document
    locked = Parcel.objects.select_for_update(of=("self",)).get(pk=parcel.pk)
    _check_adds_up(counts, ballots_in(locked))
    found = places(parcel.election, [(PlaceKind.USED, regency), (PlaceKind.RETURNED, regency)])
    used, returned = found[PlaceKind.USED, regency], found[PlaceKind.RETURNED, regency]
    lines = [
        Line(BALLOT, contest, quantity, locked.place_id, target)
        for contest, count in sorted(counts.items())
        for quantity, target in ((count.used, used), (count.spoiled, returned), (count.unused, returned))
        if quantity
    ]
    move(document, lines)
    mark_stale(parcel.election, [kecamatan], cause="logistics")
    return document


def _note(counts: Mapping[str, Count]) -> str:
    """What was counted, as the document keeps it: the ledger knows spoiled and unused as returned."""
    said = _("{contest}: digunakan {used}, rusak/keliru {spoiled}, tidak digunakan {unused}")
    return "; ".join(
        said.format(
            contest=Contest.Kind(contest).label, used=count.used, spoiled=count.spoiled, unused=count.unused
        ).lower()
        for contest, count in sorted(counts.items())
    )


def _check_adds_up(counts: Mapping[str, Count], ballots: Mapping[str, int]) -> None:
    if not ballots:
        raise LedgerRefused(_("Tidak ada surat suara lagi di paket ini: rekonsiliasinya sudah diisi."))
    wrong = [
        difference_sentence(contest, counts.get(contest, Count(0, 0, 0)), ballots.get(contest, 0))
        for contest in sorted({*ballots, *counts})
    ]
    if said := [sentence for sentence in wrong if sentence]:
        raise LedgerRefused(" ".join(said))


def difference_sentence(contest: str, count: Count, received: int) -> str:
    """What is wrong with a count of `received` ballots; empty when it adds up."""
    if min(count.used, count.spoiled, count.unused) < 0:
        return _("Jumlah tidak boleh negatif.")
    if count.total == received:
        return ""
    sentence = (
        _("{contest}: jumlahnya {total}, padahal diterima {received}; kurang {difference}. Hitung lagi.")
        if count.total < received
        else _("{contest}: jumlahnya {total}, padahal diterima {received}; lebih {difference}. Hitung lagi.")
    )
    return sentence.format(
        contest=Contest.Kind(contest).label,
        total=number_format(count.total),
        received=number_format(received),
        difference=number_format(abs(received - count.total)),
    )
