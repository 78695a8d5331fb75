"""Nobody is shut out of neutrality: axe on every page of it, light and dark, on a phone and on a desk (DESIGN, WCAG 2.2 AA).

The pages for everybody, with what their forms answer, have a file of their own: test_public_neutrality.
"""

import functools
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver

from districts.models import Election
from neutrality.cases import answer_requirement, link_cases
from neutrality.evidence import add_link
from neutrality.flow import State
from neutrality.models import Requirement
from neutrality.outreach import add_photo, cancel_event
from neutrality.referring import make_referral
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_axe import mistakes, press, unfold
from tests.browser.test_axe_logistics import mistakes_of
from tests.conftest import NOW, WITA
from tests.neutrality.cases import case_in
from tests.neutrality.outreach import MANUBAR, SUSUK_DALAM, event, pledges
from tests.neutrality.proof import HANDLER, LINK, NOTE, WHOLE, add
from tests.neutrality.test_statistics import REGISTERED
from tests.neutrality.test_statistics import cases as many_cases

pytestmark = pytest.mark.browser

#: Addresses without a page of their own: answers to a POST, files, pictures.
NO_PAGES = {
    "case_move", "case_requirement", "case_reported_add", "case_link", "evidence_add", "evidence_link_add", "evidence",
    "evidence_original", "referral_make", "referral_letter", "referral_package", "referral_answer", "sanction_note",
    "neutrality_stats_nation_export", "neutrality_stats_export", "outreach_nation_export", "outreach_export",
    "outreach_events_export", "event_cancel", "event_photo_add", "event_photo",
}  # fmt: skip
#: In test_public_neutrality; the last is a part of the form.
PUBLIC = {"neutrality_public", "tip_new", "tip_status", "tip_deadline"}
#: Answers to a POST that are pages: `test_nobody_is_shut_out_of_what_a_case_answers`.
ANSWERS = {"case_reveal"}

KUTIM, MAHULU, SANDARAN, BUSANG = "64.08", "64.11", "64.08.11", "64.08.06"
DESK, CAMAT, NATION = "desk-kutim", "camat-sandaran", "pemantau-nasional"
SAVE = press(".form-bar [type=submit]")


def all_of_it(page):
    """The case with the part that comes after the page, everything open."""
    page.wait_for_selector("#evidence-title")
    unfold(page)


def refuse(title):
    """Send the folded form of that title as it stands, and see what is asked for."""

    def act(page):
        page.wait_for_load_state("networkidle")
        page.click(f"summary:has-text('{title}')")
        press(f"details:has(> summary:has-text('{title}')) [type=submit]")(page)
        unfold(page)

    return act


def cancel_without_reason(page):
    unfold(page)
    press("form[action$='/batal/'] [type=submit]")(page)


def without_a_day(page):
    page.fill("[name=held_on]", "")
    SAVE(page)


#: (who, route, its arguments, query, what is done on the page first). A word of the arguments that `shown` knows stands
#: for what is there.
PAGES = [
    (HANDLER, "cases", (KUTIM,), "", None),
    (HANDLER, "cases", (KUTIM,), "?batas=hari_ini", None),
    (HANDLER, "cases", (KUTIM,), "?status=semua", None),
    (HANDLER, "case_new", (KUTIM,), "", unfold),
    (HANDLER, "case_new", (KUTIM,), "", SAVE),
    (HANDLER, "case", ("whole",), "", all_of_it),
    (HANDLER, "case", ("bkn",), "", all_of_it),
    (HANDLER, "case", ("done",), "", all_of_it),
    (HANDLER, "case_history", ("whole",), "", unfold),
    (HANDLER, "case_proof", ("whole",), "", unfold),
    (HANDLER, "case_proof", ("done",), "", None),
    (HANDLER, "neutrality_stats_own", (KUTIM,), "", None),
    (DESK, "neutrality_stats", (KUTIM,), "", None),
    ("desk-mahulu", "neutrality_stats", (MAHULU,), "", None),
    (NATION, "neutrality_stats_nation", (), "", None),
    (NATION, "outreach_nation", (), "", None),
    (DESK, "outreach", (KUTIM,), "", None),
    ("desk-mahulu", "outreach", (MAHULU,), "", None),
    (DESK, "outreach_calendar", (KUTIM,), "", None),
    ("desk-mahulu", "outreach_calendar", (MAHULU,), "?bulan=2026-12", None),
    (CAMAT, "outreach_kecamatan", (SANDARAN,), "", unfold),
    ("bupati-kutim", "outreach_kecamatan", (BUSANG,), "", None),
    (CAMAT, "event_new", (SANDARAN,), "", unfold),
    (CAMAT, "event_new", (SANDARAN,), "", SAVE),
    (CAMAT, "event", ("held",), "", unfold),
    (CAMAT, "event", ("plan",), "", cancel_without_reason),
    (DESK, "event", ("called off",), "", None),
    (CAMAT, "event_hold", ("plan",), "", unfold),
    (CAMAT, "event_hold", ("plan",), "", without_a_day),
    (CAMAT, "pledge_note", (SANDARAN,), "", None),
    (CAMAT, "pledge_note", (SANDARAN,), "", SAVE),
]  # fmt: skip


def test_no_page_is_left_out():
    (ours,) = [each for each in get_resolver().url_patterns if "neutrality.urls" in str(each)]
    shown = {route for _who, route, *_rest in PAGES}
    assert shown | NO_PAGES | PUBLIC | ANSWERS == {pattern.name for pattern in ours.url_patterns}


def make_whole_case(world, other):
    """A case with all that its page can show."""
    handler = world.people[HANDLER]
    case = case_in(world, State.NEW, received_at=NOW - timedelta(days=1), known_on=date(2026, 11, 20))
    add(world, case)
    add(world, case, WHOLE["pdf"])
    said = {"case": case, "by": handler, "now": NOW}
    add_link(**said, link=LINK, note=NOTE, client_key=uuid4())
    make_referral(**said, target="bawaslu", client_key=uuid4())
    answer_requirement(**said, requirement=Requirement.values[0], is_met=True)
    answer_requirement(**said, requirement=Requirement.values[1], is_met=False)
    link_cases(**said, other_number=other.number, kind="terkait")
    return case


def make_cases(world):
    """Cases of the month before are in the published figures, some large enough to be told."""
    many_cases(world, 7, way=REGISTERED, intake="temuan", forms=["DS6"])
    many_cases(world, 6, way=REGISTERED)
    month = {"received_at": datetime(2026, 10, 9, 12, tzinfo=WITA), "known_on": date(2026, 10, 8)}
    bkn = case_in(world, State.VERIFYING_BKN, **month, hours_apart=20)
    done = case_in(world, State.DONE, **month)
    return {"whole": make_whole_case(world, bkn).number, "bkn": bkn.number, "done": done.number}


def make_outreach(world):
    held = event(world, villages=[MANUBAR], institutions=["polri"], participants=30, place="Balai desa")
    add_photo(event=held, by=world.people[CAMAT], upload=SimpleUploadedFile("foto.jpg", WHOLE["jpg"], "image/jpeg"))
    plan = event(world, is_planned=True, villages=[SUSUK_DALAM], held_on=NOW.date() + timedelta(days=2))
    off = event(world, "deklarasi", is_planned=True, held_on=NOW.date() + timedelta(days=3))
    cancel_event(event=off, reason="Banjir", by=world.people[CAMAT], now=NOW)
    pledges(world, asn=(10, 12))
    return {"held": held.pk, "plan": plan.pk, "called off": off.pk}


@pytest.fixture
def shown(kutim, settings, tmp_path):
    """Cases and outreach in the regency, and nothing in its neighbour: what the words of the arguments stand for."""
    settings.MEDIA_ROOT = tmp_path
    Election.objects.update(is_simulation=True)
    return make_cases(kutim) | make_outreach(kutim)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nobody_is_shut_out_of_neutrality(shown, page_for, viewport):
    window_of = functools.cache(lambda who: page_for(who, viewport=viewport))
    assert mistakes_of(PAGES, shown, window_of) == []


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nobody_is_shut_out_of_what_a_case_answers(shown, page_for, viewport):
    page, found = page_for(HANDLER, viewport=viewport), []
    for title in ("Diteruskan ke Bawaslu", "Tambah terlapor", "Hubungkan", "Tambah tautan", "Buka identitas"):
        page.goto(f"/kasus/{shown['whole']}/")
        refuse(title)(page)
        found += mistakes(page, title)
    page.fill("#pelapor_reason", "Bawaslu meminta kontak pelapor")
    page.click("text=Buka dan catat")
    page.wait_for_selector("h1:has-text('Pelapor')")
    assert found + mistakes(page, "the reporter") == []
