"""The election clock: weeks, reporting slots, H-n and local time. The only module that knows WIB, WITA and WIT.

A reporting *week* is an ISO week, named by its Monday. A *slot* is one expected report: a week until H-8, then a day,
from H-1 half a day (DOMAIN 7.1). Instants are aware datetimes, days are local dates of the region's own zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

#: IANA zones of the registry and the names people use for them.
ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)
HALF_DAYS = ("pagi", "sore")


@dataclass(frozen=True, slots=True)
class Slot:
    """One report that is expected: `code` is public (`2026-W47`, `2026-11-27`, `2026-12-02-pagi`).

    `h_minus` is counted at the local date of `due_at`. From `closes_at` on the next slot has taken over.
    """

    code: str
    week: date
    h_minus: int
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


def monday_of(day: date) -> date:
    """The Monday that names the ISO week of `day`."""
    return day - timedelta(days=day.weekday())


def week_code(week: date) -> str:
    """`2026-W47` for the Monday 2026-11-16; the ISO year, so the first days of January may belong to the old year."""
    year, number, _ = week.isocalendar()
    return f"{year:04d}-W{number:02d}"


def parse_week(code: str) -> date:
    """The Monday of `2026-W47`. ValueError for a week that does not exist (`2025-W53`) or is written otherwise."""
    year, _, number = code.partition("-W")
    week = date.fromisocalendar(int(year), int(number), 1)
    if week_code(week) != code:
        raise ValueError(code)
    return week


def parse_slot(code: str) -> str:
    """`code` itself when it names a possible slot, else ValueError. Whether it is expected, the database knows."""
    if "-W" in code:
        parse_week(code)
    else:
        day = date.fromisoformat(code[:10])
        if code not in (f"{day}", *(f"{day}-{half}" for half in HALF_DAYS)):
            raise ValueError(code)
    return code


def zone_label(zone: str) -> str:
    """WIB, WITA or WIT."""
    return ZONES[zone]


def local_now(zone: str, now: datetime) -> datetime:
    """`now` on the clocks of `zone`."""
    return now.astimezone(ZoneInfo(zone))


def local_date(zone: str, now: datetime) -> date:
    """The date on the calendars of `zone` at `now`."""
    return local_now(zone, now).date()


def end_of(day: date, zone: str) -> datetime:
    """The last moment of a local day."""
    return datetime.combine(day, time.max, ZoneInfo(zone))


def week_ends(before: date, count: int) -> list[date]:
    """The last `count` Sundays before a day, oldest first."""
    last = monday_of(before) - ONE_DAY
    return [last - back * ONE_WEEK for back in reversed(range(count))]


def h_minus(voting_day: date, day: date) -> int:
    """Days left: 12 for H-12, 0 on voting day, negative after it."""
    return (voting_day - day).days


def h_label(days: int) -> str:
    """`H-12`, `H` or `H+3`."""
    return "H" if days == 0 else f"H{-days:+d}"


def days_left(voting_day: date, zone: str, now: datetime) -> float:
    """Days, with fraction, until voting day 00:00 local; negative from then on."""
    start = datetime.combine(voting_day, time(), ZoneInfo(zone))
    return (start - now).total_seconds() / 86_400


def _at(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(zone))


def _weekly(first: date, voting_day: date, zone: str) -> Iterator[tuple[str, date, datetime, datetime]]:
    week = monday_of(first)
    while h_minus(voting_day, week + ONE_WEEK) > settings.DAILY_FROM_H:
        opens = _at(week + settings.WEEKLY_OPENS_WEEKDAY * ONE_DAY, time(), zone)
        yield week_code(week), week, opens, _at(week + ONE_WEEK, settings.WEEKLY_DUE, zone)
        week += ONE_WEEK


def _daily(voting_day: date, last: date, zone: str) -> Iterator[tuple[str, date, datetime, datetime]]:
    day = voting_day - settings.DAILY_FROM_H * ONE_DAY
    while day <= last:
        twice = h_minus(voting_day, day) <= settings.TWICE_DAILY_FROM_H
        opens = _at(day, time(), zone)
        for half, clock in zip(HALF_DAYS, settings.TWICE_DAILY_DUE if twice else settings.DAILY_DUE, strict=False):
            due = _at(day, clock, zone)
            yield f"{day}-{half}" if twice else f"{day}", monday_of(day), opens, due
            opens = due
        day += ONE_DAY


def slots(voting_day: date, zone: str, first: date, last: date) -> list[Slot]:
    """Every report expected of a kecamatan in `zone` from the week of `first` to the day `last`, in order."""
    found = [*_weekly(first, voting_day, zone), *_daily(voting_day, last, zone)]
    found = [row for row in found if monday_of(first) <= row[2].date() <= last]
    following = [row[2] for row in found[1:]] + [found[-1][3] + ONE_WEEK] if found else []
    return [
        Slot(code, week, h_minus(voting_day, due.date()), opens, due, max(closes, due))
        for (code, week, opens, due), closes in zip(found, following, strict=True)
    ]


def last_boundary(voting_day: date, zone: str, expected: list[Slot], now: datetime) -> datetime:
    """The latest instant up to `now` at which a colour may change by itself.

    Local midnight, every opening and deadline of a slot, and every full hour from H-2 to the end of H
    (DESIGN, "How a colour is made", 4).
    """
    here = local_now(zone, now)
    passed = [here.replace(hour=0, minute=0, second=0, microsecond=0)]
    if 0 <= h_minus(voting_day, here.date()) <= 2:
        passed.append(here.replace(minute=0, second=0, microsecond=0))
    passed += [moment for slot in expected for moment in (slot.opens_at, slot.due_at) if moment <= now]
    return max(passed)
