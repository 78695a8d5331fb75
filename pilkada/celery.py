"""The Celery app and the one schedule table.

The queue only wakes someone up: what must not be lost is a row in Postgres (`districts.models.StaleKecamatan`).
"""

import os
from typing import Any

from celery import Celery, Task
from celery.schedules import crontab
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

from districts.audit.trail import trail_of_task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilkada.settings")


class AuditedTask(Task):
    """What a task writes carries its name in the audit."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with trail_of_task(self.name):
            return super().__call__(*args, **kwargs)


app = Celery("pilkada", task_cls=AuditedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # a task's lines carry the id of the request that woke it


@setup_logging.connect
def keep_our_logging(**_kwargs: Any) -> None:
    """That somebody listens keeps Celery from setting up logs of its own; ours are of the settings (LOG_LEVEL)."""


HOURLY = crontab(minute=0)

# A sweep a minute is the safety net for every lost message; everything time-driven (midnight of each time zone,
# reporting deadlines, hourly from H-2) is worked out by it from rows in Postgres, so a beat that was down only delays.
app.conf.beat_schedule = {
    "sweep": {"task": "districts.tasks.drain", "schedule": 60.0, "options": {"expires": 55}},
    # Both work out from rows whose local day has come: an hour that was missed is made up by the next.
    "expire_cases": {"task": "neutrality.tasks.expire_cases", "schedule": HOURLY, "options": {"expires": 3300}},
    "send_digests": {"task": "neutrality.tasks.send_digests", "schedule": HOURLY, "options": {"expires": 3300}},
}
