"""Files a KPU liaison sends: kept as they came, looked at, then applied as a whole or not at all."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models import Election, Region
from logistics.models.stock import Document


class ImportKind(models.TextChoices):
    STOCK = "stok", _("Penerimaan stok")
    SORTING = "sortir", _("Hasil sortir-lipat")
    STAGES = "tahap", _("Tahap logistik per TPS")


class ImportFileQuerySet(ScopedQuerySet):
    region_field = "regency_id"


class ImportFile(models.Model):
    """An uploaded file. `document` null: looked at, not applied yet."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    regency = models.ForeignKey(
        Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("kabupaten/kota")
    )
    kind = models.CharField(_("isi"), max_length=6, choices=ImportKind.choices)
    name = models.CharField(_("nama berkas"), max_length=120)
    content = models.FileField(upload_to="impor/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    uploaded_at = models.DateTimeField(_("diunggah"), db_default=Now())
    document = models.OneToOneField(Document, models.PROTECT, null=True, blank=True, related_name="+")
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("berkas impor")
        verbose_name_plural = _("berkas impor")
        constraints = [
            models.CheckConstraint(
                name="importfile_kind_known",
                condition=Q(kind__in=["stok", "sortir", "tahap"]),
                violation_error_message=_("Isi berkas tidak dikenal."),
                violation_error_code="kind",
            ),
            # the same file applied twice would double the stock
            models.UniqueConstraint(
                fields=["election", "regency", "kind", "sha256"],
                condition=Q(document__isnull=False),
                name="importfile_applied_once",
                violation_error_message=_("Berkas yang sama sudah pernah diterapkan."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
