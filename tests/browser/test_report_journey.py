"""An operator with a phone sends a report and reads a receipt, with and without JavaScript (issue, section 3)."""

import re
from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from districts.models import Report, ReportDraft, ReportPhoto
from districts.reports.content import RECEIPT_ALPHABET
from districts.reports.expecting import current_expected
from tests.browser.conftest import PHONE
from tests.conftest import NOW, WITA
from tests.districts.reports import make_report, open_slot, sent_last_week
from tests.districts.test_report_photos import phone_exif

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/kecamatan/64.08.11/2026-W47/"
RECEIPT = re.compile(rf"[{RECEIPT_ALPHABET}]{{4}}-[{RECEIPT_ALPHABET}]{{4}}")
#: What a week without trouble still needs typing, beside what is prefilled.
WEEKLY_ZEROS = [
    "voters_duplicate", "voters_ineligible", "voters_unlisted", "security_events", "outreach_stages",
    "outreach_neutrality", "outreach_peace", "staff_sick", "hints_money", "hints_black_campaign", "hints_hoax",
    "hints_sara",
]  # fmt: skip


@pytest.fixture
def last_week(transactional_db, world):
    report = sent_last_week(world)
    open_slot(world)
    return report


def choose(page, name, value):
    page.locator(f'label:has(input[name="{name}"][value="{value}"])').click()


def fill_weekly(page):
    choose(page, "general_condition", "kondusif")
    choose(page, "has_obstacle", "0")
    for name in WEEKLY_ZEROS:
        page.fill(f'[name="{name}"]', "0")


@pytest.mark.parametrize("js", [True, False], ids=["with-javascript", "without-javascript"])
def test_an_operator_sends_a_report_with_a_thumb_and_reads_a_receipt(page_for, last_week, js):
    page = page_for("operator-sandaran", js=js)
    page.goto(PAGE + "isi/")
    if js:
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.input_value('[name="kpps_filled"]') == "126"
    fill_weekly(page)
    page.fill('[name="tps_line_tested"]', "16")
    page.click("button.send")
    page.wait_for_url("**/tanda-terima/*/")
    code = page.inner_text(".receipt .code")
    assert RECEIPT.fullmatch(code)
    report = Report.objects.get(expected__slot="2026-W47")
    assert (report.receipt, report.tps_line_tested, report.channel) == (code, 16, "web")
    assert report.submitted_by.username == "operator-sandaran"


@pytest.mark.parametrize("js", [True, False], ids=["with-javascript", "without-javascript"])
def test_mistakes_are_told_beside_the_field_and_nothing_typed_is_lost(page_for, last_week, js):
    page = page_for("operator-sandaran", js=js)
    page.goto(PAGE + "isi/")
    fill_weekly(page)
    page.fill('[name="kpps_trained"]', "119")
    page.click("button.send")
    page.wait_for_selector(".error-summary")
    if js:
        assert page.evaluate("document.activeElement.className").startswith("error-summary")
    assert page.input_value('[name="kpps_trained"]') == "119"
    page.click(".error-summary a >> text=KPPS sudah bimtek")
    page.fill('[name="fall_reason"]', "Satu anggota KPPS diganti")
    page.click("button.send")
    page.wait_for_url("**/tanda-terima/*/")
    assert Report.objects.get(expected__slot="2026-W47").fall_reason == "Satu anggota KPPS diganti"


@pytest.mark.parametrize("js", [True, False], ids=["with-javascript", "without-javascript"])
def test_nothing_changed_is_one_tap_and_five_answers(page_for, last_week, js):
    page = page_for("operator-sandaran", js=js)
    page.goto(PAGE + "isi/")
    page.click("text=Tidak ada perubahan dari pekan lalu")
    page.wait_for_selector('[name="unchanged"][value="1"]', state="attached")
    choose(page, "general_condition", "kondusif")
    choose(page, "has_obstacle", "0")
    for name, figure in {"kpps_trained": 120, "personnel_polri": 12, "tps_line_tested": 15}.items():
        page.fill(f'[name="{name}"]', str(figure))
    page.click("button.send")
    page.wait_for_url("**/tanda-terima/*/")
    assert Report.objects.get(expected__slot="2026-W47").unchanged


def camera_photo():
    """What a phone of 12 megapixels makes: megabytes, turned by a quarter, with time and place."""
    sky = Image.effect_noise((1000, 750), 40).resize((4000, 3000)).convert("RGB")
    made = BytesIO()
    sky.save(made, "JPEG", quality=92, exif=phone_exif())
    return made.getvalue()


def test_typing_saves_itself(page_for, last_week):
    page = page_for("operator-sandaran")
    page.goto(PAGE + "isi/")
    page.fill('[name="kpps_filled"]', "12o")
    page.press('[name="kpps_filled"]', "Tab")
    page.wait_for_selector("#draft-state:has-text('tersimpan')")
    assert ReportDraft.objects.get().typed["kpps_filled"] == ["12o"]
    page.reload()
    assert page.input_value('[name="kpps_filled"]') == "12o"


def test_a_saved_draft_leaves_the_reader_where_they_are(page_for, last_week):
    page = page_for("operator-sandaran")
    page.goto(PAGE + "isi/")
    page.click("button.send")
    page.wait_for_selector(".error-summary")
    page.fill('[name="hints_money"]', "0")
    page.locator('[name="hints_hoax"]').focus()
    before = page.evaluate("window.scrollY")
    page.wait_for_selector("#draft-state:has-text('tersimpan')")
    with page.expect_response("**/draf/"):
        page.fill('[name="hints_hoax"]', "0")
        page.press('[name="hints_hoax"]', "Tab")
    page.wait_for_timeout(200)
    assert page.evaluate("document.activeElement.name") == "hints_sara"
    assert abs(page.evaluate("window.scrollY") - before) < PHONE[1]


def test_an_error_link_shows_the_label_of_its_field(page_for, last_week):
    page = page_for("operator-sandaran")
    page.goto(PAGE + "isi/")
    page.click("button.send")
    page.click(".error-summary a >> text=Masalah baru: pemilih ganda")
    assert page.evaluate("document.activeElement.name") == "voters_duplicate"
    assert page.locator('label[for="id_voters_duplicate"]').bounding_box()["y"] >= 0


def test_a_photo_leaves_the_phone_small_and_keeps_its_time(page_for, world, last_week, settings, tmp_path):
    """At most 150 kB, of EXIF only the time (DOMAIN 7.2, foto)."""
    settings.MEDIA_ROOT = tmp_path
    make_report(current_expected(world.election, world.sandaran, NOW), world.people["camat-sandaran"])
    page = page_for("operator-sandaran")
    page.goto(PAGE)
    page.set_input_files("#foto", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": camera_photo()})
    expect(page.locator("[name=diambil]")).to_have_value("2026:11:20 14:05:09")
    assert page.evaluate("document.querySelector('#foto').files[0].size") <= 150_000
    page.click("text=Unggah foto")
    expect(page.locator("#messages")).to_contain_text("Foto tersimpan.")
    photo = ReportPhoto.objects.get()
    assert photo.taken_at == datetime(2026, 11, 20, 14, 5, 9, tzinfo=WITA)
    with Image.open(photo.image.path) as kept:
        assert max(kept.size) <= 1600
        assert kept.height > kept.width, "the phone was held upright"


def test_a_photo_the_browser_cannot_read_goes_up_as_it_is(page_for, world, last_week):
    make_report(current_expected(world.election, world.sandaran, NOW), world.people["camat-sandaran"])
    page = page_for("operator-sandaran")
    page.goto(PAGE)
    page.set_input_files("#foto", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 200_000})
    page.click("text=Unggah foto")
    expect(page.locator("#messages")).to_contain_text("bukan foto")


def test_a_lost_connection_keeps_the_screen_and_the_next_press_counts_once(page_for, last_week):
    page = page_for("operator-sandaran")
    page.goto(PAGE + "isi/")
    fill_weekly(page)
    page.context.set_offline(True)
    page.click("button.send")
    page.wait_for_selector("#send-trouble:visible")
    assert page.input_value('[name="staff_sick"]') == "0"
    page.context.set_offline(False)
    page.click("button.send")
    page.wait_for_url("**/tanda-terima/*/")
    assert Report.objects.filter(expected__slot="2026-W47").count() == 1


def test_a_form_opened_before_signing_in_again_elsewhere_is_sent_at_the_second_press(page_for, last_week):
    """Signing in changes the token every page carries; the form fetches the new one and keeps what was typed."""
    page = page_for("operator-sandaran")
    page.goto(PAGE + "isi/")
    fill_weekly(page)
    page.evaluate(
        "document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(f => f.value = 'x'.repeat(64));"
        "document.body.setAttribute('hx-headers', JSON.stringify({'X-CSRFToken': 'x'.repeat(64)}))"
    )
    page.click("button.send")
    page.wait_for_selector("#send-trouble:visible")
    page.wait_for_selector('#report-form [name="csrfmiddlewaretoken"]:not([value^="xxx"])', state="attached")
    page.click("button.send")
    page.wait_for_url("**/tanda-terima/*/")


def test_a_row_can_be_added_for_each_obstacle(page_for, last_week):
    page = page_for("operator-sandaran")
    page.goto(PAGE + "isi/")
    fill_weekly(page)
    choose(page, "has_obstacle", "1")
    page.fill('[name="summary"]', "Tiga dermaga rusak")
    page.click("text=Tulis kendala baru")
    page.click("text=Tambah kendala")
    for number in range(3):
        page.select_option(f'[name="kendala-{number}-category"]', "akses")
        page.fill(f'[name="kendala-{number}-title"]', f"Dermaga {number}")
        page.select_option(f'[name="kendala-{number}-level"]', "2")
    page.click("button.send")
    page.wait_for_url("**/tanda-terima/*/")
    issues = Report.objects.get(expected__slot="2026-W47").issues
    assert sorted(issues.values_list("title", flat=True)) == ["Dermaga 0", "Dermaga 1", "Dermaga 2"]


def test_everything_a_thumb_touches_is_big_enough(page_for, last_week):
    """WCAG 2.2 target size is 24 px; the form promises 44 px for what is pressed."""
    page = page_for("operator-sandaran")
    page.goto(PAGE + "isi/")
    small = page.eval_on_selector_all(
        "#report-form :is(button, a[role=button], input[inputmode], summary, textarea, select)",
        "parts => parts.filter(p => p.offsetParent && p.getBoundingClientRect().height < 43.5)"
        ".map(p => p.outerHTML.slice(0, 90))",
    )
    assert small == []
