"""Logistics of the nation: a parcel of every TPS with its contents, the need of everything, the readiness source.

Parcels and balances are written by one `INSERT … SELECT` a table with triggers and foreign keys switched off
(`session_replication_role = replica`): what the ledger would have written one act at a time.
"""

import os
from time import perf_counter

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import rollups
from bench.results import Results
from districts import grading_sql, readiness
from districts.models import Election
from logistics.models import Balance, Parcel
from logistics.need import needs
from logistics.readiness import ledger

#: Codes under which TPS get a parcel; `BENCH_PARCELS_UNDER=64` tries it out on one province (its ratio then says nothing).
UNDER = os.environ.get("BENCH_PARCELS_UNDER", "")
ONE = "64.08.11"

# every regency and city elects too: two contests a TPS, as in 2024
CONTESTS = """
INSERT INTO districts_contest (election_id, region_id, kind)
SELECT %(election)s, code, CASE WHEN substr(code, 4, 1) < '7' THEN 'bupati' ELSE 'walikota' END
FROM districts_region WHERE level = 2 ON CONFLICT DO NOTHING"""
DOCUMENTS = """
INSERT INTO logistics_document (id, election_id, kind, number, regency_id, happened_at, recorded_at, by_id, note, client_key)
SELECT %(base)s + row_number() OVER (ORDER BY code), %(election)s, 'kemas', '', code, now(), now(), %(by)s, '',
       gen_random_uuid()
FROM districts_region WHERE level = 2 AND code LIKE %(under)s || '%%'"""
# a parcel and its place have the key of their TPS, over `base`
PLACES = """
INSERT INTO logistics_place (id, election_id, kind)
SELECT %(base)s + id, %(election)s, 'paket' FROM districts_pollingstation
WHERE kecamatan_code LIKE %(under)s || '%%' ORDER BY kecamatan_code, id"""
PARCELS = """
INSERT INTO logistics_parcel (id, election_id, polling_station_id, place_id, stage, stage_at, packed_at, ppk_at)
SELECT %(base)s + id, %(election)s, id, %(base)s + id, CASE WHEN number %% 3 = 0 THEN 10 ELSE 30 END, now(), now(),
       CASE WHEN number %% 3 > 0 THEN now() END
FROM districts_pollingstation WHERE kecamatan_code LIKE %(under)s || '%%' ORDER BY kecamatan_code, id"""
BALANCES = """
INSERT INTO logistics_balance (place_id, item_id, contest, quantity)
SELECT %(base)s + station.id, goods.item, goods.contest,
       CASE goods.item WHEN 'SS' THEN station.voters + (station.voters * 25 + 999) / 1000 ELSE goods.quantity END
FROM districts_pollingstation station
CROSS JOIN LATERAL (
    SELECT item.code AS item, contest.kind AS contest, CASE item.code WHEN 'SG' THEN 26 ELSE 1 END AS quantity
    FROM (VALUES ('SS'), ('KS'), ('SG'), ('FM'), ('AB'), ('DP')) item (code)
    CROSS JOIN (VALUES ('gubernur'), (CASE WHEN substr(station.kecamatan_code, 4, 1) < '7' THEN 'bupati' ELSE 'walikota' END))
        contest (kind)
    UNION ALL VALUES ('BS', '', 4), ('TN', '', 2), ('DT', '', 1)
) goods
WHERE station.kecamatan_code LIKE %(under)s || '%%' ORDER BY station.kecamatan_code, station.id"""
WAREHOUSES = """
WITH warehouse AS (
    INSERT INTO logistics_place (election_id, kind, region_id)
    SELECT %(election)s, 'gudang', code FROM districts_region WHERE level = 2 AND code LIKE %(under)s || '%%'
    RETURNING id, region_id
)
INSERT INTO logistics_balance (place_id, item_id, contest, quantity)
SELECT warehouse.id, item.code, '', 500 FROM warehouse CROSS JOIN (VALUES ('BS'), ('TN'), ('TP'), ('CP'), ('DT')) item (code)
UNION ALL SELECT warehouse.id, 'SS', 'gubernur', 5000 FROM warehouse"""


def seed(election: Election, by: int) -> float:
    """A parcel of every TPS with what it needs, two of three of them at their PPK; seconds it took."""
    started = perf_counter()
    base = 1_000_000_000  # above every key a test of the ledger makes
    parameters = {"election": election.pk, "under": UNDER, "base": base, "by": by}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (CONTESTS, DOCUMENTS, PLACES, PARCELS, BALANCES, WAREHOUSES):
            cursor.execute(statement, parameters)
    with connection.cursor() as cursor:
        for model in (Parcel, Balance):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")
        cursor.execute("VACUUM ANALYZE logistics_place")
        cursor.execute("VACUUM ANALYZE logistics_document")
    return perf_counter() - started


def all_rows(results: Results, election: Election, by: int, note: str) -> None:
    """Everything about logistics, on the election of the nation."""
    took = seed(election, by)
    parcels, rows = Parcel.objects.filter(election=election).count(), _balances(election)
    note = f"{note}; {parcels:,} parcels, {rows:,} balances, seeded in {took:.0f} s with triggers off"
    need_of_everything(results, election, note)
    readiness_source(results, election, note)


def _balances(election: Election) -> int:
    return Balance.objects.filter(place__election=election).count()


def need_of_everything(results: Results, election: Election, note: str) -> None:
    """Need of every item for the nation, as one number an item and as one row per item and kecamatan."""
    for by, aim in (("nation", 5), ("kecamatan", 10)):
        with CaptureQueriesContext(connection) as captured:
            started = perf_counter()
            found = needs(election, "", by=by)
            took = perf_counter() - started
        text = f"{note}; {len(found):,} rows"
        results.add(f"logistics.need.nation_by_{by}", took, "s", aim, note=text)
        results.add(f"logistics.need.nation_by_{by}.statements", len(captured), "statements", 1, note=text)


# the tables the source reads, joined and summed per kecamatan and item, and nothing made of it
BARE = """
SELECT count(*) FROM (
    SELECT station.kecamatan_code, balance.item_id, balance.contest, sum(balance.quantity)
    FROM logistics_parcel parcel
    JOIN districts_pollingstation station ON station.id = parcel.polling_station_id
    JOIN logistics_balance balance ON balance.place_id = parcel.place_id
    WHERE parcel.election_id = %(election)s GROUP BY 1, 2, 3
) summed"""


def readiness_source(results: Results, election: Election, note: str) -> None:
    """The ledger's indicators of every kecamatan, in the chunks of a roll-up, against the bare sum over its tables.

    A roll-up writes, so Postgres gives it no parallel workers: the bare sum gets none either. The median of three each.
    """
    codes = readiness.voting_kecamatan(election)
    bare = sorted(_seconds(BARE, {"election": election.pk}) for _ in range(3))[1]
    source = sorted(sum(_source(election, chunk) for chunk in _chunks(codes)) for _ in range(3))[1]
    text = f"{note}; {source:.1f} s against {bare:.1f} s"
    results.add("logistics.readiness.ratio_to_bare_aggregate", source / bare, "×", 2, note=text)
    one = sorted(_source(election, [ONE]) for _ in range(9))[4]
    results.add("logistics.readiness.one_kecamatan", one * 1000, "ms", 150, note=note)
    with CaptureQueriesContext(connection) as captured:
        readiness.roll_up(election, [ONE], now=timezone.now())
    results.add("logistics.readiness.one_kecamatan.statements", len(captured), "statements", 20, note=note)
    results.add("logistics.readiness.full.peak_memory", rollups.peak_memory(election), "MiB", 300, note=note)


def _chunks(codes: list[str]) -> list[list[str]]:
    return [codes[start : start + readiness.CHUNK] for start in range(0, len(codes), readiness.CHUNK)]


def _source(election: Election, codes: list[str]) -> float:
    """Seconds to measure the kecamatan `codes` by the ledger alone."""
    now = timezone.now()
    parameters = readiness._parameters(election, codes, now) | {"known_by": now}
    measured = f"WITH {grading_sql.SCOPE} SELECT count(*) FROM ({ledger.sql}) ledger"
    return _seconds(measured, parameters, nested_loops=len(codes) < readiness.MANY)


def _seconds(statement: str, parameters: dict, nested_loops: bool = True) -> float:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        if not nested_loops:
            cursor.execute("SET LOCAL enable_nestloop = off")
        started = perf_counter()
        cursor.execute(statement, parameters)
        cursor.fetchall()
        return perf_counter() - started
