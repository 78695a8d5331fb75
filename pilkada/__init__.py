"""Composition root: settings, urls, celery, middleware and the services of a laptop. Imports all, imported by none."""

from pilkada.celery import app as celery_app

__all__ = ["celery_app"]
