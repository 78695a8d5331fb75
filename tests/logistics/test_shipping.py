"""A shipment from its plan to its arrival; who is second is told who was first; nothing is lost or doubled."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from districts.access import AccessRefused
from districts.models import Assignment, PollingStation, StaleKecamatan, User
from logistics.ledger import LedgerRefused, stock_of
from logistics.models import Document, Parcel, ParcelMove, PlaceKind, Shipment, ShipmentLeg, ShipmentState
from logistics.shipment_legs import change_legs, note_leg_times
from logistics.shipping import cancel, depart, note_arrival, stop
from logistics.stages import HOPS, Stage
from tests.conftest import NOW
from tests.logistics.goods import make_parcels, put
from tests.logistics.ways import leg, make_shipment

HOUR = timedelta(hours=1)


@pytest.fixture
def parcels(world):
    return make_parcels(world, "64.08.11.2001", at=NOW - HOUR)


@pytest.fixture
def planned(world, parcels):
    return make_shipment(world, parcels)


def send(world, shipment, at=NOW, by="kpu-kutim", key=None, now=NOW):
    depart(shipment=shipment, at=at, by=world.people[by], now=now, client_key=key or uuid4())
    return Shipment.objects.get(pk=shipment.pk)


def second_person(world, username="kpu-kutim"):
    """Another account with the same right."""
    first = world.people[username].assignments.get()
    user = User.objects.create_user(f"{username}-2", None, name="Petugas Kedua", phone="+6281200000002")
    Assignment.objects.create(user=user, role=first.role, region=first.region, valid_from=first.valid_from)
    return user


@contextmanager
def refused(*words):
    with pytest.raises(LedgerRefused) as caught:
        yield
    assert all(word in str(caught.value) for word in words), str(caught.value)


# --- Planning -----------------------------------------------------------------------------------------------------------
def test_a_plan_binds_its_parcels_and_moves_nothing(world, parcels, planned):
    assert planned.code.startswith("SJ-640811-")
    assert planned.state == ShipmentState.PLANNED
    assert {(row.stage, row.shipment_id) for row in Parcel.objects.all()} == {(Stage.PACKED, planned.pk)}


def test_a_plan_sent_twice_is_one_shipment(world, parcels):
    key = uuid4()
    assert make_shipment(world, parcels, client_key=key) == make_shipment(world, parcels, client_key=key)
    assert Shipment.objects.count() == 1


def test_a_parcel_is_in_one_open_shipment_and_the_second_person_learns_whose(world, parcels, planned):
    other = second_person(world)
    world.people[other.username] = other
    with refused("TPS 64.08.11.2001-001", "dan 3 lainnya", planned.code, "Kpu Kutim"):
        make_shipment(world, parcels, by=other.username)


def test_parcels_that_are_elsewhere_are_named(world, parcels):
    make_parcels(world, "64.08.11.2002", Stage.AT_PPK)
    elsewhere = list(Parcel.objects.filter(stage=Stage.AT_PPK).select_related("polling_station"))
    with refused("64.08.11.2002-001", "di ppk", "gudang KPU"):
        make_shipment(world, elsewhere)


def test_an_empty_shipment_is_refused(world):
    with refused("Pilih sedikitnya satu TPS"):
        make_shipment(world, [])


def test_tps_of_another_kecamatan_or_without_a_parcel_are_not_taken(world, parcels):
    foreign = make_parcels(world, "64.08.06")
    with refused("2 TPS yang dipilih belum punya paket"):
        make_shipment(world, foreign)


@pytest.mark.parametrize(
    ("hop", "person"),
    [("kpu-ppk", "ppk-sandaran"), ("kpu-ppk", "desk-kutim"), ("kpu-ppk", "camat-sandaran"), ("ppk-pps", "kpu-kutim"),
     ("tps-pps", "camat-sandaran"), ("ppk-kpu", "kpu-kutim")],
)  # fmt: skip
def test_only_who_has_the_goods_plans_their_way(world, hop, person):
    parcels = make_parcels(world, "64.08.11.2001", HOPS[hop].start)
    with pytest.raises(AccessRefused, match="Kiriman ini diserahkan oleh"):
        make_shipment(world, parcels, hop=hop, by=person)


@pytest.mark.parametrize("hop", HOPS)
def test_every_hop_leaves_from_its_place_the_way_back_too(world, hop):
    parcels = make_parcels(world, "64.08.11.2001", HOPS[hop].start, at=NOW - HOUR)
    shipment = make_shipment(world, parcels, hop=hop)
    sent = send(world, shipment, by="kpu-kutim" if hop == "kpu-ppk" else "ppk-sandaran")
    assert {row.stage for row in Parcel.objects.all()} == {HOPS[hop].moving}
    assert sent.village_id == (None if hop in ("kpu-ppk", "ppk-kpu") else "64.08.11.2001")


def test_plan_b_is_used_where_only_it_has_legs_and_may_be_chosen_later(world, parcels):
    shipment = make_shipment(world, parcels, legs=[leg("heli", plan="B"), leg("jalan_kaki", plan="B")])
    assert (shipment.plan_in_use, shipment.legs.count()) == ("B", 2)
    kpu = world.people["kpu-kutim"]
    legs = [leg("truk", plan="A"), leg("heli", plan="B")]
    change_legs(shipment=shipment, legs=legs, plan_in_use="A", by=kpu, now=NOW)
    assert list(shipment.legs.values_list("plan", "position", "mode")) == [("A", 1, "truk"), ("B", 1, "heli")]
    with refused("Rencana B belum punya ruas"):
        change_legs(shipment=shipment, legs=legs[:1], plan_in_use="B", by=kpu, now=NOW)


# --- Departure ----------------------------------------------------------------------------------------------------------
def test_a_departure_moves_all_parcels_and_marks_the_kecamatan(world, planned):
    sent = send(world, planned)
    assert (sent.state, sent.departed_by, sent.departed_at) == (ShipmentState.UNDERWAY, world.people["kpu-kutim"], NOW)
    assert {row.stage for row in Parcel.objects.all()} == {Stage.TO_PPK}
    assert sent.legs.get().departed_at == NOW
    assert StaleKecamatan.objects.filter(kecamatan="64.08.11", cause="logistics").exists()


def test_a_departure_sent_twice_moves_once(world, planned):
    key = uuid4()
    send(world, planned, key=key)
    moves = ParcelMove.objects.count()
    send(world, planned, key=key)
    assert (ParcelMove.objects.count(), Document.objects.filter(number=planned.code).count()) == (moves, 1)


def test_of_two_who_send_at_once_the_second_learns_who_did(world, planned):
    send(world, planned)
    other = second_person(world)
    with refused("sudah “di perjalanan”", "Kpu Kutim", "21 Nov 2026, 18.42 WITA"):
        depart(shipment=planned, at=NOW, by=other, now=NOW, client_key=uuid4())


def test_loose_goods_leave_the_warehouse_for_the_shipments_own_account(world, parcels):
    warehouse = put(world, {("CP", ""): 500})
    shipment = make_shipment(world, parcels, goods={("CP", ""): 400})
    assert stock_of(warehouse)["CP", ""] == 500
    send(world, shipment)
    assert (stock_of(warehouse)["CP", ""], stock_of(shipment.place_id)) == (100, {("CP", ""): 400})


def test_more_than_is_there_does_not_leave_and_nothing_moved(world, parcels):
    put(world, {("CP", ""): 10})
    shipment = make_shipment(world, parcels, goods={("CP", ""): 11})
    with refused("hanya ada 10 lembar", "11"):
        send(world, shipment)
    assert Shipment.objects.get().state == ShipmentState.PLANNED
    assert {row.stage for row in Parcel.objects.all()} == {Stage.PACKED}


def test_goods_of_the_ppk_leave_the_ppk_and_a_tps_has_none(world):
    ppk = put(world, {("TP", ""): 5}, PlaceKind.PPK, "64.08.11")
    shipment = make_shipment(world, [], hop="ppk-pps", goods={("TP", ""): 5}, village="64.08.11.2001")
    send(world, shipment, by="ppk-sandaran")
    assert stock_of(ppk) == {}
    with refused("Dari TPS hanya paket"):
        make_shipment(world, [], hop="tps-pps", goods={("TP", ""): 5})
    with refused("per desa"):
        make_shipment(world, [], hop="pps-tps", goods={("TP", ""): 5})


@pytest.mark.parametrize(
    ("at", "sentence"),
    [(NOW + HOUR, "Waktu ini belum tiba"), (NOW - 2 * HOUR, "sebelum paketnya siap di tempat asal")],
)
def test_a_phone_with_a_wrong_clock_is_told(world, planned, at, sentence):
    with refused(sentence):
        send(world, planned, at=at)
    assert Shipment.objects.get().state == ShipmentState.PLANNED


def test_a_form_tells_minutes_and_the_same_minute_is_not_before(world):
    packed = NOW + timedelta(seconds=40)
    parcels = make_parcels(world, "64.08.11.2001", at=packed)
    sent = send(world, make_shipment(world, parcels), at=NOW, now=packed)
    assert sent.departed_at == NOW
    note_arrival(shipment=sent, at=NOW, by=world.people["ppk-sandaran"], now=packed)


# --- On the way ---------------------------------------------------------------------------------------------------------
def test_the_camats_staff_see_it_arrive_and_nothing_is_handed_over(world, planned):
    sent = send(world, planned, at=NOW - HOUR / 2)
    note_arrival(shipment=sent, at=NOW, by=world.people["camat-sandaran"], now=NOW)
    seen = Shipment.objects.get()
    assert (seen.state, seen.arrived_by, seen.legs.get().arrived_at) == ("tiba", world.people["camat-sandaran"], NOW)
    assert {row.stage for row in Parcel.objects.all()} == {Stage.TO_PPK}


def test_an_arrival_noted_twice_is_one_and_another_witness_learns_who_was_first(world, planned):
    sent, camat = send(world, planned), world.people["camat-sandaran"]
    note_arrival(shipment=sent, at=NOW, by=camat, now=NOW)
    note_arrival(shipment=sent, at=NOW + HOUR, by=camat, now=NOW + HOUR)
    assert Shipment.objects.get().arrived_at == NOW
    with refused("sudah “tiba", "Camat Sandaran"):
        note_arrival(shipment=sent, at=NOW, by=world.people["ppk-sandaran"], now=NOW)


def test_an_arrival_before_the_departure_is_refused(world, planned):
    sent = send(world, planned)
    with refused("sebelum waktu terakhir di jalan"):
        note_arrival(shipment=sent, at=NOW - HOUR, by=world.people["ppk-sandaran"], now=NOW)


@pytest.mark.parametrize("person", ["camat-busang", "desk-kutim", "bupati-kutim", "kpu-kutim"])
def test_others_do_not_note_arrivals(world, planned, person):
    sent = send(world, planned)
    with pytest.raises(AccessRefused, match="Hanya penerima atau petugas kecamatan"):
        note_arrival(shipment=sent, at=NOW, by=world.people[person], now=NOW)


def test_legs_tell_their_times_in_order(world, parcels):
    shipment = make_shipment(world, parcels, legs=[leg("truk", plan="A"), leg("kapal_al", plan="A")])
    sent = send(world, shipment, at=NOW - HOUR)
    first, last = ShipmentLeg.objects.order_by("position")
    by = {"by": world.people["kpu-kutim"], "now": NOW}
    note_leg_times(leg=first, departed_at=NOW - HOUR, arrived_at=NOW - HOUR / 2, **by)
    with refused("mulai sesudah ruas sebelumnya"):
        note_leg_times(leg=last, departed_at=NOW - HOUR, arrived_at=None, **by)
    with refused("belum tiba"):
        note_leg_times(leg=last, departed_at=NOW + HOUR, arrived_at=None, **by)
    note_leg_times(leg=last, departed_at=NOW - HOUR / 4, arrived_at=NOW, **by)
    last.refresh_from_db()
    assert (last.arrived_at, Shipment.objects.get(pk=sent.pk).state) == (None, ShipmentState.UNDERWAY)


def test_on_the_way_plan_b_takes_over_from_where_the_cargo_is(world, parcels):
    shipment = make_shipment(world, parcels, legs=[leg("truk", plan="A"), leg("kapal_al", plan="A")])
    sent, kpu = send(world, shipment, at=NOW - HOUR), world.people["kpu-kutim"]
    change_legs(shipment=sent, legs=[leg("speedboat", plan="B")], plan_in_use="B", by=kpu, now=NOW)
    assert list(sent.legs.values_list("plan", "position", "mode")) == [("B", 1, "truk"), ("B", 2, "speedboat")]
    assert sent.legs.first().departed_at == NOW - HOUR
    note_arrival(shipment=sent, at=NOW, by=world.people["ppk-sandaran"], now=NOW)
    with refused("sudah “tiba"):
        change_legs(shipment=sent, legs=[leg("heli", plan="A")], plan_in_use="A", by=kpu, now=NOW)


# --- Given up -----------------------------------------------------------------------------------------------------------
def test_a_cancelled_shipment_frees_its_parcels_for_another(world, parcels, planned):
    kpu = world.people["kpu-kutim"]
    cancel(shipment=planned, reason="Kapal rusak", by=kpu, now=NOW)
    cancel(shipment=planned, reason="Kapal rusak", by=kpu, now=NOW)
    assert Shipment.objects.get().state == ShipmentState.CANCELLED
    assert make_shipment(world, parcels).pk != planned.pk


def test_a_shipment_that_left_is_stopped_and_not_cancelled(world, planned):
    sent, kpu, key = send(world, planned), world.people["kpu-kutim"], uuid4()
    with refused("sudah “di perjalanan”"):
        cancel(shipment=sent, reason="Terlambat", by=kpu, now=NOW)
    for _tap in range(2):
        stop(shipment=sent, reason="Gelombang tinggi", by=kpu, now=NOW, client_key=key)
    stopped = Shipment.objects.get()
    assert (stopped.state, stopped.closing_reason) == (ShipmentState.STOPPED, "Gelombang tinggi")
    assert {(row.stage, row.shipment_id) for row in Parcel.objects.all()} == {(Stage.TO_PPK, sent.pk)}


def test_who_cancels_what_another_cancelled_learns_who_and_a_reason_is_needed(world, planned):
    kpu = world.people["kpu-kutim"]
    with refused("Tulis alasan"):
        cancel(shipment=planned, reason="", by=kpu, now=NOW)
    cancel(shipment=planned, reason="Kapal rusak", by=kpu, now=NOW)
    with refused("Kpu Kutim"):
        cancel(shipment=planned, reason="Kapal rusak", by=second_person(world), now=NOW)
    with refused("dibatalkan sebelum berangkat"):
        send(world, planned)


def test_stopping_before_it_left_is_refused(world, planned):
    with refused("belum berangkat"):
        stop(shipment=planned, reason="Badai", by=world.people["kpu-kutim"], now=NOW, client_key=uuid4())


def test_thirty_parcels_take_as_many_statements_as_two(world):
    PollingStation.objects.bulk_create(
        PollingStation(village_id="64.08.11.2003", number=number, voters_male=9, voters_female=9)
        for number in range(7, 22)
    )
    parcels = make_parcels(world, "64.08.11")
    counts = []
    for chosen in (parcels[:1], parcels[1:3], parcels[3:33]):  # the first reads the person's scope
        with CaptureQueriesContext(connection) as queries:
            send(world, make_shipment(world, chosen))
        counts.append(len(queries))
    assert counts[1] == counts[2]


def at_once(*acts):
    """What each act, in a thread of its own, gave back or was refused with."""

    def run(act):
        try:
            return act()
        except LedgerRefused as caught:
            return caught
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_the_same_tps_at_the_same_moment_make_one_shipment(world):
    parcels = make_parcels(world, "64.08.11.2001")
    made = at_once(*[lambda: make_shipment(world, parcels)] * 4)
    assert sum(isinstance(each, Shipment) for each in made) == Shipment.objects.count() == 1
    assert all("sudah masuk kiriman" in str(each) for each in made if not isinstance(each, Shipment))


@pytest.mark.django_db(transaction=True)
def test_a_form_tapped_four_times_at_once_plans_and_sends_once(world):
    parcels, key = make_parcels(world, "64.08.11.2001", at=NOW - HOUR), uuid4()
    shipment, *same = at_once(*[lambda: make_shipment(world, parcels, client_key=key)] * 4)
    assert {each.pk for each in same} == {shipment.pk}
    at_once(*[lambda: send(world, shipment, key=key)] * 4)
    assert Document.objects.filter(number=shipment.code).count() == 1
    assert ParcelMove.objects.filter(to_stage=Stage.TO_PPK).count() == len(parcels)
