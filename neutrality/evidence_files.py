"""The files of evidence: the original as it came and, of a picture, a copy without EXIF that is shown.

Both lie under random names in the private storage, which no web server reaches. What the sender called the file is not kept.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from districts.photos import PhotoRefused, redrawn
from districts.stored_files import Storing, stored_with_row
from neutrality.cases import CaseRefused
from neutrality.file_types import HEAD_BYTES, TYPES, FileType, file_type, is_heic
from neutrality.models import Evidence, EvidenceKind

#: [P] Longest side of the shown copy: a long screenshot of a conversation stays readable.
SHOWN_SIDE = 4000
SHOWN_TYPE = "image/jpeg"
EXTENSIONS = {found.content_type: found.extension for found in TYPES}


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What was stored; `shown` is empty where the original itself is handed out."""

    found: FileType
    original: str
    shown: str
    size: int
    sha256: str

    def drop(self) -> None:
        """No row was written for it after all."""
        for name in filter(None, (self.original, self.shown)):
            default_storage.delete(name)


class Hashed(File):
    """A file whose SHA-256 is known once its chunks have been read."""

    def __init__(self, file: IO[Any]) -> None:
        super().__init__(file)
        self.digest = hashlib.sha256()
        self.length = 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for chunk in super().chunks(chunk_size):
            self.digest.update(chunk)
            self.length += len(chunk)
            yield chunk


@contextmanager
def kept_file(upload: UploadedFile) -> Iterator[KeptFile]:
    """Stores the upload for a row that is written inside. Whatever goes wrong there or here, no file stays behind.

    CaseRefused for a type that is not allowed, for a file that is too big, and when the disk is full or fails.
    """
    full = _("Berkas belum tersimpan: tempat di server penuh. Tidak ada yang dicatat; coba lagi nanti.")
    fault = _("Berkas belum tersimpan karena gangguan di server; coba lagi. Tidak ada yang dicatat.")
    with stored_with_row(CaseRefused, when_full=full, when_faulty=fault) as storing:
        yield _stored(upload, _checked(upload), storing)


def _checked(upload: UploadedFile) -> FileType:
    if (upload.size or 0) > settings.EVIDENCE_MAX_BYTES:
        raise CaseRefused(
            _("Berkas ini lebih dari {most}. Kirim yang lebih kecil, atau potong rekamannya.").format(
                most=filesizeformat(settings.EVIDENCE_MAX_BYTES)
            )
        )
    found = file_type(_opened(upload))
    if found is None:
        upload.seek(0)
        if is_heic(upload.read(HEAD_BYTES)):
            raise CaseRefused(_("Foto HEIC tidak dapat dibuka di sini. Simpan sebagai JPEG, lalu unggah lagi."))
        raise CaseRefused(
            _(
                "Berkas ini bukan gambar, PDF, rekaman suara atau video yang utuh, atau berisi berkas lain di dalamnya. "
                "Kirim berkas aslinya sebagai JPEG, PNG, WebP, PDF, MP3, M4A, OGG, WAV, MP4, WebM, MOV atau 3GP."
            )
        )
    return found


def _opened(upload: UploadedFile) -> IO[bytes]:
    """The bytes themselves, in memory or in the temporary file the upload was written to."""
    assert upload.file is not None
    return upload.file


def _stored(upload: UploadedFile, found: FileType, storing: Storing) -> KeptFile:
    """The picture is redrawn first: most that is wrong shows there."""
    picture = _redrawn(upload) if found.kind == EvidenceKind.IMAGE else b""
    upload.seek(0)
    original, row = Hashed(_opened(upload)), Evidence()
    name = storing.save(row, "original", found.extension, original)
    shown = storing.save(row, "shown", "jpg", ContentFile(picture)) if picture else ""
    return KeptFile(found, name, shown, original.length, original.digest.hexdigest())


def _redrawn(upload: UploadedFile) -> bytes:
    upload.seek(0)
    try:
        return redrawn(_opened(upload), settings.TIME_ZONE, SHOWN_SIDE)[0]
    except PhotoRefused as refused:
        raise CaseRefused(str(refused)) from refused


def neutral_name(evidence: Evidence) -> str:
    """`bukti-01.jpg`: says nothing of anybody."""
    return f"bukti-{evidence.position:02}.{EXTENSIONS[evidence.content_type]}"


def handed_out(file: IO[bytes], content_type: str, name: str, *, inline: bool = False) -> FileResponse:
    """Bytes that others made, so that a browser runs nothing of them: saved unless it is a picture we drew ourselves."""
    response = FileResponse(file, content_type=content_type, as_attachment=not inline, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Encoding"] = "identity"  # packed already: packing it again would only keep the server busy
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'; frame-ancestors 'none'"
    return response
