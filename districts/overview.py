"""What a dashboard shows, read from the stored roll-up: never from the facts, so the cost does not grow with the nation.

One function per panel; each says how many statements it costs, however many kecamatan lie below.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, Left
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from districts.access import RegionQuerySet
from districts.frame import Place, region_href
from districts.models import (
    DimensionScore,
    Election,
    Grade,
    Issue,
    IssueLevel,
    Level,
    Readiness,
    ReadinessHistory,
    Region,
    RollUp,
)
from districts.sentences import due_words, grade_sentence, level_words
from districts.templatetags.siap import score

#: "The ten things that most need attention."
PRESSING = 10
#: [P] A move of the score of at least this many points in a week is told even when the colour stays.
NOTABLE_POINTS = 5
#: Which calls loudest on one list: red, then no data, then amber.
LOUDNESS = {Level.RED: 3, Level.GREY: 2, Level.AMBER: 1, Level.GREEN: 0, Level.NOT_DUE: 0}
#: Level of a page whose list is of kecamatan.
REGENCY = 2
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


def voting(regions: RegionQuerySet, election: Election) -> RegionQuerySet:
    """Regions that vote in `election`, whole or in part."""
    theirs = Election.regions.through.objects.filter(election=election)
    around = Q(region__startswith=OuterRef("code"))
    for length in (2, 5, 8):
        around |= Q(region=Left(OuterRef("code"), length))
    return regions.filter(Exists(theirs.filter(around)))


def _past(election: Election, day: date, region: str) -> Subquery:
    rows = ReadinessHistory.objects.filter(election=election, region=OuterRef(region), day__lte=day)
    return Subquery(rows.order_by("-day").values(past=JSONObject(level="level", score="score"))[:1])


def own_readiness(place: Place, election: Election, week_ago: date) -> Readiness | None:
    """The row of the region itself with `past` (JSON or None) and `computed_at` of the newest roll-up. One statement."""
    rows = Readiness.objects.filter(election=election, region=place.code or None)
    newest = RollUp.objects.filter(election=election).order_by("-finished_at").values("finished_at")[:1]
    past = _past(election, week_ago, "region")
    if not place.code:
        nation = ReadinessHistory.objects.filter(election=election, region=None, day__lte=week_ago)
        past = Subquery(nation.order_by("-day").values(past=JSONObject(level="level", score="score"))[:1])
    return rows.annotate(computed_at=Subquery(newest), past=past).first()


def units_of(place: Place, election: Election, week_ago: date) -> list[Unit]:
    """The regions one level down that vote, by code, without cells. One statement."""
    below = Region.objects.filter(parent=place.code) if place.code else Region.objects.provinces()
    found = (
        voting(below, election)
        .annotate(
            current=FilteredRelation("readiness", condition=Q(readiness__election=election)),
            past=_past(election, week_ago, "code"),
        )
        .select_related("current")
        .order_by("code")
    )
    return [_unit(region) for region in found]


def _unit(region: Any) -> Unit:
    row = region.current
    past = Past(region.past["level"], region.past["score"]) if region.past else None
    tile = (region.tile_row, region.tile_column) if region.tile_row is not None else None
    place = {
        "code": region.code,
        "name": region.short_name,
        "href": region_href(region.code),
        "past": past,
        "tile": tile,
    }
    if row is None:
        return Unit(**place, level=Level.GREY, score=None, expected=0, received=0, on_time=0)
    return Unit(
        **place,
        level=row.level,
        score=row.score,
        expected=row.reports_expected,
        received=row.reports_received,
        on_time=row.reports_on_time,
    )


def with_cells(place: Place, election: Election, units: list[Unit], calling: list[Readiness]) -> list[Column]:
    """Give every unit its cells and every calling kecamatan its `top` grade; returns the dimensions in order.

    Two statements.
    """
    rows = DimensionScore.objects.filter(election=election)
    rows = rows.filter(region__parent=place.code) if place.code else rows.filter(region__level=1)
    # plain tuples: 500 cells of a large regency need no model instances
    found = rows.values_list(
        "dimension", "dimension__name", "dimension__position", "region", "level", "score", "worst_indicator"
    )
    scores = {(region, code): rest for code, _name, _position, region, *rest in found}
    columns = sorted({(position, code, name) for code, name, position, *_rest in found})
    dimensions = [Column(code, name) for _position, code, name in columns]
    grades = grades_that_tell(place, election, calling)
    for unit in units:
        unit.cells = [
            _cell(unit, each.code, scores.get((unit.code, each.code)), grades, place.zone) for each in dimensions
        ]
    for row in calling:
        row.top = grades.get((row.region_id, _first(row)))  # type: ignore[attr-defined]
    return dimensions


def grades_that_tell(place: Place, election: Election, calling: list[Readiness]) -> dict[tuple[str, str], Grade]:
    """By kecamatan and indicator: the first reason of each calling kecamatan and, where the list is of kecamatan, what
    weighs most against each of their dimensions. One statement.
    """
    wanted = Q(pk__in=[])
    for row in calling:
        wanted |= Q(kecamatan=row.region_id, indicator=_first(row))
    if place.level == REGENCY:
        worst = DimensionScore.objects.filter(
            election=OuterRef("election"), region=OuterRef("kecamatan"), worst_indicator=OuterRef("indicator")
        )
        wanted |= Q(Exists(worst), kecamatan__parent=place.code, level__gte=Level.AMBER)
    grades = Grade.objects.filter(wanted, election=election).select_related("indicator")
    return {(grade.kecamatan_id, grade.indicator_id): grade for grade in grades}


def _first(row: Readiness) -> str:
    return row.top_indicators[0] if row.top_indicators else ""


def _cell(unit: Unit, code: str, row: list[Any] | None, grades: dict[tuple[str, str], Grade], zone: str) -> Cell:
    if row is None:
        return Cell(Level.GREY, None)
    level, score, worst = row
    grade = grades.get((unit.code, worst)) if level >= Level.AMBER else None
    why = grade_sentence(grade, grade.indicator, zone) if grade else ""
    return Cell(level, score, why, f"{unit.href}#{code}" if why else "")


def kecamatan_that_call(place: Place, election: Election) -> list[Readiness]:
    """The kecamatan that call loudest, at most `PRESSING`, with region and parent. One statement."""
    rows = Readiness.objects.under(place.code).filter(election=election, urgency__gt=0, region__level=3)
    return list(rows.select_related("region__parent").order_by("-urgency", "region")[:PRESSING])


def pressing(place: Place, election: Election, calling: list[Readiness], now: datetime) -> list[dict[str, Any]]:
    """The ten things that most need attention, loudest first, in words with owner, due and address. One statement."""
    found = [
        *enumerate(_call(place, row) for row in calling),
        *enumerate(_overdue_issues(place, election, now)),
    ]
    found.sort(key=lambda pair: (-LOUDNESS[pair[1]["level"]], pair[0]))
    return [item for _position, item in found[:PRESSING]]


def _call(place: Place, row: Any) -> dict[str, Any]:
    top: Grade | None = row.top
    return {
        "title": _title(place, row.region),
        "text": grade_sentence(top, top.indicator, row.region.time_zone) if top else str(Level(row.level).label),
        "href": region_href(row.region_id),
        "owner": top.indicator.filled_by if top else "",
        "due": "",
        "level": row.level,
    }


def _overdue_issues(place: Place, election: Election, now: datetime) -> list[dict[str, Any]]:
    issues: QuerySet[Issue] = (
        Issue.objects.under(place.code)
        .overdue()
        .filter(election=election, level__gte=IssueLevel.HIGH)
        .most_pressing_first()
        .select_related("kecamatan__parent", "owner")
    )
    return [
        {
            "title": _title(place, issue.kecamatan),
            "text": issue.title,
            "href": reverse("issue", args=[issue.pk]),
            "owner": issue.owner.name if issue.owner else _("belum ada penanggung jawab"),
            "due": due_words(issue.due_at, now, place.zone),
            "level": Level.RED,
        }
        for issue in issues[:PRESSING]
    ]


def _title(place: Place, kecamatan: Region) -> str:
    """ "Sandaran", with its regency where the page shows more than one."""
    if place.level >= REGENCY or kecamatan.parent is None:
        return kecamatan.short_name
    return f"{kecamatan.short_name}, {kecamatan.parent.short_name}"


def changes(units: list[Unit]) -> list[Unit]:
    """Units whose colour moved since a week ago, or whose score moved notably; the biggest fall first."""
    moved = [
        unit
        for unit in units
        if unit.past is not None and (unit.past.level != unit.level or abs(unit.difference or 0) >= NOTABLE_POINTS)
    ]
    return sorted(moved, key=lambda unit: unit.difference or 0)


def unit_noun(place: Place, count: int) -> str:
    """What the units below `place` are called."""
    if place.level == 0:
        return ngettext("provinsi", "provinsi", count)
    if place.level == 1:
        return ngettext("kabupaten/kota", "kabupaten/kota", count)
    return ngettext("kecamatan", "kecamatan", count)


def verdict_text(place: Place, units: list[Unit], dimensions: list[Column]) -> str:
    """Why the region has its colour: the worst of its units by name, red ones with the dimensions that are red."""
    if not units:
        return ""
    for level in (Level.RED, Level.GREY, Level.AMBER):
        worst = sorted((unit for unit in units if unit.level == level), key=lambda unit: unit.score or 0)
        if worst:
            names = [_name_with_reasons(unit, dimensions) if level == Level.RED else unit.name for unit in worst]
            return level_words(level, len(worst), unit_noun(place, len(worst)), names)
    return _("Semua %(count)d %(unit)s siap.") % {"count": len(units), "unit": unit_noun(place, len(units))}


def _name_with_reasons(unit: Unit, dimensions: list[Column]) -> str:
    red = [
        dimension.name.lower()
        for dimension, cell in zip(dimensions, unit.cells, strict=True)
        if cell.level == Level.RED
    ]
    return f"{unit.name} ({', '.join(red)})" if red else unit.name


def tiles(units: list[Unit]) -> list[dict[str, Any]]:
    """The tile map: stored places, and row after row for units that have none (nobody ran the loader's layout)."""
    placed = all(unit.tile for unit in units)
    return [
        {
            "row": (unit.tile or (0, 0))[0] if placed else number // TILE_COLUMNS,
            "col": (unit.tile or (0, 0))[1] if placed else number % TILE_COLUMNS,
            "label": unit.name,
            "score": unit.score,
            "level": unit.level,
            "href": unit.href,
            "note": unit.report,
        }
        for number, unit in enumerate(units)
    ]


def panels(
    place: Place,
    own: Any,
    units: list[Unit],
    dimensions: list[Column],
    urgent: list[dict[str, Any]],
) -> dict[str, Any]:
    """Everything of a dashboard around its list. No statement."""
    return {
        "own": own,
        "level": own.level if own else Level.GREY,
        "difference": difference(own),
        "verdict": verdict_text(place, units, dimensions),
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


def list_words(place: Place, units: list[Unit], dimensions: list[Column]) -> dict[str, Any]:
    """What the list says of itself."""
    noun = unit_noun(place, len(units))
    return {
        "unit_noun": noun,
        "caption": _("Kesiapan per %(unit)s") % {"unit": noun},
        "columns": [{"code": each.code, "label": each.name} for each in dimensions],
    }


def counts(place: Place, own: Readiness | None) -> list[dict[str, Any]]:
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
        {"slug": slug, "number": number, "href": f"{place.href}?warna={word}#daftar" if has_list and number else ""}
        for slug, word, number in numbers
    ]


def difference(own: Any) -> float | None:
    """Points of a readiness row, read with `past`, won or lost since a week ago; None without both ends."""
    past = own.past if own else None
    return own.score - past["score"] if past and past["score"] is not None and own.score is not None else None
