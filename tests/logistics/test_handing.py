"""A hand-over is confirmed by two people, counted per item and sealed; nothing is lost, doubled or invented (issue, 6)."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from districts.access import AccessRefused
from districts.models import Issue, IssueLevel, PollingStation, StaleKecamatan
from logistics.cargo import cargo_of
from logistics.handing import HandOverRefused, receive, take_back
from logistics.handover_checks import Finding, SealReading, same_seals
from logistics.ledger import LedgerRefused, move_parcels, places, stock_of
from logistics.models import (
    Balance,
    Difference,
    DifferenceKind,
    Document,
    DocumentKind,
    HandOver,
    HandOverCount,
    HandOverParcel,
    Movement,
    Outcome,
    Parcel,
    PlaceKind,
    Seal,
    Shipment,
    ShipmentParcel,
    ShipmentState,
)
from logistics.shipping import cancel, stop
from logistics.stages import HopName, Stage
from tests.conftest import NOW

from .goods import make_parcels, paper
from .handovers import LEFT, NOTICES, VILLAGE, departed, make_person, planned, said, short

pytestmark = pytest.mark.django_db


def parcels_of(shipment):
    return list(Parcel.objects.filter(journeys__shipment=shipment).order_by("pk"))


def take(world, shipment, confirmation=None, by="ppk-sandaran", **more):
    return receive(shipment=shipment, confirmation=confirmation or said(shipment), by=world.people[by], now=NOW, **more)


def at(world, kind, region="64.08.11"):
    return stock_of(places(world.election, [(kind, region)])[kind, region])


def balanced():
    """Units by item and contest are those that were ever ordered: none was lost, none came into being."""
    made, held = {}, {}
    for row in Movement.objects.filter(from_place=None):
        made[row.item_id, row.contest] = made.get((row.item_id, row.contest), 0) + row.quantity
    for row in Balance.objects.all():
        held[row.item_id, row.contest] = held.get((row.item_id, row.contest), 0) + row.quantity
    return made == held


# --- Accepted -----------------------------------------------------------------------------------------------------------
def test_what_is_accepted_is_at_the_receiver_and_both_people_are_named(world):
    shipment = departed(world, goods=NOTICES)
    handover, is_new = take(world, shipment)
    shipment.refresh_from_db()
    kept = HandOver.objects.get(pk=handover.pk)
    assert is_new
    assert (shipment.state, shipment.closed_by.username) == ("selesai", "ppk-sandaran")
    assert (kept.sender.username, kept.receiver.username, kept.outcome) == ("kpu-kutim", "ppk-sandaran", "diterima")
    assert {parcel.stage for parcel in parcels_of(shipment)} == {Stage.AT_PPK}
    assert {parcel.ppk_at for parcel in parcels_of(shipment)} == {NOW - timedelta(minutes=10)}
    assert at(world, PlaceKind.PPK) == NOTICES
    assert stock_of(shipment.place_id) == {}
    assert balanced()


def test_an_accepted_hand_over_frees_its_parcels_for_the_next_shipment(world):
    shipment = departed(world)
    take(world, shipment)
    assert not Parcel.objects.exclude(shipment=None).exists()
    assert not ShipmentParcel.objects.filter(released_at=None).exists()
    departed_again = planned(world, HopName.PPK_PPS, by="ppk-sandaran", packed=False)
    assert departed_again.cargo.count() == 6


def test_every_item_of_the_cargo_is_kept_as_sent_and_counted(world):
    shipment = departed(world, goods=NOTICES)
    take(world, shipment)
    row = HandOverCount.objects.get(item="SS", contest="bupati")
    assert (row.sent, row.counted, row.damaged) == (6 * 410, 6 * 410, 0)  # 400 voters and 2.5 %
    assert HandOverCount.objects.get(item="CP").sent == 2400
    assert HandOverParcel.objects.filter(is_there=True, seal_check="cocok").count() == 6


def test_a_hand_over_asks_for_a_new_colour(world):
    shipment = departed(world)
    StaleKecamatan.objects.all().delete()
    take(world, shipment)
    assert set(StaleKecamatan.objects.values_list("kecamatan_id", "cause")) == {("64.08.11", "logistics")}


def test_what_was_accepted_without_difference_opens_no_issue(world):
    take(world, departed(world))
    assert not Issue.objects.exists()


# --- Differences --------------------------------------------------------------------------------------------------------
def test_what_is_short_stays_under_way_until_it_is_settled(world):
    shipment = departed(world)
    parcel = parcels_of(shipment)[0]
    take(world, shipment, said(shipment, short(parcel.pk)))
    assert stock_of(parcel.place_id)["SS", "bupati"] == 408
    assert stock_of(shipment.place_id) == {("SS", "bupati"): 2}
    assert Parcel.objects.get(pk=parcel.pk).stage == Stage.AT_PPK
    assert balanced()


def test_what_is_damaged_is_kept_apart_by_the_kecamatan_and_counts_as_there(world):
    shipment = departed(world, goods=NOTICES)
    parcel = parcels_of(shipment)[0]
    findings = [
        short(parcel.pk, 30, kind=DifferenceKind.DAMAGED),
        short(None, 100, ("CP", ""), DifferenceKind.DAMAGED),
    ]
    take(world, shipment, said(shipment, *findings))
    assert at(world, PlaceKind.DAMAGED) == {("SS", "bupati"): 30, ("CP", ""): 100}
    assert at(world, PlaceKind.PPK) == {("CP", ""): 2300}
    row = HandOverCount.objects.get(item="SS", contest="bupati")
    assert (row.sent, row.counted, row.damaged) == (2460, 2460, 30)
    assert balanced()


def test_a_surplus_is_written_down_and_the_ledger_keeps_what_was_sent(world):
    shipment = departed(world)
    parcel = parcels_of(shipment)[0]
    take(world, shipment, said(shipment, short(parcel.pk, 5, kind=DifferenceKind.SURPLUS)))
    assert stock_of(parcel.place_id)["SS", "bupati"] == 410
    assert Difference.objects.get().kind == "lebih"
    assert balanced()


def test_a_parcel_that_is_not_there_stays_under_way_and_bound_to_its_shipment(world):
    shipment = departed(world)
    gone, *there = parcels_of(shipment)
    take(world, shipment, said(shipment, Finding(DifferenceKind.ABSENT, gone.pk)))
    gone.refresh_from_db()
    assert (gone.stage, gone.shipment_id) == (Stage.TO_PPK, shipment.pk)
    assert ShipmentParcel.objects.get(released_at=None).parcel_id == gone.pk
    assert {parcel.stage for parcel in Parcel.objects.filter(pk__in=[each.pk for each in there])} == {Stage.AT_PPK}


def test_one_issue_tells_the_senders_agency_and_the_desk_of_every_finding(world):
    shipment = departed(world)
    first, second = parcels_of(shipment)[:2]
    findings = [short(first.pk), short(second.pk, 1, ("TN", ""), DifferenceKind.DAMAGED)]
    handover, _new = take(world, shipment, said(shipment, *findings))
    issue = Issue.objects.get()
    assert (issue.owner_id, issue.level, issue.category) == ("kpu", IssueLevel.MEDIUM, "logistik")
    assert issue.due_at == NOW + timedelta(days=7)
    assert shipment.code in issue.title
    assert "surat suara bupati kurang 2 lembar" in issue.detail
    assert "tinta rusak/basah 1 botol" in issue.detail
    assert HandOver.objects.get(pk=handover.pk).issue == issue


def test_a_count_that_differs_is_explained_or_refused_with_the_item_and_the_gap(world):
    shipment = departed(world)
    with pytest.raises(
        HandOverRefused, match=r"Surat suara bupati: menurut manifes 2460 .* 2457.* 3 lembar yang kurang"
    ):
        take(world, shipment, said(shipment, less={("SS", "bupati"): 3}))
    parcel = parcels_of(shipment)[0]
    with pytest.raises(HandOverRefused, match=r"belum menjelaskan 1 lembar yang kurang"):
        take(world, shipment, said(shipment, short(parcel.pk), less={("SS", "bupati"): 1}))
    assert not HandOver.objects.exists()
    assert not Issue.objects.exists()


def test_more_than_a_parcel_holds_cannot_be_missing_from_it(world):
    shipment = departed(world)
    parcel = parcels_of(shipment)[0]
    with pytest.raises(HandOverRefused, match=r"TPS 64\.08\.11\.2001-001: bilik .* rusak 5, padahal isinya 4 buah"):
        take(world, shipment, said(shipment, short(parcel.pk, 5, ("BS", ""), DifferenceKind.DAMAGED)))


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [(Outcome.ACCEPTED, "Ada selisih yang dicatat"), (Outcome.DIFFERENT, "Tulis alasan selisih")],
)
def test_an_outcome_that_contradicts_the_findings_is_refused(world, outcome, sentence):
    shipment = departed(world)
    told = said(shipment, short(parcels_of(shipment)[0].pk), outcome=outcome, reason="")
    with pytest.raises(HandOverRefused, match=sentence):
        take(world, shipment, told)


def test_a_difference_without_one_is_refused(world):
    shipment = departed(world)
    with pytest.raises(HandOverRefused, match="Belum ada selisih yang ditulis"):
        take(world, shipment, said(shipment, outcome=Outcome.DIFFERENT))


def test_a_finding_about_a_parcel_of_another_shipment_is_refused(world):
    shipment = departed(world)
    other = departed(world, village="64.08.11.2002")
    with pytest.raises(HandOverRefused, match="tidak ada dalam kiriman ini"):
        take(world, shipment, said(shipment, Finding(DifferenceKind.ABSENT, parcels_of(other)[0].pk)))


# --- Seals --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("seen", "same"),
    [
        ("64.08.11.2001-001/1, 64.08.11.2001-001/2", True),
        (" 64.08.11.2001-001/2;64.08.11.2001-001/1 ", True),
        ("640811 2001 0011 dan 640811 2001 0012", True),
        ("64.08.11.2001-001/1", False),
        ("64.08.11.2001-001/1, 64.08.11.2001-001/3", False),
    ],
)
def test_seal_numbers_are_compared_however_they_are_typed(seen, same):
    assert same_seals(["64.08.11.2001-001/1", "64.08.11.2001-001/2"], seen) is same


def test_another_seal_number_or_a_broken_one_is_a_difference(world):
    shipment = departed(world)
    first, second, third = parcels_of(shipment)[:3]
    seals = [
        SealReading(first.pk, "SGL-9999"),
        SealReading(second.pk, is_broken=True),
        SealReading(third.pk, "64.08.11.2001-003/2 64.08.11.2001-003/1"),
    ]
    take(world, shipment, said(shipment, seals=seals))
    checks = dict(HandOverParcel.objects.values_list("parcel_id", "seal_check"))
    assert (checks[first.pk], checks[second.pk], checks[third.pk]) == ("beda", "rusak", "cocok")
    assert set(Difference.objects.values_list("kind", "parcel_id")) == {("segel", first.pk), ("segel", second.pk)}
    assert Issue.objects.count() == 1


def test_a_parcel_that_a_file_called_packed_has_no_seals_and_a_number_read_is_another(world):
    parcel = make_parcels(world, "64.08.11.2002", at=LEFT)[0]
    Seal.objects.filter(parcel=parcel).update(removed=paper(world))
    Seal.objects.exclude(parcel=parcel).delete()
    shipment = departed(world, village="64.08.11.2002", packed=False)
    assert {each.seals for each in cargo_of(shipment).parcels} == {()}
    take(world, shipment, said(shipment, seals=[SealReading(parcel.pk, "SGL-1")]))
    assert HandOverParcel.objects.get(parcel=parcel).seal_check == "beda"


def test_seals_that_nobody_looked_at_are_asked_for(world):
    shipment = departed(world)
    told = said(shipment)
    told.seals.pop()
    with pytest.raises(HandOverRefused, match=r"Segel TPS 64\.08\.11\.2001-006 belum diperiksa"):
        take(world, shipment, told)


# --- Refused, stopped, taken back ---------------------------------------------------------------------------------------
def test_a_refusal_takes_nothing_over_and_says_why(world):
    shipment = departed(world, goods=NOTICES)
    take(world, shipment, said(shipment, outcome=Outcome.REFUSED, reason="Semua kotak terendam"))
    shipment.refresh_from_db()
    assert (shipment.state, shipment.closing_reason) == ("ditolak", "Semua kotak terendam")
    assert {parcel.stage for parcel in parcels_of(shipment)} == {Stage.TO_PPK}
    assert stock_of(shipment.place_id) == NOTICES
    assert Issue.objects.get().title == f"Kiriman {shipment.code} ditolak PPK (kecamatan)"


def test_the_sender_takes_a_refused_cargo_back_and_counts_it(world):
    shipment = departed(world, goods=NOTICES)
    take(world, shipment, said(shipment, outcome=Outcome.REFUSED))
    told = said(shipment, short(None, 50, ("CP", "")))
    take_back(shipment=shipment, confirmation=told, by=world.people["kpu-kutim"], now=NOW)
    shipment.refresh_from_db()
    assert shipment.state == ShipmentState.RETURNED
    assert {parcel.stage for parcel in parcels_of(shipment)} == {Stage.PACKED}
    assert at(world, PlaceKind.WAREHOUSE, "64.08") == {("CP", ""): 2350}
    assert stock_of(shipment.place_id) == {("CP", ""): 50}
    assert HandOver.objects.filter(is_take_back=True, outcome="selisih").exists()
    assert balanced()


def test_a_shipment_stopped_on_the_way_is_taken_back_and_not_received(world):
    shipment = departed(world)
    stop(shipment=shipment, reason="Gelombang 4 m", by=world.people["kpu-kutim"], now=NOW, client_key=uuid4())
    with pytest.raises(HandOverRefused, match=r"dihentikan di jalan: Gelombang 4 m"):
        take(world, shipment)
    take_back(shipment=shipment, confirmation=said(shipment), by=world.people["kpu-kutim"], now=NOW)
    assert {parcel.stage for parcel in parcels_of(shipment)} == {Stage.PACKED}


def test_what_is_still_under_way_is_not_taken_back(world):
    shipment = departed(world)
    with pytest.raises(HandOverRefused, match="masih di perjalanan"):
        take_back(shipment=shipment, confirmation=said(shipment), by=world.people["kpu-kutim"], now=NOW)


def test_a_shipment_that_was_cancelled_or_never_left_is_not_received(world):
    shipment = planned(world)
    with pytest.raises(HandOverRefused, match="belum berangkat"):
        take(world, shipment)
    cancel(shipment=shipment, reason="Kapal rusak", by=world.people["kpu-kutim"], now=NOW)
    with pytest.raises(HandOverRefused, match="dibatalkan sebelum berangkat: Kapal rusak"):
        take(world, shipment)


# --- Who and when -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("username", ["camat-sandaran", "desk-kutim", "bupati-kutim", "kpu-kutim", "admin"])
def test_who_has_no_right_receives_nothing(world, username):
    shipment = departed(world)
    with pytest.raises((AccessRefused, HandOverRefused), match=r"diterima oleh PPK \(kecamatan\)"):
        take(world, shipment, by=username)
    assert not HandOver.objects.exists()


def test_nobody_receives_what_they_sent_themselves(world):
    shipment = departed(world, HopName.PPK_PPS, by="ppk-sandaran")
    with pytest.raises(AccessRefused, match="Minta petugas lain menerima"):
        take(world, shipment)
    make_person(world, "pps-manubar")
    take(world, shipment, by="pps-manubar")
    assert {parcel.stage for parcel in parcels_of(shipment)} == {Stage.AT_PPS}


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [(timedelta(hours=-6), "tidak boleh sebelum waktu berangkat"), (timedelta(minutes=16), "Waktu ini belum tiba")],
)
def test_a_clock_that_is_wrong_is_told_so(world, moment, sentence):
    shipment = departed(world)
    with pytest.raises((HandOverRefused, LedgerRefused), match=sentence):
        take(world, shipment, said(shipment, received_at=NOW + moment))
    assert not HandOver.objects.exists()


def test_the_minute_of_departure_is_not_before_it(world):
    left = NOW.replace(second=40)
    shipment = departed(world, at=left)
    handover, _new = take(world, shipment, said(shipment, received_at=left.replace(second=0)))
    assert HandOver.objects.get(pk=handover.pk).received_at == left


# --- Faults -------------------------------------------------------------------------------------------------------------
def test_a_form_sent_twice_is_one_hand_over(world):
    shipment, key = departed(world), uuid4()
    told = said(shipment, short(parcels_of(shipment)[0].pk))
    first, _new = take(world, shipment, told, client_key=key)
    again, is_new = take(world, shipment, told, client_key=key)
    assert (again.pk, is_new) == (first.pk, False)
    assert (HandOver.objects.count(), Issue.objects.count(), Difference.objects.count()) == (1, 1, 1)
    assert stock_of(shipment.place_id) == {("SS", "bupati"): 2}


def test_a_second_receiver_is_told_who_was_first(world):
    shipment, other = departed(world), make_person(world, "ppk-dua")
    take(world, shipment)
    with pytest.raises(HandOverRefused, match=r"sudah diterima oleh Ppk Sandaran pada 21 Nov 2026, 18\.32 WITA"):
        take(world, shipment, by=other.username)


def test_a_key_that_was_used_for_something_else_writes_nothing(world):
    shipment, key = departed(world), uuid4()
    paper(world, client_key=key)
    with pytest.raises(HandOverRefused, match="sudah dipakai untuk catatan lain"):
        take(world, shipment, said(shipment, short(parcels_of(shipment)[0].pk)), client_key=key)
    assert not HandOver.objects.exists()
    assert not Issue.objects.exists()


def test_a_box_that_was_already_reported_elsewhere_is_not_received_again(world):
    """Say a file of stages of KPU put it at the PPK."""
    shipment = departed(world)
    parcel = parcels_of(shipment)[0]
    document = paper(world, DocumentKind.IMPORT)
    move_parcels(document, [parcel.pk], from_stage=Stage.TO_PPK, to_stage=Stage.AT_PPK, at=NOW - timedelta(hours=1))
    told = said(shipment)
    with pytest.raises(
        HandOverRefused,
        match=r"2001-001 sudah tercatat di ppk \(kecamatan\) pada 21 Nov 2026, 17\.42 WITA oleh Kpu Kutim",
    ):
        take(world, shipment, told)
    take(world, shipment, said(shipment, Finding(DifferenceKind.ABSENT, parcel.pk)))
    assert {parcel.stage for parcel in parcels_of(shipment)} == {Stage.AT_PPK}


def test_a_tps_that_moved_to_another_desa_on_the_way_is_received_under_its_new_code(world):
    shipment = departed(world)
    parcel = parcels_of(shipment)[0]
    PollingStation.objects.filter(pk=parcel.polling_station_id).update(village="64.08.06.2001", number=9)
    StaleKecamatan.objects.all().delete()
    take(world, shipment, said(shipment, short(parcel.pk)))
    assert Parcel.objects.get(pk=parcel.pk).stage == Stage.AT_PPK
    assert "TPS 64.08.06.2001-009" in Issue.objects.get().detail
    assert {"64.08.06", "64.08.11"} <= set(StaleKecamatan.objects.values_list("kecamatan_id", flat=True))


def test_a_hand_over_of_fifty_tps_and_twenty_items_is_written_in_ten_statements(world):
    """Beside the transaction's own; with every kind of finding and loose goods (issue, Speed)."""
    PollingStation.objects.bulk_create(
        PollingStation(village_id=VILLAGE, number=number, voters_male=200, voters_female=200) for number in range(7, 51)
    )
    loose = {("CP", ""): 99, ("KR", ""): 50, ("LM", ""): 9, ("BP", ""): 70, ("SP", ""): 8}
    shipment = departed(world, goods=loose)
    first, second, third = parcels_of(shipment)[:3]
    findings = [
        short(first.pk),
        short(second.pk, kind=DifferenceKind.DAMAGED),
        Finding(DifferenceKind.ABSENT, third.pk),
    ]
    told = said(shipment, *findings)
    assert (len(told.seals), len(told.counts)) == (49, 20)
    with CaptureQueriesContext(connection) as seen:
        take(world, shipment, told)
    statements = [each["sql"] for each in seen if not each["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
    writes = [sql for sql in statements if not sql.startswith("SELECT")]
    assert len(writes) <= 10, writes
    assert len(statements) <= 16, statements


# --- Several at once ----------------------------------------------------------------------------------------------------
def at_once(*acts):
    """Run each act in a thread and a connection of its own, started together; what each gave or raised."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        start.wait()
        try:
            results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_receivers_at_once_one_receives_and_the_other_is_told(transactional_db, world):
    shipment, told = departed(world, goods=NOTICES), None
    make_person(world, "ppk-dua")
    told = said(shipment)
    results = at_once(*(lambda by=by: take(world, shipment, told, by=by) for by in ("ppk-sandaran", "ppk-dua")))
    assert sorted(type(each).__name__ for each in results) == ["HandOverRefused", "tuple"]
    assert HandOver.objects.count() == 1
    assert at(world, PlaceKind.PPK) == NOTICES
    assert balanced()


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_whose_two_requests_run_at_once_is_one_hand_over(transactional_db, world):
    shipment, key = departed(world, goods=NOTICES), uuid4()
    told = said(shipment, short(parcels_of(shipment)[0].pk))
    results = at_once(*[lambda: take(world, shipment, told, client_key=key)] * 2)
    assert sorted(is_new for _handover, is_new in results) == [False, True]
    assert (HandOver.objects.count(), Issue.objects.count()) == (1, 1)
    assert balanced()


@pytest.mark.django_db(transaction=True)
def test_a_stop_and_a_receipt_at_once_leave_one_of_the_two(transactional_db, world):
    shipment = departed(world)
    told, kpu = said(shipment), world.people["kpu-kutim"]
    at_once(
        lambda: take(world, shipment, told),
        lambda: stop(shipment=shipment, reason="Cuaca", by=kpu, now=NOW, client_key=uuid4()),
    )
    shipment.refresh_from_db()
    expected = {"selesai": Stage.AT_PPK, "dihentikan": Stage.TO_PPK}[shipment.state]
    assert {parcel.stage for parcel in parcels_of(shipment)} == {expected}
    assert HandOver.objects.count() == (shipment.state == "selesai")


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_while_it_writes_leaves_the_shipment_as_it_was_and_the_form_works_again(
    transactional_db, world
):
    """The server's connection is cut after the last write and before the commit, as when the process is killed."""
    shipment, key = departed(world, goods=NOTICES), uuid4()
    told, documents = said(shipment), Document.objects.count()

    def die():
        with transaction.atomic():
            receive(shipment=shipment, confirmation=told, by=world.people["ppk-sandaran"], now=NOW, client_key=key)
            connection.connection.close()

    at_once(die)
    shipment.refresh_from_db()
    assert (shipment.state, HandOver.objects.count(), Document.objects.count()) == ("berangkat", 0, documents)
    _handover, is_new = take(world, shipment, told, client_key=key)
    assert is_new
    assert Shipment.objects.get(pk=shipment.pk).state == "selesai"
    assert balanced()
