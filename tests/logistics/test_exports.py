"""Boards as files: the same rows and filters, empty where nobody knows, and never a formula."""

import csv
from io import BytesIO, StringIO

import pytest
from python_calamine import load_workbook

from districts import exporting
from districts.models import Region
from logistics.models import Replacement, ShipmentState
from logistics.stages import Stage
from tests.conftest import NOW

from .goods import make_parcels, put
from .test_boards import KALTIM, KUTIM, NATION, shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def halfway(world):
    make_parcels(world, "64.08.11", Stage.AT_PPK)
    make_parcels(world, "64.08.06", Stage.AT_TPS)
    return world


def body(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def rows_of(response):
    """Rows of a CSV as dicts by heading, without the lines about the source."""
    lines = list(csv.reader(StringIO(body(response).decode("utf-8-sig")), delimiter=";"))
    end = lines.index([])
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:end]]


def sheet_of(response):
    """Rows of the first sheet of an XLSX."""
    return load_workbook(BytesIO(body(response))).get_sheet_by_index(0).to_python()


def test_the_board_reads_back_with_the_figures_of_the_page(halfway, as_user):
    rows = rows_of(as_user("desk-kutim").get(KUTIM + "unduh.csv"))
    assert [row["Kode"] for row in rows] == ["64.08.04", "64.08.11", "64.08.06"]
    sandaran = rows[1]
    assert (sandaran["Wilayah"], sandaran["Jumlah TPS"], sandaran["Di PPK (TPS)"]) == ("Sandaran", "18", "18")
    assert (sandaran["Sudah sampai PPK (TPS)"], sandaran["Sudah sampai PPS (TPS)"]) == ("18", "0")
    assert rows[2]["Di TPS (TPS)"] == "2"


def test_the_filters_of_the_page_are_those_of_the_file(halfway, as_user):
    client = as_user("desk-kutim")
    assert [row["Kode"] for row in rows_of(client.get(KUTIM + "unduh.csv?tahap=tps"))] == ["64.08.06"]
    assert [row["Kode"] for row in rows_of(client.get(KUTIM + "unduh.csv?nama=manubar"))] == ["64.08.11"]


def test_where_no_kpu_wrote_anything_cells_are_empty_and_not_zero(halfway, as_user):
    rows = rows_of(as_user("desk-kaltim").get(KALTIM + "unduh.csv"))
    silent = next(row for row in rows if row["Kode"] == "64.11")
    assert (silent["Jumlah TPS"], silent["Belum ada catatan KPU (TPS)"]) == ("5", "5")
    assert {silent["Belum dikemas (TPS)"], silent["Sudah sampai TPS (TPS)"], silent["Kecamatan"]} == {""}


def test_the_nation_and_a_spreadsheet_too(halfway, as_user):
    client = as_user("pemantau-nasional")
    assert [row["Kode"] for row in rows_of(client.get(NATION + "unduh.csv"))] == ["64"]
    header, kaltim = sheet_of(client.get(NATION + "unduh.xlsx"))
    assert kaltim[header.index("Jumlah TPS")] == 33


def test_every_tps_with_its_stage_times_boxes_and_seals(halfway, as_user):
    shipped(halfway, state=ShipmentState.PLANNED)
    rows = {row["Kode TPS"]: row for row in rows_of(as_user("desk-kutim").get(KUTIM + "tps.csv"))}
    assert len(rows) == 28
    there = rows["64.08.11.2001-005"]
    assert (there["Tahap"], there["Diterima PPK"]) == ("Di PPK (kecamatan)", "2026-11-21 18:42:00")
    assert (there["Kotak suara (buah)"], there["Segel (keping)"], there["Kiriman"]) == ("2", "2", "SJ-640811-ABCDE")
    assert (there["Dikemas"], there["Diterima TPS"]) == ("2026-11-21 16:42:00", "")
    assert (rows["64.08.04.1001-001"]["Tahap"], rows["64.08.04.1001-001"]["Segel (keping)"]) == ("Belum dikemas", "")


def test_a_tps_of_a_kpu_that_wrote_nothing_has_no_stage(world, as_user):
    rows = rows_of(as_user("desk-mahulu").get("/wilayah/64.11/logistik/tps.csv"))
    assert {row["Tahap"] for row in rows} == {""}


def test_a_list_of_tps_is_of_one_regency(world, as_user):
    assert as_user("desk-kaltim").get(KALTIM + "tps.csv").status_code == 404


@pytest.mark.parametrize("file", ["unduh.csv", "tps.csv"])
def test_a_name_never_starts_a_formula(halfway, as_user, file):
    Region.objects.filter(code="64.08.11").update(name='=HYPERLINK("http://x")')
    text = body(as_user("desk-kutim").get(KUTIM + file)).decode("utf-8-sig")
    cells = [cell for line in csv.reader(StringIO(text), delimiter=";") for cell in line]
    assert '\'=HYPERLINK("http://x")' in cells
    assert not [cell for cell in cells if cell.startswith(tuple(exporting.FORMULA_STARTS))]


def test_a_file_says_its_source_and_when_it_was_read(halfway, as_user):
    text = body(as_user("desk-kutim").get(KUTIM + "unduh.csv")).decode("utf-8-sig")
    assert "Catatan logistik penghubung KPU dan PPK" in text
    assert "21 Nov 2026, 18.42 WITA" in text
    assert "kosong berarti belum ada catatan" in text


def test_stock_replacements_and_shipments_are_taken_along_with_their_filters(world, as_user):
    put(world, {("SS", "bupati"): 90, ("BS", ""): 7})
    shipment = shipped(world)
    Replacement.objects.create(
        election=world.election, regency_id="64.08", item_id="SS", contest="bupati", reason="=1+1", asked=12, asked_at=NOW,
        asked_by=world.people["kpu-kutim"],
    )  # fmt: skip
    client = as_user("kpu-kutim")
    stock = {
        (row["Kode barang"], row["Jenis pemilihan"]): row for row in rows_of(client.get(KUTIM + "barang/unduh.csv"))
    }
    assert (stock["BS", ""]["Baik"], stock["TN", ""]["Baik"]) == ("7", "")  # nothing recorded is not zero
    [asked] = rows_of(client.get(KUTIM + "pengganti/unduh.csv"))
    assert (asked["Alasan"], asked["Diminta"], asked["Diterima"]) == ("'=1+1", "12", "0")
    address = "/kecamatan/64.08.11/logistik/kiriman/unduh.csv"
    assert [row["Nomor"] for row in rows_of(client.get(address))] == [shipment.code]
    assert rows_of(client.get(address + "?ruas=pps-tps")) == []


@pytest.mark.parametrize("page", [KUTIM + "barang/", "/kecamatan/64.08.11/logistik/kiriman/"])
def test_the_page_of_a_list_leads_to_its_file(world, as_user, page):
    shipped(world)
    assert f"{page}unduh.xlsx" in as_user("desk-kutim").get(page).content.decode()
