"""For tests of signing in: a password, a sign-in from an address, and the code an authenticator app would show."""

import time

from django.test import Client
from django_otp.oath import TOTP

from districts.door.factor_keys import new_secret
from districts.models import AppDevice
from tests.conftest import PASSWORD

CARRIER = "203.0.113.9"  # one address that many camat share


def with_password(user, **changes):
    user.set_password(PASSWORD)
    for name, value in changes.items():
        setattr(user, name, value)
    user.save()
    return user


def enter(client, username, password=PASSWORD, *, address=CARRIER, **more):
    """The sign-in form, sent."""
    return client.post("/masuk/", {"username": username, "password": password, **more}, REMOTE_ADDR=address)


def shown_by_app(user, *, steps=0):
    """What the app shows now, or `steps` half minutes later."""
    device = AppDevice.objects.get(user=user)
    generator = TOTP(device.bin_key)
    generator.time = time.time() + 30 * steps
    return f"{generator.token():06d}"


def with_app(user):
    """The person with a confirmed app."""
    AppDevice.objects.create(user=user, name="uji", key=new_secret(user.pk))
    return user


def begin_setup(client, password=PASSWORD):
    """The password once more, and the page with the secret."""
    client.post("/akun/kode/sandi/", {"password": password})
    return client.get("/akun/kode/")


def is_signed_in(client):
    return client.get("/akun/").status_code == 200


def signed_in_twice(user):
    """Two devices of one person."""
    clients = Client(), Client()
    for client in clients:
        enter(client, user.username, device="phone")
    return clients
