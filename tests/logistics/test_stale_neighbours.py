"""Which kecamatan are coloured anew: those of the parcels, and all of the regency when they share what changed.

The first of a regency to leave makes the indicator known there: its neighbours go from unknown to 0 percent (DOMAIN 6.3).
"""

from uuid import uuid4

import pytest

from districts.models import Grade, PollingStation, StaleKecamatan
from districts.outbox import drain
from logistics.handing import take_back
from logistics.models import DifferenceKind, Parcel
from logistics.packing import parcel_of, unpack
from logistics.shipping import depart, stop
from logistics.stages import HopName, Stage
from tests.conftest import NOW

from .goods import make_parcels, put
from .handovers import NOTICES, departed, planned, said, short
from .test_handing import take
from .test_packing import do_pack, stations_of, stock_for

pytestmark = pytest.mark.django_db

SANDARAN, BUSANG = {"64.08.11"}, "64.08.06"
KUTIM = {"64.08.04", "64.08.06", "64.08.11"}


def marked():
    """Kecamatan marked since the last look."""
    found = set(StaleKecamatan.objects.filter(cause="logistics").values_list("kecamatan_id", flat=True))
    StaleKecamatan.objects.all().delete()
    return found


def given_back(world, shipment):
    stop(shipment=shipment, reason="Ombak tinggi", by=world.people["kpu-kutim"], now=NOW, client_key=uuid4())
    marked()
    told = said(shipment, received_at=NOW)
    take_back(shipment=shipment, confirmation=told, by=world.people["kpu-kutim"], now=NOW)


def test_packing_and_opening_change_what_the_regency_shares(world):
    put(world, stock_for(1))
    station = stations_of("64.08.11.2001")[0]
    do_pack(world, [station])
    assert marked() == KUTIM
    unpack(parcel=parcel_of(world.election, station), reason="Salah", by=world.people["kpu-kutim"], now=NOW)
    assert marked() == KUTIM


def test_the_first_departure_of_a_regency_marks_all_of_it_and_the_next_its_own(world):
    departed(world)
    assert marked() == KUTIM
    departed(world, village="64.08.11.2002")
    assert marked() == SANDARAN


@pytest.mark.parametrize("hop", [HopName.PPK_PPS, HopName.PPS_TPS, HopName.PPK_TPS])
def test_so_does_the_first_of_every_further_hop(world, hop):
    departed(world, hop, by="pps-sandaran")
    assert marked() == KUTIM
    departed(world, hop, village="64.08.11.2002", by="pps-sandaran")
    assert marked() == SANDARAN


def test_who_went_further_elsewhere_in_the_regency_was_first_and_another_regency_does_not_count(world):
    make_parcels(world, "64.11", Stage.AT_TPS)
    departed(world)
    assert marked() == KUTIM
    make_parcels(world, BUSANG, Stage.AT_TPS)
    departed(world, HopName.PPK_PPS, village="64.08.11.2002", by="pps-sandaran")
    assert marked() == SANDARAN


def test_a_receipt_begins_nothing(world):
    shipment = departed(world, goods=NOTICES)
    marked()
    take(world, shipment)
    assert marked() == SANDARAN


@pytest.mark.parametrize("kind", [DifferenceKind.SHORT, DifferenceKind.DAMAGED])
def test_what_did_not_come_whole_is_shared_out_of_the_warehouse_anew(world, kind):
    shipment = departed(world)
    marked()
    take(world, shipment, said(shipment, short(Parcel.objects.first().pk, kind=kind)))
    assert marked() == KUTIM


def test_loose_goods_of_the_warehouse_leave_the_share_of_the_others(world):
    departed(world)
    marked()
    departed(world, village="64.08.11.2002", goods=NOTICES)
    assert marked() == KUTIM


def test_the_last_that_comes_back_ends_the_figure_of_the_regency(world):
    first = departed(world)
    second = departed(world, village="64.08.11.2002")
    given_back(world, second)
    assert marked() == SANDARAN
    given_back(world, first)
    assert marked() == KUTIM


def test_a_tps_that_moved_to_another_kecamatan_is_marked_there_when_it_leaves(world):
    departed(world)
    shipment = planned(world, village="64.08.11.2002")
    PollingStation.objects.filter(village="64.08.11.2002", number=1).update(village_id="64.08.06.2001", number=9)
    marked()
    depart(shipment=shipment, at=NOW, by=world.people["kpu-kutim"], now=NOW, client_key=uuid4())
    assert marked() == SANDARAN | {BUSANG}


def test_the_neighbours_grade_follows_the_first_departure(world):
    drain()
    before = Grade.objects.get(kecamatan=BUSANG, indicator="LOG-06")
    departed(world)
    drain()
    after = Grade.objects.get(kecamatan=BUSANG, indicator="LOG-06")
    assert (before.amount, after.amount, after.source) == (None, 0, "ledger")
