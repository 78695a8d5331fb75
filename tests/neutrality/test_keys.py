"""Keys that are not in the database: made, changed, lost and wrong (issue 4, confidentiality; speed, bad input, faults)."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.urls import reverse

from neutrality.checks import check_keys
from neutrality.models import Case, CaseMove, Reading, Reporter
from neutrality.sealed_columns import sealed_columns
from neutrality.sealing import seal, unseal
from tests.conftest import NOW

from .test_flow import make_case

pytestmark = pytest.mark.django_db
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def told(command, *options):
    out = StringIO()
    call_command(command, *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def sealed(world, settings):
    """A case with a reporter and a reason, under the old key."""
    settings.NEUTRALITY_KEYS = [OLD]
    case = make_case(world, summary=seal("Hadir di deklarasi"))
    Reporter.objects.create(case=case, name=seal("Mariam"))
    CaseMove.objects.create(
        case=case, from_state="baru", to_state="ditutup_tidak_cukup", at=NOW, has_reason=True, reason=seal("Kurang")
    )
    Reading.objects.create(
        case=case,
        by=world.people["netralitas-kutim"],
        what="pelapor",
        has_reason=True,
        reason=seal("Klarifikasi Mariam"),
    )
    return case


def values():
    return [
        bytes(token) for model, names in sealed_columns() for row in model.objects.values_list(*names) for token in row
    ]


def test_a_new_key_is_a_key_and_another_each_time():
    first, second = told("new_neutrality_key").strip(), told("new_neutrality_key").strip()
    assert first != second
    Fernet(first)


def test_after_a_rotation_the_old_key_may_go(sealed, settings):
    settings.NEUTRALITY_KEYS = [NEW, OLD]
    assert "neutrality.Case: 1 nilai" in told("rotate_neutrality_keys")
    settings.NEUTRALITY_KEYS = [NEW]
    assert unseal(Case.objects.get().summary) == "Hadir di deklarasi"
    assert unseal(Reporter.objects.get().name) == "Mariam"
    assert unseal(CaseMove.objects.get().reason) == "Kurang"
    assert unseal(Reading.objects.get().reason) == "Klarifikasi Mariam"


def test_a_dry_run_counts_and_changes_nothing(sealed, settings):
    settings.NEUTRALITY_KEYS = [NEW, OLD]
    before = values()
    assert "neutrality.Reporter: 1 baris" in told("rotate_neutrality_keys", "--dry-run")
    assert values() == before


def test_a_rotation_without_the_old_key_says_so_and_changes_nothing(sealed, settings):
    settings.NEUTRALITY_KEYS = [NEW]
    before = values()
    with pytest.raises(CommandError, match="Tidak ada yang hilang"):
        told("rotate_neutrality_keys")
    assert values() == before


def test_a_rotation_that_stopped_goes_on(sealed, settings):
    settings.NEUTRALITY_KEYS = [NEW, OLD]
    Case.objects.update(summary=seal("Hadir di deklarasi"))  # one table was done, then it was killed
    told("rotate_neutrality_keys")
    settings.NEUTRALITY_KEYS = [NEW]
    assert unseal(Reporter.objects.get().name) == "Mariam"


@pytest.mark.parametrize("keys", [[], [NEW]], ids=["lost", "wrong"])
def test_a_lost_or_wrong_key_is_a_sentence_on_the_page_and_nothing_is_overwritten(sealed, settings, as_user, keys):
    settings.NEUTRALITY_KEYS = keys
    before = values()
    client = as_user("netralitas-kutim")
    page = client.get(reverse("case", args=[sealed.number]))
    assert page.status_code == 200
    assert "tersegel" in page.content.decode()
    revealed = client.post(reverse("case_reveal", args=[sealed.number]), {"reason": "Klarifikasi"}, follow=True)
    assert revealed.status_code == 200
    assert "tersegel" in revealed.content.decode()
    assert client.get(reverse("cases", args=["64.08"])).status_code == 200
    assert client.get(reverse("neutrality_stats_own", args=["64.08"])).status_code == 200
    assert set(before) <= set(values())  # the log grew


def test_production_without_a_key_is_an_error_and_a_laptop_is_warned(settings):
    settings.NEUTRALITY_KEYS, settings.LOCAL = [], False
    assert [each.id for each in check_keys()] == ["neutrality.E001"]
    settings.LOCAL = True
    assert [each.id for each in check_keys()] == ["neutrality.W001"]


@pytest.mark.parametrize("bad", ["rahasia", "", "äöü", "A" * 44])
def test_what_is_no_key_is_an_error_that_does_not_print_it(settings, bad):
    settings.NEUTRALITY_KEYS = [NEW, bad]
    found = check_keys()
    assert [each.id for each in found] == ["neutrality.E002"]
    assert "ke-2" in found[0].msg
    assert NEW not in found[0].msg
    assert not bad or bad not in found[0].msg


def test_a_good_key_passes(settings):
    settings.NEUTRALITY_KEYS = [NEW]
    assert check_keys() == []
