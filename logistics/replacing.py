"""Replacement of what is short or damaged: asked in SILOG, on the way, received (DOMAIN 3.4, [S27])."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from districts.client_keys import key_used
from districts.models import Election
from logistics.access import check_can_keep_stock
from logistics.ledger import (
    LedgerRefused,
    Line,
    check_moment,
    correct,
    mark_regency_stale,
    move,
    places,
    said_before,
    write_document,
)
from logistics.models import Document, DocumentKind, Movement, PlaceKind, Replacement
from logistics.receiving import MOST, arrives_in, locked_stock, needs_sorting, order

if TYPE_CHECKING:
    from districts.models import User


#: What the form that asks tells.
ASKED = ("item_id", "contest", "asked", "reason", "silog_number", "asked_at", "expected_on")


def ask(
    *,
    election: Election,
    regency: str,
    item: str,
    contest: str,
    quantity: int,
    reason: str,
    asked_at: datetime,
    by: "User",
    now: datetime,
    silog_number: str = "",
    expected_on: date | None = None,
    client_key: UUID | None = None,
) -> Replacement:
    """Note that a replacement was asked for. Nothing moves yet. The same key from the same person is the same asking."""
    check_can_keep_stock(by, regency)
    check_moment(asked_at, now)
    if not 0 < quantity <= MOST:
        raise LedgerRefused(_("Jumlah harus bilangan bulat dari 1 sampai 10.000.000."))
    if not reason.strip():
        raise LedgerRefused(_("Tulis alasan penggantian."))
    needs_sorting([item])
    made = Replacement(
        election=election, regency_id=regency, item_id=item, contest=contest, asked=quantity, reason=reason,
        silog_number=silog_number, asked_at=asked_at, asked_by=by, expected_on=expected_on,
        client_key=client_key or uuid4(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            mark_regency_stale(election, regency)
    except IntegrityError:
        earlier = Replacement.objects.filter(client_key=made.client_key).first()
        if earlier is None:
            raise
        if (earlier.asked_by_id, earlier.regency_id) != (by.pk, regency):
            raise LedgerRefused(key_used()) from None
        if any(getattr(earlier, name) != getattr(made, name) for name in ASKED):
            raise LedgerRefused(said_before()) from None
        return earlier
    return made


@transaction.atomic
def send(
    *,
    replacement: Replacement,
    quantity: int,
    happened_at: datetime,
    by: "User",
    now: datetime,
    number: str = "",
    client_key: UUID | None = None,
) -> Document:
    """The supplier sent `quantity` of what was asked: it is now on the way. Units it still owed go first; what is more
    is ordered.
    """
    locked, document, is_new = _step(replacement, quantity, happened_at, by, now, number, client_key)
    if not is_new:
        return document
    left = locked.asked - locked.sent
    if not 0 < quantity <= left:
        raise LedgerRefused(
            _("Yang diminta {asked}, sudah dikirim {sent}. Isi dari 1 sampai {left}; selebihnya adalah penerimaan biasa.")
            .format(asked=locked.asked, sent=locked.sent, left=left)
            if left
            else _("Seluruh {asked} yang diminta sudah dikirim.").format(asked=locked.asked)
        )  # fmt: skip
    regency, goods = locked.regency_id, (locked.item_id, locked.contest)
    found = places(locked.election, [(PlaceKind.SUPPLIER, regency), (PlaceKind.REPLACEMENT, regency)])
    supplier = found[PlaceKind.SUPPLIER, regency]
    ordered = order(*goods, quantity - locked_stock(supplier).get(goods, 0), supplier)
    move(document, [*ordered, Line(*goods, quantity, supplier, found[PlaceKind.REPLACEMENT, regency])])
    locked.sent += quantity
    locked.sent_document = document
    locked.save(update_fields=["sent", "sent_document"])
    mark_regency_stale(locked.election, regency)
    return document


@transaction.atomic
def receive(
    *,
    replacement: Replacement,
    quantity: int,
    happened_at: datetime,
    by: "User",
    now: datetime,
    number: str = "",
    client_key: UUID | None = None,
) -> Document:
    """`quantity` of what is on the way arrived; into sorting when the item is sorted first, else into the warehouse."""
    locked, document, is_new = _step(replacement, quantity, happened_at, by, now, number, client_key)
    if not is_new:
        return document
    left = locked.sent - locked.received
    if not 0 < quantity <= left:
        raise LedgerRefused(
            _(
                "Yang masih di perjalanan {left}, jadi tidak dapat diterima {quantity}. Catat dulu pengirimannya."
            ).format(left=left, quantity=quantity)
        )
    regency, item = locked.regency_id, locked.item_id
    target = arrives_in(item, needs_sorting([item]))
    found = places(locked.election, [(PlaceKind.REPLACEMENT, regency), (target, regency)])
    source = found[PlaceKind.REPLACEMENT, regency]
    move(document, [Line(item, locked.contest, quantity, source, found[target, regency])])
    locked.received += quantity
    locked.received_document = document
    locked.save(update_fields=["received", "received_document"])
    mark_regency_stale(locked.election, regency)
    return document


def _step(
    replacement: Replacement,
    quantity: int,
    happened_at: datetime,
    by: "User",
    now: datetime,
    number: str,
    client_key: UUID | None,
) -> tuple[Replacement, Document, bool]:
    """The replacement as it is now, locked until the transaction ends, and the document of what is done with it."""
    check_can_keep_stock(by, replacement.regency_id)
    locked = Replacement.objects.select_for_update(of=("self",)).select_related("election").get(pk=replacement.pk)
    document, is_new = write_document(
        election=locked.election, kind=DocumentKind.REPLACEMENT, regency=locked.regency_id, happened_at=happened_at,
        by=by, now=now, number=number, client_key=client_key, said=(locked.pk, quantity, number, happened_at),
    )  # fmt: skip
    return locked, document, is_new


@transaction.atomic
def take_back(
    *, movement: Movement, quantity: int, reason: str, by: "User", now: datetime, client_key: UUID | None = None
) -> Document:
    """Correct the newest sending or receipt of a replacement, and what the replacement says of itself with it."""
    check_can_keep_stock(by, movement.document.regency_id)
    of_document = Q(sent_document=movement.document_id) | Q(received_document=movement.document_id)
    locked = Replacement.objects.select_for_update().filter(of_document).first()
    is_repeat = client_key is not None and Document.objects.filter(client_key=client_key).exists()
    if locked is None and not is_repeat:
        raise LedgerRefused(
            _("Hanya pengiriman atau penerimaan terakhir dari sebuah penggantian yang dapat dikoreksi.")
        )
    document = correct(movement=movement, quantity=quantity, reason=reason, by=by, now=now, client_key=client_key)
    if locked is not None and not is_repeat:
        _lower(locked, "sent" if locked.sent_document_id == movement.document_id else "received", quantity)
    return document


def _lower(locked: Replacement, step: str, quantity: int) -> None:
    left = getattr(locked, step) - quantity
    if left < 0 or (step == "sent" and left < locked.received):
        raise LedgerRefused(_("Koreksi dulu penerimaannya: yang diterima tidak boleh melebihi yang dikirim."))
    setattr(locked, step, left)
    if not left:
        setattr(locked, f"{step}_document", None)
    locked.save(update_fields=[step, f"{step}_document"])
