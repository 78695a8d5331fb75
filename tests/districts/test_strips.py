"""Strips of twelve weeks on tiles and in the heat table: issue 5 point 3."""

import re
from datetime import date, timedelta

from districts.models import Level, ReadinessHistory
from districts.templatetags.regions import strip_svg, strip_words
from districts.weeks import week_ends
from tests.conftest import NOW
from tests.districts.officials import roll_up, text_of

KUTIM = "/wilayah/64.08/"
TWELVE = (None,) * 3 + (Level.RED,) * 3 + (Level.AMBER,) * 4 + (Level.GREEN,) * 2


def test_weeks_end_on_sunday_and_a_sunday_is_over_the_day_after():
    assert week_ends(date(2026, 11, 21), 2) == [date(2026, 11, 8), date(2026, 11, 15)]
    assert week_ends(date(2026, 11, 22), 1) == [date(2026, 11, 15)]
    assert week_ends(date(2026, 11, 23), 1) == [date(2026, 11, 22)]


def test_a_strip_is_told_in_words():
    told = "12 pekan: 3 belum siap, 4 perlu perhatian, 2 siap, 3 belum ada data; pekan lalu siap"
    assert strip_words(TWELVE, "id") == told


def test_states_of_a_strip_differ_in_height_and_a_week_without_data_is_a_dot():
    drawn = [strip_svg((level,), coloured=False) for level in (*Level.values, None)]
    heights = [re.search(r'd="([^"]+)"', each)[1] for each in drawn]
    grey = list(Level.values).index(Level.GREY)
    assert len(set(heights)) == len(Level.values)
    assert heights[grey] == heights[-1]
    assert not any("style" in each for each in drawn)


def test_every_tile_and_row_has_the_last_twelve_weeks(world, as_user):
    roll_up(world)
    for back, level in enumerate((Level.GREEN, Level.AMBER, Level.RED)):
        day = date(2026, 11, 15) - timedelta(weeks=back)
        ReadinessHistory.objects.create(election=world.election, region_id="64.08.11", level=level, score=70, day=day)
    page = text_of(as_user("bupati-kutim").get(KUTIM))
    told = "12 pekan: 1 belum siap, 1 perlu perhatian, 1 siap, 9 belum ada data; pekan lalu siap"
    assert page.count(f'aria-label="{told}"') == 1  # the row of Sandaran
    assert re.search(rf'title="Sandaran: [^"]+{told}"', page)
    assert page.count("12 pekan: 12 belum ada data; pekan lalu belum ada data") == 4  # the other two, twice


def test_a_past_page_ends_its_strips_with_the_week_that_was_over_then(world, as_user, now):
    roll_up(world)
    now.move_to(NOW + timedelta(days=9))
    sunday = date(2026, 11, 22)
    ReadinessHistory.objects.create(election=world.election, region_id="64.08.11", level=1, score=90, day=sunday)
    client = as_user("bupati-kutim")
    assert "11 belum ada data; pekan lalu belum ada data" in text_of(client.get(KUTIM))
