"""The tabs of a region's pages: those of districts, then those that other apps put there (REGION_TABS of the settings)."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from districts.access import ADMIN, Role


@dataclass(frozen=True, slots=True)
class Tab:
    """A page that every region has: the URL names of the nation's and, with a `code`, of a region's and a kecamatan's.

    A name left out is a page that this level does not have. A tab with a `role` is for who has it in that region alone,
    and `for_administrators` too where it says so.
    `below`: how the addresses of its other pages begin that do not begin like its own.
    """

    label: str | Promise
    nation: str = ""
    region: str = ""
    kecamatan: str = ""
    role: str = ""
    for_administrators: bool = False
    below: tuple[str, ...] = ()

    def name(self, code: str) -> str:
        """The URL name for the region `code`; "" where there is no such page."""
        return (self.nation, self.region, self.region, self.kecamatan)[(len(code) + 1) // 3]

    @property
    def roles(self) -> tuple[str, ...]:
        """Who has the tab, as roles of a scope."""
        return (self.role, ADMIN) if self.for_administrators else (self.role,)

    def href(self, code: str) -> str:
        return reverse(self.name(code), args=[code] if code else [])


OWN = (
    Tab(_("Dasbor"), nation="nation", region="dashboard"),
    Tab(_("Kecamatan"), kecamatan="kecamatan"),
    Tab(_("Belum lapor"), nation="silent_nation", region="silent"),
    Tab(_("Kendala"), nation="issues_nation", region="issues", kecamatan="issues_kecamatan", below=("/kendala/",)),
)


#: For the Desk and administrators; the last of all.
people = Tab(
    _("Orang"), nation="people_nation", region="people", role=Role.DESK, for_administrators=True,
    below=("/orang/", "/penugasan/"),
)  # fmt: skip


#: Last of all, since it is opened least: in REGION_TABS, behind the tabs of other apps.
registers = Tab(_("Data dasar"), region="registers")


def tabs_of(code: str) -> list[Tab]:
    """The tabs that the region `code` has, in their order."""
    others: list[Tab] = [import_string(path) for path in settings.REGION_TABS]
    return [tab for tab in (*OWN, *others) if tab.name(code)]
