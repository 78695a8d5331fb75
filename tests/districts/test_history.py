"""Issue 5, point 4: a person's and a kecamatan's history page, in words; the audit readable and searchable in admin."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.access import Role
from districts.audit.trail import trail
from districts.audit.triggers import declared
from districts.audit.words import TECHNICAL, column_word, models_by_table
from districts.models import Assignment, AuditEntry, Contact, Indicator, OfficialReading
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
SANDARAN = reverse("history", args=["64.08.11"])


def by(world, name, address="10.1.2.3"):
    """Who is at work, as the middleware tells it."""
    person = world.people[name]
    return trail(lambda: {"actor": person.pk, "name": str(person), "origin": "web", "address": address})


def reading(world, amount=40, kecamatan="64.08.11", indicator="KPU-01"):
    return OfficialReading.objects.create(
        election=world.election, kecamatan_id=kecamatan, indicator=Indicator.objects.first(), amount=amount,
        observed_at=NOW, agency_id="kpu", entered_by=world.people["admin"],
    )  # fmt: skip


def text(answer):
    return " ".join(answer.content.decode().split())


def test_a_change_is_told_in_words_with_who_when_and_from_where(world, as_user):
    made = reading(world)
    with by(world, "desk-kutim"):
        OfficialReading.objects.filter(pk=made.pk).update(amount=55, agency_id="desk")
    page = text(as_user("desk-kutim").get(SANDARAN))
    assert "Desk Kutim · dari 10.1.2.3" in page
    assert "Nilai: 40 → <b>55</b>" in page
    assert "WITA" in page
    assert "agency_id" not in page


def test_a_threshold_reads_as_people_call_it(world, as_user):
    Indicator.objects.filter(code="LOG-01").update(green_max=None)
    Indicator.objects.filter(code="LOG-01").update(green_max=85)
    entry = AuditEntry.objects.filter(table_name="districts_indicator").last()
    page = text(as_user("admin").get(reverse("admin:districts_auditentry_change", args=[entry.pk])))
    assert "– → 85" in page
    assert "green_max" not in page


def test_the_history_is_of_that_kecamatan_and_its_desa_alone(world, as_user):
    Contact.objects.create(region_id="64.08.11.2001", office="Kades", name="Kades Manubar")
    Contact.objects.create(region_id="64.08.06", office="Kapolsek", name="Kapolsek Busang")
    page = text(as_user("desk-kutim").get(SANDARAN))
    assert "Kades Manubar" in page
    assert "Kapolsek Busang" not in page


def test_the_desk_and_administrators_read_it_and_everybody_else_is_told_why_not(world, as_user):
    for name, status in {"desk-kutim": 200, "desk-kaltim": 200, "admin": 200, "desk-mahulu": 404}.items():
        assert as_user(name).get(SANDARAN).status_code == status
    for name in ("camat-sandaran", "bupati-kutim", "kpu-kutim", "netralitas-kutim"):
        answer = as_user(name).get(SANDARAN)
        assert answer.status_code == 403
        assert "hanya untuk Desk Pilkada" in text(answer)


def test_the_newest_is_first_and_pages_follow_by_key_without_a_gap(world, as_user):
    for number in range(60):
        Contact.objects.create(region_id="64.08.11", office=f"Jabatan {number:02d}", name=f"Nama {number:02d}")
    desk = as_user("desk-kutim")
    first = text(desk.get(SANDARAN))
    assert first.index("Nama 59") < first.index("Nama 11")
    older = AuditEntry.objects.under("64.08.11").order_by("-pk")[49].pk
    assert f'href="?sebelum={older}"' in first
    second = text(desk.get(SANDARAN, {"sebelum": older}))
    assert ("Nama 10" in first, "Nama 09" in first) == (True, False)
    assert ("Nama 10" in second, "Nama 09" in second) == (False, True)
    assert "Yang terbaru" in second


def test_filters_narrow_by_kind_and_day_and_nonsense_is_said(world, as_user):
    Contact.objects.create(region_id="64.08.11", office="Kapolsek", name="Budi Kapolsek")
    desk = as_user("desk-kutim")
    assert "Budi Kapolsek" in text(desk.get(SANDARAN, {"jenis": "contact"}))
    assert "Budi Kapolsek" not in text(desk.get(SANDARAN, {"jenis": "assignment"}))
    assert "Budi Kapolsek" not in text(desk.get(SANDARAN, {"sampai": "2020-01-01"}))
    wrong = desk.get(SANDARAN, {"jenis": "x", "dari": "kemarin", "sebelum": "9" * 40})
    assert wrong.status_code == 422
    assert "Saringan tidak dikenal" in text(wrong)


def test_a_persons_history_has_what_they_did_and_what_was_done_to_them(world, as_user):
    camat = world.people["camat-sandaran"]
    with by(world, "camat-sandaran"):
        Contact.objects.create(region_id="64.08.11", office="Kapolsek", name="Budi Kapolsek")
    Assignment.objects.filter(user=camat).update(valid_until=date(2026, 12, 31))
    page = text(as_user("desk-kutim").get(reverse("person_history", args=[camat.pk])))
    assert "Budi Kapolsek" in page
    assert "31 Des 2026" in page


def test_a_desk_sees_of_a_person_only_what_is_of_its_own_region(world, as_user):
    camat = world.people["camat-sandaran"]
    Assignment.objects.create(user=camat, role=Role.REPORTER, region_id="64.11.01")
    with by(world, "camat-sandaran"):
        Contact.objects.create(region_id="64.08.11", office="Kapolsek", name="Budi Kapolsek")
    address = reverse("person_history", args=[camat.pk])
    assert "Budi Kapolsek" not in text(as_user("desk-mahulu").get(address))
    assert "Budi Kapolsek" in text(as_user("desk-kutim").get(address))
    for name in ("camat-busang", "bupati-kutim", "camat-sandaran", "netralitas-kutim"):
        assert as_user(name).get(address).status_code == 404
    assert (
        as_user("desk-mahulu").get(reverse("person_history", args=[world.people["camat-busang"].pk])).status_code == 404
    )


@pytest.mark.parametrize("page", ["kecamatan", "admin"])
def test_thirty_changes_cost_no_more_statements_than_two(world, as_user, page):
    address = SANDARAN if page == "kecamatan" else reverse("admin:districts_auditentry_changelist")
    who = as_user("desk-kutim" if page == "kecamatan" else "admin")
    for number in range(2):
        Contact.objects.create(region_id="64.08.11", office=f"J{number}", name="Nama")
    with CaptureQueriesContext(connection) as few:
        who.get(address)
    for number in range(30):
        Contact.objects.create(region_id="64.08.11", office=f"K{number}", name="Nama")
    with CaptureQueriesContext(connection) as many:
        assert who.get(address).status_code == 200
    assert len(many) == len(few)


def test_administration_finds_by_person_region_and_row_and_changes_nothing(world, as_user):
    camat = world.people["camat-sandaran"]
    with by(world, "camat-sandaran"):
        Contact.objects.create(region_id="64.11.01", office="Kapolsek", name="Budi Kapolsek")
    admin, address = as_user("admin"), reverse("admin:districts_auditentry_changelist")
    for wanted in ("camat-sandaran", "64.11.01", "641101"):
        assert "Budi Kapolsek" in text(admin.get(address, {"q": wanted})), wanted
    assert "Budi Kapolsek" not in text(admin.get(address, {"q": "64.08.04"}))
    entry = AuditEntry.objects.filter(actor_id=camat.pk).first()
    change = reverse("admin:districts_auditentry_change", args=[entry.pk])
    assert admin.post(change, {"actor_name": "x"}).status_code == 403
    assert admin.post(reverse("admin:districts_auditentry_delete", args=[entry.pk])).status_code == 403
    assert admin.get(reverse("admin:districts_auditentry_add")).status_code == 403


def test_every_column_that_is_kept_has_a_word_or_is_left_out_as_technical():
    """A new column without a label would be shown by its name in the code, or not at all."""
    nameless = [
        (watched.model, field.name)
        for watched in declared("WATCHED")
        for field in watched.table._meta.local_concrete_fields
        if field.column not in watched.unread and field.name not in TECHNICAL and not column_word(field)
    ]
    assert nameless == []
    assert "districts_contact" in models_by_table()
