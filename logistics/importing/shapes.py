"""The three kinds of files and their columns; the words are those of the papers of DOMAIN 3.5."""

from enum import StrEnum

from districts.loading.shapes import Column, Shape
from logistics.models import DamageClass


class ImportKind(StrEnum):
    """The codes of the kinds, in addresses and in `ImportFile.kind`."""

    STOCK = "stok"
    SORTING = "sortir"
    STAGES = "tahap"


ITEM = Column("kode_barang", "Kode barang", "SS", "Kode atau nama barang di katalog.", ("barang", "kode"))
CONTEST = Column(
    "jenis_pemilihan",
    "Jenis pemilihan",
    "bupati",
    "gubernur, bupati atau walikota; kosong untuk barang yang tidak dihitung per jenis.",
    ("jenis", "pemilihan"),
)
DATE = Column("tanggal", "Tanggal", "2026-10-21", "Tahun-bulan-tanggal, atau tanggal/bulan/tahun.", ("tgl", "waktu"))
DAMAGES = tuple(f"rusak_{each.value}" for each in DamageClass)

STOCK = Shape(
    ("nomor_dokumen", "kode_barang", "jumlah", "tanggal"),
    ("jenis_pemilihan", "surat_jalan"),
    (
        Column("nomor_dokumen", "Nomor dokumen", "SJ/12/X/2026", "Nomor surat jalan.", ("nomor", "no surat jalan")),
        ITEM,
        CONTEST,
        Column("surat_jalan", "Menurut surat jalan", "25.500", "Kosong: sama dengan yang diterima."),
        Column("jumlah", "Diterima", "25.500", "Yang dihitung saat diterima.", ("jumlah diterima",)),
        DATE,
    ),
)
SORTING = Shape(
    ("nomor_ba", "jenis_pemilihan", "menurut_label", "baik", "tanggal"),
    ("kode_barang", *DAMAGES, "kurang", "lebih"),
    (
        Column("nomor_ba", "Nomor BA", "BA-07/SL/2026", "Berita acara hasil sortir dan lipat.", ("nomor", "no ba")),
        ITEM,
        CONTEST,
        Column("menurut_label", "Menurut label", "1.000", "Baik + rusak + kurang - lebih.", ("label",)),
        Column("baik", "Baik", "996"),
        *(
            Column(f"rusak_{each.value}", f"Rusak {each.value}", "1" if each.value == 2 else "", str(each.label))
            for each in DamageClass
        ),
        Column("kurang", "Kurang", "3"),
        Column("lebih", "Lebih", ""),
        DATE,
    ),
)
STAGES = Shape(
    ("kode_tps", "tahap", "waktu"),
    (),
    (
        Column("kode_tps", "Kode TPS", "64.08.11.2001-005", "Kode desa, strip, nomor TPS tiga angka.", ("tps",)),
        Column(
            "tahap",
            "Tahap",
            "ppk",
            "dikemas, ppk, pps, tps, kembali_pps, kembali_ppk atau kembali_kpu.",
            ("posisi", "status"),
        ),
        Column("waktu", "Waktu", "2026-11-30 14:00", "Tanggal dan jam setempat.", ("tanggal", "tgl")),
    ),
)
SHAPES = {ImportKind.STOCK: STOCK, ImportKind.SORTING: SORTING, ImportKind.STAGES: STAGES}
