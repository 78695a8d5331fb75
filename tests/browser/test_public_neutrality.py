"""The public pages of neutrality in a real Chromium: with a thumb, without JavaScript, and for everybody (WCAG 2.2 AA)."""

import pytest

from neutrality import tip_forms
from neutrality.models import Case
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_axe import mistakes, unfold
from tests.neutrality.tips import fresh_counts

pytestmark = pytest.mark.browser
PAGE, NEW, STATUS = "/netralitas/", "/netralitas/lapor/", "/netralitas/status/"


@pytest.fixture
def store(settings):
    with fresh_counts(settings.REDIS_URL) as found:
        yield found


@pytest.fixture(autouse=True)
def quick_fingers(monkeypatch):
    """A machine fills the form in faster than a person may."""
    monkeypatch.setattr(tip_forms, "FASTEST_SECONDS", 0)


def fill_in(page):
    page.goto(NEW)
    page.select_option("[name=regency]", "64.08")
    page.fill("[name=known_on]", "2026-11-20")
    page.click("label:has-text('Media sosial')")
    page.select_option("[name=subject_type]", "perangkat_desa")
    page.fill("[name=summary]", "Diduga membagikan unggahan kampanye.")


@pytest.mark.parametrize("window", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nobody_is_shut_out(world, store, page_for, window):
    page, found = page_for(None, viewport=window), []
    for address in (PAGE, NEW, STATUS):
        assert page.goto(address).status == 200
        unfold(page)
        found += mistakes(page, address)
    page.fill("[name=code]", "ABCD")
    page.click("main [type=submit]")
    page.wait_for_selector(".error-summary")
    found += mistakes(page, "a wrong code")
    page.goto(NEW)
    page.click("main [type=submit]")
    page.wait_for_selector(".error-summary")
    found += mistakes(page, "an empty form")
    fill_in(page)
    page.click("main [type=submit]")
    code = page.text_content(".verdict-score")
    found += mistakes(page, "the thanks")
    page.goto(STATUS)
    page.fill("[name=code]", code)
    page.click("main [type=submit]")
    page.wait_for_selector(".chain")
    assert found + mistakes(page, "the status") == []


def test_it_works_without_javascript_and_without_an_account(world, store, page_for):
    page = page_for(None, js=False)
    fill_in(page)
    page.click("main [type=submit]")
    assert "Informasi Anda diterima" in page.text_content("h1")
    assert "27 Nov 2026" in page.text_content("#tip-deadline")
    code = page.text_content(".verdict-score")
    page.reload()  # the same form again
    assert page.text_content(".verdict-score") == code
    assert Case.objects.count() == 1
    assert {cookie["name"] for cookie in page.context.cookies()} == {"csrftoken"}


def test_the_last_day_follows_the_date_while_it_is_typed(world, store, page_for):
    page = page_for(None)
    page.goto(NEW)
    page.fill("[name=known_on]", "2026-11-18")
    page.dispatch_event("[name=known_on]", "change")
    page.wait_for_selector("#tip-deadline:has-text('25 Nov 2026')")


def test_who_must_wait_can_send_the_same_again_without_typing(world, store, page_for, settings):
    limits = settings.NEUTRALITY_LIMITS
    page = page_for(None)
    fill_in(page)
    settings.NEUTRALITY_LIMITS = limits | {"kirim": limits["kirim"] | {"per_address": 0}}
    page.click("main [type=submit]")
    page.wait_for_selector("h1:has-text('Tunggu sebentar')")
    assert mistakes(page, "the request to wait") == []
    settings.NEUTRALITY_LIMITS = limits
    page.click("main [type=submit]")
    assert "Informasi Anda diterima" in page.text_content("h1")
    assert Case.objects.count() == 1
