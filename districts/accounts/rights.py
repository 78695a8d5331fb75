"""Who may make accounts, give roles and renew the way in, and for whom. The most important rules of accounts.

A Desk does so in its own region, and only for roles with less power than its own: otherwise it could make itself a
neutrality handler, or take over an account that reaches further than it does. Administrators may all.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.access import NATION, ROLE_CODE_LENGTHS, AccessRefused, Role, scope_of
from districts.models import Assignment, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

PROVINCE, REGENCY, KECAMATAN = 2, 5, 8
#: Length of the Desk's code: the roles it gives, each with the lengths of the codes it gives them at [P]. Never a Desk of
#: its own level, nor the neutrality handler, who answers to Bawaslu. A KPU liaison keeps the figures that the Desk's are
#: compared with, so the Desk of the same regency does not give that role: the province does.
GIVES: dict[int, dict[str, tuple[int, ...]]] = {
    PROVINCE: {
        Role.REPORTER: (KECAMATAN,),
        Role.PPK: (KECAMATAN,),
        Role.PARTNER: (REGENCY,),
        Role.OBSERVER: (PROVINCE, REGENCY),
        Role.KPU: (REGENCY,),
        Role.DESK: (REGENCY,),
    },
    REGENCY: {
        Role.REPORTER: (KECAMATAN,),
        Role.PPK: (KECAMATAN,),
        Role.PARTNER: (REGENCY,),
        Role.OBSERVER: (REGENCY,),
    },
}


@dataclass(frozen=True, slots=True)
class Right:
    """By what a person acts on accounts: as the Desk of the region `code`, or as administrator (`NATION`)."""

    code: str

    def gives(self, role: str, code: str) -> bool:
        """Whether it covers the `role` in the region `code` ("" is the nation)."""
        if self.code == NATION:
            return len(code) in ROLE_CODE_LENGTHS.get(role, ())
        return code.startswith(self.code) and len(code) in GIVES[len(self.code)].get(role, ())

    def roles(self) -> list[str]:
        """The roles it gives anywhere, in the order of `Role`."""
        return [role for role in Role.values if self.code == NATION or role in GIVES[len(self.code)]]

    def covers_all(self, roles: Iterable[tuple[str, str]]) -> bool:
        """Whether it covers each of `roles`, pairs of role and code."""
        return all(self.gives(role, code) for role, code in roles)


def least_right(roles: Collection[tuple[str, str]]) -> Right:
    """The smallest Desk that covers all of `roles`, pairs of role and code; else the administrator's."""
    code = next(iter(roles), ("", NATION))[1]
    desks = (Right(code[:length]) for length in (REGENCY, PROVINCE) if len(code) >= length)
    return next((right for right in desks if right.covers_all(roles)), Right(NATION))


def rights_of(user: "User") -> list[Right]:
    """What the person acts by, widest first. Asks the database nothing beyond the scope."""
    if user.is_superuser:
        return [Right(NATION)]
    return [Right(code) for code in scope_of(user).prefixes(Role.DESK) if len(code) in GIVES]


def right_at(user: "User", code: str) -> Right | None:
    """The right the person has in the region `code`."""
    return next((right for right in rights_of(user) if code.startswith(right.code)), None)


def can_manage_people(user: "User", code: str) -> bool:
    return right_at(user, code) is not None


def check_can_manage_people(user: "User", code: str) -> Right:
    """The right by which the person manages the accounts of the region `code`."""
    right = right_at(user, code)
    if right is None:
        raise AccessRefused(_("Hanya Desk Pilkada wilayah ini atau administrator yang mengurus akun."))
    return right


def check_can_give(user: "User", role: str, code: str) -> None:
    """Whether the person may give the `role` in the region `code`."""
    if not any(right.gives(role, code) for right in rights_of(user)):
        raise AccessRefused(
            _("Peran {role} di wilayah ini tidak diberikan oleh Desk Anda. Minta administrator.").format(
                role=Role(role).label if role in Role.values else role
            )
        )


def check_not_own(user: "User", person: "User") -> None:
    """Nobody gives themselves a role: four eyes, also where the Desk gives that role to others."""
    if user.pk == person.pk:
        raise AccessRefused(
            _("Peran untuk akun sendiri tidak dapat Anda berikan. Minta Desk di atas Anda atau administrator.")
        )


def unended() -> Q:
    """Assignments in force today or later: what an account can do, or will."""
    return Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate())


def roles_of(person: "User") -> list[tuple[str, str]]:
    """Pairs of role and code ("" is the nation) that `person` has or will have."""
    found = person.assignments.filter(unended()).values_list("role", "region")
    return [(role, code or NATION) for role, code in found]


def right_over(user: "User", person: "User") -> Right | None:
    """The right by which `user` may renew the way in of `person`: one that covers every role of the account.

    None as well for one's own account, for administrators' and for one that was switched off.
    """
    if user.pk == person.pk or not person.is_active:
        return None
    if _is_administrator(person):
        return Right(NATION) if user.is_superuser else None
    roles = roles_of(person)
    return next(
        (right for right in rights_of(user) if (roles or right.code == NATION) and right.covers_all(roles)), None
    )


def check_can_renew(user: "User", person: "User") -> Right:
    """A new code takes the account over: who issues it must have the say over everything the account can do."""
    if user.pk == person.pk:
        raise AccessRefused(_("Untuk akun sendiri, pakai Ganti sandi. Bila sandi lupa, minta Desk di atas Anda."))
    if not person.is_active:
        raise AccessRefused(_("Akun ini dinonaktifkan. Hanya administrator yang dapat mengaktifkannya lagi."))
    right = right_over(user, person)
    if right is None:
        raise AccessRefused(
            _(
                "Kode akun ini tidak dapat Anda terbitkan: orang ini tidak sedang bertugas, atau punya peran di luar "
                "wewenang Desk Anda. Minta administrator."
            )
        )
    return right


def can_renew(user: "User", person: "User") -> bool:
    return right_over(user, person) is not None


def _is_administrator(person: "User") -> bool:
    return person.is_staff or person.is_superuser


def people_seen_by(user: "User") -> "QuerySet[User]":
    """Accounts that the person manages: who has, had or will have a role below a region where they have a right."""
    rights = rights_of(user)
    if not rights:
        return User.objects.none()
    if rights[0].code == NATION:
        return User.objects.all()
    below = Q(pk__in=[])
    for right in rights:
        below |= Q(region__startswith=right.code)
    return User.objects.filter(pk__in=Assignment.objects.filter(below).values("user"))
