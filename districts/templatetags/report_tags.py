"""The state of an expected report for reading: its word, and the icon and colour that stand beside it."""

from dataclasses import dataclass

from django import template

from districts.models import ReportState

register = template.Library()


@dataclass(frozen=True, slots=True)
class ShownState:
    word: str
    level: str  # a slug of templatetags.siap
    icon: str


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
def report_state(state: str) -> ShownState:
    """How a `ReportState` is shown."""
    known = ReportState(state)
    level, icon = LOOKS[known]
    return ShownState(str(known.label), level, icon)
