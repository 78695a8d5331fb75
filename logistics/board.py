"""What the boards of logistics show: where the parcels below a region are, what leaves too late, what is short.

Each function says how many statements it costs, however many kecamatan lie below.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from districts.frame import Place
from districts.models import Election, Level
from districts.models.regions import KECAMATAN_LENGTH, REGENCY_LENGTH, without_kabupaten
from logistics import board_sql
from logistics.board_filters import BoardFilter
from logistics.departures import Verdict
from logistics.discrepancy import Discrepancy, of_region
from logistics.models import DocumentKind, ShipmentState
from logistics.routes import DepartureRow, OpenShipment, departures_of
from logistics.shortages import shortages
from logistics.steps import Part, parts

#: Departures and short items told at once; the rest is folded away.
LEAVING_SHOWN = 6
SHORTAGES_SHOWN = 5
LATE = (Verdict.LATE, Verdict.WILL_BE_LATE)
#: Length of the codes of the rows of a board, by the level of its place.
ROW_LENGTHS = (2, 5, 8)


@dataclass(frozen=True, slots=True)
class Row:
    """One region of a board. Counts are of TPS unless they say otherwise; `unknown` are those of a KPU without any record.

    `packed`, `ppk`, `pps`, `tps`: TPS whose goods have come that far, or further. `kecamatan_done`: kecamatan where the
    goods of all TPS reached PPK; `villages_done`: desa where they reached PPS. `findings`: open ones of hand-overs.
    `written_at` None: nobody wrote anything yet. `mark` changes when anything of the board does (regencies only).
    """

    code: str
    name: str
    zone: str
    is_hard: bool
    total: int
    unknown: int
    steps: tuple[int, ...]
    packed: int
    ppk: int
    pps: int
    tps: int
    kecamatan: int
    kecamatan_done: int
    villages: int
    villages_done: int
    findings: int
    written_at: datetime | None
    written_by: str | None
    written_kind: str | None
    matches: bool
    mark: str

    @property
    def short_name(self) -> str:
        return without_kabupaten(self.name)

    @property
    def href(self) -> str:
        return board_href(self.code)

    @property
    def parts(self) -> list[Part]:
        return parts(self.steps, self.unknown)

    @property
    def is_known(self) -> bool:
        return self.unknown < self.total

    @property
    def document(self) -> str:
        return str(DocumentKind(self.written_kind).label) if self.written_kind else ""


@dataclass(frozen=True, slots=True)
class Whole:
    """The sum of all rows of a board, with those that no filter shows."""

    total: int
    unknown: int
    steps: tuple[int, ...]
    packed: int
    ppk: int
    pps: int
    tps: int
    kecamatan: int
    kecamatan_done: int
    villages: int
    villages_done: int
    findings: int
    written_at: datetime | None

    @property
    def is_known(self) -> bool:
        return self.unknown < self.total

    @property
    def parts(self) -> list[Part]:
        return parts(self.steps, self.unknown)

    @property
    def legend(self) -> list[Part]:
        """The parts that are not empty."""
        return [part for part in self.parts if part[2]]


@lru_cache(maxsize=16384)  # a board asks for each of its rows
def board_href(code: str) -> str:
    """The logistics page of a region."""
    if not code:
        return reverse("logistics_nation")
    return reverse("logistics_kecamatan" if len(code) == KECAMATAN_LENGTH else "logistics", args=[code])


#: What is asked of a board without filters; words of the statement `board_sql.rows`.
NO_FILTER: dict[str, Any] = {"name": "", "step": "", "wants_all": True, "findings": False, "codes": None}


def rows_of(
    place: Place, election: Election, wanted: Mapping[str, Any] = NO_FILTER, order: str = "tertinggal"
) -> list[Row]:
    """Every region one level down that votes, in `order`; `matches` says which pass the filter. One statement."""
    asked = {"election": election.pk, "code": place.code, "width": ROW_LENGTHS[place.level], **wanted}
    with connection.cursor() as cursor:
        cursor.execute(board_sql.rows(place.code, order), asked)
        return [
            Row(code, name, zone, is_hard, total, unknown, tuple(steps), *rest)
            for code, name, zone, is_hard, total, unknown, steps, *rest in cursor.fetchall()
        ]


def whole_of(rows: list[Row]) -> Whole:
    """All rows together."""
    counted = (
        "total", "unknown", "packed", "ppk", "pps", "tps", "kecamatan", "kecamatan_done", "villages", "villages_done",
        "findings",
    )  # fmt: skip
    sums = {name: sum(getattr(row, name) for row in rows) for name in counted}
    steps = tuple(sum(row.steps[n] for row in rows) for n in range(len(board_sql.STEPS)))
    return Whole(**sums, steps=steps, written_at=max((row.written_at for row in rows if row.written_at), default=None))


def mark_of(election: Election, code: str) -> str:
    """What the page of a regency or kecamatan shows, as a short word that changes when it does. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {board_sql.MARK}", {"election": election.pk, "code": code})
        (mark,) = cursor.fetchone()
        return str(mark)


def share(done: int, total: int) -> int:
    """Percent, rounded down: 100 only when nothing is missing."""
    return done * 100 // total if total else 0


def figures(whole: Whole) -> list[dict[str, Any]]:
    """The key figures above a board (`components/_figures.html`); None where no KPU keeps the ledger.

    Above a regency in the form of the H-3 roll-up, DOMAIN 3.6: kecamatan, desa and TPS that have their goods.
    """
    told = [
        (_("TPS dikemas"), whole.packed, whole.total, _("dari %(total)d TPS (%(share)d %%)")),
        (_("Sampai PPK"), whole.kecamatan_done, whole.kecamatan, _("dari %(total)d kecamatan (%(share)d %%), semua TPS-nya")),
        (_("Sampai PPS"), whole.villages_done, whole.villages, _("dari %(total)d desa (%(share)d %%), semua TPS-nya")),
        (_("Sampai TPS"), whole.tps, whole.total, _("dari %(total)d TPS (%(share)d %%)")),
    ]  # fmt: skip
    shown: list[dict[str, Any]] = [
        {
            "label": label,
            "value": done if whole.is_known else None,
            "note": note % {"total": total, "share": share(done, total)} if whole.is_known else "",
        }
        for label, done, total, note in told
    ]
    shown.append({"label": _("Temuan terbuka"), "value": whole.findings if whole.is_known else None})
    if whole.is_known and whole.unknown:
        shown.append({"label": _("TPS tanpa catatan KPU"), "value": whole.unknown, "level": Level.GREY})
    return shown


def is_regency(place: Place) -> bool:
    """Whether the board of `place` also reckons departures, shortages and the second source: one warehouse, one KPU."""
    return len(place.code) == REGENCY_LENGTH


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the board with what leaves for it, most pressing first, and what the camat saw of it."""

    row: Row
    leaving: list[DepartureRow]
    sources: list[Discrepancy]

    @property
    def is_compared(self) -> bool:
        return any(each.difference is not None for each in self.sources)

    @property
    def differences(self) -> list[Discrepancy]:
        return [each for each in self.sources if each.difference]

    @property
    def first(self) -> DepartureRow | None:
        """The departure that presses most."""
        return self.leaving[0] if self.leaving else None

    @property
    def shipments(self) -> list[OpenShipment]:
        """Those that have left and are not handed over yet."""
        return [each for row in self.leaving for each in row.shipments if each.state != ShipmentState.PLANNED]


@dataclass(frozen=True, slots=True)
class Leaving:
    """What must leave: rows that press, the first of them and the rest; how many are late, will be, leave today, have no plan."""

    first: list[DepartureRow]
    rest: list[DepartureRow]
    late: int
    will_be_late: int
    today: int
    no_plan: int


def leaving_of(rows: list[DepartureRow]) -> Leaving:
    """The departures somebody has to act on. A row is counted once, by what presses most."""
    late = [row for row in rows if row.verdict in LATE]
    today = [row for row in rows if row not in late and (row.leaves_today or row.verdict == Verdict.TODAY)]
    no_plan = [row for row in rows if row not in late and row not in today and row.verdict == Verdict.NO_PLAN]
    pressing = [*late, *today, *no_plan]
    passed = sum(row.verdict == Verdict.LATE for row in late)
    return Leaving(
        pressing[:LEAVING_SHOWN], pressing[LEAVING_SHOWN:], late=passed, will_be_late=len(late) - passed,
        today=len(today), no_plan=len(no_plan),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a regency beside its parcels. Of a wider region: nothing."""

    departures: list[DepartureRow] = field(default_factory=list)
    sources: list[Discrepancy] = field(default_factory=list)

    @property
    def late(self) -> set[str]:
        """Codes of the kecamatan where something is late or will be."""
        return {row.kecamatan for row in self.departures if row.verdict in LATE}

    @property
    def different(self) -> set[str]:
        """Codes of the kecamatan where KPU and camat tell different figures."""
        return {each.kecamatan for each in self.sources if each.difference}


def around(place: Place, election: Election, now: datetime) -> Around:
    """Four statements of a regency, none of a wider region."""
    if not is_regency(place):
        return Around()
    return Around(departures_of(election, place.code, now), of_region(election, place.code))


def chosen_rows(place: Place, election: Election, chosen: BoardFilter, now: datetime) -> tuple[list[Row], Around]:
    """The rows of a board as its filter asks, and what stands beside them."""
    beside = around(place, election, now)
    return rows_of(place, election, chosen.wanted(beside.late, beside.different), chosen.order), beside


def panels(place: Place, election: Election, chosen: BoardFilter, now: datetime) -> dict[str, Any]:
    """All that the board of `place` shows. One statement, six of a regency."""
    rows, beside = chosen_rows(place, election, chosen, now)
    whole = whole_of(rows)
    leaving: dict[str, list[DepartureRow]] = defaultdict(list)
    sources: dict[str, list[Discrepancy]] = defaultdict(list)
    for departure in beside.departures:
        leaving[departure.kecamatan].append(departure)
    for source in beside.sources:
        sources[source.kecamatan].append(source)
    return {
        "rows": [Shown(row, leaving[row.code], sources[row.code]) for row in rows if row.matches],
        "whole": whole,
        "figures": figures(whole),
        "filters": chosen.controls(),
        "query": chosen.query(),
        "address": board_href(place.code),
        "mark": rows[0].mark if rows else "",
        "is_regency": is_regency(place),
        **(_regency(place, election, beside) if is_regency(place) else {}),
    }


def _regency(place: Place, election: Election, beside: Around) -> dict[str, Any]:
    """Context of _leaving.html and _shortages.html: lines with trouble, the worst first, those nobody recorded, those
    whose need is not known. One statement.
    """
    lines = shortages(election, place.code)
    troubles = sorted((line for line in lines if line.is_trouble), key=lambda line: -line.missing_share)
    return {
        "leaving": leaving_of(beside.departures),
        "troubles": troubles[:SHORTAGES_SHOWN],
        "more_troubles": troubles[SHORTAGES_SHOWN:],
        "is_recorded": any(line.usable is not None for line in lines),
        "unrecorded": [line for line in lines if line.usable is None],
        "needless": [line for line in lines if line.need is None],
    }
