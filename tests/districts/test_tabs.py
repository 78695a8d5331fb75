"""Tabs and panels that other apps put on the pages of districts, by settings alone."""

import re

import pytest
from django.urls import reverse

from districts import checks
from districts.tabs import Tab, tabs_of

#: A tab of pages that are there, and two mistakes.
ELSEWHERE = Tab("Lain", nation="silent_nation", region="silent")
LEADS_NOWHERE = Tab("Salah", kecamatan="dashboard_of_dreams")
NO_TAB = "Logistik"
HERE = "tests.districts.test_tabs."


def tabs_on(client, address):
    """(label, is this page) of each tab."""
    page = client.get(address).content.decode()
    bar = re.search(r'<nav class="tabs".*?</nav>', page, re.S).group()
    return [(label, "aria-current" in rest) for rest, label in re.findall(r"<a ([^>]*)>([^<]*)</a>", bar)]


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("/nasional/", ["Dasbor", "Belum lapor", "Kendala"]),
        ("/wilayah/64.08/", ["Dasbor", "Belum lapor", "Kendala"]),
        ("/kecamatan/64.08.11/", ["Kecamatan", "Kendala"]),
    ],
)
def test_a_page_has_the_tabs_of_its_level_and_the_first_is_current(as_user, settings, address, own):
    settings.REGION_TABS = []
    found = tabs_on(as_user("admin"), address)
    assert found == [(label, label == own[0]) for label in own]


@pytest.mark.parametrize(
    ("address", "above"),
    [
        ("/kecamatan/64.08.11/riwayat/", ["Kecamatan"]),
        ("/kecamatan/64.08.11/kendala/baru/", ["Kendala"]),
        ("/wilayah/64.08/kepatuhan/", ["Belum lapor"]),
    ],
)
def test_a_page_below_a_tab_is_of_that_tab_and_not_of_the_dashboard(as_user, world, address, above):
    assert [label for label, current in tabs_on(as_user("desk-kutim"), address) if current] == above


def test_a_tab_of_another_app_comes_last_where_it_has_a_page(settings):
    settings.REGION_TABS = [HERE + "ELSEWHERE"]
    assert [tab.label for tab in tabs_of("64.08")][-1] == "Lain"
    assert "Lain" not in [tab.label for tab in tabs_of("64.08.11")]
    assert ELSEWHERE.href("64.08") == reverse("silent", args=["64.08"])
    assert ELSEWHERE.href("") == reverse("silent_nation")


def test_the_settings_in_use_pass_their_checks():
    assert checks.check_region_tabs() == []
    assert checks.check_kecamatan_panels() == []


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (HERE + "ELSEWHERE", []),
        (HERE + "LEADS_NOWHERE", ["districts.E004"]),
        (HERE + "NO_TAB", ["districts.E003"]),
        (HERE + "gone", ["districts.E003"]),
    ],
)
def test_a_tab_that_cannot_work_is_told_at_the_start(settings, path, found):
    settings.REGION_TABS = [path]
    assert [problem.id for problem in checks.check_region_tabs()] == found


def test_a_panel_without_an_address_is_told_at_the_start(settings):
    settings.KECAMATAN_PANELS = ["issues_kecamatan", "no_such_panel"]
    assert [problem.id for problem in checks.check_kecamatan_panels()] == ["districts.E005"]
