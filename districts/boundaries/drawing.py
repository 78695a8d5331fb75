"""Shapes kept, and the drawings of every place that has all of them: the nation, its provinces, its regencies.

A map shows kecamatan where they are few enough to tell apart, else the regions one level down. Neighbours are simplified
together, so what they share stays shared; paths are whole numbers, so they are short.
"""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians

import numpy
import shapely
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from districts.models import Region, RegionMap, RegionOutline, RegionShape
from districts.models.regions import KECAMATAN_LENGTH, REGENCY_LENGTH

#: Units of the longer side of a map: about the pixels it is shown with.
SIDE = 480
#: [P] More kecamatan than this are a pattern and not a map: the province then shows its regencies.
MOST_SHOWN = 150
#: Bytes, gzipped, of the paths of a map: per region, and what a map of few regions may have for finer borders. So 105
#: kecamatan with their links stay below 12 kB.
BYTES_EACH = 62
BYTES_AT_LEAST = 3_000
#: Units of simplification, tried from fine to coarse until the paths are small enough.
TOLERANCES = (0.25, 0.4, 0.6, 0.9, 1.3, 1.8, 2.5, 3.5, 5.0, 7.0)
#: Islands smaller than this many square units are left out, but never the largest part of a region.
SMALLEST_PART = 3.0
#: Degrees: borders are kept to about 50 m, ten times finer than any of the maps.
KEPT_TOLERANCE = 0.0005


@dataclass(frozen=True, slots=True)
class Outline:
    """A region's path with its mark, in units of the map."""

    path: str
    mark: tuple[int, int]
    room: int


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    outlines: dict[str, Outline]


@transaction.atomic
def keep_shapes(areas: Mapping[str, BaseGeometry], *, source: str, now: datetime) -> list[str]:
    """Keep the areas by code and draw anew every map they belong to; the codes of the places that have a map now.

    A place has a map when each of its regions has a shape; one that has lost this keeps none.
    """
    thin = _simplified(list(areas.values()), KEPT_TOLERANCE)
    RegionShape.objects.bulk_create(
        [
            RegionShape(region_id=code, geometry=shapely.to_wkb(area), source=source, imported_at=now)
            for code, area in zip(areas, thin, strict=True)
        ],
        update_conflicts=True, unique_fields=["region"], update_fields=["geometry", "source", "imported_at"],
    )  # fmt: skip
    places = {code[:length] for code in areas for length in (0, 2, REGENCY_LENGTH) if length < len(code)}
    return [place for place in sorted(places) if _draw_place(place, source, now)]


def _draw_place(place: str, source: str, now: datetime) -> bool:
    RegionMap.objects.filter(pk=place).delete()
    pieces = _pieces(place)
    if not pieces:
        return False
    kept = RegionShape.objects.filter(region__in=[code for codes in pieces.values() for code in codes])
    areas = {code: shapely.from_wkb(bytes(area)) for code, area in kept.values_list("region_id", "geometry")}
    drawing = draw({code: shapely.union_all([areas[each] for each in codes]) for code, codes in pieces.items()})
    drawn = RegionMap.objects.create(
        place_code=place, width=drawing.width, height=drawing.height, source=source, drawn_at=now
    )
    RegionOutline.objects.bulk_create(
        RegionOutline(
            map=drawn, region_id=code, path=outline.path, mark_x=outline.mark[0], mark_y=outline.mark[1],
            room=outline.room,
        )
        for code, outline in drawing.outlines.items()
    )  # fmt: skip
    return True


def _pieces(place: str) -> dict[str, list[str]]:
    """What the map of a place shows, each with the shapes it is made of; nothing where one is missing."""
    children: dict[str, list[str]] = {}
    regions = Region.objects.under(place).filter(level__lte=3).order_by("code").values_list("code", "parent")
    for code, parent in regions:
        children.setdefault(parent or "", []).append(code)
    kept = set(RegionShape.objects.filter(region__code__startswith=place).values_list("region_id", flat=True))

    def made_of(code: str) -> list[str]:
        below = [made_of(child) for child in children.get(code, [])]
        return [each for pieces in below for each in pieces] if below and all(below) else [code] if code in kept else []

    shown = children.get(place, [])
    kecamatan = [code for below in children.values() for code in below if len(code) == KECAMATAN_LENGTH]
    if place and len(kecamatan) <= MOST_SHOWN and kept.issuperset(kecamatan):
        shown = kecamatan
    pieces = {code: made_of(code) for code in shown}
    return pieces if all(pieces.values()) else {}


# --- Drawing ------------------------------------------------------------------------------------------------------------
def draw(areas: Mapping[str, BaseGeometry]) -> Drawing:
    """The smallest simplification of `areas` (longitude, latitude) whose paths are short enough."""
    flat, width, height = _on_paper(list(areas.values()))
    outlines: dict[str, Outline] = {}
    for tolerance in TOLERANCES:
        thin = _simplified(flat, tolerance)
        outlines = {code: _outline(area, whole) for code, area, whole in zip(areas, thin, flat, strict=True)}
        paths = "\n".join(outline.path for outline in outlines.values())
        if len(gzip.compress(paths.encode())) <= max(BYTES_EACH * len(outlines), BYTES_AT_LEAST):
            break
    return Drawing(width, height, outlines)


def _on_paper(areas: Sequence[BaseGeometry]) -> tuple[list[BaseGeometry], int, int]:
    """The areas in units of the map, north up, degrees of longitude as long as they are in the middle of it."""
    west, south, east, north = shapely.total_bounds(areas)
    narrow = cos(radians((south + north) / 2))
    scale = SIDE / max((east - west) * narrow, north - south)

    def place(points: numpy.ndarray) -> numpy.ndarray:
        return numpy.column_stack(((points[:, 0] - west) * narrow * scale, (north - points[:, 1]) * scale))

    width, height = round((east - west) * narrow * scale), round((north - south) * scale)
    return [shapely.transform(area, place) for area in areas], max(width, 1), max(height, 1)


def _simplified(areas: Sequence[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    """Fewer points, the same for both sides of a border. An area that would vanish stays as it was."""
    thin = shapely.coverage_simplify(numpy.array(areas, dtype=object), tolerance)
    return [area if after.is_empty else after for area, after in zip(areas, thin, strict=True)]


def _outline(area: BaseGeometry, whole: BaseGeometry) -> Outline:
    parts = sorted(shapely.get_parts(area), key=lambda part: -part.area)
    large = [part for part in parts if part.area >= SMALLEST_PART] or parts[:1]
    path = "".join(_ring(ring) for part in large for ring in (part.exterior, *part.interiors))
    inside = shapely.maximum_inscribed_circle(large[0], tolerance=1.0)
    x, y = shapely.get_coordinates(inside)[0]
    return Outline(path or _dot(whole), (round(x), round(y)), min(int(shapely.length(inside)), SIDE))


def _ring(ring: BaseGeometry) -> str:
    """A closed path of whole steps; "" where nothing is left of it."""
    points = numpy.rint(shapely.get_coordinates(ring)).astype(int)
    steps = numpy.diff(points, axis=0)[:-1]
    steps = steps[steps.any(axis=1)]
    if len(steps) < 2:
        return ""
    x, y = points[0].tolist()
    return f"M{x} {y}l" + "".join(_signed(number) for number in steps.ravel().tolist()).lstrip() + "z"


def _signed(number: int) -> str:
    return str(number) if number < 0 else f" {number}"


def _dot(area: BaseGeometry) -> str:
    """A small square for what is too small to draw: it can still be seen and followed."""
    x, y = shapely.get_coordinates(area.representative_point())[0]
    return f"M{round(x) - 2} {round(y) - 2}h4v4h-4z"
