"""Pages of cases: there for the handler of the regency alone, each step through the page, and no name where none belongs."""

import logging
from datetime import date
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from neutrality.flow import STEPS, Actor, State
from neutrality.models import Case, CaseLink, CaseMove, Reading, Reported, RequirementCheck
from tests.conftest import PEOPLE
from tests.neutrality.cases import PLACE, PLANTED, REASON, SUMMARY, TELLER, case_in, make_case

pytestmark = pytest.mark.django_db
BOARD, NEW = "/wilayah/64.08/netralitas/", "/wilayah/64.08/netralitas/baru/"
OTHERS = [*sorted(set(PEOPLE) - {"netralitas-kutim"}), "admin"]
ACTS = ("case_move", "case_requirement", "case_reported_add", "case_link", "case_reveal")
NAMES = (*PLANTED.values(), *TELLER.values(), SUMMARY, PLACE, REASON, "Zulkarnaen", "Wahyuni")
BY_PEOPLE = [each for each in STEPS if each.actor != Actor.SYSTEM and each.start != State.EXPIRED]
LOCAL = "2026-11-21T18:42"


@pytest.fixture
def handler(as_user):
    return as_user("netralitas-kutim")


def page(client, address):
    return client.get(address).content.decode()


def intake(**more):
    return {
        "client_key": str(uuid4()), "intake": "whatsapp", "received_at": LOCAL, "known_on": "2026-11-20",
        "happened_on": "2026-11-18", "medium": "media_sosial", "summary": SUMMARY, "place": PLACE,
        "forms_disiplin": ["DS6"], "forms_kode_etik": ["KE4"], "terlapor0-subject_type": "asn_pns",
        **{f"terlapor0-{part}": value for part, value in PLANTED.items()}, **TELLER, **more,
    }  # fmt: skip


def step_of(legal, **more):
    given = {"client_key": str(uuid4()), "start": legal.start, "end": legal.end, "at": LOCAL}
    given |= {"reason": REASON} if legal.needs_reason else {}
    given |= {"paper_number": "014/PM", "paper_date": "2026-11-21"} if legal.needs_paper else {}
    return given | more


# --- Who sees it --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", OTHERS)
def test_for_everybody_else_there_is_no_such_page(world, as_user, name):
    """Administrators and a camat as well; and whether a case exists cannot be told."""
    case, client = make_case(world), as_user(name)
    gone = [reverse("case", args=[number]) for number in (case.number, "NTR-2026-ZZZZZ")]
    assert {client.get(address).status_code for address in (BOARD, NEW, *gone)} == {404}
    told = {client.post(reverse(act, args=[case.number]), {"reason": "x"}).status_code for act in ACTS}
    told |= {client.get(reverse(act, args=[case.number])).status_code for act in ACTS}
    assert told | {client.post(NEW, intake()).status_code} == {404}
    assert (Reading.objects.count(), CaseMove.objects.count(), Case.objects.count()) == (0, 0, 1)


def test_another_regency_its_province_and_a_case_there_do_not_exist_for_the_handler(world, handler):
    world.people["desk-mahulu"].assignments.update(role="neutrality")
    there = make_case(world, regency=world.regions["64.11"], by=world.people["desk-mahulu"])
    for address in (f"/kasus/{there.number}/", "/wilayah/64.11/netralitas/", "/wilayah/64/netralitas/"):
        assert handler.get(address).status_code == 404


def test_signed_out_nothing_is_shown(world, client):
    case = make_case(world)
    for address in (BOARD, NEW, f"/kasus/{case.number}/"):
        assert client.get(address)["Location"].startswith("/masuk/")


def test_no_page_of_cases_stays_in_a_cache(world, handler):
    case = make_case(world)
    for address in (BOARD, NEW, f"/kasus/{case.number}/"):
        assert "no-store" in handler.get(address)["Cache-Control"]


def test_only_handlers_have_the_tab(world, as_user):
    assert f'href="{BOARD}"' in page(as_user("netralitas-kutim"), "/wilayah/64.08/")
    for name in ("desk-kutim", "admin", "bupati-kutim"):
        assert f'href="{BOARD}"' not in page(as_user(name), "/wilayah/64.08/")


# --- The board ----------------------------------------------------------------------------------------------------------
def test_the_board_has_numbers_and_terms_and_no_name(world, handler):
    case = make_case(world)
    told = page(handler, BOARD)
    assert case.number in told
    assert "nanti, 6 hari lagi" in told
    assert not [name for name in NAMES if name in told]


def test_what_runs_out_first_is_on_top(world, handler):
    later, sooner = (make_case(world, client_key=uuid4(), known_on=date(2026, 11, day)) for day in (20, 13))
    done = case_in(world, "ditutup_tidak_cukup", client_key=uuid4())
    told = page(handler, BOARD)
    assert told.index(sooner.number) < told.index(later.number)
    assert "lewat 1 hari" in told
    assert done.number not in told


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("batas=lewat", [13]), ("batas=hari_ini", [14]), ("batas=segera", [15]), ("batas=nanti", [20]),
        ("asal=surat", [15]), ("bentuk=KE1", [14]), ("status=selesai", []), ("status=semua", [13, 14, 15, 20]),
    ],
)  # fmt: skip
def test_each_filter_narrows_the_board(world, handler, query, found):
    cases = {}
    for day, more in ((13, {}), (14, {"forms": ["KE1"]}), (15, {"intake": "surat"}), (20, {})):
        cases[day] = make_case(world, client_key=uuid4(), known_on=date(2026, 11, day), **more)
    told = page(handler, f"{BOARD}?{query}")
    assert [day for day, case in cases.items() if case.number in told] == found


def test_the_board_is_searched_by_number_only(world, handler):
    first, second = make_case(world), make_case(world, client_key=uuid4())
    told = page(handler, f"{BOARD}?nomor={first.number[-5:].lower()}")
    assert (first.number in told, second.number in told) == (True, False)
    assert first.number not in page(handler, f"{BOARD}?nomor=Zulkarnaen")


def test_a_filter_that_does_not_exist_is_said_and_ignored(world, handler):
    case = make_case(world)
    answer = handler.get(f"{BOARD}?batas=kapan")
    assert (answer.status_code, case.number in answer.content.decode()) == (422, True)


def test_htmx_gets_the_list_alone(world, handler):
    answer = handler.get(BOARD, headers={"HX-Request": "true"}).content.decode()
    assert answer.lstrip().startswith('<section id="case-board"')


@pytest.mark.parametrize("count", [2, 60])
def test_the_board_takes_at_most_twelve_statements(world, handler, count):
    for _each in range(count):
        make_case(world, client_key=uuid4())
    handler.get(BOARD)
    with CaptureQueriesContext(connection) as statements:
        assert handler.get(BOARD).status_code == 200
    assert len(statements) <= 12


# --- Intake -------------------------------------------------------------------------------------------------------------
def test_intake_says_that_it_is_no_formal_report(world, handler):
    told = page(handler, NEW)
    assert "bukan laporan resmi ke Bawaslu" in told
    assert "7 hari" in told


def test_the_form_makes_a_case_and_leads_to_it(world, handler):
    answer = handler.post(NEW, intake())
    case = Case.objects.get()
    assert answer["Location"] == f"/kasus/{case.number}/"
    assert sorted(form.code for form in case.forms.all()) == ["DS6", "KE4"]
    assert (case.intake, case.medium, case.happened_on) == ("whatsapp", "media_sosial", date(2026, 11, 18))


def test_the_form_tapped_twice_makes_one_case(world, handler):
    given = intake()
    assert handler.post(NEW, given)["Location"] == handler.post(NEW, given)["Location"]
    assert (Case.objects.count(), Reported.objects.count()) == (1, 1)


def test_several_people_are_reported_in_one_form(world, handler):
    handler.post(NEW, intake(**{"terlapor1-subject_type": "kepala_desa", "terlapor1-name": "Kedua"}))
    assert Reported.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"known_on": ""}, "Isi tanggal diketahui"),
        ({"known_on": "2026-11-22", "happened_on": ""}, "Tanggal diketahui tidak boleh"),
        ({"happened_on": "2026-11-21"}, "Tanggal kejadian tidak boleh"),
        ({"received_at": "2026-11-21T19:42"}, "belum tiba"),
        ({"intake": "web"}, "Cara masuk</a>: "),
        ({"intake": "temuan"}, "tidak punya pelapor"),
        ({"summary": ""}, "Tulis uraian"),
        ({"summary": "NIK 6408112001900001"}, "NIK"),
        ({"terlapor0-subject_type": ""}, "Jenis terlapor"),
        ({"terlapor0-staff_number": "123"}, "NIP terdiri atas 18 angka"),
    ],
)
def test_a_form_with_a_mistake_comes_back_with_a_sentence(world, handler, given, sentence):
    answer = handler.post(NEW, intake(**given))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Case.objects.exists()


def test_intake_without_a_key_comes_back_with_a_sentence_and_writes_nothing(world, handler, settings):
    settings.NEUTRALITY_KEYS = []
    answer = handler.post(NEW, intake())
    assert (answer.status_code, Case.objects.exists()) == (422, False)
    assert "kuncinya tidak ada" in answer.content.decode()


# --- One case -----------------------------------------------------------------------------------------------------------
def test_the_page_shows_the_content_to_the_handler_and_logs_it(world, handler):
    case = make_case(world)
    told = page(handler, f"/kasus/{case.number}/")
    assert [name for name in (*PLANTED.values(), SUMMARY, PLACE) if name not in told] == []
    assert [row.what for row in Reading.objects.all()] == ["kasus"]
    assert not [name for name in TELLER.values() if name in told]
    assert "pelanggar " not in told.lower()


def test_the_title_has_the_number_alone(world, handler):
    case = make_case(world)
    assert f"<title>Kasus {case.number} · SIAP Pilkada</title>" in page(handler, f"/kasus/{case.number}/")


@pytest.mark.parametrize("legal", BY_PEOPLE, ids=lambda each: f"{each.start}-{each.end}")
def test_every_step_of_the_table_is_taken_through_the_page(world, handler, legal):
    case = case_in(world, legal.start, hours_apart=0)
    told = page(handler, f"/kasus/{case.number}/")
    assert f'name="end" value="{legal.end}"' in told
    assert handler.post(f"/kasus/{case.number}/langkah/", step_of(legal)).status_code == 302
    case.refresh_from_db()
    assert case.state == legal.end


def test_the_page_offers_no_other_step(world, handler):
    case = make_case(world)
    told = page(handler, f"/kasus/{case.number}/")
    offered = {state for state in State.values if f'name="end" value="{state}"' in told}
    assert offered == {"verifikasi_awal", "diteruskan_bawaslu", "ditutup_tidak_cukup"}


@pytest.mark.parametrize("end", ["selesai", "kedaluwarsa", "bukan-status"])
def test_an_illegal_step_is_answered_with_a_sentence(world, handler, end):
    case = make_case(world)
    given = {"client_key": str(uuid4()), "start": "baru", "end": end, "at": LOCAL, "reason": "Alasan"}
    answer = handler.post(f"/kasus/{case.number}/langkah/", given, follow=True).content.decode()
    assert "Pilih salah satu langkah" in answer
    assert not CaseMove.objects.exists()


@pytest.mark.parametrize("missing", ["reason", "paper_number", "paper_date", "at"])
def test_a_step_that_says_too_little_comes_back_open_with_a_sentence(world, handler, missing):
    legal = next(
        each for each in BY_PEOPLE if each.start == State.NEW and (each.needs_reason if missing == "reason" else each.needs_paper)
    )  # fmt: skip
    case = make_case(world)
    answer = handler.post(f"/kasus/{case.number}/langkah/", step_of(legal, **{missing: ""}))
    assert answer.status_code == 422
    assert "Belum tersimpan" in answer.content.decode()
    assert not CaseMove.objects.exists()


def test_a_step_tapped_twice_is_one_step(world, handler):
    case, given = make_case(world), step_of(BY_PEOPLE[0])
    for _tap in range(2):
        told = handler.post(f"/kasus/{case.number}/langkah/", given, follow=True).content.decode()
    assert CaseMove.objects.count() == 1
    assert "Status kasus: Diperiksa kelengkapannya" in told


def test_of_two_handlers_the_second_learns_who_was_first(world, handler):
    case = make_case(world)
    closing = next(each for each in BY_PEOPLE if each.end == State.CLOSED_INSUFFICIENT)
    handler.post(f"/kasus/{case.number}/langkah/", step_of(BY_PEOPLE[0]))
    told = handler.post(f"/kasus/{case.number}/langkah/", step_of(closing), follow=True).content.decode()
    assert "oleh Netralitas Kutim" in told
    assert CaseMove.objects.count() == 1


def test_a_requirement_is_answered_on_the_page(world, handler):
    case = make_case(world)
    handler.post(f"/kasus/{case.number}/syarat/", {"requirement": "bukti", "is_met": "1"})
    handler.post(f"/kasus/{case.number}/syarat/", {"requirement": "bukan", "is_met": "1"})
    assert [(row.requirement, row.is_met) for row in RequirementCheck.objects.all()] == [("bukti", True)]


def test_somebody_is_added_and_not_twice(world, handler):
    case = make_case(world)
    for _tap in range(2):
        handler.post(f"/kasus/{case.number}/terlapor/", {"subject_type": "tni", "name": "Orang Kedua"})
    assert case.reported.count() == 2
    assert handler.post(f"/kasus/{case.number}/terlapor/", {"subject_type": ""}).status_code == 422


def test_a_case_is_linked_by_number(world, handler):
    first, second = make_case(world), make_case(world, client_key=uuid4())
    handler.post(f"/kasus/{first.number}/hubungkan/", {"number": second.number.lower(), "kind": "ganda"})
    assert CaseLink.objects.count() == 1
    assert second.number in page(handler, f"/kasus/{first.number}/")


def test_a_case_of_another_regency_cannot_be_linked_or_found_out(world, handler):
    world.people["desk-mahulu"].assignments.update(role="neutrality")
    there = make_case(world, regency=world.regions["64.11"], by=world.people["desk-mahulu"])
    here = make_case(world, client_key=uuid4())
    given = {"number": there.number, "kind": "ganda"}
    told = handler.post(f"/kasus/{here.number}/hubungkan/", given, follow=True).content.decode()
    assert "Tidak ada kasus dengan nomor itu" in told


# --- The reporter -------------------------------------------------------------------------------------------------------
def test_the_identity_is_on_the_answer_to_the_reveal_alone(world, handler):
    case = make_case(world)
    answer = handler.post(f"/kasus/{case.number}/pelapor/", {"reason": "Diminta Bawaslu"})
    assert TELLER["name"] in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert [row.what for row in Reading.objects.all()] == ["pelapor"]
    assert TELLER["name"] not in page(handler, f"/kasus/{case.number}/")


def test_the_log_on_the_page_says_why_it_was_revealed(world, handler, settings):
    case = make_case(world)
    handler.post(f"/kasus/{case.number}/pelapor/", {"reason": "Diminta Bawaslu"})
    assert "Diminta Bawaslu" in page(handler, f"/kasus/{case.number}/")
    settings.NEUTRALITY_KEYS = []
    told = page(handler, f"/kasus/{case.number}/")
    assert ("Diminta Bawaslu" in told, "alasan tersegel" in told) == (False, True)


def test_it_is_not_revealed_by_get_nor_without_a_reason(world, handler):
    case = make_case(world)
    assert handler.get(f"/kasus/{case.number}/pelapor/").status_code == 405
    answer = handler.post(f"/kasus/{case.number}/pelapor/", {"reason": ""})
    assert (answer.status_code, TELLER["name"] in answer.content.decode()) == (422, False)


# --- The key ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("keys", [[], ["rusak"], [Fernet.generate_key().decode()]], ids=["lost", "broken", "wrong"])
def test_without_the_right_key_the_page_says_so_and_shows_the_rest(world, handler, settings, keys):
    case = make_case(world)
    settings.NEUTRALITY_KEYS = keys
    answer = handler.get(f"/kasus/{case.number}/")
    told = answer.content.decode()
    assert (answer.status_code, "kuncinya tidak ada" in told, case.number in told) == (200, True, True)
    revealed = handler.post(f"/kasus/{case.number}/pelapor/", {"reason": "Perlu"}, follow=True)
    assert "kuncinya tidak ada" in revealed.content.decode()


def test_a_step_without_a_key_is_not_taken_and_says_so(world, handler, settings):
    case = make_case(world)
    settings.NEUTRALITY_KEYS = []
    closing = next(each for each in BY_PEOPLE if each.end == State.CLOSED_INSUFFICIENT)
    told = handler.post(f"/kasus/{case.number}/langkah/", step_of(closing), follow=True).content.decode()
    assert "kuncinya tidak ada" in told
    assert not CaseMove.objects.exists()


# --- No name where none belongs -----------------------------------------------------------------------------------------
def test_no_name_in_addresses_messages_logs_mail_or_the_board(world, handler, caplog):
    caplog.set_level(logging.DEBUG)
    answer = handler.post(NEW, intake(), follow=True)
    case = Case.objects.get()
    addresses = [address for address, _status in answer.redirect_chain]
    closing = next(each for each in BY_PEOPLE if each.end == State.CLOSED_INSUFFICIENT)
    after = handler.post(f"/kasus/{case.number}/langkah/", step_of(closing), follow=True)
    said = [str(each) for response in (answer, after) for each in response.context["messages"]]
    told = " ".join(
        [
            *addresses,
            *said,
            caplog.text,
            *(str(each.message()) for each in mail.outbox),
            page(handler, f"{BOARD}?status=semua"),
        ]
    )
    assert case.number in told
    assert not [name for name in NAMES if name in told]


def test_the_page_of_a_long_case_takes_as_many_statements_as_that_of_a_short_one(world, handler):
    short, long = make_case(world), case_in(world, "rekomendasi_ppk_asn", client_key=uuid4(), hours_apart=0)
    counts = []
    for case in (short, long):
        handler.get(f"/kasus/{case.number}/")
        with CaptureQueriesContext(connection) as statements:
            handler.get(f"/kasus/{case.number}/")
        counts.append(len(statements))
    assert counts[0] == counts[1]
