"""Which tables the database watches and how; `migrate` brings its triggers in line with `audited.py` of each app.

One place says it for all: a new model stands in `WATCHED` or, with a reason, in `NOT_WATCHED` of its app, or a test fails.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils.module_loading import module_has_submodule

ENTRIES = "districts_auditentry"
PREFIX = "siap_"


@dataclass(frozen=True, slots=True)
class Watched:
    """A table whose changes are written down.

    `region`, `subject`: SQL over the row `r`: a region code, the person (of a case table: the case) that it is about.
    `hidden`: columns whose content is never kept, only that they changed. `unread`: columns that do not count.
    `shown`: when given, only these are kept and all others are hidden. `summary_above`: a statement that touches more rows
    than this is told as a number of rows per regency. `entries`: the table they are written to.
    """

    model: str
    region: str = "NULL"
    subject: str = "NULL"
    hidden: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    shown: tuple[str, ...] | None = None
    summary_above: int = 0
    entries: str = ENTRIES

    @property
    def table(self) -> type[models.Model]:
        found: type[models.Model] = apps.get_model(self.model)
        return found

    def arguments(self) -> list[str]:
        """What the trigger function is told, in its order."""
        fields = [each for each in self.table._meta.local_concrete_fields if each.column not in self.unread]
        columns = [each.column for each in fields]
        hidden = [
            name for name in columns if name in self.hidden or (self.shown is not None and name not in self.shown)
        ]
        key = [self.table._meta.pk.column]
        return [
            self.entries, json.dumps(columns), json.dumps(hidden), json.dumps(key), self.region, self.subject,
            str(self.summary_above),
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A log. `rows`: the database refuses that a row changes or goes, beside that the table is emptied."""

    model: str
    rows: bool = False


def declared(name: str) -> list[Any]:
    """What all apps say under `name` in their `audited.py`."""
    modules = [each.module for each in apps.get_app_configs() if each.module is not None]
    ours = [each for each in modules if module_has_submodule(each, "audited")]
    return [row for module in ours for row in getattr(import_module(f"{module.__name__}.audited"), name)]


@dataclass(frozen=True, slots=True)
class Trigger:
    """`name` carries a digest of what it does, so that one of another version is told by its name."""

    table: str
    name: str
    when: str  # from BEFORE or AFTER to the function's arguments


def _trigger(table: str, kind: str, when: str) -> Trigger:
    return Trigger(table, f"{PREFIX}{kind}_{hashlib.sha256(when.encode()).hexdigest()[:8]}", when)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _of_watched(watched: Watched) -> Iterator[Trigger]:
    table = watched.table._meta.db_table
    call = f"EXECUTE FUNCTION siap_audit({', '.join(map(_literal, watched.arguments()))})"
    seen = {"insert": "NEW TABLE AS new_rows", "delete": "OLD TABLE AS old_rows",
            "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows"}  # fmt: skip
    for act, rows in seen.items():
        yield _trigger(table, act, f"AFTER {act.upper()} ON {table} REFERENCING {rows} FOR EACH STATEMENT {call}")
    yield _trigger(table, "truncate", f"AFTER TRUNCATE ON {table} FOR EACH STATEMENT {call}")
    key = watched.table._meta.pk.column
    yield _trigger(
        table, "key", f"BEFORE UPDATE OF {key} ON {table} FOR EACH ROW WHEN (OLD.{key} IS DISTINCT FROM NEW.{key})"
        f" EXECUTE FUNCTION siap_stays('{table}_key_stays')",
    )  # fmt: skip


def _of_kept(kept: Kept) -> Iterator[Trigger]:
    table = apps.get_model(kept.model)._meta.db_table
    call = f"EXECUTE FUNCTION siap_stays('{table}_append_only')"
    yield _trigger(table, "stays", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}")
    if kept.rows:
        yield _trigger(table, "rows", f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}")


def declared_triggers() -> set[Trigger]:
    watched = [each for row in declared("WATCHED") for each in _of_watched(row)]
    return {*watched, *(each for row in declared("KEPT") for each in _of_kept(row))}


def present_triggers() -> set[tuple[str, str]]:
    """(table, name) of ours in the database, only of those that are switched on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND tgenabled = 'O' AND starts_with(tgname, %s)",
            [PREFIX],
        )
        return set(cursor.fetchall())


@transaction.atomic
def align_triggers() -> int:
    """Make what is missing, drop what is no longer declared; how many. Tables that do not exist yet are left out."""
    tables = set(connection.introspection.table_names())
    declared_now = {(each.table, each.name): each for each in declared_triggers() if each.table in tables}
    there = present_triggers()
    with connection.cursor() as cursor:
        for table, name in sorted(there - set(declared_now)):
            cursor.execute(f"DROP TRIGGER {name} ON {table}")
        missing = sorted(set(declared_now) - there)
        for table, name in missing:
            cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {declared_now[table, name].when}")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
    return len(missing) + len(there - set(declared_now))
