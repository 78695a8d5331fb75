"""The weekly form, DOMAIN 7.2, declared once: the table's constraints, the form, its sections and its hints come from here.

`H-window`: a field is due when `h_minus <= due_from` (and `h_minus >= due_until` where set). Outside its window it may
be given but is not asked for. `upper` bounds a number by a constant, another column, or a multiple of one.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

ALWAYS = 10_000  # due on every day of the season


class Kind(StrEnum):
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    CODES = "codes"  # several of a list
    VILLAGES = "villages"  # several of the kecamatan's villages
    DATE = "date"
    TEXT = "text"


class Carry(StrEnum):
    """What last report's answer means for the next one."""

    STANDING = "standing"  # a state that lasts: prefilled, and copied by "tidak ada perubahan"
    WEEKLY = "weekly"  # counts what happened since: empty, and 0 by "tidak ada perubahan"
    ANEW = "anew"  # asked anew each time, never carried over


class Condition(models.TextChoices):
    CALM = "kondusif", _("Kondusif")
    ALERT = "waspada", _("Waspada")
    DISTURBED = "gangguan", _("Gangguan")


class Help(models.TextChoices):
    """butuh_bantuan; SMS codes TD TA TU PR IN GS KS LG LN (DOMAIN 7.3)."""

    LAND = "TD", _("Transport darat")
    WATER = "TA", _("Transport air")
    AIR = "TU", _("Transport udara")
    PERSONNEL = "PR", _("Personel")
    INTERNET = "IN", _("Internet")
    GENERATOR = "GS", _("Genset")
    HEALTH = "KS", _("Kesehatan")
    LOGISTICS = "LG", _("Logistik kurang")
    OTHER = "LN", _("Lainnya")


class LogisticsProblem(models.TextChoices):
    """lg_kendala, codes LX of DOMAIN 7.3."""

    SHORT = "KR", _("Kurang")
    SURPLUS = "LB", _("Lebih")
    DAMAGED = "RS", _("Rusak/basah")
    SWAPPED = "TK", _("Tertukar")
    SEAL = "SG", _("Segel rusak")
    WEATHER = "CU", _("Cuaca")
    ROAD = "JL", _("Jalan putus")
    VEHICLE = "KD", _("Kendaraan")
    NOT_ARRIVED = "BD", _("Belum datang")


class Disaster(models.TextChoices):
    """bencana, codes W of DOMAIN 7.3."""

    FLOOD = "BJ", _("Banjir")
    LANDSLIDE = "LS", _("Longsor")
    FIRE = "KB", _("Kebakaran")
    WAVES = "GLB", _("Gelombang tinggi")
    SMOKE = "AS", _("Asap")
    NONE = "NO", _("Tidak ada")


SECTIONS: dict[str, object] = {
    "ringkasan": _("Ringkasan"),
    "logistik": _("Logistik"),
    "adhoc": _("Badan ad hoc"),
    "pemilih": _("Pemilih"),
    "keamanan": _("Keamanan"),
    "telekom": _("Telekomunikasi dan listrik"),
    "sosialisasi": _("Sosialisasi"),
    "akses": _("Akses, cuaca, kesehatan"),
    "kampanye": _("Isu kampanye"),
}


@dataclass(frozen=True, slots=True)
class ReportField:
    """One line of the form. `code` is the name in DOMAIN 7.2, `sms` its key in the SMS grammar of 7.3.

    `cumulative` numbers must not fall without a reason. `critical` ones are asked again even when nothing changed:
    they feed the critical indicators (LOG-06/07/08, ADH-02, KAM-01, TEL-01).
    """

    name: str
    code: str
    section: str
    label: object
    kind: Kind = Kind.INTEGER
    due_from: int | None = ALWAYS  # None: never required
    due_until: int | None = None
    upper: int | str | None = None  # 9999, "tps_total", "7*tps_total", "tps_at_ppk"
    unit: object = ""
    choices: type[models.TextChoices] | None = None
    cumulative: bool = False
    critical: bool = False
    carry: Carry = Carry.STANDING
    sms: str = ""

    def is_due(self, h_minus: int) -> bool:
        """Whether the field must be answered in a report that is due at H-`h_minus`."""
        if self.due_from is None or h_minus > self.due_from:
            return False
        return self.due_until is None or h_minus >= self.due_until

    def upper_expression(self) -> "F | models.expressions.CombinedExpression | int | None":
        """The bound as an ORM expression over the report's own row."""
        if not isinstance(self.upper, str):
            return self.upper
        factor, _sign, column = self.upper.rpartition("*")
        return F(column) * int(factor) if factor else F(column)


TPS = _("TPS")
PEOPLE = _("orang")

FIELDS: tuple[ReportField, ...] = (
    ReportField(
        "general_condition",
        "status_umum",
        "ringkasan",
        _("Kondisi umum"),
        Kind.CHOICE,
        choices=Condition,
        sms="S",
        carry=Carry.ANEW,
    ),
    ReportField("has_obstacle", "ada_kendala", "ringkasan", _("Ada kendala?"), Kind.BOOLEAN, sms="Q", carry=Carry.ANEW),
    ReportField(
        "summary",
        "ringkasan",
        "ringkasan",
        _("Ringkasan singkat"),
        Kind.TEXT,
        due_from=None,
        upper=280,
        carry=Carry.ANEW,
    ),
    ReportField(
        "help_needed",
        "butuh_bantuan",
        "ringkasan",
        _("Bantuan dibutuhkan"),
        Kind.CODES,
        due_from=None,
        choices=Help,
        sms="B",
        carry=Carry.ANEW,
    ),
    ReportField(
        "warehouse_dry", "lg_gudang", "logistik", _("Gudang PPK (kecamatan) kering"), Kind.BOOLEAN, due_from=21, sms="G"
    ),
    ReportField("warehouse_locked", "lg_gudang", "logistik", _("Gudang terkunci"), Kind.BOOLEAN, due_from=21, sms="G"),
    ReportField("warehouse_guarded", "lg_gudang", "logistik", _("Gudang dijaga"), Kind.BOOLEAN, due_from=21, sms="G"),
    ReportField("warehouse_lit", "lg_gudang", "logistik", _("Gudang terang/CCTV"), Kind.BOOLEAN, due_from=21, sms="G"),
    ReportField(
        "warehouse_flood_safe", "lg_gudang", "logistik", _("Gudang aman banjir"), Kind.BOOLEAN, due_from=21, sms="G"
    ),
    ReportField(
        "tps_route_final",
        "lg_tps_rute",
        "logistik",
        _("TPS dengan rute dan moda pasti"),
        due_from=21,
        upper="tps_total",
        unit=TPS,
        cumulative=True,
        sms="R",
    ),
    ReportField(
        "tps_at_ppk",
        "lg_ppk",
        "logistik",
        _("TPS yang logistiknya sudah tiba di PPK (kecamatan)"),
        due_from=7,
        upper="tps_total",
        unit=TPS,
        cumulative=True,
        critical=True,
        sms="LK",
    ),
    ReportField(
        "tps_at_pps",
        "lg_pps",
        "logistik",
        _("TPS yang logistiknya sudah tiba di desa (PPS)"),
        due_from=4,
        upper="tps_at_ppk",
        unit=TPS,
        cumulative=True,
        critical=True,
        sms="LP",
    ),
    ReportField(
        "tps_at_kpps",
        "lg_tps",
        "logistik",
        _("TPS yang logistiknya sudah diterima KPPS"),
        due_from=2,
        upper="tps_at_pps",
        unit=TPS,
        cumulative=True,
        critical=True,
        sms="LT",
    ),
    ReportField(
        "logistics_problems",
        "lg_kendala",
        "logistik",
        _("Jenis kendala logistik"),
        Kind.CODES,
        due_from=None,
        choices=LogisticsProblem,
        sms="LX",
        carry=Carry.ANEW,
    ),
    ReportField(
        "kpps_filled", "kpps_ada", "adhoc", _("KPPS terisi"), upper="7*tps_total", unit=PEOPLE, cumulative=True, sms="K"
    ),
    ReportField(
        "kpps_trained",
        "kpps_bimtek",
        "adhoc",
        _("KPPS sudah bimtek"),
        due_from=20,
        upper="kpps_filled",
        unit=PEOPLE,
        cumulative=True,
        critical=True,
        sms="KB",
    ),
    ReportField(
        "ptps_filled",
        "ptps",
        "adhoc",
        _("Pengawas TPS terisi"),
        due_from=21,
        upper="tps_total",
        unit=PEOPLE,
        cumulative=True,
        sms="PT",
    ),
    ReportField(
        "notices_delivered",
        "c_pemberitahuan",
        "pemilih",
        _("C.Pemberitahuan tersampaikan"),
        due_from=10,
        upper="voters_total",
        unit=_("lembar"),
        cumulative=True,
        sms="CP",
    ),
    ReportField(
        "voters_duplicate",
        "dp_masalah",
        "pemilih",
        _("Masalah baru: pemilih ganda"),
        unit=PEOPLE,
        upper=99_999,
        sms="D",
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "voters_ineligible",
        "dp_masalah",
        "pemilih",
        _("Masalah baru: tidak memenuhi syarat (TMS)"),
        unit=PEOPLE,
        upper=99_999,
        sms="D",
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "voters_unlisted",
        "dp_masalah",
        "pemilih",
        _("Masalah baru: belum terdaftar"),
        unit=PEOPLE,
        upper=99_999,
        sms="D",
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "personnel_polri",
        "pam_polri",
        "keamanan",
        _("Polri bertugas di kecamatan"),
        upper=9999,
        unit=PEOPLE,
        critical=True,
        sms="P",
    ),
    ReportField("personnel_tni", "pam_tni", "keamanan", _("TNI bertugas"), upper=9999, unit=PEOPLE, sms="P"),
    ReportField(
        "personnel_satpol_pp", "pam_satpolpp", "keamanan", _("Satpol PP bertugas"), upper=9999, unit=PEOPLE, sms="P"
    ),
    ReportField("personnel_linmas", "pam_linmas", "keamanan", _("Linmas bertugas"), upper=9999, unit=PEOPLE, sms="P"),
    ReportField("personnel_damkar", "pam_damkar", "keamanan", _("Damkar bertugas"), upper=9999, unit=PEOPLE, sms="P"),
    ReportField(
        "linmas_trained",
        "linmas_latih",
        "keamanan",
        _("Linmas TPS sudah dilatih"),
        upper="2*tps_total",
        unit=PEOPLE,
        cumulative=True,
        sms="LL",
    ),
    ReportField(
        "security_events",
        "kejadian",
        "keamanan",
        _("Kejadian keamanan minggu ini"),
        upper=99,
        unit=_("kejadian"),
        sms="X",
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "blankspot_villages",
        "blankspot_desa",
        "telekom",
        _("Desa blankspot (tak ada sinyal di kantor desa/TPS)"),
        Kind.VILLAGES,
        sms="BL",
    ),
    ReportField(
        "tps_line_tested",
        "tps_jalur",
        "telekom",
        _("TPS dengan jalur lapor teruji"),
        upper="tps_total",
        unit=TPS,
        cumulative=True,
        critical=True,
        sms="TJ",
    ),
    ReportField(
        "office_mbps",
        "mbps",
        "telekom",
        _("Hasil uji internet kantor camat (Mbps turun)"),
        Kind.DECIMAL,
        due_from=None,
        upper=1000,
        unit="Mbps",
        sms="M",
        carry=Carry.ANEW,
    ),
    ReportField(
        "tps_without_power",
        "tps_tanpa_listrik",
        "telekom",
        _("TPS tanpa listrik"),
        upper="tps_total",
        unit=TPS,
        sms="E",
    ),
    ReportField(
        "tps_with_backup_power",
        "tps_tanpa_listrik",
        "telekom",
        _("TPS tanpa listrik yang sudah ada genset"),
        upper="tps_without_power",
        unit=TPS,
        sms="E",
    ),
    ReportField(
        "outreach_stages",
        "sos_keg",
        "sosialisasi",
        _("Kegiatan minggu ini: tahapan"),
        upper=999,
        unit=_("kegiatan"),
        sms="SO",
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "outreach_neutrality",
        "sos_keg",
        "sosialisasi",
        _("Kegiatan minggu ini: netralitas"),
        upper=999,
        unit=_("kegiatan"),
        sms="SO",
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "outreach_peace",
        "sos_keg",
        "sosialisasi",
        _("Kegiatan minggu ini: pilkada damai"),
        upper=999,
        unit=_("kegiatan"),
        sms="SO",
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "outreach_villages",
        "sos_desa",
        "sosialisasi",
        _("Desa yang sudah tercakup (kumulatif)"),
        Kind.VILLAGES,
        cumulative=True,
        sms="SD",
    ),
    ReportField(
        "outreach_participants",
        "sos_peserta",
        "sosialisasi",
        _("Peserta (perkiraan)"),
        due_from=None,
        upper=100_000,
        unit=PEOPLE,
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "peace_declared_on", "tgl_deklarasi", "sosialisasi", _("Tanggal Deklarasi Damai"), Kind.DATE, due_from=None
    ),
    ReportField("fpk_met_on", "tgl_fpk", "sosialisasi", _("Rapat FPK/FKDM terakhir"), Kind.DATE, due_from=None),
    ReportField("rakor_met_on", "tgl_rakor", "sosialisasi", _("Rakor Forkopimcam terakhir"), Kind.DATE, due_from=None),
    ReportField(
        "pledges_signed",
        "ikrar_ttd",
        "sosialisasi",
        _("Penandatangan ikrar netralitas (ASN, kepala desa, perangkat desa)"),
        due_until=14,
        upper="pledge_total",
        unit=PEOPLE,
        cumulative=True,
        sms="I",
    ),
    ReportField("cut_off_villages", "desa_putus", "akses", _("Desa tidak terjangkau saat ini"), Kind.VILLAGES, sms="A"),
    # not in DOMAIN 7.2: AKS-01 (6.3) cannot be graded without it
    ReportField(
        "cut_off_with_alternative", "", "akses", _("Di antaranya: ada rute alternatif"), Kind.VILLAGES, due_from=None
    ),
    ReportField(
        "disasters",
        "bencana",
        "akses",
        _("Banjir, longsor, kebakaran, gelombang tinggi"),
        Kind.CODES,
        choices=Disaster,
        sms="W",
    ),
    ReportField(
        "staff_screened",
        "skrining",
        "akses",
        _("Petugas sudah skrining kesehatan"),
        due_from=21,
        upper="9*tps_total",
        unit=PEOPLE,
        cumulative=True,
        sms="H",
    ),
    ReportField(
        "staff_sick",
        "skrining",
        "akses",
        _("Petugas sakit minggu ini"),
        due_from=21,
        upper="9*tps_total",
        unit=PEOPLE,
        sms="H",
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "hints_money",
        "isu_uang",
        "kampanye",
        _("Informasi awal: politik uang"),
        upper=999,
        unit=_("informasi"),
        sms="Z",
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "hints_black_campaign",
        "isu_hitam",
        "kampanye",
        _("Informasi awal: kampanye hitam"),
        upper=999,
        unit=_("informasi"),
        sms="Z",
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "hints_hoax",
        "isu_hoaks",
        "kampanye",
        _("Informasi awal: hoaks"),
        upper=999,
        unit=_("informasi"),
        sms="Z",
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "hints_sara",
        "isu_sara",
        "kampanye",
        _("Informasi awal: SARA"),
        upper=999,
        unit=_("informasi"),
        sms="Z",
        carry=Carry.WEEKLY,
    ),
    ReportField(
        "hints_forwarded",
        "isu_diteruskan",
        "kampanye",
        _("Sudah diteruskan ke Panwascam"),
        Kind.BOOLEAN,
        due_from=None,
        carry=Carry.ANEW,
    ),
)

BY_NAME = {field.name: field for field in FIELDS}
NUMBERS = tuple(field for field in FIELDS if field.kind in (Kind.INTEGER, Kind.DECIMAL))
CUMULATIVE = tuple(field for field in FIELDS if field.cumulative)

#: The three critical numbers asked even when nothing changed (DOMAIN 7.2, tanpa_perubahan): from H-7 on where the
#: boxes are, before it whether there are people, police and a line.
CRITICAL_DAILY = ("tps_at_ppk", "tps_at_pps", "tps_at_kpps")
CRITICAL_WEEKLY = ("kpps_trained", "personnel_polri", "tps_line_tested")


def critical_three(h_minus: int) -> tuple[str, ...]:
    """Names of the numbers that "tidak ada perubahan" still asks for at H-`h_minus`."""
    return CRITICAL_DAILY if h_minus <= settings.DAILY_FROM_H else CRITICAL_WEEKLY


#: 16 (NIK) or 18 (NIP) digits in a row, also when spaced, dotted or hyphenated (DOMAIN 4.5, 7.2).
PERSONAL_NUMBER = r"(^|[^0-9])([0-9][ .-]{0,2}){15}([0-9][ .-]{0,2}){0,2}[0-9]([^0-9]|$)"
PERSONAL_NUMBER_SENTENCE = _("Jangan menulis NIK atau NIP (16 atau 18 angka). Hapus nomor itu; tulis jabatannya saja.")


def no_personal_number(table: str, *columns: str) -> list[models.CheckConstraint]:
    """Constraints that refuse a NIK or NIP in free text."""
    return [
        models.CheckConstraint(
            name=f"{table}_{column}_without_nik",
            condition=~Q(**{f"{column}__regex": PERSONAL_NUMBER}),
            violation_error_message=PERSONAL_NUMBER_SENTENCE,
            violation_error_code=column,
        )
        for column in columns
    ]


def _window(field: ReportField) -> models.CheckConstraint:
    outside = Q(h_minus__gt=field.due_from)
    if field.due_until is not None:
        outside |= Q(h_minus__lt=field.due_until)
    empty = {"general_condition__gt": ""} if field.kind is Kind.CHOICE else {f"{field.name}__isnull": False}
    return models.CheckConstraint(
        name=f"report_{field.name}_given_when_due",
        condition=outside | Q(**empty),
        violation_error_message=_("Isi bagian ini; tulis 0 bila memang belum ada.")
        if field.kind is Kind.INTEGER
        else _("Pilih salah satu jawaban."),
        violation_error_code=field.name,
    )


def _bound(field: ReportField) -> models.CheckConstraint:
    upper = field.upper_expression()
    condition = Q(**{f"{field.name}__isnull": True}) | Q(**{f"{field.name}__gte": 0, f"{field.name}__lte": upper})
    return models.CheckConstraint(
        name=f"report_{field.name}_in_bounds",
        condition=condition,
        violation_error_message=format_lazy("{label}: {rule}", label=field.label, rule=_bound_sentence(field)),
        violation_error_code=field.name,
    )


def _bound_sentence(field: ReportField) -> object:
    if isinstance(field.upper, int):
        return format_lazy(_("antara 0 dan {upper}."), upper=field.upper)
    sentences = {
        "tps_total": _("tidak boleh melebihi jumlah TPS kecamatan ini."),
        "7*tps_total": _("tidak boleh melebihi 7 orang per TPS."),
        "2*tps_total": _("tidak boleh melebihi 2 orang per TPS."),
        "9*tps_total": _("tidak boleh melebihi 9 orang per TPS (7 KPPS dan 2 Linmas)."),
        "voters_total": _("tidak boleh melebihi jumlah pemilih (DPT) kecamatan ini."),
        "pledge_total": _("tidak boleh melebihi jumlah orang yang wajib ikrar."),
    }
    if field.upper in sentences:
        return sentences[field.upper]
    return format_lazy(_('tidak boleh melebihi "{other}".'), other=BY_NAME[str(field.upper)].label)


def report_constraints() -> list[models.CheckConstraint]:
    """H-windows and bounds of every field as database constraints with their sentences."""
    windows = [
        _window(field)
        for field in FIELDS
        if field.due_from is not None and field.kind not in (Kind.VILLAGES, Kind.CODES)
    ]
    return windows + [_bound(field) for field in NUMBERS]
