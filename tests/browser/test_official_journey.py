"""Officials in a real browser: they read, drill down, and see a report arrive while the page is open."""

import re
import time

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from districts import outbox
from districts.models import ContactAttempt
from districts.reports.expecting import current_expected
from tests.browser.conftest import DESKTOP, PHONE, WALL
from tests.conftest import NOW
from tests.districts.reports import typed

pytestmark = pytest.mark.browser

KUTIM = "/wilayah/64.08/"
#: "Within 5 seconds of its submission", issue 5.
SOON = 5_000


def send_report(world, code="64.08.11"):
    """The camat sends the open form, and the worker's drain runs."""
    slot = current_expected(world.election, code, NOW).slot
    camat = Client()
    camat.force_login(world.people["camat-sandaran"])
    response = camat.post(reverse("report_submit", args=[code, slot]), typed())
    assert response.status_code == 302, response.content.decode()[-2000:]
    outbox.drain()


def test_an_official_reads_from_the_nation_down_to_a_kecamatan(kutim, page_for):
    page = page_for("pemantau-nasional")
    page.goto("/")
    expect(page).to_have_url(re.compile("/nasional/$"))
    for name in ("Kalimantan Timur", "Kutai Timur", "Sandaran"):
        page.locator(".tiles").get_by_role("link", name=re.compile(f"^{name}")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("#LOG-05")).to_contain_text("10 dari 18 TPS")


def test_a_report_shows_on_an_open_dashboard_within_five_seconds_without_a_reload(kutim, page_for):
    page = page_for("bupati-kutim", viewport=DESKTOP)
    page.goto(KUTIM)
    reports = page.locator(".dash-side .progress")
    expect(reports).to_contain_text("0 dari 3")
    page.evaluate("""() => {
        window.unbroken = true;
        document.querySelector('.tile[href="/kecamatan/64.08.06/"]').kept = true;
    }""")
    sent = time.monotonic()
    send_report(kutim)
    expect(reports).to_contain_text("1 dari 3", timeout=SOON)
    assert time.monotonic() - sent < SOON / 1000
    assert page.evaluate("window.unbroken")
    assert page.evaluate("""document.querySelector('.tile[href="/kecamatan/64.08.06/"]').kept"""), "drawn anew"


def test_a_refresh_leaves_typed_text_focus_filter_and_scroll_alone(kutim, page_for):
    page = page_for("bupati-kutim", viewport=DESKTOP)
    page.goto(KUTIM)
    search = page.get_by_label("Nama", exact=True)
    search.fill("sanda")
    expect(page.locator("#units tbody tr")).to_have_count(1)
    assert "nama=sanda" in page.url
    page.evaluate("window.scrollTo(0, 300)")
    before = page.evaluate("window.scrollY")
    send_report(kutim)
    expect(page.locator(".dash-side .progress")).to_contain_text("1 dari 3", timeout=SOON)
    expect(search).to_have_value("sanda")
    expect(search).to_be_focused()
    expect(page.locator("#units tbody tr")).to_have_count(1)
    assert page.evaluate("window.scrollY") == before


def test_an_open_kecamatan_page_shows_the_new_report_and_its_figures(kutim, page_for):
    page = page_for("desk-kutim", viewport=DESKTOP)
    page.goto("/kecamatan/64.08.11/")
    expect(page.get_by_text("Belum pernah ada laporan.", exact=True)).to_be_visible()
    send_report(kutim)
    expect(page.get_by_text("revisi 1")).to_be_visible(timeout=SOON)
    expect(page.locator("#LOG-05")).to_contain_text("14 dari 18 TPS", timeout=SOON)


def test_the_desk_notes_a_call_without_leaving_the_list(kutim, page_for):
    page = page_for("desk-kutim", viewport=PHONE)
    page.goto(f"{KUTIM}belum-lapor/")
    row = page.locator('[id="k-64.08.06"]')
    row.get_by_role("link", name="Catat panggilan").click()
    row.get_by_text("Tersambung, akan mengirim").click()
    row.get_by_role("button", name="Simpan catatan").click()
    expect(page.locator("#messages")).to_contain_text("Panggilan ke Busang dicatat.")
    expect(row).to_contain_text("Tersambung, akan mengirim")
    assert ContactAttempt.objects.count() == 1


def test_a_form_being_filled_survives_a_refresh(kutim, page_for):
    page = page_for("desk-kutim")
    page.goto(f"{KUTIM}belum-lapor/")
    row = page.locator('[id="k-64.08.06"]')
    row.get_by_role("link", name="Catat panggilan").click()
    note = row.get_by_label("catatan")
    note.fill("Perahu sudah berangkat")
    send_report(kutim)
    expect(page.locator('[id="k-64.08.11"]')).to_have_count(0, timeout=SOON)
    expect(note).to_have_value("Perahu sudah berangkat")


def test_why_a_cell_has_its_colour_is_told_on_focus(kutim, page_for):
    page = page_for("bupati-kutim")
    page.goto(KUTIM)
    why = page.locator('[id="why-64.08.11-LOG"]')
    expect(why).to_be_hidden()
    page.locator('[aria-describedby="why-64.08.11-LOG"]').focus()
    expect(why).to_be_visible()
    page.keyboard.press("Escape")
    expect(why).to_be_hidden()


@pytest.mark.parametrize("viewport", [DESKTOP, WALL], ids=["desktop", "wall"])
def test_one_screen_shows_verdict_map_and_the_most_pressing_at_once(kutim, page_for, viewport):
    page = page_for("bupati-kutim", viewport=viewport)
    page.goto(KUTIM)
    for part in (".verdict", ".tiles", ".urgent"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= viewport[1], part


def test_search_finds_while_typing(kutim, page_for):
    page = page_for("desk-kutim")
    page.goto("/cari/")
    page.get_by_label("Nama atau kode kecamatan").press_sequentially("susuk")
    expect(page.locator("#results li")).to_have_count(2)
    page.get_by_role("link", name="Susuk Dalam").click()
    expect(page).to_have_url(re.compile(r"/kecamatan/64\.08\.11/#d-64\.08\.11\.2002$"))


def test_everything_works_without_javascript(kutim, page_for):
    page = page_for("desk-kutim", js=False)
    page.goto(KUTIM)
    page.get_by_label("Keadaan", exact=True).select_option("merah")
    page.get_by_role("button", name="Terapkan").click()
    expect(page.locator("#units tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Belum lapor").click()
    page.locator('[id="k-64.08.06"]').get_by_role("link", name="Catat panggilan").click()
    page.get_by_text("Tidak diangkat").click()
    page.get_by_role("button", name="Simpan catatan").click()
    expect(page.locator("#messages")).to_contain_text("dicatat")
