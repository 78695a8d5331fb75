"""What a dashboard shows, read from the stored roll-up: never from the facts, so the cost does not grow with the nation.

One function per panel; each says how many statements it costs, however many kecamatan lie below.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from districts import weeks
from districts.boards.stored import row_of, rows_of, statements_of
from districts.frame import Place, region_href, with_query
from districts.models import Election, IssueLevel, Level
from districts.models.regions import without_kabupaten
from districts.naming import shown
from districts.sentences import Told, due_words, grade_sentence, level_words, named, pressing_words
from districts.templatetags.siap import score

#: "The ten things that most need attention."
PRESSING = 10
#: Changes told on a dashboard; as many as fit under the map at 1366 px.
CHANGES_SHOWN = 8
#: [P] A move of the score of at least this many points in a week is told even when the colour stays.
NOTABLE_POINTS = 5
#: Which calls loudest on one list: red, then no data, then amber.
LOUDNESS = {Level.RED: 3, Level.GREY: 2, Level.AMBER: 1, Level.GREEN: 0, Level.NOT_DUE: 0}
#: Level of a page whose list is of kecamatan.
REGENCY = 2
#: Weeks in the strip of a region's history: a quarter, as the season of reports lasts about that long.
STRIP_WEEKS = 12
#: Columns of a tile map whose places were never computed.
TILE_COLUMNS = 7


@dataclass(frozen=True, slots=True)
class Past:
    """What a region was at the end of a day a week ago or before."""

    level: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One dimension of one region. `why` is empty where nothing speaks against it."""

    level: int
    score: float | None
    why: str = ""
    href: str = ""


#: A dimension nobody has scored.
NO_CELL = Cell(Level.GREY, None)


@dataclass(frozen=True, slots=True)
class Column:
    """A dimension that has scores here."""

    code: str
    name: str


@dataclass(slots=True)
class Unit:
    """One region below the page's own: a tile, a row of the heat table. No roll-up yet is grey."""

    code: str
    name: str
    href: str
    level: int
    score: float | None
    past: Past | None
    strip: tuple[int | None, ...]  # levels at the end of the last weeks, oldest first; None: nothing was kept
    expected: int  # reports of the slot that is open now
    received: int
    on_time: int
    tile: tuple[int, int] | None = None  # row and column
    cells: list[Cell] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return self.expected - self.received

    @property
    def difference(self) -> float | None:
        """Points won or lost in a week; None without both ends."""
        if self.past is None or self.past.score is None or self.score is None:
            return None
        return self.score - self.past.score

    @property
    def report(self) -> str:
        """What is said of its reports in a list; nothing when all came."""
        if not self.missing:
            return ""
        if self.expected == 1:
            return _("belum lapor")
        return _("laporan %(received)d/%(expected)d") % {"received": self.received, "expected": self.expected}


def own_readiness(place: Place, election: Election, week_ago: date) -> Any:
    """The readiness row of the region itself with `past_level`, `past_score` and `computed_at` of the newest roll-up;
    None before the first. One statement.
    """
    return row_of(statements_of(place).own(place.code), election, place, week_ago=week_ago)


def units_of(place: Place, election: Election, today: date) -> list[Unit]:
    """The regions one level down that vote, by code, without cells. One statement."""
    sundays = weeks.week_ends(today + weeks.ONE_DAY if place.as_of else today, STRIP_WEEKS)
    sql = statements_of(place).units(place.code)
    found = rows_of(sql, election, place, week_ago=today - weeks.ONE_WEEK, weeks=sundays)
    return [_unit(place, *row) for row in found]


def _unit(
    place: Place,
    code: str,
    name: str,
    tile_row: int | None,
    tile_column: int | None,
    level: int | None,
    score: float | None,
    past_level: int | None,
    past_score: float | None,
    strip: list[int | None],
    *reports: int | None,
) -> Unit:
    expected, received, on_time = (number or 0 for number in reports)
    return Unit(
        code=code,
        name=name.removeprefix("Kabupaten "),
        href=region_href(code, place.as_of),
        level=Level.GREY if level is None else level,
        score=score,
        past=None if past_level is None else Past(past_level, past_score),
        strip=tuple(strip),
        expected=expected,
        received=received,
        on_time=on_time,
        tile=None if tile_row is None or tile_column is None else (tile_row, tile_column),
    )


def units_with_cells(place: Place, election: Election, today: date) -> tuple[list[Unit], list[Column]]:
    """The list of a dashboard and its columns. Two statements."""
    units = units_of(place, election, today)
    return units, with_cells(place, election, units)


def with_cells(place: Place, election: Election, units: list[Unit]) -> list[Column]:
    """Give every unit its cells; returns the dimensions in order. One statement."""
    cells: dict[tuple[str, str], Cell] = {}
    columns: dict[int, Column] = {}
    language = get_language()
    for region, code, name, position, level, points, *told in rows_of(
        statements_of(place).cells(place.code), election, place
    ):
        columns.setdefault(position, Column(code, shown(name)))
        why = _sentence(tuple(told), place.zone, language)
        cells[region, code] = Cell(level, points, why, f"{region_href(region, place.as_of)}#{code}" if why else "")
    dimensions = [columns[position] for position in sorted(columns)]
    for unit in units:
        unit.cells = [cells.get((unit.code, each.code), NO_CELL) for each in dimensions]
    return dimensions


@lru_cache(maxsize=4096)
def _sentence(told: tuple[Any, ...], zone: str, language: str | None) -> str:
    """The sentence of a row's `TOLD` columns in the active `language`; "" where no grade was joined. The same columns
    give the same sentence, and an open page asks again every few seconds.
    """
    if told[0] is None:
        return ""
    row = Told(*told)
    return grade_sentence(row, row, zone)


def pressing(place: Place, election: Election, now: datetime) -> list[dict[str, Any]]:
    """The ten things that most need attention, loudest first, in words with owner, due and address. Two statements."""
    sql = statements_of(place).CALLING
    calling = [_call(place, now, *row) for row in rows_of(sql, election, place, limit=PRESSING)]
    told = {item["href"] for item in calling}
    overdue = [item for item in _overdue_issues(place, election, now) if item["href"] not in told]
    found = [*enumerate(calling), *enumerate(overdue)]
    found.sort(key=lambda pair: (-LOUDNESS[pair[1]["level"]], pair[0]))
    return [item for _position, item in found[:PRESSING]]


def _call(
    place: Place,
    now: datetime,
    code: str,
    name: str,
    above: str,
    zone: str,
    level: int,
    issue: int | None,
    title: str,
    owner: str | None,
    due_at: datetime | None,
    *told: Any,
) -> dict[str, Any]:
    item = {"title": _title(place, name, above), "level": level}
    if issue is not None:
        return item | _issue_words(issue, title, owner, due_at, now, place.zone)
    text = pressing_words(Told(*told), Told(*told), zone) if told[0] else str(Level(level).label)
    return item | {"text": text, "href": region_href(code, place.as_of), "owner": owner_of(told[4] or ""), "due": ""}


def _issue_words(
    pk: int, title: str, owner: str | None, due_at: datetime | None, now: datetime, zone: str
) -> dict[str, Any]:
    """An issue as one of the pressing things."""
    return {
        "text": title,
        "is_typed": True,  # in Indonesian, whatever the page is in
        "href": reverse("issue", args=[pk]),
        "owner": shown(owner or "") or _("belum ada penanggung jawab"),
        "due": due_words(due_at, now, zone),
    }


def owner_of(filled_by: str) -> str:
    """Who is to act on an indicator. What everybody may fill in (open issues) is the Desk's to follow up (DESIGN)."""
    return _("Desk Pilkada") if filled_by == "semua" else shown(filled_by)


def _overdue_issues(place: Place, election: Election, now: datetime) -> list[dict[str, Any]]:
    """Grave issues past due, the worst first. One statement."""
    sql = statements_of(place).OVERDUE
    found = rows_of(sql, election, place, now=now, grave=IssueLevel.HIGH, limit=PRESSING)
    return [
        {"title": _title(place, name, above), "level": Level.RED}
        | _issue_words(pk, title, owner, due_at, now, place.zone)
        for name, above, pk, title, owner, due_at in found
    ]


def _title(place: Place, name: str, above: str) -> str:
    """ "Sandaran", with its regency where the page shows more than one."""
    return name if place.level >= REGENCY else f"{name}, {above.removeprefix('Kabupaten ')}"


def changes(units: list[Unit]) -> list[Unit]:
    """Units whose colour moved since a week ago, then those whose score moved notably; the biggest fall first."""
    moved = [
        unit
        for unit in units
        if unit.past is not None and (unit.past.level != unit.level or abs(unit.difference or 0) >= NOTABLE_POINTS)
    ]
    moved.sort(key=lambda unit: (unit.past is not None and unit.past.level == unit.level, unit.difference or 0))
    return moved[:CHANGES_SHOWN]


def unit_noun(place: Place, count: int) -> str:
    """What the units below `place` are called."""
    if place.level == 0:
        return ngettext("provinsi", "provinsi", count)
    if place.level == 1:
        return ngettext("kabupaten/kota", "kabupaten/kota", count)
    return ngettext("kecamatan", "kecamatan", count)


def verdict_text(place: Place, units: list[Unit], columns: list[Column]) -> str:
    """Why the region has its colour: the worst of its units by name, red ones with the dimensions that are red."""
    if not units:
        return ""
    for level in (Level.RED, Level.GREY, Level.AMBER):
        worst = sorted((unit for unit in units if unit.level == level), key=lambda unit: unit.score or 0)
        if worst:
            names = [_name_with_reasons(unit, columns) if level == Level.RED else unit.name for unit in worst]
            return level_words(level, len(worst), unit_noun(place, len(worst)), names)
    return _("Semua %(count)d %(unit)s siap.") % {"count": len(units), "unit": unit_noun(place, len(units))}


def _name_with_reasons(unit: Unit, columns: list[Column]) -> str:
    red = [
        dimension.name.lower() for dimension, cell in zip(columns, unit.cells, strict=True) if cell.level == Level.RED
    ]
    return f"{unit.name} ({named(red)})" if red else unit.name


def tiles(units: list[Unit]) -> list[dict[str, Any]]:
    """The tile map: stored places, and row after row for units that have none (nobody ran the loader's layout)."""
    placed = all(unit.tile for unit in units)
    return [
        {
            "row": (unit.tile or (0, 0))[0] if placed else number // TILE_COLUMNS,
            "col": (unit.tile or (0, 0))[1] if placed else number % TILE_COLUMNS,
            "label": unit.name,
            "score": None if unit.level == Level.GREY else unit.score,
            "level": unit.level,
            "href": unit.href,
            "note": unit.report,
            "strip": unit.strip,
        }
        for number, unit in enumerate(units)
    ]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A region on a map. Level None: it has no colour, since it does not vote or nothing was rolled up yet."""

    label: str
    href: str
    path: str
    mark: tuple[int, int]
    room: int  # radius of the largest circle inside
    level: int | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Map:
    """The drawing of a place, in units of its paths."""

    width: int
    height: int
    regions: list[Drawn]


def map_of(place: Place, election: Election) -> Map | None:
    """The place's map from imported boundaries; None without. One statement."""
    rows = rows_of(statements_of(place).outlines(), election, place)
    regions = [
        Drawn(without_kabupaten(name), region_href(code, place.as_of), path, (x, y), room, level, points)
        for _width, _height, code, name, path, x, y, room, level, points in rows
    ]
    return Map(rows[0][0], rows[0][1], regions) if rows else None


def panels(
    place: Place,
    own: Any,
    units: list[Unit],
    columns: list[Column],
    urgent: list[dict[str, Any]],
) -> dict[str, Any]:
    """Everything of a dashboard around its list. No statement."""
    return {
        "own": own,
        "level": own.level if own else Level.GREY,
        "difference": difference(own),
        "verdict": verdict_text(place, units, columns),
        "counts": counts(place, own),
        "kecamatan_total": sum(count["number"] for count in counts(place, own)),
        "reports_note": _("tepat waktu %(number)d") % {"number": own.reports_on_time} if own else "",
        "completeness": score(own.completeness * 100) if own and own.completeness is not None else "",
        "urgent": urgent,
        "issues_href": reverse("issues", args=[place.code]) if place.code else reverse("issues_nation"),
        "tiles": tiles(units),
        "changes": changes(units),
        "has_past": any(unit.past for unit in units),
    }


def menu(place: Place, above: list[dict[str, str]], units: list[Unit]) -> list[dict[str, Any]]:
    """The regions one step away: those above that the person may open, this one, and those below."""
    up = [item for item in above[:-1] if item["href"]]
    down = [{"label": unit.name, "href": unit.href} for unit in units]
    return [*up, {"label": place.name, "href": place.href, "current": True}, *down]


def list_words(place: Place, units: list[Unit], columns: list[Column]) -> dict[str, Any]:
    """What the list says of itself."""
    noun = unit_noun(place, len(units))
    return {
        "unit_noun": noun,
        "caption": _("Kesiapan per %(unit)s") % {"unit": noun},
        "strip_weeks": STRIP_WEEKS,
        "columns": [{"code": each.code, "label": each.name} for each in columns],
    }


def counts(place: Place, own: Any) -> list[dict[str, Any]]:
    """Kecamatan per colour, worst first, with the list filtered by it where the list is of kecamatan."""
    if own is None:
        return []
    numbers = [
        ("red", "merah", own.kecamatan_red),
        ("amber", "kuning", own.kecamatan_amber),
        ("green", "hijau", own.kecamatan_green),
        ("grey", "abu", own.kecamatan_grey),
    ]
    has_list = place.level == REGENCY
    return [
        {
            "slug": slug,
            "number": number,
            "href": with_query(place.href, f"?warna={word}#daftar") if has_list and number else "",
        }
        for slug, word, number in numbers
    ]


def difference(own: Any) -> float | None:
    """Points of a readiness row, read with `past`, won or lost since a week ago; None without both ends."""
    return None if own is None or own.score is None or own.past_score is None else own.score - own.past_score
