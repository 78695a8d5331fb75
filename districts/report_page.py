"""What surrounds a report: the frame of its kecamatan and the periods before and after it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from districts.frame import frame, place_of
from districts.models import ExpectedReport
from districts.templatetags.siap import clock, day
from districts.weeks import local_date, local_now

SLOTS_SHOWN = 8


def slot_name(slot: str, expected: ExpectedReport) -> str:
    """ "pekan 47", "Kamis, 26 Nov 2026" or "Rabu, 2 Des 2026 pagi"."""
    if "-W" in slot:
        return _("pekan %(number)d") % {"number": expected.week.isocalendar().week}
    local = local_now(expected.kecamatan.time_zone, expected.due_at).date()
    half = {"pagi": _("pagi"), "sore": _("sore")}.get(slot[11:], "")
    return f"{day(local)} {half}".strip()


def due_words(expected: ExpectedReport, now: datetime) -> str:
    """ "jatuh tempo Senin, 23 Nov 2026, 08.00 WITA (2 hari lagi)"."""
    zone = expected.kecamatan.time_zone
    days = (local_date(zone, expected.due_at) - local_date(zone, now)).days
    if now >= expected.due_at:
        left = _("sudah lewat")
    elif days == 0:
        left = _("hari ini")
    elif days == 1:
        left = _("besok")
    else:
        left = _("%(days)d hari lagi") % {"days": days}
    when = f"{day(expected.due_at, zone)}, {clock(expected.due_at, zone)}"
    return _("jatuh tempo %(when)s (%(left)s)") % {"when": when, "left": left}


def page_frame(request: HttpRequest, expected: ExpectedReport, now: datetime) -> dict[str, Any]:
    """Frame of the kecamatan, one step deeper; needs `kecamatan__parent__parent` and `election` loaded."""
    context = frame(request, place_of(expected.kecamatan), expected.election, now)
    name = slot_name(expected.slot, expected)
    href = reverse("report", args=[expected.kecamatan_id, expected.slot])
    return context | {
        "breadcrumb": [*context["breadcrumb"], {"label": _("Laporan %(slot)s") % {"slot": name}, "href": href}],
        "slot_name": name,
        "due_words": due_words(expected, now),
        "expected": expected,
    }


def slots_around(expected: ExpectedReport, now: datetime) -> list[ExpectedReport]:
    """This period and those opened near it, newest first, each with its state and name. One statement."""
    until = max(now, expected.opens_at)
    found = ExpectedReport.objects.slots_of(expected.election_id, expected.kecamatan_id, now=now, until=until)
    here = next(index for index, row in enumerate(found) if row.pk == expected.pk)
    start = max(0, min(here - SLOTS_SHOWN // 2, len(found) - SLOTS_SHOWN))
    shown = found[start : start + SLOTS_SHOWN]
    for row in shown:
        row.kecamatan = expected.kecamatan
        row.name = slot_name(row.slot, row)  # type: ignore[attr-defined]
    return shown
