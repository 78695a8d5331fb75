"""Goods from the supplier: ordered by the surat jalan, received as counted, nothing lost in between (DOMAIN 3.3, 3.5)."""

from uuid import uuid4

import pytest
from django.db.models import Sum

from districts.access import AccessRefused
from districts.models import StaleKecamatan
from logistics.ledger import LedgerRefused, places, stock_of
from logistics.models import Balance, Document, Movement, PlaceKind
from logistics.receiving import MOST, Arrival, receive_goods
from logistics.stock import stock_of_regency
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
BALLOT = ("SS", "bupati")


def receive(world, *arrivals, by="kpu-kutim", regency="64.08", **more):
    wanted = {"number": "SJ-1", "happened_at": NOW, "now": NOW} | more
    return receive_goods(
        election=world.election, regency=regency, by=world.people[by], arrivals=[Arrival(*each) for each in arrivals],
        **wanted,
    )  # fmt: skip


def there(world, kind, regency="64.08"):
    """What is in a place of the regency."""
    return stock_of(places(world.election, [(kind, regency)])[kind, regency])


def test_counted_as_stated_is_all_here_and_the_supplier_owes_nothing(world):
    receive(world, ("KS", "bupati", 40, 40), ("BS", "", 80, 80))
    assert there(world, PlaceKind.WAREHOUSE) == {("KS", "bupati"): 40, ("BS", ""): 80}
    assert there(world, PlaceKind.SUPPLIER) == {}


def test_what_is_missing_stays_with_the_supplier_as_not_sent(world):
    receive(world, ("BS", "", 80, 75))
    assert there(world, PlaceKind.WAREHOUSE) == {("BS", ""): 75}
    assert there(world, PlaceKind.SUPPLIER) == {("BS", ""): 5}


def test_more_than_the_surat_jalan_says_is_a_surplus_that_is_ordered_too(world):
    receive(world, ("BS", "", 80, 83))
    assert there(world, PlaceKind.WAREHOUSE) == {("BS", ""): 83}
    assert there(world, PlaceKind.SUPPLIER) == {}
    assert Movement.objects.filter(from_place=None).aggregate(n=Sum("quantity"))["n"] == 83


def test_ballots_arrive_in_sorting_and_other_items_in_the_warehouse(world):
    receive(world, (*BALLOT, 100, 100), ("TN", "", 6, 6))
    assert there(world, PlaceKind.SORTING) == {BALLOT: 100}
    assert there(world, PlaceKind.WAREHOUSE) == {("TN", ""): 6}


def test_a_later_delivery_of_what_was_missing_is_not_ordered_again(world):
    receive(world, ("BS", "", 80, 75))
    receive(world, ("BS", "", 5, 5), settles_owed=True, number="SJ-2")
    assert there(world, PlaceKind.WAREHOUSE) == {("BS", ""): 80}
    assert there(world, PlaceKind.SUPPLIER) == {}


def test_a_form_sent_twice_is_received_once(world):
    key = uuid4()
    first = receive(world, ("BS", "", 8, 8), client_key=key)
    assert receive(world, ("BS", "", 8, 8), client_key=key) == first
    assert there(world, PlaceKind.WAREHOUSE) == {("BS", ""): 8}


@pytest.mark.parametrize(
    ("arrivals", "sentence"),
    [
        ([], "paling sedikit satu barang"),
        ([("BS", "", 0, 0)], "paling sedikit satu barang"),
        ([("BS", "", -1, 3)], "bilangan bulat dari 0"),
        ([("BS", "", 3, MOST + 1)], "bilangan bulat dari 0"),
        ([("XX", "", 3, 3)], "Barang XX tidak ada"),
        ([("BS", "bupati", 3, 3)], "Pilih jenis pemilihan"),
        ([("SS", "", 3, 3)], "Pilih jenis pemilihan"),
        ([("BS", "", 3, 3), ("BS", "", 4, 4)], "ditulis dua kali"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence_and_nothing_is_written(world, arrivals, sentence):
    with pytest.raises(LedgerRefused, match=sentence):
        receive(world, *arrivals)
    assert (Document.objects.count(), Movement.objects.count(), Balance.objects.count()) == (0, 0, 0)


def test_a_receipt_of_tomorrow_is_refused(world):
    with pytest.raises(LedgerRefused, match="belum tiba"):
        receive(world, ("BS", "", 3, 3), happened_at=NOW.replace(day=22))


@pytest.mark.parametrize("by", ["ppk-sandaran", "desk-kutim", "camat-sandaran", "bupati-kutim", "admin"])
def test_only_the_kpu_liaison_of_the_regency_receives(world, by):
    with pytest.raises(AccessRefused, match="Hanya penghubung KPU"):
        receive(world, ("BS", "", 3, 3), by=by)


def test_the_liaison_of_another_regency_receives_nothing_here(world):
    with pytest.raises(AccessRefused):
        receive(world, ("BS", "", 3, 3), regency="64.11")


def test_a_receipt_asks_for_new_colours_of_the_regencys_kecamatan(world):
    receive(world, ("BS", "", 3, 3))
    assert set(StaleKecamatan.objects.values_list("kecamatan", "cause")) == {
        (code, "logistics") for code in ("64.08.04", "64.08.06", "64.08.11")
    }


def test_statements_do_not_grow_with_the_items(world, django_assert_max_num_queries):
    lines = [("BS", "", 9, 9), ("TN", "", 9, 9)]
    lines += [(item, contest, 9, 8) for item in ("KS", "SG", "FM", "DP", "AB") for contest in ("bupati", "gubernur")]
    receive(world, *lines[:1])  # reads the person's scope once
    with django_assert_max_num_queries(20) as few:
        receive(world, *lines[:1])
    with django_assert_max_num_queries(20) as many:
        receive(world, *lines)
    assert len(many) == len(few)


def test_received_is_what_is_here_in_any_state(world):
    receive(world, (*BALLOT, 100, 96))
    row = next(row for row in stock_of_regency(world.election, "64.08") if row.goods.key == BALLOT)
    assert (row.received, row.sorting, row.good, row.owed) == (96, 96, 0, 4)
