"""The ledger: places, documents, movements and the balances that the database keeps from them.

Every unit is in exactly one place. A movement takes it from one and puts it in another; only an order (`Document.ORDER`
lines without `from_place`) brings units into the world, at the supplier. Movements are append-only: a mistake is undone
by a counter-movement. Balances are written by a trigger alone (migration `0002_ledger`), never by the application.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet
from districts.models import Contest, Election, Region
from districts.reports.fields import no_personal_number
from logistics.models.items import Item


def contest_field(**options: object) -> models.CharField:
    """Which contest goods belong to; empty for an item that is not counted per contest."""
    return models.CharField(
        _("jenis pemilihan"),
        max_length=8,
        choices=Contest.Kind.choices,
        blank=True,
        default="",
        **options,  # type: ignore[arg-type]
    )


CONTEST_KNOWN = Q(contest__in=["", "gubernur", "bupati", "walikota"])
CONTEST_SENTENCE = _("Jenis pemilihan tidak dikenal.")


class PlaceKind(models.TextChoices):
    """Where units can be (DOMAIN 3.4). What a sealed parcel holds is in `PARCEL` wherever the parcel itself is."""

    SUPPLIER = "penyedia", _("Penyedia")
    SORTING = "sortir", _("Sortir-lipat")
    WAREHOUSE = "gudang", _("Gudang KPU")
    DAMAGED = "rusak", _("Rusak")
    REPLACEMENT = "pengganti", _("Pengganti di perjalanan")
    RESERVE = "cadangan", _("Cadangan PSU di KPU")
    PARCEL = "paket", _("Paket TPS")
    TRANSIT = "jalan", _("Di perjalanan")
    PPK = "ppk", _("PPK (kecamatan)")
    PPS = "pps", _("PPS (desa)")
    USED = "dipakai", _("Terpakai")
    RETURNED = "kembali", _("Dikembalikan")
    DESTROYED = "musnah", _("Dimusnahkan")
    MISSING = "hilang", _("Hilang, dengan berita acara")


#: Kinds that belong to no region: the parcel of a TPS and the cargo of a shipment.
MOVING_KINDS = (PlaceKind.PARCEL, PlaceKind.TRANSIT)


class PlaceQuerySet(ScopedQuerySet):
    region_field = "region_id"


class Place(models.Model):
    """One account of the ledger: a kind of place in a region (regency, kecamatan or desa), a parcel or a shipment."""

    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("tempat"), max_length=10, choices=PlaceKind.choices)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("wilayah")
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("tempat")
        verbose_name_plural = _("tempat")
        constraints = [
            # serves the lookup of an account by region and kind too
            models.UniqueConstraint(
                fields=["election", "region", "kind"],
                condition=Q(region__isnull=False),
                name="place_once",
                violation_error_message=_("Tempat ini sudah ada."),
            ),
            models.CheckConstraint(
                name="place_kind_fits_region",
                condition=Q(kind__in=["paket", "jalan"], region__isnull=True)
                | Q(
                    kind__in=["penyedia", "sortir", "gudang", "pengganti", "cadangan", "musnah", "dipakai", "kembali"],
                    region__isnull=False,
                    region__length=5,
                )
                | Q(kind__in=["rusak", "hilang"], region__isnull=False, region__length__in=[5, 8])
                | Q(kind="ppk", region__isnull=False, region__length=8)
                | Q(kind="pps", region__isnull=False, region__length=13),
                violation_error_message=_("Tempat ini tidak sesuai dengan tingkat wilayahnya."),
                violation_error_code="region",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.region_id or ''}".strip()


class DocumentKind(models.TextChoices):
    """What a set of movements rests on, DOMAIN 3.5."""

    RECEIPT = "terima", _("Surat jalan dan BA serah terima penyedia")
    SORTING = "sortir", _("BA hasil sortir dan lipat")
    REPLACEMENT = "pengganti", _("BA penggantian")
    RESERVE = "cadangan", _("Penyisihan cadangan PSU")
    PACKING = "kemas", _("Pengepakan per TPS")
    UNPACKING = "bongkar", _("Pembukaan paket TPS")
    DISPATCH = "kirim", _("Surat jalan kiriman")
    HANDOVER = "serah", _("BA serah terima")
    TAKE_BACK = "balik", _("Penerimaan kembali kiriman")
    USE = "rekon", _("Rekonsiliasi surat suara")
    DESTRUCTION = "musnah", _("BA pemusnahan")
    CORRECTION = "koreksi", _("Koreksi")
    IMPORT = "impor", _("Impor berkas KPU")


class DocumentQuerySet(ScopedQuerySet):
    region_field = "regency_id"


class Document(models.Model):
    """One act on the ledger: who, when, on what paper. Its movements and parcel moves are written with it or not at all.

    `happened_at` is what the person says, `recorded_at` what the server's clock said. The client key makes an act that
    was sent twice one act.
    """

    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("dokumen"), max_length=9, choices=DocumentKind.choices)
    number = models.CharField(_("nomor"), max_length=60, blank=True, default="")
    regency = models.ForeignKey(
        Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("kabupaten/kota")
    )
    kecamatan = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("kecamatan")
    )
    happened_at = models.DateTimeField(_("waktu"))
    recorded_at = models.DateTimeField(_("dicatat"), db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("oleh")
    )
    note = models.CharField(_("catatan"), max_length=280, blank=True, default="")
    client_key = models.UUIDField(unique=True, default=uuid.uuid4)
    # SHA-256 of what the form said; empty where another form sent with the same key cannot be taken for it
    said = models.CharField(max_length=64, editable=False, db_default="")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("dokumen logistik")
        verbose_name_plural = _("dokumen logistik")
        indexes = [
            # read by the readiness source (newest act of a regency) and by the list of a regency's documents
            models.Index(fields=["election", "regency", "recorded_at"], name="document_of_regency"),
        ]
        constraints = [
            models.CheckConstraint(
                name="document_kind_known",
                condition=Q(kind__in=DocumentKind.values),
                violation_error_message=_("Macam dokumen tidak dikenal."),
                violation_error_code="kind",
            ),
            models.CheckConstraint(
                name="document_regency_is_regency",
                condition=Q(regency__length=5),
                violation_error_message=_("Dokumen milik satu kabupaten atau kota."),
                violation_error_code="regency",
            ),
            models.CheckConstraint(
                name="document_kecamatan_in_regency",
                condition=Q(kecamatan__isnull=True)
                | Q(kecamatan__isnull=False, kecamatan__length=8, kecamatan__startswith=F("regency")),
                violation_error_message=_("Kecamatan harus di kabupaten atau kota dokumen ini."),
                violation_error_code="kecamatan",
            ),
            models.CheckConstraint(
                name="document_correction_says_why",
                condition=~Q(kind="koreksi") | ~Q(note=""),
                violation_error_message=_("Tulis alasan koreksi."),
                violation_error_code="note",
            ),
            *no_personal_number("document", "note"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()


class Movement(models.Model):
    """`quantity` units of an item that left one place for another. Append-only.

    `from_place` null: units that came into being, ordered from a supplier. `corrects`: the movement this one takes back,
    wholly or in part; it runs the other way.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="movements")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False, verbose_name=_("barang"))
    contest = contest_field()
    quantity = models.IntegerField(_("jumlah"))
    from_place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("dari")
    )
    to_place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("ke"))
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", db_index=False,
        verbose_name=_("mengoreksi"),
    )  # fmt: skip
    recorded_at = models.DateTimeField(_("dicatat"), db_default=Now())

    class Meta:
        verbose_name = _("perpindahan barang")
        verbose_name_plural = _("perpindahan barang")
        indexes = [
            # the two halves of a stock card: what left and what came to a place
            models.Index(fields=["from_place", "item", "contest"], name="movement_out"),
            models.Index(fields=["to_place", "item", "contest"], name="movement_in"),
            # read by the readiness source of a past moment: what came after it
            models.Index(fields=["recorded_at"], name="movement_recorded"),
            # read by the trigger that bounds corrections
            models.Index(fields=["corrects"], condition=Q(corrects__isnull=False), name="movement_corrects"),
        ]
        constraints = [
            models.CheckConstraint(
                name="movement_quantity_positive",
                condition=Q(quantity__gt=0),
                violation_error_message=_("Jumlah harus lebih dari nol."),
                violation_error_code="quantity",
            ),
            models.CheckConstraint(
                name="movement_changes_place",
                condition=Q(from_place__isnull=True) | Q(from_place__isnull=False) & ~Q(from_place=F("to_place")),
                violation_error_message=_("Barang harus berpindah ke tempat lain."),
                violation_error_code="to_place",
            ),
            models.CheckConstraint(
                name="movement_contest_known",
                condition=CONTEST_KNOWN,
                violation_error_message=CONTEST_SENTENCE,
                violation_error_code="contest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.item_id} {self.contest}".strip()


class Balance(models.Model):
    """What is in a place now. Kept by the trigger on movements; the application only reads it."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="balances", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False)
    contest = contest_field()
    quantity = models.IntegerField(_("jumlah"))

    class Meta:
        verbose_name = _("stok")
        verbose_name_plural = _("stok")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "item", "contest"],
                name="balance_once",
                violation_error_message=_("Stok ini sudah ada."),
            ),
            models.CheckConstraint(
                name="balance_not_negative",
                condition=Q(quantity__gte=0),
                violation_error_message=_("Yang dipindahkan melebihi yang ada di tempat asalnya."),
                violation_error_code="quantity",
            ),
            models.CheckConstraint(
                name="balance_contest_known",
                condition=CONTEST_KNOWN,
                violation_error_message=CONTEST_SENTENCE,
                violation_error_code="contest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.item_id} {self.quantity}"
