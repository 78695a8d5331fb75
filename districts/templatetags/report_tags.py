"""A report for reading: the state of an expected one as word, icon and colour, and the rows of its answers."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from districts.models import ReportState
from districts.reports.history import Answer
from districts.templatetags.siap import decoration

register = template.Library()


#: Pale while there is time, red when the deadline passed in silence; unreachable is grey: we know nothing.
LOOKS = {
    ReportState.NOT_OPEN: ("not_due", "not_due"),
    ReportState.NOT_SENT: ("not_due", "not_due"),
    ReportState.OVERDUE: ("red", "red"),
    ReportState.UNREACHABLE: ("grey", "offline"),
    ReportState.SENT: ("green", "green"),
    ReportState.SENT_LATE: ("amber", "amber"),
    ReportState.RETURNED: ("amber", "up"),
    ReportState.ACCEPTED: ("green", "green"),
}


@register.simple_tag
def report_badge(state: str) -> SafeString:
    """A `ReportState` as icon, word and colour; what _report_state.html prints."""
    known = ReportState(state)
    level, icon = LOOKS[known]
    return format_html('<span class="badge lv-{}">{}<span>{}</span></span>', level, decoration(icon), known.label)


@register.simple_tag
def answer_rows(answers: Iterable[Answer]) -> SafeString:
    """The rows of a section in _report_answers.html: a report has fifty."""
    before = escape(gettext("sebelumnya"))
    return mark_safe("".join(_answer_row(answer, before) for answer in answers))  # everything said is escaped


def _answer_row(answer: Answer, before: str) -> str:
    was = f"<small>{before} {escape(answer.was)}</small>" if answer.was else ""
    return (
        f'<tr><th scope="row">{escape(answer.label)}</th>'
        f'<td class="answer"><strong>{escape(answer.spoken)}</strong> <small>{escape(answer.of)}</small></td>'
        f'<td class="was{" was-other" if answer.has_changed else ""}">{was}</td></tr>\n'
    )
