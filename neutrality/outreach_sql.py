"""The statement behind the boards of outreach. Parameters: `election`, `code` (of the region; "" the nation), `width` (length
of the codes one level down) and `today`.
"""

from districts.access import NATION
from neutrality.models import EventKind, EventState, PledgeGroup, Topic

#: The bounds of a region's codes: a range the index serves. The nation has none.
_INSIDE = "AND {column} >= %(code)s || '.' AND {column} < %(code)s || '/'"


def _topic(topic: Topic) -> str:
    return f"bool_or('{topic.value}' = ANY (event.topics)) AS {topic.name.lower()}"


def _held(condition: str) -> str:
    return f"event.state = '{EventState.HELD.value}' AND {condition}"


_DECLARED = _held(f"event.kind = '{EventKind.DECLARATION.value}'")
_MET = _held(f"event.kind = '{EventKind.FORUM.value}'")
_PARTICIPATION = f"event.kind = '{EventKind.PARTICIPATION.value}'"
_TOPIC_NAMES = [topic.name.lower() for topic in Topic]


def rows(code: str) -> str:
    """The regions one level down that vote: desa covered per topic, declarations, meetings, pledges, events.

    Desa are counted once, and only those the registry has; a kecamatan without any event is `unknown`, with its desa.
    """
    covered = ", ".join(f"count(*) FILTER (WHERE touched.{name})::int AS {name}" for name in _TOPIC_NAMES)
    summed = ", ".join(f"COALESCE(sum(covered.{name}), 0)::int AS {name}" for name in _TOPIC_NAMES)
    voting_inside = _INSIDE.format(column="voting.kecamatan_id") if code != NATION else ""
    event_inside = _INSIDE.format(column="event.kecamatan_id") if code != NATION else ""
    kept_inside = _INSIDE.format(column="kept.kecamatan_id") if code != NATION else ""
    return f"""
WITH kecamatan AS MATERIALIZED (
    SELECT voting.kecamatan_id AS code FROM districts_votingkecamatan voting
    WHERE voting.election_id = %(election)s {voting_inside}
), village AS (
    SELECT parent_id AS kecamatan_id, count(*)::int AS total FROM districts_region
    WHERE parent_id = ANY (ARRAY(SELECT code FROM kecamatan)) GROUP BY parent_id
), event AS MATERIALIZED (
    SELECT event.kecamatan_id, event.kind, event.topics, event.villages, event.state, event.held_on, event.noted_at,
           event.confirmed_at
    FROM neutrality_outreachevent event
    WHERE event.election_id = %(election)s AND event.state <> '{EventState.CANCELLED.value}' {event_inside}
), touched AS (
    SELECT event.kecamatan_id, named.code, {", ".join(_topic(topic) for topic in Topic)}
    FROM event CROSS JOIN LATERAL unnest(event.villages) named (code)
    WHERE event.state = '{EventState.HELD.value}' GROUP BY 1, 2
), covered AS (
    SELECT touched.kecamatan_id, {covered}
    FROM touched JOIN districts_region desa ON desa.code = touched.code AND desa.parent_id = touched.kecamatan_id
    GROUP BY 1
), told AS (
    SELECT event.kecamatan_id, count(*) FILTER (WHERE event.state = '{EventState.HELD.value}')::int AS held,
           count(*) FILTER (WHERE event.state = '{EventState.PLANNED.value}')::int AS planned,
           count(*) FILTER (WHERE event.state = '{EventState.PLANNED.value}' AND event.held_on < %(today)s)::int AS late,
           min(event.held_on) FILTER (WHERE {_DECLARED}) AS declared_on,
           max(event.held_on) FILTER (WHERE {_MET}) AS met_on,
           count(*) FILTER (WHERE {_PARTICIPATION})::int AS participation,
           count(*) FILTER (WHERE {_held(_PARTICIPATION)})::int AS participation_held,
           GREATEST(max(event.noted_at), max(event.confirmed_at)) AS written_at
    FROM event GROUP BY 1
), newest AS (
    SELECT DISTINCT ON (kept.kecamatan_id, kept."group") kept.kecamatan_id, kept.signed, kept.total
    FROM neutrality_pledgecount kept WHERE kept.election_id = %(election)s {kept_inside}
    ORDER BY kept.kecamatan_id, kept."group", kept.counted_on DESC, kept.noted_at DESC, kept.id DESC
), pledge AS (
    SELECT kecamatan_id, sum(signed)::int AS signed,
           CASE WHEN count(*) = {len(PledgeGroup)} THEN sum(total)::int END AS total
    FROM newest GROUP BY 1
), made AS (
    SELECT left(kecamatan.code, %(width)s) AS code, count(*)::int AS kecamatan,
           count(told.kecamatan_id)::int AS known, COALESCE(sum(village.total), 0)::int AS villages, {summed},
           count(told.declared_on)::int AS declared, min(told.declared_on) AS declared_on, min(told.met_on) AS met_on,
           count(told.met_on)::int AS met, sum(pledge.signed)::int AS signed,
           sum(COALESCE(profile.pledge_total, pledge.total)) FILTER (WHERE pledge.kecamatan_id IS NOT NULL)::int AS to_sign,
           COALESCE(sum(told.participation), 0)::int AS participation,
           COALESCE(sum(told.participation_held), 0)::int AS participation_held,
           COALESCE(sum(told.held), 0)::int AS held, COALESCE(sum(told.planned), 0)::int AS planned,
           COALESCE(sum(told.late), 0)::int AS late, max(told.written_at) AS written_at,
           COALESCE(bool_or(profile.is_hard), false) AS is_hard
    FROM kecamatan
    LEFT JOIN village ON village.kecamatan_id = kecamatan.code
    LEFT JOIN covered ON covered.kecamatan_id = kecamatan.code
    LEFT JOIN told ON told.kecamatan_id = kecamatan.code
    LEFT JOIN pledge ON pledge.kecamatan_id = kecamatan.code
    LEFT JOIN districts_kecamatanprofile profile ON profile.region_id = kecamatan.code
    GROUP BY 1
)
SELECT made.code, region.name, region.time_zone, region.tile_row, region.tile_column, made.is_hard, made.kecamatan,
       made.known, made.villages, {", ".join(f"made.{name}" for name in _TOPIC_NAMES)}, made.declared, made.declared_on,
       made.met, made.met_on, made.signed, made.to_sign, made.participation, made.participation_held, made.held,
       made.planned, made.late, made.written_at
FROM made JOIN districts_region region ON region.code = made.code
ORDER BY region.code"""
