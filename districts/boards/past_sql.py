"""The statements of `boards.overview_sql` about a day that is closed: the same columns, read from what was kept of it.

Names of regions, people and indicators are those of today; all else is as it was. Parameters: `election`, `code`, `day`,
`at` (its end), `zone` (whose closing counts), `week_ago`, `weeks` (the Sundays of the strips), `limit`.
"""

from districts.boards import overview_sql
from districts.boards.overview_sql import HAS_MAP, PAST, STRIP, below
from districts.boards.overview_sql import TOLD as TOLD_NOW

#: The limit of an indicator as it was: a grade's target repeats it, where a grade has no target of its own.
TOLD = TOLD_NOW.replace("indicator.green_max", "grade.target")

_OF_THAT_DAY = """districts_readinesshistory now ON now.election_id = %(election)s AND now.day = %(day)s AND """


def _own(same: str, columns: str = "") -> str:
    """The kept row of a region, with the moment the day was closed; no row on a day that was not."""
    return f"""
SELECT now.*, past.*, closed.taken_at, %(at)s::timestamptz AS computed_at {columns}
FROM districts_closedday closed JOIN {_OF_THAT_DAY} now.{same}
{PAST.format(same=f"history.{same}")}
WHERE closed.election_id = %(election)s AND closed.time_zone = %(zone)s AND closed.day = %(day)s"""


def own(code: str) -> str:
    return _own("region_id = %(code)s" if code else "region_id IS NULL", f", {HAS_MAP}")


def outlines() -> str:
    return overview_sql.outlines(_OF_THAT_DAY)


OWN_KECAMATAN = _own(
    "region_id = %(code)s",
    """, (
    SELECT json_object_agg(part.dimension_id, json_build_array(part.level, part.score)) FROM (
        SELECT DISTINCT ON (kept.dimension_id) kept.* FROM districts_dimensionhistory kept
        WHERE kept.election_id = %(election)s AND kept.region_id = %(code)s AND kept.day <= %(day)s
        ORDER BY kept.dimension_id, kept.day DESC
    ) part) AS scores""",
)


def units(code: str) -> str:
    """The regions one level down that voted then. One whose zone kept nothing of that day is there, without figures."""
    return f"""
SELECT region.code, region.name, region.tile_row, region.tile_column, now.level, now.score,
       past.past_level, past.past_score, strip.levels, now.reports_expected, now.reports_received, now.reports_on_time
FROM districts_region region
JOIN LATERAL (
    SELECT kept.day FROM districts_readinesshistory kept
    WHERE kept.election_id = %(election)s AND kept.region_id = region.code AND kept.day <= %(day)s
    ORDER BY kept.day DESC LIMIT 1
) newest ON true
LEFT JOIN {_OF_THAT_DAY} now.region_id = region.code
{PAST.format(same="history.region_id = region.code")}
{STRIP}
WHERE {below(code)} AND (newest.day = %(day)s OR NOT EXISTS (
    SELECT FROM districts_closedday closed
    WHERE closed.election_id = %(election)s AND closed.time_zone = region.time_zone AND closed.day = %(day)s
))
ORDER BY region.code"""


def _grade(kecamatan: str, indicator: str) -> str:
    """The grade of an indicator at the end of the day."""
    return f"""LATERAL (
    SELECT * FROM districts_gradehistory kept
    WHERE kept.election_id = %(election)s AND kept.kecamatan_id = {kecamatan} AND kept.indicator_id = {indicator}
      AND kept.day <= %(day)s
    ORDER BY kept.day DESC LIMIT 1
) grade"""


def cells(code: str) -> str:
    return f"""
SELECT region.code, dimension.code, dimension.name, dimension.position, part.level, part.score, {TOLD}
FROM districts_region region
JOIN {_OF_THAT_DAY} now.region_id = region.code
CROSS JOIN districts_dimension dimension
JOIN LATERAL (
    SELECT * FROM districts_dimensionhistory kept
    WHERE kept.election_id = %(election)s AND kept.region_id = region.code AND kept.dimension_id = dimension.code
      AND kept.day <= %(day)s
    ORDER BY kept.day DESC LIMIT 1
) part ON true
LEFT JOIN {_grade("region.code", "part.worst_indicator")} ON part.level >= 2 AND grade.level >= 2
LEFT JOIN districts_indicator indicator ON indicator.code = grade.indicator_id
WHERE {below(code)}"""


def _issues(where: str) -> str:
    """Issues as they were at the end of the day, open ones only."""
    return f"""(
    SELECT was.*, agency.name AS owner FROM (
        SELECT DISTINCT ON (kept.issue_id) kept.* FROM districts_issuehistory kept
        WHERE kept.election_id = %(election)s AND kept.kecamatan_id {where} AND kept.day <= %(day)s
        ORDER BY kept.issue_id, kept.day DESC
    ) was LEFT JOIN districts_agency agency ON agency.code = was.owner_id
    WHERE was.is_open
) issue"""


CALLING = f"""
SELECT region.code, region.name, above.name, region.time_zone, now.level,
       worst.issue_id, worst.title, worst.owner, worst.due_at, {TOLD}
FROM (
    SELECT * FROM districts_readinesshistory loud
    WHERE loud.election_id = %(election)s AND loud.day = %(day)s AND loud.urgency > 0
      AND loud.region_id LIKE %(code)s || '%%'
    ORDER BY loud.urgency DESC, loud.region_id LIMIT %(limit)s
) now
JOIN districts_region region ON region.code = now.region_id
JOIN districts_region above ON above.code = region.parent_id
LEFT JOIN {_grade("now.region_id", "now.top_indicators[1]")} ON true
LEFT JOIN districts_indicator indicator ON indicator.code = grade.indicator_id
LEFT JOIN LATERAL (
    SELECT issue.* FROM {_issues("= now.region_id")}
    WHERE CASE indicator.code WHEN 'LOG-09' THEN issue.category = 'logistik'
                              WHEN 'DPT-02' THEN issue.category = 'pemilih'
                              WHEN 'KAM-04' THEN issue.kind = 'kejadian' ELSE issue.due_at IS NOT NULL END
    ORDER BY CASE indicator.code WHEN 'KOO-03' THEN issue.due_at END, issue.level DESC, issue.due_at NULLS FIRST,
             issue.issue_id LIMIT 1
) worst ON indicator.rule = 'R2'
ORDER BY now.urgency DESC, now.region_id"""

OVERDUE = f"""
SELECT region.name, above.name, issue.issue_id, issue.title, issue.owner, issue.due_at
FROM {_issues("LIKE %(code)s || '%%'")}
JOIN districts_region region ON region.code = issue.kecamatan_id
JOIN districts_region above ON above.code = region.parent_id
WHERE issue.due_at < %(now)s AND issue.level >= %(grave)s
ORDER BY issue.level DESC, issue.due_at, issue.issue_id LIMIT %(limit)s"""

INDICATORS = f"""
SELECT dimension.code, dimension.name, {TOLD}, indicator.is_critical, grade.source, grade.other_amount,
       grade.other_source, history.days, history.amounts, history.targets
FROM districts_indicator indicator
JOIN districts_dimension dimension ON dimension.code = indicator.dimension_id
JOIN {_grade("%(code)s", "indicator.code")} ON true
LEFT JOIN LATERAL (
    SELECT array_agg(newest.day) AS days, array_agg(newest.amount) AS amounts, array_agg(newest.target) AS targets
    FROM (
        SELECT past.day, past.amount, past.target FROM districts_gradehistory past
        WHERE past.election_id = %(election)s AND past.kecamatan_id = %(code)s
          AND past.indicator_id = indicator.code AND past.day <= %(day)s
        ORDER BY past.day DESC LIMIT %(limit)s
    ) newest
) history ON true
ORDER BY dimension.position, indicator.position"""

OPEN_ISSUES = f"""
SELECT issue.issue_id, issue.title, issue.level, issue.owner, issue.due_at
FROM {_issues("= %(code)s")}
ORDER BY issue.level DESC, issue.due_at NULLS FIRST, issue.issue_id"""

_REVISIONS = """(
    SELECT DISTINCT ON (kept.report_id) kept.* FROM districts_reporthistory kept
    WHERE kept.election_id = %(election)s AND kept.kecamatan_id = %(code)s AND kept.day <= %(day)s
    ORDER BY kept.report_id, kept.day DESC
) known JOIN districts_report report ON report.id = known.report_id"""

REVISIONS = f"""
SELECT expected.slot, report.revision, report.submitted_at, report.channel, report.on_behalf_of, sender.name,
       report.receipt, known.decision, known.decision_reason, report.summary
FROM {_REVISIONS}
JOIN districts_expectedreport expected ON expected.id = report.expected_id
JOIN districts_user sender ON sender.id = report.submitted_by_id
ORDER BY report.due_at DESC, report.revision DESC LIMIT %(limit)s"""

#: The slot that was open at `at`, with its state then, as `ExpectedReportQuerySet.with_state` says it.
CURRENT = f"""
SELECT expected.slot, expected.due_at, latest.revision, CASE
    WHEN latest.decision = 'diterima' THEN 'diterima'
    WHEN latest.decision = 'dikembalikan' THEN 'dikembalikan'
    WHEN latest.first_at > expected.due_at THEN 'terkirim_terlambat'
    WHEN latest.first_at IS NOT NULL THEN 'terkirim'
    WHEN (SELECT attempt.outcome FROM districts_contactattempt attempt
          WHERE attempt.expected_id = expected.id AND attempt.at <= %(at)s
          ORDER BY attempt.at DESC, attempt.id DESC LIMIT 1) = 'tidak_terjangkau' THEN 'tidak_terjangkau'
    WHEN expected.due_at <= %(at)s THEN 'terlambat'
    ELSE 'belum_lapor' END AS state
FROM districts_expectedreport expected
LEFT JOIN LATERAL (
    SELECT report.revision, known.decision, min(report.submitted_at) OVER () AS first_at
    FROM {_REVISIONS} WHERE report.expected_id = expected.id ORDER BY report.revision DESC LIMIT 1
) latest ON true
WHERE expected.election_id = %(election)s AND expected.kecamatan_id = %(code)s AND expected.opens_at <= %(at)s
ORDER BY expected.opens_at DESC LIMIT 1"""
