"""Files for tests of evidence, each the smallest that is whole: what a phone, a scanner or a cheat would send."""

import resource
import struct
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image

from neutrality.evidence import add_evidence
from tests.conftest import NOW

HANDLER = "netralitas-kutim"
NOTE = "Layar milik Sumarni Saksi"
LINK = "https://www.facebook.com/akun.sumarni/posts/1234567890123456"


def picture(kind="JPEG", size=(60, 40), *, gps=False, **more):
    """A picture; with `gps` it says where and when it was taken."""
    exif = Image.Exif()
    if gps:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (0.0, 30.0, 0.0), 3: "E", 4: (117.0, 32.0, 0.0)})
        exif[ExifTags.Base.Make] = "KameraSaksi"
    kept = BytesIO()
    Image.new("RGB", size, (40, 90, 160)).save(kept, kind, exif=exif, **more)
    return kept.getvalue()


def pdf(body=b"1 0 obj<</Type/Catalog>>endobj"):
    return b"%PDF-1.7\n" + body + b"\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def archive(name="word/document.xml"):
    kept = BytesIO()
    with ZipFile(kept, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr(name, "<w/>")
    return kept.getvalue()


def mp3(tagged=True):
    """Two silent frames of 128 kbit/s at 44.1 kHz, 417 bytes each."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return (b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) if tagged else b"") + frame * 3


def wav():
    about = b"fmt " + struct.pack("<LHHLLHH", 16, 1, 1, 8000, 8000, 1, 8) + b"data" + struct.pack("<L", 8) + bytes(8)
    return b"RIFF" + struct.pack("<L", 4 + len(about)) + b"WAVE" + about


def ogg(codec=b"OpusHead"):
    """The first page of a voice message."""
    return b"OggS\0\x02" + bytes(20) + b"\x01\x13" + codec + bytes(11)


def box(name, *parts):
    body = b"".join(parts)
    return struct.pack(">L", 8 + len(body)) + name + body


def boxes(brand=b"isom", tracks=(b"vide", b"soun"), *, data=b"\1" * 64):
    """MP4 and its kin."""
    moov = box(b"moov", *(box(b"trak", box(b"hdlr", bytes(8), track, bytes(13))) for track in tracks))
    return box(b"ftyp", brand, b"\0\0\2\0", brand) + moov + box(b"mdat", data)


def webm(kind=b"webm"):
    head = (
        b"\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82" + bytes([0x80 | len(kind)]) + kind
    )
    return b"\x1a\x45\xdf\xa3" + bytes([0x80 | len(head)]) + head + b"\x18\x53\x80\x67" + bytes(60)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
WHOLE = {
    "jpg": picture(), "png": picture("PNG"), "webp": picture("WEBP"), "pdf": pdf(), "mp3": mp3(), "wav": wav(),
    "ogg": ogg(), "m4a": boxes(b"M4A ", (b"soun",)), "mp4": boxes(), "mov": boxes(b"qt  "), "3gp": boxes(b"3gp4"),
    "webm": webm(),
}  # fmt: skip


def upload(content, name="bukti.bin"):
    return SimpleUploadedFile(name, content, "application/x-shockwave-flash")  # what is claimed is never looked at


def stored(shelf):
    return sorted(path for path in Path(shelf).rglob("*") if path.is_file())


def kept_bytes(file):
    return Path(file.path).read_bytes()


def add(world, case, content=WHOLE["jpg"], **more):
    given = {"upload": upload(content), "note": NOTE, "by": world.people[HANDLER], "now": NOW, "client_key": uuid4()}
    return add_evidence(case=case, **(given | more))


@contextmanager
def full_disk(room=1000):
    """No file may grow beyond `room` bytes: writes fail as on a disk that is full (RLIMIT_FSIZE)."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
