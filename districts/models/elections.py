"""Elections: the day, who votes, for what, and the calendar of stages."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q, Transform
from django.utils.translation import gettext_lazy as _

from districts import weeks
from districts.models.regions import Region, RiskCategory


class FourthCharacter(Transform):
    """The first digit of the regency number: 0-6 regency, 7-9 city."""

    lookup_name = "fourth"
    output_field = models.CharField(db_collation="C")
    template = "SUBSTR(%(expressions)s, 4, 1)"


models.ForeignKey.register_lookup(FourthCharacter)


class Election(models.Model):
    """A voting day and the regions that vote. H-n is counted in each region's own time zone."""

    slug = models.SlugField(_("kode"), unique=True, max_length=40)
    name = models.CharField(_("nama"), max_length=120)
    voting_day = models.DateField(_("hari pemungutan suara"))
    regions = models.ManyToManyField(Region, related_name="elections", verbose_name=_("wilayah yang memilih"))
    reporting_from = models.DateField(_("laporan pertama"))
    reporting_until = models.DateField(_("laporan terakhir"))
    is_active = models.BooleanField(_("berjalan"), default=True)
    is_simulation = models.BooleanField(_("simulasi"), default=False, help_text=_("tulis SIMULASI di setiap halaman"))

    class Meta:
        verbose_name = _("pemilihan")
        verbose_name_plural = _("pemilihan")
        ordering = ["voting_day"]
        constraints = [
            models.CheckConstraint(
                name="election_reporting_in_order",
                condition=Q(reporting_from__lte=F("voting_day"), reporting_until__gte=F("voting_day")),
                violation_error_message=_("Laporan harus mulai sebelum dan berakhir sesudah hari pemungutan suara."),
                violation_error_code="reporting_from",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def h_minus(self, zone: str, now: datetime) -> int:
        """Days left at `now` on the calendar of `zone`."""
        return weeks.h_minus(self.voting_day, weeks.local_date(zone, now))

    def slots(self, zone: str) -> list[weeks.Slot]:
        """Every report expected of a kecamatan in `zone`."""
        return weeks.slots(self.voting_day, zone, self.reporting_from, self.reporting_until)


class Contest(models.Model):
    """What is voted on, where: governor of a province, regent or mayor of a regency or city."""

    class Kind(models.TextChoices):
        GOVERNOR = "gubernur", _("Gubernur")
        REGENT = "bupati", _("Bupati")
        MAYOR = "walikota", _("Wali kota")

    election = models.ForeignKey(Election, models.CASCADE, related_name="contests")
    kind = models.CharField(_("jenis"), max_length=8, choices=Kind.choices)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("wilayah"))

    class Meta:
        verbose_name = _("jenis pemilihan")
        verbose_name_plural = _("jenis pemilihan")
        constraints = [
            models.UniqueConstraint(
                fields=["election", "region", "kind"],
                name="contest_once",
                violation_error_message=_("Jenis pemilihan ini sudah ada."),
            ),
            # cities are numbered 71-99, regencies 01-69 [S01]
            models.CheckConstraint(
                name="contest_kind_fits_level",
                condition=Q(kind="gubernur", region__length=2)
                | Q(kind="bupati", region__length=5, region__fourth__lt="7")
                | Q(kind="walikota", region__length=5, region__fourth__gte="7"),
                violation_error_message=_("Gubernur untuk provinsi, bupati untuk kabupaten, wali kota untuk kota."),
                violation_error_code="region",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.region_id}"


class Stage(models.Model):
    """A stage (tahapan) of the calendar, DOMAIN 2.1."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="stages")
    name = models.CharField(_("tahapan"), max_length=160)
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("sampai"))
    basis = models.CharField(_("sumber"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("tahapan")
        verbose_name_plural = _("tahapan")
        ordering = ["starts_on", "ends_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "name"],
                name="stage_once",
                violation_error_message=_("Tahapan ini sudah ada."),
            ),
            models.CheckConstraint(
                name="stage_dates_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("Tahapan tidak boleh berakhir sebelum mulai."),
                violation_error_code="ends_on",
            ),
        ]

    def __str__(self) -> str:
        return self.name


#: P-T-L patterns of Pagar Alam, Pilkada 2024 [S70]: police - TPS - Linmas.
DEFAULT_PATTERNS = {RiskCategory.HIGH: (2, 1, 2), RiskCategory.MEDIUM: (2, 2, 4), RiskCategory.LOW: (2, 4, 8)}


class SecurityPattern(models.Model):
    """How many police and Linmas guard how many TPS of a category; the need is ceil(TPS / tps) × police."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="patterns")
    category = models.CharField(_("kategori"), max_length=14, choices=RiskCategory.choices)
    police = models.PositiveSmallIntegerField(_("polri"))
    tps = models.PositiveSmallIntegerField("TPS")
    linmas = models.PositiveSmallIntegerField(_("linmas"))

    class Meta:
        verbose_name = _("pola pengamanan")
        verbose_name_plural = _("pola pengamanan")
        constraints = [
            models.UniqueConstraint(
                fields=["election", "category"],
                name="securitypattern_once",
                violation_error_message=_("Pola kategori ini sudah ada."),
            ),
            models.CheckConstraint(
                name="securitypattern_category_known",
                condition=Q(category__in=RiskCategory.values),
                violation_error_message=_("Kategori tidak dikenal."),
                violation_error_code="category",
            ),
            models.CheckConstraint(
                name="securitypattern_tps_positive",
                condition=Q(tps__gte=1),
                violation_error_message=_("Satu pola menjaga sedikitnya satu TPS."),
                violation_error_code="tps",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.police}-{self.tps}-{self.linmas}"


#: Active elections in which a region, one above or one below it votes; all of them for the nation. As SQL since every
#: page asks it: the ORM needs three times as long to write it as Postgres to answer.
_COVERING = """
SELECT election.* FROM districts_election election
WHERE election.is_active AND (%(code)s = '' OR EXISTS (
    SELECT 1 FROM districts_election_regions voting WHERE voting.election_id = election.id
      AND (voting.region_id = ANY(%(above)s) OR voting.region_id LIKE %(code)s || '%%')
))
ORDER BY election.voting_day, election.id"""


def current_election(code: str, today: date) -> Election | None:
    """The election a page about the region `code` is about: the next one, else the latest past one. One statement."""
    asked = {"above": [code[:length] for length in (2, 5, 8) if length <= len(code)], "code": code}
    found = list(Election.objects.raw(_COVERING, asked))
    upcoming = [election for election in found if election.reporting_until >= today]
    return next(iter(upcoming or found[-1:]), None)
