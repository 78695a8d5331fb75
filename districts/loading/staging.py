"""Lines of a CSV or XLSX file, as text, in a temporary table; what is wrong with them, as a set.

One line of CSV is one row: a quoted field never spans lines, so that a stray quotation mark spoils its own line only.
"""

import csv
import gzip
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.backends.utils import CursorWrapper
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from districts.exporting import unguarded
from districts.loading.faults import BadFile, BadLine, refused
from districts.loading.shapes import EXAMPLE, Shape
from districts.loading.sheet_reader import FAILED
from districts.loading.spreadsheets import ZIP_MAGIC, check_kind, on_disk, sheet_as_csv

#: Says how far a long run is, with a sentence.
Progress = Callable[[str], None]
PROGRESS_SECONDS = 2.0
GZIP_MAGIC = b"\x1f\x8b"
#: A line longer than this is not a row of any file we read; the rest of it is not kept in memory.
MAX_LINE_BYTES = 64 * 1024
FETCH = 10_000
#: [P] A hand-made table has a title and an empty line or two above its header.
HEADER_WITHIN = 10
#: What spreadsheets show for a formula that failed, in a CSV too.
FAILED_FORMULAS = {FAILED, "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


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
class Rule:
    """A rule on staged rows: the rows of `found` (SQL giving line and a value) break it.

    `reason` may name the value as %(value)s.
    """

    found: str
    reason: str | Promise


@dataclass(frozen=True, slots=True)
class Staged:
    """The header as found, its shape, and the lines that could not be read: they are not in the table."""

    header: tuple[str, ...]
    shape: Shape
    bad_lines: list[BadLine]


def stage(
    cursor: CursorWrapper,
    path: Path,
    shapes: Sequence[Shape],
    table: str,
    progress: Progress = silent,
    *,
    max_rows: int | None = None,
) -> Staged:
    """Copy the file into the temporary table `table`: `line` and every column of every shape, all text, empty is null.

    CSV, CSV packed with gzip or XLSX, known by its first bytes. BadFile for a file that is none of ours at all, or has
    more than `max_rows` lines. The table lives until the end of the caller's transaction.
    """
    columns = dict.fromkeys(name for shape in shapes for name in (*shape.required, *shape.optional))
    with _opened(path) as (stream, is_sheet):
        lines = _lines(stream)
        form = _header(lines, shapes, is_sheet)
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {table} (line integer, {', '.join(f'{name} text' for name in columns)})"
            " ON COMMIT DROP"
        )
        bad: list[BadLine] = []
        pace = Pace()
        with cursor.copy(f"COPY {table} (line, {', '.join(form.names)}) FROM STDIN") as copy:
            for number, line in lines:
                row = _row(line, number, form)
                if isinstance(row, BadLine):
                    bad.append(row)
                elif row:
                    copy.write_row((number, *row))
                if max_rows is not None and number > max_rows + HEADER_WITHIN:
                    raise refused(_("lebih dari %(most)d baris; bagi menjadi beberapa berkas.") % {"most": max_rows})
                if pace.is_due():
                    progress(_("Membaca baris %(number)d …") % {"number": number})
    cursor.execute(f"ANALYZE {table}")
    return Staged(form.names, form.shape, bad)


def staged_upload(cursor: CursorWrapper, upload: UploadedFile, shapes: Sequence[Shape], table: str) -> Staged:
    """`stage` for a file a person uploaded, within the bounds of the settings."""
    with on_disk(upload) as path:
        return stage(cursor, path, shapes, table, max_rows=settings.UPLOAD_MAX_ROWS)


def broken(cursor: CursorWrapper, rules: Sequence[Rule], parameters: Mapping[str, Any] | None = None) -> list[BadLine]:
    """Every staged line that breaks a rule: one statement per rule, however many lines."""
    bad: list[BadLine] = []
    for rule in rules:
        sentence, reasons = str(rule.reason), dict[str, str]()
        cursor.execute(rule.found, parameters)
        while rows := cursor.fetchmany(FETCH):
            for line, value in rows:
                # one text for all lines with the same fault: a column that is wrong in a million rows stays small
                bad.append(BadLine(line, reasons.setdefault(value, sentence % {"value": value})))
    return bad


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, bool]]:
    """The lines of the file as a stream, and whether they come from a spreadsheet."""
    with path.open("rb") as raw:
        first = raw.read(8)
        raw.seek(0)
        check_kind(first)
        if first.startswith(ZIP_MAGIC):
            with sheet_as_csv(path) as lines:
                yield lines, True
        elif first.startswith(GZIP_MAGIC):
            yield cast(BinaryIO, gzip.GzipFile(fileobj=raw)), False
        else:
            yield raw, False


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


@dataclass(frozen=True, slots=True)
class _Form:
    """How the lines below the header are read. Rows of a sheet end with their last filled cell."""

    names: tuple[str, ...]
    shape: Shape
    delimiter: str
    is_sheet: bool


def _header(lines: Iterator[tuple[int, bytes]], shapes: Sequence[Shape], is_sheet: bool) -> _Form:
    """Read up to the header: within the first lines, since people write a title above a table.

    Fields are parted by a comma, the semicolon that spreadsheets write in Indonesia, or a tab.
    """
    for _number, line in islice(lines, HEADER_WITHIN):
        text = line.decode("utf-8-sig", "replace").strip("\r\n ").replace("\r", " ")
        for delimiter in (",", ";", "\t"):
            titles = [unguarded(title.strip()) for title in next(csv.reader([text], delimiter=delimiter), [])]
            while titles and not titles[-1]:
                titles.pop()
            for shape in shapes:
                if names := shape.named(titles):
                    return _Form(names, shape, delimiter, is_sheet)
    raise BadFile([BadLine(1, _("judul kolom harus %(expected)s") % {"expected": _expected(shapes)})])


def _expected(shapes: Sequence[Shape]) -> str:
    """The headers in words: `a,b` or `a,b[,c][,d]`."""
    return str(_(" atau ")).join(
        ",".join(shape.title_of(name) for name in shape.required)
        + "".join(f"[,{shape.title_of(name)}]" for name in shape.optional)
        for shape in shapes
    )


def _row(line: bytes, number: int, form: _Form) -> list[str | None] | BadLine:
    """The fields of a line, empty ones as None; an empty list for a line that holds nothing."""
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        return BadLine(number, _("tulisannya bukan UTF-8"))
    if not text.strip():
        return []
    if "\0" in text or len(line) >= MAX_LINE_BYTES:
        return BadLine(number, _("bukan baris teks"))
    delimiter, width = form.delimiter, len(form.names)
    try:
        fields = next(csv.reader([text], delimiter=delimiter, strict=True)) if '"' in text else text.split(delimiter)
    except csv.Error:
        return BadLine(number, _("tanda kutip tidak berpasangan"))
    if len(fields) != width and isinstance(fitted := _fitted(fields, number, form), BadLine):
        return fitted
    if "#" in text and any(field.strip() in FAILED_FORMULAS for field in fields):
        return BadLine(number, _("ada rumus yang gagal; perbaiki di lembar kerjanya"))
    if form.shape.columns and (not any(map(str.strip, fields)) or _is_example(fields)):
        return []
    if "'" in text and not form.is_sheet:  # only a CSV guards what looks like a formula
        fields = [unguarded(field.strip()) for field in fields]
    return [field.strip() or None for field in fields]


def _fitted(fields: list[str], number: int, form: _Form) -> BadLine | None:
    """Make `fields` as many as the header has, where only empty cells at the end make the difference."""
    width, found = len(form.names), len(fields)
    while len(fields) > width and not fields[-1].strip():
        fields.pop()
    if form.is_sheet:
        fields += [""] * (width - len(fields))
    if len(fields) == width:
        return None
    return BadLine(number, _("ada %(found)d kolom, seharusnya %(width)d") % {"found": found, "width": width})


def _is_example(fields: Sequence[str]) -> bool:
    return fields[0].strip().casefold().startswith(EXAMPLE)
