"""Packing per TPS (DOMAIN 3.4): packed when its required items are there and its boxes are sealed, and only then."""

import random
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections
from django.db.models import Sum

from districts.access import AccessRefused
from districts.loading.stations import StationsInUse, load_stations
from districts.models import PollingStation
from logistics.ledger import LedgerRefused, stock_of
from logistics.models import Balance, DocumentKind, Movement, Parcel, ParcelMove, Place, PlaceKind, Seal
from logistics.packing import pack, parcel_of, unpack
from logistics.stages import Stage
from tests.conftest import NOW

from .goods import CONTESTS, make_parcels, put

pytestmark = pytest.mark.django_db


def stations_of(code: str) -> list[PollingStation]:
    return list(PollingStation.objects.filter(village__startswith=code).order_by("village", "number"))


def stock_for(count: int, voters: int = 410) -> dict:
    """Required goods of DOMAIN 3.2 for `count` TPS of so many ballots."""
    amounts = {("SS", contest): voters * count for contest in CONTESTS}
    amounts |= {(item, contest): 30 * count for item in ("KS", "SG", "FM", "AB", "DP") for contest in CONTESTS}
    return amounts | {("BS", ""): 4 * count, ("TN", ""): 2 * count, ("DT", ""): count}


def enough() -> dict:
    """What a TPS of 400 voters must have, counted by hand from DOMAIN 3.2 (400 + 10 ballots)."""
    held = {("SS", contest): 410 for contest in CONTESTS} | {("BS", ""): 4, ("TN", ""): 2, ("DT", ""): 1}
    return held | {(item, contest): 1 for item in ("KS", "SG", "FM", "AB", "DP") for contest in CONTESTS}


def numbers(stations, each: int = 2) -> dict:
    """Running seal numbers, `each` per TPS."""
    return {s.pk: [f"S-{n * each + i:06d}" for i in range(each)] for n, s in enumerate(stations)}


def do_pack(world, stations, seals=None, **more):
    given = {"by": world.people["kpu-kutim"], "now": NOW, "client_key": uuid4()} | more
    return pack(world.election, stations, seals=numbers(stations) if seals is None else seals, **given)


def test_a_tps_with_its_needs_and_seals_is_packed(world):
    warehouse = put(world, stock_for(1))
    station = stations_of("64.08.11.2001")[0]  # 400 voters
    done = do_pack(world, [station])
    parcel = parcel_of(world.election, station)
    held = stock_of(parcel.place_id)
    assert (parcel.stage, parcel.packed_at, done.incomplete) == (Stage.PACKED, NOW, ())
    assert held["SS", "bupati"] == 400 + 10  # DOMAIN 3.3: 2.5 percent, rounded up
    assert (held["BS", ""], held["TN", ""], held["KS", "gubernur"]) == (4, 2, 1)
    assert stock_of(warehouse).get(("SS", "bupati"), 0) == 0


def test_526_voters_get_540_ballots(world):
    put(world, stock_for(1, 540))
    station = stations_of("64.08.11.2003")[0]
    do_pack(world, [station])
    assert stock_of(parcel_of(world.election, station).place_id)["SS", "gubernur"] == 540


@pytest.mark.parametrize(
    ("seals", "sentence"), [([], "belum bersegel"), (["S-1X"], "baru 1 segel untuk 2 kotak")], ids=["none", "one"]
)
def test_a_box_without_a_seal_keeps_the_tps_open(world, seals, sentence):
    put(world, stock_for(1))
    station = stations_of("64.08.11.2001")[0]
    done = do_pack(world, [station], {station.pk: seals})
    assert [row.missing for row in done.incomplete] == [sentence]
    assert parcel_of(world.election, station).stage == Stage.OPEN


def test_a_tps_that_misses_ballots_stays_open_with_what_is_in_it_and_names_them(world):
    put(world, stock_for(2))
    station = stations_of("64.08.11.2001")[0]
    done = do_pack(world, [station], contents={station.pk: enough() | {("SS", "bupati"): 398}})
    assert done.packed == ()
    assert [row.missing for row in done.incomplete] == ["kurang 12 lembar surat suara bupati"]
    assert stock_of(parcel_of(world.election, station).place_id)["SS", "bupati"] == 398
    do_pack(world, [station], {})
    assert parcel_of(world.election, station).stage == Stage.PACKED


def test_an_item_whose_number_no_decree_has_said_must_be_there_at_least_once(world):
    put(world, stock_for(1))
    station = stations_of("64.08.11.2001")[0]
    goods = {goods: n for goods, n in enough().items() if goods != ("SG", "bupati")}
    done = do_pack(world, [station], contents={station.pk: goods})
    assert "belum ada segel bupati" in done.incomplete[0].missing
    do_pack(world, [station], {}, contents={station.pk: {("SG", "bupati"): 1}})
    assert parcel_of(world.election, station).stage == Stage.PACKED


def test_ballots_of_a_tps_whose_voters_nobody_told_are_not_guessed(world):
    put(world, stock_for(1))
    PollingStation.objects.filter(village="64.08.11.2001", number=1).update(voters_male=None, voters_female=None)
    station = stations_of("64.08.11.2001")[0]
    done = do_pack(world, [station])
    assert "belum ada surat suara bupati, surat suara gubernur" in done.incomplete[0].missing


def test_goods_nothing_waits_for_go_along_as_far_as_there_are_any(world):
    put(world, stock_for(2) | {("AC", ""): 5})
    stations = stations_of("64.08.11.2001")[:2]
    done = do_pack(world, stations)
    assert len(done.packed) == 2
    held = [stock_of(parcel_of(world.election, station).place_id).get(("AC", ""), 0) for station in stations]
    assert held == [4, 1]


def test_too_little_in_the_warehouse_writes_nothing_and_says_how_much_there_is(world):
    put(world, stock_for(2) | {("SS", "bupati"): 410})
    with pytest.raises(LedgerRefused, match=r"hanya ada 410 lembar surat suara bupati.* 820"):
        do_pack(world, stations_of("64.08.11.2001")[:2])
    assert not Parcel.objects.exists()
    assert not Seal.objects.exists()


def test_the_same_form_sent_twice_packs_once(world):
    put(world, stock_for(4))
    stations = stations_of("64.08.11.2001")[:2]
    key = uuid4()
    first, again = (do_pack(world, stations, client_key=key) for _time in range(2))
    assert (first.document, [s.pk for s in first.packed]) == (again.document, [s.pk for s in again.packed])
    assert ParcelMove.objects.count() == 2
    assert Seal.objects.count() == 4


def test_a_packed_tps_is_not_packed_over_and_nothing_of_the_others_is_written(world):
    put(world, stock_for(4))
    stations = stations_of("64.08.11.2001")[:2]
    do_pack(world, stations[:1])
    with pytest.raises(LedgerRefused, match=r"64\.08\.11\.2001-001 sudah dikemas"):
        do_pack(world, stations, {stations[1].pk: ["S-9001"]})
    assert parcel_of(world.election, stations[1]) is None


def test_a_seal_number_is_used_once_in_an_election_also_after_it_was_taken_off(world):
    put(world, stock_for(4))
    first, second = stations_of("64.08.11.2001")[:2]
    do_pack(world, [first])
    unpack(parcel=parcel_of(world.election, first), reason="Salah TPS", by=world.people["kpu-kutim"], now=NOW)
    with pytest.raises(LedgerRefused, match=r"S-000001 sudah dipakai pada kotak TPS 64\.08\.11\.2001-001"):
        do_pack(world, [second], {second.pk: ["S-000001", "S-77"]})
    assert parcel_of(world.election, second) is None


def test_a_seal_number_is_kept_in_capitals_without_spaces(world):
    put(world, stock_for(1))
    station = stations_of("64.08.11.2001")[0]
    do_pack(world, [station], {station.pk: [" s-00 01 ", "s-0002"]})
    assert list(Seal.objects.values_list("number", flat=True)) == ["S-0001", "S-0002"]


@pytest.mark.parametrize(
    ("given", "sentence"), [(["S-1A", "s-1a"], "ditulis dua kali"), (["??"], "tidak dapat dipakai")]
)
def test_a_seal_number_that_cannot_be_is_refused_with_a_sentence(world, given, sentence):
    put(world, stock_for(1))
    station = stations_of("64.08.11.2001")[0]
    with pytest.raises(LedgerRefused, match=sentence):
        do_pack(world, [station], {station.pk: given})


def test_what_does_not_travel_with_the_parcel_is_refused(world):
    put(world, {("CP", ""): 10})
    station = stations_of("64.08.11.2001")[0]
    with pytest.raises(LedgerRefused, match="tidak ikut paket TPS"):
        do_pack(world, [station], contents={station.pk: {("CP", ""): 10}})


@pytest.mark.parametrize("username", ["ppk-sandaran", "desk-kutim", "camat-sandaran", "bupati-kutim"])
def test_only_the_kpu_of_the_regency_packs(world, username):
    station = stations_of("64.08.11.2001")[0]
    with pytest.raises(AccessRefused, match="Hanya penghubung KPU"):
        do_pack(world, [station], by=world.people[username])


def test_the_kpu_of_one_regency_does_not_pack_for_another(world):
    with pytest.raises(AccessRefused, match="Hanya penghubung KPU"):
        do_pack(world, stations_of("64.11.01"))
    with pytest.raises(LedgerRefused, match="satu kabupaten"):
        do_pack(world, [*stations_of("64.11.01"), *stations_of("64.08.11")])


def told(captured) -> int:
    """Statements, without the savepoints around them."""
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured)


def test_fifty_tps_are_packed_with_as_many_statements_as_two(world, django_assert_max_num_queries):
    PollingStation.objects.bulk_create(
        PollingStation(village_id="64.08.06.2001", number=n, voters_male=100, voters_female=100) for n in range(3, 51)
    )
    put(world, stock_for(60) | {("AC", ""): 240, ("TK", ""): 420})
    counts = []
    for code, count in (("64.08.11.2001", 2), ("64.08.06.2001", 50)):
        stations = stations_of(code)[:count]
        seals = {s.pk: [f"{s.code}/{box}" for box in (1, 2)] for s in stations}
        with django_assert_max_num_queries(40) as captured:
            done = do_pack(world, stations, seals)
        assert len(done.packed) == count
        counts.append(told(captured))
    assert counts[1] <= counts[0]  # the first also reads whose KPU it is
    assert counts[1] <= 16


def test_unpacking_brings_everything_back_and_keeps_what_was_on_the_boxes(world):
    warehouse = put(world, stock_for(1))
    before = stock_of(warehouse)
    station = stations_of("64.08.11.2001")[0]
    do_pack(world, [station])
    document = unpack(
        parcel=parcel_of(world.election, station), reason="Salah TPS", by=world.people["kpu-kutim"], now=NOW
    )
    parcel = parcel_of(world.election, station)
    assert (parcel.stage, parcel.packed_at, stock_of(parcel.place_id)) == (Stage.OPEN, None, {})
    assert stock_of(warehouse) == before
    assert set(Seal.objects.values_list("removed", flat=True)) == {document.pk}
    assert document.note == "Salah TPS"


def test_a_part_is_taken_out_and_the_rest_stays_in_the_open_parcel(world):
    warehouse = put(world, stock_for(1))
    station = stations_of("64.08.11.2001")[0]
    do_pack(world, [station])
    unpack(
        parcel=parcel_of(world.election, station), reason="Kelebihan", by=world.people["kpu-kutim"], now=NOW,
        contents={("SS", "bupati"): 10},
    )  # fmt: skip
    parcel = parcel_of(world.election, station)
    assert (parcel.stage, stock_of(parcel.place_id)["SS", "bupati"]) == (Stage.OPEN, 400)
    assert stock_of(warehouse)["SS", "bupati"] == 10


def test_more_than_is_in_a_parcel_cannot_be_taken_out(world):
    parcel = make_parcels(world, "64.08.06.2001")[0]
    with pytest.raises(LedgerRefused, match=r"paket TPS 64\.08\.06\.2001-001 hanya ada 2 botol tinta"):
        unpack(parcel=parcel, reason="x", by=world.people["kpu-kutim"], now=NOW, contents={("TN", ""): 3})
    assert Parcel.objects.get(pk=parcel.pk).stage == Stage.PACKED


def test_a_parcel_that_left_the_warehouse_is_not_unpacked(world):
    parcel = make_parcels(world, "64.08.06.2001", Stage.AT_PPK)[0]
    with pytest.raises(LedgerRefused, match="sudah keluar dari gudang"):
        unpack(parcel=parcel, reason="Terlambat", by=world.people["kpu-kutim"], now=NOW)


def test_unpacking_says_why_and_is_done_by_the_kpu(world):
    parcel = make_parcels(world, "64.08.06.2001")[0]
    with pytest.raises(LedgerRefused, match="Tulis mengapa"):
        unpack(parcel=parcel, reason=" ", by=world.people["kpu-kutim"], now=NOW)
    with pytest.raises(AccessRefused):
        unpack(parcel=parcel, reason="Salah", by=world.people["ppk-sandaran"], now=NOW)


def test_unpacking_sent_twice_is_done_once(world):
    parcel = make_parcels(world, "64.08.06.2001")[0]
    key = uuid4()
    for _time in range(2):
        unpack(parcel=parcel, reason="Salah", by=world.people["kpu-kutim"], now=NOW, client_key=key)
    assert ParcelMove.objects.filter(document__kind=DocumentKind.UNPACKING).count() == 1


def test_an_unpacked_tps_is_packed_again_with_new_seals(world):
    put(world, stock_for(1))
    station = stations_of("64.08.11.2001")[0]
    do_pack(world, [station])
    unpack(parcel=parcel_of(world.election, station), reason="Salah", by=world.people["kpu-kutim"], now=NOW)
    done = do_pack(world, [station], {station.pk: ["S-9001", "S-9002"]})
    assert [s.pk for s in done.packed] == [station.pk]
    assert Seal.objects.filter(removed__isnull=True).count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_people_packing_the_same_tps_at_once_one_packs_and_the_other_is_told(world):
    put(world, stock_for(8))
    stations = stations_of("64.08.11.2001")[:3]
    told = at_once(
        lambda: do_pack(world, stations, {s.pk: [f"A-{s.number}1", f"A-{s.number}2"] for s in stations}),
        lambda: do_pack(world, stations[::-1], {s.pk: [f"B-{s.number}1", f"B-{s.number}2"] for s in stations}),
    )
    assert sorted(type(each).__name__ for each in told) == ["LedgerRefused", "Packed"]
    assert Parcel.objects.filter(stage=Stage.PACKED).count() == Parcel.objects.count() == 3
    assert Place.objects.filter(kind=PlaceKind.PARCEL).count() == 3
    assert len({number[0] for number in Seal.objects.values_list("number", flat=True)}) == 1
    assert stock_of(parcel_of(world.election, stations[0]).place_id)["SS", "bupati"] == 410


@pytest.mark.django_db(transaction=True)
def test_the_last_ballots_of_the_warehouse_go_to_one_of_two_packers(world):
    put(world, stock_for(2) | {("SS", "bupati"): 410})
    first, second = stations_of("64.08.11.2001")[:2]
    told = at_once(
        lambda: do_pack(world, [first], {first.pk: ["A-11", "A-12"]}),
        lambda: do_pack(world, [second], {second.pk: ["B-11", "B-12"]}),
    )
    assert sorted(type(each).__name__ for each in told) == ["LedgerRefused", "Packed"]
    assert Parcel.objects.get().stage == Stage.PACKED


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_packs_once(world):
    put(world, stock_for(8))
    stations, key = stations_of("64.08.11.2001")[:3], uuid4()
    told = at_once(*[lambda: do_pack(world, stations, client_key=key)] * 2)
    assert [type(each).__name__ for each in told] == ["Packed", "Packed"]
    assert ParcelMove.objects.count() == 3


def at_once(*acts):
    """What each act, in a thread of its own, gave back or was refused with."""

    def run(act):
        try:
            return act()
        except LedgerRefused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_tps_with_a_parcel_is_not_dropped_from_the_register(world, tmp_path):
    make_parcels(world, "64.08.11.2001")
    file = tmp_path / "tps.csv"
    file.write_text("village_code,number,voters_male,voters_female\n64.08.11.2001,1,200,200\n")
    with pytest.raises(StationsInUse, match="paket TPS"):
        load_stations(path=file, replace=True)
    assert PollingStation.objects.filter(village="64.08.11.2001").count() == 6


def test_balances_are_the_movements_whatever_is_packed_and_opened(world):
    """Random TPS packed, partly and wholly opened and packed again: nothing is created or lost."""
    chance = random.Random(6408)
    put(world, stock_for(20, voters=540))
    stations, kpu = stations_of("64.08.11"), world.people["kpu-kutim"]
    for turn in range(40):
        station = chance.choice(stations)
        parcel = parcel_of(world.election, station)
        if parcel and parcel.stage == Stage.PACKED:
            held = stock_of(parcel.place_id)
            part = {goods: chance.randint(0, n) for goods, n in held.items()} if chance.random() < 0.5 else None
            unpack(parcel=parcel, reason="Acak", by=kpu, now=NOW, contents=part)
        else:
            seals = {station.pk: [f"R-{turn}-1", f"R-{turn}-2"][: chance.randint(0, 2)]}
            do_pack(world, [station], seals)
    kept = Balance.objects.values("item", "contest").annotate(total=Sum("quantity"))
    ordered = Movement.objects.filter(from_place=None).values("item", "contest").annotate(total=Sum("quantity"))
    assert sorted(kept.values_list("item", "contest", "total")) == sorted(
        ordered.values_list("item", "contest", "total")
    )
    for parcel in Parcel.objects.filter(stage=Stage.PACKED):
        assert stock_of(parcel.place_id)["SS", "bupati"] >= 410
