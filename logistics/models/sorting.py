"""Sorting and folding of ballots, and replacements asked of the supplier."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models import Election, Region
from districts.reports.fields import no_personal_number
from logistics.models.items import Item
from logistics.models.stock import CONTEST_KNOWN, CONTEST_SENTENCE, Document, contest_field


class DamageClass(models.IntegerChoices):
    """Damage of ballots, Keputusan KPU 1395/2023 [S26], DOMAIN 3.5. 4 and 8 rarely apply in a Pilkada [P]."""

    COLOUR = 1, _("Warna tidak merata, tidak terbaca atau banyak noda")
    TORN = 2, _("Kusut atau sobek")
    MARKER = 3, _("Warna penanda tidak sesuai jenis")
    NAMES = 4, _("Nama atau logo tidak lengkap")
    LOGO = 5, _("Logo KPU tidak jelas")
    HOLE = 6, _("Lubang yang menimbulkan kesan sudah dicoblos")
    BLURRED = 7, _("Foto buram atau berbayang")
    SYMBOL = 8, _("Warna lambang salah")


class SortingBatch(models.Model):
    """The result of sorting one batch. `labelled` is what its label said: good + damaged + short - surplus."""

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="batch")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False, verbose_name=_("barang"))
    contest = contest_field()
    labelled = models.IntegerField(_("menurut label"))
    good = models.IntegerField(_("baik"))
    damaged = models.IntegerField(_("rusak"))
    short = models.IntegerField(_("kurang"), default=0)
    surplus = models.IntegerField(_("lebih"), default=0)

    class Meta:
        verbose_name = _("hasil sortir")
        verbose_name_plural = _("hasil sortir")
        constraints = [
            models.CheckConstraint(
                name="sortingbatch_counts_not_negative",
                condition=Q(labelled__gte=0, good__gte=0, damaged__gte=0, short__gte=0, surplus__gte=0),
                violation_error_message=_("Hasil sortir tidak boleh negatif."),
                violation_error_code="good",
            ),
            models.CheckConstraint(
                name="sortingbatch_balances",
                condition=Q(labelled=F("good") + F("damaged") + F("short") - F("surplus")),
                violation_error_message=_("Menurut label = baik + rusak + kurang - lebih. Periksa hitungannya."),
                violation_error_code="labelled",
            ),
            models.CheckConstraint(
                name="sortingbatch_short_or_surplus",
                condition=Q(short=0) | Q(surplus=0),
                violation_error_message=_("Satu berkas tidak dapat kurang dan lebih sekaligus."),
                violation_error_code="surplus",
            ),
            models.CheckConstraint(
                name="sortingbatch_contest_known",
                condition=CONTEST_KNOWN,
                violation_error_message=CONTEST_SENTENCE,
                violation_error_code="contest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.good}/{self.labelled}"


class SortingDamage(models.Model):
    """How many of a batch were damaged in which way; they add up to the batch's `damaged` (checked where it is written)."""

    batch = models.ForeignKey(SortingBatch, models.CASCADE, related_name="damages", db_index=False)
    damage_class = models.SmallIntegerField(_("kelas kerusakan"), choices=DamageClass.choices)
    quantity = models.IntegerField(_("jumlah"))

    class Meta:
        verbose_name = _("kerusakan hasil sortir")
        verbose_name_plural = _("kerusakan hasil sortir")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "damage_class"],
                name="sortingdamage_once",
                violation_error_message=_("Kelas kerusakan ini sudah diisi."),
            ),
            models.CheckConstraint(
                name="sortingdamage_class_known",
                condition=Q(damage_class__in=DamageClass.values),
                violation_error_message=_("Kelas kerusakan tidak dikenal."),
                violation_error_code="damage_class",
            ),
            models.CheckConstraint(
                name="sortingdamage_quantity_positive",
                condition=Q(quantity__gt=0),
                violation_error_message=_("Jumlah harus lebih dari nol."),
                violation_error_code="quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.damage_class}"


class ReplacementQuerySet(ScopedQuerySet):
    region_field = "regency_id"


class Replacement(models.Model):
    """Goods asked to replace what is short or damaged: asked (SILOG [S27]), on the way, received."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    regency = models.ForeignKey(
        Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("kabupaten/kota")
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False, verbose_name=_("barang"))
    contest = contest_field()
    reason = models.CharField(_("alasan"), max_length=280)
    silog_number = models.CharField(_("nomor SILOG"), max_length=60, blank=True, default="")
    asked = models.IntegerField(_("diminta"))
    asked_at = models.DateTimeField(_("diminta pada"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    expected_on = models.DateField(_("perkiraan tiba"), null=True, blank=True)
    sent = models.IntegerField(_("dikirim"), default=0)
    sent_document = models.OneToOneField(Document, models.PROTECT, null=True, blank=True, related_name="+")
    received = models.IntegerField(_("diterima"), default=0)
    received_document = models.OneToOneField(Document, models.PROTECT, null=True, blank=True, related_name="+")
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    objects = ReplacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("penggantian")
        verbose_name_plural = _("penggantian")
        indexes = [
            # read by the board of a regency
            models.Index(fields=["election", "regency"], name="replacement_of_regency"),
        ]
        constraints = [
            models.CheckConstraint(
                name="replacement_quantities_in_order",
                condition=Q(asked__gt=0, sent__gte=0, received__gte=0, received__lte=F("sent")),
                violation_error_message=_(
                    "Yang diterima tidak boleh melebihi yang dikirim; yang diminta lebih dari nol."
                ),
                violation_error_code="received",
            ),
            models.CheckConstraint(
                name="replacement_steps_have_documents",
                condition=(Q(sent=0, sent_document__isnull=True) | Q(sent__gt=0, sent_document__isnull=False))
                & (Q(received=0, received_document__isnull=True) | Q(received__gt=0, received_document__isnull=False)),
                violation_error_message=_("Pengiriman dan penerimaan pengganti menyebut dokumennya."),
                violation_error_code="sent",
            ),
            models.CheckConstraint(
                name="replacement_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Tulis alasan penggantian."),
                violation_error_code="reason",
            ),
            models.CheckConstraint(
                name="replacement_contest_known",
                condition=CONTEST_KNOWN,
                violation_error_message=CONTEST_SENTENCE,
                violation_error_code="contest",
            ),
            *no_personal_number("replacement", "reason"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.asked}"
