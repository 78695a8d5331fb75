"""The stock of a regency: the table of its items, and the stock card of one."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from districts import exporting
from districts.frame import Opened, open_page, seen_place
from districts.models import Contest, Election
from districts.naming import shown
from districts.requests import Request
from logistics.access import can_keep_stock
from logistics.models import Item
from logistics.stock import stock_of_regency
from logistics.stock_card import CardRow, StockCard
from logistics.stock_forms import CardFilter

PER_PAGE = 50
#: Level of a regency or city, as `districts.frame.Place.level`.
REGENCY = 2


def open_regency(request: Request, code: str) -> tuple[Opened, Election]:
    """The page of a regency that votes; 404 for another level, another scope, or no election."""
    opened = open_page(request, seen_place(request.user, code))
    if opened.place.level != REGENCY or opened.election is None:
        raise Http404
    return opened, opened.election


@require_safe
def items(request: Request, code: str) -> HttpResponse:
    opened, election = open_regency(request, code)
    stock = stock_of_regency(election, code)
    calm = [row for row in stock if not row.is_trouble]
    context = opened.context | {
        "groups": [
            (_("Kurang, rusak atau hilang"), [row for row in stock if row.is_trouble]),
            (_("Wajib hitung"), [row for row in calm if row.goods.item.must_count]),
            (_("Barang lain"), [row for row in calm if not row.goods.item.must_count]),
        ],
        "keeps": can_keep_stock(request.user, code),
    }
    return render(request, "logistics/stock_items.html", context)


@require_safe
def item(request: Request, code: str, item: str) -> HttpResponse:
    opened, election = open_regency(request, code)
    found = get_object_or_404(Item, pk=item)
    rows = [row for row in stock_of_regency(election, code) if row.goods.item == found]
    form = CardFilter(request.GET, contests=[row.goods.contest for row in rows])
    card: Paginator[CardRow] = Paginator(StockCard(election, code, found.pk, **form.chosen()), PER_PAGE)  # type: ignore[arg-type]
    context = opened.context | {
        "item": found,
        "stock": rows,
        "form": form,
        "is_everywhere": not form.chosen()["kind"],
        "page": card.get_page(request.GET.get("page") or card.num_pages),  # the newest stand on the last page
        "address": request.path,
        "query": request.GET.urlencode(),
        "keeps": can_keep_stock(request.user, code),
    }
    template = "logistics/_stock_card.html" if request.htmx else "logistics/stock_item.html"
    return render(request, template, context, status=200 if form.is_valid() else 422)


@require_safe
def item_export(request: Request, code: str, item: str, format: str) -> HttpResponseBase:
    opened, election = open_regency(request, code)
    found = get_object_or_404(Item, pk=item)
    form = CardFilter(request.GET, contests=[""] if not found.per_contest else Contest.Kind.values)
    card = StockCard(election, code, found.pk, **form.chosen())
    titles = (
        _("Waktu"), _("Dicatat"), _("Dokumen"), _("Jenis pemilihan"), _("Tempat"), _("Dari"), _("Ke"),
    )  # fmt: skip
    counted = [exporting.Column(title, shown(found.unit)) for title in (_("Masuk"), _("Keluar"), _("Sisa di tempat"))]
    sheet = exporting.Sheet(
        name=_("Kartu stok {item}").format(item=shown(found.name)),
        columns=[*map(exporting.Column, titles), *counted, exporting.Column(_("Oleh")), exporting.Column(_("Catatan"))],
        rows=_cells(card.rows()),
        source=exporting.Source(
            given_by=_("Buku persediaan {place}").format(place=f"KPU {opened.place.name}"),
            read_at=opened.now,
            place=opened.place.name,
            election=str(election),
            is_simulation=election.is_simulation,
        ),
        zone=opened.place.zone,
        code=code,
        day=opened.today,
    )
    return exporting.download(sheet, format)


def _cells(rows: Iterator[CardRow]) -> Iterator[tuple[exporting.Cell, ...]]:
    for row in rows:
        came, left = (row.quantity, None) if row.came else (None, row.quantity)
        yield (
            row.happened_at, row.recorded_at, row.document, row.contest_name, row.place, row.source, row.target, came,
            left, row.after, row.by, row.note,
        )  # fmt: skip
