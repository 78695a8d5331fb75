"""Changes of cases are written down apart, without what is sealed, for the handlers of the regency alone (issue 5, point 4)."""

import pytest
from django.db import connection
from django.urls import reverse

from districts.models import AuditEntry
from neutrality.audited import ENTRIES, WATCHED
from neutrality.models import Case, CaseEntry
from neutrality.sealed_columns import sealed_columns
from tests.neutrality.cases import PLANTED, SUMMARY, TELLER, advance, case_in, make_case
from tests.neutrality.tips import ADDRESS, tip

pytestmark = pytest.mark.django_db


def test_no_change_of_a_case_is_where_administration_reads(world):
    advance(world, case_in(world, "kajian_awal", hours_apart=0), "terdaftar")
    assert CaseEntry.objects.filter(table_name="neutrality_case", action="U").exists()
    assert not AuditEntry.objects.filter(table_name__startswith="neutrality_").exists()
    assert not AuditEntry.objects.filter(changed__has_any_keys=["case_id", "regency_id"]).exists()


def test_entries_of_cases_count_by_themselves(world):
    """A gap in the numbers that administration shows would tell how much happens in cases."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence('neutrality_caseentry', 'id')")
        own = cursor.fetchone()[0]
        cursor.execute("SELECT pg_get_serial_sequence('districts_auditentry', 'id')")
        assert cursor.fetchone()[0] != own
    before = AuditEntry.objects.order_by("pk").last().pk
    make_case(world)
    last = AuditEntry.objects.order_by("pk").last()
    assert last.pk == before


def test_of_what_is_sealed_only_the_change_is_kept(world):
    case = make_case(world)
    Case.objects.filter(pk=case.pk).update(summary=b"lain", registration="12/REG", tracking="ab" * 32)
    entry = CaseEntry.objects.filter(table_name="neutrality_case").last()
    assert entry.changed == dict.fromkeys(("summary", "registration", "tracking"), ["[disembunyikan]"] * 2)
    for model, names in sealed_columns():
        watched = next((each for each in WATCHED if each.table is model), None)
        assert watched is None or not set(names) & set(watched.shown or ()), model
    kept = str(list(CaseEntry.objects.values()))
    assert not [secret for secret in (*PLANTED.values(), *TELLER.values(), SUMMARY) if secret in kept]


def test_every_table_of_cases_is_written_to_the_entries_of_cases():
    of_cases = {each.table._meta.db_table for each in WATCHED if each.entries == ENTRIES}
    assert len(of_cases) == 11
    assert {each.table._meta.db_table for each in WATCHED if each.shown is None} & of_cases == set()


def test_a_tip_of_somebody_who_is_not_signed_in_keeps_no_address_and_no_number_of_a_request(client, world, store):
    answer = client.post(reverse("tip_new"), tip(client), REMOTE_ADDR=ADDRESS)
    assert answer.status_code in (200, 302)
    told = CaseEntry.objects.filter(subject_id=Case.objects.get().pk)
    assert {(each.actor_id, each.actor_name, each.address, each.request_id) for each in told} == {(None, "", "", "")}
    assert {(each.origin, each.via) for each in told} == {("web", "tip_new")}


def test_the_handler_of_the_regency_reads_the_history_of_a_case_and_nobody_else(world, as_user):
    case = make_case(world)
    address = reverse("case_history", args=[case.number])
    page = as_user("netralitas-kutim").get(address)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert "Dibuat</strong>: Kasus" in page.content.decode()
    assert "(disembunyikan)" in page.content.decode()
    for name in ("desk-kutim", "admin", "camat-sandaran"):
        assert as_user(name).get(address).status_code == 404
