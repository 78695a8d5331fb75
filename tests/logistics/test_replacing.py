"""Replacement: asked, on the way, received; every ballot of it is somewhere at each step (DOMAIN 3.4 [S27])."""

from datetime import timedelta
from uuid import uuid4

import pytest

from districts.access import AccessRefused
from logistics.ledger import LedgerRefused
from logistics.models import Movement, PlaceKind, Replacement
from logistics.replacing import ask, receive, send, take_back
from logistics.stock import stock_of_regency
from tests.conftest import NOW

from .goods import put
from .test_receiving import there
from .test_sorting import BALLOT, sort

pytestmark = pytest.mark.django_db


def asked(world, quantity=40, by="kpu-kutim", item="SS", contest="gubernur", **more):
    wanted = {"reason": "Rusak saat sortir", "silog_number": "SILOG-77", "asked_at": NOW, "now": NOW} | more
    return ask(
        election=world.election, regency="64.08", item=item, contest=contest, quantity=quantity,
        by=world.people[by], **wanted,
    )  # fmt: skip


def step(world, action, replacement, quantity, by="kpu-kutim", **more):
    wanted = {"happened_at": NOW, "now": NOW} | more
    return action(replacement=replacement, quantity=quantity, by=world.people[by], **wanted)


def test_a_replacement_is_on_its_way_and_then_in_sorting(world):
    replacement = asked(world)
    step(world, send, replacement, 40)
    assert there(world, PlaceKind.REPLACEMENT) == {BALLOT: 40}
    step(world, receive, replacement, 40)
    assert there(world, PlaceKind.SORTING) == {BALLOT: 40}
    replacement.refresh_from_db()
    assert (replacement.asked, replacement.sent, replacement.received) == (40, 40, 40)


def test_an_item_that_is_not_sorted_arrives_in_the_warehouse(world):
    replacement = asked(world, 3, item="TN", contest="")
    step(world, send, replacement, 3)
    step(world, receive, replacement, 3)
    assert there(world, PlaceKind.WAREHOUSE) == {("TN", ""): 3}


def test_what_the_supplier_still_owes_is_sent_before_more_is_ordered(world):
    put(world, {BALLOT: 100}, PlaceKind.SORTING)
    sort(world, 100, 90, {1: 4}, short=6)
    step(world, send, asked(world, 10), 10)
    ordered = sum(Movement.objects.filter(from_place=None, item="SS").values_list("quantity", flat=True))
    assert (ordered, there(world, PlaceKind.SUPPLIER)) == (104, {})


def test_the_table_of_items_says_asked_on_the_way_and_received(world):
    replacement = asked(world)
    step(world, send, replacement, 30)
    step(world, receive, replacement, 20)
    row = next(row for row in stock_of_regency(world.election, "64.08") if row.goods.key == BALLOT)
    assert (row.asked, row.on_the_way, row.replaced) == (40, 10, 20)


def test_it_may_come_in_parts(world):
    replacement = asked(world)
    for action, quantity in ((send, 25), (receive, 20), (send, 15), (receive, 20)):
        step(world, action, replacement, quantity)
    assert there(world, PlaceKind.SORTING) == {BALLOT: 40}


@pytest.mark.parametrize(("sent", "received", "sentence"), [
    (41, 0, "Isi dari 1 sampai 40"), (40, 41, "masih di perjalanan 40"), (0, 0, "Isi dari 1 sampai 40"),
    (40, -1, "masih di perjalanan 40"),
])  # fmt: skip
def test_more_than_was_asked_or_sent_is_refused_with_a_sentence(world, sent, received, sentence):
    replacement = asked(world)
    with pytest.raises(LedgerRefused, match=sentence):  # noqa: PT012 - one of the two is refused
        step(world, send, replacement, sent)
        step(world, receive, replacement, received)
    assert there(world, PlaceKind.SORTING) == {}


def test_each_step_sent_twice_is_one(world):
    key, sending, receiving = uuid4(), uuid4(), uuid4()
    assert asked(world, client_key=key) == asked(world, client_key=key)
    replacement = Replacement.objects.get()
    for action, its_key in ((send, sending), (send, sending), (receive, receiving), (receive, receiving)):
        step(world, action, replacement, 20, client_key=its_key)
    replacement.refresh_from_db()
    assert (replacement.sent, replacement.received) == (20, 20)


def test_a_step_changed_and_sent_again_is_refused(world):
    key, sending = uuid4(), uuid4()
    replacement = asked(world, client_key=key)
    with pytest.raises(LedgerRefused, match="isi lain"):
        asked(world, client_key=key, reason="Alasan lain")
    step(world, send, replacement, 20, client_key=sending)
    with pytest.raises(LedgerRefused, match="isi lain"):
        step(world, send, replacement, 10, client_key=sending)


def test_a_key_of_another_person_is_refused(world):
    key = uuid4()
    asked(world, client_key=key)
    other = world.people["desk-kutim"]
    world.people["kpu-kutim"].assignments.update(user=other)
    with pytest.raises(LedgerRefused, match="sudah dipakai"):
        asked(world, client_key=key, by="desk-kutim")


@pytest.mark.parametrize(("change", "sentence"), [
    ({"quantity": 0}, "dari 1"), ({"reason": " "}, "alasan"), ({"item": "XX"}, "tidak ada"),
    ({"asked_at": NOW + timedelta(days=1)}, "belum tiba"),
])  # fmt: skip
def test_an_asking_that_makes_no_sense_is_refused(world, change, sentence):
    with pytest.raises(LedgerRefused, match=sentence):
        asked(world, **change)
    assert not Replacement.objects.exists()


def test_a_correction_of_a_sending_is_one_of_the_replacement_too(world):
    replacement, key = asked(world), uuid4()
    sending = step(world, send, replacement, 40)
    movement = sending.movements.exclude(from_place=None).get()
    for _again in range(2):
        take_back(
            movement=movement, quantity=15, reason="Salah baca", by=world.people["kpu-kutim"], now=NOW, client_key=key
        )
    replacement.refresh_from_db()
    assert (replacement.sent, there(world, PlaceKind.REPLACEMENT)) == (25, {BALLOT: 25})
    assert there(world, PlaceKind.SUPPLIER) == {BALLOT: 15}


def test_what_was_received_cannot_be_taken_from_what_was_sent(world):
    replacement = asked(world)
    sending = step(world, send, replacement, 40)
    step(world, receive, replacement, 40)
    movement = sending.movements.exclude(from_place=None).get()
    with pytest.raises(LedgerRefused):
        take_back(movement=movement, quantity=1, reason="x", by=world.people["kpu-kutim"], now=NOW)


@pytest.mark.parametrize("by", ["ppk-sandaran", "desk-kutim", "admin"])
def test_only_the_kpu_liaison_asks_sends_and_receives(world, by):
    replacement = asked(world)
    for act in (lambda: asked(world, by=by), lambda: step(world, send, replacement, 1, by=by),
                lambda: step(world, receive, replacement, 1, by=by)):  # fmt: skip
        with pytest.raises(AccessRefused):
            act()
