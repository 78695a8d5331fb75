"""The report form as the page shows it: sections, which of them are folded, and last report's figure beside each."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.forms import BoundField
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from districts.models import ReportDraft
from districts.reports.fields import BY_NAME, FIELDS, SECTIONS, Carry, Kind
from districts.reports.form import ReportForm
from districts.reports.history import NOT_ANSWERED, spoken, upper_of
from districts.reports.sheet import Sheet
from districts.reports.typed import Typed, is_short, typed_from_report
from districts.weeks import ONE_WEEK


@dataclass(frozen=True, slots=True)
class Line:
    """A field with what stands beside it: "pekan lalu 9" and "dari 18"."""

    bound: BoundField
    hint: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form. `later` are fields that need no answer at this H; without `lines` the section is folded."""

    slug: str
    title: str
    state: str
    is_open: bool
    lines: list[Line] = field(default_factory=list)
    later: list[Line] = field(default_factory=list)


def sections_of(form: ReportForm) -> list[Section]:
    h_minus = form.sheet.expected.h_minus
    found = []
    for slug, title in SECTIONS.items():
        names = [name for name in form.asked if BY_NAME[name].section == slug]
        later = [] if form.unchanged else [name for name in names if _waits(name, h_minus) and name not in form.errors]
        asked = [name for name in names if name not in later]
        if names or (form.unchanged and slug == "keamanan"):
            wrong = sum(name in form.errors for name in names)
            state = ngettext("%d perlu diperbaiki", "%d perlu diperbaiki", wrong) % wrong if wrong else ""
            found.append(
                Section(
                    slug,
                    str(title),
                    state or ("" if asked else _("belum jatuh tempo")),
                    bool(asked),
                    [_line(form, name) for name in asked],
                    [_line(form, name) for name in later],
                )
            )
    return found


def _waits(name: str, h_minus: int) -> bool:
    """A field with an H-window outside of it; optional fields have none and never wait."""
    declared = BY_NAME[name]
    return declared.due_from is not None and not declared.is_due(h_minus)


def _line(form: ReportForm, name: str) -> Line:
    declared, sheet = BY_NAME[name], form.sheet
    upper = upper_of(declared, sheet.totals)
    suffix = _("dari %(total)s") % {"total": number_format(upper)} if upper is not None else str(declared.unit)
    return Line(form[name], _hint(sheet, name), suffix)


def _hint(sheet: Sheet, name: str) -> str:
    """What the last report said: beside each number, and beside a choice that is asked anew."""
    declared, previous = BY_NAME[name], sheet.previous
    is_number = declared.kind in (Kind.INTEGER, Kind.DECIMAL)
    if previous is None or not (is_number or (declared.carry is Carry.ANEW and declared.kind is not Kind.TEXT)):
        return ""
    value = getattr(previous, name)
    said = NOT_ANSWERED if value == [] else spoken(declared, value, sheet.villages)
    return "" if said == NOT_ANSWERED else f"{last_words(sheet)} {said}"


def last_words(sheet: Sheet) -> str:
    """ "pekan lalu" where the last report is of the week before, else "laporan lalu"."""
    previous = sheet.previous
    weekly = "-W" in sheet.expected.slot
    if weekly and previous is not None and previous.expected.week + ONE_WEEK == sheet.expected.week:
        return _("pekan lalu")
    return _("laporan lalu")


def first_typed(sheet: Sheet, draft: ReportDraft | None, *, unchanged: bool) -> Typed:
    """What the form opens with: the draft; else what was sent; else what lasts of last report; else nothing."""
    kept = draft.typed if draft and (is_short(draft.typed) or not unchanged) else {}
    hidden = {
        "client_key": [str(draft.client_key if draft and kept else uuid.uuid4())],
        "base_revision": [str(sheet.latest.revision if sheet.latest else 0)],
        "unchanged": ["1" if unchanged else ""],
    }
    if unchanged or (kept and not is_short(kept)):
        return kept | hidden
    carried: Typed = {}
    if sheet.latest is not None:
        carried = typed_from_report(sheet.latest)
    elif sheet.previous is not None:
        carried = typed_from_report(sheet.previous, [Carry.STANDING])
    return carried | kept | hidden


def weekly_labels() -> list[str]:
    """What "tidak ada perubahan" sets to 0, to say so on the page."""
    return [str(declared.label) for declared in FIELDS if declared.carry is Carry.WEEKLY]


def form_context(form: ReportForm) -> dict[str, Any]:
    """Context of _report_form.html."""
    return {
        "form": form,
        "latest": form.sheet.latest,
        "previous": form.sheet.previous,
        "sections": sections_of(form),
        "mistakes": form.mistakes(),
        "shows_fall_reason": bool(
            form.typed.get("fall_reason", [""])[-1:] != [""] or getattr(form, "has_falls", False)
        ),
        "open_issues": form.sheet.open_issues,
        "recorded_events": form.sheet.recorded_events,
        "last_words": last_words(form.sheet),
        "weekly_labels": weekly_labels() if form.unchanged else [],
    }
