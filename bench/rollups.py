"""How long colours take: the whole nation against a bare INSERT, one kecamatan at two sizes."""

import statistics
from time import perf_counter

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.memory import peak_of
from bench.results import Results
from districts import readiness
from districts.models import Election

DERIVED = ("grade", "dimensionscore", "readiness")


def full(results: Results, election: Election, note: str) -> None:
    """Full roll-up from nothing against `INSERT … SELECT` of the rows it made, into the same tables."""
    started = perf_counter()
    readiness.rebuild(election, now=timezone.now())
    made = perf_counter() - started
    bare = _bare_insert(election)
    results.add(
        "districts.rollup.full.ratio_to_bare_insert",
        made / bare,
        "×",
        5,
        note=f"{note}; {made:.1f} s against {bare:.1f} s",
    )
    started = perf_counter()
    readiness.roll_up(election, now=timezone.now())
    again = perf_counter() - started
    results.add(
        "districts.rollup.full.unchanged_ratio", again / made, "×", 1, note=f"{note}; {again:.1f} s, nothing written"
    )
    with CaptureQueriesContext(connection) as captured:
        readiness.roll_up(election, now=timezone.now())
    chunks = -(-len(readiness.voting_kecamatan(election)) // readiness.CHUNK)
    results.add(
        "districts.rollup.full.statements_per_1000_kecamatan", len(captured) / chunks, "statements", 20, note=note
    )


def _bare_insert(election: Election) -> float:
    """Seconds to insert the derived rows again with one plain statement per table."""
    total = 0.0
    with connection.cursor() as cursor:
        for table in DERIVED:
            cursor.execute(
                f"CREATE TEMP TABLE copy_{table} AS SELECT * FROM districts_{table} WHERE election_id = {election.pk}"
            )
            cursor.execute(f"DELETE FROM districts_{table} WHERE election_id = {election.pk}")
        for table in DERIVED:
            cursor.execute(f"VACUUM ANALYZE districts_{table}")
        for table in DERIVED:
            cursor.execute(
                "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = %s::regclass"
                " AND attnum > 0 AND NOT attisdropped AND attname <> 'id'",
                [f"districts_{table}"],
            )
            columns = cursor.fetchone()[0]
            started = perf_counter()
            cursor.execute(f"INSERT INTO districts_{table} ({columns}) SELECT {columns} FROM copy_{table}")
            total += perf_counter() - started
            cursor.execute(f"DROP TABLE copy_{table}")
        cursor.execute("ANALYZE")
    return total


def one(elections: list[Election], code: str, repeats: int = 40) -> list[tuple[float, int]]:
    """Median seconds and statements to roll up one kecamatan in which nothing changed, per election.

    The elections take turns, so that whatever else the machine does falls on all of them alike.
    """
    times: list[list[float]] = [[] for _ in elections]
    for turn in range(repeats + 2):
        for election, own in zip(elections, times, strict=True):
            started = perf_counter()
            readiness.roll_up(election, [code], now=timezone.now())
            if turn >= 2:
                own.append(perf_counter() - started)
    found = []
    for election, own in zip(elections, times, strict=True):
        with CaptureQueriesContext(connection) as captured:
            readiness.roll_up(election, [code], now=timezone.now())
        found.append((statistics.median(own), len(captured)))
    return found


def peak_memory(election: Election) -> float:
    """MiB at most resident in a process that rolls up the whole election, over what it had before."""
    return peak_of(lambda: readiness.roll_up(election, now=timezone.now()))
