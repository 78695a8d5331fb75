"""Hand-overs: what the sender gave, what the receiver counted, and what differed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models import Issue
from districts.reports.fields import no_personal_number
from logistics.models.items import Item
from logistics.models.parcels import Parcel
from logistics.models.shipments import Shipment
from logistics.models.stock import CONTEST_KNOWN, CONTEST_SENTENCE, Document, contest_field


class Outcome(models.TextChoices):
    ACCEPTED = "diterima", _("Diterima sesuai")
    DIFFERENT = "selisih", _("Diterima dengan selisih")
    REFUSED = "ditolak", _("Ditolak")


class HandOverQuerySet(ScopedQuerySet):
    region_field = "shipment__kecamatan_id"


class HandOver(models.Model):
    """The receiver's confirmation of a shipment that its sender confirmed at departure; two different people.

    `received_at` is what the receiver says, `recorded_at` the server's clock. `is_take_back`: the sender received its own
    cargo again, after a refusal or a stop on the way. `acknowledged_by`: the sender has seen the difference.
    """

    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="handovers", db_index=False)
    is_take_back = models.BooleanField(_("penerimaan kembali"), default=False)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("yang menyerahkan")
    )
    sent_at = models.DateTimeField(_("diserahkan"))
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("yang menerima")
    )
    received_at = models.DateTimeField(_("diterima"))
    recorded_at = models.DateTimeField(_("dicatat"), db_default=Now())
    # who stood there, when it was not the account's owner, e.g. the head of the KPPS
    receiver_name = models.CharField(_("nama penerima"), max_length=120, blank=True, default="")
    receiver_office = models.CharField(_("jabatan penerima"), max_length=80, blank=True, default="")
    outcome = models.CharField(_("hasil"), max_length=8, choices=Outcome.choices)
    reason = models.CharField(_("alasan"), max_length=280, blank=True, default="")
    document = models.OneToOneField(Document, models.PROTECT, related_name="handover")
    issue = models.ForeignKey(Issue, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("selisih diketahui oleh"),
    )  # fmt: skip
    acknowledged_at = models.DateTimeField(_("selisih diketahui"), null=True, blank=True)
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("serah terima")
        verbose_name_plural = _("serah terima")
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "is_take_back"],
                name="handover_once",
                violation_error_message=_("Kiriman ini sudah diserahterimakan."),
            ),
            models.CheckConstraint(
                name="handover_by_two_people",
                condition=Q(is_take_back=True) | ~Q(sender=F("receiver")),
                violation_error_message=_(
                    "Yang menyerahkan tidak dapat menerima sendiri; minta petugas lain menerima."
                ),
                violation_error_code="receiver",
            ),
            models.CheckConstraint(
                name="handover_in_order",
                condition=Q(received_at__gte=F("sent_at")),
                violation_error_message=_("Waktu terima tidak boleh sebelum waktu berangkat. Periksa jam ponsel Anda."),
                violation_error_code="received_at",
            ),
            models.CheckConstraint(
                name="handover_outcome_known",
                condition=Q(outcome__in=Outcome.values),
                violation_error_message=_("Pilih diterima, diterima dengan selisih, atau ditolak."),
                violation_error_code="outcome",
            ),
            models.CheckConstraint(
                name="handover_difference_says_why",
                condition=Q(outcome="diterima") | ~Q(reason=""),
                violation_error_message=_("Tulis alasan selisih atau penolakan."),
                violation_error_code="reason",
            ),
            models.CheckConstraint(
                name="handover_acknowledged_who_and_when",
                condition=Q(acknowledged_by__isnull=True, acknowledged_at__isnull=True)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                violation_error_message=_("Selisih yang diketahui menyebut siapa dan kapan."),
                violation_error_code="acknowledged_at",
            ),
            *no_personal_number("handover", "reason", "receiver_name", "receiver_office"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.outcome}"


class HandOverCount(models.Model):
    """Per item of the whole cargo: what the manifest says and what the receiver counted; `damaged` is part of it."""

    handover = models.ForeignKey(HandOver, models.CASCADE, related_name="counts", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False, verbose_name=_("barang"))
    contest = contest_field()
    sent = models.IntegerField(_("menurut manifes"))
    counted = models.IntegerField(_("dihitung"))
    damaged = models.IntegerField(_("di antaranya rusak"), default=0)

    class Meta:
        verbose_name = _("hitungan serah terima")
        verbose_name_plural = _("hitungan serah terima")
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "item", "contest"],
                name="handovercount_once",
                violation_error_message=_("Barang ini sudah dihitung."),
            ),
            models.CheckConstraint(
                name="handovercount_not_negative",
                condition=Q(sent__gte=0, counted__gte=0, damaged__gte=0, damaged__lte=F("counted")),
                violation_error_message=_("Hitungan tidak boleh negatif, dan yang rusak tidak melebihi yang dihitung."),
                violation_error_code="counted",
            ),
            models.CheckConstraint(
                name="handovercount_contest_known",
                condition=CONTEST_KNOWN,
                violation_error_message=CONTEST_SENTENCE,
                violation_error_code="contest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.item_id}"


class SealCheck(models.TextChoices):
    MATCHES = "cocok", _("Cocok dan utuh")
    BROKEN = "rusak", _("Rusak atau lepas")
    OTHER_NUMBER = "beda", _("Nomornya lain")


class HandOverParcel(models.Model):
    """One parcel of the cargo as the receiver found it. `seen`: the seal numbers read, where they differ."""

    handover = models.ForeignKey(HandOver, models.CASCADE, related_name="parcels", db_index=False)
    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="+")
    is_there = models.BooleanField(_("ada"), default=True)
    seal_check = models.CharField(_("segel"), max_length=5, choices=SealCheck.choices, default=SealCheck.MATCHES)
    seen = models.CharField(_("nomor terbaca"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("paket dalam serah terima")
        verbose_name_plural = _("paket dalam serah terima")
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "parcel"],
                name="handoverparcel_once",
                violation_error_message=_("Paket TPS ini sudah diperiksa."),
            ),
            models.CheckConstraint(
                name="handoverparcel_seal_check_known",
                condition=Q(seal_check__in=SealCheck.values),
                violation_error_message=_("Keadaan segel tidak dikenal."),
                violation_error_code="seal_check",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.parcel_id}"


class DifferenceKind(models.TextChoices):
    """The findings LOG-09 counts (DOMAIN 6.3)."""

    SHORT = "kurang", _("Kurang")
    SURPLUS = "lebih", _("Lebih")
    DAMAGED = "rusak", _("Rusak/basah")
    SWAPPED = "tertukar", _("Tertukar")
    SEAL = "segel", _("Segel rusak atau beda")
    ABSENT = "tidak_ada", _("Paket tidak ada")


class Difference(models.Model):
    """One finding at a hand-over. `parcel` null: of loose goods. `item` null: of the parcel as a whole (seal, absent).

    `settled`: the document that put it right (units found, replaced or written off); null while it is open.
    """

    handover = models.ForeignKey(HandOver, models.CASCADE, related_name="differences")
    parcel = models.ForeignKey(Parcel, models.PROTECT, null=True, blank=True, related_name="differences")
    kind = models.CharField(_("temuan"), max_length=9, choices=DifferenceKind.choices)
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("barang")
    )
    contest = contest_field()
    quantity = models.IntegerField(_("jumlah"), null=True, blank=True)
    note = models.CharField(_("catatan"), max_length=280, blank=True, default="")
    settled = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("selisih serah terima")
        verbose_name_plural = _("selisih serah terima")
        constraints = [
            models.CheckConstraint(
                name="difference_kind_known",
                condition=Q(kind__in=DifferenceKind.values),
                violation_error_message=_("Temuan tidak dikenal."),
                violation_error_code="kind",
            ),
            models.CheckConstraint(
                name="difference_counts_an_item",
                condition=Q(kind__in=["segel", "tidak_ada"], item__isnull=True, quantity__isnull=True)
                | Q(
                    kind__in=["kurang", "lebih", "rusak", "tertukar"],
                    item__isnull=False,
                    quantity__isnull=False,
                    quantity__gt=0,
                ),
                violation_error_message=_("Pilih barang dan isi jumlahnya, lebih dari nol."),
                violation_error_code="quantity",
            ),
            models.CheckConstraint(
                name="difference_contest_known",
                condition=CONTEST_KNOWN,
                violation_error_message=CONTEST_SENTENCE,
                violation_error_code="contest",
            ),
            *no_personal_number("difference", "note"),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.kind}"


class HandOverPhoto(models.Model):
    """A photo of the cargo or of a difference; re-encoded without EXIF, never served without a look at who asks."""

    handover = models.ForeignKey(HandOver, models.PROTECT, related_name="photos", db_index=False)
    position = models.PositiveSmallIntegerField(_("urutan"))
    image = models.FileField(upload_to="serah-terima/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(_("diambil"), null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    uploaded_at = models.DateTimeField(_("diunggah"), db_default=Now())

    class Meta:
        verbose_name = _("foto serah terima")
        verbose_name_plural = _("foto serah terima")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "position"],
                name="handoverphoto_once",
                violation_error_message=_("Foto ini sudah ada."),
            ),
            models.CheckConstraint(
                name="handoverphoto_position_range",
                condition=Q(position__range=(1, 6)),
                violation_error_message=_("Paling banyak enam foto."),
                violation_error_code="position",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.position}"
