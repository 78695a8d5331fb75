"""Who has not reported, whom to call, and the note of a call."""

import re
from datetime import timedelta
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.utils import timezone

from districts.access import AccessRefused
from districts.frame import nation
from districts.models import Contact, ContactAttempt, ExpectedReport, Readiness, Region, User
from districts.reports import silence
from districts.reports.contacting import KeyTaken, international, note_contact, sms_link
from districts.reports.expecting import current_expected, expect_reports
from districts.reports.reaching import follow_call
from tests.conftest import NOW, VOTING_DAY, make_election
from tests.districts.officials import MOST_STATEMENTS, more_kecamatan, roll_up, statements, text_of
from tests.districts.reports import make_report

KUTIM = "/wilayah/64.08/belum-lapor/"
NATION = "/nasional/belum-lapor/"
HTMX = {"HX-Request": "true"}
AFTER_DUE = timedelta(days=2)  # Monday evening, week 47 was due at 08.00


@pytest.fixture
def quiet(world):
    """Week 47 is open; only Sangatta Utara has reported."""
    roll_up(world)
    make_report(current_expected(world.election, "64.08.04", NOW), world.people["admin"])
    return world


def listed(response):
    return re.findall(r'<tr role="row" id="k-([0-9.]+)">', text_of(response))


def call_address(world, code="64.08.11"):
    return f"/kecamatan/{code}/{current_expected(world.election, code, NOW).slot}/kontak/"


def answer(**values):
    return {"outcome": "tidak_diangkat", "channel": "phone", "note": "", "client_key": str(uuid4()), **values}


def attempt(world, code, **values):
    expected = current_expected(world.election, code, NOW)
    fields = {"by": world.people["desk-kutim"], "at": NOW, "outcome": "tidak_terjangkau", **values}
    made = ContactAttempt.objects.create(expected=expected, **fields)
    follow_call(attempt=made, by=fields["by"])
    return made


def test_those_who_have_not_reported_are_listed_and_no_others(quiet, as_user):
    assert listed(as_user("desk-kutim").get(KUTIM)) == ["64.08.06", "64.08.11"]
    assert listed(as_user("pemantau-nasional").get(NATION)) == ["64.08.06", "64.08.11", "64.11.01", "64.11.03"]


def test_a_returned_report_is_not_silence(quiet, as_user):
    expected = current_expected(quiet.election, "64.08.11", NOW)
    make_report(
        expected, quiet.people["admin"], decision="dikembalikan", decided_by=quiet.people["admin"], decided_at=NOW,
        decision_reason="Angka TPS tertukar",
    )  # fmt: skip
    assert listed(as_user("desk-kutim").get(KUTIM)) == ["64.08.06"]


def test_late_unreachable_and_not_yet_due_are_three_things(quiet, as_user, now):
    attempt(quiet, "64.08.06")
    client = as_user("desk-kutim")
    assert "Belum lapor" in text_of(client.get(KUTIM))
    now.shift(AFTER_DUE)
    assert listed(client.get(KUTIM + "?keadaan=terlambat")) == ["64.08.11"]
    assert listed(client.get(KUTIM + "?keadaan=tidak_terjangkau")) == ["64.08.06"]
    assert listed(client.get(KUTIM + "?keadaan=belum_lapor")) == []
    assert listed(client.get(KUTIM + "?keadaan=ngawur")) == ["64.08.06", "64.08.11"]


def test_when_nobody_is_waited_for_the_page_says_so(quiet, as_user):
    for code in ("64.08.06", "64.08.11"):
        make_report(current_expected(quiet.election, code, NOW), quiet.people["admin"])
    assert "Semua sudah lapor" in text_of(as_user("desk-kutim").get(KUTIM))


def test_each_row_has_a_person_with_links_that_carry_a_ready_text(quiet, as_user):
    User.objects.filter(username="camat-busang").update(phone="08125550001", name="Yosep Lawai")
    page = text_of(as_user("desk-kutim").get(KUTIM))
    row = page[page.index('id="k-64.08.06"') :].split("</tr>")[0]
    assert "Yosep Lawai" in row
    assert 'href="tel:08125550001"' in row
    assert "https://wa.me/628125550001?text=" in row
    assert "sms:+628125550001?body=" in row
    text = unquote(row)
    assert "Yth. Camat Busang" in text
    assert "Tenggat: 23 Nov 2026, 08.00 WITA" in text
    assert "http://testserver/kecamatan/64.08.06/2026-W47/isi/" in text


def test_somebody_without_a_number_is_named_and_a_contact_with_one_comes_first(quiet, as_user):
    User.objects.filter(username="camat-busang").update(phone="")
    Contact.objects.create(region_id="64.08.06", office="Kapolsek", name="Iptu Bambang", phone="081344400011")
    page = text_of(as_user("desk-kutim").get(KUTIM))
    row = page[page.index('id="k-64.08.06"') :].split("</tr>")[0]
    assert row.index("Iptu Bambang") < row.index("Camat Busang")
    assert "nomor belum dicatat" in row


def test_last_report_and_last_contact_are_told(quiet, as_user, now):
    expected = ExpectedReport.objects.get(kecamatan="64.08.11", slot="2026-W46")
    make_report(expected, quiet.people["admin"], submitted_at=NOW - timedelta(days=6))
    attempt(quiet, "64.08.11", at=NOW - timedelta(hours=3), outcome="akan_kirim")
    attempt(quiet, "64.08.11", at=NOW - timedelta(hours=5))
    page = text_of(as_user("desk-kutim").get(KUTIM))
    row = page[page.index('id="k-64.08.11"') :].split("</tr>")[0]
    assert "6 hari lalu" in row
    assert "Tersambung, akan mengirim" in row
    assert "hari ini 15.42 WITA" in row
    other = page[page.index('id="k-64.08.06"') :].split("</tr>")[0]
    assert "belum pernah" in other
    assert "belum dihubungi" in other


@pytest.mark.parametrize(
    ("phone", "digits"), [("+62812", "62812"), ("0812", "62812"), ("812", "62812"), ("62812", "62812")]
)
def test_every_way_of_writing_a_number_is_the_same_number(phone, digits):
    assert international(phone) == digits
    assert sms_link(phone, "a b&c") == f"sms:+{digits}?body=a%20b%26c"


def test_the_desk_notes_a_call(quiet, as_user):
    response = as_user("desk-kutim").post(call_address(quiet), answer(outcome="akan_kirim", note="Sedang mengisi"))
    assert response.status_code == 302
    assert response["Location"] == KUTIM
    made = ContactAttempt.objects.get()
    assert (made.outcome, made.note, made.by.username) == ("akan_kirim", "Sedang mengisi", "desk-kutim")
    assert made.at == pytest.approx(NOW, abs=timedelta(seconds=60))


def test_no_outcome_is_ticked_beforehand(quiet, as_user):
    page = as_user("desk-kutim").get(call_address(quiet)).content.decode()
    ticks = re.findall(r'<input type="radio"[^>]*>', page)
    assert len(ticks) == 3
    assert not any(" checked" in tick for tick in ticks)


def test_sending_the_note_twice_makes_one(quiet, as_user):
    client, sent = as_user("desk-kutim"), answer()
    for _again in range(2):
        assert client.post(call_address(quiet), sent).status_code == 302
    assert ContactAttempt.objects.count() == 1


def test_a_call_is_noted_where_two_elections_run_at_once(quiet, as_user):
    """A re-vote in one village while the rest of the season is still reported."""
    second = make_election("64.08.11", voting_day=VOTING_DAY + timedelta(days=14))
    expect_reports(second)
    assert ExpectedReport.objects.filter(kecamatan="64.08.11", slot="2026-W47").count() == 2
    address = call_address(quiet)
    assert as_user("desk-kutim").get(address).status_code == 200
    assert as_user("desk-kutim").post(address, answer()).status_code == 302
    assert ContactAttempt.objects.get().expected.election == quiet.election


def test_a_key_of_another_call_is_refused(quiet, as_user):
    sent = answer()
    as_user("desk-kutim").post(call_address(quiet), sent)
    response = as_user("desk-kaltim").post(call_address(quiet, "64.08.06"), sent)
    assert response.status_code == 422
    assert "bentrok" in text_of(response)
    assert ContactAttempt.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"outcome": ""}, {"outcome": "lain"}, {"note": "NIK 6408110101900001"}, {"client_key": "x"},
              {"note": "６４０８１１０１０１９００００１"}, {"note": "640811\n010190\n0001"}]
)  # fmt: skip
def test_a_wrong_note_comes_back_as_the_form_with_a_sentence(quiet, as_user, wrong):
    response = as_user("desk-kutim").post(call_address(quiet), answer(**wrong), headers=HTMX)
    assert response.status_code == 422
    page = text_of(response)
    assert page.lstrip().startswith('<form id="kontak-64.08.11"')
    assert "<html" not in page
    assert not ContactAttempt.objects.exists()
    whole = as_user("desk-kutim").post(call_address(quiet), answer(**wrong))
    assert whole.status_code == 422
    assert "<html" in text_of(whole)


@pytest.mark.parametrize("user", ["bupati-kutim", "camat-sandaran", "kpu-kutim", "ppk-sandaran"])
def test_only_the_desk_notes_calls(quiet, as_user, user):
    client = as_user(user)
    assert client.get(call_address(quiet)).status_code == 403
    assert client.post(call_address(quiet), answer()).status_code == 403
    assert not ContactAttempt.objects.exists()


def test_the_write_itself_refuses_others_than_the_desk(quiet):
    expected = current_expected(quiet.election, "64.08.11", NOW)
    facts = {"outcome": "akan_kirim", "channel": "phone", "note": "", "client_key": uuid4(), "now": NOW}
    with pytest.raises(AccessRefused):
        note_contact(expected=expected, by=quiet.people["bupati-kutim"], **facts)
    made = note_contact(expected=expected, by=quiet.people["desk-kutim"], **facts)
    assert note_contact(expected=expected, by=quiet.people["desk-kutim"], **facts) == made
    with pytest.raises(KeyTaken):
        note_contact(expected=expected, by=quiet.people["desk-kaltim"], **facts)


def test_a_call_to_a_kecamatan_out_of_scope_does_not_exist(quiet, as_user):
    assert as_user("desk-mahulu").post(call_address(quiet), answer()).status_code == 404
    assert as_user("desk-kutim").post("/kecamatan/64.08.11/2025-W01/kontak/", answer()).status_code == 404


@pytest.mark.parametrize(("user", "may"), [("desk-kutim", True), ("bupati-kutim", False)])
def test_only_the_desk_is_offered_to_note_a_call(quiet, as_user, user, may):
    assert ("Catat panggilan" in text_of(as_user(user).get(KUTIM))) is may


@pytest.mark.parametrize("address", [NATION, "/wilayah/64/belum-lapor/", "/wilayah/64.11/belum-lapor/"])
def test_out_of_scope_does_not_exist(quiet, as_user, address):
    assert as_user("desk-kutim").get(address).status_code == 404


def test_without_an_election_the_page_says_so(world, as_user):
    world.election.delete()
    assert "Belum ada pemilihan" in text_of(as_user("desk-kutim").get(KUTIM))


def test_an_open_list_hears_of_reports_and_of_colleagues_calls(quiet, as_user):
    client = as_user("desk-kutim")

    def ask():
        return client.get(f"{KUTIM}?versi={version}", headers=HTMX).status_code

    version = re.search(r"versi=([0-9a-z.]+)", text_of(client.get(KUTIM)))[1]
    assert ask() == 204
    attempt(quiet, "64.08.11", at=NOW + timedelta(seconds=9))
    assert ask() == 200
    version = re.search(r"versi=([0-9a-z.]+)", text_of(client.get(KUTIM)))[1]
    assert ask() == 204
    Readiness.objects.filter(region="64.08").update(changed_at=NOW + timedelta(seconds=99))
    assert ask() == 200


def test_pages_of_a_long_list_keep_the_filter_and_not_the_version(quiet, as_user):
    more_kecamatan("64.08", 55)
    roll_up(quiet)
    client = as_user("desk-kutim")
    page = text_of(client.get(f"{KUTIM}?keadaan=belum_lapor&versi=1", headers=HTMX))
    assert len(re.findall(r'id="k-', page)) == 25
    assert "Halaman 1 dari 3" in page
    assert re.search(r'rel="next" href="\?keadaan=belum_lapor&amp;page=2"', page)
    assert len(listed(client.get(KUTIM + "?keadaan=belum_lapor&page=3"))) == 7


def test_where_zones_are_in_different_slots_each_is_asked_for_its_own(quiet, as_user, now):
    Region.objects.filter(code__startswith="64.11").update(time_zone="Asia/Jayapura")
    roll_up(quiet)
    opens = NOW.replace(day=27, hour=0, minute=0) - NOW - timedelta(minutes=30)  # 26 Nov 23.30 WITA, 27 Nov 00.30 WIT
    now.shift(opens)
    silent = silence.silent_in(nation(), quiet.election, timezone.now())
    assert {row.kecamatan_id: row.slot for row in silent} == {
        "64.08.04": "2026-11-26", "64.08.06": "2026-11-26", "64.08.11": "2026-11-26",
        "64.11.01": "2026-11-27", "64.11.03": "2026-11-27",
    }  # fmt: skip


@pytest.mark.parametrize(("user", "address"), [("desk-kutim", KUTIM), ("pemantau-nasional", NATION)])
def test_the_number_of_statements_does_not_grow_with_kecamatan(quiet, as_user, user, address):
    client = as_user(user)
    few, _page = statements(client, address)
    more_kecamatan("64.08", 28)
    roll_up(quiet)
    many, page = statements(client, address)
    assert few == many <= MOST_STATEMENTS
    assert len(listed(page)) == 25


def test_the_counts_are_those_of_the_rows(quiet, now):
    attempt(quiet, "64.08.06", at=NOW - timedelta(hours=2), outcome="akan_kirim")
    attempt(quiet, "64.08.06")
    attempt(quiet, "64.08.11")
    attempt(quiet, "64.08.11", outcome="akan_kirim")
    for moment in (NOW, NOW + AFTER_DUE):
        silent = silence.silent_in(nation(), quiet.election, moment)
        rows = [row.state for row in silence.with_history(silent, moment)]
        counts = silence.counts_by_state(silent, moment)
        assert counts == {state: rows.count(state) for state in counts}
        assert counts["tidak_terjangkau"] == 1
