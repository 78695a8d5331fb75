"""Issue 5, point 4: in production a role that does not own the tables cannot undo what the audit wrote down."""

from contextlib import contextmanager
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from districts.models import Agency, AuditEntry

pytestmark = pytest.mark.django_db
ROLE = "siap_uji_web"

#: What somebody who got hold of the application's account would try.
ATTEMPTS = [
    "UPDATE districts_auditentry SET actor_name = 'x'",
    "DELETE FROM districts_auditentry",
    "TRUNCATE districts_auditentry",
    "SET LOCAL siap.emptying = 'on'; TRUNCATE districts_auditentry",
    "SET LOCAL siap.emptying = 'on'; TRUNCATE districts_agency CASCADE",
    "INSERT INTO districts_auditentry SELECT * FROM districts_auditentry LIMIT 1",
    "UPDATE neutrality_caseentry SET actor_name = 'x'",
    "ALTER TABLE districts_agency DISABLE TRIGGER ALL",
    "ALTER TABLE districts_agency ADD COLUMN extra int",
    "DROP TRIGGER movement_stays ON logistics_movement",
    "DROP TABLE districts_agency CASCADE",
    "SET LOCAL session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION siap_stays() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TABLE mine (x int)",
    "CREATE TEMP TABLE mine (x int);"
    " CREATE TRIGGER t AFTER TRUNCATE ON mine FOR EACH STATEMENT EXECUTE FUNCTION siap_audit('districts_auditentry')",
    "DELETE FROM django_migrations",
    "TRUNCATE logistics_movement CASCADE",
]


@pytest.fixture
def role():
    """An account without any right, in this transaction alone."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} LOGIN")
    return ROLE


@contextmanager
def acting_as(role):
    """The session of the role: what it may do is looked up for it, not for the owner."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL SESSION AUTHORIZATION {role}")
        try:
            yield cursor
        finally:
            cursor.execute("RESET SESSION AUTHORIZATION")


def test_the_applications_account_writes_as_ever_and_is_written_down(role):
    call_command("grant_rights", role, stdout=StringIO())
    with acting_as(role):
        Agency.objects.create(code="uji", name="Uji")
        Agency.objects.filter(code="uji").update(name="Uji 2")
        Agency.objects.filter(code="uji").delete()
        found = list(AuditEntry.objects.filter(object_id="uji").order_by("pk").values_list("action", "db_user"))
    assert found == [("I", role), ("U", role), ("D", role)]


def test_the_applications_account_can_do_nothing_to_the_audit_its_triggers_or_its_tables(role):
    call_command("grant_rights", role, stdout=StringIO())
    done = []
    with acting_as(role) as cursor:
        for attempt in ATTEMPTS:
            cursor.execute("SAVEPOINT attempt")
            try:
                cursor.cursor.execute(attempt)
                done.append(attempt)
            except psycopg.errors.InsufficientPrivilege:
                pass
            cursor.execute("ROLLBACK TO SAVEPOINT attempt")
    assert done == []


def test_an_account_that_owns_the_tables_or_is_missing_is_refused_with_a_sentence():
    with pytest.raises(CommandError, match="Pakai akun lain"):
        call_command("grant_rights", connection.settings_dict["USER"])
    with pytest.raises(CommandError, match="belum ada"):
        call_command("grant_rights", "siap_tidak_ada")


def test_the_rights_can_be_read_before_somebody_gives_them():
    said = StringIO()
    call_command("grant_rights", "siap_web", "--print", stdout=said)
    assert 'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "siap_web";' in said.getvalue()
    assert "TRUNCATE" not in said.getvalue()
