"""The packing page of a kecamatan and the page of a TPS: who sees them, what they say, and what a form does."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.models import PollingStation
from logistics.handing import receive
from logistics.ledger import stock_of
from logistics.models import Difference, DocumentKind, Parcel, ParcelMove, Seal
from logistics.packing import pack, unpack
from logistics.stages import Stage
from tests.conftest import NOW, WITA

from .goods import make_parcels, paper, put
from .handovers import departed, said, short
from .test_packing import enough, stations_of, stock_for

pytestmark = pytest.mark.django_db

PACKING = "/kecamatan/64.08.11/logistik/kemas/"
STATION = "/tps/64.08.11.2001-001/"
READERS = ["kpu-kutim", "ppk-sandaran", "camat-sandaran", "desk-kutim", "bupati-kutim", "pemantau-nasional"]
STRANGERS = ["camat-busang", "desk-mahulu"]
PAGES = [PACKING, STATION]
ACTS = [f"{STATION}{act}/" for act in ("kemas", "bongkar", "surat-suara")]


def first_tps() -> PollingStation:
    return stations_of("64.08.11.2001")[0]


def form(**fields) -> dict:
    return {"client_key": str(uuid4()), "first_seal": "", "seals_each": "2", **fields}


@pytest.mark.parametrize("username", READERS)
@pytest.mark.parametrize("address", PAGES)
def test_everybody_whose_scope_covers_the_kecamatan_reads(as_user, username, address):
    assert as_user(username).get(address).status_code == 200


@pytest.mark.parametrize("username", STRANGERS)
@pytest.mark.parametrize("address", PAGES + ACTS)
def test_a_tps_elsewhere_does_not_exist(as_user, username, address):
    assert as_user(username).get(address).status_code == 404
    assert as_user(username).post(address).status_code in (404, 405)


@pytest.mark.parametrize("address", ["/tps/64.08.11.2001-007/", "/tps/64.08.11.2001-000/", "/tps/64.08.11.2009-001/"])
def test_a_tps_that_is_not_in_the_register_is_404(as_user, address):
    assert as_user("kpu-kutim").get(address).status_code == 404


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("ppk-sandaran", PACKING),
        ("desk-kutim", PACKING),
        ("bupati-kutim", ACTS[0]),
        ("ppk-sandaran", ACTS[1]),
        ("kpu-kutim", ACTS[2]),
        ("camat-sandaran", ACTS[2]),
    ],
)
def test_who_may_read_but_not_write_is_told_so(as_user, world, username, address):
    make_parcels(world, "64.08.11.2001")
    answer = as_user(username).post(address, form(tps="64.08.11.2001-001"))
    assert answer.status_code == 403
    assert "Hanya" in answer.content.decode()


def test_a_whole_desa_is_packed_with_running_seals_in_one_step(as_user, world):
    put(world, stock_for(6))
    answer = as_user("kpu-kutim").post(PACKING, form(desa="64.08.11.2001:6", first_seal="s-000101"), follow=True)
    assert "6 TPS dikemas." in answer.content.decode()
    assert Parcel.objects.filter(stage=Stage.PACKED).count() == 6
    seals = Seal.objects.filter(parcel__polling_station=first_tps()).values_list("number", flat=True)
    assert list(seals) == ["S-000101", "S-000102"]
    assert Seal.objects.filter(number="S-000112").exists()


def test_a_number_typed_in_its_row_goes_before_the_running_one(as_user, world):
    put(world, stock_for(6))
    typed = {"segel-64.08.11.2001-002": "bb-7, bb-8", "first_seal": "S-98"}
    as_user("kpu-kutim").post(PACKING, form(tps=[f"64.08.11.2001-00{n}" for n in (1, 2, 3)], **typed))
    found = dict(Seal.objects.values_list("number", "parcel__polling_station__number"))
    assert found == {"S-98": 1, "S-99": 1, "BB-7": 2, "BB-8": 2, "S-100": 3, "S-101": 3}


def test_what_is_missing_is_named_per_tps_and_stays_on_the_page(as_user, world):
    put(world, stock_for(2))
    client = as_user("kpu-kutim")
    answer = client.post(PACKING, form(tps="64.08.11.2001-001"), follow=True).content.decode()
    assert "TPS 64.08.11.2001-001 belum lengkap: belum bersegel." in answer
    later = client.get(PACKING).content.decode()
    assert "Belum lengkap" in later
    assert "belum bersegel" in later
    assert "None" not in later


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Pilih sedikitnya satu TPS"),
        ({"tps": "64.08.11.2001-001", "first_seal": "SEGEL"}, "harus berakhir dengan angka"),
        ({"tps": "64.08.11.2001-001", "segel-64.08.11.2001-001": "??"}, "tidak dapat dipakai"),
        ({"tps": "64.08.11.2001-001", "amount_SG": "-1"}, "Tidak boleh kurang dari 0"),
        ({"tps": "64.08.11.2001-001", "seals_each": "1,5"}, "bilangan bulat tanpa pecahan"),
        ({"desa": "64.08.11.2001:5", "first_seal": "S-1"}, "sudah berubah"),
    ],
)
def test_a_form_that_makes_no_sense_comes_back_with_its_sentence_and_what_was_typed(as_user, world, fields, sentence):
    put(world, stock_for(6))
    answer = as_user("kpu-kutim").post(PACKING, form(**fields))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Parcel.objects.exists()


def test_too_little_in_the_warehouse_comes_back_with_the_form(as_user, world):
    put(world, {("BS", ""): 2})
    answer = as_user("kpu-kutim").post(PACKING, form(tps="64.08.11.2001-001", first_seal="S-001"))
    assert answer.status_code == 422
    assert "Di Gudang KPU Kutai Timur hanya ada" in answer.content.decode()
    assert 'value="64.08.11.2001-001" checked' in answer.content.decode()


def test_a_tps_packed_by_somebody_else_meanwhile_stops_the_running_numbers(as_user, world):
    put(world, stock_for(6))
    one = first_tps()
    pack(
        world.election,
        [one],
        seals={one.pk: ["XX-1", "XX-2"]},
        by=world.people["kpu-kutim"],
        now=NOW,
        client_key=uuid4(),
    )
    chosen = [f"64.08.11.2001-00{n}" for n in (1, 2)]
    answer = as_user("kpu-kutim").post(PACKING, form(tps=chosen, first_seal="S-001"))
    assert (answer.status_code, Parcel.objects.count()) == (422, 1)
    assert "sudah dikemas orang lain" in answer.content.decode()


def test_the_packing_form_sent_twice_packs_once(as_user, world):
    put(world, stock_for(6))
    client, sent = as_user("kpu-kutim"), form(desa="64.08.11.2001:6", first_seal="S-000101")
    client.post(PACKING, sent)
    again = client.post(PACKING, sent, follow=True)
    assert "Pengepakan ini sudah tercatat." in again.content.decode()
    assert ParcelMove.objects.count() == 6


def test_one_tps_is_packed_with_what_is_typed_per_item(as_user, world):
    put(world, stock_for(2))
    typed = {f"n-{item}-{contest}" if contest else f"n-{item}": n for (item, contest), n in enough().items()}
    answer = as_user("kpu-kutim").post(ACTS[0], form(seals="A-001, A-002", **typed))
    assert answer.headers["Location"] == STATION
    parcel = Parcel.objects.get()
    assert (parcel.stage, stock_of(parcel.place_id)) == (Stage.PACKED, enough())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-1", "Tidak boleh kurang dari 0"),
        ("1,5", "bilangan bulat tanpa pecahan"),
        ("sepuluh", "dengan angka saja"),
        ("1.000.000", "Isi dari 0 sampai 20.000"),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_the_form(as_user, world, typed, sentence):
    put(world, stock_for(2))
    answer = as_user("kpu-kutim").post(ACTS[0], form(seals="", **{"n-SS-bupati": typed}))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Parcel.objects.exists()


def test_a_thousand_with_its_dot_is_a_thousand(as_user, world):
    put(world, {("SS", "bupati"): 1200})
    as_user("kpu-kutim").post(ACTS[0], form(seals="", **{"n-SS-bupati": "1.000"}))
    assert stock_of(Parcel.objects.get().place_id) == {("SS", "bupati"): 1000}


def test_opening_a_parcel_asks_why_and_brings_it_back(as_user, world):
    make_parcels(world, "64.08.11.2001")
    client = as_user("kpu-kutim")
    assert client.post(ACTS[1], form(reason="")).status_code == 422
    assert client.post(ACTS[1], form(reason="Salah TPS")).headers["Location"] == STATION
    assert Parcel.objects.get(polling_station=first_tps()).stage == Stage.OPEN
    assert "Salah TPS" in client.get(STATION).content.decode()


def test_a_parcel_on_its_way_cannot_be_opened_and_the_page_says_why(as_user, world):
    make_parcels(world, "64.08.11.2001", Stage.AT_PPK)
    answer = as_user("kpu-kutim").get(ACTS[1], follow=True)
    assert answer.redirect_chain[0][0] == STATION
    assert "sudah keluar dari gudang" in answer.content.decode()


def test_the_ppk_reconciles_in_the_evening_of_voting_day(as_user, world, now):
    make_parcels(world, "64.08.11.2001", Stage.AT_TPS)
    too_early = as_user("ppk-sandaran").get(ACTS[2], follow=True)
    assert "mulai hari pemungutan suara" in too_early.content.decode()
    now.move_to(datetime(2026, 12, 3, 20, 0, tzinfo=WITA))
    client = as_user("ppk-sandaran")  # the session of two weeks ago is over
    counts = {"used_bupati": 300, "spoiled_bupati": 4, "unused_bupati": 106, "used_gubernur": 300}
    counts |= {"spoiled_gubernur": 4, "unused_gubernur": 100}
    refused = client.post(ACTS[2], form(**counts))
    assert refused.status_code == 422
    assert "Gubernur: jumlahnya 404, padahal diterima 410; kurang 6" in refused.content.decode()
    sent = form(**counts | {"unused_gubernur": 106})
    for _time in range(2):
        assert client.post(ACTS[2], sent).headers["Location"] == STATION
    assert "gubernur: digunakan 300, rusak/keliru 4, tidak digunakan 106" in client.get(STATION).content.decode()


def test_the_page_of_a_tps_tells_its_need_its_seals_and_where_it_is(as_user, world):
    make_parcels(world, "64.08.11.2001", Stage.AT_PPK)
    page = as_user("bupati-kutim").get(STATION).content.decode()
    for words in ("TPS 001 · Manubar", "Di PPK (kecamatan)", "64.08.11.2001-001/1", "paling lambat", "Di TPS"):
        assert words in page
    assert "Catatan terakhir" in page


def test_an_estimate_says_that_it_is_one(as_user, world):
    PollingStation.objects.filter(pk=first_tps().pk).update(is_estimate=True)
    assert "ESTIMASI, bukan data KPU" in as_user("desk-kutim").get(STATION).content.decode()


def test_unknown_voters_are_grey_and_never_zero(as_user, world):
    PollingStation.objects.filter(pk=first_tps().pk).update(voters_male=None, voters_female=None)
    page = as_user("desk-kutim").get(STATION).content.decode()
    assert "lv-grey" in page
    assert "kebutuhan belum diketahui" in page


def test_a_need_no_decree_has_said_is_never_called_enough(as_user, world):
    make_parcels(world, "64.08.11.2001")
    page = as_user("desk-kutim").get(STATION).content.decode()
    row = page.split("Segel (kertas/stiker dan plastik)")[1].split("</tr>")[0]
    assert "belum ditetapkan" in row
    assert "cukup" not in row


def test_the_parcel_follows_its_tps_into_another_desa(as_user, world):
    make_parcels(world, "64.08.11.2001")
    PollingStation.objects.filter(pk=first_tps().pk).update(village="64.08.11.2002", number=7)
    client = as_user("kpu-kutim")
    assert client.get(STATION).status_code == 404
    page = client.get("/tps/64.08.11.2002-007/").content.decode()
    assert "Dikemas di gudang KPU" in page
    assert reverse("station", args=["64.08.11.2002-007"]) in client.get(PACKING).content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_pages_ask_the_database_as_often_for_thirty_tps_as_for_two(as_user, world, address):
    client = as_user("kpu-kutim")
    make_parcels(world, "64.08.11.2001")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    PollingStation.objects.bulk_create(
        PollingStation(village_id="64.08.11.2003", number=n, voters_male=9, voters_female=9) for n in range(7, 37)
    )
    make_parcels(world, "64.08.11.2003")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few) <= 24


class TestChainOfCustody:
    """Who gave, who took, when, on which document, and what was found (DOMAIN 3.4, 3.5)."""

    def page(self, as_user, shipment):
        code = shipment.cargo.order_by("parcel").first().parcel.polling_station.code
        return as_user("bupati-kutim").get(f"/tps/{code}/").content.decode()

    def test_on_the_way_it_says_with_which_shipment(self, as_user, world):
        shipment = departed(world)
        page = self.page(as_user, shipment)
        assert "Menuju PPK (kecamatan)" in page
        assert reverse("shipment", args=[shipment.code]) in page
        assert "Kpu Kutim" in page

    def test_after_the_hand_over_it_names_both_people_the_document_and_when_it_left(self, as_user, world):
        shipment = departed(world)
        receive(shipment=shipment, confirmation=said(shipment), by=world.people["ppk-sandaran"], now=NOW)
        page = self.page(as_user, shipment)
        for words in ("Kpu Kutim", "Ppk Sandaran", "BA serah terima", shipment.code, "Berangkat"):
            assert words in page
        assert reverse("handover", args=[shipment.code]) in page
        assert page.count("Menuju PPK") == 0

    def test_what_was_found_missing_stands_in_the_chain_and_among_what_is_open(self, as_user, world):
        shipment = departed(world)
        parcel = shipment.cargo.order_by("parcel").first().parcel
        confirmation = said(shipment, short(parcel.pk))
        receive(shipment=shipment, confirmation=confirmation, by=world.people["ppk-sandaran"], now=NOW)
        page = self.page(as_user, shipment)
        assert "Temuan: kurang 2 lembar surat suara bupati." in page
        assert "Temuan yang belum selesai" in page
        assert "kurang 2</td>" in page
        assert "chain-trouble" in page

    def test_a_finding_that_was_put_right_stays_in_the_chain_and_troubles_no_more(self, as_user, world):
        shipment = departed(world)
        parcel = shipment.cargo.order_by("parcel").first().parcel
        confirmation = said(shipment, short(parcel.pk))
        receive(shipment=shipment, confirmation=confirmation, by=world.people["ppk-sandaran"], now=NOW)
        Difference.objects.update(settled=paper(world, DocumentKind.CORRECTION, note="Ditemukan di kapal"))
        page = self.page(as_user, shipment)
        assert "Temuan: kurang 2 lembar surat suara bupati." in page
        assert "chain-trouble" not in page
        assert "Temuan yang belum selesai" not in page

    def test_an_opened_parcel_says_why(self, as_user, world):
        parcel = make_parcels(world, "64.08.11.2001")[0]
        unpack(parcel=parcel, reason="Tertukar dengan TPS 004", by=world.people["kpu-kutim"], now=NOW)
        page = as_user("bupati-kutim").get(STATION).content.decode()
        assert "Paket dibuka di gudang KPU" in page
        assert "Tertukar dengan TPS 004" in page
