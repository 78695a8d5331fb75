"""How near the last day of a term is, as icon, word and colour; the rows of the board. Pure presentation."""

from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django import template
from django.db.models import Choices
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from districts.templatetags.siap import decoration, time_tag
from neutrality.board import BoardRow
from neutrality.clocks import nearness
from neutrality.flow import State
from neutrality.models import ClockName, Intake

register = template.Library()

#: Stands for the number of a case in the address that is written once for all rows.
NUMBER = "NTR-0000-00000"

#: Nearness of `neutrality.clocks.nearness`: level, icon, words.
NEAR = {
    "lewat": ("red", "red", gettext_lazy("lewat")),
    "hari_ini": ("amber", "not_due", gettext_lazy("hari ini")),
    "segera": ("amber", "amber", gettext_lazy("segera")),
    "nanti": ("not_due", "not_due", gettext_lazy("nanti")),
}


@register.simple_tag
def term(due_on: date | None, today: date) -> SafeString:
    """ "lewat 2 hari", "hari ini", "segera, 1 hari lagi", "nanti, 5 hari lagi"; a word where no term runs."""
    return _term_in(due_on, today, get_language())


@lru_cache(maxsize=1024)  # a board says the same few days on most of its rows
def _term_in(due_on: date | None, today: date, language: str | None) -> SafeString:
    """`term` in the active `language`."""
    near = nearness(due_on, today)
    if due_on is None or near not in NEAR:
        return SafeString(f'<span class="muted">{escape(gettext("tidak ada batas berjalan"))}</span>')
    level, name, word = NEAR[near]
    left = (due_on - today).days
    told = str(word)
    if left < 0:
        told = f"{word} {ngettext('%(days)d hari', '%(days)d hari', -left) % {'days': -left}}"
    elif left > 0:
        told = f"{word}, {ngettext('%(days)d hari lagi', '%(days)d hari lagi', left) % {'days': left}}"
    return mark_safe(  # words are our own, escaped
        f'<span class="badge lv-{level}">{decoration(name)}<span>{escape(told)}</span></span>'
    )


@cache
def _words(choices: type[Choices], language: str | None) -> dict[Any, str]:
    """Escaped labels of a closed list in the active `language`."""
    return {each.value: escape(str(each.label)) for each in choices}


@lru_cache(maxsize=1024)
def _day(when: date, language: str | None) -> str:
    """ "9 Des", in the active `language`."""
    return format_date(when, "j M")


@register.simple_tag
def case_rows(rows: Iterable[BoardRow], today: date, zone: str) -> SafeString:
    """The rows of _case_board.html: half a millisecond each in a template."""
    language = get_language()
    states, intakes, names = (_words(choices, language) for choices in (State, Intake, ClockName))
    start, end = reverse("case", args=[NUMBER]).split(NUMBER)
    since, undecided = escape(gettext("sejak")), f'<span class="muted">{escape(gettext("belum ditentukan"))}</span>'
    return mark_safe(  # words, numbers and codes of our own
        "".join(
            f'<tr role="row"><th role="rowheader" scope="row"><a class="trend" href="{start}{row.number}{end}">{row.number}</a></th>\n'
            f'<td role="cell">{_term_in(row.next_due, today, language)}{_which(row, names, language)}</td>\n'
            f'<td role="cell">{states[row.state]} <small class="muted">{time_tag(row.state_since, zone, since)}</small></td>\n'
            f'<td role="cell">{intakes[row.intake]}</td>\n'
            f'<td role="cell">{escape(", ".join(row.forms)) or undecided}</td></tr>\n'
            for row in rows
        )
    )


def _which(row: BoardRow, names: dict[str, str], language: str | None) -> str:
    """Which term it is that runs, and its last day."""
    if row.next_due is None or row.term is None:
        return ""
    return f' <small class="muted">{names[row.term]}, {_day(row.next_due, language)}</small>'
