"""What administrators keep: subject types and their route, forms of violation, clocks, holidays (DOMAIN 4.2, 4.3, 4.4)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Dated(models.Model):
    """Rows that hold for a time: rules change, old cases keep theirs."""

    valid_from = models.DateField(_("berlaku dari"), null=True, blank=True)
    valid_until = models.DateField(_("sampai"), null=True, blank=True)

    class Meta:
        abstract = True


def dates_in_order(table: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{table}_dates_in_order",
        condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
        violation_error_message=_("Tanggal akhir tidak boleh sebelum tanggal mulai."),
        violation_error_code="valid_until",
    )


class Route(models.TextChoices):
    """To whom Bawaslu sends a case of a subject, DOMAIN 4.2."""

    BKN = "bkn", _("Bawaslu, lalu BKN dan PPK-ASN")
    REGENT = "bupati", _("Bawaslu, lalu bupati/wali kota")
    TNI = "tni", _("Bawaslu, lalu Dandim/POM TNI")
    POLRI = "polri", _("Bawaslu, lalu Propam Polri")
    DKPP = "dkpp", _("DKPP")
    BAWASLU = "bawaslu", _("Bawaslu")


class SubjectType(Dated):
    """Who may be reported, by office and not by name."""

    code = models.SlugField(_("kode"), primary_key=True, max_length=24)
    name = models.CharField(_("nama"), max_length=80)
    route = models.CharField(_("jalur"), max_length=8, choices=Route.choices)
    position = models.PositiveSmallIntegerField(_("urutan"), default=100)
    source = models.CharField(_("sumber"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("jenis terlapor")
        verbose_name_plural = _("jenis terlapor")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="subjecttype_route_known",
                condition=Q(route__in=["bkn", "bupati", "tni", "polri", "dkpp", "bawaslu"]),
                violation_error_message=_("Jalur tidak dikenal."),
                violation_error_code="route",
            ),
            dates_in_order("subjecttype"),
        ]

    def __str__(self) -> str:
        return self.name


class FormKind(models.TextChoices):
    ETHICS = "kode_etik", _("Kode etik")
    DISCIPLINE = "disiplin", _("Disiplin")
    CRIME = "pidana", _("Pidana")
    VILLAGE = "desa", _("Desa")


class ViolationForm(Dated):
    """A form of violation with its sanction and legal basis; the words are those of the SKB's Lampiran II [S40]."""

    code = models.CharField(_("kode"), primary_key=True, max_length=6)
    kind = models.CharField(_("jenis"), max_length=9, choices=FormKind.choices)
    name = models.CharField(_("bentuk"), max_length=240)
    sanction = models.CharField(_("sanksi"), max_length=200)
    basis = models.CharField(_("dasar"), max_length=200)
    position = models.PositiveSmallIntegerField(_("urutan"), default=100)

    class Meta:
        verbose_name = _("bentuk pelanggaran")
        verbose_name_plural = _("bentuk pelanggaran")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="violationform_kind_known",
                condition=Q(kind__in=["kode_etik", "disiplin", "pidana", "desa"]),
                violation_error_message=_("Jenis pelanggaran tidak dikenal."),
                violation_error_code="kind",
            ),
            dates_in_order("violationform"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ClockName(models.TextChoices):
    """The terms of DOMAIN 4.4."""

    REPORT = "lapor", _("Batas lapor ke Bawaslu")
    CHECK = "verifikasi", _("Pemeriksaan kelengkapan")
    FIRST_STUDY = "kajian_awal", _("Kajian awal Bawaslu")
    COMPLETING = "perbaikan", _("Perbaikan oleh pelapor")
    HANDLING = "penanganan", _("Penanganan Bawaslu")
    HANDLING_MORE = "penanganan_tambahan", _("Tambahan penanganan Bawaslu")
    BKN = "bkn", _("Verifikasi BKN")
    BKN_STUDY = "kajian_sbt", _("Kajian Bawaslu dalam SBT")
    FOLLOW_UP = "tindak_lanjut", _("Tindak lanjut pejabat yang berwenang")


class ClockSetting(models.Model):
    """How long a step may take. Each number has its source; what is unverified says [M] and is changed here."""

    name = models.CharField(_("jam"), primary_key=True, max_length=20, choices=ClockName.choices)
    days = models.PositiveSmallIntegerField(_("hari"))
    working_days = models.BooleanField(_("hari kerja"), default=False)
    source = models.CharField(_("sumber"), max_length=120)

    class Meta:
        verbose_name = _("batas waktu")
        verbose_name_plural = _("batas waktu")
        constraints = [
            models.CheckConstraint(
                name="clocksetting_name_known",
                condition=Q(name__in=ClockName.values),
                violation_error_message=_("Batas waktu tidak dikenal."),
                violation_error_code="name",
            ),
            models.CheckConstraint(
                name="clocksetting_days_plausible",
                condition=Q(days__range=(1, 120)),
                violation_error_message=_("Batas waktu 1 sampai 120 hari."),
                violation_error_code="days",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_name_display())


class HolidayOverride(models.Model):
    """A day the library of holidays does not know as it is here: joint leave by decree, or a working day after all."""

    day = models.DateField(_("tanggal"), primary_key=True)
    is_holiday = models.BooleanField(_("libur"), default=True)
    name = models.CharField(_("keterangan"), max_length=120)

    class Meta:
        verbose_name = _("hari libur tambahan")
        verbose_name_plural = _("hari libur tambahan")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
