"""Ballots after voting: received = used + spoiled + unused, or it is not written (DOMAIN 8.1)."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from districts.access import AccessRefused
from districts.models import StaleKecamatan
from logistics.ledger import LedgerRefused, Line, move, stock_of
from logistics.models import DocumentKind, Parcel, Place, PlaceKind
from logistics.reconciling import Count, reconcile
from logistics.stages import Stage
from tests.conftest import WITA

from .goods import make_parcels, paper, put

pytestmark = pytest.mark.django_db

#: Kaltim's final sheet, DOMAIN 8.1 [S09b].
KALTIM = Count(used=1_882_391, spoiled=1_542, unused=1_012_540)
VOTING_EVENING = datetime(2026, 12, 3, 20, 0, tzinfo=WITA)
#: 410 ballots of 400 voters.
ALL = {"bupati": Count(300, 4, 106), "gubernur": Count(301, 2, 107)}


@pytest.fixture
def parcel(world, now):
    """Of TPS 001 Manubar, in the evening of voting day."""
    made = make_parcels(world, "64.08.11.2001", Stage.AT_TPS)[0]
    now.move_to(VOTING_EVENING)
    return Parcel.objects.select_related("election", "polling_station__village").get(pk=made.pk)


def do_reconcile(world, parcel, counts=None, **more):
    given = {"by": world.people["ppk-sandaran"], "now": VOTING_EVENING} | more
    return reconcile(parcel=parcel, counts=ALL if counts is None else counts, **given)


def regency_stock(kind):
    return stock_of(Place.objects.get(kind=kind, region="64.08").pk)


def test_used_ballots_are_used_and_the_others_come_back(world, parcel):
    document = do_reconcile(world, parcel)
    assert regency_stock(PlaceKind.USED) == {("SS", "bupati"): 300, ("SS", "gubernur"): 301}
    assert regency_stock(PlaceKind.RETURNED) == {("SS", "bupati"): 110, ("SS", "gubernur"): 109}
    assert ("SS", "bupati") not in stock_of(parcel.place_id)
    assert "bupati: digunakan 300, rusak/keliru 4, tidak digunakan 106" in document.note


def test_the_final_sheet_of_kaltim_balances(world, parcel):
    assert KALTIM.total == 2_896_473
    warehouse = put(world, {("SS", "gubernur"): KALTIM.total - 410})
    more = Line("SS", "gubernur", KALTIM.total - 410, warehouse, parcel.place_id)
    move(paper(world, DocumentKind.PACKING), [more])
    do_reconcile(world, parcel, ALL | {"gubernur": KALTIM})
    assert regency_stock(PlaceKind.USED)["SS", "gubernur"] == 1_882_391
    assert regency_stock(PlaceKind.RETURNED)["SS", "gubernur"] == 1_542 + 1_012_540


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (Count(300, 4, 100), "Bupati: jumlahnya 404, padahal diterima 410; kurang 6"),
        (Count(300, 4, 107), "Bupati: jumlahnya 411, padahal diterima 410; lebih 1"),
        (Count(420, 0, -10), "tidak boleh negatif"),
    ],
)
def test_a_count_that_does_not_add_up_tells_the_difference_and_writes_nothing(world, parcel, count, sentence):
    with pytest.raises(LedgerRefused, match=sentence):
        do_reconcile(world, parcel, ALL | {"bupati": count})
    assert stock_of(parcel.place_id)["SS", "bupati"] == 410
    assert stock_of(parcel.place_id)["SS", "gubernur"] == 410


def test_a_contest_left_out_is_missing_whole(world, parcel):
    with pytest.raises(LedgerRefused, match="Gubernur: jumlahnya 0, padahal diterima 410; kurang 410"):
        do_reconcile(world, parcel, {"bupati": ALL["bupati"]})


def test_before_voting_day_in_its_own_time_zone_nothing_is_reconciled(world, parcel, now):
    eve = datetime(2026, 12, 2, 23, 59, tzinfo=WITA)
    now.move_to(eve)
    with pytest.raises(LedgerRefused, match="mulai hari pemungutan suara"):
        do_reconcile(world, parcel, now=eve)
    now.move_to(eve + timedelta(minutes=1))
    do_reconcile(world, parcel, now=eve + timedelta(minutes=1))


def test_ballots_that_never_reached_the_tps_are_not_reconciled(world, now):
    made = make_parcels(world, "64.08.06.2001", Stage.AT_PPS)[0]
    now.move_to(VOTING_EVENING)
    parcel = Parcel.objects.select_related("election", "polling_station__village").get(pk=made.pk)
    with pytest.raises(LedgerRefused, match="setelah logistik ada di TPS"):
        do_reconcile(world, parcel, by=_ppk_busang(world))


def _ppk_busang(world):
    person = world.people["ppk-sandaran"]
    person.assignments.update(region="64.08.06")
    return person


def test_the_same_form_sent_twice_is_one_and_a_second_count_is_refused(world, parcel):
    key = uuid4()
    first, again = (do_reconcile(world, parcel, client_key=key) for _time in range(2))
    assert first == again
    assert regency_stock(PlaceKind.USED)["SS", "bupati"] == 300
    with pytest.raises(LedgerRefused, match="sudah diisi"):
        do_reconcile(world, parcel)


@pytest.mark.parametrize("username", ["kpu-kutim", "camat-sandaran", "desk-kutim", "bupati-kutim"])
def test_only_the_ppk_of_the_kecamatan_reconciles(world, parcel, username):
    with pytest.raises(AccessRefused, match="Hanya PPK/PPS kecamatan ini"):
        do_reconcile(world, parcel, by=world.people[username])


def test_a_reconciliation_asks_for_a_new_colour(world, parcel):
    StaleKecamatan.objects.all().delete()
    do_reconcile(world, parcel)
    assert StaleKecamatan.objects.filter(kecamatan="64.08.11", cause="logistics", election=world.election).exists()
