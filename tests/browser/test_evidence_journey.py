"""A handler with a phone adds a screenshot, makes the package and takes it home; with and without JavaScript (issue 4, 6 and 7)."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from neutrality.models import Evidence, Reading
from tests.neutrality.cases import make_case
from tests.neutrality.proof import HANDLER, NOTE, WHOLE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_case(world)


def choose_file(page, name, content):
    page.click("summary:has-text('Tambah berkas bukti')")
    page.set_input_files("#bukti_upload", {"name": name, "mimeType": "image/jpeg", "buffer": content})
    page.fill("#bukti_note", NOTE)
    page.click("text=Unggah bukti")


@pytest.mark.parametrize("js", [True, False], ids=["with-javascript", "without-javascript"])
def test_from_a_screenshot_to_the_package(page_for, case, js):
    page = page_for(HANDLER, js=js)
    page.goto(f"/kasus/{case.number}/")
    if not js:
        page.click("text=Bukti, rujukan dan sanksi")
    choose_file(page, "Sumarni.jpg", b"<html>bukan gambar</html>")
    expect(page.locator(".error-summary")).to_contain_text("bukan gambar, PDF")
    page.set_input_files("#bukti_upload", {"name": "Sumarni.jpg", "mimeType": "image/jpeg", "buffer": WHOLE["jpg"]})
    page.click("text=Unggah bukti")
    expect(page.locator("#bukti-1")).to_contain_text(NOTE)
    page.click("summary:has-text('Buat paket rujukan')")
    page.select_option("#rujukan_target", "bawaslu")
    page.click("button:has-text('Buat paket')")
    with page.expect_download() as taken:
        page.click("text=Paket lengkap (ZIP)")
    assert taken.value.suggested_filename == "RJK-2026-1.zip"
    with ZipFile(BytesIO(taken.value.path().read_bytes())) as package:
        assert package.read("bukti-01.jpg") == WHOLE["jpg"]
    assert (Evidence.objects.count(), Reading.objects.filter(detail="RJK-2026-1, paket").count()) == (1, 1)


def test_the_page_stays_within_a_phone(page_for, case):
    page = page_for(HANDLER)
    page.goto(f"/kasus/{case.number}/berkas/")
    choose_file(page, "x.jpg", WHOLE["jpg"])
    expect(page.locator("#bukti-1")).to_be_visible()
    for summary in page.locator("#proof summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
