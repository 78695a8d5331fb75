"""What the desk opens for a time: a closed report, and how a kecamatan can be reached."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from districts.access import check_can_run_desk
from districts.frame import open_page, seen_place
from districts.models import Reachability, WindowException
from districts.reports import reaching, windows
from districts.reports.sheet import Sheet
from districts.reports.window_forms import ReachForm, WindowForm
from districts.requests import Request
from districts.views.reports import expected_or_404, report_page


@require_POST
def open_window(request: Request, code: str, slot: str) -> HttpResponse:
    expected, now = expected_or_404(request.user, code, slot), timezone.now()
    check_can_run_desk(request.user, code)
    form = WindowForm(request.POST, zone=expected.kecamatan.time_zone, now=now)
    if form.is_valid():
        try:
            windows.open_exception(expected=expected, by=request.user, now=now, **form.cleaned_data)
        except windows.WindowRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("Laporan dibuka lagi. Beri tahu kecamatan; kiriman dicatat terlambat."))
            return redirect("report", code, slot)
    return report_page(request, Sheet(expected), status=422, window_form=form)


@require_POST
def end_window(request: Request, code: str, slot: str, pk: int) -> HttpResponse:
    expected = expected_or_404(request.user, code, slot)
    check_can_run_desk(request.user, code)
    found = get_object_or_404(WindowException, pk=pk, expected=expected)
    try:
        windows.end_exception(exception=found, by=request.user, now=timezone.now())
    except windows.WindowRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Pengecualian diakhiri. Laporan ditutup lagi."))
    return redirect("report", code, slot)


@require_http_methods(["GET", "HEAD", "POST"])
def reachability(request: Request, code: str) -> HttpResponse:
    """GET is what holds now and the form, POST sets it."""
    opened = open_page(request, seen_place(request.user, code))
    check_can_run_desk(request.user, code)
    form = ReachForm(request.POST or None, zone=opened.place.zone, now=opened.now)
    if request.method == "POST" and form.is_valid():
        try:
            reaching.set_reachability(kecamatan=code, by=request.user, now=opened.now, **form.cleaned_data)
        except reaching.ReachRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("Keterjangkauan %(name)s dicatat.") % {"name": opened.place.name})
            return redirect("silent", code[:5])
    context = opened.context | {
        "form": form, "held": reaching.reach_now([code], opened.now).get(code), "list_href": reverse("silent", args=[code[:5]]),
    }  # fmt: skip
    return render(request, "districts/reachability.html", context, status=422 if form.is_bound else 200)


@require_POST
def end_reachability(request: Request, code: str, pk: int) -> HttpResponse:
    seen_place(request.user, code)
    check_can_run_desk(request.user, code)
    found = get_object_or_404(Reachability, pk=pk, kecamatan=code)
    try:
        reaching.end_reachability(reach=found, by=request.user, now=timezone.now())
    except reaching.ReachRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Kecamatan tercatat terjangkau lagi."))
    return redirect("silent", code[:5])
