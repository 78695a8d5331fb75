"""Staged lines as values."""

from datetime import datetime
from zoneinfo import ZoneInfo

from districts.models import Contest, Election
from districts.naming import shown
from logistics.models import Document, DocumentKind, Item


def moment_of(column: str) -> str:
    """SQL of a staged moment as `local_moment` reads it: 2026-11-1 9:05 and 2026-10-31 24:00 too."""
    return f"""to_char({column}::timestamp, 'YYYY-MM-DD"T"HH24:MI:SS')"""


def local_moment(text: str, zone: str) -> datetime:
    """A staged moment, as the rules let it through, on the clocks of `zone`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def goods_name(item: Item, contest: str) -> str:
    return f"{shown(item.name)}, {Contest.Kind(contest).label.lower()}" if contest else shown(item.name)


def papers(
    whole: Document, election: Election, kind: DocumentKind, wanted: list[tuple[str, datetime]]
) -> list[Document]:
    """A document for each `(number, happened at)`, recorded with the import `whole` and by its person. One statement."""
    rows = [
        Document(
            election=election, kind=kind, number=number, regency_id=whole.regency_id, happened_at=at,
            recorded_at=whole.recorded_at, by_id=whole.by_id, note=whole.note,
        )
        for number, at in wanted
    ]  # fmt: skip
    return Document.objects.bulk_create(rows)
