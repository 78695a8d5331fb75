"""Administration of the catalogue and the decree's numbers; the ledger can be looked at and not changed."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from districts.admin.keeping import COUNT_LIMIT
from districts.models import Grade, StaleKecamatan
from districts.outbox import drain
from logistics.models import Document, Movement, NeedRule, Parcel, Place, RouteLeg
from logistics.need import needs
from logistics.stages import Stage
from tests.districts.test_admin import errors_of, form_of

from .goods import make_parcels

OURS = [model for model in admin.site._registry if model._meta.app_label == "logistics"]
P = "/admin/logistics/"
ALL = {"64.08.04", "64.08.06", "64.08.11", "64.11.01", "64.11.03"}


@pytest.fixture
def keeper(as_user):
    return as_user("admin")


def seals(world):
    rows = needs(world.election, "64.08.11", by="kecamatan")
    return next(row.quantity for row in rows if (row.item, row.contest) == ("SG", "bupati"))


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_list_counts_no_further_than_its_limit_and_scans_for_nothing(keeper, world, model):
    make_parcels(world, "64.08.11.2001", Stage.AT_PPK)
    with CaptureQueriesContext(connection) as queries:
        assert keeper.get(f"{P}{model._meta.model_name}/?q=64.08").status_code == 200
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert counts
    assert all(f"LIMIT {COUNT_LIMIT}" in sql for sql in counts)
    assert not [query for query in queries if "DISTINCT" in query["sql"]]


@pytest.mark.parametrize("name", ["parcel", "movement", "document", "place"])
def test_a_list_of_many_costs_the_same_as_a_list_of_few(keeper, world, name):
    counts = []
    for code in ("64.08.06", "64.08.11"):
        make_parcels(world, code, Stage.AT_PPK)
        with CaptureQueriesContext(connection) as queries:
            keeper.get(f"{P}{name}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_number_of_the_decree_is_entered_for_the_election_and_every_colour_is_asked_for(keeper, world):
    make_parcels(world, "64.08.11")
    StaleKecamatan.objects.all().delete()
    assert seals(world) is None
    rule = {
        "election": world.election.pk,
        "item": "SG",
        "basis": "tps",
        "amount": "26",
        "reserve": "0",
        "source": "1202",
    }
    assert keeper.post(P + "needrule/add/", rule).status_code == 302
    assert seals(world) == 18 * 26
    assert set(StaleKecamatan.objects.values_list("kecamatan_id", flat=True)) == ALL
    drain()
    assert Grade.objects.get(kecamatan="64.08.11", indicator="LOG-02").note.startswith("8/11")


def test_a_rule_that_cannot_be_is_refused_with_its_sentence(keeper, world):
    rule = {"item": "BS", "basis": "tps", "amount": "4", "reserve": "0.025"}
    assert "Cadangan hanya untuk hitungan per pemilih" in errors_of(keeper.post(P + "needrule/add/", rule))
    again = {"item": "BS", "basis": "tps", "amount": "5", "reserve": "0"}
    assert "Aturan ini sudah ada" in errors_of(keeper.post(P + "needrule/add/", again))


def test_the_default_is_on_the_page_of_its_item_and_its_code_does_not_change(keeper, world):
    url = P + "item/SG/change/"
    values = form_of(keeper, url) | {"rules-0-amount": "30", "code": "XX"}
    assert keeper.post(url, values).status_code == 302
    assert NeedRule.objects.get(item="SG").amount == 30
    assert seals(world) == 18 * 30
    assert keeper.post(P + "item/SG/delete/", {"post": "yes"}).status_code == 403


def test_a_leg_of_a_route_belongs_to_one_kecamatan(keeper, world):
    leg = {
        "plan": "A", "position": "1", "origin": "Sangatta", "destination": "Sandaran", "mode": "kapal_al", "hours": "9",
        "kecamatan": "64.08.11", "hop": "kpu-ppk",
    }  # fmt: skip
    assert "dan desa di dalamnya" in errors_of(keeper.post(P + "routeleg/add/", leg | {"village": "64.08.06.2001"}))
    assert keeper.post(P + "routeleg/add/", leg).status_code == 302
    assert RouteLeg.objects.get().mode == "kapal_al"


@pytest.mark.parametrize("model", [Place, Document, Movement, Parcel])
def test_the_ledger_is_looked_at_here_and_never_changed(keeper, world, model):
    make_parcels(world, "64.08.06", Stage.AT_PPK)
    page = f"{P}{model._meta.model_name}/"
    row = model.objects.first()
    assert keeper.get(f"{page}{row.pk}/change/").status_code == 200
    assert keeper.post(f"{page}{row.pk}/change/", {}).status_code == 403
    assert keeper.get(f"{page}add/").status_code == 403
    assert keeper.post(f"{page}{row.pk}/delete/", {"post": "yes"}).status_code == 403
