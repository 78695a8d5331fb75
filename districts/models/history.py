"""What was true at the end of each local day: written once, when the day is closed, and refused every change after.

The triggers of migration 0016 refuse UPDATE and DELETE of rows of a closed day and INSERT for one, whoever asks.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models.elections import Election
from districts.models.issues import Issue
from districts.models.people import Agency
from districts.models.readiness import Dimension, GradedValue, GradeQuerySet, Indicator, ReadinessQuerySet, ScoreValue
from districts.models.regions import Region
from districts.models.reports import Report
from districts.weeks import ZONES


class ClosedDay(models.Model):
    """A local day whose figures are kept. A day without a row was not kept: nobody made its colours while it was new."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="+", db_index=False)
    time_zone = models.CharField(max_length=20, choices=list(ZONES.items()))
    day = models.DateField()
    taken_at = models.DateTimeField()  # long after the day's end where beat slept over midnight

    class Meta:
        verbose_name = _("hari yang ditutup")
        verbose_name_plural = _("hari yang ditutup")
        constraints = [
            models.UniqueConstraint(
                fields=["election", "time_zone", "day"],
                name="closedday_once",
                violation_error_message=_("Hari ini sudah ditutup."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.election_id} {self.time_zone} {self.day}"


class GradeHistory(GradedValue):
    """The grade at the end of a local day; a row only where it differs from the row before."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="+", db_index=False)
    kecamatan = models.ForeignKey(Region, models.CASCADE, related_name="+", db_index=False)
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()

    objects = GradeQuerySet.as_manager()

    class Meta:
        constraints = [
            # read by trends and by "as of": the newest row of a day or before
            models.UniqueConstraint(
                fields=["election", "kecamatan", "indicator", "day"],
                name="gradehistory_once",
                violation_error_message=_("Nilai indikator hari itu sudah ada."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kecamatan_id} {self.indicator_id} {self.day}"


class ReadinessHistory(ScoreValue):
    """Readiness at the end of a local day."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="+", db_index=False)
    region = models.ForeignKey(Region, models.CASCADE, null=True, related_name="+", db_index=False)
    day = models.DateField()
    top_indicators = ArrayField(models.CharField(max_length=6), default=list)
    urgency = models.IntegerField(default=0)

    objects = ReadinessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["election", "region", "day"],
                name="readinesshistory_once",
                nulls_distinct=False,
                violation_error_message=_("Kesiapan wilayah hari itu sudah ada."),
            ),
        ]
        indexes = [
            # read by "the ten things that most need attention" of a past day
            models.Index(
                fields=["election", "day", "-urgency"],
                condition=models.Q(urgency__gt=0),
                name="readinesshistory_urgent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.day}"


class DimensionHistory(models.Model):
    """A dimension's score at the end of a local day; a row only where it differs from the row before."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="+", db_index=False)
    region = models.ForeignKey(Region, models.CASCADE, null=True, related_name="+", db_index=False)
    dimension = models.ForeignKey(Dimension, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    level = models.SmallIntegerField()
    score = models.FloatField(null=True)
    worst_indicator = models.CharField(max_length=6, blank=True, default="")

    objects = ReadinessQuerySet.as_manager()

    class Meta:
        constraints = [
            # read by "as of": the newest row of a day or before
            models.UniqueConstraint(
                fields=["election", "region", "dimension", "day"],
                name="dimensionhistory_once",
                nulls_distinct=False,
                violation_error_message=_("Skor dimensi hari itu sudah ada."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.dimension_id} {self.day}"


class IssueHistory(models.Model):
    """An issue at the end of a local day; a row only where it differs from the row before."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="+", db_index=False)
    kecamatan = models.ForeignKey(Region, models.CASCADE, related_name="+", db_index=False)
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    is_open = models.BooleanField()
    kind = models.CharField(max_length=8)
    category = models.CharField(max_length=10)
    title = models.CharField(max_length=120)
    level = models.SmallIntegerField()
    owner = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField(null=True)

    objects = GradeQuerySet.as_manager()

    class Meta:
        indexes = [
            # read by "as of": the issues of one kecamatan or of all below a region
            models.Index(fields=["election", "kecamatan"], name="issuehistory_of_kecamatan"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "day"],
                name="issuehistory_once",
                violation_error_message=_("Keadaan kendala hari itu sudah ada."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.day}"


class ReportHistory(models.Model):
    """A revision known at the end of a local day, with the Desk's decision then; a second row once it was decided."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="+", db_index=False)
    kecamatan = models.ForeignKey(Region, models.CASCADE, related_name="+", db_index=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    decision = models.CharField(max_length=12, blank=True, default="")
    decision_reason = models.CharField(max_length=280, blank=True, default="")

    objects = GradeQuerySet.as_manager()

    class Meta:
        indexes = [
            # read by "as of": what a kecamatan had sent
            models.Index(fields=["election", "kecamatan"], name="reporthistory_of_kecamatan"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "day"],
                name="reporthistory_once",
                violation_error_message=_("Keadaan laporan hari itu sudah ada."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.day}"
