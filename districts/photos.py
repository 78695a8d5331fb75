"""Photos: re-encoded, small, without EXIF but the time, and never served without a look at who asks."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from districts.access import check_can_report
from districts.models import ExpectedReport, ReportPhoto, User
from districts.stored_files import stored_with_row

MAX_PHOTOS = 3  # DOMAIN 7.2, foto
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000  # twice what phones make; beyond it a small file may unpack into gigabytes
LONGEST_SIDE = 1600
QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP")


class PhotoRefused(Exception):
    """The photo was not kept; carries the sentence to show. No row and no file is left."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A photo ready to keep: JPEG bytes, the hash of what was uploaded, and when it was taken, if it said so."""

    jpeg: bytes
    sha256: str
    taken_at: datetime | None


def encode(upload: UploadedFile, zone: str) -> Encoded:
    """Read by content, not by name. A phone's clock is taken to be that of `zone`."""
    if (upload.size or 0) > MAX_BYTES:
        raise PhotoRefused(_("Foto ini lebih dari 10 MB. Kirim yang lebih kecil."))
    original = upload.read()
    jpeg, taken_at = redrawn(BytesIO(original), zone)
    return Encoded(jpeg, hashlib.sha256(original).hexdigest(), taken_at)


def redrawn(source: IO[bytes], zone: str, longest_side: int = LONGEST_SIDE) -> tuple[bytes, datetime | None]:
    """The picture as a new JPEG without anything beside the picture, and when it was taken, if it said so."""
    too_large = _("Foto ini terlalu besar ukurannya. Kecilkan, lalu unggah lagi.")
    try:
        with Image.open(source, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise PhotoRefused(too_large)
            taken_at = _taken_at(image, zone)
            image.draft("RGB", (longest_side, longest_side))
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoRefused(too_large) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # all that Pillow raises for broken files
        raise PhotoRefused(_("Berkas ini bukan foto JPEG, PNG atau WebP. Pilih berkas lain.")) from error
    upright.thumbnail((longest_side, longest_side))
    upright.info.clear()
    encoded = BytesIO()
    upright.save(encoded, "JPEG", quality=QUALITY, optimize=True)
    return encoded.getvalue(), taken_at


def _taken_at(image: Image.Image, zone: str) -> datetime | None:
    """EXIF DateTimeOriginal; None when missing or nonsense."""
    detail = image.getexif().get_ifd(ExifTags.IFD.Exif)
    return _moment(str(detail.get(ExifTags.Base.DateTimeOriginal, "")), zone)


def _moment(text: str, zone: str) -> datetime | None:
    """ "2026:11:21 16:20:00", as EXIF writes it; None for anything else."""
    try:
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return None


def add_photo(*, expected: ExpectedReport, by: User, upload: UploadedFile, taken: str = "") -> tuple[ReportPhoto, bool]:
    """Keep a photo on the first free place; (photo, whether it is new). The same file again is the same photo.

    `taken` is the EXIF time of a photo that was made smaller on the phone and lost its own.
    """
    check_can_report(by, expected.kecamatan_id)
    encoded = encode(upload, expected.kecamatan.time_zone)
    if encoded.taken_at is None:
        encoded = replace(encoded, taken_at=_moment(taken, expected.kecamatan.time_zone))
    return keep(
        ReportPhoto(expected=expected, uploaded_by=by),
        encoded,
        of="expected",
        most=MAX_PHOTOS,
        when_full=_("Sudah ada tiga foto. Paling banyak tiga foto per laporan."),
        when_no_room=_(
            "Foto belum tersimpan: tempat di server penuh. Laporannya sendiri aman; coba foto ini lagi nanti."
        ),
    )


def keep(photo: Any, encoded: Encoded, *, of: str, most: int, when_full: str, when_no_room: str) -> tuple[Any, bool]:
    """Store an encoded photo on the first free place, 1 to `most`, of what its foreign key `of` names. `photo` is a new
    row with the columns of ReportPhoto.

    (photo, whether it is new): the same file again is the same photo. PhotoRefused with `when_full` when no place is
    free, with `when_no_room` when the disk is full.
    """
    owner = getattr(photo, of)
    fault = _("Foto belum tersimpan karena gangguan di server. Yang lain aman; coba foto ini lagi nanti.")
    with (
        stored_with_row(PhotoRefused, when_full=when_no_room, when_faulty=fault) as storing,
        transaction.atomic(),
    ):
        type(owner)._default_manager.select_for_update(no_key=True).get(pk=owner.pk)
        there = list(type(photo)._default_manager.filter(**{of: owner}).order_by("position"))
        for earlier in there:
            if earlier.sha256 == encoded.sha256:
                return earlier, False
        free = sorted(set(range(1, most + 1)) - {earlier.position for earlier in there})
        if not free:
            raise PhotoRefused(when_full)
        photo.position, photo.sha256, photo.taken_at = free[0], encoded.sha256, encoded.taken_at
        photo.image = storing.save(photo, "image", "jpg", ContentFile(encoded.jpeg))
        photo.save(force_insert=True)
    return photo, True
