"""KPU's figure and the camat's side by side: how far apart they are and since when. Neither overwrites the other.

Compared are the TPS whose goods have come to the PPK (LOG-06), the PPS (LOG-07) and the TPS (LOG-08).
"""

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from districts.models import Election
from logistics.stages import Stage


class Discrepancy(NamedTuple):
    """Of one kecamatan and indicator; `ledger` and `camat` count TPS. None: that source does not know it.

    `difference` is ledger less camat, None where one does not know. `since`: the beginning of the present stretch in
    which they differ, by whatever amount; None while they agree or cannot be compared.
    """

    kecamatan: str
    indicator: str
    ledger: int | None
    ledger_at: datetime | None  # the newest act that was recorded in the regency
    camat: int | None
    camat_at: datetime | None  # when what the report tells was so
    difference: int | None
    since: datetime | None


def of_kecamatan(election: Election, code: str) -> list[Discrepancy]:
    """LOG-06, 07 and 08 of one kecamatan, those that at least one source knows. One statement."""
    return of_region(election, code)


def of_region(election: Election, code: str) -> list[Discrepancy]:
    """The same for every voting kecamatan under `code`, ordered by kecamatan and indicator. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"election": election.pk, "code": code})
        return [Discrepancy(*row) for row in cursor.fetchall()]


# `moment` walks over the instants at which either figure changed. A report of an older period that comes late changes
# nothing, and what the Desk returned, or was corrected by a report it returned, never counted. The ledger speaks from
# the regency's first goods on that way, like its readiness source.
_SQL = f"""
WITH parcel AS MATERIALIZED (
    SELECT station.kecamatan_code AS kecamatan_id, parcel.ppk_at, parcel.pps_at, parcel.tps_at, parcel.stage, parcel.stage_at
    FROM districts_pollingstation station
    CROSS JOIN LATERAL (  -- looked up TPS by TPS: the planner would read the parcels of the nation
        SELECT * FROM logistics_parcel kept
        WHERE kept.polling_station_id = station.id AND kept.election_id = %(election)s OFFSET 0
    ) parcel
    WHERE station.kecamatan_code LIKE left(%(code)s, 5) || '%%'
),
begun AS MATERIALIZED (
    SELECT left(parcel.kecamatan_id, 5) AS regency_id, way.indicator_id,
           min(LEAST(way.at, CASE WHEN parcel.stage >= way.stage THEN parcel.stage_at END)) AS at
    FROM parcel CROSS JOIN LATERAL (VALUES
        ('LOG-06', parcel.ppk_at, {Stage.TO_PPK.value}), ('LOG-07', parcel.pps_at, {Stage.TO_PPS.value}),
        ('LOG-08', parcel.tps_at, {Stage.TO_TPS.value})
    ) way (indicator_id, at, stage)
    GROUP BY 1, 2
),
kecamatan AS MATERIALIZED (
    SELECT voting.kecamatan_id, way.indicator_id, begun.at AS begun_at
    FROM districts_votingkecamatan voting
    CROSS JOIN (VALUES ('LOG-06'), ('LOG-07'), ('LOG-08')) way (indicator_id)
    LEFT JOIN begun ON begun.regency_id = left(voting.kecamatan_id, 5) AND begun.indicator_id = way.indicator_id
    WHERE voting.election_id = %(election)s AND voting.kecamatan_id LIKE %(code)s || '%%'
),
report AS MATERIALIZED (
    SELECT report.kecamatan_id, report.submitted_at, LEAST(report.submitted_at, expected.closes_at) AS seen_at,
           report.tps_at_ppk, report.tps_at_pps, report.tps_at_kpps, report.due_at,
           max(report.due_at) OVER (PARTITION BY report.kecamatan_id ORDER BY report.submitted_at, report.revision) AS newest
    FROM districts_report report
    JOIN districts_expectedreport expected ON expected.id = report.expected_id
    WHERE report.election_id = %(election)s AND report.kecamatan_id LIKE %(code)s || '%%'
      AND report.decision <> 'dikembalikan'
      AND NOT EXISTS (
          SELECT 1 FROM districts_report later
          WHERE later.expected_id = report.expected_id AND later.revision > report.revision
            AND later.decision = 'dikembalikan'
      )
),
told AS (
    SELECT DISTINCT ON (report.kecamatan_id, way.indicator_id, report.submitted_at)
           report.kecamatan_id, way.indicator_id, report.submitted_at AS at, report.seen_at, way.camat
    FROM report CROSS JOIN LATERAL (VALUES
        ('LOG-06', report.tps_at_ppk), ('LOG-07', report.tps_at_pps), ('LOG-08', report.tps_at_kpps)
    ) way (indicator_id, camat)
    WHERE report.due_at = report.newest
    ORDER BY report.kecamatan_id, way.indicator_id, report.submitted_at, report.seen_at DESC
),
change AS (
    SELECT kecamatan_id, indicator_id, at, 0 AS arrived, true AS is_told, camat, seen_at FROM told
    UNION ALL
    SELECT kecamatan_id, indicator_id, begun_at, 0, false, NULL, NULL FROM kecamatan WHERE begun_at IS NOT NULL
    UNION ALL
    SELECT parcel.kecamatan_id, way.indicator_id, way.at, count(*), false, NULL, NULL
    FROM parcel CROSS JOIN LATERAL (VALUES
        ('LOG-06', parcel.ppk_at), ('LOG-07', parcel.pps_at), ('LOG-08', parcel.tps_at)
    ) way (indicator_id, at)
    WHERE way.at IS NOT NULL AND parcel.kecamatan_id LIKE %(code)s || '%%'
    GROUP BY 1, 2, 3
),
-- a period of `period` is what one report told: its figure holds until the next report
moment AS (
    SELECT kecamatan_id, indicator_id, at, sum(sum(arrived)) OVER walk AS arrived,
           sum(max(is_told::int)) OVER walk AS period, max(camat) AS camat, max(seen_at) AS seen_at
    FROM change GROUP BY kecamatan_id, indicator_id, at
    WINDOW walk AS (PARTITION BY kecamatan_id, indicator_id ORDER BY at)
),
compared AS (
    SELECT moment.kecamatan_id, moment.indicator_id, moment.at,
           CASE WHEN moment.at >= kecamatan.begun_at THEN moment.arrived::int END AS ledger,
           max(moment.camat) OVER told AS camat, max(moment.seen_at) OVER told AS camat_at
    FROM moment JOIN kecamatan USING (kecamatan_id, indicator_id)
    WINDOW told AS (PARTITION BY moment.kecamatan_id, moment.indicator_id, moment.period)
),
judged AS (
    SELECT compared.*, COALESCE(ledger <> camat, false) AS differs,
           max(at) FILTER (WHERE NOT COALESCE(ledger <> camat, false)) OVER (PARTITION BY kecamatan_id, indicator_id) AS agreed,
           row_number() OVER (PARTITION BY kecamatan_id, indicator_id ORDER BY at DESC) AS age
    FROM compared
),
stretch AS (
    SELECT kecamatan_id, indicator_id, min(at) AS since FROM judged
    WHERE differs AND (agreed IS NULL OR at > agreed) GROUP BY 1, 2
)
SELECT judged.kecamatan_id, judged.indicator_id, judged.ledger,
       CASE WHEN judged.ledger IS NOT NULL THEN newest.recorded_at END, judged.camat,
       CASE WHEN judged.camat IS NOT NULL THEN judged.camat_at END, judged.ledger - judged.camat, stretch.since
FROM judged
LEFT JOIN stretch USING (kecamatan_id, indicator_id)
LEFT JOIN (
    SELECT regency_id, max(recorded_at) AS recorded_at FROM logistics_document
    WHERE election_id = %(election)s AND regency_id LIKE left(%(code)s, 5) || '%%' GROUP BY 1
) newest ON newest.regency_id = left(judged.kecamatan_id, 5)
WHERE judged.age = 1 AND (judged.ledger IS NOT NULL OR judged.camat IS NOT NULL)
ORDER BY 1, 2"""
