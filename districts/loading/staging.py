"""Lines of a CSV file, as text, in a temporary table; what is wrong with them, as a set.

One line is one row: a quoted field never spans lines, so that a stray quotation mark spoils its own line only.
"""

import csv
import gzip
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.db.backends.utils import CursorWrapper
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: Says how far a long run is, with a sentence.
Progress = Callable[[str], None]
PROGRESS_SECONDS = 2.0
GZIP_MAGIC = b"\x1f\x8b"
#: A line longer than this is not a row of any file we read; the rest of it is not kept in memory.
MAX_LINE_BYTES = 64 * 1024
FETCH = 10_000


def silent(_sentence: str) -> None:
    """Progress nobody watches."""


class Pace:
    """Whether it is time to say something again: every `PROGRESS_SECONDS`."""

    def __init__(self) -> None:
        self.spoke_at = time.monotonic()

    def is_due(self) -> bool:
        now = time.monotonic()
        if now - self.spoke_at < PROGRESS_SECONDS:
            return False
        self.spoke_at = now
        return True


@dataclass(frozen=True, slots=True)
class BadLine:
    """What is wrong with a line; the header is line 1, line 0 is the file as a whole."""

    line: int
    reason: str

    def __str__(self) -> str:
        return (
            _("Baris %(line)d: %(reason)s") % {"line": self.line, "reason": self.reason} if self.line else self.reason
        )


class BadFile(Exception):
    """Nothing was changed. Carries every bad line, in order; `str()` is a sentence for people."""

    def __init__(self, bad_lines: Sequence[BadLine]) -> None:
        self.bad_lines = sorted(bad_lines, key=lambda bad: bad.line)
        super().__init__()

    def __str__(self) -> str:
        count = len({bad.line for bad in self.bad_lines})
        return ngettext(
            "Berkas ditolak dan tidak ada yang diubah: %(count)d baris salah.",
            "Berkas ditolak dan tidak ada yang diubah: %(count)d baris salah.",
            count,
        ) % {"count": count}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on staged rows: the rows of `found` (SQL giving line and a value) break it.

    `reason` may name the value as %(value)s.
    """

    found: str
    reason: str | Promise


@dataclass(frozen=True, slots=True)
class Shape:
    """A header a file may have: the required columns and any of the optional ones, in any order."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def fits(self, names: Sequence[str]) -> bool:
        return set(self.required) <= set(names) <= {*self.required, *self.optional} and len(set(names)) == len(names)


@dataclass(frozen=True, slots=True)
class Staged:
    """The header as found, its shape, and the lines that could not be read: they are not in the table."""

    header: tuple[str, ...]
    shape: Shape
    bad_lines: list[BadLine]


def stage(
    cursor: CursorWrapper, path: Path, shapes: Sequence[Shape], table: str, progress: Progress = silent
) -> Staged:
    """Copy the file into the temporary table `table`: `line` and every column of every shape, all text, empty is null.

    BadFile for a file that is no CSV of ours at all. The table lives until the end of the caller's transaction.
    """
    columns = dict.fromkeys(name for shape in shapes for name in (*shape.required, *shape.optional))
    with path.open("rb") as raw:
        lines = _lines(_unzipped(raw))
        header, shape, delimiter = _header(next(lines, (1, b"")), shapes)
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {table} (line integer, {', '.join(f'{name} text' for name in columns)})"
            " ON COMMIT DROP"
        )
        bad: list[BadLine] = []
        pace = Pace()
        with cursor.copy(f"COPY {table} (line, {', '.join(header)}) FROM STDIN") as copy:
            for number, line in lines:
                row = _row(line, number, delimiter, len(header))
                if isinstance(row, BadLine):
                    bad.append(row)
                elif row:
                    copy.write_row((number, *row))
                if pace.is_due():
                    progress(_("Membaca baris %(number)d …") % {"number": number})
    cursor.execute(f"ANALYZE {table}")
    return Staged(header, shape, bad)


def broken(cursor: CursorWrapper, rules: Sequence[Rule]) -> list[BadLine]:
    """Every staged line that breaks a rule: one statement per rule, however many lines."""
    bad: list[BadLine] = []
    for rule in rules:
        sentence, reasons = str(rule.reason), dict[str, str]()
        cursor.execute(rule.found)
        while rows := cursor.fetchmany(FETCH):
            for line, value in rows:
                # one text for all lines with the same fault: a column that is wrong in a million rows stays small
                bad.append(BadLine(line, reasons.setdefault(value, sentence % {"value": value})))
    return bad


def _unzipped(raw: BinaryIO) -> BinaryIO:
    magic = raw.read(len(GZIP_MAGIC))
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw) if magic == GZIP_MAGIC else raw  # type: ignore[return-value]


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines, each cut at `MAX_LINE_BYTES`. BadFile for a gzip file that is damaged or cut short."""
    number, whole = 0, True
    while True:
        try:
            line = stream.readline(MAX_LINE_BYTES)
        except (OSError, EOFError, zlib.error) as error:
            raise BadFile([BadLine(number + 1, _("berkas gzip rusak atau terpotong di sini"))]) from error
        if not line:
            return
        if whole:
            number += 1
            yield number, line
        whole = line.endswith(b"\n")


def _header(first: tuple[int, bytes], shapes: Sequence[Shape]) -> tuple[tuple[str, ...], Shape, str]:
    """The header found, its shape and the delimiter: a comma, or the semicolon that spreadsheets write in Indonesia."""
    text = first[1].decode("utf-8-sig", "replace").strip()
    for delimiter in (",", ";"):
        names = tuple(name.strip().strip('"') for name in text.split(delimiter))
        for shape in shapes:
            if shape.fits(names):
                return names, shape, delimiter
    raise BadFile([BadLine(1, _("judul kolom harus %(expected)s") % {"expected": _expected(shapes)})])


def _expected(shapes: Sequence[Shape]) -> str:
    """The headers in words: `a,b` or `a,b[,c][,d]`."""
    return str(_(" atau ")).join(
        ",".join(shape.required) + "".join(f"[,{name}]" for name in shape.optional) for shape in shapes
    )


def _row(line: bytes, number: int, delimiter: str, width: int) -> list[str | None] | BadLine:
    """The fields of a line, empty ones as None; an empty list for an empty line."""
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        return BadLine(number, _("tulisannya bukan UTF-8"))
    if not text.strip():
        return []
    if "\0" in text or len(line) >= MAX_LINE_BYTES:
        return BadLine(number, _("bukan baris teks"))
    try:
        fields = next(csv.reader([text], delimiter=delimiter, strict=True)) if '"' in text else text.split(delimiter)
    except csv.Error:
        return BadLine(number, _("tanda kutip tidak berpasangan"))
    if len(fields) != width:
        return BadLine(number, _("ada %(found)d kolom, seharusnya %(width)d") % {"found": len(fields), "width": width})
    return [field.strip() or None for field in fields]
