"""Grading and roll-up, written from DOMAIN 6.2-6.4."""

from datetime import datetime, timedelta

import pytest

from districts import readiness
from districts.models import (
    Agency,
    DimensionScore,
    Grade,
    Indicator,
    Issue,
    Level,
    OfficialReading,
    Readiness,
    Reason,
    TargetPoint,
)
from districts.sentences import grade_words
from tests.conftest import NOW, WITA

H7 = datetime(2026, 11, 26, 12, 0, tzinfo=WITA)  # VOTING_DAY is 2026-12-03


@pytest.fixture
def give(world):
    """`give("LOG-03", 84)` enters a figure of an institution for Sandaran, fresh at `at` unless told otherwise."""

    def enter(indicator, amount, *, at=H7, kecamatan="64.08.11", blocking=0, age=timedelta(hours=1)):
        OfficialReading.objects.create(
            election=world.election,
            kecamatan_id=kecamatan,
            indicator_id=indicator,
            amount=amount,
            blocking=blocking,
            observed_at=at - age,
            agency=Agency.objects.get_or_create(code="kpu", defaults={"name": "KPU"})[0],
            entered_by=world.people["admin"],
        )

    return enter


@pytest.fixture
def grade(world):
    """`grade("LOG-03", at=H7)` rolls up and gives Sandaran's grade of the indicator."""

    def read(indicator, *, at=H7, kecamatan="64.08.11"):
        readiness.roll_up(world.election, [kecamatan], now=at)
        return Grade.objects.get(election=world.election, kecamatan_id=kecamatan, indicator_id=indicator)

    return read


def level_of(world, code="64.08.11"):
    return Readiness.objects.get(election=world.election, region_id=code)


def test_worked_case_sandaran_at_h_minus_7(world, give, grade):
    for indicator, amount in {"LOG-01": 100, "LOG-02": 100, "LOG-03": 84, "LOG-04": 100, "LOG-05": 100}.items():
        give(indicator, amount)
    Issue.objects.create(
        election=world.election,
        kecamatan_id="64.08.11",
        kind="kendala",
        category="logistik",
        title="Segel satu kotak rusak",
        level=2,
        owner=Agency.objects.get(code="kpu"),
        due_at=H7 + timedelta(days=2),
        raised_by=world.people["camat-sandaran"],
        raised_at=H7 - timedelta(days=1),
    )

    grade("LOG-01")

    levels = dict(Grade.objects.filter(indicator__dimension="LOG").values_list("indicator", "level"))
    assert levels == {
        "LOG-01": Level.GREEN,
        "LOG-02": Level.GREEN,
        "LOG-03": Level.RED,
        "LOG-04": Level.GREEN,
        "LOG-05": Level.GREEN,
        "LOG-06": Level.NOT_DUE,
        "LOG-07": Level.NOT_DUE,
        "LOG-08": Level.NOT_DUE,
        "LOG-09": Level.AMBER,
    }
    score = DimensionScore.objects.get(region="64.08.11", dimension="LOG").score
    assert round(score / 100, 3) == 0.727


def test_silence_is_never_read_as_ready(world):
    readiness.roll_up(world.election, now=NOW)

    assert not Grade.objects.filter(level=Level.GREEN).exists()
    assert set(Readiness.objects.values_list("level", flat=True)) == {Level.GREY}
    assert Readiness.objects.get(region="64.08").kecamatan_grey == 3
    assert Readiness.objects.get(region=None).kecamatan_grey == 5


@pytest.mark.parametrize(
    ("at", "indicator", "amount", "level"),
    [
        # LOG-03: H-14:25; H-7:90; H-5:100. At H-8 the target is 80 5/7; amber is 10 under it, at H-7 5 under 90.
        (H7 - timedelta(days=1), "LOG-03", 80.72, Level.GREEN),
        (H7 - timedelta(days=1), "LOG-03", 80.71, Level.AMBER),
        (H7 - timedelta(days=1), "LOG-03", 70.72, Level.AMBER),
        (H7 - timedelta(days=1), "LOG-03", 70.71, Level.RED),
        (H7, "LOG-03", 90, Level.GREEN),
        (H7, "LOG-03", 85, Level.AMBER),
        (H7, "LOG-03", 84.99, Level.RED),
        # at H-2 still 5 under, from H-1 only 2
        (H7 + timedelta(days=5), "LOG-03", 95, Level.AMBER),
        (H7 + timedelta(days=6), "LOG-03", 98, Level.AMBER),
        (H7 + timedelta(days=6), "LOG-03", 97.9, Level.RED),
        (H7 + timedelta(days=7), "LOG-03", 98, Level.AMBER),
        # before the first milestone (H-14) not due, whatever the value
        (H7 - timedelta(days=8), "LOG-03", 0, Level.NOT_DUE),
        (H7 - timedelta(days=7), "LOG-03", 25, Level.GREEN),
        # R4: 0.8 before H-7, 1.0 from H-7, amber within 0.1 below
        (H7 - timedelta(days=1), "KAM-01", 0.8, Level.GREEN),
        (H7 - timedelta(days=1), "KAM-01", 0.7, Level.AMBER),
        (H7 - timedelta(days=1), "KAM-01", 0.69, Level.RED),
        (H7, "KAM-01", 1.0, Level.GREEN),
        (H7, "KAM-01", 0.9, Level.AMBER),
        (H7, "KAM-01", 0.89, Level.RED),
        # R3, deadline H-4: not due until 7 days before it (H-11), then amber, red once it has passed
        (H7 - timedelta(days=5), "KAM-03", 0, Level.NOT_DUE),
        (H7 - timedelta(days=4), "KAM-03", 0, Level.AMBER),
        (H7 + timedelta(days=3), "KAM-03", 0, Level.AMBER),
        (H7 + timedelta(days=4), "KAM-03", 0, Level.RED),
        (H7 - timedelta(days=5), "KAM-03", 1, Level.GREEN),
        # NET-03: green 0, amber 1, red 2 or more
        (H7, "NET-03", 0, Level.GREEN),
        (H7, "NET-03", 1, Level.AMBER),
        (H7, "NET-03", 2, Level.RED),
        # SOS-03 and KOO-02: days since the last meeting
        (H7, "SOS-03", 30, Level.GREEN),
        (H7, "SOS-03", 60, Level.AMBER),
        (H7, "SOS-03", 61, Level.RED),
        (H7, "KOO-02", 14, Level.GREEN),
        (H7, "KOO-02", 21, Level.AMBER),
        (H7, "KOO-02", 22, Level.RED),
        # R5
        (H7, "KOO-01", 7, Level.GREEN),
        (H7, "KOO-01", 8, Level.AMBER),
        (H7, "KOO-01", 10, Level.AMBER),
        (H7, "KOO-01", 11, Level.RED),
    ],
)
def test_edges_of_the_rules(world, give, grade, at, indicator, amount, level):
    # without expected reports nobody has missed a Monday
    give(indicator, amount, at=at)
    assert grade(indicator, at=at).level == level


def test_one_overdue_case_older_than_14_days_is_red(give, grade):
    give("NET-03", 1, blocking=1)
    assert grade("NET-03").level == Level.RED


def test_hours_count_where_the_table_gives_hours(world, give, grade):
    """LOG-07: H-2:50; H-1 18:00:100."""
    day_before = datetime(2026, 12, 2, tzinfo=WITA)
    give("LOG-07", 90, at=day_before)
    assert grade("LOG-07", at=day_before).target == pytest.approx(50 + 50 * 24 / 42)
    assert grade("LOG-07", at=day_before).level == Level.GREEN
    give("LOG-07", 97, at=day_before + timedelta(hours=18))
    assert grade("LOG-07", at=day_before + timedelta(hours=18)).target == 100
    assert grade("LOG-07", at=day_before + timedelta(hours=18)).level == Level.RED


@pytest.mark.parametrize(("indicator", "amount"), [("LOG-01", 40), ("KAM-01", 0.2), ("KAM-03", 0)])
def test_an_indicator_that_lost_its_milestones_is_grey_and_not_left_out(give, grade, indicator, amount):
    """The administration refuses it; a row deleted by other means must neither stop the roll-up nor hide a red."""
    TargetPoint.objects.filter(indicator=indicator).delete()
    give(indicator, amount)
    found = grade(indicator, at=H7)
    assert (found.level, found.reason, found.amount) == (Level.GREY, Reason.NO_TARGET, amount)
    assert "kurva targetnya kosong" in grade_words(found, found.indicator, "Asia/Makassar")


def test_kpps_curve_starts_at_midnight_of_voting_day(give, grade):
    """LOG-08: H-1 24:00:95; H 06:00:100."""
    last_minute = datetime(2026, 12, 2, 23, 59, tzinfo=WITA)
    give("LOG-08", 95, at=last_minute)
    assert grade("LOG-08", at=last_minute).level == Level.NOT_DUE
    assert grade("LOG-08", at=last_minute + timedelta(minutes=1)).level == Level.GREEN
    assert grade("LOG-08", at=last_minute + timedelta(hours=6, minutes=1)).level == Level.RED


def test_hard_kecamatan_must_be_ready_a_day_earlier(world, give, grade):
    """LOG-06: H-4:30; H-3:80; H-2:100 (kecamatan sulit: H-3:100)."""
    h3 = datetime(2026, 11, 30, 12, tzinfo=WITA)
    give("LOG-06", 90, at=h3)
    give("LOG-06", 90, at=h3, kecamatan="64.08.06")
    assert grade("LOG-06", at=h3).target == 100
    assert grade("LOG-06", at=h3).level == Level.RED
    assert grade("LOG-06", at=h3, kecamatan="64.08.06").target == 80
    assert grade("LOG-06", at=h3, kecamatan="64.08.06").level == Level.GREEN


def test_open_issue_is_red_without_owner_when_overdue_or_high(world, give, grade):
    issue = Issue.objects.create(
        election=world.election, kecamatan_id="64.08.11", kind="kendala", category="logistik", title="Kotak basah",
        level=2, raised_by=world.people["camat-sandaran"], raised_at=H7,
    )  # fmt: skip
    assert grade("LOG-09").reason == Reason.OPEN_BLOCKING
    Issue.objects.filter(pk=issue.pk).update(
        owner=Agency.objects.get_or_create(code="kpu", defaults={"name": "KPU"})[0], due_at=H7 + timedelta(hours=1)
    )
    assert grade("LOG-09").level == Level.AMBER
    assert grade("LOG-09", at=H7 + timedelta(hours=2)).level == Level.RED
    Issue.objects.filter(pk=issue.pk).update(due_at=H7 + timedelta(days=9), level=3)
    assert grade("LOG-09").level == Level.RED


def fill(give, amount_for, at=H7, **options):
    """A figure for every indicator, by rule."""
    good = {"R1": 100, "R2": 0, "R3": 1, "R4": 1.5, "R5": 0, "R6": 0, "R7": 100}
    for indicator in Indicator.objects.all():
        give(indicator.code, amount_for.get(indicator.code, good[indicator.rule]), at=at, **options)


def test_everything_good_is_green(world, give, grade):
    fill(give, {})
    grade("LOG-01")
    ready = level_of(world)
    assert (ready.level, ready.score, ready.completeness) == (Level.GREEN, 100, 1)
    assert ready.urgency == 0


def test_one_red_that_is_not_critical_is_amber(world, give, grade):
    fill(give, {"KES-02": 0, "KES-01": 0})
    grade("LOG-01")
    assert level_of(world).level == Level.AMBER


def test_one_critical_red_is_red(world, give, grade):
    fill(give, {"TEL-01": 0})
    grade("LOG-01")
    ready = level_of(world)
    assert ready.level == Level.RED
    assert ready.top_indicators[0] == "TEL-01"


def test_aks_01_is_critical_only_from_h_minus_7(world, give, grade):
    fill(give, {}, at=H7 - timedelta(days=1))
    give("AKS-01", 50, at=H7 - timedelta(days=1), blocking=1, age=timedelta(0))
    grade("LOG-01", at=H7 - timedelta(days=1))
    assert level_of(world).level == Level.AMBER
    grade("LOG-01", at=H7)
    assert level_of(world).level == Level.RED


def test_critical_amber_forbids_green_from_h_minus_3(world, give, grade):
    h4 = H7 + timedelta(days=3)
    fill(give, {"TEL-01": 97}, at=h4)
    # at H-4 the target of TEL-01 is 98.75: amber, and the whole may still be green
    grade("LOG-01", at=h4)
    assert level_of(world).level == Level.GREEN
    grade("LOG-01", at=h4 + timedelta(days=1))
    assert level_of(world).level == Level.AMBER


def test_completeness_under_60_is_red_and_under_30_is_grey(world, give, grade):
    due = [i for i in Indicator.objects.order_by("position") if i.code not in ("LOG-06", "LOG-07", "LOG-08")]
    total = sum(i.weight for i in due)
    given = 0
    for indicator in due:
        if (given + indicator.weight) / total >= 0.60:
            break
        give(indicator.code, {"R2": 0, "R6": 0, "R5": 0, "R3": 1, "R4": 2}.get(indicator.rule, 100))
        given += indicator.weight
    grade("LOG-01")
    ready = level_of(world)
    assert ready.completeness == pytest.approx(given / total)
    assert 0.30 <= ready.completeness < 0.60
    assert ready.level == Level.RED
    OfficialReading.objects.exclude(indicator__in=["LOG-01", "LOG-02"]).delete()
    grade("LOG-01")
    assert level_of(world).level == Level.GREY


def test_a_dimension_with_half_its_data_is_not_green(world, give, grade):
    give("AKS-02", 100)
    grade("AKS-02")
    access = DimensionScore.objects.get(region="64.08.11", dimension="AKS")
    assert (access.level, access.score) == (Level.AMBER, 100)


def test_a_dimension_with_under_30_percent_of_its_data_is_grey(world, give, grade):
    give("LOG-04", 100)
    grade("LOG-04")
    assert DimensionScore.objects.get(region="64.08.11", dimension="LOG").level == Level.GREY


def test_a_grey_kecamatan_has_no_score(world, give, grade):
    give("LOG-04", 100)
    grade("LOG-04")
    assert (level_of(world).level, level_of(world).score) == (Level.GREY, None)


def test_stale_value_keeps_its_colour_and_counts_half(world, give, grade):
    fill(give, {}, age=timedelta(days=10))
    grade("LOG-01")
    assert level_of(world).completeness == 1
    OfficialReading.objects.all().delete()
    fill(give, {}, age=timedelta(days=10, minutes=1))
    stale = grade("LOG-01")
    assert (stale.level, stale.is_stale) == (Level.GREEN, True)
    weights = dict(Indicator.objects.exclude(code__in=["LOG-06", "LOG-07", "LOG-08"]).values_list("code", "weight"))
    fresh = weights.pop("KOO-01")  # measures age itself
    assert level_of(world).completeness == pytest.approx(
        (fresh + sum(weights.values()) / 2) / (fresh + sum(weights.values()))
    )
    assert level_of(world).level == Level.RED


def test_rebuilding_from_nothing_gives_the_same_rows(world, give):
    fill(give, {"TEL-01": 0})
    readiness.roll_up(world.election, now=H7)
    before = rows()
    readiness.rebuild(world.election, now=H7)
    assert rows() == before


def rows():
    drop = {"id", "changed_at"}
    return [
        sorted(str({k: v for k, v in row.items() if k not in drop}) for row in model.objects.values())
        for model in (Grade, DimensionScore, Readiness)
    ]


def test_a_second_roll_up_writes_nothing(world, give):
    fill(give, {"TEL-01": 0})
    readiness.roll_up(world.election, now=H7)
    assert readiness.roll_up(world.election, now=H7).rows == 0


@pytest.mark.parametrize("count", [1, 5])
def test_statements_do_not_grow_with_kecamatan(world, django_assert_num_queries, count):
    codes = readiness.voting_kecamatan(world.election)[:count]
    with django_assert_num_queries(15):
        readiness.roll_up(world.election, codes, now=H7)
