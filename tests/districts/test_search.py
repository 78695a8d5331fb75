"""Search by name or code, and where people land after signing in."""

import re
from datetime import timedelta

import pytest

from districts.models import Election, User
from districts.reports.expecting import expect_reports
from tests.conftest import VOTING_DAY, make_election
from tests.districts.officials import MOST_STATEMENTS, more_kecamatan, statements, text_of

HTMX = {"HX-Request": "true"}


def found(response):
    return re.findall(r'<span class="code">([0-9.]+)</span>', text_of(response))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("sandar", ["64.08.11"]),
        ("SUSUK", ["64.08.11.2002", "64.08.11.2003"]),
        ("64.08.11", ["64.08.11", "64.08.11.2001", "64.08.11.2002", "64.08.11.2003"]),
        ("640806", ["64.08.06", "64.08.06.2001"]),
        ("64.08.11.2001", ["64.08.11.2001"]),
        ("64.08.11.2001-005", ["64.08.11.2001"]),
        ("s", []),
        ("", []),
        ("tidak-ada-begini", []),
        ("%", []),
    ],
)
def test_names_and_codes_are_found(world, as_user, text, codes):
    assert found(as_user("desk-kutim").get("/cari/", {"q": text})) == codes


def test_what_is_out_of_scope_is_not_found(world, as_user):
    assert found(as_user("desk-kutim").get("/cari/?q=mahakam")) == []
    assert found(as_user("desk-kutim").get("/cari/?q=laham")) == []
    assert found(as_user("desk-kaltim").get("/cari/?q=mahakam")) == ["64.11"]
    assert found(as_user("camat-sandaran").get("/cari/?q=busang")) == []


def test_a_result_leads_to_its_page_and_a_desa_to_its_row_in_the_kecamatan(world, as_user):
    client = as_user("desk-kaltim")
    assert 'href="/wilayah/64.08/"' in text_of(client.get("/cari/?q=kutai"))
    assert 'href="/kecamatan/64.08.06/"' in text_of(client.get("/cari/?q=busang"))
    page = text_of(client.get("/cari/?q=manubar"))
    assert 'href="/kecamatan/64.08.11/#d-64.08.11.2001"' in page
    assert "desa · Sandaran, Kutai Timur, Kalimantan Timur" in page


def test_nothing_found_says_what_to_do(world, as_user):
    assert "Periksa ejaan" in text_of(as_user("desk-kutim").get("/cari/?q=zzzz"))


def test_htmx_gets_the_results_alone(world, as_user):
    response = as_user("desk-kutim").get("/cari/?q=sandaran", headers=HTMX)
    assert text_of(response).lstrip().startswith('<section id="results"')
    assert response["HX-Push-Url"] == "/cari/?q=sandaran"


def test_the_number_of_statements_does_not_grow_with_results(world, as_user):
    client = as_user("desk-kutim")
    few, _page = statements(client, "/cari/?q=64.08")
    more_kecamatan("64.08", 30)
    many, page = statements(client, "/cari/?q=64.08")
    assert few == many <= MOST_STATEMENTS
    assert "Halaman 1 dari" in text_of(page)


@pytest.mark.parametrize(
    ("user", "address"),
    [
        ("camat-sandaran", "/kecamatan/64.08.11/2026-W47/isi/"),
        ("ppk-sandaran", "/kecamatan/64.08.11/"),
        ("desk-kutim", "/wilayah/64.08/"),
        ("bupati-kutim", "/wilayah/64.08/"),
        ("desk-kaltim", "/wilayah/64/"),
        ("pemantau-nasional", "/nasional/"),
        ("admin", "/nasional/"),
    ],
)
def test_everybody_lands_where_their_work_is(world, as_user, user, address):
    expect_reports(world.election)
    response = as_user(user).get("/")
    assert response.status_code == 302
    assert response["Location"] == address


def test_a_camat_lands_on_the_kecamatan_while_nothing_is_expected(world, as_user):
    assert as_user("camat-sandaran").get("/")["Location"] == "/kecamatan/64.08.11/"
    world.election.delete()
    assert as_user("camat-sandaran").get("/")["Location"] == "/kecamatan/64.08.11/"


@pytest.mark.parametrize("address", ["/masuk/", "/cari/", "/sandi/", "/tidak-ada/", "/wilayah/64.08/"])
@pytest.mark.parametrize("simulated", [True, False])
def test_a_simulation_says_so_on_every_page(world, as_user, client, address, simulated):
    Election.objects.update(is_simulation=simulated)
    page = (client if address == "/masuk/" else as_user("desk-kutim")).get(address).content.decode()
    assert ("SIMULASI" in page) is simulated


def test_beside_a_real_election_no_page_about_no_region_says_simulation(world, as_user):
    Election.objects.update(is_simulation=True)
    make_election("64.11", voting_day=VOTING_DAY + timedelta(days=1))
    assert "SIMULASI" not in as_user("desk-kutim").get("/cari/").content.decode()


def test_a_person_without_an_assignment_learns_whom_to_ask(world, client):
    client.force_login(User.objects.create_user("baru", None, name="Orang Baru"))
    response = client.get("/")
    assert response.status_code == 200
    page = text_of(response)
    assert "Belum ada penugasan" in page
    assert "Hubungi administrator" in page
    assert "baru" in page
