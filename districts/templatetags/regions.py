"""The pieces that repeat on a page of many regions: tiles of the map, rows of the heat table.

Drawn here and not in the templates: a large regency has 500 cells, a tenth of a millisecond each in a template. Words
are looked up once a page. What is not ours is escaped: names, sentences, addresses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from districts.templatetags.siap import ICONS, WORST_FIRST, badge_in, decoration, level_slug, whole_score_in, word_in

register = template.Library()

#: Letters of 11 px in a square of 44 px.
TILE_LETTERS = 6


def tile_code(name: str) -> str:
    """A name that fits a 44 px tile: "Busang", "Sandaran" is "Sand.", "Sangatta Utara" is "S.Uta"."""
    words = str(name).split()
    if len(words) < 2:
        return str(name) if len(str(name)) <= TILE_LETTERS else f"{str(name)[: TILE_LETTERS - 2]}."
    return f"{words[0][0]}.{words[-1][:3]}"


#: How tall a state's bar is in a strip, of all its height: the more ready the taller. Without data: a dot in the middle.
STRIP_SHARES = {"green": 1.0, "amber": 0.66, "red": 0.33, "not_due": 0.12}


@dataclass(frozen=True, slots=True)
class Bars:
    """Whole pixels of a strip: from bar to bar, of a bar, of its height."""

    step: int
    wide: int
    tall: int


IN_TILE, IN_TABLE = Bars(3, 2, 7), Bars(5, 4, 14)


@lru_cache(maxsize=4096)
def strip_words(levels: tuple[int | None, ...], language: str | None) -> str:
    """The text equivalent of a strip, in the active `language`: "12 pekan: 3 belum siap, 9 siap; pekan lalu siap"."""
    slugs = ["grey" if level is None else level_slug(level) for level in levels]
    told = [f"{slugs.count(slug)} {word_in(slug, language).lower()}" for slug in WORST_FIRST if slug in slugs]
    return gettext("%(number)d pekan: %(told)s; pekan lalu %(last)s") % {
        "number": len(levels), "told": ", ".join(told), "last": word_in(slugs[-1], language).lower(),
    }  # fmt: skip


@lru_cache(maxsize=4096)
def strip_svg(levels: tuple[int | None, ...], *, coloured: bool) -> str:
    """A bar a week, drawn without style: in one path for a tile, or one for each state in its colour for the table."""
    bars, paths = IN_TABLE if coloured else IN_TILE, dict[str, str]()
    for number, level in enumerate(levels):
        slug = "grey" if level is None else level_slug(level)
        key = slug.replace("_", "-") if coloured else ""
        paths[key] = paths.get(key, "") + _bar(bars, number * bars.step, slug)
    width = len(levels) * bars.step - (bars.step - bars.wide)
    drawn = "".join(
        f'<path fill="{f"var(--{key}-fg)" if key else "currentcolor"}" d="{path}"/>' for key, path in paths.items()
    )
    return f'width="{width}" height="{bars.tall}" viewBox="0 0 {width} {bars.tall}">{drawn}</svg>'


def _bar(bars: Bars, left: int, slug: str) -> str:
    """The outline of one bar, or of the dot of a week without data."""
    if slug not in STRIP_SHARES:
        dot = bars.wide // 2
        return f"M{left + dot // 2} {bars.tall // 2 + dot}v-{dot}h{dot}v{dot}z"
    height = max(1, round(bars.tall * STRIP_SHARES[slug]))
    return f"M{left} {bars.tall}v-{height}h{bars.wide}v{height}z"


@register.simple_tag
def tile_items(tiles: Iterable[Mapping[str, Any]]) -> SafeString:
    """The squares of _tile_map.html, which says what a tile has."""
    language, scored = get_language(), escape(gettext("skor"))
    return mark_safe("\n".join(_tile(tile, scored, language) for tile in tiles))


def _tile(tile: Mapping[str, Any], scored: str, language: str | None) -> str:
    slug, label = level_slug(tile["level"]), escape(str(tile["label"]))
    word, note = word_in(slug, language), tile.get("note")
    strip = tile.get("strip")
    past = f". {escape(strip_words(strip, language))}" if strip else ""
    bars = f'<svg aria-hidden="true" {strip_svg(strip, coloured=False)}' if strip else ""
    short = escape(str(tile.get("short") or tile_code(tile["label"])))
    return (
        f'<li class="row-{tile["row"]} col-{tile["col"]}"><a class="tile lv-{slug}" href="{escape(tile["href"])}"'
        f' title="{label}: {word}{f". {escape(str(note))}" if note else ""}{past}">\n'
        f'<span class="tile-name">{label}</span><span class="tile-short" aria-hidden="true">{short}</span>'
        f'<span class="visually-hidden">, {word}, {scored}</span>\n'
        f'<span class="tile-score">{decoration(slug)}{whole_score_in(tile["score"], language)}</span>{bars}</a></li>'
    )


@register.simple_tag
def heat_rows(columns: Iterable[Mapping[str, str]], rows: Iterable[Any]) -> SafeString:
    """The rows of _heat_table.html, which says what a row has."""
    language, more = get_language(), escape(gettext("Rincian"))
    heads = [(column["code"], escape(column["label"])) for column in columns]
    return mark_safe("\n".join(_heat_row(heads, row, more, language) for row in rows))


def _heat_row(heads: list[tuple[str, str]], row: Any, more: str, language: str | None) -> str:
    name, report = escape(row.name), row.report
    cells = "".join(
        _heat_cell(f"why-{row.code}-{code}", code, f"{name} · {label}", cell, more, language)
        for (code, label), cell in zip(heads, row.cells, strict=True)
    )
    return (
        f'<tr role="row"><th role="rowheader" scope="row"><a href="{escape(row.href)}">{name}</a>'
        f"{f'<small>{escape(report)}</small>' if report else ''}</th>\n"
        f'<td role="cell" class="heat-total">{badge_in(level_slug(row.level), row.score, language)}</td>'
        f"{_strip_cell(getattr(row, 'strip', ()), language)}{cells}</tr>"
    )


def _strip_cell(levels: tuple[int | None, ...], language: str | None) -> str:
    """The weeks of a row; a table of rows that have none has no such column."""
    if not levels:
        return ""
    words = escape(strip_words(levels, language))
    return f'<td role="cell" class="weeks"><svg role="img" aria-label="{words}" {strip_svg(levels, coloured=True)}</td>'


def _heat_cell(why_id: str, code: str, heading: str, cell: Any, more: str, language: str | None) -> str:
    slug = level_slug(cell.level)
    face = (
        f'<span class="dim" aria-hidden="true">{code}</span>{decoration(slug)}<span class="visually-hidden">'
        f"{word_in(slug, language)} </span>{whole_score_in(None if slug == 'grey' else cell.score, language)}"
    )
    start = f'<td role="cell" class="heat-cell lv-{slug}">'
    if not cell.why:
        return f'{start}<span class="heat-plain">{face}</span></td>'
    link = f' <a href="{escape(cell.href)}">{more}</a>' if cell.href else ""
    return (
        f'{start}<button type="button" class="plain" aria-describedby="{why_id}">{face}</button>'
        f'<div class="why" id="{why_id}"><b>{heading}</b> {escape(cell.why)}{link}</div></td>'
    )


#: Units of a map that a mark takes, and half a letter of a name below it; regions with less room inside have neither.
MARK, LETTER = 14, 2.5
#: Names stand on a map of so few regions that they do not touch.
MOST_NAMED = 30
HATCH = (
    '<pattern id="m-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0v6"/></pattern>'
)


@register.simple_tag
def region_map(map: Any, title: str) -> SafeString:
    """The drawing of _region_map.html. Names come last, so that no neighbour hides them; a screen reader has them from
    the links. A region without a colour is drawn and leads nowhere.
    """
    language = get_language()
    slugs = sorted({level_slug(region.level) for region in map.regions if region.level is not None})
    marks = "".join(_mark(slug) for slug in slugs)
    regions = "\n".join(_drawn(region, language) for region in map.regions)
    names = "".join(
        f'<text x="{region.mark[0]}" y="{region.mark[1] + MARK + 3}">{escape(region.label)}</text>'
        for region in map.regions
        if region.room >= LETTER * len(region.label) and len(map.regions) <= MOST_NAMED
    )
    return mark_safe(
        f'<svg class="map" viewBox="-1 -1 {map.width + 2} {map.height + 2}" role="group" aria-label="{escape(title)}">'
        f'<defs>{marks}{HATCH}</defs>\n{regions}<g aria-hidden="true">{names}</g></svg>'
    )


def _mark(slug: str) -> str:
    """The icon of a state for `use`, which no rule of the page's styles reaches."""
    drawn = ICONS[slug].replace('class="f"', 'fill="currentcolor" stroke="none"')
    return f'<symbol id="m-{slug}" viewBox="0 0 16 16" fill="none" stroke="currentcolor" stroke-width="1.7">{drawn}</symbol>'


def _drawn(region: Any, language: str | None) -> str:
    label = escape(region.label)
    if region.level is None:
        return f'<path class="map-out" d="{region.path}"><title>{label}</title></path>'
    slug = level_slug(region.level)
    points = "" if region.score is None or slug == "grey" else f" {whole_score_in(region.score, language)}"
    (x, y), half = region.mark, MARK // 2
    mark = f'<use href="#m-{slug}" x="{x - half}" y="{y - half}" width="{MARK}" height="{MARK}"/>'
    told = f"{label}: {word_in(slug, language)}{points}"
    return (
        f'<a class="lv-{slug}" href="{escape(region.href)}" aria-label="{told}"><title>{told}</title>'
        f'<path d="{region.path}"/>{mark if region.room > half else ""}</a>'
    )
