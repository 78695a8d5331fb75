"""The terms of a case: which move starts each and which ends it (DOMAIN 4.4). How long each is, is a ClockSetting.

A term runs while the case is in one of its states. Its last day is worked out once, with the move that starts it; a
setting that changes later changes no running term. Days are local dates of the regency.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from neutrality.flow import State
from neutrality.models import CaseClock, ClockName, ClockSetting
from neutrality.working_days import holidays_from, last_day

_S = State
_SENT_ON = (_S.SENT_TO_REGENT, _S.SENT_TO_TNI, _S.SENT_TO_POLRI, _S.SENT_TO_DKPP)


@dataclass(frozen=True, slots=True)
class Term:
    """`starts`: the states whose entry starts it. `runs`: it ends with the move to any other state.

    `after`: its days are counted on from the last day of that term.
    """

    name: ClockName
    starts: tuple[State, ...]
    runs: tuple[State, ...]
    after: ClockName | None = None


TERMS: tuple[Term, ...] = (
    # counted from the day it was known, which intake writes; the formal report stops it
    Term(ClockName.REPORT, (_S.NEW,), (_S.NEW, _S.CHECKING)),
    Term(ClockName.CHECK, (_S.CHECKING,), (_S.CHECKING,)),
    Term(ClockName.FIRST_STUDY, (_S.FIRST_STUDY,), (_S.FIRST_STUDY,)),
    Term(ClockName.COMPLETING, (_S.COMPLETING,), (_S.COMPLETING,)),
    Term(ClockName.HANDLING, (_S.CLARIFYING,), (_S.CLARIFYING,)),
    Term(ClockName.HANDLING_MORE, (_S.CLARIFYING,), (_S.CLARIFYING,), after=ClockName.HANDLING),
    Term(ClockName.BKN, (_S.VERIFYING_BKN,), (_S.VERIFYING_BKN,)),
    Term(ClockName.BKN_STUDY, (_S.VERIFYING_BKN,), (_S.VERIFYING_BKN,), after=ClockName.BKN),
    # saying that nothing was done does not end the term of who must do it
    Term(ClockName.FOLLOW_UP, (_S.RECOMMENDED, *_SENT_ON), (_S.RECOMMENDED, *_SENT_ON, _S.NOT_FOLLOWED)),
)

#: What is owed after Bawaslu passed the case on: follow-up. Overdue ones are NET-03 (DOMAIN 6.3). Bawaslu's own study
#: and handling are not among them.
OWED = (ClockName.BKN, ClockName.BKN_STUDY, ClockName.FOLLOW_UP)

#: A term whose last day is this near is due soon. [P]
SOON_DAYS = 2


def due_days(day: date, names: Iterable[ClockName]) -> dict[ClockName, date]:
    """The last day of each term that starts on `day`, terms before those that count on from them. Two statements."""
    wanted = set(names)
    settings = {row.name: row for row in ClockSetting.objects.all()}
    known = holidays_from(day)
    due: dict[ClockName, date] = {}
    for term in TERMS:
        if term.name in wanted and (setting := settings.get(term.name)):
            start = due.get(term.after, day) if term.after else day
            due[term.name] = last_day(start, setting.days, known if setting.working_days else None)
    return due


def start_report_clock(case_pk: int, known_on: date) -> None:
    """At intake."""
    _write(case_pk, known_on, [ClockName.REPORT])


def move_clocks(case_pk: int, end: str, day: date) -> None:
    """What the move to the state `end` on `day` ends and starts. A constant number of statements."""
    end_clocks([case_pk], end, day)
    _write(case_pk, day, [term.name for term in TERMS if end in term.starts])


def end_clocks(cases: Iterable[int], end: str, day: date, zone: str = "") -> None:
    """The terms that the move of these cases to `end` ends; with a `zone`, of those cases whose regency lies in it."""
    running = CaseClock.objects.filter(case__in=list(cases), met_on=None)
    if zone:
        running = running.filter(case__regency__time_zone=zone)
    running.filter(name__in=[term.name for term in TERMS if end not in term.runs]).update(met_on=day)


def _write(case_pk: int, day: date, names: list[ClockName]) -> None:
    """A term that starts again on the day it started runs on."""
    if not names:
        return
    CaseClock.objects.bulk_create(
        (CaseClock(case_id=case_pk, name=name, started_on=day, due_on=due) for name, due in due_days(day, names).items()),
        update_conflicts=True, unique_fields=["case", "name", "started_on"], update_fields=["due_on", "met_on"],
    )  # fmt: skip


def nearness(due_on: date | None, today: date) -> str:
    """`lewat`, `hari_ini`, `segera` or `nanti`; `tanpa` where no term runs."""
    if due_on is None:
        return "tanpa"
    left = (due_on - today).days
    if left < 0:
        return "lewat"
    if left == 0:
        return "hari_ini"
    return "segera" if left <= SOON_DAYS else "nanti"
