"""What is kept of a day once it is over, as SQL; the tables are those of `models.history`.

Parameters: `election`, `zone`, `day`, `at` (the end of `day`), `nation` (whether the nation's own rows are kept now).
Facts that came after `at` are not of that day. Every statement but the first writes only what differs from the row before.
"""

from districts.grading_sql import GRADE_COLUMNS, SCORE_COLUMNS

_SCORES = [column.strip() for column in f"{SCORE_COLUMNS}, top_indicators, urgency".split(",")]
_GRADES = [column.strip() for column in GRADE_COLUMNS.split(",")]
_DIMENSION = ["level", "score", "worst_indicator"]
_ISSUE = ["is_open", "kind", "category", "title", "level", "owner_id", "due_at"]
_REPORT = ["decision", "decision_reason"]


def _of(row: str, columns: list[str]) -> str:
    return ", ".join(f"{row}.{column}" for column in columns)


READINESS = f"""
INSERT INTO districts_readinesshistory (election_id, region_id, day, {", ".join(_SCORES)})
SELECT now.election_id, now.region_id, %(day)s, {_of("now", _SCORES)}
FROM districts_readiness now LEFT JOIN districts_region region ON region.code = now.region_id
WHERE now.election_id = %(election)s AND (region.time_zone = %(zone)s OR now.region_id IS NULL AND %(nation)s)
"""


def _changed(table: str, keys: list[str], columns: list[str], source: str, same: str) -> str:
    """Rows of `source` that differ from the newest kept row that is the `same` thing."""
    return f"""
INSERT INTO {table} (election_id, {", ".join(keys)}, day, {", ".join(columns)})
SELECT %(election)s, {_of("now", keys)}, %(day)s, {_of("now", columns)}
FROM ({source}) now
LEFT JOIN LATERAL (
    SELECT * FROM {table} kept WHERE {same} ORDER BY kept.day DESC LIMIT 1
) past ON true
WHERE past.id IS NULL OR ({_of("now", columns)}) IS DISTINCT FROM ({_of("past", columns)})
"""


def _of_zone(table: str, region: str) -> str:
    """Rows of a table in the election and zone."""
    return f"""
    FROM {table} fact JOIN districts_region region ON region.code = fact.{region} AND region.time_zone = %(zone)s
    WHERE fact.election_id = %(election)s"""


GRADES = _changed(
    "districts_gradehistory",
    ["kecamatan_id", "indicator_id"],
    _GRADES,
    f"SELECT fact.* {_of_zone('districts_grade', 'kecamatan_id')}",
    "kept.election_id = %(election)s AND kept.kecamatan_id = now.kecamatan_id AND kept.indicator_id = now.indicator_id",
)

DIMENSIONS = _changed(
    "districts_dimensionhistory",
    ["region_id", "dimension_id"],
    _DIMENSION,
    f"SELECT fact.* {_of_zone('districts_dimensionscore', 'region_id')}",
    "kept.election_id = %(election)s AND kept.region_id = now.region_id AND kept.dimension_id = now.dimension_id",
)

#: The nation's: apart, since an index finds no row by a key that may be null.
NATION_DIMENSIONS = _changed(
    "districts_dimensionhistory",
    ["region_id", "dimension_id"],
    _DIMENSION,
    "SELECT * FROM districts_dimensionscore WHERE election_id = %(election)s AND region_id IS NULL AND %(nation)s",
    "kept.election_id = %(election)s AND kept.region_id IS NULL AND kept.dimension_id = now.dimension_id",
)

#: Owner, level and due date as they are when the day is closed; open or not as of its end.
ISSUES = _changed(
    "districts_issuehistory",
    ["kecamatan_id", "issue_id"],
    _ISSUE,
    f"""SELECT fact.*, fact.id AS issue_id, fact.closed_at IS NULL OR fact.closed_at > %(at)s AS is_open
    {_of_zone("districts_issue", "kecamatan_id")} AND fact.raised_at <= %(at)s""",
    "kept.issue_id = now.issue_id",
)

REPORTS = _changed(
    "districts_reporthistory",
    ["kecamatan_id", "report_id"],
    _REPORT,
    f"""SELECT fact.kecamatan_id, fact.id AS report_id,
           CASE WHEN fact.decided_at <= %(at)s THEN fact.decision ELSE '' END AS decision,
           CASE WHEN fact.decided_at <= %(at)s THEN fact.decision_reason ELSE '' END AS decision_reason
    {_of_zone("districts_report", "kecamatan_id")} AND fact.submitted_at <= %(at)s""",
    "kept.report_id = now.report_id",
)

SNAPSHOT = (READINESS, GRADES, DIMENSIONS, NATION_DIMENSIONS, ISSUES, REPORTS)
