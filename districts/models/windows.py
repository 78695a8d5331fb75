"""What the desk allows for a time: a closed report that is taken again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.models.expected import ExpectedReport
from districts.models.reachability import ForATime, for_a_time
from districts.reports.fields import no_personal_number


class WindowExceptionQuerySet(ForATime):
    region_field = "expected__kecamatan_id"


class WindowException(models.Model):
    """A closed report is taken again from `starts_at` until `ends_at`, because the desk said so.

    What comes in that time is late, never on time. At most one of a report is in force (`windows.open_exception`).
    """

    expected = models.ForeignKey(ExpectedReport, models.PROTECT, related_name="exceptions", db_index=False)
    reason = models.CharField(_("alasan"), max_length=280)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("dibuka oleh")
    )
    starts_at = models.DateTimeField(_("dibuka"))
    ends_at = models.DateTimeField(_("sampai"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("diakhiri oleh"),
    )  # fmt: skip
    ended_at = models.DateTimeField(_("diakhiri"), null=True, blank=True)
    client_key = models.UUIDField(unique=True)

    objects = WindowExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("pengecualian jendela lapor")
        verbose_name_plural = _("pengecualian jendela lapor")
        indexes = [
            # read by a report's page and form: the exceptions of one report, newest first
            models.Index(fields=["expected", "-starts_at"], name="windowexception_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="windowexception_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Tulis alasan laporan ini dibuka lagi."),
                violation_error_code="reason",
            ),
            *for_a_time("windowexception"),
            *no_personal_number("windowexception", "reason"),
        ]

    def __str__(self) -> str:
        return f"{self.expected_id} {self.starts_at:%Y-%m-%d %H:%M}"
