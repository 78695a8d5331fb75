"""A PPK with a phone scans the manifest, counts, tells of a wet box with a photo; the Desk sees it (issue, section 6)."""

import re

import pytest
from playwright.sync_api import expect

from districts import outbox
from logistics.models import Difference, HandOver, HandOverPhoto
from tests.browser.conftest import DESKTOP
from tests.conftest import PASSWORD
from tests.districts.officials import roll_up
from tests.districts.test_report_photos import picture
from tests.logistics.handovers import NOTICES, departed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Of six parcels of Manubar, four hundred voters each.
ALL_BALLOTS, FIRST = 2460, "TPS 001 Manubar"


@pytest.fixture
def shipment(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    person = world.people["ppk-sandaran"]
    person.set_password(PASSWORD)
    person.save()
    shipment = departed(world, goods=NOTICES)
    roll_up(world)
    return shipment


def choose(page, name, value):
    page.locator(f'label:has(input[name="{name}"][value="{value}"])').click()


def sign_in(page):
    page.fill('[name="username"]', "ppk-sandaran")
    page.fill('[name="password"]', PASSWORD)
    page.click(".card [type=submit]")


def tell_of_two_missing_ballots(page):
    page.check('[name="all_counts"]')
    page.fill('[name="hitung-SS-bupati-counted"]', str(ALL_BALLOTS - 2))
    page.check('[name="all_seals"]')
    page.click("#selisih > summary")
    page.select_option('[name="selisih-1-parcel"]', label=FIRST)
    page.select_option('[name="selisih-1-kind"]', "kurang")
    page.select_option('[name="selisih-1-goods"]', "SS-bupati")
    page.fill('[name="selisih-1-quantity"]', "2")
    choose(page, "outcome", "selisih")
    page.fill('[name="reason"]', "Kardus basah di ambalan kapal")


@pytest.mark.parametrize("js", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_receiver_scans_counts_and_reports_and_the_desk_sees_it(page_for, world, shipment, js):
    page = page_for(None, js=js)
    page.goto(f"/kiriman/{shipment.code}/terima/")
    sign_in(page)
    page.wait_for_url(f"**/kiriman/{shipment.code}/terima/")
    if js:
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    tell_of_two_missing_ballots(page)
    photo = {"name": "basah.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.set_input_files('[name="foto"]', [photo])
    page.click(".form-bar button")
    page.wait_for_url("**/serah-terima/")
    expect(page.locator("section .message")).to_contain_text("Diterima dengan selisih")
    expect(page.locator(".photos img")).to_have_count(1)
    assert (HandOver.objects.count(), Difference.objects.count(), HandOverPhoto.objects.count()) == (1, 1, 1)
    outbox.drain()
    the_desk_sees_it(page_for, shipment)


def the_desk_sees_it(page_for, shipment):
    """On its board and as the colour of LOG-09, and from the issue's words which shipment it is."""
    desk = page_for("desk-kutim", viewport=DESKTOP)
    desk.goto("/wilayah/64.08/kendala/")
    expect(desk.get_by_role("link", name=re.compile(f"Selisih serah terima {shipment.code}"))).to_be_visible()
    desk.goto("/kecamatan/64.08.11/")
    expect(desk.locator("#LOG-09")).to_contain_text("Perlu perhatian")


def test_a_line_is_added_and_a_mistake_corrected_without_javascript_and_nothing_is_lost(page_for, shipment):
    page = page_for("ppk-sandaran", js=False)
    page.goto(f"/kiriman/{shipment.code}/terima/")
    tell_of_two_missing_ballots(page)
    page.click("text=Tambah baris selisih")
    page.wait_for_selector('[name="selisih-2-parcel"]')
    assert page.input_value('[name="hitung-SS-bupati-counted"]') == str(ALL_BALLOTS - 2)
    page.fill('[name="hitung-SS-bupati-counted"]', str(ALL_BALLOTS - 3))
    page.click(".form-bar button")
    expect(page.locator(".error-summary")).to_contain_text("belum menjelaskan 1 lembar yang kurang")
    page.fill('[name="selisih-1-quantity"]', "3")
    page.click(".form-bar button")
    page.wait_for_url("**/serah-terima/")
    assert Difference.objects.get().quantity == 3
