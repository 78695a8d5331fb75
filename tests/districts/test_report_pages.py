"""Pages of a report: form, draft, receipt, the Desk's decision, sessions that end (issue, section 3)."""

import gzip
import re
import uuid
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from districts.models import Decision, Issue, Report, ReportDraft
from districts.reports.content import receipt_of
from tests.conftest import NOW, PASSWORD, WITA
from tests.districts.reports import EVENT, FORM_KEY, OBSTACLE, make_report, open_slot, sent_last_week, typed

PAGE = "/kecamatan/64.08.11/2026-W47/"
FORM, SEND, DRAFT = PAGE + "isi/", PAGE + "kirim/", PAGE + "draf/"
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def slot(world):
    return open_slot(world)


@pytest.fixture
def camat(slot, as_user):
    return as_user("camat-sandaran")


def value_of(page, name):
    """The values a browser would send for `name` from a page as it stands."""
    html = page.content.decode()
    found = []
    for tag in re.findall(rf'<input[^>]*name="{name}"[^>]*>', html):
        value = re.search(r'value="([^"]*)"', tag)
        if 'type="radio"' in tag or 'type="checkbox"' in tag:
            found += [value[1]] if " checked" in tag else []
        else:
            found.append(value[1] if value else "")
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\s*(.*?)</textarea>', html, re.S)
    return found + ([area[1]] if area else [])


# --- sending ------------------------------------------------------------------------------------------------------------
def test_an_operator_sends_a_report_and_reads_a_receipt(camat):
    page = camat.post(SEND, typed(), follow=True)
    code = receipt_of(uuid.UUID(FORM_KEY))
    assert page.redirect_chain == [(f"{PAGE}tanda-terima/{code}/", 302)]
    assert code in page.content.decode()
    assert "lewat telepon" in page.content.decode()


def test_sending_with_htmx_moves_the_whole_page(camat):
    response = camat.post(SEND, typed(), **HTMX)
    assert response.headers["HX-Redirect"].startswith(f"{PAGE}tanda-terima/")


def test_a_double_tap_gives_the_same_receipt_and_says_so(camat):
    first = camat.post(SEND, typed())
    again = camat.post(SEND, typed(), follow=True)
    assert again.redirect_chain[0][0] == first.url
    assert "Tidak ada yang ganda" in again.content.decode()
    assert Report.objects.count() == 1


def test_a_double_tap_with_events_and_resolved_issues_is_no_change(camat, world, slot):
    issue = Issue.objects.create(
        election=world.election, kecamatan=world.sandaran, kind="kendala", category="akses", title="Jembatan",
        raised_by=world.people["camat-sandaran"], raised_at=NOW,
    )  # fmt: skip
    told = typed(
        has_obstacle=True, summary="Dermaga rusak", security_events=1, resolved=issue.pk, help_needed=["TA"],
        voters_duplicate=3, **OBSTACLE, **EVENT,
    )  # fmt: skip
    first = camat.post(SEND, told)
    again = camat.post(SEND, told)
    assert first.url == again.url
    assert Issue.objects.count() == 5


def test_mistakes_come_back_as_422_with_every_character_kept(camat):
    response = camat.post(SEND, typed(kpps_filled="seratus", summary="Air <pasang> & ombak", disasters=None))
    page = response.content.decode()
    assert response.status_code == 422
    assert value_of(response, "kpps_filled") == ["seratus"]
    assert "Air &lt;pasang&gt; &amp; ombak" in page
    assert 'href="#id_kpps_filled"' in page
    assert not Report.objects.exists()


def test_the_form_region_alone_answers_htmx(camat):
    response = camat.post(SEND, {}, **HTMX)
    assert response.status_code == 422
    assert b"<html" not in response.content
    assert response.content.strip().startswith(b'<div id="report-form"')


def test_mistakes_are_saved_as_a_draft_too(camat, world):
    camat.post(SEND, typed(kpps_filled="seratus"))
    assert ReportDraft.objects.get(user=world.people["camat-sandaran"]).typed["kpps_filled"] == ["seratus"]
    assert value_of(camat.get(FORM), "kpps_filled") == ["seratus"]


def test_a_changed_form_under_a_used_key_is_kept_and_offered_as_revision(camat):
    camat.post(SEND, typed())
    response = camat.post(SEND, typed(kpps_filled=125))
    page = response.content.decode()
    assert response.status_code == 422
    assert receipt_of(uuid.UUID(FORM_KEY)) in page
    assert value_of(response, "kpps_filled") == ["125"]
    assert value_of(response, "base_revision") == ["1"]
    key = value_of(response, "client_key")[0]
    assert key != FORM_KEY
    camat.post(SEND, typed(kpps_filled=125, client_key=key, base_revision=1))
    assert list(Report.objects.order_by("revision").values_list("kpps_filled", flat=True)) == [126, 125]


def test_a_stale_form_shows_what_changed_keeps_the_typing_and_sends_on_top(camat, world, slot):
    make_report(slot, world.people["operator-sandaran"], kpps_filled=124)
    response = camat.post(SEND, typed(kpps_filled=125))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Operator Sandaran" in page
    assert value_of(response, "kpps_filled") == ["125"]
    assert ReportDraft.objects.get().typed["kpps_filled"] == ["125"]
    sent = camat.post(SEND, typed(kpps_filled=125, base_revision=value_of(response, "base_revision")[0]))
    assert sent.status_code == 302
    assert Report.objects.get(is_latest=True).revision == 2


def test_a_changed_resend_does_not_overwrite_a_colleagues_revision_unseen(camat, world, slot):
    camat.post(SEND, typed())
    Report.objects.update(is_latest=False)
    make_report(slot, world.people["operator-sandaran"], revision=2, kpps_filled=124)
    told = camat.post(SEND, typed(kpps_filled=125))
    again = {name: value_of(told, name)[0] for name in ("client_key", "base_revision")}
    second = camat.post(SEND, typed(kpps_filled=125, **again))
    assert second.status_code == 422
    assert "Operator Sandaran" in second.content.decode()
    again = {name: value_of(second, name)[0] for name in ("client_key", "base_revision")}
    assert camat.post(SEND, typed(kpps_filled=125, **again)).status_code == 302
    assert list(Report.objects.order_by("revision").values_list("kpps_filled", flat=True)) == [126, 124, 125]


def test_a_draft_overtaken_by_a_revision_says_so_when_opened(camat, world, slot):
    camat.post(DRAFT, typed(kpps_filled=125))
    make_report(slot, world.people["operator-sandaran"], kpps_filled=124)
    page = camat.get(FORM)
    assert "Operator Sandaran" in page.content.decode()
    assert value_of(page, "kpps_filled") == ["125"]
    assert value_of(page, "base_revision") == ["1"]


def test_a_closed_report_keeps_the_typing_and_says_what_to_do(camat, now, world):
    now.move_to(datetime(2026, 11, 26, 9, 0, tzinfo=WITA))
    response = camat.post(SEND, typed())
    assert response.status_code == 422
    assert "minta Desk Pilkada membukanya lagi atau mengembalikannya" in response.content.decode()
    assert ReportDraft.objects.exists()


def test_what_was_typed_too_late_for_one_period_opens_in_the_next(camat, now, world):
    """H-7: the weekly report closed at midnight, the day's own report is open."""
    now.move_to(datetime(2026, 11, 26, 9, 0, tzinfo=WITA))
    refused = camat.post(SEND, typed(kpps_filled=121, summary="Kapal menunggu cuaca"))
    next_form = "/kecamatan/64.08.11/2026-11-26/isi/"
    assert next_form in refused.content.decode()
    assert "disalin ke formulir" in camat.get(FORM, follow=True).content.decode()
    page = camat.get(next_form)
    assert (value_of(page, "kpps_filled"), value_of(page, "base_revision")) == (["121"], ["0"])
    assert value_of(page, "client_key") != [FORM_KEY]
    assert "Kapal menunggu cuaca" in page.content.decode()
    assert "belum sempat terkirim" in page.content.decode()
    sent = camat.post("/kecamatan/64.08.11/2026-11-26/kirim/", typed(client_key=value_of(page, "client_key")[0]))
    assert "tanda-terima" in sent.url
    now.move_to(datetime(2026, 11, 27, 9, 0, tzinfo=WITA))
    assert value_of(camat.get("/kecamatan/64.08.11/2026-11-27/isi/"), "kpps_filled") == ["126"]


def test_what_a_colleague_typed_too_late_is_nobody_elses(camat, now, world, as_user):
    camat.post(DRAFT, typed(kpps_filled=121))
    now.move_to(datetime(2026, 11, 26, 9, 0, tzinfo=WITA))
    page = as_user("operator-sandaran").get("/kecamatan/64.08.11/2026-11-26/isi/")
    assert value_of(page, "kpps_filled") == [""]
    assert "belum sempat terkirim" not in page.content.decode()


def test_a_form_that_is_not_open_leads_to_the_report(camat, now):
    now.move_to(datetime(2026, 11, 26, 9, 0, tzinfo=WITA))
    response = camat.get(FORM, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert "ditutup" in response.content.decode()


# --- the form -----------------------------------------------------------------------------------------------------------
def test_standing_figures_are_prefilled_and_weekly_counts_are_not(camat, world):
    sent_last_week(world, kpps_filled=117, kpps_trained=110, outreach_stages=4, hints_hoax=2, hints_forwarded=True)
    page = camat.get(FORM)
    assert value_of(page, "kpps_filled") == ["117"]
    assert value_of(page, "outreach_stages") == [""]
    assert value_of(page, "hints_hoax") == [""]
    assert value_of(page, "general_condition") == []
    assert value_of(page, "blankspot_villages") == ["-"]
    assert "pekan lalu 117" in page.content.decode()
    assert "pekan lalu 4" in page.content.decode()


def test_numbers_open_the_number_keyboard(camat):
    assert re.search(r'<input[^>]*name="tps_route_final"[^>]*inputmode="numeric"', camat.get(FORM).content.decode())
    assert re.search(r'<input[^>]*name="office_mbps"[^>]*inputmode="decimal"', camat.get(FORM).content.decode())


def test_what_is_not_due_is_folded(world, as_user, now):
    now.move_to(datetime(2026, 9, 26, 9, 0, tzinfo=WITA))  # H-68: no warehouse yet
    open_slot(world)
    page = as_user("camat-sandaran").get("/kecamatan/64.08.11/2026-W39/isi/").content.decode()
    assert re.search(r'<details class="section" id="bagian-logistik" open>', page), "problems of logistics may be told"
    assert "9 isian di luar waktunya" in page
    assert re.search(r'<details class="section" id="bagian-ringkasan" open>', page)


def test_the_form_is_light_on_a_repeat_visit(camat, world):
    sent_last_week(world)
    assert len(gzip.compress(camat.get(FORM).content)) < 30_000


def test_the_form_asks_the_same_number_of_statements_for_many_open_issues(camat, world, django_assert_max_num_queries):
    def raise_some(count):
        Issue.objects.bulk_create(
            Issue(election=world.election, kecamatan=world.sandaran, kind="kendala", category="akses",
                  title=f"Jembatan {number}", raised_by=world.people["camat-sandaran"], raised_at=NOW)
            for number in range(count)
        )  # fmt: skip

    raise_some(2)
    with django_assert_max_num_queries(16) as few:
        camat.get(FORM)
    raise_some(28)
    with django_assert_max_num_queries(len(few)):
        camat.get(FORM)


def test_one_tap_says_nothing_changed_and_asks_for_the_three_critical_numbers(camat, world):
    sent_last_week(world, outreach_stages=4)
    page = camat.get(FORM + "?tanpa_perubahan=1")
    html = page.content.decode()
    for name in ("kpps_trained", "personnel_polri", "tps_line_tested"):
        assert value_of(page, name) == [""]
    assert 'name="kpps_filled"' not in html
    assert "dicatat 0, tidak disalin" in html
    short = {
        "client_key": FORM_KEY, "unchanged": "1", "general_condition": "kondusif", "has_obstacle": "0",
        "kpps_trained": "120", "personnel_polri": "12", "tps_line_tested": "15",
    }  # fmt: skip
    assert camat.post(SEND, short).status_code == 302
    report = Report.objects.get(expected__slot="2026-W47")
    assert (report.unchanged, report.kpps_filled, report.tps_line_tested) == (True, 126, 15)
    assert report.outreach_stages == 0, "what happened last week did not happen again"
    assert camat.post(SEND, short).url == f"{PAGE}tanda-terima/{report.receipt}/"


@pytest.mark.parametrize("missing", ["general_condition", "has_obstacle", "kpps_trained", "personnel_polri"])
def test_nothing_changed_still_needs_its_answers(camat, world, missing):
    sent_last_week(world)
    short = {
        "unchanged": "1", "general_condition": "kondusif", "has_obstacle": "0", "kpps_trained": "120",
        "personnel_polri": "12", "tps_line_tested": "15",
    }  # fmt: skip
    response = camat.post(SEND, short | {missing: ""})
    assert response.status_code == 422
    assert f"id_{missing}" in response.content.decode()


def test_from_h_minus_7_the_critical_numbers_are_where_the_boxes_are(world, as_user, now):
    sent_last_week(world)
    now.move_to(datetime(2026, 12, 1, 9, 0, tzinfo=WITA))
    page = as_user("camat-sandaran").get("/kecamatan/64.08.11/2026-12-01/isi/?tanpa_perubahan=1")
    assert [value_of(page, name) for name in ("tps_at_ppk", "tps_at_pps", "tps_at_kpps")] == [[""]] * 3
    assert value_of(page, "personnel_polri") == []


def test_what_became_due_since_is_asked_for_although_nothing_changed(camat, world):
    sent_last_week(world, notices_delivered=None, h_minus=17)
    assert value_of(camat.get(FORM + "?tanpa_perubahan=1"), "notices_delivered") == [""]


def test_nothing_changed_is_not_offered_without_a_report_before(camat):
    assert "tanpa_perubahan" not in camat.get(FORM).content.decode()
    page = camat.get(FORM + "?tanpa_perubahan=1")
    assert 'name="kpps_filled"' in page.content.decode()


def test_the_short_form_does_not_wipe_out_what_was_typed_into_the_long_one(camat, world):
    sent_last_week(world)
    camat.post(DRAFT, typed(kpps_filled=119, summary="sedang diketik"))
    camat.post(DRAFT, {"unchanged": "1", "kpps_trained": "121"})
    page = camat.get(FORM)
    assert value_of(page, "kpps_filled") == ["119"]
    assert value_of(page, "kpps_trained") == ["121"]


def test_rows_grow_without_javascript(camat):
    rows = {name.replace("-0-", f"-{n}-"): value for n in range(3) for name, value in EVENT.items()}
    camat.post(DRAFT, typed(**rows))
    html = camat.get(FORM).content.decode()
    assert 'name="kejadian-3-title"' in html
    assert html.count("Perusakan alat peraga") == 3


def test_the_desk_types_a_dictated_report_and_names_the_speaker(slot, as_user):
    desk = as_user("desk-kutim")
    assert 'name="channel"' in desk.get(FORM).content.decode()
    response = desk.post(SEND, typed())
    assert response.status_code == 422
    assert "didiktekan" in response.content.decode()
    assert desk.post(SEND, typed(channel="radio", on_behalf_of="Sekcam Sandaran")).status_code == 302
    report = Report.objects.get()
    assert (report.channel, report.on_behalf_of) == ("radio", "Sekcam Sandaran")
    assert "Radio/HT" in desk.get(PAGE).content.decode()


def test_a_reporter_cannot_choose_another_channel(camat):
    camat.post(SEND, typed(channel="radio", on_behalf_of="Bupati"))
    assert Report.objects.get().channel == "web"


# --- drafts -------------------------------------------------------------------------------------------------------------
def test_a_draft_is_kept_as_typed_per_person_and_kecamatan(camat, world, as_user):
    assert camat.post(DRAFT, typed(kpps_filled="12o", summary=" dua  spasi ")).status_code == 302
    draft = ReportDraft.objects.get()
    assert (draft.typed["kpps_filled"], draft.typed["summary"]) == (["12o"], [" dua  spasi "])
    assert value_of(as_user("operator-sandaran").get(FORM), "kpps_filled") == [""]


@pytest.mark.parametrize("address", ["kirim/", "draf/"])
def test_a_form_cut_off_by_a_weak_line_takes_nothing_from_the_draft(camat, address):
    """The server gets the beginning of the body and then the end of the connection."""
    camat.post(DRAFT, typed(summary="Dermaga rusak"))
    kept = ReportDraft.objects.get().typed
    whole = urlencode(typed(summary="Dermaga rusak, kapal"), doseq=True).encode()
    cut = {"wsgi.input": BytesIO(whole[: len(whole) // 2]), "CONTENT_LENGTH": str(len(whole))}
    response = camat.generic("POST", PAGE + address, whole, "application/x-www-form-urlencoded", **cut)
    assert response.status_code == 400
    assert "rusak di jalan" in response.content.decode()
    assert ReportDraft.objects.get().typed == kept


def test_an_autosave_does_not_look_for_the_button_it_lies_beside(camat):
    """It would inherit `find button.send`, find none below itself and write an error to the console each time."""
    assert 'hx-disinherit="hx-disabled-elt"' in camat.get(FORM).content.decode()


def test_autosave_says_when_it_saved(camat):
    assert "tersimpan 18.42 WITA" in camat.post(DRAFT, typed(), **HTMX).content.decode()


def test_a_late_autosave_does_not_bring_back_what_was_sent(camat):
    camat.post(SEND, typed())
    camat.post(DRAFT, typed(), **HTMX)
    assert not ReportDraft.objects.exists()


def test_the_draft_of_a_sent_report_is_gone_and_the_form_opens_on_what_was_sent(camat):
    camat.post(DRAFT, typed(kpps_filled=125))
    camat.post(SEND, typed(kpps_filled=125))
    page = camat.get(FORM)
    assert not ReportDraft.objects.exists()
    assert value_of(page, "kpps_filled") == ["125"]
    assert value_of(page, "base_revision") == ["1"]
    assert value_of(page, "hints_money") == ["0"], "a correction starts from everything that was sent"


def test_the_form_of_a_sent_report_says_that_it_is_sent(camat, world, slot):
    report = make_report(slot, world.people["camat-sandaran"])
    page = camat.get(FORM).content.decode()
    assert "Laporan ini sudah terkirim." in page
    assert report.receipt in page
    assert "Laporan ini sudah terkirim." not in camat.post(SEND, typed(kpps_filled="x")).content.decode()


def test_what_was_not_asked_for_before_is_not_compared(camat, world, slot):
    sent_last_week(world, office_mbps=None)
    make_report(slot, world.people["camat-sandaran"], office_mbps=8)
    page = camat.get(PAGE).content.decode()
    assert "sebelumnya" in page
    assert "sebelumnya –" not in page


def test_the_form_of_a_returned_report_says_why(camat, world, slot):
    make_report(
        slot, world.people["camat-sandaran"], decision=Decision.RETURNED, decision_reason="Angka Linmas keliru",
        decided_at=NOW, decided_by=world.people["desk-kutim"],
    )  # fmt: skip
    page = camat.get(FORM).content.decode()
    assert "Angka Linmas keliru" in page
    assert "Laporan ini sudah terkirim." not in page


# --- a session that ended -------------------------------------------------------------------------------------------------
def sign_in(client, username, world, address):
    user = world.people[username]
    user.set_password(PASSWORD)
    user.save()
    return client.post(address, {"username": username, "password": PASSWORD}, follow=True)


@pytest.mark.parametrize("address", [SEND, DRAFT])
def test_a_session_that_ended_in_mid_form_loses_nothing(slot, client, world, address):
    response = client.post(address, typed(kpps_filled=119, summary="Ombak tinggi"))
    assert response.status_code == 302
    assert response.url.startswith("/masuk/?next=/kecamatan/64.08.11/2026-W47/isi/")
    page = sign_in(client, "camat-sandaran", world, response.url)
    assert value_of(page, "kpps_filled") == ["119"]
    assert "BELUM terkirim" in page.content.decode()
    assert ReportDraft.objects.get().user == world.people["camat-sandaran"]
    assert not Report.objects.exists()


def test_a_session_that_ended_in_htmx_moves_the_whole_page(slot, client):
    response = client.post(SEND, typed(), **HTMX)
    assert response.headers["HX-Redirect"].startswith("/masuk/")


@pytest.mark.parametrize("address", ["kirim/", "draf/"])
def test_a_form_whose_token_is_old_comes_back_as_typed_and_writes_nothing(slot, world, address):
    """Without JavaScript, after signing in again in another tab; Back in the browser would lose every number."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["camat-sandaran"])
    client.get(PAGE + "isi/")
    response = client.post(
        PAGE + address, typed(kpps_filled="111", summary="Dermaga rusak") | {"csrfmiddlewaretoken": "x" * 64}
    )
    page = response.content.decode()
    assert response.status_code == 403
    assert 'value="111"' in page
    assert "Dermaga rusak" in page
    assert "BELUM terkirim" in page
    assert not Report.objects.exists()
    assert not ReportDraft.objects.exists()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    again = client.post(PAGE + "kirim/", typed() | {"csrfmiddlewaretoken": token})
    assert "tanda-terima" in again.url


def test_a_foreign_form_whose_token_is_old_shows_nothing(slot, world):
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "k" * 32
    client.force_login(world.people["camat-busang"])
    assert client.post(PAGE + "kirim/", typed(summary="Dermaga rusak")).status_code == 404
    client.logout()
    client.cookies["csrftoken"] = "k" * 32
    assert "sudah kedaluwarsa" in client.post(PAGE + "kirim/", typed()).content.decode()


def test_the_typing_of_one_kecamatan_does_not_become_anothers(slot, client, world):
    response = client.post(SEND, typed(summary="rahasia Sandaran"))
    page = sign_in(client, "camat-busang", world, response.url)
    assert page.status_code == 404
    assert not ReportDraft.objects.exists()
    assert b"rahasia Sandaran" not in client.get("/kecamatan/64.08.06/2026-W47/isi/").content


def test_more_than_a_form_can_hold_is_not_kept_for_strangers(slot, client):
    response = client.post(SEND, typed(**{f"kendala-{n}-detail": "x" * 2000 for n in range(40)}))
    assert response.status_code == 413
    assert "unsent_report" not in client.session


@pytest.mark.parametrize("address", [SEND, DRAFT])
def test_opening_the_address_of_a_post_leads_to_the_form(slot, client, as_user, address):
    assert client.get(address).url.startswith("/masuk/")
    assert as_user("camat-sandaran").get(address).url == FORM


# --- the report page ------------------------------------------------------------------------------------------------------
def test_the_page_of_a_report_nobody_sent_says_so(camat):
    page = camat.get(PAGE).content.decode()
    assert "Belum lapor" in page
    assert "Belum ada laporan untuk periode ini" in page


def test_the_history_says_who_changed_what_when_and_by_which_channel(camat, world, as_user):
    camat.post(SEND, typed())
    desk = as_user("desk-kutim")
    again = {"client_key": str(uuid.uuid4()), "base_revision": 1, "channel": "phone", "on_behalf_of": "Camat Sandaran"}
    assert desk.post(SEND, typed(kpps_filled=125, **again)).status_code == 302
    page = " ".join(re.sub(r"<[^>]+>", " ", desk.get(PAGE).content.decode()).split())
    assert "KPPS terisi: 126 → menjadi 125" in page
    assert "Desk Kutim" in page
    assert "Telepon, atas nama Camat Sandaran" in page
    assert "18.42 WITA" in page


def test_the_desk_accepts_and_the_kecamatan_sees_it(camat, as_user):
    camat.post(SEND, typed())
    page = as_user("desk-kutim").post(PAGE + "1/terima/", follow=True)
    assert page.redirect_chain == [(PAGE, 302)]
    assert "Diterima" in page.content.decode()


def test_the_desk_returns_with_a_reason_and_the_form_opens_again(camat, as_user, world, now):
    camat.post(SEND, typed())
    desk = as_user("desk-kutim")
    refused = desk.post(PAGE + "1/kembalikan/", {"reason": " "})
    assert refused.status_code == 422
    assert "supaya kecamatan tahu" in refused.content.decode()
    desk.post(PAGE + "1/kembalikan/", {"reason": "Linmas belum masuk akal"})
    now.move_to(NOW + timedelta(days=6))
    page = as_user("camat-sandaran").get(PAGE)
    assert "Linmas belum masuk akal" in page.content.decode()
    assert FORM in page.content.decode()


def test_a_decision_that_came_too_late_is_explained(camat, as_user, world):
    camat.post(SEND, typed())
    as_user("desk-kutim").post(PAGE + "1/terima/")
    page = as_user("desk-kaltim").post(PAGE + "1/kembalikan/", {"reason": "keliru"}, follow=True)
    assert "sudah diterima oleh Desk Kutim" in page.content.decode()
    assert Report.objects.get().decision == Decision.ACCEPTED


@pytest.mark.parametrize(
    ("username", "page", "form", "accept"),
    [
        ("camat-sandaran", 200, 200, 403),
        ("desk-kutim", 200, 200, 302),
        ("desk-kaltim", 200, 200, 302),
        ("bupati-kutim", 200, 403, 403),
        ("kpu-kutim", 200, 403, 403),
        ("ppk-sandaran", 200, 403, 403),
        ("camat-busang", 404, 404, 404),
        ("desk-mahulu", 404, 404, 404),
    ],
)
def test_who_may_do_what_where(slot, world, as_user, username, page, form, accept):
    make_report(slot, world.people["camat-sandaran"])
    client = as_user(username)
    assert client.get(PAGE).status_code == page
    assert client.get(FORM).status_code == form
    assert client.post(SEND, {}).status_code == (422 if form == 200 else form)
    assert client.post(DRAFT, {}).status_code == (302 if form == 200 else form)
    assert client.post(PAGE + "foto/").status_code == (302 if form == 200 else form)
    assert client.post(PAGE + "1/terima/").status_code == accept


def test_a_slot_nobody_expects_is_not_there(camat):
    assert camat.get("/kecamatan/64.08.11/2024-W47/").status_code == 404
    assert camat.get("/kecamatan/64.08.11/2026-W99/").status_code == 404


def test_a_receipt_is_shown_only_where_the_report_is(camat, as_user):
    address = camat.post(SEND, typed()).url
    assert camat.get(address).status_code == 200
    assert camat.get(address.replace("tanda-terima/", "tanda-terima/2")).status_code == 404
    assert as_user("camat-busang").get(address).status_code == 404


def test_the_page_asks_the_same_number_of_statements_for_many_revisions(
    camat, world, slot, django_assert_max_num_queries
):
    report = make_report(slot, world.people["camat-sandaran"])
    with django_assert_max_num_queries(16) as few:
        camat.get(PAGE)
    for revision in range(2, 12):
        Report.objects.update(is_latest=False)
        make_report(slot, world.people["operator-sandaran"], revision=revision, staff_sick=revision)
    assert report.expected.reports.count() == 11
    with django_assert_max_num_queries(len(few)):
        camat.get(PAGE)


def test_every_time_is_told_in_the_zone_of_the_kecamatan(camat):
    camat.post(SEND, typed())
    assert timezone.get_current_timezone_name() == "Asia/Makassar"
    assert "18.42 WITA" in camat.get(PAGE).content.decode()


def test_an_answer_left_out_does_not_unfold_the_rows_of_obstacles_and_a_yes_without_one_does(camat):
    folded = '<details class="subforms" data-rows="kendala">'
    assert folded in camat.post(SEND, typed(has_obstacle="")).content.decode()
    assert folded not in camat.post(SEND, typed(has_obstacle="1")).content.decode()
