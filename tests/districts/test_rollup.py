"""From the kecamatan upwards: regency, province and nation by DOMAIN 6.4, each edge from its sentence."""

import random
from datetime import date, datetime, timedelta

import pytest
import time_machine

from districts import outbox, readiness
from districts.models import (
    Agency,
    DimensionScore,
    Election,
    Grade,
    Indicator,
    Level,
    OfficialReading,
    PollingStation,
    Readiness,
    StaleKecamatan,
    User,
)
from tests.conftest import WITA, make_election, make_regions
from tests.districts.test_readiness import rows

H7 = datetime(2026, 11, 26, 12, 0, tzinfo=WITA)
GOOD = {"R1": 100, "R2": 0, "R3": 1, "R4": 1.5, "R5": 0, "R6": 0, "R7": 100}
#: what makes a kecamatan of each colour: G all good, A one red that is not critical, R a critical red, - nothing known
SPOILT = {"G": {}, "A": {"KES-01": 0}, "R": {"TEL-01": 0}, "-": None}


@pytest.fixture
def by(db):
    Agency.objects.get_or_create(code="kpu", defaults={"name": "KPU"})
    return User.objects.create_superuser("admin", None, name="Administrator")


def read(election, kecamatan, amounts, by):
    OfficialReading.objects.bulk_create(
        OfficialReading(
            election=election,
            kecamatan_id=kecamatan,
            indicator_id=indicator,
            amount=amount,
            observed_at=H7 - timedelta(hours=1),
            agency_id="kpu",
            entered_by=by,
        )
        for indicator, amount in amounts.items()
    )


@pytest.fixture
def land(by):
    """`land({"64.01": "GGAR-"})` makes a regency with a kecamatan a letter, rolled up.

    `voters` of all kecamatan in order, None where not known; else 1,000 each.
    """

    def make(colours: dict[str, str], voters=None) -> Election:
        kecamatan = {f"{code}.{n:02d}": c for code, letters in colours.items() for n, c in enumerate(letters, 1)}
        above = {code[:2]: code[:2] for code in colours} | {code: code for code in colours}
        make_regions({"64": "Kalimantan Timur"} | above | dict.fromkeys(kecamatan, "Kecamatan"))
        make_regions({f"{code}.2001": "Desa" for code in kecamatan})
        counts = voters or [1000] * len(kecamatan)
        PollingStation.objects.bulk_create(
            PollingStation(
                village_id=f"{code}.2001", number=1, voters_male=count, voters_female=None if count is None else 0
            )
            for code, count in zip(kecamatan, counts, strict=True)
        )
        election = make_election(*colours)
        good = {indicator.code: GOOD[indicator.rule] for indicator in Indicator.objects.all()}
        for code, letter in kecamatan.items():
            if letter != "-":
                read(election, code, good | SPOILT[letter], by)
        readiness.roll_up(election, now=H7)
        return election

    return make


def of(code):
    return Readiness.objects.get(region=code)


def test_the_letters_mean_their_colours(land):
    land({"64.01": "GAR-"})
    levels = Readiness.objects.filter(region__level=3).order_by("region").values_list("level", flat=True)
    assert list(levels) == [Level.GREEN, Level.AMBER, Level.RED, Level.GREY]


@pytest.mark.parametrize(
    ("kecamatan", "level"),
    [
        ("GGGG", Level.GREEN),
        # ABU if > 30 percent of kecamatan are ABU
        ("GGGGGG----", Level.GREY),
        ("GGGGGGG---", Level.AMBER),
        ("----RRRRRR", Level.GREY),
        ("---RRRRRRR", Level.RED),
        # MERAH if >= 2 kecamatan MERAH
        ("GGGGGGGGGGGGGGGGGGGGGGGGGRR", Level.RED),
        # KUNING if one MERAH …
        ("GGGGGGGGGGGGGGGGGGGGGGGGGGR", Level.AMBER),
        # … or > 25 percent KUNING/ABU
        ("GGGGGGAA", Level.GREEN),
        ("GGGGGAAA", Level.AMBER),
        ("GGGGGGA-", Level.GREEN),
        ("GGGGGAA-", Level.AMBER),
        ("AAAA", Level.AMBER),
        # one kecamatan alone is more than 10 percent of its regency
        ("R", Level.RED),
        ("A", Level.AMBER),
        ("-", Level.GREY),
    ],
)
def test_a_regency_takes_its_colour_from_its_kecamatan(land, kecamatan, level):
    land(
        {"64.01": kecamatan},
        voters=[100 if letter == "R" else 4000 for letter in kecamatan] if "G" in kecamatan else None,
    )
    assert of("64.01").level == level


@pytest.mark.parametrize(("red", "level"), [(999, Level.AMBER), (1000, Level.RED)])
def test_one_red_kecamatan_is_enough_when_it_holds_a_tenth_of_the_voters(land, red, level):
    land({"64.01": "GGGR"}, voters=[4000, 4000, 2000 - red, red])
    regency = of("64.01")
    assert (regency.voters, regency.voters_red) == (10_000, red)
    assert regency.level == level


@pytest.mark.parametrize("voters", [[4000, 4000, None], [None, 4000, 100], [None, 4000, 4000], [None, None, None]])
def test_a_share_of_voters_needs_a_known_whole(land, voters):
    """DOMAIN 6.2: a percentage needs a known denominator. One red is amber until the voters are known."""
    land({"64.01": "GGR"}, voters=voters)
    regency = of("64.01")
    assert (regency.level, regency.voters) == (Level.AMBER, None)
    assert regency.voters_red == (voters[2] or 0)
    assert of(None).voters is None


def test_every_level_counts_kecamatan_by_colour(land):
    land({"64.01": "GGAR-", "64.02": "GG-", "65.01": "RRA"})
    counted = {
        row.region_id: (row.kecamatan_green, row.kecamatan_amber, row.kecamatan_red, row.kecamatan_grey)
        for row in Readiness.objects.exclude(region__level=3)
    }
    assert counted == {
        "64.01": (2, 1, 1, 1),
        "64.02": (2, 0, 0, 1),
        "65.01": (0, 1, 2, 0),
        "64": (4, 1, 1, 2),
        "65": (0, 1, 2, 0),
        None: (4, 2, 3, 2),
    }
    assert (of("64").voters, of("64").voters_red) == (8000, 1000)
    assert (of(None).voters, of(None).voters_red) == (11_000, 3000)


GREEN, AMBER, RED, GREY = "GGGG", "AAGG", "RRGG", "--GG"


@pytest.mark.parametrize(
    ("regencies", "level"),
    [
        ([GREEN, GREEN], Level.GREEN),
        # the same rule over regencies: > 30 percent grey
        ([GREY, GREEN, GREEN], Level.GREY),
        ([GREY, GREEN, GREEN, GREEN], Level.GREEN),
        ([GREY, AMBER, GREEN, GREEN], Level.AMBER),
        ([AMBER, GREEN, GREEN, GREEN], Level.GREEN),
        ([AMBER, AMBER, GREEN, GREEN], Level.AMBER),
        ([RED, RED, *[GREEN] * 18], Level.RED),
        # one red regency of four holds a fourth of the voters
        ([RED, GREEN, GREEN, GREEN], Level.RED),
        ([RED, *[GREEN] * 10], Level.AMBER),
    ],
)
def test_a_province_takes_its_colour_from_its_regencies(land, regencies, level):
    land({f"64.{n:02d}": letters for n, letters in enumerate(regencies, 1)})
    assert of("64").level == level


def test_the_nation_takes_its_colour_from_its_provinces(land):
    land({"64.01": "RRR", "65.01": "GG", "66.01": "RR"})
    assert [of(code).level for code in ("64", "65", "66", None)] == [Level.RED, Level.GREEN, Level.RED, Level.RED]


def test_the_score_above_is_the_mean_of_the_kecamatan_that_have_one(land):
    election = land({"64.01": "GGA-", "64.02": "A"})
    amber = of("64.02.01").score
    assert 85 < amber < 100
    assert of("64.01").score == pytest.approx((200 + amber) / 3)
    # each kecamatan counts the same, whatever the size of its regency
    assert of("64").score == pytest.approx((200 + 2 * amber) / 4)
    assert of(None).score == of("64").score
    assert Readiness.objects.get(election=election, region="64.01.04").score is None
    health = {row.region_id: row.score for row in DimensionScore.objects.filter(dimension="KES")}
    assert health["64.01"] == pytest.approx((200 + health["64.01.03"]) / 3)
    assert health["64"] == pytest.approx((200 + 2 * health["64.01.03"]) / 4)
    # completeness is of all that vote
    assert of("64.01").completeness == 0.75
    assert of("64").completeness == pytest.approx(0.8)


def test_dimensions_above_follow_the_same_rule(land):
    land({"64.01": "GGGGGGGA", "64.02": "RR"})
    level = dict(DimensionScore.objects.filter(region="64.01").values_list("dimension", "level"))
    assert (level["KES"], level["TEL"], level["LOG"]) == (Level.AMBER, Level.GREEN, Level.GREEN)
    assert DimensionScore.objects.get(region="64.02", dimension="TEL").level == Level.RED


def test_regions_that_leave_an_election_leave_no_colour_behind(land):
    election = land({"64.01": "GGGG", "64.02": "----", "65.01": "R"})
    election.regions.set(["64.01", "64.02.03"])
    readiness.forget_leavers(election)
    readiness.roll_up(election, now=H7)
    assert of("64").kecamatan_grey == 1
    assert of(None).kecamatan_red == 0
    assert not Readiness.objects.filter(region__in=["64.02.01", "65.01.01", "65.01", "65"]).exists()
    assert not Grade.objects.filter(kecamatan__in=["64.02.01", "65.01.01"]).exists()
    kept = rows()
    readiness.rebuild(election, now=H7)
    assert rows() == kept


def test_a_re_vote_in_one_village_is_about_its_kecamatan(land):
    election = land({"64.01": "GG"})
    election.regions.set(["64.01.02.2001"])
    assert readiness.voting_kecamatan(election) == ["64.01.02"]
    outbox.mark_all_stale(cause="election", election=election)
    assert list(StaleKecamatan.objects.values_list("kecamatan", flat=True)) == ["64.01.02"]


def test_the_first_drain_of_an_election_colours_all_its_kecamatan(land):
    """Else one early report would stand for its whole regency. Also before reporting begins."""
    election = land({"64.01": "GGGG"})
    Election.objects.filter(pk=election.pk).update(
        voting_day=date(2027, 11, 24), reporting_from=date(2027, 9, 15), reporting_until=date(2027, 11, 27)
    )
    Readiness.objects.all().delete()
    outbox.mark_stale(election, ["64.01.02"], cause="report")
    with time_machine.travel(H7):
        assert outbox.drain() == 4
        assert outbox.drain() == 0
    assert Readiness.objects.filter(region__parent="64.01").count() == 4


def test_rolling_up_in_any_order_gives_the_same_rows(land, by):
    """Sums of fractions must not depend on the order in which rows were written."""
    election = land({"64.01": "-" * 18, "64.02": "-" * 10, "65.01": "-" * 7})
    chance = random.Random(64)
    kecamatan = readiness.voting_kecamatan(election)
    for code in kecamatan:
        codes = Indicator.objects.values_list("code", "rule")
        read(election, code, {i: chance.choice([0, GOOD[r]]) for i, r in codes if chance.random() < 0.9}, by)
    chance.shuffle(kecamatan)
    for code in kecamatan:
        readiness.roll_up(election, [code], now=H7)
    kept = rows()
    readiness.rebuild(election, now=H7)
    assert rows() == kept


#: A score of 60 in exact fractions; as a sum of binary fractions it is 59.99999999999999.
SIXTY = {
    "LOG-02": 0, "LOG-03": 0, "LOG-05": None, "ADH-01": None, "ADH-03": 0, "ADH-04": None, "DPT-01": 0,
    "DPT-03": None, "TEL-02": 0, "TEL-03": 0, "NET-02": 0, "NET-03": 2, "SOS-01": 0, "SOS-04": 0, "AKS-02": 0,
    "KES-02": 0, "KOO-02": None,
}  # fmt: skip


def test_a_score_of_exactly_60_is_not_red(land, by):
    """MERAH if score < 60: compared unrounded, but for the noise of fractions."""
    election = land({"64.01": "-"})
    amounts = {i.code: SIXTY.get(i.code, GOOD[i.rule]) for i in Indicator.objects.all()}
    read(election, "64.01.01", {code: amount for code, amount in amounts.items() if amount is not None}, by)
    readiness.roll_up(election, now=H7)
    assert of("64.01.01").score == 60
    assert of("64.01.01").level == Level.AMBER
