"""The reports that came (each revision a row), their drafts and photos."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models.elections import Election
from districts.models.expected import Channel, ExpectedReport
from districts.models.regions import Region
from districts.reports.fields import Condition, no_personal_number, report_constraints


class Decision(models.TextChoices):
    ACCEPTED = "diterima", _("Diterima")
    RETURNED = "dikembalikan", _("Dikembalikan")


class ReportQuerySet(ScopedQuerySet):
    region_field = "kecamatan_id"

    def latest_revisions(self) -> "ReportQuerySet":
        """One row per expected report: the newest revision."""
        return self.filter(is_latest=True)

    def newest_first(self) -> "ReportQuerySet":
        return self.order_by("-due_at", "-revision")


def _who_and_when(who: str, when: str) -> Q:
    return Q(**{f"{who}__isnull": True, f"{when}__isnull": True}) | Q(
        **{f"{who}__isnull": False, f"{when}__isnull": False}
    )


def _count() -> models.IntegerField:
    return models.IntegerField(null=True, blank=True)


def _yes_no() -> models.BooleanField:
    return models.BooleanField(null=True, blank=True)


def _villages() -> ArrayField:
    return ArrayField(models.CharField(max_length=13, db_collation="C"), default=list, blank=True)


def _codes() -> ArrayField:
    return ArrayField(models.CharField(max_length=3), default=list, blank=True)


class Report(models.Model):
    """One revision of a kecamatan's report. Never overwritten: a correction is the next revision.

    Field meanings, bounds and H-windows are declared in `districts.reports.fields`. Totals (`tps_total` …) are the
    denominators known when it was sent; null means unknown. `due_at` repeats the expected report's, for ordering.
    """

    expected = models.ForeignKey(ExpectedReport, models.PROTECT, related_name="reports", db_index=False)
    kecamatan = models.ForeignKey(
        Region, models.PROTECT, related_name="reports", db_index=False, verbose_name=_("kecamatan")
    )
    election = models.ForeignKey(
        Election, models.PROTECT, related_name="reports", db_index=False, verbose_name=_("pemilihan")
    )
    due_at = models.DateTimeField()
    h_minus = models.SmallIntegerField()
    revision = models.PositiveSmallIntegerField(_("revisi"))
    is_latest = models.BooleanField(default=True)

    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("pengirim")
    )
    submitted_at = models.DateTimeField(_("dikirim"))
    submitted_on = models.DateField(_("tanggal kirim"), help_text=_("tanggal setempat"))
    channel = models.CharField(_("saluran"), max_length=8, choices=Channel.choices, default=Channel.WEB)
    on_behalf_of = models.CharField(_("atas nama"), max_length=120, blank=True, default="")
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)
    content_digest = models.CharField(max_length=64)  # SHA-256 of the typed content, to tell a repeat from a change
    receipt = models.CharField(_("kode terima"), max_length=9, unique=True)
    fall_reason = models.CharField(_("alasan angka turun"), max_length=280, blank=True, default="")
    unchanged = models.BooleanField(_("tidak ada perubahan"), default=False)

    decision = models.CharField(_("putusan Desk"), max_length=12, choices=Decision.choices, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("diputuskan oleh"),
    )
    decided_at = models.DateTimeField(_("diputuskan"), null=True, blank=True)
    decision_reason = models.CharField(_("alasan"), max_length=280, blank=True, default="")

    tps_total = models.IntegerField(null=True)
    voters_total = models.IntegerField(null=True)
    village_total = models.IntegerField(null=True)
    pledge_total = models.IntegerField(null=True)

    general_condition = models.CharField(max_length=8, choices=Condition.choices, blank=True, default="")
    has_obstacle = _yes_no()
    summary = models.CharField(max_length=280, blank=True, default="")
    help_needed = _codes()
    warehouse_dry = _yes_no()
    warehouse_locked = _yes_no()
    warehouse_guarded = _yes_no()
    warehouse_lit = _yes_no()
    warehouse_flood_safe = _yes_no()
    tps_route_final = _count()
    tps_at_ppk = _count()
    tps_at_pps = _count()
    tps_at_kpps = _count()
    logistics_problems = _codes()
    kpps_filled = _count()
    kpps_trained = _count()
    ptps_filled = _count()
    notices_delivered = _count()
    voters_duplicate = _count()
    voters_ineligible = _count()
    voters_unlisted = _count()
    personnel_polri = _count()
    personnel_tni = _count()
    personnel_satpol_pp = _count()
    personnel_linmas = _count()
    personnel_damkar = _count()
    linmas_trained = _count()
    security_events = _count()
    blankspot_villages = _villages()
    tps_line_tested = _count()
    office_mbps = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    tps_without_power = _count()
    tps_with_backup_power = _count()
    outreach_stages = _count()
    outreach_neutrality = _count()
    outreach_peace = _count()
    outreach_villages = _villages()
    outreach_participants = _count()
    peace_declared_on = models.DateField(null=True, blank=True)
    fpk_met_on = models.DateField(null=True, blank=True)
    rakor_met_on = models.DateField(null=True, blank=True)
    pledges_signed = _count()
    cut_off_villages = _villages()
    cut_off_with_alternative = _villages()
    disasters = _codes()
    staff_screened = _count()
    staff_sick = _count()
    hints_money = _count()
    hints_black_campaign = _count()
    hints_hoax = _count()
    hints_sara = _count()
    hints_forwarded = _yes_no()

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("laporan kecamatan")
        verbose_name_plural = _("laporan kecamatan")
        indexes = [
            # read by the roll-up and the kecamatan page: the newest report of one kecamatan
            models.Index(fields=["election", "kecamatan", "-due_at", "-revision"], name="report_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["expected", "revision"],
                name="report_revision_once",
                violation_error_message=_("Revisi laporan ini sudah ada."),
            ),
            models.UniqueConstraint(
                fields=["expected"],
                condition=Q(is_latest=True),
                name="report_one_latest",
                violation_error_message=_("Laporan ini sudah punya revisi terbaru."),
            ),
            models.CheckConstraint(
                name="report_channel_known",
                condition=Q(channel__in=Channel.values),
                violation_error_message=_("Saluran laporan tidak dikenal."),
                violation_error_code="channel",
            ),
            models.CheckConstraint(
                name="report_dictated_names_whom",
                condition=~Q(channel__in=["phone", "radio", "paper"]) | ~Q(on_behalf_of=""),
                violation_error_message=_("Tulis siapa yang mendiktekan laporan ini (jabatan)."),
                violation_error_code="on_behalf_of",
            ),
            models.CheckConstraint(
                name="report_decision_who_and_when",
                condition=_who_and_when("decided_by", "decided_at")
                & (Q(decision="", decided_at__isnull=True) | Q(decision__gt="", decided_at__isnull=False)),
                violation_error_message=_("Putusan menyebut siapa dan kapan."),
                violation_error_code="decision",
            ),
            models.CheckConstraint(
                name="report_return_has_reason",
                condition=~Q(decision=Decision.RETURNED) | ~Q(decision_reason=""),
                violation_error_message=_("Tulis alasan pengembalian, supaya kecamatan tahu apa yang diperbaiki."),
                violation_error_code="decision_reason",
            ),
            models.CheckConstraint(
                name="report_condition_known",
                condition=Q(general_condition__in=["", *Condition.values]),
                violation_error_message=_("Pilih kondusif, waspada atau gangguan."),
                violation_error_code="general_condition",
            ),
            models.CheckConstraint(
                name="report_obstacle_has_summary",
                condition=~Q(has_obstacle=True) | ~Q(summary=""),
                violation_error_message=_("Ada kendala: tulis ringkasannya dalam satu dua kalimat."),
                violation_error_code="summary",
            ),
            models.CheckConstraint(
                name="report_alternative_within_cut_off",
                condition=Q(cut_off_with_alternative__contained_by=F("cut_off_villages")),
                violation_error_message=_("Rute alternatif hanya untuk desa yang tidak terjangkau."),
                violation_error_code="cut_off_with_alternative",
            ),
            models.CheckConstraint(
                name="report_disasters_none_alone",
                condition=~Q(disasters__contains=["NO"]) | Q(disasters__len=1),
                violation_error_message=_('"Tidak ada" tidak dapat dipilih bersama bencana.'),
                violation_error_code="disasters",
            ),
            models.CheckConstraint(
                name="report_disasters_answered",
                condition=~Q(disasters=[]),
                violation_error_message=_('Pilih bencana yang terjadi, atau "Tidak ada".'),
                violation_error_code="disasters",
            ),
            models.CheckConstraint(
                name="report_hints_forwarded",
                condition=Q(hints_money=0, hints_black_campaign=0, hints_hoax=0, hints_sara=0)
                | Q(hints_forwarded__isnull=False, hints_forwarded=True),
                violation_error_message=_("Teruskan informasi awal ke Panwascam, lalu centang kotak ini."),
                violation_error_code="hints_forwarded",
            ),
            *[
                models.CheckConstraint(
                    name=f"report_{column}_not_ahead",
                    condition=Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__lte": F("submitted_on")}),
                    violation_error_message=_("Tanggal ini belum terjadi; isi tanggal hari ini atau sebelumnya."),
                    violation_error_code=column,
                )
                for column in ("peace_declared_on", "fpk_met_on", "rakor_met_on")
            ],
            *report_constraints(),
            *no_personal_number("report", "summary", "fall_reason", "decision_reason", "on_behalf_of"),
        ]

    def __str__(self) -> str:
        return f"{self.kecamatan_id} {self.receipt}"


class ReportDraft(models.Model):
    """What a person has typed and not sent, exactly as typed: `typed` maps field names to lists of strings."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    expected = models.ForeignKey(ExpectedReport, models.CASCADE, related_name="drafts")
    typed = models.JSONField(encoder=DjangoJSONEncoder)
    base_revision = models.PositiveSmallIntegerField(default=0)
    client_key = models.UUIDField(default=uuid.uuid4)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("draf laporan")
        verbose_name_plural = _("draf laporan")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "expected"],
                name="reportdraft_once",
                violation_error_message=_("Draf laporan ini sudah ada."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.expected_id} {self.user_id}"


class ReportPhoto(models.Model):
    """A photo of a report, re-encoded without EXIF but its time. At most three per expected report (DOMAIN 7.2)."""

    expected = models.ForeignKey(ExpectedReport, models.PROTECT, related_name="photos", db_index=False)
    position = models.PositiveSmallIntegerField()
    image = models.ImageField(upload_to="laporan/%Y/%m/")
    sha256 = models.CharField(max_length=64)  # of the file as it was uploaded
    taken_at = models.DateTimeField(null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("foto laporan")
        verbose_name_plural = _("foto laporan")
        constraints = [
            models.UniqueConstraint(
                fields=["expected", "sha256"],
                name="reportphoto_once",
                violation_error_message=_("Foto ini sudah diunggah."),
            ),
            models.UniqueConstraint(
                fields=["expected", "position"],
                name="reportphoto_position_once",
                violation_error_message=_("Tempat foto ini sudah terisi."),
            ),
            models.CheckConstraint(
                name="reportphoto_at_most_three",
                condition=Q(position__range=(1, 3)),
                violation_error_message=_("Paling banyak tiga foto per laporan."),
                violation_error_code="image",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expected_id} {self.position}"
