"""The ledger as a readiness source: LOG-01, 02, 03, 06, 07, 08 and 09 of DOMAIN 6.3 on real movements."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from districts import readiness
from districts.models import Agency, Grade, Issue, Level, PollingStation, Reason
from districts.outbox import drain, mark_stale
from logistics.differences import Way, settle
from logistics.handing import receive
from logistics.handover_checks import Finding
from logistics.ledger import Line, correct, move, move_parcels, places
from logistics.models import (
    Difference,
    DifferenceKind,
    DocumentKind,
    HandOver,
    Movement,
    NeedRule,
    Parcel,
    Place,
    PlaceKind,
    Shipment,
)
from logistics.stages import Stage
from tests.conftest import NOW
from tests.districts.reports import make_report, open_slot

from .goods import make_parcels, paper, put
from .handovers import departed, said, short

pytestmark = pytest.mark.django_db

SANDARAN, BUSANG, SANGATTA, LAHAM = "64.08.11", "64.08.06", "64.08.04", "64.11.03"
#: Ballots of one contest: Sandaran 6x410 + 6x410 + 6x540, Busang 2x205, Sangatta Utara 8x308 (DOMAIN 3.3).
NEED = {SANDARAN: 8160, BUSANG: 410, SANGATTA: 2464}
OF_ALL = sum(NEED.values())
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def grade(world):
    """`grade("LOG-06")` rolls up and is Sandaran's grade."""

    def read(indicator, code=SANDARAN, at=NOW):
        readiness.roll_up(world.election, [code], now=at)
        return Grade.objects.get(election=world.election, kecamatan=code, indicator=indicator)

    return read


@pytest.fixture
def report(world):
    """`report(tps_at_ppk=9)` is what Sandaran's camat sent two hours ago."""

    def send(sent_at=NOW - 2 * HOUR, **columns):
        slot = open_slot(world, SANDARAN, "2026-W47")
        return make_report(slot, world.people["camat-sandaran"], submitted_at=sent_at, **columns)

    return send


def ballots(bupati, gubernur=None):
    return {("SS", "bupati"): bupati, ("SS", "gubernur"): bupati if gubernur is None else gubernur}


# --- Stages of the parcels --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "percents"),
    [
        (Stage.OPEN, (None, None, None, None)),
        (Stage.PACKED, (100, None, None, None)),
        (Stage.TO_PPK, (100, 0, None, None)),
        (Stage.AT_PPK, (100, 100, None, None)),
        (Stage.TO_PPS, (100, 100, 0, None)),
        (Stage.AT_PPS, (100, 100, 100, None)),
        (Stage.TO_TPS, (100, 100, 100, 0)),
        (Stage.AT_TPS, (100, 100, 100, 100)),
        (Stage.BACK_AT_PPK, (100, 100, 100, 100)),
    ],
)
def test_each_stage_raises_its_indicator_and_none_is_known_before_its_first(world, grade, stage, percents):
    make_parcels(world, SANDARAN, stage)
    assert tuple(grade(code).amount for code in ("LOG-03", "LOG-06", "LOG-07", "LOG-08")) == percents


def test_some_tps_are_a_share_of_the_register(world, grade):
    make_parcels(world, "64.08.11.2001", Stage.AT_PPK)
    found = grade("LOG-06")
    assert (found.note, found.source, found.amount) == ("6/18 TPS", "ledger", pytest.approx(100 / 3))
    assert found.observed_at == NOW


def test_once_the_regency_sends_a_kecamatan_without_any_is_at_zero(world, grade):
    make_parcels(world, SANDARAN, Stage.AT_PPK)
    found = grade("LOG-06", BUSANG)
    assert (found.amount, found.note) == (0, "0/2 TPS")


def test_another_regency_is_not_touched(world, grade):
    make_parcels(world, SANDARAN, Stage.AT_TPS)
    readiness.roll_up(world.election, [LAHAM], now=NOW)
    assert not Grade.objects.filter(kecamatan=LAHAM, source="ledger").exists()


def test_a_parcel_taken_back_no_longer_counts_as_received(world, grade):
    parcels = make_parcels(world, SANDARAN, Stage.AT_PPK)
    move_parcels(paper(world), [parcels[0].pk], from_stage=Stage.AT_PPK, to_stage=Stage.PACKED, at=NOW)
    assert grade("LOG-06").note == "17/18 TPS"


def test_an_unknown_number_of_tps_is_no_share(world, grade):
    make_parcels(world, BUSANG, Stage.AT_PPK)
    PollingStation.objects.filter(village__startswith=SANDARAN).delete()
    found = grade("LOG-06")
    assert (found.amount, found.note) == (None, "0/? TPS")


# --- Two sources ------------------------------------------------------------------------------------------------------


def test_the_camats_figure_counts_until_the_regency_keeps_the_ledger_and_stays_beside_it(world, grade, report):
    report(tps_at_ppk=9)
    assert (grade("LOG-06").source, grade("LOG-06").amount) == ("camat", 50)
    make_parcels(world, SANDARAN, Stage.AT_PPK)
    found = grade("LOG-06")
    assert (found.source, found.amount, found.other_source, found.other_amount) == ("ledger", 100, "camat", 50)


def test_a_ledger_nobody_wrote_in_for_eleven_days_gives_way_to_a_fresh_report(world, grade, report):
    make_parcels(world, SANDARAN, Stage.AT_PPK, at=NOW - 11 * DAY)
    report(tps_at_ppk=9)
    assert (grade("LOG-06").source, grade("LOG-06").other_source) == ("camat", "ledger")


# --- LOG-01, ballots --------------------------------------------------------------------------------------------------


def test_loose_ballots_are_shared_by_need_and_the_lowest_contest_counts(world, grade):
    put(world, ballots(OF_ALL // 2, OF_ALL))
    found = grade("LOG-01")
    assert (found.amount, found.note, found.source) == (50, "bupati 4080/8160 lembar", "ledger")
    assert grade("LOG-01", BUSANG).amount == 50


def test_what_is_packed_is_its_kecamatans_and_the_rest_shares_the_warehouse(world, grade):
    make_parcels(world, SANDARAN)
    put(world, ballots((OF_ALL - NEED[SANDARAN]) // 2))
    assert grade("LOG-01").amount == 100
    assert (grade("LOG-01", BUSANG).amount, grade("LOG-01", SANGATTA).amount) == (50, 50)


def test_more_than_is_needed_is_100_percent(world, grade):
    put(world, ballots(2 * OF_ALL))
    assert grade("LOG-01").amount == 100
    assert grade("LOG-01").note == "bupati 8160/8160 lembar"
    put(world, ballots(9000), kind=PlaceKind.PPK, region=SANDARAN)
    assert (grade("LOG-01").amount, grade("LOG-01").note) == (100, "bupati 9000/8160 lembar")


@pytest.mark.parametrize("kind", [PlaceKind.SORTING, PlaceKind.DAMAGED, PlaceKind.RESERVE, PlaceKind.SUPPLIER])
def test_unsorted_damaged_kept_and_undelivered_ballots_are_not_good_ones(world, grade, kind):
    if kind == PlaceKind.SUPPLIER:
        supplier = places(world.election, [(kind, "64.08")])[kind, "64.08"]
        move(paper(world), [Line("SS", "bupati", OF_ALL, None, supplier)])
    else:
        put(world, ballots(OF_ALL), kind=kind)
    assert (grade("LOG-01").amount, grade("LOG-01").level) == (0, Level.RED)


def test_ballots_found_wet_at_a_hand_over_are_missing_from_the_kecamatan(world, grade):
    parcel = make_parcels(world, SANDARAN, Stage.AT_PPK)[0]
    damaged = places(world.election, [(PlaceKind.DAMAGED, SANDARAN)])[PlaceKind.DAMAGED, SANDARAN]
    move(paper(world, DocumentKind.HANDOVER), [Line("SS", "bupati", 60, parcel.place_id, damaged)])
    assert grade("LOG-01").note == "bupati 8100/8160 lembar"


@pytest.mark.parametrize("kind", [DifferenceKind.SHORT, DifferenceKind.ABSENT])
def test_ballots_nobody_has_after_a_hand_over_are_not_there_until_they_are_found(world, grade, kind):
    """What was short waits in the account of a closed shipment, a parcel that was not there stays bound to it."""
    make_parcels(world, "64.08.11.2002", at=NOW - DAY)
    make_parcels(world, "64.08.11.2003", at=NOW - DAY)
    shipment = departed(world, at=NOW - 5 * HOUR)
    assert grade("LOG-01").amount == 100
    parcel = Parcel.objects.filter(shipment=shipment).first()
    finding = Finding(kind, parcel.pk) if kind == DifferenceKind.ABSENT else short(parcel.pk, quantity=410)
    told = said(shipment, finding, received_at=NOW - HOUR)
    receive(shipment=shipment, confirmation=told, by=world.people["ppk-sandaran"], now=NOW - HOUR)
    assert grade("LOG-01").note == "bupati 7750/8160 lembar"
    assert grade("LOG-01", at=NOW - 2 * HOUR).amount == 100
    settle(difference=Difference.objects.get(), way=Way.FOUND, note="Ada", by=world.people["ppk-sandaran"], now=NOW)
    assert grade("LOG-01").amount == 100


def test_ballots_that_were_used_were_there(world, grade):
    """After the vote they leave the parcel; that is no shortage. A correction puts them back and they count once."""
    parcel = make_parcels(world, SANDARAN, Stage.AT_TPS)[0]
    used = places(world.election, [(PlaceKind.USED, "64.08")])[PlaceKind.USED, "64.08"]
    move(paper(world, DocumentKind.USE), [Line("SS", "bupati", 300, parcel.place_id, used)])
    assert grade("LOG-01").amount == 100
    wrong = Movement.objects.get(to_place=used)
    correct(movement=wrong, quantity=100, reason="salah baca", by=world.people["kpu-kutim"], now=NOW)
    assert grade("LOG-01").note == "bupati 8160/8160 lembar"


def test_an_unknown_need_is_no_share(world, grade):
    put(world, ballots(OF_ALL))
    PollingStation.objects.filter(village="64.08.11.2001", number=1).update(voters_male=None, voters_female=None)
    found = grade("LOG-01")
    assert (found.amount, found.reason, found.level) == (None, Reason.NO_DENOMINATOR, Level.GREY)
    assert found.note == "bupati 7750/? lembar"
    assert grade("LOG-01", BUSANG).amount == 100


# --- LOG-02, items ----------------------------------------------------------------------------------------------------


def test_items_complete_of_the_eleven_that_must_be_counted(world, grade):
    """Of what a box needs only the PPK's own boxes, seals (decree), TPS sets and notices are missing."""
    make_parcels(world, SANDARAN)
    found = grade("LOG-02")
    assert found.amount == pytest.approx(100 * 7 / 11)
    assert found.note == "7/11 barang; kurang CP KS TP; kebutuhan belum diketahui SG"


def test_goods_at_the_ppk_on_the_way_and_in_the_warehouse_complete_a_kecamatan(world, grade):
    make_parcels(world, SANDARAN)
    NeedRule.objects.create(election=world.election, item_id="SG", basis="tps", amount=26)
    put(world, {("KS", "bupati"): 1, ("KS", "gubernur"): 1}, kind=PlaceKind.PPK, region=SANDARAN)
    assert grade("LOG-02").note == "9/11 barang; kurang CP TP"
    put(world, {("CP", ""): 7956}, kind=PlaceKind.PPS, region="64.08.11.2001")
    assert grade("LOG-02").note == "10/11 barang; kurang TP"
    warehouse = put(world, {("TP", ""): 28})
    assert grade("LOG-02").amount == 100
    cargo = Place.objects.create(election=world.election, kind=PlaceKind.TRANSIT)
    Shipment.objects.create(
        election=world.election, code="KT-1", hop="kpu-ppk", kecamatan_id=SANDARAN, place=cargo,
        planned_by=world.people["kpu-kutim"],
    )  # fmt: skip
    move(paper(world, DocumentKind.DISPATCH), [Line("TP", "", 18, warehouse, cargo.pk)])
    assert grade("LOG-02").amount == 100


def test_a_warehouse_that_lacks_one_for_the_regency_completes_no_kecamatan(world, grade):
    put(world, {("TN", ""): 2 * 28 - 1})
    assert {grade("LOG-02", code).note[:4] for code in (SANDARAN, BUSANG)} == {"0/11"}
    put(world, {("TN", ""): 1})
    assert {grade("LOG-02", code).note[:4] for code in (SANDARAN, BUSANG)} == {"1/11"}


# --- A past day -------------------------------------------------------------------------------------------------------


def test_what_was_recorded_later_does_not_count_for_a_past_day(world, grade):
    warehouse = put(world, ballots(OF_ALL // 2), at=NOW - 2 * DAY)
    make_parcels(world, SANDARAN, Stage.AT_PPK, at=NOW)
    damaged = put(world, ballots(OF_ALL), kind=PlaceKind.DAMAGED, at=NOW)
    move(paper(world, DocumentKind.CORRECTION, note="salah"), [Line("SS", "bupati", 1000, warehouse, damaged)])
    yesterday = grade("LOG-01", at=NOW - DAY)
    assert (yesterday.amount, yesterday.observed_at) == (50, NOW - 2 * DAY)
    assert (grade("LOG-03", at=NOW - DAY).source, grade("LOG-06", at=NOW - DAY).source) == ("", "")
    assert grade("LOG-01", at=NOW - 3 * DAY).source == ""
    assert grade("LOG-06").amount == 100


# --- LOG-09, findings -------------------------------------------------------------------------------------------------


@pytest.fixture
def handover(world):
    """A hand-over with one box found wet and the open issue it raised."""
    parcel = make_parcels(world, SANDARAN, Stage.AT_PPK)[0]
    kpu, ppk = world.people["kpu-kutim"], world.people["ppk-sandaran"]
    issue = Issue.objects.create(
        election=world.election, kecamatan_id=SANDARAN, kind="kendala", category="logistik", title="Kotak basah",
        level=2, owner=Agency.objects.get(code="kpu"), due_at=NOW + DAY, raised_by=ppk, raised_at=NOW - HOUR,
    )  # fmt: skip
    shipment = Shipment.objects.create(
        election=world.election, code="KT-2", hop="kpu-ppk", kecamatan_id=SANDARAN, state="selesai", planned_by=kpu,
        place=Place.objects.create(election=world.election, kind=PlaceKind.TRANSIT), departed_by=kpu,
        departed_at=NOW - 9 * HOUR, closed_by=ppk, closed_at=NOW - HOUR, planned_at=NOW - DAY,
    )  # fmt: skip
    made = HandOver.objects.create(
        shipment=shipment, sender=kpu, sent_at=NOW - 9 * HOUR, receiver=ppk, received_at=NOW - HOUR, issue=issue,
        recorded_at=NOW - HOUR, outcome="selisih", reason="basah",
        document=paper(world, DocumentKind.HANDOVER, at=NOW - HOUR),
    )  # fmt: skip
    Difference.objects.create(handover=made, parcel=parcel, kind="rusak", item_id="SS", contest="bupati", quantity=60)
    return made


def close(issue, world):
    Issue.objects.filter(pk=issue.pk).update(
        state="selesai", closed_by=world.people["desk-kutim"], closed_at=NOW - HOUR / 2
    )


def test_a_difference_with_its_issue_counts_once_and_reporting_it_is_not_red(handover, grade):
    found = grade("LOG-09")
    assert (found.amount, found.blocking, found.level, found.source) == (1, 0, Level.AMBER, "ledger")


def test_a_difference_whose_issue_was_closed_before_it_was_settled_is_red(handover, grade, world):
    close(handover.issue, world)
    found = grade("LOG-09")
    assert (found.amount, found.blocking, found.level) == (1, 1, Level.RED)
    handover.differences.update(settled=paper(world, DocumentKind.CORRECTION, note="ditemukan"))
    assert (grade("LOG-09").amount, grade("LOG-09").level) == (0, Level.GREEN)


def test_every_open_logistics_issue_counts_also_those_of_a_report(handover, grade, world):
    Issue.objects.create(
        election=world.election, kecamatan_id=SANDARAN, kind="kendala", category="logistik", title="Segel kurang",
        raised_by=world.people["camat-sandaran"], raised_at=NOW - HOUR,
    )  # fmt: skip
    found = grade("LOG-09")
    assert (found.amount, found.blocking, found.level) == (2, 1, Level.RED)


def test_findings_are_none_where_the_ledger_knows_the_kecamatan_and_unknown_where_it_does_not(world, grade):
    make_parcels(world, SANDARAN)
    assert (grade("LOG-09").amount, grade("LOG-09").level) == (0, Level.GREEN)
    assert grade("LOG-09", BUSANG).level == Level.GREY


# --- Colours follow the ledger ----------------------------------------------------------------------------------------


def test_a_move_changes_the_colour_through_the_outbox(world, grade):
    parcels = make_parcels(world, SANDARAN, Stage.TO_PPK)
    assert grade("LOG-06").amount == 0
    with transaction.atomic():
        move_parcels(
            paper(world, DocumentKind.HANDOVER), [p.pk for p in parcels], from_stage=Stage.TO_PPK,
            to_stage=Stage.AT_PPK, at=NOW,
        )  # fmt: skip
        mark_stale(world.election, [SANDARAN], cause="logistics")
    drain()
    assert Grade.objects.get(kecamatan=SANDARAN, indicator="LOG-06").amount == 100
    assert Parcel.objects.filter(stage=Stage.AT_PPK).count() == 18


def test_statements_do_not_grow_with_parcels(world):
    """The source is a part of the one statement that grades: as many with parcels as without any."""
    found = []
    for code in ("64.08.06", "64.08.11", "64.08.04"):
        readiness.roll_up(world.election, now=NOW)
        with CaptureQueriesContext(connection) as seen:
            readiness.roll_up(world.election, now=NOW)
        found.append(len(seen))
        make_parcels(world, code, Stage.AT_PPK)
    assert len(set(found)) == 1
