from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from districts.frame import open_page, seen_place
from districts.models import Election
from districts.requests import Request
from logistics.access import can_keep_stock, check_can_keep_stock
from logistics.ledger import LedgerRefused
from logistics.packing import Packed, pack, packed_before
from logistics.packing_board import PackingBoard, packing_board
from logistics.packing_forms import PackingForm

#: A message names so many TPS that are not complete; the table names them all [P].
NAMED = 3


@require_http_methods(["GET", "HEAD", "POST"])
def packing(request: Request, code: str) -> HttpResponse:
    opened = open_page(request, seen_place(request.user, code))
    if opened.election is None:
        raise Http404
    if request.method == "POST":
        check_can_keep_stock(request.user, code[:5])
        if packed_before(request.POST.get("client_key", ""), request.user):
            messages.info(request, _("Pengepakan ini sudah tercatat."))
            return redirect("packing", code)
    board = packing_board(opened.election, code)
    form = PackingForm(request.POST or None, board=board)
    if form.is_valid() and (done := _pack(request, opened.election, form)):
        _tell(request, done)
        return redirect("packing", code)
    context = {
        **opened.context,
        "board": board,
        "figures": _figures(board),
        "form": form if can_keep_stock(request.user, code[:5]) else None,
        "villages": form.villages(),
    }
    return render(request, "logistics/packing.html", context, status=422 if form.is_bound else 200)


def _pack(request: Request, election: Election, form: PackingForm) -> Packed | None:
    """None when it was refused; the form then says why."""
    chosen = {name: form.cleaned_data[name] for name in ("stations", "seals", "amounts", "client_key")}
    try:
        return pack(election, **chosen, by=request.user, now=timezone.now())
    except LedgerRefused as refused:
        form.add_error(None, str(refused))
        return None


def _tell(request: Request, done: Packed) -> None:
    if count := len(done.packed):
        messages.success(request, ngettext("%(n)d TPS dikemas.", "%(n)d TPS dikemas.", count) % {"n": count})
    for row in done.incomplete[:NAMED]:
        words = _("TPS {code} belum lengkap: {missing}.").format(code=row.station.code, missing=row.missing)
        messages.warning(request, words)
    if (more := len(done.incomplete) - NAMED) > 0:
        words = ngettext("%(n)d TPS lain belum lengkap.", "%(n)d TPS lain belum lengkap.", more) % {"n": more}
        messages.warning(request, words)


def _figures(board: PackingBoard) -> list[dict[str, object]]:
    return [
        {"label": _("TPS"), "value": board.total},
        {"label": _("Sudah dikemas"), "value": board.packed},
        {"label": _("Terisi sebagian"), "value": board.begun},
        {"label": _("Belum diisi"), "value": board.total - board.packed - board.begun},
    ]
