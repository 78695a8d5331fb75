"""What the pages for officials need beside `siap`: a due date in words, the link that writes to a number, rows of lists."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from html import escape
from typing import Any

from django import template
from django.db.models import Choices
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from districts.models import IssueCategory, IssueKind, IssueLevel, IssueState
from districts.naming import shown
from districts.reports.contacting import whatsapp_link
from districts.sentences import due_words
from districts.templatetags.siap import badge_in, icon, level_slug, sparkline, time_tag

register = template.Library()


@register.filter
def due(when: datetime, zone: str) -> str:
    """ "lewat 2 hari", "hari ini 16.00 WITA", "besok"."""
    return due_words(when, timezone.now(), zone)


@register.filter
def whatsapp(phone: str) -> str:
    """The WhatsApp address of a phone number."""
    return whatsapp_link(phone)


@cache
def _words(choices: type[Choices], language: str | None) -> dict[Any, str]:
    """Escaped labels of a closed list in the active `language`; a list says them hundreds of times."""
    return {each.value: escape(str(each.label)) for each in choices}


@register.simple_tag
def issue_rows(rows: Iterable[Any]) -> SafeString:
    """The rows of _issue_board.html (`IssueQuerySet.board_rows`), a tenth of a millisecond each in a template."""
    language = get_language()
    kinds, categories = _words(IssueKind, language), _words(IssueCategory, language)
    levels, states = _words(IssueLevel, language), _words(IssueState, language)
    start, end = reverse("issue", args=[0]).rsplit("0", 1)
    nobody = f'<span class="muted">{escape(gettext("belum ada penanggung jawab"))}</span>'
    never = f'<span class="muted">{escape(gettext("tanpa tenggat"))}</span>'
    late = f' <strong class="issue-late">{icon("not_due")} {escape(gettext("lewat tenggat"))}</strong>'
    return mark_safe(  # titles and names are escaped, the rest is ours
        "".join(
            '<tr role="row"><td role="cell" class="issue-level">'
            f'<span class="level level-{row.level}"><span class="level-mark" aria-hidden="true"></span>{levels[row.level]}</span></td>\n'
            f'<th role="rowheader" scope="row"><a href="{start}{row.pk}{end}" lang="id">{escape(row.title)}</a>'
            f"<small>{kinds[row.kind]} · {categories[row.category]}</small></th>\n"
            f'<td role="cell">{escape(row.place_name)}</td>\n'
            f'<td role="cell">{states[row.state]}</td>\n'
            f'<td role="cell">{escape(shown(row.owner__name)) if row.owner__name else nobody}</td>\n'
            f'<td role="cell">{_due(row, never, late)}</td></tr>\n'
            for row in rows
        )
    )


def _due(row: Any, never: str, late: str) -> str:
    if not row.due_at:
        return never
    label = f'<span class="cell-label">{escape(gettext("tenggat"))} </span>'
    return f"{label}{time_tag(row.due_at, row.zone)}{late if row.is_overdue else ''}"


@register.simple_tag
def indicator_rows(rows: Iterable[Any]) -> SafeString:
    """The rows of a dimension in _kecamatan_indicators.html (`closeup.Row`)."""
    language = get_language()
    critical = f' <span class="tag">{escape(gettext("kritis"))}</span>'
    amount, target = (
        f'<span class="cell-label">{escape(words)} </span>' for words in (gettext("Nilai"), gettext("Target"))
    )
    steady = f'<span class="muted">{escape(gettext("tetap"))}</span>'
    old = f' <span class="tag">{escape(gettext("usang"))}</span>'
    return mark_safe(  # sentences and sources are escaped, the rest is ours
        "".join(
            f'<tr role="row" id="{row.code}"><th role="rowheader" scope="row"><span class="code">{row.code}</span>'
            f" {escape(row.name)}{critical if row.is_critical else ''}<p>{escape(row.words)}"
            f"{f' <strong>{escape(row.difference)}</strong>' if row.difference else ''}</p></th>\n"
            f'<td role="cell">{badge_in(level_slug(row.level), None, language)}{old if row.is_stale else ""}</td>\n'
            f'<td role="cell">{amount}{escape(row.amount) or "–"}</td>\n'
            f'<td role="cell">{target}{escape(row.target) or "–"}</td>\n'
            f'<td role="cell">{_seen(row)}</td>\n'
            f'<td role="cell">{sparkline(row.trend, row.targets, row.code) if row.trend else steady if row.is_steady else "–"}</td></tr>\n'
            for row in rows
        )
    )


def _seen(row: Any) -> str:
    """How old a value is and who says it."""
    if not row.age:
        return "–"
    return f'<time datetime="{row.observed_at.isoformat()}">{escape(row.age)}</time><small>{escape(row.source)}</small>'
