"""The daily mail to handlers: once a day of their own, numbers and links only, neither doubled nor lost."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from districts.models import Assignment, User
from neutrality.digest import send_digests
from neutrality.models import DigestSent
from neutrality.tasks import send_digests as task
from tests.neutrality.cases import PLACE, PLANTED, REASON, SUMMARY, TELLER, case_in, make_case

pytestmark = pytest.mark.django_db
WITA = ZoneInfo("Asia/Makassar")
MORNING = datetime(2026, 11, 27, 7, 0, tzinfo=WITA)  # the last day of what was known on the 20th


class Failing(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("mail server")


@pytest.fixture
def handler(world, settings):
    settings.SITE_URL = "https://siap.example"
    person = world.people["netralitas-kutim"]
    person.email = "penangan@kutim.example"
    person.save()
    return person


def test_it_goes_out_from_seven_in_the_morning_of_the_regency(world, handler):
    make_case(world)
    assert send_digests(now=MORNING - timedelta(minutes=1)) == 0
    assert send_digests(now=MORNING) == 1
    assert [message.to for message in mail.outbox] == [["penangan@kutim.example"]]


@pytest.mark.parametrize(("zone", "hour_utc"), [("Asia/Jakarta", 0), ("Asia/Makassar", 23), ("Asia/Jayapura", 22)])
def test_seven_is_seven_of_wib_wita_and_wit(world, handler, zone, hour_utc):
    make_case(world)
    world.regions["64.08"].time_zone = zone
    world.regions["64.08"].save()
    seven = datetime(2026, 11, 27 if hour_utc == 0 else 26, hour_utc, tzinfo=ZoneInfo("UTC"))
    assert send_digests(now=seven - timedelta(minutes=1)) == 0
    assert send_digests(now=seven) == 1


def test_an_hour_that_was_missed_is_made_up_and_none_is_doubled(world, handler):
    make_case(world)
    noon = MORNING + timedelta(hours=5)
    assert [send_digests(now=noon), send_digests(now=noon + timedelta(hours=1))] == [1, 0]
    assert send_digests(now=MORNING + timedelta(days=1)) == 1
    assert len(mail.outbox) == 2


def test_it_tells_what_has_passed_is_due_today_and_soon_and_nothing_else(world, handler):
    known = [date(2026, 11, 21), date(2026, 11, 20), date(2026, 11, 19), date(2026, 11, 17)]
    soon, today, late, later = [make_case(world, client_key=uuid4(), known_on=day) for day in known]
    send_digests(now=MORNING - timedelta(days=0))
    body = mail.outbox[0].body
    assert body.index(late.number) < body.index(today.number) < body.index(soon.number)
    assert "LEWAT BATAS (2)" in body
    assert f"https://siap.example/kasus/{late.number}/" in body
    assert later.number in body


def test_a_closed_case_and_one_far_from_its_last_day_are_left_out(world, handler):
    case_in(world, "ditutup_tidak_cukup")
    case_in(world, "rekomendasi_ppk_asn", hours_apart=0)
    assert send_digests(now=MORNING) == 0
    assert mail.outbox == []
    assert DigestSent.objects.get().cases == 0


def test_a_day_that_was_settled_without_a_mail_stays_without_one(world, handler):
    assert send_digests(now=MORNING) == 0
    make_case(world)
    assert send_digests(now=MORNING + timedelta(hours=3)) == 0


def test_no_name_is_in_it(world, handler):
    make_case(world)
    send_digests(now=MORNING)
    told = str(mail.outbox[0].message())
    for planted in (*PLANTED.values(), *TELLER.values(), SUMMARY, PLACE, REASON, "Zulkarnaen", "Wahyuni"):
        assert planted not in told


def test_a_mail_server_that_is_down_loses_nothing(world, handler, settings, caplog):
    make_case(world)
    settings.EMAIL_BACKEND = "tests.neutrality.test_digest.Failing"
    assert send_digests(now=MORNING) == 0
    assert not DigestSent.objects.exists()
    assert "tried again" in caplog.text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_digests(now=MORNING + timedelta(hours=1)) == 1


def test_only_who_handles_the_regency_and_has_an_address_gets_it(world, handler):
    make_case(world)
    User.objects.exclude(pk=handler.pk).update(email="lain@kutim.example")
    Assignment.objects.create(
        user=world.people["desk-mahulu"], role="neutrality", region_id="64.11", valid_from=date(2026, 1, 1)
    )
    send_digests(now=MORNING)
    assert [message.to for message in mail.outbox] == [["penangan@kutim.example"]]


def test_a_handler_whose_assignment_ended_gets_none(world, handler):
    make_case(world)
    handler.assignments.update(valid_until=date(2026, 11, 20))
    assert send_digests(now=MORNING) == 0


def test_two_mails_of_one_day_would_have_one_message_id(world, handler):
    make_case(world)
    send_digests(now=MORNING)
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<siap-2026-11-27-64.08-{handler.pk}@localhost>"


def test_the_task_is_the_door(world, handler, now):
    make_case(world)
    now.move_to(MORNING)
    task()
    assert len(mail.outbox) == 1
