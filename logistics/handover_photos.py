"""Photos of a hand-over: the cargo, a broken seal, wet boxes. Kept like those of reports, looked at by who sees the
shipment. A photo that cannot be kept never costs the hand-over it belongs to.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from districts.access import AccessRefused
from districts.photos import PhotoRefused, encode, keep
from logistics.access import can_receive, can_send
from logistics.models import HandOver, HandOverPhoto
from logistics.stages import HOPS

if TYPE_CHECKING:
    from districts.models import User

MAX_PHOTOS = 6  # of a hand-over; the table's own bound
AT_ONCE = 3  # [P] with the form itself: more make it too heavy for a weak line


def can_add_photo(user: "User", handover: HandOver) -> bool:
    """Both sides of the hand-over."""
    hop, kecamatan = HOPS[handover.shipment.hop], handover.shipment.kecamatan_id
    return can_receive(user, hop, kecamatan) or can_send(user, hop, kecamatan)


def check_can_add_photo(user: "User", handover: HandOver) -> None:
    if not can_add_photo(user, handover):
        raise AccessRefused(_("Hanya pengirim atau penerima kiriman ini yang dapat menambah foto serah terimanya."))


def add_photo(*, handover: HandOver, by: "User", upload: UploadedFile) -> tuple[HandOverPhoto, bool]:
    """(photo, whether it is new). PhotoRefused with a sentence; no row and no file is left then."""
    check_can_add_photo(by, handover)
    return keep(
        HandOverPhoto(handover=handover, uploaded_by=by),
        encode(upload, handover.shipment.kecamatan.time_zone),
        of="handover",
        most=MAX_PHOTOS,
        when_full=_("Sudah ada enam foto. Paling banyak enam foto per serah terima."),
        when_no_room=_(
            "Foto belum tersimpan: tempat di server penuh. Serah terimanya sendiri aman; coba foto ini lagi nanti."
        ),
    )


def add_photos(*, handover: HandOver, by: "User", uploads: Iterable[UploadedFile]) -> list[str]:
    """Keep what can be kept; the sentences about the rest, each once."""
    refusals: dict[str, None] = {}
    for upload in uploads:
        try:
            add_photo(handover=handover, by=by, upload=upload)
        except PhotoRefused as refused:
            refusals[str(refused)] = None
    return list(refusals)
