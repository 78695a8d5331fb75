"""Roll-ups with real Celery workers, a real Valkey and committed rows: what may die, and that no colour is lost."""

import logging
import os
import random
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from django.db import connection, transaction
from django.utils import timezone

from districts import outbox, readiness
from districts.access import Role
from districts.issues import raise_issue
from districts.models import (
    Agency,
    Assignment,
    Grade,
    Indicator,
    OfficialReading,
    Region,
    RollUp,
    StaleKecamatan,
    User,
)
from pilkada import celery_app
from pilkada.services.folder import ROOT, DataFolder
from pilkada.services.processes import Child
from pilkada.services.valkey import Valkey
from tests.conftest import REGIONS, make_election, make_regions, make_stations
from tests.districts.test_readiness import rows

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

PATIENCE = 40.0  # seconds: two slow cores shared with a browser
SANDARAN = "64.08.11"
#: Kutai Timur and Mahakam Ulu at their true size of 18 and 5 kecamatan
MORE = {
    f"{regency}.{number:02d}": f"Kecamatan {number}"
    for regency, n in (("64.08", 18), ("64.11", 5))
    for number in range(1, n + 1)
}


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, f"in vain waited until {what}"
        time.sleep(0.05)
    return found


# --- The stage --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def valkey(tmp_path_factory):
    server = Valkey(DataFolder(tmp_path_factory.mktemp("valkey")))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def broker(valkey, monkeypatch):
    """A client of the Valkey that this process and its children send to; empty."""
    monkeypatch.setenv("CELERY_BROKER_URL", valkey.url)
    monkeypatch.setattr(outbox, "_quiet_until", 0.0)
    celery_app._after_fork()  # forget connections to any other broker
    with redis.Redis.from_url(valkey.url) as client:
        client.flushall()
        yield client
    celery_app._after_fork()


@pytest.fixture
def election(transactional_db):
    """Its voting day is 12 real days ahead, as other processes look at a real clock. Everything is rolled up."""
    make_regions(REGIONS | MORE)
    make_stations()
    camat = User.objects.create_user("camat-sandaran", None, name="Camat Sandaran")
    Assignment.objects.create(user=camat, role=Role.REPORTER, region_id=SANDARAN, valid_from=date(2024, 1, 1))
    election = make_election("64.08", "64.11", voting_day=timezone.localdate() + timedelta(days=12))
    outbox.drain()
    return election


def database_url() -> str:
    """Of the test database, as a process of its own needs it."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture
def start(broker, tmp_path):
    """`start("worker")` is a running worker; any other name is a second one; "beat" sweeps every second."""
    children = []
    options = ["--concurrency=2", "--without-mingle", "--without-gossip", "--loglevel=INFO"]

    def begin(name="worker"):
        app, *argv = (
            ["tests.districts.quick_beat", "beat", f"--schedule={tmp_path}/schedule", "--pidfile=", "--loglevel=INFO"]
            if name == "beat"
            else ["pilkada", "worker", f"--hostname={name}@%h", *options]
        )
        child = Child(
            name=name,
            label=name,
            argv=[sys.executable, "-m", "celery", f"--app={app}", *argv],
            folder=tmp_path,
            cwd=ROOT,
            env={"DATABASE_URL": database_url()},
        )
        child.start()
        children.append(child)
        wait_until(lambda: "beat: Starting" in said(child) or " ready." in said(child), f"{name} is ready")
        return child

    yield begin
    for child in children:
        kill(child)


def said(child) -> str:
    return child.log.read_text(errors="replace")


def kill(child):
    """The process and its pool, as a power cut would."""
    if child.alive:
        os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()


def pool_of(child) -> list[int]:
    pid = child.process.pid
    return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


# --- What is done and what is looked at -------------------------------------------------------------------------------


def enter(election, amount, kecamatan=SANDARAN, indicator="TEL-01"):
    """A figure of an institution, written as every fact is: with its outbox row in one transaction."""
    with transaction.atomic():
        OfficialReading.objects.create(
            election=election,
            kecamatan_id=kecamatan,
            indicator_id=indicator,
            amount=amount,
            observed_at=timezone.now(),
            agency=Agency.objects.get(code="kpu"),
            entered_by=User.objects.get(username="camat-sandaran"),
        )
        outbox.mark_stale(election, [kecamatan], cause="test")


def outbox_is_empty() -> bool:
    """Outbox rows go with the commit of their roll-up: none is left when all is done."""
    return not StaleKecamatan.objects.exists()


def graded(kecamatan=SANDARAN, indicator="TEL-01"):
    return Grade.objects.get(kecamatan=kecamatan, indicator=indicator).amount


def assert_colours_are_right(election):
    """The rows are those that the facts give from nothing."""
    wait_until(outbox_is_empty, "the outbox is empty")
    kept = rows()
    readiness.rebuild(election, now=timezone.now())
    assert rows() == kept


@contextmanager
def held(statement):
    """Another session that holds what `statement` takes, so that a roll-up stands still in its transaction."""
    with psycopg.connect(database_url()) as other:
        other.execute(statement)
        yield
        other.rollback()


def election_held(election):
    return held(f"SELECT pg_advisory_xact_lock(hashtext('districts.readiness'), {election.pk})")


def last_table_held():
    """Grades and colours are made by then; only the commit is missing."""
    return held("LOCK TABLE districts_rollup IN ACCESS EXCLUSIVE MODE")


def a_drain_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
                           WHERE NOT granted AND datname = current_database())
        """)
        return cursor.fetchone()[0]


def rows_nobody_holds() -> int:
    with transaction.atomic():
        return len(StaleKecamatan.objects.select_for_update(skip_locked=True))


def in_thread(function, *args):
    try:
        return function(*args)
    finally:
        connection.close()


# --- Claims -----------------------------------------------------------------------------------------------------------


def test_a_write_becomes_a_colour_through_worker_and_broker(election, start):
    start()
    enter(election, 40)
    assert_colours_are_right(election)
    assert graded() == 40


def test_a_worker_killed_in_mid_roll_up_gives_its_rows_back(election, start, broker):
    victim = start("victim")
    with election_held(election):
        enter(election, 40)
        wait_until(a_drain_waits, "the worker is in mid-roll-up")
        assert rows_nobody_holds() == 0
        kill(victim)
    wait_until(lambda: rows_nobody_holds() == 1, "the row came back")
    assert not Grade.objects.filter(amount=40).exists()

    start("successor")
    outbox.wake()  # as beat does
    assert_colours_are_right(election)
    assert graded() == 40


def test_a_killed_pool_process_is_replaced_and_its_message_done_again(election, start):
    """The kernel's way when memory runs out. No sweep helps here."""
    worker = start()
    with last_table_held():
        enter(election, 40)
        wait_until(a_drain_waits, "the worker is in mid-roll-up")
        for pid in pool_of(worker):
            os.kill(pid, signal.SIGKILL)
    assert_colours_are_right(election)
    assert worker.alive
    assert graded() == 40


def test_a_flushed_valkey_loses_a_message_and_no_colour(election, start, broker):
    enter(election, 40)
    assert broker.llen("celery") == 1
    broker.flushall()
    start()
    assert rows_nobody_holds() == 1
    start("beat")
    assert_colours_are_right(election)
    assert graded() == 40


def test_an_outage_of_valkey_delays_a_colour_and_ends_nobody(election, start, valkey):
    worker, beat = start(), start("beat")
    valkey.stop()
    started = time.monotonic()
    enter(election, 40)
    assert time.monotonic() - started < 3
    time.sleep(3)  # long enough that worker and beat have noticed
    assert rows_nobody_holds() == 1
    before = worker.process.pid, beat.process.pid

    valkey.restart()
    assert_colours_are_right(election)
    assert graded() == 40
    assert worker.alive
    assert beat.alive
    assert (worker.process.pid, beat.process.pid) == before


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL], ids=["hangs", "is dead"])
def test_a_write_does_not_wait_for_a_broker_that_is_out_of_order(election, broker, valkey, caplog, how):
    valkey.child.process.send_signal(how)
    try:
        started = time.monotonic()
        enter(election, 40)
        assert time.monotonic() - started < 3
        # once it is known to be down, writes do not even try for a while
        started = time.monotonic()
        for amount in range(41, 51):
            enter(election, amount)
        assert time.monotonic() - started < 1
    finally:
        if how == signal.SIGKILL:
            valkey.child.process.wait()
            valkey.restart()
        else:
            valkey.child.process.send_signal(signal.SIGCONT)
    assert rows_nobody_holds() == 11
    assert [record.levelno for record in caplog.records if record.name == "districts.outbox"] == [logging.WARNING]


def test_two_workers_and_many_writers_end_in_the_right_colours(election, start):
    workers = [start("satu"), start("dua")]
    kecamatan = readiness.voting_kecamatan(election)
    indicators = list(Indicator.objects.filter(rule="R1").values_list("code", flat=True))

    def write(seed):
        chance = random.Random(seed)
        for _ in range(25):
            enter(election, chance.randint(0, 100), chance.choice(kecamatan), chance.choice(indicators))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(in_thread, [write] * 4, range(4)))
    assert_colours_are_right(election)
    assert all("districts.tasks.drain" in said(worker) for worker in workers)


def test_the_same_message_twice_changes_nothing_more(election, start):
    workers = [start("satu"), start("dua")]
    enter(election, 40)
    assert_colours_are_right(election)
    kept, roll_ups = rows(), RollUp.objects.count()
    for _ in range(2):
        celery_app.send_task("districts.tasks.drain", task_id="yang-sama")
    wait_until(lambda: sum(said(worker).count("[yang-sama] succeeded") for worker in workers) == 2, "both are done")
    assert (rows(), RollUp.objects.count()) == (kept, roll_ups)


def test_a_write_that_commits_while_a_roll_up_runs_is_not_lost(election, start):
    start()
    with last_table_held():
        enter(election, 40)
        wait_until(a_drain_waits, "the worker has graded 40")
        enter(election, 70)
    assert_colours_are_right(election)
    assert graded() == 70


def test_beat_has_one_entry_a_minute_that_does_not_pile_up():
    sweep = celery_app.conf.beat_schedule["sweep"]
    assert (sweep["task"], sweep["schedule"]) == ("districts.tasks.drain", 60)
    assert sweep["options"]["expires"] < sweep["schedule"]


# --- Two drains in this process, without a broker ---------------------------------------------------------------------


def test_two_drains_at_once_share_the_outbox(election, broker):
    kecamatan = readiness.voting_kecamatan(election)
    for code in kecamatan:
        enter(election, 40, code)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(in_thread, [outbox.drain] * 2))
    assert sum(done) == len(kecamatan)
    assert_colours_are_right(election)


def test_a_drain_leaves_rows_that_another_one_has_taken(election, broker):
    with ThreadPoolExecutor(2) as pool:
        with last_table_held():
            enter(election, 40)
            first = pool.submit(in_thread, outbox.drain)
            wait_until(a_drain_waits, "the first drain is in mid-roll-up")
            # nothing is free: the second comes back at once instead of waiting for the first
            assert pool.submit(in_thread, outbox.drain).result(timeout=5) == 0
        assert first.result(timeout=PATIENCE) == 1
    assert_colours_are_right(election)


def test_one_election_does_not_wait_for_another(election, broker):
    later = make_election("64.11", voting_day=timezone.localdate() + timedelta(days=40))
    outbox.drain()
    with ThreadPoolExecutor(2) as pool:
        with election_held(election):
            enter(election, 40)
            first = pool.submit(in_thread, outbox.drain)
            wait_until(a_drain_waits, "the first drain waits for its election")
            enter(later, 40, "64.11.01")
            assert pool.submit(in_thread, outbox.drain).result(timeout=5) == 1
        assert first.result(timeout=PATIENCE) == 1
    assert_colours_are_right(election)
    assert_colours_are_right(later)


def test_no_writer_waits_for_a_roll_up(election, broker):
    with ThreadPoolExecutor(1) as pool:
        with last_table_held():
            enter(election, 40)
            drain = pool.submit(in_thread, outbox.drain)
            wait_until(a_drain_waits, "a drain is in mid-roll-up")
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = '1s'")
            started = time.monotonic()
            for number in range(20):
                raise_issue(
                    election=election,
                    kecamatan=Region.objects.get(code=SANDARAN),
                    kind="kendala",
                    category="logistik",
                    title=f"Kendala {number}",
                    by=User.objects.get(username="camat-sandaran"),
                    now=timezone.now(),
                )
            assert time.monotonic() - started < 3
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
        # the drain that waited goes on to what came meanwhile
        assert drain.result(timeout=PATIENCE) == 2
    assert_colours_are_right(election)
    assert graded(indicator="LOG-09") == 20
