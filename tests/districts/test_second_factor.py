"""The second factor: asked for after the password, once per code, required of staff and of roles an administrator names."""

from base64 import b32encode
from uuid import uuid4

import pytest
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts.accounts.codes import code_of
from districts.accounts.keeping import renew_code
from districts.door.second_factor import new_recovery_codes
from districts.models import AppDevice, RolePolicy, User
from districts.reports.expecting import expect_reports
from tests.conftest import NOW, PASSWORD
from tests.districts.signing import begin_setup, enter, is_signed_in, shown_by_app, with_app, with_password

pytestmark = pytest.mark.django_db
STEP, SETUP = "/masuk/kode/", "/akun/kode/"


@pytest.fixture
def desk(world):
    """A desk officer with a password and an app."""
    return with_app(with_password(world.people["desk-kutim"]))


@pytest.fixture
def staff(world):
    """An administrator who is nobody's sample."""
    return User.objects.create_superuser("pengelola", "kata-sandi-uji-coba", name="Pengelola")


def at_the_step(user, **more):
    client = Client()
    assert enter(client, user.username, **more).url == STEP
    return client


def test_the_password_alone_opens_no_page(desk):
    client = at_the_step(desk)
    assert not is_signed_in(client)
    assert client.get("/wilayah/64.08/").url.startswith("/masuk/")
    assert "_auth_user_id" not in client.session


def test_the_code_signs_in_for_as_long_as_was_chosen_and_leads_to_the_page_asked_for(desk):
    client = at_the_step(desk, device="phone", next="/wilayah/64.08/kendala/")
    answer = client.post(STEP, {"code": shown_by_app(desk)})
    assert answer.url == "/wilayah/64.08/kendala/"
    assert answer.cookies["sessionid"]["max-age"] == pytest.approx(7 * 24 * 3600, abs=5)
    assert is_signed_in(client)


def test_a_wrong_code_is_told_and_a_second_at_once_has_to_wait(desk):
    client = at_the_step(desk)
    answer = client.post(STEP, {"code": "12 34"})
    assert answer.status_code == 422
    assert "tidak cocok" in answer.content.decode()
    wrong = f"{(int(shown_by_app(desk)) + 1) % 1_000_000:06d}"
    client.post(STEP, {"code": wrong})
    answer = client.post(STEP, {"code": shown_by_app(desk)})
    assert "Tunggu 1 detik, lalu coba lagi" in answer.content.decode()
    assert not is_signed_in(client)


def test_the_wait_doubles_and_is_told_in_minutes(desk, now):
    TOTPDevice.objects.filter(user=desk).update(throttling_failure_count=9, throttling_failure_timestamp=NOW)
    answer = at_the_step(desk).post(STEP, {"code": "123456"})
    assert "Tunggu 5 menit" in answer.content.decode()  # 2 ** 8 seconds


def test_a_code_of_the_app_works_once(desk, now):
    code = shown_by_app(desk)
    assert at_the_step(desk).post(STEP, {"code": code}).status_code == 302
    again = at_the_step(desk)
    assert again.post(STEP, {"code": code}).status_code == 422
    now.shift(31)
    assert again.post(STEP, {"code": shown_by_app(desk)}).status_code == 302


def test_a_recovery_code_works_once_however_it_is_typed(desk):
    code, *rest = new_recovery_codes(user=desk)
    typed = f" {code[:4].upper()} - {code[4:]} "
    assert at_the_step(desk).post(STEP, {"code": typed}).status_code == 302
    assert at_the_step(desk).post(STEP, {"code": typed}).status_code == 422
    assert StaticToken.objects.count() == len(rest) == 9


def test_who_takes_a_quarter_of_an_hour_begins_again(desk, now):
    client = at_the_step(desk)
    now.shift(15 * 60)
    assert client.post(STEP, {"code": shown_by_app(desk)}).url == "/masuk/"


def test_a_password_changed_meanwhile_ends_the_waiting(desk):
    client = at_the_step(desk)
    desk.set_password("lain-sama-sekali-9")
    desk.save()
    assert client.post(STEP, {"code": shown_by_app(desk)}).url == "/masuk/"


class TestWhoMust:
    def test_staff_are_led_to_set_it_up_and_see_nothing_else(self, staff, client):
        assert enter(client, "pengelola").url == SETUP
        assert "wajib memakai kode kedua" in client.get(SETUP).content.decode()
        for closed in ("/admin/", "/admin/districts/user/", "/nasional/", "/akun/"):
            assert client.get(closed).url.startswith(("/masuk/", "/admin/login/")), closed

    def test_when_it_is_set_up_they_are_signed_in_and_shown_ten_codes_once(self, staff, client):
        enter(client, "pengelola", next="/admin/")
        client.get(SETUP)
        answer = client.post(SETUP, {"code": shown_by_app(staff)})
        page, codes = answer.content.decode(), answer.context["codes"]
        assert all(code in page for code in codes)
        assert len(codes) == StaticToken.objects.count() == 10
        assert 'href="/admin/"' in page
        assert client.get("/admin/").status_code == 200
        later = client.get(SETUP).content.decode()
        assert "Kode cadangan tersisa: 10" in later
        assert codes[0] not in later

    def test_a_wrong_code_sets_nothing_up(self, staff, client):
        enter(client, "pengelola")
        client.get(SETUP)
        assert client.post(SETUP, {"code": "000"}).status_code == 422
        assert not TOTPDevice.objects.filter(confirmed=True).exists()
        assert not is_signed_in(client)

    def test_a_session_without_it_is_taken_back_wherever_it_came_from(self, staff, client):
        client.force_login(staff)
        for address in ("/admin/", "/nasional/", "/akun/"):
            client.force_login(staff)
            assert client.get(address).url == SETUP, address
            assert "_auth_user_id" not in client.session

    def test_a_role_named_by_an_administrator_must_from_the_next_page_on(self, world, client, as_user):
        desk = with_password(world.people["desk-kutim"])
        enter(client, "desk-kutim")
        keeper = Client()
        keeper.force_login(world.people["admin"])
        roles = list(RolePolicy.objects.values_list("role", flat=True))
        form = {"form-TOTAL_FORMS": len(roles), "form-INITIAL_FORMS": len(roles), "_save": "x"}
        form |= {f"form-{number}-role": role for number, role in enumerate(roles)}
        form |= {f"form-{roles.index('desk')}-needs_second_factor": "on"}
        assert keeper.post("/admin/districts/rolepolicy/", form).status_code == 302
        assert client.get("/wilayah/64.08/kendala/").url == SETUP
        begin_setup(client)
        done = client.post(SETUP, {"code": shown_by_app(desk)})
        assert 'href="/wilayah/64.08/kendala/"' in done.content.decode()
        assert as_user("camat-sandaran").get("/akun/").status_code == 200

    def test_an_account_of_the_demo_is_not_asked(self, world, client):
        with_password(world.people["admin"])
        assert enter(client, "admin").url == "/"
        assert client.get("/admin/").status_code == 200

    def test_no_form_makes_an_account_one_of_the_demo(self, world, as_user):
        page = as_user("admin").get(f"/admin/districts/user/{world.people['desk-kutim'].pk}/change/")
        assert "is_demo" not in page.context["adminform"].form.fields

    def test_a_report_that_was_typed_survives_being_led_away(self, world, client):
        expect_reports(world.election)
        camat = with_password(world.people["camat-sandaran"])
        enter(client, "camat-sandaran")
        RolePolicy.objects.filter(role="reporter").update(needs_second_factor=True)
        client.post("/kecamatan/64.08.11/2026-W47/kirim/", {"kpps_filled": "77"})
        assert enter(client, "camat-sandaran", next="/kecamatan/64.08.11/2026-W47/isi/").url == SETUP
        client.get(SETUP)
        client.post(SETUP, {"code": shown_by_app(camat)})
        assert 'value="77"' in client.get("/kecamatan/64.08.11/2026-W47/isi/").content.decode()


class TestAScreenLeftOpen:
    """What somebody can do who finds a session open, or prepared one."""

    def test_shows_no_secret_without_the_password(self, world, client):
        client.force_login(with_password(world.people["camat-sandaran"]))
        assert "secret" not in client.get(SETUP).context
        assert client.post(SETUP, {"code": "123456"}).context.get("secret") is None
        wrong = client.post(SETUP + "sandi/", {"password": "bukan-ini"})
        assert wrong.status_code == 422
        assert not TOTPDevice.objects.exists()

    def test_guesses_no_password_there_either(self, world, client):
        client.force_login(with_password(world.people["camat-sandaran"]))
        answers = [client.post(SETUP + "sandi/", {"password": f"keliru-{number}"}).status_code for number in range(6)]
        assert answers == [422, 422, 422, 422, 429, 429]

    def test_is_taken_back_and_still_asks_the_password(self, world, client):
        desk = with_password(world.people["desk-kutim"])
        enter(client, "desk-kutim")
        RolePolicy.objects.filter(role="desk").update(needs_second_factor=True)
        client.get("/wilayah/64.08/kendala/")
        assert "secret" not in client.get(SETUP).context
        assert not TOTPDevice.objects.filter(user=desk).exists()

    def test_sets_nothing_up_for_its_owner_when_somebody_else_begins_there(self, world, staff, client):
        client.force_login(world.people["camat-sandaran"])
        code = code_of(
            renew_code(person=world.people["desk-kutim"], by=world.people["desk-kaltim"], now=NOW, client_key=uuid4())
        )
        RolePolicy.objects.filter(role="desk").update(needs_second_factor=True)
        before = client.session.session_key
        first = {"kode": code, "new_password1": PASSWORD, "new_password2": PASSWORD}
        assert client.post("/mulai/", first).url == SETUP
        assert client.session.session_key != before
        assert not is_signed_in(client)
        client.get(SETUP)
        assert TOTPDevice.objects.get().user == world.people["desk-kutim"]


class TestACopyOfTheDatabase:
    def test_holds_no_secret_of_an_app(self, desk):
        device = AppDevice.objects.get(user=desk)
        assert len(device.bin_key) == 20
        assert device.bin_key.hex() not in device.key
        assert b32encode(device.bin_key).decode() in device.config_url

    def test_holds_no_recovery_code(self, desk):
        codes = new_recovery_codes(user=desk)
        assert not set(codes) & set(StaticToken.objects.values_list("token", flat=True))

    def test_gives_nothing_to_somebody_else_who_puts_the_row_on_their_name(self, desk, world):
        device = AppDevice.objects.get(user=desk)
        device.user = world.people["camat-sandaran"]
        assert device.bin_key == b""
        assert not device.verify_token("000000")

    def test_goes_on_working_while_the_key_before_is_named(self, desk, settings):
        secret, codes = AppDevice.objects.get(user=desk).bin_key, new_recovery_codes(user=desk)
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "kunci-baru-" * 5
        assert AppDevice.objects.get(user=desk).bin_key == secret
        client = at_the_step(desk)
        assert client.post(STEP, {"code": codes[3]}).status_code == 302
        settings.SECRET_KEY_FALLBACKS = []
        assert AppDevice.objects.get(user=desk).bin_key == b""


class TestOnesOwn:
    @pytest.fixture
    def inside(self, desk):
        client = at_the_step(desk)
        client.post(STEP, {"code": shown_by_app(desk)})
        return client

    def test_somebody_who_need_not_may_have_it(self, world, client):
        camat = with_password(world.people["camat-sandaran"])
        enter(client, "camat-sandaran")
        page = begin_setup(client).content.decode()
        assert "<svg" in page
        assert "otpauth://totp/SIAP%20Pilkada" in page
        assert "style=" not in page
        assert client.post(SETUP, {"code": shown_by_app(camat)}).status_code == 200
        assert is_signed_in(client)
        assert enter(Client(), "camat-sandaran").url == STEP

    def test_the_secret_is_the_same_until_it_is_confirmed_and_never_shown_after(self, world, client, desk):
        client.force_login(with_password(world.people["camat-sandaran"]))
        first = begin_setup(client).context["secret"]
        assert first == client.get(SETUP).context["secret"] != begin_setup(client).context["secret"]
        client.force_login(desk)
        assert "secret" not in client.get(SETUP).context

    @pytest.mark.parametrize("address", [SETUP + "cadangan/", SETUP + "lepas/"])
    def test_new_codes_and_taking_it_off_ask_for_a_code(self, inside, desk, address):
        assert inside.post(address, {"code": "x"}).status_code == 422
        assert TOTPDevice.objects.filter(user=desk).exists()
        assert not StaticToken.objects.exists()

    def test_new_recovery_codes_replace_the_old(self, inside, desk, now):
        old = new_recovery_codes(user=desk)
        shown = {code.replace(" ", "") for code in inside.post(SETUP + "cadangan/", {"code": old[0]}).context["codes"]}
        assert len(shown) == StaticToken.objects.count() == 10
        assert not shown & set(old)

    def test_taking_it_off_ends_the_other_sessions(self, inside, desk, now):
        now.shift(31)
        other = at_the_step(desk)
        other.post(STEP, {"code": shown_by_app(desk)})
        now.shift(31)
        assert inside.post(SETUP + "lepas/", {"code": shown_by_app(desk)}).url == "/akun/"
        assert is_signed_in(inside)
        assert not is_signed_in(other)
        assert not TOTPDevice.objects.exists()

    def test_an_administrator_takes_off_a_lost_phone_and_it_is_logged(self, inside, desk, as_user):
        keeper = as_user("admin")
        keeper.post("/admin/districts/user/", {"action": "remove_factors", "_selected_action": [desk.pk]})
        assert not TOTPDevice.objects.exists()
        assert not is_signed_in(inside)
        assert "Aplikasi kode dilepas" in keeper.get(f"/admin/districts/user/{desk.pk}/history/").content.decode()

    def test_no_page_of_administration_shows_a_secret(self, as_user, desk):
        assert as_user("admin").get("/admin/otp_totp/totpdevice/").status_code == 404


def test_it_costs_no_statement_on_the_pages_of_who_has_it(desk, django_assert_max_num_queries):
    plain, coded = Client(), at_the_step(desk)
    coded.post(STEP, {"code": shown_by_app(desk)})
    plain.force_login(desk)
    plain.get("/wilayah/64.08/kendala/")
    with django_assert_max_num_queries(100) as without:
        plain.get("/wilayah/64.08/kendala/")
    with django_assert_max_num_queries(len(without)):
        coded.get("/wilayah/64.08/kendala/")
