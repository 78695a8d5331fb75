"""Accounts: made, given roles, renewed, and what ends when somebody leaves office. Accounts are never deleted: they acted.

A person gets a one-time code on paper and sets the password with it. A new code ends the old way in at once, sessions
included: it is asked for when a phone is lost or a password forgotten, and then the old one serves nobody but a finder.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from itertools import chain, count
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.access import APART, NATION
from districts.accounts.codes import code_of, digest_of
from districts.accounts.rights import (
    Right,
    check_can_give,
    check_can_renew,
    check_not_own,
    least_right,
    roles_of,
    unended,
)
from districts.door.lockout import lift_lock
from districts.models import Assignment, Region, SignInCode, User
from districts.templatetags.siap import moment

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: [P] Somebody whose tap did not seem to do anything taps again within minutes.
TAPPED_TWICE = timedelta(minutes=10)
ONE_DAY = timedelta(days=1)
_APART = gettext_lazy("Camat dan stafnya tidak menangani netralitas: kedua peran itu tidak dapat dirangkap.")


class AccountRefused(Exception):
    """Nothing was written; carries the sentence to show."""


class CodeRefused(Exception):
    """The code opens nothing (any more); carries the sentence. `user` is known where the code was used before."""

    def __init__(self, sentence: str, user: User | None = None) -> None:
        self.user = user
        super().__init__(sentence)


# --- Making accounts and giving roles ---------------------------------------------------------------------------------


@transaction.atomic
def create_person(
    *,
    name: str,
    phone: str,
    role: str,
    region: Region | None,
    by: User,
    now: datetime,
    valid_from: date,
    valid_until: date | None = None,
    username: str = "",
    stem: str = "",
) -> User:
    """An account without a password, its role and its code. AccountRefused for a username that is taken.

    Without a username it is `stem`, numbered where that is taken.
    """
    check_can_give(by, role, region.pk if region else NATION)
    person = User(username=username or _free_name(stem), name=name, phone=phone, password=make_password(None))
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise AccountRefused(_("Nama pengguna ini sudah dipakai. Pilih yang lain.")) from error
    Assignment.objects.create(user=person, role=role, region=region, valid_from=valid_from, valid_until=valid_until)
    new_code(person, roles=roles_of(person), by=by, now=now).save(force_insert=True)
    return person


def _free_name(stem: str) -> str:
    alike = User.objects.filter(username__istartswith=stem).values_list("username", flat=True)
    taken = {name.lower() for name in alike}
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(name for name in chain([stem], numbered) if name not in taken)


@transaction.atomic
def give_role(
    *, person: User, role: str, region: Region | None, by: User, valid_from: date, valid_until: date | None = None
) -> Assignment:
    """One more role. The one that the person has already, in force or to come, is given back as it is."""
    check_not_own(by, person)
    check_can_give(by, role, region.pk if region else NATION)
    locked = User.objects.select_for_update().get(pk=person.pk)
    if not locked.is_active:
        raise AccountRefused(_("Akun ini dinonaktifkan. Hanya administrator yang dapat mengaktifkannya lagi."))
    has = list(locked.assignments.filter(unended()))
    if role in APART and APART - {role} & {each.role for each in has}:
        raise AccountRefused(_APART)
    same = [each for each in has if (each.role, each.region_id) == (role, region.pk if region else None)]
    if same:
        return same[0]
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                user=locked, role=role, region=region, valid_from=valid_from, valid_until=valid_until
            )
    except IntegrityError as error:
        if "assignment_roles_apart" in str(error):
            raise AccountRefused(_APART) from error
        raise AccountRefused(
            _("Peran ini sudah pernah diberikan mulai tanggal yang sama dan sudah diakhiri. Pilih tanggal mulai lain.")
        ) from error


@transaction.atomic
def end_assignment(*, assignment: Assignment, last_day: date, reason: str, by: User, now: datetime) -> Assignment:
    """The person leaves the office after `last_day`, yesterday at the earliest: then it ends at once.

    Names stay on everything the person did. Ended twice it stays as it was ended first.
    """
    check_can_give(by, assignment.role, assignment.region_id or NATION)
    User.objects.select_for_update().get(pk=assignment.user_id)
    locked = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    today = timezone.localdate(now)
    if locked.ended_at is not None or (locked.valid_until and locked.valid_until < today):
        return locked
    if last_day < today - ONE_DAY:
        raise AccountRefused(_("Yang sudah dilihat dan diisi tidak dapat ditarik: tanggalnya paling awal hari ini."))
    locked.valid_until, locked.ended_by, locked.ended_at, locked.end_reason = last_day, by, now, reason
    locked.save(update_fields=["valid_until", "ended_by", "ended_at", "end_reason"])
    if not Assignment.objects.filter(unended(), user=locked.user_id).exists():
        _revoke(SignInCode.objects.filter(user=locked.user_id), now)
    return locked


@transaction.atomic
def change_phone(*, person: User, phone: str, by: User) -> None:
    check_can_renew(by, person)
    User.objects.filter(pk=person.pk).update(phone=phone)


# --- Codes ------------------------------------------------------------------------------------------------------------


def new_code(
    person: User,
    *,
    roles: Collection[tuple[str, str]],
    by: User,
    now: datetime,
    batch: UUID | None = None,
    key: UUID | None = None,
) -> SignInCode:
    """An unsaved code for an account that has `roles`, pairs of role and code."""
    least = Right(NATION) if person.is_staff or person.is_superuser else least_right(roles)
    row = SignInCode(
        pk=key or uuid4(), user=person, desk_id=least.code or None, batch=batch, issued_by=by, issued_at=now,
        expires_at=now + timedelta(days=settings.SIGN_IN_CODE_DAYS),
    )  # fmt: skip
    row.digest = digest_of(code_of(row))
    return row


@transaction.atomic
def renew_code(*, person: User, by: User, now: datetime, client_key: UUID) -> SignInCode:
    """A new code for the person. Password, sessions and any earlier code end at once, and the lock of the name too.

    The same key from the same person gives the code it made the first time. AccessRefused where not everything the
    account can do is in the hand of `by`.
    """
    locked = User.objects.select_for_update().get(pk=person.pk)
    check_can_renew(by, locked)
    earlier = SignInCode.objects.filter(pk=client_key).first()
    if earlier is not None:
        if (earlier.user_id, earlier.issued_by_id) != (locked.pk, by.pk):
            raise AccountRefused(_("Formulir ini sudah dipakai. Muat ulang halaman, lalu ulangi."))
        return earlier
    _revoke(SignInCode.objects.filter(user=locked), now)
    locked.set_unusable_password()
    locked.save(update_fields=["password"])
    made = new_code(locked, roles=roles_of(locked), by=by, now=now, key=client_key)
    made.save(force_insert=True)
    lift_lock(locked.username)
    return made


def _revoke(codes: "QuerySet[SignInCode]", now: datetime) -> None:
    codes.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)


def holder_of_code(code: str) -> User | None:
    """Whose code it is or was."""
    row = SignInCode.objects.filter(digest=digest_of(code)).select_related("user").first()
    return row.user if row else None


def owner_of_code(*, code: str, now: datetime, zone: str) -> User:
    """Whose code it is, when it can be used now. Uses nothing up; CodeRefused with a sentence otherwise."""
    row = SignInCode.objects.filter(digest=digest_of(code)).select_related("user").first()
    return _usable(row, now, zone).user


@transaction.atomic
def redeem_code(*, code: str, password: str, now: datetime, zone: str) -> User:
    """Set the first password with a code, which is used up by it.

    Tapped twice, the second tap finds the code used and the same password set, and is the person's own.
    """
    found = SignInCode.objects.filter(digest=digest_of(code)).values_list("user", flat=True).first()
    # the account first, as everywhere here: whoever renews it at this moment is before or after
    person = User.objects.select_for_update().filter(pk=found or 0).first()
    row = SignInCode.objects.filter(digest=digest_of(code)).select_related("user").first()
    tapped_twice = row is not None and row.used_at is not None and now - row.used_at < TAPPED_TWICE
    if tapped_twice and person is not None and person.is_active and person.check_password(password):
        return person
    usable = _usable(row, now, zone)
    person = usable.user
    person.set_password(password)
    person.save(update_fields=["password"])
    SignInCode.objects.filter(pk=usable.pk).update(used_at=now)
    return person


def _usable(row: SignInCode | None, now: datetime, zone: str) -> SignInCode:
    """The row itself, or CodeRefused with why it opens nothing and what to do."""
    if row is None:
        raise CodeRefused(_("Kode ini tidak dikenal. Periksa hurufnya di kartu Anda, lalu coba lagi."))
    if row.used_at:
        raise CodeRefused(
            _(
                "Kode ini sudah dipakai pada {time}. Masuk dengan nama pengguna dan sandi Anda. Bila bukan Anda yang "
                "memakainya, segera hubungi Desk Pilkada."
            ).format(time=moment(row.used_at, zone)),
            row.user,
        )
    if row.revoked_at:
        raise CodeRefused(
            _("Kode ini sudah diganti atau dibatalkan pada {time}. Pakai kartu yang terbaru, atau minta ke Desk Pilkada.")
            .format(time=moment(row.revoked_at, zone))
        )  # fmt: skip
    if row.expires_at <= now:
        raise CodeRefused(
            _("Kode ini berlaku sampai {time}. Minta kartu baru ke Desk Pilkada.").format(
                time=moment(row.expires_at, zone)
            )
        )
    if not row.user.is_active or not _still_covers(row):
        raise CodeRefused(_("Kode ini tidak berlaku lagi untuk akun Anda. Hubungi Desk Pilkada."))
    return row


def _still_covers(row: SignInCode) -> bool:
    """An account that was given more power meanwhile is not opened by paper that somebody with less could print."""
    if row.user.is_staff or row.user.is_superuser:
        return row.desk_id is None
    return Right(row.desk_id or NATION).covers_all(roles_of(row.user))
