"""Regions by their official code, and the polling stations under them."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Length, Now, Replace, Upper
from django.db.models.lookups import StartsWith
from django.utils.translation import gettext_lazy as _

from districts.access import RegionQuerySet
from districts.weeks import ZONES

# A CHECK lets a row pass when its condition is unknown: a condition on a column that may be null says so itself.
# Constraints speak of `region__length`: the length of a code is its level.
models.CharField.register_lookup(Length)
models.ForeignKey.register_lookup(Length)
# Scope asks `kecamatan_id__startswith` of the column itself, without a join.
models.ForeignKey.register_lookup(StartsWith)

#: Kepmendagri 300.2.2-2430/2025 [S01]; 7th digit 1 = kelurahan, 2 = desa, 3 = desa adat.
CODE_PATTERN = r"^\d{2}(\.\d{2}(\.\d{2}(\.[123]\d{3})?)?)?$"


class RegionLevel(models.IntegerChoices):
    PROVINCE = 1, _("Provinsi")
    REGENCY = 2, _("Kabupaten/kota")
    KECAMATAN = 3, _("Kecamatan")
    VILLAGE = 4, _("Desa/kelurahan")


#: Lengths of the codes of a regency and of a kecamatan.
REGENCY_LENGTH = 5
KECAMATAN_LENGTH = 8


def without_kabupaten(name: str) -> str:
    """The name as people say it: *Kutai Timur*; *Kota* stays, since regency and city may share a name."""
    return name.removeprefix("Kabupaten ")


class Region(models.Model):
    """A province, regency, kecamatan or village. The code is the path: a subtree is a prefix range on the key."""

    code = models.CharField(_("kode"), primary_key=True, max_length=13, db_collation="C")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", db_index=False, verbose_name=_("induk")
    )
    name = models.CharField(_("nama"), max_length=80)
    latitude = models.FloatField(_("lintang"), null=True, blank=True)
    longitude = models.FloatField(_("bujur"), null=True, blank=True)
    time_zone = models.CharField(_("zona waktu"), max_length=20, choices=list(ZONES.items()))
    tile_row = models.SmallIntegerField(
        _("baris petak"), null=True, blank=True, help_text=_("baris di peta petak induknya, dari 0")
    )
    tile_column = models.SmallIntegerField(
        _("kolom petak"), null=True, blank=True, help_text=_("kolom di peta petak induknya, dari 0")
    )
    # 2, 5, 8, 13 characters are level 1, 2, 3, 4
    level = models.GeneratedField(
        expression=(Length("code") + 1) / 3,
        output_field=models.SmallIntegerField(choices=RegionLevel.choices),
        verbose_name=_("tingkat"),
        db_persist=True,
    )
    digits = models.GeneratedField(
        expression=Replace("code", models.Value(".")), output_field=models.CharField(max_length=10), db_persist=True
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("wilayah")
        verbose_name_plural = _("wilayah")
        ordering = ["code"]
        indexes = [
            # read by the search box: name contains
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="region_name_trgm"),
            # read by every list of children
            models.Index(fields=["parent", "code"], name="region_parent"),
            # read by the roll-up and nation-wide lists of kecamatan
            models.Index(fields=["level", "code"], name="region_level"),
            # read by SMS and by people who type the code without dots
            models.Index(fields=["digits"], name="region_digits"),
        ]
        constraints = [
            models.CheckConstraint(
                name="region_code_form",
                condition=Q(code__regex=CODE_PATTERN),
                violation_error_message=_("Kode wilayah harus seperti 64, 64.08, 64.08.11 atau 64.08.11.2001."),
                violation_error_code="code",
            ),
            models.CheckConstraint(
                name="region_parent_is_prefix",
                condition=Q(parent__isnull=True, code__length=2)
                | Q(parent__isnull=False, parent=Left("code", Length("code") - 3), code__length__lte=8)
                | Q(parent__isnull=False, parent=Left("code", 8), code__length=13),
                violation_error_message=_("Induk wilayah harus sesuai dengan kodenya."),
                violation_error_code="parent",
            ),
            models.CheckConstraint(
                name="region_time_zone_known",
                condition=Q(time_zone__in=list(ZONES)),
                violation_error_message=_("Zona waktu harus WIB, WITA atau WIT."),
                violation_error_code="time_zone",
            ),
            models.CheckConstraint(
                name="region_point_in_indonesia",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-12, 7),
                    longitude__range=(94, 142),
                ),
                violation_error_message=_("Titik harus di dalam Indonesia: lintang -12..7, bujur 94..142."),
                violation_error_code="latitude",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def short_name(self) -> str:
        """The name without *Kabupaten*; *Kota* stays, since regency and city may share a name."""
        return without_kabupaten(self.name)

    @property
    def ancestor_codes(self) -> list[str]:
        """Codes above this one, province first."""
        return [self.code[:length] for length in (2, 5, 8) if length < len(self.code)]


class AccessMode(models.TextChoices):
    """How a place is reached, DOMAIN 3.4."""

    LAND = "darat", _("Darat")
    RIVER = "sungai", _("Sungai")
    SEA = "laut", _("Laut")
    AIR = "udara", _("Udara")
    FOOT = "jalan_kaki", _("Jalan kaki")


class Signal(models.IntegerChoices):
    """Best mobile coverage, DOMAIN 5.3 "Telecom"."""

    NONE = 0, _("Tidak ada sinyal")
    G2 = 2, "2G"
    G3 = 3, "3G"
    G4 = 4, "4G"


class PowerSource(models.TextChoices):
    GRID = "pln", _("PLN")
    GENERATOR = "genset", _("Genset")
    SOLAR = "surya", _("Tenaga surya")
    NONE = "tidak_ada", _("Tidak ada listrik")


class KecamatanProfile(models.Model):
    """What the Desk knows of a kecamatan that the registry does not."""

    class Handover(models.TextChoices):
        EVE = "H-1", _("H-1 ke TPS")
        MORNING = "H pagi", _("H pagi di PPS")

    region = models.OneToOneField(
        Region, models.CASCADE, primary_key=True, related_name="profile", verbose_name=_("kecamatan")
    )
    is_hard = models.BooleanField(
        _("kecamatan sulit"), default=False, help_text=_("tenggat logistik sehari lebih awal")
    )
    # DOMAIN 0.2 item 10: Mahulu and Buleleng hand over on the morning of H [S11][S54]
    kpps_handover = models.CharField(_("serah ke KPPS"), max_length=8, choices=Handover.choices, default=Handover.EVE)
    pledge_total = models.PositiveIntegerField(
        _("wajib ikrar"), null=True, blank=True, help_text=_("ASN kecamatan + kepala desa + perangkat desa")
    )

    class Meta:
        verbose_name = _("profil kecamatan")
        verbose_name_plural = _("profil kecamatan")
        constraints = [
            models.CheckConstraint(
                name="kecamatanprofile_region_is_kecamatan",
                condition=Q(region__length=8),
                violation_error_message=_("Profil ini hanya untuk kecamatan."),
                violation_error_code="region",
            ),
            models.CheckConstraint(
                name="kecamatanprofile_handover_known",
                condition=Q(kpps_handover__in=["H-1", "H pagi"]),
                violation_error_message=_("Serah ke KPPS harus H-1 atau H pagi."),
                violation_error_code="kpps_handover",
            ),
        ]

    def __str__(self) -> str:
        return self.region_id


class VillageProfile(models.Model):
    """Access and telecom of a village office, as a register of Diskominfo and the camat. Null means not known."""

    region = models.OneToOneField(
        Region, models.CASCADE, primary_key=True, related_name="village_profile", verbose_name=_("desa/kelurahan")
    )
    access_mode = models.CharField(_("akses"), max_length=12, choices=AccessMode.choices, blank=True, default="")
    signal = models.SmallIntegerField(_("sinyal"), choices=Signal.choices, null=True, blank=True)
    has_alternative_route = models.BooleanField(_("ada rute alternatif"), null=True, blank=True)
    has_backup_device = models.BooleanField(_("ada perangkat cadangan (Starlink/VSAT/HT)"), null=True, blank=True)
    office_mbps = models.DecimalField(_("Mbps kantor desa"), max_digits=6, decimal_places=1, null=True, blank=True)
    office_tested_on = models.DateField(_("tanggal uji"), null=True, blank=True)
    updated_at = models.DateTimeField(_("diperbarui"), auto_now=True)

    class Meta:
        verbose_name = _("profil desa")
        verbose_name_plural = _("profil desa")
        constraints = [
            models.CheckConstraint(
                name="villageprofile_region_is_village",
                condition=Q(region__length=13),
                violation_error_message=_("Profil ini hanya untuk desa atau kelurahan."),
                violation_error_code="region",
            ),
            models.CheckConstraint(
                name="villageprofile_access_known",
                condition=Q(access_mode__in=["", *AccessMode.values]),
                violation_error_message=_("Akses tidak dikenal."),
                violation_error_code="access_mode",
            ),
            models.CheckConstraint(
                name="villageprofile_signal_known",
                condition=Q(signal__isnull=True) | Q(signal__in=Signal.values),
                violation_error_message=_("Sinyal tidak dikenal."),
                violation_error_code="signal",
            ),
            models.CheckConstraint(
                name="villageprofile_test_has_both",
                condition=Q(office_mbps__isnull=True, office_tested_on__isnull=True)
                | Q(office_mbps__isnull=False, office_mbps__range=(0, 1000), office_tested_on__isnull=False),
                violation_error_message=_("Hasil uji internet (0-1000 Mbps) dan tanggalnya diisi bersama."),
                violation_error_code="office_mbps",
            ),
        ]

    def __str__(self) -> str:
        return self.region_id


class RiskCategory(models.TextChoices):
    """Polri's categories of polling stations, DOMAIN 5.3."""

    LOW = "kurang_rawan", _("Kurang rawan")
    MEDIUM = "rawan", _("Rawan")
    HIGH = "sangat_rawan", _("Sangat rawan")


class PollingStation(models.Model):
    """A TPS. Its public code is the village code and a number of three digits: `64.08.11.2001-005` [P]."""

    class Kind(models.TextChoices):
        REGULAR = "reguler", _("Reguler")
        SPECIAL = "khusus", _("Lokasi khusus")

    village = models.ForeignKey(
        Region, models.PROTECT, related_name="polling_stations", db_index=False, verbose_name=_("desa/kelurahan")
    )
    number = models.PositiveSmallIntegerField(_("nomor"))
    kind = models.CharField(_("jenis"), max_length=8, choices=Kind.choices, default=Kind.REGULAR)
    voters_male = models.PositiveIntegerField(_("pemilih laki-laki"), null=True, blank=True)
    voters_female = models.PositiveIntegerField(_("pemilih perempuan"), null=True, blank=True)
    voters = models.GeneratedField(
        expression=F("voters_male") + F("voters_female"),
        output_field=models.IntegerField(null=True),
        verbose_name=_("pemilih"),
        db_persist=True,
    )
    is_estimate = models.BooleanField(_("estimasi"), default=False, help_text=_("ESTIMASI, bukan data KPU"))
    access_mode = models.CharField(_("akses"), max_length=12, choices=AccessMode.choices, blank=True, default="")
    signal = models.SmallIntegerField(_("sinyal"), choices=Signal.choices, null=True, blank=True)
    power = models.CharField(_("listrik"), max_length=12, choices=PowerSource.choices, blank=True, default="")
    police_category = models.CharField(
        _("kategori Polri"), max_length=14, choices=RiskCategory.choices, blank=True, default=""
    )
    has_alternative_site = models.BooleanField(_("ada lokasi alternatif"), null=True, blank=True)
    updated_at = models.DateTimeField(_("diperbarui"), db_default=Now())
    kecamatan_code = models.GeneratedField(
        expression=Left("village_id", 8),
        output_field=models.CharField(max_length=13, db_collation="C"),
        db_persist=True,
    )

    class Meta:
        verbose_name = "TPS"
        verbose_name_plural = "TPS"
        ordering = ["village", "number"]
        indexes = [
            # read by the roll-up (totals of some kecamatan) without touching the table
            models.Index(fields=["kecamatan_code"], include=["voters"], name="pollingstation_kecamatan"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "number"],
                name="pollingstation_number_once",
                violation_error_message=_("Nomor TPS ini sudah ada di desa itu."),
            ),
            models.CheckConstraint(
                name="pollingstation_in_village",
                condition=Q(village__length=13),
                violation_error_message=_("TPS harus berada di desa atau kelurahan."),
                violation_error_code="village",
            ),
            models.CheckConstraint(
                name="pollingstation_number_range",
                condition=Q(number__range=(1, 999)),
                violation_error_message=_("Nomor TPS antara 1 dan 999."),
                violation_error_code="number",
            ),
            # the law allows 800 voters a TPS [S35]; a special location may hold more, so the bound only stops typing errors
            models.CheckConstraint(
                name="pollingstation_voters_plausible",
                condition=Q(voters_male__isnull=True, voters_female__isnull=True)
                | Q(
                    voters_male__isnull=False,
                    voters_female__isnull=False,
                    voters_male__range=(0, 5000),
                    voters_female__range=(0, 5000),
                ),
                violation_error_message=_(
                    "Pemilih laki-laki dan perempuan diisi bersama, masing-masing 0 sampai 5000."
                ),
                violation_error_code="voters_male",
            ),
            models.CheckConstraint(
                name="pollingstation_kind_known",
                condition=Q(kind__in=["reguler", "khusus"]),
                violation_error_message=_("Jenis TPS harus reguler atau khusus."),
                violation_error_code="kind",
            ),
            models.CheckConstraint(
                name="pollingstation_access_known",
                condition=Q(access_mode__in=["", *AccessMode.values]),
                violation_error_message=_("Akses tidak dikenal."),
                violation_error_code="access_mode",
            ),
            models.CheckConstraint(
                name="pollingstation_signal_known",
                condition=Q(signal__isnull=True) | Q(signal__in=Signal.values),
                violation_error_message=_("Sinyal tidak dikenal."),
                violation_error_code="signal",
            ),
            models.CheckConstraint(
                name="pollingstation_power_known",
                condition=Q(power__in=["", *PowerSource.values]),
                violation_error_message=_("Sumber listrik tidak dikenal."),
                violation_error_code="power",
            ),
            models.CheckConstraint(
                name="pollingstation_category_known",
                condition=Q(police_category__in=["", *RiskCategory.values]),
                violation_error_message=_("Kategori Polri tidak dikenal."),
                violation_error_code="police_category",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return f"{self.village_id}-{self.number:03d}"


class RiskIndicator(models.Model):
    """One of Bawaslu's 26 TPS-rawan indicators in 8 variables, DOMAIN 5.5."""

    code = models.CharField(_("kode"), primary_key=True, max_length=4)
    variable = models.CharField(_("variabel"), max_length=40)
    name = models.CharField(_("indikator"), max_length=120)
    # our rank [P], DOMAIN 5.5: one alone makes "sangat rawan" / "rawan"
    alone_high = models.BooleanField(_("sendiri = sangat rawan"), default=False)
    alone_medium = models.BooleanField(_("sendiri = rawan"), default=False)

    class Meta:
        verbose_name = _("indikator TPS rawan")
        verbose_name_plural = _("indikator TPS rawan")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PollingStationRisk(models.Model):
    """An indicator that holds for a TPS, what is done about it and by whom."""

    polling_station = models.ForeignKey(PollingStation, models.CASCADE, related_name="risks", db_index=False)
    indicator = models.ForeignKey(RiskIndicator, models.PROTECT, related_name="+", verbose_name=_("indikator"))
    note = models.CharField(_("catatan"), max_length=280, blank=True, default="")
    mitigation = models.CharField(_("mitigasi"), max_length=280, blank=True, default="")
    owner = models.ForeignKey(
        "districts.Agency", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("penanggung jawab")
    )
    updated_at = models.DateTimeField(_("diperbarui"), db_default=Now())

    class Meta:
        verbose_name = _("kerawanan TPS")
        verbose_name_plural = _("kerawanan TPS")
        constraints = [
            models.UniqueConstraint(
                fields=["polling_station", "indicator"],
                name="pollingstationrisk_once",
                violation_error_message=_("Indikator ini sudah dicatat untuk TPS itu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.polling_station_id} {self.indicator_id}"
