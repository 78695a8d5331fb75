"""The daily mail to handlers: a row says that the one of a day is settled, so it is neither doubled nor lost."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from districts.models import Region


class DigestSent(models.Model):
    """One handler's mail of one local day of one regency. `cases` 0: nothing was near, no mail went out."""

    handler = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("penangan"))
    regency = models.ForeignKey(
        Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("kabupaten/kota")
    )
    day = models.DateField(_("tanggal"))
    cases = models.PositiveIntegerField(_("kasus"))
    settled_at = models.DateTimeField(_("waktu"), db_default=Now())

    class Meta:
        verbose_name = _("ringkasan harian")
        verbose_name_plural = _("ringkasan harian")
        constraints = [
            models.UniqueConstraint(
                fields=["handler", "regency", "day"],
                name="digestsent_once",
                violation_error_message=_("Ringkasan hari ini sudah dikirim."),
            ),
            models.CheckConstraint(
                name="digestsent_of_a_regency",
                condition=Q(regency__length=5),
                violation_error_message=_("Ringkasan dikirim per kabupaten atau kota."),
                violation_error_code="regency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler_id} {self.regency_id} {self.day}"
