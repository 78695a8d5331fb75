"""The product's Celery app with its sweep every second instead of every minute, for tests of beat."""

from pilkada.celery import app

app.conf.beat_schedule["sweep"] = app.conf.beat_schedule["sweep"] | {"schedule": 1.0}
