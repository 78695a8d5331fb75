"""The page of one kecamatan; it keeps itself up to date while it is open."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts import closeup, live
from districts.access import can_report, scope_of
from districts.frame import frame, place_of
from districts.issues import can_raise_issue
from districts.models import Region, current_election
from districts.requests import Request
from districts.weeks import ONE_WEEK, local_date


@require_safe
def kecamatan(request: Request, code: str) -> HttpResponse:
    seen = Region.objects.kecamatan().visible_to(request.user).select_related("parent__parent", "profile")
    region = get_object_or_404(seen, code=code)
    now, place = timezone.now(), place_of(region)
    today = local_date(place.zone, now)
    election = current_election(code, today)
    context = frame(request, place, election, now) | {"region": region}
    if election is None:
        return render(request, "districts/kecamatan.html", context)
    own = closeup.own_readiness(code, election, today - ONE_WEEK)
    settled = live.is_settled(election, place.zone, now)
    shown = live.version(place.zone, now, *closeup.moments(own))
    if nothing_new := live.unchanged(request, shown, settled):
        return nothing_new
    context |= closeup.panels(place, election, own, scope_of(request.user), now)
    context |= {
        "can_report": can_report(request.user, code),
        "can_raise": can_raise_issue(request.user, code),
        "panels": [reverse(name, args=[code]) for name in settings.KECAMATAN_PANELS],
        "version": shown,
        "ask_every": "" if settled else live.ASK_EVERY,
    }
    template = "districts/_kecamatan_live.html" if request.htmx else "districts/kecamatan.html"
    return render(request, template, context)
