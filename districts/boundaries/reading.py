"""A GeoJSON file as shapes in longitude and latitude, or the sentence that says what is wrong with it."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

#: Where Indonesia lies, the bounds of `region_point_in_indonesia`, with half a degree for seas drawn along.
WEST, SOUTH, EAST, NORTH = 93.5, -12.5, 142.5, 7.5
#: [P] A file of all kecamatan in full detail has about 200 MB; beyond this it is something else.
MOST_BYTES = 500 * 2**20
AREAS = ("Polygon", "MultiPolygon")


class BadBoundaries(Exception):
    """The file cannot be used; carries the sentence to show. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One entry of the file: its number from 1, its properties as texts, its area."""

    number: int
    said: dict[str, str]
    area: BaseGeometry

    @property
    def name(self) -> str:
        """What to call it in a report: its texts, shortened."""
        return ", ".join(text for text in self.said.values() if text)[:80] or _("tanpa keterangan")


def read_features(path: Path) -> list[Feature]:
    """Every Polygon and MultiPolygon of the file, made valid. Raises BadBoundaries."""
    if path.stat().st_size > MOST_BYTES:
        raise BadBoundaries(_("Berkas ini lebih dari %(most)d MB. Bagi per provinsi.") % {"most": MOST_BYTES // 2**20})
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadBoundaries(_("Berkas ini bukan GeoJSON yang utuh: isinya tidak terbaca sebagai JSON.")) from error
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        raise BadBoundaries(
            _('Berkas ini bukan GeoJSON: tidak ada daftar "features". Ekspor ulang sebagai FeatureCollection.')
        )
    _check_reference(content)
    found = list(_areas(content["features"]))
    if not found:
        raise BadBoundaries(_("Tidak ada Polygon atau MultiPolygon di berkas ini."))
    _check_place(shapely.total_bounds([feature.area for feature in found]).tolist())
    return found


def _check_reference(content: dict[str, Any]) -> None:
    """GeoJSON is in longitude and latitude; an old `crs` member may say otherwise."""
    said = str(((content.get("crs") or {}).get("properties") or {}).get("name", ""))
    if said and not said.upper().endswith(("CRS84", "4326", "4979")):
        raise BadBoundaries(
            _("Koordinatnya memakai %(said)s. Ekspor ulang dalam bujur dan lintang (WGS 84, EPSG:4326).")
            % {"said": said[:60]}
        )


def _areas(features: list[Any]) -> Iterator[Feature]:
    for number, feature in enumerate(features, 1):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(geometry, dict) or geometry.get("type") not in AREAS:
            continue
        said = feature.get("properties")
        texts = (
            {str(key): str(value).strip() for key, value in said.items() if value is not None}
            if isinstance(said, dict)
            else {}
        )
        yield Feature(number, texts, _area(number, geometry))


def _area(number: int, geometry: dict[str, Any]) -> BaseGeometry:
    """The area without heights, valid. A ring that crosses itself is put in order."""
    broken = BadBoundaries(
        _("Bentuk nomor %(number)d rusak: koordinatnya tidak membentuk poligon.") % {"number": number}
    )
    try:
        area = shapely.force_2d(shape(geometry))
    except (ShapelyError, ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise broken from error
    if area.is_empty or not all(math.isfinite(bound) for bound in area.bounds):
        raise broken
    if not area.is_valid:
        area = shapely.union_all([part for part in shapely.get_parts(shapely.make_valid(area)) if part.area > 0])
    if area.is_empty:
        raise broken
    return area


def _check_place(bounds: list[float]) -> None:
    """Refuse what lies elsewhere, and say so when the axes are swapped or the numbers are metres."""
    west, south, east, north = bounds
    if _inside(west, south, east, north):
        return
    if _inside(south, west, north, east):
        raise BadBoundaries(
            _(
                "Sumbu koordinat tertukar: berkas menulis [lintang, bujur]. GeoJSON menulis [bujur, lintang], misalnya [117.5, 0.5]. Tukar, lalu impor lagi."
            )
        )
    if max(abs(bound) for bound in bounds) > 360:
        raise BadBoundaries(
            _("Koordinatnya dalam meter, bukan derajat. Ekspor ulang dalam bujur dan lintang (WGS 84, EPSG:4326).")
        )
    raise BadBoundaries(
        _("Bentuknya di luar Indonesia: bujur %(west).1f sampai %(east).1f, lintang %(south).1f sampai %(north).1f.")
        % {"west": west, "east": east, "south": south, "north": north}
    )


def _inside(west: float, south: float, east: float, north: float) -> bool:
    return west >= WEST and south >= SOUTH and east <= EAST and north <= NORTH
