"""What surrounds a report: the frame of its kecamatan and the periods before and after it."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from districts.frame import frame, seen_place
from districts.models import ExpectedReport, Report
from districts.reports.window_forms import WindowForm
from districts.reports.windows import exception_at, exceptions_of, is_outside
from districts.requests import Request
from districts.templatetags.siap import clock, day, slot_name
from districts.weeks import local_date

SLOTS_SHOWN = 8


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


def page_frame(request: Request, expected: ExpectedReport, now: datetime) -> dict[str, Any]:
    """Frame of the kecamatan, one step deeper; needs `kecamatan` and `election` loaded. One statement."""
    context = frame(request, seen_place(request.user, expected.kecamatan_id), expected.election, now)
    name = slot_name(expected.slot)
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
        row.name = slot_name(row.slot)  # type: ignore[attr-defined]
    return shown


def window_context(
    expected: ExpectedReport, revisions: list[Report], may_run_desk: bool, now: datetime
) -> dict[str, Any]:
    """The exceptions of a closed report, and which revision came by one. One statement, none before the close."""
    exceptions = exceptions_of(expected) if now >= expected.closes_at else []
    held = exception_at(exceptions, now)
    for revision in revisions:
        came_by = exception_at(exceptions, revision.submitted_at) if is_outside(expected, revision) else None
        revision.exception = came_by  # type: ignore[attr-defined]
    closed = now >= expected.closes_at and expected.election.is_active
    return {
        "exception": held,
        "exceptions": exceptions,
        "may_open": may_run_desk and closed and held is None,
        "may_end": may_run_desk and held is not None,
        "window_form": WindowForm(zone=expected.kecamatan.time_zone, now=now),
    }
