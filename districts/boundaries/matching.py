"""Which region each shape of a file is: by code where the file has the ministry's codes, else by name.

The properties are searched, whatever they are called. BPS numbers regencies otherwise than the ministry (64.04 there is
64.08 here), so codes only count where most of the names beside them agree.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from districts.boundaries.reading import BadBoundaries, Feature
from districts.models import Region

#: [P] Of the shapes whose code is known, so many must have the region's name where the file has names.
AGREEING = 0.6
#: [P] A registry point further than this from its shape is told: perhaps names were mixed up. Degrees, about 30 km.
FAR = 0.27
DIGITS = {2: (2,), 4: (2, 4), 6: (2, 4, 6)}
_WORDS = re.compile(r"\b(provinsi|kabupaten|kab|kota administrasi|kecamatan|kec|distrik)\b\.?")


@dataclass(slots=True)
class Matched:
    """`areas` by code of the region; what could not be placed, and what to look at."""

    level: int
    areas: dict[str, BaseGeometry]
    by_name: bool
    unknown: list[str] = field(default_factory=list)  # shapes of the file
    missing: list[str] = field(default_factory=list)  # regions beside matched ones without a shape
    doubtful: list[str] = field(default_factory=list)


def match(features: list[Feature], *, level: int, under: str = "") -> Matched:
    """Shapes of regions of `level` (2 regency, 3 kecamatan) below `under`. One statement. Raises BadBoundaries."""
    regions = list(
        Region.objects.filter(level=level)
        .under(under)
        .values_list("code", "name", "parent__name", "latitude", "longitude")
    )
    names = {code: name for code, name, *_rest in regions}
    found = _by_code(features, names)
    by_name = found is None
    if found is None:
        found = _by_name(features, {code: (name, parent) for code, name, parent, *_point in regions})
    if not found:
        raise BadBoundaries(
            _(
                "Tidak ada bentuk yang cocok dengan registri wilayah, baik kode maupun nama. Periksa tingkat wilayahnya (--level)."
            )
        )
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    for feature in features:
        if code := found.get(feature.number):
            parts[code].append(feature.area)
    matched = Matched(level, {code: shapely.union_all(areas) for code, areas in sorted(parts.items())}, by_name)
    matched.unknown = [f"{feature.number}: {feature.name}" for feature in features if feature.number not in found]
    around = {code[:-3] for code in parts}
    matched.missing = [f"{names[code]} ({code})" for code in names if code[:-3] in around and code not in parts]
    matched.doubtful = [
        f"{name} ({code})"
        for code, name, _parent, latitude, longitude in regions
        if code in parts
        and latitude is not None
        and longitude is not None
        and _is_far(matched.areas[code], longitude, latitude)
    ]
    return matched


def _is_far(area: BaseGeometry, longitude: float, latitude: float) -> bool:
    return bool(area.distance(shapely.Point(longitude, latitude)) > FAR)


def _by_code(features: list[Feature], names: dict[str, str]) -> dict[int, str] | None:
    """Code of each feature's number by the property that holds most codes; None where codes are not the ministry's."""
    key = _best_property(features, lambda text: dotted(text) in names)
    if key is None:
        return None
    found = {each.number: code for each in features if (code := dotted(each.said.get(key, ""))) in names}
    named = [each for each in features if each.number in found and len(each.said) > 1]
    known = {plain_name(name) for name in names.values()}
    telling = [each for each in named if known & {plain_name(text) for text in each.said.values()}]
    agreeing = sum(
        plain_name(names[found[each.number]]) in {plain_name(text) for text in each.said.values()} for each in telling
    )
    return found if not telling or agreeing >= AGREEING * len(telling) else None


def _by_name(features: list[Feature], regions: dict[str, tuple[str, str | None]]) -> dict[int, str]:
    """Where several regions share a name, the one whose parent's name stands in the properties too."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for code, (name, _parent) in regions.items():
        by_name[plain_name(name)].append(code)
    key = _best_property(features, lambda text: plain_name(text) in by_name)
    found: dict[int, str] = {}
    for feature in features if key else ():
        texts = {plain_name(text) for text in feature.said.values()}
        same = by_name.get(plain_name(feature.said.get(key or "", "")), [])
        beside = [code for code in same if plain_name(regions[code][1] or "") in texts]
        if len(beside or same) == 1:
            found[feature.number] = (beside or same)[0]
    return found


def _best_property(features: Iterable[Feature], holds: Callable[[str], bool]) -> str | None:
    """The property in which most features hold something that is known, and different things."""
    seen: Counter[str] = Counter()
    for key, text in {(key, text) for feature in features for key, text in feature.said.items()}:
        seen[key] += holds(text)
    best = max(seen, key=lambda key: (seen[key], key), default=None)
    return best if best is not None and seen[best] else None


def dotted(text: str) -> str:
    """`640811`, `64.08.11` or `64.08.11.0` as the ministry writes it; "" for what is no code."""
    digits = re.sub(r"\.0$", "", text).replace(".", "").replace(" ", "")
    if not digits.isdecimal() or len(digits) not in DIGITS:
        return ""
    return ".".join(digits[start : start + 2] for start in range(0, len(digits), 2))


def plain_name(text: str) -> str:
    """A name without what it is, signs and spaces: "Kec. Long Mesangat" and "LONG MESANGAT" are the same."""
    return re.sub(r"[^a-z0-9]", "", _WORDS.sub("", text.lower()))
