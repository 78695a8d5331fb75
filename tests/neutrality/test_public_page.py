"""The public page of neutrality: what ASN may and may not do, each rule with its source, without an account."""

from datetime import date

import pytest
from django.urls import reverse

from neutrality.models import ClockSetting, ViolationForm
from neutrality.public_page import catalogue, first_told, rule, sources, subjects

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


@pytest.fixture
def shown(client, world):
    answer = client.get(reverse("neutrality_public"))
    assert answer.status_code == 200
    return answer


def test_it_needs_no_account_and_starts_no_session(client, shown):
    assert "sessionid" not in client.cookies


def test_asn_keep_the_right_to_vote(shown):
    assert "ASN tetap punya hak pilih" in shown.content.decode()


def test_every_form_of_the_catalogue_is_told_with_its_sanction(shown):
    page = shown.content.decode()
    for form in ViolationForm.objects.all():
        assert f'id="{form.code}"' in page
    assert "penjara 1-6 bulan" in page
    assert "teguran lisan/tertulis" in page


def test_soldiers_police_and_village_officials_are_named_with_their_way(shown):
    page = shown.content.decode()
    for words in ("Anggota TNI", "Anggota Polri", "Kepala desa", "Perangkat desa", "Bawaslu, lalu bupati/wali kota"):
        assert words in page


def test_it_says_where_and_until_when_to_report_formally(shown):
    page = shown.content.decode()
    assert "Paling lambat 7 hari kalender sejak kejadian diketahui." in page
    assert "Panwascam" in page
    assert "sigaplapor.bawaslu.go.id" in page
    assert "08.00–16.00" in page


def test_the_term_is_the_one_that_is_set(client, world):
    ClockSetting.objects.filter(name="lapor").update(days=9)
    assert "Paling lambat 9 hari kalender" in client.get(reverse("neutrality_public")).content.decode()


def test_a_form_that_no_longer_holds_is_not_told(client, world):
    ViolationForm.objects.filter(code="DS6").update(valid_until=date(2026, 11, 20))
    kinds = catalogue(TODAY)
    assert "DS6" not in {each.code for kind in kinds for each in kind.rules}
    assert "DS6" not in {each.code for each in first_told(kinds)}
    assert 'id="DS6"' not in client.get(reverse("neutrality_public")).content.decode()


def test_every_rule_names_a_source_that_is_described(db):
    rules = [each for kind in catalogue(TODAY) for each in kind.rules]
    assert len(rules) == 22  # DOMAIN 4.3
    assert all(each.sources for each in rules)
    assert {source.code for each in rules for source in each.sources} <= set(sources())


def test_what_nobody_verified_says_so(db):
    unchecked = {each.code for kind in catalogue(TODAY) for each in kind.rules if not each.is_sanction_checked}
    assert unchecked == {"KE6", "KE7", "DS9"}  # "sanksi M" and a quotation that was cut off, DOMAIN 4.3
    assert {each.name for each in subjects(TODAY) if not each.is_checked} == {
        "Calon PNS", "Anggota TNI", "Anggota Polri", "Tenaga honorer atau non-ASN",
    }  # fmt: skip


def test_marks_of_the_reference_are_names_in_the_page(shown):
    page = shown.content.decode()
    assert "[S" not in page
    assert "menurut S40" not in page
    assert "kutipan S40" not in page
    assert "kompas.com" in page
    assert "6 November 2023" in page


def test_a_basis_without_marks_is_shown_as_it_is():
    told = rule(ViolationForm(code="X1", name="Bentuk", sanction="teguran", basis="Perbup 1/2027"))
    assert (told.basis, told.sources, told.is_sanction_checked) == ("Perbup 1/2027", (), True)


def test_nothing_comes_from_elsewhere(shown):
    page = shown.content.decode()
    assert 'src="http' not in page
    assert "<iframe" not in page


def test_the_sign_in_page_leads_to_it(client, world):
    assert reverse("neutrality_public") in client.get(reverse("login")).content.decode()


def test_three_statements_are_enough(client, world, django_assert_max_num_queries):
    client.get(reverse("neutrality_public"))
    with django_assert_max_num_queries(4):  # the fourth asks whether everything is a simulation
        client.get(reverse("neutrality_public"))
