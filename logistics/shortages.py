"""What a regency is short of, or has damaged, against its need: the table of the board."""

from typing import NamedTuple

from django.db import connection

from districts.models import Contest, Election
from districts.naming import shown
from logistics.board_sql import SHORTAGES
from logistics.need import need_ctes

_VOTING = """SELECT kecamatan_id FROM districts_votingkecamatan
    WHERE election_id = %(election)s AND kecamatan_id LIKE %(code)s || '%%'"""
_STATEMENT = SHORTAGES.format(
    need=need_ctes(
        "regency",
        voting=_VOTING,
        stations="station.kecamatan_code LIKE %(code)s || '%%'",
        items="item.must_count",
    )
)


class Shortage(NamedTuple):
    """An item (of a contest) in a regency. `need` None: not known, a number of the decree is missing. `usable` and what
    follows None: nothing was ever recorded of it, which is not zero. `asked` of the supplier and not sent; `coming`: sent.
    """

    item: str
    name: str
    unit: str
    contest: str
    need: int | None
    usable: int | None
    unsorted: int | None
    damaged: int | None
    missing: int | None
    asked: int | None
    coming: int | None

    @property
    def label(self) -> str:
        """*Surat suara gubernur*."""
        return f"{shown(self.name)} {Contest.Kind(self.contest).label.lower()}" if self.contest else shown(self.name)

    @property
    def short(self) -> int | None:
        return None if self.need is None or self.usable is None else max(0, self.need - self.usable)

    @property
    def missing_share(self) -> float:
        """How much of the need is short or damaged, 0 to 1 and above; to put the worst first."""
        return ((self.short or 0) + (self.damaged or 0) + (self.missing or 0)) / (self.need or 1)

    @property
    def is_trouble(self) -> bool:
        return bool(self.short or self.damaged or self.missing or self.asked or self.coming)


def shortages(election: Election, regency: str) -> list[Shortage]:
    """Every item that must be counted, in the order of the catalogue, with or without trouble. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, {"election": election.pk, "code": regency})
        return [Shortage(*row) for row in cursor.fetchall()]
