"""Every rule of the logistics tables is refused once, by name, and has a sentence for people."""

import uuid
from datetime import datetime, time, timedelta

import pytest
from django.conf import settings
from django.db import connection, models
from django.utils.functional import Promise

from districts.models import PollingStation
from logistics.models import (
    Balance,
    Difference,
    Document,
    HandOver,
    HandOverCount,
    HandOverParcel,
    HandOverPhoto,
    Item,
    Movement,
    NeedRule,
    Parcel,
    ParcelMove,
    Place,
    PlaceKind,
    Replacement,
    RouteLeg,
    Seal,
    Shipment,
    ShipmentGoods,
    ShipmentLeg,
    ShipmentParcel,
    SortingBatch,
    SortingDamage,
)
from tests.conftest import WITA
from tests.constraints import constraints, refused_by

from .goods import paper

NIK = "hubungi 6408 1101 0190 0001"
AT = datetime(2026, 11, 20, 8, tzinfo=WITA)
EARLIER, LATER = AT - timedelta(hours=1), AT + timedelta(hours=1)
NEW = object()  # a document of its own
SOMEBODY = object()  # a person


@pytest.fixture
def good(world):
    """`good(Model, **changes)` is an unsaved row that keeps every rule unless the changes break one."""
    election, kecamatan = {"election": world.election}, {"kecamatan_id": "64.08.11"}
    kpu, ppk, goods = world.people["kpu-kutim"], world.people["ppk-sandaran"], {"item_id": "SS", "contest": "bupati"}
    first, second = PollingStation.objects.filter(village="64.08.11.2001").order_by("number")[:2]
    leg = {"position": 1, "origin": "Sangatta", "destination": "Sandaran", "mode": "kapal_al", "hours": 9}

    def place(kind):
        return Place.objects.create(**election, kind=kind, region_id=None)

    def shipment():
        return {
            **election, **kecamatan, "code": uuid.uuid4().hex[:12], "hop": "kpu-ppk", "place": place(PlaceKind.TRANSIT),
            "planned_by": kpu,
        }  # fmt: skip

    def handover(sent):
        return {
            "shipment": sent, "sender": kpu, "sent_at": AT, "receiver": ppk, "received_at": LATER, "outcome": "diterima",
            "document": paper(world),
        }  # fmt: skip

    supplier = Place.objects.create(**election, kind=PlaceKind.SUPPLIER, region_id="64.08")
    parcel = Parcel.objects.create(**election, polling_station=first, place=place(PlaceKind.PARCEL))
    sent = Shipment.objects.create(**shipment())
    received = HandOver.objects.create(**handover(Shipment.objects.create(**shipment())))
    sorted_ = {**goods, "labelled": 100, "good": 90, "damaged": 10}
    batch = SortingBatch.objects.create(document=paper(world), **sorted_)
    rows = {
        Item: lambda: {"code": "ZZ", "position": 99, "name": "Baru", "unit": "buah", "group": "lainnya", "packing": "luar"},
        NeedRule: lambda: {"item_id": "BS", "basis": "ppk", "amount": 1},
        Place: lambda: {**election, "kind": "ppk", "region_id": "64.08.11"},
        Document: lambda: {
            **election, **kecamatan, "kind": "terima", "regency_id": "64.08", "happened_at": AT, "by": kpu,
        },
        Movement: lambda: {"document": paper(world), **goods, "quantity": 5, "to_place": supplier},
        Balance: lambda: {"place": supplier, **goods, "quantity": 5},
        Parcel: lambda: {**election, "polling_station": second, "place": place(PlaceKind.PARCEL)},
        ParcelMove: lambda: {"parcel": parcel, "document": paper(world), "from_stage": 0, "to_stage": 10, "at": AT},
        Seal: lambda: {**election, "parcel": parcel, "number": "KT-0001", "applied": paper(world)},
        RouteLeg: lambda: {**kecamatan, "hop": "kpu-ppk", **leg},
        Shipment: shipment,
        ShipmentLeg: lambda: {"shipment": sent, **leg},
        ShipmentParcel: lambda: {"shipment": Shipment.objects.create(**shipment()), "parcel": parcel},
        ShipmentGoods: lambda: {"shipment": sent, **goods, "quantity": 5},
        HandOver: lambda: handover(sent),
        HandOverCount: lambda: {"handover": received, **goods, "sent": 5, "counted": 5},
        HandOverParcel: lambda: {"handover": received, "parcel": parcel},
        Difference: lambda: {"handover": received, "parcel": parcel, "kind": "kurang", **goods, "quantity": 1},
        HandOverPhoto: lambda: {
            "handover": received, "position": 1, "image": "a.jpg", "sha256": "a", "uploaded_by": ppk,
        },
        SortingBatch: lambda: {"document": paper(world), **sorted_},
        SortingDamage: lambda: {"batch": batch, "damage_class": 1, "quantity": 5},
        Replacement: lambda: {
            **election, "regency_id": "64.08", **goods, "reason": "rusak", "asked": 10, "asked_at": AT, "asked_by": kpu,
        },
    }  # fmt: skip
    meant = {NEW: lambda: paper(world), SOMEBODY: lambda: world.people["admin"]}

    def row(model, **changes):
        changes = {name: meant[value]() if value in (NEW, SOMEBODY) else value for name, value in changes.items()}
        values = rows[model]() | changes
        return model(**{name: values[value[1:]] if str(value)[:1] == "=" else value for name, value in values.items()})

    return row


LEFT = {"departed_by": SOMEBODY, "departed_at": AT}
OTHER_CONTEST = [{"contest": "presiden"}]
WITHOUT_NIK = {
    "routeleg": ("origin", "destination", "note"),
    "shipment": ("note", "closing_reason"),
    "shipmentleg": ("origin", "destination", "carrier", "escort_unit"),
    "handover": ("reason", "receiver_name", "receiver_office"),
    "difference": ("note",),
    "document": ("note",),
    "replacement": ("reason",),
}
#: constraint: rows that break it, each as changes to the good row; "=name" is the value of another field
CHECKS = {
    "item_group_known": [{"group": "lain"}],
    "item_packing_known": [{"packing": "dus"}],
    "needrule_basis_known": [{"basis": "desa"}],
    "needrule_amount_not_negative": [{"amount": -1}],
    "needrule_reserve_of_voters": [
        {"reserve": "0.1"}, {"basis": "pemilih", "reserve": "1.1"}, {"basis": "pemilih", "reserve": "-0.1"},
    ],
    "place_kind_fits_region": [
        {"kind": "gudang"}, {"kind": "paket"}, {"kind": "pps"}, {"kind": "lemari"}, {"region_id": None},
        {"region_id": "64.08"}, {"kind": "rusak", "region_id": "64.08.11.2001"}, {"kind": "rusak", "region_id": None},
    ],
    "document_kind_known": [{"kind": "surat"}],
    "document_regency_is_regency": [{"regency_id": "64"}, {"regency_id": "64.08.11"}],
    "document_kecamatan_in_regency": [
        {"kecamatan_id": "64.11.01"}, {"kecamatan_id": "64.08"}, {"kecamatan_id": "64.08.11.2001"},
    ],
    "document_correction_says_why": [{"kind": "koreksi"}],
    "movement_quantity_positive": [{"quantity": 0}, {"quantity": -1}],
    "movement_changes_place": [{"from_place": "=to_place"}],
    "movement_contest_known": OTHER_CONTEST,
    "balance_not_negative": [{"quantity": -1}],
    "balance_contest_known": OTHER_CONTEST,
    "parcel_stage_known": [{"stage": 5, "stage_at": AT, "packed_at": AT}],
    "parcel_stage_has_time": [{"stage": 10}, {"stage": 10, "stage_at": AT}, {"stage": 10, "packed_at": AT}],
    "parcelmove_stages_known": [{"to_stage": 15}, {"from_stage": 5}],
    "parcelmove_changes_stage": [{"to_stage": 0}],
    "seal_number_form": [{"number": "kt-0001"}, {"number": "K1"}, {"number": "KT 1"}, {"number": ""}],
    "routeleg_in_kecamatan": [{"kecamatan_id": "64.08"}, {"village_id": "64.08.06.2001"}, {"village_id": "64.08.11"}],
    "routeleg_hop_known": [{"hop": "kpu-tps"}],
    **{
        name: rows
        for table in ("routeleg", "shipmentleg")
        for name, rows in {
            f"{table}_plan_known": [{"plan": "C"}],
            f"{table}_mode_known": [{"mode": "kereta"}],
            f"{table}_hours_plausible": [{"hours": 0}, {"hours": 337}],
            f"{table}_window_has_both": [
                {"window_from": time(6)}, {"window_until": time(6)}, {"window_from": time(6), "window_until": time(6)},
            ],
        }.items()
    },
    "shipment_region_is_kecamatan": [
        {"kecamatan_id": "64.08"}, {"village_id": "64.08.06.2001"}, {"village_id": "64.08.11"},
    ],
    "shipment_hop_known": [{"hop": "kpu-tps"}],
    "shipment_plan_known": [{"plan_in_use": "C"}],
    "shipment_departed_who_and_when": [
        {"state": "berangkat"}, {"departed_at": AT}, {"departed_by": SOMEBODY}, {"state": "tiba", "departed_at": AT},
        {"state": "ditolak", "departed_by": SOMEBODY, "closing_reason": "basah"},
    ],
    "shipment_arrived_who_and_when": [
        {"arrived_at": AT}, {"arrived_by": SOMEBODY}, {"arrived_at": AT, "arrived_by": SOMEBODY},
        {"state": "tiba", **LEFT, "arrived_at": EARLIER, "arrived_by": SOMEBODY},
    ],
    "shipment_closed_who_and_when": [
        {"state": "selesai", **LEFT}, {"closed_at": AT}, {"closed_by": SOMEBODY}, {"state": "lain"},
        {"state": "balik", **LEFT, "closed_at": AT}, {"state": "batal", "closed_by": SOMEBODY, "closing_reason": "x"},
    ],
    "shipment_stopped_says_why": [
        {"state": "batal", "closed_by": SOMEBODY, "closed_at": AT}, {"state": "ditolak", **LEFT},
        {"state": "dihentikan", **LEFT},
    ],
    "shipmentleg_force_known": [{"escort_force": "satgas"}],
    "shipmentleg_planned_in_order": [
        {"planned_departure": LATER, "planned_arrival": AT}, {"planned_departure": AT, "planned_arrival": AT},
    ],
    "shipmentleg_travelled_in_order": [{"arrived_at": AT}, {"departed_at": LATER, "arrived_at": AT}],
    "shipmentgoods_quantity_positive": [{"quantity": 0}],
    "shipmentgoods_contest_known": OTHER_CONTEST,
    "handover_by_two_people": [{"receiver": "=sender"}],
    "handover_in_order": [{"received_at": EARLIER}],
    "handover_outcome_known": [{"outcome": "lain", "reason": "x"}],
    "handover_difference_says_why": [{"outcome": "selisih"}, {"outcome": "ditolak"}],
    "handover_acknowledged_who_and_when": [{"acknowledged_at": AT}, {"acknowledged_by": SOMEBODY}],
    "handovercount_not_negative": [{"sent": -1}, {"counted": -1}, {"damaged": -1}, {"damaged": 6}],
    "handovercount_contest_known": OTHER_CONTEST,
    "handoverparcel_seal_check_known": [{"seal_check": "lain"}, {"seal_check": ""}],
    "difference_kind_known": [{"kind": "lain"}],
    "difference_counts_an_item": [
        {"quantity": 0}, {"quantity": None}, {"item_id": None}, {"kind": "segel"}, {"kind": "tidak_ada", "item_id": None},
    ],
    "difference_contest_known": OTHER_CONTEST,
    "handoverphoto_position_range": [{"position": 0}, {"position": 7}],
    "sortingbatch_counts_not_negative": [
        {"good": -1, "damaged": 101}, {"damaged": -1, "good": 101}, {"short": -1, "good": 91}, {"surplus": -1, "good": 89},
        {"labelled": -10, "good": -20},
    ],
    "sortingbatch_balances": [{"labelled": 99}, {"short": 1}, {"surplus": 1}],
    "sortingbatch_short_or_surplus": [{"short": 2, "surplus": 2}],
    "sortingbatch_contest_known": OTHER_CONTEST,
    "sortingdamage_class_known": [{"damage_class": 0}, {"damage_class": 9}],
    "sortingdamage_quantity_positive": [{"quantity": 0}],
    "replacement_quantities_in_order": [
        {"asked": 0}, {"sent": -1}, {"received": -1}, {"sent": 5, "sent_document": NEW, "received": 6},
    ],
    "replacement_steps_have_documents": [
        {"sent": 5}, {"sent_document": NEW}, {"sent": 5, "sent_document": NEW, "received": 5},
        {"received_document": NEW},
    ],
    "replacement_says_why": [{"reason": ""}],
    "replacement_contest_known": OTHER_CONTEST,
    **{f"{table}_{name}_without_nik": [{name: NIK}] for table, names in WITHOUT_NIK.items() for name in names},
}  # fmt: skip
#: a row that breaks two rules is refused by the first in the alphabet: take the other away to see this one work
HIDDEN_BY = {"difference_kind_known": "difference_counts_an_item"}
#: tables that only triggers write; without them the rules of the table itself still hold
WRITTEN_BY_TRIGGERS = (Balance, Parcel)

#: constraint: what may differ in a second row that it still refuses
UNIQUE = {
    "needrule_once": {"amount": 2},
    "place_once": {},
    "balance_once": {"quantity": 2},
    "parcel_once": {},
    "seal_number_once": {"applied": NEW},
    "routeleg_once": {"origin": "Bengalon"},
    "shipmentleg_once": {"origin": "Bengalon"},
    "shipmentparcel_once": {},
    "shipmentparcel_in_one_open_shipment": {},
    "shipmentgoods_once": {"quantity": 9},
    "handover_once": {"document": NEW},
    "handovercount_once": {"counted": 4},
    "handoverparcel_once": {"seal_check": "rusak"},
    "handoverphoto_once": {"sha256": "b"},
    "sortingdamage_once": {"quantity": 2},
}
#: what the first row has to be for the second to be refused
FIRST = {"shipmentparcel_once": {"released_at": AT}}
MODEL_OF = {constraint.name: model for model, constraint in constraints("logistics")}


def without_triggers(model):
    if model in WRITTEN_BY_TRIGGERS:
        alter(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")


def alter(statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
        cursor.execute(statement)


def test_the_tables_name_every_rule_there_is():
    assert {*CHECKS, *UNIQUE} == set(MODEL_OF)


@pytest.mark.parametrize("name", CHECKS)
def test_a_row_that_breaks_a_rule_is_refused_by_it(good, name):
    model = MODEL_OF[name]
    without_triggers(model)
    if name in HIDDEN_BY:
        alter(f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {HIDDEN_BY[name]}")
    for changes in CHECKS[name]:
        assert refused_by(good(model, **changes)) == name, changes


@pytest.mark.parametrize("name", UNIQUE)
def test_a_second_row_of_the_same_is_refused(good, name):
    model, first = MODEL_OF[name], good(MODEL_OF[name], **FIRST.get(name, {}))
    same = {"shipment": first.shipment} if name == "shipmentparcel_once" else {}
    without_triggers(model)
    assert refused_by(first, good(model, **UNIQUE[name] | same)) == name


@pytest.mark.parametrize("model", sorted({*MODEL_OF.values()}, key=str), ids=lambda model: model.__name__)
def test_the_good_row_is_good(good, model):
    without_triggers(model) if model is Balance else None
    assert refused_by(good(model)) == ""


@pytest.mark.parametrize(
    ("model", "changes", "name"),
    [
        (Balance, {}, "balance_by_movements_only"),
        (Parcel, {"stage": 70, "stage_at": AT, "packed_at": AT}, "parcel_stage_by_moves_only"),
        (Movement, {"contest": ""}, "movement_contest_fits_item"),
        (ParcelMove, {"from_stage": 30, "to_stage": 50}, "parcelmove_starts_where_it_is"),
    ],
)
def test_what_triggers_keep_is_refused_by_their_names_too(good, model, changes, name):
    assert refused_by(good(model, **changes)) == name


@pytest.mark.parametrize("model", [Document, Shipment, HandOver, Replacement])
def test_a_key_of_a_form_names_one_row(good, model):
    same = {"client_key": uuid.UUID(int=1)}
    others = {"is_take_back": True} if model is HandOver else {}
    assert "client_key" in refused_by(good(model, **same), good(model, **same | others))


@pytest.mark.parametrize(("model", "constraint"), constraints("logistics"), ids=lambda each: getattr(each, "name", ""))
def test_every_rule_has_a_sentence_that_can_be_translated_and_shown(model, constraint):
    assert isinstance(constraint.violation_error_message, Promise)
    sentence = constraint.get_violation_error_message()  # what a form shows: a lone percent sign would break it
    assert sentence.endswith(".")
    assert constraint.name not in sentence


class TestWhoAndWhenAreOneFact:
    #: a document's `by` goes with `happened_at` and `recorded_at`
    pairs = [
        (model, field)
        for model in MODEL_OF.values()
        for field in model._meta.concrete_fields
        if field.is_relation
        and field.related_model._meta.label == settings.AUTH_USER_MODEL
        and field.name.endswith("_by")
    ]

    @pytest.mark.parametrize(("model", "who"), sorted(set(pairs), key=str), ids=str)
    def test_every_who_has_its_when_and_both_may_be_missing_or_neither(self, model, who):
        when = model._meta.get_field(who.name.removesuffix("by") + "at")
        assert isinstance(when, models.DateTimeField)
        assert who.null == when.null

    def test_those_that_may_be_missing_are_kept_together_by_a_rule_tested_above(self):
        nullable = {f"{model.__name__}_{who.name}".lower().removesuffix("_by") for model, who in self.pairs if who.null}
        assert nullable == {"shipment_departed", "shipment_arrived", "shipment_closed", "handover_acknowledged"}
        assert {f"{name}_who_and_when" for name in nullable} <= set(CHECKS)
