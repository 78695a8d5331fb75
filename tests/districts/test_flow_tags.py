"""Goods on their way, as people see them: bars in ordered steps, departures, custody, two sources."""

import re
import time
from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string

from districts.templatetags import flow

AT = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)


def widths(bar: str) -> list[float]:
    return [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)%"', bar)]


def test_a_bar_shows_shares_of_the_whole_in_the_order_given() -> None:
    bar = flow.stacked_bar([(0, "belum dikemas", 5), (3, "di PPK", 15)], "Sandaran")
    assert re.findall(r'<g class="(step-\d)">', bar) == ["step-0", "step-3"]
    assert widths(bar) == [25, 75]


def test_one_forgotten_station_of_a_thousand_is_seen() -> None:
    thin, wide = widths(flow.stacked_bar([(0, "belum dikemas", 1), (7, "di TPS", 999)], "Kutim"))
    assert thin > 1
    assert thin + wide == pytest.approx(100, abs=0.02)


def test_a_bar_says_its_numbers_in_words() -> None:
    parts = [(2, "menuju PPK", 1200), (3, "di PPK", 0)]
    assert "<b>1.200</b> menuju PPK" in flow.stacked_bar(parts, "Sandaran")
    assert 'role="img" aria-label="Sandaran: menuju PPK 1.200"' in flow.stacked_bar(parts, "Sandaran", bare=True)


@pytest.mark.parametrize("parts", [[], [(7, "di TPS", 0)]])
def test_a_bar_of_nothing_is_grey(parts: list[flow.Part]) -> None:
    assert "lv-grey" in flow.stacked_bar(parts, "Kaubun")


@pytest.mark.parametrize("step", [10, -1, "hijau", None, "unknown"])
def test_a_step_nobody_knows_is_never_drawn_as_arrived(step: int | str) -> None:
    assert 'class="step-unknown"' in flow.stacked_bar([(step, "?", 3)], "Kaubun")


def test_a_bar_escapes_what_people_wrote() -> None:
    for bar in (flow.stacked_bar([(1, "<b>a", 1)], '"><i>', bare=bare) for bare in (True, False)):
        assert "<b>a" not in bar
        assert '"><i>' not in bar
    assert "<b>a" not in flow.stacked_legend([(1, "<b>a", None)])


def test_the_legend_keeps_steps_nobody_is_in() -> None:
    legend = flow.stacked_legend([(0, "belum dikemas", None), (7, "di TPS", 0)])
    assert "</i>belum dikemas" in legend
    assert "<b>0</b> di TPS" in legend


def test_a_board_of_forty_bars_is_drawn_in_no_time() -> None:
    parts = [(step, f"tahap {step}", step + 1) for step in range(10)]
    started = time.perf_counter()
    for _ in range(40):
        flow.stacked_bar(parts, "Sandaran")
    assert time.perf_counter() - started < 0.1  # a tenth of what a page may take


@pytest.mark.parametrize(
    ("state", "level", "word"),
    [
        ("late", "red", "terlambat"),
        ("will_be_late", "amber", "akan terlambat"),
        ("today", "amber", "hari ini"),
        ("safe", "green", "aman"),
        ("left", "not_due", "sudah berangkat"),
        ("no_plan", "grey", "belum ada rencana"),
        ("unknown", "grey", "belum diketahui"),
        ("entah", "grey", "belum diketahui"),
    ],
)
def test_a_departure_is_a_word_an_icon_and_a_colour(state: str, level: str, word: str) -> None:
    badge = flow.departure(state)
    assert f"lv-{level}" in badge
    assert f"<span>{word}</span>" in badge
    assert "<svg" in badge


def test_a_departure_says_until_when_it_can_wait() -> None:
    assert "paling lambat <time" in flow.departure("late", AT, "Asia/Makassar")
    assert "2 Des 2026, 16.00 WITA" in flow.departure("late", AT, "Asia/Makassar")


def test_two_sources_differ_by_what_was_observed() -> None:
    told = flow.difference(18, 14, AT, "Asia/Makassar")
    assert "lv-amber" in told
    assert "<b>−4</b>" in told
    assert "sejak <time" in told
    assert "sama" in flow.difference(0, 0)


@pytest.mark.parametrize("pair", [(None, 4), (4, None), (None, None)])
def test_a_source_that_said_nothing_cannot_agree(pair: tuple[int | None, int | None]) -> None:
    assert "lv-grey" in flow.difference(*pair)


def test_a_key_figure_without_data_is_grey_whatever_its_level() -> None:
    page = render_to_string("components/_figures.html", {"figures": [{"label": "Kurang", "value": None, "level": 1}]})
    assert "lv-grey" in page
    assert "lv-green" not in page


def test_zero_is_a_figure() -> None:
    page = render_to_string("components/_figures.html", {"figures": [{"label": "Kurang", "value": 0}]})
    assert "lv-grey" not in page


def test_the_chain_says_where_things_are_now_and_who_gave_them_to_whom() -> None:
    steps = [
        {"state": "done", "title": "PPK", "at": AT, "giver": "KPU", "receiver": "PPK <S>"},
        {"state": "now", "title": "PPS", "at": None},
    ]
    page = render_to_string("components/_chain.html", {"steps": steps, "zone": "Asia/Makassar", "label": "TPS 003"})
    assert page.count("<li") == 2
    assert page.count('aria-current="step"') == 1
    assert "PPK &lt;S&gt;" in page
    assert "waktu belum diketahui" in page
