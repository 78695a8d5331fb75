"""What the ledger says of the indicators LOG-01, 02, 03, 06, 07, 08 and 09: a readiness source (DOMAIN 6.3).

A figure is known from the first fact of its kind in the regency on: before that the camat's figure or one that an
institution gave is graded; after it a kecamatan without any is at 0 %. What was recorded after `known_by` is taken off
again, so a past day is graded by what was known then. See `districts.measures` for what a source may use.
"""

from django.utils.translation import gettext_lazy as _

from districts.measures import Source, issues
from logistics.models import PlaceKind
from logistics.need import need_ctes
from logistics.stages import Stage

#: Loose goods that are with a kecamatan, or under way to or from it.
_WITH_KECAMATAN = (PlaceKind.PPK, PlaceKind.PPS, PlaceKind.TRANSIT)
#: Where what a TPS used and gave back after the vote is counted: it was there.
_AFTER_VOTE = (PlaceKind.USED, PlaceKind.RETURNED)


def _among(kinds: tuple[PlaceKind, ...]) -> str:
    return ", ".join(f"'{kind.value}'" for kind in kinds)


# Loose goods are shared out by need, and need is that of the whole regency: `reach` has all kecamatan of the regencies
# in question. Lateral joins with OFFSET 0 stay index look-ups per place, whatever the planner believes of table sizes:
# the cost follows the parcels in question and not the nation's balances.
_REACH = """
regency AS MATERIALIZED (
    SELECT asked.regency_id, newest.recorded_at AS observed_at
    FROM (SELECT DISTINCT left(kecamatan_id, 5) AS regency_id FROM scope) asked
    CROSS JOIN LATERAL (
        SELECT document.recorded_at FROM logistics_document document
        WHERE document.election_id = %(election)s AND document.regency_id = asked.regency_id
          AND document.recorded_at <= %(known_by)s
        ORDER BY document.recorded_at DESC LIMIT 1
    ) newest
),
reach AS MATERIALIZED (
    SELECT voting.kecamatan_id, left(voting.kecamatan_id, 5) AS regency_id
    FROM districts_votingkecamatan voting
    WHERE voting.election_id = %(election)s AND voting.kecamatan_id = ANY (ARRAY(
        SELECT code FROM districts_region WHERE parent_id = ANY (ARRAY(SELECT regency_id FROM regency))
    ))
)"""

# A parcel that was not there when its shipment was handed over stays bound to it until it is found or lost: nobody has it.
# a parcel on its way has left; one whose later moves are not known yet has left when it had reached the next place
_PARCELS = f"""
parcel AS MATERIALIZED (
    SELECT station.kecamatan_code AS kecamatan_id, parcel.place_id, shipment.id IS NOT NULL AS is_absent,
           COALESCE(parcel.packed_at <= %(known_by)s, false) AS is_packed,
           COALESCE(parcel.ppk_at <= %(known_by)s, false) AS at_ppk,
           COALESCE(parcel.pps_at <= %(known_by)s, false) AS at_pps,
           COALESCE(parcel.tps_at <= %(known_by)s, false) AS at_tps,
           CASE WHEN parcel.stage_at <= %(known_by)s THEN parcel.stage ELSE 0 END AS stage
    FROM districts_pollingstation station CROSS JOIN LATERAL (
        SELECT place_id, stage, stage_at, packed_at, ppk_at, pps_at, tps_at, shipment_id FROM logistics_parcel
        WHERE election_id = %(election)s AND polling_station_id = station.id OFFSET 0
    ) parcel
    LEFT JOIN logistics_shipment shipment ON shipment.id = parcel.shipment_id AND shipment.closed_at <= %(known_by)s
    WHERE station.kecamatan_code = ANY (ARRAY(SELECT kecamatan_id FROM reach))
),
staged AS MATERIALIZED (
    SELECT kecamatan_id, count(*) FILTER (WHERE is_packed) AS packed, count(*) FILTER (WHERE at_ppk) AS at_ppk,
           count(*) FILTER (WHERE at_pps) AS at_pps, count(*) FILTER (WHERE at_tps) AS at_tps,
           bool_or(at_ppk OR stage >= {Stage.TO_PPK.value}) AS left_kpu,
           bool_or(at_pps OR stage >= {Stage.TO_PPS.value}) AS left_ppk,
           bool_or(at_tps OR stage >= {Stage.TO_TPS.value}) AS left_pps
    FROM parcel GROUP BY kecamatan_id
),
begun AS MATERIALIZED (
    SELECT left(kecamatan_id, 5) AS regency_id, bool_or(packed > 0) AS packing, bool_or(left_kpu) AS to_ppk,
           bool_or(left_ppk) AS to_pps, bool_or(left_pps) AS to_tps
    FROM staged GROUP BY 1
)"""

_STOCK = f"""
late AS MATERIALIZED (
    SELECT to_place_id AS place_id, item_id, contest, -quantity AS quantity FROM logistics_movement
    WHERE recorded_at > %(known_by)s
    UNION ALL
    SELECT from_place_id, item_id, contest, quantity FROM logistics_movement
    WHERE recorded_at > %(known_by)s AND from_place_id IS NOT NULL
),
packed_goods AS MATERIALIZED (
    SELECT parcel.kecamatan_id, held.item_id, held.contest, sum(held.quantity) AS quantity
    FROM parcel CROSS JOIN LATERAL (
        SELECT item_id, contest, quantity FROM logistics_balance WHERE place_id = parcel.place_id OFFSET 0
    ) held
    WHERE NOT parcel.is_absent GROUP BY 1, 2, 3
),
used_goods AS MATERIALIZED (
    SELECT parcel.kecamatan_id, used.item_id, used.contest, used.quantity - COALESCE((
        SELECT sum(back.quantity) FROM logistics_movement back
        WHERE back.corrects_id = used.id AND back.recorded_at <= %(known_by)s
    ), 0) AS quantity
    FROM parcel CROSS JOIN LATERAL (
        SELECT id, item_id, contest, quantity, to_place_id FROM logistics_movement
        WHERE from_place_id = parcel.place_id AND recorded_at <= %(known_by)s OFFSET 0
    ) used
    JOIN logistics_place target ON target.id = used.to_place_id AND target.kind IN ({_among(_AFTER_VOTE)})
    WHERE parcel.at_tps
),
account AS MATERIALIZED (
    SELECT place.id AS place_id, place.kind, regency.regency_id,
           CASE WHEN length(place.region_id) >= 8 THEN left(place.region_id, 8) END AS kecamatan_id
    FROM regency JOIN logistics_place place
      ON place.election_id = %(election)s AND place.region_id IS NOT NULL
     AND place.region_id >= regency.regency_id AND place.region_id < regency.regency_id || '/'
    UNION ALL
    SELECT shipment.place_id, '{PlaceKind.TRANSIT.value}', left(shipment.kecamatan_id, 5), shipment.kecamatan_id
    FROM logistics_shipment shipment
    WHERE shipment.election_id = %(election)s AND shipment.kecamatan_id = ANY (ARRAY(SELECT kecamatan_id FROM reach))
      AND (shipment.closed_at IS NULL OR shipment.closed_at > %(known_by)s)  -- later it holds what was short
),
stock AS MATERIALIZED (
    SELECT regency_id, kecamatan_id, kind, item_id, contest, sum(quantity) AS quantity
    FROM (
        SELECT account.regency_id, account.kecamatan_id, account.kind, held.*
        FROM account CROSS JOIN LATERAL (
            SELECT item_id, contest, quantity FROM logistics_balance WHERE place_id = account.place_id OFFSET 0
        ) held
        UNION ALL
        SELECT account.regency_id, account.kecamatan_id, account.kind, late.item_id, late.contest, late.quantity
        FROM late JOIN account ON account.place_id = late.place_id
    ) held GROUP BY 1, 2, 3, 4, 5
)"""

# `own`: in its parcels, used by its TPS, at its PPK and PPS or on the way there. The warehouse's loose goods are shared by
# what each kecamatan still lacks, so all lacks of a regency are met or none is. Of a partly unknown need the known part
# shares.
_WEIGHED = f"""
own AS MATERIALIZED (
    SELECT kecamatan_id, item_id, contest, sum(quantity) AS quantity
    FROM (
        SELECT kecamatan_id, item_id, contest, quantity FROM packed_goods
        UNION ALL SELECT kecamatan_id, item_id, contest, quantity FROM used_goods
        UNION ALL
        SELECT parcel.kecamatan_id, late.item_id, late.contest, late.quantity
        FROM late JOIN parcel ON parcel.place_id = late.place_id AND NOT parcel.is_absent
        UNION ALL
        SELECT kecamatan_id, item_id, contest, quantity FROM stock WHERE kind IN ({_among(_WITH_KECAMATAN)})
    ) held GROUP BY 1, 2, 3
),
stocked AS MATERIALIZED (
    SELECT regency_id FROM stock WHERE quantity > 0
    UNION SELECT left(kecamatan_id, 5) FROM own WHERE quantity > 0
),
lacking AS MATERIALIZED (
    SELECT reach.regency_id, reach.kecamatan_id, need.item_id, need.contest, need.quantity AS needed,
           COALESCE(own.quantity, 0) AS own, GREATEST(0, need.known - COALESCE(own.quantity, 0)) AS lack,
           sum(GREATEST(0, need.known - COALESCE(own.quantity, 0)))
               OVER (PARTITION BY reach.regency_id, need.item_id, need.contest) AS regency_lack
    FROM need
    JOIN reach ON reach.kecamatan_id = need.area
    LEFT JOIN own ON own.kecamatan_id = need.area AND own.item_id = need.item_id AND own.contest = need.contest
),
weighed AS MATERIALIZED (
    SELECT lacking.*, lacking.own + CASE
               WHEN lacking.lack = 0 THEN 0
               WHEN COALESCE(loose.quantity, 0) >= lacking.regency_lack THEN lacking.lack
               ELSE COALESCE(loose.quantity, 0) * lacking.lack / lacking.regency_lack
           END AS there
    FROM lacking
    LEFT JOIN stock loose ON loose.regency_id = lacking.regency_id AND loose.kind = '{PlaceKind.WAREHOUSE.value}'
                         AND loose.item_id = lacking.item_id AND loose.contest = lacking.contest
),
ballots AS MATERIALIZED (
    SELECT kecamatan_id,
           CASE WHEN bool_and(needed IS NOT NULL) THEN LEAST(100, min(share)) END AS amount,
           (array_agg(contest || ' ' || floor(there) || '/' || COALESCE(needed::text, '?') || ' lembar'
                      ORDER BY needed IS NOT NULL, share, contest))[1] AS note
    FROM weighed
    CROSS JOIN LATERAL (SELECT CASE WHEN needed > 0 THEN 100.0 * there / needed WHEN needed = 0 THEN 100 END AS share) own
    WHERE item_id = 'SS' GROUP BY kecamatan_id
),
complete AS MATERIALIZED (
    SELECT kecamatan_id, 100.0 * count(*) FILTER (WHERE is_complete) / count(*) AS amount, bool_or(is_known) AS is_known,
           count(*) FILTER (WHERE is_complete) || '/' || count(*) || ' barang'
           || COALESCE('; kurang ' || string_agg(item_id, ' ' ORDER BY item_id) FILTER (WHERE is_known AND NOT is_complete), '')
           || COALESCE('; kebutuhan belum diketahui ' || string_agg(item_id, ' ' ORDER BY item_id) FILTER (WHERE NOT is_known), '')
           AS note
    FROM (
        SELECT kecamatan_id, item_id, bool_and(needed IS NOT NULL) AS is_known,
               bool_and(needed IS NOT NULL AND there >= needed) AS is_complete
        FROM weighed GROUP BY 1, 2
    ) item GROUP BY kecamatan_id
)"""

# The issue of a difference is counted among the issues; a difference that was not settled when its issue was closed is
# counted itself, and nobody answers for it any more. One that never had an issue is told but blocks nothing.
_FOUND = f"""
issue AS MATERIALIZED (
    SELECT kecamatan_id, amount, blocking, observed_at FROM ({issues.sql}) issue WHERE indicator_id = 'LOG-09'
),
difference AS MATERIALIZED (
    SELECT shipment.kecamatan_id, count(*) AS amount, count(issue.id) AS blocking
    FROM logistics_shipment shipment
    JOIN logistics_handover handover ON handover.shipment_id = shipment.id AND handover.recorded_at <= %(known_by)s
    JOIN logistics_difference difference ON difference.handover_id = handover.id
    LEFT JOIN logistics_document settled ON settled.id = difference.settled_id AND settled.recorded_at <= %(known_by)s
    LEFT JOIN districts_issue issue ON issue.id = handover.issue_id
    WHERE shipment.election_id = %(election)s AND shipment.kecamatan_id = ANY (ARRAY(SELECT kecamatan_id FROM scope))
      AND settled.id IS NULL AND (issue.id IS NULL OR issue.closed_at <= %(known_by)s)
    GROUP BY shipment.kecamatan_id
),
shipped AS MATERIALIZED (
    SELECT DISTINCT kecamatan_id FROM logistics_shipment
    WHERE election_id = %(election)s AND kecamatan_id = ANY (ARRAY(SELECT kecamatan_id FROM scope))
      AND planned_at <= %(known_by)s
)"""


def _stage(indicator: str, known: str, part: str) -> str:
    """A VALUES row: percent of the TPS of the register that reached a place."""
    amount = f"CASE WHEN scope.tps_total > 0 THEN LEAST(100, 100.0 * COALESCE({part}, 0) / scope.tps_total) END"
    note = f"COALESCE({part}, 0) || '/' || COALESCE(scope.tps_total::text, '?') || ' TPS'"
    return f"('{indicator}', {known}, {amount}, NULL::int, {note}, regency.observed_at)"


_FACTS = ",\n        ".join(
    [
        "('LOG-01', stocked.regency_id IS NOT NULL, ballots.amount, NULL::int, ballots.note, regency.observed_at)",
        "('LOG-02', stocked.regency_id IS NOT NULL, CASE WHEN complete.is_known THEN complete.amount END, NULL::int,"
        " complete.note, regency.observed_at)",
        _stage("LOG-03", "begun.packing", "staged.packed"),
        _stage("LOG-06", "begun.to_ppk", "staged.at_ppk"),
        _stage("LOG-07", "begun.to_pps", "staged.at_pps"),
        _stage("LOG-08", "begun.to_tps", "staged.at_tps"),
        "('LOG-09', staged.packed > 0 OR shipped.kecamatan_id IS NOT NULL,"
        " COALESCE(issue.amount, 0)::numeric + COALESCE(difference.amount, 0),"
        " (COALESCE(issue.blocking, 0) + COALESCE(difference.blocking, 0))::int,"
        " COALESCE(issue.amount, 0) + COALESCE(difference.amount, 0) || ' terbuka',"
        " GREATEST(regency.observed_at, issue.observed_at))",
    ]
)

_NEED = need_ctes(
    "kecamatan",
    voting="SELECT kecamatan_id FROM reach",
    stations="station.kecamatan_code = ANY (ARRAY(SELECT kecamatan_id FROM reach))",
    items="item.must_count",
)

ledger = Source(
    name="ledger",
    title=_("catatan KPU dan serah terima"),
    rank=30,
    indicators=frozenset(["LOG-01", "LOG-02", "LOG-03", "LOG-06", "LOG-07", "LOG-08", "LOG-09"]),
    sql=f"""
    WITH {_REACH},{_NEED},{_PARCELS},{_STOCK},{_WEIGHED},{_FOUND}
    SELECT scope.kecamatan_id, fact.indicator_id, fact.amount::float8, fact.blocking, fact.observed_at, fact.note
    FROM scope
    JOIN regency ON regency.regency_id = left(scope.kecamatan_id, 5)
    LEFT JOIN begun ON begun.regency_id = regency.regency_id
    LEFT JOIN stocked ON stocked.regency_id = regency.regency_id
    LEFT JOIN staged ON staged.kecamatan_id = scope.kecamatan_id
    LEFT JOIN ballots ON ballots.kecamatan_id = scope.kecamatan_id
    LEFT JOIN complete ON complete.kecamatan_id = scope.kecamatan_id
    LEFT JOIN issue ON issue.kecamatan_id = scope.kecamatan_id
    LEFT JOIN difference ON difference.kecamatan_id = scope.kecamatan_id
    LEFT JOIN shipped ON shipped.kecamatan_id = scope.kecamatan_id
    CROSS JOIN LATERAL (VALUES
        {_FACTS}
    ) fact (indicator_id, known, amount, blocking, note, observed_at)
    WHERE fact.known
    """,
)
