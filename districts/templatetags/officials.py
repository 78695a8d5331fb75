"""What the pages for officials need beside `siap`: words of a report's state, of a due date, and links that call."""

from datetime import datetime

from django import template
from django.utils import timezone

from districts.contacting import whatsapp_link
from districts.models import ReportState
from districts.sentences import due_words

register = template.Library()

#: Slugs of the five states that stand in for a report's; a report that is not due yet has no colour of its own.
LEVELS = {
    ReportState.NOT_OPEN: "not_due",
    ReportState.NOT_SENT: "not_due",
    ReportState.OVERDUE: "red",
    ReportState.UNREACHABLE: "grey",
    ReportState.SENT: "green",
    ReportState.SENT_LATE: "amber",
    ReportState.RETURNED: "amber",
    ReportState.ACCEPTED: "green",
}


@register.filter
def report_level(state: str) -> str:
    return LEVELS[ReportState(state)]


@register.filter
def report_word(state: str) -> str:
    return str(ReportState(state).label)


@register.filter
def due(when: datetime, zone: str) -> str:
    """ "lewat 2 hari", "hari ini 16.00 WITA", "besok"."""
    return due_words(when, timezone.now(), zone)


@register.filter
def whatsapp(phone: str, text: str = "") -> str:
    return whatsapp_link(phone, text)
