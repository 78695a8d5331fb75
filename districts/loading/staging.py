"""Lines of a CSV file, as text, in a temporary table; what is wrong with them, as a set.

One line is one row: a quoted field never spans lines, so that a stray quotation mark spoils its own line only.
"""

import csv
import gzip
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from django.db.backends.utils import CursorWrapper
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: Says how far a long run is; called every `PROGRESS_SECONDS` with a sentence.
Progress = Callable[[str], None]
PROGRESS_SECONDS = 2.0
GZIP_MAGIC = b"\x1f\x8b"
#: A line longer than this is not a row of any file we read; the rest of it is not kept in memory.
MAX_LINE_BYTES = 64 * 1024


def silent(_sentence: str) -> None:
    """Progress nobody watches."""


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
        count = len(self.bad_lines)
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


def stage(
    cursor: CursorWrapper, path: Path, headers: Sequence[Sequence[str]], table: str, progress: Progress = silent
) -> tuple[Sequence[str], list[BadLine]]:
    """Copy the file into the temporary table `table` (`line`, then the columns of its header, all text, empty is null).

    `headers` are the headers it may have; the columns of all of them are there. Returns the header found and the lines
    that could not be read, which are not in the table. BadFile for a file that is no CSV of ours at all. The table
    lives until the end of the transaction, which the caller opened.
    """
    columns = list(dict.fromkeys(chain.from_iterable(headers)))
    with path.open("rb") as raw:
        lines = _lines(_unzipped(raw))
        header, delimiter = _header(next(lines, (1, b"")), headers)
        cursor.execute(
            f"CREATE TEMPORARY TABLE {table} (line integer, {', '.join(f'{name} text' for name in columns)})"
            " ON COMMIT DROP"
        )
        bad: list[BadLine] = []
        clock = time.monotonic()
        with cursor.copy(f"COPY {table} (line, {', '.join(header)}) FROM STDIN") as copy:
            for number, line in lines:
                row = _row(line, number, delimiter, len(header))
                if isinstance(row, BadLine):
                    bad.append(row)
                elif row:
                    copy.write_row((number, *row))
                if time.monotonic() - clock > PROGRESS_SECONDS:
                    clock = time.monotonic()
                    progress(_("Membaca baris %(number)d …") % {"number": number})
    cursor.execute(f"ANALYZE {table}")
    return header, bad


def broken(cursor: CursorWrapper, rules: Sequence[Rule]) -> list[BadLine]:
    """Every staged line that breaks a rule: one statement per rule, however many lines."""
    bad: list[BadLine] = []
    for rule in rules:
        cursor.execute(rule.found)
        sentence = str(rule.reason)
        bad += [BadLine(line, sentence % {"value": value}) for line, value in cursor.fetchall()]
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


def _header(first: tuple[int, bytes], headers: Sequence[Sequence[str]]) -> tuple[Sequence[str], str]:
    """The header found and its delimiter: a comma, or the semicolon that spreadsheets write in Indonesia."""
    text = first[1].decode("utf-8-sig", "replace").strip()
    for delimiter in (",", ";"):
        names = [name.strip().strip('"') for name in text.split(delimiter)]
        for header in headers:
            if names == list(header):
                return header, delimiter
    expected = " / ".join(",".join(header) for header in headers)
    raise BadFile([BadLine(1, _("judul kolom harus %(expected)s") % {"expected": expected})])


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
