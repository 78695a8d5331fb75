"""Slips for paper: a card per account with its one-time code as a QR, eight on a sheet of A4."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from districts.access import Role
from districts.accounts.codes import code_of, grouped
from districts.models import SignInCode
from districts.qr import svg
from districts.templatetags.siap import moment

#: [P] Cards of one document: 25 sheets, made in about three seconds.
CARDS = 200


def cards(codes: Iterable[SignInCode], *, address: str, zone: str, place: str) -> dict[str, Any]:
    """What templates/districts/print/cards.typ shows. `address` is the page where a code is typed.

    Each code was read with its person and the person's assignments not ended, and their regions.
    """
    return {
        "title": _("Kartu akun SIAP Pilkada"),
        "place": place,
        "texts": {
            "scan": _("Pindai, lalu buat sandi Anda sendiri."),
            "or": _("Atau buka {address} dan tulis kode ini:").format(address=address.partition("://")[2]),
            "username": _("Nama pengguna"),
            "secret": _("Sekali pakai dan rahasia. Jangan difoto atau diteruskan."),
        },
        "cards": [_card(row, address, zone) for row in codes],
    }


def _card(row: SignInCode, address: str, zone: str) -> dict[str, str]:
    code = code_of(row)
    offices = [
        f"{Role(each.role).label} · {each.region.short_name if each.region else _('Indonesia')}"
        for each in row.user.assignments.all()
    ]
    return {
        "name": row.user.name,
        "offices": "; ".join(offices),
        "username": row.user.username,
        "code": grouped(code) if code else _("tidak berlaku lagi"),
        "qr": svg(f"{address}?kode={quote(grouped(code))}"),
        "until": _("Berlaku sampai {time}").format(time=moment(row.expires_at, zone)),
    }
