"""Several people write random acts at once against real Postgres: nothing is created, lost or doubled (issue 3, item 2)."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from threading import Barrier, Thread
from time import sleep
from uuid import NAMESPACE_URL, uuid5

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logistics.ledger import LedgerRefused, Line, correct, move, places, write_document
from logistics.models import Balance, Document, DocumentKind, Movement, PlaceKind
from logistics.receiving import Arrival, receive_goods
from logistics.replacing import ask, receive, send
from logistics.reserving import set_aside
from logistics.sorting import record_batch
from tests.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)

GOODS = [("SS", "bupati"), ("SS", "gubernur"), ("BS", ""), ("KS", "bupati")]
PLACES = [
    (PlaceKind.SORTING, "64.08"), (PlaceKind.WAREHOUSE, "64.08"), (PlaceKind.DAMAGED, "64.08"),
    (PlaceKind.RESERVE, "64.08"), (PlaceKind.PPK, "64.08.11"), (PlaceKind.PPK, "64.08.06"), (PlaceKind.SUPPLIER, "64.08"),
]  # fmt: skip
WRITERS = 4
goods, amounts, keys = st.sampled_from(GOODS), st.integers(-1, 60), st.integers(0, 9)
#: Quantities between any two places, impossible ones too; nothing comes from nowhere (None) except at the supplier.
lines = st.lists(
    st.tuples(goods, amounts, st.sampled_from([None, *PLACES]), st.sampled_from(PLACES)), min_size=1, max_size=4
)
acts = st.one_of(
    st.tuples(st.just("receive"), keys, st.lists(st.tuples(goods, amounts, amounts), max_size=3)),
    st.tuples(st.just("sort"), keys, st.tuples(goods, amounts, amounts, st.integers(-5, 5))),
    st.tuples(st.just("move"), keys, lines),
    st.tuples(st.just("correct"), keys, st.tuples(st.integers(0, 500), amounts)),
    st.tuples(st.just("replace"), keys, st.tuples(goods, amounts, amounts)),
    st.tuples(st.just("reserve"), keys, st.tuples(goods, amounts)),
)
examples = count()
AT_START = 60
#: Seconds between an act and its commit, so that others meet its locks and not only its result.
SLOW = 0.03


@dataclass
class Writer:
    """One person's acts, in a thread with a connection of its own."""

    world: object
    name: str
    told: list[str] = field(default_factory=list)
    broken: list[BaseException] = field(default_factory=list)
    documents: set[int] = field(default_factory=set)

    def run(self, acts, barrier):
        try:
            connection.ensure_connection()
            barrier.wait()
            for kind, key, about in acts:
                self.attempt(getattr(self, kind), uuid5(NAMESPACE_URL, f"{self.name}/{key}"), about)
        finally:
            connections.close_all()

    def attempt(self, act, key, about):
        try:
            self.documents.update(document.pk for document in act(about, key) if document)
        except LedgerRefused as refused:
            self.told.append(str(refused))
        except BaseException as error:
            self.broken.append(error)

    @property
    def common(self):
        return {"by": self.world.people["kpu-kutim"], "now": NOW}

    @property
    def scope(self):
        return self.common | {"election": self.world.election, "regency": "64.08"}

    def receive(self, arrived, key):
        arrivals = [Arrival(*each, stated, counted) for each, stated, counted in arrived]
        return [receive_goods(arrivals=arrivals, happened_at=NOW, number="SJ", client_key=key, **self.scope)]

    def sort(self, batch, key):
        (item, contest), good, damaged, off = batch
        return [record_batch(
            item=item, contest=contest, labelled=good + damaged - off, good=good, damages={2: damaged},
            short=max(0, -off), surplus=max(0, off), happened_at=NOW, client_key=key, **self.scope,
        )]  # fmt: skip

    @transaction.atomic
    def move(self, wanted, key):
        document, is_new = write_document(kind=DocumentKind.DISPATCH, happened_at=NOW, client_key=key, **self.scope)
        if is_new:
            found = places(self.world.election, PLACES)
            move(document, [
                Line(*each, quantity, found[source] if source else None, found[target])
                for each, quantity, source, target in wanted
            ])  # fmt: skip
            sleep(SLOW)
        return [document]

    def correct(self, wanted, key):
        number, quantity = wanted
        movement = Movement.objects.order_by("pk")[number % 40 : number % 40 + 1].first()
        return [
            movement and correct(movement=movement, quantity=quantity, reason="Salah", client_key=key, **self.common)
        ]

    def replace(self, wanted, key):
        (item, contest), asked, sent = wanted
        made = ask(
            item=item, contest=contest, quantity=asked, reason="Rusak", asked_at=NOW, client_key=key, **self.scope
        )
        step = {"happened_at": NOW, "replacement": made, "quantity": sent} | self.common
        return [send(**step, client_key=uuid5(key, "send")), receive(**step, client_key=uuid5(key, "receive"))]

    def reserve(self, wanted, key):
        return [set_aside(quantities=dict([wanted]), happened_at=NOW, client_key=key, **self.scope)]


def sums(statement):
    """`{(place, item, contest): units}` from a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {row[:-1]: row[-1] for row in cursor.fetchall()}


MOVED = """
    SELECT place, item_id, contest, sum(quantity) FROM (
        SELECT to_place_id AS place, item_id, contest, quantity FROM logistics_movement
        UNION ALL SELECT from_place_id, item_id, contest, -quantity FROM logistics_movement WHERE from_place_id IS NOT NULL
    ) side GROUP BY 1, 2, 3"""
ORDERED = "SELECT item_id, contest, sum(quantity) FROM logistics_movement WHERE from_place_id IS NULL GROUP BY 1, 2"
HELD = "SELECT item_id, contest, sum(quantity) FROM logistics_balance GROUP BY 1, 2 HAVING sum(quantity) <> 0"
OVERCORRECTED = """
    SELECT wrong.id, sum(counter.quantity) - wrong.quantity FROM logistics_movement wrong
    JOIN logistics_movement counter ON counter.corrects_id = wrong.id
    GROUP BY wrong.id HAVING sum(counter.quantity) > wrong.quantity"""


def check_ledger():
    """What must hold of the ledger, whoever wrote whatever."""
    assert sums(HELD) == sums(ORDERED), "units were created or lost"
    balances = {(each.place_id, each.item_id, each.contest): each.quantity for each in Balance.objects.all()}
    assert balances == sums(MOVED), "a balance is not the sum of its movements"
    assert all(quantity >= 0 for quantity in balances.values()), "a balance is negative"
    assert sums(OVERCORRECTED) == {}


def write_at_once(world, scripts, same_keys):
    """Each script by a writer of its own, at once; `same_keys`: as if one person's form were sent by all of them."""
    example, barrier = next(examples), Barrier(len(scripts))
    writers = [Writer(world, f"{example}/{0 if same_keys else number}") for number in range(len(scripts))]
    threads = [
        Thread(target=writer.run, args=(script, barrier)) for writer, script in zip(writers, scripts, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return writers


@pytest.fixture
def stocked(world):
    """Every place has some of everything: what is wanted from it is there at times and at times not."""
    supplier = PLACES[-1]
    ordered = [(each, AT_START * len(PLACES), None, supplier) for each in GOODS]
    sent = [(each, AT_START, supplier, place) for each in GOODS for place in PLACES[:-1]]
    assert write_at_once(world, [[("move", 0, ordered + sent)]], same_keys=False)[0].documents
    return world


@settings(
    max_examples=15,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    scripts=st.lists(st.lists(acts, min_size=2, max_size=6), min_size=WRITERS, max_size=WRITERS),
    same_keys=st.booleans(),
)
def test_random_acts_of_several_writers_at_once_lose_and_create_nothing(stocked, scripts, same_keys):
    before = Document.objects.count()
    writers = write_at_once(stocked, scripts, same_keys)
    assert [error for writer in writers for error in writer.broken] == []  # no deadlock, nothing but sentences
    assert all(sentence for writer in writers for sentence in writer.told)
    check_ledger()
    written = {document for writer in writers for document in writer.documents}
    assert Document.objects.count() == before + len(written)


def test_many_writers_in_opposite_directions_do_not_block_each_other(stocked):
    """A and B send to each other, many items per act and in opposite orders: the classic way into a deadlock."""
    there_and_back = [
        [("move", key, [(each, 1, PLACES[way], PLACES[1 - way]) for each in order]) for key in range(20)]
        for way, order in ((0, GOODS), (1, GOODS[::-1]), (0, GOODS[::-1]), (1, GOODS))
    ]
    writers = write_at_once(stocked, there_and_back, same_keys=False)
    assert [(writer.broken, writer.told, len(writer.documents)) for writer in writers] == [([], [], 20)] * 4
    check_ledger()


def test_one_form_sent_by_all_at_once_is_one_act(world):
    script = [("receive", 1, [(("BS", ""), 40, 40)])]
    writers = write_at_once(world, [script] * 6, same_keys=True)
    assert Counter(len(writer.documents) for writer in writers) == {1: 6}
    assert (Document.objects.count(), Balance.objects.get(place__kind="gudang").quantity) == (1, 40)


def test_the_last_units_go_to_one_of_those_who_want_them(stocked):
    wants = [("move", 1, [(("BS", ""), AT_START - 7, PLACES[1], PLACES[4])])]
    writers = write_at_once(stocked, [wants] * 5, same_keys=False)
    assert [writer.broken for writer in writers] == [[]] * 5
    assert sorted(len(writer.documents) for writer in writers) == [0, 0, 0, 0, 1]
    told = [sentence for writer in writers for sentence in writer.told]
    assert len(told) == 4
    assert all("hanya ada 7 buah bilik" in sentence for sentence in told)
    check_ledger()
