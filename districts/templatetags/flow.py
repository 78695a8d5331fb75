"""Goods on their way: how much of a whole has come how far, when a leg must leave, where two sources differ.

Pure presentation, as siap.py. Bars are drawn here and not by templates: a board has forty of them.
"""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.utils.formats import number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

from districts.templatetags.siap import badge, decoration, icon, signed, time_tag

register = template.Library()

# --- Stacked bar --------------------------------------------------------------------------------------------------------
#: Steps of the ramp, in order. Not begun is hollow, on the way is striped, there is full, the way back has its own ink.
#: Colours are those of `.step-…` in components.css; none is a readiness state.
STEPS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
MARKED = {"2", "4", "6", "8", "9", "unknown"}  # drawn with a second ink
#: A part is never thinner than this, in percent: one forgotten polling station of a thousand must be seen. [P]
THINNEST = 1.5

Part = tuple[int | str, str, int]


def step_slug(step: int | str) -> str:
    """Slug of a step given as number or slug; what is no step is unknown, which is grey."""
    return str(step) if str(step) in STEPS else "unknown"


@register.simple_tag
def stacked_bar(parts: Iterable[Part], label: str, bare: bool = False) -> SafeString:
    """Shares of a whole in ordered steps. `parts` are (step, words, count) in order; `label` says of what.

    The counts stand below as text; a `bare` bar has them as its text equivalent only.
    """
    shown = [(step_slug(step), escape(str(words)), count) for step, words, count in parts if count]
    if not shown:
        return badge("grey")
    drawn, name = _segments([(slug, count) for slug, _words, count in shown]), escape(label)
    if bare:
        told = "; ".join(f"{words} {number_format(count)}" for _slug, words, count in shown)
        return mark_safe(f'<svg class="bar" role="img" aria-label="{name}: {told}">{drawn}</svg>')  # words are escaped
    told = "".join(f"<li>{_key(slug)}<b>{number_format(count)}</b> {words}</li>" for slug, words, count in shown)
    return mark_safe(  # words are escaped
        f'<svg class="bar" aria-hidden="true" focusable="false">{drawn}</svg><ul class="parts" aria-label="{name}">{told}</ul>'
    )


@register.simple_tag
def stacked_legend(parts: Iterable[tuple[int | str, str, int | None]]) -> SafeString:
    """What the steps of the bars look like, all of them, with the counts of the whole where they are not None."""
    told = "".join(
        f"<li>{_key(step_slug(step))}{'' if count is None else f'<b>{number_format(count)}</b> '}{escape(str(words))}</li>"
        for step, words, count in parts
    )
    return mark_safe(f'<ul class="parts parts-legend">{told}</ul>')  # words are escaped


def _key(slug: str) -> str:
    return f'<i class="key step-{slug}"></i>'


def _segments(parts: list[tuple[str, int]]) -> str:
    """The bar's rectangles, together 100 percent wide."""
    total = sum(count for _slug, count in parts)
    wide = [max(count * 100 / total, THINNEST) for _slug, count in parts]
    drawn, at, scale = [], 0.0, 100 / sum(wide)
    for (slug, _count), width in zip(parts, wide, strict=True):
        end = at + width * scale
        stripes = f'<line x1="{at:.2f}%" x2="{end:.2f}%" y1="50%" y2="50%"/>' if slug in MARKED else ""
        drawn.append(f'<g class="step-{slug}"><rect x="{at:.2f}%" width="{end - at:.2f}%" height="100%"/>{stripes}</g>')
        at = end
    return "".join(drawn)


# --- Departures ---------------------------------------------------------------------------------------------------------
#: What the clock says of a leg: level, icon, words. Without a plan, or a time to reckon from, it is grey: not known.
DEPARTURES = {
    "late": ("red", "red", gettext_lazy("terlambat")),
    "will_be_late": ("amber", "amber", gettext_lazy("akan terlambat")),
    "today": ("amber", "not_due", gettext_lazy("hari ini")),
    "safe": ("green", "green", gettext_lazy("aman")),
    "left": ("not_due", "flat", gettext_lazy("sudah berangkat")),
    "no_plan": ("grey", "calendar", gettext_lazy("belum ada rencana")),
    "unknown": ("grey", "grey", gettext_lazy("belum diketahui")),
}


@register.simple_tag
def departure(state: str, latest: datetime | None = None, zone: str | None = None) -> SafeString:
    """When a leg leaves, as icon, word and colour, and the `latest` moment it can leave in time. See DEPARTURES."""
    level, name, words = DEPARTURES.get(state, DEPARTURES["unknown"])
    limit = format_html(" <small>{}</small>", time_tag(latest, zone, gettext("paling lambat"))) if latest else ""
    return format_html('<span class="badge lv-{}">{}<span>{}</span></span>{}', level, decoration(name), words, limit)


# --- Chain of custody ---------------------------------------------------------------------------------------------------
#: State of a step: icon and words.
CUSTODY = {
    "done": ("green", gettext_lazy("selesai")),
    "now": ("pin", gettext_lazy("sekarang di sini")),
    "next": ("not_due", gettext_lazy("berikutnya")),
    "trouble": ("red", gettext_lazy("bermasalah")),
}


@register.simple_tag
def custody_icon(state: str) -> SafeString:
    """The icon of a step of _chain.html; its word must stand beside it."""
    return decoration(CUSTODY[state][0])


@register.filter
def custody_word(state: str) -> str:
    """The word of a step of _chain.html."""
    return str(CUSTODY[state][1])


# --- Two sources --------------------------------------------------------------------------------------------------------
@register.simple_tag
def difference(
    official: int | None, observed: int | None, since: datetime | None = None, zone: str | None = None
) -> SafeString:
    """How far the observed figure is from the official one, and since when; None on either side cannot be compared."""
    if official is None or observed is None:
        words = gettext("belum bisa dibandingkan")
        return format_html('<span class="badge lv-grey">{}<span>{}</span></span>', decoration("grey"), words)
    if official == observed:
        return format_html("{} {}", icon("green"), gettext("sama"))
    limit = format_html(" <small>{}</small>", time_tag(since, zone, gettext("sejak"))) if since else ""
    return format_html(
        '<span class="badge lv-amber">{}<span>{} <b>{}</b></span></span>{}',
        decoration("amber"), gettext("selisih"), signed(observed - official), limit,
    )  # fmt: skip
