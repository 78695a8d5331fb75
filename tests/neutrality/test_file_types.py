"""What a file is, by its content alone (issue 4, 6: type checked by content; polyglot files, scripts in SVG and HTML)."""

import struct
from io import BytesIO

import pytest

from neutrality.file_types import file_type
from tests.neutrality.proof import HTML, SVG, WHOLE, archive, boxes, mp3, ogg, pdf, picture, webm


def extension_of(content):
    found = file_type(BytesIO(content))
    return found.extension if found else None


@pytest.mark.parametrize("extension", WHOLE)
def test_every_allowed_type_is_known_by_its_content(extension):
    assert extension_of(WHOLE[extension]) == extension


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (mp3(tagged=False), "mp3"), (ogg(b"\x01vorbis"), "ogg"), (boxes(b"mp42"), "mp4"), (boxes(b"iso6"), "mp4"),
        (boxes(b"3gp5", (b"vide",)), "3gp"), (boxes(b"mp42", (b"soun",)), "m4a"), (picture(progressive=True), "jpg"),
    ],
)  # fmt: skip
def test_kin_of_the_allowed_types_are_known_too(content, extension):
    assert extension_of(content) == extension


OTHER = {
    "svg": SVG, "svg without a head": SVG[21:], "html": HTML, "zip": archive(), "xlsx": archive("xl/workbook.xml"),
    "gif": b"GIF89a" + bytes(40), "exe": b"MZ" + bytes(200), "elf": b"\x7fELF" + bytes(200), "nothing": b"",
    "text": b"Pengumuman", "tiff": picture("TIFF"), "bmp": picture("BMP"), "avi": b"RIFF\x10\0\0\0AVI LIST" + bytes(40),
    "matroska": webm(b"matroska"), "ogg video": ogg(b"\x80theora"), "heic": boxes(b"heic", ()), "mp4 without a track": boxes(tracks=()),
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "one mp3 frame": b"\xff\xfb\x90\x00" + bytes(50),
    "rtf": b"{\\rtf1 }", "php": b"<?php system($_GET[1]); ?>", "gzip": b"\x1f\x8b\x08" + bytes(40),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER)
def test_no_other_type_is_taken(name):
    assert extension_of(OTHER[name]) is None


TAILS = {
    "zip": archive(),
    "html": HTML,
    "svg": SVG,
    "script": b"<script>x</script>",
    "page without a head": b"<body onload=alert(1)>",
    "php": b"<?php system($_GET[1]); ?>",
    "pdf": b"%PDF-1.4\n",
    "rar": b"Rar!\x1a\x07\x00",
}
#: Words of a page inside a PDF are text of the PDF.
APPENDED = [(extension, name) for extension in WHOLE for name in TAILS if extension != "pdf" or name == "zip"]


@pytest.mark.parametrize(("extension", "tail"), APPENDED)
def test_nothing_that_is_something_else_as_well_is_taken(extension, tail):
    assert extension_of(WHOLE[extension] + TAILS[tail]) is None


def test_a_zip_before_which_a_picture_was_put_is_a_zip():
    from_the_front = picture()
    packed = BytesIO(from_the_front + archive())
    assert file_type(packed) is None
    hidden = picture(comment=archive())  # in a comment of the JPEG, which ends far behind it
    assert extension_of(hidden) is None


@pytest.mark.parametrize("before", [b"\n", b"GIF89a", b"<html>", picture(), bytes(1000)])
def test_a_pdf_starts_with_its_first_byte(before):
    assert extension_of(before + pdf()) is None


@pytest.mark.parametrize(
    "content", [pdf()[:-7], boxes()[:-1], boxes() + b"\0\0\0", b"%PDF-9.9\n%%EOF", b"%PDF-1.7%%EOF"]
)
def test_a_file_that_was_cut_off_or_does_not_end_where_it_says_is_not_taken(content):
    assert extension_of(content) is None


def test_a_box_that_claims_more_than_there_is_reads_nothing_beyond():
    head = boxes()
    assert extension_of(head + struct.pack(">L", 0xFFFFFFF0) + b"free") is None
    assert extension_of(head + struct.pack(">L", 1) + b"free" + struct.pack(">Q", 2**63)) is None
    assert extension_of(head + struct.pack(">L", 3) + b"free") is None


def test_a_jpeg_of_thousands_of_scans_is_not_read_at_all():
    assert extension_of(picture() + b"\xff\xda" * 5000) is None
