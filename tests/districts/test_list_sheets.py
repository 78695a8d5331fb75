"""Every list that officials browse can be taken along, with its filters, and no cell of it starts a formula
(issue 5, point 6; DOMAIN 0.2).
"""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse

from districts.models import Agency, Contact, Issue, PollingStation, PollingStationRisk, Region
from districts.registers import ROWS
from districts.reports.expecting import expect_reports
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

#: What a spreadsheet takes for the start of a formula.
DANGEROUS = ["=1+1", "+62", "-5", "@SUM(A1)", "\t=1", "\r=1"]
LISTS = ("dashboard_export", "silent_export", "issues_export")


def text_of(answer):
    return b"".join(answer.streaming_content).decode("utf-8-sig")


@pytest.fixture
def issues(world):
    expect_reports(world.election)
    return [
        Issue.objects.create(
            election=world.election, kecamatan_id="64.08.11", kind="kendala", category="logistik", title=f"{start} kotak",
            detail=start, level=2, raised_by=world.people["admin"], raised_at=NOW, due_at=NOW + timedelta(days=1),
            owner=Agency.objects.get(code="desk"),
        )
        for start in DANGEROUS
    ]  # fmt: skip


def test_the_filters_of_the_page_hold_for_the_file(issues, as_user):
    client = as_user("desk-kutim")
    Issue.objects.filter(pk=issues[0].pk).update(level=4)
    address = reverse("issues_export", args=["64.08", "csv"])
    assert text_of(client.get(address)).count(";Sandaran;") == 6
    assert text_of(client.get(address + "?tingkat=4")).count(";Sandaran;") == 1
    units = text_of(client.get(reverse("dashboard_export", args=["64.08", "csv"]) + "?nama=sanda"))
    assert ";Sandaran;" in units.replace("64.08.11;Sandaran", "64.08.11;;Sandaran")
    assert "Busang" not in units
    assert "Jumlah baris;1" in units


def test_who_is_silent_goes_along_with_its_state_and_no_phone_number(issues, as_user):
    text = text_of(as_user("desk-kutim").get(reverse("silent_export", args=["64.08", "csv"])))
    assert "64.08.11;Sandaran;Kutai Timur;Belum lapor;2026-W47" in text
    assert "+62" not in text


def cells(text):
    return [cell for row in csv.reader(StringIO(text, newline=""), delimiter=";") for cell in row]


@pytest.mark.parametrize("start", DANGEROUS)
def test_no_cell_of_any_list_or_register_starts_a_formula(issues, as_user, start):
    client = as_user("desk-kutim")
    Region.objects.filter(level__gte=3).update(name=f"{start} nama")
    Contact.objects.create(region_id="64.08.11", office=f"{start} jabatan", name=start)
    station = PollingStation.objects.get(village="64.08.11.2001", number=1)
    PollingStationRisk.objects.create(polling_station=station, indicator_id="RW18", note=start, mitigation=start)
    addresses = [reverse(name, args=["64.08", "csv"]) for name in LISTS]
    addresses += [reverse("register_export", args=["64.08", kind, "csv"]) for kind in ROWS]
    for address in addresses:
        wrong = [
            cell for cell in cells(text_of(client.get(address))) if cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        ]
        assert wrong == [], address


def test_the_number_of_statements_of_a_download_does_not_grow_with_rows(world, as_user, django_assert_max_num_queries):
    client, counts = as_user("desk-kutim"), []
    for number in (1, 30):
        Contact.objects.bulk_create(
            Contact(region_id="64.08.11", office=f"Anggota {number}", name=f"Nama {each}") for each in range(number)
        )
        with django_assert_max_num_queries(20) as captured:
            text_of(client.get(reverse("register_export", args=["64.08", "kontak", "csv"])))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_list_of_the_administration_goes_along_as_it_is_filtered(world, as_user):
    Contact.objects.create(region_id="64.08.11", office="=1+1", name="Ana")
    Contact.objects.create(region_id="64.11.01", office="Camat", name="Budi")
    client = as_user("admin")
    address = "/admin/districts/contact/"
    assert "unduh.xlsx?q=64.08" in client.get(address + "?q=64.08").content.decode()
    text = text_of(client.get(address + "unduh.csv?q=64.08"))
    assert ("Ana;'=1+1" in text, "Budi" in text) == (True, False)
    assert as_user("desk-kutim").get(address + "unduh.csv").status_code == 302
