"""What an election needs (DOMAIN 3.2, 3.3): of every item, for one TPS or for the nation, in one statement.

The stations are read once and counted; the rules are crossed with the counts, not with 818,908 TPS. Whole numbers only:
a share of the voters is rounded up per TPS, so the need of a region is the sum of its TPS and never a share of its total.
"""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from django.db import connection

from districts.models import Election, PollingStation
from logistics.models import Item

By = Literal["tps", "village", "kecamatan", "regency", "province", "nation"]

#: Characters of a region code at each level.
_LENGTHS: dict[By, int] = {"village": 13, "kecamatan": 8, "regency": 5, "province": 2, "nation": 0}


class Need(NamedTuple):
    """The need of an item in one area. `quantity` null: not known, because a TPS has no known number of voters or because
    the decree's number was not entered; `known` is then the part that is. `kept`: stays with the KPU that holds the
    contest and is not part of the quantity (2,000 ballots for a re-vote [S12]); null: not entered.
    """

    area: Any  # region code, "" is the nation; the primary key of the TPS by "tps"
    item: str
    contest: str  # "" for an item that is not counted per contest
    quantity: int | None
    known: int
    unknown_tps: int
    kept: int | None


def needs(election: Election, code: str, *, by: By) -> list[Need]:
    """Need of every item in each area under `code` ("" is the nation) that votes, in the order of the catalogue.

    What a PPK needs counts from the kecamatan up; what is kept, at the level of its contest and above. One statement.
    """
    voting = "SELECT kecamatan_id FROM districts_votingkecamatan WHERE election_id = %(election)s"
    ctes = need_ctes(
        by,
        voting=f"{voting} AND kecamatan_id LIKE left(%(code)s, 8) || '%%'",
        stations="station.kecamatan_code LIKE left(%(code)s, 8) || '%%' AND station.village_id LIKE %(code)s || '%%'",
    )
    return _read(ctes, {"election": election.pk, "code": code})


def needs_of_stations(election: Election, stations: Iterable[int]) -> dict[int, dict[tuple[str, str], int | None]]:
    """`{TPS: {(item, contest): need, null when unknown}}` of the TPS with these primary keys. One statement."""
    voting = "SELECT kecamatan_id FROM districts_votingkecamatan WHERE election_id = %(election)s"
    ours = "districts_pollingstation WHERE id = ANY (%(stations)s)"
    ctes = need_ctes(
        "tps",
        voting=f"{voting} AND kecamatan_id = ANY (ARRAY(SELECT kecamatan_code FROM {ours}))",
        stations="station.id = ANY (%(stations)s)",
    )
    found: dict[int, dict[tuple[str, str], int | None]] = {}
    for need in _read(ctes, {"election": election.pk, "stations": list(stations)}):
        found.setdefault(need.area, {})[need.item, need.contest] = need.quantity
    return found


def need_of_station(election: Election, station: PollingStation) -> dict[tuple[str, str], int | None]:
    """`{(item, contest): need, null when unknown}` of one TPS; empty when it does not vote. One statement."""
    return needs_of_stations(election, [station.pk]).get(station.pk, {})


#: What must be in a parcel before it is packed: counted by law or by us, and travelling with the box (DOMAIN 3.2).
REQUIRED_PACKING = (Item.Packing.INSIDE, Item.Packing.BESIDE)


def _read(ctes: str, parameters: dict[str, Any]) -> list[Need]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH {ctes}
            SELECT need.area, need.item_id, need.contest, need.quantity, need.known, need.unknown_tps, need.kept
            FROM need JOIN logistics_item item ON item.code = need.item_id
            ORDER BY need.area, item.position, need.contest
            """,
            parameters,
        )
        return [Need(*row) for row in cursor.fetchall()]


# A rule of the election goes before the default. An item without any rule needs an unknown number per TPS. `share` and
# `reserve` are whole thousandths and ten-thousandths of a voter; (0, 0) serves the rules that count TPS or PPK.
_RULES = """
rule AS MATERIALIZED (
    SELECT chosen.*, CASE WHEN per_voter THEN (amount * 1000)::int ELSE 0 END AS share,
           CASE WHEN per_voter THEN (reserve * 10000)::int ELSE 0 END AS reserved
    FROM (
        SELECT DISTINCT ON (item.code, rule.basis) item.code AS item_id, item.per_contest,
               COALESCE(rule.basis, 'tps') AS basis, rule.amount, rule.reserve,
               COALESCE(rule.basis = 'pemilih' AND rule.amount IS NOT NULL, false) AS per_voter
        FROM logistics_item item
        LEFT JOIN logistics_needrule rule
          ON rule.item_id = item.code AND (rule.election_id = %(election)s OR rule.election_id IS NULL)
        WHERE {items}
        ORDER BY item.code, rule.basis, rule.election_id NULLS LAST
    ) chosen
),
rate AS MATERIALIZED (SELECT DISTINCT share, reserved FROM rule)"""

_COUNTED = """
counted AS MATERIALIZED (
    SELECT {unit} AS unit, station.kecamatan_code, rate.share, rate.reserved,
           count(*) AS tps, count(station.voters) AS tps_known,
           sum(((station.voters::bigint * rate.share + 999) / 1000
                + (station.voters::bigint * rate.reserved + 9999) / 10000)::int) AS units
    FROM districts_pollingstation station CROSS JOIN rate
    WHERE {stations}
    GROUP BY 1, 2, 3, 4
)"""

# `empty`: kecamatan that vote and have no TPS in the register; what they need is not known
_GRAIN_ABOVE = """
grain AS MATERIALIZED (
    SELECT {area} AS area, left(voting.kecamatan_id, 5) AS regency, rate.share, rate.reserved,
           COALESCE(sum(counted.tps), 0)::bigint AS tps, COALESCE(sum(counted.tps_known), 0)::bigint AS tps_known,
           sum(counted.units)::bigint AS units, count(*) AS ppk, count(*) FILTER (WHERE counted.tps IS NULL) AS empty
    FROM ({voting}) voting CROSS JOIN rate
    LEFT JOIN counted ON counted.kecamatan_code = voting.kecamatan_id
                     AND counted.share = rate.share AND counted.reserved = rate.reserved
    GROUP BY 1, 2, 3, 4
)"""

_GRAIN_BELOW = """
grain AS MATERIALIZED (
    SELECT counted.unit AS area, left(counted.kecamatan_code, 5) AS regency, counted.share, counted.reserved,
           counted.tps, counted.tps_known, counted.units, 0 AS ppk, 0 AS empty
    FROM counted JOIN ({voting}) voting ON voting.kecamatan_id = counted.kecamatan_code
)"""

# `lacks_amount`: the decree's number was not entered
_PART = """
vote AS MATERIALIZED (
    SELECT DISTINCT regency, '' AS contest FROM grain
    UNION ALL
    SELECT unit.regency, contest.kind
    FROM (SELECT DISTINCT regency FROM grain) unit
    JOIN districts_contest contest ON contest.region_id IN (left(unit.regency, 2), unit.regency)
    WHERE contest.election_id = %(election)s
),
part AS (
    SELECT grain.area, rule.item_id, vote.contest,
           COALESCE(sum(CASE rule.basis WHEN 'tps' THEN ceil(rule.amount)::bigint * grain.tps
                                        WHEN 'ppk' THEN ceil(rule.amount)::bigint * grain.ppk
                                        WHEN 'pemilih' THEN grain.units * rule.per_voter::int END), 0)::bigint AS known,
           max(CASE WHEN rule.basis = 'tps' AND rule.amount IS NULL THEN grain.tps
                    WHEN rule.basis = 'pemilih' THEN grain.tps - grain.tps_known * rule.per_voter::int
                    ELSE 0 END)::bigint AS unknown_tps,
           bool_or(rule.amount IS NULL AND rule.basis <> 'daerah') AS lacks_amount,
           bool_or(grain.empty > 0 AND rule.basis IN ('tps', 'pemilih')) AS lacks_tps
    FROM grain
    JOIN rule ON rule.share = grain.share AND rule.reserved = grain.reserved
    JOIN vote ON vote.regency = grain.regency AND rule.per_contest = (vote.contest <> '')
    WHERE {bases}
    GROUP BY 1, 2, 3
)"""

_KEPT = """
kept AS (
    SELECT left(contest.region_id, {length}) AS area, rule.item_id,
           CASE WHEN rule.per_contest THEN contest.kind ELSE '' END AS contest, sum(ceil(rule.amount))::bigint AS units,
           bool_or(rule.amount IS NULL) AS lacks_amount
    FROM districts_contest contest JOIN rule ON rule.basis = 'daerah'
    WHERE contest.election_id = %(election)s AND length(contest.region_id) >= {length}
    GROUP BY 1, 2, 3
)"""


def need_ctes(by: By, *, voting: str, stations: str, items: str = "true") -> str:
    """Common table expressions that end in `need (area, item_id, contest, quantity, known, unknown_tps, kept)`.

    `voting`: a query for the `kecamatan_id` in question. `stations`: a condition on `station`, their TPS. `items`: a
    condition on `item`. Takes the parameter `%(election)s`.
    """
    length = _LENGTHS.get(by, 13)
    is_below = by in ("tps", "village")
    unit = {"tps": "station.id", "village": "station.village_id"}.get(by, "station.kecamatan_code")
    grain = _GRAIN_BELOW if is_below else _GRAIN_ABOVE
    # contests are the same everywhere in a regency: what is above one is summed from regencies
    area = "voting.kecamatan_id" if by == "kecamatan" else "left(voting.kecamatan_id, 5)"
    bases = "rule.basis IN ('tps', 'pemilih')" if is_below else "true"
    return ",".join(
        [
            _RULES.format(items=items),
            _COUNTED.format(unit=unit, stations=stations),
            grain.format(area=area, voting=voting),
            _PART.format(bases=bases),
            *([] if is_below or by == "kecamatan" else [_KEPT.format(length=length)]),
            _need(by, length),
        ]
    )


def _need(by: By, length: int) -> str:
    quantity = "CASE WHEN NOT part.lacks_amount AND NOT part.lacks_tps AND part.unknown_tps = 0 THEN part.known END"
    if by in ("tps", "village", "kecamatan"):
        return f"""
need AS (SELECT part.*, {quantity} AS quantity, 0::bigint AS kept FROM part)"""
    return f"""
need AS (
    SELECT part.area, part.item_id, part.contest, part.known, part.unknown_tps, {quantity} AS quantity,
           CASE WHEN NOT kept.lacks_amount THEN kept.units
                WHEN kept.area IS NULL THEN 0 END AS kept
    FROM (
        SELECT left(part.area, {length}) AS area, part.item_id, part.contest, sum(part.known)::bigint AS known,
               sum(part.unknown_tps)::bigint AS unknown_tps, bool_or(part.lacks_amount) AS lacks_amount,
               bool_or(part.lacks_tps) AS lacks_tps
        FROM part GROUP BY 1, 2, 3
    ) part
    LEFT JOIN kept USING (area, item_id, contest)
)"""
