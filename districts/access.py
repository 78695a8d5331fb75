"""Who may see and do what, where. Scope is a set of code prefixes; out of scope is 404: for you it does not exist."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from districts.models import Region, User

NATION = ""  # the empty prefix: every code starts with it


class Role(models.TextChoices):
    """Who uses it, DESIGN. Administrators are Django staff and need no role."""

    REPORTER = "reporter", gettext_lazy("Camat/operator")
    DESK = "desk", gettext_lazy("Desk Pilkada")
    OBSERVER = "observer", gettext_lazy("Pimpinan/pemantau")
    KPU = "kpu", gettext_lazy("Penghubung KPU")
    PPK = "ppk", gettext_lazy("PPK/PPS")
    NEUTRALITY = "neutrality", gettext_lazy("Penangan netralitas")
    PARTNER = "partner", gettext_lazy("Mitra (Diskominfo, Polri, TNI, Puskesmas)")


#: Roles that never meet in one person: who is watched and who handles the case (DESIGN).
APART = frozenset({Role.REPORTER.value, Role.NEUTRALITY.value})
#: Length of the region code a role may be assigned at: 0 nation, 2 province, 5 regency, 8 kecamatan (DESIGN).
ROLE_CODE_LENGTHS: dict[str, tuple[int, ...]] = {
    Role.REPORTER: (8,),
    Role.DESK: (2, 5),
    Role.OBSERVER: (0, 2, 5),
    Role.KPU: (5,),
    Role.PPK: (8,),
    Role.NEUTRALITY: (5,),
    Role.PARTNER: (5,),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may see at this moment: pairs of role and code prefix."""

    grants: tuple[tuple[str, str], ...]
    needs_second_factor: bool = False  # an administrator named one of the roles

    def prefixes(self, *roles: str) -> tuple[str, ...]:
        """Code prefixes of `roles` (of all roles when none is named), widest first and by code, without those inside another."""
        codes = sorted(
            {code for role, code in self.grants if not roles or role in roles}, key=lambda code: (len(code), code)
        )
        return tuple(code for i, code in enumerate(codes) if not code.startswith(tuple(codes[:i])))

    def covers(self, code: str, *roles: str) -> bool:
        """Whether one of `roles` (any role when none is named) reaches the region `code`."""
        return code.startswith(self.prefixes(*roles)) if self.prefixes(*roles) else False


def scope_of(user: "User | AnonymousUser") -> Scope:
    """The person's scope, read once per request (one statement). Superusers reach the whole nation in no role."""
    if "_scope" not in user.__dict__:
        grants: list[tuple[str, str]] = []
        guarded = False
        if isinstance(user, AnonymousUser):
            pass
        elif user.is_active:
            held = user.assignments.valid().held()
            grants = [(role, code or NATION) for role, code, _needs in held]
            guarded = any(needs for _role, _code, needs in held)
            if user.is_superuser:
                grants.append(("admin", NATION))
        user.__dict__["_scope"] = Scope(tuple(grants), guarded)
    scope: Scope = user.__dict__["_scope"]
    return scope


def within(prefixes: tuple[str, ...], field: str = "code") -> Q:
    """Rows whose `field` (a region code) lies under one of `prefixes`; no prefix, no row."""
    if NATION in prefixes:
        return Q()
    condition = Q(pk__in=[])
    for prefix in prefixes:
        condition |= Q(**{f"{field}__startswith": prefix})
    return condition


class ScopedQuerySet(models.QuerySet):
    """Rows that hang on a region; `region_field` names the column with its code."""

    region_field = "region_id"

    def visible_to(self, user: "User | AnonymousUser", *roles: str) -> Self:
        """Rows in the subtrees of the user's assignments (of `roles` only, when named). Anonymous: none."""
        return self.filter(within(scope_of(user).prefixes(*roles), self.region_field))

    def under(self, code: str) -> Self:
        """Rows of the region `code` and everything below it; the empty code is the nation."""
        return self.filter(**{f"{self.region_field}__startswith": code}) if code else self


class RegionQuerySet(ScopedQuerySet):
    region_field = "code"

    def provinces(self) -> Self:
        return self.filter(level=1)

    def regencies(self) -> Self:
        return self.filter(level=2)

    def kecamatan(self) -> Self:
        return self.filter(level=3)

    def villages(self) -> Self:
        return self.filter(level=4)

    def matching(self, text: str) -> Self:
        """Name contains or code begins with `text`, dots optional; kecamatan before desa, then by code."""
        digits = "".join(ch for ch in text if ch.isdigit())
        condition = Q(name__icontains=text)
        if digits and not text.strip(" .0123456789"):
            condition = Q(digits__startswith=digits)
        return self.filter(condition).order_by("level", "code")


class AssignmentQuerySet(ScopedQuerySet):
    def valid(self) -> Self:
        """Assignments in force today."""
        today = timezone.localdate()
        return self.filter(valid_from__lte=today).filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today))

    def held(self) -> list[tuple[str, str | None, bool]]:
        """Role, region, and whether an administrator asks a second factor of the role. One statement."""
        policies = apps.get_model("districts", "RolePolicy")._default_manager  # models stand above this module: by name
        asked = Exists(policies.filter(role=OuterRef("role"), needs_second_factor=True))
        return list(self.values_list("role", "region", asked))


class AccessRefused(PermissionDenied):
    """The person sees the thing but may not do this; carries the sentence to show."""


def can_report(user: "User", kecamatan_code: str) -> bool:
    """The camat's own staff, or a desk above that types a dictated report."""
    return scope_of(user).covers(kecamatan_code, Role.REPORTER, Role.DESK)


def check_can_report(user: "User", kecamatan_code: str) -> None:
    if not can_report(user, kecamatan_code):
        raise AccessRefused(_("Hanya petugas kecamatan ini atau Desk Pilkada yang dapat mengisi laporannya."))


def can_run_desk(user: "User", code: str) -> bool:
    """Accept or return reports, run issues, note contacts: the desk of the region or of one above."""
    return scope_of(user).covers(code, Role.DESK)


def check_can_run_desk(user: "User", code: str) -> None:
    if not can_run_desk(user, code):
        raise AccessRefused(_("Hanya Desk Pilkada wilayah ini yang dapat melakukannya."))


#: Superusers in `Scope.grants`.
ADMIN = "admin"


def can_keep_registers(user: "User", code: str) -> bool:
    """Bring registers up to date by file: the desk of the region or of one above, and administrators."""
    return scope_of(user).covers(code, Role.DESK, ADMIN)


def check_can_keep_registers(user: "User", code: str) -> None:
    if not can_keep_registers(user, code):
        raise AccessRefused(_("Hanya Desk Pilkada wilayah ini yang dapat mengunggah berkas data dasar."))


def can_keep_stations(user: "User", code: str) -> bool:
    """TPS and voters: also the KPU liaison, whose figures they are (DOMAIN 1.6)."""
    return scope_of(user).covers(code, Role.DESK, Role.KPU, ADMIN)


def check_can_keep_stations(user: "User", code: str) -> None:
    if not can_keep_stations(user, code):
        raise AccessRefused(
            _("Hanya Desk Pilkada atau penghubung KPU wilayah ini yang dapat mengunggah daftar TPS dan pemilih.")
        )


def home_region(user: "User") -> "Region | None":
    """The widest region the person is assigned to; None for the nation or for nobody."""
    widest_first = F("region__level").asc(nulls_first=True)
    assignment = user.assignments.valid().select_related("region").order_by(widest_first, "region").first()
    return assignment.region if assignment else None
