"""What was changed in a kecamatan, and by or about a person, as the database itself wrote it down."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from districts.accounts.rights import people_seen_by, rights_of
from districts.audit.pages import HistoryFilter, check_can_read_history, of_kecamatan, of_person, page_of
from districts.frame import nation, open_page, seen_place
from districts.requests import Request


@require_safe
def kecamatan(request: Request, code: str) -> HttpResponse:
    place = seen_place(request.user, code)
    check_can_read_history(request.user, code)
    form = HistoryFilter(request.GET)
    context = open_page(request, place).context | {
        "form": form,
        "history": page_of(form.narrowed(of_kecamatan(code), place.zone), request.GET.get("sebelum", ""), place.zone),
        "subject": place.name,
        "back_href": place.href,
        "address": request.path,
    }
    return render(request, _template(request), context, status=200 if form.is_valid() else 422)


@require_safe
def person(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(people_seen_by(request.user), pk=pk)
    code = rights_of(request.user)[0].code
    place = seen_place(request.user, code) if code else nation()
    form = HistoryFilter(request.GET)
    entries = form.narrowed(of_person(found, request.user), place.zone)
    context = open_page(request, place).context | {
        "form": form,
        "history": page_of(entries, request.GET.get("sebelum", ""), place.zone),
        "subject": found.name,
        "back_href": reverse("person", args=[found.pk]),
        "address": request.path,
    }
    return render(request, _template(request), context, status=200 if form.is_valid() else 422)


def _template(request: Request) -> str:
    return "districts/_history.html" if request.htmx else "districts/history.html"
