"""Secrets of the second factor as the database keeps them: a copy of it, a backup above all, is not a second factor.

The secret of an app is sealed (AES-GCM) under a key that follows from SECRET_KEY, bound to its person; of a recovery code
only a digest is kept. What was made under an earlier SECRET_KEY opens while that stands in SECRET_KEY_FALLBACKS.
"""

import os
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

#: Begins what is sealed; the library's own keys are hexadecimal and hold no dot.
SEALED = "s1."
NONCE_BYTES = 12  # NIST SP 800-38D, 8.2
SECRET_BYTES = 20  # RFC 4226, section 4
#: What fits the library's column, 16 signs: 80 bits.
DIGEST_BYTES = 10


def new_secret(person_id: int) -> str:
    """A fresh secret for the app of the person, sealed."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, os.urandom(SECRET_BYTES), _whose(person_id))
    return SEALED + urlsafe_b64encode(nonce + sealed).decode()


def opened(person_id: int, kept: str) -> bytes | None:
    """The secret; None when it was sealed for somebody else or under a key that is not known any more."""
    if not kept.startswith(SEALED):
        return bytes.fromhex(kept)
    raw = urlsafe_b64decode(kept.removeprefix(SEALED))
    for secret_key in _secret_keys():
        try:
            return AESGCM(_key(secret_key)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _whose(person_id))
        except InvalidTag:
            continue
    return None


def kept_of_code(person_id: int, code: str) -> list[str]:
    """What may be kept of a recovery code, of today's SECRET_KEY first."""
    return [_digest(person_id, code, secret_key) for secret_key in _secret_keys()]


def _digest(person_id: int, code: str, secret_key: str) -> str:
    mac = salted_hmac("siap.recovery_code", f"{person_id}:{code}", secret=secret_key, algorithm="sha256").digest()
    return b32encode(mac[:DIGEST_BYTES]).decode().lower()


def _secret_keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _key(secret_key: str) -> bytes:
    return salted_hmac("siap.factor_key", "", secret=secret_key, algorithm="sha256").digest()


def _whose(person_id: int) -> bytes:
    return str(person_id).encode()
