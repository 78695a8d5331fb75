"""Who does what in logistics. Reading follows `districts.access` alone; each check has the sentence for the person."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from districts.access import AccessRefused, Role, scope_of
from logistics.stages import Hop

if TYPE_CHECKING:
    from districts.models import User


def can_keep_stock(user: "User", regency: str) -> bool:
    """Receive, sort, pack, destroy, correct and import: the KPU liaison of the regency."""
    return scope_of(user).covers(regency, Role.KPU)


def check_can_keep_stock(user: "User", regency: str) -> None:
    if not can_keep_stock(user, regency):
        raise AccessRefused(_("Hanya penghubung KPU kabupaten/kota ini yang dapat mencatat stok dan pengepakan."))


def can_send(user: "User", hop: Hop, kecamatan: str) -> bool:
    """Plan, dispatch, stop and take back a shipment: who has the goods before the hop."""
    return scope_of(user).covers(kecamatan, hop.sender)


def check_can_send(user: "User", hop: Hop, kecamatan: str) -> None:
    if not can_send(user, hop, kecamatan):
        raise AccessRefused(
            _("Kiriman ini diserahkan oleh {sender}. Hanya petugasnya yang dapat mengirim atau membatalkan.").format(
                sender=hop.sender_place
            )
        )


def can_receive(user: "User", hop: Hop, kecamatan: str) -> bool:
    return scope_of(user).covers(kecamatan, hop.receiver)


def check_can_receive(user: "User", hop: Hop, kecamatan: str) -> None:
    if not can_receive(user, hop, kecamatan):
        raise AccessRefused(
            _("Kiriman ini diterima oleh {receiver}. Hanya petugasnya yang dapat menerima atau menolak.").format(
                receiver=hop.receiver_place
            )
        )


def can_note_arrival(user: "User", hop: Hop, kecamatan: str) -> bool:
    """See that a shipment has come: the receiver, and in the kecamatan the camat's staff as a witness (DESIGN)."""
    return can_receive(user, hop, kecamatan) or (hop.is_forward and scope_of(user).covers(kecamatan, Role.REPORTER))


def check_can_note_arrival(user: "User", hop: Hop, kecamatan: str) -> None:
    if not can_note_arrival(user, hop, kecamatan):
        raise AccessRefused(_("Hanya penerima atau petugas kecamatan ini yang dapat mencatat kedatangan."))


def can_reconcile(user: "User", kecamatan: str) -> bool:
    """Tell of a TPS how many ballots were used, spoiled and left: PPK and PPS of the kecamatan."""
    return scope_of(user).covers(kecamatan, Role.PPK)


def check_can_reconcile(user: "User", kecamatan: str) -> None:
    if not can_reconcile(user, kecamatan):
        raise AccessRefused(_("Hanya PPK/PPS kecamatan ini yang dapat mengisi rekonsiliasi surat suara."))
