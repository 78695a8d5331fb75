"""Shipments from one custody to the next, their legs, and the routes a kecamatan is usually reached by."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models import Election, Region
from districts.reports.fields import no_personal_number
from logistics.models.items import Item
from logistics.models.parcels import Parcel
from logistics.models.stock import CONTEST_KNOWN, CONTEST_SENTENCE, Place, contest_field
from logistics.stages import HopName


class Mode(models.TextChoices):
    """How goods travel, DOMAIN 3.4."""

    TRUCK = "truk", _("Truk")
    PICKUP = "pikap", _("Pikap")
    MOTORBIKE = "motor", _("Sepeda motor")
    LONGBOAT = "perahu", _("Perahu/ketinting")
    SPEEDBOAT = "speedboat", _("Speedboat")
    NAVY = "kapal_al", _("Kapal TNI AL")
    HELICOPTER = "heli", _("Helikopter")
    FOOT = "jalan_kaki", _("Jalan kaki")


class Force(models.TextChoices):
    """Who escorts, DOMAIN 3.4."""

    POLICE = "polri", "Polri"
    ARMY = "tni_ad", "TNI AD"
    NAVY = "tni_al", "TNI AL"
    AIR_FORCE = "tni_au", "TNI AU"
    SATPOL = "satpol_pp", "Satpol PP"
    LINMAS = "linmas", "Linmas"
    JOINT = "gabungan", _("Gabungan")


class Plan(models.TextChoices):
    A = "A", _("Rencana A")
    B = "B", _("Rencana B")


class LegFields(models.Model):
    """What a leg of a route and one of a shipment have in common. `hours` is the usual time under way."""

    plan = models.CharField(_("rencana"), max_length=1, choices=Plan.choices, default=Plan.A)
    position = models.PositiveSmallIntegerField(_("urutan"))
    origin = models.CharField(_("dari"), max_length=80)
    destination = models.CharField(_("ke"), max_length=80)
    mode = models.CharField(_("moda"), max_length=10, choices=Mode.choices)
    hours = models.DecimalField(_("jam perjalanan"), max_digits=5, decimal_places=2)
    # tide or river: departure is possible between these local times only; until < from reaches over midnight
    window_from = models.TimeField(_("bisa berangkat dari pukul"), null=True, blank=True)
    window_until = models.TimeField(_("sampai pukul"), null=True, blank=True)

    class Meta:
        abstract = True


def leg_constraints(table: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            name=f"{table}_plan_known",
            condition=Q(plan__in=["A", "B"]),
            violation_error_message=_("Rencana harus A atau B."),
            violation_error_code="plan",
        ),
        models.CheckConstraint(
            name=f"{table}_mode_known",
            condition=Q(mode__in=Mode.values),
            violation_error_message=_("Moda tidak dikenal."),
            violation_error_code="mode",
        ),
        # a leg of two weeks is a typing error
        models.CheckConstraint(
            name=f"{table}_hours_plausible",
            condition=Q(hours__gt=0, hours__lte=336),
            violation_error_message=_("Jam perjalanan lebih dari 0 dan paling lama 336 jam."),
            violation_error_code="hours",
        ),
        models.CheckConstraint(
            name=f"{table}_window_has_both",
            condition=Q(window_from__isnull=True, window_until__isnull=True)
            | Q(window_from__isnull=False, window_until__isnull=False) & ~Q(window_from=F("window_until")),
            violation_error_message=_("Isi kedua jam pasang: mulai dan sampai."),
            violation_error_code="window_until",
        ),
    ]


class RouteLegQuerySet(ScopedQuerySet):
    region_field = "kecamatan_id"


class RouteLeg(LegFields):
    """One leg of the usual way of a hop into a kecamatan, to one desa where its way differs. Two plans may be kept."""

    kecamatan = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("kecamatan"))
    hop = models.CharField(_("ruas"), max_length=7, choices=HopName.choices)
    village = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("desa"),
        help_text=_("kosong: berlaku untuk semua desa yang tidak punya rute sendiri"),
    )  # fmt: skip
    note = models.CharField(_("catatan"), max_length=280, blank=True, default="")
    updated_at = models.DateTimeField(_("diperbarui"), auto_now=True)

    objects = RouteLegQuerySet.as_manager()

    class Meta:
        verbose_name = _("ruas rute")
        verbose_name_plural = _("ruas rute")
        ordering = ["kecamatan", "hop", "village", "plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["kecamatan", "hop", "village", "plan", "position"],
                name="routeleg_once",
                nulls_distinct=False,
                violation_error_message=_("Urutan ini sudah terisi."),
            ),
            models.CheckConstraint(
                name="routeleg_in_kecamatan",
                condition=Q(kecamatan__length=8)
                & (
                    Q(village__isnull=True)
                    | Q(village__isnull=False, village__length=13, village__startswith=F("kecamatan"))
                ),
                violation_error_message=_("Rute milik satu kecamatan dan desa di dalamnya."),
                violation_error_code="village",
            ),
            models.CheckConstraint(
                name="routeleg_hop_known",
                condition=Q(hop__in=HopName.values),
                violation_error_message=_("Ruas tidak dikenal."),
                violation_error_code="hop",
            ),
            *leg_constraints("routeleg"),
            *no_personal_number("routeleg", "origin", "destination", "note"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.destination}"


class ShipmentState(models.TextChoices):
    PLANNED = "rencana", _("Direncanakan")
    UNDERWAY = "berangkat", _("Di perjalanan")  # the sender confirmed
    ARRIVED = "tiba", _("Tiba, belum diserahterimakan")
    DONE = "selesai", _("Diserahterimakan")  # the receiver confirmed, with or without differences
    REFUSED = "ditolak", _("Ditolak penerima")  # the cargo is with the carrier until the sender takes it back
    STOPPED = "dihentikan", _("Dihentikan di jalan")  # likewise
    RETURNED = "balik", _("Kembali ke pengirim")
    CANCELLED = "batal", _("Dibatalkan sebelum berangkat")


#: The cargo is between two custodies.
ON_THE_WAY = (ShipmentState.UNDERWAY, ShipmentState.ARRIVED, ShipmentState.REFUSED, ShipmentState.STOPPED)
OPEN_STATES = (ShipmentState.PLANNED, *ON_THE_WAY)


class ShipmentQuerySet(ScopedQuerySet):
    region_field = "kecamatan_id"


class Shipment(models.Model):
    """Cargo that goes one hop: parcels of TPS and loose goods. `code` is public and stands on the manifest.

    `kecamatan` is the one at either end. `village`: the desa of a hop to or from PPS or TPS; null when several.
    `place`: the ledger's account of the loose cargo under way.
    """

    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(_("nomor kiriman"), max_length=20, unique=True)
    hop = models.CharField(_("ruas"), max_length=7, choices=HopName.choices)
    kecamatan = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("kecamatan"))
    village = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("desa")
    )
    place = models.OneToOneField(Place, models.PROTECT, related_name="shipment")
    state = models.CharField(_("keadaan"), max_length=10, choices=ShipmentState.choices, default=ShipmentState.PLANNED)
    plan_in_use = models.CharField(_("rencana dipakai"), max_length=1, choices=Plan.choices, default=Plan.A)
    note = models.CharField(_("catatan"), max_length=280, blank=True, default="")
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("direncanakan oleh")
    )
    planned_at = models.DateTimeField(_("direncanakan"), db_default=Now())
    departed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("diserahkan oleh"),
    )  # fmt: skip
    departed_at = models.DateTimeField(_("berangkat"), null=True, blank=True)
    arrived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("tiba menurut"),
    )  # fmt: skip
    arrived_at = models.DateTimeField(_("tiba"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("ditutup oleh"),
    )  # fmt: skip
    closed_at = models.DateTimeField(_("ditutup"), null=True, blank=True)
    closing_reason = models.CharField(_("alasan"), max_length=280, blank=True, default="")

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("kiriman")
        verbose_name_plural = _("kiriman")
        indexes = [
            # read by the kecamatan page and the boards
            models.Index(fields=["election", "kecamatan", "state"], name="shipment_of_kecamatan"),
        ]
        constraints = [
            models.CheckConstraint(
                name="shipment_region_is_kecamatan",
                condition=Q(kecamatan__length=8)
                & (
                    Q(village__isnull=True)
                    | Q(village__isnull=False, village__length=13, village__startswith=F("kecamatan"))
                ),
                violation_error_message=_("Kiriman milik satu kecamatan dan desa di dalamnya."),
                violation_error_code="village",
            ),
            models.CheckConstraint(
                name="shipment_hop_known",
                condition=Q(hop__in=HopName.values),
                violation_error_message=_("Ruas tidak dikenal."),
                violation_error_code="hop",
            ),
            models.CheckConstraint(
                name="shipment_plan_known",
                condition=Q(plan_in_use__in=["A", "B"]),
                violation_error_message=_("Rencana harus A atau B."),
                violation_error_code="plan_in_use",
            ),
            models.CheckConstraint(
                name="shipment_departed_who_and_when",
                condition=Q(state__in=["rencana", "batal"], departed_by__isnull=True, departed_at__isnull=True)
                | Q(
                    state__in=["berangkat", "tiba", "selesai", "ditolak", "dihentikan", "balik"],
                    departed_by__isnull=False,
                    departed_at__isnull=False,
                ),
                violation_error_message=_("Kiriman yang berangkat menyebut siapa yang menyerahkan dan kapan."),
                violation_error_code="state",
            ),
            models.CheckConstraint(
                name="shipment_arrived_who_and_when",
                condition=Q(arrived_by__isnull=True, arrived_at__isnull=True)
                | Q(
                    arrived_by__isnull=False,
                    arrived_at__isnull=False,
                    departed_at__isnull=False,
                    arrived_at__gte=F("departed_at"),
                ),
                violation_error_message=_("Waktu tiba tidak boleh sebelum waktu berangkat."),
                violation_error_code="arrived_at",
            ),
            models.CheckConstraint(
                name="shipment_closed_who_and_when",
                condition=Q(
                    state__in=["rencana", "berangkat", "tiba", "ditolak", "dihentikan"],
                    closed_by__isnull=True,
                    closed_at__isnull=True,
                )
                | Q(state__in=["selesai", "balik", "batal"], closed_by__isnull=False, closed_at__isnull=False),
                violation_error_message=_("Kiriman yang ditutup menyebut siapa dan kapan."),
                violation_error_code="state",
            ),
            models.CheckConstraint(
                name="shipment_stopped_says_why",
                condition=~Q(state__in=["ditolak", "dihentikan", "batal"]) | ~Q(closing_reason=""),
                violation_error_message=_("Tulis alasannya."),
                violation_error_code="closing_reason",
            ),
            *no_personal_number("shipment", "note", "closing_reason"),
        ]

    def __str__(self) -> str:
        return self.code


class ShipmentLeg(LegFields):
    """A leg of one shipment: who carries, who escorts, when it is planned to leave and arrive and when it did."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="legs", db_index=False)
    carrier = models.CharField(_("pengangkut"), max_length=120, blank=True, default="")
    escort_force = models.CharField(_("pengawal"), max_length=10, choices=Force.choices, blank=True, default="")
    escort_unit = models.CharField(_("satuan pengawal"), max_length=120, blank=True, default="")
    escort_count = models.PositiveSmallIntegerField(_("jumlah pengawal"), null=True, blank=True)
    planned_departure = models.DateTimeField(_("rencana berangkat"), null=True, blank=True)
    planned_arrival = models.DateTimeField(_("rencana tiba"), null=True, blank=True)
    departed_at = models.DateTimeField(_("berangkat"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("tiba"), null=True, blank=True)

    class Meta:
        verbose_name = _("ruas kiriman")
        verbose_name_plural = _("ruas kiriman")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "plan", "position"],
                name="shipmentleg_once",
                violation_error_message=_("Urutan ini sudah terisi."),
            ),
            *leg_constraints("shipmentleg"),
            models.CheckConstraint(
                name="shipmentleg_force_known",
                condition=Q(escort_force__in=["", *Force.values]),
                violation_error_message=_("Pengawal tidak dikenal."),
                violation_error_code="escort_force",
            ),
            models.CheckConstraint(
                name="shipmentleg_planned_in_order",
                condition=Q(planned_departure__isnull=True)
                | Q(planned_arrival__isnull=True)
                | Q(
                    planned_departure__isnull=False,
                    planned_arrival__isnull=False,
                    planned_arrival__gt=F("planned_departure"),
                ),
                violation_error_message=_("Rencana tiba harus sesudah rencana berangkat."),
                violation_error_code="planned_arrival",
            ),
            models.CheckConstraint(
                name="shipmentleg_travelled_in_order",
                condition=Q(arrived_at__isnull=True)
                | Q(arrived_at__isnull=False, departed_at__isnull=False, arrived_at__gte=F("departed_at")),
                violation_error_message=_("Waktu tiba tidak boleh sebelum waktu berangkat."),
                violation_error_code="arrived_at",
            ),
            *no_personal_number("shipmentleg", "origin", "destination", "carrier", "escort_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.plan}{self.position}"


class ShipmentParcel(models.Model):
    """A parcel in the cargo of a shipment, kept after it was handed over. `released_at` null: still bound to it."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="cargo", db_index=False)
    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="journeys")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("paket dalam kiriman")
        verbose_name_plural = _("paket dalam kiriman")
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "parcel"],
                name="shipmentparcel_once",
                violation_error_message=_("Paket TPS ini sudah ada dalam kiriman."),
            ),
            models.UniqueConstraint(
                fields=["parcel"],
                condition=Q(released_at__isnull=True),
                name="shipmentparcel_in_one_open_shipment",
                violation_error_message=_("Paket TPS ini sudah masuk kiriman lain yang belum selesai."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.parcel_id}"


class ShipmentGoods(models.Model):
    """Loose goods in the cargo of a shipment."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="goods", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False, verbose_name=_("barang"))
    contest = contest_field()
    quantity = models.IntegerField(_("jumlah"))

    class Meta:
        verbose_name = _("barang lepas dalam kiriman")
        verbose_name_plural = _("barang lepas dalam kiriman")
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "item", "contest"],
                name="shipmentgoods_once",
                violation_error_message=_("Barang ini sudah ada dalam kiriman."),
            ),
            models.CheckConstraint(
                name="shipmentgoods_quantity_positive",
                condition=Q(quantity__gt=0),
                violation_error_message=_("Jumlah harus lebih dari nol."),
                violation_error_code="quantity",
            ),
            models.CheckConstraint(
                name="shipmentgoods_contest_known",
                condition=CONTEST_KNOWN,
                violation_error_message=CONTEST_SENTENCE,
                violation_error_code="contest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.item_id}"
