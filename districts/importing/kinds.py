"""What a kind of file says about itself, and which kinds there are. The contract is in the package's docstring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.backends.utils import CursorWrapper
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from districts.loading.shapes import Shape
from districts.loading.staging import Rule, Staged
from districts.models import ImportFile

if TYPE_CHECKING:
    from districts.models import User


class ImportRefused(Exception):
    """Nothing was written; carries the sentence to show."""


@dataclass(frozen=True, slots=True)
class Counted:
    """`amount` of `what` in `unit`, brought by `lines` lines of the file."""

    what: str
    amount: int
    unit: str
    lines: int


@dataclass(frozen=True, slots=True)
class Change:
    """One value that becomes another, in words; "" is not known."""

    where: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Brought:
    """What the lines brought: totals; some of the changes one by one (`changes_in_all` of them there are), and some of
    what they took away, by name.
    """

    counted: Sequence[Counted]
    changes: Sequence[Change] = ()
    changes_in_all: int = 0
    notes: Sequence[str] = ()
    gone: Sequence[str] = ()
    gone_in_all: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file of `lines` lines brings."""

    lines: int
    brought: Brought


@dataclass(frozen=True, slots=True)
class Acting:
    """A file being acted on: what was staged, who acts and when."""

    file: ImportFile
    staged: Staged
    by: "User"
    now: datetime


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file; see the package's docstring for what each part means."""

    code: str
    label: str | Promise
    shape: Shape
    check_may: Callable[["User", str], None]
    tidy: Sequence[str]
    rules: Sequence[Sequence[Rule]]
    bring: Callable[[CursorWrapper, Acting], Brought]
    home: Callable[[str], str]
    adds_up: bool = False
    after: Callable[[ImportFile], str] | None = None
    source: str | Promise = ""
    other_shapes: Sequence[Shape] = ()


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its code, in the order of the settings."""
    found: list[Kind] = [import_string(path) for path in settings.IMPORT_KINDS]
    return {kind.code: kind for kind in found}
