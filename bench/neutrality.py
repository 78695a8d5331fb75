"""Neutrality of the nation: 50,000 cases with their way, people and terms, 200,000 events, and what is read of them.

Written by one `INSERT … SELECT` a table with triggers and foreign keys switched off: what moves would have written one
by one. Sealed columns hold one token, sealed once.
"""

from time import perf_counter

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.logistics import ONE, _chunks, _seconds
from bench.pages import STATEMENTS, TIMES_EMPTY, measure
from bench.results import Results
from districts import grading_sql, readiness
from districts.access import Role
from districts.models import Assignment, Election, User
from neutrality import statistics
from neutrality.models import Case, OutreachEvent
from neutrality.readiness import outreach as source
from neutrality.sealing import seal

CASES, EVENTS = 50_000, 200_000
#: Open cases of the regency whose board is measured.
HANDLED, OPEN_THERE = "64.08", 500

# a tenth of the cases is new, the others are spread over the states; every fifth carries two forms
SEEDS = (
    """
INSERT INTO neutrality_case (id, number, election_id, regency_id, intake, medium, state, state_since, received_at,
    recorded_at, known_on, summary, place, registration, tracking, taken_by_id, client_key)
SELECT n, 'NTR-2026-' || lpad(upper(to_hex(n)), 5, '0'), %(election)s,
    CASE WHEN n <= %(open_there)s THEN %(handled)s ELSE regency.codes[1 + n %% cardinality(regency.codes)] END,
    CASE WHEN n %% 3 = 0 THEN 'temuan' ELSE 'telepon' END, 'media_sosial',
    CASE WHEN n <= %(open_there)s THEN 'verifikasi_awal' ELSE way.states[1 + n %% cardinality(way.states)] END,
    now() - interval '1 day', now() - n %% 120 * interval '1 day', now() - n %% 120 * interval '1 day',
    current_date - n %% 120 - 1, %(token)s, %(token)s, '', '', %(by)s, gen_random_uuid()
FROM generate_series(1, %(cases)s) n,
    (SELECT array_agg(code ORDER BY code) AS codes FROM districts_region WHERE level = 2) regency,
    (SELECT ARRAY['baru', 'verifikasi_awal', 'ditutup_tidak_cukup', 'tidak_diregistrasi', 'terdaftar', 'klarifikasi',
        'bukan_pelanggaran', 'verifikasi_bkn', 'sanksi_dijatuhkan', 'tidak_ditindaklanjuti'] AS states) way""",
    """
INSERT INTO neutrality_casemove (case_id, from_state, to_state, at, recorded_at, by_id, reason, has_reason, paper_number,
    client_key)
SELECT id, 'baru', state, received_at + interval '6 hours', received_at + interval '6 hours', %(by)s, %(token)s, true, '',
    gen_random_uuid()
FROM neutrality_case WHERE state <> 'baru'""",
    """
INSERT INTO neutrality_case_forms (case_id, violationform_id)
SELECT kept.id, form.codes[1 + (kept.id + more) %% cardinality(form.codes)]
FROM neutrality_case kept, generate_series(0, 1) more,
    (SELECT array_agg(code ORDER BY code) AS codes FROM neutrality_violationform) form
WHERE more = 0 OR kept.id %% 5 = 0""",
    """
INSERT INTO neutrality_reported (case_id, subject_type_id, name, position, unit, staff_number)
SELECT kept.id, subject.codes[1 + kept.id %% cardinality(subject.codes)], %(token)s, %(token)s, %(token)s, ''
FROM neutrality_case kept, (SELECT array_agg(code ORDER BY code) AS codes FROM neutrality_subjecttype) subject""",
    """
INSERT INTO neutrality_caseclock (case_id, name, started_on, due_on)
SELECT id, CASE state WHEN 'verifikasi_bkn' THEN 'bkn' ELSE 'lapor' END, known_on, known_on + 7
FROM neutrality_case WHERE state IN ('baru', 'verifikasi_awal', 'verifikasi_bkn')""",
    """
INSERT INTO neutrality_sanction (case_id, level, decree, decided_on, recorded_by_id, recorded_at, client_key)
SELECT id, 'moral', %(token)s, current_date, %(by)s, received_at, gen_random_uuid()
FROM neutrality_case WHERE state = 'sanksi_dijatuhkan'""",
    """
INSERT INTO neutrality_outreachevent (election_id, kecamatan_id, kind, topics, state, held_on, place, villages,
    institutions, participants, material, note, noted_by_id, noted_at, confirmed_by_id, confirmed_at, cancel_reason,
    client_key)
SELECT %(election)s, place.codes[1 + n %% cardinality(place.codes)],
    CASE n %% 10 WHEN 0 THEN 'deklarasi' WHEN 1 THEN 'rapat_fpk' ELSE 'sosialisasi' END,
    ARRAY[CASE n %% 3 WHEN 0 THEN 'netralitas' WHEN 1 THEN 'tahapan' ELSE 'damai' END], 'terlaksana',
    current_date - n %% 90, 'Balai desa', '{}', ARRAY['polri', 'tni'], 40, '', '', %(by)s, now(), %(by)s, now(), '',
    gen_random_uuid()
FROM generate_series(1, %(events)s) n,
    (SELECT array_agg(kecamatan_id ORDER BY kecamatan_id) AS codes FROM districts_votingkecamatan
     WHERE election_id = %(election)s) place""",
)
TABLES = ("case", "casemove", "case_forms", "reported", "caseclock", "sanction", "outreachevent")


def seed(election: Election, by: int) -> float:
    """Cases and events of the nation; seconds it took."""
    started = perf_counter()
    values = {
        "election": election.pk, "by": by, "cases": CASES, "events": EVENTS, "handled": HANDLED, "open_there": OPEN_THERE,
        "token": seal("Uraian kasus"),
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in SEEDS:
            cursor.execute(statement, values)
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE neutrality_{table}")
    return perf_counter() - started


def all_rows(results: Results, election: Election, by: int, note: str) -> None:
    """Everything about neutrality, on the election of the nation."""
    took = seed(election, by)
    results.add("neutrality.seed", took, "s", 60, note=note)
    cases, events = (
        Case.objects.filter(election=election).count(),
        OutreachEvent.objects.filter(election=election).count(),
    )
    note = f"{note}; {cases:,} cases, {events:,} events, seeded in {took:.0f} s with triggers off"
    board(results, election, note)
    aggregates(results, election, note)
    readiness_source(results, election, note)


def board(results: Results, election: Election, note: str) -> None:
    """The board of a handler with 500 open cases."""
    handler, is_new = User.objects.get_or_create(username="bench-netralitas", defaults={"name": "penangan"})
    if is_new:
        Assignment.objects.create(user=handler, role=Role.NEUTRALITY, region_id=HANDLED)
    there = Case.objects.filter(election=election, regency=HANDLED).open().count()
    page, ratio = measure(handler, reverse("cases", args=[HANDLED]))
    text = f"{note}; {there} open there; {page.seconds * 1000:.1f} ms"
    results.add("neutrality.page.board.statements", page.statements, "statements", STATEMENTS, note=text)
    results.add("neutrality.page.board.times_empty", ratio, "×", TIMES_EMPTY, note=text)


def aggregates(results: Results, election: Election, note: str) -> None:
    """The published figures of the nation: read in one statement a table, small numbers hidden."""
    now = timezone.now()
    with CaptureQueriesContext(connection) as captured:
        started = perf_counter()
        figures = statistics.published(election, "", now)
        took = perf_counter() - started
    text = f"{note}; {len(figures.tables)} tables of {figures.cases:,} cases in {len(captured)} statements"
    results.add("neutrality.statistics.nation", took, "s", 5, note=text)
    reading = [each for each in captured.captured_queries if "WITH \ncases AS" in each["sql"]]
    # each of the tables, and the medians
    per_table = len(reading) / (len(figures.tables) + 1)
    results.add("neutrality.statistics.statements_per_table", per_table, "statements", 1, note=text)
    slowest = max(float(each["time"]) for each in reading)
    results.add("neutrality.statistics.slowest_statement", slowest, "s", 1, note=text)


def readiness_source(results: Results, election: Election, note: str) -> None:
    """The source of NET and SOS for every kecamatan, in the chunks of a roll-up, and for one."""
    codes = readiness.voting_kecamatan(election)
    full = sorted(sum(_source(election, chunk) for chunk in _chunks(codes)) for _ in range(3))[1]
    results.add("neutrality.readiness.full", full, "s", 5, note=note)
    one = sorted(_source(election, [ONE]) for _ in range(9))[4]
    results.add("neutrality.readiness.one_kecamatan", one * 1000, "ms", 150, note=note)


def _source(election: Election, codes: list[str]) -> float:
    now = timezone.now()
    parameters = readiness._parameters(election, codes, now) | {"known_by": now}
    measured = f"WITH {grading_sql.SCOPE} SELECT count(*) FROM ({source.sql}) outreach"
    return _seconds(measured, parameters, nested_loops=len(codes) < readiness.MANY)
