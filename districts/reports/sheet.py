"""Everything a form, a page or a check of one expected report must know, read in a fixed number of statements."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.utils.functional import cached_property

from districts.models import (
    Decision,
    ExpectedReport,
    Issue,
    IssueKind,
    IssueState,
    Region,
    Report,
)
from districts.models.issues import CLOSED_STATES


@dataclass(frozen=True, slots=True)
class Totals:
    """Denominators of a kecamatan as known now; None is unknown, never zero."""

    tps_total: int | None
    voters_total: int | None
    village_total: int | None
    pledge_total: int | None


#: These are asked by every form: the ORM needs five times as long to write them as Postgres to answer.
_TOTALS = """
SELECT (SELECT nullif(count(*), 0) FROM districts_pollingstation station WHERE station.kecamatan_code = %(code)s),
       (SELECT CASE WHEN count(station.voters) = count(*) THEN sum(station.voters) END
        FROM districts_pollingstation station WHERE station.kecamatan_code = %(code)s),
       (SELECT nullif(count(*), 0) FROM districts_region village WHERE village.parent_id = %(code)s),
       (SELECT profile.pledge_total FROM districts_kecamatanprofile profile WHERE profile.region_id = %(code)s)"""
_LATEST = """
SELECT report.* FROM districts_report report WHERE report.expected_id = %(expected)s AND report.is_latest"""
_PREVIOUS = """
SELECT report.* FROM districts_report report
WHERE report.election_id = %(election)s AND report.kecamatan_id = %(code)s AND report.is_latest
  AND report.due_at < %(before)s AND report.decision <> %(returned)s
ORDER BY report.due_at DESC, report.revision DESC LIMIT 1"""


def totals_of(kecamatan_code: str) -> Totals:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"code": kecamatan_code})
        return Totals(*cursor.fetchone())


def previous_report(expected: ExpectedReport) -> Report | None:
    """What the kecamatan said in the newest slot before this one; what the Desk returned does not count."""
    asked = {"election": expected.election_id, "code": expected.kecamatan_id, "before": expected.due_at}
    found = Report.objects.raw(_PREVIOUS, asked | {"returned": Decision.RETURNED.value})
    return next(iter(found), None)


class Sheet:
    """One expected report with what surrounds it. Each part is one statement, read when first asked for."""

    def __init__(self, expected: ExpectedReport) -> None:
        self.expected = expected

    @property
    def zone(self) -> str:
        return self.expected.kecamatan.time_zone

    @cached_property
    def totals(self) -> Totals:
        return totals_of(self.expected.kecamatan_id)

    @cached_property
    def villages(self) -> dict[str, str]:
        """Names of the kecamatan's villages by code."""
        found = Region.objects.filter(parent=self.expected.kecamatan_id).order_by("code")
        return dict(found.values_list("code", "name"))

    @cached_property
    def previous(self) -> Report | None:
        return previous_report(self.expected)

    @cached_property
    def revisions(self) -> list[Report]:
        """All revisions of this report, oldest first."""
        return list(self.expected.reports.select_related("submitted_by", "decided_by").order_by("revision"))

    @cached_property
    def latest(self) -> Report | None:
        """The newest revision; none of the others is read for it."""
        if "revisions" in self.__dict__:
            return self.revisions[-1] if self.revisions else None
        return next(iter(Report.objects.raw(_LATEST, {"expected": self.expected.pk})), None)

    @cached_property
    def _issues(self) -> list[Any]:
        """What is open in this kecamatan and what was told in this report, most pressing first, with `told_in`."""
        told_here = Q(report__expected=self.expected, kind=IssueKind.EVENT)
        found = Issue.objects.filter(election=self.expected.election_id, kecamatan=self.expected.kecamatan_id)
        found = found.filter(~Q(state__in=CLOSED_STATES) | told_here).annotate(told_in=F("report__expected"))
        return list(found.select_related("owner").most_pressing_first())

    @property
    def open_issues(self) -> list[Issue]:
        """What is still open in this kecamatan, most pressing first."""
        return [issue for issue in self._issues if issue.state not in CLOSED_STATES]

    @property
    def recorded_events(self) -> list[Any]:
        """Security events already told in earlier revisions of this report and not cancelled, by time."""
        told = [
            issue
            for issue in self._issues
            if issue.kind == IssueKind.EVENT
            and issue.state != IssueState.CANCELLED
            and issue.told_in == self.expected.pk
        ]
        return sorted(told, key=lambda event: event.occurred_at)

    def row(self, figures: dict[str, Any], **columns: Any) -> Report:
        """An unsaved report with these figures on this sheet's period and totals."""
        expected, totals = self.expected, self.totals
        answers = {name: value for name, value in figures.items() if value is not None}
        return Report(
            expected=expected,
            kecamatan_id=expected.kecamatan_id,
            election_id=expected.election_id,
            due_at=expected.due_at,
            h_minus=expected.h_minus,
            tps_total=totals.tps_total,
            voters_total=totals.voters_total,
            village_total=totals.village_total,
            pledge_total=totals.pledge_total,
            **answers,
            **columns,
        )
