"""Writes of cases: intake, every step of the table, checklist, links, the reporter's identity; sealed and never by half."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from neutrality.cases import (
    CaseRefused,
    add_reported,
    answer_requirement,
    link_cases,
    move_case,
)
from neutrality.expiring import expire_cases
from neutrality.flow import STEPS, Actor, State
from neutrality.models import (
    Case,
    CaseClock,
    CaseLink,
    CaseMove,
    HolidayOverride,
    Reading,
    Reported,
    Reporter,
    RequirementCheck,
    ViolationForm,
)
from neutrality.reading import open_case, reveal_reporter
from neutrality.sealing import Sealed, unseal
from tests.conftest import NOW
from tests.neutrality.cases import PLACE, PLANTED, REASON, SUMMARY, TELLER, advance, case_in, make_case

pytestmark = pytest.mark.django_db
BY_PEOPLE = [each for each in STEPS if each.actor != Actor.SYSTEM]
#: Steps that need a reason or a paper, from states that people take a case to.
SAYING = [each for each in BY_PEOPLE if (each.needs_reason or each.needs_paper) and each.start != State.EXPIRED]


@pytest.fixture
def handler(world):
    return world.people["netralitas-kutim"]


# --- Intake -------------------------------------------------------------------------------------------------------------
def test_intake_makes_a_new_case_with_a_number_that_says_nothing(world):
    case = make_case(world)
    assert re.fullmatch(r"NTR-2026-[A-Z2-7]{5}", case.number)
    assert (case.state, case.regency_id, case.known_on) == ("baru", "64.08", date(2026, 11, 20))
    assert [form.code for form in case.forms.all()] == ["DS6"]


@pytest.mark.parametrize("intake", ["telepon", "surat", "langsung", "whatsapp", "temuan"])
def test_a_handler_takes_it_in_by_every_way(world, intake):
    assert make_case(world, intake=intake).intake == intake


def test_what_names_people_is_sealed_in_the_database(world):
    case = make_case(world)
    advance(world, case, "ditutup_tidak_cukup")
    with connection.cursor() as cursor:
        for table in ("case", "reported", "reporter", "casemove", "reading"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM neutrality_{table} t")
            kept = cursor.fetchone()[0] or ""
            for text in (*PLANTED.values(), *TELLER.values(), SUMMARY, PLACE, REASON):
                assert text not in kept
                assert text.encode().hex() not in kept


def test_several_people_may_be_reported_and_nobody_need_have_told_it(world):
    people = [{"subject_type": "asn_pns", **PLANTED}, {"subject_type": "kepala_desa", "name": "Lain"}]
    case = make_case(world, reported=people, reporter=None)
    assert sorted(case.reported.values_list("subject_type", flat=True)) == ["asn_pns", "kepala_desa"]
    assert not Reporter.objects.filter(case=case).exists()


def test_the_same_form_sent_again_gives_the_same_case(world):
    key = uuid4()
    assert make_case(world, client_key=key).pk == make_case(world, client_key=key).pk
    assert (Case.objects.count(), Reported.objects.count(), CaseClock.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"known_on": date(2026, 11, 22)}, "Tanggal diketahui"),
        ({"happened_on": date(2026, 11, 21)}, "Tanggal kejadian"),
        ({"received_at": NOW + timedelta(hours=1)}, "belum tiba"),
        ({"forms": ["XX1"]}, "tidak berlaku"),
        ({"intake": "web"}, "cara masuk"),
        ({"by": None}, "cara masuk"),
    ],
)
def test_intake_that_cannot_be_is_refused_and_nothing_is_written(world, given, sentence):
    with pytest.raises(CaseRefused, match=sentence):
        make_case(world, **given)
    assert not Case.objects.exists()


def test_a_form_counts_from_the_day_it_was_in_force(world):
    ViolationForm.objects.filter(code="DS6").update(valid_from=date(2026, 11, 19))
    with pytest.raises(CaseRefused, match="DS6"):
        make_case(world, happened_on=date(2026, 11, 18))
    assert make_case(world, happened_on=date(2026, 11, 19)).pk


@pytest.mark.parametrize("name", ["desk-kutim", "camat-sandaran", "bupati-kutim", "admin", "kpu-kutim"])
def test_nobody_but_the_handler_takes_a_case(world, name):
    with pytest.raises(CaseRefused, match="penangan"):
        make_case(world, by=world.people[name])


# --- Moves --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("legal", BY_PEOPLE, ids=lambda each: f"{each.start}-{each.end}")
def test_every_step_of_the_table_can_be_taken(world, legal):
    if legal.start == State.EXPIRED:
        case = make_case(world)
        expire_cases(now=NOW + timedelta(days=8))
        at = NOW + timedelta(days=9)
    else:
        case, at = case_in(world, legal.start, hours_apart=0), NOW
    move = advance(world, case, legal.end, at=at)
    case.refresh_from_db()
    assert (case.state, move.from_state, move.by.username) == (legal.end, legal.start, "netralitas-kutim")


@pytest.mark.parametrize("start", ["baru", "klarifikasi", "selesai"])
def test_every_other_step_is_refused_with_a_sentence(world, start):
    case = case_in(world, start, hours_apart=0)
    legal = {each.end for each in BY_PEOPLE if each.start == start}
    for end in set(State) - legal:
        with pytest.raises(CaseRefused, match="tidak dapat dipindahkan"):
            advance(world, case, end, reason="alasan", paper_number="1", paper_date=date(2026, 11, 21))
    case.refresh_from_db()
    assert case.state == start


@pytest.mark.parametrize("legal", SAYING, ids=lambda each: f"{each.start}-{each.end}")
def test_a_step_that_must_say_something_is_refused_without_it(world, legal):
    case = case_in(world, legal.start, hours_apart=0)
    with pytest.raises(CaseRefused, match=r"alasan|nomor dan tanggal"):
        advance(world, case, legal.end, reason="", paper_number="", paper_date=None)


def test_only_the_system_lets_a_case_run_out(world):
    with pytest.raises(CaseRefused, match="tidak dapat dipindahkan"):
        advance(world, make_case(world), "kedaluwarsa", reason="Lewat")


def test_a_step_tapped_twice_is_one_step(world, handler):
    case, key = make_case(world), uuid4()
    given = {"case": case, "start": "baru", "end": "verifikasi_awal", "by": handler, "now": NOW, "client_key": key}
    assert move_case(**given).pk == move_case(**given).pk
    assert CaseMove.objects.count() == 1


def test_of_two_handlers_the_second_is_told_who_was_first(world, handler):
    case = make_case(world)
    advance(world, case, "verifikasi_awal")
    with pytest.raises(CaseRefused, match="“Diperiksa kelengkapannya” oleh Netralitas Kutim"):
        move_case(
            case=case, start="baru", end="ditutup_tidak_cukup", reason="x", by=handler, now=NOW, client_key=uuid4()
        )


def test_a_step_is_not_ahead_of_now_nor_before_the_step_before_it(world):
    case = make_case(world)
    with pytest.raises(CaseRefused, match="belum tiba"):
        _at(world, case, NOW + timedelta(hours=1))
    with pytest.raises(CaseRefused, match="sebelum langkah terakhir"):
        _at(world, case, NOW - timedelta(hours=1))
    assert _at(world, case, NOW.replace(second=0, microsecond=0)).at == case.received_at


def _at(world, case, at):
    handler = world.people["netralitas-kutim"]
    return move_case(case=case, start="baru", end="verifikasi_awal", by=handler, now=NOW, at=at, client_key=uuid4())


def test_the_registration_number_is_kept_on_the_case(world):
    assert case_in(world, "terdaftar").registration == "001/PM/2026"


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_move_a_case_once(world, handler):
    case = make_case(world)

    def go(end):
        try:
            move_case(case=case, start="baru", end=end, reason="Alasan", by=handler, now=NOW, client_key=uuid4())
        except CaseRefused as refused:
            return str(refused)
        finally:
            connection.close()
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(go, ["verifikasi_awal", "ditutup_tidak_cukup"]))
    assert CaseMove.objects.count() == 1
    assert told[0].startswith("Kasus ini sudah berstatus")


# --- The key ------------------------------------------------------------------------------------------------------------
def test_without_a_key_nothing_is_taken_in_and_nothing_is_half_written(world, settings):
    settings.NEUTRALITY_KEYS = []
    with pytest.raises(Sealed, match="kuncinya tidak ada"):
        make_case(world)
    assert (Case.objects.count(), Reported.objects.count(), CaseClock.objects.count()) == (0, 0, 0)


def test_without_a_key_a_step_with_a_reason_is_not_taken(world, settings):
    case = make_case(world)
    settings.NEUTRALITY_KEYS = []
    with pytest.raises(Sealed):
        advance(world, case, "ditutup_tidak_cukup")
    case.refresh_from_db()
    assert (case.state, CaseMove.objects.count()) == ("baru", 0)


@pytest.mark.parametrize(
    "keys", [[], ["bukan kunci"], [Fernet.generate_key().decode()]], ids=["lost", "broken", "wrong"]
)
def test_what_was_sealed_stays_as_it_is_when_the_key_is_not_the_right_one(world, handler, settings, keys):
    case = make_case(world)
    before = bytes(Case.objects.get().summary)
    right, settings.NEUTRALITY_KEYS = settings.NEUTRALITY_KEYS, keys
    with pytest.raises(Sealed):
        open_case(case=Case.objects.get(), by=handler, now=NOW)
    with pytest.raises(Sealed):
        reveal_reporter(case=case, reason="Diminta Bawaslu", by=handler, now=NOW)
    with pytest.raises(Sealed):
        add_reported(case=case, subject_type="asn_pns", parts=PLANTED, by=handler, now=NOW)
    settings.NEUTRALITY_KEYS = right
    assert bytes(Case.objects.get().summary) == before
    assert open_case(case=Case.objects.get(), by=handler, now=NOW).summary == SUMMARY


# --- Reading ------------------------------------------------------------------------------------------------------------
def test_opening_a_case_is_in_the_log(world, handler):
    case = make_case(world)
    opened = open_case(case=Case.objects.get(), by=handler, now=NOW)
    assert (opened.summary, opened.place, opened.reported[0].name) == (SUMMARY, PLACE, PLANTED["name"])
    assert [(row.case, row.by, row.what) for row in Reading.objects.all()] == [(case, handler, "kasus")]


def test_what_was_opened_prints_no_name(world, handler):
    make_case(world)
    opened = open_case(case=Case.objects.get(), by=handler, now=NOW)
    assert PLANTED["name"] not in repr(opened) + repr(opened.reported)


def test_the_reporter_is_revealed_for_a_reason_that_is_in_the_log(world, handler):
    case = make_case(world)
    shown = reveal_reporter(case=case, reason="Diminta Bawaslu", by=handler, now=NOW)
    assert (shown.name, shown.contact, shown.address) == tuple(TELLER.values())
    row = Reading.objects.get()
    assert (row.what, unseal(row.reason), row.by) == ("pelapor", "Diminta Bawaslu", handler)
    assert b"Bawaslu" not in bytes(row.reason)


def test_without_a_reason_or_a_reporter_nothing_is_revealed(world, handler):
    with pytest.raises(CaseRefused, match="mengapa"):
        reveal_reporter(case=make_case(world), reason="", by=handler, now=NOW)
    with pytest.raises(CaseRefused, match="Tidak ada"):
        reveal_reporter(case=make_case(world, reporter=None), reason="Perlu", by=handler, now=NOW)
    assert not Reading.objects.exists()


def test_an_opening_that_failed_stays_in_the_log(world, handler, settings):
    case = make_case(world)
    settings.NEUTRALITY_KEYS = []
    with pytest.raises(Sealed):
        reveal_reporter(case=case, reason="Diminta Bawaslu", by=handler, now=NOW)
    assert Reading.objects.get().what == "pelapor"


def test_somebody_else_reads_nothing(world):
    case = make_case(world)
    for name in ("desk-kutim", "admin", "camat-sandaran"):
        with pytest.raises(CaseRefused):
            open_case(case=case, by=world.people[name], now=NOW)
        with pytest.raises(CaseRefused):
            reveal_reporter(case=case, reason="Ingin tahu", by=world.people[name], now=NOW)


# --- Beside the way -----------------------------------------------------------------------------------------------------
def test_a_requirement_is_answered_and_each_change_is_in_the_log(world, handler):
    case = make_case(world)
    for is_met in (False, False, True):
        answer_requirement(case=case, requirement="bukti", is_met=is_met, by=handler, now=NOW)
    assert RequirementCheck.objects.get().is_met
    assert [row.detail for row in Reading.objects.order_by("pk")] == ["Bukti: belum", "Bukti: terpenuhi"]


def test_the_same_person_is_reported_once(world, handler):
    case = make_case(world)
    for name in (PLANTED["name"], "Orang Kedua", "Orang Kedua"):
        parts = PLANTED | {"name": name}
        add_reported(case=case, subject_type="asn_pns", parts=parts, by=handler, now=NOW)
    assert case.reported.count() == 2


def test_linked_cases_both_stay(world, handler):
    first, second = make_case(world), make_case(world, client_key=uuid4())
    for case, other in ((first, second), (second, first)):
        link_cases(case=case, other_number=other.number, kind="ganda", by=handler, now=NOW)
    assert (CaseLink.objects.count(), Case.objects.count()) == (1, 2)


@pytest.mark.parametrize(("number", "sentence"), [("NTR-2026-ZZZZZ", "Tidak ada kasus"), ("own", "sendiri")])
def test_a_case_is_not_linked_to_itself_nor_to_none(world, handler, number, sentence):
    case = make_case(world)
    wanted = case.number if number == "own" else number
    with pytest.raises(CaseRefused, match=sentence):
        link_cases(case=case, other_number=wanted, kind="ganda", by=handler, now=NOW)


def test_a_finished_case_is_changed_no_more(world, handler):
    case = case_in(world, "selesai", hours_apart=0)
    with pytest.raises(CaseRefused, match="selesai"):
        answer_requirement(case=case, requirement="bukti", is_met=True, by=handler, now=NOW)
    with pytest.raises(CaseRefused, match="selesai"):
        add_reported(case=case, subject_type="tni", parts={}, by=handler, now=NOW)


# --- Running out --------------------------------------------------------------------------------------------------------
def test_early_information_runs_out_on_the_eighth_day(world):
    """Known on the 20th: the 27th is the last day."""
    case = make_case(world)
    last_evening = NOW.replace(day=27, hour=23, minute=59)
    assert expire_cases(now=last_evening) == 0
    assert expire_cases(now=last_evening + timedelta(minutes=1)) == 1
    case.refresh_from_db()
    move = CaseMove.objects.get()
    assert (case.state, move.by, move.has_reason) == ("kedaluwarsa", None, True)
    assert CaseClock.objects.get(case=case, name="lapor").met_on == date(2026, 11, 28)


def test_running_out_again_changes_nothing_and_a_forwarded_case_does_not(world):
    make_case(world)
    case_in(world, "verifikasi_awal", client_key=uuid4())
    kept = case_in(world, "diteruskan_bawaslu", client_key=uuid4())
    later = NOW + timedelta(days=30)
    assert [expire_cases(now=later), expire_cases(now=later)] == [2, 0]
    kept.refresh_from_db()
    assert kept.state == "diteruskan_bawaslu"


def test_days_run_out_on_the_regencys_own_calendar(world):
    """At 23.30 WITA of the last day it is already the next day in WIT."""
    world.regions["64.08"].time_zone = "Asia/Jayapura"
    world.regions["64.08"].save()
    make_case(world)
    assert expire_cases(now=NOW.replace(day=27, hour=22, minute=59)) == 0
    assert expire_cases(now=NOW.replace(day=27, hour=23, minute=30)) == 1


def test_a_holiday_does_not_lengthen_calendar_days(world):
    HolidayOverride.objects.create(day=date(2026, 11, 27), name="Libur")
    make_case(world)
    assert expire_cases(now=NOW.replace(day=28)) == 1


@pytest.mark.parametrize("count", [2, 12])
def test_running_out_takes_the_same_statements_for_any_number(world, count, django_assert_num_queries):
    for _each in range(count):
        make_case(world, client_key=uuid4())
    with django_assert_num_queries(7):
        expire_cases(now=NOW + timedelta(days=10))
