"""Search by name or code among the regions the person may see."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from districts.finding import found_regions, shown
from districts.requests import Request

#: Results on a page.
PER_PAGE = 25


@require_safe
def search(request: Request) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    page = Paginator(found_regions(request.user, text), PER_PAGE).get_page(request.GET.get("page"))
    context = {"text": text, "page": page, "results": shown(page)}
    if request.htmx:
        return push_url(render(request, "districts/_search_results.html", context), request.get_full_path())
    return render(request, "districts/search.html", context)
