"""Early information without an account: taken once, followed by a code, and leaving nothing of who sent it (DOMAIN 4.5)."""

import logging
import re
import runpy
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config

from neutrality.flow import State
from neutrality.models import Case, CaseClock, Reporter
from neutrality.sealing import unseal
from neutrality.tips import COARSE, CODE_LENGTH, Token, digest_of, read_token
from tests.conftest import NOW
from tests.neutrality.cases import advance
from tests.neutrality.tips import ADDRESS, AGENT, CONTACT, NAMED, SUMMARY, code_in, older, tip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
NEW, STATUS = reverse("tip_new"), reverse("tip_status")


@pytest.fixture
def somebody():
    """A browser without an account, which must send the token like any other."""
    return Client(enforce_csrf_checks=True, REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT=AGENT)


@pytest.fixture
def sent(world, somebody):
    answer = somebody.post(NEW, tip(somebody))
    assert answer.status_code == 200
    return answer


def ask(client, code):
    page = client.get(STATUS).content.decode()
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    return client.post(STATUS, {"csrfmiddlewaretoken": csrf, "code": code})


class TestSending:
    def test_it_becomes_a_case_of_the_regency_with_its_term(self, world, sent):
        case = Case.objects.get()
        assert (case.regency_id, case.intake, case.taken_by, case.state) == ("64.08", "web", None, State.NEW)
        assert (case.medium, case.happened_on, case.received_at) == (
            "media_sosial",
            date(2026, 11, 19),
            case.state_since,
        )
        assert [form.code for form in case.forms.all()] == ["DS6"]
        assert case.clocks.get().due_on == date(2026, 11, 27)  # seven days after it was known, DOMAIN 4.4

    def test_what_names_people_is_sealed(self, sent):
        case, person = Case.objects.get(), Case.objects.get().reported.get()
        assert (unseal(case.summary), unseal(person.name)) == (SUMMARY, NAMED)
        assert unseal(Reporter.objects.get().contact) == CONTACT
        for kept in (case.summary, case.place, person.name, Reporter.objects.get().contact):
            assert b"Zulkarnaen" not in bytes(kept)
            assert b"Qwertyuiop" not in bytes(kept)

    def test_nobody_need_be_named_and_no_contact_given(self, world, somebody):
        assert somebody.post(NEW, tip(somebody, name="", contact="", place="", happened_on="")).status_code == 200
        assert not Reporter.objects.exists()

    def test_it_says_at_the_top_that_it_is_no_formal_report(self, world, somebody):
        page = somebody.get(NEW).content.decode()
        assert "Ini bukan laporan resmi ke Bawaslu." in page[: page.index("<select")]
        for words in ("Panwascam", "sigaplapor.bawaslu.go.id", "paling lambat <strong>Sabtu, 28 Nov 2026</strong>"):
            assert words in page[: page.index("<select")]

    def test_the_thanks_say_the_last_day_worked_out_from_what_was_typed(self, sent):
        assert "paling lambat <strong>Jumat, 27 Nov 2026</strong> (6 hari lagi)" in sent.content.decode()
        assert "Ini bukan laporan resmi ke Bawaslu." in sent.content.decode()

    def test_the_last_day_follows_the_date_and_says_when_it_has_passed(self, world, somebody):
        address = reverse("tip_deadline")
        assert "Senin, 23 Nov 2026" in somebody.get(address, {"known_on": "2026-11-16"}).content.decode()
        assert "sudah lewat" in somebody.get(address, {"known_on": "2026-11-10"}).content.decode()
        for nonsense in ("", "besok", "2026-13-40", "9999-12-31"):
            assert "Sabtu, 28 Nov 2026" in somebody.get(address, {"known_on": nonsense}).content.decode()

    def test_only_regions_that_vote_are_offered(self, world, somebody):
        world.election.regions.set(["64.08"])
        page = somebody.get(NEW).content.decode()
        assert 'value="64.08"' in page
        assert 'value="64.11"' not in page
        world.election.regions.set(["64"])  # the whole province votes for a governor
        assert 'value="64.11"' in somebody.get(NEW).content.decode()

    def test_somebody_who_is_signed_in_is_not_tied_to_it(self, world, as_user):
        client = as_user("camat-sandaran")
        before = dict(client.session.items())
        answer = client.post(NEW, tip(client))
        assert "Anda sedang masuk dengan akun." in client.get(NEW).content.decode()
        assert (answer.status_code, Case.objects.get().taken_by) == (200, None)
        assert dict(client.session.items()) == before


class TestSendingTwice:
    def test_the_same_form_is_one_case_and_shows_the_same_code(self, world, somebody):
        body = tip(somebody)
        first, second = somebody.post(NEW, body), somebody.post(NEW, body)
        assert (first.status_code, second.status_code, Case.objects.count()) == (200, 200, 1)
        assert code_in(first) == code_in(second) is not None
        assert CaseClock.objects.count() == 1

    def test_what_was_changed_in_between_is_not_taken_in_silence(self, world, somebody):
        body = tip(somebody)
        first = somebody.post(NEW, body).content.decode()
        second = somebody.post(NEW, body | {"summary": "Sesuatu yang lain"}).content.decode()
        assert "tidak dicatat dua kali" in second
        assert "tidak dicatat dua kali" not in first

    def test_another_browser_with_the_same_form_gets_the_thanks_without_the_code(self, world, somebody):
        body = tip(somebody)
        code = code_in(somebody.post(NEW, body))
        other = Client(enforce_csrf_checks=True)
        answer = other.post(NEW, body | {"csrfmiddlewaretoken": tip(other)["csrfmiddlewaretoken"]})
        assert (answer.status_code, Case.objects.count()) == (200, 1)
        assert code not in answer.content.decode()
        assert code_in(answer) is None

    def test_it_is_one_case_also_a_day_later(self, world, somebody):
        body = tip(somebody)
        code = code_in(somebody.post(NEW, body))
        body["token"] = older(body["token"], 25 * 3600)
        assert code_in(somebody.post(NEW, body)) == code
        assert Case.objects.count() == 1

    def test_two_forms_are_two_cases_with_codes_of_their_own(self, world, somebody):
        codes = {code_in(somebody.post(NEW, tip(somebody))) for _time in range(3)}
        assert (len(codes), Case.objects.count()) == (3, 3)


class TestRefusing:
    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"regency": ""}, "Pilih kabupaten/kota."),
            ({"regency": "31.71"}, "bukan salah satu"),
            ({"known_on": ""}, "Isi tanggal Anda mengetahuinya"),
            ({"known_on": "2026-11-22"}, "Tanggal ini belum tiba"),
            ({"happened_on": "2026-11-21"}, "Kejadian tidak mungkin sesudah"),
            ({"medium": ""}, "Pilih di mana terjadi."),
            ({"subject_type": ""}, "Pilih jabatannya."),
            ({"summary": ""}, "Tulis singkat apa yang terjadi."),
            ({"summary": "x" * 4001}, "4000"),
            ({"summary": "NIK 6408112001900001"}, "Jangan menulis NIK atau NIP"),
            ({"summary": "NIP\n19800101 200501 1 001"}, "Jangan menulis NIK atau NIP"),
            ({"name": "198001012005011001"}, "Jangan menulis NIK atau NIP"),
            ({"contact": "6408112001900001"}, "Jangan menulis NIK atau NIP"),
            ({"forms_disiplin": ["XX"]}, "bukan salah satu"),
            ({"website": "https://jual.example"}, "hanya untuk menolak kiriman otomatis"),
            ({"token": ""}, "kirim sekali lagi"),
            ({"token": "palsu:palsu"}, "kirim sekali lagi"),
        ],
    )
    def test_what_is_wrong_is_a_sentence_and_nothing_typed_is_lost(self, world, somebody, wrong, sentence):
        answer = somebody.post(NEW, tip(somebody, **({"place": "Desa Manubar"} | wrong)))
        page = answer.content.decode()
        assert (answer.status_code, Case.objects.count()) == (422, 0)
        assert sentence in page
        assert "Desa Manubar" in page
        assert "summary" in wrong or SUMMARY in page

    def test_a_form_of_yesterday_is_taken_at_the_second_try(self, world, somebody):
        body = tip(somebody, age=25 * 3600)
        answer = somebody.post(NEW, body)
        assert (answer.status_code, Case.objects.count()) == (422, 0)
        renewed = re.search(r'name="token" value="([^"]+)"', answer.content.decode())[1]
        assert somebody.post(NEW, body | {"token": older(renewed)}).status_code == 200

    def test_a_machine_that_answers_at_once_is_asked_again(self, world, somebody):
        answer = somebody.post(NEW, tip(somebody, age=0))
        assert (answer.status_code, Case.objects.count()) == (422, 0)
        assert "terlalu cepat" in answer.content.decode()

    def test_a_form_from_another_site_is_refused(self, world, somebody):
        body = tip(somebody) | {"csrfmiddlewaretoken": "x" * 64}
        assert somebody.post(NEW, body).status_code == 403
        assert not Case.objects.exists()

    def test_without_a_key_nothing_is_written_and_the_sentence_says_so(self, world, somebody, settings):
        body = tip(somebody)
        settings.NEUTRALITY_KEYS = []
        answer = somebody.post(NEW, body)
        assert (answer.status_code, Case.objects.count()) == (503, 0)
        assert "tidak ada yang disimpan" in answer.content.decode()
        assert SUMMARY in answer.content.decode()


class TestHandling:
    def test_the_handler_finds_it_on_the_board_and_reads_it(self, sent, as_user):
        case = Case.objects.get()
        handler = as_user("netralitas-kutim")
        assert case.number in handler.get("/wilayah/64.08/netralitas/").content.decode()
        page = handler.get(reverse("case", args=[case.number])).content.decode()
        assert SUMMARY in page
        assert CONTACT not in page  # only by a reveal with a reason


class TestFollowing:
    def test_the_code_leads_to_the_status_however_it_is_typed(self, somebody, sent):
        code = code_in(sent)
        for typed in (code, code.lower(), code.replace("-", ""), f" {code} ", code.replace("O", "0").replace("I", "1")):
            answer = ask(Client(), typed)
            assert answer.status_code == 200
            assert "Diterima Desk Pilkada" in answer.content.decode()
            assert "Sabtu, 21 Nov 2026" in answer.content.decode()

    def test_only_the_digest_of_the_code_is_stored(self, sent):
        assert Case.objects.get().tracking == digest_of(code_in(sent))
        assert len(code_in(sent).replace("-", "")) == CODE_LENGTH

    def test_a_wrong_code_and_a_code_that_is_none_get_the_same_answer(self, world, somebody, sent):
        pages = {
            re.sub(r'value="[^"]*"|X-CSRFToken[^}]*', "", ask(somebody, typed).content.decode())
            for typed in ("ABCD-EFGH-JKLM", "bukan kode", "-", "😀", "A" * 40, "' OR 1=1 --")
        }
        assert len(pages) == 1
        assert "Kode ini tidak dikenal" in pages.pop()

    def test_a_case_that_came_another_way_has_no_code(self, world):
        assert ask(Client(), "").status_code == 422
        Case.objects.update(tracking="")
        assert ask(Client(), "-").status_code == 422

    def test_it_goes_in_few_words_and_tells_no_outcome_and_nobody(self, world, somebody, sent):
        case = Case.objects.get()
        for hours, state in enumerate(
            (State.CHECKING, State.SENT_TO_BAWASLU, State.FIRST_STUDY, State.NOT_REGISTERED), 1
        ):
            advance(world, case, state, at=NOW + timedelta(hours=hours))
        page = ask(somebody, code_in(sent)).content.decode()
        assert re.findall(r"<strong>([^<]+)</strong>(?: <span|</p>)", page) == [
            "Diterima Desk Pilkada", "Diperiksa kelengkapannya", "Ditangani Bawaslu", "Penanganan selesai",
        ]  # fmt: skip
        for secret in (NAMED, SUMMARY, case.number, "Tidak diregistrasi", "001/PM/2026", "Netralitas Kutim"):
            assert secret not in page

    def test_every_state_has_its_words(self):
        told = [state for _words, states in COARSE for state in states]
        assert sorted(told) == sorted(State)

    def test_a_token_is_read_only_with_our_signature(self):
        assert read_token("x") is None
        assert read_token("") is None
        assert Token("a", 0).client_key != Token("b", 0).client_key
        assert Token("a", 0).code("browser") != Token("a", 0).code("another")


class TestLeavingNothing:
    def test_neither_address_nor_browser_nor_code_is_in_any_table(self, somebody, sent):
        ask(somebody, code_in(sent))
        somebody.post(NEW, tip(somebody, summary=""))
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            tables = [name for (name,) in cursor.fetchall()]
            found = []
            for table in tables:
                cursor.execute(f'SELECT row::text FROM "{table}" row')
                found += [(table, text) for (text,) in cursor.fetchall()]
        assert any(SUMMARY not in text for _table, text in found)
        bare = code_in(sent).replace("-", "")
        planted = (ADDRESS, AGENT, NAMED, CONTACT, SUMMARY, code_in(sent), bare)
        assert [(table, word) for table, text in found for word in planted if word in text] == []

    def test_no_session_is_started(self, somebody, sent):
        ask(somebody, code_in(sent))
        assert set(somebody.cookies) == {"csrftoken"}

    def test_nothing_of_it_is_in_the_log(self, world, somebody, caplog):
        caplog.set_level(logging.DEBUG)
        answer = somebody.post(NEW, tip(somebody))
        somebody.post(NEW, tip(somebody, summary=""))
        somebody.post(NEW, tip(somebody) | {"csrfmiddlewaretoken": "x" * 64})
        ask(somebody, "ABCD-EFGH-JKLM")
        texts = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
        for word in (ADDRESS, AGENT, NAMED, CONTACT, SUMMARY, code_in(answer)):
            assert not [text for text in texts if word in text]

    def test_the_web_server_logs_no_address_no_browser_and_nothing_after_the_question_mark(self, capsys):
        config = runpy.run_path(str(settings.BASE_DIR / "pilkada" / "gunicorn.py"))
        assert not set(re.findall(r"%\((.+?)\)s", config["access_log_format"])) & set("haflqru")
        logger = config["logger_class"](Config())
        logger.warning(f"Invalid request from ip={ADDRESS}: no HTTP")
        assert ADDRESS not in capsys.readouterr().err

    def test_no_cache_keeps_the_pages(self, somebody, sent):
        for answer in (sent, somebody.get(NEW), somebody.get(STATUS), ask(somebody, code_in(sent))):
            assert "no-store" in answer["Cache-Control"]

    def test_nothing_comes_from_elsewhere(self, somebody, sent):
        for answer in (sent, somebody.get(NEW), somebody.get(STATUS)):
            assert not re.search(r'(src|href|action)="(https?:)?//(?!sigaplapor)', answer.content.decode())
            assert answer["Referrer-Policy"] == "same-origin"
