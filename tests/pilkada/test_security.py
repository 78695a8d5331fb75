"""The door and the walls: sign-in, sessions, headers, and secrets that come from outside or not at all."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.conftest import PASSWORD

WRONG = "bukan-sandinya-sama-sekali"
KEY = "kq8Zp0-3fVh7Yw2LxTn5Rb1Gd9Sj4Mc6Ue_AoIiPvNzXtEyWqKr"


@pytest.fixture
def camat(world):
    """Somebody with a password; the rest of the cast has none."""
    person = world.people["camat-sandaran"]
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(client, password=PASSWORD, **more):
    return client.post(reverse("login"), {"username": "camat-sandaran", "password": password, **more})


class TestSignIn:
    def test_the_right_password_opens_the_door_and_the_session_gets_a_new_key(self, client, camat):
        session = client.session
        session["visited"] = "as a stranger"
        session.save()
        before = session.session_key
        assert sign_in(client).status_code == 302
        assert client.session.session_key != before
        assert client.session["_auth_user_id"] == str(camat.pk)

    def test_the_wrong_password_is_a_sentence_and_does_not_say_who_exists(self, client, camat):
        wrong = sign_in(client, WRONG)
        unknown = client.post(reverse("login"), {"username": "tidak-ada", "password": WRONG})
        assert (wrong.status_code, unknown.status_code) == (422, 422)
        assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()
        assert wrong.context["form"].non_field_errors()[0].startswith("Nama pengguna atau sandi keliru.")
        assert "_auth_user_id" not in client.session

    def test_passwords_are_kept_as_argon2_alone(self, camat):
        assert camat.password.startswith("argon2$argon2id$")
        assert len(settings.PASSWORD_HASHERS) == 1

    def test_who_was_switched_off_cannot_come_in(self, client, camat):
        camat.is_active = False
        camat.save()
        assert sign_in(client).status_code == 422

    def test_who_is_switched_off_is_out_at_the_next_page(self, client, camat):
        sign_in(client)
        camat.is_active = False
        camat.save()
        assert client.get(reverse("password_change")).url.startswith(reverse("login"))

    def test_one_comes_back_to_the_page_one_wanted_but_to_no_other_site(self, client, camat):
        page = "/kecamatan/64.08.11/"
        assert sign_in(client, next=page).url == page
        client.logout()
        assert sign_in(client, next="https://contoh.example/").url == reverse("home")

    def test_the_sign_in_page_never_leads_to_itself(self, client, camat):
        sign_in(client)
        assert client.get(reverse("login"), {"next": reverse("login")}).url == reverse("home")
        assert client.get(reverse("login"), {"next": reverse("login") + "?next=/"}).url == reverse("home")

    def test_a_form_without_its_token_is_refused(self, camat):
        assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


class TestSignOut:
    def test_ends_the_session_in_the_database(self, client, camat):
        sign_in(client)
        key = client.session.session_key
        assert client.post(reverse("logout")).url == reverse("login")
        assert not client.session.exists(key)

    def test_makes_the_browser_forget_the_pages_it_kept(self, client, camat):
        sign_in(client)
        assert client.post(reverse("logout")).headers["Clear-Site-Data"] == '"cache"'

    def test_leaves_no_copies_of_pages_with_htmx(self, as_user):
        assert '"historyCacheSize": 0' in as_user("admin").get("/wilayah/64.08/").content.decode()

    def test_is_a_button_and_not_a_link_somebody_else_can_plant(self, client, camat):
        sign_in(client)
        assert client.get(reverse("logout")).status_code == 405
        assert client.session["_auth_user_id"] == str(camat.pk)


class TestPasswordChange:
    new = "perahu-ketinting-sungai"

    def change(self, client, old=PASSWORD, new=new):
        values = {"old_password": old, "new_password1": new, "new_password2": new}
        return client.post(reverse("password_change"), values)

    def test_keeps_this_session_and_ends_the_others(self, client, camat):
        other = Client()
        sign_in(client)
        sign_in(other)
        before = client.session.session_key
        assert self.change(client).status_code == 302
        assert client.session.session_key != before
        assert client.get(reverse("password_change")).status_code == 200
        assert other.get(reverse("password_change")).status_code == 302
        assert sign_in(Client(), self.new).status_code == 302

    @pytest.mark.parametrize("new", ["pendek", "1234567890", "password123", "camat-sandaran"])
    def test_a_password_that_is_easy_to_guess_is_refused_with_sentences(self, client, camat, new):
        sign_in(client)
        response = self.change(client, new=new)
        assert response.status_code == 422
        assert response.context["form"].errors["new_password2"]

    def test_needs_the_old_one(self, client, camat):
        sign_in(client)
        assert self.change(client, old=WRONG).status_code == 422


HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
#: an open page, a page behind the door, a refusal, a page that is not there, the administration, a redirect
PAGES = {"/masuk/": 200, "/sandi/": 200, "/keluar/": 405, "/tidak-ada/": 404, "/admin/": 200, "/admin/login/": 302}


class TestHeaders:
    @pytest.mark.parametrize("url", PAGES)
    def test_every_answer_carries_them(self, as_user, client, url):
        response = client.get(url) if url == "/masuk/" else as_user("admin").get(url)
        assert response.status_code == PAGES[url]
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
        assert "camera=(self)" in response.headers["Permissions-Policy"]
        assert "HX-Request" in response.headers["Vary"]
        policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
        assert policy == POLICY

    @pytest.mark.parametrize("url", [*PAGES, "/kecamatan/64.08.11/", "/wilayah/64.08/"])
    def test_no_page_is_kept_by_anybody_but_the_readers_own_browser(self, as_user, url):
        kept = as_user("admin").get(url).headers["Cache-Control"]
        assert "private" in kept
        assert "no-cache" in kept

    @pytest.mark.parametrize("url", ["/cari/?q=%00", "/masuk/"])
    def test_a_refusal_at_the_door_carries_the_policy_too(self, client, camat, url):
        response = client.get(url) if "?" in url else client.post(url, {"username": "x" * 3_000_000})
        assert response.status_code == 400
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]

    def test_cookies_are_out_of_reach_of_scripts_and_other_sites(self, client, camat):
        cookie = sign_in(client).cookies[settings.SESSION_COOKIE_NAME]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert 0 < cookie["max-age"] <= 7 * 24 * 3600


def run(code, **environment):
    """Run a piece of code in a process with nothing in its environment but this."""
    names = ("PATH", "HOME", "LANG")
    clean = {name: os.environ[name] for name in names if name in os.environ} | {"PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, *code],
        env={**clean, "DJANGO_SETTINGS_MODULE": "pilkada.settings", **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
    )


SERVED = {"DATABASE_URL": "postgres://localhost/siap", "REDIS_URL": "redis://localhost/0", "SECRET_KEY": KEY}
PRODUCTION = SERVED | {
    "ALLOWED_HOSTS": "siap.example",
    "BEHIND_PROXY": "1",
    "NEUTRALITY_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "EMAIL_URL": "smtp://mail.example:25",
    "SITE_URL": "https://siap.example",
}
ASK = """
import django
django.setup()
from django.conf import settings
from django.test import Client
for secure in (False, True):
    answer = Client(headers={"host": "siap.example"}).get("/sandi/", secure=secure)
    print(answer.status_code, answer.url, answer.headers.get("Strict-Transport-Security"))
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)
"""


class TestSecretsAndProduction:
    @pytest.mark.parametrize("missing", SERVED)
    def test_without_its_secrets_it_does_not_start_and_says_which(self, missing):
        environment = {name: value for name, value in SERVED.items() if name != missing}
        outcome = run(["-c", "import django; django.setup()"], **environment)
        assert outcome.returncode != 0
        assert "ImproperlyConfigured" in outcome.stderr
        assert missing in outcome.stderr.splitlines()[-1]

    def test_no_secret_is_written_in_the_settings(self):
        source = (settings.BASE_DIR / "pilkada" / "settings.py").read_text()
        assert "insecure" not in source
        assert settings.SECRET_KEY not in source

    def test_a_production_has_nothing_left_to_warn_about(self):
        outcome = run(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], **PRODUCTION)
        assert outcome.returncode == 0, outcome.stderr

    def test_a_production_speaks_tls_alone_and_says_so_for_a_year(self):
        outcome = run(["-W", "ignore", "-c", ASK], **PRODUCTION)
        assert outcome.stdout.splitlines() == [
            "301 https://siap.example/sandi/ None",
            "302 /masuk/?next=/sandi/ max-age=31536000; includeSubDomains; preload",
            "True True",
        ]

    def test_pages_of_errors_tell_strangers_nothing(self):
        outcome = run(["-c", "from pilkada import settings; print(settings.DEBUG)"], **PRODUCTION)
        assert outcome.stdout.strip() == "False"


@pytest.mark.parametrize("address", ["/masuk/", "/tidak-ada/", "/sandi/"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_form_in_another_encoding_is_read_as_utf_8_and_never_breaks_the_server(camat, address, signed_in):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if signed_in:
        client.force_login(camat)
    client.cookies[settings.CSRF_COOKIE_NAME] = "k" * 32
    kind = "application/x-www-form-urlencoded; charset=utf-16"
    response = client.generic("POST", address, b"\xff\xfeusername=\xed\xa0\x80", kind)
    assert response.status_code in (403, 404)
