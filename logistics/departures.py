"""The latest safe departure of every leg, worked back from the day logistics must have arrived. Pure: no database.

Instants are aware datetimes. A leg without a window may leave at any time; one with a window (tide, river) only at local
times inside it, both ends included.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings

from districts.weeks import ONE_DAY, local_date
from logistics.stages import HopName

SECONDS_AN_HOUR = 3600


class Verdict(StrEnum):
    """What the clock says of a departure; the words are those of `flow.DEPARTURES`."""

    LATE = "late"  # left too late, or has not left and the moment has passed
    WILL_BE_LATE = "will_be_late"  # planned or estimated arrival after the deadline
    TODAY = "today"  # must leave today
    NO_PLAN = "no_plan"  # no shipment
    UNKNOWN = "unknown"  # no route to reckon with, or no deadline
    LEFT = "left"  # under way and in time
    SAFE = "safe"


#: Most pressing first.
WORST_FIRST = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Clock:
    """What the deadlines of a kecamatan hang on. `zone` is an IANA name."""

    voting_day: date
    zone: str
    is_hard: bool = False
    hands_over_in_morning: bool = False  # KPPS gets it at H 06.00 in the PPS's office

    def at(self, days_before: int, hour: int = 0) -> datetime:
        """`hour` o'clock local time, `days_before` voting day; a hard kecamatan a day earlier."""
        day = self.voting_day - (days_before + self.is_hard) * ONE_DAY
        return datetime.combine(day, time(hour), ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg: the usual `hours`, the window, and for a leg of a shipment what is planned and what happened."""

    hours: Decimal
    window_from: time | None = None
    window_until: time | None = None
    planned_departure: datetime | None = None
    planned_arrival: datetime | None = None
    departed_at: datetime | None = None
    arrived_at: datetime | None = None
    mode: str = ""
    pk: int | None = None

    @property
    def duration(self) -> timedelta:
        return timedelta(seconds=int(self.hours * SECONDS_AN_HOUR))


def place_deadline(hop: str, clock: Clock) -> datetime | None:
    """When the end of a hop must be reached. None for the way back, which has no such day.

    TPS by the end of H-1 [S12], or H 06.00 where KPPS gets it that morning [S11][S54]; PPS by H-1 18.00 (LOG-07); PPK by
    the end of H-2 (LOG-06, DOMAIN 6.3). A hard kecamatan a day earlier: LOG-06 says so for PPK, for the rest it is [P].
    """
    if hop in (HopName.PPS_TPS, HopName.PPK_TPS):
        return clock.at(0, 6) if clock.hands_over_in_morning else clock.at(0)
    if hop == HopName.PPK_PPS:
        return clock.at(1, 18)
    if hop == HopName.KPU_PPK:
        return clock.at(1)
    return None


def last_in_window(leg: Leg, moment: datetime, zone: str) -> datetime:
    """The last instant at or before `moment` at which the leg can leave."""
    if leg.window_from is None or leg.window_until is None:
        return moment
    here = moment.astimezone(ZoneInfo(zone))
    day = here.date()
    while True:
        opens, closes = _window(leg.window_from, leg.window_until, day, zone)
        if opens <= moment:
            return min(moment, closes)
        day -= ONE_DAY


def first_in_window(leg: Leg, moment: datetime, zone: str) -> datetime:
    """The first instant at or after `moment` at which the leg can leave."""
    if leg.window_from is None or leg.window_until is None:
        return moment
    day = local_date(zone, moment) - ONE_DAY  # yesterday's window may still be open
    while True:
        opens, closes = _window(leg.window_from, leg.window_until, day, zone)
        if moment <= closes:
            return max(moment, opens)
        day += ONE_DAY


def _window(opens: time, closes: time, day: date, zone: str) -> tuple[datetime, datetime]:
    """The window that opens on `day`; one that closes before it opens reaches over midnight."""
    zoned = ZoneInfo(zone)
    last_day = day + ONE_DAY if closes < opens else day
    return datetime.combine(day, opens, zoned), datetime.combine(last_day, closes, zoned)


def latest_departures(legs: Sequence[Leg], limit: datetime, zone: str) -> list[datetime]:
    """Per leg, in order, the last moment it can leave so that the last one arrives by `limit`."""
    found: list[datetime] = []
    for leg in reversed(legs):
        limit = last_in_window(leg, limit - leg.duration, zone)
        found.insert(0, limit)
    return found


#: Hops a cargo still has before it after a hop; the first one for which a route is known counts.
LATER: dict[str, tuple[str, ...]] = {
    HopName.KPU_PPK: (HopName.PPK_PPS, HopName.PPK_TPS),
    HopName.PPK_PPS: (HopName.PPS_TPS,),
}


@dataclass(frozen=True, slots=True)
class RouteBook:
    """The usual legs of one kecamatan by hop, desa ("" for the whole kecamatan) and plan, each in order."""

    routes: Mapping[tuple[str, str, str], tuple[Leg, ...]]

    def legs(self, hop: str, village: str = "", plan: str = "") -> tuple[Leg, ...]:
        """The desa's own legs, else the kecamatan's; plan A, else B, unless one is named. Empty where none is known."""
        for place in (village, "") if village else ("",):
            for name in (plan,) if plan else ("A", "B"):
                if legs := self.routes.get((hop, place, name)):
                    return legs
        return ()

    def villages(self) -> set[str]:
        """Desa that have a way of their own."""
        return {village for _hop, village, _plan in self.routes if village}


def arrival_limit(hop: str, clock: Clock, book: RouteBook, villages: Iterable[str] = ()) -> datetime | None:
    """When a cargo for `villages` must be at the end of `hop`: by that place's own deadline, and early enough for every
    later hop of each of its desa, with the handling time between two hops. No desa: those the book knows. None: the way back.
    """
    own = place_deadline(hop, clock)
    if own is None:
        return None
    wanted = set(villages) or book.villages() or {""}
    return min(own, *(_needed_later(hop, clock, book, village, own) for village in wanted))


def _needed_later(hop: str, clock: Clock, book: RouteBook, village: str, own: datetime) -> datetime:
    handling = timedelta(hours=settings.LOGISTICS_HANDLING_HOURS)
    for later in LATER.get(hop, ()):
        legs = book.legs(later, village)
        limit = arrival_limit(later, clock, book, [village])
        if legs and limit is not None:
            return latest_departures(legs, limit, clock.zone)[0] - handling
    return own


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a leg leaves and arrives: as it did, else as planned, else as soon as it can."""

    departs_at: datetime
    arrives_at: datetime


def forecast(legs: Sequence[Leg], now: datetime, zone: str, left_at: datetime | None = None) -> list[Forecast]:
    """Each leg from where the cargo is now. `left_at`: when the shipment left, for a first leg without a time of its own.

    What has not left yet leaves no earlier than now; what is overdue arrives no earlier than now.
    """
    found: list[Forecast] = []
    ready = now
    for position, leg in enumerate(legs):
        departed = leg.departed_at or (left_at if position == 0 else None)
        departs = departed or first_in_window(leg, max(ready, leg.planned_departure or ready, now), zone)
        arrives = leg.arrived_at or max(departs + leg.duration, now)
        if departed is None and leg.planned_arrival:
            arrives = max(arrives, leg.planned_arrival)
        found.append(Forecast(departs, arrives))
        ready = arrives
    return found


@dataclass(frozen=True, slots=True)
class LegVerdict:
    """`latest`: the latest safe departure; None without a deadline."""

    latest: datetime | None
    verdict: Verdict


def leg_verdicts(
    legs: Sequence[Leg], limit: datetime | None, now: datetime, zone: str, left_at: datetime | None = None
) -> list[LegVerdict]:
    """One per leg, in order, for a cargo that has to be there by `limit`."""
    departed = [leg.departed_at or (left_at if number == 0 else None) for number, leg in enumerate(legs)]
    if limit is None:
        return [LegVerdict(None, Verdict.LEFT if left else Verdict.UNKNOWN) for left in departed]
    following = _following(legs, left_at)
    found = []
    for number, (at, expected) in enumerate(
        zip(latest_departures(legs, limit, zone), forecast(legs, now, zone, left_at), strict=True)
    ):
        if departed[number] is None and number < following:
            verdict = Verdict.UNKNOWN  # travelled, nobody said when
        else:
            verdict = _of_leg(departed[number], at, expected.departs_at, now, zone)
        found.append(LegVerdict(at, verdict))
    return found


def _following(legs: Sequence[Leg], left_at: datetime | None) -> int:
    """Position of the leg after the last one that left; the length of `legs` when all have."""
    left = [n for n, leg in enumerate(legs) if leg.departed_at or (n == 0 and left_at)]
    return left[-1] + 1 if left else 0


def _of_leg(departed: datetime | None, latest: datetime, expected: datetime, now: datetime, zone: str) -> Verdict:
    if departed is not None:
        return Verdict.LATE if departed > latest else Verdict.LEFT
    if now > latest:
        return Verdict.LATE
    if expected > latest:
        return Verdict.WILL_BE_LATE
    return Verdict.TODAY if local_date(zone, latest) == local_date(zone, now) else Verdict.SAFE


@dataclass(frozen=True, slots=True)
class Judged:
    """A shipment against the clock. `next_leg`: position in `legs` of the one that must leave next; None when all left."""

    verdict: Verdict
    latest: datetime | None
    next_leg: int | None
    legs: tuple[LegVerdict, ...]
    expected_at: datetime | None  # arrival at the end, as it stands


def shipment_verdict(
    legs: Sequence[Leg],
    limit: datetime | None,
    now: datetime,
    zone: str,
    *,
    left_at: datetime | None = None,
    arrived_at: datetime | None = None,
) -> Judged:
    """`left_at`, `arrived_at`: of the shipment as a whole, None while it has not."""
    each = tuple(leg_verdicts(legs, limit, now, zone, left_at))
    following = _following(legs, left_at)
    next_leg = following if following < len(legs) and arrived_at is None else None
    last = forecast(legs, now, zone, left_at)[-1].arrives_at if legs else None
    latest = each[next_leg if next_leg is not None else 0].latest if legs else None
    expected_at = arrived_at or last
    verdict = _of_shipment(each, limit, now, left_at, arrived_at, expected_at, next_leg)
    return Judged(verdict, latest, next_leg, each, expected_at)


def _of_shipment(
    legs: tuple[LegVerdict, ...],
    limit: datetime | None,
    now: datetime,
    left_at: datetime | None,
    arrived_at: datetime | None,
    expected_at: datetime | None,
    next_leg: int | None,
) -> Verdict:
    if limit is None:
        return Verdict.LEFT if left_at else Verdict.UNKNOWN
    if arrived_at is not None:
        return Verdict.LATE if arrived_at > limit else Verdict.SAFE
    if now > limit:
        return Verdict.LATE
    if expected_at is None:
        return Verdict.UNKNOWN
    current = next_leg if next_leg is not None else len(legs) - 1
    if legs[current].verdict == Verdict.LATE and (left_at is None or expected_at > limit):
        return Verdict.LATE
    if expected_at > limit:
        return Verdict.LATE if any(leg.verdict == Verdict.LATE for leg in legs) else Verdict.WILL_BE_LATE
    if next_leg is not None and legs[next_leg].verdict in (Verdict.TODAY, Verdict.WILL_BE_LATE):
        return legs[next_leg].verdict
    return Verdict.LEFT if left_at else Verdict.SAFE


def waiting_verdict(latest: datetime | None, now: datetime) -> Verdict:
    """Of goods that no shipment has yet: late once the moment has passed, never safe."""
    return Verdict.LATE if latest is not None and now > latest else Verdict.NO_PLAN


def stuck_verdict(
    legs: Sequence[Leg], limit: datetime | None, now: datetime, zone: str, left_at: datetime | None
) -> Judged:
    """Of a cargo that was stopped or refused: it waits like goods without a shipment, for the whole way again."""
    latest = latest_departures(legs, limit, zone)[0] if legs and limit else None
    each = tuple(leg_verdicts(legs, None, now, zone, left_at))
    return Judged(waiting_verdict(latest, now), latest, 0 if legs else None, each, None)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The most pressing; unknown of none."""
    return min(verdicts, key=WORST_FIRST.index, default=Verdict.UNKNOWN)
