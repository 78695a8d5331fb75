"""Doors for Celery: each calls one function. Both are idempotent and woken every hour by beat."""

from celery import shared_task
from django.utils import timezone

from neutrality import digest, expiring


@shared_task(name="neutrality.tasks.expire_cases")
def expire_cases() -> None:
    """Early information past its seven days runs out."""
    expiring.expire_cases(now=timezone.now())


@shared_task(name="neutrality.tasks.send_digests")
def send_digests() -> None:
    """The daily mail to handlers, from 07.00 on of each regency's own day."""
    digest.send_digests(now=timezone.now())
