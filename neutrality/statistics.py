"""Figures about cases, DOMAIN 4.6: who said it, what became of it, forms, offices, sanctions, days. One statement a table.

Published ones are of months that are over, as they stood then (`closed_until`), for the whole nation at once, with small
numbers hidden (`suppression`). A regency with few new cases stays as it was told last, also in the sums of its province
and the nation (`statistics_sql.told_until`): from a page of last month and one of this month nobody subtracts a number of
cases below the limit. Not covered: the tables of two months. Of the five or more cases that came in together, and of
earlier ones that went on meanwhile, the difference may tell that a few are of one source, kind, office or stage. A handler sees those of the own regency as they are now, unhidden.

Only the number of cases is published by month: tables of each month would hide nearly everything, and what they showed
could be subtracted from those of the whole period.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from districts.models import Election
from districts.naming import shown
from neutrality import statistics_sql as sql
from neutrality.models import FormKind, SanctionLevel, SubjectType, ViolationForm
from neutrality.suppression import ROOT, Rows, closed_places, hidden_cells

Label = str | Promise
#: Where the case is on its way: one partition, of which registration, outcome and follow-up are sums.
STAGES: dict[str, Label] = {
    "belum": _("Belum diputuskan diregistrasi atau tidak"),
    "ditutup": _("Ditutup Desk: tidak cukup atau lewat waktu"),
    "tidak_diregistrasi": _("Tidak diregistrasi"),
    "dikaji": _("Diregistrasi, sedang dikaji"),
    "bukan": _("Bukan pelanggaran"),
    "diteruskan": _("Diteruskan, menunggu tindak lanjut"),
    "sanksi": _("Sanksi dijatuhkan"),
    "tanpa_tindak_lanjut": _("Tidak ditindaklanjuti"),
}
_FORWARDED = ("diteruskan", "sanksi", "tanpa_tindak_lanjut")
#: Sums of stages: registration, result of the study, follow-up. Published only where no part is hidden.
SUMS: tuple[tuple[Label, tuple[str, ...]], ...] = (
    (_("Diregistrasi Bawaslu"), ("dikaji", "bukan", *_FORWARDED)),
    (_("Dugaan diteruskan kepada yang berwenang"), _FORWARDED),
    (_("Selesai dikaji"), ("bukan", *_FORWARDED)),
)
SOURCES: dict[str, Label] = {"temuan": _("Temuan Bawaslu"), "laporan": _("Laporan atau informasi awal masyarakat")}
NO_FORM = "belum"


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of a table; `count` None is hidden."""

    label: Label
    count: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """`unit`: what is counted. `total` None is hidden, or not told. `is_time`: rows are months in order."""

    name: str
    title: Label
    unit: Label
    rows: tuple[Shown, ...]
    total: int | None = None
    sums: tuple[Shown, ...] = ()

    @property
    def most(self) -> int:
        return max((row.count or 0 for row in self.rows), default=0)

    @property
    def hides_all(self) -> bool:
        return self.total is None and all(row.count is None for row in (*self.rows, *self.sums))

    @property
    def hides(self) -> bool:
        return any(row.count is None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Figures:
    """`cases` None: fewer than the limit, or hidden for the sake of others. `median_days` of the cases that ended."""

    cases: int | None
    median_days: int | None
    tables: tuple[Table, ...]
    as_of: datetime | None = None  # when they were true, of provinces and nation the latest; None: nothing told yet


@dataclass(frozen=True, slots=True)
class Dimension:
    """A table to read: its columns in order. `of`: rows are closed where this (dimension, column) is hidden."""

    name: str
    title: Label
    unit: Label
    columns: Mapping[str, Label]
    of: tuple[str, str] | None = None
    counts_cases: bool = True  # its rows add up to the number of cases
    only: str = ""  # the kind of the forms


@dataclass(slots=True)
class _Read:
    """Rows of each dimension by place, the number of cases of each, and median days."""

    rows: dict[str, Rows] = field(default_factory=dict)
    medians: dict[str, tuple[int, int]] = field(default_factory=dict)  # place: (cases that ended, days)
    until: dict[str, datetime] = field(default_factory=dict)


def closed_until(now: datetime) -> datetime:
    """The first moment of this month, on the clock of the site: what is published was recorded before it.

    So a publication changes once a month, as a whole: from two readings nobody sees one case come.
    """
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def published(election: Election, place: str, now: datetime) -> Figures:
    """What everybody may see of a regency, a province or the nation (the empty code). A constant number of statements."""
    until = closed_until(now)
    dimensions = _dimensions(election, until)
    read = _read(election, "", until, dimensions)
    tree = _tree(read.rows["asal"])
    limit = settings.NEUTRALITY_SMALL_CELL
    if place not in tree and place not in read.rows["asal"]:
        return Figures(None, None, ())
    cases = _totals(read.rows["asal"])
    closed = closed_places(cases, tree, limit)
    hidden: dict[str, dict[str, set[str]]] = {}
    for each in dimensions:
        rows = read.rows[each.name]
        shut = closed | (_hiding(hidden[each.of[0]], each.of[1]) if each.of else set())
        shut = closed_places(_totals(rows), tree, limit, shut)
        hidden[each.name] = hidden_cells(rows, tree, limit, shut)
    ended, days = read.medians.get(place, (0, 0))
    return Figures(
        None if place in closed else cases[place],
        None if place in closed or ended < limit else days,
        tuple(
            _table(each, read.rows[each.name][place], hidden[each.name][place], place in closed) for each in dimensions
        ),
        max((at for code, at in read.until.items() if code.startswith(place) and at != sql.NEVER), default=None),
    )


def of_handler(election: Election, regency: str, now: datetime, month: date | None = None) -> Figures:
    """The regency's own figures as they are now, nothing hidden; of the cases received in `month` where it is given."""
    dimensions = _dimensions(election, now)
    read = _read(election, regency, now, dimensions, month)
    rows = read.rows
    return Figures(
        sum(rows["asal"][ROOT].values()),
        read.medians[ROOT][1] if ROOT in read.medians else None,
        tuple(_table(each, rows[each.name][ROOT], set(), False) for each in dimensions),
    )


def months(election: Election, until: datetime) -> dict[str, Label]:
    """Months of receipt, oldest first, as columns: those from the first report of the election to the one before `until`."""
    last = (until.astimezone(ZoneInfo(settings.TIME_ZONE)) - timedelta.resolution).date()
    found: dict[str, Label] = {}
    at = (sql.first_month(election, until) or last).replace(day=1)
    while at <= last:
        found[f"{at:%Y-%m}"] = date_format(at, "F Y")
        at = (at.replace(day=28) + sql.FOUR_DAYS).replace(day=1)
    return found


def _dimensions(election: Election, until: datetime) -> list[Dimension]:
    """The tables of DOMAIN 4.6; two statements for the catalogue, one for the months."""
    cases, forms, people = _("kasus"), _("dugaan"), _("terlapor")
    kinds = {kind.value: kind.label for kind in FormKind}
    catalogue: dict[str, dict[str, Label]] = {}
    for row in ViolationForm.objects.all():
        catalogue.setdefault(row.kind, {})[row.code] = f"{row.code} · {shown(row.name)}"
    subjects = {row.code: shown(row.name) for row in SubjectType.objects.all()}
    levels = {level.value: level.label for level in SanctionLevel}
    by_month = months(election, until)
    found = [
        Dimension("asal", _("Asal informasi"), cases, SOURCES),
        *([Dimension("bulan", _("Bulan diterima"), cases, by_month)] if by_month else []),
        Dimension("perjalanan", _("Registrasi, hasil kajian dan tindak lanjut"), cases, STAGES),
        Dimension("jenis", _("Dugaan jenis, yang terberat per kasus"), cases, kinds | {NO_FORM: _("Belum ditentukan")}),
        *(
            Dimension(
                f"bentuk_{kind}", _("Dugaan bentuk: {kind}").format(kind=kinds[kind]), forms, columns,
                of=("jenis", kind), counts_cases=False, only=kind,
            )
            for kind, columns in catalogue.items() if len(columns) > 1  # one form is its kind
        ),
        Dimension("jabatan", _("Jabatan terlapor"), people, subjects, counts_cases=False),
        Dimension("sanksi", _("Sanksi"), _("sanksi"), levels, of=("perjalanan", "sanksi"), counts_cases=False),
    ]  # fmt: skip
    return [each for each in found if each.columns]


def _read(
    election: Election, regency: str, until: datetime, dimensions: Iterable[Dimension], month: date | None = None
) -> _Read:
    """Rows of all places of the election; those of one regency stand at the root. One statement a table."""
    read = _Read()
    with connection.cursor() as cursor:
        limit = settings.NEUTRALITY_SMALL_CELL
        read.until = {regency: until} if regency else sql.told_until(cursor, election.pk, until, limit)
        regencies = list(read.until)
        values: dict[str, Any] = {
            "election": election.pk, "regency": regency, "zone": settings.TIME_ZONE, "places": regencies,
            "untils": list(read.until.values()), "month": f"{month:%Y-%m}" if month else "",
        }  # fmt: skip
        for each in dimensions:
            cursor.execute(sql.TABLES["bentuk" if each.only else each.name], values | {"kind": each.only})
            read.rows[each.name] = _rolled_up(regencies, each.columns, cursor.fetchall(), bool(regency))
        cursor.execute(sql.MEDIANS, values)
        for place, ended, days in cursor.fetchall():
            read.medians[place or ROOT] = (ended, round(days or 0))
    if regency and regency in read.medians:
        read.medians[ROOT] = read.medians[regency]
    return read


def _rolled_up(
    regencies: Iterable[str], columns: Iterable[str], counted: Iterable[tuple[str, str, int]], is_one: bool
) -> Rows:
    """Rows of regencies, provinces and the nation from (regency, column, count)."""
    names = list(columns)
    rows: dict[str, dict[str, int]] = {ROOT: dict.fromkeys(names, 0)}
    for code in regencies:
        for place in () if is_one else (code[:2], code):
            rows.setdefault(place, dict.fromkeys(names, 0))
    for code, column, count in counted:
        for place in (ROOT, code[:2], code):
            if place in rows and column in rows[place]:
                rows[place][column] += count
    return rows


def _tree(rows: Rows) -> dict[str, list[str]]:
    tree: dict[str, list[str]] = {}
    for place in sorted(rows):
        if place:
            tree.setdefault(place[:-3] if len(place) > 2 else ROOT, []).append(place)
    return tree


def _totals(rows: Rows) -> dict[str, int]:
    return {place: sum(row.values()) for place, row in rows.items()}


def _hiding(hidden: Mapping[str, set[str]], column: str) -> set[str]:
    return {place for place, columns in hidden.items() if column in columns}


def _table(dimension: Dimension, row: Mapping[str, int], hidden: set[str], is_closed: bool) -> Table:
    rows = tuple(Shown(label, None if name in hidden else row[name]) for name, label in dimension.columns.items())
    known = dimension.counts_cases and not is_closed
    return Table(
        dimension.name, dimension.title, dimension.unit, rows,
        total=sum(row.values()) if known else None,
        sums=tuple(
            Shown(label, None if hidden & set(parts) else sum(row[part] for part in parts)) for label, parts in SUMS
        ) if dimension.name == "perjalanan" else (),
    )  # fmt: skip


def rows_of(figures: Figures) -> list[list[Any]]:
    """Lines of the download: table, row, unit, count (empty: hidden)."""
    return [
        [table.title, row.label, table.unit, row.count]
        for table in figures.tables
        for row in (*table.rows, *table.sums)
    ]
