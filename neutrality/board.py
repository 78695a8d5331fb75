"""The board of a regency's handlers: what runs out first, by number. Nothing sealed is read here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from districts.models import Election
from neutrality.clocks import SOON_DAYS
from neutrality.flow import CLOSED

#: The cases of a regency, each with its running term that ends first. Written out: to compose it costs more than to run it.
_FOUND = """
FROM neutrality_case kept
LEFT JOIN LATERAL (
    SELECT due_on, name FROM neutrality_caseclock WHERE case_id = kept.id AND met_on IS NULL ORDER BY due_on, id LIMIT 1
) term ON true
WHERE kept.election_id = %(election)s AND kept.regency_id = %(regency)s
"""
#: The conditions of `neutrality.clocks.nearness`.
_NEAR = {
    "lewat": "term.due_on < %(today)s",
    "hari_ini": "term.due_on = %(today)s",
    "segera": "term.due_on > %(today)s AND term.due_on <= %(soon)s",
    "nanti": "term.due_on > %(soon)s",
    "tanpa": "term.due_on IS NULL",
}
_CLOSED = [state.value for state in CLOSED]
_OPEN = "kept.state <> ALL(%(closed)s)"


def counts(election: Election | None, regency: str, today: date) -> dict[str, int]:
    """Open cases in all (`semua`) and by nearness. One statement."""
    numbers = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in _NEAR.values())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), {numbers} {_FOUND} AND {_OPEN}", _about(election, regency, today))
        return dict(zip(("semua", *_NEAR), cursor.fetchone(), strict=True))


def terms_running(election: Election | None, regency: str) -> list[tuple[str, date]]:
    """Number and nearest last day of each open case that has a running term, soonest first. One statement."""
    ordered = "ORDER BY term.due_on, kept.number"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kept.number, term.due_on {_FOUND} AND {_OPEN} AND term.due_on IS NOT NULL {ordered}",
            {"election": election.pk if election else None, "regency": regency, "closed": _CLOSED},
        )
        return cursor.fetchall()


def _about(election: Election | None, regency: str, today: date) -> dict[str, Any]:
    return {
        "election": election.pk if election else None, "regency": regency, "today": today,
        "soon": today + timedelta(days=SOON_DAYS), "closed": _CLOSED,
    }  # fmt: skip


class BoardRow(NamedTuple):
    """A case of the board. `next_due` and `term` (a `ClockName`) None: no term runs. `forms`: codes of the forms of violation."""

    number: str
    state: str
    state_since: datetime
    intake: str
    next_due: date | None
    term: str | None
    forms: list[str]


@dataclass(frozen=True, slots=True)
class BoardRows:
    """Cases for a Paginator: what runs out first on top, without a term last. One statement counts them, one reads a page."""

    condition: str
    asked: dict[str, Any]

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) {_FOUND} AND {self.condition}", self.asked)
            (number,) = cursor.fetchone()
            return int(number)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, wanted: slice) -> list[BoardRow]:
        paged = self.asked | {"start": wanted.start, "number": wanted.stop - wanted.start}
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT number, state, state_since, intake, due_on, name, ARRAY(
                    SELECT form.code FROM neutrality_case_forms given
                    JOIN neutrality_violationform form ON form.code = given.violationform_id
                    WHERE given.case_id = page.id ORDER BY form.position, form.code)
                FROM (SELECT kept.id, number, state, state_since, intake, term.due_on, term.name {_FOUND}
                      AND {self.condition}
                      ORDER BY term.due_on, state_since, kept.id LIMIT %(number)s OFFSET %(start)s) page
                ORDER BY due_on, state_since, id
                """,
                paged,
            )
            return [BoardRow(*row) for row in cursor.fetchall()]


def board_rows(election: Election | None, regency: str, chosen: dict[str, Any], today: date) -> Any:
    """The cases that pass the filters of `BoardForm`, as `BoardRows`; open ones where no status is chosen. Reads nothing."""
    asked, conditions = _about(election, regency, today), []
    if not chosen.get("status"):
        conditions.append(_OPEN)
    elif chosen["status"] != "semua":
        conditions.append("kept.state = %(status)s")
    if chosen.get("batas"):
        conditions.append(_NEAR[chosen["batas"]])
    if chosen.get("asal"):
        conditions.append("kept.intake = %(asal)s")
    if chosen.get("bentuk"):
        conditions.append(
            "EXISTS (SELECT FROM neutrality_case_forms WHERE case_id = kept.id AND violationform_id = %(bentuk)s)"
        )
    if chosen.get("nomor"):
        conditions.append("strpos(kept.number, upper(%(nomor)s)) > 0")
        asked["nomor"] = chosen["nomor"].strip()
    return BoardRows(" AND ".join(conditions or ["true"]), chosen | asked)
