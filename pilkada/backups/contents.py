"""What a database holds, so that a copy can be compared with it: rows and a fingerprint of every table, migrations."""

from typing import Any

import psycopg
from psycopg import sql

from pilkada.backups.archive import Table

Connection = psycopg.Connection[Any]

# How values are written as text, which a server or a role may have set otherwise.
AS_TEXT = (
    "SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true),"
    " set_config('IntervalStyle', 'postgres', true), set_config('bytea_output', 'hex', true),"
    " set_config('extra_float_digits', '1', true)"
)
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1"
# Rows of all tables differ in a key, so none cancels another; order does not matter to xor.
TABLE = "SELECT count(*), coalesce(bit_xor(('x' || left(md5(found::text), 16))::bit(64)::bigint), 0) FROM public.{} AS found"
ANYTHING = (
    "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND NOT EXISTS"
    " (SELECT 1 FROM pg_depend WHERE pg_depend.objid = pg_class.oid AND deptype = 'e')"
)


def tables(found: Connection) -> dict[str, Table]:
    """Reads every row; within the transaction of the connection."""
    found.execute(AS_TEXT)
    names = [name for (name,) in found.execute(TABLES).fetchall()]
    told = {}
    for name in names:
        row = found.execute(sql.SQL(TABLE).format(sql.Identifier(name))).fetchone()
        assert row is not None
        told[name] = Table(*row)
    return told


def migrations(found: Connection) -> list[str]:
    """`app.name` of all that were applied, in their order."""
    rows = found.execute("SELECT app, name FROM public.django_migrations ORDER BY id").fetchall()
    return [f"{app}.{name}" for app, name in rows]


def is_empty(found: Connection) -> bool:
    """No table, view or sequence but those of extensions."""
    row = found.execute(ANYTHING).fetchone()
    return row is not None and row[0] == 0


def different(wanted: dict[str, Table], there: dict[str, Table]) -> list[str]:
    """Sentences, one for each table that is not the same."""
    return [
        f"{name}: {table.rows} baris dicadangkan, {there[name].rows if name in there else 'tidak ada'} dipulihkan"
        + (", isinya berbeda" if name in there and there[name].rows == table.rows else "")
        for name, table in wanted.items()
        if there.get(name) != table
    ]
