"""Figures for Prometheus at /metrics.

Requests are counted in the web process, of all gunicorn workers together. What happens elsewhere (outbox, roll-ups,
reports, beat, tasks) is read from Postgres and Redis when Prometheus asks, so workers need no port of their own.
Labels are names of views and tasks, never addresses; all of neutrality is one label, as how often which of its pages is
sent at which minute would tell of single people.
"""

import logging
import os
import time
from collections.abc import Iterable, Iterator
from typing import Any

import redis
from celery.signals import task_failure, task_postrun, task_prerun
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis.backoff import NoBackoff
from redis.retry import Retry

from pilkada.logs import view_name
from pilkada.middleware import GetResponse

logger = logging.getLogger(__name__)

BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # seconds
REQUESTS = Counter("siap_http_requests", "Requests answered.", ["view", "status"])
DURATION = Histogram("siap_http_request_seconds", "Time to an answer.", ["view"], buckets=BUCKETS)
#: In Redis: sums over all workers of what their tasks did, and when one was last heard of.
TASKS_KEY = "siap:tasks"
HEARD = "heard"
QUEUE = "celery"
REDIS_SECONDS = 1.0


class MetricsMiddleware:
    """Counts each answer by view and class of status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = self.get_response(request)
        view = view_name(request) or "none"
        REQUESTS.labels(view, f"{response.status_code // 100}xx").inc()
        DURATION.labels(view).observe(time.monotonic() - began)
        return response


def may_ask(request: HttpRequest) -> bool:
    """With the token; without one only this machine itself, and not through a proxy on it."""
    if settings.METRICS_TOKEN:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and "X-Forwarded-For" not in request.headers


def page(request: HttpRequest) -> HttpResponse:
    if not may_ask(request):
        return HttpResponse(status=404)
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        text = generate_latest(registry)
    else:
        text = generate_latest(REGISTRY)
    state = CollectorRegistry()
    state.register(State())
    return HttpResponse(text + generate_latest(state), content_type=CONTENT_TYPE_LATEST)


# --- Read when asked ----------------------------------------------------------------------------------------------------

#: name: (what it says, label, statement giving (label, figure) or (figure))
ROWS: dict[str, tuple[str, str, str]] = {
    "siap_outbox_rows": ("Kecamatan marks waiting for a colour.", "", "SELECT count(*) FROM districts_stalekecamatan"),
    "siap_outbox_oldest_seconds": (
        "Age of the oldest of them.",
        "",
        "SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(marked_at)), 0) FROM districts_stalekecamatan",
    ),
    "siap_beat_age_seconds": (
        "Since the last tick of beat.",
        "",
        "SELECT EXTRACT(EPOCH FROM clock_timestamp() - ticked_at) FROM pilkada_beatlease",
    ),
    "siap_reports": (
        "Reports on record by channel, corrections included.",
        "channel",
        "SELECT channel, count(*) FROM districts_report GROUP BY channel",
    ),
    "siap_rollup_last_seconds": (
        "How long the newest roll-up of each active election took.",
        "election",
        """
        SELECT election.slug, EXTRACT(EPOCH FROM newest.finished_at - newest.started_at)
        FROM districts_election election
        CROSS JOIN LATERAL (
            SELECT started_at, finished_at FROM districts_rollup WHERE election_id = election.id
            ORDER BY finished_at DESC LIMIT 1
        ) newest
        WHERE election.is_active
        """,
    ),
}


class State(Collector):
    """What Postgres and Redis know; what does not answer is left out, and said by `siap_up`."""

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("siap_up", "1 when it answers.", labels=["what"])
        for what, read in (("postgres", read_rows), ("redis", read_tasks)):
            try:
                found = list(read())
            except (DatabaseError, redis.RedisError) as error:
                logger.warning("no figures from %s: %s", what, type(error).__name__)
                found = []
                up.add_metric([what], 0)
            else:
                up.add_metric([what], 1)
            yield from found
        yield up


def read_rows() -> Iterator[Metric]:
    """One statement a figure, in one transaction that gives up after two seconds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '2s'")
        for name, (says, label, statement) in ROWS.items():
            gauge = GaugeMetricFamily(name, says, labels=[label] if label else [])
            cursor.execute(statement)
            for row in cursor.fetchall():
                gauge.add_metric([str(row[0])] if label else [], float(row[-1]))
            yield gauge


def read_tasks() -> Iterator[Metric]:
    with broker() as client:
        kept = {key.decode(): float(value) for key, value in client.hgetall(TASKS_KEY).items()}  # type: ignore[union-attr]
        waiting = client.llen(QUEUE)
    yield GaugeMetricFamily("siap_queue_length", "Messages waiting for a worker.", value=float(waiting))  # type: ignore[arg-type]
    if HEARD in kept:
        yield GaugeMetricFamily(
            "siap_worker_age_seconds", "Since a worker ended a task.", value=time.time() - kept[HEARD]
        )
    for suffix, says in (
        ("runs", "Tasks ended."),
        ("failures", "Of them with an error."),
        ("seconds", "Time they took."),
    ):
        family = CounterMetricFamily(f"siap_task_{suffix}", says, labels=["task"])
        for key, value in kept.items():
            task, _, kind = key.rpartition(":")
            if kind == suffix:
                family.add_metric([task], value)
        yield family


# --- Written by workers -------------------------------------------------------------------------------------------------


def broker() -> redis.Redis:
    """A client that waits a second and never tries again."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def last_heard(client: redis.Redis) -> float | None:
    """When a worker last ended a task, in seconds of Unix; None when none ever did (or Redis was emptied)."""
    found = client.hget(TASKS_KEY, HEARD)
    return float(found) if found else None  # type: ignore[arg-type]


_began: dict[str, float] = {}
_failed: set[str] = set()


def task_begins(task_id: str, **_kwargs: Any) -> None:
    _began[task_id] = time.monotonic()


def task_fails(task_id: str, **_kwargs: Any) -> None:
    _failed.add(task_id)


def task_ends(task_id: str, task: Any, **_kwargs: Any) -> None:
    """Adds to the sums in one round trip; figures are worth no failed task."""
    took = time.monotonic() - _began.pop(task_id, time.monotonic())
    failed = task_id in _failed
    _failed.discard(task_id)
    try:
        with broker() as client, client.pipeline(transaction=True) as pipe:
            pipe.hincrby(TASKS_KEY, f"{task.name}:runs", 1)
            pipe.hincrby(TASKS_KEY, f"{task.name}:failures", int(failed))
            pipe.hincrbyfloat(TASKS_KEY, f"{task.name}:seconds", took)
            pipe.hset(TASKS_KEY, HEARD, str(time.time()))
            pipe.execute()
    except redis.RedisError as error:
        logger.warning("a task was not counted: %s", type(error).__name__)


def count_tasks() -> None:
    """In every process that runs tasks; called once when the application is loaded."""
    task_prerun.connect(task_begins)
    task_failure.connect(task_fails)
    task_postrun.connect(task_ends)
