"""What surrounds every page about a region: where it is, the election clock, the tabs and who is looking.

Asks the database nothing but `seen_place` and the election: roles come from the request's scope.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.access import NATION, Role, scope_of
from districts.models import Election, Region, User, current_election
from districts.models.regions import KECAMATAN_LENGTH, without_kabupaten
from districts.tabs import OWN, tabs_of
from districts.weeks import end_of, local_date, monday_of

#: Lengths of the codes of the regions above one.
ABOVE_LENGTHS = (2, 5, 8)
#: The parameter that asks for a past day.
AS_OF = "pada"


@dataclass(frozen=True, slots=True)
class Place:
    """The region a page is about. The nation has the empty code and no region."""

    code: str
    name: str
    zone: str
    ancestors: tuple[tuple[str, str], ...] = ()  # (code, name), widest first, without the nation
    as_of: date | None = None  # the closed day that is read; None: now

    @property
    def is_kecamatan(self) -> bool:
        return len(self.code) == KECAMATAN_LENGTH

    @property
    def level(self) -> int:
        """0 nation, 1 province, 2 regency, 3 kecamatan."""
        return (len(self.code) + 1) // 3

    @property
    def href(self) -> str:
        return region_href(self.code, self.as_of)


def place_of(region: Region) -> Place:
    """The place of a region that was read with `select_related("parent__parent")`."""
    above: list[tuple[str, str]] = []
    parent = region.parent
    while parent is not None:
        above.insert(0, (parent.code, parent.short_name))
        parent = parent.parent
    return Place(region.code, region.short_name, region.time_zone, tuple(above))


def seen_place(user: User, code: str) -> Place:
    """The place of the region `code` where it lies in the person's scope, else Http404. One statement without a join:
    the codes above are known from the code itself.
    """
    above = [code[:length] for length in ABOVE_LENGTHS if length < len(code)]
    regions = (
        Region.objects.filter(code__in=[*above, code]).order_by()
        if scope_of(user).covers(code)
        else Region.objects.none()
    )
    found = {found_code: (name, zone) for found_code, name, zone in regions.values_list("code", "name", "time_zone")}
    if code not in found:
        raise Http404
    name, zone = found[code]
    return Place(
        code, without_kabupaten(name), zone, tuple((each, without_kabupaten(found[each][0])) for each in above)
    )


def nation() -> Place:
    return Place(NATION, _("Indonesia"), settings.TIME_ZONE)


def seen_nation(user: User) -> Place:
    """The nation, for those who are assigned to it, else Http404."""
    if not scope_of(user).covers(NATION):
        raise Http404
    return nation()


@lru_cache(maxsize=16384)  # a regency's page asks for 180 addresses
def region_href(code: str, as_of: date | None = None) -> str:
    """The page of a region, of the day `boards.as_of`; a village has none of its own and leads to its kecamatan."""
    if not code:
        href = reverse("nation")
    elif len(code) < KECAMATAN_LENGTH:
        href = reverse("dashboard", args=[code])
    else:
        href = reverse("kecamatan", args=[code[:KECAMATAN_LENGTH]])
    return f"{href}?{AS_OF}={as_of}" if as_of else href


def with_query(href: str, query: str) -> str:
    """`href` with a further `query` ("?warna=merah" or "")."""
    return href + (query.replace("?", "&", 1) if "?" in href else query)


def frame(request: HttpRequest, place: Place, election: Election | None, now: datetime) -> dict[str, Any]:
    """Context of base.html and region_page.html for a page about `place`."""
    today = local_date(place.zone, now)
    return {
        "place": place,
        "election": election,
        "zone": place.zone,
        "now": now,
        "today": today,
        "monday": monday_of(today),
        "days_left": election.h_minus(place.zone, now) if election else None,
        "is_simulation": bool(election and election.is_simulation),
        "breadcrumb": breadcrumb(request, place),
        "navigation": navigation(request, place),
        "role_label": role_label(request, place.code),
    }


@dataclass(frozen=True, slots=True)
class Opened:
    """A page about a place at a moment: `today` is the place's own date, `context` its frame.

    Of a place `boards.as_of` a past day the moment is the end of that day, and `today` is it.
    """

    place: Place
    now: datetime
    today: date
    election: Election | None
    context: dict[str, Any]

    @property
    def as_of(self) -> date | None:
        return self.place.as_of


def open_page(request: HttpRequest, place: Place) -> Opened:
    """What every page about `place` begins with. One statement."""
    now = end_of(place.as_of, place.zone) if place.as_of else timezone.now()
    today = local_date(place.zone, now)
    election = current_election(place.code, today)
    return Opened(place, now, today, election, frame(request, place, election, now))


def breadcrumb(request: HttpRequest, place: Place) -> list[dict[str, str]]:
    """From the nation down to `place`; what the person may not open has no address."""
    scope = scope_of(request.user)
    above = [(NATION, _("Indonesia")), *place.ancestors] if place.code else []
    items = [
        {"label": name, "href": region_href(code, place.as_of) if scope.covers(code) else ""} for code, name in above
    ]
    return [*items, {"label": place.name, "href": place.href}]


def navigation(request: HttpRequest, place: Place) -> list[dict[str, Any]]:
    """The tabs of `place` that the person has. The one whose address is this page is current, or begins its address the
    longest; the dashboard is not that of other pages.
    """
    scope = scope_of(request.user)
    tabs = [tab for tab in tabs_of(place.code) if not tab.role or scope.covers(place.code, *tab.roles)]
    hrefs = [tab.href(place.code) for tab in tabs]
    here = {
        href
        for tab, href in zip(tabs, hrefs, strict=True)
        if request.path == href or (tab is not OWN[0] and request.path.startswith((href, *tab.below)))
    }
    current = max(here, key=len, default="")
    own = region_href(place.code)  # the only tab that can be read as of a past day
    return [
        {"label": tab.label, "href": place.href if href == own else href, "current": href == current}
        for tab, href in zip(tabs, hrefs, strict=True)
    ]


def role_label(request: HttpRequest, code: str) -> str:
    """What the person is in the region `code`: the role given nearest to it."""
    grants = [(len(prefix), role) for role, prefix in scope_of(request.user).grants if code.startswith(prefix)]
    if not grants:
        return ""
    role = max(grants)[1]
    return str(Role(role).label) if role in Role.values else _("Administrator")
