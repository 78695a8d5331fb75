"""Log lines: one id from page to task, and nothing in them that names anybody."""

import json
import logging
import runpy
from io import StringIO
from logging.config import DictConfigurator

import pytest
import redis
import structlog
from django.conf import settings as configured
from django.test import Client, RequestFactory
from gunicorn.config import Config
from structlog.contextvars import bound_contextvars

from districts import outbox
from pilkada import logs

UPSTREAM = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def lines():
    """What production would write meanwhile, as objects."""
    kept, shape = StringIO(), logs.configuration(as_json=True, level="DEBUG")["formatters"]["line"]
    handler = logging.StreamHandler(kept)
    handler.setFormatter(DictConfigurator({"version": 1}).configure_formatter(shape))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in kept.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def finished(lines):
    return next(line for line in lines() if line["event"] == "request_finished")


class TestRequestId:
    def test_each_answer_has_one_of_its_own(self, client, db):
        first, second = (client.get("/masuk/")["X-Request-ID"] for _ in range(2))
        assert first != second
        assert len(first) == 32

    def test_one_from_outside_counts_only_behind_our_proxy_and_only_when_it_is_one(self, client, db, settings):
        def answered(given):
            return client.get("/masuk/", headers={"X-Request-ID": given})["X-Request-ID"]

        assert answered(UPSTREAM) != UPSTREAM
        settings.BEHIND_PROXY = True
        assert answered(UPSTREAM) == UPSTREAM
        for wrong in ("pendek", "a" * 65, 'x" level="error', "nama%20orang"):
            assert answered(wrong) != wrong

    def test_the_task_that_a_request_wakes_carries_it(self, monkeypatch):
        monkeypatch.setattr(outbox, "_quiet_until", 0.0)  # another test may have had a broker out of order
        with redis.Redis.from_url(configured.REDIS_URL) as queue:
            queue.delete("celery")
            with bound_contextvars(request_id=UPSTREAM):
                outbox.wake()
            headers = json.loads(queue.lpop("celery"))["headers"]
        assert headers["__django_structlog__"]["request_id"] == UPSTREAM

    def test_the_page_of_an_error_shows_it_as_the_code_to_tell(self, settings, lines):
        settings.ROOT_URLCONF = "tests.pilkada.urls_that_fail"
        answer = Client(raise_request_exception=False).get("/rusak/")
        assert answer.status_code == 500
        assert f"<code>{answer['X-Request-ID']}</code>" in answer.content.decode()
        failed = next(line for line in lines() if line["event"] == "request_failed")
        assert failed["request_id"] == answer["X-Request-ID"]
        assert "ZeroDivisionError" in failed["traceback"]
        assert logs.server_error(RequestFactory().get("/")).status_code == 500  # also with no id

    def test_a_database_without_room_is_nobodys_mistake_and_worth_another_try(self, settings):
        settings.ROOT_URLCONF = "tests.pilkada.urls_that_fail"
        answer = Client(raise_request_exception=False).get("/penuh/")
        assert (answer.status_code, answer["Retry-After"]) == (503, "30")
        assert "lalu kirim lagi: yang sudah tersimpan tidak menjadi ganda" in answer.content.decode()


class TestLines:
    def test_a_request_is_one_line_with_view_region_and_account_but_no_address_query_or_name(
        self, as_user, world, lines
    ):
        as_user("desk-kutim").get("/kecamatan/64.08.11/?q=Zulkarnaen")
        line = finished(lines)
        assert (line["view"], line["region"], line["status"]) == ("kecamatan", "64.08.11", 200)
        assert line["user_id"] == world.people["desk-kutim"].pk
        assert not {"path", "request", "ip", "user_agent"} & set(line)
        assert not [word for word in ("/kecamatan", "Zulkarnaen", "desk-kutim", "127.0.0.1") if word in str(lines())]

    @pytest.mark.parametrize("address", ["/netralitas/lapor/", "/wilayah/64.08/netralitas/"])
    def test_of_neutrality_it_tells_neither_view_nor_place_nor_person(self, as_user, lines, address):
        as_user("netralitas-kutim").get(address)
        line = finished(lines)
        assert line["view"] == "neutrality"
        assert not {"region", "user_id"} & set(line)

    def test_an_error_out_of_neutrality_is_its_kind_and_place_without_its_words(self, lines):
        scope = {"__name__": "neutrality.sealing"}
        exec("def open_it(secret):\n    raise ValueError(f'tidak terbuka: {secret}')", scope)
        try:
            try:
                scope["open_it"]("Zulkarnaen")
            except ValueError as error:
                raise RuntimeError("gagal: Zulkarnaen") from error
        except RuntimeError:
            structlog.get_logger("pilkada.logs").exception("request_failed", error="Zulkarnaen")
            logging.getLogger("celery.app.trace").error("Task raised: %s", "Zulkarnaen", exc_info=True)
        assert "builtins.ValueError" in lines()[0]["traceback"]
        assert lines()[1]["event"] == "RuntimeError (neutrality)"
        assert "Zulkarnaen" not in str(lines())

    def test_other_errors_keep_their_words_but_no_local_variables(self, lines):
        hidden = "nilai-setempat"
        try:
            raise ValueError("kolom tidak ada") from KeyError(len(hidden))
        except ValueError:
            logging.getLogger("districts").exception("gagal")
        assert "kolom tidak ada" in lines()[0]["traceback"]
        assert hidden not in str(lines())

    def test_sentences_of_libraries_lose_the_address_they_name(self, lines):
        logging.getLogger("django.security.csrf").warning(
            "Forbidden (%s): %s", "token", "/kasus/NTR-64.08-001/langkah/"
        )
        logging.getLogger("districts").warning("redis://127.0.0.1:6379/0 tidak menjawab")
        assert "NTR" not in str(lines())
        assert "redis://127.0.0.1:6379/0" in lines()[1]["event"]

    def test_the_web_server_itself_speaks_json_too(self, monkeypatch, capsys):
        monkeypatch.setenv("LOG_FORMAT", "json")
        server = runpy.run_path(str(configured.BASE_DIR / "pilkada" / "gunicorn.py"))
        server["on_exit"](None)  # its folder of figures goes
        server["logger_class"](Config()).info("Listening at: %s", "soket")
        line = json.loads(capsys.readouterr().err)
        assert (line["level"], line["event"]) == ("info", "Listening at: soket")
