"""The stock card of an item and the documents behind it: what came and went, when, on what paper, by whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from districts.models import Contest, Election
from districts.models.regions import without_kabupaten
from logistics.models import Document, DocumentKind, Movement, PlaceKind
from logistics.stock import Goods, scope
from logistics.stock_sql import CARD_LENGTH, CARD_PAGE


class CardRow(NamedTuple):
    """One line of a stock card. `after`: units in the place then. `first`: the movement, of `movements` in this line."""

    first: int
    movements: int
    contest: str
    kind: str
    region: str | None
    other_kind: str | None
    other_region: str | None
    came: bool
    quantity: int
    after: int
    is_correction: bool
    document_kind: str
    number: str
    note: str
    happened_at: datetime
    recorded_at: datetime
    person: str
    username: str

    @property
    def by(self) -> str:
        return self.person or self.username

    @property
    def place(self) -> str:
        return _place(self.kind, self.region)

    @property
    def other(self) -> str:
        return _place(self.other_kind, self.other_region) if self.other_kind else _("pesanan baru")

    @property
    def source(self) -> str:
        return self.other if self.came else self.place

    @property
    def target(self) -> str:
        return self.place if self.came else self.other

    @property
    def contest_name(self) -> str:
        return str(Contest.Kind(self.contest).label) if self.contest else ""

    @property
    def document(self) -> str:
        return f"{DocumentKind(self.document_kind).label} {self.number}".strip()

    @property
    def can_be_corrected(self) -> bool:
        """One movement of the stock's own documents; parcels and shipments are put right where they are made."""
        is_order = self.other_kind is None
        return self.movements == 1 and not is_order and not self.is_correction and self.document_kind in CORRECTABLE


CORRECTABLE = (
    DocumentKind.RECEIPT, DocumentKind.SORTING, DocumentKind.REPLACEMENT, DocumentKind.RESERVE,
    DocumentKind.DESTRUCTION, DocumentKind.IMPORT,
)  # fmt: skip


def _place(kind: str, region: str | None) -> str:
    return f"{PlaceKind(kind).label} {without_kabupaten(region)}".strip() if region else str(PlaceKind(kind).label)


class StockCard:
    """The stock card of an item, from its opening to now, as a list that a paginator cuts: a statement for its length and
    one for a page.
    """

    def __init__(self, election: Election, regency: str, item: str, *, contest: str = "", kind: str = "") -> None:
        self.parameters = scope(election, regency) | {"item": item, "contest": contest, "kind": kind}

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(CARD_LENGTH, self.parameters)
            return int(cursor.fetchone()[0])

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[CardRow]:
        start = part.start or 0
        with connection.cursor() as cursor:
            cursor.execute(CARD_PAGE, self.parameters | {"offset": start, "limit": part.stop - start})
            return [CardRow(*row) for row in cursor.fetchall()]

    def rows(self, size: int = 2000) -> Iterator[CardRow]:
        """All of it, a statement per `size` lines."""
        start = 0
        while found := self[start : start + size]:
            yield from found
            start += size


#: Documents listed under a form.
LATEST = 10


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement in words. `ordered`: units ordered in the same document, where that is another number."""

    goods: Goods
    quantity: int
    source: str
    target: str
    ordered: int | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document and what it moved."""

    document: Document
    moved: list[Moved]


def latest_papers(election: Election, regency: str, kind: DocumentKind) -> list[Paper]:
    """The newest documents of a kind, newest first, with all their movements. Two statements."""
    moved = Movement.objects.select_related("item", "from_place", "to_place").order_by("pk")
    found = Document.objects.filter(election=election, regency=regency, kind=kind).select_related("by")
    documents = found.prefetch_related(Prefetch("movements", moved)).order_by("-recorded_at", "-pk")[:LATEST]
    return [Paper(document, _told(list(document.movements.all()))) for document in documents]


def _told(movements: list[Movement]) -> list[Moved]:
    """Orders stand beside what was sent of them; alone only when nothing was."""
    ordered = {(each.item_id, each.contest): each for each in movements if each.from_place is None}
    told = []
    for each in movements:
        if each.from_place is None:
            continue
        order = ordered.pop((each.item_id, each.contest), None) if each.from_place.kind == PlaceKind.SUPPLIER else None
        told.append(_moved(each, order.quantity if order and order.quantity != each.quantity else None))
    return told + [_moved(order) for order in ordered.values()]


def _moved(movement: Movement, ordered: int | None = None) -> Moved:
    source = str(movement.from_place.get_kind_display()) if movement.from_place else _("pesanan baru")
    target = str(movement.to_place.get_kind_display())
    return Moved(Goods(movement.item, movement.contest), movement.quantity, source, target, ordered)
