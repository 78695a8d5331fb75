"""Whether a kecamatan can be reached, for a time: set by the desk or found by a rule."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models.regions import Region
from districts.reports.fields import no_personal_number


def for_a_time(table: str) -> list[models.CheckConstraint]:
    """A time set by the desk ends after it began; who ended it early and when are one fact."""
    return [
        models.CheckConstraint(
            name=f"{table}_ended_who_and_when",
            condition=Q(ended_by__isnull=True, ended_at__isnull=True)
            | Q(ended_by__isnull=False, ended_at__isnull=False),
            violation_error_message=_("Yang diakhiri menyebut siapa dan kapan."),
            violation_error_code="ended_at",
        ),
        models.CheckConstraint(
            name=f"{table}_ends_after_start",
            condition=Q(ends_at__gt=F("starts_at")),
            violation_error_message=_("Batas waktu harus sesudah waktu mulai. Pilih jam yang lebih lambat."),
            violation_error_code="ends_at",
        ),
        models.CheckConstraint(
            name=f"{table}_ended_within",
            condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("starts_at"), ended_at__lte=F("ends_at")),
            violation_error_message=_("Yang sudah berakhir tidak dapat diakhiri lagi."),
            violation_error_code="ended_at",
        ),
    ]


class ForATime(ScopedQuerySet):
    """Rows that hold from `starts_at` until `ended_at`, else `ends_at`."""

    def with_until(self) -> Self:
        """Adds `until`: when it ended or will end."""
        return self.annotate(until=Coalesce("ended_at", "ends_at"))

    def in_force(self, at: datetime) -> Self:
        """Begun and not over at `at`."""
        return self.with_until().filter(starts_at__lte=at, until__gt=at)


class ReachRule(models.TextChoices):
    """Which rule of `districts.reports.reaching` found a kecamatan unreachable; "" is the desk itself."""

    NO_SIGNAL = "tanpa_sinyal", _("panggilan terakhir tanpa sinyal")
    FAILED_CALLS = "gagal_berturut", _("panggilan berturut-turut tidak diangkat")
    BLANKSPOT = "blankspot", _("panggilan gagal dan semua desanya tanpa sinyal")


class ReachabilityQuerySet(ForATime):
    region_field = "kecamatan_id"

    def during(self, now: datetime, closes_at: Any) -> Self:
        """In force at `now`, or when a slot closed before `now` at `closes_at` (an expression): its history stays."""
        begun = self.with_until().filter(starts_at__lte=now, starts_at__lt=closes_at)
        return begun.filter(Q(until__gt=now) | Q(until__gte=closes_at))


class Reachability(models.Model):
    """A kecamatan is hard to reach or cannot be reached, for a time. Without a row in force it is reachable.

    Set by a person of the desk (`set_by`) or by a rule (`rule`), never both. At most one is in force.
    """

    class State(models.TextChoices):
        HARD = "sulit", _("Sulit dijangkau")
        UNREACHABLE = "tidak_terjangkau", _("Tidak terjangkau")

    kecamatan = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("kecamatan"))
    state = models.CharField(_("keadaan"), max_length=16, choices=State.choices)
    reason = models.CharField(_("alasan"), max_length=280, blank=True, default="")
    rule = models.CharField(_("aturan"), max_length=16, choices=ReachRule.choices, blank=True, default="")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("ditetapkan oleh"),
    )  # fmt: skip
    starts_at = models.DateTimeField(_("sejak"))
    ends_at = models.DateTimeField(_("sampai"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("diakhiri oleh"),
    )  # fmt: skip
    ended_at = models.DateTimeField(_("diakhiri"), null=True, blank=True)
    client_key = models.UUIDField(unique=True)

    objects = ReachabilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("keterjangkauan")
        verbose_name_plural = _("keterjangkauan")
        indexes = [
            # read by the list of who has not reported: what is in force for a kecamatan
            models.Index(fields=["kecamatan", "-ends_at"], name="reachability_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="reachability_state_known",
                condition=Q(state__in=["sulit", "tidak_terjangkau"]),
                violation_error_message=_("Pilih sulit dijangkau atau tidak terjangkau."),
                violation_error_code="state",
            ),
            models.CheckConstraint(
                name="reachability_rule_known",
                condition=Q(rule__in=["", *ReachRule.values]),
                violation_error_message=_("Aturan keterjangkauan tidak dikenal."),
                violation_error_code="rule",
            ),
            models.CheckConstraint(
                name="reachability_by_desk_or_rule",
                condition=(Q(set_by__isnull=False, rule="") & ~Q(reason="")) | Q(set_by__isnull=True, rule__gt=""),
                violation_error_message=_("Tulis alasannya, misalnya jalan putus atau BTS padam."),
                violation_error_code="reason",
            ),
            models.CheckConstraint(
                name="reachability_kecamatan_is_kecamatan",
                condition=Q(kecamatan__length=8),
                violation_error_message=_("Keterjangkauan hanya untuk kecamatan."),
                violation_error_code="kecamatan",
            ),
            *for_a_time("reachability"),
            *no_personal_number("reachability", "reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kecamatan_id} {self.state}"
