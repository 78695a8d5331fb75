"""Signing in: how long a device stays signed in, and the session it gets."""

from datetime import datetime, timedelta
from typing import cast

from django.contrib.auth import login
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import User

#: Who checks the password (`AUTHENTICATION_BACKENDS` has a second one, which only counts failures).
BACKEND = "django.contrib.auth.backends.ModelBackend"
#: Key of the session under which the choice is kept.
DEVICE = "device"


class Device(models.TextChoices):
    """What a person signs in on. It decides for how long (issue 5)."""

    PHONE = "phone", _("HP saya sendiri: tetap masuk seminggu")
    SHARED = "shared", _("Perangkat bersama: keluar sendiri setelah satu jam")


#: From the moment of signing in, whatever the person does meanwhile: a page can then say until when.
SIGNED_IN_FOR = {Device.PHONE: timedelta(days=7), Device.SHARED: timedelta(hours=1)}


def sign_in(request: HttpRequest, user: User, *, device: Device) -> None:
    """Signs the person in on this device, for as long as the device allows, under a new session key.

    Whoever calls it has checked who it is. Who must have a second factor is led there by the next page they open.
    """
    login(request, user, backend=BACKEND)
    request.session[DEVICE] = device.value
    request.session.set_expiry(timezone.now() + SIGNED_IN_FOR[device])


def signed_in_until(request: HttpRequest) -> datetime:
    """When this session ends by itself."""
    return cast(datetime, request.session.get_expiry_date())
