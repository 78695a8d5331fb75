"""What the pages for officials need beside `siap`: a due date in words, and the link that writes to a number."""

from datetime import datetime

from django import template
from django.utils import timezone

from districts.contacting import whatsapp_link
from districts.sentences import due_words

register = template.Library()


@register.filter
def due(when: datetime, zone: str) -> str:
    """ "lewat 2 hari", "hari ini 16.00 WITA", "besok"."""
    return due_words(when, timezone.now(), zone)


@register.filter
def whatsapp(phone: str) -> str:
    """The WhatsApp address of a phone number."""
    return whatsapp_link(phone)
