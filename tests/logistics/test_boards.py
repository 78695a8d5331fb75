"""The boards of nation, province and regency: where every parcel is, in figures that add up, and grey where nobody wrote."""

import re
from datetime import timedelta

import pytest

from districts.models import PollingStation
from logistics.ledger import Line, move, places
from logistics.models import (
    Difference,
    DocumentKind,
    HandOver,
    Parcel,
    PlaceKind,
    RouteLeg,
    Shipment,
    ShipmentParcel,
    ShipmentState,
)
from logistics.models import Place as Account
from logistics.shortages import shortages
from logistics.stages import HopName, Stage
from logistics.stock import stock_of_regency
from tests.conftest import NOW, PEOPLE, make_stations
from tests.districts.officials import MOST_STATEMENTS, more_kecamatan, statements, text_of
from tests.districts.reports import make_report, open_slot

from .goods import make_parcels, paper, put

pytestmark = pytest.mark.django_db

KUTIM = "/wilayah/64.08/logistik/"
KALTIM = "/wilayah/64/logistik/"
NATION = "/nasional/logistik/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def halfway(world):
    """Kutai Timur: Sandaran's 18 TPS at PPK, Busang's 2 at TPS, Sangatta Utara's 8 not packed; Mahakam Ulu wrote nothing."""
    make_parcels(world, "64.08.11", Stage.AT_PPK)
    make_parcels(world, "64.08.06", Stage.AT_TPS)
    return world


def listed(response):
    """Codes of the rows of a board in their order."""
    return re.findall(r'<tr role="row" id="k-([0-9.]+)">', text_of(response))


def shortage_of(world, item, contest=""):
    return next(row for row in shortages(world.election, "64.08") if (row.item, row.contest) == (item, contest))


def tell(world, **columns):
    """Sandaran's camat reports three hours ago."""
    told = {"tps_at_pps": 0, "tps_at_kpps": 0} | columns
    sent = NOW - timedelta(hours=3)
    return make_report(
        open_slot(world, "64.08.11", "2026-W47"), world.people["camat-sandaran"], submitted_at=sent, **told
    )


def words_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text_of(response)))


def row_of(response, code):
    page = text_of(response)
    found = re.search(rf'<tr role="row" id="k-{re.escape(code)}">.*?</tr>', page, re.S).group()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


def shipped(world, code="64.08.11", hop=HopName.KPU_PPK, **values):
    """A shipment with all parcels of a kecamatan that has no other."""
    place = Account.objects.create(election=world.election, kind=PlaceKind.TRANSIT)
    made = Shipment.objects.create(
        election=world.election, code=f"SJ-{code.replace('.', '')}-ABCDE", hop=hop, kecamatan_id=code, place=place,
        planned_by=world.people["kpu-kutim"], **values,
    )  # fmt: skip
    parcels = Parcel.objects.filter(polling_station__kecamatan_code=code)
    ShipmentParcel.objects.bulk_create(ShipmentParcel(shipment=made, parcel=parcel) for parcel in parcels)
    parcels.update(shipment=made)
    return made


def handed_over(world):
    """A shipment that PPK Sandaran received this evening."""
    return shipped(
        world, state=ShipmentState.DONE, departed_by=world.people["kpu-kutim"], departed_at=NOW - timedelta(hours=9),
        closed_by=world.people["ppk-sandaran"], closed_at=NOW,
    )  # fmt: skip


def found_wet(world, shipment):
    """The receiver of `shipment` found 12 wet ballots."""
    taken = HandOver.objects.create(
        shipment=shipment, sender=world.people["kpu-kutim"], sent_at=NOW - timedelta(hours=9),
        receiver=world.people["ppk-sandaran"], received_at=NOW, outcome="selisih", reason="Kotak basah",
        document=paper(world, DocumentKind.HANDOVER, kecamatan="64.08.11"),
    )  # fmt: skip
    return Difference.objects.create(handover=taken, kind="rusak", item_id="SS", contest="bupati", quantity=12)


def test_a_regency_says_how_many_tps_are_at_each_stage(halfway, as_user):
    response = as_user("desk-kutim").get(KUTIM)
    said = words_of(response)
    assert "TPS dikemas 20 dari 28 TPS (71 %)" in said
    assert "Sampai PPK 2 dari 3 kecamatan (66 %)" in said
    assert "Sampai PPS 1 dari 6 desa (16 %)" in said
    assert "Sampai TPS 2 dari 28 TPS (7 %)" in said
    assert "18 di PPK" in row_of(response, "64.08.11")
    assert "2 di TPS" in row_of(response, "64.08.06")
    assert "8 belum dikemas" in row_of(response, "64.08.04")


@pytest.mark.parametrize("address", [KUTIM, "/kecamatan/64.08.11/logistik/"])
def test_without_any_act_the_words_are_grey_and_nothing_is_green(world, as_user, address):
    page = text_of(as_user("desk-kutim").get(address)).split("<main")[1]
    assert "elum ada catatan KPU" in page
    assert "lv-green" not in page
    assert "step-0" not in page  # not "belum dikemas": nobody knows
    assert not re.search(r"<dd>\s*0\s*</dd>", page)


def test_a_province_tells_kecamatan_desa_and_tps_as_the_roll_up_of_h_3_does(halfway, as_user):
    said = row_of(as_user("desk-kaltim").get(KALTIM), "64.08")
    assert "2 dari 3 (66 %) kecamatan" in said
    assert "1 dari 6 (16 %) desa" in said
    assert "2 dari 28 (7 %) TPS" in said


def test_a_kpu_that_wrote_nothing_is_grey_among_others_and_counted_apart(halfway, as_user):
    response = as_user("desk-kaltim").get(KALTIM)
    assert "5 belum ada catatan KPU" in row_of(response, "64.11")
    assert "belum dikemas" not in row_of(response, "64.11")
    assert "TPS tanpa catatan KPU" in words_of(response)


def test_the_nation_adds_the_provinces_up(halfway, as_user):
    response = as_user("pemantau-nasional").get(NATION)
    assert listed(response) == ["64"]
    assert "2 dari 33 (6 %) TPS" in row_of(response, "64")
    assert "5 belum ada catatan KPU" in row_of(response, "64")


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_everyone_reads_what_lies_in_their_scope_and_the_rest_is_not_there(halfway, as_user, who):
    _role, code = PEOPLE[who]
    client = as_user(who)
    for address, region in ((KUTIM, "64.08"), (KALTIM, "64"), ("/wilayah/64.11/logistik/", "64.11"), (NATION, "")):
        expected = 200 if region.startswith(code or "") else 404
        assert client.get(address).status_code == expected
    assert client.get(NATION + "unduh.csv").status_code == (200 if code is None else 404)
    assert client.get(KUTIM + "tps.csv").status_code == (200 if "64.08".startswith(code or "") else 404)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["64.08.04", "64.08.11", "64.08.06"]),  # the furthest behind first
        ("?urut=nama", ["64.08.06", "64.08.11", "64.08.04"]),
        ("?tahap=belum-dikemas", ["64.08.04"]),
        ("?tahap=ppk", ["64.08.11", "64.08.06"]),
        ("?tahap=belum-tps", ["64.08.04", "64.08.11"]),
        ("?tahap=tps", ["64.08.06"]),
        ("?nama=manubar", ["64.08.11"]),  # a desa of Sandaran
        ("?nama=SANGATTA", ["64.08.04"]),
        ("?nama=100%25", []),
        ("?tahap=ngawur&urut=ngawur&masalah=ngawur", ["64.08.04", "64.08.11", "64.08.06"]),
    ],
)
def test_the_list_is_narrowed_and_ordered_by_its_address(halfway, as_user, query, codes):
    client = as_user("desk-kutim")
    assert listed(client.get(KUTIM + query)) == codes
    assert listed(client.get(KUTIM + query, headers=HTMX)) == codes
    assert "dari 28 TPS" in words_of(client.get(KUTIM + query))  # figures are of the whole


def test_a_filter_swaps_the_rows_alone_and_its_address_can_be_shared(halfway, as_user):
    response = as_user("desk-kutim").get(KUTIM + "?tahap=tps&urut=tertinggal&nama=", headers=HTMX)
    assert text_of(response).lstrip().startswith('<div id="board-rows">')
    assert response["HX-Push-Url"] == KUTIM + "?tahap=tps"


def test_only_what_has_findings(halfway, as_user):
    found_wet(halfway, handed_over(halfway))
    client = as_user("desk-kutim")
    assert listed(client.get(KUTIM + "?masalah=temuan")) == ["64.08.11"]
    assert listed(client.get(KUTIM + "?urut=temuan"))[0] == "64.08.11"
    assert "Temuan 1" in row_of(client.get(KUTIM), "64.08.11")
    assert listed(as_user("desk-kaltim").get(KALTIM + "?masalah=temuan")) == ["64.08"]


def test_a_settled_finding_is_no_finding(halfway, as_user):
    Difference.objects.filter(pk=found_wet(halfway, handed_over(halfway)).pk).update(settled=paper(halfway))
    assert listed(as_user("desk-kutim").get(KUTIM + "?masalah=temuan")) == []


def test_only_what_is_late_and_why(world, as_user, now):
    make_parcels(world, "64.08.11", Stage.PACKED)
    legs = {"origin": "Sangatta", "destination": "Sandaran", "mode": "speedboat", "position": 1, "hours": 6}
    RouteLeg.objects.create(kecamatan_id="64.08.11", hop=HopName.KPU_PPK, **legs)
    client = as_user("desk-kutim")
    assert listed(client.get(KUTIM + "?masalah=terlambat")) == []
    now.shift(timedelta(days=11))
    client = as_user("desk-kutim")  # H-1; a hard kecamatan must have everything at PPK by the end of H-3
    assert listed(client.get(KUTIM + "?masalah=terlambat")) == ["64.08.11"]
    page = client.get(KUTIM)
    assert "terlambat" in row_of(page, "64.08.11")
    assert re.search(r"Terlambat 1 Akan terlambat 0 Hari ini 0 Belum ada rencana 2", words_of(page))


@pytest.mark.parametrize("who", ["kpu-kutim", "desk-kutim", "bupati-kutim", "desk-kaltim", "admin"])
def test_only_who_may_import_is_led_to_the_import(halfway, as_user, who):
    assert (f'href="{KUTIM}impor/"' in text_of(as_user(who).get(KUTIM))) == (who == "kpu-kutim")


def test_a_camat_who_counts_otherwise_stands_beside_the_kpu(halfway, as_user):
    tell(halfway, tps_at_ppk=9)
    client = as_user("desk-kutim")
    said = row_of(client.get(KUTIM), "64.08.11")
    assert re.search(r"Selisih KPU dan camat PPK .*selisih −9 sejak 21 Nov 2026, 15.42 WITA", said)
    assert "belum bisa dibandingkan" in row_of(client.get(KUTIM), "64.08.06")
    assert listed(client.get(KUTIM + "?masalah=selisih")) == ["64.08.11"]
    assert "18 di PPK" in said  # the ledger's own figure stays


def test_a_camat_who_counts_the_same_is_no_difference(halfway, as_user):
    tell(halfway, tps_at_ppk=18)
    assert "Selisih KPU dan camat sama" in row_of(as_user("desk-kutim").get(KUTIM), "64.08.11")
    assert listed(as_user("desk-kutim").get(KUTIM + "?masalah=selisih")) == []


def test_a_shipment_under_way_stands_in_its_kecamatan(halfway, as_user):
    values = {"state": ShipmentState.UNDERWAY, "departed_by": halfway.people["kpu-kutim"], "departed_at": NOW}
    shipped(halfway, **values)
    assert "SJ-640811-ABCDE 18 TPS" in row_of(as_user("desk-kutim").get(KUTIM), "64.08.11")


def test_the_newest_act_says_who_wrote_it_when(halfway, as_user, now):
    now.shift(timedelta(hours=1))
    paper(halfway, DocumentKind.PACKING, at=NOW, kecamatan="64.08.11")
    response = as_user("desk-kutim").get(KUTIM)
    assert "Pengepakan per TPS Kpu Kutim, " in row_of(response, "64.08.11")
    assert "belum ada untuk" not in row_of(response, "64.08.11")


def test_what_is_short_and_what_nobody_recorded_are_told_apart(halfway, as_user):
    said = words_of(as_user("desk-kutim").get(KUTIM)).split("Kurang atau rusak")[1].split("Di mana")[0]
    # 4 booths per TPS (DOMAIN 3.2): 28 TPS need 112, the 20 packed have 80
    assert re.search(r"Bilik pemungutan suara buah Kebutuhan 112 Baik 80 Rusak 0 Kurang 32", said)
    assert "barang wajib hitung belum pernah dicatat" in said


def test_a_ballot_is_good_until_it_is_damaged_or_lost(halfway, as_user):
    before = shortage_of(halfway, "SS", "bupati").usable
    held = put(halfway, {("SS", "bupati"): 70})
    assert shortage_of(halfway, "SS", "bupati").usable == before + 70
    lost = places(halfway.election, [(PlaceKind.MISSING, "64.08.11"), (PlaceKind.DAMAGED, "64.08.11")])
    for place in lost.values():
        move(paper(halfway), [Line("SS", "bupati", 5, held, place)])
    line = shortage_of(halfway, "SS", "bupati")
    assert (line.usable, line.damaged, line.missing) == (before + 60, 5, 5)


def test_the_board_and_the_page_of_goods_tell_the_same_stock(halfway):
    put(halfway, {("SS", "bupati"): 70}, kind=PlaceKind.SORTING)
    put(halfway, {("SS", "bupati"): 9, ("BS", ""): 2}, kind=PlaceKind.DAMAGED)
    known = {line.goods.key: line for line in stock_of_regency(halfway.election, "64.08")}
    lines = shortages(halfway.election, "64.08")
    assert len(lines) == 17  # DOMAIN 3.2: eleven items must be counted, six of them per contest
    for line in lines:
        other = known[line.item, line.contest]
        assert (line.need, line.usable, line.short) == (other.need, other.usable, other.short)


def test_as_many_statements_for_thirty_kecamatan_as_for_three(halfway, as_user):
    client = as_user("desk-kutim")
    few, _page = statements(client, KUTIM)
    codes = more_kecamatan("64.08", 30)
    make_stations({f"{code}.2001": (3, 100, 100) for code in codes})
    for code in codes[:4]:
        make_parcels(halfway, code, Stage.TO_PPK)
        shipped(halfway, code, state=ShipmentState.UNDERWAY, departed_by=halfway.people["kpu-kutim"], departed_at=NOW)
    many, page = statements(client, KUTIM)
    assert len(listed(page)) == 33
    assert few == many <= MOST_STATEMENTS


@pytest.mark.parametrize("address", [KALTIM, NATION])
def test_boards_above_cost_the_same_however_much_lies_below(halfway, as_user, address):
    client = as_user("pemantau-nasional")
    few, _page = statements(client, address)
    codes = more_kecamatan("64.08", 30)
    make_stations({f"{code}.2001": (3, 100, 100) for code in codes})
    many, _page = statements(client, address)
    assert few == many <= MOST_STATEMENTS


def test_an_open_board_asks_until_something_moved(halfway, as_user, now):
    client = as_user("desk-kutim")
    asked = re.search(r'hx-get="([^"]*versi=[^"]*)"', text_of(client.get(KUTIM))).group(1).replace("&amp;", "&")
    assert client.get(asked, headers=HTMX).status_code == 204
    make_parcels(halfway, "64.08.04", Stage.PACKED)
    answer = client.get(asked, headers=HTMX)
    assert answer.status_code == 200
    assert text_of(answer).lstrip().startswith('<div id="live"')


def test_a_plan_that_changed_reaches_an_open_board_too(halfway, as_user):
    client = as_user("desk-kutim")
    asked = re.search(r'hx-get="([^"]*versi=[^"]*)"', text_of(client.get(KUTIM))).group(1).replace("&amp;", "&")
    shipped(halfway)
    assert client.get(asked, headers=HTMX).status_code == 200


def test_the_tab_is_there_and_current_on_every_level(halfway, as_user):
    client = as_user("admin")
    for address in (NATION, KALTIM, KUTIM, "/kecamatan/64.08.11/logistik/"):
        tabs = re.search(r'<nav class="tabs".*?</nav>', text_of(client.get(address)), re.S).group()
        assert f'<a href="{address}" aria-current="page">Logistik</a>' in tabs
        assert tabs.count("aria-current") == 1


def test_without_an_election_the_page_says_so(world, as_user):
    world.election.delete()
    for address in (KUTIM, "/kecamatan/64.08.11/logistik/"):
        assert "Belum ada pemilihan di wilayah ini" in text_of(as_user("desk-kutim").get(address))
    assert as_user("desk-kutim").get(KUTIM + "unduh.csv").status_code == 404


def test_a_region_without_tps_has_no_figures_and_no_error(world, as_user):
    PollingStation.objects.all().delete()
    paper(world)
    assert as_user("desk-kutim").get(KUTIM).status_code == 200
