"""What the page of one kecamatan shows: every indicator with its why, the reports, the obstacles, whom to call, the desa.

One function per panel, one statement each; the page as a whole costs the same for every kecamatan.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from districts.access import Role, Scope
from districts.boards import overview_sql, past_sql
from districts.boards.overview import difference
from districts.boards.stored import row_of, rows_of, statements_of
from districts.frame import KECAMATAN_LENGTH, Place
from districts.models import (
    AccessMode,
    Channel,
    Decision,
    Election,
    ExpectedReport,
    IssueLevel,
    Level,
    Rule,
    Signal,
)
from districts.naming import shown
from districts.readiness import sources
from districts.sentences import (
    Told,
    age_words,
    amount_short,
    difference_sentence,
    due_words,
    grade_words,
    is_uncounted,
    sentence_case,
    target_words,
)
from districts.templatetags.siap import score
from districts.weeks import local_date

#: Days of history in a trend line, and the days between two of its points.
TREND_DAYS = 28
TREND_STEP = 4
#: Revisions and earlier reports listed on the page; the rest is one link away.
REPORTS_SHOWN = 6
#: Columns of `boards.overview_sql.TOLD`.
TOLD_COLUMNS = len(fields(Told))
#: Counts of neutrality cases are for the kabupaten: the camat may be the person reported (DOMAIN 0.2 item 5).
KABUPATEN_ONLY = frozenset({"NET-03"})


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator in words. `trend` is oldest first, a day each; None is a day without a value. Empty where the value
    stayed the same (`is_steady`), or where no number is told.
    """

    code: str
    name: str
    is_critical: bool
    level: int
    words: str
    amount: str
    target: str
    age: str
    observed_at: datetime | None
    source: str
    is_stale: bool
    difference: str
    is_steady: bool
    trend: tuple[float | None, ...]
    targets: tuple[float | None, ...]


@dataclass(slots=True)
class Group:
    """A dimension with its rows. No level where it would tell what is only for the kabupaten."""

    code: str
    name: str
    level: int | None
    score: float | None
    rows: list[Row]

    @property
    def is_calm(self) -> bool:
        """Whether every indicator is ready or not due yet: the page keeps it folded. Without rows it is not."""
        return bool(self.rows) and all(row.level <= Level.GREEN for row in self.rows)


@dataclass(frozen=True, slots=True)
class Village:
    """A desa or kelurahan. Access "" and signal, route, device None: nobody has said. Voters None: not every TPS tells."""

    code: str
    name: str
    access_mode: str | None
    signal_kind: int | None
    has_alternative_route: bool | None
    has_backup_device: bool | None
    updated_at: datetime | None
    tps: int
    voters: int | None
    is_estimate: bool

    @property
    def access(self) -> str:
        return str(AccessMode(self.access_mode).label) if self.access_mode else ""

    @property
    def signal(self) -> str:
        return "" if self.signal_kind is None else str(Signal(self.signal_kind).label)


@dataclass(frozen=True, slots=True)
class OpenIssue:
    """An obstacle that is open. Owner None: nobody was given it. `due` in words, "" without a due date."""

    pk: int
    title: str
    level_number: int
    owner: str | None
    due: str

    @property
    def level(self) -> str:
        return str(IssueLevel(self.level_number).label)


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a report, with who sent it or in whose name."""

    slot: str
    number: int
    submitted_at: datetime
    channel_code: str
    on_behalf_of: str
    sender: str
    receipt: str
    decision_code: str
    decision_reason: str
    summary: str

    @property
    def channel(self) -> str:
        return str(Channel(self.channel_code).label)

    @property
    def decision(self) -> str:
        return str(Decision(self.decision_code).label) if self.decision_code else ""


def may_see(scope: Scope, code: str, indicator: str) -> bool:
    """Whether this person may see the indicator of the kecamatan `code`: the kecamatan's own staff not all."""
    return indicator not in KABUPATEN_ONLY or any(
        len(prefix) < KECAMATAN_LENGTH and code.startswith(prefix) for prefix in scope.prefixes()
    )


def own_readiness(place: Place, election: Election, week_ago: date) -> Any:
    """The kecamatan's row with `computed_at`, `past_score`, `scores` (by dimension: level and score) and every moment
    that may have changed the page; None before the first roll-up. One statement.
    """
    return row_of(statements_of(place).OWN_KECAMATAN, election, place, week_ago=week_ago)


def moments(own: Any) -> tuple[datetime | None, ...]:
    """Everything that may have changed the page, for its version."""
    if own is None:
        return ()
    return (own.changed_at, own.graded_at, own.reported_at, own.called_at, own.raised_at, own.noted_at)


def groups(place: Place, election: Election, own: Any, scope: Scope, now: datetime) -> list[Group]:
    """Every indicator of the kecamatan by dimension, in order. One statement. Empty before the first roll-up."""
    titles = {source.name: str(source.title) for source in sources()}
    found: dict[str, Group] = {}
    for code, name, *row in rows_of(statements_of(place).INDICATORS, election, place, limit=TREND_DAYS + 1):
        level, points = (own.scores or {}).get(code, (Level.GREY, None)) if own else (Level.GREY, None)
        group = found.setdefault(code, Group(code, shown(name), level, points, []))
        told = Told(*row[:TOLD_COLUMNS])
        if may_see(scope, place.code, told.code):
            group.rows.append(_row(told, *row[TOLD_COLUMNS:], titles=titles, zone=place.zone, now=now))
        else:
            group.level = group.score = None
    return list(found.values())


def _row(
    told: Told,
    is_critical: bool,
    source: str,
    other_amount: float | None,
    other_source: str,
    days: list[date] | None,
    amounts: list[float | None] | None,
    targets: list[float | None] | None,
    *,
    titles: dict[str, str],
    zone: str,
    now: datetime,
) -> Row:
    today, source = local_date(zone, now), titles.get(source, source)
    words, amount, target = _texts(told, zone, get_language())
    trend = (*trend_of(days or [], amounts or [], today), told.amount)
    has_moved = len({amount for amount in trend if amount is not None}) > 1
    has_line = has_moved and not is_uncounted(told)
    against = has_line and told.rule in (Rule.CURVE, Rule.RATIO)
    return Row(
        code=told.code,
        name=shown(told.name),
        is_critical=is_critical,
        level=told.level,
        words=words,
        amount=amount,
        target=target,
        age=age_words(told.observed_at, now, zone) if told.observed_at else "",
        observed_at=told.observed_at,
        source=source,
        is_stale=told.is_stale,
        difference=difference_sentence(told, told, source, other_amount, titles.get(other_source, other_source)),
        is_steady=bool(amount) and not has_moved and not is_uncounted(told),
        trend=trend if has_line else (),
        targets=(*trend_of(days or [], targets or [], today), told.target) if against else (),
    )


@lru_cache(maxsize=4096)
def _texts(told: Told, zone: str, language: str | None) -> tuple[str, str, str]:
    """Sentence, figure and target of a grade in the active `language`: the same grade, the same texts, and an open page
    asks again every few seconds.
    """
    return sentence_case(grade_words(told, told, zone)), amount_short(told, told), target_words(told, told)


def trend_of(changed: list[date], amounts: list[float | None], today: date) -> tuple[float | None, ...]:
    """The value at the end of every `TREND_STEP`th day, oldest first, before today. History has a row only where a
    value changed (`changed` newest first), so it holds until the next; before the first there is none.
    """
    line: list[float | None] = []
    known = list(zip(changed, amounts, strict=True))
    for back in range(TREND_STEP, TREND_DAYS + 1, TREND_STEP):
        day = today - timedelta(days=back)
        line.append(next((amount for then, amount in known if then <= day), None))
    return tuple(reversed(line))


def reasons(own: Any, found: list[Group]) -> list[Row]:
    """The rows that weigh most against the kecamatan, at most three, of those this person may see. No statement."""
    rows = {row.code: row for group in found for row in group.rows}
    return [rows[code] for code in (own.top_indicators if own else []) if code in rows]


def current_report(place: Place, election: Election, now: datetime) -> Any:
    """The report the kecamatan owes now, with its state; None before the first slot opens. One statement."""
    if place.as_of:
        return row_of(past_sql.CURRENT, election, place)
    found = ExpectedReport.objects.slots_of(election.pk, place.code, now=now, until=now, limit=1)
    return next(iter(found), None)


def recent_reports(place: Place, election: Election) -> list[Revision]:
    """The newest revisions, newest first. One statement."""
    return [Revision(*row) for row in rows_of(statements_of(place).REVISIONS, election, place, limit=REPORTS_SHOWN)]


def open_issues(place: Place, election: Election, now: datetime) -> list[OpenIssue]:
    """Open obstacles, most pressing first. One statement."""
    found = rows_of(statements_of(place).OPEN_ISSUES, election, place)
    return [
        OpenIssue(pk, title, level, owner, due_words(due_at, now, place.zone))
        for pk, title, level, owner, due_at in found
    ]


def people(place: Place, election: Election, today: date) -> list[dict[str, Any]]:
    """Whom to call: the kecamatan's staff and PPK with an account, and the contacts; with a phone first. One statement."""
    found = [
        {"office": str(Role(office).label) if office in Role.values else office, "name": name, "phone": phone}
        for office, name, phone in rows_of(overview_sql.PEOPLE, election, place, today=today)
    ]
    return sorted(found, key=lambda person: (not person["phone"], person["office"], person["name"]))


def villages(place: Place, election: Election) -> list[Village]:
    """The desa with access, signal, TPS and voters. One statement."""
    return [Village(*row) for row in rows_of(overview_sql.VILLAGES, election, place)]


def panels(place: Place, election: Election, own: Any, scope: Scope, now: datetime) -> dict[str, Any]:
    """The whole page but its readiness row. Six statements, four of a past day: people and desa are not kept a day."""
    found = groups(place, election, own, scope, now)
    context = {
        "own": own,
        "level": own.level if own else Level.GREY,
        "difference": difference(own),
        "completeness": score(own.completeness * 100) if own and own.completeness is not None else "",
        "groups": found,
        "reasons": reasons(own, found),
        "current": current_report(place, election, now),
        "reports": recent_reports(place, election),
        "issues": open_issues(place, election, now),
    }
    return context if place.as_of else context | _registry(place, election, now)


def _registry(place: Place, election: Election, now: datetime) -> dict[str, Any]:
    """Whom to call and the desa, as they are now. Two statements."""
    desa = villages(place, election)
    known = [village.voters for village in desa]
    return {
        "people": people(place, election, local_date(place.zone, now)),
        "villages": desa,
        "tps_total": sum(village.tps for village in desa),
        "voters_total": None if None in known else sum(known),
        "is_estimate": any(village.is_estimate for village in desa),
    }
