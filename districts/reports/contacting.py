"""Reaching a kecamatan that has not reported: the ready message, the links that send it, and the note of a call."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from districts.access import Role, check_can_run_desk
from districts.models import Assignment, ContactAttempt, ExpectedReport
from districts.reports.reaching import follow_call
from districts.templatetags.siap import moment, slot_name

if TYPE_CHECKING:
    from districts.models import User

#: Indonesia's country code: 0812… and +62812… are the same number.
COUNTRY = "62"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to call."""

    office: str
    name: str
    phone: str


class KeyTaken(Exception):
    """The client key belongs to another note; carries the sentence to show."""


def international(phone: str) -> str:
    """Digits with the country code and nothing else, as WhatsApp wants them: `+62 812`, `0812` and `812` are `62812`."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    if phone.startswith("+") or digits.startswith(COUNTRY):
        return digits
    return COUNTRY + digits.removeprefix("0")


def whatsapp_link(phone: str, text: str = "") -> str:
    return f"https://wa.me/{international(phone)}" + (f"?text={quote(text)}" if text else "")


def sms_link(phone: str, text: str) -> str:
    """`sms:` with the text after `?body=` (RFC 5724)."""
    return f"sms:+{international(phone)}?body={quote(text)}"


@override("id")  # who receives it did not choose the language of this page
def reminder(expected: ExpectedReport, name: str, address: str, zone: str) -> str:
    """The ready text asking the kecamatan `name` for its report; `address` is the form's."""
    return _(
        "Yth. Camat %(name)s. Laporan kesiapan Pilkada %(slot)s belum kami terima. Tenggat: %(due)s. "
        "Mohon diisi di %(address)s atau dibacakan lewat telepon. Terima kasih. Desk Pilkada"
    ) % {"name": name, "slot": slot_name(expected.slot), "due": moment(expected.due_at, zone), "address": address}


def note_contact(
    *, expected: ExpectedReport, outcome: str, channel: str, note: str, client_key: UUID, by: "User", now: datetime
) -> ContactAttempt:
    """Note a call to the kecamatan of `expected`, and what it says by rule of how it can be reached. The same key from the same person changes nothing and gives the same
    note. AccessRefused for others than the desk; KeyTaken when the key is somebody else's.
    """
    check_can_run_desk(by, expected.kecamatan_id)
    with transaction.atomic():
        made, is_new = ContactAttempt.objects.get_or_create(
            client_key=client_key,
            defaults={"expected": expected, "outcome": outcome, "channel": channel, "note": note, "by": by, "at": now},
        )
        if is_new:
            follow_call(attempt=made, by=by)
    if made.by_id != by.pk or made.expected_id != expected.pk:
        raise KeyTaken(_("Catatan ini bentrok dengan catatan lain. Muat ulang halaman lalu catat lagi."))
    return made


def desk_to_call(kecamatan: str) -> Person | None:
    """Whom at the desk a kecamatan calls: the nearest desk, somebody with a phone. None: nobody has one. One statement."""
    staff = Assignment.objects.valid().filter(
        role=Role.DESK, region__in=[kecamatan[:5], kecamatan[:2]], user__is_active=True
    )
    found = staff.exclude(user__phone="").order_by("-region", "user__name").values_list("user__name", "user__phone")
    first = found.first()
    return Person(str(Role.DESK.label), *first) if first else None
