"""Rates of reports on time over the season (issue 5, point 2)."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from districts.frame import nation
from districts.models import ExpectedReport, Report
from districts.reports import compliance
from districts.reports.expecting import expect_reports
from districts.reports.windows import open_exception
from districts.templatetags.compliance_tags import SHAPES
from tests.conftest import WITA
from tests.districts.officials import more_kecamatan, statements, text_of
from tests.districts.reports import make_report

LATER = datetime(2026, 11, 26, 9, 0, tzinfo=WITA)  # nine hours after week 47 closed


@pytest.fixture
def season(world, now):
    """Three of Sandaran's weeks: on time at the last second, late, by exception; the rest missing."""
    expect_reports(world.election)
    now.move_to(LATER)
    camat = world.people["camat-sandaran"]
    by_slot = {
        row.slot: row
        for row in ExpectedReport.objects.filter(kecamatan="64.08.11").select_related("kecamatan", "election")
    }
    make_report(by_slot["2026-W44"], camat, submitted_at=by_slot["2026-W44"].due_at)
    make_report(by_slot["2026-W45"], camat, submitted_at=by_slot["2026-W45"].due_at + timedelta(seconds=1))
    open_exception(
        expected=by_slot["2026-W47"], by=world.people["desk-kutim"], now=timezone.now(), client_key=uuid4(),
        reason="Jalan putus", ends_at=LATER + timedelta(days=1),
    )  # fmt: skip
    make_report(
        by_slot["2026-W47"], camat, submitted_at=LATER + timedelta(hours=1), channel="phone", on_behalf_of="Camat"
    )
    return world


def row_of(world, code="64.08.11", **more):
    counts = compliance.counts_of(nation(), world.election, timezone.now(), by_kecamatan=True)
    found = compliance.rows_of(counts)
    return next(row for row in found if row.code == code)


def test_each_due_report_counts_once_and_on_time_is_up_to_the_deadline(season):
    row = row_of(season)
    assert (row.expected, row.on_time, row.late, row.by_exception, row.missing) == (9, 1, 1, 1, 6)
    assert row.expected == row.on_time + row.late + row.by_exception + row.missing
    assert row_of(season, "64.08.06").percent == 0


def test_a_correction_does_not_make_late_what_was_on_time_and_a_return_is_told_apart(season):
    first = Report.objects.get(expected__slot="2026-W44")
    Report.objects.filter(pk=first.pk).update(is_latest=False)
    make_report(
        first.expected, season.people["admin"], revision=2, decision="dikembalikan", decision_reason="Angka tertukar",
        decided_by=season.people["desk-kutim"], decided_at=LATER,
    )  # fmt: skip
    row = row_of(season)
    assert (row.on_time, row.returned) == (1, 1)


def test_the_page_shows_rates_a_strip_and_channels_and_the_worst_first(season, as_user):
    page = text_of(as_user("desk-kutim").get("/wilayah/64.08/kepatuhan/"))
    assert "1 dari 9" in page
    assert "sampai 26 Nov 2026, 09.00 WITA" in page
    assert "pekan 47 di luar jendela, dengan pengecualian" in page
    assert 'aria-label="pekan 46: tidak lapor"' in page
    assert 'href="/kecamatan/64.08.11/2026-W46/"' in page  # where the desk opens it again
    assert "Telepon: 1 laporan, 0 tepat waktu (0 %)" in page
    assert page.index('id="k-64.08.06"') < page.index('id="k-64.08.11"')
    assert 'id="k-64.08.06"' not in text_of(as_user("desk-kutim").get("/wilayah/64.08/kepatuhan/?tampil=all_late"))


def test_every_way_a_report_came_has_a_shape_of_its_own():
    assert set(SHAPES) == set(compliance.Mark)
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_of_one_channel_only_what_came_by_it_counts(season, as_user):
    page = text_of(as_user("desk-kutim").get("/wilayah/64.08/kepatuhan/?saluran=phone"))
    assert "0 dari 1 laporan" in page
    assert "Hanya laporan yang masuk lewat Telepon" in page
    assert 'id="k-64.08.06"' not in page
    assert "Web: 2 laporan, 1 tepat waktu" in page  # the sums by channel stay whole
    nothing = text_of(as_user("desk-kutim").get("/wilayah/64.08/kepatuhan/?saluran=sms"))
    assert "Tidak ada yang cocok dengan saringan" in nothing


def test_the_kecamatan_page_says_how_many_were_on_time(season, as_user):
    page = text_of(as_user("camat-sandaran").get("/kecamatan/64.08.11/"))
    assert "Tepat waktu 1 dari 9 laporan yang sudah jatuh tempo" in page


def test_above_a_regency_sums_are_shown(season, as_user):
    page = text_of(as_user("pemantau-nasional").get("/nasional/kepatuhan/"))
    assert "1 dari 45" in page
    assert 'href="/wilayah/64/kepatuhan/"' in page
    assert 'href="/wilayah/64.11/kepatuhan/"' in text_of(as_user("desk-kaltim").get("/wilayah/64/kepatuhan/"))


def test_rates_are_downloaded_per_kecamatan_with_their_source(season, as_user):
    answer = as_user("pemantau-nasional").get("/nasional/kepatuhan/unduh.csv")
    lines = b"".join(answer.streaming_content).decode()
    assert "64.08.11;Sandaran;9;1;1;1;6;0;11,1;22,2" in lines
    assert "Dibaca dari SIAP" in lines
    assert as_user("desk-kutim").get("/wilayah/64.08/kepatuhan/unduh.xlsx").status_code == 200


def test_rates_cost_the_same_statements_for_few_and_for_many(season, as_user):
    client = as_user("desk-kutim")
    few, _page = statements(client, "/wilayah/64.08/kepatuhan/")
    more_kecamatan("64.08", 20)
    expect_reports(season.election)
    many, page = statements(client, "/wilayah/64.08/kepatuhan/")
    assert few == many <= 7
    assert len(re.findall(r'id="k-', text_of(page))) == 23
