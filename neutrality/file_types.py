"""What a file is, by its content alone: the few types that evidence may have, each read to its last byte.

A name or a type that the sender gives is never looked at. A file that is also something else (a picture with a ZIP, a
PDF or a page of HTML in it) is refused: whoever opens it from the referral package must get what its name says.
"""

import os
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

import puremagic

from neutrality.models import EvidenceKind

#: Signatures and heads lie in the first bytes: what puremagic and browsers look at.
HEAD_BYTES = 4096
PIECE = 1024 * 1024
#: A PDF ends with %%EOF in its last 1,024 bytes (ISO 32000-1, annex H.3, note 18).
PDF_TAIL = 1024
#: The record that ends a ZIP (APPNOTE 4.3.16): 22 bytes and a comment of at most 65,535.
ZIP_END, ZIP_END_BYTES, ZIP_TAIL = b"PK\x05\x06", 22, 22 + 65_535
#: Other things, wherever in a file they lie.
FOREIGN = re.compile(
    rb"%PDF-[12]\.\d|<script[\s>]|<!doctype\s+html|<html[\s>]|<body[\s>]|<svg[\s>]|<iframe[\s>]|<\?php\s|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c",
    re.IGNORECASE,
)
LONGEST_FOREIGN = 64
#: [P] A progressive JPEG has about ten scans; thousands of them keep a server busy for minutes.
MAX_SCANS = 64
#: [P] Boxes of a video at its top: a recording in pieces has some hundreds.
MAX_BOXES = 10_000
# MPEG audio, layer III (ISO 11172-3, 2.4.2.3; ISO 13818-3): kbit/s by index, Hz by index.
_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of evidence. `known_as`: what puremagic calls it; none where it knows only some makers' brands."""

    kind: EvidenceKind
    extension: str
    content_type: str
    known_as: frozenset[str]


def _type(kind: EvidenceKind, extension: str, content_type: str, *known_as: str) -> FileType:
    return FileType(kind, extension, content_type, frozenset(known_as))


JPEG = _type(EvidenceKind.IMAGE, "jpg", "image/jpeg", "jpg", "jpeg", "jpe", "jfif")
PNG = _type(EvidenceKind.IMAGE, "png", "image/png", "png", "apng")
WEBP = _type(EvidenceKind.IMAGE, "webp", "image/webp", "webp")
PDF = _type(EvidenceKind.PDF, "pdf", "application/pdf", "pdf")
MP3 = _type(EvidenceKind.AUDIO, "mp3", "audio/mpeg", "mp3", "mpga")
WAV = _type(EvidenceKind.AUDIO, "wav", "audio/wav", "wav")
OGG = _type(EvidenceKind.AUDIO, "ogg", "audio/ogg", "ogg", "oga", "opus")
M4A = _type(EvidenceKind.AUDIO, "m4a", "audio/mp4")
MP4 = _type(EvidenceKind.VIDEO, "mp4", "video/mp4")
MOV = _type(EvidenceKind.VIDEO, "mov", "video/quicktime")
GP3 = _type(EvidenceKind.VIDEO, "3gp", "video/3gpp")
WEBM = _type(EvidenceKind.VIDEO, "webm", "video/webm", "webm")
TYPES = (JPEG, PNG, WEBP, PDF, MP3, WAV, OGG, M4A, MP4, MOV, GP3, WEBM)


def file_type(file: IO[bytes]) -> FileType | None:
    """The type of the whole file; None when it is none of ours, is cut off, or is something else as well."""
    size = file.seek(0, os.SEEK_END)
    head = _at(file, 0, HEAD_BYTES)
    found = next((found for reads in _READERS if (found := reads(file, head, size))), None)
    if found is None or not _agrees(head, found) or holds_zip(file, size):
        return None
    if found is not PDF and next(_foreign(file), None):
        return None
    return found


def is_heic(head: bytes) -> bool:
    """A photo as iPhones keep it; Pillow reads none."""
    return head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def holds_zip(file: IO[bytes], size: int) -> bool:
    """Whether a program that opens ZIPs would find one at the end of the file: also Word, Excel and APK files."""
    start = max(0, size - ZIP_TAIL)
    tail = _at(file, start, ZIP_TAIL)
    place = tail.rfind(ZIP_END)
    while place >= 0:
        if len(tail) - place >= ZIP_END_BYTES:
            length, offset = struct.unpack("<LL", tail[place + 12 : place + 20])
            if length + offset <= start + place or 0xFFFFFFFF in (length, offset):
                return True
        place = tail.rfind(ZIP_END, 0, place)
    return False


def _agrees(head: bytes, found: FileType) -> bool:
    """A second opinion; puremagic does not know every recording, but what it knows must not be another type."""
    if not found.known_as:
        return True
    try:
        matches = puremagic.magic_string(head)
    except puremagic.PureError:
        return True
    return any(match.extension.lstrip(".") in found.known_as for match in matches)


def _foreign(file: IO[bytes]) -> Iterator[re.Match[bytes]]:
    file.seek(0)
    kept = b""
    while piece := file.read(PIECE):
        yield from FOREIGN.finditer(kept + piece)
        kept = piece[-LONGEST_FOREIGN:]


def _at(file: IO[bytes], place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)


# --- Pictures: Pillow reads them whole afterwards ---------------------------------------------------------------------
def _picture(file: IO[bytes], head: bytes, size: int) -> FileType | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return PNG
    if head[:4] == b"RIFF" and head[8:16] in (b"WEBPVP8 ", b"WEBPVP8L", b"WEBPVP8X"):
        return WEBP
    if head.startswith(b"\xff\xd8\xff") and _count(file, b"\xff\xda") <= MAX_SCANS:
        return JPEG
    return None


def _count(file: IO[bytes], mark: bytes) -> int:
    """How often a mark of two bytes stands in a file; one that is cut by a piece's end may be missed."""
    file.seek(0)
    return sum(piece.count(mark) for piece in iter(lambda: file.read(PIECE), b""))


# --- Papers -----------------------------------------------------------------------------------------------------------
def _paper(file: IO[bytes], head: bytes, size: int) -> FileType | None:
    """It starts as a PDF with its first byte and ends as one."""
    if re.match(rb"%PDF-(1\.\d|2\.0)\s", head) and b"%%EOF" in _at(file, max(0, size - PDF_TAIL), PDF_TAIL):
        return PDF
    return None


# --- Sound ------------------------------------------------------------------------------------------------------------
def _sound(file: IO[bytes], head: bytes, size: int) -> FileType | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE" and b"fmt " in head:  # a chunk of padding may come first
        return WAV
    if head[:4] == b"OggS" and head[4:5] == b"\0" and head[5] & 2:
        first = head[27 + head[26] :]
        return OGG if first.startswith((b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")) else None
    start = _after_id3(head)
    frame = _frame_bytes(_at(file, start, 4))
    if frame and _frame_bytes(_at(file, start + frame, 4)):
        return MP3
    return None


def _after_id3(head: bytes) -> int:
    """Where sound starts after an ID3v2 tag (id3.org, 3.1): its length has seven bits a byte."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))


def _frame_bytes(header: bytes) -> int:
    """The length of a frame of MPEG audio, layer III; 0 when this is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0 or (header[1] >> 1) & 3 != 1:
        return 0
    version, rate, hertz = (header[1] >> 3) & 3, header[2] >> 4, (header[2] >> 2) & 3
    if version == 1 or rate in (0, 15) or hertz == 3:
        return 0
    per_frame, rates = (144, _RATES_1) if version == 3 else (72, _RATES_2)
    return per_frame * rates[rate] * 1000 // _HERTZ[version][hertz] + ((header[2] >> 1) & 1)


# --- Video and sound in boxes (ISO 14496-12) --------------------------------------------------------------------------
def _boxes(file: IO[bytes], head: bytes, size: int) -> FileType | None:
    """The boxes fill the file to its last byte, and one of them describes what is recorded."""
    if head[4:8] != b"ftyp" or is_heic(head):
        return None
    brands = {head[8:12], *(head[place : place + 4] for place in range(16, min(int.from_bytes(head[:4]), 256), 4))}
    if b"avif" in brands or not (found := _boxes_of(file, size)):
        return None
    about = found.get(b"moov", (0, 0))
    tracks = _tracks(file, *about)
    if b"soun" in tracks and b"vide" not in tracks:
        return M4A
    if b"vide" not in tracks:
        return None
    if head[8:10] == b"qt":
        return MOV
    return GP3 if head[8:10] == b"3g" else MP4


def _boxes_of(file: IO[bytes], size: int) -> dict[bytes, tuple[int, int]]:
    """Place and length of each box at the top; empty when they do not fill the file exactly."""
    found: dict[bytes, tuple[int, int]] = {}
    place = 0
    for _box in range(MAX_BOXES):
        if place == size:
            return found
        header = _at(file, place, 16)
        length = int.from_bytes(header[:4])
        length = int.from_bytes(header[8:16]) if length == 1 else length or size - place
        if len(header) < 8 or length < 8 or place + length > size:
            return {}
        found[header[4:8]] = (place, length)
        place += length
    return {}


def _tracks(file: IO[bytes], place: int, length: int) -> set[bytes]:
    """What the tracks hold: "vide", "soun". A handler box names it eight bytes after its own name."""
    about = _at(file, place, length)
    return {about[found.end() + 8 : found.end() + 12] for found in re.finditer(b"hdlr", about)}


def _webm(file: IO[bytes], head: bytes, size: int) -> FileType | None:
    """An EBML head (RFC 8794) that says it is WebM; Matroska in general is none of ours."""
    return WEBM if re.match(rb"\x1a\x45\xdf\xa3.{1,40}\x42\x82.{1,4}webm", head, re.DOTALL) else None


_Reader = Callable[[IO[bytes], bytes, int], FileType | None]
_READERS: tuple[_Reader, ...] = (_picture, _paper, _sound, _boxes, _webm)
