"""What a person typed, kept exactly: names to lists of strings, as a browser sends them.

Drafts, the session of a person who was signed out, and the form itself all speak this shape.
"""

import re
import uuid
from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from districts.models import Report
from districts.reports.fields import BY_NAME, FIELDS, Carry, Kind, critical_three

Typed = dict[str, list[str]]

NONE_TICK = "-"  # "Tidak ada" of a list of villages
OBSTACLE_PARTS = ("key", "category", "title", "level", "detail")
EVENT_PARTS = ("key", "title", "level", "occurred_at", "village", "place", "detail", "action_taken", "needs_help")
EXTRA_NAMES = ("fall_reason", "resolved", "channel", "on_behalf_of", "unchanged", "client_key", "base_revision")
#: What a form can hold: more of it is not from our form.
MAX_VALUES, MAX_LENGTH, MAX_ROWS = 500, 2000, 40
_ROW = re.compile(r"(kendala|kejadian)-(\d{1,2})-([a-z_]+)")
_PARTS = {"kendala": OBSTACLE_PARTS, "kejadian": EVENT_PARTS}


def typed_from(post: QueryDict) -> Typed:
    """What of a POST belongs to the form, unchanged but for NUL characters, which no text has and Postgres refuses."""
    return {
        name: [value.replace("\0", "")[:MAX_LENGTH] for value in values[:MAX_VALUES]]
        for name, values in post.lists()
        if _belongs(name)
    }


def keyed(typed: Typed) -> Typed:
    """With a client key, and a key for every filled row that has none: the same for the same POST sent again."""
    key = key_of(typed)
    rows = {prefix for kind in _PARTS for prefix in _filled_rows(typed, kind)}
    missing = {f"{row}-key": [str(uuid.uuid5(key, row))] for row in rows if not _is_key(typed.get(f"{row}-key"))}
    return typed | {"client_key": [str(key)]} | missing


def _is_key(values: list[str] | None) -> bool:
    try:
        return bool(values and uuid.UUID(values[-1]))
    except ValueError:
        return False


def _filled_rows(typed: Typed, kind: str) -> list[str]:
    """Prefixes of the sub-forms of `kind` into which something was typed, in order."""
    rows = (_ROW.fullmatch(name) for name, values in typed.items() if any(values))
    numbers = {int(row[2]) for row in rows if row and row[1] == kind and row[3] != "key"}
    return [f"{kind}-{number}" for number in sorted(numbers)]


def _belongs(name: str) -> bool:
    if name in BY_NAME or name in EXTRA_NAMES:
        return True
    row = _ROW.fullmatch(name)
    return bool(row and int(row[2]) < MAX_ROWS and row[3] in _PARTS[row[1]])


def as_query(typed: Typed) -> QueryDict:
    """The shape forms read."""
    query = QueryDict(mutable=True)
    for name, values in typed.items():
        query.setlist(name, values)
    return query


def is_short(typed: Typed) -> bool:
    """Whether it was typed into the short form of "tidak ada perubahan"."""
    return any(typed.get("unchanged", []))


def merged(before: Typed, now: Typed) -> Typed:
    """What is kept when `now` was typed over `before`: the short form does not wipe out what only the long one shows."""
    if not is_short(now):
        return now
    shown = {name for name in before if name in now or _ROW.fullmatch(name) or name in ("resolved", "fall_reason")}
    return {name: values for name, values in before.items() if name not in shown} | now


def rows_of(typed: Typed, kind: str, blanks: int) -> list[str]:
    """Prefixes of the sub-forms of `kind` to show: those typed and some blank ones, always one more than was filled."""
    filled = _filled_rows(typed, kind)
    free = [row for row in (f"{kind}-{number}" for number in range(MAX_ROWS)) if row not in filled]
    return [*filled, *free[: max(blanks - len(filled), 1)]]


def typed_from_report(report: Report, carries: Iterable[Carry] = tuple(Carry)) -> Typed:
    """The answers of a report as if typed, of fields that carry over in one of these ways."""
    wanted = set(carries)
    typed = {
        field.name: _as_typed(field.name, getattr(report, field.name)) for field in FIELDS if field.carry in wanted
    }
    return {name: values for name, values in typed.items() if values}


def _as_typed(name: str, value: Any) -> list[str]:
    field = BY_NAME[name]
    if field.kind is Kind.VILLAGES and not value and field.due_from is not None:
        return [NONE_TICK]
    if isinstance(value, list):
        return list(value)
    if isinstance(value, bool) and field.due_from is None:
        return ["1"] if value else []  # a tick box
    if isinstance(value, bool):
        return ["1" if value else "0"]
    if value is None or value == "":
        return []
    return [value.isoformat() if field.kind is Kind.DATE else str(value).replace(".", ",")]


def copied_figures(previous: Report) -> dict[str, Any]:
    """Figures of "tidak ada perubahan": what lasts is copied, what is counted anew each week is 0, the rest is open."""
    copied = {field.name: getattr(previous, field.name) for field in FIELDS if field.carry is Carry.STANDING}
    return copied | {field.name: 0 for field in FIELDS if field.carry is Carry.WEEKLY}


def asked_when_unchanged(previous: Report, h_minus: int) -> list[str]:
    """Names "tidak ada perubahan" still asks for: the state, the three critical numbers, and what has become due."""
    asked = {"general_condition", "has_obstacle", "summary", *critical_three(h_minus)}
    copied = copied_figures(previous)
    asked |= {field.name for field in FIELDS if field.is_due(h_minus) and _open(copied.get(field.name), field.kind)}
    return [field.name for field in FIELDS if field.name in asked]


def _open(value: Any, kind: Kind) -> bool:
    return value is None or value == "" or (kind is Kind.CODES and value == [])


def key_of(typed: Typed) -> uuid.UUID:
    """The client key that was typed along; a new one when it is missing or no key."""
    try:
        return uuid.UUID(typed.get("client_key", [""])[-1])
    except (ValueError, IndexError):
        return uuid.uuid4()


def base_of(typed: Typed) -> int:
    """The revision the form was opened on; 0 when it is missing or no number."""
    digits = "".join(typed.get("base_revision", [])[-1:])
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 5 else 0


def rebased(typed: Typed, revision: int, *, new_key: bool) -> Typed:
    """The same typed on top of `revision`, under a new key where the old one was used up."""
    key = uuid.uuid4() if new_key else key_of(typed)
    return typed | {"base_revision": [str(revision)], "client_key": [str(key)]}
