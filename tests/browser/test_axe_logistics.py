"""Nobody is shut out of logistics: axe on every page of it, light and dark, on a phone and on a desk (DESIGN, WCAG 2.2 AA)."""

import functools
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.urls import get_resolver, reverse

from districts.models import Election, ImportFile
from logistics.cargo import cargo_of
from logistics.handing import receive
from logistics.models import Movement, Replacement, ShipmentLeg
from logistics.shipping import depart, stop
from logistics.stages import HopName, Stage
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_axe import mistakes, press, unfold
from tests.conftest import NOW
from tests.logistics.goods import make_parcels, paper, put
from tests.logistics.handovers import LEFT, departed, make_person, planned, said, short
from tests.logistics.ways import leg, make_route

pytestmark = pytest.mark.browser

#: Addresses without a page of their own: answers to a POST, what only leads on, files, a picture.
NO_PAGES = {
    "logistics_nation_export", "logistics_export", "logistics_stations_export", "logistics_item_export",
    "logistics_items_export", "stock_replacements_export", "shipments_export",
    "shipment_manifest", "handover_document", "handover_photo", "handover_photo_add", "handover_acknowledge",
    "difference_settle", "route_choose",
}  # fmt: skip

KUTIM, MAHULU, SANDARAN, BUSANG = "64.08", "64.11", "64.08.11", "64.08.06"
KPU, PPK, PPS = "kpu-kutim", "ppk-sandaran", "pps-sandaran"
SAVE = press(".form-bar [type=submit]")


def plan_nothing(page):
    page.evaluate("document.querySelectorAll('[name=stations]').forEach(box => box.checked = false)")
    SAVE(page)


#: (who, route, its arguments, query, what is done on the page first). A word of the arguments that `shown` knows stands
#: for what is there.
PAGES = [
    ("admin", "logistics_nation", (), "", None),
    ("desk-kaltim", "logistics", ("64",), "", None),
    (KPU, "logistics", (KUTIM,), "", unfold),
    (KPU, "logistics", (KUTIM,), "?nama=tidak-ada", None),
    ("desk-mahulu", "logistics", (MAHULU,), "", unfold),
    (PPK, "logistics_kecamatan", (SANDARAN,), "", unfold),
    ("camat-busang", "logistics_kecamatan", (BUSANG,), "", None),
    (KPU, "logistics_items", (KUTIM,), "", None),
    ("desk-mahulu", "logistics_items", (MAHULU,), "", None),
    (KPU, "logistics_item", (KUTIM, "SS"), "", unfold),
    (KPU, "stock_receive", (KUTIM,), "", unfold),
    (KPU, "stock_receive", (KUTIM,), "", SAVE),
    (KPU, "stock_sort", (KUTIM,), "", unfold),
    (KPU, "stock_replacements", (KUTIM,), "", unfold),
    (KPU, "stock_replacement_send", (KUTIM, "asked"), "", None),
    (KPU, "stock_replacement_receive", (KUTIM, "coming"), "", None),
    (KPU, "stock_reserve", (KUTIM,), "", None),
    (KPU, "stock_destroy", (KUTIM,), "", None),
    (KPU, "stock_correct", (KUTIM, "movement"), "", SAVE),
    (KPU, "packing", (BUSANG,), "", SAVE),
    ("desk-kutim", "packing", (SANDARAN,), "", None),
    ("desk-kutim", "station", ("64.08.11.2001-001",), "", unfold),
    (KPU, "station", ("64.08.04.1001-001",), "", unfold),
    (KPU, "station_pack", ("64.08.06.2001-001",), "", unfold),
    (KPU, "station_unpack", ("64.08.04.2002-001",), "", SAVE),
    (PPK, "shipments", (SANDARAN,), "", unfold),
    (KPU, "shipments", (SANDARAN,), "?keadaan=semua", None),
    (KPU, "shipment_plan", ("64.08.04",), "?ruas=kpu-ppk", unfold),
    (KPU, "shipment_plan", ("64.08.04",), "?ruas=kpu-ppk", plan_nothing),
    (KPU, "shipment", ("plan",), "", unfold),
    ("camat-sandaran", "shipment", ("left",), "", unfold),
    (KPU, "shipment_legs", ("plan",), "", unfold),
    (KPU, "shipment_depart", ("plan",), "", unfold),
    (KPU, "shipment_leg_times", ("left", "leg"), "", None),
    (PPK, "shipment_arrive", ("left",), "", None),
    (KPU, "shipment_cancel", ("plan",), "", SAVE),
    (KPU, "shipment_stop", ("left",), "", SAVE),
    (KPU, "routes", (SANDARAN,), "", unfold),
    ("desk-kutim", "routes", (BUSANG,), "", None),
    (KPU, "route", (SANDARAN, "kpu-ppk", "A"), "", unfold),
    (PPK, "handover_receive", ("left",), "", unfold),
    (PPK, "handover_receive", ("left",), "", SAVE),
    (PPK, "handover_take_back", ("stopped",), "", unfold),
    (KPU, "handover", ("done",), "", unfold),
    ("desk-kutim", "handover", ("left",), "", None),
    (KPU, "imports", (KUTIM,), "", press("main form[enctype] [type=submit]")),
    (KPU, "import_preview", ("file",), "", None),
    (KPU, "import_preview", ("bad-file",), "", None),
]  # fmt: skip
#: What can be done only then.
ON_VOTING_DAY = [
    (KPU, "stock_destroy", (KUTIM,), "", SAVE),
    ("ppk-kota", "station_reconcile", ("64.08.04.1001-001",), "", SAVE),
    ("desk-kutim", "logistics", (KUTIM,), "", unfold),
]  # fmt: skip
FILES = {
    "file": b"nomor_dokumen;kode_barang;jumlah;tanggal\nSJ-1;BS;40;2026-11-20\n",
    "bad-file": b"nomor_dokumen;kode_barang;jumlah;tanggal\nSJ-1;XX;-4;kemarin\n",
}


def test_no_page_is_left_out():
    (ours,) = [each for each in get_resolver().url_patterns if "logistics.urls" in str(each)]
    shown = {route for _who, route, *_rest in (*PAGES, *ON_VOTING_DAY)}
    names = {pattern.name for pattern in ours.url_patterns}
    assert names == (shown & names) | NO_PAGES  # the preview of a file is a page of districts


def make_shipments(world):
    """One that waits, one under way with a leg, one handed over with a difference, one stopped on its way to the desa."""
    make_route(world)
    plan, left = planned(world, village="64.08.11.2003"), departed(world, village="64.08.11.2002")
    ShipmentLeg.objects.create(shipment=left, position=1, departed_at=LEFT, **leg("kapal_al", plan="A"))
    done = departed(world, village="64.08.11.2001")
    short_of_two = said(done, short(cargo_of(done).parcels[0].pk))
    receive(shipment=done, confirmation=short_of_two, by=world.people[PPK], now=NOW)
    stopped = planned(world, HopName.PPK_TPS, "64.08.11.2001", by=PPK, packed=False)
    depart(shipment=stopped, at=NOW, by=world.people[PPK], now=NOW, client_key=uuid4())
    stopped.refresh_from_db()
    stop(shipment=stopped, reason="Gelombang tinggi", by=world.people[PPK], now=NOW, client_key=uuid4())
    return {"plan": plan.code, "left": left.code, "done": done.code, "stopped": stopped.code, "leg": left.legs.get().pk}


def make_stock(world):
    place = put(world, {("SS", "bupati"): 900, ("BS", ""): 40})
    days = {"asked_at": NOW - timedelta(days=3), "reason": "Basah", "asked": 5, "asked_by": world.people[KPU]}
    ours = {"election": world.election, "regency_id": KUTIM, "item_id": "SS", "contest": "bupati"}
    asked = Replacement.objects.create(**ours, **days)
    coming = Replacement.objects.create(**ours, **days, sent=5, sent_document=paper(world))
    movement = Movement.objects.filter(to_place=place).order_by("pk").last()
    return {"asked": asked.pk, "coming": coming.pk, "movement": movement.pk}


def make_files(world):
    return {
        word: ImportFile.objects.create(
            election=world.election, region_id=KUTIM, kind="stok", adds_up=True, name=f"{word}.csv", sha256=f"{len(text):064}",
            uploaded_by=world.people[KPU], content=ContentFile(text, name=f"{word}.csv"),
        ).pk
        for word, text in FILES.items()
    }  # fmt: skip


@pytest.fixture
def shown(kutim, settings, tmp_path):
    """Goods at every stage in the regency, and nothing in its neighbour: what the words of the arguments stand for."""
    settings.MEDIA_ROOT = tmp_path
    Election.objects.update(is_simulation=True)
    make_person(kutim, "ppk-kota", code="64.08.04")
    make_parcels(kutim, "64.08.04.1001", Stage.AT_TPS)
    make_parcels(kutim, "64.08.04.2002", Stage.PACKED)
    return make_shipments(kutim) | make_stock(kutim) | make_files(kutim)


def mistakes_of(pages, shown, window_of):
    found = []
    for who, route, arguments, query, act in pages:
        page = window_of(who)
        address = reverse(route, args=[shown.get(each, each) for each in arguments]) + query
        assert page.goto(address).status == 200, address
        assert page.url.endswith(address), f"{address} leads to {page.url}"
        if act:
            act(page)
        found += mistakes(page, address)
    return found


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nobody_is_shut_out_of_logistics(shown, page_for, viewport):
    window_of = functools.cache(lambda who: page_for(who, viewport=viewport))
    assert mistakes_of(PAGES, shown, window_of) == []
    Election.objects.update(voting_day=NOW.date())
    assert mistakes_of(ON_VOTING_DAY, shown, window_of) == []
