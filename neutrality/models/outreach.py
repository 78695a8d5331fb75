"""Outreach that everybody may see: events, declarations, meetings of the forums, pledges, plans (DOMAIN 6.3 NET, SOS)."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models import Election, Region
from districts.reports.fields import no_personal_number


class EventKind(models.TextChoices):
    OUTREACH = "sosialisasi", _("Sosialisasi")
    VISIT = "kunjungan", _("Kunjungan kerja")
    DECLARATION = "deklarasi", _("Deklarasi Pilkada Damai")
    FORUM = "rapat_fpk", _("Rapat FPK/FKDM")
    PLEDGE = "ikrar", _("Ikrar atau pakta netralitas")
    PARTICIPATION = "partisipasi", _("Kegiatan peningkatan partisipasi")


class Topic(models.TextChoices):
    """An event may have several."""

    NEUTRALITY = "netralitas", _("Netralitas: bentuk pelanggaran dan sanksi")
    STAGES = "tahapan", _("Tahapan dan tanggal pemungutan suara")
    PEACE = "damai", _("Pilkada damai")


class Institution(models.TextChoices):
    FORKOPIMCAM = "forkopimcam", "Forkopimcam"
    BAWASLU = "bawaslu", "Bawaslu/Panwascam"
    KPU = "kpu", "KPU/PPK/PPS"
    POLRI = "polri", "Polri"
    TNI = "tni", "TNI"
    FPK = "fpk", "FPK"
    FKDM = "fkdm", "FKDM"
    FKUB = "fkub", "FKUB"
    SCHOOLS = "sekolah", _("Sekolah/PGRI")
    COMMUNITY = "masyarakat", _("Tokoh masyarakat")


class EventState(models.TextChoices):
    PLANNED = "rencana", _("Direncanakan")
    HELD = "terlaksana", _("Terlaksana")
    CANCELLED = "batal", _("Dibatalkan")


class EventQuerySet(ScopedQuerySet):
    region_field = "kecamatan_id"

    def held(self) -> "EventQuerySet":
        return self.filter(state=EventState.HELD)


class OutreachEvent(models.Model):
    """One event in a kecamatan. `villages`: codes of the desa it covered. Participants are counted, never listed."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    kecamatan = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("kecamatan"))
    kind = models.CharField(_("macam"), max_length=12, choices=EventKind.choices)
    topics = ArrayField(
        models.CharField(max_length=10, choices=Topic.choices), default=list, blank=True, verbose_name=_("pokok")
    )
    state = models.CharField(_("keadaan"), max_length=10, choices=EventState.choices, default=EventState.HELD)
    held_on = models.DateField(_("tanggal"))
    place = models.CharField(_("tempat"), max_length=120, blank=True, default="")
    villages = ArrayField(
        models.CharField(max_length=13, db_collation="C"), default=list, blank=True, verbose_name=_("desa tercakup")
    )
    institutions = ArrayField(
        models.CharField(max_length=12, choices=Institution.choices), default=list, blank=True,
        verbose_name=_("lembaga yang hadir"),
    )  # fmt: skip
    participants = models.PositiveIntegerField(_("peserta"), null=True, blank=True)
    material = models.CharField(_("materi"), max_length=160, blank=True, default="")
    note = models.CharField(_("catatan"), max_length=280, blank=True, default="")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("dicatat oleh")
    )
    noted_at = models.DateTimeField(_("dicatat"))
    # when it was noted that the event had taken place: a past day is graded by what was known then
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("dicatat terlaksana oleh"),
    )  # fmt: skip
    confirmed_at = models.DateTimeField(_("dicatat terlaksana"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("dibatalkan oleh"),
    )  # fmt: skip
    cancelled_at = models.DateTimeField(_("dibatalkan"), null=True, blank=True)
    cancel_reason = models.CharField(_("alasan batal"), max_length=280, blank=True, default="")
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("kegiatan")
        verbose_name_plural = _("kegiatan")
        indexes = [
            # read by the readiness source, the kecamatan's panel and the calendar
            models.Index(fields=["election", "kecamatan", "held_on"], name="outreachevent_of_kecamatan"),
        ]
        constraints = [
            models.CheckConstraint(
                name="outreachevent_in_kecamatan",
                condition=Q(kecamatan__length=8),
                violation_error_message=_("Kegiatan milik satu kecamatan."),
                violation_error_code="kecamatan",
            ),
            models.CheckConstraint(
                name="outreachevent_kind_known",
                condition=Q(kind__in=EventKind.values),
                violation_error_message=_("Macam kegiatan tidak dikenal."),
                violation_error_code="kind",
            ),
            models.CheckConstraint(
                name="outreachevent_state_known",
                condition=Q(state__in=EventState.values),
                violation_error_message=_("Keadaan tidak dikenal."),
                violation_error_code="state",
            ),
            models.CheckConstraint(
                name="outreachevent_topics_known",
                condition=Q(topics__contained_by=Topic.values),
                violation_error_message=_("Pokok tidak dikenal."),
                violation_error_code="topics",
            ),
            models.CheckConstraint(
                name="outreachevent_institutions_known",
                condition=Q(institutions__contained_by=Institution.values),
                violation_error_message=_("Lembaga tidak dikenal."),
                violation_error_code="institutions",
            ),
            # more than the largest hall holds is a typing error [P]
            models.CheckConstraint(
                name="outreachevent_participants_plausible",
                condition=Q(participants__isnull=True) | Q(participants__isnull=False, participants__lte=50_000),
                violation_error_message=_("Peserta paling banyak 50.000."),
                violation_error_code="participants",
            ),
            models.CheckConstraint(
                name="outreachevent_outreach_has_topic",
                condition=~Q(kind="sosialisasi") | ~Q(topics=[]),
                violation_error_message=_("Pilih pokok sosialisasi."),
                violation_error_code="topics",
            ),
            models.CheckConstraint(
                name="outreachevent_cancelled_who_and_when",
                condition=Q(state="batal", cancelled_by__isnull=False, cancelled_at__isnull=False)
                | ~Q(state="batal") & Q(cancelled_by__isnull=True, cancelled_at__isnull=True),
                violation_error_message=_("Kegiatan yang dibatalkan menyebut siapa dan kapan."),
                violation_error_code="state",
            ),
            models.CheckConstraint(
                name="outreachevent_confirmed_who_and_when",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, confirmed_at__gte=F("noted_at")),
                violation_error_message=_("Kegiatan yang terlaksana menyebut siapa yang mencatatnya dan kapan."),
                violation_error_code="state",
            ),
            models.CheckConstraint(
                name="outreachevent_held_is_confirmed",
                condition=Q(state="batal")
                | Q(state="terlaksana", confirmed_at__isnull=False)
                | Q(state="rencana", confirmed_at__isnull=True),
                violation_error_message=_("Hanya kegiatan yang dicatat terlaksana dapat berkeadaan terlaksana."),
                violation_error_code="state",
            ),
            models.CheckConstraint(
                name="outreachevent_cancelled_has_reason",
                condition=Q(state="batal") & ~Q(cancel_reason="") | ~Q(state="batal") & Q(cancel_reason=""),
                violation_error_message=_("Tulis alasan pembatalan."),
                violation_error_code="cancel_reason",
            ),
            *no_personal_number("outreachevent", "place", "material", "note", "cancel_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {date_format(self.held_on, 'j M Y')}"


class EventPhoto(models.Model):
    """A photo of an event; re-encoded without EXIF."""

    event = models.ForeignKey(OutreachEvent, models.PROTECT, related_name="photos", db_index=False)
    position = models.PositiveSmallIntegerField(_("urutan"))
    image = models.FileField(upload_to="kegiatan/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(_("diambil"), null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    uploaded_at = models.DateTimeField(_("diunggah"), db_default=Now())

    class Meta:
        verbose_name = _("foto kegiatan")
        verbose_name_plural = _("foto kegiatan")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "position"], name="eventphoto_once", violation_error_message=_("Foto ini sudah ada.")
            ),
            models.CheckConstraint(
                name="eventphoto_position_range",
                condition=Q(position__range=(1, 3)),
                violation_error_message=_("Paling banyak tiga foto."),
                violation_error_code="position",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}/{self.position}"


class PledgeGroup(models.TextChoices):
    """Who signs, NET-01: ASN of the kecamatan, village heads, village officials."""

    ASN = "asn", _("ASN kecamatan")
    HEADS = "kepala_desa", _("Kepala desa/lurah")
    OFFICIALS = "perangkat_desa", _("Perangkat desa")


class PledgeCount(models.Model):
    """How many of a group had signed on a day, out of how many. Append-only: the newest day counts."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    kecamatan = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("kecamatan"))
    group = models.CharField(_("kelompok"), max_length=14, choices=PledgeGroup.choices)
    counted_on = models.DateField(_("tanggal"))
    signed = models.PositiveIntegerField(_("sudah menandatangani"))
    total = models.PositiveIntegerField(_("dari"))
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("dicatat oleh")
    )
    noted_at = models.DateTimeField(_("dicatat"))
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("hitungan ikrar")
        verbose_name_plural = _("hitungan ikrar")
        indexes = [
            # read by the readiness source and the panel: the newest of each group
            models.Index(fields=["election", "kecamatan", "group", "counted_on"], name="pledgecount_of_kecamatan"),
        ]
        constraints = [
            models.CheckConstraint(
                name="pledgecount_group_known",
                condition=Q(group__in=["asn", "kepala_desa", "perangkat_desa"]),
                violation_error_message=_("Kelompok tidak dikenal."),
                violation_error_code="group",
            ),
            models.CheckConstraint(
                name="pledgecount_within_total",
                condition=Q(signed__lte=F("total"), total__gt=0),
                violation_error_message=_("Yang menandatangani tidak melebihi jumlahnya."),
                violation_error_code="signed",
            ),
            models.CheckConstraint(
                name="pledgecount_in_kecamatan",
                condition=Q(kecamatan__length=8),
                violation_error_message=_("Ikrar dihitung per kecamatan."),
                violation_error_code="kecamatan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_group_display()} {self.signed}/{self.total}"
