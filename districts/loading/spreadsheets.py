"""Spreadsheets that people fill in and upload, as lines of CSV. What is no spreadsheet is refused with a sentence."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from districts.loading import sheet_reader
from districts.loading.faults import refused

ZIP_MAGIC = b"PK\x03\x04"
#: First bytes of files that get uploaded by mistake: they are neither CSV nor XLSX.
OLD_OFFICE_MAGIC = b"\xd0\xcf\x11\xe0"
OTHER_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"%PDF", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"PK\x05\x06")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# [P] An XLSX of a million rows of ten columns unpacks to about 400 MB; a table of text shrinks to a tenth, not less
# than a two-hundredth.
UNPACKED_BYTES = 2**29
UNPACKED_RATIO = 200
SMALL_BYTES = 2**24
READING_SECONDS = 120


@contextmanager
def on_disk(upload: UploadedFile) -> Iterator[Path]:
    """The path of an uploaded file while the block runs. BadFile for one that is empty, too large or packed."""
    if not upload.size:
        raise refused(_("berkasnya kosong."))
    if upload.size > settings.UPLOAD_MAX_BYTES:
        most = settings.UPLOAD_MAX_BYTES // 2**20
        raise refused(_("berkas lebih dari %(most)d MB; bagi menjadi beberapa berkas.") % {"most": most})
    with NamedTemporaryFile() as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        copy.seek(0)
        if copy.read(2) == b"\x1f\x8b":
            raise refused(_("berkas masih terkompres (gzip); unggah isinya sebagai CSV atau XLSX."))
        yield Path(copy.name)


def check_kind(first: bytes) -> None:
    """BadFile for a file that begins like none we read, with what to do instead."""
    if first.startswith(OLD_OFFICE_MAGIC):
        raise refused(
            _("berkas terkunci kata sandi atau berformat lama (.xls); simpan sebagai .xlsx tanpa kata sandi.")
        )
    if first.startswith(OTHER_MAGIC):
        raise refused(_("ini bukan tabel; unggah berkas XLSX atau CSV."))
    if first.startswith(UTF_16):
        raise refused(_("tulisannya bukan UTF-8; simpan sebagai XLSX atau “CSV UTF-8”."))


@contextmanager
def sheet_as_csv(path: Path) -> Iterator[BinaryIO]:
    """The first visible sheet as CSV with commas, one line per row of the sheet. BadFile for what is no XLSX."""
    _check_archive(path)
    with TemporaryFile() as lines:
        code = _read(path, cast(BinaryIO, lines))
        if code:
            raise refused(_reason(code))
        lines.seek(0)
        yield cast(BinaryIO, lines)


def _check_archive(path: Path) -> None:
    """Look at the directory of the zip before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise refused(_("berkas XLSX rusak; buka di Excel, simpan ulang, lalu unggah lagi.")) from error
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= {member.filename for member in members}:
        raise refused(_("ini bukan berkas XLSX; simpan sebagai “Buku Kerja Excel (.xlsx)”."))
    if any(member.flag_bits & 1 for member in members):
        raise refused(_reason(sheet_reader.LOCKED))
    unpacked, packed = sum(member.file_size for member in members), path.stat().st_size
    if unpacked > UNPACKED_BYTES or (unpacked > SMALL_BYTES and unpacked > UNPACKED_RATIO * packed):
        raise refused(_reason(-1))


def _read(path: Path, lines: BinaryIO) -> int:
    """Exit code of the reader; negative where it was ended for asking too much."""
    argv = [sys.executable, "-I", sheet_reader.__file__, str(path)]
    try:
        done = subprocess.run(argv, stdout=lines, stderr=subprocess.DEVNULL, timeout=READING_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return -1
    return done.returncode


def _reason(code: int) -> str:
    reasons = {
        sheet_reader.LOCKED: _("berkas terkunci kata sandi; simpan tanpa kata sandi, lalu unggah lagi."),
        sheet_reader.UNREADABLE: _("berkas XLSX rusak; buka di Excel, simpan ulang, lalu unggah lagi."),
        sheet_reader.NO_SHEET: _("tidak ada lembar kerja yang tampak di berkas ini."),
    }
    too_large = _("lembarnya terlalu besar; hapus baris dan kolom kosong yang berformat, atau bagi berkasnya.")
    return reasons.get(code, too_large)
