"""Expected reports exist before they are sent (DOMAIN 7.1; issue, section 3)."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from districts.models import ContactAttempt, Decision, ExpectedReport, Region, ReportState
from districts.reports.contacting import note_contact
from districts.reports.expecting import current_expected, expect_reports
from tests.conftest import NOW, WITA, make_election, make_regions
from tests.districts.reports import make_report


def states(world, *codes):
    """State of the current slot of each kecamatan."""
    now = timezone.now()
    rows = ExpectedReport.objects.current(now).with_state(now).filter(kecamatan__in=codes or ["64.08.11"])
    for row in rows:
        newest = ExpectedReport.objects.slots_of(row.election_id, row.kecamatan_id, now=now, until=now, limit=1)
        assert [(each.pk, each.state, each.revision) for each in newest] == [(row.pk, row.state, row.revision)]
    return {row.kecamatan_id: row.state for row in rows}


def test_every_voting_kecamatan_owes_every_slot(world):
    expect_reports(world.election)
    owed = ExpectedReport.objects.filter(kecamatan="64.08.11").order_by("opens_at")
    weekly = [f"2026-W{week}" for week in range(39, 48)]  # the last is due Monday 23 November, H-10
    daily = ["2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30", "2026-12-01"]  # H-7 to H-2
    twice = [f"2026-12-0{day}-{half}" for day in range(2, 7) for half in ("pagi", "sore")]  # from H-1
    assert [row.slot for row in owed] == weekly + daily + twice
    assert set(ExpectedReport.objects.values_list("kecamatan", flat=True)) == {
        "64.08.04", "64.08.06", "64.08.11", "64.11.01", "64.11.03",
    }  # fmt: skip


def test_the_deadline_is_monday_eight_oclock_on_the_clocks_of_the_kecamatan(world):
    make_regions({"91": "Papua", "91.01": "Merauke", "91.01.01": "Merauke"}, "Asia/Jayapura")
    world.election.regions.add("91.01")
    expect_reports(world.election)
    assert ExpectedReport.objects.get(slot="2026-W47", kecamatan="64.08.11").due_at == datetime(
        2026, 11, 23, 8, tzinfo=WITA
    )
    assert ExpectedReport.objects.get(slot="2026-W47", kecamatan="91.01.01").due_at == datetime(
        2026, 11, 23, 7, tzinfo=WITA
    )


def test_expecting_twice_changes_nothing(world, django_assert_num_queries):
    assert expect_reports(world.election) > 0
    with django_assert_num_queries(4):  # two statements inside a savepoint
        assert expect_reports(world.election) == 0


def test_a_moved_voting_day_moves_the_plan_and_keeps_what_was_touched(world):
    expect_reports(world.election)
    sent = ExpectedReport.objects.get(slot="2026-W47", kecamatan="64.08.11")
    make_report(sent, world.people["camat-sandaran"])
    world.election.voting_day = date(2026, 11, 29)
    world.election.reporting_until = date(2026, 11, 30)
    world.election.reporting_from = date(2026, 11, 9)
    world.election.save()
    expect_reports(world.election)
    slots = set(ExpectedReport.objects.filter(kecamatan="64.08.04").values_list("slot", flat=True))
    assert "2026-11-28-pagi" in slots
    assert "2026-12-01" not in slots
    assert "2026-W47" not in slots, "the new plan asks daily from Sunday, nobody had touched the weekly one"
    assert ExpectedReport.objects.filter(pk=sent.pk).exists()
    assert "2026-W45" in slots, "what was owed stays owed, although the plan now begins later"


def test_a_village_that_votes_again_makes_its_kecamatan_report(world):
    election = make_election("64.08.11.2001", voting_day=date(2027, 3, 7))
    expect_reports(election)
    assert set(ExpectedReport.objects.filter(election=election).values_list("kecamatan", flat=True)) == {"64.08.11"}


def test_an_election_that_is_not_running_expects_nothing_new(world):
    expect_reports(world.election)
    world.election.is_active = False
    world.election.save()
    expect_reports(world.election)
    assert not ExpectedReport.objects.filter(due_at__gt=timezone.now()).exists()


def test_the_current_slot_is_the_newest_opened(world):
    expect_reports(world.election)
    assert current_expected(world.election, "64.08.11", NOW).slot == "2026-W47"
    assert current_expected(world.election, "64.08.11", NOW - timedelta(days=2)).slot == "2026-W46"
    assert current_expected(world.election, "64.08.11", NOW - timedelta(days=365)) is None
    rows = ExpectedReport.objects.current(NOW)
    assert {row.slot for row in rows} == {"2026-W47"}
    assert rows.count() == Region.objects.kecamatan().count()


def test_belum_lapor_terlambat_and_tidak_terjangkau_are_three_things(world, now):
    expect_reports(world.election)
    for code in ("64.08.04", "64.08.06"):
        note_contact(
            expected=current_expected(world.election, code, NOW),
            now=NOW,
            by=world.people["desk-kutim"],
            outcome="tidak_terjangkau" if code == "64.08.06" else "tidak_diangkat",
            channel="phone",
            note="",
            client_key=uuid4(),
        )
    codes = ("64.08.04", "64.08.06", "64.08.11")
    assert states(world, *codes) == {
        "64.08.04": ReportState.NOT_SENT,
        "64.08.06": ReportState.UNREACHABLE,
        "64.08.11": ReportState.NOT_SENT,
    }
    now.move_to(datetime(2026, 11, 23, 8, 0, tzinfo=WITA))
    assert states(world, *codes) == {
        "64.08.04": ReportState.OVERDUE,
        "64.08.06": ReportState.UNREACHABLE,
        "64.08.11": ReportState.OVERDUE,
    }


def test_only_the_newest_call_counts(world):
    expect_reports(world.election)
    expected = current_expected(world.election, "64.08.11", NOW)
    for minutes, outcome in ((0, "tidak_terjangkau"), (5, "akan_kirim")):
        ContactAttempt.objects.create(
            expected=expected, at=NOW + timedelta(minutes=minutes), by=world.people["desk-kutim"], outcome=outcome
        )
    assert states(world) == {"64.08.11": ReportState.NOT_SENT}


def test_a_slot_that_has_not_opened_is_not_owed(world):
    expect_reports(world.election)
    tomorrow = ExpectedReport.objects.with_state(NOW).get(kecamatan="64.08.11", slot="2026-12-01")
    assert tomorrow.state == ReportState.NOT_OPEN


@pytest.mark.parametrize(
    ("sent_at", "state", "late"),
    [
        (datetime(2026, 11, 23, 7, 59, tzinfo=WITA), ReportState.SENT, False),
        (datetime(2026, 11, 23, 8, 1, tzinfo=WITA), ReportState.SENT_LATE, True),
    ],
)
def test_a_report_after_the_deadline_is_late_and_not_missing(world, sent_at, state, late):
    expect_reports(world.election)
    expected = current_expected(world.election, "64.08.11", NOW)
    make_report(expected, world.people["camat-sandaran"], submitted_at=sent_at)
    row = ExpectedReport.objects.with_state(sent_at).get(pk=expected.pk)
    assert (row.state, row.was_late, row.sent_at) == (state, late, sent_at)


def test_a_correction_after_the_deadline_does_not_make_a_report_late(world):
    expect_reports(world.election)
    expected = current_expected(world.election, "64.08.11", NOW)
    camat = world.people["camat-sandaran"]
    first = make_report(expected, camat, submitted_at=NOW)
    type(first).objects.filter(pk=first.pk).update(is_latest=False)
    make_report(expected, camat, submitted_at=NOW + timedelta(days=3), revision=2)
    row = ExpectedReport.objects.with_state(NOW + timedelta(days=3)).get(pk=expected.pk)
    assert (row.state, row.was_late, row.revision) == (ReportState.SENT, False, 2)


@pytest.mark.parametrize(
    ("decision", "state"), [(Decision.ACCEPTED, ReportState.ACCEPTED), (Decision.RETURNED, ReportState.RETURNED)]
)
def test_the_decision_of_the_desk_shows(world, decision, state):
    expect_reports(world.election)
    expected = current_expected(world.election, "64.08.11", NOW)
    make_report(
        expected,
        world.people["camat-sandaran"],
        decision=decision,
        decided_by=world.people["desk-kutim"],
        decided_at=NOW,
        decision_reason="LK kurang",
    )
    assert states(world) == {"64.08.11": state}


def test_states_of_many_kecamatan_are_one_statement(world, django_assert_num_queries):
    expect_reports(world.election)
    with django_assert_num_queries(1):
        assert len(ExpectedReport.objects.current(NOW).with_state(NOW).silent()) == 5


def test_the_week_is_over_everywhere_at_its_own_hour(world):
    """The clock of the test is not the clock of the database: nothing reads the server's own time."""
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=WITA)):
        expect_reports(world.election)
    assert ExpectedReport.objects.filter(slot="2026-W47").exists()
