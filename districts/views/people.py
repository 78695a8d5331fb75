"""Accounts for who manages them: the list of a region, one person, and what is done with an account."""

from math import ceil
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from districts import exporting
from districts.accounts import listing as people_list
from districts.accounts.cards import CARDS, cards
from districts.accounts.file import accounts as accounts_file
from districts.accounts.forms import ListForm, PersonForm
from districts.accounts.keeping import AccountRefused, create_person
from districts.accounts.rights import check_can_manage_people
from districts.frame import Place, open_page, seen_nation, seen_place
from districts.models import Assignment
from districts.printing import printed
from districts.requests import Request
from districts.views.imports import upload_page

PER_PAGE = 50


@require_safe
def people(request: Request, code: str = "") -> HttpResponse:
    opened = open_page(request, _managed(request, code))
    form = ListForm(request.GET)
    rows = _rows(form, code)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = opened.context | {"form": form, "page": page, "address": request.path, **_addresses(request, code)}
    context["cards"] = _documents(request, code, rows, page.paginator.count)
    template = "districts/_people_list.html" if request.htmx else "districts/people.html"
    return render(request, template, context, status=200 if form.is_valid() else 422)


@require_safe
def download(request: Request, format: str, code: str = "") -> HttpResponseBase:
    opened = open_page(request, _managed(request, code))
    source = exporting.Source(given_by=_("Desk Pilkada"), read_at=opened.now, place=opened.place.name)
    rows = _rows(ListForm(request.GET), code)
    return exporting.download(people_list.as_sheet(rows, source, code, opened.place.zone), format)


@never_cache
@require_safe
def print_cards(request: Request, code: str = "") -> HttpResponse:
    """Cards of the accounts in the list whose codes wait, `CARDS` in a document: `?bagian=2` is the next."""
    place = _managed(request, code)
    right = check_can_manage_people(request.user, code)
    waiting = people_list.codes_to_print(_rows(ListForm(request.GET), code), right, timezone.now())
    part = Paginator(waiting, CARDS).get_page(request.GET.get("bagian"))
    if not part.object_list:
        messages.warning(request, _("Tidak ada kode yang menunggu di daftar ini. Terbitkan kode di halaman orangnya."))
        return redirect(_named("people", code))
    address = request.build_absolute_uri(reverse("start"))
    data = cards(part.object_list, address=address, zone=place.zone, place=place.name)
    return printed("districts/print/cards.typ", data, exporting.file_name("kartu-akun", code, None, "pdf"))


def import_people(request: Request, code: str = "") -> HttpResponse:
    opened = open_page(request, _managed(request, code))
    return upload_page(
        request,
        opened,
        [accounts_file],
        title=_("Impor akun"),
        lead=_(
            "Satu baris satu orang: nama, peran dan wilayahnya. Setiap akun baru mendapat kartu dengan QR dan kode sekali "
            "pakai untuk dicetak. Orang yang sudah ada tidak berubah."
        ),
        source=_("Sumber: daftar pejabat dari Desk Pilkada."),
    )


def new_person(request: Request, code: str = "") -> HttpResponse:
    opened = open_page(request, _managed(request, code))
    right = check_can_manage_people(request.user, code)
    asked = {name: request.GET[name] for name in ("peran", "wilayah") if name in request.GET}
    form = PersonForm(request.POST or None, right=right, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_person(by=request.user, now=opened.now, **form.given())
        except AccountRefused as refused:
            form.add_error("nama_pengguna", str(refused))
        else:
            messages.success(request, _("Akun {name} dibuat. Cetak kartunya.").format(name=made.username))
            return redirect("person", made.pk)
    context = opened.context | {"form": form, "address": request.path}
    return render(request, "districts/person_new.html", context, status=422 if form.is_bound else 200)


def _managed(request: Request, code: str) -> Place:
    """The place, for who manages its accounts: 404 out of scope, a sentence for who only sees it."""
    place = seen_place(request.user, code) if code else seen_nation(request.user)
    check_can_manage_people(request.user, code)
    return place


def _rows(form: ListForm, code: str) -> QuerySet[Assignment]:
    return people_list.assignments(code, **form.chosen())


def _named(name: str, code: str, *more: Any) -> str:
    return reverse(name, args=[code, *more]) if code else reverse(f"{name}_nation", args=[*more])


def _addresses(request: Request, code: str) -> dict[str, Any]:
    """Where the list leads: the same filters as a file and as cards."""
    query = _query(request)
    return {
        "downloads": [(each.upper(), _named("people_download", code, each) + query) for each in exporting.FORMATS],
        "import_href": _named("people_import", code),
        "new_href": _named("person_new", code),
    }


def _query(request: Request, **more: str) -> str:
    """The filters of the list, and `more`, as the end of an address."""
    chosen = request.GET.copy()
    chosen.pop("page", None)
    for name, value in more.items():
        chosen[name] = value
    return f"?{chosen.urlencode()}" if chosen else ""


def _documents(request: Request, code: str, rows: QuerySet[Assignment], roles: int) -> list[tuple[str, str]]:
    """(label, address) of each document of cards. A list too long for one is counted: one statement more."""
    address = _named("people_cards", code)
    if roles <= CARDS:
        return [(_("Cetak kartu yang menunggu (PDF)"), address + _query(request))]
    right = check_can_manage_people(request.user, code)
    parts = range(max(1, ceil(people_list.codes_to_print(rows, right, timezone.now()).count() / CARDS)))
    return [
        (_("Kartu bagian {number} (PDF)").format(number=part + 1), address + _query(request, bagian=str(part + 1)))
        for part in parts
    ]
