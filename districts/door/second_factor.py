"""The second factor: codes of an authenticator app (RFC 6238) and recovery codes on paper, kept and checked by django-otp.

A code works once: the library remembers the time step of the last one and deletes a recovery code that was used. What the
database keeps of either opens nothing by itself: see `door.factor_keys`.
"""

import logging
import math
from base64 import b32encode

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp import DEVICE_ID_SESSION_KEY, verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from districts.access import scope_of
from districts.door.factor_keys import kept_of_code, new_secret
from districts.models import AppDevice, User

log = logging.getLogger(__name__)

#: [P] Codes on one sheet of paper, as GitHub and Google give them.
RECOVERY_CODES = 10
#: Digits of a code of the app (RFC 4226); a recovery code has eight letters and digits.
APP_DIGITS = 6
MINUTE = 60


class FactorRefused(Exception):
    """The code was not taken; carries the sentence."""


def needs_second_factor(user: User) -> bool:
    """Staff and who holds a role an administrator named; never an account of the demo, whose password is printed."""
    if user.is_demo:
        return False
    return user.is_staff or user.is_superuser or scope_of(user).needs_second_factor


def has_second_factor(user: User) -> bool:
    """Whether a confirmed app is there. One statement."""
    return AppDevice.objects.filter(user=user, confirmed=True).exists()


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened by a password alone, where that is not enough.

    Costs nothing beside the scope, which every page reads: a device that is removed ends the sessions it opened.
    """
    user = request.user
    if isinstance(user, AnonymousUser) or not user.is_authenticated:
        return False
    return DEVICE_ID_SESSION_KEY not in request.session and needs_second_factor(user)


def begin_setup(user: User) -> AppDevice:
    """The app that waits for its first code: the same secret until then, so that a page opened twice shows no other."""
    device, _made = AppDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": "Aplikasi kode", "key": new_secret(user.pk)}
    )
    return device


def begin_anew(user: User) -> None:
    """Forgets a secret that waits: whoever saw it before the password was typed now does not know the one to come."""
    AppDevice.objects.filter(user=user, confirmed=False).delete()


def secret_of(device: AppDevice) -> str:
    """The secret as apps take it typed: base32 in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@transaction.atomic
def confirm_setup(*, user: User, code: str) -> tuple[AppDevice, list[str]]:
    """The app showed the right code: it counts from now on. Returns it with the recovery codes.

    Raises FactorRefused, which also takes back the library's count of wrong codes: the secret is on the person's screen.
    """
    User.objects.select_for_update().get(pk=user.pk)  # two windows at once: the second finds it done
    if has_second_factor(user):
        raise FactorRefused(_("Kode kedua sudah terpasang. Muat ulang halaman ini."))
    device = begin_setup(user)
    if not _taken(device, _plain(code)):
        raise FactorRefused(
            _("Kode itu tidak cocok. Tulis enam angka yang tampil sekarang, dan periksa jam HP: setel otomatis.")
        )
    device.confirmed = True
    device.save()
    log.info("second factor set up: user=%s", user.pk)
    return device, new_recovery_codes(user=user)


def _taken(device: AppDevice, code: str) -> bool:
    return code.isdigit() and len(code) == APP_DIGITS and bool(device.verify_token(code))


def check_code(*, user: User, code: str) -> Device:
    """The device whose code this is, used up by it. Raises FactorRefused, which says how long to wait."""
    plain = _plain(code)
    kind = AppDevice if plain.isdigit() and len(plain) == APP_DIGITS else StaticDevice
    device = kind.objects.filter(user=user, confirmed=True).first()
    if device is None:
        raise FactorRefused(_wrong())
    allowed, why = device.verify_is_allowed()
    if not allowed:
        raise FactorRefused(_wait(math.ceil((why["locked_until"] - timezone.now()).total_seconds())))
    found = verify_token(user, device.persistent_id, plain if kind is AppDevice else _kept(user, plain))
    if found is None:
        raise FactorRefused(_wrong())
    if kind is StaticDevice:
        log.info("recovery code used: user=%s", user.pk)
    return found


def recovery_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def new_recovery_codes(*, user: User) -> list[str]:
    """Ten new ones; those before stop working. They are shown once."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="Kode cadangan")
    codes: set[str] = set()
    while len(codes) < RECOVERY_CODES:
        codes.add(StaticToken.random_token())
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=kept_of_code(user.pk, code)[0]) for code in sorted(codes)
    )
    return sorted(codes)


def _kept(user: User, code: str) -> str:
    """What the database has of a recovery code, where it has it; else what it would have."""
    asked = kept_of_code(user.pk, code)
    found = StaticToken.objects.filter(device__user=user, token__in=asked).values_list("token", flat=True).first()
    return found or asked[0]


@transaction.atomic
def remove_second_factor(*, user: User, by: User) -> None:
    """For a lost phone, or another one. Whoever must have it is led to set it up when they sign in next."""
    AppDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    log.info("second factor removed: user=%s by=%s", user.pk, by.pk)


def _plain(code: str) -> str:
    """As people type it: in groups, with dashes, in capitals."""
    return "".join(letter for letter in code if letter.isalnum()).lower()


def _wrong() -> str:
    return _(
        "Kode itu tidak cocok atau sudah dipakai. Tulis enam angka yang tampil sekarang di aplikasi, atau satu kode cadangan."
    )


def _wait(seconds: int) -> str:
    if seconds < MINUTE:
        return ngettext(
            "Terlalu banyak kode keliru. Tunggu %(count)d detik, lalu coba lagi.",
            "Terlalu banyak kode keliru. Tunggu %(count)d detik, lalu coba lagi.",
            max(1, seconds),
        ) % {"count": max(1, seconds)}
    minutes = math.ceil(seconds / MINUTE)
    return ngettext(
        "Terlalu banyak kode keliru. Tunggu %(count)d menit, lalu coba lagi.",
        "Terlalu banyak kode keliru. Tunggu %(count)d menit, lalu coba lagi.",
        minutes,
    ) % {"count": minutes}
