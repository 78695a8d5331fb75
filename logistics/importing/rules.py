"""What may be wrong with a line, as SQL over the staged text. `TIDY` first brings the ways people write to one.

The statements take the parameters election, region, zone and now.
"""

from django.utils.translation import gettext_lazy as _

from districts.importing.values import TABLE, day_first, past_moment, whole, without_thousands, worded
from districts.loading.staging import Rule
from districts.reports.fields import PERSONAL_NUMBER
from logistics.importing.shapes import DAMAGES, ImportKind

#: One line brings at most this many units; more is a typing error (DKI needed 8,425,775 ballots in all [S12]).
MOST = 10_000_000
#: Words of a file for the places a parcel rests at.
STAGE_WORDS = {
    "dikemas": 10, "packing": 10, "ppk": 30, "di ppk": 30, "pps": 50, "di pps": 50, "tps": 70, "kpps": 70, "di tps": 70,
    "kembali pps": 90, "kembali ppk": 110, "kembali kpu": 130,
}  # fmt: skip
CONTEST_WORDS = {
    "pilgub": "gubernur",
    "pilbup": "bupati",
    "pilwalkot": "walikota",
    "pilwako": "walikota",
    "wali kota": "walikota",
}

NUMBERS = {
    ImportKind.STOCK: ("jumlah", "surat_jalan"),
    ImportKind.SORTING: ("menurut_label", "baik", *DAMAGES, "kurang", "lebih"),
    ImportKind.STAGES: (),
}
MOMENT = {ImportKind.STOCK: "tanggal", ImportKind.SORTING: "tanggal", ImportKind.STAGES: "waktu"}


def tidy(kind: ImportKind) -> list[str]:
    """Statements that bring numbers (`25.500`), dates (`21/10/2026`), names and words to one way of writing."""
    changes = [day_first(MOMENT[kind]), *map(without_thousands, NUMBERS[kind])]
    if kind == ImportKind.STAGES:
        changes += [worded("tahap", STAGE_WORDS), "kode_tps = replace(kode_tps, ' ', '')"]
        return [f"UPDATE {TABLE} SET {', '.join(changes)}"]
    default = "COALESCE(kode_barang, 'SS')" if kind == ImportKind.SORTING else "kode_barang"
    changes += [f"kode_barang = {default}", worded("jenis_pemilihan", CONTEST_WORDS)]
    return [
        f"UPDATE {TABLE} SET {', '.join(changes)}",
        f"UPDATE {TABLE} SET kode_barang = item.code FROM logistics_item item"
        " WHERE upper(kode_barang) = item.code OR lower(kode_barang) = lower(item.name)",
    ]


GOODS = [
    Rule(
        f"SELECT line, COALESCE(kode_barang, '') FROM {TABLE}"
        " WHERE NOT EXISTS (SELECT FROM logistics_item WHERE code = kode_barang)",
        _("barang “%(value)s” tidak ada di katalog"),
    ),
    Rule(
        f"SELECT line, COALESCE(jenis_pemilihan, '') FROM {TABLE} JOIN logistics_item item ON item.code = kode_barang"
        " WHERE item.per_contest AND NOT EXISTS (SELECT FROM districts_contest contest"
        "  WHERE contest.election_id = %(election)s AND contest.kind = jenis_pemilihan"
        "    AND starts_with(%(region)s, contest.region_id))",
        _("jenis pemilihan “%(value)s” tidak berlangsung di sini; isi gubernur, bupati atau walikota"),
    ),
    Rule(
        f"SELECT line, jenis_pemilihan FROM {TABLE} JOIN logistics_item item ON item.code = kode_barang"
        " WHERE NOT item.per_contest AND jenis_pemilihan IS NOT NULL",
        _("barang ini tidak dihitung per jenis pemilihan; kosongkan “%(value)s”"),
    ),
]


def _paper(column: str, kind: str) -> list[Rule]:
    """A paper names an item once, and one that is in the ledger already would be counted twice."""
    key = f"lower({column}), kode_barang, COALESCE(jenis_pemilihan, '')"
    return [
        Rule(
            f"SELECT line, COALESCE({column}, '') FROM {TABLE} WHERE {column} IS NULL OR length({column}) > 60",
            _("nomor dokumen “%(value)s” harus diisi, paling panjang 60 huruf"),
        ),
        Rule(
            f"SELECT line, {column} FROM {TABLE} WHERE {column} ~ '{PERSONAL_NUMBER}'",
            _("nomor dokumen “%(value)s” tampak seperti NIK atau NIP; tulis nomor surat yang benar"),
        ),
        Rule(
            f"SELECT line, first::text FROM (SELECT line, min(line) OVER (PARTITION BY {key}) AS first FROM {TABLE})"
            " repeated WHERE line > first",
            _("barang ini dengan nomor dokumen yang sama sudah ada di baris %(value)s"),
        ),
        Rule(
            f"SELECT DISTINCT line, {column} FROM {TABLE} JOIN logistics_document document"
            "  ON document.election_id = %(election)s AND document.regency_id = %(region)s"
            f" AND lower(document.number) = lower({column}) AND document.kind = '{kind}'"
            " JOIN logistics_movement movement ON movement.document_id = document.id"
            " AND movement.item_id = kode_barang AND movement.contest = COALESCE(jenis_pemilihan, '')",
            _("dokumen “%(value)s” untuk barang ini sudah tercatat; hapus baris ini"),
        ),
    ]


RULES: dict[ImportKind, list[Rule]] = {
    ImportKind.STOCK: [
        *GOODS,
        whole("jumlah", MOST, required=True),
        whole("surat_jalan", MOST, required=False),
        *past_moment("tanggal"),
        *_paper("nomor_dokumen", "terima"),
    ],
    ImportKind.SORTING: [
        *GOODS,
        Rule(
            f"SELECT line, kode_barang FROM {TABLE} JOIN logistics_item item ON item.code = kode_barang"
            " WHERE NOT item.needs_sorting",
            _("barang “%(value)s” tidak disortir"),
        ),
        whole("menurut_label", MOST, required=True),
        whole("baik", MOST, required=True),
        *(whole(column, MOST, required=False) for column in (*DAMAGES, "kurang", "lebih")),
        *past_moment("tanggal"),
        *_paper("nomor_ba", "sortir"),
    ],
    ImportKind.STAGES: [
        Rule(
            f"SELECT line, COALESCE(kode_tps, '') FROM {TABLE} WHERE NOT EXISTS (SELECT FROM"
            " districts_pollingstation station WHERE station.village_id = left(kode_tps, 13)"
            " AND kode_tps = station.village_id || '-' || lpad(station.number::text, 3, '0')"
            " AND starts_with(station.village_id, %(region)s))",
            _("TPS “%(value)s” tidak ada di daftar TPS kabupaten/kota ini"),
        ),
        Rule(
            f"SELECT line, first::text FROM (SELECT line, min(line) OVER (PARTITION BY kode_tps) AS first FROM {TABLE})"
            " repeated WHERE line > first",
            _("TPS ini sudah ada di baris %(value)s"),
        ),
        Rule(
            f"SELECT line, COALESCE(tahap, '') FROM {TABLE} WHERE COALESCE(tahap, '') NOT IN"
            f" ({', '.join(repr(str(stage)) for stage in sorted(set(STAGE_WORDS.values())))})",
            _("tahap “%(value)s” tidak dikenal; isi dikemas, ppk, pps, tps, kembali_pps, kembali_ppk atau kembali_kpu"),
        ),
        *past_moment("waktu"),
    ],
}

#: Rules that read numbers: only where every line passed those above.
ARITHMETIC: dict[ImportKind, list[Rule]] = {
    ImportKind.STOCK: [
        Rule(
            f"SELECT line, jumlah FROM {TABLE} WHERE jumlah::integer = 0 AND COALESCE(surat_jalan, '0')::integer = 0",
            _("tidak ada barang pada baris ini (jumlah %(value)s)"),
        )
    ],
    ImportKind.SORTING: [
        Rule(
            f"SELECT line, counted::text FROM (SELECT line, menurut_label::integer AS labelled, baik::integer"
            f" + {' + '.join(f'COALESCE({column}, {chr(39)}0{chr(39)})::integer' for column in (*DAMAGES, 'kurang'))}"
            f" - COALESCE(lebih, '0')::integer AS counted FROM {TABLE}) added WHERE labelled <> counted",
            _("baik + rusak + kurang - lebih = %(value)s, tidak sama dengan menurut label"),
        ),
        Rule(
            f"SELECT line, lebih FROM {TABLE} WHERE COALESCE(kurang, '0')::integer > 0 AND COALESCE(lebih, '0')::integer > 0",
            _("satu berkas tidak dapat kurang dan lebih %(value)s sekaligus"),
        ),
    ],
    ImportKind.STAGES: [
        Rule(
            f"SELECT line, shipment.code FROM {TABLE} JOIN districts_pollingstation station"
            " ON station.village_id = left(kode_tps, 13) AND station.number = right(kode_tps, 3)::integer"
            " JOIN logistics_parcel parcel ON parcel.polling_station_id = station.id"
            " AND parcel.election_id = %(election)s JOIN logistics_shipment shipment ON shipment.id = parcel.shipment_id"
            " WHERE parcel.stage <> tahap::integer",
            _("paket TPS ini sedang dalam kiriman %(value)s; selesaikan serah terimanya dulu"),
        ),
        Rule(
            f"SELECT line, to_char(parcel.stage_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD HH24:MI') FROM {TABLE}"
            " JOIN districts_pollingstation station"
            " ON station.village_id = left(kode_tps, 13) AND station.number = right(kode_tps, 3)::integer"
            " JOIN logistics_parcel parcel ON parcel.polling_station_id = station.id"
            " AND parcel.election_id = %(election)s WHERE parcel.stage > tahap::integer",
            _("TPS ini sudah tercatat lebih jauh sejak %(value)s; hapus baris ini"),
        ),
        Rule(
            f"SELECT line, to_char(parcel.stage_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD HH24:MI') FROM {TABLE}"
            " JOIN districts_pollingstation station"
            " ON station.village_id = left(kode_tps, 13) AND station.number = right(kode_tps, 3)::integer"
            " JOIN logistics_parcel parcel ON parcel.polling_station_id = station.id"
            " AND parcel.election_id = %(election)s WHERE parcel.stage < tahap::integer"
            " AND waktu::timestamp::date < (parcel.stage_at AT TIME ZONE %(zone)s)::date",  # a day without a time will do
            _("waktunya sebelum tahap yang sudah tercatat (%(value)s); periksa tanggalnya"),
        ),
    ],
}
