"""A difference is seen by the sender and put right by a document; the ledger balances all the way (issue, section 6)."""

from uuid import uuid4

import pytest

from districts.access import AccessRefused
from districts.issues import close_issue
from districts.models import Issue, IssueNote, StaleKecamatan
from logistics.differences import WAYS, Way, acknowledge, settle, ways_for
from logistics.handing import HandOverRefused, take_back
from logistics.handover_checks import Finding, SealReading
from logistics.ledger import LedgerRefused, stock_of
from logistics.models import Difference, DifferenceKind, HandOver, Outcome, Parcel, PlaceKind, Seal
from logistics.shipping import depart
from logistics.stages import HopName, Stage
from tests.conftest import NOW
from tests.districts.officials import text_of

from .goods import put
from .handovers import NOTICES, departed, make_person, planned, said, short
from .test_handing import at, at_once, balanced, parcels_of, take

pytestmark = pytest.mark.django_db

SS = ("SS", "bupati")


def differed(world, *kinds, goods=None, **more):
    """A shipment received with a finding of each kind, the first of the first parcel; its differences in that order."""
    shipment = departed(world, goods=goods, **more)
    pks = [parcel.pk for parcel in parcels_of(shipment)]
    findings = [
        Finding(kind, pk) if kind == DifferenceKind.ABSENT else short(pk, kind=kind)
        for kind, pk in zip(kinds, pks, strict=False)
    ]
    take(world, shipment, said(shipment, *findings))
    return shipment, list(Difference.objects.order_by("pk"))


def put_right(world, difference, way, by="kpu-kutim", note="Diperiksa bersama", **more):
    return settle(difference=difference, way=way, note=note, by=world.people[by], now=NOW, **more)


# --- The sender knows ---------------------------------------------------------------------------------------------------
def test_the_senders_side_says_it_has_seen_the_difference(world):
    differed(world, DifferenceKind.SHORT)
    made = HandOver.objects.get()
    acknowledge(handover=made, by=world.people["kpu-kutim"], now=NOW)
    made.refresh_from_db()
    assert (made.acknowledged_by.username, made.acknowledged_at) == ("kpu-kutim", NOW)


def test_a_second_person_is_told_who_had_seen_it(world):
    differed(world, DifferenceKind.SHORT)
    made, other = HandOver.objects.get(), make_person(world, "kpu-dua", "kpu", "64.08")
    for _tap in range(2):
        acknowledge(handover=made, by=world.people["kpu-kutim"], now=NOW)
    with pytest.raises(
        HandOverRefused, match=r"sudah dinyatakan diketahui oleh Kpu Kutim pada 21 Nov 2026, 18\.42 WITA"
    ):
        acknowledge(handover=made, by=other, now=NOW)


@pytest.mark.parametrize("username", ["ppk-sandaran", "desk-kutim", "camat-sandaran", "bupati-kutim"])
def test_nobody_else_speaks_for_the_sender(world, username):
    differed(world, DifferenceKind.SHORT)
    with pytest.raises(AccessRefused, match="diserahkan oleh gudang KPU"):
        acknowledge(handover=HandOver.objects.get(), by=world.people[username], now=NOW)


def test_the_receiver_of_one_office_does_not_acknowledge_its_own_finding(world):
    differed(world, DifferenceKind.SHORT, hop=HopName.PPK_PPS, by=make_person(world, "ppk-dua").username)
    with pytest.raises(AccessRefused, match="Anda yang menerima"):
        acknowledge(handover=HandOver.objects.get(), by=world.people["ppk-sandaran"], now=NOW)


# --- Units --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", [DifferenceKind.SHORT, DifferenceKind.SWAPPED])
def test_units_that_turn_up_at_the_receiver_go_into_their_parcel(world, kind):
    shipment, (difference,) = differed(world, kind)
    put_right(world, difference, Way.FOUND, by="ppk-sandaran")
    assert stock_of(difference.parcel.place_id)[SS] == 410
    assert stock_of(shipment.place_id) == {}
    assert balanced()


def test_units_that_never_left_go_back_to_the_warehouse(world):
    shipment, (difference,) = differed(world, DifferenceKind.SHORT)
    put_right(world, difference, Way.WITH_SENDER)
    assert at(world, PlaceKind.WAREHOUSE, "64.08") == {SS: 2}
    assert stock_of(shipment.place_id) == {}


def test_lost_units_are_missing_with_a_berita_acara(world):
    _shipment, (difference,) = differed(world, DifferenceKind.SHORT)
    with pytest.raises(HandOverRefused, match="nomor berita acara"):
        put_right(world, difference, Way.LOST)
    document = put_right(world, difference, Way.LOST, number="12/BA/XI/2026")
    assert at(world, PlaceKind.MISSING) == {SS: 2}
    assert document.number == "12/BA/XI/2026"
    assert document.note == "Hilang, dengan berita acara: Diperiksa bersama"
    assert balanced()


def test_a_replacement_comes_from_stock_where_the_parcel_stands(world):
    _shipment, (difference,) = differed(world, DifferenceKind.DAMAGED)
    with pytest.raises(LedgerRefused, match=r"PPK \(kecamatan\) Sandaran hanya ada 0 lembar"):
        put_right(world, difference, Way.REPLACED, by="ppk-sandaran")
    put(world, {SS: 2}, PlaceKind.PPK, "64.08.11")
    put_right(world, difference, Way.REPLACED, by="ppk-sandaran")
    assert stock_of(difference.parcel.place_id)[SS] == 410
    assert at(world, PlaceKind.DAMAGED) == {SS: 2}
    assert balanced()


def test_what_was_short_and_is_replaced_is_missing(world):
    shipment, (difference,) = differed(world, DifferenceKind.SHORT)
    put(world, {SS: 2}, PlaceKind.PPK, "64.08.11")
    put_right(world, difference, Way.REPLACED, by="ppk-sandaran")
    assert (stock_of(shipment.place_id), at(world, PlaceKind.MISSING)) == ({}, {SS: 2})
    assert stock_of(difference.parcel.place_id)[SS] == 410


def test_a_surplus_is_booked_from_the_senders_stock_or_explained(world):
    _shipment, (first, second) = differed(world, DifferenceKind.SURPLUS, DifferenceKind.SURPLUS)
    put(world, {SS: 5})
    put_right(world, first, Way.BOOKED)
    put_right(world, second, Way.EXPLAINED, note="Salah hitung")
    assert stock_of(first.parcel.place_id)[SS] == 412
    assert stock_of(second.parcel.place_id)[SS] == 410
    assert at(world, PlaceKind.WAREHOUSE, "64.08") == {SS: 3}
    assert balanced()


def test_loose_goods_that_turn_up_join_the_stock_of_the_receiver(world):
    shipment = departed(world, goods=NOTICES)
    take(world, shipment, said(shipment, short(None, 100, ("CP", ""))))
    put_right(world, Difference.objects.get(), Way.FOUND, by="ppk-sandaran")
    assert at(world, PlaceKind.PPK) == NOTICES


def test_units_found_after_the_parcel_went_on_stay_where_they_were_found(world):
    _shipment, (difference,) = differed(world, DifferenceKind.SHORT)
    on = planned(world, HopName.PPK_PPS, by="ppk-sandaran", packed=False)
    depart(shipment=on, at=NOW, by=world.people["ppk-sandaran"], now=NOW, client_key=uuid4())
    put_right(world, difference, Way.FOUND, by="ppk-sandaran")
    assert stock_of(difference.parcel.place_id)[SS] == 408
    assert at(world, PlaceKind.PPK) == {SS: 2}


# --- A parcel that was not there ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("way", "by", "stage"),
    [(Way.FOUND, "ppk-sandaran", Stage.AT_PPK), (Way.WITH_SENDER, "kpu-kutim", Stage.PACKED)],
)
def test_a_parcel_that_turns_up_is_at_one_end_and_free_again(world, way, by, stage):
    _shipment, (difference,) = differed(world, DifferenceKind.ABSENT)
    put_right(world, difference, way, by=by)
    parcel = Parcel.objects.get(pk=difference.parcel_id)
    assert (parcel.stage, parcel.shipment_id) == (stage, None)
    assert not parcel.journeys.filter(released_at=None).exists()


def test_a_parcel_that_is_lost_is_missing_and_its_tps_can_be_packed_anew(world):
    _shipment, (difference,) = differed(world, DifferenceKind.ABSENT)
    put_right(world, difference, Way.LOST, number="13/BA/XI/2026")
    parcel = Parcel.objects.get(pk=difference.parcel_id)
    assert (parcel.stage, parcel.shipment_id, stock_of(parcel.place_id)) == (Stage.OPEN, None, {})
    assert at(world, PlaceKind.MISSING)[SS] == 410
    assert not Seal.objects.filter(parcel=parcel, removed=None).exists()
    assert balanced()


# --- Who, twice, and the issue ------------------------------------------------------------------------------------------
def test_each_side_is_offered_what_it_can_vouch_for(world):
    _shipment, (difference,) = differed(world, DifferenceKind.SHORT)
    offered = {name: ways_for(world.people[name], difference) for name in ("kpu-kutim", "ppk-sandaran", "desk-kutim")}
    assert offered == {
        "kpu-kutim": [Way.WITH_SENDER, Way.LOST],
        "ppk-sandaran": [Way.FOUND, Way.REPLACED],
        "desk-kutim": [],
    }
    with pytest.raises(AccessRefused, match="diserahkan oleh gudang KPU"):
        put_right(world, difference, Way.LOST, by="ppk-sandaran", number="1")
    with pytest.raises(AccessRefused, match="diterima oleh PPK"):
        put_right(world, difference, Way.FOUND, by="kpu-kutim")


@pytest.mark.parametrize("kind", list(WAYS))
def test_a_finding_is_not_put_right_in_a_way_that_does_not_fit_it(world, kind):
    shipment = departed(world)
    parcel = parcels_of(shipment)[0].pk
    seals = [SealReading(parcel, is_broken=True)] if kind == DifferenceKind.SEAL else None
    told = [Finding(kind, parcel)] if kind == DifferenceKind.ABSENT else [short(parcel, kind=kind)]
    take(world, shipment, said(shipment, *([] if seals else told), seals=seals))
    for way in set(Way) - set(WAYS[kind]):
        with pytest.raises((HandOverRefused, AccessRefused)):
            put_right(world, Difference.objects.get(), way, by="kpu-kutim", number="1")
    assert Difference.objects.get().settled is None


def test_a_difference_is_put_right_once(world):
    _shipment, (difference,) = differed(world, DifferenceKind.SHORT)
    key = uuid4()
    first = put_right(world, difference, Way.WITH_SENDER, client_key=key)
    assert put_right(world, difference, Way.WITH_SENDER, client_key=key) == first
    with pytest.raises(HandOverRefused, match=r"sudah diselesaikan oleh Kpu Kutim pada 21 Nov 2026, 18\.42 WITA"):
        put_right(world, difference, Way.LOST, number="1")
    assert at(world, PlaceKind.WAREHOUSE, "64.08") == {SS: 2}


def test_when_the_last_difference_is_settled_the_issue_says_so_and_the_desk_closes_it(world):
    _shipment, (first, second) = differed(world, DifferenceKind.SHORT, DifferenceKind.DAMAGED)
    put_right(world, first, Way.WITH_SENDER)
    assert not IssueNote.objects.exists()
    put_right(world, second, Way.EXPLAINED)
    assert "Semua selisih kiriman" in IssueNote.objects.get().text
    assert Issue.objects.get().state == "baru"


def test_an_issue_the_desk_closed_before_stays_closed(world):
    _shipment, (difference,) = differed(world, DifferenceKind.SHORT)
    close_issue(issue=Issue.objects.get(), state="selesai", text="Beres", by=world.people["desk-kutim"], now=NOW)
    put_right(world, difference, Way.WITH_SENDER)
    assert (Issue.objects.get().state, IssueNote.objects.count()) == ("selesai", 1)


def test_findings_of_a_refused_cargo_move_nothing(world):
    shipment = departed(world)
    parcel = parcels_of(shipment)[0].pk
    take(world, shipment, said(shipment, short(parcel), outcome=Outcome.REFUSED))
    difference = Difference.objects.get()
    with pytest.raises(HandOverRefused, match="cara itu"):
        put_right(world, difference, Way.LOST, number="1")
    put_right(world, difference, Way.EXPLAINED)
    assert stock_of(difference.parcel.place_id)[SS] == 410


def test_what_was_missing_at_a_take_back_is_settled_by_the_sender(world):
    shipment = departed(world, goods=NOTICES)
    take(world, shipment, said(shipment, outcome=Outcome.REFUSED))
    told = said(shipment, short(None, 50, ("CP", "")))
    take_back(shipment=shipment, confirmation=told, by=world.people["kpu-kutim"], now=NOW)
    put_right(world, Difference.objects.get(), Way.FOUND, by="kpu-kutim")
    assert at(world, PlaceKind.WAREHOUSE, "64.08") == NOTICES
    assert balanced()


@pytest.mark.django_db(transaction=True)
def test_two_people_who_settle_at_once_move_the_units_once(transactional_db, world):
    _shipment, (difference,) = differed(world, DifferenceKind.SHORT)
    acts = [lambda way=way: put_right(world, difference, way, number="1") for way in (Way.WITH_SENDER, Way.LOST)]
    results = at_once(*acts)
    assert sorted(type(each).__name__ for each in results) == ["Document", "HandOverRefused"]
    assert balanced()


@pytest.mark.django_db(transaction=True)
def test_the_last_two_differences_settled_at_once_tell_the_issue_once(transactional_db, world):
    _shipment, pair = differed(world, DifferenceKind.SHORT, DifferenceKind.DAMAGED)
    ways = (Way.WITH_SENDER, Way.EXPLAINED)
    at_once(*[lambda each=each, way=way: put_right(world, each, way) for each, way in zip(pair, ways, strict=True)])
    assert IssueNote.objects.count() == 1


# --- Pages --------------------------------------------------------------------------------------------------------------
def test_the_sender_acknowledges_and_settles_on_the_record(world, as_user):
    shipment, (difference,) = differed(world, DifferenceKind.SHORT)
    client, page = as_user("kpu-kutim"), f"/kiriman/{shipment.code}/serah-terima/"
    assert "Saya mengetahui hal ini" in text_of(client.get(page))
    client.post(f"{page}tahu/")
    form = {"client_key": uuid4(), "way": "pengirim", "note": "Tertinggal di rak 3"}
    assert client.post(f"{page}selesaikan/{difference.pk}/", form).status_code == 302
    shown = text_of(client.get(page))
    assert "Diketahui pihak pengirim: Kpu Kutim" in shown
    assert "Ternyata masih di pengirim: Tertinggal di rak 3" in shown
    assert "belum selesai" not in shown


def test_a_settlement_that_is_refused_keeps_what_was_typed(world, as_user):
    shipment, (difference,) = differed(world, DifferenceKind.SHORT)
    address = f"/kiriman/{shipment.code}/serah-terima/selesaikan/{difference.pk}/"
    form = {"client_key": uuid4(), "way": "hilang", "note": "Hanyut di muara"}
    answer = as_user("kpu-kutim").post(address, form)
    assert answer.status_code == 422
    assert "nomor berita acara" in text_of(answer)
    assert "Hanyut di muara" in text_of(answer)
    assert as_user("desk-kutim").post(address, form).status_code == 403
    assert as_user("desk-mahulu").post(address, form).status_code == 404


def test_a_settlement_by_a_slower_second_person_says_who_was_first(world, as_user):
    shipment, (difference,) = differed(world, DifferenceKind.SHORT)
    put_right(world, difference, Way.WITH_SENDER)
    form = {"client_key": uuid4(), "way": "hilang", "note": "Hanyut", "number": "9"}
    answer = as_user("kpu-kutim").post(f"/kiriman/{shipment.code}/serah-terima/selesaikan/{difference.pk}/", form)
    assert "sudah diselesaikan oleh Kpu Kutim" in text_of(answer)


# --- Two people ---------------------------------------------------------------------------------------------------------
def test_between_ppk_and_pps_nobody_settles_for_the_other_side(world):
    """One role holds both ends of the hop; two people still confirm (issue, section 6)."""
    put(world, {SS: 9}, PlaceKind.PPK, "64.08.11")
    sender = make_person(world, "ppk-dua").username
    _shipment, (difference,) = differed(world, DifferenceKind.SHORT, hop=HopName.PPK_PPS, by=sender)
    for way in (Way.FOUND, Way.REPLACED):
        with pytest.raises(AccessRefused, match="Anda yang menyerahkan"):
            put_right(world, difference, way, by=sender)
    with pytest.raises(AccessRefused, match="Anda yang menerima"):
        put_right(world, difference, Way.LOST, by="ppk-sandaran", number="1/BA")
    assert set(ways_for(world.people[sender], difference)) == {Way.WITH_SENDER, Way.LOST}
    assert set(ways_for(world.people["ppk-sandaran"], difference)) == {Way.FOUND, Way.REPLACED}


def test_what_is_in_a_parcel_on_the_way_is_not_replaced(world):
    _shipment, (difference,) = differed(world, DifferenceKind.DAMAGED)
    put(world, {SS: 9}, PlaceKind.PPK, "64.08.11")
    onward = planned(world, HopName.PPK_PPS, by="pps-sandaran", packed=False)
    depart(shipment=onward, at=NOW, by=world.people["pps-sandaran"], now=NOW, client_key=uuid4())
    with pytest.raises(HandOverRefused, match=r"64\.08\.11\.2001-001 sekarang: menuju pps"):
        put_right(world, difference, Way.REPLACED, by="ppk-sandaran")


def test_a_settlement_asks_for_new_colours_of_the_regency(world):
    _shipment, (difference,) = differed(world, DifferenceKind.SHORT)
    StaleKecamatan.objects.all().delete()
    put_right(world, difference, Way.WITH_SENDER)
    marked = set(StaleKecamatan.objects.values_list("kecamatan_id", flat=True))
    assert marked == {"64.08.04", "64.08.06", "64.08.11"}
