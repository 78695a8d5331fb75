"""Who may see and do what in neutrality. The area of cases does not exist for anybody without the role: 404, not 403.

Outreach is open: everybody whose scope covers the place reads it.
"""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils.translation import gettext as _

from districts.access import AccessRefused, Role, scope_of

if TYPE_CHECKING:
    from districts.models import User

#: Who may note outreach and pledges in a kecamatan: the camat's staff, the Desk, the Bawaslu liaison, KPU's people.
OUTREACH_ROLES = (Role.REPORTER, Role.DESK, Role.NEUTRALITY, Role.KPU, Role.PPK)


def handles(user: "User | AnonymousUser", regency: str) -> bool:
    """The neutrality handler of the regency; no administrator by being one, and never a camat."""
    return scope_of(user).covers(regency, Role.NEUTRALITY)


def handler_or_404(user: "User | AnonymousUser", regency: str) -> None:
    """For everybody else there is no such page."""
    if not handles(user, regency):
        raise Http404


def can_note_outreach(user: "User", kecamatan: str) -> bool:
    return scope_of(user).covers(kecamatan, *OUTREACH_ROLES)


def check_can_note_outreach(user: "User", kecamatan: str) -> None:
    if not can_note_outreach(user, kecamatan):
        raise AccessRefused(
            _("Hanya petugas kecamatan ini, Desk Pilkada, KPU atau Bawaslu yang dapat mencatat kegiatan dan ikrar.")
        )
