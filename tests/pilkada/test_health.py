"""/healthz and /readyz: what takes a web host out of service, what is only told, and that machines can ask."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from districts.models import StaleKecamatan
from districts.outbox import mark_stale
from pilkada import beat, health
from pilkada.health import Finding, Memory


@pytest.fixture(autouse=True)
def fresh_memory(monkeypatch):
    monkeypatch.setattr(health, "_memory", Memory())


@pytest.fixture
def machine(settings):
    """A load balancer: knows no name of the site and speaks no TLS."""
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["siap.example"]
    return Client(headers={"host": "10.0.0.7"})


def ages():
    """As /readyz sees them, in the transaction of the test."""
    return {each.name: each for each in health.look_at_ages(connection.connection)}


def test_a_live_process_says_so_without_looking_at_the_database(machine):
    answer = machine.get("/healthz")  # the test has no database: a statement would be an error
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"ok\n", "no-store")


@pytest.mark.django_db
def test_ready_is_asked_over_plain_http_by_any_name_without_cookies_or_caches(machine):
    answer = machine.get("/readyz")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert json.loads(answer.content)["checks"]["postgres"] == {"ok": True}
    assert machine.post("/readyz").status_code == 405


@pytest.mark.django_db
def test_without_postgres_a_host_is_out_of_service_and_names_no_server(machine, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "PORT", "9")
    answer = machine.get("/readyz")
    said = json.loads(answer.content)
    assert (answer.status_code, said["state"]) == (503, "unready")
    assert said["checks"]["postgres"]["since"]
    assert "127.0.0.1" not in answer.content.decode()


@pytest.mark.django_db
def test_without_redis_pages_are_still_served_and_the_alarm_knows(machine, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    answer = machine.get("/readyz")
    said = json.loads(answer.content)
    assert (answer.status_code, said["state"], said["checks"]["redis"]["ok"]) == (200, "degraded", False)
    assert machine.get("/readyz?ketat=1").status_code == 503


@pytest.mark.parametrize(
    ("failing", "state"),
    [("", "ready"), ("postgres", "unready"), ("migrations", "unready"), ("redis", "degraded"), ("beat", "degraded"),
     ("stale", "degraded"), ("worker", "degraded")],
)  # fmt: skip
def test_only_what_pages_need_takes_a_host_away(failing, state):
    names = ("postgres", "migrations", "redis", "beat", "stale", "worker")
    assert health.state_of({name: {"ok": name != failing} for name in names}) == state


@pytest.mark.django_db
def test_tables_older_than_the_code_are_told():
    assert health.missing_migrations(connection.connection) == frozenset()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'pilkada'")
    assert health.missing_migrations(connection.connection) == {"pilkada.0001_beat_lease"}


def test_the_oldest_kecamatan_that_waits_for_its_colour_is_told_with_its_age(world):
    StaleKecamatan.objects.all().delete()
    assert ages()["stale"].ok
    mark_stale(world.election, ["64.08.11"], cause="test")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE districts_stalekecamatan SET marked_at = clock_timestamp() - interval '301 seconds'")
    assert (ages()["stale"].ok, round(ages()["stale"].age)) == (False, 301)


@pytest.mark.django_db
def test_a_beat_that_no_longer_ticks_is_told():
    assert ages()["beat"].what == "never seen"
    beat.take_lease("satu", seconds=30)
    assert ages()["beat"].ok
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pilkada_beatlease SET ticked_at = clock_timestamp() - interval '121 seconds'")
    assert not ages()["beat"].ok


def test_what_fails_says_since_when_until_it_works_again():
    memory, first = Memory(), datetime(2026, 11, 22, tzinfo=UTC)
    later = first + timedelta(minutes=5)
    broken, whole = [Finding("redis", False)], [Finding("redis", True)]
    memory.report(broken, now=first)
    assert memory.report(broken, now=later)["redis"]["since"] == first.isoformat()
    assert "since" not in memory.report(whole, now=later)["redis"]
    assert memory.report(broken, now=later)["redis"]["since"] == later.isoformat()


@pytest.mark.django_db
def test_many_who_ask_at_once_are_one_who_looks(machine, monkeypatch):
    machine.get("/readyz")
    monkeypatch.setattr(health, "look_at_postgres", lambda: pytest.fail("looked twice"))
    assert machine.get("/readyz").status_code == 200
