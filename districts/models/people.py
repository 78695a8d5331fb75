"""People and what they answer for."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Least, Upper
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from districts.access import APART, ROLE_CODE_LENGTHS, AssignmentQuerySet, Role, ScopedQuerySet
from districts.models.regions import Region
from districts.naming import shown


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Who signs in under this name, in capitals or not: phones write the first letter large."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may see comes from their assignments (`districts.access`)."""

    username = models.CharField(
        _("nama pengguna"),
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("Nama pengguna ini sudah dipakai.")},
    )
    name = models.CharField(_("nama lengkap"), max_length=120)
    phone = models.CharField(_("telepon"), max_length=20, blank=True, default="")
    email = models.EmailField(_("surel"), blank=True, default="")
    is_active = models.BooleanField(_("aktif"), default=True)
    is_staff = models.BooleanField(_("administrator"), default=False)
    date_joined = models.DateTimeField(_("dibuat"), default=timezone.now)
    # a sample account, which needs no second factor; only loading the demo sets it, never among real data
    is_demo = models.BooleanField(_("akun demo"), default=False, editable=False)
    session_generation = models.PositiveIntegerField(default=0, editable=False)  # one more ends every session

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("orang")
        verbose_name_plural = _("orang")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                name="user_phone_form",
                condition=Q(phone="") | Q(phone__regex=r"^\+?[0-9]{8,15}$"),
                violation_error_message=_("Tulis nomor telepon dengan angka saja, misalnya +6281234567890."),
                violation_error_code="phone",
            ),
            models.UniqueConstraint(
                Upper("username"),  # also read when somebody signs in
                name="user_username_once",
                violation_error_message=_("Nama pengguna ini sudah dipakai."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry: a new password or another generation ends it."""
        carried = f"{self.session_generation}:{self.password}"
        return salted_hmac("districts.User", carried, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] or self.username


#: The days on which an assignment is held, both ends among them. (Of one that was withdrawn: its last day.)
_HELD = Func(
    Least("valid_from", "valid_until"), "valid_until", RangeBoundary(inclusive_lower=True, inclusive_upper=True), function="DATERANGE",
    output_field=DateRangeField(),
)  # fmt: skip


class Assignment(models.Model):
    """A role of a person in a region, for a time. No region means the nation. Ending it keeps the history."""

    user = models.ForeignKey(User, models.PROTECT, related_name="assignments", verbose_name=_("orang"))
    role = models.CharField(_("peran"), max_length=12, choices=Role.choices)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name=_("wilayah")
    )
    valid_from = models.DateField(_("berlaku dari"), default=timezone.localdate)
    valid_until = models.DateField(_("sampai"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("diakhiri oleh")
    )
    ended_at = models.DateTimeField(_("dicatat berakhir"), null=True, blank=True, editable=False)
    end_reason = models.CharField(_("alasan berakhir"), max_length=140, blank=True, default="", editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("penugasan")
        verbose_name_plural = _("penugasan")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "region", "valid_from"],
                name="assignment_once",
                nulls_distinct=False,
                violation_error_message=_("Penugasan ini sudah ada."),
            ),
            models.CheckConstraint(
                name="assignment_role_fits_level",
                condition=Q(
                    *[
                        Q(role=role, region__length__in=lengths) | Q(role=role, region__isnull=True)
                        if 0 in lengths
                        else Q(role=role, region__isnull=False, region__length__in=lengths)
                        for role, lengths in ROLE_CODE_LENGTHS.items()
                    ],
                    _connector=Q.OR,
                ),
                violation_error_message=_("Peran ini tidak dapat diberikan pada tingkat wilayah itu."),
                violation_error_code="region",
            ),
            models.CheckConstraint(
                # one that is ended before it began was withdrawn: its last day is before its first
                name="assignment_dates_in_order",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")) | Q(ended_at__isnull=False),
                violation_error_message=_("Tanggal akhir tidak boleh sebelum tanggal mulai."),
                violation_error_code="valid_until",
            ),
            models.CheckConstraint(
                name="assignment_ended_who_when_why",
                condition=Q(ended_by__isnull=True, ended_at__isnull=True, end_reason="")
                | Q(ended_by__isnull=False, ended_at__isnull=False, valid_until__isnull=False) & ~Q(end_reason=""),
                violation_error_message=_(
                    "Penugasan yang diakhiri mencatat siapa, kapan, alasan dan hari terakhirnya."
                ),
            ),
            ExclusionConstraint(
                # who is watched and who handles the case are never one person on one day (DESIGN); a role that was
                # withdrawn, whose last day is before its first, was never held
                name="assignment_roles_apart",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.NOT_EQUAL),
                    (_HELD, RangeOperators.OVERLAPS),
                ],
                condition=Q(role__in=sorted(APART))
                & (Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from"))),
                violation_error_message=_(
                    "Camat dan stafnya tidak menangani netralitas: kedua peran itu tidak dapat dirangkap pada hari yang sama."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.region_id or _('Indonesia')}"


class SignInCodeQuerySet(models.QuerySet["SignInCode"]):
    def open(self) -> Self:
        """Neither used nor revoked; one of them may have expired."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True)

    def waiting(self, now: datetime) -> Self:
        """Those that can still be used."""
        return self.open().filter(expires_at__gt=now)


class SignInCode(models.Model):
    """A one-time code on paper, with which a person sets the password. The code itself is not kept: see `codes`.

    `desk` is the region of the smallest Desk that had the say over everything the account could do when it was issued;
    None: administrators alone. That Desk and those above print it, and it opens the account for as long as that holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="codes", verbose_name=_("orang"))
    digest = models.CharField(max_length=64, unique=True)
    desk = models.ForeignKey(
        Region, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("Desk")
    )
    batch = models.UUIDField(_("bersama"), null=True, db_index=True)  # read for the slips of one file
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("diterbitkan oleh"))
    issued_at = models.DateTimeField(_("diterbitkan"))
    expires_at = models.DateTimeField(_("berlaku sampai"))
    used_at = models.DateTimeField(_("dipakai"), null=True)
    revoked_at = models.DateTimeField(_("dibatalkan"), null=True)

    objects = SignInCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("kode sekali pakai")
        verbose_name_plural = _("kode sekali pakai")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="signincode_one_open",
                violation_error_message=_("Orang ini masih punya kode yang menunggu."),
            ),
            models.CheckConstraint(
                name="signincode_used_or_revoked",
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
                violation_error_message=_("Kode yang sudah dipakai tidak dapat dibatalkan."),
            ),
            models.CheckConstraint(
                name="signincode_expires_after_issue",
                condition=Q(expires_at__gt=F("issued_at")),
                violation_error_message=_("Kode berlaku sampai waktu sesudah ia diterbitkan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.issued_at:%Y-%m-%d}"


class Agency(models.Model):
    """An institution that owns issues: Desk, KPU, Polres, Diskominfo … (DOMAIN 1.6)."""

    code = models.SlugField(_("kode"), primary_key=True, max_length=20)
    name = models.CharField(_("nama"), max_length=80)

    class Meta:
        verbose_name = _("instansi")
        verbose_name_plural = _("instansi")
        ordering = ["name"]

    def __str__(self) -> str:
        return shown(self.name)


class Contact(models.Model):
    """A person to call about a kecamatan who need not have an account: Kapolsek, Danramil, ketua PPK, Panwascam …"""

    region = models.ForeignKey(Region, models.PROTECT, related_name="contacts", verbose_name=_("wilayah"))
    office = models.CharField(_("jabatan"), max_length=80)
    name = models.CharField(_("nama"), max_length=120)
    phone = models.CharField(_("telepon"), max_length=20, blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("kontak")
        verbose_name_plural = _("kontak")
        ordering = ["region", "office"]
        constraints = [
            models.CheckConstraint(
                name="contact_phone_form",
                condition=Q(phone="") | Q(phone__regex=r"^\+?[0-9]{8,15}$"),
                violation_error_message=_("Tulis nomor telepon dengan angka saja, misalnya +6281234567890."),
                violation_error_code="phone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.region_id}"
