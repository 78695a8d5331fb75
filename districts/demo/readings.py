"""Weekly figures of KPU, Bawaslu, Polres and Puskesmas for indicators no app measures yet (DOMAIN 0.2, item 14)."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from districts import weeks
from districts.demo.calendar import ZONE
from districts.demo.story import STORIES, Story, share_done
from districts.models import Election, OfficialReading, User

THURSDAY = 3
READ_AT = time(15, 0)
#: indicator: who gives it
SHARES = {
    "ADH-03": "kpu",
    "DPT-03": "kpu",
}
#: What is known even of a kecamatan that never reports; little enough to stay grey.
ALWAYS_KNOWN = ("NET-03",)
#: indicator done on a date: (agency, H-n it is done)
DATES = {"KAM-03": ("polres", 13), "KES-02": ("dinkes", 12)}
FROM_H = {"ADH-03": 20, "DPT-03": 18}  # nobody measures what has not begun


def make_readings(election: Election, by: User, *, now: datetime) -> None:
    """A reading each Thursday since reports are expected, and one of yesterday."""
    OfficialReading.objects.bulk_create(
        OfficialReading(
            election=election,
            kecamatan_id=code,
            indicator_id=indicator,
            amount=amount,
            observed_at=at,
            agency_id=agency,
            entered_by=by,
        )
        for at in _moments(election, now)
        for code, story in STORIES.items()
        for indicator, agency, amount in _readings(story, election.h_minus(ZONE, at))
        if story.readings or indicator in ALWAYS_KNOWN
    )


def _moments(election: Election, now: datetime) -> Iterator[datetime]:
    yesterday = weeks.local_date(ZONE, now) - weeks.ONE_DAY
    day = election.reporting_from + timedelta(days=THURSDAY)
    while day < yesterday:
        yield datetime.combine(day, READ_AT, ZoneInfo(ZONE))
        day += weeks.ONE_WEEK
    yield datetime.combine(yesterday, READ_AT, ZoneInfo(ZONE))


def _readings(story: Story, h_minus: int) -> Iterator[tuple[str, str, float]]:
    """(indicator, agency, amount) on H-`h_minus`."""
    for indicator, agency in SHARES.items():
        if h_minus <= FROM_H.get(indicator, h_minus):
            yield indicator, agency, round(100 * share_done(indicator, h_minus, story), 1)
    for indicator, (agency, done_at) in DATES.items():
        yield indicator, agency, float(h_minus + story.lag_days <= done_at)
    yield "NET-03", "desk", float(story.overdue_cases)
