"""One-time codes on paper: how they are made, written and found again.

The database keeps no code, only its digest. A code follows from the row's id and SECRET_KEY, so the slip of an account can
be printed again until the code is used, while a copy of the database alone opens no account. After a change of SECRET_KEY
codes that wait no longer work and are issued anew.
"""

from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from districts.models import SignInCode

#: Base 32 without I, L, O and U (Crockford), so that no sign is taken for another on damp paper.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans("OIL", "011")
#: [P] Twelve signs are 60 bits: with 8,000 codes waiting, 10^14 tries find one. They are written in groups of four.
LENGTH, GROUP = 12, 4
_BITS = 5


def code_of(row: "SignInCode") -> str:
    """The code of a row, `LENGTH` signs; "" when the row was made under another SECRET_KEY."""
    number = int.from_bytes(_mac("code", str(row.pk)), "big")
    code = "".join(ALPHABET[number >> _BITS * place & len(ALPHABET) - 1] for place in range(LENGTH))
    return code if not row.digest or digest_of(code) == row.digest else ""


def digest_of(code: str) -> str:
    """What is kept of a code, 64 hexadecimal digits."""
    return _mac("digest", code).hex()


def typed(text: str) -> str:
    """The code somebody typed: any case, with or without spaces and dashes, O for 0; "" for what is none."""
    signs = "".join(sign for sign in text.upper() if sign not in " -\u2013\u2014.").translate(_MEANT)
    return signs if len(signs) == LENGTH and set(signs) <= set(ALPHABET) else ""


def grouped(code: str) -> str:
    """`K7QM-4T2P-9XWD`."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _mac(use: str, text: str) -> bytes:
    return salted_hmac(f"siap.sign_in_code.{use}", text, algorithm="sha256").digest()
