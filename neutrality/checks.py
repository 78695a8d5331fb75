"""System checks of the keys that seal what names people."""

from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

HINT = "Buat dengan: python manage.py new_neutrality_key, lalu isi NEUTRALITY_KEYS (yang terbaru di depan)."


@register(Tags.security)
def check_keys(**_kwargs: Any) -> list[CheckMessage]:
    """neutrality.E001: no key in production; neutrality.W001: none on a laptop; neutrality.E002: not a key."""
    if not settings.NEUTRALITY_KEYS:
        kind, code = (Warning, "neutrality.W001") if settings.LOCAL else (Error, "neutrality.E001")
        return [kind("NEUTRALITY_KEYS kosong: kasus netralitas tidak dapat dicatat atau dibaca.", hint=HINT, id=code)]
    return [
        Error(f"NEUTRALITY_KEYS: kunci ke-{place} bukan kunci yang sah.", hint=HINT, id="neutrality.E002")
        for place, key in enumerate(settings.NEUTRALITY_KEYS, 1)
        if not _is_key(key)
    ]


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:  # also what base64 raises
        return False
    return True
