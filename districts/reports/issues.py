"""Kendala, security events and requests for help told in a report become issues with an owner, a level and a due date.

Sets, not loops: one INSERT that skips what is there already. A row's client key makes telling it again harmless; for
what has a topic (help TA, logistics RS …) the table allows one open row per topic, however many weeks tell it.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import (
    Agency,
    Issue,
    IssueCategory,
    IssueKind,
    IssueLevel,
    IssueNote,
    IssueState,
    Report,
    User,
)
from districts.reports.content import ReportContent
from districts.reports.fields import Help, LogisticsProblem

#: [P] Who is asked first, by category (agencies of DOMAIN 1.6); the Desk reassigns.
OWNERS = {
    IssueCategory.LOGISTICS: "kpu",
    IssueCategory.STAFF: "kpu",
    IssueCategory.VOTERS: "kpu",
    IssueCategory.SECURITY: "polres",
    IssueCategory.TELECOM: "diskominfo",
    IssueCategory.ACCESS: "bpbd",
    IssueCategory.HEALTH: "dinkes",
    IssueCategory.OTHER: "desk",
}
#: [P] Days until an issue is due, by level; DOMAIN 7.2 asks for a due date and names none.
DUE_DAYS = {IssueLevel.CRITICAL: 1, IssueLevel.HIGH: 2, IssueLevel.MEDIUM: 7, IssueLevel.LOW: 14}
#: [P] From H-7, when reports become daily (DOMAIN 7.1), what is missing is urgent.
URGENT_FROM_H = 7
HELP_CATEGORIES = {
    Help.LAND: IssueCategory.ACCESS,
    Help.WATER: IssueCategory.ACCESS,
    Help.AIR: IssueCategory.ACCESS,
    Help.PERSONNEL: IssueCategory.SECURITY,
    Help.INTERNET: IssueCategory.TELECOM,
    Help.GENERATOR: IssueCategory.TELECOM,
    Help.HEALTH: IssueCategory.HEALTH,
    Help.LOGISTICS: IssueCategory.LOGISTICS,
    Help.OTHER: IssueCategory.OTHER,
}
#: A generator is the power company's before it is Diskominfo's.
HELP_OWNERS = {Help.GENERATOR: "pln"}
VOTER_TOPICS = {
    "voters_duplicate": ("dp-ganda", gettext_lazy("Data pemilih: pemilih ganda")),
    "voters_ineligible": ("dp-tms", gettext_lazy("Data pemilih: tidak memenuhi syarat (TMS)")),
    "voters_unlisted": ("dp-belum", gettext_lazy("Data pemilih: belum terdaftar")),
}


@translation.override("id")  # stored for everybody, whatever language the sender reads
def raise_issues(*, report: Report, content: ReportContent, by: User, now: datetime) -> None:
    """Write the issues a report tells of; two statements. What is already open is left as it is."""
    told = [*_obstacles(content), *_events(content), *_topics(report)]
    known = set(Agency.objects.values_list("code", flat=True)) if told else set()
    for issue in told:
        issue.election_id, issue.kecamatan_id = report.election_id, report.kecamatan_id
        issue.report, issue.raised_by, issue.raised_at = report, by, now
        issue.due_at = now + timedelta(days=DUE_DAYS[IssueLevel(issue.level)])
        if issue.owner_id is None:
            issue.owner_id = OWNERS[IssueCategory(issue.category)]
        if issue.owner_id not in known:
            issue.owner_id = None
    Issue.objects.bulk_create(told, ignore_conflicts=True)


@translation.override("id")
def resolve_issues(*, report: Report, content: ReportContent, by: User, now: datetime, slot: str) -> None:
    """Close what the kecamatan itself reported and says is over; two statements and a lock in key order.

    What the Desk or an institution recorded gets the kecamatan's word as a note: closing it is theirs, or one tick
    could turn LOG-09 or KAM-04 green without them.
    """
    if not content.resolved:
        return
    ours = Issue.objects.open().filter(election=report.election_id, kecamatan=report.kecamatan_id)
    told = list(ours.filter(pk__in=content.resolved).order_by("pk").select_for_update().values_list("pk", "report_id"))
    closing = {pk for pk, reported_in in told if reported_in is not None}
    Issue.objects.filter(pk__in=closing).update(state=IssueState.DONE, closed_by=by, closed_at=now)
    text = _("Dinyatakan selesai dalam laporan %(slot)s.") % {"slot": slot}
    IssueNote.objects.bulk_create(
        IssueNote(issue_id=pk, at=now, by=by, state=IssueState.DONE if pk in closing else "", text=text)
        for pk, _reported_in in told
    )


def _obstacles(content: ReportContent) -> Iterator[Issue]:
    for told in content.obstacles:
        yield Issue(
            kind=IssueKind.OBSTACLE,
            category=told.category,
            title=told.title,
            level=told.level,
            detail=told.detail,
            client_key=told.key,
        )


def _events(content: ReportContent) -> Iterator[Issue]:
    for told in content.events:
        yield Issue(
            kind=IssueKind.EVENT,
            category=IssueCategory.SECURITY,
            title=told.title,
            level=told.level,
            detail=told.detail,
            occurred_at=told.occurred_at,
            place=told.place,
            action_taken=told.action_taken,
            needs_help=told.needs_help,
            client_key=told.key,
        )


def _topics(report: Report) -> Iterator[Issue]:
    """What the figures themselves tell: help asked for, logistics problems, new problems of voter data."""
    level = IssueLevel.HIGH if report.h_minus <= URGENT_FROM_H else IssueLevel.MEDIUM
    for code in report.help_needed:
        wanted = Help(code)
        yield Issue(
            kind=IssueKind.HELP,
            category=HELP_CATEGORIES[wanted],
            topic=code,
            title=_("Butuh bantuan: %(help)s") % {"help": wanted.label},
            level=level,
            needs_help=True,
            owner_id=HELP_OWNERS.get(wanted),
            client_key=uuid.uuid4(),
        )
    for code in report.logistics_problems:
        yield Issue(
            kind=IssueKind.OBSTACLE,
            category=IssueCategory.LOGISTICS,
            topic=code,
            title=_("Logistik: %(problem)s") % {"problem": LogisticsProblem(code).label},
            level=level,
            client_key=uuid.uuid4(),
        )
    for name, (topic, title) in VOTER_TOPICS.items():
        if count := getattr(report, name):
            yield Issue(
                kind=IssueKind.OBSTACLE,
                category=IssueCategory.VOTERS,
                topic=topic,
                title=str(title),
                detail=_("%(count)d orang dalam laporan %(slot)s.") % {"count": count, "slot": report.expected.slot},
                level=level,
                client_key=uuid.uuid4(),
            )
