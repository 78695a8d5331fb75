"""Issue 5, point 4: who changed what, when, from where, by database triggers that also see bulk and raw SQL; append-only."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.urls import reverse
from django.utils import timezone

from districts.access import Role
from districts.audit.trail import Trail, trail, trail_of_command, trail_of_task
from districts.audit.triggers import declared, declared_triggers, present_triggers
from districts.issues import note_issue, raise_issue
from districts.models import (
    Agency,
    Assignment,
    AuditEntry,
    Contact,
    Indicator,
    IssueNote,
    PollingStation,
    TargetPoint,
    User,
)

pytestmark = pytest.mark.django_db
OURS = ("districts", "logistics", "neutrality")
ANIS = {"actor": 7, "name": "Anis 100% 'Desk' \\ Ñ", "origin": "web", "address": "10.0.0.9"}


def entries(table, **wanted):
    return list(AuditEntry.objects.filter(table_name=table, **wanted).order_by("pk"))


def last(table="districts_agency"):
    return AuditEntry.objects.filter(table_name=table).order_by("pk").last()


def setting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('siap.audit', true)")
        return cursor.fetchone()[0] or ""


# --- what is watched ----------------------------------------------------------------------------------------------------


def test_every_model_is_watched_or_has_a_reason_why_not():
    """A new model belongs in `WATCHED` or `NOT_WATCHED` of its app's audited.py."""
    known = [each.model.lower() for each in declared("WATCHED")] + [each.lower() for each in declared("NOT_WATCHED")]
    ours = [model for app in OURS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    assert {model._meta.label_lower for model in ours if not model._meta.proxy} - set(known) == set()
    assert len(known) == len(set(known))


def test_each_watched_table_has_its_triggers_in_the_database():
    assert present_triggers() == {(each.table, each.name) for each in declared_triggers()}


def test_region_and_subject_of_each_watched_table_can_be_read():
    """What `audited.py` says as SQL runs: a statement that makes no row plans it."""
    with connection.cursor() as cursor:
        for watched in declared("WATCHED"):
            table, key = watched.table._meta.db_table, watched.table._meta.pk.column
            cursor.execute(f"INSERT INTO {table} ({key}) SELECT {key} FROM {table} WHERE false")


# --- what is written down -----------------------------------------------------------------------------------------------


def test_a_threshold_that_changed_is_told_as_it_was_and_as_it_became():
    Indicator.objects.filter(code="LOG-01").update(weight=7)
    found = last("districts_indicator")
    assert (found.object_id, found.action) == ("LOG-01", "U")
    assert found.changed["weight"][1] == 7
    assert set(found.changed) == {"weight"}


def test_what_did_not_change_is_no_entry():
    Indicator.objects.update(position=models.F("position"))
    assert entries("districts_indicator") == []


def test_bulk_and_raw_sql_are_seen_row_by_row(world):
    Agency.objects.bulk_create([Agency(code="a", name="A"), Agency(code="b", name="B")])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE districts_agency SET name = name || '!' WHERE code IN ('a', 'b')")
        cursor.execute("DELETE FROM districts_agency WHERE code = 'a'")
    told = [(each.object_id, each.action, each.changed) for each in entries("districts_agency")]
    assert told[:2] == [("a", "I", {"code": "a", "name": "A"}), ("b", "I", {"code": "b", "name": "B"})]
    assert sorted(told[2:4]) == [("a", "U", {"name": ["A", "A!"]}), ("b", "U", {"name": ["B", "B!"]})]
    assert told[4] == ("a", "D", {"code": "a", "name": "A!"})


def test_an_upsert_tells_what_it_made_and_what_it_changed():
    Agency.objects.create(code="a", name="A")
    Agency.objects.bulk_create(
        [Agency(code="a", name="Lain"), Agency(code="b", name="B")],
        update_conflicts=True, update_fields=["name"], unique_fields=["code"],
    )  # fmt: skip
    assert sorted((each.object_id, each.action) for each in entries("districts_agency")[1:]) == [("a", "U"), ("b", "I")]


def test_passwords_are_never_kept_and_signing_in_is_no_change(world):
    person = world.people["camat-sandaran"]
    person.set_password("kata-sandi-yang-baru")
    person.save()
    User.objects.filter(pk=person.pk).update(last_login="2026-11-21T10:00Z")
    found = entries("districts_user", object_id=str(person.pk))
    assert [(each.action, each.changed.get("password")) for each in found] == [
        ("I", "[disembunyikan]"), ("U", ["[disembunyikan]"] * 2),
    ]  # fmt: skip
    assert found[1].subject_id == person.pk


def test_a_load_of_many_rows_is_told_as_a_number_per_regency_and_a_single_change_in_full(world):
    made = [PollingStation(village_id="64.08.06.2001", number=number) for number in range(100, 250)]
    made += [PollingStation(village_id="64.11.01.2001", number=number) for number in range(100, 160)]
    PollingStation.objects.bulk_create(made)
    PollingStation.objects.filter(village_id="64.08.06.2001", number=100).update(voters_male=3, voters_female=4)
    *_, kutim, mahulu, one = entries("districts_pollingstation")
    assert [(each.region_code, each.changed, each.object_id) for each in (kutim, mahulu)] == [
        ("64.08", {"rows": 150}, ""), ("64.11", {"rows": 60}, ""),
    ]  # fmt: skip
    assert one.changed == {"voters_male": [None, 3], "voters_female": [None, 4]}
    assert one.region_code == "64.08.06.2001"


def test_a_key_of_a_watched_row_never_changes():
    with pytest.raises(IntegrityError, match="may not be updated"), transaction.atomic():
        Agency.objects.filter(code="desk").update(code="lain")


# --- who ---------------------------------------------------------------------------------------------------------------


def test_a_write_past_the_application_says_so_and_names_the_account_of_the_database():
    Agency.objects.create(code="a", name="A")
    found = last()
    assert (found.origin, found.actor_id, found.actor_name) == ("sql", None, "")
    assert found.db_user == connection.settings_dict["USER"]


def write_one():
    Agency.objects.create(code="x", name="100% 'pasti' \\")


def write_returning():
    contact = Contact.objects.create(region_id="64.08.11", office="Kapolsek", name="Budi")
    assert Contact.objects.get(pk=contact.pk).name == "Budi"


def write_many():
    made = Contact.objects.bulk_create([Contact(region_id="64.08.11", office=f"J{n}", name="%s") for n in range(3)])
    assert len({each.pk for each in made}) == 3


def write_update():
    assert Agency.objects.update(name="50%") == Agency.objects.count()


def write_executemany():
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO districts_agency VALUES (%s, %s)", [("m", "%"), ("n", "N")])


def write_raw():
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH new AS (INSERT INTO districts_agency VALUES ('r', '10%') RETURNING *) SELECT code FROM new"
        )
        assert cursor.fetchall() == [("r",)]
        cursor.execute("UPDATE districts_agency SET name = name || '%' WHERE code = 'r'")
        assert cursor.rowcount == 1


def write_copy():
    """Whoever copies past the wrapper begins with any write in the same transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE districts_agency SET name = name WHERE code = 'desk'")
        with cursor.copy("COPY districts_agency FROM STDIN") as copy:
            copy.write_row(("c", "C"))


WRITES = [write_one, write_returning, write_many, write_update, write_executemany, write_raw, write_copy]


def test_every_way_to_write_names_the_person_at_work(world):
    for write in WRITES:
        before = AuditEntry.objects.order_by("pk").last().pk
        with trail(lambda: ANIS):
            write()
        told = {(each.actor_id, each.actor_name, each.origin) for each in AuditEntry.objects.filter(pk__gt=before)}
        assert told == {(7, ANIS["name"], "web")}, write.__name__


def test_naming_the_person_costs_no_statement_and_touches_no_read(world, django_assert_num_queries):
    with trail(lambda: ANIS), django_assert_num_queries(2) as seen:
        assert Agency.objects.filter(code="desk").update(name="Desk") == 1
        assert Agency.objects.get(code="desk").name == "Desk"
    assert "siap.audit" in seen[0]["sql"]
    assert "siap.audit" not in seen[1]["sql"]


def test_a_savepoint_that_was_rolled_back_forgets_nobody(world):
    with trail(lambda: ANIS):
        with pytest.raises(IntegrityError), transaction.atomic():
            Agency.objects.create(code="desk", name="dua kali")
        write_one()
    assert last().actor_id == 7


def test_tasks_and_commands_say_their_name(world):
    with trail_of_task("districts.tasks.drain"):
        write_one()
    assert (last().origin, last().via) == ("tugas", "districts.tasks.drain")
    with trail_of_command(["manage.py", "load_regions", "FILE"]):
        write_update()
    assert (last().origin, last().via, bool(last().actor_name)) == ("perintah", "load_regions", True)


def test_of_a_task_inside_a_command_the_task_is_told(world):
    with trail_of_command(["manage.py", "start"]), trail_of_task("districts.tasks.drain"):
        write_one()
    assert last().via == "districts.tasks.drain"


def test_an_act_on_a_page_carries_person_network_and_route_and_never_the_address_of_the_page(as_user, world):
    desk = world.people["admin"]
    page = reverse("admin:districts_agency_change", args=["desk"])
    answer = as_user("admin").post(page, {"code": "desk", "name": "Desk Baru"}, REMOTE_ADDR="10.1.2.3")
    assert answer.status_code == 302
    found = last()
    assert (found.actor_id, found.actor_name) == (desk.pk, str(desk))
    assert (found.origin, found.address, found.via) == ("web", "10.1.2.3", "admin:districts_agency_change")
    assert found.changed["name"][1] == "Desk Baru"


def test_nothing_of_a_request_is_left_on_its_connection(as_user, world):
    as_user("admin").post(
        reverse("admin:districts_agency_change", args=["desk"]), {"code": "desk", "name": "Desk Baru"}
    )
    assert connection.execute_wrappers == [] or not any(isinstance(each, Trail) for each in connection.execute_wrappers)
    write_one()
    assert "perintah" not in setting()


@pytest.mark.django_db(transaction=True)
def test_the_next_user_of_a_connection_inherits_nobody(transactional_db):
    """Without a transaction around, as in production: each statement is one of its own."""
    with trail(lambda: ANIS):
        write_one()
        assert setting() == ""
    Agency.objects.filter(code="x").update(name="kemudian")
    assert [(each.action, each.actor_id, each.origin) for each in entries("districts_agency", object_id="x")] == [
        ("I", 7, "web"), ("U", None, "sql"),
    ]  # fmt: skip


# --- what stays ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["districts_auditentry", "neutrality_caseentry"])
def test_what_is_written_down_stays(planted_entries, table):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL siap.emptying = 'off'")
        for statement in ("UPDATE {} SET actor_name = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(IntegrityError, match="may not be"), transaction.atomic():
                cursor.execute(statement.format(table))


#: Logs without entries of their own: what they say must stand by itself.
LOGS = ("districts.ContactAttempt", "districts.IssueNote", "logistics.HandOverCount", "logistics.HandOverParcel",
        "logistics.HandOverPhoto", "logistics.SortingDamage")  # fmt: skip


def test_a_log_without_entries_is_neither_changed_nor_removed(world):
    assert set(LOGS) <= {kept.model for kept in declared("KEPT") if kept.rows}
    desk, day = world.people["desk-kutim"], timezone.now()
    issue = raise_issue(
        election=world.election,
        kecamatan=world.regions["64.08.11"],
        title="Jembatan putus",
        by=desk,
        now=day,
        kind="kendala",
        category="akses",
    )
    note_issue(issue=issue, text="Perahu disiapkan", by=desk, now=day)
    for change in (lambda: IssueNote.objects.update(text="lain"), IssueNote.objects.all().delete):
        with pytest.raises(IntegrityError, match="may not be"), transaction.atomic():
            change()


def test_no_log_can_be_emptied():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL siap.emptying = 'off'")
        for kept in declared("KEPT"):
            with pytest.raises(IntegrityError, match="may not be truncated"), transaction.atomic():
                cursor.execute(f"TRUNCATE {apps.get_model(kept.model)._meta.db_table} CASCADE")


def test_a_watched_table_that_is_emptied_is_told():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL siap.emptying = 'off'")
        cursor.execute("TRUNCATE districts_targetpoint")
    assert (last("districts_targetpoint").action, TargetPoint.objects.count()) == ("T", 0)


@pytest.fixture
def planted_entries():
    """A row in each of both tables of entries."""
    write_one()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO neutrality_caseentry SELECT * FROM districts_auditentry LIMIT 1")


def test_an_assignment_is_told_of_its_person_and_its_region(world):
    person = world.people["camat-busang"]
    Assignment.objects.filter(user=person).update(role=Role.PPK)
    found = last("districts_assignment")
    assert (found.subject_id, found.region_code, found.changed) == (
        person.pk,
        "64.08.06",
        {"role": ["reporter", "ppk"]},
    )
