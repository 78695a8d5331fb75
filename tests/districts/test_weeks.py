"""The election clock: ISO weeks, local deadlines and H-n in three time zones, and the change from week to day to half day."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts import weeks

WIB, WITA, WIT = weeks.ZONES
VOTING_DAY = date(2026, 12, 3)  # a Thursday
FIRST, LAST = date(2026, 9, 24), date(2026, 12, 6)


def at(zone, *parts):
    return datetime(*parts, tzinfo=ZoneInfo(zone))


def season(zone=WITA, voting_day=VOTING_DAY, first=FIRST, last=LAST):
    return weeks.slots(voting_day, zone, first, last)


def slot(code, **options):
    return next(found for found in season(**options) if found.code == code)


class TestWeeks:
    def test_a_week_is_named_by_its_monday_and_its_iso_number(self):
        assert weeks.monday_of(date(2026, 11, 21)) == weeks.monday_of(date(2026, 11, 16)) == date(2026, 11, 16)
        assert weeks.week_code(date(2026, 11, 16)) == "2026-W47"
        assert weeks.parse_week("2026-W47") == date(2026, 11, 16)

    def test_new_years_day_of_2027_is_in_the_last_week_of_2026(self):
        monday = weeks.monday_of(date(2027, 1, 1))
        assert (monday, weeks.week_code(monday)) == (date(2026, 12, 28), "2026-W53")
        assert weeks.parse_week("2026-W53") == monday
        assert weeks.week_code(date(2027, 1, 4)) == "2027-W01"

    @pytest.mark.parametrize("code", ["2025-W53", "2026-W00", "2026-W54", "2026-W4", "26-W47", "2026-W047", "2026-Wxx"])
    def test_a_week_that_does_not_exist_or_is_written_otherwise_is_an_error(self, code):
        with pytest.raises(ValueError):
            weeks.parse_week(code)

    @given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
    def test_every_day_is_in_one_week_whose_code_reads_back(self, day):
        monday = weeks.monday_of(day)
        assert monday <= day < monday + weeks.ONE_WEEK
        assert monday.isoweekday() == 1
        assert weeks.parse_week(weeks.week_code(monday)) == monday


class TestSlotCodes:
    @pytest.mark.parametrize("code", ["2026-W47", "2026-11-27", "2026-12-02-pagi", "2026-12-02-sore"])
    def test_a_possible_slot_is_itself(self, code):
        assert weeks.parse_slot(code) == code

    @pytest.mark.parametrize(
        "code",
        [
            "2026-02-30",
            "2026-12-02-malam",
            "2026-12-02xpagi",
            "2026-12-02-",
            "20261202",
            "2025-W53",
            "2026-W47-pagi",
            "",
        ],
    )
    def test_anything_else_is_an_error(self, code):
        with pytest.raises(ValueError):
            weeks.parse_slot(code)

    def test_every_expected_slot_has_a_possible_code(self):
        assert all(weeks.parse_slot(found.code) == found.code for found in season())


class TestLocalTime:
    def test_h_is_counted_on_the_calendar_of_the_region(self):
        """At 23.30 in Jakarta on the 20th it is already the 21st in Makassar and Jayapura."""
        now = at(WIB, 2026, 11, 20, 23, 30)
        days = [weeks.h_minus(VOTING_DAY, weeks.local_date(zone, now)) for zone in (WIB, WITA, WIT)]
        assert days == [13, 12, 12]
        assert [weeks.zone_label(zone) for zone in (WIB, WITA, WIT)] == ["WIB", "WITA", "WIT"]

    @pytest.mark.parametrize(("days", "label"), [(12, "H-12"), (1, "H-1"), (0, "H"), (-3, "H+3")])
    def test_h_is_written_as_people_say_it(self, days, label):
        assert weeks.h_label(days) == label

    def test_days_left_run_to_midnight_of_voting_day_where_people_vote(self):
        now = at(WITA, 2026, 12, 2, 12)
        assert weeks.days_left(VOTING_DAY, WITA, now) == 0.5
        assert weeks.days_left(VOTING_DAY, WIB, now) == pytest.approx(0.5 + 1 / 24)
        assert weeks.days_left(VOTING_DAY, WIT, at(WIT, 2026, 12, 3, 6)) == -0.25

    @pytest.mark.parametrize(
        ("zone", "utc"),
        [
            (WIB, datetime(2026, 11, 23, 1, tzinfo=UTC)),
            (WITA, datetime(2026, 11, 23, 0, tzinfo=UTC)),
            (WIT, datetime(2026, 11, 22, 23, tzinfo=UTC)),
        ],
    )
    def test_week_47_is_due_on_monday_at_eight_where_it_is_written(self, zone, utc):
        found = slot("2026-W47", zone=zone)
        assert found.due_at == utc
        assert found.due_at.astimezone(ZoneInfo(zone)).strftime("%A %H:%M") == "Monday 08:00"


class TestSeason:
    def test_a_week_opens_on_friday_and_is_due_on_monday(self):
        """DOMAIN 7.1. Week 47 is the last whole week before H-7, Thursday 26 November."""
        found = slot("2026-W47")
        assert found.week == date(2026, 11, 16)
        assert found.opens_at == at(WITA, 2026, 11, 20)
        assert found.due_at == at(WITA, 2026, 11, 23, 8)
        assert found.h_minus == 10  # on the day it is due
        assert found.closes_at == at(WITA, 2026, 11, 26)

    def test_from_h_7_it_is_daily_and_from_h_1_twice_a_day(self):
        codes = [found.code for found in season()]
        assert codes[codes.index("2026-W47") + 1 :] == [
            "2026-11-26",
            "2026-11-27",
            "2026-11-28",
            "2026-11-29",
            "2026-11-30",
            "2026-12-01",
            *[f"2026-12-{day:02d}-{half}" for day in (2, 3, 4, 5, 6) for half in ("pagi", "sore")],
        ]

    def test_half_days_follow_each_other_at_the_deadline(self):
        morning, evening = slot("2026-12-02-pagi"), slot("2026-12-02-sore")
        assert (morning.opens_at, morning.due_at) == (at(WITA, 2026, 12, 2), at(WITA, 2026, 12, 2, 8))
        assert (evening.opens_at, evening.due_at) == (at(WITA, 2026, 12, 2, 8), at(WITA, 2026, 12, 2, 18))
        assert (morning.h_minus, evening.h_minus) == (1, 1)

    def test_the_first_week_is_that_of_the_first_day(self):
        assert season()[0].code == "2026-W39"
        assert season(first=date(2026, 9, 27))[0].code == "2026-W39"
        assert season(first=date(2026, 9, 28))[0].code == "2026-W40"

    def test_a_season_over_new_year_keeps_its_order(self):
        codes = [
            found.code
            for found in season(voting_day=date(2027, 1, 20), first=date(2026, 12, 14), last=date(2027, 1, 20))
        ]
        assert codes[:4] == ["2026-W51", "2026-W52", "2026-W53", "2027-W01"]
        assert slot(
            "2026-W53", voting_day=date(2027, 1, 20), first=date(2026, 12, 14), last=date(2027, 1, 20)
        ).due_at == at(WITA, 2027, 1, 4, 8)

    def test_a_vote_repeated_within_a_week_is_reported_by_days_alone(self):
        codes = [found.code for found in season(first=date(2026, 11, 30), last=VOTING_DAY)]
        assert codes[0] == "2026-11-30"
        assert not [code for code in codes if "-W" in code]

    def test_a_season_that_has_no_day_expects_nothing(self):
        assert season(first=date(2026, 12, 20), last=date(2026, 12, 6)) == []


@st.composite
def seasons(draw):
    voting_day = draw(st.dates(date(2024, 1, 1), date(2033, 12, 31)))
    first = voting_day - timedelta(days=draw(st.integers(0, 200)))
    last = voting_day + timedelta(days=draw(st.integers(0, 14)))
    zone = draw(st.sampled_from(list(weeks.ZONES)))
    return voting_day, zone, weeks.slots(voting_day, zone, first, last), last


class TestEverySeason:
    @given(seasons(), st.integers(0, 999_999))
    def test_at_every_instant_exactly_one_slot_is_the_newest_and_still_open(self, drawn, share):
        _, _, found, _ = drawn
        begin, end = found[0].opens_at, found[-1].closes_at
        now = begin + share * (end - begin) // 1_000_000
        current = [each for each in found if each.opens_at <= now < each.closes_at]
        assert current == [max((each for each in found if each.opens_at <= now), key=lambda each: each.opens_at)]

    @given(seasons())
    def test_slots_come_in_order_without_gap_or_overlap(self, drawn):
        _, _, found, _ = drawn
        assert len({each.code for each in found}) == len(found)
        for earlier, later in pairwise(found):
            assert earlier.opens_at < earlier.due_at <= earlier.closes_at == later.opens_at
            assert earlier.due_at < later.due_at

    @given(seasons())
    def test_weeks_end_before_h_7_and_every_day_from_then_on_has_its_reports(self, drawn):
        voting_day, _, found, last = drawn
        weekly = [each for each in found if "-W" in each.code]
        daily = [each for each in found if "-W" not in each.code]
        assert all(each.h_minus > 7 and each.due_at.isoweekday() == 1 for each in weekly)
        assert all(each.due_at.timetz().replace(tzinfo=None) == time(8) for each in weekly)
        begin = daily[0].opens_at.date()
        days = [begin + timedelta(days=n) for n in range((last - begin).days + 1)]
        assert [day for day in days if weeks.h_minus(voting_day, day) <= 7] == days
        for day in days:
            count = sum(each.due_at.date() == day for each in daily)
            assert count == (2 if weeks.h_minus(voting_day, day) <= 1 else 1)

    @given(seasons())
    def test_h_and_week_of_a_slot_agree_with_its_dates(self, drawn):
        voting_day, _, found, _ = drawn
        for each in found:
            assert each.h_minus == (voting_day - each.due_at.date()).days
            assert each.week == weeks.monday_of(each.opens_at.date())


class TestBoundaries:
    """When a colour may change by itself: midnight, openings and deadlines, full hours from H-2."""

    @pytest.mark.parametrize(
        ("now", "boundary"),
        [
            (at(WITA, 2026, 11, 18, 15), at(WITA, 2026, 11, 18)),
            (at(WITA, 2026, 11, 23, 7, 59), at(WITA, 2026, 11, 23)),
            (at(WITA, 2026, 11, 23, 8), at(WITA, 2026, 11, 23, 8)),
            (at(WITA, 2026, 11, 27, 18, 1), at(WITA, 2026, 11, 27, 18)),
            (at(WITA, 2026, 11, 30, 15, 30), at(WITA, 2026, 11, 30)),
            (at(WITA, 2026, 12, 1, 15, 30), at(WITA, 2026, 12, 1, 15)),
            (at(WITA, 2026, 12, 3, 23, 59), at(WITA, 2026, 12, 3, 23)),
        ],
    )
    def test_the_latest_one_is_found(self, now, boundary):
        assert weeks.last_boundary(VOTING_DAY, WITA, season(), now) == boundary

    @given(
        st.datetimes(datetime(2026, 9, 20), datetime(2026, 12, 10), timezones=st.just(UTC)),
        st.sampled_from(list(weeks.ZONES)),
    )
    def test_it_is_never_ahead_and_never_older_than_a_day(self, now, zone):
        boundary = weeks.last_boundary(VOTING_DAY, zone, season(zone=zone), now)
        assert timedelta(0) <= now - boundary < weeks.ONE_DAY
