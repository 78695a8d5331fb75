"""What the boards of logistics say in words. Pure presentation."""

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from logistics.board import share

register = template.Library()


@register.simple_tag
def reached(done: int, total: int) -> SafeString:
    """ "64 dari 136 (47 %)", the form of the H-3 roll-up (DOMAIN 3.6)."""
    return format_html(
        "<b>{}</b> {}", number_format(done),
        gettext("dari %(total)s (%(share)d %%)") % {"total": number_format(total), "share": share(done, total)},
    )  # fmt: skip


#: Where the goods of a TPS are counted, by indicator.
COUNTED_AT = {"LOG-06": "PPK", "LOG-07": "PPS", "LOG-08": "TPS"}


@register.filter
def counted_at(indicator: str) -> str:
    """ "PPK" for LOG-06."""
    return COUNTED_AT[indicator]
