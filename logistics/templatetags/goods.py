"""What the boards of logistics say in words. Pure presentation."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from districts.templatetags.flow import departure, difference, stacked_bar
from districts.templatetags.siap import time_tag
from logistics.board import Row, Shown, board_href, share
from logistics.routes import DepartureRow

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


@lru_cache(maxsize=4096)
def shipment_link(code: str) -> str:
    """The code of a shipment as a link to its page; escaped. One that no address can have is told alone."""
    try:
        return f'<a href="{reverse("shipment", args=[code])}">{code}</a>'
    except NoReverseMatch:
        return escape(code)


@register.simple_tag
def leaving_rows(rows: Iterable[DepartureRow]) -> SafeString:
    """The lines of _leaving.html, drawn here because a large regency has hundreds."""
    told = escape(gettext("Kiriman di ruas ini:"))
    return mark_safe(  # names and sentences are escaped
        "".join(
            f'<li>{departure(row.verdict, None, row.zone)} <a href="{board_href(row.kecamatan)}">{escape(row.name)}</a>:'
            f" {escape(row.sentence)}{_carried(row, told)}</li>\n"
            for row in rows
        )
    )


def _carried(row: DepartureRow, told: str) -> str:
    codes = " ".join(shipment_link(each.code) for each in row.shipments)
    return f" <small>{told} {codes}</small>" if codes else ""


@register.simple_tag
def kecamatan_rows(rows: Iterable[Shown]) -> SafeString:
    """The rows of the board of a regency in _board_rows.html."""
    hard = f" · {escape(gettext('kecamatan sulit'))}"
    finding = f'<span class="cell-label">{escape(gettext("Temuan"))} </span>'
    return mark_safe(  # names and words are escaped
        "".join(
            f'<tr role="row" id="k-{shown.row.code}"><th role="rowheader" scope="row"><a href="{shown.row.href}">'
            f"{escape(shown.row.short_name)}</a> <small>{number_format(shown.row.total)} TPS{hard if shown.row.is_hard else ''}</small></th>\n"
            f'<td role="cell" class="bar-cell">{stacked_bar(shown.row.parts, shown.row.short_name)}</td>\n'
            f'<td role="cell">{_first(shown)}</td>\n<td role="cell">{_moving(shown)}</td>\n'
            f'<td role="cell" class="aside">{_compared(shown)}</td>\n'
            f'<td role="cell" class="num{"" if shown.row.findings else " nil"}">{finding}{number_format(shown.row.findings)}</td>\n'
            f'<td role="cell" class="aside">{_written(shown.row)}</td></tr>\n'
            for shown in rows
        )
    )


def _first(shown: Shown) -> str:
    first = shown.first
    return departure(first.verdict, first.latest, first.zone) if first else ""


def _moving(shown: Shown) -> str:
    return "".join(
        f'<p class="nowrap">{shipment_link(each.code)} <small>'
        f"{escape(gettext('%(number)s TPS') % {'number': number_format(each.parcels)})}</small></p>"
        for each in shown.shipments
    )


def _compared(shown: Shown) -> str:
    """Where KPU and camat differ; that they do not; or that nothing can be compared."""
    label = f'<span class="cell-label">{escape(gettext("Selisih KPU dan camat"))} </span>'
    if not shown.is_compared:
        return f'{label}<span class="muted">{escape(gettext("belum bisa dibandingkan"))}</span>'
    told = "".join(
        f"<p>{counted_at(each.indicator)} {difference(each.ledger, each.camat, each.since, shown.row.zone)}</p>"
        for each in shown.differences
    )
    return label + (told or escape(gettext("sama")))


def _written(row: Row) -> str:
    """The newest document: which, of whom, when."""
    label = f'<span class="cell-label">{escape(gettext("Catatan terakhir"))} </span>'
    if row.written_at:
        by, at = escape(row.written_by or ""), time_tag(row.written_at, row.zone)
        return f"{label}{escape(row.document)} <small>{by}, {at}</small>"
    told = gettext("belum ada untuk kecamatan ini") if row.is_known else gettext("belum ada catatan KPU")
    return f'{label}<span class="muted">{escape(told)}</span>'
