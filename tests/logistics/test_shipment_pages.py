"""Pages of shipments and routes: who sees and does what, forms that were sent twice or wrong, the manifest on paper."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
import typst
import zxingcpp
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from districts.models import Election
from logistics.manifest import manifest_data
from logistics.models import Document, Parcel, RouteLeg, Shipment, ShipmentState
from logistics.shipping import depart, note_arrival
from logistics.stages import Stage
from tests.conftest import NOW
from tests.logistics.goods import make_parcels, put
from tests.logistics.ways import leg, make_route, make_shipment

HOUR = timedelta(hours=1)
LEG = {"origin": "Gudang KPU", "destination": "PPK Sandaran", "mode": "truk", "hours": "2.5"}
ROWS = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0"}


@pytest.fixture
def parcels(world):
    return make_parcels(world, "64.08.11", at=NOW - HOUR)


@pytest.fixture
def shipment(world, parcels):
    return make_shipment(world, parcels)


@pytest.fixture
def sent(world, shipment):
    return depart(shipment=shipment, at=NOW, by=world.people["kpu-kutim"], now=NOW, client_key=uuid4())


def plan_form(stations, legs=(LEG,), **more):
    """What the plan form posts: rows of plan A, none of plan B."""
    form = {"client_key": str(uuid4()), "stations": [str(pk) for pk in stations], "legsB-TOTAL_FORMS": "0",
            "legsB-INITIAL_FORMS": "0", "legsA-TOTAL_FORMS": str(len(legs)), "legsA-INITIAL_FORMS": "0"}  # fmt: skip
    for number, row in enumerate(legs):
        form |= {f"legsA-{number}-{name}": text for name, text in row.items()}
    return form | more


def plan_address(hop="kpu-ppk", kecamatan="64.08.11"):
    return reverse("shipment_plan", args=[kecamatan]) + f"?ruas={hop}"


def typed(at):
    return at.strftime("%Y-%m-%dT%H:%M")


# --- Who ----------------------------------------------------------------------------------------------------------------
READERS = [
    "camat-sandaran",
    "desk-kutim",
    "desk-kaltim",
    "bupati-kutim",
    "kpu-kutim",
    "ppk-sandaran",
    "diskominfo-kutim",
]
PAGES = ["shipment", "shipment_manifest"]
#: who may open the form, of a shipment in which state
STEPS = {
    "shipment_depart": {"kpu-kutim"}, "shipment_legs": {"kpu-kutim"}, "shipment_cancel": {"kpu-kutim"},
    "shipment_stop": {"kpu-kutim"}, "shipment_arrive": {"ppk-sandaran", "camat-sandaran"},
}  # fmt: skip


@pytest.mark.parametrize("person", READERS)
def test_whoever_has_the_kecamatan_in_scope_reads(as_user, shipment, person):
    client = as_user(person)
    for address in (shipment.code,):
        assert [client.get(reverse(name, args=[address])).status_code for name in PAGES] == [200, 200]
    assert [client.get(reverse(name, args=["64.08.11"])).status_code for name in ("shipments", "routes")] == [200, 200]


@pytest.mark.parametrize("person", ["camat-busang", "desk-mahulu"])
def test_elsewhere_none_of_it_exists(as_user, shipment, person):
    client = as_user(person)
    addresses = [reverse(name, args=[shipment.code]) for name in (*PAGES, *STEPS)]
    addresses += [reverse("shipment_leg_times", args=[shipment.code, shipment.legs.get().pk]), plan_address()]
    addresses += [reverse(name, args=["64.08.11"]) for name in ("shipments", "routes", "route_choose")]
    addresses.append(reverse("route", args=["64.08.11", "kpu-ppk", "A"]))
    assert {client.get(address).status_code for address in addresses} == {404}
    assert {client.post(address).status_code for address in addresses} <= {404, 405}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("person", READERS)
def test_a_step_is_for_who_has_the_right_and_a_sentence_for_the_others(as_user, shipment, name, person):
    response = as_user(person).get(reverse(name, args=[shipment.code]))
    assert response.status_code == (200 if person in STEPS[name] else 403)
    if response.status_code == 403:
        assert "Hanya" in response.content.decode()


def test_a_shipment_stands_under_the_tab_of_logistics(as_user, shipment):
    page = as_user("desk-kutim").get(reverse("shipment", args=[shipment.code]))
    assert [str(tab["label"]) for tab in page.context["navigation"] if tab["current"]] == ["Logistik"]


@pytest.mark.parametrize(
    ("person", "state", "words"),
    [
        ("kpu-kutim", "rencana", "Berangkat"),
        ("ppk-sandaran", "berangkat", "Terima"),
        ("camat-sandaran", "berangkat", "Catat tiba"),
        ("desk-kutim", "berangkat", None),
        ("kpu-kutim", "dihentikan", "Terima kembali"),
    ],
)
def test_the_one_big_button_is_what_this_person_does_next(world, as_user, shipment, person, state, words):
    if state != "rencana":
        depart(shipment=shipment, at=NOW, by=world.people["kpu-kutim"], now=NOW, client_key=uuid4())
        Shipment.objects.update(state=state, closing_reason="Badai")
    page = as_user(person).get(reverse("shipment", args=[shipment.code])).content.decode()
    big = page.partition('class="wide"')[2].partition("</a>")[0].rpartition(">")[2]
    assert big == (words or "")


# --- Planning -----------------------------------------------------------------------------------------------------------
def test_the_plan_offers_all_that_wait_and_the_usual_route(world, as_user, parcels):
    make_route(world)
    page = as_user("kpu-kutim").get(plan_address()).content.decode()
    assert page.count('name="stations"') == page.count(" checked>") == 18
    assert page.count("kapal_al") > 0
    assert 'value="1.50"' in page


def test_a_plan_is_saved_once_however_often_it_is_sent(as_user, parcels):
    client, form = as_user("kpu-kutim"), plan_form([parcel.polling_station_id for parcel in parcels[:4]])
    answers = [client.post(plan_address(), form) for _tap in range(2)]
    made = Shipment.objects.get()
    assert answers[0].url == reverse("shipment", args=[made.code])
    assert (made.legs.get().origin, made.cargo.count()) == ("Gudang KPU", 4)


def test_the_second_tap_also_leads_to_the_shipment(as_user, parcels):
    client, form = as_user("kpu-kutim"), plan_form([parcels[0].polling_station_id])
    first, second = (client.post(plan_address(), form) for _tap in range(2))
    assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"stations": []}, "Pilih sedikitnya satu TPS"),
        ({"stations": ["999999"]}, "tidak sedang menunggu ruas ini"),
        ({"legsA-0-hours": "-2"}, "Jam perjalanan lebih dari 0"),
        ({"legsA-0-hours": "400"}, "paling lama 336 jam"),
        ({"legsA-0-window_from": "06:00"}, "Isi kedua jam pasang"),
        ({"legsA-0-mode": "kereta"}, "kereta"),
        ({"goods_CP_": "9"}, "hanya ada 5"),
        ({"goods_CP_": "1.000"}, "hanya ada 5"),
        ({"goods_CP_": "0"}, "Isi dari 1 sampai 5"),
        ({"goods_CP_": "-1"}, "Tidak boleh kurang dari 0"),
        ({"goods_CP_": "1.5"}, "bilangan bulat"),
        ({"note": "NIK 6408112001900001"}, "NIK"),
        ({"legsA-TOTAL_FORMS": "x"}, "ManagementForm"),
    ],
)
def test_a_wrong_plan_is_told_and_nothing_is_saved(world, as_user, parcels, change, sentence):
    put(world, {("CP", ""): 5})
    answer = as_user("kpu-kutim").post(plan_address(), plan_form([parcels[0].polling_station_id]) | change)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Shipment.objects.exists()


@pytest.mark.parametrize(("typed", "status"), [("21/11/2026 18.40", 302), ("2026-11-21T18:40", 302), ("besok", 422)])
def test_a_time_typed_where_the_browser_has_no_calendar_is_read_or_shown_an_example(
    world, as_user, parcels, typed, status
):
    shipment = make_shipment(world, parcels)
    address = reverse("shipment_depart", args=[shipment.code])
    answer = as_user("kpu-kutim").post(address, {"client_key": uuid4(), "at": typed})
    assert answer.status_code == status
    assert (status == 302) != ("Tulis tanggal dan jamnya, misalnya 21/11/2026 18.40." in answer.content.decode())


def test_tps_that_another_took_meanwhile_are_no_longer_offered(world, as_user, parcels):
    form = plan_form([parcels[0].polling_station_id])
    make_shipment(world, parcels[:2])
    answer = as_user("kpu-kutim").post(plan_address(), form)
    assert (answer.status_code, Shipment.objects.count()) == (422, 1)


@pytest.mark.parametrize(
    "address", [plan_address("kpu-bulan"), plan_address(""), plan_address() + "&desa=64.08.06.2001"]
)
def test_a_plan_for_no_hop_or_another_kecamatans_desa_does_not_exist(as_user, parcels, address):
    assert as_user("kpu-kutim").get(address).status_code == 404


def test_the_ppk_plans_for_one_desa_with_its_own_route(world, as_user):
    make_parcels(world, "64.08.11", Stage.AT_PPK)
    make_route(world, hop="ppk-pps", ways=[("perahu", "5", None)], village="64.08.11.2003")
    page = as_user("ppk-sandaran").get(plan_address("ppk-pps") + "&desa=64.08.11.2003").content.decode()
    assert page.count('name="stations"') == 6
    assert 'value="5.00"' in page


# --- Steps --------------------------------------------------------------------------------------------------------------
def test_a_departure_lists_the_seals_and_is_confirmed_once(as_user, shipment):
    client, address = as_user("kpu-kutim"), reverse("shipment_depart", args=[shipment.code])
    page = client.get(address).content.decode()
    assert page.count("<code>64.08.11.") == 36
    assert 'value="2026-11-21T18:42"' in page
    form = {"client_key": str(uuid4()), "at": typed(NOW)}
    assert [client.post(address, form).status_code for _tap in range(2)] == [302, 302]
    assert Document.objects.filter(number=shipment.code).count() == 1


@pytest.mark.parametrize(
    ("at", "sentence"),
    [(NOW + HOUR, "juga jam ponsel Anda"), (NOW - 2 * HOUR, "sebelum paketnya siap"), (None, "Isi tanggal dan jamnya")],
)
def test_a_wrong_clock_is_told_and_nothing_left(as_user, shipment, at, sentence):
    form = {"client_key": str(uuid4()), "at": typed(at) if at else ""}
    answer = as_user("kpu-kutim").post(reverse("shipment_depart", args=[shipment.code]), form)
    assert (answer.status_code, Shipment.objects.get().state) == (422, ShipmentState.PLANNED)
    assert sentence in answer.content.decode()


def test_the_second_person_to_send_it_learns_who_did(world, as_user, sent):
    form = {"client_key": str(uuid4()), "at": typed(NOW)}
    answer = as_user("kpu-kutim").post(reverse("shipment_depart", args=[sent.code]), form)
    assert answer.status_code == 422
    assert "Kiriman ini sudah “di perjalanan” (Kpu Kutim" in answer.content.decode()


def test_the_camats_staff_note_the_arrival(as_user, sent):
    client = as_user("camat-sandaran")
    form = {"client_key": str(uuid4()), "at": typed(NOW + timedelta(minutes=1))}
    assert client.post(reverse("shipment_arrive", args=[sent.code]), form).status_code == 302
    page = client.get(reverse("shipment", args=[sent.code])).content.decode()
    assert "dilihat Camat Sandaran" in page


def test_cancelling_needs_a_reason_and_frees_the_tps(as_user, shipment):
    client, address = as_user("kpu-kutim"), reverse("shipment_cancel", args=[shipment.code])
    assert client.post(address, {"client_key": str(uuid4()), "reason": " "}).status_code == 422
    assert client.post(address, {"client_key": str(uuid4()), "reason": "Kapal rusak"}).status_code == 302
    assert not Parcel.objects.exclude(shipment=None).exists()
    assert "Dibatalkan" in client.get(reverse("shipment", args=[shipment.code])).content.decode()


def test_a_shipment_is_stopped_on_the_way(as_user, sent):
    client, address = as_user("kpu-kutim"), reverse("shipment_stop", args=[sent.code])
    assert client.post(address, {"client_key": str(uuid4()), "reason": "Gelombang 4 meter"}).status_code == 302
    page = client.get(reverse("shipment", args=[sent.code])).content.decode()
    assert "Gelombang 4 meter" in page
    assert "Terima kembali" in page


def test_times_of_a_leg_are_noted_and_of_another_shipment_not(world, as_user, parcels):
    first = make_shipment(world, parcels[:2], legs=[leg(plan="A"), leg(plan="A")])
    other = make_shipment(world, parcels[2:4])
    depart(shipment=first, at=NOW, by=world.people["kpu-kutim"], now=NOW, client_key=uuid4())
    client, pk = as_user("ppk-sandaran"), first.legs.first().pk
    form = {"departed_at": typed(NOW), "arrived_at": typed(NOW + timedelta(minutes=10))}
    assert client.post(reverse("shipment_leg_times", args=[first.code, pk]), form).status_code == 302
    assert client.get(reverse("shipment_leg_times", args=[other.code, pk])).status_code == 404


def test_legs_and_plan_are_changed_until_it_arrives(world, as_user, shipment):
    client, address = as_user("kpu-kutim"), reverse("shipment_legs", args=[shipment.code])
    form = plan_form([], plan_in_use="A")
    assert client.post(address, form).status_code == 302
    assert str(shipment.legs.get().hours) == "2.50"
    depart(shipment=shipment, at=NOW, by=world.people["kpu-kutim"], now=NOW, client_key=uuid4())
    assert "Sudah berangkat dan tetap tercatat: Gudang KPU – PPK Sandaran." in client.get(address).content.decode()
    note_arrival(shipment=shipment, at=NOW, by=world.people["ppk-sandaran"], now=NOW)
    answer = client.post(address, form)
    assert answer.status_code == 422
    assert "sudah “tiba, belum diserahterimakan” (Ppk Sandaran" in answer.content.decode()


# --- List ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "count"),
    [("", 1), ("?keadaan=batal", 1), ("?keadaan=semua", 2), ("?ruas=ppk-pps&keadaan=semua", 0), ("?keadaan=hilang", 1)],
)
def test_the_list_is_filtered_by_state_and_hop(world, as_user, parcels, query, count):
    make_shipment(world, parcels[:2])
    Shipment.objects.update(state="batal", closed_by=world.people["kpu-kutim"], closed_at=NOW, closing_reason="x")
    make_shipment(world, parcels[2:4])
    answer = as_user("desk-kutim").get(reverse("shipments", args=["64.08.11"]) + query)
    assert answer.content.decode().count('scope="row"') == count
    assert answer.status_code == (422 if "hilang" in query else 200)


def test_the_list_alone_answers_htmx(as_user, shipment):
    answer = as_user("desk-kutim").get(reverse("shipments", args=["64.08.11"]), headers={"HX-Request": "true"})
    assert answer.content.decode().strip().startswith('<section id="shipment-list"')


def statements(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_pages_take_as_many_statements_for_sixteen_tps_as_for_two(world, as_user, parcels):
    client = as_user("kpu-kutim")
    few = make_shipment(world, parcels[:2])
    counts = [statements(client, reverse(name, args=[few.code])) for name in ("shipment", "shipment_depart")]
    before = statements(client, reverse("shipments", args=["64.08.11"]))
    many = make_shipment(world, parcels[2:])
    assert [statements(client, reverse(name, args=[many.code])) for name in ("shipment", "shipment_depart")] == counts
    assert statements(client, reverse("shipments", args=["64.08.11"])) == before


# --- Routes -------------------------------------------------------------------------------------------------------------
def test_kpu_keeps_routes_and_everybody_sees_when_a_leg_must_leave(as_user, world):
    address = reverse("route", args=["64.08.11", "kpu-ppk", "A"])
    form = {f"legs-{name}": text for name, text in ROWS.items()} | {
        f"legs-0-{name}": text for name, text in LEG.items()
    }
    assert as_user("kpu-kutim").post(address, form).status_code == 302
    page = as_user("desk-kutim").get(reverse("routes", args=["64.08.11"])).content.decode()
    assert "30 Nov 2026, 21.30 WITA" in page
    assert "Ubah rute" not in page


@pytest.mark.parametrize("person", ["ppk-sandaran", "desk-kutim", "camat-sandaran"])
def test_others_do_not_change_routes(as_user, person):
    answer = as_user(person).post(reverse("route", args=["64.08.11", "kpu-ppk", "A"]), {})
    assert answer.status_code == 403
    assert "Hanya penghubung KPU" in answer.content.decode()


def test_a_wrong_leg_of_a_route_is_told_and_the_old_one_stays(world, as_user):
    make_route(world)
    form = {f"legs-{name}": text for name, text in ROWS.items()}
    form |= {f"legs-0-{name}": text for name, text in (LEG | {"window_from": "06:00", "window_until": "06:00"}).items()}
    answer = as_user("kpu-kutim").post(reverse("route", args=["64.08.11", "kpu-ppk", "A"]), form)
    assert answer.status_code == 422
    assert "Isi kedua jam pasang" in answer.content.decode()
    assert RouteLeg.objects.count() == 3


@pytest.mark.parametrize("args", [("kpu-bulan", "A"), ("kpu-ppk", "C")])
def test_a_route_of_no_hop_or_plan_does_not_exist(as_user, args):
    assert as_user("kpu-kutim").get(reverse("route", args=["64.08.11", *args])).status_code == 404


# --- The manifest -------------------------------------------------------------------------------------------------------
def test_the_manifest_names_every_seal_the_totals_and_who_signs(as_user, shipment):
    Election.objects.update(is_simulation=True)
    answer = as_user("ppk-sandaran").get(reverse("shipment_manifest", args=[shipment.code]))
    assert answer["Content-Type"] == "application/pdf"
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    for words in (shipment.code, "SIMULASI", "64.08.11.2001-001/1", "64.08.11.2003-006/2", "18 TPS", "36 segel",
                  "Gudang KPU Kutai Timur", "Yang menyerahkan", "Pengangkut", "Pengawal", "Yang menerima"):  # fmt: skip
        assert words in text


def test_the_qr_opens_the_hand_over_of_this_shipment(shipment):
    address = f"https://siap.example.go.id/kiriman/{shipment.code}/terima/"
    folder = Path(settings.BASE_DIR) / "templates"
    data = json.dumps(manifest_data(shipment, address, NOW))
    made = typst.compile(
        str(folder / "logistics/print/manifest.typ"), root=str(folder), sys_inputs={"data": data}, format="png", ppi=150
    )
    page = made[0] if isinstance(made, list) else made
    assert [found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(page)))] == [address]


def test_the_manifest_says_what_was_sent_also_after_something_was_taken_out(world, sent):
    before = manifest_data(sent, "x", NOW)["totals"]
    put(world, {("BS", ""): 3}, at=NOW + HOUR)
    assert manifest_data(sent, "x", NOW + HOUR)["totals"] == before
    assert ["Bilik pemungutan suara", "", "72", "buah"] in before
