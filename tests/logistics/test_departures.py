"""The latest safe departure of every leg, worked back from the deadline (issue: "latest safe departure", DOMAIN 6.3)."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts.weeks import ZONES
from logistics.departures import (
    WORST_FIRST,
    Clock,
    Leg,
    RouteBook,
    Verdict,
    arrival_limit,
    first_in_window,
    last_in_window,
    latest_departures,
    leg_verdicts,
    place_deadline,
    shipment_verdict,
    stuck_verdict,
    waiting_verdict,
    worst,
)

ZONE = "Asia/Makassar"
H = date(2026, 12, 3)
CLOCK = Clock(H, ZONE)
HARD = Clock(H, ZONE, is_hard=True)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAYTIME = (time(6), time(18))
BY_NIGHT = (time(22), time(2))


def at(day: int, hour: int = 0, minute: int = 0, zone: str = ZONE, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def leg(hours, window=(None, None), **more) -> Leg:
    return Leg(Decimal(str(hours)), *window, **more)


# --- Deadlines ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hop", "usual", "hard"),
    [
        ("kpu-ppk", at(2), at(1)),  # the end of H-2; H-3
        ("ppk-pps", at(2, 18), at(1, 18)),  # H-1 18.00
        ("pps-tps", at(3), at(2)),  # the end of H-1
        ("ppk-tps", at(3), at(2)),
    ],
)
def test_each_place_has_its_day_and_a_hard_kecamatan_a_day_less(hop, usual, hard):
    assert (place_deadline(hop, CLOCK), place_deadline(hop, HARD)) == (usual, hard)


def test_where_kpps_gets_it_on_the_morning_of_h_the_tps_is_due_at_six():
    assert place_deadline("pps-tps", Clock(H, ZONE, hands_over_in_morning=True)) == at(3, 6)


@pytest.mark.parametrize("hop", ["tps-pps", "pps-ppk", "tps-ppk", "ppk-kpu"])
def test_the_way_back_has_no_deadline(hop):
    assert place_deadline(hop, CLOCK) is None


@pytest.mark.parametrize("zone", ZONES)
def test_a_deadline_is_midnight_on_the_clocks_of_the_place(zone):
    deadline = place_deadline("pps-tps", Clock(H, zone))
    assert deadline.astimezone(ZoneInfo(zone)).strftime("%d %H:%M") == "03 00:00"


# --- Windows ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("window", "moment", "last", "first"),
    [
        ((None, None), at(1, 3), at(1, 3), at(1, 3)),
        (DAYTIME, at(1, 9), at(1, 9), at(1, 9)),
        (DAYTIME, at(1, 20), at(1, 18), at(2, 6)),
        (DAYTIME, at(2, 3), at(1, 18), at(2, 6)),
        (DAYTIME, at(1, 6), at(1, 6), at(1, 6)),
        (BY_NIGHT, at(2, 1), at(2, 1), at(2, 1)),
        (BY_NIGHT, at(1, 23), at(1, 23), at(1, 23)),
        (BY_NIGHT, at(2, 12), at(2, 2), at(2, 22)),
    ],
)
def test_a_leg_leaves_only_inside_its_window(window, moment, last, first):
    assert last_in_window(leg(1, window), moment, ZONE) == last
    assert first_in_window(leg(1, window), moment, ZONE) == first


def test_a_window_is_read_on_the_clocks_of_the_place():
    noon_in_jayapura = at(1, 12, zone="Asia/Jayapura")
    assert last_in_window(leg(1, DAYTIME), noon_in_jayapura, "Asia/Jayapura") == noon_in_jayapura
    assert last_in_window(leg(1, (time(8), time(11))), noon_in_jayapura, "Asia/Jayapura") == noon_in_jayapura - HOUR


# --- Worked back --------------------------------------------------------------------------------------------------------
def test_each_leg_leaves_early_enough_for_the_next():
    truck, ship, longboat = leg("1.5"), leg(9, (time(5), time(17))), leg("1.5", DAYTIME)
    assert latest_departures([truck, ship, longboat], at(2), ZONE) == [at(1, 7, 30), at(1, 9), at(1, 18)]


windows = st.one_of(
    st.none(),
    st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] != pair[1]),
)
hours = st.decimals("0.25", "60", places=2)
legs_of_a_way = st.lists(
    st.builds(lambda h, w: Leg(h, *(time(t.hour, t.minute) for t in w)) if w and w[0].hour != w[1].hour else Leg(h),
              hours, windows), min_size=1, max_size=4,
)  # fmt: skip


def arrival(legs, start, zone):
    for each in legs:
        start = first_in_window(each, start, zone) + each.duration
    return start


@given(legs_of_a_way, st.sampled_from(sorted(ZONES)))
def test_leaving_at_the_moment_arrives_in_time_and_a_minute_later_does_not(legs, zone):
    limit = datetime(2026, 12, 2, tzinfo=ZoneInfo(zone))
    first = latest_departures(legs, limit, zone)[0]
    assert first_in_window(legs[0], first, zone) == first
    assert arrival(legs, first, zone) <= limit
    assert arrival(legs, first + MINUTE, zone) > limit


@given(legs_of_a_way, st.sampled_from(sorted(ZONES)))
def test_every_leg_can_leave_at_its_latest_moment_after_the_one_before_it(legs, zone):
    limit = datetime(2026, 12, 2, tzinfo=ZoneInfo(zone))
    latest = latest_departures(legs, limit, zone)
    arrivals = [moment + each.duration for moment, each in zip(latest, legs, strict=True)]
    assert all(came <= left for came, left in zip(arrivals, [*latest[1:], limit], strict=True))


# --- Later hops ---------------------------------------------------------------------------------------------------------
def test_the_slowest_desa_sets_when_the_ppk_must_have_it(settings):
    settings.LOGISTICS_HANDLING_HOURS = 3
    book = RouteBook({
        ("ppk-pps", "", "A"): (leg(2),),
        ("ppk-pps", "64.08.11.2003", "A"): (leg(40),),
        ("pps-tps", "", "A"): (leg(1),),
    })  # fmt: skip
    near, far = "64.08.11.2001", "64.08.11.2003"
    assert arrival_limit("kpu-ppk", CLOCK, book, [near]) == at(2)  # its own day comes first
    assert arrival_limit("kpu-ppk", CLOCK, book, [near, far]) == at(2, 18) - 40 * HOUR - 3 * HOUR


def test_a_direct_way_to_the_tps_counts_where_no_other_is_known():
    book = RouteBook({("ppk-tps", "", "A"): (leg(30),)})
    assert arrival_limit("kpu-ppk", CLOCK, book) == at(3) - 33 * HOUR


def test_plan_b_is_the_way_where_there_is_no_plan_a():
    book = RouteBook({("kpu-ppk", "", "B"): (leg(7),)})
    assert book.legs("kpu-ppk", "64.08.11.2001") == (leg(7),)
    assert book.legs("kpu-ppk", plan="A") == ()


# --- Verdicts -----------------------------------------------------------------------------------------------------------
WAY = (leg(2), leg(10, DAYTIME))
LIMIT = at(2)  # so the second leg leaves by 1 Dec 14.00, the first by 12.00


@pytest.mark.parametrize(
    ("now", "verdict"),
    [(at(30, 12, month=11), Verdict.SAFE), (at(1, 9), Verdict.TODAY), (at(1, 12), Verdict.TODAY), (at(1, 12, 1), Verdict.LATE)],
)  # fmt: skip
def test_what_has_not_left_is_safe_until_its_day_and_late_when_the_moment_passed(now, verdict):
    judged = shipment_verdict(WAY, LIMIT, now, ZONE)
    assert (judged.verdict, judged.latest) == (verdict, at(1, 12))


def test_a_plan_to_leave_after_the_moment_will_be_late():
    late = (leg(2, planned_departure=at(1, 13)), WAY[1])
    judged = shipment_verdict(late, LIMIT, at(28, 12, month=11), ZONE)
    assert (judged.verdict, judged.legs[0].verdict) == (Verdict.WILL_BE_LATE, Verdict.WILL_BE_LATE)


def test_a_planned_arrival_after_the_deadline_will_be_late():
    late = (WAY[0], leg(10, DAYTIME, planned_departure=at(1, 9), planned_arrival=at(2, 4)))
    assert shipment_verdict(late, LIMIT, at(28, 12, month=11), ZONE).verdict == Verdict.WILL_BE_LATE


def test_a_leg_that_took_longer_than_usual_counts_as_it_went():
    """Left in time, but the first leg took until 17.00: the ship cannot be there by midnight."""
    slow = (leg(2, departed_at=at(1, 9), arrived_at=at(1, 17)), WAY[1])
    judged = shipment_verdict(slow, LIMIT, at(1, 17), ZONE, left_at=at(1, 9))
    assert (judged.verdict, judged.next_leg, judged.expected_at) == (Verdict.LATE, 1, at(2, 3))
    assert judged.legs[0].verdict == Verdict.LEFT


def test_what_left_in_time_has_left_and_its_next_leg_may_be_due_today():
    way = (leg(2, departed_at=at(1, 9), arrived_at=at(1, 11)), WAY[1])
    assert shipment_verdict(way, LIMIT, at(1, 11), ZONE, left_at=at(1, 9)).verdict == Verdict.TODAY
    gone = (way[0], leg(10, DAYTIME, departed_at=at(1, 12)))
    assert shipment_verdict(gone, LIMIT, at(1, 13), ZONE, left_at=at(1, 9)).verdict == Verdict.LEFT


def test_what_left_too_late_is_late_until_it_arrived_in_time_all_the_same():
    way = (leg(2), WAY[1])
    assert shipment_verdict(way, LIMIT, at(1, 14), ZONE, left_at=at(1, 13)).verdict == Verdict.LATE
    came = shipment_verdict(way, LIMIT, at(3), ZONE, left_at=at(1, 13), arrived_at=at(1, 23))
    assert came.verdict == Verdict.SAFE
    assert shipment_verdict(way, LIMIT, at(3), ZONE, left_at=at(1, 9), arrived_at=at(2, 0, 1)).verdict == Verdict.LATE


def test_under_way_past_the_deadline_is_late_whatever_is_known_of_its_legs():
    assert shipment_verdict((), LIMIT, at(2, 1), ZONE, left_at=at(1, 9)).verdict == Verdict.LATE


def test_without_a_route_nothing_is_known_and_nothing_is_green():
    assert shipment_verdict((), LIMIT, at(28, 12, month=11), ZONE).verdict == Verdict.UNKNOWN
    assert shipment_verdict((), LIMIT, at(1, 10), ZONE, left_at=at(1, 9)).verdict == Verdict.UNKNOWN
    assert shipment_verdict(WAY, None, at(1), ZONE).verdict == Verdict.UNKNOWN


def test_a_leg_nobody_noted_is_unknown_once_a_later_one_has_left():
    way = (leg(1, departed_at=at(1, 5)), leg(1), leg(1, departed_at=at(1, 9)))
    assert [each.verdict for each in leg_verdicts(way, LIMIT, at(1, 9, 30), ZONE)] == ["left", "unknown", "left"]


def test_goods_without_a_shipment_are_late_after_the_moment_and_never_safe():
    assert waiting_verdict(at(1, 12), at(1, 12, 1)) == Verdict.LATE
    assert waiting_verdict(at(1, 12), at(1, 11)) == Verdict.NO_PLAN
    assert waiting_verdict(None, at(1, 11)) == Verdict.NO_PLAN


def test_a_stopped_cargo_waits_for_a_new_way_and_none_of_its_legs_is_green():
    way = (leg(2, departed_at=at(30, 9, month=11)), WAY[1])
    judged = stuck_verdict(way, LIMIT, at(30, 12, month=11), ZONE, at(30, 9, month=11))
    assert (judged.verdict, judged.latest, judged.expected_at) == (Verdict.NO_PLAN, at(1, 12), None)
    assert [each.verdict for each in judged.legs] == [Verdict.LEFT, Verdict.UNKNOWN]
    assert stuck_verdict(way, LIMIT, at(1, 12, 1), ZONE, at(30, 9, month=11)).verdict == Verdict.LATE


def test_the_most_pressing_stands_for_many():
    assert worst([Verdict.SAFE, Verdict.WILL_BE_LATE, Verdict.NO_PLAN]) == Verdict.WILL_BE_LATE
    assert worst([Verdict.SAFE, Verdict.UNKNOWN]) == Verdict.UNKNOWN
    assert worst([]) == Verdict.UNKNOWN
    assert WORST_FIRST[-1] == Verdict.SAFE
