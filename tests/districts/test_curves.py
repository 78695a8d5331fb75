"""Target curves, DOMAIN 6.2, without a database."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from districts.curves import BrokenCurve, Clock, Point, check_curve, check_milestones, margin, step_at, target_at

LOG_03 = [Point(14, None, 25), Point(7, None, 90), Point(5, None, 100)]
LOG_07 = [Point(2, None, 50), Point(1, 18, 100)]
LOG_08 = [Point(1, 24, 95), Point(0, 6, 100)]
KAM_01 = [Point(14, None, 0.8), Point(7, None, 1.0)]


def on(h_minus, hour=12.0):
    """The clock at an hour of the day H-`h_minus`."""
    return Clock(h_minus, h_minus - hour / 24)


def position(place):
    h_minus, hour = place
    return Point(h_minus, hour, 0).position


@st.composite
def curves(draw):
    """Curves that may be stored: one target a moment, never falling; in any order, with hours or without."""
    places = draw(
        st.lists(
            st.tuples(st.integers(0, 60), st.none() | st.integers(0, 24)),
            min_size=1,
            max_size=6,
            unique_by=position,
        )
    )
    targets = sorted(draw(st.lists(st.floats(0, 100), min_size=len(places), max_size=len(places))))
    in_time = sorted(places, key=position, reverse=True)
    points = [Point(*place, target) for place, target in zip(in_time, targets, strict=True)]
    return draw(st.permutations(points))


clocks = st.builds(on, st.integers(-5, 70), st.floats(0, 23.999))


@given(curves(), clocks)
def test_a_target_lies_between_the_first_and_the_last(points, clock):
    target = target_at(points, clock)
    assert target is None or min(p.target for p in points) <= target <= max(p.target for p in points)


@given(curves(), clocks, clocks)
def test_a_target_never_falls_as_the_day_nears(points, one, other):
    earlier, later = sorted([one, other], key=lambda clock: (-clock.h_minus, -clock.days_left))
    before, after = target_at(points, earlier), target_at(points, later)
    assert before is None or after >= before - 1e-9


@given(curves(), clocks)
def test_nothing_is_due_before_the_first_milestone_and_everything_after_it(points, clock):
    by_hours = any(point.hour is not None for point in points)
    here = clock.days_left if by_hours else clock.h_minus
    assert (target_at(points, clock) is None) == (here > max(point.position for point in points))


@given(curves())
def test_a_milestone_is_met_exactly(points):
    for point in points:
        moment = Clock(point.h_minus, point.position)
        assert target_at(points, moment) == pytest.approx(point.target)


@given(curves(), clocks)
def test_the_last_target_stays(points, clock):
    last = min(points, key=lambda point: point.position)
    assume(clock.days_left < last.position and clock.h_minus < last.position)
    assert target_at(points, clock) == last.target


@given(curves(), clocks, st.integers(0, 5))
def test_a_shift_is_exactly_the_curve_that_many_days_earlier(points, clock, days):
    shifted = target_at(points, clock, shift_days=days)
    later = target_at(points, Clock(clock.h_minus - days, clock.days_left - days))
    assert (shifted is None) == (later is None)
    assert shifted is None or shifted == pytest.approx(later)


@given(curves(), clocks)
def test_steps_take_the_target_of_a_milestone_and_never_more_than_the_curve(points, clock):
    step = step_at(points, clock)
    assert step is None or step in [point.target for point in points]
    assert (step is None) == (target_at(points, clock) is None)
    assert step is None or step <= target_at(points, clock) + 1e-9


@given(st.permutations(LOG_03), st.integers(-3, 70))
def test_the_order_of_rows_means_nothing(points, h_minus):
    assert target_at(points, on(h_minus)) == target_at(LOG_03, on(h_minus))


@pytest.mark.parametrize(
    ("points", "clock", "target"),
    [
        (LOG_03, on(15), None),
        (LOG_03, on(14), 25),
        (LOG_03, on(8), 25 + 6 / 7 * 65),
        (LOG_03, on(7), 90),
        (LOG_03, on(6), 95),
        (LOG_03, on(5), 100),
        (LOG_03, on(-2), 100),
        # dates count, not hours: all of H-7 has the target of H-7
        (LOG_03, on(7, 0), 90),
        (LOG_03, on(7, 23.9), 90),
        # hours where the table gives one; H-2 without an hour begins at its midnight
        (LOG_07, on(3, 23.9), None),
        (LOG_07, on(2, 0), 50),
        (LOG_07, on(2, 21), 75),
        (LOG_07, on(1, 18), 100),
        (LOG_07, on(0, 3), 100),
        (LOG_08, on(1, 23.9), None),
        (LOG_08, on(0, 0), 95),
        (LOG_08, on(0, 3), 97.5),
        (LOG_08, on(0, 6), 100),
    ],
)
def test_targets_of_the_table(points, clock, target):
    assert target_at(points, clock) == (target if target is None else pytest.approx(target))


@pytest.mark.parametrize(("h_minus", "ratio"), [(15, None), (14, 0.8), (8, 0.8), (7, 1.0), (0, 1.0), (-1, 1.0)])
def test_a_ratio_steps_at_h_minus_7(h_minus, ratio):
    """R4: 1.0, 0.8 before H-7; the table begins at H-14."""
    assert step_at(KAM_01, on(h_minus)) == ratio


@pytest.mark.parametrize(("h_minus", "points"), [(30, 10), (8, 10), (7, 5), (2, 5), (1, 2), (0, 2), (-1, 2)])
def test_amber_narrows_as_the_day_nears(h_minus, points):
    """R1: target - 10 while H-n >= 8, target - 5 when 2..7, target - 2 at H-1 and later."""
    assert margin(h_minus) == points


@given(curves())
def test_a_curve_that_never_falls_is_kept(points):
    check_curve(points)


@given(curves(), st.integers(0, 5), st.floats(0.5, 50))
def test_a_falling_curve_is_refused_with_a_sentence(points, index, fall):
    in_time = sorted(points, key=lambda point: -point.position)
    assume(len(in_time) > 1)
    index = 1 + index % (len(in_time) - 1)
    assume(in_time[index - 1].target - fall >= 0)
    in_time[index] = Point(in_time[index].h_minus, in_time[index].hour, in_time[index - 1].target - fall)
    with pytest.raises(BrokenCurve, match="tidak boleh turun"):
        check_curve(in_time)


def test_two_targets_at_one_moment_are_refused():
    with pytest.raises(BrokenCurve, match="dua target"):
        check_curve([Point(7, None, 90), Point(7, 0, 95)])


@pytest.mark.parametrize(
    ("rule", "points"),
    [
        ("R1", []),
        ("R4", []),
        ("R3", []),
        ("R3", [Point(30, None, 1), Point(7, None, 1)]),
        ("R3", [Point(30, 12, 1)]),
        ("R2", [Point(7, None, 1)]),
        ("R1", [Point(300, None, 10)]),
        ("R1", [Point(-1, None, 10)]),
    ],
)
def test_milestones_the_rule_cannot_use_are_refused(rule, points):
    with pytest.raises(BrokenCurve):
        check_milestones(rule, points)
