"""The outbox and the passing of time, without a broker: what Postgres alone guarantees."""

from datetime import date, datetime, timedelta

import pytest

from districts import outbox, readiness
from districts.models import ExpectedReport, Grade, Readiness, ReadinessHistory, RollUp, StaleKecamatan, ZoneClock
from tests.conftest import NOW, WITA, make_regions

pytestmark = pytest.mark.django_db


def marked():
    return sorted(StaleKecamatan.objects.values_list("kecamatan", flat=True))


def test_the_first_look_at_the_clock_marks_everything(world):
    outbox.pass_time(now=NOW)
    assert marked() == readiness.voting_kecamatan(world.election)
    assert ZoneClock.objects.get(time_zone="Asia/Makassar").snapshot_day == date(2026, 11, 20)


def test_nothing_is_marked_twice_for_the_same_hour(world):
    outbox.pass_time(now=NOW)
    StaleKecamatan.objects.all().delete()
    outbox.pass_time(now=NOW + timedelta(hours=1))
    assert marked() == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (datetime(2026, 11, 21, 23, 59, tzinfo=WITA), datetime(2026, 11, 22, 0, 0, tzinfo=WITA)),  # midnight
        (datetime(2026, 11, 23, 7, 59, tzinfo=WITA), datetime(2026, 11, 23, 8, 0, tzinfo=WITA)),  # Monday's deadline
        (datetime(2026, 11, 27, 17, 59, tzinfo=WITA), datetime(2026, 11, 27, 18, 0, tzinfo=WITA)),  # a daily deadline
        (datetime(2026, 12, 1, 9, 59, tzinfo=WITA), datetime(2026, 12, 1, 10, 0, tzinfo=WITA)),  # hourly from H-2
    ],
)
def test_passing_time_marks_the_zone(world, before, after):
    outbox.pass_time(now=before)
    StaleKecamatan.objects.all().delete()
    outbox.pass_time(now=after)
    assert len(marked()) == 5


def test_hours_do_not_count_before_h_minus_2(world):
    outbox.pass_time(now=datetime(2026, 11, 30, 9, 30, tzinfo=WITA))
    StaleKecamatan.objects.all().delete()
    outbox.pass_time(now=datetime(2026, 11, 30, 10, 30, tzinfo=WITA))
    assert marked() == []


def test_a_new_day_keeps_the_old_days_colours_first(world):
    outbox.pass_time(now=NOW)
    outbox.drain()
    outbox.pass_time(now=NOW + timedelta(days=1))
    kept = ReadinessHistory.objects.filter(day=date(2026, 11, 21))
    assert kept.count() == Readiness.objects.count() == 9


def test_a_new_day_expects_reports_of_kecamatan_that_are_new(world):
    outbox.pass_time(now=NOW)
    sandaran = set(ExpectedReport.objects.filter(kecamatan="64.08.11").values_list("slot", flat=True))
    assert sandaran
    make_regions({"64.08.05": "Sangkulirang"})
    outbox.pass_time(now=NOW + timedelta(days=1))
    assert set(ExpectedReport.objects.filter(kecamatan="64.08.05").values_list("slot", flat=True)) == sandaran


def test_a_kept_day_never_changes(world):
    readiness.roll_up(world.election, now=NOW)
    readiness.take_snapshot(world.election, "Asia/Makassar", date(2026, 11, 21))
    Readiness.objects.update(level=1, score=100)
    readiness.take_snapshot(world.election, "Asia/Makassar", date(2026, 11, 21))
    assert not ReadinessHistory.objects.filter(level=1).exists()


def test_drain_empties_the_outbox_and_folds_repeats(world):
    outbox.pass_time(now=NOW)
    outbox.drain()
    for _ in range(3):
        outbox.mark_stale(world.election, ["64.08.11"], cause="test")
    assert outbox.drain() == 1
    assert marked() == []
    assert RollUp.objects.order_by("-pk").first().kecamatan_count == 1


def test_a_drain_that_fails_gives_its_rows_back(world, monkeypatch):
    outbox.pass_time(now=NOW)
    outbox.drain()
    outbox.mark_stale(world.election, ["64.08.11"], cause="test")
    # an indicator that points to a missing dimension cannot be: break the measures instead
    monkeypatch.setattr("django.conf.settings.READINESS_SOURCES", ["districts.measures.no_such_source"])
    with pytest.raises(ImportError):
        outbox.drain()
    assert marked() == ["64.08.11"]


def test_marking_everything_takes_one_statement(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert outbox.mark_all_stale(cause="test") == 5
    assert Grade.objects.count() == 0
