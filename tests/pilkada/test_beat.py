"""Two beats on two hosts: one dispatches, and the other when the first is gone."""

import os
import signal
import subprocess
import sys
import time

import pytest
import redis
from django.conf import settings  # each test process has a Redis of its own (conftest)
from django.db import connection

from pilkada import beat
from pilkada.models import BeatLease
from pilkada.services.folder import ROOT
from tests.districts.test_worker import database_url, wait_until

LEASE = 6.0  # seconds; longer than a slow machine lets a living beat stand still


@pytest.mark.django_db
class TestLease:
    def test_one_holds_it_and_the_other_waits(self):
        assert beat.take_lease("satu", seconds=30)
        assert not beat.take_lease("dua", seconds=30)
        assert BeatLease.objects.get().holder == "satu"

    def test_renewing_keeps_since_and_moves_the_tick(self):
        beat.take_lease("satu", seconds=30)
        before = BeatLease.objects.get()
        assert beat.take_lease("satu", seconds=30)
        after = BeatLease.objects.get()
        assert after.since == before.since
        assert after.ticked_at > before.ticked_at

    def test_one_that_ran_out_or_was_given_back_goes_to_the_next(self):
        beat.take_lease("satu", seconds=-1)  # over already
        assert beat.take_lease("dua", seconds=30)
        beat.give_back("satu")  # too late: it is no longer his
        assert not beat.take_lease("tiga", seconds=30)
        beat.give_back("dua")
        assert beat.take_lease("tiga", seconds=30)


class Beat:
    """A real `celery beat` that sweeps every second, and what it said."""

    def __init__(self, log):
        self.log = log
        argv = [sys.executable, "-m", "celery", "--app=tests.districts.quick_beat", "beat", "--pidfile="]
        given = {
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "BEAT_LEASE_SECONDS": str(LEASE),
            "LOG_FORMAT": "text",
        }
        with log.open("w") as file:
            self.process = subprocess.Popen(argv, cwd=ROOT, env=os.environ | given, stderr=file, stdout=file)

    def said(self, words):
        return words in self.log.read_text()


@pytest.fixture
def beats(tmp_path):
    running = [Beat(tmp_path / "satu.log"), Beat(tmp_path / "dua.log")]
    yield running
    for each in running:
        each.process.kill()
        each.process.wait()
    with redis.Redis.from_url(settings.REDIS_URL) as queue:
        queue.delete("celery")


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_of_two_beats_one_dispatches_and_the_other_takes_over_when_it_dies(beats):
    wait_until(lambda: any(each.said("Sending due task") for each in beats), "one dispatches")
    wait_until(lambda: all(each.said("beat: Starting") for each in beats), "both run")
    first, second = sorted(beats, key=lambda each: not each.said("holds the lease"))
    time.sleep(1.5)  # a sweep is every second: long enough that a second one would have sent one
    assert not second.said("Sending due task")
    first.process.send_signal(signal.SIGKILL)
    wait_until(lambda: second.said("Sending due task"), "the second dispatches")
    assert second.said("holds the lease")
    second.process.terminate()
    assert second.process.wait(20) == 0
    with connection.cursor() as cursor:  # who says goodbye gives it back at once
        cursor.execute("SELECT until <= clock_timestamp() FROM pilkada_beatlease")
        assert cursor.fetchone() == (True,)
