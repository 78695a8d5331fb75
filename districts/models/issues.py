"""Obstacles, security events and requests for help: rows with an owner, a level and a due date from the start."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models.elections import Election
from districts.models.people import Agency
from districts.models.regions import Region
from districts.models.reports import Report
from districts.reports.fields import no_personal_number


class IssueKind(models.TextChoices):
    OBSTACLE = "kendala", _("Kendala")
    EVENT = "kejadian", _("Kejadian keamanan")
    HELP = "bantuan", _("Permintaan bantuan")


class IssueCategory(models.TextChoices):
    """What it is about; LOG-09, DPT-02 and KAM-04 count the open ones of theirs (DOMAIN 6.3)."""

    LOGISTICS = "logistik", _("Logistik")
    STAFF = "adhoc", _("Badan ad hoc")
    VOTERS = "pemilih", _("Data pemilih")
    SECURITY = "keamanan", _("Keamanan")
    TELECOM = "telekom", _("Telekomunikasi dan listrik")
    ACCESS = "akses", _("Akses, cuaca, bencana")
    HEALTH = "kesehatan", _("Kesehatan")
    OTHER = "lainnya", _("Lainnya")


class IssueLevel(models.IntegerChoices):
    LOW = 1, _("Rendah")
    MEDIUM = 2, _("Sedang")
    HIGH = 3, _("Tinggi")
    CRITICAL = 4, _("Kritis")


class IssueState(models.TextChoices):
    NEW = "baru", _("Baru")
    ASSIGNED = "ditugaskan", _("Ditugaskan")
    WORKING = "dikerjakan", _("Dikerjakan")
    DONE = "selesai", _("Selesai")
    CANCELLED = "dibatalkan", _("Dibatalkan")


CLOSED_STATES = (IssueState.DONE, IssueState.CANCELLED)


class IssueQuerySet(ScopedQuerySet):
    region_field = "kecamatan_id"

    def open(self) -> "IssueQuerySet":
        return self.exclude(state__in=CLOSED_STATES)

    def overdue(self) -> "IssueQuerySet":
        """Open and past due now."""
        return self.open().filter(due_at__lt=timezone.now())

    def in_state(self, wanted: str) -> "IssueQuerySet":
        """Of one state; `""` is open, `tertutup` closed, `semua` all."""
        named = {"": self.open(), "tertutup": self.filter(state__in=CLOSED_STATES), "semua": self.all()}
        return named[wanted] if wanted in named else self.filter(state=wanted)

    def for_board(self) -> "IssueQuerySet":
        """With what a list shows, in one statement; `is_overdue` is true only of open ones."""
        open_and_past = Q(due_at__lt=timezone.now()) & ~Q(state__in=CLOSED_STATES)
        return (
            self.select_related("kecamatan", "owner")
            .annotate(is_overdue=models.ExpressionWrapper(open_and_past, models.BooleanField()))
            .most_pressing_first()
        )

    def board_rows(self) -> models.QuerySet:
        """`for_board` as named tuples of just what the board's table shows.

        `place_name` and `zone` are looked up for the rows of the page alone: a join would first touch every region.
        """
        kecamatan = Region.objects.filter(pk=OuterRef("kecamatan_id"))
        return (
            self.for_board()
            .annotate(place_name=Subquery(kecamatan.values("name")), zone=Subquery(kecamatan.values("time_zone")))
            .values_list(
                "pk", "kind", "category", "title", "level", "state", "due_at", "is_overdue", "owner__name",
                "place_name", "zone", named=True,
            )
        )  # fmt: skip

    def most_pressing_first(self) -> "IssueQuerySet":
        """By level, then by due date; those without one first."""
        return self.order_by("-level", F("due_at").asc(nulls_first=True), "pk")


class Issue(models.Model):
    """Something that stands in the way, who does what about it and until when."""

    election = models.ForeignKey(
        Election, models.PROTECT, related_name="issues", db_index=False, verbose_name=_("pemilihan")
    )
    kecamatan = models.ForeignKey(
        Region, models.PROTECT, related_name="issues", db_index=False, verbose_name=_("kecamatan")
    )
    kind = models.CharField(_("macam"), max_length=8, choices=IssueKind.choices)
    category = models.CharField(_("kategori"), max_length=10, choices=IssueCategory.choices)
    # what makes it one of a sort, e.g. help TA or logistics RS: one open row of a sort at a time
    topic = models.CharField(_("pokok"), max_length=20, blank=True, default="")
    title = models.CharField(_("judul"), max_length=120)
    detail = models.CharField(_("uraian"), max_length=280, blank=True, default="")
    level = models.SmallIntegerField(_("tingkat"), choices=IssueLevel.choices, default=IssueLevel.MEDIUM)
    state = models.CharField(_("keadaan"), max_length=10, choices=IssueState.choices, default=IssueState.NEW)
    owner = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="issues", verbose_name=_("penanggung jawab")
    )
    due_at = models.DateTimeField(_("tenggat"), null=True, blank=True)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("dilaporkan oleh")
    )
    raised_at = models.DateTimeField(_("dilaporkan"))
    report = models.ForeignKey(
        Report, models.PROTECT, null=True, blank=True, related_name="issues", verbose_name=_("laporan")
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("ditutup oleh"),
    )
    closed_at = models.DateTimeField(_("ditutup"), null=True, blank=True)
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)
    # of security events only
    occurred_at = models.DateTimeField(_("waktu kejadian"), null=True, blank=True)
    place = models.CharField(_("desa/TPS"), max_length=80, blank=True, default="")
    action_taken = models.CharField(_("tindakan"), max_length=280, blank=True, default="")
    needs_help = models.BooleanField(_("butuh bantuan"), default=False)

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("kendala")
        verbose_name_plural = _("kendala")
        indexes = [
            # read by the roll-up (also of past days, so closed ones too), the kecamatan page and the boards
            models.Index(fields=["election", "kecamatan"], name="issue_of_kecamatan"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "kecamatan", "kind", "topic"],
                condition=Q(state__in=["baru", "ditugaskan", "dikerjakan"]) & ~Q(topic=""),
                name="issue_one_open_of_a_topic",
                violation_error_message=_("Hal ini sudah tercatat dan masih terbuka."),
            ),
            models.CheckConstraint(
                name="issue_kind_known",
                condition=Q(kind__in=IssueKind.values),
                violation_error_message=_("Macam tidak dikenal."),
                violation_error_code="kind",
            ),
            models.CheckConstraint(
                name="issue_category_known",
                condition=Q(category__in=IssueCategory.values),
                violation_error_message=_("Kategori tidak dikenal."),
                violation_error_code="category",
            ),
            models.CheckConstraint(
                name="issue_level_known",
                condition=Q(level__in=IssueLevel.values),
                violation_error_message=_("Tingkat tidak dikenal."),
                violation_error_code="level",
            ),
            models.CheckConstraint(
                name="issue_state_known",
                condition=Q(state__in=IssueState.values),
                violation_error_message=_("Keadaan tidak dikenal."),
                violation_error_code="state",
            ),
            models.CheckConstraint(
                name="issue_title_given",
                condition=~Q(title=""),
                violation_error_message=_("Tulis kendalanya dalam beberapa kata."),
                violation_error_code="title",
            ),
            models.CheckConstraint(
                name="issue_event_has_time",
                condition=~Q(kind=IssueKind.EVENT) | Q(occurred_at__isnull=False),
                violation_error_message=_("Isi waktu kejadian."),
                violation_error_code="occurred_at",
            ),
            models.CheckConstraint(
                name="issue_assigned_has_owner",
                condition=~Q(state__in=["ditugaskan", "dikerjakan"]) | Q(owner__isnull=False),
                violation_error_message=_("Pilih penanggung jawab sebelum menugaskan."),
                violation_error_code="owner",
            ),
            models.CheckConstraint(
                name="issue_closed_who_and_when",
                condition=Q(state__in=["selesai", "dibatalkan"], closed_by__isnull=False, closed_at__isnull=False)
                | Q(state__in=["baru", "ditugaskan", "dikerjakan"], closed_by__isnull=True, closed_at__isnull=True),
                violation_error_message=_("Kendala yang ditutup menyebut siapa dan kapan."),
                violation_error_code="state",
            ),
            *no_personal_number("issue", "title", "detail", "place", "action_taken"),
        ]

    def __str__(self) -> str:
        return self.title


class IssueNote(models.Model):
    """What was done about an issue and when, append-only. `state` is the state it moved to, empty for a plain note."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="notes")
    at = models.DateTimeField(_("waktu"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("oleh")
    )
    state = models.CharField(_("keadaan"), max_length=10, choices=IssueState.choices, blank=True, default="")
    text = models.CharField(_("catatan"), max_length=280, blank=True, default="")
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = _("tindak lanjut")
        verbose_name_plural = _("tindak lanjut")
        ordering = ["at", "pk"]
        constraints = [*no_personal_number("issuenote", "text")]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.at:%Y-%m-%d}"
