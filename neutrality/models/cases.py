"""Protected cases. What names anybody is sealed; a reporter's identity is in a table of its own (DOMAIN 4.5).

Nothing here has a `__str__` that could name a person: what a log or an error report prints is the case number.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models import Election, Region
from neutrality.flow import CLOSED, State
from neutrality.models.catalogue import ClockName, SubjectType, ViolationForm
from neutrality.sealing import SealedField


class Intake(models.TextChoices):
    """How early information came."""

    PHONE = "telepon", _("Telepon")
    LETTER = "surat", _("Surat")
    IN_PERSON = "langsung", _("Datang langsung")
    WHATSAPP = "whatsapp", _("Tangkapan layar WhatsApp")
    FINDING = "temuan", _("Temuan Bawaslu")
    ANONYMOUS = "web", _("Formulir umum tanpa nama")


class Medium(models.TextChoices):
    """Where it happened, without saying who."""

    SOCIAL = "media_sosial", _("Media sosial")
    EVENT = "kegiatan", _("Kegiatan atau pertemuan")
    OFFICE = "kantor", _("Kantor atau layanan")
    STREET = "ruang_publik", _("Ruang publik, alat peraga")
    OTHER = "lainnya", _("Lainnya")


class CaseQuerySet(ScopedQuerySet):
    region_field = "regency_id"

    def open(self) -> "CaseQuerySet":
        return self.exclude(state__in=CLOSED)


class Case(models.Model):
    """One piece of early information and what became of it. `number` is public to handlers and says nothing of anybody.

    `known_on` starts the legal clock of seven days; `state` is written by the trigger on `CaseMove` alone.
    `tracking` is the SHA-256 of the code an anonymous person follows the status by. `purged_at`: what named people is gone.
    """

    number = models.CharField(_("nomor"), max_length=14, unique=True)
    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    regency = models.ForeignKey(
        Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("kabupaten/kota")
    )
    intake = models.CharField(_("cara masuk"), max_length=10, choices=Intake.choices)
    medium = models.CharField(_("tempat kejadian"), max_length=12, choices=Medium.choices, default=Medium.OTHER)
    state = models.CharField(_("status"), max_length=24, choices=State.choices, default=State.NEW)
    state_since = models.DateTimeField(_("sejak"))
    received_at = models.DateTimeField(_("diterima"))
    recorded_at = models.DateTimeField(_("dicatat"), db_default=Now())
    known_on = models.DateField(_("tanggal diketahui"))
    happened_on = models.DateField(_("tanggal kejadian"), null=True, blank=True)
    forms = models.ManyToManyField(ViolationForm, related_name="+", blank=True, verbose_name=_("dugaan bentuk"))
    summary = SealedField(verbose_name=_("uraian"))
    place = SealedField(verbose_name=_("tempat"))
    registration = models.CharField(_("nomor registrasi Bawaslu"), max_length=60, blank=True, default="")
    tracking = models.CharField(max_length=64, blank=True, default="", editable=False)
    # none when somebody without an account told it
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("diterima oleh"),
    )  # fmt: skip
    purged_at = models.DateTimeField(_("dianonimkan"), null=True, blank=True)
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("kasus")
        verbose_name_plural = _("kasus")
        indexes = [
            # read by the handlers' board
            models.Index(fields=["election", "regency", "state"], name="case_of_regency"),
            # read by who follows a case by its code
            models.Index(fields=["tracking"], condition=~Q(tracking=""), name="case_tracking"),
        ]
        constraints = [
            models.CheckConstraint(
                name="case_regency_is_regency",
                condition=Q(regency__length=5),
                violation_error_message=_("Kasus milik satu kabupaten atau kota."),
                violation_error_code="regency",
            ),
            models.CheckConstraint(
                name="case_intake_known",
                condition=Q(intake__in=Intake.values),
                violation_error_message=_("Cara masuk tidak dikenal."),
                violation_error_code="intake",
            ),
            models.CheckConstraint(
                name="case_medium_known",
                condition=Q(medium__in=Medium.values),
                violation_error_message=_("Tempat kejadian tidak dikenal."),
                violation_error_code="medium",
            ),
            models.CheckConstraint(
                name="case_state_known",
                condition=Q(state__in=State.values),
                violation_error_message=_("Status tidak dikenal."),
                violation_error_code="state",
            ),
            models.CheckConstraint(
                name="case_dates_in_order",
                condition=Q(happened_on__isnull=True) | Q(happened_on__isnull=False, happened_on__lte=F("known_on")),
                violation_error_message=_("Tanggal kejadian tidak boleh sesudah tanggal diketahui."),
                violation_error_code="happened_on",
            ),
            models.CheckConstraint(
                name="case_taken_by_somebody_or_anonymous",
                condition=Q(intake="web", taken_by__isnull=True) | ~Q(intake="web") & Q(taken_by__isnull=False),
                violation_error_message=_("Kasus menyebut siapa yang menerimanya, kecuali dari formulir umum."),
                violation_error_code="taken_by",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Reported(models.Model):
    """A person reported (*terlapor*): the type of office in clear, all that names them sealed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reported")
    subject_type = models.ForeignKey(
        SubjectType, models.PROTECT, related_name="+", db_index=False, verbose_name=_("jenis terlapor")
    )
    name = SealedField(verbose_name=_("nama"))
    position = SealedField(verbose_name=_("jabatan"))
    unit = SealedField(verbose_name=_("unit kerja"))
    staff_number = SealedField(verbose_name=_("NIP"))

    class Meta:
        verbose_name = _("terlapor")
        verbose_name_plural = _("terlapor")

    def __str__(self) -> str:
        return f"#{self.pk}"


class Reporter(models.Model):
    """Who told it. Class *rahasia*: shown only by an explicit reveal with a reason, each of which is logged."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="reporter")
    name = SealedField(verbose_name=_("nama"))
    contact = SealedField(verbose_name=_("kontak"))
    address = SealedField(verbose_name=_("alamat"))

    class Meta:
        verbose_name = _("pelapor")
        verbose_name_plural = _("pelapor")

    def __str__(self) -> str:
        return f"#{self.pk}"


class CaseMove(models.Model):
    """A move of a case, append-only: who, when, why, on which paper. The trigger refuses one that is not in the table."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="moves")
    from_state = models.CharField(_("dari"), max_length=24, choices=State.choices)
    to_state = models.CharField(_("ke"), max_length=24, choices=State.choices)
    at = models.DateTimeField(_("waktu"))
    recorded_at = models.DateTimeField(_("dicatat"), db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("oleh"),
    )  # fmt: skip
    reason = SealedField(verbose_name=_("alasan"))
    has_reason = models.BooleanField(default=False)
    paper_number = models.CharField(_("nomor surat"), max_length=60, blank=True, default="")
    paper_date = models.DateField(_("tanggal surat"), null=True, blank=True)
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = _("langkah kasus")
        verbose_name_plural = _("langkah kasus")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="casemove_paper_has_both",
                condition=Q(paper_number="", paper_date__isnull=True)
                | ~Q(paper_number="") & Q(paper_date__isnull=False),
                violation_error_message=_("Isi nomor dan tanggal surat bersama."),
                violation_error_code="paper_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.to_state}"


class Transition(models.Model):
    """The table of `neutrality.flow.STEPS` as the database keeps it."""

    from_state = models.CharField(max_length=24)
    to_state = models.CharField(max_length=24)
    needs_reason = models.BooleanField(default=False)
    needs_paper = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("langkah yang sah")
        verbose_name_plural = _("langkah yang sah")
        constraints = [
            models.UniqueConstraint(
                fields=["from_state", "to_state"],
                name="transition_once",
                violation_error_message=_("Langkah ini sudah ada."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} {self.to_state}"


class CaseClock(models.Model):
    """A term that runs or ran for a case. `due_on` is a local date, worked out when the step began."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks", db_index=False)
    name = models.CharField(_("jam"), max_length=20, choices=ClockName.choices)
    started_on = models.DateField(_("mulai"))
    due_on = models.DateField(_("batas"))
    met_on = models.DateField(_("selesai"), null=True, blank=True)

    class Meta:
        verbose_name = _("batas waktu kasus")
        verbose_name_plural = _("batas waktu kasus")
        indexes = [
            # read by the board, the daily mail and NET-03: what runs, soonest first
            models.Index(fields=["due_on"], condition=Q(met_on__isnull=True), name="caseclock_running"),
        ]
        constraints = [
            # also serves the clocks of one case
            models.UniqueConstraint(
                fields=["case", "name", "started_on"],
                name="caseclock_once",
                violation_error_message=_("Batas waktu ini sudah berjalan."),
            ),
            models.CheckConstraint(
                name="caseclock_name_known",
                condition=Q(name__in=ClockName.values),
                violation_error_message=_("Batas waktu tidak dikenal."),
                violation_error_code="name",
            ),
            models.CheckConstraint(
                name="caseclock_in_order",
                condition=Q(due_on__gte=F("started_on"))
                & (Q(met_on__isnull=True) | Q(met_on__isnull=False, met_on__gte=F("started_on"))),
                violation_error_message=_("Batas waktu tidak boleh sebelum mulainya."),
                violation_error_code="due_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"


class LinkKind(models.TextChoices):
    DUPLICATE = "ganda", _("Kejadian yang sama")
    RELATED = "terkait", _("Terkait")


class CaseLink(models.Model):
    """Two cases that belong together. Both stay; nothing is merged away. `first` has the smaller key."""

    first = models.ForeignKey(Case, models.PROTECT, related_name="+")
    second = models.ForeignKey(Case, models.PROTECT, related_name="+")
    kind = models.CharField(_("hubungan"), max_length=8, choices=LinkKind.choices)
    at = models.DateTimeField(_("waktu"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("kasus terkait")
        verbose_name_plural = _("kasus terkait")
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="caselink_once",
                violation_error_message=_("Kedua kasus sudah dihubungkan."),
            ),
            models.CheckConstraint(
                name="caselink_ordered",
                condition=Q(first__lt=F("second")),
                violation_error_message=_("Kasus tidak dapat dihubungkan dengan dirinya sendiri."),
                violation_error_code="second",
            ),
            models.CheckConstraint(
                name="caselink_kind_known",
                condition=Q(kind__in=["ganda", "terkait"]),
                violation_error_message=_("Hubungan tidak dikenal."),
                violation_error_code="kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class Requirement(models.TextChoices):
    """Formal and material requirements of a report, DOMAIN 4.4 [S111]."""

    REPORTER = "identitas_pelapor", _("Identitas pelapor")
    REPORTED = "identitas_terlapor", _("Nama dan alamat terlapor")
    IN_TIME = "tenggat", _("Tidak lebih dari 7 hari sejak diketahui")
    SIGNATURE = "tanda_tangan", _("Tanda tangan sesuai kartu identitas")
    TIME_AND_PLACE = "waktu_tempat", _("Waktu dan tempat kejadian")
    DESCRIPTION = "uraian", _("Uraian kejadian")
    EVIDENCE = "bukti", _("Bukti")


FORMAL = (Requirement.REPORTER, Requirement.REPORTED, Requirement.IN_TIME, Requirement.SIGNATURE)


class RequirementCheck(models.Model):
    """The newest answer to one requirement of a case; the history of answers is in the reading log."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="requirements", db_index=False)
    requirement = models.CharField(_("syarat"), max_length=20, choices=Requirement.choices)
    is_met = models.BooleanField(_("terpenuhi"))
    at = models.DateTimeField(_("waktu"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("syarat kasus")
        verbose_name_plural = _("syarat kasus")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "requirement"],
                name="requirementcheck_once",
                violation_error_message=_("Syarat ini sudah dijawab."),
            ),
            models.CheckConstraint(
                name="requirementcheck_known",
                condition=Q(requirement__in=Requirement.values),
                violation_error_message=_("Syarat tidak dikenal."),
                violation_error_code="requirement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.requirement}"


class ReadWhat(models.TextChoices):
    """What of a case somebody read or took out."""

    CASE = "kasus", _("Isi kasus")
    REPORTER = "pelapor", _("Identitas pelapor")
    EVIDENCE = "bukti", _("Bukti")
    PACKAGE = "paket", _("Paket rujukan")
    CHECKLIST = "syarat", _("Jawaban syarat")


class Reading(models.Model):
    """Who read what of a case, when and why; append-only but for a purge of the reason. Written before it is shown."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="readings")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("oleh")
    )
    at = models.DateTimeField(_("waktu"), db_default=Now())
    what = models.CharField(_("yang dibaca"), max_length=8, choices=ReadWhat.choices)
    detail = models.CharField(_("rincian"), max_length=60, blank=True, default="")  # evidence number and the like
    reason = SealedField(verbose_name=_("alasan"))
    has_reason = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("pembacaan")
        verbose_name_plural = _("pembacaan")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="reading_what_known",
                condition=Q(what__in=ReadWhat.values),
                violation_error_message=_("Yang dibaca tidak dikenal."),
                violation_error_code="what",
            ),
            models.CheckConstraint(
                name="reading_reporter_says_why",
                condition=~Q(what="pelapor") | Q(has_reason=True),
                violation_error_message=_("Tulis mengapa identitas pelapor dibuka."),
                violation_error_code="reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.what}"
