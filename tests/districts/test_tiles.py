"""Tile maps: every region on a cell of its own, in rough geographic place, the same on every run."""

from hypothesis import given
from hypothesis import strategies as st

from districts.tiles import FIXED, MAX_COLUMNS, tile_cells

points = st.none() | st.tuples(st.floats(-11, 6), st.floats(95, 141))
groups = st.dictionaries(st.integers(1, 99).map(lambda n: f"12.34.{n:02d}"), points, min_size=1, max_size=30)


@given(groups)
def test_everything_is_placed_and_no_two_share_a_cell(group):
    cells = tile_cells(group)
    assert set(cells) == set(group)
    assert len(set(cells.values())) == len(group)


@given(groups, st.randoms(use_true_random=False))
def test_the_order_in_which_regions_come_changes_nothing(group, random):
    shuffled = list(group.items())
    random.shuffle(shuffled)
    assert tile_cells(dict(shuffled)) == tile_cells(group)


@given(groups)
def test_a_map_is_no_wider_than_a_phone_and_has_no_empty_row_or_column(group):
    rows, columns = zip(*tile_cells(group).values(), strict=True)
    assert set(columns) == set(range(max(columns) + 1))
    assert set(rows) == set(range(max(rows) + 1))
    assert max(columns) < MAX_COLUMNS


def test_compass_points_stay_where_they_are():
    cross = {"n": (2.0, 110.0), "e": (0.0, 112.0), "s": (-2.0, 110.0), "w": (0.0, 108.0)}
    cells = tile_cells(cross)
    assert cells["n"][0] < cells["w"][0] <= cells["e"][0] < cells["s"][0]
    assert cells["w"][1] < cells["n"][1] < cells["e"][1]


def test_a_long_country_is_drawn_wide_and_a_long_coast_high():
    island = {str(n): (0.0, 100.0 + n) for n in range(6)}
    coast = {str(n): (-float(n), 100.0) for n in range(6)}
    assert sorted(column for _, column in tile_cells(island).values()) == list(range(6))
    rows, columns = zip(*tile_cells(coast).values(), strict=True)
    assert max(rows) > max(columns)
    assert list(rows) == sorted(rows)


#: The drawing of DESIGN, "Look and feel", by the last two digits of the code.
KUTAI_TIMUR = """
 . 02 08 16  .  .  .
06 07  .  . 15 05 11
 . 18 17 09 10  .  .
01 03 14 12 04  .  .
 .  .  . 13  .  .  .
"""


def test_kutai_timur_is_drawn_as_the_design_has_it():
    drawn = {
        f"64.08.{word}": (row, column)
        for row, line in enumerate(KUTAI_TIMUR.split("\n")[1:-1])
        for column, word in enumerate(line.split())
        if word != "."
    }
    assert len(drawn) == 18
    assert tile_cells(dict.fromkeys(drawn, (0.5, 117.5))) == drawn


def test_a_kecamatan_that_is_new_in_a_fixed_map_moves_nobody():
    grown = dict.fromkeys(FIXED, (0.5, 117.5)) | {"64.08.19": (0.6, 117.9)}
    cells = tile_cells(grown)
    assert {code: cells[code] for code in FIXED} == dict(FIXED)
    assert len(set(cells.values())) == 19
