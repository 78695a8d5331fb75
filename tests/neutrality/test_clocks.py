"""The terms of DOMAIN 4.4: which step starts each, which ends it, and its last day on the regency's own calendar."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from neutrality.clocks import OWED, TERMS, nearness
from neutrality.models import CaseClock, ClockName, ClockSetting
from tests.conftest import NOW
from tests.neutrality.cases import advance, case_in, make_case

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Makassar"))


def running(case):
    """{name: last day} of the terms that run."""
    return dict(CaseClock.objects.filter(case=case, met_on=None).values_list("name", "due_on"))


def enter(world, state, at=MONDAY):
    """The terms after the step into a state that is taken at `at`."""
    case = case_in(world, state, hours_apart=0, now=at, received_at=at)
    return running(case)


def test_every_setting_is_that_of_the_domain():
    kept = {row.name: (row.days, row.working_days) for row in ClockSetting.objects.all()}
    assert kept == {
        "lapor": (7, False), "verifikasi": (1, True), "kajian_awal": (2, False), "perbaikan": (2, False),
        "penanganan": (3, False), "penanganan_tambahan": (2, False), "bkn": (7, False), "kajian_sbt": (3, True),
        "tindak_lanjut": (14, True),
    }  # fmt: skip
    assert not ClockSetting.objects.filter(source="").exists()


def test_every_term_has_its_place_in_the_table():
    assert {term.name for term in TERMS} == set(ClockName)


def test_officials_owe_what_comes_after_bawaslu_passed_the_case_on():
    """NET-03 of DOMAIN 6.3, the follow-up: not Bawaslu's own study and handling, nor the reporter's terms."""
    assert set(OWED) == {ClockName.BKN, ClockName.BKN_STUDY, ClockName.FOLLOW_UP}


@pytest.mark.parametrize(
    ("known_on", "last"),
    [
        (date(2026, 11, 21), date(2026, 11, 28)),
        (date(2026, 11, 14), date(2026, 11, 21)),
        (date(2026, 2, 25), date(2026, 3, 4)),
    ],
)
def test_a_report_is_due_seven_calendar_days_after_it_was_known(world, known_on, last):
    assert running(make_case(world, known_on=known_on)) == {"lapor": last}


def test_checking_takes_one_working_day(world):
    """Begun on Saturday: until Monday."""
    case = make_case(world)
    advance(world, case, "verifikasi_awal")
    assert running(case) == {"lapor": date(2026, 11, 27), "verifikasi": date(2026, 11, 23)}


def test_the_letter_to_bawaslu_ends_the_term_of_the_report(world):
    case = case_in(world, "diteruskan_bawaslu")
    assert running(case) == {}
    assert CaseClock.objects.get(case=case, name="lapor").met_on == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("state", "terms"),
    [
        ("kajian_awal", {"kajian_awal": date(2026, 11, 25)}),
        ("perbaikan", {"perbaikan": date(2026, 11, 25)}),
        ("terdaftar", {}),
        ("klarifikasi", {"penanganan": date(2026, 11, 26), "penanganan_tambahan": date(2026, 11, 28)}),
        ("diteruskan_bkn", {}),
        ("verifikasi_bkn", {"bkn": date(2026, 11, 30), "kajian_sbt": date(2026, 12, 3)}),
        ("rekomendasi_ppk_asn", {"tindak_lanjut": date(2026, 12, 11)}),
        ("diteruskan_bupati", {"tindak_lanjut": date(2026, 12, 11)}),
        ("diteruskan_tni", {"tindak_lanjut": date(2026, 12, 11)}),
        ("diteruskan_polri", {"tindak_lanjut": date(2026, 12, 11)}),
        ("diteruskan_dkpp", {"tindak_lanjut": date(2026, 12, 11)}),
        ("tidak_ditindaklanjuti", {"tindak_lanjut": date(2026, 12, 11)}),
        ("sanksi_dijatuhkan", {}),
        ("bukan_pelanggaran", {}),
        ("ditutup_tidak_cukup", {}),
    ],
)
def test_each_step_starts_its_terms_and_ends_those_before(world, state, terms):
    assert enter(world, state) == terms


def test_the_study_in_sbt_takes_its_working_days_after_the_seven_of_bkn(world):
    """Seven days from Saturday end on Saturday; three working days from there end on Wednesday."""
    saturday = datetime(2026, 11, 28, 9, 0, tzinfo=ZoneInfo("Asia/Makassar"))
    assert enter(world, "verifikasi_bkn", saturday) == {"bkn": date(2026, 12, 5), "kajian_sbt": date(2026, 12, 9)}


def test_study_that_begins_again_on_the_same_day_runs_again(world):
    case = case_in(world, "perbaikan", hours_apart=0)
    advance(world, case, "kajian_awal")
    assert running(case) == {"kajian_awal": date(2026, 11, 23)}


def test_study_that_begins_again_later_has_a_term_of_its_own(world):
    case = case_in(world, "perbaikan", hours_apart=0)
    advance(world, case, "kajian_awal", at=NOW + timedelta(days=2))
    assert list(CaseClock.objects.filter(case=case, name="kajian_awal").values_list("due_on", flat=True).order_by("due_on")) == [
        date(2026, 11, 23), date(2026, 11, 25),
    ]  # fmt: skip


def test_a_setting_that_changes_counts_from_the_next_step(world):
    case = make_case(world)
    ClockSetting.objects.filter(name__in=["lapor", "verifikasi"]).update(days=3)
    advance(world, case, "verifikasi_awal")
    assert running(case) == {"lapor": date(2026, 11, 27), "verifikasi": date(2026, 11, 25)}


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Jakarta", date(2026, 11, 23)),
        ("Asia/Makassar", date(2026, 11, 24)),
        ("Asia/Jayapura", date(2026, 11, 24)),
    ],
)
def test_days_are_those_of_the_regency_not_of_the_server(world, zone, day):
    """23.30 WIB on Monday is Tuesday 00.30 WITA and 01.30 WIT."""
    regency = world.regions["64.08"]
    regency.time_zone = zone
    regency.save()
    at = datetime(2026, 11, 23, 23, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
    case = make_case(world, regency=regency, known_on=date(2026, 11, 20), received_at=at, now=at)
    advance(world, case, "verifikasi_awal", at=at)
    assert CaseClock.objects.get(case=case, name="verifikasi").started_on == day


def test_what_is_near(world):
    today = date(2026, 11, 21)
    told = {left: nearness(today + timedelta(days=left), today) for left in (-1, 0, 1, 2, 3)}
    assert told == {-1: "lewat", 0: "hari_ini", 1: "segera", 2: "segera", 3: "nanti"}
    assert nearness(None, today) == "tanpa"


def test_clocks_of_one_case_are_its_own(world):
    first, second = make_case(world), make_case(world, client_key=uuid4())
    advance(world, first, "diteruskan_bawaslu")
    assert (running(first), running(second)) == ({}, {"lapor": date(2026, 11, 27)})
