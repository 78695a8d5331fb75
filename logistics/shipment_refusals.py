"""Why a step of a shipment is refused: somebody was first, a clock is wrong, a form belongs to another shipment."""

from datetime import datetime

from django.utils.translation import gettext as _

from districts.templatetags.siap import moment
from logistics.ledger import LedgerRefused
from logistics.models import Shipment, ShipmentState


def check_same_shipment(number: str, shipment: Shipment) -> None:
    if number != shipment.code:
        raise LedgerRefused(_("Formulir ini sudah dipakai untuk kiriman lain. Muat ulang, lalu isi lagi."))


def no_earlier(at: datetime, earliest: datetime, sentence: str, zone: str) -> datetime:
    """`at`, which a form gives to the minute; `earliest` where it lies in that same minute; refused before it."""
    if at >= earliest:
        return at
    if at < earliest.replace(second=0, microsecond=0):
        raise LedgerRefused(sentence.format(at=moment(earliest, zone)))
    return earliest


def too_late(pk: int) -> LedgerRefused:
    """Somebody was first: who, and what the shipment is now."""
    now = Shipment.objects.select_related("kecamatan", "departed_by", "arrived_by", "closed_by").get(pk=pk)
    zone = now.kecamatan.time_zone
    if now.closed_by and now.closed_at:
        who, at = now.closed_by.name, now.closed_at
    elif now.state == ShipmentState.ARRIVED and now.arrived_by and now.arrived_at:
        who, at = now.arrived_by.name, now.arrived_at
    elif now.departed_by and now.departed_at:
        who, at = now.departed_by.name, now.departed_at
    else:
        return LedgerRefused(_("Kiriman ini masih direncanakan dan belum berangkat. Muat ulang halamannya."))
    return LedgerRefused(
        _("Kiriman ini sudah “{state}” ({name}, {at}). Muat ulang untuk melihat keadaannya sekarang.").format(
            state=ShipmentState(now.state).label.lower(), name=who, at=moment(at, zone)
        )
    )
