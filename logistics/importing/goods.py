"""Lines of a file of stock received and of one of sorting results, as documents and movements."""

from django.db.backends.utils import CursorWrapper

from districts.importing.kinds import Counted
from districts.importing.values import TABLE
from districts.naming import shown
from logistics.importing.lines import goods_name, local_moment, moment_of, papers
from logistics.importing.shapes import DAMAGES
from logistics.ledger import Line, move_each, places
from logistics.models import Document, DocumentKind, Item, PlaceKind, SortingBatch, SortingDamage


def bring_stock(cursor: CursorWrapper, document: Document) -> list[Counted]:
    """A receipt per paper: ordered as its surat jalan says, received as counted."""
    zone, regency = document.regency.time_zone, document.regency_id
    cursor.execute(
        f"SELECT nomor_dokumen, {moment_of('tanggal')}, kode_barang, COALESCE(jenis_pemilihan, ''), jumlah::integer,"
        f" COALESCE(surat_jalan, jumlah)::integer FROM {TABLE} ORDER BY line"
    )
    rows = cursor.fetchall()
    wanted = list(dict.fromkeys((number, local_moment(day, zone)) for number, day, *_rest in rows))
    paper = dict(zip(wanted, papers(document, document.election, DocumentKind.RECEIPT, wanted), strict=True))
    kinds = (PlaceKind.SUPPLIER, PlaceKind.SORTING, PlaceKind.WAREHOUSE)
    found = places(document.election, [(kind, regency) for kind in kinds])
    supplier, sorting, warehouse = (found[kind, regency] for kind in kinds)
    items = Item.objects.in_bulk()
    lines: list[tuple[Document, Line]] = []
    for number, day, item, contest, counted, stated in rows:
        own = paper[number, local_moment(day, zone)]
        target = sorting if items[item].needs_sorting else warehouse
        lines.append((own, Line(item, contest, max(counted, stated), None, supplier)))
        if counted:
            lines.append((own, Line(item, contest, counted, supplier, target)))
    move_each(lines)
    return _counted([(items[row[2]], row[3], row[4]) for row in rows])


def bring_sorting(cursor: CursorWrapper, document: Document) -> list[Counted]:
    """A batch per line: good to the warehouse, damaged by class, short back to the supplier, surplus from it."""
    zone, regency = document.regency.time_zone, document.regency_id
    whole = ", ".join(f"COALESCE({column}, '0')::integer" for column in ("kurang", "lebih", *DAMAGES))
    cursor.execute(
        f"SELECT nomor_ba, {moment_of('tanggal')}, kode_barang, jenis_pemilihan, menurut_label::integer, baik::integer,"
        f" {whole} FROM {TABLE} ORDER BY line"
    )
    rows = cursor.fetchall()
    wanted = [(number, local_moment(day, zone)) for number, day, *_rest in rows]
    made = papers(document, document.election, DocumentKind.SORTING, wanted)
    kinds = (PlaceKind.SUPPLIER, PlaceKind.SORTING, PlaceKind.WAREHOUSE, PlaceKind.DAMAGED)
    found = places(document.election, [(kind, regency) for kind in kinds])
    supplier, sorting, warehouse, damaged_place = (found[kind, regency] for kind in kinds)
    batches, damages, lines = [], [], list[tuple[Document, Line]]()
    for own, (_number, _day, item, contest, labelled, good, short, surplus, *classes) in zip(made, rows, strict=True):
        damaged = sum(classes)
        batches.append(
            SortingBatch(
                document=own, item_id=item, contest=contest, labelled=labelled, good=good, damaged=damaged,
                short=short, surplus=surplus,
            )
        )  # fmt: skip
        damages += [
            SortingDamage(batch_id=own.pk, damage_class=number, quantity=quantity)
            for number, quantity in enumerate(classes, 1)
            if quantity
        ]
        way = (
            (surplus, None, supplier),
            (surplus, supplier, sorting),
            (good, sorting, warehouse),
            (damaged, sorting, damaged_place),
            (short, sorting, supplier),
        )
        lines += [(own, Line(item, contest, *step)) for step in way if step[0]]
    SortingBatch.objects.bulk_create(batches)
    SortingDamage.objects.bulk_create(damages)
    move_each(lines)
    items = Item.objects.in_bulk()
    return _counted([(items[row[2]], row[3], row[5]) for row in rows])


def _counted(rows: list[tuple[Item, str, int]]) -> list[Counted]:
    """Totals per goods, in the order of the catalogue."""
    totals: dict[tuple[int, str], tuple[Item, int, int]] = {}
    for item, contest, amount in rows:
        _item, total, lines = totals.get((item.position, contest), (item, 0, 0))
        totals[item.position, contest] = (item, total + amount, lines + 1)
    return [
        Counted(goods_name(item, contest), total, shown(item.unit), lines)
        for (_position, contest), (item, total, lines) in sorted(totals.items(), key=lambda pair: pair[0])
    ]
