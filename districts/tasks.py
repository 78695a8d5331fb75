"""Doors for Celery: each calls one function."""

from celery import shared_task

from districts import outbox


@shared_task(name="districts.tasks.drain")
def drain() -> None:
    """Roll up what is stale. Idempotent; woken after each write and every minute by beat."""
    outbox.drain()
