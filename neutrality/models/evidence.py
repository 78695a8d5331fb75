"""Evidence, referrals and what came of them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from neutrality.models.cases import Case
from neutrality.sealing import SealedField


class EvidenceKind(models.TextChoices):
    IMAGE = "gambar", _("Gambar")
    PDF = "pdf", "PDF"
    AUDIO = "audio", _("Rekaman suara")
    VIDEO = "video", _("Video")
    LINK = "tautan", _("Tautan unggahan")


class Evidence(models.Model):
    """A file as it came, with its SHA-256 and time of receipt, and the copy that is shown; or a link to a post.

    File names are ours and random; the sender's are not kept. Files lie outside the web root and are served only to who
    may read the case. `note` and `link` are sealed: they may name people.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence", db_index=False)
    position = models.PositiveSmallIntegerField(_("nomor"))
    kind = models.CharField(_("jenis"), max_length=6, choices=EvidenceKind.choices)
    content_type = models.CharField(max_length=60, blank=True, default="")
    original = models.FileField(upload_to="bukti/asli/%Y/%m/", blank=True)
    shown = models.FileField(upload_to="bukti/tampil/%Y/%m/", blank=True)
    size = models.BigIntegerField(_("ukuran"), default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    link = SealedField(verbose_name=_("tautan"))
    note = SealedField(verbose_name=_("keterangan"))
    received_at = models.DateTimeField(_("diterima"), db_default=Now())
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("dicatat oleh"),
    )  # fmt: skip
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = _("bukti")
        verbose_name_plural = _("bukti")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "position"],
                name="evidence_once",
                violation_error_message=_("Nomor bukti ini sudah ada."),
            ),
            models.CheckConstraint(
                name="evidence_kind_known",
                condition=Q(kind__in=EvidenceKind.values),
                violation_error_message=_("Jenis bukti tidak dikenal."),
                violation_error_code="kind",
            ),
            models.CheckConstraint(
                name="evidence_file_or_link",
                condition=Q(kind="tautan", original="", sha256="")
                | ~Q(kind="tautan") & ~Q(original="") & Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0),
                violation_error_message=_("Bukti adalah berkas atau tautan."),
                violation_error_code="original",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.position}"


class ReferralTarget(models.TextChoices):
    BAWASLU = "bawaslu", "Bawaslu"
    BKN = "bkn", "BKN"
    OFFICIAL = "ppk_asn", _("PPK-ASN (pejabat pembina kepegawaian)")
    REGENT = "bupati", _("Bupati/wali kota")
    TNI = "tni", "TNI"
    POLRI = "polri", "Polri"
    GAKKUMDU = "gakkumdu", "Sentra Gakkumdu"
    DKPP = "dkpp", "DKPP"


class Referral(models.Model):
    """A package that went out: to whom, under which number, with which hash; then what the receiver answered."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals", db_index=False)
    number = models.CharField(_("nomor paket"), max_length=24, unique=True)
    target = models.CharField(_("kepada"), max_length=8, choices=ReferralTarget.choices)
    made_at = models.DateTimeField(_("dibuat"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("dibuat oleh")
    )
    package = models.FileField(upload_to="rujukan/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    answer_number = models.CharField(_("nomor penerima"), max_length=60, blank=True, default="")
    answered_on = models.DateField(_("tanggal jawaban"), null=True, blank=True)
    recommendation = SealedField(verbose_name=_("rekomendasi"))
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = _("rujukan")
        verbose_name_plural = _("rujukan")
        ordering = ["made_at"]
        indexes = [models.Index(fields=["case"], name="referral_of_case")]  # read by the page of a case
        constraints = [
            models.CheckConstraint(
                name="referral_target_known",
                condition=Q(target__in=ReferralTarget.values),
                violation_error_message=_("Penerima rujukan tidak dikenal."),
                violation_error_code="target",
            ),
            models.CheckConstraint(
                name="referral_answer_has_both",
                condition=Q(answer_number="", answered_on__isnull=True)
                | ~Q(answer_number="") & Q(answered_on__isnull=False),
                violation_error_message=_("Isi nomor dan tanggal jawaban bersama."),
                violation_error_code="answer_number",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SanctionLevel(models.TextChoices):
    """PP 94/2021 art. 8 and the other bases of DOMAIN 4.3."""

    MORAL = "moral", _("Sanksi moral")
    LIGHT = "ringan", _("Hukuman disiplin ringan")
    MEDIUM = "sedang", _("Hukuman disiplin sedang")
    HEAVY = "berat", _("Hukuman disiplin berat")
    DISMISSED = "ptdh", _("Pemberhentian tidak dengan hormat")
    ADMINISTRATIVE = "administratif", _("Administratif (desa)")
    CRIME = "pidana", _("Pidana")


class Sanction(models.Model):
    """What was decided, on which decree. The decree's number is restricted: with it a name can be found."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="sanctions")
    level = models.CharField(_("tingkat"), max_length=13, choices=SanctionLevel.choices)
    decree = SealedField(verbose_name=_("nomor keputusan"))
    decided_on = models.DateField(_("tanggal keputusan"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(_("dicatat"), db_default=Now())
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = _("sanksi")
        verbose_name_plural = _("sanksi")
        constraints = [
            models.CheckConstraint(
                name="sanction_level_known",
                condition=Q(level__in=SanctionLevel.values),
                violation_error_message=_("Tingkat sanksi tidak dikenal."),
                violation_error_code="level",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
