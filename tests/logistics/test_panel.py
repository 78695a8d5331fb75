"""The logistics of one kecamatan: its page, the panel on the kecamatan's own page, and what each person may begin there."""

import re
from datetime import timedelta

import pytest

from districts.models import Issue, PollingStation
from logistics.models import RouteLeg, Shipment, ShipmentLeg, ShipmentState
from logistics.stages import HopName, Stage
from tests.conftest import NOW, PEOPLE
from tests.districts.officials import MOST_STATEMENTS, roll_up, statements, text_of

from .goods import make_parcels
from .test_boards import HTMX, found_wet, handed_over, shipped, tell, words_of

pytestmark = pytest.mark.django_db

OWN = "/kecamatan/64.08.11/"
PAGE = "/kecamatan/64.08.11/logistik/"


@pytest.fixture
def under_way(world):
    """Sandaran's 18 TPS left the KPU warehouse this morning; they are on the second leg."""
    make_parcels(world, "64.08.11", Stage.TO_PPK)
    left = {"state": ShipmentState.UNDERWAY, "departed_by": world.people["kpu-kutim"]}
    made = shipped(world, departed_at=NOW - timedelta(hours=9), **left)
    legs = [
        ("Sangatta", "Sangkulirang", "truk", {"departed_at": made.departed_at, "arrived_at": NOW - timedelta(hours=5)}),
        ("Sangkulirang", "Sandaran", "kapal_al", {"departed_at": NOW - timedelta(hours=4)}),
    ]
    ShipmentLeg.objects.bulk_create(
        ShipmentLeg(shipment=made, position=n, origin=origin, destination=to, mode=mode, hours=4, **times)
        for n, (origin, to, mode, times) in enumerate(legs, start=1)
    )
    return world


def buttons(response):
    return re.findall(r'role="button"[^>]*>([^<]+)<', text_of(response))


def asked_address(response):
    return re.search(r'hx-get="([^"]*versi=[^"]*)"', text_of(response)).group(1).replace("&amp;", "&")


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_everyone_whose_scope_covers_the_kecamatan_reads_it(under_way, as_user, who):
    expected = 200 if "64.08.11".startswith(PEOPLE[who][1] or "") else 404
    assert as_user(who).get(PAGE).status_code == expected
    assert as_user(who).get(PAGE, headers=HTMX).status_code == expected


def test_the_page_says_where_the_goods_are_and_since_when(under_way, as_user):
    said = words_of(as_user("desk-kutim").get(PAGE))
    assert "18 menuju PPK" in said
    assert re.search(r"Manubar 6 TPS 6 menuju PPK Dikemas 6 Sampai PPK 0", said)
    assert "TPS 1 64.08.11.2001-001 Manubar Menuju PPK (kecamatan) Sejak 21 Nov 2026, 18.42 WITA" in said
    assert re.search(r"Terakhir dicatat: BA serah terima, oleh Kpu Kutim ?, \d+ Nov 2026, \d\d\.\d\d WITA", said)


def test_a_shipment_is_where_its_first_unfinished_leg_is(under_way, as_user):
    said = words_of(as_user("desk-kutim").get(PAGE))
    assert re.search(r"SJ-640811-ABCDE 18 TPS .* Di perjalanan Kapal TNI AL, Sangkulirang ke Sandaran", said)
    assert "Truk, Sangatta" not in said


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("kpu-kutim", ["Kemas TPS", "Kirim ke PPK"]),
        ("ppk-sandaran", ["Kirim ke PPS (desa)", "Kirim ke TPS", "Terima"]),
        ("camat-sandaran", ["Catat kedatangan"]),
        ("desk-kutim", []),
        ("bupati-kutim", []),
    ],
)
def test_each_person_is_offered_what_is_theirs_to_do(under_way, as_user, who, offered):
    assert buttons(as_user(who).get(PAGE)) == offered
    assert sorted(buttons(as_user(who).get(PAGE, headers=HTMX))) == sorted(offered)


def test_who_sent_it_is_not_offered_to_receive_it(under_way, as_user):
    Shipment.objects.update(departed_by=under_way.people["ppk-sandaran"])
    assert "Terima" not in buttons(as_user("ppk-sandaran").get(PAGE))
    assert "Terima" in buttons(as_user("pps-sandaran").get(PAGE))


def test_a_finding_says_what_where_and_whether_the_sender_knows(world, as_user):
    make_parcels(world, "64.08.11", Stage.AT_PPK)
    wet = found_wet(world, handed_over(world))
    issue = Issue.objects.create(
        election=world.election, kecamatan=world.sandaran, kind="kendala", category="logistik", title="Surat suara basah",
        raised_by=world.people["ppk-sandaran"], raised_at=NOW,
    )  # fmt: skip
    type(wet.handover).objects.filter(pk=wet.handover_id).update(issue=issue)
    response = as_user("desk-kutim").get(PAGE)
    assert "Rusak/basah: 12 lembar surat suara bupati" in words_of(response)
    assert "belum diketahui pengirim" in words_of(response)
    assert f'href="/kendala/{issue.pk}/"' in text_of(response)


def test_both_sources_stand_side_by_side_on_the_page_and_in_the_panel(world, as_user):
    make_parcels(world, "64.08.11", Stage.AT_PPK)
    tell(world, tps_at_ppk=9)
    for headers in ({}, HTMX):
        said = words_of(as_user("desk-kutim").get(PAGE, headers=headers))
        assert re.search(r"TPS diterima PPK \(kecamatan\) KPU 18 .* Camat 9 21 Nov 2026, 15.42 WITA .*selisih −9", said)


def test_what_must_leave_says_until_when(world, as_user):
    make_parcels(world, "64.08.11", Stage.PACKED)
    RouteLeg.objects.create(
        kecamatan_id="64.08.11", hop=HopName.KPU_PPK, position=1, origin="Sangatta", destination="Sandaran",
        mode="speedboat", hours=6,
    )  # fmt: skip
    said = words_of(as_user("desk-kutim").get(PAGE))
    # hard: at PPK by the end of H-3, which is 1 Dec 00.00 for voting on 3 Dec; six hours before
    assert "paling lambat 30 Nov 2026, 18.00 WITA" in said


@pytest.mark.parametrize(
    ("query", "first", "count"),
    [
        ("", "64.08.11.2001-001", 18),
        ("?desa=64.08.11.2003", "64.08.11.2003-001", 6),
        ("?tahap=2&desa=64.08.11.2002", "64.08.11.2002-001", 6),
        ("?tahap=7", None, 0),
        ("?tahap=ngawur&desa=64.08.06.2001&page=99", "64.08.11.2001-001", 18),
    ],
)
def test_the_list_of_tps_is_narrowed_by_its_address(under_way, as_user, query, first, count):
    target = HTMX | {"HX-Target": "stations"}
    for headers in ({}, target):
        found = re.findall(
            r"<small>(64[0-9.]+-\d{3})</small>", text_of(as_user("desk-kutim").get(PAGE + query, headers=headers))
        )
        assert (len(found), next(iter(found), None)) == (count, first)


def test_a_long_list_of_tps_has_pages(world, as_user):
    PollingStation.objects.bulk_create(
        PollingStation(village_id="64.08.06.2001", number=number, voters_male=1, voters_female=1)
        for number in range(3, 61)
    )
    client = as_user("desk-kutim")
    pages = [text_of(client.get(f"/kecamatan/64.08.06/logistik/?page={number}")) for number in (1, 2)]
    found = [re.findall(r"<small>64\.08\.06\.2001-(\d{3})</small>", page) for page in pages]
    assert [len(each) for each in found] == [50, 10]
    assert sorted(found[0] + found[1]) == [f"{number:03d}" for number in range(1, 61)]


def test_the_kecamatan_page_has_a_hole_that_the_panel_fills(under_way, as_user):
    roll_up(under_way)
    client = as_user("desk-kutim")
    page = text_of(client.get(OWN))
    hole = page[page.index('<section class="panel"') :].split("</section>")[0]
    assert f'hx-get="{PAGE}" hx-trigger="load"' in hole
    live = page[page.index('<div id="live"') : page.index('<section class="panel"')]
    assert live.count("<div") == live.count("</div")  # the poll of the page never touches the panel
    panel = text_of(client.get(PAGE, headers=HTMX))
    assert panel.lstrip().startswith('<div id="logistics-panel"')
    assert "<html" not in panel


def test_the_panel_asks_for_itself_until_something_moved(under_way, as_user):
    client = as_user("desk-kutim")
    headers = HTMX | {"HX-Target": "logistics-panel"}
    asked = asked_address(client.get(PAGE, headers=HTMX))
    assert client.get(asked, headers=headers).status_code == 204
    make_parcels(under_way, "64.08.06", Stage.PACKED)
    assert text_of(client.get(asked, headers=headers)).lstrip().startswith('<div id="logistics-panel"')


def test_the_page_asks_for_all_of_itself(under_way, as_user):
    client = as_user("desk-kutim")
    headers = HTMX | {"HX-Target": "live"}
    asked = asked_address(client.get(PAGE))
    assert client.get(asked, headers=headers).status_code == 204
    shipped(under_way, "64.08.06")  # elsewhere
    assert client.get(asked, headers=headers).status_code == 204
    ShipmentLeg.objects.filter(position=2).update(arrived_at=NOW)
    assert text_of(client.get(asked, headers=headers)).lstrip().startswith('<div id="live"')


def test_after_the_election_nothing_asks_any_more(under_way, as_user, now):
    now.shift(timedelta(days=20))
    client = as_user("desk-kutim")
    assert "versi=" not in text_of(client.get(PAGE))
    assert "versi=" not in text_of(client.get(PAGE, headers=HTMX))


@pytest.mark.parametrize("headers", [{}, HTMX, HTMX | {"HX-Target": "stations"}])
def test_as_many_statements_for_many_tps_as_for_few(world, as_user, headers):
    make_parcels(world, "64.08.06", Stage.AT_PPK)
    client = as_user("desk-kutim")
    few, _page = statements(client, "/kecamatan/64.08.06/logistik/", **headers)
    make_parcels(world, "64.08.11", Stage.AT_PPK)
    found_wet(world, handed_over(world))
    many, _page = statements(client, PAGE, **headers)
    assert few == many <= MOST_STATEMENTS
