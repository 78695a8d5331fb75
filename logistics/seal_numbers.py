"""Numbers of seals: how they are written, and runs of them. Pure: whether one is taken, the database knows."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from logistics.ledger import LedgerRefused

#: The form of a number, as the constraint `seal_number_form` keeps it.
SEAL_FORM = re.compile(r"[A-Z0-9][A-Z0-9./-]{2,29}")


def clean_seal(number: str) -> str:
    """As it is stored: upper case, no spaces. LedgerRefused for what is no number."""
    cleaned = "".join(number.split()).upper()
    if not SEAL_FORM.fullmatch(cleaned):
        raise LedgerRefused(
            _(
                'Nomor segel "{number}" tidak dapat dipakai: 3 sampai 30 huruf, angka, titik, garis miring atau strip.'
            ).format(number=number.strip()[:40])
        )
    return cleaned


def running_seals(first: str, count: int) -> list[str]:
    """`count` numbers from `first` on: S-000101, S-000102 … LedgerRefused when `first` does not end in digits."""
    found = re.fullmatch(r"(.*?)(\d+)", clean_seal(first))
    if found is None:
        raise LedgerRefused(
            _('Nomor segel pertama harus berakhir dengan angka, misalnya S-000101, bukan "{number}".').format(
                number=first.strip()[:40]
            )
        )
    start, digits = found[1], found[2]
    return [f"{start}{int(digits) + step:0{len(digits)}d}" for step in range(count)]


def clean_seals(seals: Mapping[int, Sequence[str]]) -> dict[int, list[str]]:
    """`clean_seal` of the numbers of several TPS; LedgerRefused for one that stands there twice."""
    numbers = {station: [clean_seal(number) for number in given] for station, given in seals.items()}
    seen: set[str] = set()
    for number in (number for given in numbers.values() for number in given):
        if number in seen:
            raise LedgerRefused(
                _("Nomor segel {number} ditulis dua kali. Setiap kotak punya nomor sendiri.").format(number=number)
            )
        seen.add(number)
    return numbers
