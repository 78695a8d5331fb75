"""Every address of logistics × every role: foreign is 404, what one may not do a sentence (issue 3, roles)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from districts.access import scope_of
from logistics.handing import receive
from logistics.models import Difference, Movement, Replacement, Shipment
from logistics.stages import Stage
from tests.conftest import NOW, PEOPLE

from .goods import put
from .handovers import departed, planned, said, short
from .test_handing import parcels_of

pytestmark = pytest.mark.django_db

ALL = frozenset(PEOPLE) | {"admin"}
KPU = {"kpu-kutim", "kpu-mahulu"}
PPK = {"ppk-sandaran", "pps-sandaran"}
CAMAT = {"camat-sandaran", "operator-sandaran", "camat-busang"}
NOBODY: frozenset[str] = frozenset()
NATION_ONLY = {"logistics_nation", "logistics_nation_export"}
KECAMATAN, REGENCY = "64.08.11", "64.08"

#: name: (place, who may GET, who may POST). Stock is the KPU's; at the ends of a hop sender and receiver act, the camat's
#: staff see it arrive; everybody else whose region it is reads.
ROUTES = {
    "logistics": (REGENCY, ALL, NOBODY),
    "logistics_export": (REGENCY, ALL, NOBODY),
    "logistics_stations_export": (REGENCY, ALL, NOBODY),
    "logistics_kecamatan": (KECAMATAN, ALL, NOBODY),
    "logistics_items": (REGENCY, ALL, NOBODY),
    "logistics_items_export": (REGENCY, ALL, NOBODY),
    "logistics_item": (REGENCY, ALL, NOBODY),
    "logistics_item_export": (REGENCY, ALL, NOBODY),
    "stock_receive": (REGENCY, ALL, KPU),
    "stock_sort": (REGENCY, ALL, KPU),
    "stock_replacements": (REGENCY, ALL, KPU),
    "stock_replacements_export": (REGENCY, ALL, NOBODY),
    "stock_replacement_send": (REGENCY, ALL, KPU),
    "stock_replacement_receive": (REGENCY, ALL, KPU),
    "stock_reserve": (REGENCY, ALL, KPU),
    "stock_destroy": (REGENCY, ALL, KPU),
    "stock_correct": (REGENCY, ALL, KPU),
    "packing": (KECAMATAN, ALL, KPU),
    "station": (KECAMATAN, ALL, NOBODY),
    "station_pack": (KECAMATAN, KPU, KPU),
    "station_unpack": (KECAMATAN, KPU, KPU),
    "station_reconcile": (KECAMATAN, PPK, PPK),
    "shipments": (KECAMATAN, ALL, NOBODY),
    "shipments_export": (KECAMATAN, ALL, NOBODY),
    "shipment_plan": (KECAMATAN, KPU, KPU),
    "shipment": (KECAMATAN, ALL, NOBODY),
    "shipment_legs": (KECAMATAN, KPU, KPU),
    "shipment_depart": (KECAMATAN, KPU, KPU),
    "shipment_leg_times": (KECAMATAN, KPU | PPK | CAMAT, KPU | PPK | CAMAT),
    "shipment_arrive": (KECAMATAN, PPK | CAMAT, PPK | CAMAT),
    "shipment_cancel": (KECAMATAN, KPU, KPU),
    "shipment_stop": (KECAMATAN, KPU, KPU),
    "shipment_manifest": (KECAMATAN, ALL, NOBODY),
    "routes": (KECAMATAN, ALL, NOBODY),
    "route_choose": (KECAMATAN, ALL, NOBODY),  # leads on to the route
    "route": (KECAMATAN, KPU, KPU),
    "handover_receive": (KECAMATAN, PPK, PPK),
    "handover_take_back": (KECAMATAN, KPU, KPU),
    "handover": (KECAMATAN, ALL, NOBODY),
    "handover_photo_add": (KECAMATAN, NOBODY, KPU | PPK),
    "handover_photo": (KECAMATAN, ALL, NOBODY),
    "handover_acknowledge": (KECAMATAN, NOBODY, KPU),
    "difference_settle": (KECAMATAN, NOBODY, KPU | PPK),
    "handover_document": (KECAMATAN, ALL, NOBODY),
    "imports": (REGENCY, KPU, KPU),
}


@pytest.fixture
def stage(world, settings, tmp_path):
    """A shipment that is planned, one that left, one handed over with a difference; stock, a replacement."""
    settings.MEDIA_ROOT = tmp_path
    kpu = world.people["kpu-kutim"]
    plan = planned(world, village="64.08.11.2003")
    left = departed(world, village="64.08.11.2001")
    done = departed(world, village="64.08.11.2002")
    receive(
        shipment=done, confirmation=said(done, short(parcels_of(done)[0].pk)), by=world.people["ppk-sandaran"], now=NOW
    )
    place = put(world, {("SS", "bupati"): 10})
    asked = Replacement.objects.create(
        election=world.election, regency_id=REGENCY, item_id="SS", contest="bupati", reason="Basah", asked=5,
        asked_at=NOW - timedelta(days=1), asked_by=kpu,
    )  # fmt: skip
    return {
        "plan": plan, "left": left, "done": done, "asked": asked,
        "movement": Movement.objects.filter(to_place=place).order_by("pk").last(),
        "difference": Difference.objects.get(),
    }  # fmt: skip


def address(name, stage):
    place = ROUTES[name][0]
    shipment = {
        "shipment_legs": stage["plan"], "shipment_depart": stage["plan"], "shipment_cancel": stage["plan"],
    }.get(name, stage["left"])  # fmt: skip
    if name.startswith(("handover", "difference")) and name not in ("handover_receive", "handover_take_back"):
        shipment = stage["done"]
    own = {
        "logistics_item": {"item": "SS"},
        "logistics_item_export": {"item": "SS", "format": "csv"},
        "logistics_items_export": {"format": "csv"},
        "stock_replacements_export": {"format": "csv"},
        "shipments_export": {"format": "csv"},
        "logistics_export": {"format": "csv"},
        "logistics_stations_export": {"format": "csv"},
        "stock_replacement_send": {"pk": stage["asked"].pk},
        "stock_replacement_receive": {"pk": stage["asked"].pk},
        "stock_correct": {"pk": stage["movement"].pk},
        "shipment_leg_times": {"pk": 1},
        "route": {"hop": "kpu-ppk", "plan": "A"},
        "handover_photo": {"position": 1},
        "difference_settle": {"pk": stage["difference"].pk},
    }.get(name, {})
    if name.startswith("station"):
        return reverse(name, kwargs={"station": "64.08.11.2001-001", **own})
    if name.startswith(("handover", "difference")) or (
        name.startswith("shipment") and name not in ("shipments", "shipments_export", "shipment_plan")
    ):
        return reverse(name, kwargs={"code": shipment.code, **own})
    query = {"shipment_plan": "?ruas=kpu-ppk", "route_choose": "?ruas=kpu-ppk&rencana=A"}.get(name, "")
    return reverse(name, kwargs={"code": place, **own}) + query


def test_the_table_knows_every_address():
    (included,) = [
        each for each in get_resolver().url_patterns if "logistics.urls" in str(getattr(each, "urlconf_name", ""))
    ]
    named = {pattern.name for pattern in included.url_patterns}
    assert named == set(ROUTES) | NATION_ONLY


@pytest.mark.parametrize("who", sorted(ALL))
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_for_every_role(world, stage, who, method):
    client = Client(raise_request_exception=True)
    user = world.people[who]
    client.force_login(user)
    wrong = []
    for name, (place, getters, posters) in ROUTES.items():
        answer = getattr(client, method)(address(name, stage)).status_code
        if not scope_of(user).covers(place):
            right = answer in (404, 405)
        elif name == "shipment_leg_times" and method == "get":
            right = answer in (403, 404, 405)  # there is no such leg
        elif who not in (getters if method == "get" else posters):
            right = answer in (403, 405)
        else:
            # a photo or a leg that is not there is a 404 for everyone
            right = answer in (200, 302, 409, 422) or name in ("handover_photo", "shipment_leg_times")
        if not right:
            wrong.append((name, answer))
    assert wrong == []


@pytest.mark.parametrize("who", sorted(ALL))
def test_the_nation_is_for_those_who_are_assigned_to_it(world, who):
    client = Client()
    client.force_login(world.people[who])
    right = 200 if who in ("pemantau-nasional", "admin") else 404
    assert client.get(reverse("logistics_nation")).status_code == right
    assert client.get(reverse("logistics_nation_export", args=["csv"])).status_code == right


def test_without_signing_in_everything_leads_to_the_sign_in_page(world, stage):
    client = Client()
    for name in ROUTES:
        answer = client.get(address(name, stage))
        assert answer.status_code in (302, 405), name
        if answer.status_code == 302:
            assert answer.url.startswith("/masuk/"), name


def test_observers_have_no_form_that_writes(world, stage):
    client = Client()
    client.force_login(world.people["bupati-kutim"])
    for name, (_place, getters, _posters) in ROUTES.items():
        if (
            "bupati-kutim" in getters
            and name != "handover_photo"
            and not name.endswith(("export", "manifest", "document"))
        ):
            page = client.get(address(name, stage)).content.decode()
            posts = [form for form in page.split("<form")[1:] if 'method="post"' in form.split(">")[0]]
            assert all("/keluar/" in form.split(">")[0] or "/bahasa/" in form.split(">")[0] for form in posts), name


GARBAGE = [
    {},
    {"client_key": "bukan-uuid"},
    {"client_key": "", "quantity": "-1", "reason": "\x00", "happened_at": "kemarin"},
    {"station": ["1", "x", "99999999999999999999"], "seals": "😀" * 400, "outcome": "mungkin", "counts": "1e9"},
    {"received_at": "2026-13-45T99:99", "departed_at": "0000-00-00", "legs-TOTAL_FORMS": "1000000", "plan": "Z"},
    {"reason": "6408110101900001", "note": "6408 1101 0190 0001", "quantity": "１２", "number": "<script>" * 50},
]


@pytest.mark.parametrize("typed", GARBAGE)
def test_garbage_never_breaks_a_page(world, stage, typed):
    moved = Movement.objects.count()
    client = Client(raise_request_exception=True)
    for who in ("kpu-kutim", "ppk-sandaran", "camat-sandaran"):
        client.force_login(world.people[who])
        for name, (_place, _getters, posters) in ROUTES.items():
            if who in posters:
                where = address(name, stage)
                assert client.post(where, typed).status_code < 500, (name, who)
                assert client.post(where, b"\xff\xfe\x00{", content_type="text/plain").status_code < 500, (name, who)
                odd = client.post(where, b"not a form", content_type="multipart/form-data; boundary=x")
                assert odd.status_code < 500, (name, who)
    assert Movement.objects.count() == moved


@pytest.mark.parametrize(
    "query", ["\x00", "'", "%", "_" * 3000, "64.08.11.", "６４", "😀", "99999999999999999999", "-1"]
)
def test_garbage_in_an_address_never_breaks_a_page(world, stage, query):
    client = Client(raise_request_exception=True)
    client.force_login(world.people["kpu-kutim"])
    keys = (
        "q",
        "nama",
        "tahap",
        "masalah",
        "urut",
        "page",
        "jenis",
        "tempat",
        "ruas",
        "keadaan",
        "desa",
        "baris",
        "rencana",
    )
    for name, (_place, getters, _posters) in ROUTES.items():
        if "kpu-kutim" in getters:
            assert client.get(address(name, stage), dict.fromkeys(keys, query)).status_code < 500, name


def test_what_does_not_exist_is_a_404(as_user):
    client = as_user("kpu-kutim")
    for path in (
        "/tps/64.08.11.2001-099/", "/tps/64.08.11.2009-001/", "/kiriman/SJ-640811-ZZZZZ/", "/impor/999999999/",
        "/wilayah/64.08/logistik/barang/ZZ/", "/wilayah/64.08/logistik/koreksi/2147483648/", "/wilayah/64/logistik/terima/",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_the_fixture_is_what_it_says(stage):
    assert [Shipment.objects.get(pk=stage[name].pk).state for name in ("plan", "left", "done")] == [
        "rencana", "berangkat", "selesai",
    ]  # fmt: skip
    assert Stage.TO_PPK in {each.stage for each in parcels_of(stage["left"])}
