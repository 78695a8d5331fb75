"""Hiding small numbers of published tables so that none of them can be worked out (DOMAIN 4.5: no cell below 5 [P]).

A publication is a tree of places (nation, provinces, regencies) and tables over it: a row per place, whose cells add up
to the row's total; the cells of a place are the sums of those of the places below it. Everything is published at once,
for all places, so a reader may subtract what he likes from what he likes.

1. `closed_places`: a place with a total below the limit is closed: neither its total nor any of its cells is shown. Of the
   places below an open one either none is closed, or at least two that have the limit together.
2. `hidden_cells`: cells below the limit are hidden, and with them others, until for each hidden cell there is a **witness**:
   a different table of whole numbers, none negative, that gives the very same publication and in which this cell differs.
   So nobody can know the cell from what is published; cells below the limit are never shown themselves.

A witness is one case moved: from column c to column d in one place, from d to c in another one of the same parent (or
in the parent itself, if c and d are hidden there), or from one closed place to a closed one beside it. What is hidden in
a place is hidden in all places below it, so a move in a place can always be made in one of them. Hiding more stops at the
latest when a table shows nothing but totals, where every move is possible.

Zero is below the limit and hidden too: it says something of a few. Hidden is one mark, so the reader does not learn which
cells are small. Of two publications in time only the numbers of cases are safe together: see `statistics`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

#: Place → the places right below it; the root is the empty code.
Tree = Mapping[str, Collection[str]]
Rows = Mapping[str, Mapping[str, int]]
ROOT = ""


def closed_places(totals: Mapping[str, int], tree: Tree, limit: int, closed: Collection[str] = ()) -> set[str]:
    """The places whose total is hidden; `closed` are so already. What lies below a closed place is closed."""
    hidden = {place for place, total in totals.items() if total < limit} | set(closed)
    while True:
        before = len(hidden)
        for place, below in tree.items():
            if place in hidden:
                hidden.update(below)
            else:
                _hide_together(place, below, totals.__getitem__, hidden, limit)
        if len(hidden) == before:
            return hidden


def _hide_together(
    place: str, below: Collection[str], number: Callable[[str], int], hidden: set[str], limit: int
) -> None:
    """Of the places below, none is hidden or enough are: else the smallest shown ones too, and at last the place itself."""
    found = [each for each in below if each in hidden]
    shown = sorted((each for each in below if each not in hidden), key=lambda each: (number(each), each), reverse=True)
    while found and not _enough(found, number, limit):
        found.append(shown.pop() if shown else place)
        hidden.add(found[-1])
        if found[-1] == place:
            return


def _enough(names: Collection[str], number: Callable[[str], int], limit: int) -> bool:
    return len(names) >= 2 and sum(number(each) for each in names) >= limit


@dataclass(slots=True)
class _Table:
    """A table on the way to its publication; `hidden` only grows."""

    rows: Rows
    tree: Tree
    closed: Collection[str]
    limit: int
    columns: list[str] = field(init=False)
    parent: dict[str, str] = field(init=False)
    hidden: dict[str, set[str]] = field(init=False)  # place → hidden columns

    def __post_init__(self) -> None:
        # the largest first: it is hidden along with others, so that rows have one hidden column in common; hiding the
        # smallest instead leaves fewer witnesses, and in the end hid nearly all
        self.columns = sorted(self.rows[ROOT], key=lambda column: (-self.rows[ROOT][column], column))
        self.parent = {each: place for place, below in self.tree.items() for each in below}
        self.hidden = {
            place: {
                column for column, count in row.items() if place in self.closed or count < self.limit
            } for place, row in self.rows.items()
        }  # fmt: skip

    def settle(self) -> None:
        """Hide until rows and columns have none or enough hidden, and what is hidden in a place is hidden below it."""
        while True:
            before = self._count()
            for place in self.rows:
                self._settle_row(place)
            for place, below in self.tree.items():
                for each in below:
                    self.hidden[each] |= self.hidden[place]
                for column in self.columns:
                    if column not in self.hidden[place]:
                        self._settle_column(place, below, column)
            if self._count() == before:
                return

    def _count(self) -> int:
        return sum(len(columns) for columns in self.hidden.values())

    def _settle_row(self, place: str) -> None:
        row, hidden = self.rows[place], self.hidden[place]
        if place in self.closed or not hidden:
            return
        hidden.add(self.columns[0])
        rest = sorted((column for column in self.columns if column not in hidden), key=lambda name: (-row[name], name))
        while rest and not _enough(hidden, row.__getitem__, self.limit):
            hidden.add(rest.pop())

    def _settle_column(self, place: str, below: Collection[str], column: str) -> None:
        hidden = {each for each in below if column in self.hidden[each]}
        _hide_together(place, below, lambda each: self.rows[each][column], hidden, self.limit)
        for each in hidden:
            self.hidden[each].add(column)

    # --- Witnesses ---------------------------------------------------------------------------------------------------
    def unproven(self) -> list[tuple[str, str]]:
        """Hidden cells without a witness."""
        return [
            (place, column)
            for place, columns in self.hidden.items()
            for column in sorted(columns)
            if not self._has_witness(place, column)
        ]

    def _has_witness(self, place: str, column: str) -> bool:
        if any(
            self._can_turn(place, column, other) or self._can_turn(place, other, column)
            for other in self.columns
            if other != column and other in self.hidden[place]
        ):
            return True
        return place in self.closed and (self._can_leave(place, column) or self._can_come(place, column))

    def _can_turn(self, place: str, column: str, other: str) -> bool:
        """Whether a case of `place` may be of the column `other` instead."""
        if not self.rows[place][column] or not {column, other} <= self.hidden[place]:
            return False
        if place == ROOT:
            return True
        above = self.parent[place]
        if self._can_turn(above, column, other):
            return True
        return any(
            each != place and self.rows[each][other] and {column, other} <= self.hidden[each]
            for each in self.tree[above]
        )

    def _can_leave(self, place: str, column: str) -> bool:
        """Whether a case of the closed `place` may be of another closed one."""
        if not self.rows[place][column]:
            return False
        return place == ROOT or bool(self._closed_beside(place)) or self._can_leave(self.parent[place], column)

    def _can_come(self, place: str, column: str) -> bool:
        """Whether the closed `place` may have a case more."""
        if place == ROOT:
            return True
        above, beside = self.parent[place], self._closed_beside(place)
        if any(self.rows[each][column] for each in beside) or (above in self.closed and self._can_come(above, column)):
            return True
        return any(
            self.rows[each][other] and self._can_turn_elsewhere(above, each, other, column)
            for each in beside
            for other in self.columns
        )

    def _can_turn_elsewhere(self, above: str, giver: str, column: str, other: str) -> bool:
        """Whether below `above` one case fewer in `column` and one more in `other` is told by nothing."""
        return self._can_turn(above, column, other) or any(
            each != giver and self.rows[each][other] and {column, other} <= self.hidden[each]
            for each in self.tree[above]
        )

    def _closed_beside(self, place: str) -> list[str]:
        return [each for each in self.tree[self.parent[place]] if each != place and each in self.closed]


def hidden_cells(rows: Rows, tree: Tree, limit: int, closed: Collection[str]) -> dict[str, set[str]]:
    """Place → its hidden columns. `closed` is of `closed_places` for the totals of this table, each of which may be known."""
    table = _Table(rows, tree, closed, limit)
    if len(table.columns) == 1:  # the cell is the total
        return table.hidden
    while True:
        table.settle()
        found = [(place, column) for place, column in table.unproven() if place != ROOT]
        if not found:
            return table.hidden
        for place, column in found:
            _hide_above(table, table.parent[place], column)


def _hide_above(table: _Table, place: str, column: str) -> None:
    """The cell above too; where that is hidden already, one more."""
    shown = [each for each in table.columns if each not in table.hidden[place]]
    if column in shown:
        table.hidden[place].add(column)
    elif shown:
        table.hidden[place].add(shown[-1])
    elif place != ROOT:
        _hide_above(table, table.parent[place], column)
