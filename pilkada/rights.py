"""What the account that web and workers sign in to Postgres with may do: read and write rows, and nothing more.

It owns no table. So it cannot empty one, change one, switch a trigger off, or touch an entry of the audit: triggers write
those as the owner. Everything is revoked first, so that running it again takes back what was given by hand.
"""

from django.apps import apps
from django.db import connection

from districts.models.audit import Entry

#: Whoever knows a table's owner can do anything to it; whoever may do one of these is no ordinary account.
NEVER = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")


class RightsRefused(Exception):
    """The account cannot be one that keeps the audit safe; carries the sentence to show."""


def read_only_tables() -> list[str]:
    """Entries, which triggers alone write, and the log of migrations."""
    entries = [model._meta.db_table for model in apps.get_models() if issubclass(model, Entry)]
    return [*sorted(entries), "django_migrations"]


def statements(role: str) -> list[str]:
    """The whole as SQL. `role` exists; its password is its keeper's business."""
    name = connection.ops.quote_name(role)
    tables = ", ".join(read_only_tables())
    return [
        f"REVOKE ALL ON SCHEMA public FROM {name}",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON {tables} FROM {name}",
        # it runs as the owner what a trigger's arguments say: nobody else may make a trigger with it
        f"REVOKE ALL ON FUNCTION siap_audit() FROM PUBLIC, {name}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]


def check_role(role: str) -> None:
    """Raises RightsRefused where the account is missing, owns a table, or may more than any account of an application."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(NEVER)} FROM pg_roles WHERE rolname = %s", [role])
        found = cursor.fetchone()
        if found is None:
            raise RightsRefused(
                f"Akun basis data {role} belum ada. Buat dahulu: CREATE ROLE {role} LOGIN PASSWORD '...';"
            )
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND pg_has_role(%s, relowner, 'MEMBER') LIMIT 1",
            [role],
        )
        owned = cursor.fetchone()
    if owned or any(found):
        raise RightsRefused(
            f"Akun {role} memiliki tabel atau hak istimewa basis data, sehingga dapat mengubah jejak perubahan. "
            "Pakai akun lain untuk web dan worker; pemilik tabel hanya menjalankan migrate."
        )


def grant_rights(role: str) -> None:
    check_role(role)
    with connection.cursor() as cursor:
        for statement in statements(role):
            cursor.execute(statement)
