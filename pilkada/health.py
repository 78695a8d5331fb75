"""Whether this host lives (/healthz), and whether it can serve and all behind it works (/readyz), for machines.

A web host is *unready* (503) only when its own pages would fail: Postgres does not answer, or the tables are older than
the code. Redis, beat, workers and old colours leave it *degraded* (200): pages are still served and reports still
taken, their rows wait in Postgres. If one dead worker made every web host unready, a load balancer would take all of
them away and nobody could report. `/readyz?ketat=1` answers 503 for both, for an alarm that is no load balancer.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse

from pilkada import metrics
from pilkada.middleware import GetResponse

#: What one look may take at most [P]; a load balancer asks every few seconds and gives up after about five.
SECONDS = 2
#: How long an answer is kept in the process [P], so that many who ask are one who looks.
KEPT_SECONDS = 2.0
#: What must work for this host to serve pages; whatever else fails is told and leaves it in service.
ESSENTIAL = frozenset({"postgres", "migrations"})

OLDEST_STALE = (
    "SELECT EXTRACT(EPOCH FROM clock_timestamp() - marked_at) FROM districts_stalekecamatan ORDER BY id LIMIT 1"
)
LAST_TICK = "SELECT EXTRACT(EPOCH FROM clock_timestamp() - ticked_at) FROM pilkada_beatlease"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `age` and `limit` in seconds, None where it has none; `what` is a word of ours, no message
    of a server, which may name hosts and accounts.
    """

    name: str
    ok: bool
    what: str = ""
    age: float | None = None
    limit: int | None = None

    def as_row(self, since: datetime | None) -> dict[str, Any]:
        row: dict[str, Any] = {"ok": self.ok}
        if self.what:
            row["what"] = self.what
        if self.age is not None:
            row["age_seconds"] = round(self.age)
        if self.limit is not None:
            row["limit_seconds"] = self.limit
        if since:
            row["since"] = since.isoformat(timespec="seconds")
        return row


def aged(name: str, age: float | None, limit: int, *, when_none: Finding) -> Finding:
    if age is None:
        return when_none
    return Finding(name, age <= limit, "" if age <= limit else "too old", age, limit)


# --- What is looked at --------------------------------------------------------------------------------------------------


@contextmanager
def short_connection() -> Iterator[psycopg.Connection[Any]]:
    """Of its own: when the pool is busy the host is slow, and being taken away would only make the others slower."""
    given = connection.get_connection_params() | {"connect_timeout": SECONDS, "tcp_user_timeout": SECONDS * 1000}
    options = {name: value for name, value in given.items() if name not in ("cursor_factory", "context")}
    with psycopg.connect(**options) as found, found.transaction():
        # of this transaction alone: behind PgBouncer a session's setting would stay for whoever comes next
        found.execute("SELECT set_config('statement_timeout', %s, true)", [str(SECONDS * 1000)])
        yield found


def look_at_postgres() -> list[Finding]:
    try:
        with short_connection() as found:
            found.execute("SELECT 1")
            missing = missing_migrations(found)
            seen = [Finding("postgres", True), Finding("migrations", not missing, ", ".join(sorted(missing)))]
            return seen if missing else seen + look_at_ages(found)
    except psycopg.Error as error:
        return [Finding("postgres", False, type(error).__name__)]


def look_at_ages(found: psycopg.Connection[Any]) -> list[Finding]:
    def seconds(statement: str) -> float | None:
        row = found.execute(statement).fetchone()  # type: ignore[call-overload]
        return None if row is None else float(row[0])

    stale, beat = settings.READY_STALE_SECONDS, settings.READY_BEAT_SECONDS
    never = Finding("beat", False, "never seen", limit=beat)
    return [
        aged("stale", seconds(OLDEST_STALE), stale, when_none=Finding("stale", True, age=0, limit=stale)),
        aged("beat", seconds(LAST_TICK), beat, when_none=never),
    ]


@cache
def known_migrations() -> frozenset[str]:
    """Of this code; it does not change while the process lives."""
    return frozenset(f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations)


def missing_migrations(found: psycopg.Connection[Any]) -> frozenset[str]:
    there = found.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone()
    if not there or not there[0]:
        return known_migrations()
    return known_migrations() - {
        f"{app}.{name}" for app, name in found.execute("SELECT app, name FROM django_migrations")
    }


def look_at_redis() -> list[Finding]:
    limit = settings.READY_WORKER_SECONDS
    try:
        with metrics.broker() as client:
            policy = client.info("memory").get("maxmemory_policy", "noeviction")
            heard = metrics.last_heard(client)
    except redis.RedisError as error:
        return [Finding("redis", False, type(error).__name__)]
    evicts = "" if policy == "noeviction" else f"maxmemory-policy is {policy}: queued work may be thrown away"
    never = Finding("worker", False, "never heard of", limit=limit)
    age = None if heard is None else max(0.0, time.time() - heard)
    return [Finding("redis", not evicts, evicts), aged("worker", age, limit, when_none=never)]


# --- What is answered ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Memory:
    """Of this process: the last answer, and since when each thing fails."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)
    looked_at: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> dict[str, dict[str, Any]]:
        with self.lock:
            if time.monotonic() - self.looked_at >= KEPT_SECONDS:
                self.rows = self.report([*look_at_postgres(), *look_at_redis()], now=datetime.now(UTC))
                self.looked_at = time.monotonic()
            return self.rows

    def report(self, findings: list[Finding], *, now: datetime) -> dict[str, dict[str, Any]]:
        failing = {each.name for each in findings if not each.ok}
        self.since = {name: self.since.get(name, now) for name in failing}
        return {each.name: each.as_row(self.since.get(each.name)) for each in findings}


_memory = Memory()


def state_of(rows: dict[str, dict[str, Any]]) -> str:
    """`ready`, `degraded` (something behind the pages fails) or `unready` (the pages would)."""
    failing = {name for name, row in rows.items() if not row["ok"]}
    return "unready" if failing & ESSENTIAL else "degraded" if failing else "ready"


def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives; it looks at nothing else, as a restart heals nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    rows = _memory.look()
    state = state_of(rows)
    bad = {"unready", "degraded"} if "ketat" in request.GET else {"unready"}
    return JsonResponse({"state": state, "checks": rows}, status=503 if state in bad else 200)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics.page,
}


class ProbeMiddleware:
    """Answers the addresses of machines first: a load balancer knows no host name, speaks no TLS and has no session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return self.get_response(request)
        response = probe(request) if request.method in ("GET", "HEAD") else HttpResponse(status=405)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response
