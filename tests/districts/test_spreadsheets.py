"""Spreadsheets made by hand: read as the staged table says, refused with a sentence, never dangerous."""

import zipfile
from contextlib import suppress
from datetime import date, datetime, time
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile, TemporaryUploadedFile
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import example, given, settings
from hypothesis import strategies as st

from districts.exporting import Column as Heading
from districts.exporting import Sheet, as_csv, as_xlsx
from districts.loading.blanks import blank_sheet
from districts.loading.faults import BadFile
from districts.loading.shapes import Column, Shape
from districts.loading.staging import stage, staged_upload

STOCK = Shape(
    ("village_code", "item"),
    ("quantity", "counted_on", "remark"),
    columns=(
        Column("village_code", "Kode desa", example="64.08.11.2001", note="Kode Kemendagri."),
        Column("item", "Barang", example="bilik", aliases=("nama barang", "Jenis")),
        Column("quantity", "Jumlah (lembar)", example="308"),
        Column("counted_on", "Tanggal hitung"),
        Column("remark", "Keterangan"),
    ),
)
TITLES = ["Kode desa", "Barang", "Jumlah (lembar)", "Tanggal hitung", "Keterangan"]
ROW = ["64.08.11.2001", "bilik", 540.0, None, None]
XLSX_FILES = {
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": "<workbook/>",
    "xl/_rels/workbook.xml.rels": "<Relationships/>",
}


def xlsx(*rows, hidden_first=False):
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        if hidden_first:
            book.add_worksheet("lama").hide()
        page = book.add_worksheet("Stok")
        page.activate()
        page.set_first_sheet()
        for number, row in enumerate(rows):
            for position, value in enumerate(row):
                if value is not None:
                    page.write(number, position, value)
    return content.getvalue()


def csv_file(*lines):
    return "\n".join(lines).encode()


def archive(members):
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as files:
        for name, text in members.items():
            files.writestr(name, text)
    return content.getvalue()


def read(tmp_path, content, shape=STOCK, **options):
    """The staged rows as (line, value of every column), and the lines that could not be read."""
    path = tmp_path / "unggahan"
    path.write_bytes(content)
    with transaction.atomic(), connection.cursor() as cursor:
        staged = stage(cursor, path, [shape], "stock_stage", **options)
        cursor.execute("SELECT * FROM stock_stage ORDER BY line")
        return cursor.fetchall(), [str(bad) for bad in staged.bad_lines]


def refusal(tmp_path, content, **options):
    with pytest.raises(BadFile) as refused:
        read(tmp_path, content, **options)
    return str(refused.value)


@pytest.mark.django_db
class TestReading:
    def test_numbers_dates_and_line_breaks_become_plain_text(self, tmp_path):
        cells = ["64.08.11.2001", "bilik\nlipat", 540.0, date(2026, 11, 21), " rusak\r\nsebagian "]
        rows, bad = read(tmp_path, xlsx(TITLES, cells))
        assert (rows, bad) == ([(2, "64.08.11.2001", "bilik lipat", "540", "2026-11-21", "rusak sebagian")], [])

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (datetime(2026, 11, 21, 18, 42, 7), "2026-11-21 18:42:07"),
            (3.25, "3.25"),
            (-3, "-3"),
            (0.000001, "0.000001"),
            (True, "1"),
            (time(8, 30), "08:30:00"),
        ],
    )
    def test_every_kind_of_cell_has_one_text(self, tmp_path, value, text):
        assert read(tmp_path, xlsx(TITLES, [*ROW[:2], value]))[0][0][3] == text

    def test_an_instant_typed_with_less_than_a_second_is_rounded(self, tmp_path):
        content = BytesIO()
        with xlsxwriter.Workbook(content) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, TITLES)
            page.write_row(1, 0, ROW[:2])
            page.write_number(1, 3, 46347.779247, book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))
        assert read(tmp_path, content.getvalue())[0][0][4] == "2026-11-21 18:42:07"

    def test_lines_are_numbered_as_the_spreadsheet_shows_them(self, tmp_path):
        title = ["STOK LOGISTIK KPU"]
        rows, bad = read(tmp_path, xlsx(title, [], TITLES, ROW, [], ["a", "b", 1, None, None, "lebih"], ROW, [], [" "]))
        assert [row[0] for row in rows] == [4, 7]
        assert bad == ["Baris 6: ada 6 kolom, seharusnya 5"]

    def test_the_first_visible_sheet_is_read(self, tmp_path):
        assert len(read(tmp_path, xlsx(TITLES, ROW, hidden_first=True))[0]) == 1

    @pytest.mark.parametrize(
        "header",
        [["kode desa", "BARANG"], ["Kode_Desa", " Nama  Barang "], ["village_code", "Item"], ["KODE-DESA", "jenis"]],
    )
    def test_headings_are_known_by_name_title_or_alias_however_written(self, tmp_path, header):
        assert read(tmp_path, xlsx(header, ROW[:2]))[0] == [(2, "64.08.11.2001", "bilik", None, None, None)]
        assert read(tmp_path, csv_file(";".join(header), "a;b"))[0] == [(2, "a", "b", None, None, None)]

    def test_a_formula_that_failed_is_a_bad_line_and_not_an_empty_cell(self, tmp_path):
        content = BytesIO()
        with xlsxwriter.Workbook(content) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, TITLES)
            page.write_row(1, 0, ["64.08.11.2001", "bilik"])
            page.write_formula(1, 2, "=1/0", None, "#DIV/0!")
            page.write_row(2, 0, ["64.08.11.2001", "tinta"])
            page.write_formula(2, 2, "=1+1", None, 2)
        rows, bad = read(tmp_path, content.getvalue())
        assert [row[:4] for row in rows] == [(3, "64.08.11.2001", "tinta", "2")]
        assert bad == ["Baris 2: ada rumus yang gagal; perbaiki di lembar kerjanya"]

    def test_a_failed_formula_in_a_csv_is_one_too(self, tmp_path):
        assert read(tmp_path, csv_file("kode desa;barang;jumlah (lembar)", "a;b;#N/A"))[1][0].startswith("Baris 2: ")

    def test_columns_left_empty_at_the_end_of_a_csv_do_no_harm(self, tmp_path):
        rows, bad = read(tmp_path, csv_file("kode desa;barang;;", "a;b;;", ";;;", "c;d;;"))
        assert ([row[:3] for row in rows], bad) == ([(2, "a", "b"), (4, "c", "d")], [])

    def test_a_hidden_terabyte_ends_the_reader_and_not_the_server(self, tmp_path):
        content = BytesIO()
        with xlsxwriter.Workbook(content) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, TITLES)
            page.write(1_048_575, 16_383, "x")
        assert "lembarnya terlalu besar" in refusal(tmp_path, content.getvalue())


@pytest.mark.django_db
class TestRefusal:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"\x89PNG\r\n\x1a\n" + bytes(100), "ini bukan tabel"),
            (b"%PDF-1.7", "ini bukan tabel"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "terkunci kata sandi"),
            (b"PK\x03\x04" + bytes(100), "rusak"),
            (archive({"catatan.txt": "a"}), "bukan berkas XLSX"),
            (archive(XLSX_FILES), "rusak"),
            (archive(XLSX_FILES | {"xl/workbook.xml": "<a"}), "rusak"),
            (xlsx(TITLES, ROW)[:-400], "rusak"),
            (archive(XLSX_FILES | {"xl/worksheets/sheet1.xml": "a" * 30_000_000}), "terlalu besar"),
        ],
        ids=["png", "pdf", "terkunci", "zip palsu", "zip lain", "hampa", "xml rusak", "terpotong", "bom zip"],
    )
    def test_what_is_no_spreadsheet_is_told_what_to_do(self, tmp_path, content, reason):
        said = refusal(tmp_path, content)
        assert said.startswith("Berkas ditolak dan tidak ada yang diubah: ")
        assert reason in said

    def test_another_header_is_told_the_titles(self, tmp_path):
        with pytest.raises(BadFile) as refused:
            read(tmp_path, xlsx(["Kode desa", "Harga"], ROW[:2]))
        assert str(refused.value.bad_lines[0]).startswith(
            "Baris 1: judul kolom harus Kode desa,Barang[,Jumlah (lembar)]"
        )

    @pytest.mark.parametrize("content", [xlsx(TITLES, *[ROW] * 40), csv_file("kode desa;barang", *["a;b"] * 40)])
    def test_more_rows_than_the_bound_are_refused(self, tmp_path, content):
        assert "lebih dari 20 baris" in refusal(tmp_path, content, max_rows=20)
        assert len(read(tmp_path, content, max_rows=40)[0]) == 40

    @settings(deadline=None)
    @given(content=st.binary(max_size=300) | st.binary(max_size=60).map(lambda rest: b"PK\x03\x04" + rest))
    def test_any_bytes_are_read_or_refused(self, tmp_path_factory, content):
        for whole in (b"kode desa;barang\n" + content, content):
            with suppress(BadFile):
                read(tmp_path_factory.mktemp("berkas"), whole)


def uploaded(content, kind):
    if kind is SimpleUploadedFile:
        return SimpleUploadedFile("stok.xlsx", content)
    if kind is InMemoryUploadedFile:
        return InMemoryUploadedFile(BytesIO(content), "berkas", "stok.xlsx", "", len(content), None)
    upload = TemporaryUploadedFile("stok.xlsx", "", len(content), None)
    upload.write(content)
    upload.seek(0)
    return upload


@pytest.mark.django_db
class TestUpload:
    @pytest.mark.parametrize("kind", [SimpleUploadedFile, InMemoryUploadedFile, TemporaryUploadedFile])
    def test_an_upload_is_staged_wherever_it_lies(self, kind):
        with transaction.atomic(), connection.cursor() as cursor, uploaded(xlsx(TITLES, ROW), kind) as upload:
            staged = staged_upload(cursor, upload, [STOCK], "stock_stage")
            cursor.execute("SELECT line, item, quantity FROM stock_stage")
            assert cursor.fetchall() == [(2, "bilik", "540")]
        assert staged.header == ("village_code", "item", "quantity", "counted_on", "remark")

    @pytest.mark.parametrize(
        ("content", "reason"), [(b"", "kosong"), (b"x" * 200, "lebih dari"), (b"\x1f\x8b" + bytes(9), "terkompres")]
    )
    def test_an_upload_out_of_bounds_is_refused(self, content, reason):
        upload = SimpleUploadedFile("stok.xlsx", content)
        with override_settings(UPLOAD_MAX_BYTES=100), connection.cursor() as cursor, pytest.raises(BadFile) as refused:
            staged_upload(cursor, upload, [STOCK], "stock_stage")
        assert reason in str(refused.value)


def saved(response):
    if response.streaming and not hasattr(response, "file_to_stream"):
        return b"".join(response.streaming_content)
    with response.file_to_stream as file:
        return file.read()


@pytest.mark.django_db
@pytest.mark.parametrize("save", [as_csv, as_xlsx])
class TestRoundTrip:
    def test_a_blank_has_the_titles_and_its_example_is_not_data(self, tmp_path, save):
        content = saved(save(blank_sheet(STOCK, "Stok awal")))
        assert read(tmp_path, content) == ([], [])

    def test_a_blank_of_any_shape_can_be_filled_in(self, tmp_path, save):
        blank = blank_sheet(STOCK, "Stok awal")
        filled = Sheet("Stok awal", blank.columns, [*blank.rows, ["64.08.11.2001", "bilik", 308, None, ""]])
        assert read(tmp_path, saved(save(filled)))[0] == [(3, "64.08.11.2001", "bilik", "308", None, None)]

    @settings(max_examples=25, deadline=None)  # a process for each
    @given(text=st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1).filter(lambda text: text[0] != "#"))
    @example(text="=1+1")
    @example(text="'+62 812")
    def test_a_downloaded_text_is_read_back_as_it_was(self, tmp_path_factory, save, text):
        table = Sheet("Stok", [Heading("Kode desa"), Heading("Barang")], [["64.08.11.2001", text]])
        rows, bad = read(tmp_path_factory.mktemp("berkas"), saved(save(table)))
        assert (rows, bad) == ([(2, "64.08.11.2001", text, None, None, None)], [])
