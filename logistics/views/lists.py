"""The lists of the stock and of shipments as CSV and XLSX, with the filters of their pages."""

from django.http import Http404
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from districts.exporting import download
from districts.frame import open_page, seen_place
from districts.requests import Request
from logistics.exports import replacements_sheet, shipments_sheet, stock_sheet
from logistics.shipment_forms import ListForm
from logistics.views.stock import open_regency


@require_safe
def items(request: Request, code: str, format: str) -> HttpResponseBase:
    return download(stock_sheet(*open_regency(request, code)), format)


@require_safe
def replacements(request: Request, code: str, format: str) -> HttpResponseBase:
    return download(replacements_sheet(*open_regency(request, code)), format)


@require_safe
def shipments(request: Request, code: str, format: str) -> HttpResponseBase:
    opened = open_page(request, seen_place(request.user, code))
    if opened.election is None:
        raise Http404
    form = ListForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    sheet = shipments_sheet(opened, opened.election, chosen.get("ruas", ""), chosen.get("keadaan", ""))
    return download(sheet, format)
