"""Positions on the tile map: one square per region, in rough geographic place. Pure: points in, cells out."""

import math
from collections.abc import Iterable, Mapping, Sequence

#: (latitude, longitude) in degrees; None where the registry gives none.
Point = tuple[float, float] | None
#: (row, column) from 0 at the north-west corner.
Cell = tuple[int, int]

#: Seven squares of at least 44 px fit a phone of 360 px (WCAG 2.2, target size).
MAX_COLUMNS = 7
#: Cells for `count` regions: with fewer the squares lose their place, with more they get small.
CELLS_PER_REGION, SPARE_CELLS = 1.3, 2

#: Kutai Timur by hand, DESIGN "Look and feel".
FIXED: Mapping[str, Cell] = {
    "64.08.02": (0, 1),  # Muara Wahau
    "64.08.08": (0, 2),  # Kombeng
    "64.08.16": (0, 3),  # Karangan
    "64.08.06": (1, 0),  # Busang
    "64.08.07": (1, 1),  # Telen
    "64.08.15": (1, 4),  # Kaubun
    "64.08.05": (1, 5),  # Sangkulirang
    "64.08.11": (1, 6),  # Sandaran
    "64.08.18": (2, 1),  # Long Mesangat
    "64.08.17": (2, 2),  # Batu Ampar
    "64.08.09": (2, 3),  # Bengalon
    "64.08.10": (2, 4),  # Kaliorang
    "64.08.01": (3, 0),  # Muara Ancalong
    "64.08.03": (3, 1),  # Muara Bengkal
    "64.08.14": (3, 2),  # Rantau Pulung
    "64.08.12": (3, 3),  # Sangatta Selatan
    "64.08.04": (3, 4),  # Sangatta Utara
    "64.08.13": (4, 3),  # Teluk Pandan
}


def tile_cells(points: Mapping[str, Point], fixed: Mapping[str, Cell] = FIXED) -> dict[str, Cell]:
    """A cell of its own for every code: the fixed ones theirs, the rest the free cells that move them least in all.

    The same points give the same cells, in whatever order they come. Rows and columns nobody uses are closed up
    unless cells are fixed. A region without a point goes near the middle.
    """
    taken = {code: fixed[code] for code in points if code in fixed}
    codes = sorted(code for code in points if code not in taken)
    if not codes:
        return taken
    columns, rows = grid_size([point for point in points.values() if point], len(points))
    if taken:
        columns = max(columns, 1 + max(column for _, column in taken.values()))
        rows = max(rows, 1 + max(row for row, _ in taken.values())) + math.ceil(len(codes) / columns)
    used = set(taken.values())
    free = [(row, column) for row in range(rows) for column in range(columns) if (row, column) not in used]
    wanted = _wanted(points, columns, rows)
    costs = [[_distance(wanted[code], cell) for cell in free] for code in codes]
    placed = {code: free[index] for code, index in zip(codes, _cheapest(costs), strict=True)}
    return taken | placed if taken else _closed_up(placed)


def grid_size(points: Sequence[tuple[float, float]], count: int) -> tuple[int, int]:
    """(columns, rows) of a grid shaped like the spread of `points`, at most `MAX_COLUMNS` wide, with room to spare."""
    if count == 1:
        return 1, 1
    width, height = _extent(points)
    cells = count * CELLS_PER_REGION + SPARE_CELLS
    columns = min(MAX_COLUMNS, count, max(2, round(math.sqrt(cells * width / height))))
    return columns, math.ceil(cells / columns)


def _extent(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Width and height of the points on the ground, in degrees of latitude; neither is under a quarter of the other."""
    if len(points) < 2:
        return 1.0, 1.0
    latitudes, longitudes = zip(*points, strict=True)
    middle = math.radians(sum(latitudes) / len(points))
    width = (max(longitudes) - min(longitudes)) * math.cos(middle)
    height = max(latitudes) - min(latitudes)
    longest = max(width, height) or 1.0
    return max(width, longest / 4), max(height, longest / 4)


def _wanted(points: Mapping[str, Point], columns: int, rows: int) -> dict[str, tuple[float, float]]:
    """Where each code would stand, as (row, column) with fractions.

    Half by place and half by order of place, so that a crowded city does not push its neighbours off the map.
    """
    known = {code: point for code, point in points.items() if point}
    south_to_north = _spread({code: point[0] for code, point in known.items()})
    west_to_east = _spread({code: point[1] for code, point in known.items()})
    return {
        code: ((1 - south_to_north.get(code, 0.5)) * (rows - 1), west_to_east.get(code, 0.5) * (columns - 1))
        for code in points
    }


def _spread(values: Mapping[str, float]) -> dict[str, float]:
    """Each value between 0 and 1: the mean of its place in the range and of its rank (equal values, equal rank)."""
    if not values:
        return {}
    low, high = min(values.values()), max(values.values())
    ranks = {value: rank for rank, value in enumerate(sorted(set(values.values())))}
    if low == high:
        return dict.fromkeys(values, 0.5)
    last = len(ranks) - 1
    return {code: ((value - low) / (high - low) + ranks[value] / last) / 2 for code, value in values.items()}


def _distance(wanted: tuple[float, float], cell: Cell) -> float:
    return (wanted[0] - cell[0]) ** 2 + (wanted[1] - cell[1]) ** 2


def _closed_up(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The same cells without empty rows and columns."""
    rows = _positions(row for row, _ in cells.values())
    columns = _positions(column for _, column in cells.values())
    return {code: (rows[row], columns[column]) for code, (row, column) in cells.items()}


def _positions(values: Iterable[int]) -> dict[int, int]:
    return {value: position for position, value in enumerate(sorted(set(values)))}


def _cheapest(costs: Sequence[Sequence[float]]) -> list[int]:
    """For each row of `costs` a column of its own, the sum as small as can be (Hungarian method, O(rows² × columns)).

    Needs no fewer columns than rows. Column and row 0 of the working lists stand for "none yet".
    """
    row_count, column_count = len(costs), len(costs[0])
    row_price = [0.0] * (row_count + 1)
    column_price = [0.0] * (column_count + 1)
    row_of = [0] * (column_count + 1)
    for row in range(1, row_count + 1):
        came_from = _augment(costs, row, row_of, row_price, column_price)
        column = came_from.pop()
        while column:
            row_of[column], column = row_of[came_from[column]], came_from[column]
    chosen = [0] * row_count
    for column, row in enumerate(row_of[1:]):
        if row:
            chosen[row - 1] = column
    return chosen


def _augment(
    costs: Sequence[Sequence[float]], row: int, row_of: list[int], row_price: list[float], column_price: list[float]
) -> list[int]:
    """The cheapest path from `row` to a free column: for each column the one before it, then the free column itself."""
    size = len(column_price)
    came_from, cheapest, seen = [0] * size, [math.inf] * size, [False] * size
    column, row_of[0] = 0, row
    while row_of[column]:
        seen[column] = True
        here, step, following = row_of[column], math.inf, 0
        for other in range(1, size):
            if seen[other]:
                continue
            cost = costs[here - 1][other - 1] - row_price[here] - column_price[other]
            if cost < cheapest[other]:
                cheapest[other], came_from[other] = cost, column
            if cheapest[other] < step:
                step, following = cheapest[other], other
        for other in range(size):
            if seen[other]:
                row_price[row_of[other]] += step
                column_price[other] -= step
            else:
                cheapest[other] -= step
        column = following
    return [*came_from, column]
