"""Some months after the election names are gone and counts are the same (DOMAIN 4.5, [P]; issue 4, confidentiality)."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from neutrality import purging
from neutrality.cases import CaseRefused
from neutrality.models import Case, CaseMove, Evidence, Reading, Referral, Reported, Reporter, Sanction
from neutrality.purging import WAYS, Purged, purge_cases, purge_on
from neutrality.reading import reveal_reporter
from neutrality.sealed_columns import sealed_columns
from neutrality.sealing import seal
from neutrality.statistics import of_handler, published
from tests.conftest import NOW

from .test_flow import make_case

pytestmark = pytest.mark.django_db
#: 12 months after the voting day of the cast
DUE = NOW + timedelta(days=400)


@pytest.fixture
def cases(world, settings, tmp_path):
    """Two cases in which everything that can be sealed is, with a file of evidence and a package each."""
    settings.MEDIA_ROOT = tmp_path
    handler, name = world.people["netralitas-kutim"], seal("Mariam")
    made = [make_case(world, number=f"NTR-2026-AAAA{n}", summary=name, place=name, tracking="a" * 64) for n in "AB"]
    for case in made:
        Reported.objects.create(
            case=case, subject_type_id="asn_pns", name=name, position=name, unit=name, staff_number=name
        )
        Reporter.objects.create(case=case, name=name, contact=name, address=name)
        CaseMove.objects.create(
            case=case, from_state="baru", to_state="ditutup_tidak_cukup", at=NOW, has_reason=True, reason=name
        )
        path = default_storage.save("bukti/asli/a.png", ContentFile(b"gambar"))
        Evidence.objects.create(
            case=case, position=1, kind="gambar", original=path, size=6, sha256="a" * 64, note=name, added_by=handler
        )
        Referral.objects.create(
            case=case, number=f"R-{case.pk}", target="bawaslu", made_at=NOW, made_by=handler, sha256="a" * 64,
            package=default_storage.save("rujukan/a.zip", ContentFile(b"zip")), recommendation=name,
        )  # fmt: skip
        Sanction.objects.create(
            case=case, level="moral", decree=name, decided_on=date(2026, 11, 20), recorded_by=handler
        )
        Reading.objects.create(case=case, by=handler, what="pelapor", has_reason=True, reason=name)
    return made


def sealed_values():
    return [
        bytes(token) for model, names in sealed_columns() for row in model.objects.values_list(*names)
        for token in row if token
    ]  # fmt: skip


def files(tmp_path):
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_every_sealed_column_there_is_belongs_to_a_purge():
    assert {model for model, _names in sealed_columns()} == set(WAYS)


def test_the_day_is_the_months_after_the_voting_day(settings):
    assert purge_on(date(2026, 12, 3)) == date(2027, 12, 3)
    settings.NEUTRALITY_PURGE_MONTHS = 3
    assert purge_on(date(2026, 11, 30)) == date(2027, 2, 28)


def test_before_its_day_nothing_is_purged(cases, tmp_path):
    assert purge_cases(now=NOW) == Purged(0, 0)
    assert len(files(tmp_path)) == 4


def test_names_and_files_go_and_open_cases_too(cases, world, tmp_path):
    make_case(world, number="NTR-2026-OPEN1", summary=seal("Mariam"))
    assert purge_cases(now=DUE) == Purged(3, 4)
    assert sealed_values() == []
    assert files(tmp_path) == []
    assert set(Case.objects.values_list("purged_at", "tracking")) == {(DUE, "")}


def test_the_log_of_readings_keeps_who_and_when(cases, as_user, world):
    purge_cases(now=DUE)
    row = Reading.objects.first()
    assert (row.what, row.by.username, row.has_reason, bytes(row.reason)) == ("pelapor", "netralitas-kutim", True, b"")
    page = as_user("netralitas-kutim").get(f"/kasus/{cases[0].number}/").content.decode()
    assert "alasan sudah dihapus" in page


def test_after_the_purge_no_identity_is_asked_for_again(cases, world):
    purge_cases(now=DUE)
    with pytest.raises(CaseRefused, match="sudah dihapus"):
        reveal_reporter(case=Case.objects.first(), reason="Mariam", by=world.people["netralitas-kutim"], now=DUE)
    assert sealed_values() == []


def test_the_figures_stay_the_same(cases, world):
    before = of_handler(world.election, "64.08", DUE), published(world.election, "64", DUE)
    purge_cases(now=DUE)
    assert (of_handler(world.election, "64.08", DUE), published(world.election, "64", DUE)) == before


def test_a_second_run_changes_nothing(cases):
    purge_cases(now=DUE)
    assert purge_cases(now=DUE + timedelta(days=1)) == Purged(0, 0)
    assert set(Case.objects.values_list("purged_at", flat=True)) == {DUE}


def test_a_dry_run_tells_numbers_and_changes_nothing(cases, now, tmp_path):
    now.move_to(DUE)
    out = StringIO()
    call_command("purge_cases", "--dry-run", stdout=out)
    assert out.getvalue() == "Akan dianonimkan: 2 kasus; akan dihapus: 4 berkas.\n"
    assert sealed_values() != []
    assert len(files(tmp_path)) == 4


def test_killed_between_two_batches_it_goes_on(cases, monkeypatch, tmp_path):
    monkeypatch.setattr(purging, "BATCH", 1)

    def killed(_line):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        purge_cases(now=DUE, say=killed)
    assert Case.objects.filter(purged_at=None).count() == 1
    assert len(files(tmp_path)) == 4  # none is gone before its rows are
    assert purge_cases(now=DUE) == Purged(1, 4)
    assert sealed_values() == []


def test_killed_before_the_files_it_finds_them_again(cases, tmp_path):
    purging._empty([case.pk for case in cases], DUE)
    assert purge_cases(now=DUE) == Purged(0, 4)
    assert files(tmp_path) == []


def test_what_a_killed_server_left_without_a_row_goes_too(world, tmp_path, settings):
    """An unfinished package, in whose letter names stand open, after a day; the rest when no backup is that old."""
    settings.MEDIA_ROOT = tmp_path
    for name in ("bukti/asli/2026/11/b.jpg", "rujukan/2026/11/b.zip", ".rujukan-abc", "kegiatan/2026/11/c.jpg"):
        kept = default_storage.save(name, ContentFile(b"Mariam"))
    written = default_storage.get_modified_time(kept)
    assert purge_cases(now=written + timedelta(hours=23)) == Purged(0, 0)
    assert purge_cases(now=written + timedelta(hours=25), dry_run=True) == Purged(0, 1)
    assert purge_cases(now=written + timedelta(hours=25)) == Purged(0, 1)
    assert purge_cases(now=written + timedelta(days=367)) == Purged(0, 2)
    assert [path.name for path in files(tmp_path)] == ["c.jpg"]
