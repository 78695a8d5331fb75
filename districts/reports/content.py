"""What one report says, clean and typed, however it came: from the form, by SMS, from an offline queue or dictated."""

import hashlib
import json
import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

#: Letters and figures that cannot be mistaken for each other in handwriting or over a phone: no 0/O, 1/I/L, U/V.
RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
RECEIPT_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A kendala told in a report; becomes an issue. `key` makes telling it twice harmless."""

    key: uuid.UUID
    category: str
    title: str
    level: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """A security event told in a report; becomes an issue. `occurred_at` is an instant."""

    key: uuid.UUID
    title: str
    level: int
    occurred_at: datetime
    place: str = ""
    detail: str = ""
    action_taken: str = ""
    needs_help: bool = False


@dataclass(frozen=True, slots=True)
class ReportContent:
    """The answers. `figures` maps the names of `reports.fields.FIELDS` to clean values, None where not answered.

    `resolved` are the issues the kecamatan says are over, by primary key.
    """

    figures: dict[str, Any]
    fall_reason: str = ""
    unchanged: bool = False
    obstacles: tuple[Obstacle, ...] = ()
    events: tuple[SecurityEvent, ...] = ()
    resolved: tuple[int, ...] = field(default=())

    def digest(self) -> str:
        """SHA-256 of everything said, to tell a repeat from a change."""
        canonical = json.dumps(asdict(self), cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def receipt_of(client_key: uuid.UUID, attempt: int = 0) -> str:
    """`7F3A-K9QX`: the receipt code of a client key, the same for every repeat. `attempt` avoids a code in use."""
    digest = hashlib.sha256(client_key.bytes + bytes([attempt])).digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _place in range(RECEIPT_LENGTH):
        number, index = divmod(number, len(RECEIPT_ALPHABET))
        letters.append(RECEIPT_ALPHABET[index])
    code = "".join(letters)
    return f"{code[:4]}-{code[4:]}"
