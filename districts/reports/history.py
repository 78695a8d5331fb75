"""A report in words: its answers by section, and what each revision changed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from districts.models import Report
from districts.reports.fields import FIELDS, SECTIONS, Kind, ReportField
from districts.reports.sheet import Totals

NOT_ANSWERED = "–"


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of a report. `spoken` is "–" when it was not answered; `was` is the answer in the report before, "" if none."""

    label: str
    spoken: str
    of: str  # "dari 18", or the unit
    was: str
    has_changed: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What a revision changed in one field."""

    label: str
    before: str
    after: str


def spoken(field: ReportField, value: Any, villages: dict[str, str]) -> str:
    """An answer as people say it: "Ya", "1.204", "Manubar, Susuk Luar"."""
    if value is None or value == "":
        return NOT_ANSWERED
    if isinstance(value, bool):
        return _("Ya") if value else _("Tidak")
    if isinstance(value, list):
        names = villages if field.kind is Kind.VILLAGES else {str(k): str(v) for k, v in _choices(field)}
        return ", ".join(str(names.get(code, code)) for code in value) or _("Tidak ada")
    if isinstance(value, date):
        return date_format(value, "j M Y")
    if isinstance(value, int | Decimal):
        return number_format(value)
    return {str(k): str(v) for k, v in _choices(field)}.get(value, value)


def _choices(field: ReportField) -> list[tuple[Any, Any]]:
    return list(field.choices.choices) if field.choices else []


def upper_of(field: ReportField, totals: Totals | Report) -> int | None:
    """The bound of a number where it is a total of the kecamatan (times a factor); None where it is not or unknown."""
    if not isinstance(field.upper, str):
        return None
    factor, _sign, column = field.upper.rpartition("*")
    if not column.endswith("_total"):
        return None
    total: int | None = getattr(totals, column)
    return None if total is None else total * int(factor or 1)


def answers_by_section(
    report: Report, before: Report | None, villages: dict[str, str]
) -> list[tuple[str, list[Answer]]]:
    """Title and answers of each section. Fields never answered and not due are left out."""
    sections = []
    for section, title in SECTIONS.items():
        lines = [
            _answer(field, report, before, villages)
            for field in FIELDS
            if field.section == section and (field.is_due(report.h_minus) or _answered(getattr(report, field.name)))
        ]
        if lines:
            sections.append((str(title), lines))
    return sections


def _answered(value: Any) -> bool:
    return value not in (None, "", [], False)


def _answer(field: ReportField, report: Report, before: Report | None, villages: dict[str, str]) -> Answer:
    upper = upper_of(field, report)
    value = getattr(report, field.name)
    of = _("dari %(total)s") % {"total": number_format(upper)} if upper is not None else str(field.unit)
    said = spoken(field, value, villages)
    was = spoken(field, getattr(before, field.name), villages) if before is not None else ""
    if was == NOT_ANSWERED:  # not asked then: nothing to compare with
        was = ""
    return Answer(str(field.label), said, of if value is not None else "", was, bool(was) and was != said)


def changes(before: Report | None, after: Report, villages: dict[str, str]) -> list[Change]:
    """What `after` says differently; nothing for a first revision."""
    if before is None:
        return []
    found = [
        Change(
            str(field.label),
            spoken(field, getattr(before, field.name), villages),
            spoken(field, getattr(after, field.name), villages),
        )
        for field in FIELDS
        if getattr(before, field.name) != getattr(after, field.name)
    ]
    if before.fall_reason != after.fall_reason:
        found.append(
            Change(_("Alasan angka turun"), before.fall_reason or NOT_ANSWERED, after.fall_reason or NOT_ANSWERED)
        )
    return found


def history(revisions: list[Report], villages: dict[str, str]) -> list[tuple[Report, list[Change]]]:
    """Revisions newest first, each with what it changed in the one before."""
    pairs = zip([None, *revisions], revisions, strict=False)
    return [(after, changes(before, after, villages)) for before, after in pairs][::-1]
