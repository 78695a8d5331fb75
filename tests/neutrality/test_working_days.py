"""Working days in Indonesia: weekends, national holidays, joint leave, and what an administrator says of a day."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from neutrality.models import HolidayOverride
from neutrality.working_days import Holidays, holidays_from, last_day, national

NONE = Holidays()


def test_a_term_in_calendar_days_counts_every_day():
    assert last_day(date(2026, 11, 20), 7) == date(2026, 11, 27)
    assert last_day(date(2026, 2, 26), 7) == date(2026, 3, 5)  # over the end of February
    assert last_day(date(2028, 2, 26), 7) == date(2028, 3, 4)  # of a leap year
    assert last_day(date(2026, 12, 28), 7) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 11, 19), 1, date(2026, 11, 20)),  # Thursday to Friday
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday to Monday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # Saturday to Monday
        (date(2026, 11, 22), 1, date(2026, 11, 23)),  # Sunday to Monday
        (date(2026, 11, 19), 3, date(2026, 11, 24)),
        (date(2026, 11, 20), 14, date(2026, 12, 10)),
    ],
)
def test_a_term_in_working_days_passes_over_weekends(start, days, last):
    assert last_day(start, days, NONE) == last


def test_a_holiday_is_no_working_day():
    """17 August 2026 is a Monday."""
    known = Holidays(national(2026))
    assert last_day(date(2026, 8, 14), 1, known) == date(2026, 8, 18)


def test_lebaran_and_nyepi_with_their_joint_leave():
    """18 to 24 March 2026: joint leave, Nyepi, joint leave, a weekend with Idulfitri, two days of joint leave."""
    known = Holidays(national(2026))
    assert last_day(date(2026, 3, 17), 1, known) == date(2026, 3, 25)
    assert last_day(date(2026, 3, 17), 2, known) == date(2026, 3, 26)


@pytest.mark.django_db
def test_joint_leave_by_a_later_decree_is_added_and_a_worked_day_given_back():
    start = date(2026, 3, 17)
    HolidayOverride.objects.create(day=date(2026, 3, 25), name="Cuti bersama Idulfitri")
    HolidayOverride.objects.create(day=date(2026, 3, 18), is_holiday=False, name="Cuti bersama dicabut")
    known = holidays_from(start)
    assert last_day(start, 1, known) == date(2026, 3, 18)
    assert last_day(start, 2, known) == date(2026, 3, 26)


@pytest.mark.django_db
def test_a_saturday_may_be_worked():
    HolidayOverride.objects.create(day=date(2026, 11, 21), is_holiday=False, name="Hari kerja pengganti")
    assert last_day(date(2026, 11, 20), 1, holidays_from(date(2026, 11, 20))) == date(2026, 11, 21)


@pytest.mark.django_db
def test_a_term_goes_on_into_the_next_year_with_its_holidays():
    """24 December joint leave, 25 Christmas, 1 January: from Wednesday the 23rd to Monday, Tuesday … and past New Year."""
    assert last_day(date(2026, 12, 23), 5, holidays_from(date(2026, 12, 23))) == date(2027, 1, 4)


@pytest.mark.django_db
def test_holidays_are_asked_for_in_one_statement():
    with CaptureQueriesContext(connection) as statements:
        holidays_from(date(2026, 12, 23))
    assert len(statements) == 1
