"""A table of figures as a download: CSV or XLSX, with where the figures come from.

CSV is what Excel writes and opens by double-click in Indonesia: UTF-8 with BOM, `;` between fields, decimal comma.
Text is never a formula there: see `guarded`. Excel may still read 64.08 as a number, so XLSX is the file for people.
"""

import csv
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import chain, islice
from operator import attrgetter
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from districts.templatetags.siap import moment
from districts.weeks import zone_label

Cell = str | int | float | Decimal | date | datetime | bool | Promise | None
FORMATS = ("csv", "xlsx")
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DELIMITER = ";"
BOM = "\ufeff"
#: What a spreadsheet takes for the start of a formula (OWASP, CSV injection); a carriage return is a line feed by then.
FORMULA_STARTS = "=+-@\t\n"
_FORMULA = re.compile(rf"'*[{re.escape(FORMULA_STARTS)}]")
_GUARDED = re.compile(rf"'+[{re.escape(FORMULA_STARTS)}]")
#: Not allowed in the XML of an XLSX, or invisible; lone surrogates are not text at all.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: Characters of CSV sent at once.
BATCH = 32 * 1024
#: Rows of one keyset chunk.
CHUNK = 2000
# Limits of an XLSX sheet (Microsoft, "Excel specifications and limits").
XLSX_ROWS = 1_048_576
XLSX_TEXT = 32_767
XLSX_DIGITS = 10**15
# Widths of columns in characters [P]: measured on the first rows, since the rest is not in memory.
NARROWEST, WIDEST, MEASURED_ROWS = 8, 48, 200


@dataclass(frozen=True, slots=True)
class Column:
    """A column; its heading is `title (unit)`."""

    title: str
    unit: str = ""

    @property
    def heading(self) -> str:
        return f"{self.title} ({self.unit})" if self.unit else str(self.title)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the figures come from: who gave them and when they were read from the system."""

    given_by: str
    read_at: datetime
    place: str
    election: str = ""
    is_simulation: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to download. Instants are written on the clocks of `zone`; `code` and `day` go into the file name.

    `guide` is further lines (label, text) for the reader of an XLSX. A sheet without a source is a blank to fill in.
    One that `comes_back`, edited and uploaded, has nothing below its rows in a CSV.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    source: Source | None = None
    zone: str = settings.TIME_ZONE
    code: str = ""
    day: date | None = None
    guide: tuple[tuple[str, str], ...] = ()
    comes_back: bool = False

    def file_name(self, extension: str) -> str:
        mark = "simulasi" if self.source and self.source.is_simulation else ""
        return file_name(self.name, self.code, self.day, extension, mark=mark)


def file_name(stem: str, code: str, day: date | None, extension: str, *, mark: str = "") -> str:
    """`stok-logistik_64.08_2026-11-21.xlsx`: ASCII, no spaces, nothing a path could be made of."""
    code = re.sub(r"[^0-9.]", "", code).strip(".")
    parts = [slugify(stem)[:60] or "berkas", code, day.isoformat() if day else "", slugify(mark)]
    return "_".join(part for part in parts if part) + f".{extension}"


def download(sheet: Sheet, extension: str) -> StreamingHttpResponse | FileResponse:
    """The sheet as `csv` or `xlsx`, as the address says."""
    return as_xlsx(sheet) if extension == "xlsx" else as_csv(sheet)


def keyset(queryset: QuerySet[Any, Any], *keys: str, size: int = CHUNK) -> Iterator[Any]:
    """Rows of a query of any length, a statement per `size` rows, in the order of `keys`.

    `.iterator()` would hold all rows: server-side cursors are off for PgBouncer. The keys together are unique, none is
    null, and each row has them: a model, `.values()` or `.values_list(named=True)`. Rows written meanwhile may show.
    """
    ordered = queryset.order_by(*keys)
    last: dict[str, Any] = {}
    while rows := list(ordered.filter(_after(last))[:size]):
        yield from rows
        if len(rows) < size:
            return
        row = rows[-1]
        last = {key: row[key] if isinstance(row, dict) else _attribute(row, key) for key in keys}


def _attribute(row: Any, key: str) -> Any:
    """`village__name` of a named tuple is one attribute, of a model it is two."""
    return getattr(row, key) if hasattr(row, key) else attrgetter(key.replace("__", "."))(row)


def _after(last: dict[str, Any]) -> Q:
    """Rows past `last` in the order of its keys: (a, b) > (1, 2) as a >= 1 AND (a > 1 OR b > 2), which an index reads."""
    condition = Q()
    for position, (key, value) in enumerate(reversed(last.items())):
        further = Q(**{f"{key}__gt": value})
        condition = further if position == 0 else Q(**{f"{key}__gte": value}) & (further | condition)
    return condition


def text_of(value: str | Promise) -> str:
    """The text of a cell as both kinds of file carry it: line feeds for line breaks, no control characters."""
    text = str(value)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", text)


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before what could start one. See `unguarded`."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that was `guarded`."""
    return text[1:] if _GUARDED.match(text) else text


# --- CSV ----------------------------------------------------------------------------------------------------------------


def as_csv(sheet: Sheet) -> StreamingHttpResponse:
    """Rows are written while they are read; nothing is kept. The last lines, after an empty one, say the source."""
    response = StreamingHttpResponse(_csv_batches(sheet), content_type=CONTENT_TYPES["csv"])
    response["Content-Disposition"] = f'attachment; filename="{sheet.file_name("csv")}"'
    return response


def _csv_batches(sheet: Sheet) -> Iterator[bytes]:
    buffer = StringIO()
    buffer.write(BOM)
    writer = csv.writer(buffer, delimiter=DELIMITER)
    zone, count = ZoneInfo(sheet.zone), 0
    writer.writerow([guarded(text_of(column.heading)) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_csv_cell(value, zone) for value in row])
        count += 1
        if buffer.tell() >= BATCH:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    lines = [] if sheet.comes_back else _about(sheet, count)
    writer.writerows([[], *([guarded(text_of(text)) for text in line] for line in lines)] if lines else [])
    yield buffer.getvalue().encode()


def _csv_cell(value: Cell, zone: ZoneInfo) -> str:
    match value:
        case None:
            return ""
        case bool():
            return _("ya") if value else _("tidak")
        case int():
            return str(value)
        case float() | Decimal():
            return f"{Decimal(str(value)):f}".replace(".", ",")
        case datetime():
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case _:
            return guarded(text_of(value))


def _about(sheet: Sheet, count: int) -> list[tuple[str, str]]:
    """What the reader must know, as (label, text): the source of the `count` rows."""
    source = sheet.source
    if source is None:
        return []
    return [
        (_("Data"), sheet.name),
        (_("Wilayah"), f"{source.place} ({sheet.code})" if sheet.code else source.place),
        *([(_("Pemilihan"), source.election)] if source.election else []),
        (_("Sumber"), source.given_by),
        (_("Dibaca dari SIAP"), moment(source.read_at, sheet.zone)),
        (_("Zona waktu"), zone_label(sheet.zone)),
        *([(_("Sifat data"), _("SIMULASI. Data latihan, bukan data KPU."))] if source.is_simulation else []),
        *((_("Catatan"), note) for note in source.notes),
        (_("Jumlah baris"), str(count)),
    ]


# --- XLSX ---------------------------------------------------------------------------------------------------------------


def as_xlsx(sheet: Sheet) -> FileResponse:
    """Written row by row to a temporary file, then streamed; memory does not grow with the rows."""
    file = TemporaryFile()  # noqa: SIM115 (the response closes it)
    try:
        with TemporaryDirectory() as folder:
            _Workbook(file, folder, sheet).write()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return FileResponse(file, as_attachment=True, filename=sheet.file_name("xlsx"), content_type=CONTENT_TYPES["xlsx"])


class _Workbook:
    """One XLSX being written. `constant_memory` lets each sheet be written once, top to bottom, one after another."""

    def __init__(self, file: IO[bytes], folder: str, sheet: Sheet) -> None:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(file, options)
        self.sheet, self.zone = sheet, ZoneInfo(sheet.zone)
        self.bold = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.instant = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    def write(self) -> None:
        name = re.sub(r"[\[\]:*?/\\]", " ", text_of(self.sheet.name)).strip("' ")[:27] or "Data"
        rows, count, part = iter(self.sheet.rows), 0, 1
        ahead: list[Sequence[Cell]] = list(islice(rows, 1))
        while ahead or part == 1:  # rows beyond what one sheet can hold go on in the next
            page = self.book.add_worksheet(name if part == 1 else f"{name} {part}")
            count += self._table(page, chain(ahead, islice(rows, XLSX_ROWS - 1 - len(ahead))))
            ahead, part = list(islice(rows, 1)), part + 1
        lines = _about(self.sheet, count)
        if lines or self.sheet.guide:
            self._lines(self.book.add_worksheet(_("Sumber") if lines else _("Petunjuk")), lines)
        self.book.close()

    def _table(self, page: Worksheet, rows: Iterable[Sequence[Cell]]) -> int:
        """Header and rows of one sheet; how many rows."""
        widths = [len(column.heading) for column in self.sheet.columns]
        page.freeze_panes(1, 0)
        for position, column in enumerate(self.sheet.columns):
            page.write_string(0, position, text_of(column.heading), self.bold)
        count = 0
        for count, row in enumerate(rows, 1):
            for position, value in enumerate(row):
                written = self._cell(page, count, position, value)
                if count <= MEASURED_ROWS:
                    widths[position] = max(widths[position], written)
            if count % CHUNK == 0:
                time.sleep(0)  # under gevent the requests beside this one go on
        for position, width in enumerate(widths):
            page.set_column(position, position, min(max(width + 2, NARROWEST), WIDEST))
        if widths:
            page.autofilter(0, 0, count, len(widths) - 1)
        return count

    def _cell(self, page: Worksheet, row: int, column: int, value: Cell) -> int:
        """Write one cell as what it is; how many characters wide it shows."""
        match value:
            case None:
                return 0
            case bool():
                return self._text(page, row, column, _("ya") if value else _("tidak"))
            case int() | float() | Decimal() if -XLSX_DIGITS < value < XLSX_DIGITS:
                page.write_number(row, column, value)
                return len(str(value))
            case datetime():
                page.write_datetime(row, column, value.astimezone(self.zone).replace(tzinfo=None), self.instant)
                return len("2026-11-21 18:42")
            case date():
                page.write_datetime(row, column, value, self.day)
                return len("2026-11-21")
            case _:
                return self._text(page, row, column, text_of(str(value)))

    def _text(self, page: Worksheet, row: int, column: int, text: str, style: Format | None = None) -> int:
        if len(text) > XLSX_TEXT:
            text = text[: XLSX_TEXT - 1] + "…"
        page.write_string(row, column, text, style)
        return len(text)

    def _lines(self, page: Worksheet, lines: Sequence[tuple[str, str]]) -> None:
        page.set_column(0, 0, 24)
        page.set_column(1, 1, 80)
        for row, (label, text) in enumerate([*lines, *self.sheet.guide]):
            self._text(page, row, 0, text_of(label), self.bold)
            self._text(page, row, 1, text_of(text), self.wrapped)
