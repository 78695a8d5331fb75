"""Where a person lands after signing in, and the style guide."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.access import NATION, Role, home_region, scope_of
from districts.frame import region_href
from districts.models import Region, current_election
from districts.reports.expecting import current_expected
from districts.requests import Request
from districts.weeks import local_date


@require_safe
def home(request: Request) -> HttpResponse:
    """The camat's form, an official's dashboard; a person without an assignment learns whom to ask."""
    scope = scope_of(request.user)
    if scope.covers(NATION):
        return redirect("nation")
    region = home_region(request.user)
    if region is None:
        return render(request, "districts/no_assignment.html")
    if scope.covers(region.code, Role.REPORTER):
        return _form_of(region)
    return redirect(region_href(region.code))


def _form_of(kecamatan: Region) -> HttpResponse:
    """The form of the slot that is open now; the page of the kecamatan before the first opens."""
    now = timezone.now()
    election = current_election(kecamatan.code, local_date(kecamatan.time_zone, now))
    expected = current_expected(election, kecamatan, now) if election else None
    if expected is None:
        return redirect("kecamatan", kecamatan.code)
    return redirect("report_form", kecamatan.code, expected.slot)


@require_safe
def styleguide(request: Request) -> HttpResponse:
    return render(request, "components/styleguide.html")
