"""Indicators and their rules as rows, and the colours derived from them. Everything from `Grade` on can be deleted
and is rebuilt to the same rows by `districts.readiness` (the histories cannot: they are the past)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models.elections import Election
from districts.models.people import Agency
from districts.models.regions import Region
from districts.reports.fields import no_personal_number
from districts.weeks import ZONES


class Level(models.IntegerChoices):
    """The five states, ordered so that the worst of many is `Max()`: no data is worse than amber, never green."""

    NOT_DUE = 0, _("Belum jatuh tempo")
    GREEN = 1, _("Siap")
    AMBER = 2, _("Perlu perhatian")
    GREY = 3, _("Belum ada data")
    RED = 4, _("Belum siap")

    @property
    def slug(self) -> str:
        return self.name.lower()


class Pillar(models.TextChoices):
    """The three supports of [seed004], DOMAIN 6.4."""

    ORGANISATION = "penyelenggaraan", _("Kesiapan penyelenggaraan")
    ORDER = "tertib", _("Pelaksanaan yang tertib")
    CONSOLIDATION = "konsolidasi", _("Konsolidasi pemangku kepentingan")


class Dimension(models.Model):
    """One of ten themes and its weight in the score, DOMAIN 6.1."""

    code = models.CharField(_("kode"), primary_key=True, max_length=3)
    name = models.CharField(_("nama"), max_length=60)
    weight = models.PositiveSmallIntegerField(_("bobot"))
    pillar = models.CharField(_("dukungan"), max_length=16, choices=Pillar.choices)
    position = models.PositiveSmallIntegerField(_("urutan"))

    class Meta:
        verbose_name = _("dimensi")
        verbose_name_plural = _("dimensi")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="dimension_weight_positive",
                condition=Q(weight__range=(1, 100)),
                violation_error_message=_("Bobot antara 1 dan 100."),
                violation_error_code="weight",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Rule(models.TextChoices):
    """How a value becomes a colour, DOMAIN 6.2. `LIMIT` covers NET-03, SOS-03, KOO-02; `REACH` is AKS-01's own."""

    CURVE = "R1", _("R1 kurva target")
    ISSUES = "R2", _("R2 isu terbuka")
    DEADLINE = "R3", _("R3 tenggat")
    RATIO = "R4", _("R4 rasio")
    AGE = "R5", _("R5 umur data")
    LIMIT = "R6", _("R6 batas atas")
    REACH = "R7", _("R7 keterjangkauan")


class Indicator(models.Model):
    """One of the 39 of DOMAIN 6.3. Curves are `TargetPoint` rows; upper limits of R5/R6 are on the row."""

    code = models.CharField(_("kode"), primary_key=True, max_length=6)
    dimension = models.ForeignKey(Dimension, models.PROTECT, related_name="indicators", verbose_name=_("dimensi"))
    name = models.CharField(_("indikator"), max_length=120)
    unit = models.CharField(_("satuan"), max_length=30)
    rule = models.CharField(_("aturan"), max_length=2, choices=Rule.choices)
    weight = models.PositiveSmallIntegerField(_("bobot dalam dimensi"))
    is_critical = models.BooleanField(_("kritis"), default=False)
    critical_from_h = models.SmallIntegerField(
        _("kritis mulai H-"), null=True, blank=True, help_text=_("kosong: selalu; AKS-01 mulai H-7")
    )
    hard_shift_days = models.PositiveSmallIntegerField(_("lebih awal bagi kecamatan sulit (hari)"), default=0)
    green_max = models.FloatField(_("hijau sampai"), null=True, blank=True)
    amber_max = models.FloatField(_("kuning sampai"), null=True, blank=True)
    formula = models.CharField(_("rumus"), max_length=160, blank=True, default="")
    filled_by = models.CharField(_("pengisi"), max_length=60, blank=True, default="")
    basis = models.CharField(_("dasar ambang"), max_length=160, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("urutan"))

    class Meta:
        verbose_name = _("indikator")
        verbose_name_plural = _("indikator")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="indicator_weight_positive",
                condition=Q(weight__range=(1, 100)),
                violation_error_message=_("Bobot antara 1 dan 100."),
                violation_error_code="weight",
            ),
            models.CheckConstraint(
                name="indicator_rule_known",
                condition=Q(rule__in=Rule.values),
                violation_error_message=_("Aturan tidak dikenal."),
                violation_error_code="rule",
            ),
            models.CheckConstraint(
                name="indicator_limits_in_order",
                condition=~Q(rule__in=["R5", "R6"])
                | Q(green_max__isnull=False, amber_max__isnull=False, amber_max__gte=models.F("green_max")),
                violation_error_message=_(
                    "Aturan ini butuh batas hijau dan batas kuning; hijau tidak melebihi kuning."
                ),
                violation_error_code="amber_max",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TargetPoint(models.Model):
    """A milestone of an indicator's curve: from H-`h_minus` the target is `target`.

    Without `hour` it holds for the whole date. `hour` (0-24, local) pins it to an hour of that date (LOG-07, LOG-08).
    R3 uses one point whose `h_minus` is the deadline; its target is 1 (done). R4 steps from point to point.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="target_points")
    h_minus = models.SmallIntegerField("H-")
    hour = models.PositiveSmallIntegerField(_("jam"), null=True, blank=True)
    target = models.FloatField(_("target"))

    class Meta:
        verbose_name = _("titik target")
        verbose_name_plural = _("titik target")
        ordering = ["indicator", "-h_minus", models.F("hour").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "h_minus", "hour"],
                name="targetpoint_once",
                nulls_distinct=False,
                violation_error_message=_("Sudah ada titik target pada hari itu."),
            ),
            models.CheckConstraint(
                name="targetpoint_target_range",
                condition=Q(target__range=(0, 100)),
                violation_error_message=_("Target antara 0 dan 100."),
                violation_error_code="target",
            ),
            models.CheckConstraint(
                name="targetpoint_hour_range",
                condition=Q(hour__isnull=True) | Q(hour__range=(0, 24)),
                violation_error_message=_("Jam antara 0 dan 24."),
                violation_error_code="hour",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} H-{self.h_minus}: {self.target:g}"


class OfficialReading(models.Model):
    """A figure another institution gave the Desk for an indicator no app measures yet (hand-entered, DOMAIN 0.2.14)."""

    election = models.ForeignKey(
        Election, models.PROTECT, related_name="+", db_index=False, verbose_name=_("pemilihan")
    )
    kecamatan = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("kecamatan"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="+", db_index=False, verbose_name=_("indikator")
    )
    amount = models.FloatField(_("nilai"), help_text=_("dalam satuan indikator; ya = 1, tidak = 0"))
    blocking = models.PositiveIntegerField(_("di antaranya parah"), default=0)
    observed_at = models.DateTimeField(_("keadaan per"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("sumber"))
    note = models.CharField(_("catatan"), max_length=120, blank=True, default="")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("dicatat oleh")
    )
    entered_at = models.DateTimeField(_("dicatat"), auto_now_add=True)

    class Meta:
        verbose_name = _("angka instansi")
        verbose_name_plural = _("angka instansi")
        indexes = [
            # read by the roll-up: the newest reading of a kecamatan and indicator
            models.Index(fields=["election", "kecamatan", "indicator", "-observed_at"], name="officialreading_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "kecamatan", "indicator", "observed_at"],
                name="officialreading_once",
                violation_error_message=_("Angka dengan waktu yang sama sudah ada."),
            ),
            models.CheckConstraint(
                name="officialreading_region_is_kecamatan",
                condition=Q(kecamatan__length=8),
                violation_error_message=_("Pilih kecamatan, bukan provinsi, kabupaten atau desa."),
                violation_error_code="kecamatan",
            ),
            models.CheckConstraint(
                name="officialreading_amount_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message=_("Nilai tidak boleh negatif."),
                violation_error_code="amount",
            ),
            *no_personal_number("officialreading", "note"),
        ]

    def __str__(self) -> str:
        return f"{self.kecamatan_id} {self.indicator_id}"


class Reason(models.TextChoices):
    """Why a grade has its level; the sentence is made from it and the numbers where it is shown."""

    NO_DATA = "no_data", _("belum ada data")
    NO_DENOMINATOR = "no_denominator", _("pembagi belum diketahui")
    NO_TARGET = "no_target", _("kurva target kosong")
    NOT_DUE = "not_due", _("belum jatuh tempo")
    ON_TARGET = "on_target", _("sesuai target")
    BELOW_TARGET = "below_target", _("sedikit di bawah target")
    FAR_BELOW_TARGET = "far_below_target", _("di bawah target")
    NONE_OPEN = "none_open", _("tidak ada yang terbuka")
    OPEN_HANDLED = "open_handled", _("terbuka, ada penanggung jawab dan tenggat")
    OPEN_BLOCKING = "open_blocking", _("terbuka tanpa penanggung jawab, lewat tenggat, atau tingkat tinggi")
    DONE = "done", _("sudah dilaksanakan")
    DEADLINE_NEAR = "deadline_near", _("tenggat dalam 7 hari")
    DEADLINE_PASSED = "deadline_passed", _("tenggat terlewati")
    WITHIN_LIMIT = "within_limit", _("dalam batas")
    OVER_LIMIT = "over_limit", _("melewati batas hijau")
    FAR_OVER_LIMIT = "far_over_limit", _("jauh melewati batas")
    MISSED_TWICE = "missed_twice", _("dua tenggat laporan terlewati")


class GradedValue(models.Model):
    """What was measured and what it was graded; shared by the current grade and its history."""

    level = models.SmallIntegerField(choices=Level.choices)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    amount = models.FloatField(null=True)  # in the indicator's unit, unrounded; null: no data
    blocking = models.IntegerField(
        null=True
    )  # of open issues: without owner, overdue or high; of AKS-01: without a way
    target = models.FloatField(null=True)
    observed_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=40, blank=True, default="")  # `Source.name` that was graded
    note = models.CharField(max_length=160, blank=True, default="")
    is_stale = models.BooleanField(default=False)  # "usang": older than STALE_AFTER_DAYS
    # a second source that knows the same indicator, kept beside it
    other_amount = models.FloatField(null=True)
    other_source = models.CharField(max_length=40, blank=True, default="")
    other_observed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class GradeQuerySet(ScopedQuerySet):
    region_field = "kecamatan_id"


class Grade(GradedValue):
    """The colour of one indicator in one kecamatan now."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="+", db_index=False)
    kecamatan = models.ForeignKey(Region, models.CASCADE, related_name="grades", db_index=False)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", db_index=False)
    changed_at = models.DateTimeField()

    objects = GradeQuerySet.as_manager()

    class Meta:
        verbose_name = _("nilai indikator")
        verbose_name_plural = _("nilai indikator")
        constraints = [
            models.UniqueConstraint(
                fields=["election", "kecamatan", "indicator"],
                name="grade_once",
                violation_error_message=_("Nilai indikator ini sudah ada."),
            ),
            models.CheckConstraint(
                name="grade_level_known",
                condition=Q(level__in=Level.values),
                violation_error_message=_("Keadaan tidak dikenal."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kecamatan_id} {self.indicator_id}"


class ScoreValue(models.Model):
    """The rolled-up colour of a region; counts are of kecamatan below it (1 of one colour for a kecamatan)."""

    level = models.SmallIntegerField(choices=Level.choices)
    score = models.FloatField(null=True)  # 0-100; none when grey; above the kecamatan the mean of those that have one
    completeness = models.FloatField(null=True)  # 0-1
    kecamatan_green = models.IntegerField(default=0)
    kecamatan_amber = models.IntegerField(default=0)
    kecamatan_red = models.IntegerField(default=0)
    kecamatan_grey = models.IntegerField(default=0)
    voters = models.BigIntegerField(null=True)
    voters_red = models.BigIntegerField(default=0)  # voters in red kecamatan
    # of the slot that is open now, or closed last
    reports_expected = models.IntegerField(default=0)
    reports_received = models.IntegerField(default=0)
    reports_on_time = models.IntegerField(default=0)

    class Meta:
        abstract = True


class ReadinessQuerySet(ScopedQuerySet):
    pass


class Readiness(ScoreValue):
    """The colour of a region in an election now. No region means the nation."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="+", db_index=False)
    region = models.ForeignKey(Region, models.CASCADE, null=True, related_name="readiness", db_index=False)
    # of a kecamatan: the three indicators that weigh most against it, and how loudly it calls (0: not at all)
    top_indicators = ArrayField(models.CharField(max_length=6), default=list)
    urgency = models.IntegerField(default=0)
    changed_at = models.DateTimeField()

    objects = ReadinessQuerySet.as_manager()

    class Meta:
        verbose_name = _("kesiapan")
        verbose_name_plural = _("kesiapan")
        constraints = [
            models.UniqueConstraint(
                fields=["election", "region"],
                name="readiness_once",
                nulls_distinct=False,
                violation_error_message=_("Kesiapan wilayah ini sudah ada."),
            ),
            models.CheckConstraint(
                name="readiness_level_known",
                condition=Q(level__in=Level.values),
                violation_error_message=_("Keadaan tidak dikenal."),
            ),
        ]
        indexes = [
            # read by "the ten things that most need attention"
            models.Index(fields=["election", "-urgency"], condition=Q(urgency__gt=0), name="readiness_urgent"),
        ]

    def __str__(self) -> str:
        return self.region_id or "Indonesia"


class DimensionScore(models.Model):
    """A dimension's score in a region: weighted mean of its scored indicators, 0-100; above, the mean of kecamatan.

    `level` by the thresholds DOMAIN 6.4 has for the whole: grey under 30 % complete, red under 60 points or with a
    critical red, green from 85 points without red and 90 % complete, not due when nothing is due.
    """

    election = models.ForeignKey(Election, models.CASCADE, related_name="+", db_index=False)
    region = models.ForeignKey(Region, models.CASCADE, null=True, related_name="dimension_scores", db_index=False)
    dimension = models.ForeignKey(Dimension, models.CASCADE, related_name="+", db_index=False)
    level = models.SmallIntegerField(choices=Level.choices)
    score = models.FloatField(null=True)
    worst_indicator = models.CharField(
        max_length=6, blank=True, default=""
    )  # of a kecamatan: what weighs most against it

    objects = ReadinessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["election", "region", "dimension"],
                name="dimensionscore_once",
                nulls_distinct=False,
                violation_error_message=_("Skor dimensi ini sudah ada."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.dimension_id}"


class StaleKecamatan(models.Model):
    """The outbox: a fact of this kecamatan changed and its colour must be made again.

    Written in the transaction that changed the fact; append-only, so that no writer ever waits for a roll-up.
    """

    election = models.ForeignKey(Election, models.CASCADE, related_name="+", db_index=False)
    kecamatan = models.ForeignKey(Region, models.CASCADE, related_name="+", db_index=False)
    marked_at = models.DateTimeField(auto_now_add=True)
    cause = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.kecamatan_id} {self.cause}"


class ZoneClock(models.Model):
    """How far time itself has been rolled up for one time zone of an election, so a beat that slept loses nothing."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="+", db_index=False)
    time_zone = models.CharField(max_length=20, choices=list(ZONES.items()))
    rolled_up_to = models.DateTimeField()
    snapshot_day = models.DateField(null=True)  # last local day whose end was kept

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["election", "time_zone"],
                name="zoneclock_once",
                violation_error_message=_("Jam zona waktu ini sudah ada."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.election_id} {self.time_zone}"


class RollUp(models.Model):
    """One finished roll-up: when it ran and how much it changed. Pages take "dihitung" from the newest."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    kecamatan_count = models.IntegerField()
    rows_changed = models.IntegerField()

    class Meta:
        indexes = [
            # read by every dashboard: the newest of an election
            models.Index(fields=["election", "-finished_at"], name="rollup_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.election_id} {self.finished_at:%Y-%m-%d %H:%M}"
