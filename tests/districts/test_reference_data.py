"""What a new database knows before anybody types: Bawaslu's indicators with our rank, and who owns issues."""

import pytest

from districts.models import Agency, RiskIndicator

pytestmark = pytest.mark.django_db


def codes(**flags):
    return {int(code[2:]) for code in RiskIndicator.objects.filter(**flags).values_list("code", flat=True)}


def test_the_26_indicators_of_vulnerable_tps_are_in_their_8_variables():
    assert codes() == set(range(1, 27))
    assert RiskIndicator.objects.values("variable").distinct().count() == 8


def test_one_alone_ranks_a_tps_as_domain_5_5_has_it():
    """Sangat rawan: any of RW08-RW10, RW19. Rawan: any of RW11-RW18, RW20, RW25-RW26."""
    assert codes(alone_high=True) == {8, 9, 10, 19}
    assert codes(alone_medium=True) == {*range(11, 19), 20, 25, 26}


def test_needs_of_service_alone_are_no_danger():
    assert not codes(alone_high=True, alone_medium=True)
    assert {2, 5} <= codes(alone_high=False, alone_medium=False)


def test_the_agencies_that_own_issues_are_there():
    wanted = {
        "desk", "kpu", "bawaslu", "polres", "kodim", "lanal", "satpolpp", "diskominfo", "bpbd", "dinkes", "pln",
        "damkar", "disdukcapil", "kecamatan", "bkpsdm",
    }  # fmt: skip
    assert wanted <= set(Agency.objects.values_list("code", flat=True))
