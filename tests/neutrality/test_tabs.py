"""Which tab is current on pages whose address is not below that of a tab; what a table without a figure says."""

import re

import pytest

from tests.neutrality.cases import make_case
from tests.neutrality.outreach import event
from tests.neutrality.test_statistics import cases

pytestmark = pytest.mark.django_db


def current_tabs(page):
    """Labels of the current tabs."""
    (tabs,) = re.findall(r'<nav class="tabs.*?</nav>', page.content.decode(), re.DOTALL)
    return re.findall(r"<a[^>]*aria-current[^>]*>\s*([^<]+?)\s*</a>", tabs)


def test_the_page_of_a_case_is_under_the_tab_of_cases(world, as_user):
    handler = as_user("netralitas-kutim")
    for part in ("", "berkas/"):
        assert current_tabs(handler.get(f"/kasus/{make_case(world).number}/{part}")) == ["Kasus"]


def test_the_page_of_an_event_is_under_the_tab_of_outreach(world, as_user):
    assert current_tabs(as_user("camat-sandaran").get(f"/kegiatan/{event(world).pk}/")) == ["Sosialisasi"]


def test_a_table_that_hides_everything_is_one_sentence(world, as_user):
    cases(world, 2)
    page = as_user("desk-kutim").get("/wilayah/64.08/netralitas/statistik/").content.decode()
    assert "Semua angka disembunyikan" in page
    assert "<table" not in page
