"""Reports a kecamatan owes, made before they are sent, and the calls made when they do not come."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models.elections import Election
from districts.models.reachability import Reachability
from districts.models.regions import Region
from districts.reports.fields import no_personal_number


class ReportState(models.TextChoices):
    """Where an expected report stands. *Belum lapor*, *terlambat* and *tidak terjangkau* are three different things."""

    NOT_OPEN = "belum_dibuka", _("Belum dibuka")
    NOT_SENT = "belum_lapor", _("Belum lapor")  # open, not due yet
    OVERDUE = "terlambat", _("Terlambat")  # due passed, nothing came
    UNREACHABLE = "tidak_terjangkau", _("Tidak terjangkau")  # nothing came, and a `Reachability` in force says why
    SENT = "terkirim", _("Terkirim")
    SENT_LATE = "terkirim_terlambat", _("Terlambat dikirim")
    RETURNED = "dikembalikan", _("Dikembalikan")  # the Desk waits for a correction
    ACCEPTED = "diterima", _("Diterima")


#: Nothing came: these make the list of who has not reported.
SILENT_STATES = (ReportState.NOT_SENT, ReportState.OVERDUE, ReportState.UNREACHABLE)


#: `with_state` of the slots of one kecamatan opened until `until`, newest first, as SQL: two pages ask it each time, and
#: the ORM needs ten times as long to write it as Postgres to answer.
_SLOTS = """
SELECT expected.*, latest.revision AS revision, reopened.slot AS reopened_slot, reopened.until AS reopened_until,
       season.due AS season_due, season.on_time AS season_on_time, CASE
    WHEN latest.decision = 'diterima' THEN 'diterima'
    WHEN latest.decision = 'dikembalikan' THEN 'dikembalikan'
    WHEN first.submitted_at > first.due_at THEN 'terkirim_terlambat'
    WHEN first.submitted_at IS NOT NULL THEN 'terkirim'
    WHEN expected.opens_at > %(now)s THEN 'belum_dibuka'
    WHEN EXISTS (
        SELECT 1 FROM districts_reachability reach
        WHERE reach.kecamatan_id = expected.kecamatan_id AND reach.state = 'tidak_terjangkau'
          AND reach.starts_at <= %(now)s AND reach.starts_at < expected.closes_at
          AND (COALESCE(reach.ended_at, reach.ends_at) > %(now)s
               OR COALESCE(reach.ended_at, reach.ends_at) >= expected.closes_at)
    ) THEN 'tidak_terjangkau'
    WHEN expected.due_at <= %(now)s THEN 'terlambat'
    ELSE 'belum_lapor' END AS state
FROM districts_expectedreport expected
LEFT JOIN districts_report first ON first.expected_id = expected.id AND first.revision = 1
LEFT JOIN districts_report latest ON latest.expected_id = expected.id AND latest.is_latest
LEFT JOIN LATERAL (
    SELECT closed.slot, COALESCE(opened.ended_at, opened.ends_at) AS until
    FROM districts_expectedreport closed JOIN districts_windowexception opened ON opened.expected_id = closed.id
    WHERE closed.election_id = %(election)s AND closed.kecamatan_id = %(kecamatan)s
      AND opened.starts_at <= %(now)s AND COALESCE(opened.ended_at, opened.ends_at) > %(now)s
    ORDER BY until LIMIT 1
) reopened ON true
CROSS JOIN (
    SELECT count(*) AS due, count(*) FILTER (WHERE sent.submitted_at <= owed.due_at) AS on_time
    FROM districts_expectedreport owed LEFT JOIN districts_report sent ON sent.expected_id = owed.id AND sent.revision = 1
    WHERE owed.election_id = %(election)s AND owed.kecamatan_id = %(kecamatan)s AND owed.due_at <= %(now)s
) season
WHERE expected.election_id = %(election)s AND expected.kecamatan_id = %(kecamatan)s AND expected.opens_at <= %(until)s
ORDER BY expected.opens_at DESC LIMIT %(limit)s"""


class ExpectedReportQuerySet(ScopedQuerySet):
    region_field = "kecamatan_id"

    def opened(self, now: datetime) -> Self:
        """Open at `now` or before."""
        return self.filter(opens_at__lte=now)

    def current(self, now: datetime) -> Self:
        """The newest opened slot of each kecamatan, at most one row per election and kecamatan."""
        newer = ExpectedReport.objects.filter(
            election=OuterRef("election"),
            kecamatan=OuterRef("kecamatan"),
            opens_at__gt=OuterRef("opens_at"),
            opens_at__lte=now,
        )
        return self.opened(now).filter(~Exists(newer))

    def with_state(self, now: datetime) -> Self:
        """Adds, in the same statement:

        `state` (a `ReportState`); `sent_at` of the first revision and `was_late` (false until sent: a correction
        after the deadline does not make a report late); `revision`, `receipt` and `resent_at` of the latest
        revision; `reached` (a `ContactAttempt.Outcome`, "" without a call) and `reached_at` of the newest call.
        Null where nothing was sent.
        """
        calls = ContactAttempt.objects.filter(expected=OuterRef("pk")).order_by("-at", "-pk")
        unreachable = Reachability.objects.during(now, OuterRef("closes_at")).filter(
            kecamatan=OuterRef("kecamatan"), state=Reachability.State.UNREACHABLE
        )
        return self.annotate(
            first=FilteredRelation("reports", condition=Q(reports__revision=1)),
            latest=FilteredRelation("reports", condition=Q(reports__is_latest=True)),
            sent_at=F("first__submitted_at"),
            was_late=Case(When(first__submitted_at__gt=F("first__due_at"), then=True), default=False),
            revision=F("latest__revision"),
            receipt=F("latest__receipt"),
            resent_at=F("latest__submitted_at"),
            decision=F("latest__decision"),
            reached=Subquery(calls.values("outcome")[:1]),
            reached_at=Subquery(calls.values("at")[:1]),
            is_unreachable=Exists(unreachable),
        ).annotate(state=_state(now))

    def slots_of(
        self, election: int, kecamatan: str, *, now: datetime, until: datetime, limit: int | None = None
    ) -> "list[ExpectedReport]":
        """The slots of one kecamatan opened until `until`, newest first, with `state` and `revision` as `with_state`
        says them at `now`; `reopened_slot` and `reopened_until` name the closed slot of this kecamatan that the desk
        takes reports of again (the one that ends first; None: none); `season_due` and `season_on_time` count the
        reports of the season that are due at `now` (as `districts.reports.compliance`). One statement.
        """
        asked = {"election": election, "kecamatan": kecamatan, "now": now, "until": until, "limit": limit}
        return list(ExpectedReport.objects.raw(_SLOTS, asked))

    def silent(self) -> Self:
        """After `with_state`: opened and nothing came."""
        return self.filter(state__in=SILENT_STATES)


def _state(now: datetime) -> Case:
    return Case(
        When(decision="diterima", then=Value(ReportState.ACCEPTED.value)),
        When(decision="dikembalikan", then=Value(ReportState.RETURNED.value)),
        When(was_late=True, then=Value(ReportState.SENT_LATE.value)),
        When(sent_at__isnull=False, then=Value(ReportState.SENT.value)),
        When(opens_at__gt=now, then=Value(ReportState.NOT_OPEN.value)),
        When(is_unreachable=True, then=Value(ReportState.UNREACHABLE.value)),
        When(due_at__lte=now, then=Value(ReportState.OVERDUE.value)),
        default=Value(ReportState.NOT_SENT.value),
        output_field=models.CharField(),
    )


class ExpectedReport(models.Model):
    """A report a kecamatan owes, made before it is sent. Public code: `slot` (`2026-W47`; see `districts.weeks.Slot`).

    Whether it is *belum lapor*, *terlambat* or *tidak terjangkau* is derived: see `ExpectedReportQuerySet.with_state`.
    """

    election = models.ForeignKey(Election, models.CASCADE, related_name="expected_reports", db_index=False)
    kecamatan = models.ForeignKey(Region, models.PROTECT, related_name="expected_reports", db_index=False)
    slot = models.CharField(_("periode"), max_length=15, db_collation="C")
    week = models.DateField(_("pekan"))
    h_minus = models.SmallIntegerField()
    opens_at = models.DateTimeField(_("dibuka"))
    due_at = models.DateTimeField(_("tenggat"))
    closes_at = models.DateTimeField(_("ditutup"))

    objects = ExpectedReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("laporan yang ditunggu")
        verbose_name_plural = _("laporan yang ditunggu")
        constraints = [
            models.UniqueConstraint(
                fields=["election", "kecamatan", "slot"],
                name="expectedreport_once",
                violation_error_message=_("Laporan periode ini sudah ditunggu."),
            ),
            models.CheckConstraint(
                name="expectedreport_week_is_monday",
                condition=Q(week__iso_week_day=1),
                violation_error_message=_("Pekan dinamai dengan hari Seninnya."),
                violation_error_code="week",
            ),
            models.CheckConstraint(
                name="expectedreport_times_in_order",
                condition=Q(opens_at__lt=F("due_at"), due_at__lte=F("closes_at")),
                violation_error_message=_("Laporan dibuka sebelum tenggat dan ditutup sesudahnya."),
                violation_error_code="due_at",
            ),
        ]
        indexes = [
            # read by "the slot that is open now" of one, some or all kecamatan
            models.Index(fields=["election", "kecamatan", "-opens_at"], name="expectedreport_newest"),
            # read by the list of who has not reported: one slot of the whole nation, by code
            models.Index(fields=["election", "slot", "kecamatan"], name="expectedreport_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.kecamatan_id} {self.slot}"


class Channel(models.TextChoices):
    """How a report or confirmation reached us, DESIGN "Weekly report"."""

    WEB = "web", _("Web")
    OFFLINE = "offline", _("Antrean luring")
    SMS = "sms", "SMS"
    PHONE = "phone", _("Telepon")
    RADIO = "radio", _("Radio/HT")
    PAPER = "paper", _("Kertas")


class ContactAttempt(models.Model):
    """A call to a kecamatan that has not reported. Calls that fail make it unreachable by rule (`districts.reports.reaching`)."""

    class Outcome(models.TextChoices):
        PROMISED = "akan_kirim", _("Tersambung, akan mengirim")
        NO_ANSWER = "tidak_diangkat", _("Tidak diangkat")
        UNREACHABLE = "tidak_terjangkau", _("Tidak terjangkau (tanpa sinyal)")

    expected = models.ForeignKey(ExpectedReport, models.PROTECT, related_name="contact_attempts", db_index=False)
    at = models.DateTimeField(_("waktu"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("oleh")
    )
    channel = models.CharField(_("saluran"), max_length=8, choices=Channel.choices, default=Channel.PHONE)
    outcome = models.CharField(_("hasil"), max_length=16, choices=Outcome.choices)
    note = models.CharField(_("catatan"), max_length=280, blank=True, default="")
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = _("upaya menghubungi")
        verbose_name_plural = _("upaya menghubungi")
        indexes = [
            # read by the list of who has not reported: the newest attempt of an expected report
            models.Index(fields=["expected", "-at"], name="contactattempt_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="contactattempt_outcome_known",
                condition=Q(outcome__in=["akan_kirim", "tidak_diangkat", "tidak_terjangkau"]),
                violation_error_message=_("Pilih hasil panggilan."),
                violation_error_code="outcome",
            ),
            *no_personal_number("contactattempt", "note"),
        ]

    def __str__(self) -> str:
        return f"{self.expected_id} {self.outcome}"
