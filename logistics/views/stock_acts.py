"""What the KPU liaison writes down of the stock. Each page shows the form and, below it, what was recorded last."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from districts.frame import Opened
from districts.models import Election
from districts.requests import Request
from logistics.access import can_keep_stock, check_can_keep_stock
from logistics.destroying import destroy as destroy_ballots
from logistics.destroying import is_time, leftovers
from logistics.ledger import LedgerRefused
from logistics.ledger import correct as correct_movement
from logistics.models import Document, DocumentKind, Movement, Replacement
from logistics.receiving import receive_goods
from logistics.replacing import ask, take_back
from logistics.replacing import receive as receive_replacement
from logistics.replacing import send as send_replacement
from logistics.reserving import set_aside
from logistics.sorting import record_batch
from logistics.stock import Goods, ballots_of, goods_of, reserve_needs, stock_of_regency
from logistics.stock_card import CORRECTABLE, latest_papers
from logistics.stock_forms import AskForm, CorrectForm, DestroyForm, ReceiveForm, ReserveForm, SortForm, StepForm
from logistics.views.stock import open_regency


def receive(request: Request, code: str) -> HttpResponse:
    opened, election = open_regency(request, code)
    form = _form(request, code, ReceiveForm, zone=opened.place.zone, goods=goods_of(election, code))
    if _is_done(request, form, receive_goods, opened, election):
        arrived = form.cleaned_data["arrivals"]  # type: ignore[union-attr]
        stated, counted = sum(each.stated for each in arrived), sum(each.counted for each in arrived)
        short = sum(max(0, each.stated - each.counted) for each in arrived)
        told = _(
            "Penerimaan tercatat: {items} barang, menurut surat jalan {stated}, diterima {counted}, kurang {short}, lebih {more}."
        )
        _tell(
            request,
            told,
            items=len(arrived),
            stated=stated,
            counted=counted,
            short=short,
            more=counted - stated + short,
        )
        return redirect("stock_receive", code)
    return _page(request, opened, election, "stock_receive", form, DocumentKind.RECEIPT)


def sort(request: Request, code: str) -> HttpResponse:
    opened, election = open_regency(request, code)
    ballots = ballots_of(election, code)
    chosen = {"goods": request.GET.get("jenis", "")}
    form = _form(request, code, SortForm, zone=opened.place.zone, goods=ballots, initial=chosen)
    if _is_done(request, form, record_batch, opened, election):
        batch = form.cleaned_data  # type: ignore[union-attr]
        told = _("Hasil sortir tercatat: baik {good}, rusak {damaged}, kurang {short}, lebih {surplus}.")
        damaged = sum(batch["damages"].values())
        _tell(request, told, good=batch["good"], damaged=damaged, short=batch["short"], surplus=batch["surplus"])
        return redirect(f"{reverse('stock_sort', args=[code])}?jenis={_slug(ballots, batch)}")
    rows = [row for row in stock_of_regency(election, code) if row.goods.item.needs_sorting]
    return _page(request, opened, election, "stock_sort", form, DocumentKind.SORTING, stock=rows)


def _slug(ballots: list[Goods], batch: dict[str, Any]) -> str:
    return next((each.slug for each in ballots if each.key == (batch["item"], batch["contest"])), "")


def replacements(request: Request, code: str) -> HttpResponse:
    opened, election = open_regency(request, code)
    form = _form(request, code, AskForm, zone=opened.place.zone, goods=goods_of(election, code))
    if _is_done(request, form, ask, opened, election):
        asked = form.cleaned_data["quantity"]  # type: ignore[union-attr]
        _tell(request, _("Permintaan penggantian {asked} tercatat."), asked=asked)
        return redirect("stock_replacements", code)
    listed = Replacement.objects.filter(election=election, regency=code).select_related("item").order_by("-asked_at")
    found = [(each, Goods(each.item, each.contest)) for each in listed]
    return _page(request, opened, election, "stock_replacements", form, DocumentKind.REPLACEMENT, replacements=found)


def replacement_send(request: Request, code: str, pk: int) -> HttpResponse:
    opened, election = open_regency(request, code)
    found = _replacement(election, code, pk)
    label = _("Jumlah yang dikirim")
    form = _form(request, code, StepForm, zone=opened.place.zone, label=label, left=found.asked - found.sent)
    if _is_done(request, form, send_replacement, opened, replacement=found):
        _tell(request, _("Pengiriman pengganti tercatat: {sent}."), sent=form.cleaned_data["quantity"])  # type: ignore[union-attr]
        return redirect("stock_replacements", code)
    return _step_page(request, opened, form, found, _("Pengganti dikirim"), "stock_replacement_send")


def replacement_receive(request: Request, code: str, pk: int) -> HttpResponse:
    opened, election = open_regency(request, code)
    found = _replacement(election, code, pk)
    label = _("Jumlah yang diterima")
    form = _form(request, code, StepForm, zone=opened.place.zone, label=label, left=found.sent - found.received)
    if _is_done(request, form, receive_replacement, opened, replacement=found):
        _tell(request, _("Penerimaan pengganti tercatat: {got}."), got=form.cleaned_data["quantity"])  # type: ignore[union-attr]
        return redirect("stock_replacements", code)
    return _step_page(request, opened, form, found, _("Pengganti diterima"), "stock_replacement_receive")


def reserve(request: Request, code: str) -> HttpResponse:
    opened, election = open_regency(request, code)
    needed = {key: need for key, need in reserve_needs(election, code).items() if need is not None}
    rows = [row for row in stock_of_regency(election, code) if row.goods.key in needed]
    room = {row.goods.key: max(0, needed[row.goods.key] - (row.reserve or 0)) for row in rows}
    goods = [row.goods for row in rows]
    form = _form(request, code, ReserveForm, zone=opened.place.zone, goods=goods, room=room)
    if _is_done(request, form, set_aside, opened, election):
        kept = sum(form.cleaned_data["quantities"].values())  # type: ignore[union-attr]
        _tell(request, _("Cadangan PSU disisihkan: {kept}."), kept=kept)
        return redirect("stock_reserve", code)
    told = [(row, needed[row.goods.key], room[row.goods.key]) for row in rows]
    return _page(request, opened, election, "stock_reserve", form, DocumentKind.RESERVE, reserves=told)


def destroy(request: Request, code: str) -> HttpResponse:
    opened, election = open_regency(request, code)
    left = leftovers(election, code)
    may = is_time(election, opened.place.zone, opened.now)
    form = _form(request, code, DestroyForm, zone=opened.place.zone, leftovers=left)
    if _is_done(request, form, destroy_ballots, opened, election):
        burnt = sum(damaged + surplus for damaged, surplus in form.cleaned_data["counts"].values())  # type: ignore[union-attr]
        _tell(request, _("Pemusnahan {burnt} surat suara tercatat."), burnt=burnt)
        return redirect("stock_destroy", code)
    told = {"leftovers": left, "is_time": may}
    return _page(request, opened, election, "stock_destroy", form, DocumentKind.DESTRUCTION, **told)


def correct(request: Request, code: str, pk: int) -> HttpResponse:
    opened, election = open_regency(request, code)
    wanted = Movement.objects.filter(document__election=election, document__regency=code)
    found = get_object_or_404(
        wanted.select_related("document__by", "document__election", "item", "from_place", "to_place"), pk=pk
    )
    if found.document.kind not in CORRECTABLE or found.from_place is None:
        raise Http404
    form = _form(request, code, CorrectForm, most=found.quantity)
    is_replacement = found.document.kind == DocumentKind.REPLACEMENT
    if _is_done(request, form, take_back if is_replacement else correct_movement, opened, movement=found):
        _tell(request, _("Koreksi {number} tercatat."), number=form.cleaned_data["quantity"])  # type: ignore[union-attr]
        return redirect("logistics_item", code, found.item_id)
    context = opened.context | {"form": form, "movement": found, "goods": Goods(found.item, found.contest)}
    return _render(request, "logistics/stock_correct.html", context, form)


def _form(request: Request, code: str, of: Callable[..., forms.Form], **needs: Any) -> forms.Form | None:
    """The form of who keeps the stock here; None for who only reads, and a refusal with its sentence on their POST."""
    if request.method == "POST":
        check_can_keep_stock(request.user, code)
        return of(request.POST, **needs)
    return of(**needs) if can_keep_stock(request.user, code) else None


def _is_done(
    request: Request,
    form: forms.Form | None,
    act: Callable[..., Any],
    opened: Opened,
    election: Election | None = None,
    **about: Any,
) -> bool:
    """Whether the act was written. A refusal of the ledger becomes a sentence of the form."""
    if form is None or not form.is_bound:
        return False
    if not form.is_valid():
        _say_if_stored(form, request)
        return False
    scope = {"election": election, "regency": opened.place.code} if election else about
    try:
        act(**scope, **form.cleaned_data, by=request.user, now=opened.now)
    except LedgerRefused as refused:
        form.add_error(getattr(refused, "entry", None), str(refused))
        return False
    return True


def _say_if_stored(form: forms.Form, request: Request) -> None:
    """A second tap may find no room any more for what the first one wrote: that is no mistake of the person."""
    key = form.cleaned_data.get("client_key")
    if key and Document.objects.filter(client_key=key, by=request.user).exists():
        form.errors.clear()
        form.add_error(None, _("Formulir ini sudah tersimpan; tidak ada yang ditulis dua kali. Buka formulir baru."))


def _tell(request: Request, told: str, **amounts: int) -> None:
    messages.success(request, told.format(**{name: number_format(amount) for name, amount in amounts.items()}))


def _replacement(election: Election, code: str, pk: int) -> Replacement:
    seen = Replacement.objects.filter(election=election, regency=code).select_related("item", "election")
    return get_object_or_404(seen, pk=pk)


def _step_page(
    request: Request, opened: Opened, form: forms.Form | None, found: Replacement, title: str, route: str
) -> HttpResponse:
    goods = Goods(found.item, found.contest)
    context = opened.context | {"form": form, "replacement": found, "goods": goods, "title": title, "route": route}
    return _render(request, "logistics/stock_replacement_step.html", context, form)


def _page(
    request: Request, opened: Opened, election: Election, name: str, form: forms.Form | None, kind: DocumentKind,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    papers = latest_papers(election, opened.place.code, kind)
    return _render(request, f"logistics/{name}.html", opened.context | {"form": form, "papers": papers} | more, form)


def _render(request: Request, template: str, context: dict[str, Any], form: forms.Form | None) -> HttpResponse:
    return render(request, template, context, status=422 if form is not None and form.errors else 200)
