"""Files people send to bring many rows at once: kept as they came, looked at, then applied whole or not at all."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models.elections import Election
from districts.models.regions import Region


class ImportFileQuerySet(ScopedQuerySet):
    region_field = "region_id"

    def applied(self) -> "ImportFileQuerySet":
        return self.filter(applied_at__isnull=False)


class ImportFile(models.Model):
    """An uploaded file. Not applied: looked at, and nothing of it is in the registers.

    No region means the nation, no election that the file is of no one election. `kind` is a code of IMPORT_KINDS.
    """

    kind = models.CharField(_("isi"), max_length=16)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("wilayah")
    )
    election = models.ForeignKey(Election, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    name = models.CharField(_("nama berkas"), max_length=120)
    content = models.FileField(upload_to="impor/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    adds_up = models.BooleanField(_("menambah"), default=False, help_text=_("diterapkan dua kali berarti dobel"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("diunggah oleh")
    )
    uploaded_at = models.DateTimeField(_("diunggah"), db_default=Now())
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("diterapkan oleh"),
    )  # fmt: skip
    applied_at = models.DateTimeField(_("diterapkan"), null=True, blank=True)
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("berkas impor")
        verbose_name_plural = _("berkas impor")
        indexes = [
            # read by the list of files sent before, and by what a register was last brought up to date with
            models.Index(fields=["region", "kind", "-id"], name="importfile_region"),
        ]
        constraints = [
            models.CheckConstraint(
                name="importfile_applied_by_somebody",
                condition=Q(applied_by__isnull=True, applied_at__isnull=True)
                | Q(applied_by__isnull=False, applied_at__isnull=False),
                violation_error_message=_("Siapa dan kapan menerapkan berkas dicatat bersama."),
                violation_error_code="applied_by",
            ),
            # the same file applied twice would double the stock
            models.UniqueConstraint(
                fields=["region", "election", "kind", "sha256"],
                condition=Q(applied_at__isnull=False, adds_up=True),
                nulls_distinct=False,
                name="importfile_adds_up_once",
                violation_error_message=_("Berkas yang sama sudah pernah diterapkan."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
