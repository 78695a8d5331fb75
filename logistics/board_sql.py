"""The statements behind the boards of logistics: parcels counted in SQL, whatever lies below a region.

Parameters: `election`, `code` (of the region; "" the nation) and those each statement names.
"""

from districts.models.regions import REGENCY_LENGTH
from logistics.stages import Stage

#: Steps of the bar in the order of the way, each with its stages (`flow.stacked_bar`).
STEPS: tuple[tuple[int, ...], ...] = (
    (Stage.OPEN,),
    (Stage.PACKED,),
    (Stage.TO_PPK,),
    (Stage.AT_PPK,),
    (Stage.TO_PPS,),
    (Stage.AT_PPS,),
    (Stage.TO_TPS,),
    (Stage.AT_TPS,),
    (Stage.BACK_TO_PPS, Stage.BACK_AT_PPS, Stage.BACK_TO_PPK, Stage.BACK_AT_PPK, Stage.BACK_TO_KPU),
    (Stage.BACK_AT_KPU,),
)
#: What a TPS has reached on its way out, and the condition on `counted` that says so. Without the PPS on its way
#: (directly from PPK to TPS) it reaches that only with the TPS.
REACHED = {
    "packed": f"stage >= {Stage.PACKED.value}",
    "ppk": f"stage >= {Stage.AT_PPK.value}",
    "pps": f"stage >= {Stage.AT_PPS.value} AND (stage <> {Stage.TO_TPS.value} OR by_pps)",
    "tps": f"stage >= {Stage.AT_TPS.value}",
}

_STEP_NAMES = [f"step{n}" for n in range(len(STEPS))]
_COUNTED = ", ".join(
    [
        "sum(number)::int AS total",
        *(f"COALESCE(sum(number) FILTER (WHERE {reached}), 0)::int AS {name}" for name, reached in REACHED.items()),
        *(
            f"COALESCE(sum(number) FILTER (WHERE stage IN ({', '.join(str(int(s)) for s in stages)})), 0)::int AS {name}"
            for name, stages in zip(_STEP_NAMES, STEPS, strict=True)
        ),
    ]
)
_SUMMED = ", ".join(f"COALESCE(sum(part.{name}), 0)::int AS {name}" for name in ("total", *REACHED, *_STEP_NAMES))

#: The parcel of a TPS, if it has one. Of a region it is looked up by its key, TPS by TPS: the planner would read the
#: parcels of the whole nation for those of one regency. For the nation that is the right way.
_ITS_PARCEL = "parcel.polling_station_id = station.id AND parcel.election_id = %(election)s"
_PARCEL_OF_REGION = f"""LEFT JOIN LATERAL (
        SELECT parcel.stage, parcel.pps_at FROM logistics_parcel parcel WHERE {_ITS_PARCEL} OFFSET 0
    ) parcel ON true"""
_PARCEL_OF_NATION = f"LEFT JOIN logistics_parcel parcel ON {_ITS_PARCEL}"


def _villages(parcel: str) -> str:
    """One row per desa with TPS under `code`: how many TPS, and how many have come how far."""
    return f"""
    SELECT counted.kecamatan, counted.village, {_COUNTED}
    FROM (
        SELECT station.kecamatan_code AS kecamatan, station.village_id AS village, COALESCE(parcel.stage, 0) AS stage,
               parcel.pps_at IS NOT NULL AS by_pps, count(*) AS number
        FROM districts_pollingstation station {parcel}
        WHERE station.kecamatan_code LIKE %(code)s || '%%'
        GROUP BY 1, 2, 3, 4
    ) counted
    GROUP BY counted.kecamatan, counted.village"""


#: Acts that move parcels; an act without a kecamatan (a file of the whole regency) is one of each.
_MOVES = "document.kind IN ('kemas', 'bongkar', 'kirim', 'serah', 'balik', 'rekon', 'impor')"
#: The newest act of each kecamatan of a regency, and of each region above: who wrote it, when, what it was.
_WRITTEN_IN_KECAMATAN = f"""
    SELECT DISTINCT ON (kecamatan.code) kecamatan.code AS region, newest.recorded_at, newest.by_id, newest.kind
    FROM kecamatan JOIN (
        SELECT DISTINCT ON (document.kecamatan_id) document.kecamatan_id, document.recorded_at, document.by_id,
               document.kind
        FROM logistics_document document
        WHERE document.election_id = %(election)s AND document.regency_id = %(code)s AND {_MOVES}
        ORDER BY document.kecamatan_id, document.recorded_at DESC, document.id DESC
    ) newest ON newest.kecamatan_id = kecamatan.code OR newest.kecamatan_id IS NULL
    ORDER BY kecamatan.code, newest.recorded_at DESC"""
_WRITTEN_ABOVE = """
    SELECT DISTINCT ON (left(ledger.regency, %(width)s)) left(ledger.regency, %(width)s) AS region, ledger.recorded_at,
           ledger.by_id, ledger.kind
    FROM ledger ORDER BY left(ledger.regency, %(width)s), ledger.recorded_at DESC"""

#: What may have changed the page of a regency or kecamatan since it was drawn, as one short word. Acts are only ever
#: added: their number tells of each, also of one that another overtook.
MARK = """concat_ws('.',
    (SELECT count(*) FROM logistics_document document
     WHERE document.election_id = %(election)s AND document.regency_id = left(%(code)s, 5)),
    (SELECT hashtext(string_agg(concat_ws(' ', shipment.id, shipment.state, shipment.plan_in_use, shipment.arrived_at,
                                          leg.id, leg.planned_departure, leg.departed_at, leg.arrived_at),
                                ',' ORDER BY shipment.id, leg.id))
     FROM logistics_shipment shipment LEFT JOIN logistics_shipmentleg leg ON leg.shipment_id = shipment.id
     WHERE shipment.election_id = %(election)s AND shipment.kecamatan_id LIKE %(code)s || '%%'),
    (SELECT extract(epoch FROM max(leg.updated_at)) FROM logistics_routeleg leg
     WHERE leg.kecamatan_id LIKE %(code)s || '%%'),
    (SELECT extract(epoch FROM readiness.changed_at) FROM districts_readiness readiness
     WHERE readiness.election_id = %(election)s AND readiness.region_id = %(code)s))"""

#: What an order of the list sorts by.
ORDERS = {
    "tertinggal": "(made.packed + made.ppk + made.pps + made.tps)::float / NULLIF(made.total, 0)",
    "nama": "region.name",
    "temuan": "COALESCE(finding.number, 0) DESC",
    "catatan": "written.recorded_at NULLS FIRST",
}


def rows(code: str, order: str) -> str:
    """The regions one level down that vote: TPS per step, kecamatan and desa that have everything, open findings, the
    newest act. `matches` says whether a row passes the filters `name`, `step` with `wants_all`, `codes` (only these;
    None: all) and `findings`; rows that do not still count in the figures of the whole.

    TPS of a regency that has no act in the ledger are `unknown`, and in none of the steps.
    """
    steps = ", ".join(f"COALESCE(sum(kecamatan.{name}) FILTER (WHERE known), 0)::int" for name in _STEP_NAMES)
    reached = ", ".join(f"sum(kecamatan.{name})::int AS {name}" for name in REACHED)
    is_regency = len(code) == REGENCY_LENGTH
    mark = MARK if is_regency else "''"
    return f"""
WITH village AS MATERIALIZED ({_villages(_PARCEL_OF_REGION if code else _PARCEL_OF_NATION)}
), kecamatan AS (
    SELECT voting.kecamatan_id AS code, count(part.village) AS villages,
           count(*) FILTER (WHERE part.pps = part.total) AS villages_done, {_SUMMED}
    FROM districts_votingkecamatan voting LEFT JOIN village part ON part.kecamatan = voting.kecamatan_id
    WHERE voting.election_id = %(election)s AND voting.kecamatan_id LIKE %(code)s || '%%'
    GROUP BY voting.kecamatan_id
), ledger AS MATERIALIZED (
    SELECT regency.code AS regency, newest.*
    FROM (SELECT DISTINCT left(kecamatan.code, {REGENCY_LENGTH}) AS code FROM kecamatan) regency
    CROSS JOIN LATERAL (
        SELECT document.recorded_at, document.by_id, document.kind FROM logistics_document document
        WHERE document.election_id = %(election)s AND document.regency_id = regency.code
        ORDER BY document.recorded_at DESC, document.id DESC LIMIT 1
    ) newest
), made AS (
    SELECT left(kecamatan.code, %(width)s) AS code, count(*)::int AS kecamatan,
           count(*) FILTER (WHERE kecamatan.total > 0 AND kecamatan.ppk = kecamatan.total)::int AS kecamatan_done,
           sum(villages)::int AS villages, sum(villages_done)::int AS villages_done, sum(kecamatan.total)::int AS total,
           COALESCE(sum(kecamatan.total) FILTER (WHERE NOT known), 0)::int AS unknown, ARRAY[{steps}] AS steps, {reached}
    FROM (SELECT kecamatan.*, ledger.regency IS NOT NULL AS known
          FROM kecamatan LEFT JOIN ledger ON ledger.regency = left(kecamatan.code, {REGENCY_LENGTH})) kecamatan
    GROUP BY 1
), finding AS (
    SELECT left(shipment.kecamatan_id, %(width)s) AS region, count(*)::int AS number
    FROM logistics_difference difference
    JOIN logistics_handover handover ON handover.id = difference.handover_id
    JOIN logistics_shipment shipment ON shipment.id = handover.shipment_id
    WHERE difference.settled_id IS NULL AND shipment.election_id = %(election)s
      AND shipment.kecamatan_id LIKE %(code)s || '%%'
    GROUP BY 1
), written AS ({_WRITTEN_IN_KECAMATAN if is_regency else _WRITTEN_ABOVE}
), named AS MATERIALIZED (
    SELECT DISTINCT left(region.code, %(width)s) AS code FROM districts_region region
    WHERE %(name)s <> '' AND region.code LIKE %(code)s || '%%' AND region.name ILIKE '%%' || %(name)s || '%%'
)
SELECT made.code, region.name, region.time_zone, COALESCE(profile.is_hard, false), made.total, made.unknown, made.steps,
       made.packed, made.ppk, made.pps, made.tps, made.kecamatan, made.kecamatan_done, made.villages,
       made.villages_done, COALESCE(finding.number, 0), written.recorded_at, person.name, written.kind,
       (%(name)s = '' OR made.code IN (SELECT named.code FROM named))
       AND (%(step)s = '' OR made.unknown = 0 AND made.total > 0 AND %(wants_all)s = (
           made.total = CASE %(step)s WHEN 'packed' THEN made.packed WHEN 'ppk' THEN made.ppk
                                      WHEN 'pps' THEN made.pps ELSE made.tps END))
       AND (NOT %(findings)s OR COALESCE(finding.number, 0) > 0)
       AND (%(codes)s::text[] IS NULL OR made.code = ANY(%(codes)s::text[])) AS matches,
       {mark} AS mark
FROM made
JOIN districts_region region ON region.code = made.code
LEFT JOIN districts_kecamatanprofile profile ON profile.region_id = made.code
LEFT JOIN finding ON finding.region = made.code
LEFT JOIN written ON written.region = made.code
LEFT JOIN districts_user person ON person.id = written.by_id
ORDER BY {ORDERS[order]}, region.name, made.code"""


#: Of each item that must be counted: what a regency needs and has. Every unit came from an order and is somewhere, so the
#: usable ones are those ordered that are not with the supplier, on their way as a replacement, unsorted, damaged, lost or
#: destroyed (`baik`, DOMAIN 3.3); no parcel is opened to count. Null need: not known; null `usable`: nothing recorded.
SHORTAGES = """
WITH {need}, held AS (
    SELECT balance.item_id, balance.contest, place.kind, balance.quantity
    FROM logistics_place place JOIN logistics_balance balance ON balance.place_id = place.id
    WHERE place.election_id = %(election)s AND place.region_id LIKE %(code)s || '%%'
      AND place.kind IN ('penyedia', 'pengganti', 'sortir', 'rusak', 'musnah', 'hilang')
    UNION ALL
    SELECT movement.item_id, movement.contest, 'dipesan', movement.quantity
    FROM logistics_place place JOIN logistics_movement movement ON movement.to_place_id = place.id
    WHERE place.election_id = %(election)s AND place.region_id = %(code)s AND place.kind = 'penyedia'
      AND movement.from_place_id IS NULL
    UNION ALL
    SELECT asked.item_id, asked.contest, 'diminta', asked.asked - asked.sent
    FROM logistics_replacement asked WHERE asked.election_id = %(election)s AND asked.regency_id = %(code)s
), stock AS (
    SELECT item_id, contest,
           sum(CASE kind WHEN 'diminta' THEN 0 WHEN 'dipesan' THEN quantity ELSE -quantity END)::bigint AS usable,
           COALESCE(sum(quantity) FILTER (WHERE kind = 'sortir'), 0)::bigint AS unsorted,
           COALESCE(sum(quantity) FILTER (WHERE kind = 'rusak'), 0)::bigint AS damaged,
           COALESCE(sum(quantity) FILTER (WHERE kind = 'hilang'), 0)::bigint AS missing,
           COALESCE(sum(quantity) FILTER (WHERE kind = 'diminta'), 0)::bigint AS asked,
           COALESCE(sum(quantity) FILTER (WHERE kind = 'pengganti'), 0)::bigint AS coming
    FROM held GROUP BY item_id, contest
)
SELECT item.code, item.name, item.unit, need.contest, need.quantity + need.kept, stock.usable, stock.unsorted,
       stock.damaged, stock.missing, stock.asked, stock.coming
FROM need JOIN logistics_item item ON item.code = need.item_id
LEFT JOIN stock ON stock.item_id = need.item_id AND stock.contest = need.contest
ORDER BY item.position, need.contest"""

#: The desa of a kecamatan with TPS per step, and whether its KPU keeps the ledger at all.
VILLAGES = f"""
SELECT village.village, region.name, village.total, village.packed, village.ppk, village.pps, village.tps,
       ARRAY[{", ".join(f"village.{name}" for name in _STEP_NAMES)}],
       EXISTS (SELECT 1 FROM logistics_document document
               WHERE document.election_id = %(election)s AND document.regency_id = left(%(code)s, {REGENCY_LENGTH}))
FROM ({_villages(_PARCEL_OF_REGION)}) village JOIN districts_region region ON region.code = village.village
ORDER BY village.village"""

_SHIPMENTS = """
    SELECT shipment.code, shipment.hop, shipment.state, village.name AS village, cargo.number AS parcels,
           shipment.departed_at, shipment.departed_by_id AS departed_by, shipment.arrived_at, leg.mode, leg.origin, leg.destination,
           leg.departed_at AS leg_departed_at, leg.planned_departure, leg.planned_arrival
    FROM logistics_shipment shipment
    LEFT JOIN districts_region village ON village.code = shipment.village_id
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS number FROM logistics_parcel parcel WHERE parcel.shipment_id = shipment.id
    ) cargo
    LEFT JOIN LATERAL (
        SELECT way.* FROM logistics_shipmentleg way
        WHERE way.shipment_id = shipment.id AND way.plan = shipment.plan_in_use AND way.arrived_at IS NULL
        ORDER BY way.position LIMIT 1
    ) leg ON true
    WHERE shipment.election_id = %(election)s AND shipment.kecamatan_id = %(code)s
      AND shipment.state IN ('rencana', 'berangkat', 'tiba', 'ditolak', 'dihentikan')
    ORDER BY shipment.departed_at NULLS LAST, shipment.id"""
_FINDINGS = """
    SELECT difference.kind, item.name AS item, item.unit, difference.contest, difference.quantity, difference.note,
           station.village_id || '-' || lpad(station.number::text, 3, '0') AS station, shipment.code AS shipment,
           handover.received_at, handover.issue_id AS issue, handover.acknowledged_at
    FROM logistics_difference difference
    JOIN logistics_handover handover ON handover.id = difference.handover_id
    JOIN logistics_shipment shipment ON shipment.id = handover.shipment_id
    LEFT JOIN logistics_item item ON item.code = difference.item_id
    LEFT JOIN logistics_parcel parcel ON parcel.id = difference.parcel_id
    LEFT JOIN districts_pollingstation station ON station.id = parcel.polling_station_id
    WHERE difference.settled_id IS NULL AND shipment.election_id = %(election)s AND shipment.kecamatan_id = %(code)s
    ORDER BY handover.received_at DESC, difference.id"""

#: What is small about a kecamatan, in one row: the newest act that touched it; the shipments to, in and from it, each
#: with the leg it is on (the first of the plan in use that has not ended); the findings nobody settled, newest first.
CLOSEUP = f"""
SELECT written.recorded_at, written.name, written.kind,
       (SELECT json_agg(row_to_json(each)) FROM ({_SHIPMENTS}) each),
       (SELECT json_agg(row_to_json(each)) FROM ({_FINDINGS}) each), {MARK}
FROM (SELECT 1) one LEFT JOIN LATERAL (
    SELECT document.recorded_at, person.name, document.kind
    FROM logistics_document document JOIN districts_user person ON person.id = document.by_id
    WHERE document.election_id = %(election)s AND document.regency_id = left(%(code)s, {REGENCY_LENGTH})
      AND (document.kecamatan_id = %(code)s OR document.kecamatan_id IS NULL) AND {_MOVES}
    ORDER BY document.recorded_at DESC, document.id DESC LIMIT 1
) written ON true"""

#: TPS of a kecamatan (of `village` unless it is empty) at one of `stages`, with the open shipment they are in.
STATIONS = """
SELECT station.village_id || '-' || lpad(station.number::text, 3, '0'), station.number, village.name,
       COALESCE(parcel.stage, 0), parcel.stage_at, shipment.code
FROM districts_pollingstation station
JOIN districts_region village ON village.code = station.village_id
LEFT JOIN logistics_parcel parcel ON parcel.polling_station_id = station.id AND parcel.election_id = %(election)s
LEFT JOIN logistics_shipment shipment ON shipment.id = parcel.shipment_id
WHERE station.kecamatan_code = %(code)s AND (%(village)s = '' OR station.village_id = %(village)s)
  AND COALESCE(parcel.stage, 0) = ANY(%(stages)s)
ORDER BY station.village_id, station.number LIMIT %(limit)s OFFSET %(offset)s"""
