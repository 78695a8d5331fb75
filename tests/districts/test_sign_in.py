"""Signing in: locked by name and address together, for a week or an hour, and signed out everywhere at once (issue 5)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from django.test import Client

from districts.door.checks import check_demo_accounts, check_lockout
from districts.door.lockout import name_of
from districts.models import User
from districts.reports.drafts import SESSION_KEY as UNSENT
from districts.reports.expecting import expect_reports
from tests.conftest import NOW, PASSWORD
from tests.districts.signing import CARRIER, enter, is_signed_in, signed_in_twice, with_password

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def camat(world):
    return with_password(world.people["camat-sandaran"])


def fail(times, username="camat-sandaran", *, address=CARRIER, **more):
    """Wrong passwords; the last answer."""
    for number in range(times):
        answer = enter(Client(**more), username, f"keliru-{number}", address=address)
    return answer


def test_after_five_wrong_passwords_the_page_says_for_how_long(camat):
    assert fail(4).status_code == 422
    locked = fail(1)
    assert locked.status_code == 429
    assert "Coba lagi 15 menit lagi. Desk Pilkada dapat membukanya" in locked.content.decode()
    assert locked["Retry-After"] == "900"
    assert enter(Client(), "camat-sandaran").status_code == 429  # the right one too


def test_the_minutes_count_down_and_another_try_does_not_begin_them_anew(camat, now):
    fail(5)
    now.shift(10 * MINUTE)
    assert "Coba lagi 5 menit lagi" in fail(1).content.decode()
    now.shift(5 * MINUTE)
    assert enter(Client(), "camat-sandaran").status_code == 302


def test_another_address_may_still_try_this_name_and_this_address_another_name(camat, world):
    with_password(world.people["camat-busang"])
    fail(5)
    assert enter(Client(), "camat-sandaran", address="198.51.100.1").status_code == 302
    assert enter(Client(), "camat-busang").status_code == 302


def test_a_right_password_forgets_the_wrong_ones_before_it(camat):
    fail(4)
    assert enter(Client(), "camat-sandaran").status_code == 302
    assert fail(4).status_code == 422


def test_another_browser_capitals_or_blanks_are_the_same_name(camat):
    fail(2, "Camat-Sandaran")
    fail(2, " camat-sandaran ", headers={"user-agent": "lain"})
    assert fail(1).status_code == 429


def test_the_answers_do_not_tell_whether_a_name_exists(camat):
    """Wrong, and locked: word for word the same but for the name in the form and the tokens."""
    for times, code in ((1, 422), (4, 429)):
        known, unknown = fail(times), fail(times, "siapa-ini")
        assert known.status_code == unknown.status_code == code
        told = [
            [str(message) for message in answer.context["form"].non_field_errors()] + [answer.context.get("locked")]
            for answer in (known, unknown)
        ]
        assert told[0] == told[1]
        assert any(told[0])


def test_guessing_one_name_from_many_addresses_is_stopped_too(camat, settings):
    settings.SIGN_IN_FAILURES_PER_NAME = 8
    for number in range(8):
        fail(1, address=f"198.51.100.{number}")
    assert enter(Client(), "camat-sandaran", address="192.0.2.1").status_code == 429


def test_wrong_passwords_of_strangers_do_not_keep_out_who_signed_in_here_before(camat, settings):
    settings.SIGN_IN_FAILURES_PER_NAME = 8
    office = Client()
    enter(office, "camat-sandaran")
    office.post("/keluar/")
    fail(5)  # from the same carrier's address
    fail(3, address="198.51.100.7")
    assert enter(Client(), "camat-sandaran", address="192.0.2.1").status_code == 429
    assert enter(office, "camat-sandaran").status_code == 302


def test_a_browser_that_is_known_guesses_no_more_than_another(camat):
    office = Client()
    enter(office, "camat-sandaran")
    office.post("/keluar/")
    answers = [enter(office, "camat-sandaran", f"keliru-{number}").status_code for number in range(6)]
    assert answers == [422, 422, 422, 422, 429, 429]
    assert enter(Client(), "camat-sandaran").status_code == 302


def test_a_browser_is_known_for_the_name_that_signed_in_there_only(camat, world):
    with_password(world.people["camat-busang"])
    office = Client()
    enter(office, "camat-sandaran")
    office.post("/keluar/")
    fail(5, "camat-busang")
    assert enter(office, "camat-busang").status_code == 429


def test_a_new_code_of_the_desk_lifts_the_lock(camat, world):
    """The page of a lock says that the Desk can open it."""
    fail(5)
    desk = Client()
    desk.force_login(world.people["desk-kutim"])
    desk.post(f"/orang/{camat.pk}/kode/", {"client_key": str(uuid4())})
    with_password(camat)
    assert enter(Client(), "camat-sandaran").status_code == 302


def test_letters_that_a_database_takes_for_others_are_counted_as_those():
    """Some collations compare in capitals, where a dotless i is an I."""
    assert name_of({"username": "CAMAT-KUT\u0131M"}) == name_of({"username": "camat-kutim"})


def test_behind_the_proxy_the_address_is_the_one_the_proxy_wrote(camat, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for number in range(5):
        answer = fail(1, headers={"x-forwarded-for": f"10.0.0.{number}, 203.0.113.77"})
    assert answer.status_code == 429
    elsewhere = Client(headers={"x-forwarded-for": "198.51.100.5"})
    assert enter(elsewhere, "camat-sandaran").status_code == 302


def test_no_typed_password_is_kept_and_old_failures_go(camat, now):
    fail(3)
    row = AccessAttempt.objects.get()
    kept = " ".join(str(value) for value in row.__dict__.values())
    assert "keliru" not in kept
    assert "csrfmiddlewaretoken=ey" not in kept
    now.shift(16 * MINUTE)
    enter(Client(), "camat-sandaran")
    assert not AccessAttempt.objects.exists()


def test_an_administrator_lifts_a_lock(camat, as_user):
    fail(5)
    keeper = as_user("admin")
    row = AccessAttempt.objects.get()
    assert str(row.username) in keeper.get("/admin/districts/failedsignin/").content.decode()
    keeper.post("/admin/districts/failedsignin/", {"action": "lift", "_selected_action": [row.pk]})
    assert enter(Client(), "camat-sandaran").status_code == 302


@pytest.mark.parametrize(
    ("typed", "stays"),
    [("phone", timedelta(days=7)), ("shared", timedelta(hours=1)), ("", timedelta(hours=1)), ("x", None)],
)
def test_a_phone_of_ones_own_stays_for_a_week_a_shared_device_for_an_hour(camat, client, now, typed, stays):
    answer = enter(client, "camat-sandaran", device=typed)
    if stays is None:
        assert answer.status_code == 422
        return
    assert answer.status_code == 302
    assert answer.cookies["sessionid"]["max-age"] == pytest.approx(stays.total_seconds(), abs=5)
    now.move_to(NOW + stays - MINUTE)
    assert is_signed_in(client)
    client.post("/kecamatan/64.08.11/2026-W47/draf/", {"kpps_filled": "1"})  # what one does does not prolong it
    now.move_to(NOW + stays + MINUTE)
    assert not is_signed_in(client)


def test_the_browser_of_ones_own_phone_has_it_chosen_the_next_time(camat, client):
    assert 'value="shared" id="id_device_1" checked' in client.get("/masuk/").content.decode().replace(" required", "")
    enter(client, "camat-sandaran", device="phone")
    client.post("/keluar/")
    assert client.get("/masuk/").context["form"]["device"].value() == "phone"


def test_signing_out_everywhere_ends_every_session_of_this_person_only(camat, world):
    lost, own = signed_in_twice(camat)
    other, _more = signed_in_twice(with_password(world.people["camat-busang"]))
    answer = own.post("/akun/keluar-semua/", follow=True)
    assert "keluar dari semua perangkat" in answer.content.decode()
    assert not is_signed_in(lost)
    assert not is_signed_in(own)
    assert is_signed_in(other)
    assert enter(own, "camat-sandaran").status_code == 302


@pytest.mark.parametrize("address", ["/sandi/", "/admin/password_change/"])
def test_the_old_password_is_guessed_no_more_often_there_than_at_the_door(camat, world, address):
    someone = with_password(world.people["admin"])
    client = Client(REMOTE_ADDR=CARRIER)
    client.force_login(someone)
    new = {"new_password1": "sama-sekali-baru-9", "new_password2": "sama-sekali-baru-9"}
    guesses = [{"old_password": f"keliru-{number}", **new} for number in range(5)]
    answers = [client.post(address, guess).status_code for guess in guesses]
    assert answers in ([422, 422, 422, 422, 429], [302] * 5)
    client.post(address, {"old_password": PASSWORD, **new})
    assert User.objects.get(pk=someone.pk).check_password(PASSWORD)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(camat):
    other, own = signed_in_twice(camat)
    fresh = "pisang-goreng-hangat-7"
    typed = {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh}
    assert own.post("/sandi/", typed).status_code == 302
    assert is_signed_in(own)
    assert not is_signed_in(other)


def test_an_administrator_ends_the_sessions_of_a_lost_phone(camat, as_user):
    lost, _own = signed_in_twice(camat)
    as_user("admin").post("/admin/districts/user/", {"action": "sign_out_people", "_selected_action": [camat.pk]})
    assert not is_signed_in(lost)


def test_the_account_page_says_who_what_and_until_when(camat, client):
    enter(client, "camat-sandaran", device="shared")
    page = client.get("/akun/").content.decode()
    assert "Camat Sandaran" in page
    assert "Camat/operator: Sandaran" in page
    assert "Perangkat bersama." in page
    assert "Sabtu, 21 Nov 2026 19.42" in page


@pytest.mark.parametrize(
    "asked", ["https://jahat.example/", "//jahat.example/", "javascript:alert(1)", "/masuk/?next=/masuk/"]
)
def test_signing_in_leads_to_no_other_site(camat, client, asked):
    assert enter(client, "camat-sandaran", next=asked).url == "/"


def test_a_report_sent_after_the_hour_waits_on_the_sign_in_page_and_is_a_draft_then(camat, client, world):
    expect_reports(world.election)
    to_sign_in = client.post("/kecamatan/64.08.11/2026-W47/kirim/", {"kpps_filled": "77"}, follow=True)
    assert "Isian Anda tersimpan dan BELUM terkirim" in to_sign_in.content.decode()
    answer = enter(client, "camat-sandaran", next=to_sign_in.context["next"])
    assert 'value="77"' in client.get(answer.url).content.decode()
    assert UNSENT not in client.session


def test_two_names_that_differ_in_capitals_alone_are_one(world):
    assert User.objects.get_by_natural_key("CAMAT-sandaran") == world.people["camat-sandaran"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUTHENTICATION_BACKENDS", ["django.contrib.auth.backends.ModelBackend"]),
        ("AXES_ENABLED", False),
        ("AXES_LOCKOUT_PARAMETERS", ["ip_address"]),
        ("AXES_FAILURE_LIMIT", 0),
        ("AXES_COOLOFF_TIME", timedelta()),
        ("OTP_TOTP_THROTTLE_FACTOR", 0),
    ],
)
def test_a_door_that_does_not_count_is_said_before_it_is_used(settings, name, value):
    assert check_lockout() == []
    setattr(settings, name, value)
    assert [problem.msg.partition(":")[0] for problem in check_lockout()] == [name]


def test_accounts_of_the_demo_beside_a_real_election_are_said(world):
    assert [problem.id for problem in check_demo_accounts(databases=["default"])] == ["districts.W001"]
    User.objects.filter(is_demo=True).update(is_active=False)
    assert check_demo_accounts(databases=["default"]) == []
