"""What districts itself knows about the indicators: weekly reports, the TPS register, issues and hand-entered figures.

A source is SQL that gives one row per kecamatan and indicator:
`kecamatan_id, indicator_id, amount, blocking, observed_at, note`. It may join the relation `scope` (one row per
kecamatan in question, see `districts.readiness.SCOPE`) and use the parameters `%(election)s`,
`%(at)s` and `%(known_by)s`.
Also there: `report`, the newest report of each kecamatan that the desk did not return (that of a period before is used
while the newest is being corrected), with `seen_at` and `seen_on`, when what it tells was so. `amount` is in the
indicator's unit (percent for "%"); null with an `observed_at` means that the denominator is not known. Facts later than
`known_by` do not count, so a past day can be graded again.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

MBPS_OFFICE = 30  # TEL-02: kecamatan >= 30 Mbps, desa >= 10 Mbps, test not older than 14 days
MBPS_VILLAGE = 10
TEST_DAYS = 14
BLOCKING_LEVEL = 3  # R2: an open issue of level tinggi or kritis is red
FLOOD_SITE = "RW20"  # TPS in a disaster-prone place, DOMAIN 5.5


@dataclass(frozen=True, slots=True)
class Source:
    """One source of measures. Where two know an indicator, the fresh one with the higher `rank` is graded."""

    name: str
    title: object
    rank: int
    indicators: frozenset[str]
    sql: str


def _share(indicator: str, part: str, whole: str, unit: str, empty: str = "NULL") -> str:
    """A VALUES row: percent of `part` in `whole`; `empty` is the percentage when `whole` is a known zero."""
    amount = (
        f"CASE WHEN ({whole}) > 0 THEN LEAST(100, GREATEST(0, 100.0 * ({part}) / ({whole}))) "
        f"WHEN ({whole}) = 0 THEN {empty} END"
    )
    note = f"({part}) || '/' || COALESCE(({whole})::text, '?') || ' {unit}'"
    return f"('{indicator}', ({part}) IS NOT NULL, ({amount})::float8, NULL::int, {note})"


def _plain(indicator: str, amount: str, note: str = "''", blocking: str = "NULL::int", known: str = "true") -> str:
    """A VALUES row with an amount of its own."""
    return f"('{indicator}', {known}, ({amount})::float8, {blocking}, {note})"


TPS = "COALESCE(scope.tps_total, report.tps_total)"
VOTERS = "COALESCE(scope.voters, report.voters_total)"
VILLAGES = "scope.village_total"
CUT_OFF = "cardinality(report.cut_off_villages)"

_REPORT_ROWS = ",\n        ".join(
    [
        _share(
            "LOG-04",
            "report.warehouse_dry::int + report.warehouse_locked::int + report.warehouse_guarded::int"
            " + report.warehouse_lit::int + report.warehouse_flood_safe::int",
            "5",
            "cek",
        ),
        _share("LOG-05", "report.tps_route_final", TPS, "TPS"),
        _share("LOG-06", "report.tps_at_ppk", TPS, "TPS"),
        _share("LOG-07", "report.tps_at_pps", TPS, "TPS"),
        _share("LOG-08", "report.tps_at_kpps", TPS, "TPS"),
        _share("ADH-01", "report.kpps_filled", f"7 * {TPS}", "orang"),  # 7 KPPS a TPS [S33]
        _share("ADH-02", "report.kpps_trained", f"7 * {TPS}", "orang"),
        _share("ADH-04", "report.ptps_filled", TPS, "orang"),
        _share("DPT-01", "report.notices_delivered", VOTERS, "lembar"),
        _plain(
            "KAM-01",
            "report.personnel_polri::float8 / NULLIF(scope.police_need, 0)",
            "report.personnel_polri || '/' || COALESCE(scope.police_need::text, '?') || ' Polri'",
            known="report.personnel_polri IS NOT NULL",
        ),
        _share("KAM-02", "report.linmas_trained", f"2 * {TPS}", "orang"),  # 2 Linmas a TPS [S20]
        _share("TEL-01", "report.tps_line_tested", TPS, "TPS"),
        _share("TEL-02", "telecom.points_passed", f"{VILLAGES} + 1", "titik"),
        _share("TEL-03", "report.tps_with_backup_power", "report.tps_without_power", "TPS", empty="100"),
        _share("TEL-04", "telecom.backups", "cardinality(report.blankspot_villages)", "titik", empty="100"),
        _share("NET-01", "report.pledges_signed", "COALESCE(scope.pledge_total, report.pledge_total)", "orang"),
        _share("SOS-01", "cardinality(report.outreach_villages)", VILLAGES, "desa"),
        _plain(
            "SOS-02",
            "(report.peace_declared_on IS NOT NULL)::int",
            "COALESCE(to_char(report.peace_declared_on, 'YYYY-MM-DD'), '')",
        ),
        _plain(
            "SOS-03",
            "scope.today - report.fpk_met_on",
            "COALESCE(to_char(report.fpk_met_on, 'YYYY-MM-DD'), '')",
            blocking="(report.fpk_met_on IS NULL)::int",
        ),
        _share("AKS-01", f"{VILLAGES} - {CUT_OFF}", VILLAGES, "desa"),
        _share("KES-01", "report.staff_screened", f"9 * {TPS}", "orang"),
        _plain(
            "KOO-02",
            "scope.today - report.rakor_met_on",
            "COALESCE(to_char(report.rakor_met_on, 'YYYY-MM-DD'), '')",
            known="report.rakor_met_on IS NOT NULL",
        ),
    ]
)

camat_reports = Source(
    name="camat",
    title=_("laporan camat"),
    rank=10,
    indicators=frozenset(
        [
            "LOG-04",
            "LOG-05",
            "LOG-06",
            "LOG-07",
            "LOG-08",
            "ADH-01",
            "ADH-02",
            "ADH-04",
            "DPT-01",
            "KAM-01",
            "KAM-02",
            "TEL-01",
            "TEL-02",
            "TEL-03",
            "TEL-04",
            "NET-01",
            "SOS-01",
            "SOS-02",
            "SOS-03",
            "AKS-01",
            "KES-01",
            "KOO-01",
            "KOO-02",
        ]
    ),
    sql=f"""
    SELECT scope.kecamatan_id, fact.indicator_id, fact.amount,
           CASE fact.indicator_id WHEN 'AKS-01' THEN telecom.without_a_way ELSE fact.blocking END AS blocking,
           report.seen_at AS observed_at, fact.note
    FROM scope
    JOIN report USING (kecamatan_id)
    -- the office is not tested every week: the newest report that tells a result
    LEFT JOIN LATERAL (
        SELECT test.office_mbps AS mbps, test.submitted_on AS tested_on FROM districts_report test
        WHERE test.election_id = %(election)s AND test.kecamatan_id = scope.kecamatan_id
          AND test.office_mbps IS NOT NULL AND test.submitted_at <= %(known_by)s
          AND NOT (test.decision = 'dikembalikan' AND test.decided_at <= %(known_by)s)
        ORDER BY test.due_at DESC, test.revision DESC LIMIT 1
    ) office ON true
    CROSS JOIN LATERAL (
        SELECT CASE WHEN office.mbps IS NOT NULL OR count(profile.office_mbps) > 0 THEN
                 COALESCE((office.mbps >= {MBPS_OFFICE} AND scope.today - office.tested_on <= {TEST_DAYS})::int, 0)
                 + count(*) FILTER (WHERE profile.office_mbps >= {MBPS_VILLAGE}
                                    AND scope.today - profile.office_tested_on <= {TEST_DAYS}) END AS points_passed,
               count(*) FILTER (WHERE profile.region_id = ANY (report.blankspot_villages)
                                AND profile.has_backup_device) AS backups,
               cardinality(report.cut_off_villages) - cardinality(report.cut_off_with_alternative)
               - count(*) FILTER (WHERE profile.region_id = ANY (report.cut_off_villages)
                                  AND profile.region_id <> ALL (report.cut_off_with_alternative)
                                  AND profile.has_alternative_route) AS without_a_way
        FROM districts_villageprofile profile
        WHERE profile.region_id > scope.kecamatan_id || '.' AND profile.region_id < scope.kecamatan_id || '/'
    ) telecom
    CROSS JOIN LATERAL (VALUES
        {_REPORT_ROWS}
    ) fact (indicator_id, known, amount, blocking, note)
    WHERE fact.known
    UNION ALL
    -- KOO-01: age of the newest report; two Mondays missed since then are red even when none ever came
    SELECT scope.kecamatan_id, 'KOO-01', (scope.today - report.seen_on)::float8, missed.mondays,
           report.seen_at, missed.mondays || ' tenggat terlewati'
    FROM scope
    LEFT JOIN report USING (kecamatan_id)
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS mondays FROM districts_expectedreport expected
        WHERE expected.election_id = %(election)s AND expected.kecamatan_id = scope.kecamatan_id
          AND expected.due_at <= %(at)s AND expected.slot LIKE '____-W__'
          AND (report.due_at IS NULL OR expected.due_at > report.due_at)
    ) missed
    WHERE report.id IS NOT NULL OR missed.mondays > 0
    """,
)

polling_stations = Source(
    name="tps",
    title=_("daftar TPS"),
    rank=10,
    indicators=frozenset({"KAM-05", "AKS-02"}),
    sql="""
    SELECT scope.kecamatan_id, fact.indicator_id, fact.amount, NULL::int AS blocking, fact.observed_at, fact.note
    FROM scope
    CROSS JOIN LATERAL (VALUES
        ('KAM-05', scope.mapped_at, CASE WHEN scope.tps_risky > 0 THEN 100.0 * scope.tps_mitigated / scope.tps_risky ELSE 100 END,
         scope.tps_mitigated || '/' || scope.tps_risky || ' TPS rawan'),
        ('AKS-02', scope.floods_mapped_at,
         CASE WHEN scope.tps_flood > 0 THEN 100.0 * scope.tps_flood_ready / scope.tps_flood ELSE 100 END,
         scope.tps_flood_ready || '/' || scope.tps_flood || ' TPS')
    ) fact (indicator_id, observed_at, amount, note)
    WHERE fact.observed_at IS NOT NULL
    """,
)

# "none open" is known only where somebody reports: silence is never read as ready
issues = Source(
    name="kendala",
    title=_("catatan kendala"),
    rank=10,
    indicators=frozenset({"LOG-09", "DPT-02", "KAM-04", "KOO-03"}),
    sql=f"""
    SELECT scope.kecamatan_id, fact.indicator_id, fact.amount::float8, fact.blocking::int,
           GREATEST(report.seen_at, fact.newest) AS observed_at, fact.amount || ' terbuka' AS note
    FROM scope
    LEFT JOIN report USING (kecamatan_id)
    CROSS JOIN LATERAL (
        SELECT max(issue.raised_at) AS newest,
               max(issue.raised_at) FILTER (WHERE issue.category = 'logistik') AS logistics_newest,
               max(issue.raised_at) FILTER (WHERE issue.category = 'pemilih') AS voters_newest,
               max(issue.raised_at) FILTER (WHERE issue.kind = 'kejadian') AS events_newest,
               count(*) FILTER (WHERE issue.category = 'logistik') AS logistics,
               count(*) FILTER (WHERE issue.category = 'logistik' AND judged.blocks) AS logistics_blocking,
               count(*) FILTER (WHERE issue.category = 'pemilih') AS voters,
               count(*) FILTER (WHERE issue.category = 'pemilih' AND judged.blocks) AS voters_blocking,
               count(*) FILTER (WHERE issue.kind = 'kejadian') AS events,
               count(*) FILTER (WHERE issue.kind = 'kejadian' AND judged.blocks) AS events_blocking,
               count(*) FILTER (WHERE issue.due_at < %(at)s) AS overdue
        FROM districts_issue issue
        CROSS JOIN LATERAL (SELECT issue.owner_id IS NULL OR issue.due_at IS NULL OR issue.due_at < %(at)s
                                   OR issue.level >= {BLOCKING_LEVEL} AS blocks) judged
        WHERE issue.election_id = %(election)s AND issue.kecamatan_id = scope.kecamatan_id
          AND issue.raised_at <= %(known_by)s
          AND (issue.closed_at IS NULL OR issue.closed_at > %(known_by)s)
    ) found
    CROSS JOIN LATERAL (VALUES
        ('LOG-09', found.logistics, found.logistics_blocking, found.logistics_newest),
        ('DPT-02', found.voters, found.voters_blocking, found.voters_newest),
        ('KAM-04', found.events, found.events_blocking, found.events_newest),
        ('KOO-03', found.overdue, found.overdue, found.newest)
    ) fact (indicator_id, amount, blocking, newest)
    WHERE report.id IS NOT NULL OR fact.amount > 0
    """,
)

official_readings = Source(
    name="instansi",
    title=_("angka instansi"),
    rank=20,
    indicators=frozenset(),  # any: whatever an institution gave
    sql="""
    SELECT DISTINCT ON (reading.kecamatan_id, reading.indicator_id)
           reading.kecamatan_id, reading.indicator_id, reading.amount, reading.blocking, reading.observed_at,
           agency.name || CASE WHEN reading.note = '' THEN '' ELSE ': ' || reading.note END AS note
    FROM scope
    JOIN districts_officialreading reading
      ON reading.election_id = %(election)s AND reading.kecamatan_id = scope.kecamatan_id
    JOIN districts_agency agency ON agency.code = reading.agency_id
    WHERE reading.observed_at <= %(known_by)s
    ORDER BY reading.kecamatan_id, reading.indicator_id, reading.observed_at DESC
    """,
)
