"""Sealing of what names people: encrypted with keys that are not in the database, the newest first (DOMAIN 4.5).

`NEUTRALITY_KEYS` holds them (`python manage.py new_neutrality_key` makes one). A value sealed under an old key opens as
long as that key is in the list; `rotate_neutrality_keys` seals all anew.
"""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _


class Sealed(Exception):
    """The value cannot be opened: its key is missing. Carries the sentence to show; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Data ini tersegel dan kuncinya tidak ada di server ini. Hubungi pengelola server; datanya tetap tersimpan."
            )
        )


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:  # what was set is no key
        raise Sealed from error


def seal(text: str) -> bytes:
    """The text under the newest key; empty text stays empty."""
    if not text:
        return b""
    if not settings.NEUTRALITY_KEYS:
        raise Sealed
    return _box(tuple(settings.NEUTRALITY_KEYS)).encrypt(text.encode())


def unseal(token: bytes | memoryview) -> str:
    """The text. Sealed when no key opens it."""
    if not token:
        return ""
    if not settings.NEUTRALITY_KEYS:
        raise Sealed
    try:
        return _box(tuple(settings.NEUTRALITY_KEYS)).decrypt(bytes(token)).decode()
    except InvalidToken as error:
        raise Sealed from error


def reseal(token: bytes | memoryview) -> bytes:
    """The same text under the newest key. Sealed when no key opens it."""
    if not token:
        return b""
    if not settings.NEUTRALITY_KEYS:
        raise Sealed
    try:
        return _box(tuple(settings.NEUTRALITY_KEYS)).rotate(bytes(token))
    except InvalidToken as error:
        raise Sealed from error


class SealedField(models.BinaryField):
    """Text that only `unseal` reads. The model attribute is the sealed token: nothing opens it by accident, and a
    template, a log or an error report that prints it shows no name.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", b"")
        kwargs.setdefault("blank", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)
