"""How each of the newest reports of a kecamatan came, drawn: one mark per slot, told apart by its shape."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from districts.compliance import Mark, Row
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
def mark_icon(mark: str) -> SafeString:
    """The shape of a `Mark`; its word must stand beside it."""
    body = mark_safe(SHAPES[Mark(mark)])  # our own constant above
    return format_html('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>', body)


@register.simple_tag
def marks(row: Row) -> SafeString:
    """The strip of a kecamatan, oldest first. One that is missing leads to its report, where the desk may open it again.

    Read aloud it is one sentence and the links.
    """
    said = "; ".join(f"{slot_name(slot)} {Mark(mark).label}" for slot, mark in row.strip)
    drawn = format_html_join("", "{}", ((_one(row, slot, Mark(mark)),) for slot, mark in row.strip))
    return format_html('<span class="visually-hidden">{}</span><span class="marks">{}</span>', said, drawn)


def _one(row: Row, slot: str, mark: Mark) -> SafeString:
    said = _("%(slot)s: %(how)s") % {"slot": slot_name(slot), "how": mark.label}
    if mark != Mark.MISSING:
        return format_html('<span title="{}">{}</span>', said, mark_icon(mark))
    address = reverse("report", args=[row.code, slot])
    return format_html('<a href="{}" title="{}" aria-label="{}">{}</a>', address, said, said, mark_icon(mark))
