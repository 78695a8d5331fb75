"""How each of the newest reports of a kecamatan came, drawn: one mark per slot, told apart by its shape."""

from functools import cache

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from districts.reports.compliance import Mark, Row
from districts.templatetags.siap import slot_name

register = template.Library()

#: On the grid of the icons, 16 x 16. Drawn, since a cheap phone lacks such letters or shows them as emoji.
SHAPES = {
    Mark.ON_TIME: '<circle class="f" cx="8" cy="8" r="5"/>',
    Mark.LATE: '<circle cx="8" cy="8" r="5"/><path class="f" d="M8 3a5 5 0 0 1 0 10z"/>',
    Mark.EXCEPTION: '<path d="M8 2l6 6-6 6-6-6z"/>',
    Mark.MISSING: '<path stroke-width="2.6" d="M3.5 3.5l9 9M12.5 3.5l-9 9"/>',
    Mark.RETURNED: '<path d="M3 8.6a5 5 0 1 0 1.7-4.2M3.2 1.8v3.6h3.6"/>',
}


@register.simple_tag
@cache
def mark_icon(mark: str) -> SafeString:
    """The shape of a `Mark`; its word must stand beside it."""
    body = mark_safe(SHAPES[Mark(mark)])  # our own constant above
    return format_html('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>', body)


@register.simple_tag
def marks(row: Row) -> SafeString:
    """The strip of a kecamatan, oldest first. One that is missing leads to its report, where the desk may open it again.

    Read aloud it is one sentence and the links.
    """
    language = get_language()
    said = "; ".join(f"{name_in(slot, language)} {Mark(mark).label}" for slot, mark in row.strip)
    drawn = "".join(_one(row, slot, mark, language) for slot, mark in row.strip)
    told = format_html('<span class="visually-hidden">{}</span>', said)
    return mark_safe(f'{told}<span class="marks">{drawn}</span>')  # both escaped above and below


@cache
def name_in(slot: str, language: str | None) -> str:
    """`slot_name` in the active `language`; a page says the same few slots for each kecamatan."""
    return slot_name(slot)


@cache
def _came(slot: str, mark: str, language: str | None) -> SafeString:
    said = _("%(slot)s: %(how)s") % {"slot": name_in(slot, language), "how": Mark(mark).label}
    return (
        format_html('title="{}"', said) if mark != Mark.MISSING else format_html('title="{0}" aria-label="{0}"', said)
    )


def _one(row: Row, slot: str, mark: str, language: str | None) -> str:
    if mark != Mark.MISSING:
        return f"<span {_came(slot, mark, language)}>{mark_icon(mark)}</span>"
    return f'<a href="{reverse("report", args=[row.code, slot])}" {_came(slot, mark, language)}>{mark_icon(mark)}</a>'
