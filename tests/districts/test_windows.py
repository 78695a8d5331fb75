"""When a report is taken, what the desk may open after the close, and what a refusal says (issue 5, point 2; DOMAIN 7.1)."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from districts.access import AccessRefused
from districts.models import Assignment, Decision, ExpectedReport, Grade, Report, ReportDraft, WindowException
from districts.reporting import (
    ContentChanged,
    DecisionConflict,
    ReportRefused,
    RulesBroken,
    StaleForm,
    decide_report,
    submit_report,
)
from districts.reports import windows
from districts.reports.expecting import expect_reports
from districts.reports.sheet import Sheet
from districts.reports.windows import NotExpected, NotOpen, WindowRefused, end_exception, open_exception
from districts.weeks import slots
from tests.conftest import NOW, VOTING_DAY, WITA
from tests.districts.officials import roll_up, text_of
from tests.districts.reports import content, make_report, open_slot, typed
from tests.districts.test_report_submit import together

CLOSES = datetime(2026, 11, 26, 0, 0, tzinfo=WITA)  # week 47, when the first daily slot (H-7) opens
LATER = CLOSES + timedelta(hours=9)
PAGE = "/kecamatan/64.08.11/2026-W47/"
ZONES = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}


def opened(world, by="desk-kutim", **values):
    """An exception of week 47 of Sandaran for a day, after its close."""
    facts = {"reason": "Jalan putus", "ends_at": LATER + timedelta(days=1), "client_key": uuid4(), "now": LATER}
    return open_exception(expected=open_slot(world), by=world.people[by], **facts | values)


def send(world, now=LATER, by="camat-sandaran", base=0, key=None, said=None):
    return submit_report(
        expected=open_slot(world), by=world.people[by], content=said or content(Sheet(open_slot(world)), NOW),
        client_key=key or uuid4(), base_revision=base, now=now,
    )  # fmt: skip


def answer(**values):
    ends = (LATER + timedelta(hours=10)).strftime("%Y-%m-%dT%H:%M")
    return {"reason": "Jalan putus", "ends_at": ends, "client_key": str(uuid4()), **values}


# --- the windows themselves ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("zone", "hours"), ZONES.items())
def test_windows_stand_on_the_clocks_of_the_zone(zone, hours):
    local = ZoneInfo(zone)
    found = {slot.code: slot for slot in slots(VOTING_DAY, zone, date(2026, 9, 21), VOTING_DAY)}
    week = found["2026-W47"]
    assert (week.opens_at, week.due_at) == (
        datetime(2026, 11, 20, 0, tzinfo=local),
        datetime(2026, 11, 23, 8, tzinfo=local),
    )
    assert week.opens_at.utcoffset() == timedelta(hours=hours)
    assert found["2026-11-26"].opens_at == week.closes_at == datetime(2026, 11, 26, 0, tzinfo=local)  # H-7
    assert found["2026-12-02-pagi"].opens_at == datetime(2026, 12, 2, 0, tzinfo=local)  # H-1, twice a day
    assert "2026-12-02-sore" in found
    assert "2026-12-01" in found
    assert "2026-12-01-sore" not in found


def test_at_every_minute_of_the_season_exactly_one_slot_is_open():
    for zone in ZONES:
        found = slots(VOTING_DAY, zone, date(2026, 9, 21), VOTING_DAY)
        moment, step = found[0].opens_at, timedelta(hours=7, minutes=13)
        while moment < found[-1].closes_at:
            assert sum(slot.opens_at <= moment < slot.closes_at for slot in found) == 1
            moment += step


@pytest.mark.parametrize(
    ("at", "is_taken"), [(datetime(2026, 11, 20, tzinfo=WITA), True), (CLOSES, False)], ids=["opening", "close"]
)  # fmt: skip
def test_the_first_second_is_in_and_the_last_is_out(world, at, is_taken):
    expected, second = open_slot(world), timedelta(seconds=1)
    for now, taken in ((at, is_taken), (at - second, not is_taken)):
        if taken:
            windows.check_is_open(expected, None, now)
        else:
            with pytest.raises(NotOpen):
                windows.check_is_open(expected, None, now)


# --- exceptions ---------------------------------------------------------------------------------------------------------
def test_a_closed_report_is_taken_while_an_exception_is_open_and_is_late(world):
    opened(world)
    sent = send(world, LATER + timedelta(hours=2)).report
    row = ExpectedReport.objects.with_state(LATER).get(pk=sent.expected_id)
    assert (row.was_late, row.state) == (True, "terkirim_terlambat")


def test_after_its_end_an_exception_refuses_and_says_so(world):
    opened(world)
    with pytest.raises(NotOpen, match=r"Pengecualian yang dibuka Desk Kutim berakhir Jumat, 27 Nov 2026, 09\.00 WITA"):
        send(world, LATER + timedelta(days=1))


def test_an_exception_ended_early_closes_the_report_at_once(world):
    made = opened(world)
    end_exception(exception=made, by=world.people["desk-kaltim"], now=LATER + timedelta(hours=1))
    with pytest.raises(NotOpen, match=r"10\.00 WITA"):
        send(world, LATER + timedelta(hours=1))
    with pytest.raises(WindowRefused, match="sudah berakhir"):
        end_exception(exception=made, by=world.people["desk-kutim"], now=LATER + timedelta(hours=2))


@pytest.mark.parametrize("who", ["camat-sandaran", "bupati-kutim", "desk-mahulu", "kpu-kutim"])
def test_only_the_desk_of_the_region_or_above_opens(world, who):
    with pytest.raises(AccessRefused):
        opened(world, by=who)
    assert opened(world, by="desk-kaltim").opened_by == world.people["desk-kaltim"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"ends_at": LATER}, "sesudah sekarang"),
        ({"ends_at": LATER - timedelta(days=1)}, "sesudah sekarang"),
        ({"ends_at": LATER + timedelta(hours=72, minutes=1)}, "paling lama 72 jam"),
        ({"now": CLOSES - timedelta(minutes=1), "ends_at": CLOSES}, "belum ditutup"),
    ],
)
def test_an_exception_without_sense_is_refused_with_a_sentence(world, values, sentence):
    with pytest.raises(WindowRefused, match=sentence):
        opened(world, **values)
    assert not WindowException.objects.exists()


def test_two_officers_open_one_exception_and_a_double_tap_none(world):
    key = uuid4()
    made = opened(world, client_key=key)
    assert opened(world, client_key=key) == made
    with pytest.raises(WindowRefused, match="sudah dibuka Desk Kutim sampai"):
        opened(world, by="desk-kaltim")
    with pytest.raises(WindowRefused, match="bentrok"):
        opened(world, by="desk-kaltim", client_key=key)
    assert WindowException.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_opens_and_the_other_is_told(transactional_db, world):
    open_slot(world)
    results = together(lambda: opened(world), lambda: opened(world, by="desk-kaltim"))
    assert sorted(type(each).__name__ for each in results) == ["WindowException", "WindowRefused"]
    refused = next(each for each in results if isinstance(each, WindowRefused))
    assert "Laporan ini sudah dibuka" in str(refused)
    assert WindowException.objects.count() == 1


def test_a_draft_begun_before_the_close_is_sent_by_exception(world, as_user, now):
    open_slot(world)
    client = as_user("camat-sandaran")
    client.post(PAGE + "draf/", typed(kpps_filled=121))
    now.move_to(LATER)
    opened(world, now=timezone.now())
    page = text_of(client.get(PAGE + "isi/"))
    assert 'value="121"' in page
    assert "Dibuka dengan pengecualian sampai" in page
    assert "Jalan putus" in page
    response = client.post(PAGE + "kirim/", typed(kpps_filled=121), follow=True)
    assert "Di luar jendela, dengan pengecualian dari Desk Kutim: Jalan putus" in text_of(response)
    assert "di luar jendela, dengan pengecualian" in text_of(client.get(PAGE))


def test_a_late_report_of_an_old_slot_does_not_outdo_a_newer_one(world, now):
    before = open_slot(world)
    newer = ExpectedReport.objects.get(kecamatan="64.08.11", slot="2026-11-26")
    make_report(newer, world.people["camat-sandaran"], submitted_at=LATER, kpps_filled=126)
    now.move_to(LATER + timedelta(hours=1))
    make_report(before, world.people["camat-sandaran"], submitted_at=timezone.now(), kpps_filled=10, kpps_trained=10)
    roll_up(world, timezone.now())
    assert Grade.objects.get(kecamatan="64.08.11", indicator="ADH-01").amount == 100
    theirs = Report.objects.filter(kecamatan="64.08.11")
    assert theirs.newest_first().first().kpps_filled == 126


def test_the_desk_opens_and_ends_on_the_page_of_the_report(world, as_user, now):
    open_slot(world)
    client = as_user("desk-kutim")
    assert "Buka lagi dengan pengecualian" not in text_of(client.get(PAGE))  # not closed yet
    now.move_to(LATER)
    assert "Buka lagi dengan pengecualian" in text_of(client.get(PAGE))
    assert "Tulis alasan laporan ini dibuka lagi" in text_of(client.post(PAGE + "jendela/", answer(reason="")))
    assert client.post(PAGE + "jendela/", answer(ends_at="2026-11-20T08:00")).status_code == 422
    assert client.post(PAGE + "jendela/", answer()).status_code == 302
    made = WindowException.objects.get()
    assert "Akhiri sekarang" in text_of(client.get(PAGE))
    assert client.post(f"{PAGE}jendela/{made.pk}/akhiri/").status_code == 302
    assert WindowException.objects.get().ended_by == world.people["desk-kutim"]


def test_the_camat_sees_on_the_kecamatan_page_that_a_report_is_open_again(world, as_user, now):
    roll_up(world)
    now.move_to(LATER)
    opened(world, now=timezone.now())
    page = text_of(as_user("camat-sandaran").get("/kecamatan/64.08.11/"))
    assert "Laporan pekan 47 dibuka lagi dengan pengecualian sampai 27 Nov 2026, 09.00 WITA" in page


# --- refusals -----------------------------------------------------------------------------------------------------------
def _not_open(world):
    return send(world, datetime(2026, 11, 19, 23, tzinfo=WITA))


def _closed(world):
    return send(world)


def _exception_over(world):
    opened(world)
    return send(world, LATER + timedelta(days=2))


def _inactive(world):
    said, expected = content(Sheet(open_slot(world)), NOW), open_slot(world)
    type(world.election).objects.update(is_active=False)
    return submit_report(
        expected=expected, by=world.people["camat-sandaran"], content=said, client_key=uuid4(), base_revision=0, now=NOW
    )


def _no_longer_voting(world):
    said, expected = content(Sheet(open_slot(world)), NOW), open_slot(world)
    world.election.regions.set(["64.11"])
    return submit_report(
        expected=expected, by=world.people["camat-sandaran"], content=said, client_key=uuid4(), base_revision=0, now=NOW
    )


def _race(world):
    send(world, NOW)
    return send(world, NOW, by="operator-sandaran")


def _other_content(world):
    key = uuid4()
    send(world, NOW, key=key)
    return send(world, NOW, key=key, said=content(Sheet(open_slot(world)), NOW, kpps_filled=121))


def _decided_twice(world):
    report, desk = send(world, NOW).report, world.people["desk-kutim"]
    decide_report(report=report, decision=Decision.RETURNED, by=desk, now=NOW, reason="Angka tertukar")
    decide_report(report=report, decision=Decision.ACCEPTED, by=desk, now=NOW)


def _no_reason(world):
    decide_report(report=send(world, NOW).report, decision=Decision.RETURNED, by=world.people["desk-kutim"], now=NOW)


@pytest.mark.parametrize(
    ("act", "kind", "rule", "remedy"),
    [
        (_not_open, NotOpen, "Laporan pekan 47 baru dibuka Jumat, 20 Nov 2026, 00.00 WITA; tenggatnya Senin, 23 Nov 2026, 08.00 WITA", "yang sedang berjalan"),
        (_closed, NotOpen, "dibuka Jumat, 20 Nov 2026, 00.00 WITA dan ditutup Kamis, 26 Nov 2026, 00.00 WITA, saat laporan berikutnya dibuka", "Desk Kutim, +6281200000001"),
        (_exception_over, NotOpen, "Pengecualian yang dibuka Desk Kutim berakhir", "Desk Kutim, +6281200000001"),
        (_inactive, NotExpected, "Pilkada uji tidak berjalan lagi", "hubungi Desk Pilkada: Desk Kutim"),
        (_no_longer_voting, NotExpected, "Sandaran tidak lagi termasuk wilayah", "hubungi Desk Pilkada: Desk Kutim"),
        (_race, StaleForm, "sudah dikirim oleh Camat Sandaran", "kirim sebagai revisi"),
        (_other_content, ContentChanged, "sudah kami terima dengan kode", "kirim sebagai revisi"),
        (_decided_twice, DecisionConflict, "sudah dikembalikan oleh Desk Kutim", "hubungi yang memutuskan"),
        (_no_reason, RulesBroken, "Tulis alasan pengembalian", "lalu kirim lagi"),
    ],
)  # fmt: skip
def test_every_refusal_says_which_rule_and_what_to_do(world, act, kind, rule, remedy):
    with pytest.raises(ReportRefused) as refused:
        act(world)
    assert type(refused.value) is kind
    assert rule in refused.value.rule.replace("\N{NO-BREAK SPACE}", " ")
    assert remedy in refused.value.remedy
    assert str(refused.value) == f"{refused.value.rule} {refused.value.remedy}"


def test_without_a_number_on_record_a_refusal_still_says_whom_to_ask(world):
    Assignment.objects.filter(role="desk").delete()
    with pytest.raises(NotOpen, match="Desk Pilkada kabupaten, nomornya belum dicatat"):
        send(world)


def test_what_is_refused_without_javascript_is_kept_and_shown(world, as_user, now):
    open_slot(world)
    now.move_to(LATER)
    response = as_user("camat-sandaran").post(PAGE + "kirim/", typed(kpps_filled=121))
    page = text_of(response)
    assert response.status_code == 422
    assert 'value="121"' in page
    assert "tersimpan sebagai draf" in page
    assert 'href="tel:+6281200000001"' in page
    assert "/kecamatan/64.08.11/2026-11-26/isi/" in page
    assert ReportDraft.objects.get().typed["kpps_filled"] == ["121"]


def test_a_closed_report_with_mistakes_is_told_that_it_is_closed_and_not_its_mistakes(world, as_user, now):
    open_slot(world)
    now.move_to(LATER)
    response = as_user("camat-sandaran").post(PAGE + "kirim/", typed(kpps_filled="banyak"))
    page = text_of(response)
    assert response.status_code == 422
    assert "ditutup Kamis, 26 Nov 2026, 00.00 WITA" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "perlu diperbaiki" not in page
    assert 'value="banyak"' in page


def test_a_report_nobody_expects_is_refused_with_everything_typed(world, as_user):
    expect_reports(world.election)
    client = as_user("camat-sandaran")
    response = client.post("/kecamatan/64.08.11/2026-W30/kirim/", typed(summary="Jembatan roboh"))
    page = text_of(response)
    assert response.status_code == 404
    assert "Laporan pekan 30 tidak ditunggu dari kecamatan Sandaran" in page
    assert "Jembatan roboh" in page
    assert "Desk Kutim, +6281200000001" in page
    assert ReportDraft.objects.get().expected.slot == "2026-W47"  # and opens there
    assert client.get("/kecamatan/64.08.11/2026-W30/isi/").status_code == 404


def test_without_an_election_the_refusal_says_so_and_shows_what_was_typed(world, as_user):
    world.election.delete()
    response = as_user("camat-sandaran").post("/kecamatan/64.08.11/2026-W47/kirim/", typed(summary="Jembatan roboh"))
    assert "Tidak ada pemilihan yang berjalan" in text_of(response)
    assert "Jembatan roboh" in text_of(response)


def test_another_kecamatan_does_not_exist_and_an_observer_reads_who_may_send(world, as_user):
    open_slot(world)
    assert as_user("camat-busang").post(PAGE + "kirim/", typed()).status_code == 404
    assert as_user("camat-busang").post("/kecamatan/64.08.11/2026-W30/kirim/", typed()).status_code == 404
    assert as_user("bupati-kutim").post(PAGE + "kirim/", typed()).status_code == 403
