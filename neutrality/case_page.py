"""What the page of a case shows beside what is sealed: terms, the way so far, checklist, links, the log of readings."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from neutrality.case_forms import ACTORS, MoveForm
from neutrality.flow import Actor, State, steps_from
from neutrality.models import FORMAL, Case, CaseClock, CaseLink, CaseMove, Reading, Requirement, RequirementCheck
from neutrality.reading import OpenedCase
from neutrality.sealing import Sealed, unseal

#: Readings shown on the page, newest first. [P]
READINGS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Clock:
    """A term of the case on its page: `left` days to its last day, None when it has ended."""

    label: str
    started_on: date
    due_on: date
    met_on: date | None
    left: int | None

    @property
    def was_late(self) -> bool:
        return self.met_on is not None and self.met_on > self.due_on


def clocks_of(case: Case, today: date) -> list[Clock]:
    """Running terms first, soonest on top; then those that ended. One statement."""
    rows = sorted(
        CaseClock.objects.filter(case=case), key=lambda row: (row.met_on is not None, row.due_on, row.started_on)
    )
    return [
        Clock(
            row.get_name_display(), row.started_on, row.due_on, row.met_on,
            None if row.met_on else (row.due_on - today).days,
        )
        for row in rows
    ]  # fmt: skip


def way_of(case: Case, opened: OpenedCase | None) -> list[dict[str, Any]]:
    """The steps so far, as components/_chain.html shows them; reasons only where they could be opened. One statement."""
    reasons = opened.reasons if opened else {}
    first = _way_step(State.NEW.label, case.received_at, _by(case.taken_by), case.get_intake_display())
    moves = CaseMove.objects.filter(case=case).select_related("by").defer("reason")
    steps = [first, *(_moved(move, reasons.get(move.pk, "")) for move in moves)]
    steps[-1]["state"] = "now"
    return steps


def _moved(move: CaseMove, reason: str) -> dict[str, Any]:
    paper = f"{move.paper_number}, {date_format(move.paper_date, 'j M Y')}" if move.paper_date else ""
    return _way_step(move.get_to_state_display(), move.at, _by(move.by), reason, paper)


def _way_step(title: Any, at: datetime, by: str, note: str, document: str = "") -> dict[str, Any]:
    told = " · ".join(part for part in (by, note) if part)
    return {"state": "done", "title": title, "at": at, "note": told, "document": document}


def _by(person: Any) -> str:
    return str(person.name) if person else ""


def move_forms(case: Case, zone: str, refused: MoveForm | None = None) -> list[tuple[Any, list[MoveForm]]]:
    """A form for each legal step, under whose act it is; the one that came back keeps what was typed."""
    grouped: dict[Any, list[MoveForm]] = {}
    for legal in steps_from(case.state):
        if legal.actor != Actor.SYSTEM:
            form = refused if refused and refused.legal == legal else MoveForm(legal=legal, zone=zone)
            grouped.setdefault(ACTORS[legal.actor], []).append(form)
    return list(grouped.items())


@dataclass(frozen=True, slots=True)
class CheckRow:
    requirement: str
    label: Any
    is_met: bool | None  # None: not answered yet
    at: datetime | None
    by: str


def checklist(case: Case) -> list[tuple[bool, list[CheckRow]]]:
    """(formal, rows) and (material, rows). One statement."""
    answers = {row.requirement: row for row in RequirementCheck.objects.filter(case=case).select_related("by")}
    rows: dict[bool, list[CheckRow]] = {True: [], False: []}
    for each in Requirement:
        answer = answers.get(each)
        rows[each in FORMAL].append(
            CheckRow(
                each.value, each.label, answer.is_met if answer else None, answer.at if answer else None,
                _by(answer.by) if answer else "",
            )
        )  # fmt: skip
    return list(rows.items())


@dataclass(frozen=True, slots=True, repr=False)
class ReadRow:
    """A line of the log of readings, its reason opened. No repr: it must not reach a log."""

    at: datetime
    by: str
    what: str
    detail: str
    reason: str


def readings_of(case: Case) -> list[ReadRow]:
    """The newest readings; a reason that is gone or does not open is said to be so. One statement."""
    rows = Reading.objects.filter(case=case).select_related("by")[:READINGS_SHOWN]
    return [ReadRow(row.at, str(row.by), row.get_what_display(), row.detail, _why(case, row)) for row in rows]


def _why(case: Case, row: Reading) -> str:
    if not row.has_reason:
        return ""
    try:
        return unseal(row.reason) or (_("alasan sudah dihapus") if case.purged_at else _("alasan tidak tersimpan"))
    except Sealed:
        return _("alasan tersegel")


def linked(case: Case) -> list[dict[str, Any]]:
    """Cases that belong to it: number, state and how. One statement."""
    links = CaseLink.objects.filter(Q(first=case) | Q(second=case)).select_related("first", "second")
    links = links.defer("first__summary", "first__place", "second__summary", "second__place").order_by("at", "pk")
    others = [(link, link.second if link.first_id == case.pk else link.first) for link in links]
    return [
        {"number": other.number, "state": other.get_state_display(), "kind": link.get_kind_display()}
        for link, other in others
    ]
