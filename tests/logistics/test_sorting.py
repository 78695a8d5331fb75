"""Sorting and folding: received = good + damaged + short - surplus, per batch and in the ledger (DOMAIN 3.3, 3.5, 3.6)."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from districts.access import AccessRefused
from logistics.ledger import LedgerRefused
from logistics.models import DamageClass, Document, PlaceKind, SortingBatch, SortingDamage
from logistics.sorting import record_batch
from logistics.stock import stock_of_regency
from tests.conftest import NOW

from .goods import put
from .test_receiving import there

pytestmark = pytest.mark.django_db
BALLOT = ("SS", "gubernur")


def sort(world, labelled, good, damages=None, by="kpu-kutim", **more):
    wanted = {"item": "SS", "contest": "gubernur", "happened_at": NOW, "now": NOW} | more
    return record_batch(
        election=world.election, regency="64.08", labelled=labelled, good=good, damages=damages or {},
        by=world.people[by], **wanted,
    )  # fmt: skip


def test_good_ballots_are_stock_and_damaged_ones_lie_apart(world):
    put(world, {BALLOT: 1000}, PlaceKind.SORTING)
    sort(world, 1000, 990, {DamageClass.TORN: 6, DamageClass.HOLE: 4})
    assert there(world, PlaceKind.SORTING) == {}
    assert there(world, PlaceKind.WAREHOUSE) == {BALLOT: 990}
    assert there(world, PlaceKind.DAMAGED) == {BALLOT: 10}
    assert dict(SortingDamage.objects.values_list("damage_class", "quantity")) == {2: 6, 6: 4}


def test_what_was_never_in_the_bundle_goes_back_to_what_the_supplier_owes(world):
    put(world, {BALLOT: 1000}, PlaceKind.SORTING)
    sort(world, 1000, 993, {DamageClass.COLOUR: 2}, short=5)
    assert there(world, PlaceKind.SUPPLIER) == {BALLOT: 5}
    assert there(world, PlaceKind.SORTING) == {}


@pytest.mark.parametrize(("good", "damaged"), [(1002, 1), (1, 1002)])
def test_a_surplus_comes_into_being_once_and_nothing_stays_in_sorting(world, good, damaged):
    put(world, {BALLOT: 1000}, PlaceKind.SORTING)
    sort(world, 1000, good, {DamageClass.COLOUR: damaged}, surplus=3)
    assert there(world, PlaceKind.SORTING) == there(world, PlaceKind.SUPPLIER) == {}
    assert there(world, PlaceKind.WAREHOUSE) == {BALLOT: good}
    assert there(world, PlaceKind.DAMAGED) == {BALLOT: damaged}


def test_kutim_2018_with_815_damaged_and_598_surplus(world):
    """DOMAIN 3.6 [S29]. How many were delivered is not published; 250,000 stands in."""
    put(world, {BALLOT: 250_000}, PlaceKind.SORTING)
    damages = {DamageClass.COLOUR: 500, DamageClass.TORN: 200, DamageClass.HOLE: 115}
    sort(world, 250_000, 250_000 + 598 - 815, damages, surplus=598, damaged=815)
    row = next(row for row in stock_of_regency(world.election, "64.08") if row.goods.key == BALLOT)
    assert (row.damaged, row.good, row.received) == (815, 249_783, 250_598)
    assert row.received == row.good + row.damaged


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(good=st.integers(0, 400), damaged=st.integers(0, 60), off=st.integers(-40, 40))
def test_received_is_good_plus_damaged_whatever_a_batch_holds(world, good, damaged, off):
    """DOMAIN 3.3, as a property of the ledger: nothing is left in sorting, nothing was lost. `off`: surplus or short."""
    before = {kind: there(world, kind).get(BALLOT, 0) for kind in (PlaceKind.WAREHOUSE, PlaceKind.DAMAGED)}
    short, surplus = max(0, -off), max(0, off)
    labelled = good + damaged + short - surplus
    if labelled <= 0 or good + damaged + short == 0:
        return
    put(world, {BALLOT: labelled}, PlaceKind.SORTING)
    sort(world, labelled, good, {DamageClass.TORN: damaged}, short=short, surplus=surplus)
    row = next(row for row in stock_of_regency(world.election, "64.08") if row.goods.key == BALLOT)
    assert (row.good, row.damaged) == (before[PlaceKind.WAREHOUSE] + good, before[PlaceKind.DAMAGED] + damaged)
    assert (row.received, row.sorting) == (row.good + row.damaged, 0)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"labelled": 100, "good": 90, "damages": {2: 5}}, r"Menurut label 100, tetapi .* = 95"),
        ({"labelled": 100, "good": 95, "damages": {2: 5}, "damaged": 6}, "berjumlah 5, sedangkan rusak 6"),
        ({"labelled": 100, "good": 100, "short": 3, "surplus": 3}, "kurang dan lebih sekaligus"),
        ({"labelled": 100, "good": 105, "damages": {2: -5}}, "bilangan bulat dari 0"),
        ({"labelled": 100, "good": 95, "damages": {9: 5}}, "Kelas kerusakan tidak dikenal"),
        ({"labelled": 0, "good": 0}, "kosong"),
        ({"labelled": 101, "good": 101}, r"Sortir-lipat Kutai Timur hanya ada 100 lembar .* 101"),
        ({"labelled": 1, "good": 1, "item": "BS", "contest": ""}, "tidak disortir"),
        ({"labelled": 1, "good": 1, "item": "XX"}, "Barang XX tidak ada"),
    ],
)
def test_a_result_that_does_not_add_up_is_refused_and_nothing_is_written(world, counts, sentence):
    put(world, {BALLOT: 100}, PlaceKind.SORTING)
    before = Document.objects.count()
    with pytest.raises(LedgerRefused, match=sentence):
        sort(world, **counts)
    assert (Document.objects.count(), SortingBatch.objects.count()) == (before, 0)
    assert there(world, PlaceKind.SORTING) == {BALLOT: 100}


def test_a_batch_sent_twice_is_one(world):
    put(world, {BALLOT: 1000}, PlaceKind.SORTING)
    key = uuid4()
    assert sort(world, 400, 400, client_key=key) == sort(world, 400, 400, client_key=key)
    assert there(world, PlaceKind.WAREHOUSE) == {BALLOT: 400}


def test_only_the_kpu_liaison_of_the_regency_sorts(world):
    with pytest.raises(AccessRefused):
        sort(world, 1, 1, by="desk-kutim")
