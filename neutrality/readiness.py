"""What outreach, pledges and overdue follow-up say of NET-01..03 and SOS-01..04: readiness sources (DOMAIN 6.3).

Each figure is known from the first fact of its kind in the kecamatan on; before that the camat's form counts. What was
noted after `known_by` does not count. See `districts.measures` for what a source may use.

Rank 15: a fresh register goes before the camat's weekly figure (10), since it names dates, desa and institutions; a
figure that an institution gave the Desk by hand (20) still goes before it. A register in which nobody wrote for
`STALE_AFTER_DAYS` gives way to a fresh report like every source. A declaration does not grow old: it took place.

NET-03, a source of its own, tells whether cases of the regency have an overdue term that is owed after Bawaslu passed the
case on (`clocks.OWED`). How many is for the handlers alone: the amount ends at `MANY`, and the note is empty. Rank 25: a
figure given by hand must not hide what the register knows. A new case starts no such term, so reporting colours
nothing. It is known while a handler of the regency has signed in: with nobody at the board, no overdue term says
nothing. When a handler last signed in is its age; moves of cases are not, for they would tell everybody who reads the
indicator that there are some.
"""

from django.utils.translation import gettext_lazy as _

from districts.access import Role
from districts.measures import Source
from neutrality.clocks import OWED
from neutrality.models import ClockName, EventKind, PledgeGroup, Topic

#: DOMAIN 6.3 NET-03: one overdue for longer is red by itself.
VERY_LATE_DAYS = 14
#: Overdue cases are told as none, one, or this: no more than the colour tells.
MANY = 2


def _among(names: tuple[ClockName, ...]) -> str:
    return ", ".join(f"'{name.value}'" for name in names)


_EVENTS = """
event AS MATERIALIZED (
    SELECT event.kecamatan_id, event.kind, event.topics, event.villages, event.held_on, event.noted_at,
           COALESCE(event.confirmed_at <= %(known_by)s, false) AS is_held, event.confirmed_at
    FROM neutrality_outreachevent event
    WHERE event.election_id = %(election)s AND event.kecamatan_id = ANY (ARRAY(SELECT kecamatan_id FROM scope))
      AND event.noted_at <= %(known_by)s AND (event.cancelled_at IS NULL OR event.cancelled_at > %(known_by)s)
)"""

_PLEDGES = """
pledge AS MATERIALIZED (
    SELECT DISTINCT ON (kept.kecamatan_id, kept."group") kept.kecamatan_id, kept.signed, kept.total, kept.noted_at
    FROM neutrality_pledgecount kept
    WHERE kept.election_id = %(election)s AND kept.kecamatan_id = ANY (ARRAY(SELECT kecamatan_id FROM scope))
      AND kept.noted_at <= %(known_by)s
    ORDER BY kept.kecamatan_id, kept."group", kept.counted_on DESC, kept.noted_at DESC, kept.id DESC
),
pledged AS MATERIALIZED (
    SELECT kecamatan_id, sum(signed) AS signed, sum(total) AS total, count(*) AS groups, max(noted_at) AS noted_at
    FROM pledge GROUP BY kecamatan_id
)"""

# a desa counts once however many events covered it, and only while the registry has it
_COVERED = f"""
covered AS MATERIALIZED (
    SELECT event.kecamatan_id, topic.name AS topic, count(DISTINCT village.code) AS villages
    FROM event CROSS JOIN LATERAL unnest(event.topics) topic (name)
    LEFT JOIN LATERAL unnest(event.villages) named (code) ON true
    LEFT JOIN districts_region village ON village.code = named.code AND village.parent_id = event.kecamatan_id
    WHERE event.is_held GROUP BY event.kecamatan_id, topic.name
),
held AS MATERIALIZED (
    SELECT kecamatan_id, GREATEST(max(noted_at), max(confirmed_at) FILTER (WHERE is_held)) AS written_at,
           min(held_on) FILTER (WHERE is_held AND kind = '{EventKind.DECLARATION.value}') AS declared_on,
           max(confirmed_at) FILTER (WHERE is_held AND kind = '{EventKind.DECLARATION.value}') AS declaration_noted_at,
           max(held_on) FILTER (WHERE is_held AND kind = '{EventKind.FORUM.value}') AS met_on,
           count(*) FILTER (WHERE is_held AND kind = '{EventKind.PARTICIPATION.value}') AS done,
           count(*) FILTER (WHERE kind = '{EventKind.PARTICIPATION.value}') AS planned
    FROM event GROUP BY kecamatan_id
)"""

# dates and not instants: the terms of cases are local dates
_OVERDUE = f"""
regency AS MATERIALIZED (
    SELECT left(kecamatan_id, 5) AS code, max(today) AS today FROM scope GROUP BY 1
),
handler AS MATERIALIZED (
    SELECT regency.code AS regency_id, max(person.last_login) AS seen_at
    FROM regency
    JOIN districts_assignment given ON given.region_id = regency.code AND given.role = '{Role.NEUTRALITY.value}'
     AND given.valid_from <= regency.today AND (given.valid_until IS NULL OR given.valid_until >= regency.today)
    JOIN districts_user person ON person.id = given.user_id AND person.is_active
     AND person.last_login <= %(known_by)s
    GROUP BY regency.code
),
overdue AS MATERIALIZED (
    SELECT kept.regency_id, LEAST(count(DISTINCT kept.id), {MANY}) AS cases,
           bool_or(regency.today - clock.due_on > {VERY_LATE_DAYS})::int AS very_late
    FROM regency
    JOIN neutrality_case kept ON kept.election_id = %(election)s AND kept.regency_id = regency.code
    JOIN neutrality_caseclock clock ON clock.case_id = kept.id AND clock.name IN ({_among(OWED)})
     AND clock.due_on < regency.today AND (clock.met_on IS NULL OR clock.met_on > regency.today)
    WHERE kept.regency_id = ANY (ARRAY(SELECT code FROM regency))
    GROUP BY kept.regency_id
)"""


def _villages(indicator: str, covered: str) -> str:
    """A VALUES row: percent of the desa that held events covered; the kecamatan needs one such event to be known."""
    amount = f"CASE WHEN scope.village_total > 0 THEN 100.0 * {covered}.villages / scope.village_total END"
    note = f"{covered}.villages || '/' || COALESCE(scope.village_total::text, '?') || ' desa'"
    return f"('{indicator}', {covered}.topic IS NOT NULL, {amount}, NULL::int, {note}, held.written_at)"


# groups that nobody counted are not signed: without the whole from the profile all groups must have been counted
_PLEDGE_TOTAL = f"COALESCE(scope.pledge_total, CASE WHEN pledged.groups = {len(PledgeGroup)} THEN pledged.total END)"

_FACTS = ",\n        ".join(
    [
        f"('NET-01', pledged.groups > 0, CASE WHEN {_PLEDGE_TOTAL} > 0"
        f" THEN LEAST(100, 100.0 * pledged.signed / {_PLEDGE_TOTAL}) END, NULL::int,"
        f" pledged.signed || '/' || COALESCE(({_PLEDGE_TOTAL})::text, '?') || ' orang', pledged.noted_at)",
        _villages("NET-02", "neutral"),
        _villages("SOS-01", "stages"),
        "('SOS-02', held.declared_on IS NOT NULL, 1, NULL::int, to_char(held.declared_on, 'YYYY-MM-DD'),"
        " GREATEST(held.declaration_noted_at, scope.today::timestamp AT TIME ZONE scope.time_zone))",
        "('SOS-03', held.met_on IS NOT NULL, scope.today - held.met_on, 0, to_char(held.met_on, 'YYYY-MM-DD'),"
        " held.written_at)",
        "('SOS-04', held.planned > 0, 100.0 * held.done / NULLIF(held.planned, 0), NULL::int,"
        " held.done || '/' || held.planned || ' kegiatan', held.written_at)",
    ]
)

outreach = Source(
    name="penyuluhan",
    title=_("catatan sosialisasi dan netralitas"),
    rank=15,
    indicators=frozenset(["NET-01", "NET-02", "SOS-01", "SOS-02", "SOS-03", "SOS-04"]),
    sql=f"""
    WITH {_EVENTS},{_PLEDGES},{_COVERED}
    SELECT scope.kecamatan_id, fact.indicator_id, fact.amount::float8, fact.blocking, fact.observed_at, fact.note
    FROM scope
    LEFT JOIN held ON held.kecamatan_id = scope.kecamatan_id
    LEFT JOIN pledged ON pledged.kecamatan_id = scope.kecamatan_id
    LEFT JOIN covered neutral ON neutral.kecamatan_id = scope.kecamatan_id
          AND neutral.topic = '{Topic.NEUTRALITY.value}'
    LEFT JOIN covered stages ON stages.kecamatan_id = scope.kecamatan_id AND stages.topic = '{Topic.STAGES.value}'
    CROSS JOIN LATERAL (VALUES
        {_FACTS}
    ) fact (indicator_id, known, amount, blocking, note, observed_at)
    WHERE fact.known
    """,
)

follow_up = Source(
    name="tindak_lanjut",
    title=_("catatan penanganan kasus"),
    rank=25,
    indicators=frozenset(["NET-03"]),
    sql=f"""
    WITH {_OVERDUE}
    SELECT scope.kecamatan_id, 'NET-03' AS indicator_id, COALESCE(overdue.cases, 0)::float8 AS amount,
           COALESCE(overdue.very_late, 0) AS blocking, handler.seen_at AS observed_at, '' AS note
    FROM scope
    JOIN handler ON handler.regency_id = left(scope.kecamatan_id, 5)
    LEFT JOIN overdue ON overdue.regency_id = handler.regency_id
    """,
)
