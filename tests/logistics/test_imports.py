"""Files of a KPU liaison: looked at, line by line, then applied as a whole or not at all (issue 3, Import)."""

import threading
from datetime import timedelta
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from districts.models import ImportFile, StaleKecamatan
from logistics.ledger import stock_of
from logistics.models import Document, Movement, Parcel, Place, PlaceKind, SortingBatch
from logistics.stages import Stage
from tests.conftest import NOW

from .goods import make_parcels, put

pytestmark = pytest.mark.django_db

STOCK = """nomor_dokumen;kode_barang;jenis_pemilihan;surat_jalan;jumlah;tanggal
SJ/1;SS;bupati;1.000;1.000;2026-10-21
SJ/1;SS;gubernur;1000;990;21/10/2026
SJ/2;Bilik pemungutan suara;;;72;2026-10-22
"""
SORTING = """nomor_ba;jenis_pemilihan;menurut_label;baik;rusak_2;rusak_6;kurang;lebih;tanggal
BA-1;bupati;500;496;2;1;1;;2026-10-25
BA-2;bupati;500;503;;;;3;2026-10-25
"""


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def upload(client, kind, text, name="stok.csv", code="64.08"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse("imports", args=[code]), {"kind": kind, "file": SimpleUploadedFile(name, content)})


def bring(client, kind, text, **more):
    """Upload and apply; the page after it."""
    answer = upload(client, kind, text, **more)
    assert answer.status_code == 302, answer.content.decode()
    return client.post(answer.url + "terapkan/", follow=True)


def stock(kind, region="64.08"):
    place = Place.objects.filter(kind=kind, region=region).first()
    return stock_of(place.pk) if place else {}


def test_a_file_of_stock_changes_nothing_before_it_is_applied_and_everything_then(as_user):
    client = as_user("kpu-kutim")
    answer = upload(client, "stok", STOCK)
    page = client.get(answer.url).content.decode()
    assert "3 baris" in page
    assert "72 buah" in page
    assert Movement.objects.count() == 0
    client.post(answer.url + "terapkan/")
    assert stock(PlaceKind.SORTING) == {("SS", "bupati"): 1000, ("SS", "gubernur"): 990}
    assert stock(PlaceKind.WAREHOUSE) == {("BS", ""): 72}
    assert stock(PlaceKind.SUPPLIER) == {("SS", "gubernur"): 10}  # on the surat jalan, not received
    assert StaleKecamatan.objects.filter(kecamatan="64.08.11").exists()


def test_applying_twice_and_sending_the_same_file_again_is_once(as_user):
    client = as_user("kpu-kutim")
    answer = upload(client, "stok", STOCK)
    client.post(answer.url + "terapkan/")
    client.post(answer.url + "terapkan/")
    assert stock(PlaceKind.WAREHOUSE) == {("BS", ""): 72}
    again = upload(client, "stok", STOCK)
    assert again.status_code == 422
    assert "sudah pernah diterapkan" in again.content.decode()


@pytest.mark.parametrize("day", ["1/11/2026", "2026-11-1 9:05", "2026-11-01 24:00", "2026-11-01T08:30:15.5"])
def test_days_are_read_as_people_and_spreadsheets_write_them(as_user, day):
    page = bring(as_user("kpu-kutim"), "stok", f"{STOCK.splitlines()[0]}\nSJ/1;BS;;;5;{day}\n").content.decode()
    assert "Berkas diterapkan" in page
    assert stock(PlaceKind.WAREHOUSE) == {("BS", ""): 5}


def test_a_file_named_by_a_personal_number_is_sent_back(as_user):
    answer = upload(as_user("kpu-kutim"), "stok", STOCK, name="6408112001900001.csv")
    assert answer.status_code == 422
    assert "Ganti nama berkasnya" in answer.content.decode()


def test_lines_recorded_before_are_refused_in_a_new_file(as_user):
    client = as_user("kpu-kutim")
    bring(client, "stok", STOCK)
    page = upload(client, "stok", STOCK + "SJ/3;TN;;;36;2026-10-23\n").content.decode()
    assert "Baris 2: dokumen “SJ/1” untuk barang ini sudah tercatat" in page
    assert stock(PlaceKind.WAREHOUSE) == {("BS", ""): 72}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("SJ/9;XX;;;5;2026-10-21", "barang “XX” tidak ada di katalog"),
        ("SJ/9;SS;presiden;;5;2026-10-21", "jenis pemilihan “presiden” tidak berlangsung di sini"),
        ("SJ/9;SS;;;5;2026-10-21", "tidak berlangsung di sini"),
        ("SJ/9;SS;walikota;;5;2026-10-21", "tidak berlangsung di sini"),
        ("SJ/9;BS;bupati;;5;2026-10-21", "tidak dihitung per jenis"),
        ("SJ/9;BS;;;-5;2026-10-21", "“-5” harus bilangan bulat"),
        ("SJ/9;BS;;;1,5;2026-10-21", "“1,5” harus bilangan bulat"),
        ("SJ/9;BS;;;1e3;2026-10-21", "“1e3” harus bilangan bulat"),
        ("SJ/9;BS;;;99999999;2026-10-21", "harus bilangan bulat"),
        ("SJ/9;BS;;;;2026-10-21", "harus bilangan bulat"),
        ("SJ/9;BS;;0;0;2026-10-21", "tidak ada barang"),
        ("SJ/9;BS;;;5;2026-02-30", "tidak dikenal"),
        ("SJ/9;BS;;;5;", "tidak dikenal"),
        ("SJ/9;BS;;;5;2026-12-01", "belum tiba"),
        ("SJ/9;BS;;;5;2026-10-21 BC", "tidak dikenal"),
        ("SJ/9;BS;;;5;2026-10-21 10:00Z", "tidak dikenal"),
        ("SJ/9;BS;;;5;2026-001", "tidak dikenal"),
        ("SJ/9;BS;;;5;21/10/2016", "2016-10-21 terlalu lama lalu"),
        ("6408112001900001;BS;;;5;2026-10-21", "tampak seperti NIK"),
        (";BS;;;5;2026-10-21", "nomor dokumen “” harus diisi"),
        ("SJ/2;BS;;;5;2026-10-21", "sudah ada di baris 4"),
    ],
)
def test_a_wrong_line_is_named_with_its_number_and_nothing_is_kept(as_user, line, sentence):
    page = upload(as_user("kpu-kutim"), "stok", STOCK + line + "\n")
    assert page.status_code == 422
    text = page.content.decode()
    assert sentence in text
    assert "Baris 5:" in text
    assert (ImportFile.objects.count(), Document.objects.count()) == (0, 0)


def test_sorting_results_move_good_damaged_short_and_surplus(world, as_user):
    sorting = put(world, {("SS", "bupati"): 1000}, PlaceKind.SORTING)
    bring(as_user("kpu-kutim"), "sortir", SORTING)
    assert stock_of(sorting) == {}
    assert stock(PlaceKind.WAREHOUSE) == {("SS", "bupati"): 999}
    assert stock(PlaceKind.DAMAGED) == {("SS", "bupati"): 3}
    assert stock(PlaceKind.SUPPLIER) == {("SS", "bupati"): 1}
    batch = SortingBatch.objects.get(good=496)
    assert {(each.damage_class, each.quantity) for each in batch.damages.all()} == {(2, 2), (6, 1)}


def test_a_batch_that_does_not_add_up_is_named(world, as_user):
    put(world, {("SS", "bupati"): 1000}, PlaceKind.SORTING)
    page = upload(as_user("kpu-kutim"), "sortir", SORTING.replace("500;496", "500;490")).content.decode()
    assert "Baris 2: baik + rusak + kurang - lebih = 494, tidak sama dengan menurut label" in page


def test_more_sorted_than_was_received_is_refused_at_the_look(as_user):
    page = upload(as_user("kpu-kutim"), "sortir", SORTING)
    assert page.status_code == 422
    assert "hanya ada" in page.content.decode()
    assert Document.objects.count() == 0


def stages(*rows):
    return "kode_tps;tahap;waktu\n" + "".join(f"{tps};{stage};{at}\n" for tps, stage, at in rows)


def test_stages_of_a_file_move_parcels_and_open_those_that_are_missing(world, as_user):
    make_parcels(world, "64.08.11.2001", Stage.PACKED, at=NOW - timedelta(days=2))
    text = stages(
        ("64.08.11.2001-001", "ppk", "2026-11-20 14:00"),
        ("64.08.11.2001-002", "dikemas", "2026-11-19"),
        ("64.08.11.2002-001", "PPS", "20/11/2026 16:30"),
    )
    bring(as_user("kpu-kutim"), "tahap", text)
    stage = {
        f"{parcel.polling_station}": parcel.stage
        for parcel in Parcel.objects.filter(polling_station__number__lte=2).select_related("polling_station")
    }
    assert stage == {"64.08.11.2001-001": 30, "64.08.11.2001-002": 10, "64.08.11.2002-001": 50}
    assert Parcel.objects.get(stage=50).pps_at.isoformat() == "2026-11-20T08:30:00+00:00"  # WITA


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("64.11.01.2001-001", "ppk", "2026-11-20"), "tidak ada di daftar TPS"),
        (("64.08.11.2001-099", "ppk", "2026-11-20"), "tidak ada di daftar TPS"),
        (("64.08.11.2001-1", "ppk", "2026-11-20"), "tidak ada di daftar TPS"),
        (("64.08.11.2001-001", "kirim", "2026-11-20"), "tahap “kirim” tidak dikenal"),
        (("64.08.11.2001-001", "dikemas", "2026-11-20"), "sudah tercatat lebih jauh"),
        (("64.08.11.2001-001", "pps", "2026-11-20"), "sebelum tahap yang sudah tercatat (2026-11-21 18:42)"),
    ],
)
def test_a_stage_that_cannot_be_is_named(world, as_user, row, sentence):
    make_parcels(world, "64.08.11.2001", Stage.AT_PPK)
    page = upload(as_user("kpu-kutim"), "tahap", stages(row))
    assert page.status_code == 422
    assert sentence in page.content.decode()


def test_a_spreadsheet_is_read_like_a_csv(as_user):
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for row, line in enumerate(STOCK.splitlines()):
        for column, cell in enumerate(line.split(";")):
            sheet.write(row, column, int(cell) if cell.isdigit() else cell)
    book.close()
    bring(as_user("kpu-kutim"), "stok", buffer.getvalue(), name="stok.xlsx")
    assert stock(PlaceKind.WAREHOUSE) == {("BS", ""): 72}


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04bukan zip", b"\xff\xfe\x00", b"a;b;c\n1;2;3\n"]
)
def test_a_file_that_is_none_of_ours_gets_a_sentence(as_user, content):
    page = upload(as_user("kpu-kutim"), "stok", content)
    assert page.status_code == 422
    assert ImportFile.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "status"), [("desk-kutim", 403), ("camat-sandaran", 404), ("kpu-mahulu", 404), ("bupati-kutim", 403)]
)
def test_files_are_for_the_liaison_of_the_regency(as_user, who, status):
    pk = ImportFile.objects.get(pk=int(upload(as_user("kpu-kutim"), "stok", STOCK).url.split("/")[2])).pk
    client = as_user(who)
    assert client.get(reverse("imports", args=["64.08"])).status_code == status
    assert client.get(reverse("import_preview", args=[pk])).status_code == status
    assert client.post(reverse("import_apply", args=[pk])).status_code == status
    assert Movement.objects.count() == 0


def test_the_blank_can_be_filled_in_and_read(as_user):
    client = as_user("kpu-kutim")
    for kind in ("stok", "sortir", "tahap"):
        blank = b"".join(client.get(reverse("import_example", args=[kind, "csv"])).streaming_content)
        page = upload(client, kind, blank)
        assert "tidak ada baris berisi" in page.content.decode()


def test_the_number_of_statements_does_not_grow_with_lines(world, as_user, django_assert_max_num_queries):
    make_parcels(world, "64.08", Stage.PACKED, at=NOW - timedelta(days=2))
    client = as_user("kpu-kutim")
    counts = []
    for rows in (2, 18):
        codes = [f"64.08.11.200{desa}-00{n}" for desa in (1, 2, 3) for n in range(1, 7)][:rows]
        answer = upload(client, "tahap", stages(*[(code, "ppk", f"2026-11-20 1{rows % 10}:00") for code in codes]))
        with django_assert_max_num_queries(80) as captured:
            client.post(answer.url + "terapkan/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_people_applying_one_file_at_once_apply_it_once(world, as_user):
    answer = upload(as_user("kpu-kutim"), "stok", STOCK)

    def press():
        client = Client()
        client.force_login(world.people["kpu-kutim"])
        try:
            client.post(answer.url + "terapkan/")
        finally:
            connection.close()

    pressing = [threading.Thread(target=press) for _ in range(4)]
    [each.start() for each in pressing]
    [each.join() for each in pressing]
    assert stock(PlaceKind.WAREHOUSE) == {("BS", ""): 72}
