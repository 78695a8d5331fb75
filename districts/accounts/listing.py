"""Reads of the list of people: a row per role, with whether the person ever signed in and which code waits."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import F, FilteredRelation, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from districts import exporting
from districts.access import NATION, Role
from districts.accounts.rights import Right, unended
from districts.models import Assignment, SignInCode


def assignments(
    code: str, *, state: str = "", role: str = "", text: str = "", batch: UUID | None = None
) -> QuerySet[Assignment]:
    """Roles in the region `code` and below, those in force or to come unless `state` says otherwise. One statement.

    `code_until` is until when the unused code of the person can or could be used; None where none was issued.
    """
    waiting = Q(user__codes__used_at__isnull=True, user__codes__revoked_at__isnull=True)
    found = Assignment.objects.under(code).select_related("user", "region")
    found = found.alias(waiting=FilteredRelation("user__codes", condition=waiting))
    found = found.annotate(code_until=F("waiting__expires_at"))
    match state:
        case "berakhir":
            found = found.exclude(unended())
        case "semua":
            pass
        case _:
            found = found.filter(unended())
    if state == "belum-masuk":
        found = found.filter(user__last_login__isnull=True)
    elif state == "kode-menunggu":
        found = found.filter(waiting__isnull=False)
    if role:
        found = found.filter(role=role)
    if text:
        found = found.filter(Q(user__name__icontains=text) | Q(user__username__icontains=text))
    if batch:
        found = found.filter(user__in=SignInCode.objects.filter(batch=batch).values("user"))
    return found.order_by("region", "role", "user__name", "pk")


def as_sheet(rows: QuerySet[Assignment], source: exporting.Source, code: str, zone: str) -> exporting.Sheet:
    """The list as a download; passwords and codes are in no file."""
    titles = (
        _("Nama"), _("Nama pengguna"), _("Telepon"), _("Peran"), _("Kode wilayah"), _("Wilayah"), _("Berlaku dari"),
        _("Sampai"), _("Terakhir masuk"), _("Kode berlaku sampai"),
    )  # fmt: skip
    return exporting.Sheet(
        name=_("Orang dan peran"), columns=[exporting.Column(title) for title in titles], rows=_cells(rows),
        source=source, zone=zone, code=code, day=source.read_at.date(),
    )  # fmt: skip


def _cells(rows: QuerySet[Assignment]) -> Iterator[list[exporting.Cell]]:
    for row in exporting.keyset(rows, "pk"):
        user, region = row.user, row.region
        yield [
            user.name, user.username, user.phone, str(Role(row.role).label), region.code if region else "",
            region.name if region else _("Indonesia"), row.valid_from, row.valid_until, user.last_login, row.code_until,
        ]  # fmt: skip


def codes_to_print(rows: QuerySet[Assignment], right: Right, now: datetime) -> QuerySet[SignInCode]:
    """Codes that wait of the people of `rows` which who acts by `right` may print, by region and name."""
    codes = SignInCode.objects.waiting(now).filter(user__in=rows.order_by().values("user"))
    if right.code != NATION:
        codes = codes.filter(desk__startswith=right.code)
    current = Prefetch("user__assignments", Assignment.objects.filter(unended()).select_related("region"))
    return codes.select_related("user").prefetch_related(current).order_by("desk", "user__username")
