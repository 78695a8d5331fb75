"""What the audit costs: a change of a report of 80 columns, with our triggers and without them."""

from time import perf_counter

from django.db import connection, transaction

from bench.results import Results
from districts.audit.triggers import present_triggers

ROUNDS = 60
TABLE = "districts_report"
NEXT = f"""
UPDATE {TABLE} SET is_latest = false WHERE id = (SELECT id FROM {TABLE} WHERE is_latest ORDER BY id LIMIT 1)
"""


def _milliseconds(*, watched: bool) -> float:
    """The median round, in a transaction that leaves nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, name in sorted(present_triggers()):
            if table == TABLE and not watched:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        took = []
        for _round in range(ROUNDS):
            started = perf_counter()
            cursor.execute(NEXT)
            took.append(perf_counter() - started)
        transaction.set_rollback(True)
    return sorted(took)[ROUNDS // 2] * 1000


def report_write(results: Results, note: str) -> None:
    """How many times as long the database takes over a watched change of a report as over one nobody watches."""
    without, watched = _milliseconds(watched=False), _milliseconds(watched=True)
    text = f"{note}; {watched:.2f} ms against {without:.2f} ms, 80 columns"
    results.add("districts.audit.report_write", watched / without, "×", 5, note=text)
