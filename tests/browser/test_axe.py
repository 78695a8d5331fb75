"""Nobody is shut out: axe on every page a person can open, light and dark, on a phone and on a desk (DESIGN, WCAG 2.2 AA)."""

import functools
import logging
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts import urls
from districts.accounts.codes import code_of
from districts.accounts.keeping import renew_code
from districts.models import Election, Issue, User
from districts.photos import add_photo
from districts.readiness import take_snapshot
from districts.reports.contacting import note_contact
from districts.reports.expecting import current_expected
from tests.browser.conftest import DESKTOP, PHONE
from tests.conftest import NOW, PASSWORD
from tests.districts.reports import FORM_KEY, make_report, sent_last_week
from tests.districts.signing import shown_by_app, with_app, with_password
from tests.districts.test_report_photos import picture

pytestmark = pytest.mark.browser

#: Violations alone: the whole answer lists every part that passed, which takes longer than finding out.
BARE = {"resultTypes": ["violations"]}
WCAG = BARE | {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
#: All that a theme can change.
CONTRAST = BARE | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}

#: Addresses without a page of their own: answers to a POST, what only leads on, a picture.
NO_PAGES = {
    "home", "logout", "report_draft", "report_submit", "report_photo_add", "report_photo", "report_accept",
    "report_return", "import_preview", "import_apply", "import_example", "register_export", "dashboard_export", "silent_export",
    "issues_export", "issues_kecamatan_export", "nation_export", "silent_nation_export", "issues_nation_export", "compliance_export",
    "compliance_nation_export", "report_window_open", "report_window_end", "reachability_end", "issue_assign", "issue_note", "issue_close",
}  # fmt: skip

NO_PAGES |= {
    "people_download", "people_download_nation", "people_cards", "people_cards_nation", "person_card", "person_renew",
    "person_role", "person_phone", "assignment_end",
}  # fmt: skip

#: Pages one comes to step by step: `test_nobody_is_shut_out_of_the_second_factor`.
STEPS = {
    "second_step", "second_factor", "second_factor_begin", "recovery_codes", "second_factor_off", "sign_out_everywhere",
}  # fmt: skip

SENT, OPEN = ("64.08.11", "2026-W46"), ("64.08.11", "2026-W47")
FRESH = ("64.08.06", "2026-W47")


def press(selector):
    """Press a button that refuses, and wait for its sentences."""

    def act(page):
        page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
        page.click(selector)
        page.wait_for_selector(".error-summary, .errorlist")

    return act


def unfold(page):
    """Everything that is folded, as somebody sees it who opens all of it."""
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach(part => part.open = true)")


def spoil_token(page):
    page.fill("[name=username]", "x")
    page.fill("[name=password]", "x")
    page.evaluate("document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(token => token.value = 'x')")
    page.click(".card [type=submit]")
    page.wait_for_selector("h1:has-text('kedaluwarsa')")


def unknown_code(page):
    page.fill("[name=kode]", "K7QM-4T2P-9XWD")
    press("form:has([name=kode]) [type=submit]")(page)


def wrong_password(page):
    page.fill("[name=username]", "x")
    page.fill("[name=password]", "x")
    press(".card [type=submit]")(page)


def refused_form(page):
    press("button.send")(page)
    unfold(page)


#: (who, route, its arguments, query, what is done on the page first)
PAGES = [
    ("desk-kutim", "registers", ("64.08",), "", None),
    ("desk-kutim", "register", ("64.08", "tps"), "", press("main form[enctype] [type=submit]")),
    (None, "login", (), "", None),
    (None, "login", (), "", wrong_password),
    (None, "login", (), "", spoil_token),
    (None, "start", (), "", None),
    (None, "start", (), "", unknown_code),
    (None, "start", (), "?kode=code", None),
    ("desk-kutim", "people", ("64.08",), "", None),
    ("desk-kutim", "people", ("64.08",), "?q=tidak-ada", None),
    ("desk-kutim", "person", ("camat",), "", unfold),
    ("desk-kutim", "person_history", ("camat",), "", unfold),
    ("desk-kutim", "person_new", ("64.08",), "", press("main [type=submit]")),
    ("desk-kutim", "people_import", ("64.08",), "", None),
    ("admin", "people_nation", (), "", None),
    ("admin", "person_new_nation", (), "", None),
    ("admin", "people_import_nation", (), "", None),
    ("desk-kutim", "password_change", (), "", None),
    ("desk-kutim", "password_change", (), "", press("main [type=submit]")),
    ("desk-kutim", "password_change_done", (), "", None),
    ("desk-kutim", "account", (), "", None),
    ("desk-kutim", "history", ("64.08.11",), "", unfold),
    ("desk-kutim", "styleguide", (), "", None),
    ("admin", "nation", (), "", None),
    ("admin", "dashboard", ("64",), "", None),
    ("bupati-kutim", "dashboard", ("64.08",), "", None),
    ("bupati-kutim", "dashboard", ("64.08",), "?nama=tidak-ada", None),
    ("bupati-kutim", "dashboard", ("64.08",), "?pada=2026-11-20", None),
    ("desk-kutim", "kecamatan", ("64.08.11",), "?pada=2026-11-20", unfold),
    ("desk-kutim", "kecamatan", ("64.08.11",), "?pada=2026-11-19", None),
    ("desk-kutim", "search", (), "?q=susuk", None),
    ("desk-kutim", "search", (), "?q=tidak-ada", None),
    ("admin", "silent_nation", (), "", None),
    ("desk-kutim", "silent", ("64.08",), "", None),
    ("admin", "compliance_nation", (), "", None),
    ("desk-kutim", "compliance", ("64.08",), "", None),
    ("desk-kutim", "compliance", ("64.08",), "?nama=tidak-ada", None),
    ("desk-kutim", "reachability", ("64.08.06",), "", None),
    ("desk-kutim", "reachability", ("64.08.06",), "", press("form:has([name=reason]) [type=submit]")),
    ("admin", "issues_nation", (), "", None),
    ("desk-kutim", "issues", ("64.08",), "", None),
    ("desk-kutim", "issues", ("64.08",), "?keadaan=selesai", None),
    ("camat-sandaran", "issues_kecamatan", ("64.08.11",), "", None),
    ("desk-kutim", "kecamatan", ("64.08.11",), "", unfold),
    ("desk-kutim", "contact_note", FRESH, "", None),
    ("desk-kutim", "contact_note", FRESH, "", press("main [type=submit]")),
    ("desk-kutim", "issue_raise", ("64.08.11",), "", unfold),
    ("desk-kutim", "issue_raise", ("64.08.11",), "", press("main [type=submit]")),
    ("desk-kutim", "issue", ("any",), "", unfold),
    ("desk-kutim", "report", SENT, "", unfold),
    ("camat-busang", "report", FRESH, "", None),
    ("operator-sandaran", "report_receipt", (*SENT, "receipt"), "", None),
    ("desk-kutim", "report_form", OPEN, "", refused_form),
    ("camat-sandaran", "report_form", OPEN, "?tanpa_perubahan=1", unfold),
    ("camat-kota", "report_form", ("64.08.04", "2026-W47"), "", None),
]  # fmt: skip
ERRORS = ["/400/", "/403/", "/tidak-ada/", "/500/"]


@pytest.fixture
def lived_in(kutim, settings, tmp_path):
    """The regency with a report sent, photographed and in answer, calls noted, and everything marked as simulation."""
    settings.MEDIA_ROOT = tmp_path
    desk, camat = kutim.people["desk-kutim"], kutim.people["camat-sandaran"]
    Election.objects.update(is_simulation=True)
    report = sent_last_week(kutim, general_condition="waspada", office_mbps=None)
    photo = SimpleUploadedFile("foto.jpg", picture(), "image/jpeg")
    add_photo(expected=report.expected, by=camat, upload=photo)
    silent = current_expected(kutim.election, "64.08.06", NOW)
    note_contact(
        expected=silent, outcome="tidak_terjangkau", channel="radio", note="HT tidak dijawab", client_key=FORM_KEY,
        by=desk, now=NOW,
    )  # fmt: skip
    make_report(current_expected(kutim.election, "64.08.04", NOW), desk, channel="radio", on_behalf_of="Sekcam")
    kutim.people["camat-kota"] = User.objects.create_user("camat-kota", None, name="Camat Sangatta Utara")
    kutim.people["camat-kota"].assignments.create(role="reporter", region_id="64.08.04", valid_from="2026-01-01")
    kutim.people["baru"] = User.objects.create_user("baru", None, name="Orang Baru")
    kutim.receipt = report.receipt
    take_snapshot(kutim.election, "Asia/Makassar", date(2026, 11, 20))
    busang = kutim.people["camat-busang"]
    kutim.code = renew_code(person=busang, by=desk, now=NOW, client_key=FORM_KEY)
    return kutim


def test_no_page_is_left_out():
    assert {route for _who, route, *_rest in PAGES} | NO_PAGES | STEPS == {pattern.name for pattern in urls.urlpatterns}


def address_of(world, route, arguments, query):
    camat = world.people["camat-sandaran"]
    stands_for = {
        "any": Issue.objects.values_list("pk", flat=True).first(),
        "receipt": world.receipt,
        "camat": camat.pk,
    }
    address = reverse(route, args=[stands_for.get(each, each) for each in arguments])
    return address + query.replace("kode=code", f"kode={code_of(world.code)}")


def violations(page, rules, part="html"):
    """What axe finds inside `part`; its script goes into a page once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("([part, rules]) => axe.run(part, rules)", [part, rules])["violations"]
    return [f"{rule['id']} {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def mistakes(page, address):
    """What is wrong in both themes of the page as it stands, and whether it scrolls sideways."""
    width = page.viewport_size["width"]
    found = ["scrolls sideways"] if page.evaluate("document.documentElement.scrollWidth") > width else []
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")  # there the bar of a form lies over nothing
    for scheme, rules in (("light", WCAG), ("dark", CONTRAST)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colours in between
        found += [f"{scheme}: {sentence}" for sentence in violations(page, rules)]
    return [f"{address} {sentence}" for sentence in found]


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def window_of(request, lived_in, page_for):
    """`window_of(who)` is one window of that person, the same at every call."""
    return functools.cache(lambda who: page_for(who, viewport=request.param))


def test_nobody_is_shut_out(lived_in, window_of):
    found = []
    for who, route, arguments, query, act in PAGES:
        page, address = window_of(who), address_of(lived_in, route, arguments, query)
        assert page.goto(address).status == 200, address
        assert page.url.endswith(address), f"{address} leads to {page.url}"
        if act:
            act(page)
        found += mistakes(page, address)
    assert found == []


def test_nobody_is_shut_out_of_the_second_factor(lived_in, window_of):
    """The password again, with a mistake and without, set up likewise, the codes, the page of it, then asked for a code."""
    camat, found = with_password(lived_in.people["camat-sandaran"]), []
    with_password(lived_in.people["desk-kutim"])
    page, nobody = window_of("desk-kutim"), window_of(None)
    page.goto("/akun/kode/")
    found += mistakes(page, "/akun/kode/ sandi")
    for password in ("bukan-ini", PASSWORD):
        page.fill("[name=password]", password)
        page.click("main [type=submit]")
        found += mistakes(page, f"/akun/kode/sandi/ {page.locator('h1').inner_text()}")
    for code in ("1", None):
        page.fill("[name=code]", code or shown_by_app(lived_in.people["desk-kutim"]))
        page.click("main [type=submit]")
        found += mistakes(page, f"/akun/kode/ {page.locator('h1').inner_text()}")
    page.goto("/akun/kode/")
    found += mistakes(page, "/akun/kode/")
    with_app(camat)
    nobody.goto("/masuk/")
    nobody.fill("[name=username]", camat.username)
    nobody.fill("[name=password]", PASSWORD)
    nobody.click(".card [type=submit]")
    nobody.wait_for_url("**/masuk/kode/")
    press(".card [type=submit]")(nobody)
    assert found + mistakes(nobody, "/masuk/kode/") == []


def test_nobody_is_shut_out_of_the_menus(window_of):
    page = window_of("admin")
    page.goto("/nasional/")
    for menu in page.locator("details.menu").all():
        menu.locator("summary").click()
        assert violations(page, WCAG, "details[open] .menu-panel") == []


def test_nobody_is_shut_out_of_what_went_wrong(window_of, settings, caplog):
    settings.ROOT_URLCONF = "tests.browser.urls_that_fail"
    caplog.set_level(logging.CRITICAL, logger="django.request")
    page, found = window_of("desk-kutim"), []
    for address in ERRORS:
        page.goto(address)
        assert page.locator("h1").count() == 1
        found += mistakes(page, address)
    nobody = window_of("baru")
    nobody.goto("/")
    assert found + mistakes(nobody, "no assignment") == []
