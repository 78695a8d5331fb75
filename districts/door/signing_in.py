"""Signing in: for how long a device stays signed in, who waits for a code before they are, and the end of all sessions."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    login,
    update_session_auth_hash,
)
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp import login as remember_factor
from django_otp.models import Device as Factor

from districts.models import User
from districts.requests import Request

log = logging.getLogger(__name__)

#: Who checks the password; the backend before it only counts failures.
BACKEND = "django.contrib.auth.backends.ModelBackend"
#: Keys of the session: what was chosen, and who waits for a code.
DEVICE, WAITING = "device", "waiting"
#: Until when the password was typed recently enough to set up a second factor.
SURE = "sure_until"
#: [P] How long the password holds good while a person looks for the app or sets it up.
WAITING_FOR = timedelta(minutes=15)


class Device(models.TextChoices):
    """What a person signs in on. It decides for how long (issue 5)."""

    PHONE = "phone", _("HP saya sendiri")
    SHARED = "shared", _("Perangkat bersama")


#: From the moment of signing in, whatever the person does meanwhile: a page can then say until when.
SIGNED_IN_FOR = {Device.PHONE: timedelta(days=7), Device.SHARED: timedelta(hours=1)}


def sign_in(request: HttpRequest, user: User, *, device: Device, factor: Factor | None = None) -> None:
    """Signs the person in on this device, for as long as the device allows, under a new session key.

    Whoever calls it has checked who it is. Without `factor` (what took the code) somebody who must have a second factor is led
    to it by the next page they open (`pilkada.doorkeeper.SecondFactorMiddleware`).
    """
    for key in (WAITING, SURE, DEVICE_ID_SESSION_KEY):
        request.session.pop(key, None)
    login(request, user, backend=BACKEND)
    if factor is not None:
        remember_factor(request, factor)
    request.session[DEVICE] = device.value
    request.session.set_expiry(timezone.now() + SIGNED_IN_FOR[device])


def device_of(request: HttpRequest) -> Device:
    """What was chosen in this session; the careful one when nothing was."""
    return Device(request.session.get(DEVICE, Device.SHARED))


def signed_in_until(request: HttpRequest) -> datetime:
    """When this session ends by itself."""
    until: datetime = request.session.get_expiry_date()
    return until


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose password was right and who is not signed in yet. `next_url` is a page of ours, or empty."""

    user: User
    device: Device
    next_url: str


def keep_waiting(request: HttpRequest, who: Waiting) -> None:
    """In the session, under a key that opens no page; nobody is signed in there any more, and its key is a new one."""
    if request.user.is_authenticated and request.user.pk != who.user.pk:
        request.session.flush()  # somebody else's: nothing of theirs is left to this person
    for key in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY, DEVICE_ID_SESSION_KEY):
        request.session.pop(key, None)
    request.session.cycle_key()
    request.user = AnonymousUser()
    request.session[WAITING] = {
        "user": who.user.pk,
        "carried": who.user.get_session_auth_hash(),
        "device": who.device.value,
        "next": who.next_url,
        "until": (timezone.now() + WAITING_FOR).isoformat(),
    }


def waiting(request: HttpRequest) -> Waiting | None:
    """Who waits; None when nobody does, it took too long, or the password was changed meanwhile. One statement."""
    kept = request.session.get(WAITING)
    if not kept or datetime.fromisoformat(kept["until"]) <= timezone.now():
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or not constant_time_compare(kept["carried"], user.get_session_auth_hash()):
        return None
    return Waiting(user, Device(kept["device"]), kept["next"])


def take_back(request: HttpRequest, next_url: str) -> None:
    """Somebody is signed in by a password alone and that is no longer enough: from signed in to waiting.

    What else the session keeps, a report that was typed above all, stays.
    """
    user = request.user
    if isinstance(user, AnonymousUser):
        return
    keep_waiting(request, Waiting(user, device_of(request), next_url))


def be_sure(request: HttpRequest) -> None:
    """The password was right a moment ago."""
    request.session[SURE] = (timezone.now() + WAITING_FOR).isoformat()


def is_sure(request: HttpRequest) -> bool:
    """Whether it was, within `WAITING_FOR`: a screen left open is not enough to set up a second factor on it."""
    until = str(request.session.get(SURE, ""))
    return bool(until) and timezone.now() < datetime.fromisoformat(until)


def end_sessions(*, user: User, by: User) -> None:
    """Every session of the person ends with its next page, this one too. One statement, however many there are."""
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    log.info("sessions ended: user=%s by=%s", user.pk, by.pk)


def end_other_sessions(request: Request) -> None:
    """The same without the one that asks, which no longer counts as opened by a code."""
    end_sessions(user=request.user, by=request.user)
    request.user.refresh_from_db(fields=["session_generation"])
    request.session.pop(DEVICE_ID_SESSION_KEY, None)
    update_session_auth_hash(request, request.user)
