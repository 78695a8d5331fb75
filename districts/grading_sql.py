"""The set operations of `districts.readiness` as SQL, in one place. Codes of levels and reasons are those of
`models.readiness.Level` and `Reason`; rules and thresholds those of DOMAIN 6.2 and 6.4.

A level is named by the length of its region codes: 8 kecamatan, 5 regency, 2 province, 0 the nation (no region).
"""

from collections.abc import Iterable

from districts.measures import FLOOD_SITE, Source

# What is known of each kecamatan in question before any source speaks. Bawaslu's mapping names the risky TPS, so one
# TPS-rawan indicator maps a kecamatan; Polri's categories map it once every TPS has one. What is not mapped, or has a
# category without a pattern, needs an unknown number of police, not a low one. Rank: DOMAIN 5.5.
SCOPE = f"""
zone AS (SELECT * FROM unnest(%(zones)s::text[], %(todays)s::date[], %(hs)s::int[]) zone (name, today, h_minus)),
risk AS (
    SELECT risk.polling_station_id, max(risk.updated_at) AS updated_at, bool_and(risk.mitigation <> '') AS is_mitigated,
           bool_or(risk.indicator_id = '{FLOOD_SITE}') AS is_flood_site,
           CASE WHEN bool_or(indicator.alone_high) OR count(*) >= 4 THEN 'sangat_rawan'
                WHEN bool_or(indicator.alone_medium) OR count(*) >= 2 THEN 'rawan' ELSE 'kurang_rawan' END AS category
    FROM districts_pollingstation station
    JOIN districts_pollingstationrisk risk ON risk.polling_station_id = station.id
    JOIN districts_riskindicator indicator ON indicator.code = risk.indicator_id
    WHERE station.kecamatan_code = ANY (%(codes)s::text[])
    GROUP BY risk.polling_station_id
),
station AS (
    SELECT station.kecamatan_code, count(*)::int AS total,
           CASE WHEN count(station.voters) = count(*) THEN sum(station.voters) END AS voters,
           max(CASE WHEN station.police_category <> '' THEN station.updated_at END) AS police_at,
           max(risk.updated_at) AS risk_at,
           max(risk.updated_at) IS NOT NULL OR bool_and(station.police_category <> '') AS is_mapped,
           count(*) FILTER (WHERE place.category = 'sangat_rawan') AS high,
           count(*) FILTER (WHERE place.category = 'rawan') AS medium,
           count(*) FILTER (WHERE place.category = 'kurang_rawan') AS low,
           count(*) FILTER (WHERE place.category <> 'kurang_rawan' AND risk.is_mitigated) AS mitigated,
           count(*) FILTER (WHERE risk.is_flood_site) AS flood,
           count(*) FILTER (WHERE risk.is_flood_site AND station.has_alternative_site) AS flood_ready
    FROM districts_pollingstation station
    LEFT JOIN risk ON risk.polling_station_id = station.id
    CROSS JOIN LATERAL (
        SELECT COALESCE(NULLIF(station.police_category, ''), risk.category, 'kurang_rawan') AS category
    ) place
    WHERE station.kecamatan_code = ANY (%(codes)s::text[])
    GROUP BY station.kecamatan_code
),
scope AS MATERIALIZED (
    SELECT region.code AS kecamatan_id, zone.name AS time_zone, zone.today, zone.h_minus,
           COALESCE(profile.is_hard, false) AS is_hard, profile.pledge_total,
           station.total AS tps_total, station.voters, village.total AS village_total,
           CASE WHEN station.is_mapped OR station.high + station.medium > 0
                THEN GREATEST(station.police_at, station.risk_at) END AS mapped_at,
           station.risk_at AS floods_mapped_at,
           station.high + station.medium AS tps_risky, station.mitigated AS tps_mitigated,
           station.flood AS tps_flood, station.flood_ready AS tps_flood_ready,
           CASE WHEN station.is_mapped THEN (
               SELECT CASE WHEN bool_and(kind.tps = 0 OR pattern.id IS NOT NULL)
                           THEN sum(ceil(kind.tps / pattern.tps::numeric) * pattern.police)::int END
               FROM (VALUES ('sangat_rawan', station.high), ('rawan', station.medium), ('kurang_rawan', station.low))
                    kind (category, tps)
               LEFT JOIN districts_securitypattern pattern
                 ON pattern.category = kind.category AND pattern.election_id = %(election)s
           ) END AS police_need
    FROM districts_region region
    JOIN zone ON zone.name = region.time_zone
    LEFT JOIN districts_kecamatanprofile profile ON profile.region_id = region.code
    LEFT JOIN station ON station.kecamatan_code = region.code
    LEFT JOIN (
        SELECT parent_id, count(*)::int AS total FROM districts_region
        WHERE parent_id = ANY (%(codes)s::text[]) GROUP BY parent_id
    ) village ON village.parent_id = region.code
    WHERE region.code = ANY (%(codes)s::text[])
),
report AS MATERIALIZED (
    SELECT newest.*, seen.at AS seen_at, (seen.at AT TIME ZONE newest.time_zone)::date AS seen_on
    FROM (
        SELECT newest.*, scope.time_zone FROM scope
        CROSS JOIN LATERAL (
            SELECT report.* FROM districts_report report
            WHERE report.election_id = %(election)s AND report.kecamatan_id = scope.kecamatan_id
              AND report.submitted_at <= %(known_by)s
              AND NOT (report.decision = 'dikembalikan' AND report.decided_at <= %(known_by)s)
              -- what the kecamatan corrected itself does not come back when its correction is returned
              AND report.revision = (
                  SELECT max(later.revision) FROM districts_report later
                  WHERE later.expected_id = report.expected_id AND later.submitted_at <= %(known_by)s
              )
            ORDER BY report.due_at DESC, report.revision DESC LIMIT 1
        ) newest
    ) newest
    -- a correction written after its period closed is still about that period
    CROSS JOIN LATERAL (
        SELECT LEAST(newest.submitted_at, (
            SELECT expected.closes_at FROM districts_expectedreport expected WHERE expected.id = newest.expected_id
        )) AS at
    ) seen
)
"""

TARGET = """
target AS (
    SELECT * FROM unnest(%(t_zone)s::text[], %(t_hard)s::bool[], %(t_indicator)s::text[], %(t_due)s::bool[],
                         %(t_target)s::float8[], %(t_margin)s::float8[], %(t_passed)s::bool[])
        target (time_zone, is_hard, indicator_id, is_due, target, margin, deadline_passed)
)
"""

# level and reason together; the first condition that holds decides. Values are compared unrounded but for the noise of
# binary fractions (1e-9).
VERDICT = """
    CASE
        WHEN indicator.rule = 'R3' AND best.amount >= 1 THEN '1 done'
        WHEN target.is_due AND target.target IS NULL AND indicator.rule IN ('R1', 'R3', 'R4') THEN '3 no_target'
        WHEN NOT target.is_due THEN '0 not_due'
        WHEN indicator.rule = 'R5' AND best.blocking >= 2 THEN '4 missed_twice'
        WHEN indicator.rule = 'R6' AND best.blocking > 0 THEN '4 far_over_limit'
        WHEN best.amount IS NULL AND best.observed_at IS NOT NULL THEN '3 no_denominator'
        WHEN best.amount IS NULL THEN '3 no_data'
        WHEN indicator.rule IN ('R1', 'R4') AND best.amount >= target.target - 1e-9 THEN '1 on_target'
        WHEN indicator.rule IN ('R1', 'R4') AND best.amount >= target.target - target.margin - 1e-9
            THEN '2 below_target'
        WHEN indicator.rule IN ('R1', 'R4') THEN '4 far_below_target'
        WHEN indicator.rule = 'R2' AND best.amount = 0 THEN '1 none_open'
        WHEN indicator.rule = 'R2' AND COALESCE(best.blocking, 0) = 0 THEN '2 open_handled'
        WHEN indicator.rule = 'R2' THEN '4 open_blocking'
        WHEN indicator.rule = 'R3' AND target.deadline_passed THEN '4 deadline_passed'
        WHEN indicator.rule = 'R3' THEN '2 deadline_near'
        WHEN indicator.rule = 'R7' AND best.amount >= 100 THEN '1 on_target'
        WHEN indicator.rule = 'R7' AND COALESCE(best.blocking, 0) = 0 THEN '2 below_target'
        WHEN indicator.rule = 'R7' THEN '4 far_below_target'
        WHEN best.amount <= indicator.green_max THEN '1 within_limit'
        WHEN best.amount <= indicator.amber_max THEN '2 over_limit'
        ELSE '4 far_over_limit'
    END
"""

GRADE_COLUMNS = (
    "level, reason, amount, blocking, target, observed_at, source, note, is_stale, "
    "other_amount, other_source, other_observed_at"
)


def grade(sources: Iterable[Source]) -> str:
    """One statement: measure, pick the authoritative of two sources, grade, write what differs.

    Gives one row: how many grades were written, and in which kecamatan. A fresh figure goes before a stale one, then
    the higher rank; the runner-up is kept beside it. R5 measures age itself, so it is never stale.
    """
    measured = "\n    UNION ALL\n".join(
        f"    SELECT kecamatan_id, indicator_id, amount, blocking, observed_at, note, {source.rank} AS rank, "
        f"'{source.name}' AS source FROM ({source.sql}) {source.name}"
        for source in sources
    )
    columns = [column.strip() for column in GRADE_COLUMNS.split(",")]
    return f"""
WITH {SCOPE}, {TARGET},
measured AS (
{measured}
),
ranked AS (
    SELECT measured.*, row_number() OVER (
        PARTITION BY kecamatan_id, indicator_id
        ORDER BY (amount IS NULL AND blocking IS NULL), (observed_at < %(stale_before)s), rank DESC, source
    ) AS place FROM measured
),
graded AS (
    SELECT scope.kecamatan_id, indicator.code AS indicator_id,
           left(verdict.text, 1)::smallint AS level, substr(verdict.text, 3) AS reason,
           best.amount, best.blocking, CASE WHEN target.is_due THEN target.target END AS target, best.observed_at,
           COALESCE(best.source, '') AS source, COALESCE(left(best.note, 160), '') AS note,
           COALESCE(best.observed_at < %(stale_before)s AND indicator.rule <> 'R5', false) AS is_stale,
           other.amount AS other_amount, COALESCE(other.source, '') AS other_source,
           other.observed_at AS other_observed_at
    FROM scope
    CROSS JOIN districts_indicator indicator
    JOIN target ON target.time_zone = scope.time_zone AND target.is_hard = scope.is_hard
               AND target.indicator_id = indicator.code
    LEFT JOIN ranked best ON best.kecamatan_id = scope.kecamatan_id AND best.indicator_id = indicator.code
                         AND best.place = 1
    LEFT JOIN ranked other ON other.kecamatan_id = scope.kecamatan_id AND other.indicator_id = indicator.code
                          AND other.place = 2
    CROSS JOIN LATERAL (SELECT {VERDICT} AS text) verdict
),
written AS (
    INSERT INTO districts_grade (election_id, kecamatan_id, indicator_id, changed_at, {GRADE_COLUMNS})
    SELECT %(election)s, graded.kecamatan_id, graded.indicator_id, %(at)s, {", ".join(f"graded.{c}" for c in columns)}
    FROM graded
    LEFT JOIN districts_grade kept ON kept.election_id = %(election)s AND kept.kecamatan_id = graded.kecamatan_id
                                  AND kept.indicator_id = graded.indicator_id
    WHERE kept.id IS NULL OR ({", ".join(f"kept.{c}" for c in columns)})
                          IS DISTINCT FROM ({", ".join(f"graded.{c}" for c in columns)})
    ON CONFLICT (election_id, kecamatan_id, indicator_id) DO UPDATE
    SET changed_at = excluded.changed_at, {", ".join(f"{c} = excluded.{c}" for c in columns)}
    RETURNING kecamatan_id
)
SELECT count(*)::int, array_agg(DISTINCT kecamatan_id) FROM written
"""


# --- Roll-up ----------------------------------------------------------------------------------------------------------

# a kecamatan's grades with weights; `is_critical` may begin only near the day (AKS-01 from H-7)
_GRADES = """
    SELECT grade.kecamatan_id AS unit, grade.indicator_id, grade.level, grade.is_stale, indicator.dimension_id,
           indicator.weight, indicator.position,
           indicator.is_critical AND zone.h_minus <= COALESCE(indicator.critical_from_h, zone.h_minus) AS is_critical,
           zone.h_minus, grade.level IN (1, 2, 4) AS is_scored,
           CASE grade.level WHEN 1 THEN 1.0 WHEN 2 THEN 0.5 WHEN 4 THEN 0.0 END AS points
    FROM districts_grade grade
    JOIN districts_indicator indicator ON indicator.code = grade.indicator_id
    JOIN districts_region region ON region.code = grade.kecamatan_id
    JOIN zone ON zone.name = region.time_zone
    WHERE grade.election_id = %(election)s AND grade.kecamatan_id = ANY (%(units)s::text[])
"""
_ZONE = "zone AS (SELECT * FROM unnest(%(zones)s::text[], %(hs)s::int[]) zone (name, h_minus))"

# what weighs most against a kecamatan comes first: critical reds, then by level, then by weight in the whole
_WORST_FIRST = (
    "(grade.level = 4 AND grade.is_critical) DESC, grade.level DESC, "
    "grade.weight * dimension.weight DESC, grade.position"
)


_DIMENSION_VERDICT = """
    SELECT region_id, dimension_id,
           CASE WHEN NOT is_due THEN 0 WHEN completeness < 0.30 THEN 3 WHEN has_critical_red OR score < 60 THEN 4
                WHEN score >= 85 AND NOT has_red AND completeness >= 0.90 THEN 1 ELSE 2 END AS level,
           score::float8 AS score, worst_indicator
    FROM rolled
"""


def _exact(mean: str) -> str:
    """A mean of stored fractions: the same in whatever order rows are read, and without the noise that would put a
    score of exactly 60 or 85 under its threshold."""
    return f"round({mean}, 9)::float8"


def _kecamatan_dimensions() -> str:
    return f"""
WITH {_ZONE}, grade AS ({_GRADES}),
rolled AS (
    SELECT grade.unit AS region_id, grade.dimension_id,
           100.0 * sum(grade.weight * grade.points) / NULLIF(sum(grade.weight) FILTER (WHERE grade.is_scored), 0)
               AS score,
           COALESCE(bool_or(grade.level = 4), false) AS has_red,
           COALESCE(bool_or(grade.level = 4 AND grade.is_critical), false) AS has_critical_red,
           COALESCE((sum(grade.weight * CASE WHEN grade.is_stale THEN 0.5 ELSE 1 END) FILTER (WHERE grade.is_scored))
               / NULLIF(sum(grade.weight) FILTER (WHERE grade.level <> 0), 0), 0) AS completeness,
           bool_or(grade.level <> 0) AS is_due,
           COALESCE((array_agg(grade.indicator_id ORDER BY {_WORST_FIRST}) FILTER (WHERE grade.level >= 2))[1], '')
               AS worst_indicator
    FROM grade JOIN districts_dimension dimension ON dimension.code = grade.dimension_id
    GROUP BY grade.unit, grade.dimension_id
)
{_upsert_dimensions(8, _DIMENSION_VERDICT)}
"""


def _same_region(length: int) -> str:
    """The kept row of a made one. Written so that an index serves it: IS NOT DISTINCT FROM cannot use one."""
    return "kept.region_id = made.region_id" if length else "kept.region_id IS NULL"


def _upsert_dimensions(length: int, select: str) -> str:
    return f"""
INSERT INTO districts_dimensionscore (election_id, region_id, dimension_id, level, score, worst_indicator)
SELECT %(election)s, made.* FROM ({select}) made
LEFT JOIN districts_dimensionscore kept ON kept.election_id = %(election)s
      AND {_same_region(length)} AND kept.dimension_id = made.dimension_id
WHERE kept.id IS NULL
   OR (kept.level, kept.score, kept.worst_indicator) IS DISTINCT FROM (made.level, made.score, made.worst_indicator)
ON CONFLICT (election_id, region_id, dimension_id) DO UPDATE
SET level = excluded.level, score = excluded.score, worst_indicator = excluded.worst_indicator
"""


SCORE_COLUMNS = (
    "level, score, completeness, kecamatan_green, kecamatan_amber, kecamatan_red, kecamatan_grey, voters, voters_red, "
    "reports_expected, reports_received, reports_on_time"
)
_READINESS_COLUMNS = [column.strip() for column in f"{SCORE_COLUMNS}, top_indicators, urgency".split(",")]


def _upsert_readiness(length: int, select: str) -> str:
    """Write what differs; a unit with anything new below it gets a new `changed_at` even when its own row is the same."""
    columns = ", ".join(_READINESS_COLUMNS)
    return f"""
INSERT INTO districts_readiness (election_id, changed_at, region_id, {columns})
SELECT %(election)s, %(at)s, made.region_id, {", ".join(f"made.{c}" for c in _READINESS_COLUMNS)} FROM ({select}) made
LEFT JOIN districts_readiness kept ON kept.election_id = %(election)s
      AND {_same_region(length)}
WHERE kept.id IS NULL OR COALESCE(made.region_id, '') = ANY (%(touched)s::text[])
   OR ({", ".join(f"kept.{c}" for c in _READINESS_COLUMNS)})
      IS DISTINCT FROM ({", ".join(f"made.{c}" for c in _READINESS_COLUMNS)})
ON CONFLICT (election_id, region_id) DO UPDATE
SET changed_at = excluded.changed_at, {", ".join(f"{c} = excluded.{c}" for c in _READINESS_COLUMNS)}
"""


# Urgency [P]: each critical red 1,000, no data 500, any other red 100, plus the points missing to 100.
_KECAMATAN_VERDICT = """
    SELECT verdict.unit AS region_id, verdict.level, CASE WHEN verdict.level <> 3 THEN verdict.score END AS score,
           verdict.filled AS completeness,
           (verdict.level = 1)::int AS kecamatan_green, (verdict.level = 2)::int AS kecamatan_amber,
           (verdict.level = 4)::int AS kecamatan_red, (verdict.level = 3)::int AS kecamatan_grey,
           station.voters, CASE WHEN verdict.level = 4 THEN COALESCE(station.voters, 0) ELSE 0 END AS voters_red,
           (slot.id IS NOT NULL)::int AS reports_expected,
           (slot.received_at IS NOT NULL)::int AS reports_received,
           COALESCE(slot.received_at <= slot.due_at, false)::int AS reports_on_time,
           COALESCE(verdict.top_indicators, '{}') AS top_indicators,
           CASE WHEN verdict.level IN (0, 1) THEN 0 ELSE
               1000 * verdict.critical_reds + CASE WHEN verdict.level = 3 THEN 500 ELSE 0 END
               + 100 * (verdict.reds - verdict.critical_reds) + round(100 - COALESCE(verdict.score, 0))
           END::int AS urgency
    FROM verdict
    LEFT JOIN (
        SELECT kecamatan_code, CASE WHEN count(voters) = count(*) THEN sum(voters) END AS voters
        FROM districts_pollingstation WHERE kecamatan_code = ANY (%(units)s::text[]) GROUP BY kecamatan_code
    ) station ON station.kecamatan_code = verdict.unit
    LEFT JOIN LATERAL (
        SELECT expected.id, expected.due_at, (
            SELECT min(report.submitted_at) FROM districts_report report
            WHERE report.expected_id = expected.id AND report.submitted_at <= %(known_by)s
        ) AS received_at
        FROM districts_expectedreport expected
        WHERE expected.election_id = %(election)s AND expected.kecamatan_id = verdict.unit
          AND expected.opens_at <= %(at)s
        ORDER BY expected.opens_at DESC LIMIT 1
    ) slot ON true
"""


def _kecamatan_readiness() -> str:
    return f"""
WITH {_ZONE}, grade AS ({_GRADES}),
whole AS (
    SELECT grade.unit, min(grade.h_minus) AS h_minus,
           (sum(grade.weight * CASE WHEN grade.is_stale THEN 0.5 ELSE 1 END) FILTER (WHERE grade.is_scored))::float8
               / NULLIF(sum(grade.weight) FILTER (WHERE grade.level <> 0), 0) AS completeness,
           bool_or(grade.level <> 0) AS is_due,
           count(*) FILTER (WHERE grade.level = 4) AS reds,
           count(*) FILTER (WHERE grade.level = 4 AND grade.is_critical) AS critical_reds,
           count(*) FILTER (WHERE grade.level = 2 AND grade.is_critical) AS critical_ambers,
           (array_agg(grade.indicator_id ORDER BY {
        _WORST_FIRST
    }) FILTER (WHERE grade.level >= 2))[1:3] AS top_indicators
    FROM grade JOIN districts_dimension dimension ON dimension.code = grade.dimension_id
    GROUP BY grade.unit
),
score AS (
    SELECT part.region_id AS unit,
           {_exact("sum(part.score::numeric * dimension.weight) / sum(dimension.weight)")} AS score
    FROM districts_dimensionscore part JOIN districts_dimension dimension ON dimension.code = part.dimension_id
    WHERE part.election_id = %(election)s AND part.region_id = ANY (%(units)s::text[]) AND part.score IS NOT NULL
    GROUP BY part.region_id
),
verdict AS (
    SELECT whole.*, score.score, COALESCE(whole.completeness, 0) AS filled,
           CASE WHEN NOT whole.is_due THEN 0
                WHEN COALESCE(whole.completeness, 0) < 0.30 THEN 3
                WHEN whole.critical_reds > 0 OR score.score < 60 OR whole.completeness < 0.60 THEN 4
                WHEN score.score >= 85 AND whole.reds = 0 AND whole.completeness >= 0.90
                     AND (whole.h_minus > 3 OR whole.critical_ambers = 0) THEN 1
                ELSE 2 END AS level
    FROM whole LEFT JOIN score USING (unit)
)
{_upsert_readiness(8, _KECAMATAN_VERDICT)}
"""


# DOMAIN 6.4, from kabupaten upwards: the same rule over the units one level below
_ABOVE_LEVEL = """
    CASE WHEN count(*) FILTER (WHERE child.level <> 0) = 0 THEN 0
         WHEN count(*) FILTER (WHERE child.level = 3) > 0.30 * count(*) THEN 3
         WHEN count(*) FILTER (WHERE child.level = 4) >= 2 {share} THEN 4
         WHEN count(*) FILTER (WHERE child.level = 4) = 1
              OR count(*) FILTER (WHERE child.level IN (2, 3)) > 0.25 * count(*) THEN 2
         ELSE 1 END
"""
# a percentage needs a known denominator (DOMAIN 6.2): the share counts once the voters of every unit are known
_VOTERS = "CASE WHEN count(child.voters) = count(*) THEN sum(child.voters) END"
_VOTERS_SHARE = f"OR sum(child.voters) FILTER (WHERE child.level = 4) >= 0.10 * {_VOTERS}"


def _rated(row: str) -> str:
    """How many kecamatan of a readiness row are coloured; those that are grey have no score to speak of."""
    return f"{row}.kecamatan_green + {row}.kecamatan_amber + {row}.kecamatan_red"


def _mean(fraction: str, kecamatan: str) -> str:
    """Every kecamatan counts the same, whatever the size of its regency or province."""
    known = f"sum({kecamatan}) FILTER (WHERE {fraction} IS NOT NULL)"
    return _exact(f"sum({fraction}::numeric * ({kecamatan})) / NULLIF({known}, 0)")


def _above(length: int) -> tuple[str, str]:
    """Statements for the dimensions and the readiness of the units whose code has `length` characters."""
    below = {5: 8, 2: 5, 0: 2}[length]
    unit = "NULLIF(left(child.region_id, 0), '')" if length == 0 else f"left(child.region_id, {length})"
    # children by key: the registry's parent index finds them, whatever the size of the nation
    members = (
        "SELECT code FROM districts_region WHERE level = 1"
        if length == 0
        else f"SELECT code FROM districts_region WHERE parent_id = ANY (%(units)s::text[]) AND level = {(below + 1) // 3}"
    )
    child = f"child.election_id = %(election)s AND child.region_id = ANY (ARRAY({members}))"
    dimensions = _upsert_dimensions(
        length,
        f"""
    SELECT {unit} AS region_id, child.dimension_id, {_ABOVE_LEVEL.format(share="")} AS level,
           {_mean("child.score", _rated("whole"))} AS score, '' AS worst_indicator
    FROM districts_dimensionscore child
    JOIN districts_readiness whole ON whole.election_id = child.election_id AND whole.region_id = child.region_id
    WHERE {child}
    GROUP BY 1, 2
""",
    )
    readiness = _upsert_readiness(
        length,
        f"""
    SELECT {unit} AS region_id, {_ABOVE_LEVEL.format(share=_VOTERS_SHARE)} AS level,
           {_mean("child.score", _rated("child"))} AS score,
           {_mean("child.completeness", f"{_rated('child')} + child.kecamatan_grey")} AS completeness,
           sum(child.kecamatan_green)::int AS kecamatan_green, sum(child.kecamatan_amber)::int AS kecamatan_amber,
           sum(child.kecamatan_red)::int AS kecamatan_red, sum(child.kecamatan_grey)::int AS kecamatan_grey,
           ({_VOTERS})::bigint AS voters, sum(child.voters_red)::bigint AS voters_red,
           sum(child.reports_expected)::int AS reports_expected, sum(child.reports_received)::int AS reports_received,
           sum(child.reports_on_time)::int AS reports_on_time,
           '{{}}'::varchar[] AS top_indicators, 0 AS urgency
    FROM districts_readiness child WHERE {child}
    GROUP BY 1
""",
    )
    return dimensions, readiness


def roll_up(length: int) -> tuple[str, str]:
    """Two statements for one level: dimensions, then readiness."""
    return (_kecamatan_dimensions(), _kecamatan_readiness()) if length == 8 else _above(length)
