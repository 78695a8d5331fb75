"""What the page of one kecamatan shows: every indicator with its why, the reports, the obstacles, whom to call, the desa.

One function per panel, one statement each; the page as a whole costs the same for every kecamatan.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, F, Max, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, JSONObject

from districts.access import Role, Scope
from districts.frame import KECAMATAN_LENGTH, Place
from districts.models import (
    Assignment,
    Contact,
    ContactAttempt,
    Dimension,
    DimensionScore,
    Election,
    ExpectedReport,
    Grade,
    GradeHistory,
    Indicator,
    Issue,
    IssueNote,
    IssueState,
    Level,
    Readiness,
    ReadinessHistory,
    Region,
    Report,
    RollUp,
    Rule,
)
from districts.overview import difference
from districts.readiness import sources
from districts.sentences import (
    age_words,
    amount_short,
    difference_sentence,
    grade_words,
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
#: As the partial index of open issues says it.
OPEN_STATES = [IssueState.NEW, IssueState.ASSIGNED, IssueState.WORKING]
#: Counts of neutrality cases are for the kabupaten: the camat may be the person reported (DOMAIN 0.2 item 5).
KABUPATEN_ONLY = frozenset({"NET-03"})


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator in words. `trend` is oldest first, a day each; None is a day without a value."""

    indicator: Indicator
    level: int
    words: str
    amount: str
    target: str
    age: str
    observed_at: datetime | None
    source: str
    is_stale: bool
    difference: str
    trend: tuple[float | None, ...]
    targets: tuple[float | None, ...]


@dataclass(slots=True)
class Group:
    """A dimension with its rows. No level where it would tell what is only for the kabupaten."""

    dimension: Dimension
    level: int | None
    score: float | None
    rows: list[Row]


def may_see(scope: Scope, code: str, indicator: str) -> bool:
    """Whether this person may see the indicator of the kecamatan `code`: the kecamatan's own staff not all."""
    return indicator not in KABUPATEN_ONLY or any(
        len(prefix) < KECAMATAN_LENGTH and code.startswith(prefix) for prefix in scope.prefixes()
    )


def own_readiness(code: str, election: Election, week_ago: date) -> Any:
    """The kecamatan's row with `computed_at`, `past`, `scores` (by dimension) and every moment that may change the page.

    None before the first roll-up. One statement.
    """
    here = {"election": OuterRef("election"), "kecamatan": OuterRef("region")}
    past = ReadinessHistory.objects.filter(election=OuterRef("election"), region=OuterRef("region"), day__lte=week_ago)
    scores = DimensionScore.objects.filter(election=OuterRef("election"), region=OuterRef("region"))
    grades = Grade.objects.filter(**here)
    reports = Report.objects.filter(**here)
    issues = Issue.objects.filter(**here, state__in=OPEN_STATES)
    notes = IssueNote.objects.filter(
        issue__election=here["election"], issue__kecamatan=here["kecamatan"], issue__state__in=OPEN_STATES
    )
    calls = ContactAttempt.objects.filter(expected__election=here["election"], expected__kecamatan=here["kecamatan"])
    return (
        Readiness.objects.filter(election=election, region=code)
        .annotate(
            computed_at=Subquery(
                RollUp.objects.filter(election=election).order_by("-finished_at").values("finished_at")[:1]
            ),
            past=Subquery(past.order_by("-day").values(past=JSONObject(level="level", score="score"))[:1]),
            scores=ArraySubquery(scores.values(row=JSONObject(code="dimension", level="level", score="score"))),
            graded_at=_newest(grades, "changed_at"),
            reported_at=_newest(reports, "submitted_at"),
            decided_at=_newest(reports, "decided_at"),
            raised_at=_newest(issues, "raised_at"),
            noted_at=_newest(notes, "at"),
            called_at=_newest(calls, "at"),
            open_issues=Subquery(issues.order_by().values("kecamatan").annotate(n=Count("pk")).values("n")),
        )
        .first()
    )


def _newest(rows: QuerySet[Any], moment: str) -> Subquery:
    return Subquery(rows.order_by().values(one=Value(1)).annotate(newest=Max(moment)).values("newest"))


def moments(own: Any) -> tuple[datetime | None, ...]:
    """Everything that may have changed the page, for its version."""
    if own is None:
        return ()
    return (own.changed_at, own.graded_at, own.reported_at, own.decided_at, own.raised_at, own.noted_at, own.called_at)


def groups(place: Place, election: Election, own: Any, scope: Scope, now: datetime) -> list[Group]:
    """Every indicator of the kecamatan by dimension, in order. One statement. Empty before the first roll-up."""
    past = GradeHistory.objects.filter(
        election=election, kecamatan=place.code, indicator=OuterRef("indicator")
    ).order_by("-day")
    grades = (
        Grade.objects.filter(election=election, kecamatan=place.code)
        .select_related("indicator__dimension")
        .annotate(
            past=ArraySubquery(past.values(row=JSONObject(day="day", amount="amount", target="target"))[:TREND_DAYS])
        )
        .order_by("indicator__dimension__position", "indicator__position")
    )
    titles = {source.name: str(source.title) for source in sources()}
    scores = {row["code"]: row for row in own.scores} if own else {}
    found: dict[str, Group] = {}
    for grade in grades:
        dimension = grade.indicator.dimension
        if dimension.code not in found:
            row = scores.get(dimension.code, {})
            found[dimension.code] = Group(dimension, row.get("level", Level.GREY), row.get("score"), [])
        if may_see(scope, place.code, grade.indicator_id):
            found[dimension.code].rows.append(_row(grade, titles, place.zone, now))
        else:
            found[dimension.code].level = found[dimension.code].score = None
    return list(found.values())


def _row(grade: Any, titles: dict[str, str], zone: str, now: datetime) -> Row:
    indicator: Indicator = grade.indicator
    today = local_date(zone, now)
    days = {date.fromisoformat(row["day"]): row for row in grade.past}
    trend = (*trend_of({day: row["amount"] for day, row in days.items()}, today), grade.amount)
    targets = (*trend_of({day: row["target"] for day, row in days.items()}, today), grade.target)
    has_line = len({amount for amount in trend if amount is not None}) > 1
    against = has_line and indicator.rule in (Rule.CURVE, Rule.RATIO)
    return Row(
        indicator=indicator,
        level=grade.level,
        words=sentence_case(grade_words(grade, indicator, zone)),
        amount=amount_short(grade, indicator),
        target=target_words(grade, indicator),
        age=age_words(grade.observed_at, now, zone) if grade.observed_at else "",
        observed_at=grade.observed_at,
        source=titles.get(grade.source, grade.source),
        is_stale=grade.is_stale,
        difference=difference_sentence(grade, indicator, titles),
        trend=trend if has_line else (),
        targets=targets if against else (),
    )


def trend_of(known: dict[date, float | None], today: date) -> tuple[float | None, ...]:
    """The value at the end of every `TREND_STEP`th day, oldest first, up to yesterday or before. History has a row
    only where a value changed, so it holds until the next; before the first there is none.
    """
    days = [today - timedelta(days=back) for back in range(TREND_DAYS, 0, -1)]
    older = [day for day in known if day < days[0]]
    amount = known[max(older)] if older else None
    line: list[float | None] = []
    for day in days:
        amount = known.get(day, amount)
        line.append(amount)
    return tuple(line[::TREND_STEP])


def reasons(own: Any, found: list[Group]) -> list[Row]:
    """The rows that weigh most against the kecamatan, at most three, of those this person may see. No statement."""
    rows = {row.indicator.code: row for group in found for row in group.rows}
    return [rows[code] for code in (own.top_indicators if own else []) if code in rows]


def current_report(place: Place, election: Election, now: datetime) -> Any:
    """The report the kecamatan owes now, with its state; None before the first slot opens. One statement."""
    slots = ExpectedReport.objects.filter(election=election, kecamatan=place.code).opened(now).with_state(now)
    return slots.order_by("-opens_at").first()


def recent_reports(place: Place, election: Election) -> list[Report]:
    """The newest revisions, newest first. One statement."""
    return list(
        Report.objects.filter(election=election, kecamatan=place.code)
        .select_related("expected", "submitted_by", "decided_by")
        .only(
            "revision", "is_latest", "submitted_at", "channel", "on_behalf_of", "receipt", "decision", "decided_at",
            "decision_reason", "summary", "general_condition", "unchanged", "due_at",
            "expected__slot", "expected__week", "expected__due_at", "submitted_by__name", "submitted_by__username",
            "decided_by__name", "decided_by__username",
        )
        .newest_first()[:REPORTS_SHOWN]
    )  # fmt: skip


def open_issues(place: Place, election: Election) -> list[Issue]:
    """Open obstacles, most pressing first. One statement."""
    return list(Issue.objects.filter(election=election, kecamatan=place.code).open().for_board())


def people(place: Place) -> list[dict[str, Any]]:
    """Whom to call: the kecamatan's staff and PPK with an account, then the contacts. One statement."""
    staff = Assignment.objects.valid().filter(region=place.code, user__is_active=True)
    accounts = staff.values_list("role", "user__name", "user__phone")
    contacts = Contact.objects.filter(region=place.code).values_list("office", "name", "phone")
    rows = accounts.union(contacts, all=True)
    found = [
        {"office": str(Role(office).label) if office in Role.values else office, "name": name, "phone": phone}
        for office, name, phone in rows
    ]
    return sorted(found, key=lambda person: (not person["phone"], person["office"], person["name"]))


def villages(place: Place) -> list[Any]:
    """The desa with profile, TPS and voters; voters is None unless every TPS tells. One statement."""
    return list(
        Region.objects.villages()
        .filter(parent=place.code)
        .select_related("village_profile")
        .annotate(
            tps=Count("polling_stations"),
            known=Count("polling_stations__voters"),
            voters=Case(When(known=F("tps"), then=Sum("polling_stations__voters"))),
            is_estimate=Coalesce(BoolOr("polling_stations__is_estimate"), False),
        )
        .order_by("code")
    )


def panels(place: Place, election: Election, own: Any, scope: Scope, now: datetime) -> dict[str, Any]:
    """The whole page but its readiness row. Six statements."""
    found = groups(place, election, own, scope, now)
    desa = villages(place)
    known = [village.voters for village in desa]
    return {
        "own": own,
        "level": own.level if own else Level.GREY,
        "difference": difference(own),
        "completeness": score(own.completeness * 100) if own and own.completeness is not None else "",
        "groups": found,
        "reasons": reasons(own, found),
        "current": current_report(place, election, now),
        "reports": recent_reports(place, election),
        "issues": open_issues(place, election),
        "people": people(place),
        "villages": desa,
        "tps_total": sum(village.tps for village in desa),
        "voters_total": None if None in known else sum(known),
        "is_estimate": any(village.is_estimate for village in desa),
    }
