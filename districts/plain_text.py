"""Free text people type: one line of ordinary characters, and no NIK or NIP however it is written (DOMAIN 4.5, 7.2).

The table's own CHECK (`reports.fields.no_personal_number`) stands behind every column; it reads ASCII digits only, so
every form for people reads through `PlainTextField` first.
"""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from districts.reports.fields import PERSONAL_NUMBER, PERSONAL_NUMBER_SENTENCE

_PERSONAL = re.compile(PERSONAL_NUMBER)
#: Groups of four digits and more with one and the same sign between them: 6408/1120/0190/0001. Dates and telephone
#: numbers do not look like it.
_GROUPED = re.compile(r"(?<!\d)\d{4,8}(?P<sign>[^0-9A-Za-z]{1,3})\d{4,6}(?:(?P=sign)\d{4,6}){1,2}(?!\d)")
_PERSONAL_DIGITS = (16, 18)  # of a NIK, of a NIP


def plain(text: str) -> str:
    """One line of ordinary characters.

    Full-width and other scripts' digits become 0-9 and invisible characters go, so neither hides a NIK.
    """
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        str(unicodedata.decimal(sign)) if unicodedata.category(sign) == "Nd" else sign
        for sign in text
        if unicodedata.category(sign) != "Cf"
    )
    text = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Zs") else sign for sign in text)
    return " ".join(text.split())


def holds_personal_number(text: str) -> bool:
    """Whether plain `text` holds a NIK or NIP, also with dashes of any length or marks on its digits."""
    signs = (sign for sign in text if unicodedata.category(sign) != "Mn")
    bare = "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in signs)
    grouped = (sum(map(str.isdigit, found[0])) for found in _GROUPED.finditer(bare))
    return bool(_PERSONAL.search(bare)) or any(digits in _PERSONAL_DIGITS for digits in grouped)


class PlainTextField(forms.CharField):
    """A line of text without NIK or NIP."""

    def to_python(self, value: Any) -> str:
        return plain(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if holds_personal_number(value):
            raise ValidationError(str(PERSONAL_NUMBER_SENTENCE))
