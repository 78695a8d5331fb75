"""The parcel of a TPS: what was packed for it travels as one, sealed, from the KPU warehouse to the TPS and back.

A leg writes one row per TPS and not one per item: a sealed box is not counted again. What is found short or damaged at a
hand-over is a movement out of the parcel.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models import Election, PollingStation
from logistics.models.stock import Document, Place
from logistics.stages import Stage


class ParcelQuerySet(ScopedQuerySet):
    region_field = "polling_station__kecamatan_code"


class Parcel(models.Model):
    """Of one TPS in one election. `stage` and the times are written by the trigger on `ParcelMove` alone.

    A time says when that place was first reached; it is null again when the parcel is taken back before it.
    `shipment`: the open shipment the parcel is planned or travelling with.
    """

    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    polling_station = models.ForeignKey(PollingStation, models.PROTECT, related_name="parcels", verbose_name="TPS")
    place = models.OneToOneField(Place, models.PROTECT, related_name="parcel")
    stage = models.SmallIntegerField(_("tahap"), choices=Stage.choices, default=Stage.OPEN)
    stage_at = models.DateTimeField(_("sejak"), null=True, blank=True)
    packed_at = models.DateTimeField(_("dikemas"), null=True, blank=True)
    ppk_at = models.DateTimeField(_("diterima PPK"), null=True, blank=True)
    pps_at = models.DateTimeField(_("diterima PPS"), null=True, blank=True)
    tps_at = models.DateTimeField(_("diterima KPPS"), null=True, blank=True)
    back_pps_at = models.DateTimeField(_("kembali di PPS"), null=True, blank=True)
    back_ppk_at = models.DateTimeField(_("kembali di PPK"), null=True, blank=True)
    back_kpu_at = models.DateTimeField(_("kembali di KPU"), null=True, blank=True)
    shipment = models.ForeignKey(
        "logistics.Shipment", models.PROTECT, null=True, blank=True, related_name="carried", verbose_name=_("kiriman")
    )

    objects = ParcelQuerySet.as_manager()

    class Meta:
        verbose_name = _("paket TPS")
        verbose_name_plural = _("paket TPS")
        constraints = [
            models.UniqueConstraint(
                fields=["election", "polling_station"],
                name="parcel_once",
                violation_error_message=_("TPS ini sudah punya paket."),
            ),
            models.CheckConstraint(
                name="parcel_stage_known",
                condition=Q(stage__in=Stage.values),
                violation_error_message=_("Tahap tidak dikenal."),
                violation_error_code="stage",
            ),
            models.CheckConstraint(
                name="parcel_stage_has_time",
                condition=Q(stage=0) | Q(stage__gt=0, stage_at__isnull=False, packed_at__isnull=False),
                violation_error_message=_("Paket yang dikemas menyebut kapan."),
                violation_error_code="stage_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.polling_station_id} {self.get_stage_display()}"


class ParcelMove(models.Model):
    """A parcel that changed its stage: the chain of custody. Append-only; the trigger refuses one that starts elsewhere."""

    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="moves")
    document = models.ForeignKey(Document, models.PROTECT, related_name="parcel_moves")
    from_stage = models.SmallIntegerField(_("dari"), choices=Stage.choices)
    to_stage = models.SmallIntegerField(_("ke"), choices=Stage.choices)
    at = models.DateTimeField(_("waktu"))

    class Meta:
        verbose_name = _("perpindahan paket")
        verbose_name_plural = _("perpindahan paket")
        constraints = [
            models.CheckConstraint(
                name="parcelmove_stages_known",
                condition=Q(from_stage__in=Stage.values, to_stage__in=Stage.values),
                violation_error_message=_("Tahap tidak dikenal."),
                violation_error_code="to_stage",
            ),
            models.CheckConstraint(
                name="parcelmove_changes_stage",
                condition=~Q(from_stage=F("to_stage")),
                violation_error_message=_("Paket harus berpindah tahap."),
                violation_error_code="to_stage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.from_stage} {self.to_stage}"


class Seal(models.Model):
    """A numbered seal on a box of a parcel. A number is used once in an election, also after it was removed."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="seals")
    number = models.CharField(_("nomor segel"), max_length=30)
    applied = models.ForeignKey(Document, models.PROTECT, related_name="+", db_index=False)
    removed = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("segel")
        verbose_name_plural = _("segel")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "number"],
                name="seal_number_once",
                violation_error_message=_("Nomor segel ini sudah dipakai pada kotak lain."),
            ),
            models.CheckConstraint(
                name="seal_number_form",
                condition=Q(number__regex=r"^[A-Z0-9][A-Z0-9./-]{2,29}$"),
                violation_error_message=_(
                    "Nomor segel: 3 sampai 30 huruf besar, angka, titik, garis miring atau strip."
                ),
                violation_error_code="number",
            ),
        ]

    def __str__(self) -> str:
        return self.number
