"""The first visible sheet of an XLSX as CSV on standard output: `python -I sheet_reader.py book.xlsx`.

A process of its own, because a spreadsheet of a few kilobytes can ask for terabytes: one cell in the last row and
column is enough. Here that ends this process, not the web server. Imports nothing of the project.
"""

import contextlib
import csv
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree

from python_calamine import CalamineError, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

LOCKED, UNREADABLE, NO_SHEET = 3, 4, 5
# [P] A million rows of ten columns take about 0.8 GiB here.
MEMORY_BYTES = 2**30
OUTPUT_BYTES = 2**29
CPU_SECONDS = 60
#: Stands for a formula that failed: calamine reads such a cell as empty, and silence must not become "no data".
FAILED = "#GALAT!"
_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029\0]+")
_FAILED_CELL = re.compile(rb"""<(?:\w+:)?c\b[^<>]*\bt\s*=\s*["']e["'][^<>]*>""")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CHUNK = 1 << 20


def text_of(value: object) -> str:
    """A cell as text: 540.0 is `540`, dates are ISO, true is `1`, line breaks are spaces."""
    match value:
        case bool():
            return str(int(value))
        case float():
            return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"
        case datetime():
            return str((value + timedelta(microseconds=500_000)).replace(microsecond=0))
        case str():
            return _BREAKS.sub(" ", value)
        case _:
            return str(value)


def part_of(archive: zipfile.ZipFile, name: str) -> str:
    """The member of the XLSX that holds the sheet called `name`."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    link = next(sheet.get(_LINK) for sheet in book.iter(f"{_MAIN}sheet") if sheet.get("name") == name)
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(each.get("Target", "") for each in links if each.get("Id") == link)
    return target[1:] if target.startswith("/") else f"xl/{target}"


def failed_cells(path: str, name: str) -> set[tuple[int, int]]:
    """(row, column) of the cells whose formula failed, counted from 0."""
    found: set[tuple[int, int]] = set()
    with zipfile.ZipFile(path) as archive, archive.open(part_of(archive, name)) as part:
        rest = b""
        while chunk := part.read(CHUNK):
            text = rest + chunk
            for cell in _FAILED_CELL.finditer(text):
                if reference := _REFERENCE.search(cell[0]):
                    found.add((int(reference[2]) - 1, column_number(reference[1].decode())))
            rest = text[text.rfind(b"<") :][:CHUNK]
    return found


def column_number(letters: str) -> int:
    """0 for A, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def rows(path: str) -> Iterator[list[str]]:
    """The rows as the spreadsheet numbers them, from row 1, without the empty cells at their end."""
    with load_workbook(path) as book:
        visible = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        if not visible:
            sys.exit(NO_SHEET)
        failed = failed_cells(path, visible[0])
        for number, values in enumerate(book.get_sheet_by_name(visible[0]).iter_rows()):
            cells = [text_of(value) for value in values]
            for position in range(len(cells)) if failed else ():
                if (number, position) in failed:
                    cells[position] = FAILED
            while cells and not cells[-1].strip():
                cells.pop()
            yield cells


def main(path: str) -> None:
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
    ):
        with contextlib.suppress(ValueError, OSError):  # a stricter limit is set already, or the system has none
            resource.setrlimit(limit, (most, most))
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        csv.writer(sys.stdout, lineterminator="\n").writerows(rows(path))
    except PasswordError:
        sys.exit(LOCKED)
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, KeyError, StopIteration):
        sys.exit(UNREADABLE)


if __name__ == "__main__":
    main(sys.argv[1])
