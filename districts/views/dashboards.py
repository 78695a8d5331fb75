"""Dashboards: the nation, a province, a regency. One page, three sizes; it keeps itself up to date while it is open."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from districts import live, overview
from districts.access import NATION, scope_of
from districts.filters import UnitFilter
from districts.frame import Place, frame, place_of
from districts.frame import nation as nation_place
from districts.models import Region, current_election
from districts.requests import Request
from districts.weeks import ONE_WEEK, local_date


@require_safe
def nation(request: Request) -> HttpResponse:
    if not scope_of(request.user).covers(NATION):
        raise Http404
    return _dashboard(request, nation_place())


@require_safe
def dashboard(request: Request, code: str) -> HttpResponse:
    regions = Region.objects.visible_to(request.user).select_related("parent__parent")
    return _dashboard(request, place_of(get_object_or_404(regions, code=code)))


def _dashboard(request: Request, place: Place) -> HttpResponse:
    now = timezone.now()
    today = local_date(place.zone, now)
    election = current_election(place.code, today)
    context = frame(request, place, election, now)
    if election is None:
        return render(request, "districts/dashboard.html", context)
    own = overview.own_readiness(place, election, today - ONE_WEEK)
    settled = live.is_settled(election, place.zone, now)
    shown = live.version(place.zone, now, own and own.changed_at)
    if nothing_new := live.unchanged(request, shown, settled):
        return nothing_new
    only_list = bool(request.htmx) and "versi" not in request.GET
    calling = [] if only_list else overview.kecamatan_that_call(place, election)
    units = overview.units_of(place, election, today - ONE_WEEK)
    dimensions = overview.with_cells(place, election, units, calling)
    form = UnitFilter(request.GET, dimensions=dimensions)
    context |= {"filters": form.controls(), "rows": form.apply(units)} | overview.list_words(place, units, dimensions)
    if only_list:
        return push_url(render(request, "districts/_dashboard_units.html", context), place.href + form.query())
    urgent = overview.pressing(place, election, calling, now)
    context |= overview.panels(place, own, units, dimensions, urgent)
    context |= {"version": shown, "ask_every": "" if settled else live.ASK_EVERY}
    template = "districts/_dashboard_live.html" if request.htmx else "districts/dashboard.html"
    return render(request, template, context)
