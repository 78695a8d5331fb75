"""Downloads: every text reads back as it was and is never a formula, numbers are numbers, and the source goes along."""

import csv
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy
from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import load_workbook

from districts import exporting
from districts.converters import DownloadFormat
from districts.exporting import Column, Sheet, Source, as_csv, as_xlsx, download, file_name, keyset, unguarded
from districts.models import PollingStation

READ_AT = datetime(2026, 11, 21, 10, 42, tzinfo=UTC)  # 18.42 WITA
SOURCE = Source(
    given_by="Buku persediaan KPU", read_at=READ_AT, place="Kutai Timur", election="Pilkada uji", is_simulation=True
)
#: What a person or a hostile file may have put into a name: anything but control characters, which no cell keeps.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.just("\n"))
HOSTILE = st.builds(
    "{}{}".format, st.sampled_from(["", "'", "''", "=", "+", "-", "@", "\t", "\n", "'=", ' ="', ";"]), TEXTS
)


def sheet(*rows, columns=None, **options):
    columns = columns or [Column(f"Kolom {number}") for number, _cell in enumerate(rows[0] if rows else "a")]
    return Sheet("Stok logistik", columns, rows, **options)


def csv_text(each):
    return b"".join(as_csv(each).streaming_content).decode("utf-8-sig")


def csv_rows(each):
    return list(csv.reader(StringIO(csv_text(each)), delimiter=";"))


def book(each):
    with as_xlsx(each).file_to_stream as file:
        return load_workbook(BytesIO(file.read()))


def xlsx_rows(each):
    return book(each).get_sheet_by_index(0).to_python(skip_empty_area=False)


class TestText:
    @given(HOSTILE)
    @example('=HYPERLINK("http://contoh")')
    @example("'=1")
    def test_no_csv_cell_starts_a_formula_and_each_reads_back_as_the_same_text(self, text):
        written = csv_rows(sheet(["a", text]))[1][1]
        assert not re.match(r"[=+\-@\t\r\n]", written)
        assert unguarded(written) == text

    @given(HOSTILE)
    @example("=1+1")
    @example("https://contoh.go.id")
    @example("_x0041_")
    def test_xlsx_keeps_text_as_text(self, text):
        assert xlsx_rows(sheet(["a", text, "b"]))[1] == ["a", text, "b"]

    def test_an_xlsx_has_no_formula_and_no_link(self):
        cells = ["=1+1", "@SUM(A1)", "http://contoh.go.id", "{=A1}", "mailto:a@b.c"]
        assert xlsx_rows(sheet(cells))[1] == cells  # a formula without a cached value would read back as empty

    @pytest.mark.parametrize("read", [csv_rows, xlsx_rows])
    def test_control_characters_are_left_out_and_line_breaks_are_line_feeds(self, read):
        assert read(sheet(["a\x00b\x1bc\r\nd\re\ufffe", "z"]))[1][0] == "abc\nd\ne"

    def test_headings_are_no_formulas_either(self):
        table = sheet(["a"], columns=[Column("=A1", "lembar")])
        assert (csv_rows(table)[0], xlsx_rows(table)[0]) == (["'=A1 (lembar)"], ["=A1 (lembar)"])

    def test_a_text_longer_than_a_cell_is_cut_with_a_sign(self):
        assert xlsx_rows(sheet(["x" * 40_000]))[1][0] == "x" * 32_766 + "…"

    @pytest.mark.parametrize("read", [csv_rows, xlsx_rows])
    def test_lazy_text_is_text(self, read):
        assert read(sheet([gettext_lazy("Wilayah")]))[1] == ["Wilayah"]


class TestFigures:
    def test_numbers_of_a_csv_have_a_decimal_comma_and_negative_ones_no_apostrophe(self):
        assert csv_rows(sheet([540, -3, 3.5, Decimal("-0.25"), 1e-7]))[1] == ["540", "-3", "3,5", "-0,25", "0,0000001"]

    def test_numbers_of_an_xlsx_are_numbers(self):
        assert xlsx_rows(sheet([540, -3, 3.5, Decimal("-0.25")]))[1] == [540, -3, 3.5, -0.25]

    def test_a_number_with_more_digits_than_excel_keeps_is_text(self):
        assert xlsx_rows(sheet([12345678901234567]))[1] == ["12345678901234567"]

    def test_instants_are_those_of_the_clocks_of_the_zone(self):
        row = [READ_AT, date(2026, 12, 3)]
        assert csv_rows(sheet(row, zone="Asia/Jayapura"))[1] == ["2026-11-21 19:42:00", "2026-12-03"]
        assert xlsx_rows(sheet(row, zone="Asia/Jakarta"))[1] == [datetime(2026, 11, 21, 17, 42), date(2026, 12, 3)]

    @pytest.mark.parametrize("read", [csv_rows, xlsx_rows])
    def test_yes_no_and_unknown(self, read):
        assert read(sheet([True, False, None, "z"]))[1] == ["ya", "tidak", "", "z"]


class TestSource:
    def test_a_csv_ends_with_where_its_figures_come_from(self):
        text = csv_text(sheet(["Bilik", 308], source=SOURCE, code="64.08", zone="Asia/Makassar"))
        about = text.partition("\r\n\r\n")[2]
        for said in (
            "Kutai Timur (64.08)",
            "Buku persediaan KPU",
            "21 Nov 2026, 18.42 WITA",
            "SIMULASI",
            "Jumlah baris;1",
        ):
            assert said in about

    def test_an_xlsx_says_it_on_a_sheet_of_its_own(self):
        found = book(sheet(["Bilik", 308], source=SOURCE, code="64.08", zone="Asia/Makassar"))
        assert found.sheet_names == ["Stok logistik", "Sumber"]
        about = dict(row[:2] for row in found.get_sheet_by_name("Sumber").to_python())
        assert (about["Sumber"], about["Dibaca dari SIAP"]) == ("Buku persediaan KPU", "21 Nov 2026, 18.42 WITA")
        assert (about["Jumlah baris"], about["Sifat data"][:8]) == ("1", "SIMULASI")

    def test_the_file_name_is_plain_ascii_and_says_when_it_is_simulated(self):
        simulated = Sheet("Stok é/../x\r\n", [], [], source=SOURCE, code="64.08", day=date(2026, 11, 21))
        assert simulated.file_name("xlsx") == "stok-ex_64.08_2026-11-21_simulasi.xlsx"
        assert file_name("../..", "../64", None, "csv") == "berkas_64.csv"
        assert 'filename="stok-ex_64.08_2026-11-21_simulasi.csv"' in as_csv(simulated)["Content-Disposition"]


class TestLength:
    def test_rows_of_a_csv_are_read_while_it_is_sent(self):
        read = []
        endless = ((read.append(number) or number, "x" * 1000) for number in range(100_000))
        batches = iter(as_csv(Sheet("Stok", [Column("a"), Column("b")], endless)).streaming_content)
        next(batches)
        assert 0 < len(read) < 100

    def test_rows_beyond_one_sheet_go_on_in_the_next(self, monkeypatch):
        monkeypatch.setattr(exporting, "XLSX_ROWS", 4)
        found = book(sheet(*([number] for number in range(7)), columns=[Column("Nomor")], source=SOURCE))
        assert found.sheet_names == ["Stok logistik", "Stok logistik 2", "Stok logistik 3", "Sumber"]
        pages = [found.get_sheet_by_index(number).to_python() for number in range(3)]
        assert [[row[0] for row in page] for page in pages] == [
            ["Nomor", 0, 1, 2], ["Nomor", 3, 4, 5], ["Nomor", 6]
        ]  # fmt: skip

    @pytest.mark.parametrize("read", [csv_rows, xlsx_rows])
    def test_no_rows_are_a_header_alone(self, read):
        assert read(sheet(columns=[Column("Barang"), Column("Jumlah", "lembar")])) == [["Barang", "Jumlah (lembar)"]]

    def test_a_failure_while_writing_leaves_no_file_behind(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", None)
        with pytest.raises(ZeroDivisionError):
            as_xlsx(Sheet("Stok", [Column("a")], ([1 / number] for number in (1, 0))))
        assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
class TestKeyset:
    KEYS = ("village_id", "number")

    @pytest.mark.parametrize("size", [1, 3, 33, 100])
    def test_every_row_comes_once_and_in_order(self, world, size):
        stations = PollingStation.objects.all()
        whole = list(stations.order_by(*self.KEYS))
        assert list(keyset(stations, *self.KEYS, size=size)) == whole
        assert [row["number"] for row in keyset(stations.values(*self.KEYS), *self.KEYS, size=size)] == [
            station.number for station in whole
        ]

    def test_it_asks_once_per_chunk(self, world):
        count = PollingStation.objects.count()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            rows = list(
                keyset(
                    PollingStation.objects.values_list("pk", "village__name", named=True),
                    "village__name",
                    "pk",
                    size=10,
                )
            )
        assert (len(rows), len(asked)) == (count, count // 10 + 1)


class TestAddress:
    def test_the_address_says_the_format(self):
        formats = re.compile(DownloadFormat.regex)
        assert formats.fullmatch("csv")
        assert formats.fullmatch("xlsx")
        assert not formats.fullmatch("pdf")

    def test_download_is_what_was_asked(self):
        assert download(sheet(["a"]), "csv")["Content-Type"].startswith("text/csv")
        with download(sheet(["a"]), "xlsx").file_to_stream as file:
            assert file.read(2) == b"PK"
