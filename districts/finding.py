"""Finding a region by name or code, among those a person may see."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from districts.frame import region_href
from districts.models import Region, RegionLevel

if TYPE_CHECKING:
    from districts.models import User

#: Shorter text would match half of the nation.
SHORTEST = 2


def found_regions(user: "User", text: str) -> QuerySet[Region]:
    """Regions with `text` in their name or at the start of their code, widest first; none for less than two characters.

    A code may be typed with or without dots, and as the public code of a TPS (`64.08.11.2001-005`: its village).
    """
    if len(text) < SHORTEST:
        return Region.objects.none()
    village, _dash, number = text.partition("-")
    wanted = village if number.strip().isdigit() else text
    return Region.objects.visible_to(user).matching(wanted).select_related("parent__parent__parent")


def shown(regions: Iterable[Region]) -> list[dict[str, Any]]:
    """Results as they are listed: what it is, where it lies, and the page it leads to. No statement."""
    return [
        {
            "name": region.name,
            "code": region.code,
            "kind": kind_of(region),
            "within": ", ".join(above.short_name for above in _ancestors(region)),
            "href": region_href(region.code) + (f"#d-{region.code}" if region.level == RegionLevel.VILLAGE else ""),
        }
        for region in regions
    ]


def kind_of(region: Region) -> str:
    """What people call it. The 3rd and 4th digit from 71 are a city, the 7th digit 1 is a kelurahan (DOMAIN 1.1)."""
    match RegionLevel(region.level):
        case RegionLevel.PROVINCE:
            return _("provinsi")
        case RegionLevel.REGENCY:
            return _("kota") if region.code[3] in "789" else _("kabupaten")
        case RegionLevel.KECAMATAN:
            return _("kecamatan")
    return _("kelurahan") if region.code[9] == "1" else _("desa")


def _ancestors(region: Region) -> Iterable[Region]:
    above = region.parent
    while above is not None:
        yield above
        above = above.parent
