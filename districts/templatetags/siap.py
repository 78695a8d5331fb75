"""What components need that a template cannot do: icons, words of a state, dates with their zone, points of a chart.

Pure presentation: takes plain values, imports no model and runs no query.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy

from districts import naming

register = template.Library()

# --- The five states ----------------------------------------------------------------------------------------------------
# Numbers are those of districts' Level; words are the labels of DOMAIN 6.2.
SLUGS = ("not_due", "green", "amber", "grey", "red")
WORDS = {
    "green": gettext_lazy("Siap"),
    "amber": gettext_lazy("Perlu perhatian"),
    "red": gettext_lazy("Belum siap"),
    "grey": gettext_lazy("Belum ada data"),
    "not_due": gettext_lazy("Belum jatuh tempo"),
}
WORST_FIRST = ("red", "amber", "green", "grey", "not_due")


@register.filter
def level_slug(level: int | str | None) -> str:
    """Slug of a level given as integer or slug; anything unknown is grey, because silence is never "ready"."""
    if isinstance(level, str) and not level.isdigit():
        return level if level in WORDS else "grey"
    try:
        return SLUGS[int(level)] if level is not None and int(level) >= 0 else "grey"
    except (ValueError, IndexError):
        return "grey"


@cache
def word_in(slug: str, language: str | None) -> str:
    """The word of a level in the active `language`, escaped."""
    return escape(str(WORDS[slug]))


@register.filter
def level_word(level: int | str | None) -> str:
    """The word people read for a level."""
    return str(WORDS[level_slug(level)])


@register.filter
def worst_first(counts: Mapping[int | str, int] | None) -> list[tuple[str, int]]:
    """Counts by level, as (slug, count) from red to grey. Levels nobody has are kept at 0, except "not due"."""
    by_slug = {level_slug(level): number for level, number in (counts or {}).items()}
    pairs = [(slug, by_slug.get(slug, 0)) for slug in WORST_FIRST]
    return [pair for pair in pairs if pair[0] != "not_due" or pair[1]]


# --- Icons --------------------------------------------------------------------------------------------------------------
# Drawn here on a 16 x 16 grid, inlined so that they print and keep their shape when backgrounds are switched off.
# Class `f` is filled, everything else is stroked; the states differ in outline, not only in colour.
ICONS = {
    "green": '<path stroke-width="2.6" d="M2.5 8.6l3.6 3.7 7.4-8.2"/>',
    "amber": '<path class="f" fill-rule="evenodd" d="M8 1 15.5 14.5H.5zM7.1 6v4.2h1.8V6zm0 5.3v1.8h1.8v-1.8z"/>',
    "red": '<path class="f" fill-rule="evenodd" d="M5.1.9h5.8l4.2 4.2v5.8l-4.2 4.2H5.1L.9 10.9V5.1z'
    'M5 6.3 6.7 8 5 9.7 6.3 11 8 9.3 9.7 11 11 9.7 9.3 8 11 6.3 9.7 5 8 6.7 6.3 5z"/>',
    "grey": '<path stroke-width="2.2" d="M4.6 5.2a3.4 3.1 0 1 1 5 2.8c-1.1.6-1.6 1.1-1.6 2.2"/>'
    '<circle class="f" cx="8" cy="13.4" r="1.4"/>',
    "not_due": '<circle cx="8" cy="8" r="6.3"/><path d="M8 4.2V8l2.6 1.7"/>',
    "search": '<circle cx="7" cy="7" r="4.6"/><path d="m10.6 10.6 3.9 3.9"/>',
    "user": '<circle cx="8" cy="5.2" r="2.8"/><path d="M2.6 14.2a5.5 4.7 0 0 1 10.8 0"/>',
    "theme": '<circle cx="8" cy="8" r="6.2"/><path class="f" d="M8 1.8a6.2 6.2 0 0 1 0 12.4z"/>',
    "chevron": '<path d="m4 6 4 4 4-4"/>',
    "up": '<path d="M8 13.5v-11M3.5 7 8 2.5 12.5 7"/>',
    "down": '<path d="M8 2.5v11M3.5 9 8 13.5 12.5 9"/>',
    "flat": '<path d="M2.5 8h11M9.5 4l4 4-4 4"/>',
    "offline": '<path d="M1.5 6.2a9.6 9.6 0 0 1 3.2-2M7.4 3.3a9.6 9.6 0 0 1 7.1 2.9M4.2 9.2a5.6 5.6 0 0 1 2.3-1.4'
    'M10 8.1a5.6 5.6 0 0 1 1.8 1.1M2.5 1.5l11 13"/><circle class="f" cx="8" cy="12.6" r="1.2"/>',
    "calendar": '<path d="M2 3.5h12v10.7H2zM2 6.8h12M5.2 1.6v3M10.8 1.6v3"/>',
    "pin": '<path d="M8 14.6C4.6 10.8 3.2 8.5 3.2 6.3a4.8 4.8 0 0 1 9.6 0c0 2.2-1.4 4.5-4.8 8.3z"/>'
    '<circle cx="8" cy="6.3" r="1.6"/>',
    "box": '<path d="M1.8 5 8 1.8 14.2 5v6.4L8 14.4l-6.2-3zM1.8 5 8 8l6.2-3M8 8v6.4"/>',
    "phone": '<path d="M4.5 1.5h7v13h-7zM7 12.4h2"/>',
    "info": '<circle cx="8" cy="8" r="6.3"/><path d="M8 7.3v4M8 4.6v.3"/>',
    "plus": '<path d="M8 2.5v11M2.5 8h11"/>',
    "lock": '<path d="M3 7.2h10v7H3zM5.2 7V4.8a2.8 2.8 0 0 1 5.6 0V7"/>',
}


@cache
def decoration(name: str) -> SafeString:
    """An icon without a label; a page has hundreds."""
    body = mark_safe(ICONS[name])  # our own constant above
    return format_html('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>', body)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline SVG icon; hidden from assistive technology unless it has a label of its own."""
    if label:
        body = mark_safe(ICONS[name])  # our own constant above
        return format_html('<svg class="icon" viewBox="0 0 16 16" role="img" aria-label="{}">{}</svg>', label, body)
    return decoration(name)


@register.simple_tag
def level_icon(level: int | str | None) -> SafeString:
    """The icon of a level; its word must stand beside it."""
    return icon(level_slug(level))


@register.simple_tag
def badge(level: int | str | None, points: float | None = None, stale: bool = False) -> SafeString:
    """_badge.html, for lists of many: an include costs ten times as much."""
    old = f' <span class="tag">{escape(gettext("usang"))}</span>' if stale else ""
    return mark_safe(badge_in(level_slug(level), points, get_language()) + old)  # all our own words and numbers


def badge_in(slug: str, points: float | None, language: str | None) -> str:
    """`badge` of a slug in the active `language`, which a list looks up once."""
    known = points is not None and points != "" and slug != "grey"  # too little data for a number beside "no data"
    told = f" <b>{score_in(points, language)}</b>" if known and points is not None else ""
    return f'<span class="badge lv-{slug}">{decoration(slug)}<span>{word_in(slug, language)}</span>{told}</span>'


# --- Numbers ------------------------------------------------------------------------------------------------------------
@register.filter
def score(points: Decimal | float | None) -> str:
    """A score or percent for reading: one decimal, rounded half up (DOMAIN 6.2), without a trailing ",0"; None is "–"."""
    if points is None or points == "":
        return "–"
    return score_in(points, get_language())


@lru_cache(maxsize=4096)
def score_in(points: Decimal | float, language: str | None) -> str:
    """`score` in the active `language`; a page formats hundreds of the same few numbers."""
    rounded = Decimal(str(points)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return number_format(int(rounded) if rounded == int(rounded) else rounded)


@register.filter
def whole_score(points: Decimal | float | None) -> str:
    """A score where only two digits fit. Rounded down, so that 84,9 never reads as the 85 that "Siap" needs."""
    return whole_score_in(points, get_language())


@lru_cache(maxsize=4096)
def whole_score_in(points: Decimal | float | None, language: str | None) -> str:
    """`whole_score` in the active `language`, as `score_in`."""
    if points is None or points == "":
        return "–"
    return number_format(int(Decimal(str(points)).to_integral_value(ROUND_FLOOR)))


@register.filter
def signed(difference: Decimal | float | None) -> str:
    """A difference with its sign: "+5", "−3"; None is "–"."""
    if difference is None or difference == "":
        return "–"
    return ("+" if difference > 0 else "−" if difference < 0 else "") + score(abs(Decimal(str(difference))))


@register.filter
def shown(name: str) -> str:
    """A row's name in the reader's language."""
    return naming.shown(name)


# --- Dates and the clock ------------------------------------------------------------------------------------------------
def in_zone(moment: datetime, zone: str | None) -> datetime:
    """The moment on the wall clock of an IANA zone ("Asia/Makassar"), or of the active zone."""
    return timezone.localtime(moment, ZoneInfo(zone) if zone else None)


@register.filter
def clock(moment: datetime | None, zone: str | None = None) -> str:
    """ "18.42 WITA", in English "18:42 WITA". The suffix is the tz database's own abbreviation of the zone."""
    if not moment:
        return "–"
    local = in_zone(moment, zone)
    return f"{hour_words(local)} {local.tzname()}"


def hour_words(local: datetime) -> str:
    """ "18.42", in English "18:42"."""
    return f"{local.hour:02}{'.' if get_language() == 'id' else ':'}{local.minute:02}"


@register.filter
def day(when: date | datetime | None, zone: str | None = None) -> str:
    """ "Rabu, 3 Des 2025"; an instant is first moved to the zone."""
    if not when:
        return "–"
    return format_date(in_zone(when, zone) if isinstance(when, datetime) else when, "l, j M Y")


@cache
def _month(number: int, language: str | None) -> str:
    """ "Des", in the active `language`."""
    return format_date(date(2000, number, 1), "M")


@register.filter
def moment(when: datetime | None, zone: str | None = None) -> str:
    """ "3 Des 2025, 18.42 WITA", in English "3 Dec 2025, 18:42 WITA"."""
    if not when:
        return "–"
    local = in_zone(when, zone)
    month = _month(local.month, get_language())
    return f"{local.day} {month} {local.year}, {hour_words(local)} {local.tzname()}"


@register.simple_tag
def time_tag(at: datetime | None, zone: str | None = None, prefix: str = "", show: str = "") -> SafeString:
    """_time.html, for lists of many: an include costs ten times as much."""
    if not at:
        return SafeString("")
    spoken_time = clock(at, zone) if show == "clock" else moment(at, zone)
    return format_html(
        '{}<time datetime="{}">{}</time>',
        f"{prefix} " if prefix else "",
        timezone.localtime(at).isoformat(),
        spoken_time,
    )


@register.filter
def h_minus(days_left: int | None) -> str:
    """ "H-12", "Hari-H" or "H+3" from the days left until voting day; None is ""."""
    if days_left is None or days_left == "":
        return ""
    return gettext("Hari-H") if days_left == 0 else f"H{-days_left:+d}"


@register.filter
def slot_name(slot: str) -> str:
    """ "pekan 47", "Kamis, 26 Nov 2026" or "Rabu, 2 Des 2026 pagi" from a slot's code, which names the local day."""
    if "-W" in slot:
        return gettext("pekan %(number)d") % {"number": int(slot.split("-W")[1])}
    half = {"pagi": gettext("pagi"), "sore": gettext("sore")}.get(slot[11:], "")
    return f"{day(date.fromisoformat(slot[:10]))} {half}".strip()


@register.filter
def week_label(monday: date | None) -> str:
    """ "Pekan 47", the ISO week of a Monday."""
    return gettext("Pekan %(number)d") % {"number": monday.isocalendar().week} if monday else ""


# --- Sparkline ----------------------------------------------------------------------------------------------------------
WIDTH, HEIGHT, PAD = 120, 32, 3


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Coordinates of a small line chart, as SVG attribute strings."""

    lines: list[str]  # one polyline per unbroken run of values
    dots: list[tuple[str, str]]  # runs of a single value
    target: str  # polyline of the target, "" without one
    last: tuple[str, str] | None  # the newest value
    width: int = WIDTH
    height: int = HEIGHT


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Unbroken runs: a week without data is a gap, never a line drawn over it."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


@register.simple_tag
def sparkline_points(
    values: Iterable[Decimal | float | None], target: Iterable[Decimal | float | None] | Decimal | float | None = None
) -> Sparkline:
    """Points for values oldest first; None is a gap. `target` is one number or one per value."""
    numbers = [None if value is None else float(value) for value in values]
    if target is None or target == "":
        targets: list[float | None] = []
    elif isinstance(target, int | float | Decimal | str):
        targets = [float(target)] * len(numbers)
    else:
        targets = [None if value is None else float(value) for value in target]
    known = [number for number in [*numbers, *targets] if number is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * PAD) / max(len(numbers) - 1, 1)

    def place(index: int, number: float | None) -> tuple[float, float] | None:
        if number is None:
            return None
        return PAD + index * step, HEIGHT - PAD - (number - low) / span * (HEIGHT - 2 * PAD)

    def text(run: list[tuple[float, float]]) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in run)

    points = [place(index, number) for index, number in enumerate(numbers)]
    runs = _runs(points)
    newest = runs[-1][-1] if runs else None
    return Sparkline(
        lines=[text(run) for run in runs if len(run) > 1],
        dots=[(f"{run[0][0]:.1f}", f"{run[0][1]:.1f}") for run in runs if len(run) == 1],
        target=" ".join(text(run) for run in _runs([place(i, number) for i, number in enumerate(targets)])),
        last=(f"{newest[0]:.1f}", f"{newest[1]:.1f}") if newest else None,
    )


@register.simple_tag
def sparkline(values: Sequence[float | None], target: Sequence[float | None], label: str, unit: str = "") -> SafeString:
    """_sparkline.html, for tables of many: an include costs ten times as much."""
    line = sparkline_points(values, target)
    against = f'<polyline class="spark-target" points="{line.target}"/>' if line.target else ""
    lines = "".join(f'<polyline class="spark-line" points="{points}"/>' for points in line.lines)
    dots = "".join(f'<circle class="spark-dot" cx="{x}" cy="{y}" r="1.6"/>' for x, y in line.dots)
    last = f'<circle class="spark-dot" cx="{line.last[0]}" cy="{line.last[1]}" r="2.6"/>' if line.last else ""
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}: {}{}">{}</svg>',
        line.width, line.height, label, spoken(values), f" {unit}" if unit else "", mark_safe(against + lines + dots + last),
    )  # fmt: skip


@register.filter
def spoken(values: Iterable[Decimal | float | None]) -> str:
    """Values in words for a chart's text equivalent: "40, tanpa data, 84"."""
    return "; ".join(gettext("tanpa data") if value is None else score(value) for value in values)


# --- Trend --------------------------------------------------------------------------------------------------------------
TREND_WORDS = {
    "up": pgettext_lazy("angka", "naik"),
    "down": pgettext_lazy("angka", "turun"),
    "flat": pgettext_lazy("angka", "tetap"),
}


@register.filter
def trend_icon(difference: Decimal | float | None) -> str:
    """Name of the arrow for a difference; None has none."""
    if difference is None or difference == "":
        return ""
    return "up" if difference > 0 else "down" if difference < 0 else "flat"


@register.filter
def trend_word(difference: Decimal | float | None) -> str:
    """ "naik 5", "turun 3", "tetap"; None is "belum ada pembanding"."""
    name = trend_icon(difference)
    if not name or difference is None:
        return gettext("belum ada pembanding")
    return str(TREND_WORDS[name]) if name == "flat" else f"{TREND_WORDS[name]} {score(abs(Decimal(str(difference))))}"
