"""Sending a report: receipts, repeats, revisions, collisions, the Desk's decision (issue, section 3)."""

import threading
import time
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from districts.access import AccessRefused
from districts.models import Channel, Decision, ExpectedReport, Report, ReportDraft, StaleKecamatan
from districts.reporting import (
    ContentChanged,
    DecisionConflict,
    NotOpen,
    RulesBroken,
    StaleForm,
    decide_report,
    submit_report,
)
from districts.reports.content import RECEIPT_ALPHABET, ReportContent, receipt_of
from districts.reports.drafts import save_draft
from districts.reports.history import changes
from districts.reports.sheet import Sheet
from tests.conftest import NOW, WITA
from tests.districts.reports import OBSTACLE, content, make_report, open_slot, sent_last_week

KEY = uuid.UUID("0b2f6a1e-7d3c-4c55-9a56-2f6f1f0f9b11")


def send(world, username="camat-sandaran", key=KEY, base=0, now=NOW, slot="2026-W47", said=None, **more):
    expected = open_slot(world, slot=slot)
    changed = more.pop("changed", {})
    return submit_report(
        expected=expected,
        by=world.people[username],
        content=said or content(Sheet(expected), now, **changed),
        client_key=key,
        base_revision=base,
        now=now,
        **more,
    )


def test_a_report_becomes_a_row_with_who_when_channel_and_receipt(world):
    sent = send(world)
    report = Report.objects.get()
    assert not sent.is_repeat
    assert (report.submitted_by, report.submitted_at, report.channel) == (
        world.people["camat-sandaran"], NOW, Channel.WEB,
    )  # fmt: skip
    assert (report.revision, report.is_latest, report.submitted_on.isoformat()) == (1, True, "2026-11-21")
    assert (report.tps_total, report.voters_total, report.village_total, report.pledge_total) == (18, 7956, 3, 60)
    assert report.receipt == receipt_of(KEY)


def test_a_receipt_can_be_read_over_the_phone():
    codes = {receipt_of(uuid.uuid4()) for _ in range(300)}
    assert len(codes) == 300
    for code in codes:
        assert len(code) == 9
        assert code[4] == "-"
        assert set(code.replace("-", "")) <= set(RECEIPT_ALPHABET)
    assert not set("01ILOU") & set(RECEIPT_ALPHABET)


def test_the_same_key_gives_the_same_receipt_and_no_second_row(world):
    first, second = send(world), send(world)
    assert second.is_repeat
    assert second.report.pk == first.report.pk
    assert Report.objects.count() == 1


def test_a_repeat_doubles_neither_issues_nor_marks(world):
    told = {"has_obstacle": True, "summary": "Dermaga rusak", "help_needed": ["TA"], **OBSTACLE}
    send(world, changed=told)
    marks = StaleKecamatan.objects.count()
    send(world, changed=told)
    assert Report.objects.get().issues.count() == 2
    assert StaleKecamatan.objects.count() == marks


def test_the_same_key_with_other_content_is_told_and_not_written(world):
    first = send(world)
    with pytest.raises(ContentChanged, match=first.report.receipt):
        send(world, changed={"kpps_filled": 125})
    assert Report.objects.get().kpps_filled == 126


def test_a_key_of_somebody_else_shows_nothing_of_theirs(world):
    first = send(world)
    with pytest.raises(ContentChanged) as refused:
        send(world, username="operator-sandaran", base=1)
    assert refused.value.report is None
    assert first.report.receipt not in str(refused.value)


def test_a_second_report_is_a_new_revision_and_the_first_is_kept(world):
    send(world)
    again = send(world, key=uuid.uuid4(), base=1, changed={"kpps_filled": 125}, now=NOW + timedelta(hours=1))
    rows = list(Report.objects.order_by("revision").values_list("revision", "is_latest", "kpps_filled"))
    assert rows == [(1, False, 126), (2, True, 125)]
    assert again.report.receipt != receipt_of(KEY)


def test_a_form_opened_before_a_revision_came_is_stale(world):
    send(world)
    with pytest.raises(StaleForm, match="Camat Sandaran") as refused:
        send(world, username="operator-sandaran", key=uuid.uuid4(), base=0, changed={"kpps_filled": 125})
    assert refused.value.latest.revision == 1
    assert Report.objects.count() == 1


def test_a_stale_form_says_which_fields_changed(world):
    send(world)
    send(world, key=uuid.uuid4(), base=1, changed={"kpps_filled": 125, "disasters": ["BJ"]})
    with pytest.raises(StaleForm) as refused:
        send(world, username="operator-sandaran", key=uuid.uuid4(), base=1)
    told = changes(refused.value.base, refused.value.latest, {})
    assert [(change.label, change.before, change.after) for change in told] == [
        ("KPPS terisi", "126", "125"),
        ("Banjir, longsor, kebakaran, gelombang tinggi", "Tidak ada", "Banjir"),
    ]


def test_sending_marks_the_kecamatan_stale_in_the_same_transaction(world):
    before = StaleKecamatan.objects.count()
    send(world)
    assert StaleKecamatan.objects.filter(kecamatan="64.08.11", cause="report").count() == 1
    with pytest.raises(StaleForm):
        send(world, key=uuid.uuid4())
    assert StaleKecamatan.objects.count() == before + 1


def test_sending_deletes_the_senders_draft_and_nobody_elses(world):
    expected = open_slot(world)
    for username in ("camat-sandaran", "operator-sandaran"):
        ReportDraft.objects.create(user=world.people[username], expected=expected, typed={})
    send(world)
    assert ReportDraft.objects.get().user == world.people["operator-sandaran"]


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (datetime(2026, 11, 19, 23, 59, tzinfo=WITA), "baru dibuka"),
        (datetime(2026, 11, 26, 0, 0, tzinfo=WITA), "ditutup"),
    ],
)
def test_a_report_is_taken_from_opening_until_the_next_slot_takes_over(world, now, sentence):
    said = content(Sheet(open_slot(world)), NOW)
    with pytest.raises(NotOpen, match=sentence):
        send(world, now=now, said=said)
    send(world, now=now - timedelta(minutes=1) if "tutup" in sentence else now + timedelta(minutes=1), said=said)


def test_a_report_after_its_deadline_is_late_and_taken(world):
    sent = send(world, now=datetime(2026, 11, 24, 9, 0, tzinfo=WITA))
    assert sent.report.submitted_at > sent.report.due_at


def test_a_returned_report_may_be_corrected_after_it_closed(world):
    sent = send(world)
    decide_report(
        report=sent.report, decision=Decision.RETURNED, by=world.people["desk-kutim"], now=NOW, reason="LK keliru"
    )
    later = NOW + timedelta(days=8)
    corrected = send(world, key=uuid.uuid4(), base=1, now=later, changed={"tps_at_ppk": 8})
    assert corrected.report.revision == 2


def test_a_repeat_after_closing_still_gives_the_receipt(world):
    first = send(world)
    said = content(Sheet(open_slot(world)), NOW)
    assert send(world, now=NOW + timedelta(days=30), said=said).report == first.report


def test_a_fall_without_reason_is_refused_whatever_door_it_comes_through(world):
    sent_last_week(world, kpps_trained=122)
    expected = open_slot(world)
    figures = content(Sheet(expected), NOW, fall_reason="diganti").figures
    with pytest.raises(RulesBroken) as refused:
        send(world, said=ReportContent(figures))
    assert set(refused.value.sentences) == {"kpps_trained", "fall_reason"}


def test_a_broken_rule_nobody_asked_before_is_still_a_sentence(world):
    figures = content(Sheet(open_slot(world)), NOW).figures | {"tps_at_ppk": 19}
    with pytest.raises(RulesBroken) as refused:
        send(world, said=ReportContent(figures))
    assert list(refused.value.sentences) == ["tps_at_ppk"]
    assert not Report.objects.exists()


@pytest.mark.parametrize("username", ["bupati-kutim", "ppk-sandaran", "camat-busang", "desk-mahulu", "kpu-kutim"])
def test_only_the_kecamatan_and_its_desk_send(world, username):
    said = content(Sheet(open_slot(world)), NOW)
    with pytest.raises(AccessRefused):
        send(world, username=username, said=said)


def test_a_dictated_report_names_who_dictated_it(world):
    said = content(Sheet(open_slot(world)), NOW)
    with pytest.raises(RulesBroken) as refused:
        send(world, username="desk-kutim", said=said, channel=Channel.RADIO)
    assert list(refused.value.sentences) == ["on_behalf_of"]
    sent = send(world, username="desk-kutim", said=said, channel=Channel.RADIO, on_behalf_of="Sekcam Sandaran")
    assert (sent.report.channel, sent.report.on_behalf_of) == ("radio", "Sekcam Sandaran")


def test_a_taken_receipt_code_is_avoided(world):
    expected = open_slot(world, code="64.08.04")
    make_report(expected, world.people["admin"], receipt=receipt_of(KEY))
    assert send(world).report.receipt == receipt_of(KEY, 1)


# --- the Desk's decision ------------------------------------------------------------------------------------------------
def decide(world, report, decision=Decision.ACCEPTED, username="desk-kutim", reason=""):
    decide_report(report=report, decision=decision, by=world.people[username], now=timezone.now(), reason=reason)
    report.refresh_from_db()


def test_accepting_is_idempotent_and_says_who_and_when(world):
    report = send(world).report
    decide(world, report)
    first = (report.decision, report.decided_by, report.decided_at)
    decide(world, report, username="desk-kaltim")
    assert (report.decision, report.decided_by, report.decided_at) == first
    assert report.decided_by == world.people["desk-kutim"]


def test_a_return_needs_a_reason(world):
    report = send(world).report
    with pytest.raises(RulesBroken) as refused:
        decide(world, report, Decision.RETURNED)
    assert list(refused.value.sentences) == ["decision_reason"]


def test_two_decisions_do_not_overwrite_each_other(world):
    report = send(world).report
    decide(world, report, Decision.RETURNED, reason="LK keliru")
    with pytest.raises(DecisionConflict, match="dikembalikan oleh Desk Kutim"):
        decide(world, report, username="desk-kaltim")
    assert report.decision == Decision.RETURNED


def test_a_decision_on_an_old_revision_is_refused(world):
    report = send(world).report
    send(world, key=uuid.uuid4(), base=1, changed={"kpps_filled": 125})
    with pytest.raises(DecisionConflict, match="revisi yang lebih baru"):
        decide(world, report)


def test_a_decision_marks_the_kecamatan_stale(world):
    report = send(world).report
    decide(world, report, Decision.RETURNED, reason="LK keliru")
    assert StaleKecamatan.objects.filter(kecamatan="64.08.11", cause="decision").exists()


@pytest.mark.parametrize("username", ["camat-sandaran", "desk-mahulu", "bupati-kutim"])
def test_only_the_desk_of_the_region_decides(world, username):
    report = send(world).report
    with pytest.raises(AccessRefused):
        decide(world, report, username=username)


# --- at the same time ---------------------------------------------------------------------------------------------------
def together(*jobs):
    """Run the jobs in threads that start at once; what each gave or raised."""
    barrier, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(index, job):
        barrier.wait()
        try:
            results[index] = job()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_is_one_report_with_one_receipt(transactional_db, world):
    expected = open_slot(world)
    said = content(Sheet(expected), NOW)
    sent = together(*[lambda: send_plain(world, expected, said, KEY)] * 4)
    assert {submission.report.receipt for submission in sent} == {receipt_of(KEY)}
    assert sorted(submission.is_repeat for submission in sent) == [False, True, True, True]
    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_autosave_during_the_sending_brings_no_draft_back(transactional_db, world):
    expected = open_slot(world)
    sheet = Sheet(expected)
    said, sent, saving = content(sheet, NOW), threading.Event(), threading.Event()

    def autosave():
        sent.wait()
        saving.set()
        return save_draft(expected=expected, by=world.people["camat-sandaran"], typed={"client_key": [str(KEY)]})

    def tap():
        with transaction.atomic():
            send_plain(world, expected, said, KEY)
            sent.set()
            saving.wait()
            time.sleep(0.3)  # the autosave has asked by now whether the report is there

    assert together(autosave, tap) == [None, None]
    assert (Report.objects.count(), ReportDraft.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_one_report_and_one_is_told(transactional_db, world):
    expected = open_slot(world)
    one, other = content(Sheet(expected), NOW), content(Sheet(expected), NOW, kpps_filled=125)
    results = together(
        lambda: send_plain(world, expected, one, uuid.uuid4()),
        lambda: send_plain(world, expected, other, uuid.uuid4(), "operator-sandaran"),
    )
    told = [result for result in results if isinstance(result, StaleForm)]
    assert len(told) == 1
    assert str(told[0].latest.submitted_by) in str(told[0])
    assert Report.objects.filter(is_latest=True).count() == Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_revisions_at_once_leave_one_latest_and_no_gap(transactional_db, world):
    expected = open_slot(world)
    said = content(Sheet(expected), NOW)
    together(*[lambda: send_plain(world, expected, said, uuid.uuid4())] * 5)
    assert list(Report.objects.values_list("revision", "is_latest")) == [(1, True)]


@pytest.mark.django_db(transaction=True)
def test_accepting_and_returning_at_once_leaves_one_decision(transactional_db, world):
    expected = open_slot(world)
    report = send_plain(world, expected, content(Sheet(expected), NOW), KEY).report
    desk = {"report": report, "now": NOW}
    results = together(
        lambda: decide_report(decision=Decision.ACCEPTED, by=world.people["desk-kutim"], **desk),
        lambda: decide_report(decision=Decision.RETURNED, by=world.people["desk-kaltim"], reason="LK", **desk),
    )
    assert sum(isinstance(result, DecisionConflict) for result in results) == 1


def send_plain(world, expected: ExpectedReport, said: ReportContent, key: uuid.UUID, username="camat-sandaran"):
    with transaction.atomic():
        return submit_report(
            expected=expected,
            by=world.people[username],
            content=said,
            client_key=key,
            base_revision=0,
            now=NOW,
        )
