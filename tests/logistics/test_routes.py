"""What must leave when, read for a region at once; and the routes it is reckoned from."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from districts.access import AccessRefused
from districts.models import KecamatanProfile
from logistics.departures import Verdict
from logistics.models import RouteLeg, Shipment
from logistics.routes import departures_of, replace_route, routes_shown
from logistics.shipping import depart, note_arrival, stop
from logistics.stages import HopName, Stage
from tests.conftest import NOW, WITA
from tests.logistics.goods import make_parcels
from tests.logistics.ways import leg, make_route, make_shipment

#: The truck to Sandaran: at the PPK by the end of H-3, 1 Dec 00.00; the ship leaves by day.
LATEST = datetime(2026, 11, 30, 7, 30, tzinfo=WITA)


def row_of(world, code="64.08.11", hop="kpu-ppk", now=NOW):
    found = [row for row in departures_of(world.election, code, now) if row.hop == hop]
    assert len(found) == 1
    return found[0]


def test_packed_tps_without_a_shipment_have_no_plan_and_say_when_they_must_leave(world):
    make_parcels(world, "64.08.11")
    make_route(world)
    row = row_of(world)
    assert (row.waiting, row.unpacked, row.verdict, row.latest) == (18, 0, Verdict.NO_PLAN, LATEST)
    assert row.sentence == (
        "Truk harus berangkat paling lambat 30 Nov 2026, 07.30 WITA agar tiba di PPK (kecamatan) Sandaran sebelum H-2; "
        "18 TPS belum punya kiriman."
    )


def test_without_a_route_the_moment_is_unknown_and_no_row_is_safe(world):
    make_parcels(world, "64.08.11.2001")
    make_shipment(world, make_parcels(world, "64.08.11.2002"), legs=[])
    row = row_of(world)
    assert (row.latest, row.verdict) == (None, Verdict.NO_PLAN)
    assert row.shipments[0].verdict == Verdict.UNKNOWN


def test_tps_that_are_not_packed_wait_too(world):
    make_parcels(world, "64.08.11.2001")
    assert (row_of(world).waiting, row_of(world).unpacked) == (6, 12)


def test_the_ship_that_must_leave_today_is_named_with_its_hour(world):
    shipment = make_shipment(world, make_parcels(world, "64.08.11"), legs=[leg("kapal_al", "8", plan="A")])
    today = datetime(2026, 11, 30, 9, 0, tzinfo=WITA)
    row = row_of(world, now=today)
    assert (row.verdict, row.leaves_today, row.shipments[0].code) == (Verdict.TODAY, True, shipment.code)
    assert (
        row.sentence
        == "Kapal TNI AL harus berangkat hari ini 16.00 WITA agar tiba di PPK (kecamatan) Sandaran sebelum H-2."
    )


def test_what_has_not_left_in_time_is_late_with_or_without_a_shipment(world):
    make_shipment(world, make_parcels(world, "64.08.11.2001"), legs=[leg("kapal_al", "8", plan="A")])
    late = datetime(2026, 11, 30, 16, 1, tzinfo=WITA)
    row = row_of(world, now=late)
    assert (row.verdict, row.leaves_today) == (Verdict.LATE, False)
    assert "seharusnya berangkat paling lambat 30 Nov 2026, 16.00 WITA" in row.sentence
    make_route(world)
    assert row_of(world, now=late).waits.verdict == Verdict.LATE


def test_a_plan_that_comes_too_late_says_so_before_it_leaves(world):
    planned = [leg("kapal_al", "8", plan="A", planned_departure=datetime(2026, 12, 1, 6, tzinfo=WITA))]
    make_shipment(world, make_parcels(world, "64.08.11"), legs=planned)
    row = row_of(world)
    assert row.verdict == Verdict.WILL_BE_LATE
    assert "kapal TNI AL harus berangkat paling lambat 30 Nov 2026, 16.00 WITA" in row.sentence


def test_a_far_desa_brings_the_departure_of_its_kecamatan_forward(world):
    make_parcels(world, "64.08.11")
    make_route(world)
    make_route(world, hop="ppk-pps", ways=[("perahu", "5", None)])
    assert row_of(world).latest == LATEST
    make_route(world, hop="ppk-pps", ways=[("jalan_kaki", "60", None)], village="64.08.11.2003")
    assert row_of(world).latest < LATEST - timedelta(days=1)


def test_one_desa_shipped_and_gone_leaves_the_others_waiting(world):
    near, far = make_parcels(world, "64.08.11.2001"), make_parcels(world, "64.08.11.2003")
    shipment = make_shipment(world, near, legs=[leg(plan="A")])
    from_kpu = {"by": world.people["kpu-kutim"], "now": NOW}
    depart(shipment=shipment, at=NOW, client_key=shipment.client_key, **from_kpu)
    row = row_of(world)
    assert (row.waiting, row.shipments[0].parcels, row.shipments[0].verdict) == (len(far), len(near), Verdict.LEFT)


def test_arrived_in_time_and_stopped_cargo_are_told_apart(world):
    arrived, stopped = (make_shipment(world, make_parcels(world, code)) for code in ("64.08.11.2001", "64.08.11.2002"))
    kpu = world.people["kpu-kutim"]
    for shipment in (arrived, stopped):
        depart(shipment=shipment, at=NOW, by=kpu, now=NOW, client_key=shipment.client_key)
    note_arrival(shipment=arrived, at=NOW, by=world.people["camat-sandaran"], now=NOW)
    stop(shipment=stopped, reason="Gelombang tinggi", by=kpu, now=NOW, client_key=uuid4())
    told = {each.code: each.sentence for each in row_of(world).shipments}
    assert {each.code: each.verdict for each in row_of(world).shipments} == {
        arrived.code: Verdict.SAFE, stopped.code: Verdict.NO_PLAN,
    }  # fmt: skip
    assert told[arrived.code].endswith("menunggu serah terima.")
    assert told[stopped.code].endswith("dihentikan di jalan; pengirim belum menerimanya kembali.")


def test_the_way_back_begins_on_voting_day_and_has_no_deadline(world):
    make_parcels(world, "64.08.11.2001", Stage.AT_TPS)
    assert {row.hop for row in departures_of(world.election, "64.08.11", NOW)} == {"kpu-ppk"}
    row = row_of(world, hop="tps-pps", now=datetime(2026, 12, 3, 15, tzinfo=WITA))
    assert (row.waiting, row.latest, row.verdict) == (6, None, Verdict.NO_PLAN)


def test_a_kecamatan_that_is_not_hard_has_a_day_more(world):
    make_parcels(world, "64.08.11")
    make_route(world)
    KecamatanProfile.objects.filter(pk="64.08.11").update(is_hard=False)
    assert row_of(world).latest == LATEST + timedelta(days=1)


def test_a_region_is_read_in_as_many_statements_as_one_kecamatan(world):
    parcels = make_parcels(world, "64.08")
    make_route(world)
    with CaptureQueriesContext(connection) as one:
        departures_of(world.election, "64.11.01", NOW)
    for parcel in parcels[8:20]:
        kecamatan = parcel.polling_station.kecamatan_code
        make_shipment(world, [parcel], kecamatan=kecamatan)
    make_route(world, "64.08.06")
    with CaptureQueriesContext(connection) as many:
        rows = departures_of(world.election, "64", NOW)
    assert len(many) == len(one) == 3
    assert {row.kecamatan for row in rows} == {"64.08.04", "64.08.06", "64.08.11", "64.11.01", "64.11.03"}
    assert Shipment.objects.count() == 12


def test_a_route_is_replaced_as_a_whole_and_the_other_plan_stays(world):
    make_route(world)
    make_route(world, plan="B", ways=[("heli", "1", None)])
    make_route(world, ways=[("speedboat", "6", (time(5), time(14)))])
    assert list(RouteLeg.objects.values_list("plan", "position", "mode")) == [("A", 1, "speedboat"), ("B", 1, "heli")]
    shown = dict(routes_shown(world.election, "64.08.11", NOW))[HopName.KPU_PPK]
    assert [route.legs[0][1] for route in shown] == [
        datetime(2026, 11, 30, 14, tzinfo=WITA), datetime(2026, 11, 30, 23, tzinfo=WITA),
    ]  # fmt: skip


@pytest.mark.parametrize("person", ["ppk-sandaran", "desk-kutim", "camat-sandaran", "bupati-kutim"])
def test_routes_are_kept_by_kpu_of_the_regency_alone(world, person):
    with pytest.raises(AccessRefused, match="Hanya penghubung KPU"):
        replace_route(
            kecamatan=world.sandaran, hop=HopName.KPU_PPK, plan="A", village=None, legs=[leg()], by=world.people[person]
        )
