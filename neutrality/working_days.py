"""Working days in Indonesia: no Saturday, Sunday, national holiday or joint leave (*cuti bersama*).

Days are local dates. The library `holidays` knows national holidays and decreed joint leave; HolidayOverride rows add
what it does not know yet and give back days that are worked after all.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from neutrality.models import HolidayOverride

ONE_DAY = timedelta(days=1)
SATURDAY = 5
#: Joint leave is a category of its own in the library.
CATEGORIES = (holidays.PUBLIC, holidays.GOVERNMENT)


@dataclass(frozen=True, slots=True)
class Holidays:
    """`off` are holidays beside the weekends; `worked` are days that are worked whatever else they are."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)


@lru_cache(maxsize=64)
def national(year: int) -> frozenset[date]:
    """Holidays and joint leave of a year as the library knows them."""
    return frozenset(holidays.country_holidays("ID", years=year, categories=CATEGORIES))


def holidays_from(day: date) -> Holidays:
    """The holidays of the year of `day` and the next: a term is never longer (`clocksetting_days_plausible`). One statement."""
    first, last = date(day.year, 1, 1), date(day.year + 1, 12, 31)
    overrides = dict(HolidayOverride.objects.filter(day__range=(first, last)).values_list("day", "is_holiday"))
    worked = frozenset(each for each, is_holiday in overrides.items() if not is_holiday)
    added = frozenset(each for each, is_holiday in overrides.items() if is_holiday)
    return Holidays((national(first.year) | national(last.year) | added) - worked, worked)


def last_day(start: date, days: int, known: Holidays | None = None) -> date:
    """The last day of a term of `days` that begins on `start`, which is not counted.

    Working days when holidays are given, else calendar days.
    """
    if known is None:
        return start + days * ONE_DAY
    day = start
    while days:
        day += ONE_DAY
        days -= known.is_working(day)
    return day
