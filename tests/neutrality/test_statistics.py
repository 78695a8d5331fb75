"""Figures about cases: honest, small ones hidden, of months that are over; a camat sees none (DOMAIN 4.5, 4.6; issue 4)."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from neutrality.models import Case, CaseMove, Reported
from neutrality.statistics import closed_until, of_handler, published
from tests.conftest import NOW, WITA

pytestmark = pytest.mark.django_db
OCTOBER = datetime(2026, 10, 10, 9, tzinfo=WITA)


def cases(world, count, regency="64.08", at=OCTOBER, intake="telepon", forms=(), subject="asn_pns", way=(), **more):
    """`count` cases recorded at `at`, each moved along `way` a day per step."""
    for _each in range(count):
        case = Case.objects.create(
            number=f"NTR-2026-{uuid4().hex[:5].upper()}", election=world.election, regency_id=regency, intake=intake,
            state_since=at, received_at=at, recorded_at=at, known_on=date(2026, 10, 9),
            **({"taken_by": world.people["netralitas-kutim"]} | more),
        )  # fmt: skip
        case.forms.set(forms)
        Reported.objects.create(case=case, subject_type_id=subject)
        for days, (start, end) in enumerate(zip(("baru", *way), way, strict=False), 1):
            CaseMove.objects.create(
                case=case, from_state=start, to_state=end, at=at + timedelta(days=days), has_reason=True,
                recorded_at=at + timedelta(days=days), paper_number="1", paper_date=date(2026, 10, 9),
            )  # fmt: skip


REGISTERED = ("diteruskan_bawaslu", "kajian_awal", "terdaftar")
NO_VIOLATION = (*REGISTERED, "klarifikasi", "bukan_pelanggaran")


def counts(figures, name):
    table = next(table for table in figures.tables if table.name == name)
    return {str(row.label): row.count for row in (*table.rows, *table.sums)}


def test_large_numbers_are_told_as_they_are(world):
    cases(world, 7, intake="temuan", way=REGISTERED, forms=["DS6"])
    cases(world, 6, way=NO_VIOLATION, forms=["DS6"])
    cases(world, 6, regency="64.11", intake="temuan", way=NO_VIOLATION)
    cases(world, 6, regency="64.11", way=REGISTERED)
    figures = published(world.election, "64.08", NOW)
    assert figures.cases == 13
    assert figures.median_days == 5
    assert counts(figures, "asal") == {"Temuan Bawaslu": 7, "Laporan atau informasi awal masyarakat": 6}


def test_sums_are_told_only_where_no_part_is_hidden(world):
    cases(world, 7, way=REGISTERED)
    cases(world, 6, way=NO_VIOLATION)
    figures = of_handler(world.election, "64.08", NOW)
    assert counts(figures, "perjalanan")["Diregistrasi Bawaslu"] == 13
    assert counts(published(world.election, "64.08", NOW), "perjalanan")["Diregistrasi Bawaslu"] is None


def test_fewer_than_five_are_hidden_and_the_province_does_not_tell_them_either(world):
    cases(world, 30)
    cases(world, 4, regency="64.11")
    assert published(world.election, "64.11", NOW).cases is None
    assert published(world.election, "64.08", NOW).cases is None  # 34 less this one would be the other
    assert published(world.election, "64", NOW).cases == 30  # they wait until there are five


def anonymous(world, count, way=()):
    cases(world, count, intake="web", taken_by=None, way=way)


def test_nobody_makes_a_small_number_large_by_sending_the_public_form(world):
    """Three reports are hidden; with two tips of one's own they would be told as five, and five less two is three."""
    for regency, reports in (("64.08", 3), ("64.11", 9)):
        cases(world, 9, regency=regency, intake="temuan")
        cases(world, reports, regency=regency)
    before = published(world.election, "64.08", NOW)
    assert before.cases == 12
    anonymous(world, 20)
    anonymous(world, 20, way=("verifikasi_awal", "ditutup_tidak_cukup"))
    assert published(world.election, "64.08", NOW) == before
    assert of_handler(world.election, "64.08", NOW).cases == 52


def test_a_tip_that_was_passed_on_to_bawaslu_is_a_case_like_others(world):
    cases(world, 9, regency="64.11")
    anonymous(world, 9, way=REGISTERED)
    assert published(world.election, "64.08", NOW).cases == 9


def test_what_is_published_is_of_months_that_are_over(world):
    cases(world, 9)
    before = published(world.election, "64", NOW)
    cases(world, 9, at=NOW - timedelta(days=2))
    assert published(world.election, "64", NOW) == before
    assert closed_until(NOW).date() == date(2026, 11, 1)
    assert published(world.election, "64", NOW + timedelta(days=20)).cases == 18


SEPTEMBER = datetime(2026, 9, 10, 9, tzinfo=WITA)


def told(world, place, now):
    """All but the months, which get a column with each month that is over."""
    figures = published(world.election, place, now)
    return figures.cases, figures.median_days, figures.as_of, [row for row in figures.tables if row.name != "bulan"]


def test_two_publications_do_not_tell_one_case_by_subtraction(world):
    """18 cases of which 9 are reports in September, 19 and 10 in October: that one would be known to be a report."""
    cases(world, 9, at=SEPTEMBER, intake="temuan")
    cases(world, 9, at=SEPTEMBER)
    cases(world, 12, at=SEPTEMBER, regency="64.11")
    before = [told(world, place, OCTOBER) for place in ("64.08", "64", "")]
    assert [each[0] for each in before] == [18, 30, 30]
    cases(world, 1)
    assert [told(world, place, NOW) for place in ("64.08", "64", "")] == before
    cases(world, 4)
    assert published(world.election, "64.08", NOW).cases == 23
    assert published(world.election, "64.08", NOW).as_of.date() == date(2026, 11, 1)


def test_a_regency_that_waits_is_not_told_by_the_province_less_the_others(world):
    cases(world, 9, at=SEPTEMBER)
    cases(world, 12, at=SEPTEMBER, regency="64.11")
    cases(world, 1)
    cases(world, 6, regency="64.11")
    assert [published(world.election, place, NOW).cases for place in ("64.08", "64.11", "64", "")] == [9, 18, 27, 27]


def test_a_regency_that_waits_shows_its_steps_as_they_were_too(world):
    cases(world, 9, regency="64.11", at=SEPTEMBER)
    cases(world, 9, at=SEPTEMBER)
    CaseMove.objects.create(
        case=Case.objects.filter(regency_id="64.08").first(), from_state="baru", to_state="ditutup_tidak_cukup",
        at=OCTOBER, recorded_at=OCTOBER, has_reason=True,
    )  # fmt: skip
    assert told(world, "64", NOW) == told(world, "64", OCTOBER)


def test_a_handler_sees_every_number_of_the_own_regency_as_it_is_now(world):
    cases(world, 3, subject="kepala_desa")
    cases(world, 1, at=NOW - timedelta(days=2))
    figures = of_handler(world.election, "64.08", NOW)
    assert figures.cases == 4
    assert counts(figures, "jabatan")["Kepala desa"] == 3
    assert of_handler(world.election, "64.08", NOW, date(2026, 11, 1)).cases == 1


def test_more_cases_cost_no_more_statements(world):
    cases(world, 2)
    with CaptureQueriesContext(connection) as few:
        published(world.election, "64", NOW)
    cases(world, 12, way=NO_VIOLATION, forms=["DS6", "PD1"])
    with CaptureQueriesContext(connection) as many:
        published(world.election, "64", NOW)
    assert len(many) == len(few) <= 15


@pytest.mark.parametrize("username", ["desk-kutim", "bupati-kutim", "kpu-kutim", "netralitas-kutim", "admin"])
def test_who_sees_the_regency_sees_the_page_and_small_numbers_nowhere(as_user, world, username):
    cases(world, 30)
    cases(world, 4, regency="64.11")
    for address in ("neutrality_stats", "neutrality_stats_export"):
        args = ["64.08", "csv"] if address.endswith("export") else ["64.08"]
        answer = as_user(username).get(reverse(address, args=args))
        assert answer.status_code == 200
        text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        assert ">4<" not in text
        assert ";4\r\n" not in text


@pytest.mark.parametrize("username", ["camat-sandaran", "ppk-sandaran", "desk-mahulu"])
def test_a_camat_and_who_is_from_elsewhere_find_no_page(as_user, username):
    for address in ("neutrality_stats", "neutrality_stats_own"):
        assert as_user(username).get(reverse(address, args=["64.08"])).status_code == 404
    assert as_user(username).get(reverse("neutrality_stats_nation")).status_code == 404


@pytest.mark.parametrize("username", ["desk-kutim", "admin", "pemantau-nasional", "desk-kaltim"])
def test_full_numbers_exist_for_the_handler_alone(as_user, world, username):
    address = reverse("neutrality_stats_own", args=["64.08"])
    assert as_user(username).get(address).status_code == 404
    page = as_user("netralitas-kutim").get(address)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]


def test_a_month_that_does_not_exist_is_said(as_user):
    page = as_user("netralitas-kutim").get(reverse("neutrality_stats_own", args=["64.08"]), {"bulan": "2026-13"})
    assert page.status_code == 422
    assert "Tulis bulan seperti 2026-11." in page.content.decode()


def test_choosing_a_month_swaps_the_figures_alone(as_user):
    address = reverse("neutrality_stats_own", args=["64.08"])
    part = as_user("netralitas-kutim").get(address, {"bulan": "2026-10"}, headers={"HX-Request": "true"})
    assert part.content.decode().strip().startswith('<div id="statistics"')


def test_the_page_is_a_tab_from_the_regency_up_and_not_of_a_kecamatan(as_user):
    address = reverse("neutrality_stats", args=["64.08"])
    assert address in as_user("desk-kutim").get(reverse("dashboard", args=["64.08"])).content.decode()
    assert "/statistik/" not in as_user("camat-sandaran").get(reverse("kecamatan", args=["64.08.11"])).content.decode()
