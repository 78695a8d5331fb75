"""Words, numbers and charts as people see them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from districts.templatetags import regions, siap


@pytest.mark.parametrize(
    ("level", "slug"),
    [(0, "not_due"), (1, "green"), (2, "amber"), (3, "grey"), (4, "red"), ("amber", "amber"), ("4", "red")],
)
def test_a_level_is_known_by_number_or_slug(level: int | str, slug: str) -> None:
    assert siap.level_slug(level) == slug


@pytest.mark.parametrize("level", [None, "", 5, -1, "hijau"])
def test_an_unknown_level_is_grey_never_green(level: int | str | None) -> None:
    assert siap.level_slug(level) == "grey"


def test_a_score_is_rounded_half_up_to_one_decimal() -> None:
    assert [siap.score(number) for number in (Decimal("84.25"), 84.04, 90, None)] == ["84,3", "84", "90", "–"]


def test_a_tile_never_rounds_up_into_the_next_colour() -> None:
    assert siap.whole_score(Decimal("84.9")) == "84"


def row_of(cell):
    return SimpleNamespace(
        code="64.08.17", name="Batu <Ampar>", href="/", level=3, score=100.0, report="", cells=[cell]
    )


def test_no_number_stands_beside_no_data() -> None:
    assert "100" not in siap.badge(3, 100.0)
    assert "100" in siap.badge(2, 100.0)
    cell = SimpleNamespace(level=3, score=100.0, why="")
    assert "100" not in regions.heat_rows([{"code": "LOG", "label": "Logistik"}], [row_of(cell)])


def test_a_cell_of_the_heat_table_escapes_what_people_wrote() -> None:
    cell = SimpleNamespace(level=4, score=31.5, why="<b>1 & 2</b>", href='/x"')
    told = regions.heat_rows([{"code": "LOG", "label": "Logis<tik"}], [row_of(cell)])
    for raw in ("Batu <Ampar>", "<b>1", "Logis<tik", '/x""'):
        assert raw not in told
    assert "Batu &lt;Ampar&gt;" in told
    assert "31" in told


def test_the_clock_says_which_zone_it_means() -> None:
    moment = datetime(2026, 11, 21, 10, 42, tzinfo=UTC)
    zones = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
    assert [siap.clock(moment, zone) for zone in zones] == ["17.42 WIB", "18.42 WITA", "19.42 WIT"]


def test_a_day_belongs_to_its_zone() -> None:
    assert siap.day(datetime(2026, 11, 21, 17, 30, tzinfo=UTC), "Asia/Makassar").startswith("Minggu, 22")


@pytest.mark.parametrize(("days", "words"), [(12, "H-12"), (0, "Hari-H"), (-3, "H+3"), (None, "")])
def test_the_election_clock(days: int | None, words: str) -> None:
    assert siap.h_minus(days) == words


def test_a_week_is_named_by_its_iso_number() -> None:
    assert siap.week_label(date(2026, 11, 16)) == "Pekan 47"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("2026-W47", "pekan 47"),
        ("2027-W01", "pekan 1"),
        ("2026-11-26", "Kamis, 26 Nov 2026"),
        ("2026-12-02-pagi", "Rabu, 2 Des 2026 pagi"),
    ],
)
def test_a_period_is_named_as_people_say_it(code: str, name: str) -> None:
    assert siap.slot_name(code) == name


@pytest.mark.parametrize(
    ("name", "short"),
    [("Busang", "Busang"), ("Sandaran", "Sand."), ("Sangatta Utara", "S.Uta"), ("Kota Bangun Darat", "K.Dar")],
)
def test_a_name_fits_a_tile_of_a_phone(name: str, short: str) -> None:
    assert regions.tile_code(name) == short


def test_counts_run_from_red_and_hide_only_an_empty_not_due() -> None:
    assert siap.worst_first({1: 6, 4: 2}) == [("red", 2), ("amber", 0), ("green", 6), ("grey", 0)]


def test_a_week_without_data_is_a_gap_in_the_line() -> None:
    line = siap.sparkline_points([10, 20, None, 40, 50])
    assert len(line.lines) == 2
    assert siap.sparkline_points([None, 5, None]).dots


def test_a_chart_says_its_values_in_words() -> None:
    page = render_to_string("components/_sparkline.html", {"values": [40, None, 84], "target": 90, "label": "LOG-03"})
    assert 'aria-label="LOG-03: 40; tanpa data; 84"' in page


def test_a_tile_is_a_link_that_says_its_state() -> None:
    tile = {"row": 1, "col": 6, "label": "Sandaran", "score": 48, "level": 4, "href": "/kecamatan/64.08.11/"}
    page = render_to_string("components/_tile_map.html", {"tiles": [tile], "title": "Peta"})
    assert 'class="row-1 col-6"' in page
    assert ", Belum siap, skor" in page


@pytest.mark.django_db
def test_the_style_guide_shows_every_component(rf: RequestFactory) -> None:
    page = render_to_string("components/styleguide.html", {}, request=rf.get("/gaya/"))
    for mark in (
        "verdict",
        "tiles",
        "heat",
        "urgent",
        "counts",
        "spark",
        "empty",
        "pagination",
        "error-summary",
        "bar",
        "parts",
        "chain",
        "figures",
        "two-sources",
        "signatures",
    ):
        assert f'class="{mark}' in page
