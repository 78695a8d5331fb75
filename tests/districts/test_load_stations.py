"""TPS from a file: upserted by village and number as a set, refused whole with every bad line, never lost by accident."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from districts.loading.stations import load_stations
from districts.models import PollingStation, PollingStationRisk, StaleKecamatan

from .loading import load

HEADER = "village_code,number,voters_male,voters_female"
GOOD = f"""\
{HEADER}
64.08.06.2001,1,120,130
64.08.06.2001,002,90,110
64.08.06.2001,3,,
"""
COUNTS = """\
village_code,tps_regular,tps_special
64.08.06.2001,3,1
64.11.03.2001,0,0
"""


def stations(village="64.08.06.2001"):
    found = PollingStation.objects.filter(village=village).order_by("number")
    return list(found.values_list("number", "kind", "voters_male", "voters_female"))


@pytest.mark.usefixtures("world")
class TestRowsOfTps:
    """`world` has two TPS in Rantau Sentosa (64.08.06.2001) with 100 and 100 voters each."""

    def test_known_tps_change_and_new_ones_come(self, tmp_path):
        assert "TPS: 1 baru, 2 berubah, 0 tetap, 0 dihapus." in load("load_tps", tmp_path, GOOD).said
        assert stations() == [(1, "reguler", 120, 130), (2, "reguler", 90, 110), (3, "reguler", None, None)]

    def test_a_second_run_changes_nothing_and_says_so(self, tmp_path):
        load("load_tps", tmp_path, GOOD)
        before = list(PollingStation.objects.values())
        assert load("load_tps", tmp_path, GOOD).said.endswith("Tidak ada yang berubah: 3 TPS sudah sama.\n")
        assert list(PollingStation.objects.values()) == before

    def test_columns_the_file_does_not_have_are_kept(self, tmp_path):
        PollingStation.objects.filter(village="64.08.06.2001").update(signal=4, power="pln", kind="khusus")
        load("load_tps", tmp_path, GOOD)
        station = PollingStation.objects.get(village="64.08.06.2001", number=1)
        assert (station.signal, station.power, station.kind, station.voters) == (4, "pln", "khusus", 250)

    def test_columns_may_come_in_any_order_and_all_of_them_are_taken(self, tmp_path):
        load(
            "load_tps",
            tmp_path,
            "number;village_code;kind;is_estimate;access_mode;signal;power;police_category;has_alternative_site\n"
            "7;64.08.11.2001;khusus;ya;laut;0;genset;sangat_rawan;tidak\n",
        )
        station = PollingStation.objects.get(village="64.08.11.2001", number=7)
        assert (station.kind, station.is_estimate, station.access_mode, station.signal) == ("khusus", True, "laut", 0)
        assert (station.power, station.police_category) == ("genset", "sangat_rawan")
        assert station.has_alternative_site is False

    def test_a_file_of_numbers_alone_adds_tps_and_changes_none(self, tmp_path):
        said = load("load_tps", tmp_path, "village_code,number\n64.08.06.2001,1\n64.08.06.2001,3\n").said
        assert "1 baru, 0 berubah, 1 tetap" in said
        assert stations()[0] == (1, "reguler", 100, 100)

    def test_only_the_regencies_that_changed_are_asked_for_new_colours(self, tmp_path):
        StaleKecamatan.objects.all().delete()
        load("load_tps", tmp_path, GOOD + "64.11.03.2001,1,100,100\n")
        # the goods of a regency are shared by what its TPS need, so its other kecamatan change with one
        assert set(StaleKecamatan.objects.values_list("kecamatan_id", flat=True)) == {
            "64.08.04",
            "64.08.06",
            "64.08.11",
        }

    def test_statements_do_not_grow_with_rows(self, tmp_path):
        counts = []
        for rows in (2, 600):
            path = tmp_path / f"{rows}.csv"
            path.write_text(GOOD + "".join(f"64.08.06.2001,{n},1,1\n" for n in range(10, 10 + rows)))
            with CaptureQueriesContext(connection) as queries:
                assert load_stations(path=path).added
            counts.append(len(queries))
        assert counts[0] == counts[1]


@pytest.mark.usefixtures("world")
class TestCountsOfVillages:
    def test_a_village_gets_numbers_from_one_regular_ones_first(self, tmp_path):
        PollingStation.objects.filter(village="64.08.06.2001").delete()
        load("load_tps", tmp_path, COUNTS)
        assert stations() == [
            (1, "reguler", None, None),
            (2, "reguler", None, None),
            (3, "reguler", None, None),
            (4, "khusus", None, None),
        ]

    def test_voters_that_are_known_are_not_forgotten(self, tmp_path):
        load("load_tps", tmp_path, COUNTS)
        assert stations()[:2] == [(1, "reguler", 100, 100), (2, "reguler", 100, 100)]

    def test_a_second_run_changes_nothing(self, tmp_path):
        load("load_tps", tmp_path, COUNTS)
        assert "Tidak ada yang berubah: 4 TPS sudah sama." in load("load_tps", tmp_path, COUNTS).said


@pytest.mark.usefixtures("world")
class TestTpsTheFileDoesNotName:
    one = f"{HEADER}\n64.08.06.2001,1,120,130\n"

    def test_stay_unless_they_are_to_be_replaced(self, tmp_path):
        before = PollingStation.objects.count()
        load("load_tps", tmp_path, self.one)
        assert PollingStation.objects.count() == before

    def test_go_with_replace_in_the_regencies_of_the_file_and_nowhere_else(self, tmp_path):
        assert "27 dihapus" in load("load_tps", tmp_path, self.one, "--replace").said
        assert list(PollingStation.objects.filter(village__startswith="64.08").values_list("number")) == [(1,)]
        assert PollingStation.objects.filter(village__startswith="64.11").count() == 5
        assert StaleKecamatan.objects.filter(kecamatan="64.08.11").exists()

    def test_take_their_risks_with_them(self, tmp_path):
        gone = PollingStation.objects.get(village="64.08.06.2001", number=2)
        PollingStationRisk.objects.create(polling_station=gone, indicator_id="RW18")
        load("load_tps", tmp_path, self.one, "--replace")
        assert not PollingStationRisk.objects.exists()


BAD = [
    ("64.99.01.2001,1,1,1", 'desa/kelurahan "64.99.01.2001" tidak ada di daftar wilayah'),
    ("64.08.06,1,1,1", 'desa/kelurahan "64.08.06" tidak ada'),
    (",1,1,1", 'desa/kelurahan "" tidak ada'),
    ("64.08.06.2001,2,1,1", "sudah ada di baris 3"),
    ("64.08.06.2001,,1,1", 'number "" harus angka 1 sampai 999'),
    ("64.08.06.2001,0,1,1", 'number "0" harus angka 1 sampai 999'),
    ("64.08.06.2001,1000,1,1", 'number "1000" harus angka'),
    ("64.08.06.2001,99999999999,1,1", 'number "99999999999" harus angka'),
    ("64.08.06.2001,empat,1,1", 'number "empat" harus angka'),
    ("64.08.06.2001,4,-1,1", 'voters_male "-1" harus angka 0 sampai 5000'),
    ("64.08.06.2001,4,1,5001", 'voters_female "5001" harus angka 0 sampai 5000'),
    ("64.08.06.2001,4,1.5,1", 'voters_male "1.5" harus angka'),
    ("64.08.06.2001,4,1,", "pemilih laki-laki dan perempuan diisi bersama"),
    ("64.08.06.2001,4", "ada 2 kolom, seharusnya 4"),
    (b"64.08.06.2001,4,\xff,1", "bukan UTF-8"),
]
BAD_COUNTS = [
    ("64.08.06.2001,1,1", "sudah ada di baris 2"),
    ("64.99.01.2001,1,1", "tidak ada di daftar wilayah"),
    ("64.08.11.2001,-1,1", 'tps_regular "-1" harus angka 0 sampai 999'),
    ("64.08.11.2001,1,", 'tps_special "" harus angka'),
    ("64.08.11.2001,990,10", "satu desa paling banyak 999 TPS"),
]
WORDS = [
    ("kind", "biasa"),
    ("is_estimate", "mungkin"),
    ("access_mode", "Darat"),
    ("signal", "5"),
    ("power", "lilin"),
    ("police_category", "aman"),
    ("has_alternative_site", "mungkin"),
]


@pytest.mark.usefixtures("world")
class TestRefusal:
    @pytest.mark.parametrize(("line", "reason"), BAD, ids=[reason for _, reason in BAD])
    def test_a_bad_line_is_listed_with_its_number_and_changes_nothing(self, tmp_path, line, reason):
        before = list(PollingStation.objects.values())
        line = line if isinstance(line, bytes) else line.encode()
        outcome = load("load_tps", tmp_path, GOOD.encode() + line + b"\n")
        assert [text.split(":")[0] for text in outcome.bad_lines] == ["Baris 5"]
        assert reason in outcome.bad_lines[0]
        assert "tidak ada yang diubah: 1 baris salah" in outcome.refusal
        assert list(PollingStation.objects.values()) == before

    @pytest.mark.parametrize(("line", "reason"), BAD_COUNTS, ids=[reason for _, reason in BAD_COUNTS])
    def test_a_bad_count_is_listed_too(self, tmp_path, line, reason):
        outcome = load("load_tps", tmp_path, f"{COUNTS}{line}\n")
        assert [text.split(":")[0] for text in outcome.bad_lines] == ["Baris 4"]
        assert reason in outcome.bad_lines[0]

    @pytest.mark.parametrize(("column", "word"), WORDS)
    def test_a_word_nobody_knows_is_answered_with_those_that_are_known(self, tmp_path, column, word):
        outcome = load("load_tps", tmp_path, f"village_code,number,{column}\n64.08.06.2001,1,{word}\n")
        assert len(outcome.bad_lines) == 1
        assert outcome.bad_lines[0].startswith(f'Baris 2: {column} "{word}" harus salah satu dari: ')

    def test_every_bad_line_is_listed_in_order(self, tmp_path):
        lines = [line if isinstance(line, bytes) else line.encode() for line, _ in BAD]
        outcome = load("load_tps", tmp_path, GOOD.encode() + b"\n".join(lines))
        numbers = [int(text.split(":")[0].removeprefix("Baris ")) for text in outcome.bad_lines]
        assert numbers == sorted(numbers)
        assert set(numbers) == set(range(5, 5 + len(BAD)))
        assert f"{len(BAD)} baris salah" in outcome.refusal

    @pytest.mark.parametrize("header", ["", "desa,nomor", "village_code,number,nama", "village_code,number,number"])
    def test_a_file_with_another_header_is_told_the_right_ones(self, tmp_path, header):
        outcome = load("load_tps", tmp_path, f"{header}\n64.08.06.2001,1,1\n")
        assert outcome.bad_lines[0].startswith("Baris 1: judul kolom harus village_code,number[,kind]")
        assert "atau village_code,tps_regular,tps_special" in outcome.bad_lines[0]

    def test_voters_of_one_sex_alone_are_refused_in_the_header(self, tmp_path):
        outcome = load("load_tps", tmp_path, "village_code,number,voters_male\n64.08.06.2001,1,\n")
        assert outcome.bad_lines == ["Baris 1: kolom voters_male dan voters_female ada berdua atau tidak sama sekali"]
