"""Kendala, security events and requests for help told in a report are rows of their own (issue, section 3)."""

import uuid
from datetime import datetime, timedelta

import pytest

from districts.models import Agency, Issue, IssueLevel, IssueNote, IssueState, Report
from districts.reporting import submit_report
from districts.reports.sheet import Sheet
from tests.conftest import NOW, WITA
from tests.districts.reports import EVENT, OBSTACLE, content, open_slot

AGENCIES = ["desk", "kpu", "polres", "diskominfo", "bpbd", "dinkes", "pln"]


@pytest.fixture(autouse=True)
def agencies(db):
    Agency.objects.bulk_create([Agency(code=code, name=code.upper()) for code in AGENCIES], ignore_conflicts=True)


def send(world, base=0, slot="2026-W47", now=NOW, **told):
    expected = open_slot(world, slot=slot)
    return submit_report(
        expected=expected,
        by=world.people["camat-sandaran"],
        content=content(Sheet(expected), now, client_key=str(uuid.uuid4()), **told),
        client_key=uuid.uuid4(),
        base_revision=base,
        now=now,
    ).report


def test_an_obstacle_gets_an_owner_a_level_and_a_due_date(world):
    report = send(world, has_obstacle=True, summary="Dermaga rusak", **OBSTACLE)
    issue = Issue.objects.get()
    assert (issue.kind, issue.category, issue.title) == ("kendala", "akses", "Dermaga Manubar rusak")
    assert (issue.owner_id, issue.level, issue.state) == ("bpbd", IssueLevel.HIGH, IssueState.NEW)
    assert issue.due_at == NOW + timedelta(days=2)
    assert (issue.report, issue.raised_by, issue.raised_at) == (report, world.people["camat-sandaran"], NOW)


@pytest.mark.parametrize(("level", "days"), [("4", 1), ("3", 2), ("2", 7), ("1", 14)])
def test_the_worse_the_sooner(world, level, days):
    send(world, has_obstacle=True, summary="x", **(OBSTACLE | {"kendala-0-level": level}))
    assert Issue.objects.get().due_at == NOW + timedelta(days=days)


@pytest.mark.parametrize(
    ("category", "owner"),
    [("logistik", "kpu"), ("adhoc", "kpu"), ("pemilih", "kpu"), ("keamanan", "polres"), ("telekom", "diskominfo"),
     ("akses", "bpbd"), ("kesehatan", "dinkes"), ("lainnya", "desk")],
)  # fmt: skip
def test_each_category_has_who_is_asked_first(world, category, owner):
    send(world, has_obstacle=True, summary="x", **(OBSTACLE | {"kendala-0-category": category}))
    assert Issue.objects.get().owner_id == owner


def test_an_owner_that_is_not_in_the_register_is_left_open(world):
    Agency.objects.filter(code="bpbd").delete()
    send(world, has_obstacle=True, summary="x", **OBSTACLE)
    assert Issue.objects.get().owner is None


def test_a_security_event_keeps_when_where_and_what_was_done(world):
    send(world, security_events=1, **EVENT)
    event = Issue.objects.get()
    assert (event.kind, event.category, event.owner_id) == ("kejadian", "keamanan", "polres")
    assert event.occurred_at == datetime(2026, 11, 20, 21, 15, tzinfo=WITA)
    assert (event.place, event.action_taken, event.needs_help) == ("Manubar, TPS 3", "Diamankan Linmas", True)


def test_help_and_problems_told_by_figures_become_rows(world):
    send(world, help_needed=["TA", "GS"], logistics_problems=["RS"], voters_duplicate=3)
    found = set(Issue.objects.values_list("kind", "topic", "category", "owner"))
    assert found == {
        ("bantuan", "TA", "akses", "bpbd"),
        ("bantuan", "GS", "telekom", "pln"),
        ("kendala", "RS", "logistik", "kpu"),
        ("kendala", "dp-ganda", "pemilih", "kpu"),
    }
    assert "3 orang" in Issue.objects.get(topic="dp-ganda").detail


def test_telling_it_again_next_week_or_in_a_revision_doubles_nothing(world):
    told = {"help_needed": ["TA"], "logistics_problems": ["RS"], "voters_duplicate": 3}
    send(world, slot="2026-W46", now=NOW - timedelta(days=7), **told)
    send(world, **told)
    send(world, base=1, **told)
    assert Issue.objects.count() == 3


def test_a_topic_that_was_closed_opens_again_when_told_again(world):
    told = {"help_needed": ["TA"]}
    send(world, slot="2026-W46", now=NOW - timedelta(days=7), **told)
    first = Issue.objects.get()
    Issue.objects.update(state=IssueState.DONE, closed_by=world.people["desk-kutim"], closed_at=NOW)
    send(world, **told)
    assert Issue.objects.open().exclude(pk=first.pk).count() == 1


def test_an_obstacle_still_open_is_enough(world):
    send(world, slot="2026-W46", now=NOW - timedelta(days=7), has_obstacle=True, summary="x", **OBSTACLE)
    send(world, has_obstacle=True, summary="Dermaga masih rusak")
    assert Issue.objects.count() == 1


def test_a_tick_closes_an_issue_with_who_when_and_a_note(world):
    send(world, slot="2026-W46", now=NOW - timedelta(days=7), has_obstacle=True, summary="x", **OBSTACLE)
    issue = Issue.objects.get()
    send(world, resolved=issue.pk)
    issue.refresh_from_db()
    assert (issue.state, issue.closed_by, issue.closed_at) == (IssueState.DONE, world.people["camat-sandaran"], NOW)
    assert "2026-W47" in IssueNote.objects.get(issue=issue).text


def test_a_tick_reaches_no_issue_of_another_kecamatan(world):
    other = Issue.objects.create(
        election=world.election, kecamatan=world.regions["64.08.06"], kind="kendala", category="akses", title="Longsor",
        raised_by=world.people["camat-busang"], raised_at=NOW,
    )  # fmt: skip
    send(world, resolved=other.pk)
    other.refresh_from_db()
    assert other.state == IssueState.NEW


def test_a_revision_counts_the_events_told_before(world):
    send(world, security_events=1, **EVENT)
    send(world, base=1, security_events=1)
    assert Issue.objects.filter(kind="kejadian").count() == 1
    more = {name.replace("-0-", "-4-"): value for name, value in EVENT.items()}
    send(world, base=2, security_events=2, **more)
    assert Issue.objects.filter(kind="kejadian").count() == 2


def test_writing_issues_takes_the_same_number_of_statements_for_many(world, django_assert_max_num_queries):
    def rows(count):
        return {
            name.replace("-0-", f"-{number}-"): value for number in range(count) for name, value in OBSTACLE.items()
        }

    open_slot(world)
    with django_assert_max_num_queries(60) as few:
        send(world, has_obstacle=True, summary="x", **rows(1))
    with django_assert_max_num_queries(len(few)):
        send(world, base=1, has_obstacle=True, summary="x", **rows(30))
    assert Report.objects.get(is_latest=True).issues.count() == 30


def test_from_h_minus_7_what_is_missing_is_urgent(world):
    send(world, help_needed=["TA"])
    assert Issue.objects.get().level == IssueLevel.MEDIUM
    Issue.objects.all().delete()
    late = datetime(2026, 12, 1, 9, 0, tzinfo=WITA)
    send(world, slot="2026-12-01", now=late, help_needed=["TA"])
    assert Issue.objects.get().level == IssueLevel.HIGH


def test_what_the_desk_recorded_is_not_closed_by_a_tick_in_a_report(world):
    issue = Issue.objects.create(
        election=world.election, kecamatan_id="64.08.11", kind="kendala", category="logistik", title="Kotak basah",
        level=3, raised_by=world.people["desk-kutim"], raised_at=NOW - timedelta(days=1),
    )  # fmt: skip
    send(world, resolved=issue.pk)
    issue.refresh_from_db()
    assert issue.state == IssueState.NEW
    assert IssueNote.objects.get(issue=issue).text == "Dinyatakan selesai dalam laporan 2026-W47."
