"""The ledger: every unit is somewhere, nothing is negative, nothing is changed afterwards (DOMAIN 3.3, 3.4)."""

import pytest
from django.db import IntegrityError, connection, transaction

from logistics.ledger import LedgerRefused, Line, _refusal, correct, move, move_parcels, places, stock_of
from logistics.models import Balance, DocumentKind, Movement, Parcel, PlaceKind
from logistics.stages import Stage
from tests.conftest import NOW

from .goods import make_parcels, paper, put

pytestmark = pytest.mark.django_db


def test_what_leaves_one_place_is_in_the_other(world):
    warehouse = put(world, {("BS", ""): 10})
    ppk = places(world.election, [(PlaceKind.PPK, "64.08.11")])[PlaceKind.PPK, "64.08.11"]
    move(paper(world, DocumentKind.DISPATCH), [Line("BS", "", 4, warehouse, ppk)])
    assert stock_of(warehouse) == {("BS", ""): 6}
    assert stock_of(ppk) == {("BS", ""): 4}


def test_more_than_is_there_cannot_leave_and_the_sentence_says_how_much_is(world):
    warehouse = put(world, {("SS", "bupati"): 10})
    ppk = places(world.election, [(PlaceKind.PPK, "64.08.11")])[PlaceKind.PPK, "64.08.11"]
    with pytest.raises(LedgerRefused, match=r"Gudang KPU Kutai Timur hanya ada 10 lembar surat suara bupati.* 11"):
        move(paper(world, DocumentKind.DISPATCH), [Line("SS", "bupati", 11, warehouse, ppk)])
    assert stock_of(warehouse) == {("SS", "bupati"): 10}


@pytest.mark.parametrize(
    ("item", "contest", "quantity", "sentence"),
    [
        ("BS", "", 0, "lebih dari nol"),
        ("BS", "", -3, "lebih dari nol"),
        ("BS", "bupati", 1, "Pilih jenis pemilihan"),
        ("SS", "", 1, "Pilih jenis pemilihan"),
        ("SS", "presiden", 1, "tidak dikenal"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_with_a_sentence(world, item, contest, quantity, sentence):
    warehouse = put(world, {("BS", ""): 10, ("SS", "bupati"): 10})
    ppk = places(world.election, [(PlaceKind.PPK, "64.08.11")])[PlaceKind.PPK, "64.08.11"]
    with pytest.raises(LedgerRefused, match=sentence):
        move(paper(world), [Line(item, contest, quantity, warehouse, ppk)])


def test_a_sum_beyond_what_a_balance_holds_is_refused_with_a_sentence(world):
    warehouse = put(world, {("BS", ""): 2_000_000_000})
    with pytest.raises(LedgerRefused, match="terlalu besar"):
        put(world, {("BS", ""): 2_000_000_000})
    assert stock_of(warehouse) == {("BS", ""): 2_000_000_000}
    supplier = places(world.election, [(PlaceKind.SUPPLIER, "64.08")])[PlaceKind.SUPPLIER, "64.08"]
    with pytest.raises(LedgerRefused, match="hanya ada 2000000000 buah"):
        move(paper(world), [Line("BS", "", 2_000_000_000, warehouse, supplier)] * 2)


def test_a_refusal_of_the_table_itself_has_a_sentence_too(world):
    """Postgres tells the row then, and not what the trigger tells."""
    warehouse = put(world, {("BS", ""): 1})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE logistics_balance DISABLE TRIGGER balance_by_movements")
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            cursor.execute("UPDATE logistics_balance SET quantity = -1 WHERE place_id = %s", [warehouse])
    assert "melebihi yang ada" in str(_refusal(refused.value))


def test_units_come_into_being_at_the_supplier_only(world):
    warehouse = put(world, {("BS", ""): 1})
    with pytest.raises(LedgerRefused, match="tidak cocok"):
        move(paper(world), [Line("BS", "", 5, None, warehouse)])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE logistics_movement SET quantity = 1",
        "DELETE FROM logistics_movement",
        "UPDATE logistics_balance SET quantity = 1",
        "DELETE FROM logistics_balance",
        "UPDATE logistics_document SET number = 'x'",
        "DELETE FROM logistics_parcelmove",
        "UPDATE logistics_parcel SET stage = 70",
    ],
)
def test_what_is_in_the_ledger_stays_as_it_was_written(world, statement):
    make_parcels(world, "64.08.11.2001")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_mistake_is_undone_by_a_movement_the_other_way_with_its_reason(world):
    warehouse = put(world, {("BS", ""): 10})
    wrong = Movement.objects.get(to_place=warehouse)
    document = correct(movement=wrong, quantity=4, reason="Salah hitung dus", by=world.people["kpu-kutim"], now=NOW)
    assert stock_of(warehouse) == {("BS", ""): 6}
    assert (document.note, Movement.objects.count()) == ("Salah hitung dus", 3)
    with pytest.raises(LedgerRefused, match="Koreksi melebihi"):
        correct(movement=wrong, quantity=7, reason="lagi", by=world.people["kpu-kutim"], now=NOW)


def test_a_parcel_moves_only_from_where_it_is(world):
    parcels = make_parcels(world, "64.08.11.2001", Stage.AT_PPK)
    with pytest.raises(LedgerRefused, match=r"64\.08\.11\.2001-001 tercatat: di ppk"):
        move_parcels(
            paper(world, DocumentKind.HANDOVER), [parcels[0].pk], from_stage=Stage.PACKED, to_stage=Stage.TO_PPK, at=NOW
        )


def test_a_place_that_was_skipped_is_reached_on_arrival_and_not_on_the_way(world):
    parcel = make_parcels(world, "64.08.06.2001", Stage.AT_PPK)[0]
    document = paper(world, DocumentKind.DISPATCH)
    move_parcels(document, [parcel.pk], from_stage=Stage.AT_PPK, to_stage=Stage.TO_TPS, at=NOW)
    assert Parcel.objects.get(pk=parcel.pk).pps_at is None
    move_parcels(document, [parcel.pk], from_stage=Stage.TO_TPS, to_stage=Stage.AT_TPS, at=NOW)
    assert Parcel.objects.get(pk=parcel.pk).pps_at == NOW


def test_a_parcel_taken_back_forgets_the_places_it_had_not_reached(world):
    parcel = make_parcels(world, "64.08.06.2001", Stage.AT_PPK)[0]
    move_parcels(paper(world), [parcel.pk], from_stage=Stage.AT_PPK, to_stage=Stage.PACKED, at=NOW)
    kept = Parcel.objects.get(pk=parcel.pk)
    assert (kept.stage, kept.ppk_at) == (Stage.PACKED, None)
    assert kept.packed_at is not None


def test_a_document_sent_twice_is_one_and_another_persons_key_is_refused(world):
    key = "6f1d1c1e-2222-4333-8444-555566667777"
    first, again = paper(world, client_key=key), paper(world, client_key=key)
    assert first == again
    with pytest.raises(LedgerRefused, match="sudah dipakai"):
        paper(world, client_key=key, by=world.people["ppk-sandaran"])


def test_balances_are_the_sum_of_movements(world):
    make_parcels(world, "64.08", Stage.AT_PPS)
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT place_id, item_id, contest, sum(quantity) FROM (
                SELECT to_place_id AS place_id, item_id, contest, quantity FROM logistics_movement
                UNION ALL SELECT from_place_id, item_id, contest, -quantity FROM logistics_movement
                WHERE from_place_id IS NOT NULL
            ) sides GROUP BY 1, 2, 3""")
        summed = {row[:3]: row[3] for row in cursor.fetchall()}
    kept = {(b.place_id, b.item_id, b.contest): b.quantity for b in Balance.objects.all()}
    assert kept == summed
