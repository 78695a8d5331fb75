"""A page as of a past day (`?pada=2026-11-20`): which day is asked for, and what the page says about it.

The figures of a day are what was known when it was closed (`models.history`). They never change, so neither do these
pages: nothing on them depends on what time it is now.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.frame import AS_OF, Opened, Place, region_href
from districts.readiness import NATION_ZONE
from districts.templatetags.siap import day as day_words
from districts.templatetags.siap import moment
from districts.weeks import ONE_DAY, end_of, local_date

#: [P] A day closed later than this after its end says when: until then it was midnight's own work.
CLOSED_LATE = timedelta(hours=1)


class NoSuchDay(Exception):
    """There is nothing to read of the day asked for; carries the sentence that says why."""


def asks(request: HttpRequest) -> bool:
    """Whether the address asks for a day. An emptied date field asks for now."""
    return bool(request.GET.get(AS_OF, ""))


def asked_place(request: HttpRequest, place: Place) -> Place:
    """`place` as of the day asked for; as it is now where that is today. Raises NoSuchDay."""
    typed = request.GET[AS_OF]
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise NoSuchDay(_('"%(typed)s" bukan tanggal. Tulis seperti 2026-11-20.') % {"typed": typed[:20]}) from None
    today = local_date(place.zone, timezone.now())
    if day > today:
        raise NoSuchDay(_("%(day)s belum tiba. Pilih hari yang sudah lewat.") % {"day": day_words(day)})
    return place if day == today else replace(place, as_of=day)


def check_season(page: Opened) -> None:
    """Refuse a day on which nothing was reported yet. Raises NoSuchDay."""
    if page.election is None or page.as_of is None:
        return
    if page.as_of < page.election.reporting_from:
        first = day_words(page.election.reporting_from)
        raise NoSuchDay(
            _("Laporan baru dimulai %(first)s, jadi %(day)s tidak punya catatan.")
            % {"first": first, "day": day_words(page.as_of)}
        )


def bar(page: Opened, own: Any) -> dict[str, Any]:
    """Context of the bar on a page as of a day. `own`: its row; None: nothing was kept."""
    place, day = page.place, page.as_of
    if day is None:
        return {}
    return {
        "as_of": day,
        "as_of_words": day_words(day),
        "as_of_kept": own is not None,
        "as_of_late": _closed_late(place, day, own) if own else "",
        "as_of_before": region_href(place.code, day - ONE_DAY),
        "as_of_after": region_href(place.code, day + ONE_DAY),
        "as_of_now": region_href(place.code),
        "ask_every": "",
    }


def _closed_late(place: Place, day: date, own: Any) -> str:
    """When the day was closed, where that was long after its end."""
    ended = end_of(day, place.zone if place.code else NATION_ZONE)
    return moment(own.taken_at, place.zone) if own.taken_at - ended > CLOSED_LATE else ""
