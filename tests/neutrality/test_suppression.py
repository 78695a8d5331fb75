"""Nobody works out a small number from what is published, by whatever subtraction (DOMAIN 4.5; issue 4, confidentiality)."""

from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from neutrality.suppression import ROOT, closed_places, hidden_cells

#: smaller than the real one, so that the attacker can try all tables
LIMIT = 3
TREE = {"": ["64", "65"], "64": ["64.08", "64.11"], "65": ["65.01", "65.02"]}
SMALL_TREE = {"": ["64", "65"], "64": ["64.08", "64.11"], "65": ["65.01"]}


def summed(leaves, tree):
    """The rows of all places from those of the regencies."""
    rows = {place: dict(sorted(row.items())) for place, row in leaves.items()}
    for place in sorted(tree, key=len, reverse=True):
        below = [rows[each] for each in tree[place]]
        rows[place] = {column: sum(row[column] for row in below) for column in below[0]}
    return rows


def published(leaves, tree):
    """(cells or None per place, totals or None) as a reader has them, and the truth."""
    rows = summed(leaves, tree)
    totals = {place: sum(row.values()) for place, row in rows.items()}
    closed = closed_places(totals, tree, LIMIT)
    hidden = hidden_cells(rows, tree, LIMIT, closed)
    cells = {
        place: {column: None if column in hidden[place] else count for column, count in row.items()}
        for place, row in rows.items()
    }
    return cells, {place: None if place in closed else total for place, total in totals.items()}, rows


class Attacker:
    """Knows everything published and finds every table of whole numbers that fits it."""

    def __init__(self, cells, totals, tree, most):
        self.cells, self.totals, self.tree, self.most = cells, totals, tree, most
        self.from_below = {}
        self.possible = {}

    def fits(self, place, row):
        total, shown = self.totals[place], self.cells[place].values()
        return (total is None or sum(row) == total) and all(
            known is None or known == value for known, value in zip(shown, row, strict=True)
        )

    def solve(self):
        self.look_below(ROOT)
        self.possible[ROOT] = self.from_below[ROOT]
        for place in sorted(self.tree, key=len):
            self.look_above(place)
        return self.possible

    def look_below(self, place):
        if place not in self.tree:
            ranges = [[known] if known is not None else range(self.most + 1) for known in self.cells[place].values()]
            rows = {row for row in product(*ranges) if sum(row) <= self.most}
        else:
            rows = {tuple(0 for _column in self.cells[place])}
            for each in self.tree[place]:
                self.look_below(each)
                rows = {tuple(map(sum, zip(row, more, strict=True))) for row in rows for more in self.from_below[each]}
        self.from_below[place] = {row for row in rows if self.fits(place, row)}

    def look_above(self, place):
        """Rows of the places below (two at most) that go with a possible row of the place."""
        first, *second = self.tree[place]
        rows, zero = self.from_below, {tuple(0 for _column in self.cells[place])}
        others = rows[second[0]] if second else zero
        pairs = [
            (one, other) for one in rows[first] for other in others
            if tuple(map(sum, zip(one, other, strict=True))) in self.possible[place]
        ]  # fmt: skip
        self.possible[first] = {one for one, _other in pairs}
        if second:
            self.possible[second[0]] = {other for _one, other in pairs}


def worked_out(leaves, tree):
    """Hidden cells that the attacker knows for certain."""
    cells, totals, rows = published(leaves, tree)
    possible = Attacker(cells, totals, tree, sum(rows[ROOT].values()) if totals[ROOT] else LIMIT).solve()
    found = []
    for place, row in cells.items():
        for at, (column, known) in enumerate(row.items()):
            assert known is None or known >= LIMIT  # what is shown is never small
            if known is None and len({each[at] for each in possible[place]}) < 2:
                found.append((place, column))
    return found


def tables(tree, columns, most):
    leaf_codes = [each for below in tree.values() for each in below if each not in tree]
    row = st.fixed_dictionaries({column: st.integers(0, most) for column in columns})
    return st.fixed_dictionaries(dict.fromkeys(leaf_codes, row))


FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(tables(TREE, "ab", 4))
def test_no_hidden_cell_of_two_columns_and_three_levels_can_be_worked_out(leaves):
    assert worked_out(leaves, TREE) == []


@FEW
@given(tables(SMALL_TREE, "abc", 3))
def test_no_hidden_cell_of_three_columns_can_be_worked_out_where_a_province_has_one_regency(leaves):
    assert worked_out(leaves, SMALL_TREE) == []


@pytest.mark.parametrize(
    "leaves",
    [
        # all of one place in one column: the total says it unless more is hidden
        {"64.08": (4, 0), "64.11": (3, 0), "65.01": (4, 4), "65.02": (4, 4)},
        {"64.08": (2, 6), "64.11": (4, 5), "65.01": (4, 4), "65.02": (5, 4)},
        {"64.08": (0, 0), "64.11": (4, 0), "65.01": (0, 0), "65.02": (0, 0)},
        {"64.08": (3, 3), "64.11": (3, 3), "65.01": (3, 3), "65.02": (3, 2)},
    ],
)
def test_the_awkward_ones_hold(leaves):
    assert worked_out({code: dict(zip("ab", row, strict=True)) for code, row in leaves.items()}, TREE) == []


def test_large_numbers_are_all_shown():
    leaves = {code: {"a": 40, "b": 50} for code in ("64.08", "64.11", "65.01", "65.02")}
    cells, totals, rows = published(leaves, TREE)
    assert cells == rows
    assert totals["64"] == 180


def test_one_small_number_hides_its_neighbours_and_not_the_nation():
    leaves = {code: {"a": 40, "b": 50} for code in ("64.08", "64.11", "65.01", "65.02")}
    leaves["64.08"]["b"] = 2
    cells, _totals, rows = published(leaves, TREE)
    assert cells["64.08"] == {"a": None, "b": None}
    assert cells[""] == rows[""]
    assert cells["65.01"] == rows["65.01"]


@FEW
@given(st.lists(st.integers(0, 12), min_size=4, max_size=4))
def test_totals_alone_cannot_be_subtracted_either(counts):
    assume(sum(counts) >= LIMIT)
    totals = dict(zip(("64.08", "64.11", "65.01", "65.02"), counts, strict=True))
    totals |= {"64": counts[0] + counts[1], "65": counts[2] + counts[3], "": sum(counts)}
    closed = closed_places(totals, TREE, LIMIT)
    for place, below in TREE.items():
        hidden = [totals[each] for each in below if each in closed]
        if place in closed:
            assert set(below) <= closed
        else:
            assert not hidden or (len(hidden) > 1 and sum(hidden) >= LIMIT)
