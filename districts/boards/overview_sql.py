"""The statements behind dashboards and the page of a kecamatan, as SQL: the ORM needs longer to write them than Postgres
to answer, and these pages are asked for every few seconds. All read stored rows by key; none aggregates facts.

Parameters: `election`, `code` (of the region; "" the nation), `week_ago`, `weeks` (Sundays), `limit`.
"""

#: What a sentence needs of a grade and its indicator, in the order of `sentences.Told`.
TOLD = """indicator.code, indicator.name, indicator.unit, indicator.rule, indicator.filled_by, indicator.green_max,
       grade.level, grade.reason, grade.amount, grade.blocking, grade.target, grade.observed_at, grade.note,
       grade.is_stale"""

#: What a region was a week before; `same` names its rows.
PAST = """
LEFT JOIN LATERAL (
    SELECT history.level AS past_level, history.score AS past_score
    FROM districts_readinesshistory history
    WHERE history.election_id = %(election)s AND {same} AND history.day <= %(week_ago)s
    ORDER BY history.day DESC LIMIT 1
) past ON true"""

#: The colours at the ends of `weeks`, oldest first; null where nothing was kept.
STRIP = """LEFT JOIN LATERAL (
    SELECT array_agg(kept.level ORDER BY sunday.day) AS levels
    FROM unnest(%(weeks)s::date[]) sunday (day)
    LEFT JOIN districts_readinesshistory kept
           ON kept.election_id = %(election)s AND kept.region_id = region.code AND kept.day = sunday.day
) strip ON true"""

_COMPUTED_AT = """(
    SELECT rollup.finished_at FROM districts_rollup rollup
    WHERE rollup.election_id = %(election)s ORDER BY rollup.finished_at DESC LIMIT 1
) AS computed_at"""


def own(code: str) -> str:
    """The readiness row of the region itself, with the newest roll-up and the row a week ago."""
    same = "history.region_id = %(code)s" if code else "history.region_id IS NULL"
    here = "now.region_id = %(code)s" if code else "now.region_id IS NULL"
    return f"""
SELECT now.*, past.*, {_COMPUTED_AT}, {HAS_MAP}
FROM districts_readiness now {PAST.format(same=same)}
WHERE now.election_id = %(election)s AND {here}"""


#: A kecamatan's own row, also with its dimensions and every moment that may have changed its page.
OWN_KECAMATAN = f"""
SELECT now.*, past.*, {_COMPUTED_AT},
    (SELECT profile.is_hard FROM districts_kecamatanprofile profile WHERE profile.region_id = now.region_id) AS is_hard,
    (SELECT json_object_agg(part.dimension_id, json_build_array(part.level, part.score))
     FROM districts_dimensionscore part
     WHERE part.election_id = now.election_id AND part.region_id = now.region_id) AS scores,
    (SELECT max(grade.changed_at) FROM districts_grade grade
     WHERE grade.election_id = now.election_id AND grade.kecamatan_id = now.region_id) AS graded_at,
    (SELECT greatest(max(report.submitted_at), max(report.decided_at)) FROM districts_report report
     WHERE report.election_id = now.election_id AND report.kecamatan_id = now.region_id) AS reported_at,
    (SELECT max(attempt.at) FROM districts_contactattempt attempt
     JOIN districts_expectedreport expected ON expected.id = attempt.expected_id
     WHERE expected.election_id = now.election_id AND expected.kecamatan_id = now.region_id) AS called_at,
    (SELECT greatest(max(issue.raised_at), max(issue.closed_at)) FROM districts_issue issue
     WHERE issue.election_id = now.election_id AND issue.kecamatan_id = now.region_id) AS raised_at,
    (SELECT max(note.at) FROM districts_issuenote note JOIN districts_issue issue ON issue.id = note.issue_id
     WHERE issue.election_id = now.election_id AND issue.kecamatan_id = now.region_id) AS noted_at
FROM districts_readiness now {PAST.format(same="history.region_id = now.region_id")}
WHERE now.election_id = %(election)s AND now.region_id = %(code)s"""


#: Whether the region `code` has a drawing of its own.
HAS_MAP = "EXISTS (SELECT FROM districts_regionmap drawn WHERE drawn.place_code = %(code)s) AS has_map"


def outlines(readiness: str = "districts_readiness now ON now.election_id = %(election)s AND ") -> str:
    """The map of a place: its size, and every region on it with its path and its colour; level null: it has none."""
    return f"""
SELECT drawn.width, drawn.height, region.code, region.name, outline.path, outline.mark_x, outline.mark_y, outline.room,
       now.level, now.score
FROM districts_regionmap drawn
JOIN districts_regionoutline outline ON outline.map_id = drawn.place_code
JOIN districts_region region ON region.code = outline.region_id
LEFT JOIN {readiness}now.region_id = region.code
WHERE drawn.place_code = %(code)s ORDER BY region.code"""


def below(code: str) -> str:
    return "region.parent_id = %(code)s" if code else "region.level = 1"


def units(code: str) -> str:
    """The regions one level down that vote, whole or in part, with their readiness now and a week ago."""
    return f"""
SELECT region.code, region.name, region.tile_row, region.tile_column, now.level, now.score,
       past.past_level, past.past_score, strip.levels, now.reports_expected, now.reports_received, now.reports_on_time
FROM districts_region region
LEFT JOIN districts_readiness now ON now.election_id = %(election)s AND now.region_id = region.code
{PAST.format(same="history.region_id = region.code")}
{STRIP}
WHERE {below(code)} AND EXISTS (
    SELECT 1 FROM districts_election_regions voting
    WHERE voting.election_id = %(election)s
      AND (starts_with(region.code, voting.region_id) OR starts_with(voting.region_id, region.code))
)
ORDER BY region.code"""


def cells(code: str) -> str:
    """Every dimension of every region one level down; of kecamatan also what weighs most against it."""
    return f"""
SELECT part.region_id, dimension.code, dimension.name, dimension.position, part.level, part.score, {TOLD}
FROM districts_region region
JOIN districts_dimensionscore part ON part.election_id = %(election)s AND part.region_id = region.code
JOIN districts_dimension dimension ON dimension.code = part.dimension_id
LEFT JOIN districts_grade grade
       ON part.level >= 2 AND grade.level >= 2 AND grade.election_id = %(election)s
      AND grade.kecamatan_id = part.region_id AND grade.indicator_id = part.worst_indicator
LEFT JOIN districts_indicator indicator ON indicator.code = grade.indicator_id
WHERE {below(code)}"""


#: The kecamatan that call loudest, each with the first thing against it; where that is open issues, with the worst of
#: them, since people act on an issue and not on a count.
CALLING = f"""
SELECT region.code, region.name, above.name, region.time_zone, now.level,
       worst.id, worst.title, worst.owner, worst.due_at, {TOLD}
FROM (
    SELECT * FROM districts_readiness loud
    WHERE loud.election_id = %(election)s AND loud.urgency > 0 AND loud.region_id LIKE %(code)s || '%%'
    ORDER BY loud.urgency DESC, loud.region_id LIMIT %(limit)s
) now
JOIN districts_region region ON region.code = now.region_id
JOIN districts_region above ON above.code = region.parent_id
LEFT JOIN districts_grade grade ON grade.election_id = %(election)s AND grade.kecamatan_id = now.region_id
      AND grade.indicator_id = now.top_indicators[1]
LEFT JOIN districts_indicator indicator ON indicator.code = grade.indicator_id
LEFT JOIN LATERAL (
    SELECT issue.id, issue.title, agency.name AS owner, issue.due_at
    FROM districts_issue issue LEFT JOIN districts_agency agency ON agency.code = issue.owner_id
    WHERE issue.election_id = %(election)s AND issue.kecamatan_id = now.region_id
      AND issue.state IN ('baru', 'ditugaskan', 'dikerjakan')
      AND CASE indicator.code WHEN 'LOG-09' THEN issue.category = 'logistik'
                              WHEN 'DPT-02' THEN issue.category = 'pemilih'
                              WHEN 'KAM-04' THEN issue.kind = 'kejadian' ELSE issue.due_at IS NOT NULL END
    ORDER BY CASE indicator.code WHEN 'KOO-03' THEN issue.due_at END, issue.level DESC, issue.due_at NULLS FIRST,
             issue.id LIMIT 1
) worst ON indicator.rule = 'R2'
ORDER BY now.urgency DESC, now.region_id"""

#: Open issues past due `now`, of at least level `grave`, worst and longest due first.
OVERDUE = """
SELECT region.name, above.name, issue.id, issue.title, agency.name, issue.due_at
FROM districts_issue issue
JOIN districts_region region ON region.code = issue.kecamatan_id
JOIN districts_region above ON above.code = region.parent_id
LEFT JOIN districts_agency agency ON agency.code = issue.owner_id
WHERE issue.election_id = %(election)s AND issue.kecamatan_id LIKE %(code)s || '%%'
  AND issue.state IN ('baru', 'ditugaskan', 'dikerjakan') AND issue.due_at < %(now)s AND issue.level >= %(grave)s
ORDER BY issue.level DESC, issue.due_at, issue.id LIMIT %(limit)s"""

#: Every indicator of a kecamatan in order, with its second source and its past; `limit` is in rows of history.
INDICATORS = f"""
SELECT dimension.code, dimension.name, {TOLD}, indicator.is_critical, grade.source, grade.other_amount,
       grade.other_source, history.days, history.amounts, history.targets
FROM districts_grade grade
JOIN districts_indicator indicator ON indicator.code = grade.indicator_id
JOIN districts_dimension dimension ON dimension.code = indicator.dimension_id
LEFT JOIN LATERAL (
    SELECT array_agg(newest.day) AS days, array_agg(newest.amount) AS amounts, array_agg(newest.target) AS targets
    FROM (
        SELECT past.day, past.amount, past.target FROM districts_gradehistory past
        WHERE past.election_id = %(election)s AND past.kecamatan_id = %(code)s
          AND past.indicator_id = grade.indicator_id
        ORDER BY past.day DESC LIMIT %(limit)s
    ) newest
) history ON true
WHERE grade.election_id = %(election)s AND grade.kecamatan_id = %(code)s
ORDER BY dimension.position, indicator.position"""


#: Open obstacles of a kecamatan, most pressing first, in the order of `closeup.OpenIssue`.
OPEN_ISSUES = """
SELECT issue.id, issue.title, issue.level, agency.name, issue.due_at
FROM districts_issue issue LEFT JOIN districts_agency agency ON agency.code = issue.owner_id
WHERE issue.election_id = %(election)s AND issue.kecamatan_id = %(code)s
  AND issue.state IN ('baru', 'ditugaskan', 'dikerjakan')
ORDER BY issue.level DESC, issue.due_at NULLS FIRST, issue.id"""

#: The newest revisions of a kecamatan's reports, in the order of `closeup.Revision`.
REVISIONS = """
SELECT expected.slot, report.revision, report.submitted_at, report.channel, report.on_behalf_of, sender.name,
       report.receipt, report.decision, report.decision_reason, report.summary
FROM districts_report report
JOIN districts_expectedreport expected ON expected.id = report.expected_id
JOIN districts_user sender ON sender.id = report.submitted_by_id
WHERE report.election_id = %(election)s AND report.kecamatan_id = %(code)s
ORDER BY report.due_at DESC, report.revision DESC LIMIT %(limit)s"""


#: The desa of a kecamatan with profile, number of TPS, voters (null unless every TPS tells) and whether that is estimated.
VILLAGES = """
SELECT village.code, village.name, profile.access_mode, profile.signal, profile.has_alternative_route,
       profile.has_backup_device, profile.updated_at, COALESCE(station.tps, 0), station.voters,
       COALESCE(station.is_estimate, false)
FROM districts_region village
LEFT JOIN districts_villageprofile profile ON profile.region_id = village.code
LEFT JOIN (
    SELECT village_id, count(*) AS tps, bool_or(is_estimate) AS is_estimate,
           CASE WHEN count(voters) = count(*) THEN sum(voters) END AS voters
    FROM districts_pollingstation WHERE kecamatan_code = %(code)s GROUP BY village_id
) station ON station.village_id = village.code
WHERE village.parent_id = %(code)s AND village.level = 4
ORDER BY village.code"""

#: Whom to call about a kecamatan: accounts in force on `today`, then contacts.
PEOPLE = """
SELECT assignment.role, person.name, person.phone
FROM districts_assignment assignment JOIN districts_user person ON person.id = assignment.user_id
WHERE assignment.region_id = %(code)s AND person.is_active AND assignment.valid_from <= %(today)s
  AND (assignment.valid_until IS NULL OR assignment.valid_until >= %(today)s)
UNION ALL
SELECT contact.office, contact.name, contact.phone FROM districts_contact contact WHERE contact.region_id = %(code)s"""
