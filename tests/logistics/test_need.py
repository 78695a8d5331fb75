"""Need of goods against published figures (DOMAIN 3.2, 3.3)."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from districts.models import Contest, Election, PollingStation
from logistics.completeness import is_required
from logistics.models import Item, NeedRule
from logistics.need import need_of_station, needs, needs_of_stations
from tests.conftest import make_election, make_regions

pytestmark = pytest.mark.django_db

#: Mahakam Ulu 2024, real: kecamatan: (voters, TPS) [S07], DOMAIN 1.5.
MAHULU = {
    "64.11.01": (11693, 27),
    "64.11.02": (6499, 19),
    "64.11.03": (2177, 6),
    "64.11.04": (3439, 10),
    "64.11.05": (4061, 15),
}


def spread(village: str, voters: int, tps: int) -> None:
    """`voters` over `tps` stations of a village, as evenly as whole people allow: the real distribution is not public."""
    each, more = divmod(voters, tps)
    PollingStation.objects.bulk_create(
        PollingStation(village_id=village, number=number + 1, voters_male=each + (number < more), voters_female=0)
        for number in range(tps)
    )


@pytest.fixture
def mahulu(world):
    """Mahakam Ulu as it was on 27 November 2024."""
    PollingStation.objects.all().delete()
    more = ("64.11.02", "64.11.04", "64.11.05")
    make_regions({code: f"Kecamatan {code}" for code in more} | {f"{code}.2001": "Kampung" for code in more})
    for kecamatan, (voters, tps) in MAHULU.items():
        spread(f"{kecamatan}.2001", voters, tps)
    return world.election


def total(election: Election, code: str, by: str = "regency") -> dict:
    """`{(item, contest): Need}` of the one area `code`."""
    rows = needs(election, code, by=by)
    assert {row.area for row in rows} <= {code}
    return {(row.item, row.contest): row for row in rows}


def test_526_voters_need_540_ballots_of_each_contest(world):
    """526 + ceil(13.15) = 540 [S14]."""
    station = PollingStation.objects.get(village="64.08.11.2003", number=5)
    assert station.voters == 526
    need = need_of_station(world.election, station)
    assert need["SS", "bupati"] == need["SS", "gubernur"] == 540


def test_a_tps_needs_what_the_catalogue_says(world):
    need = need_of_station(world.election, PollingStation.objects.get(village="64.08.11.2003", number=1))
    assert {key: need[key] for key in (("KS", "bupati"), ("BS", ""), ("TN", ""), ("TK", ""), ("CP", ""))} == {
        ("KS", "bupati"): 1, ("BS", ""): 4, ("TN", ""): 2, ("TK", ""): 7, ("CP", ""): 526,
    }  # fmt: skip
    assert ("KS", "") not in need
    assert ("BS", "bupati") not in need


def test_mahulu_ballots_booths_and_boxes_as_published(mahulu):
    """308 booths and 164 boxes exact; 57,204 ballots within the rounding of 77 TPS and two contests [S11]."""
    need = total(mahulu, "64.11")
    assert need["BS", ""].quantity == 308
    assert need["KS", "bupati"].quantity + need["KS", "gubernur"].quantity == 164
    ballots = need["SS", "bupati"].quantity + need["SS", "gubernur"].quantity
    assert abs(ballots - 57_204) <= 2 * 77
    assert need["CP", ""].quantity == 27_869


@pytest.mark.parametrize(
    ("voters", "tps", "published"),
    [
        (552_469, 1_443, 567_000),  # Kutai Kartanegara [S13]
        (137_495, 300, 140_932),  # PPU's first figure rounds once for the whole regency [S10]; 300 TPS [P]
        (297_994, 701, 305_794),  # Kutai Timur, our expectation [P]
    ],
)
def test_a_published_total_is_met_within_one_ballot_per_tps(world, voters, tps, published):
    PollingStation.objects.all().delete()
    half = tps // 2
    spread("64.08.04.1001", voters // 2, half)
    spread("64.08.04.2002", voters - voters // 2, tps - half)
    need = total(world.election, "64.08.04", by="kecamatan")["SS", "bupati"].quantity
    assert need == pytest.approx(published, abs=tps)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(voters=st.lists(st.integers(0, 800), min_size=1, max_size=60))
def test_ballots_are_at_least_the_share_of_the_total_and_at_most_one_more_per_tps(world, voters):
    PollingStation.objects.all().delete()
    PollingStation.objects.bulk_create(
        PollingStation(village_id="64.08.06.2001", number=number, voters_male=each, voters_female=0)
        for number, each in enumerate(voters, 1)
    )
    need = total(world.election, "64.08.06", by="kecamatan")["SS", "gubernur"].quantity
    share = sum(voters) * Decimal("1.025")
    assert share <= need < share + len(voters)
    assert need == sum(each + -(-each * 25 // 1000) for each in voters)


def test_the_reserve_is_rounded_up_at_every_tps_as_in_jakarta(world):
    """40 voters: exactly one ballot of reserve; 41: two [S12]."""
    PollingStation.objects.all().delete()
    for number, voters in enumerate((40, 41, 0), 1):
        PollingStation.objects.create(village_id="64.08.06.2001", number=number, voters_male=voters, voters_female=0)
    stations = PollingStation.objects.order_by("number")
    found = [need_of_station(world.election, station)["SS", "bupati"] for station in stations]
    assert found == [41, 43, 0]


def test_2000_ballots_of_a_re_vote_are_kept_at_the_level_of_their_contest(world):
    """Kept by the KPU that holds it [S12][S13]; never part of what is distributed."""
    regency = total(world.election, "64.08")
    assert (regency["SS", "bupati"].kept, regency["SS", "gubernur"].kept) == (2000, 0)
    province = total(world.election, "64", by="province")
    assert (province["SS", "bupati"].kept, province["SS", "gubernur"].kept) == (4000, 2000)
    assert {row.kept for row in needs(world.election, "64.08", by="kecamatan")} == {0}


def test_a_ppk_counts_from_the_kecamatan_up(world):
    """18 TPS and one PPK of Sandaran: 19 boxes a contest; its desa need 18."""
    assert total(world.election, "64.08.11", by="kecamatan")["KS", "bupati"].quantity == 19
    villages = [row for row in needs(world.election, "64.08.11", by="village") if row[1:3] == ("KS", "bupati")]
    assert [row.quantity for row in villages] == [6, 6, 6]


def summed(rows, length: int, *items: str) -> dict:
    found: dict = {}
    for row in rows:
        if row.item in items:
            key = (str(row.area)[:length], row.item, row.contest)
            found[key] = found.get(key, 0) + row.quantity
    return found


def test_desa_add_up_to_kecamatan_and_kecamatan_to_everything_above(mahulu):
    items = ("SS", "BS", "CP", "FM")
    village, kecamatan = needs(mahulu, "", by="village"), needs(mahulu, "", by="kecamatan")
    assert summed(village, 8, *items) == summed(
        [row for row in kecamatan if row.quantity and not row.area.startswith("64.08")], 8, *items
    )
    ours = [row for row in kecamatan if row.area.startswith("64.11")]
    assert summed(ours, 5, *items, "KS") == summed(needs(mahulu, "64.11", by="regency"), 5, *items, "KS")


def test_tps_add_up_to_their_desa(world):
    stations = PollingStation.objects.filter(village="64.08.11.2003")
    each = needs_of_stations(world.election, [station.pk for station in stations])
    whole = total(world.election, "64.08.11.2003", by="village")
    assert set(each) == {station.pk for station in stations}
    for key, need in whole.items():
        found = [one[key] for one in each.values()]
        assert need.quantity == (None if None in found else sum(found))


def test_the_nation_is_the_sum_of_its_regencies(world):
    nation = total(world.election, "", by="nation")
    regencies = needs(world.election, "", by="regency")
    assert nation["BS", ""].quantity == sum(row.quantity for row in regencies if row.item == "BS")
    assert nation["SS", "bupati"].quantity == sum(row.quantity for row in regencies if row[1:3] == ("SS", "bupati"))


def test_an_unknown_number_of_voters_makes_the_need_unknown_and_says_how_many_tps(world):
    """The known part is still told; what is counted per TPS is not touched."""
    before = total(world.election, "64.08.11", by="kecamatan")["SS", "bupati"].quantity
    lost = PollingStation.objects.filter(village="64.08.11.2003", number__in=(1, 2))
    lost.update(voters_male=None, voters_female=None)
    need = total(world.election, "64.08.11", by="kecamatan")
    ballots = need["SS", "bupati"]
    assert (ballots.quantity, ballots.known, ballots.unknown_tps) == (None, before - 2 * 540, 2)
    assert need["BS", ""].quantity == 72
    assert need_of_station(world.election, lost.first())["SS", "bupati"] is None


def test_a_kecamatan_without_tps_in_the_register_needs_an_unknown_number_and_not_none(world):
    PollingStation.objects.filter(village__startswith="64.08.06").delete()
    need = total(world.election, "64.08.06", by="kecamatan")
    assert (need["BS", ""].quantity, need["SS", "bupati"].quantity) == (None, None)
    assert total(world.election, "64.08")["BS", ""].quantity is None
    assert total(world.election, "64.08")["BS", ""].known == 26 * 4


def test_a_number_that_was_not_entered_from_the_decree_is_unknown_and_never_zero(world):
    seals = total(world.election, "64.08.11", by="kecamatan")["SG", "bupati"]
    assert (seals.quantity, seals.known, seals.unknown_tps) == (None, 0, 18)


def test_a_rule_of_the_election_goes_before_the_default(world):
    NeedRule.objects.create(election=world.election, item_id="SG", basis="tps", amount=26)
    NeedRule.objects.create(election=world.election, item_id="SS", basis="pemilih", amount=1, reserve="0.02")
    need = need_of_station(world.election, PollingStation.objects.get(village="64.08.11.2003", number=1))
    assert (need["SG", "bupati"], need["SS", "bupati"]) == (26, 526 + 11)
    other = make_election("64.11", voting_day=world.election.voting_day.replace(month=11))
    assert total(other, "64.11")["SG", "bupati"].quantity is None


def test_an_item_nobody_wrote_a_rule_for_needs_an_unknown_number(world):
    Item.objects.create(code="ZZ", position=99, name="Baru", unit="buah", group="lainnya", packing="luar")
    assert total(world.election, "64.08")["ZZ", ""].quantity is None


def test_only_contests_that_are_voted_on_there_are_counted(world):
    Contest.objects.filter(region="64.11").delete()
    contests = {row.contest for row in needs(world.election, "64.11", by="regency")}
    assert contests == {"", "gubernur"}


def test_a_region_that_does_not_vote_needs_nothing(world):
    world.election.regions.set(["64.11"])
    assert needs(world.election, "64.08", by="kecamatan") == []
    assert {row.area for row in needs(world.election, "", by="regency")} == {"64.11"}
    assert need_of_station(world.election, PollingStation.objects.get(village="64.08.11.2003", number=1)) == {}


@pytest.mark.parametrize("by", ["tps", "village", "kecamatan", "regency", "province", "nation"])
def test_every_question_is_one_statement(world, by, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert needs(world.election, "", by=by)


def test_what_must_be_in_a_parcel_is_counted_and_travels_with_the_box():
    assert [item.code for item in Item.objects.all() if is_required(item)] == [
        "SS",
        "KS",
        "BS",
        "TN",
        "SG",
        "FM",
        "AB",
        "DP",
        "DT",
    ]
