"""Around the pages of cases: addresses that tell nothing, and dates whose year was typed wrong (issue 4; DOMAIN 4.4)."""

from datetime import date

import pytest
from django.urls import reverse

from neutrality.cases import CaseRefused
from neutrality.models import Case, CaseMove
from tests.neutrality.cases import advance, case_in, make_case
from tests.neutrality.test_case_pages import BOARD, NEW, intake

pytestmark = pytest.mark.django_db
PROOFS = ("case_proof", "case_history", "evidence_add", "evidence_link_add", "referral_make", "sanction_note")
FILES = ("evidence", "evidence_original", "referral_letter", "referral_package", "referral_answer")


@pytest.mark.parametrize("name", ["camat-sandaran", "admin", ""], ids=lambda name: name or "nobody")
def test_no_method_at_an_address_of_evidence_or_packages_tells_that_it_exists(world, as_user, client, name):
    """Not even which methods it knows; signed out every one leads to the door."""
    case, somebody = make_case(world), as_user(name) if name else client
    addresses = [reverse(proof, args=[case.number]) for proof in PROOFS]
    addresses += [reverse(files, args=[case.number, 1]) for files in FILES]
    addresses.append(reverse("neutrality_stats_own", args=["64.08"]))
    told = {
        (address, method): getattr(somebody, method)(address).status_code
        for address in addresses
        for method in ("get", "head", "post", "options", "put", "delete")
    }
    assert {place: status for place, status in told.items() if status != (404 if name else 302)} == {}


@pytest.mark.parametrize("year", ["0001", "0024", "1926"])
def test_a_year_typed_wrong_makes_no_case_that_nobody_could_open_or_delete(world, as_user, year):
    handler = as_user("netralitas-kutim")
    for wrong in ({"received_at": f"{year}-11-20T10:00", "known_on": f"{year}-11-20"}, {"known_on": f"{year}-11-20"}):
        answer = handler.post(NEW, intake(happened_on="", forms_disiplin=[], forms_kode_etik=[], **wrong))
        assert answer.status_code == 422
        assert "Periksa tahunnya" in answer.content.decode()
    assert not Case.objects.exists()
    assert handler.get(f"{BOARD}?status=semua").status_code == 200


@pytest.mark.parametrize("year", [1, 24, 1926])
def test_a_letter_of_a_year_typed_wrong_is_refused(world, year):
    """It would stand in every package that goes out, and a step is never rewritten."""
    case = case_in(world, "kajian_awal", hours_apart=0)
    with pytest.raises(CaseRefused, match="Periksa tahunnya"):
        advance(world, case, "terdaftar", paper_date=date(year, 11, 20))
    assert not CaseMove.objects.filter(to_state="terdaftar").exists()


def test_what_happened_in_a_year_typed_wrong_is_refused(world):
    with pytest.raises(CaseRefused, match="Periksa tahunnya"):
        make_case(world, happened_on=date(24, 11, 20), forms=[])
    assert not Case.objects.exists()
