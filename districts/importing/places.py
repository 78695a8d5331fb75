"""Which desa, TPS or region a line is about, however its code was written; what Excel makes of codes."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from districts.importing.values import TABLE
from districts.loading.shapes import Column, Shape
from districts.loading.staging import Rule

VILLAGE_CODE = Column(
    "village_code", "Kode desa", "64.08.11.2001", "Kode Kemendagri; boleh kosong bila kecamatan dan desa ditulis.",
    ("kode desa/kelurahan", "kode wilayah", "desa_code"),
)  # fmt: skip
NUMBER = Column("number", "Nomor TPS", "1", "", ("tps", "no tps", "nomor"))
KECAMATAN = Column("kecamatan", "Kecamatan", "Sandaran", "Nama; dicocokkan dengan kode.", ("nama kecamatan",))
VILLAGE = Column(
    "village", "Desa/kelurahan", "Manubar", "Nama; dicocokkan dengan kode.", ("desa", "nama desa", "kelurahan")
)
STATION_CODE = Column("station_code", "Kode TPS", "64.08.11.2001-001", "", ("kode_tps",))
REGION_CODE = Column(
    "region_code", "Kode wilayah", "64.08.11", "Kode kecamatan, kabupaten atau provinsi.", ("kode", "kode kecamatan")
)


def station_shapes(columns: Sequence[Column]) -> tuple[Shape, Shape]:
    """A register with a line per TPS: by village and number, or by the code of the TPS."""
    facts = tuple(column.name for column in columns)
    names = (KECAMATAN, VILLAGE)
    return (
        Shape(("village_code", "number"), ("kecamatan", "village", *facts), (VILLAGE_CODE, NUMBER, *names, *columns)),
        Shape(("station_code",), ("kecamatan", "village", *facts), (STATION_CODE, *names, *columns)),
    )


def dotted(column: str) -> str:
    """SQL of a region code as people and spreadsheets write it: without dots, with a comma, or 64.1 for 64.10."""
    bare = rf"replace(regexp_replace({column}, '\s', '', 'g'), ',', '.')"
    return (
        rf"CASE WHEN {bare} ~ '^\d{{10}}$' THEN regexp_replace({bare}, '^(..)(..)(..)(....)$', '\1.\2.\3.\4')"
        rf" WHEN {bare} ~ '^\d{{6}}$' THEN regexp_replace({bare}, '^(..)(..)(..)$', '\1.\2.\3')"
        rf" WHEN {bare} ~ '^\d{{4}}$' THEN regexp_replace({bare}, '^(..)(..)$', '\1.\2')"
        rf" WHEN {bare} ~ '^\d{{2}}\.\d$' THEN {bare} || '0' ELSE {bare} END"
    )


#: Brings a line to `village_code`; the names find the desa where the code is left out and only one is called so.
FIND_VILLAGE = [
    f"UPDATE {TABLE} SET village_code = {dotted('village_code')} WHERE village_code IS NOT NULL",
    f"""UPDATE {TABLE} SET village_code = named.code FROM (
        SELECT lower(village.name) AS village, lower(kecamatan.name) AS kecamatan, min(village.code) AS code
        FROM districts_region village JOIN districts_region kecamatan ON kecamatan.code = village.parent_id
        WHERE village.level = 4 AND village.code LIKE %(prefix)s
        GROUP BY 1, 2 HAVING count(*) = 1
    ) named WHERE {TABLE}.village_code IS NULL AND lower({TABLE}.village) = named.village
      AND lower({TABLE}.kecamatan) = named.kecamatan""",
]
FIND_STATION = [
    f"UPDATE {TABLE} SET village_code = split_part(station_code, '-', 1), number = split_part(station_code, '-', 2)"
    " WHERE village_code IS NULL AND number IS NULL AND station_code IS NOT NULL",
    f"UPDATE {TABLE} SET number = regexp_replace(number, '^\\s*(tps)?\\s*0*(?=\\d)', '', 'i')",
    *FIND_VILLAGE,
]

#: A code that a spreadsheet took for a date: 11.01.03 of Aceh.
DATE_INSTEAD = r"^\d{4}-\d{1,2}-\d{1,2}"


def not_a_date(column: str) -> Rule:
    return Rule(
        f"SELECT line, {column} FROM {TABLE} WHERE {column} ~ '{DATE_INSTEAD}'",
        _("kode “%(value)s” sudah diubah Excel menjadi tanggal; format kolomnya sebagai Teks, lalu tulis kodenya lagi"),
    )


IN_THIS_REGION = [
    not_a_date("village_code"),
    Rule(
        f"SELECT line, COALESCE(village_code, concat_ws(', ', village, kecamatan), '') FROM {TABLE} WHERE NOT EXISTS"
        " (SELECT FROM districts_region WHERE level = 4 AND code = village_code)"
        f" AND COALESCE(village_code !~ '{DATE_INSTEAD}', true)",
        _("desa/kelurahan “%(value)s” tidak ada di daftar wilayah"),
    ),
    Rule(
        f"SELECT line, village_code FROM {TABLE} JOIN districts_region ON code = village_code AND level = 4"
        " WHERE NOT starts_with(village_code, %(region)s)",
        _("desa/kelurahan %(value)s di luar wilayah halaman ini"),
    ),
    Rule(
        f"SELECT line, region.name FROM {TABLE} JOIN districts_region region ON region.code = village_code"
        f" WHERE lower({TABLE}.village) <> lower(region.name) AND starts_with(village_code, %(region)s)",
        _("nama desa tidak cocok: kode itu milik “%(value)s”; barisnya mungkin bergeser"),
    ),
]
NUMBER_GIVEN = Rule(
    f"SELECT line, COALESCE(number, '') FROM {TABLE} WHERE COALESCE(number !~ '^[1-9]\\d{{0,2}}$', true)",
    _("nomor TPS “%(value)s” harus angka 1 sampai 999"),
)
STATION_ONCE = Rule(
    f"SELECT line, first::text FROM (SELECT line, min(line) OVER (PARTITION BY village_code, number) AS first FROM {TABLE}"
    " WHERE num_nonnulls(village_code, number) = 2) repeated WHERE line > first",
    _("TPS ini sudah ada di baris %(value)s"),
)
STATION_THERE = Rule(
    f"SELECT line, village_code || '-' || lpad(number, 3, '0') FROM {TABLE} WHERE number ~ '^[1-9]\\d{{0,2}}$'"
    f" AND starts_with(village_code, %(region)s) AND NOT EXISTS (SELECT FROM districts_pollingstation station"
    f" WHERE station.village_id = village_code AND station.number::text = {TABLE}.number)",
    _("TPS %(value)s belum ada di daftar TPS; tambahkan dulu lewat berkas TPS dan pemilih"),
)
