"""Cells of stock tables: hundreds on a page, so printed here and not by includes."""

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from districts.templatetags.siap import decoration

register = template.Library()


@register.simple_tag
def amount_cell(label: Any, value: int | None, icon: str = "") -> SafeString:
    """A cell of a stacked table. None is not known; 0 is left out on a phone; above 0 the icon, if one is named."""
    start = format_html('<span class="cell-label">{} </span>', label)
    if value is None:
        return format_html('<td role="cell" class="num muted">{}{}</td>', start, _("belum diketahui"))
    if not value:
        return format_html('<td role="cell" class="num nil">{}0</td>', start)
    shown = number_format(value)
    if icon:
        return format_html('<td role="cell" class="num trouble">{}{} <b>{}</b></td>', start, decoration(icon), shown)
    return format_html('<td role="cell" class="num">{}{}</td>', start, shown)
