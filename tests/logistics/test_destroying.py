"""Destruction on H-1: exactly damaged + surplus, and the reserve before it (DOMAIN 3.2, 3.3, 8.1; [S23][S25])."""

from datetime import timedelta
from uuid import uuid4

import pytest

from districts.access import AccessRefused
from logistics.destroying import destroy, leftovers
from logistics.ledger import LedgerRefused, Line, move, places, stock_of
from logistics.models import Document, DocumentKind, Parcel, PlaceKind
from logistics.reserving import set_aside
from tests.conftest import NOW

from .goods import make_parcels, paper, put
from .test_receiving import there

pytestmark = pytest.mark.django_db
GOVERNOR, REGENT = ("SS", "gubernur"), ("SS", "bupati")
H_MINUS_1 = NOW + timedelta(days=11)  # 2 December
WITNESSES = {"Bawaslu": "Ketua Bawaslu", "Polri": "Kabag Ops"}


def burn(world, counts, by="kpu-kutim", **more):
    wanted = {"number": "218/PP.09.5-BA/6408/2026", "witnesses": WITNESSES, "happened_at": NOW, "now": NOW} | more
    return destroy(election=world.election, regency="64.08", counts=counts, by=world.people[by], **wanted)


@pytest.fixture
def day_before(world, now):
    """H-1, with every TPS packed and the reserve set aside."""
    now.move_to(H_MINUS_1)
    make_parcels(world, "64.08", at=H_MINUS_1)
    put(world, {REGENT: 2000}, PlaceKind.RESERVE, at=H_MINUS_1)
    return world


def ppu(world):
    """DOMAIN 3.3: PPU 2024 destroyed 36 surplus + 4 damaged of the governor, 442 + 4 of the regent [S23]."""
    put(world, {GOVERNOR: 36, REGENT: 442}, at=H_MINUS_1)
    put(world, {GOVERNOR: 4, REGENT: 4}, PlaceKind.DAMAGED, at=H_MINUS_1)


def test_ppu_2024_destroys_exactly_damaged_plus_surplus(day_before):
    ppu(day_before)
    found = {each.goods.contest: (each.damaged, each.surplus) for each in leftovers(day_before.election, "64.08")}
    assert found == {"gubernur": (4, 36), "bupati": (4, 442)}
    document = burn(day_before, found, happened_at=H_MINUS_1, now=H_MINUS_1)
    assert there(day_before, PlaceKind.DESTROYED) == {GOVERNOR: 40, REGENT: 446}
    assert there(day_before, PlaceKind.DAMAGED) == {}
    assert there(day_before, PlaceKind.RESERVE) == {REGENT: 2000}
    assert document.note == "Saksi Bawaslu: Ketua Bawaslu; Saksi Polri: Kabag Ops"


@pytest.mark.parametrize("counts", [
    {"gubernur": (4, 35), "bupati": (4, 442)}, {"gubernur": (5, 36), "bupati": (4, 442)}, {"gubernur": (4, 36)}, {},
])  # fmt: skip
def test_other_numbers_than_the_ledgers_are_refused_and_nothing_burns(day_before, counts):
    ppu(day_before)
    before = Document.objects.count()
    with pytest.raises(LedgerRefused, match=r"tepat sebanyak itu|setiap jenis"):
        burn(day_before, counts, happened_at=H_MINUS_1, now=H_MINUS_1)
    assert (Document.objects.count(), there(day_before, PlaceKind.DESTROYED)) == (before, {})


def test_before_h_minus_1_nothing_is_destroyed(world):
    with pytest.raises(LedgerRefused, match="pada H-1"):
        burn(world, {"gubernur": (0, 0), "bupati": (0, 0)})


def test_a_ballot_that_a_tps_still_needs_is_no_surplus(world, now):
    now.move_to(H_MINUS_1)
    make_parcels(world, "64.08.04", at=H_MINUS_1)
    make_parcels(world, "64.08.06", at=H_MINUS_1)
    # Sandaran is not packed: 12 TPS of 400 + 10 and 6 of 526 + 14 (DOMAIN 3.3: 526 voters get 540)
    put(world, {GOVERNOR: 12 * 410 + 6 * 540 + 7}, at=H_MINUS_1)
    assert [each.surplus for each in leftovers(world.election, "64.08")] == [7, 0]


def test_what_a_parcel_lost_on_its_way_is_still_needed(day_before):
    put(day_before, {GOVERNOR: 50}, at=H_MINUS_1)
    parcel = Parcel.objects.first()
    pile = places(day_before.election, [(PlaceKind.DAMAGED, "64.08.04")])[PlaceKind.DAMAGED, "64.08.04"]
    move(paper(day_before, DocumentKind.HANDOVER, at=H_MINUS_1), [Line(*GOVERNOR, 38, parcel.place_id, pile)])
    assert [(each.damaged, each.surplus) for each in leftovers(day_before.election, "64.08")] == [(38, 12), (0, 0)]


def test_a_parcel_with_too_many_leaves_no_surplus_for_the_tps_that_waits(world, now):
    now.move_to(H_MINUS_1)
    for code in ("64.08.04", "64.08.06"):
        parcel = make_parcels(world, code, at=H_MINUS_1)[0]
    warehouse = put(world, {GOVERNOR: 12 * 410 + 6 * 540 + 10}, at=H_MINUS_1)
    move(paper(world, DocumentKind.PACKING, at=H_MINUS_1), [Line(*GOVERNOR, 10, warehouse, parcel.place_id)])
    assert [each.surplus for each in leftovers(world.election, "64.08")] == [0, 0]


def test_the_reserve_that_was_not_set_aside_yet_is_no_surplus(day_before):
    put(day_before, {REGENT: 50}, at=H_MINUS_1)
    reserve = places(day_before.election, [(PlaceKind.RESERVE, "64.08")])[PlaceKind.RESERVE, "64.08"]
    warehouse = places(day_before.election, [(PlaceKind.WAREHOUSE, "64.08")])[PlaceKind.WAREHOUSE, "64.08"]
    move(paper(day_before, DocumentKind.RESERVE, at=H_MINUS_1), [Line(*REGENT, 2000, reserve, warehouse)])
    assert [each.surplus for each in leftovers(day_before.election, "64.08")] == [0, 50]


def test_ballots_still_in_sorting_are_sorted_first(day_before):
    ppu(day_before)
    put(day_before, {GOVERNOR: 5}, PlaceKind.SORTING, at=H_MINUS_1)
    with pytest.raises(LedgerRefused, match="Masih ada 5 surat suara gubernur"):
        burn(day_before, {"gubernur": (4, 36), "bupati": (4, 442)}, happened_at=H_MINUS_1, now=H_MINUS_1)


def test_damaged_ballots_kept_in_a_kecamatan_burn_too(day_before):
    ppu(day_before)
    pile = put(day_before, {GOVERNOR: 3}, PlaceKind.DAMAGED, "64.08.11", at=H_MINUS_1)
    burn(day_before, {"gubernur": (7, 36), "bupati": (4, 442)}, happened_at=H_MINUS_1, now=H_MINUS_1)
    assert stock_of(pile) == {}


def test_a_destruction_sent_twice_is_one_and_a_second_one_has_nothing_left(day_before):
    ppu(day_before)
    counts, key = {"gubernur": (4, 36), "bupati": (4, 442)}, uuid4()
    moment = {"happened_at": H_MINUS_1, "now": H_MINUS_1}
    assert burn(day_before, counts, client_key=key, **moment) == burn(day_before, counts, client_key=key, **moment)
    with pytest.raises(LedgerRefused, match="Tidak ada surat suara"):
        burn(day_before, {"gubernur": (0, 0), "bupati": (0, 0)}, **moment)


@pytest.mark.parametrize("change", [{"number": " "}, {"witnesses": {"Bawaslu": "Ketua", "Polri": ""}}])
def test_a_destruction_names_its_ba_and_both_witnesses(day_before, change):
    ppu(day_before)
    counts = {"gubernur": (4, 36), "bupati": (4, 442)}
    with pytest.raises(LedgerRefused, match="nomor BA"):
        burn(day_before, counts, happened_at=H_MINUS_1, now=H_MINUS_1, **change)


@pytest.mark.parametrize("by", ["ppk-sandaran", "desk-kutim", "bupati-kutim", "admin"])
def test_only_the_kpu_liaison_destroys_or_sets_aside(world, by):
    with pytest.raises(AccessRefused):
        burn(world, {}, by=by)
    with pytest.raises(AccessRefused):
        aside(world, {REGENT: 1}, by=by)


def aside(world, quantities, by="kpu-kutim", **more):
    return set_aside(
        election=world.election, regency="64.08", quantities=quantities, happened_at=NOW, now=NOW,
        by=world.people[by], **more,
    )  # fmt: skip


def test_the_psu_reserve_leaves_the_warehouse_and_stays_with_the_kpu(world):
    put(world, {REGENT: 2500})
    aside(world, {REGENT: 1500})
    with pytest.raises(LedgerRefused, match=r"sudah ada 1500\. Isi paling banyak 500"):
        aside(world, {REGENT: 501})
    aside(world, {REGENT: 500})
    assert there(world, PlaceKind.RESERVE) == {REGENT: 2000}
    assert there(world, PlaceKind.WAREHOUSE) == {REGENT: 500}


@pytest.mark.parametrize(("quantities", "sentence"), [
    ({REGENT: 2001}, r"paling banyak 2000, sudah ada 0"), ({REGENT: 0}, "lebih dari nol"), ({}, "lebih dari nol"),
    ({GOVERNOR: 5}, "KPU penyelenggara"), ({("BS", ""): 5}, "KPU penyelenggara"), ({REGENT: 1999}, "hanya ada 1000"),
])  # fmt: skip
def test_a_reserve_beyond_the_need_or_the_stock_is_refused(world, quantities, sentence):
    put(world, {REGENT: 1000, GOVERNOR: 10, ("BS", ""): 10})
    with pytest.raises(LedgerRefused, match=sentence):
        aside(world, quantities)
    assert there(world, PlaceKind.RESERVE) == {}


def test_kaltims_final_ballot_balance(world):
    """DOMAIN 8.1: 2,896,473 received = 1,882,391 used + 1,542 spoiled + 1,012,540 unused [S09b]."""
    warehouse = put(world, {GOVERNOR: 2_896_473})
    found = places(world.election, [(PlaceKind.USED, "64.08"), (PlaceKind.RETURNED, "64.08")])
    used, returned = found[PlaceKind.USED, "64.08"], found[PlaceKind.RETURNED, "64.08"]
    lines = [(1_882_391, used), (1_542, returned), (1_012_540, returned)]
    move(paper(world, DocumentKind.USE), [Line(*GOVERNOR, quantity, warehouse, place) for quantity, place in lines])
    assert stock_of(warehouse) == {}
    assert (stock_of(used), stock_of(returned)) == ({GOVERNOR: 1_882_391}, {GOVERNOR: 1_542 + 1_012_540})
    with pytest.raises(LedgerRefused, match="hanya ada 0"):
        move(paper(world, DocumentKind.USE), [Line(*GOVERNOR, 1, warehouse, used)])
