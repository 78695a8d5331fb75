"""The registry: loaded as a set, refused whole, the same after a second run."""

import gzip
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from districts.loading.regions import SHIPPED, load_regions
from districts.models import Region, StaleKecamatan

from .loading import load

HEADER = "code,name,latitude,longitude,time_zone"
GOOD = f"""\
{HEADER}
64,Kalimantan Timur,0.5,116.5,Asia/Makassar
64.08,Kabupaten Kutai Timur,0.6,117.4,Asia/Makassar
64.08.06,Busang,1.1,116.2,
64.08.11,Sandaran,1.2,118.7,
64.08.11.2001,Manubar,1.1,118.6,
64.08.11.2002,"Susuk Luar, Dalam",,,
91,Papua,-2.5,140.7,Asia/Jayapura
91.71,Kota Jayapura,-2.5,140.7,Asia/Jayapura
91.71.01,Jayapura Utara,-2.5,140.7,
"""


def rows():
    return list(Region.objects.values())


@pytest.mark.django_db
class TestLoading:
    def test_parents_and_points_come_from_the_file(self, tmp_path):
        assert "9 baru" in load("load_regions", tmp_path, GOOD).said
        manubar = Region.objects.get(code="64.08.11.2001")
        assert (manubar.parent_id, manubar.level, manubar.latitude) == ("64.08.11", 4, 1.1)
        assert Region.objects.get(code="64.08.11.2002").name == "Susuk Luar, Dalam"
        assert Region.objects.get(code="64").parent is None

    def test_kecamatan_and_villages_live_in_the_time_zone_of_their_regency(self, tmp_path):
        load("load_regions", tmp_path, GOOD)
        zones = dict(Region.objects.values_list("code", "time_zone"))
        assert zones["64.08.11"] == zones["64.08.11.2002"] == "Asia/Makassar"
        assert zones["91.71.01"] == "Asia/Jayapura"

    def test_a_second_run_changes_nothing_and_says_so(self, tmp_path):
        load("load_regions", tmp_path, GOOD)
        before = rows()
        assert load("load_regions", tmp_path, GOOD).said.endswith("Tidak ada yang berubah: 9 wilayah sudah sama.\n")
        assert rows() == before

    def test_a_changed_name_is_changed_and_the_rest_stays(self, tmp_path):
        load("load_regions", tmp_path, GOOD)
        said = load("load_regions", tmp_path, GOOD.replace("Sandaran", "Sandaran Baru")).said
        assert "0 baru, 1 berubah, 8 tetap" in said
        assert Region.objects.get(code="64.08.11").name == "Sandaran Baru"

    def test_regions_the_file_does_not_name_stay(self, tmp_path):
        load("load_regions", tmp_path, GOOD)
        load("load_regions", tmp_path, f"{HEADER}\n64.08.12,Sangatta Selatan,0.4,117.5,\n")
        assert Region.objects.count() == 10
        assert Region.objects.get(code="64.08.12").time_zone == "Asia/Makassar"

    def test_a_gzip_file_with_semicolons_and_windows_line_ends_is_read_too(self, tmp_path):
        content = gzip.compress(b"\xef\xbb\xbf" + GOOD.replace(",", ";").replace("\n", "\r\n").encode())
        assert "9 baru" in load("load_regions", tmp_path, content).said

    def test_every_region_with_a_map_above_it_has_its_tile(self, tmp_path):
        load("load_regions", tmp_path, GOOD)
        assert not Region.objects.filter(level__lte=3, tile_row=None).exists()
        assert not Region.objects.filter(level=4).exclude(tile_row=None).exists()
        sandaran = Region.objects.get(code="64.08.11")
        assert (sandaran.tile_row, sandaran.tile_column) == (1, 6)

    def test_statements_do_not_grow_with_rows(self, tmp_path):
        counts = []
        for villages in (2, 500):
            path = tmp_path / f"{villages}.csv"
            path.write_text(GOOD + "".join(f"64.08.06.2{n:03d},Desa {n},,,\n" for n in range(villages)))
            with CaptureQueriesContext(connection) as queries:
                assert load_regions(path=path).added
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_a_changed_registry_asks_for_new_colours(self, world, tmp_path):
        StaleKecamatan.objects.all().delete()
        load("load_regions", tmp_path, f"{HEADER}\n64.08.11.2009,Tanjung Mangkaliat,1.1,118.9,\n")
        assert "64.08.11" in StaleKecamatan.objects.values_list("kecamatan_id", flat=True)


BAD = [
    ("64.8,Kutai,0.5,117,Asia/Makassar", 'kode "64.8" harus seperti'),
    (",Kutai,0.5,117,Asia/Makassar", 'kode "" harus seperti'),
    ("64.08,Kutai,0.5,117,Asia/Makassar", "kode 64.08 sudah ada di baris sebelumnya"),
    ("64.09.01,Penajam,0.5,117,Asia/Makassar", "induknya, 64.09, tidak ada"),
    ("64.08.12,,0.5,117,", "nama kosong"),
    ("64.08.12," + 81 * "a" + ",0.5,117,", "lebih dari 80 huruf"),
    ("64.08.12,Sangatta,nol,117,", '"nol" bukan angka titik'),
    ("64.08.12,Sangatta,0.5,,", "lintang dan bujur diisi bersama"),
    ("64.08.12,Sangatta,0.5,17,", "titik 0.5 17 di luar Indonesia"),
    ("65,Kalimantan Utara,3,116,Asia/Singapore", 'zona waktu "Asia/Singapore" harus'),
    ("65,Kalimantan Utara,3,116,", 'zona waktu "" harus'),
    ("64.08.12,Sangatta,0.5", "ada 3 kolom, seharusnya 5"),
    ('64.08.12,"Sangatta,0.5,117,', "tanda kutip tidak berpasangan"),
    (b"64.08.12,Sang\xe1tta,0.5,117,", "bukan UTF-8"),
    (b"64.08.12,Sang\0tta,0.5,117,", "bukan baris teks"),
    (b"64.08.12," + 70_000 * b"a" + b",0.5,117,", "bukan baris teks"),
]


@pytest.mark.django_db
class TestRefusal:
    @pytest.mark.parametrize(("line", "reason"), BAD, ids=[reason for _, reason in BAD])
    def test_a_bad_line_is_listed_with_its_number_and_changes_nothing(self, tmp_path, line, reason):
        line = line if isinstance(line, bytes) else line.encode()
        outcome = load("load_regions", tmp_path, GOOD.encode() + line + b"\n")
        assert len(outcome.bad_lines) == 1
        assert outcome.bad_lines[0].startswith("Baris 11: ")
        assert reason in outcome.bad_lines[0]
        assert outcome.refusal == "Berkas ditolak dan tidak ada yang diubah: 1 baris salah."
        assert not Region.objects.exists()

    def test_every_bad_line_is_listed_in_order(self, tmp_path):
        lines = [line if isinstance(line, bytes) else line.encode() for line, _ in BAD]
        outcome = load("load_regions", tmp_path, GOOD.encode() + b"\n".join(lines) + b"\n")
        numbers = [int(text.split(":")[0].removeprefix("Baris ")) for text in outcome.bad_lines]
        assert numbers == sorted(numbers)
        assert set(numbers) == set(range(11, 11 + len(BAD)))

    @pytest.mark.parametrize("content", ["", "nama,kode\n1,2\n"], ids=["kosong", "lain"])
    def test_a_file_with_another_header_is_told_the_right_one(self, tmp_path, content):
        outcome = load("load_regions", tmp_path, content)
        assert outcome.bad_lines == [f"Baris 1: judul kolom harus {HEADER}"]

    def test_a_file_in_utf_16_is_told_which_text_to_save(self, tmp_path):
        assert "CSV UTF-8" in load("load_regions", tmp_path, GOOD.encode("utf-16")).refusal

    def test_a_gzip_file_cut_short_is_refused(self, tmp_path):
        outcome = load("load_regions", tmp_path, gzip.compress(GOOD.encode())[:-12])
        assert "gzip rusak atau terpotong" in outcome.bad_lines[0]
        assert not Region.objects.exists()

    def test_a_file_that_is_not_there_is_a_sentence(self):
        with pytest.raises(CommandError, match=r"Berkas tidak-ada.csv tidak ditemukan."):
            call_command("load_regions", "tidak-ada.csv", stdout=StringIO())


def test_the_registry_that_is_shipped_is_whole():
    """DOMAIN 1.2: 38 provinces, 514 regencies and cities, 7,285 kecamatan, 83,762 desa and kelurahan."""
    with gzip.open(SHIPPED, "rt", encoding="utf-8") as lines:
        lengths = [len(line.split(",", 1)[0]) for line in lines][1:]
    assert {length: lengths.count(length) for length in (2, 5, 8, 13)} == {2: 38, 5: 514, 8: 7285, 13: 83762}
