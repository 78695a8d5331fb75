"""Pages for everybody, without an account: what neutrality asks, early information without a name, and its progress.

They write no session: nothing ties a sender to a case, also when somebody who is signed in sends it.
"""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from districts.throttle import seconds_to_wait
from neutrality.cases import CaseRefused
from neutrality.public_page import LAWS, catalogue, days_to_report, first_told, named, sources, subjects
from neutrality.sealing import Sealed
from neutrality.throttle import limit, seconds_for_regency
from neutrality.tip_forms import CodeForm, DeadlineForm, TipForm, typed_in
from neutrality.tips import Receipt, grouped, progress_of, report_by, take_tip, was_sent

MINUTE = 60


@require_safe
@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    kinds = catalogue(today)
    context = _frame(request) | {
        "today": today,
        "kinds": kinds,
        "first_told": first_told(kinds),
        "subjects": subjects(today),
        "laws": LAWS,
        "days": days_to_report(),
        "all_sources": list(sources().values()),
        "may_vote_source": named(["seed004"]),
        "report_sources": named(["S110", "S111", "S115", "S122"]),
        "privacy_sources": named(["S120"]),
        "superior_sources": named(["S44c"]),
    }
    return render(request, "neutrality/public.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
@sensitive_post_parameters()
def tip(request: HttpRequest) -> HttpResponse:
    """The thank-you is the answer to the POST itself: a redirect would need a session that holds the code."""
    if request.method != "POST":
        return _tip_page(request, TipForm())
    if seconds := seconds_to_wait(request, limit("kirim")):
        return _wait(request, seconds)
    form = TipForm(request.POST)
    if not form.is_valid():
        return _tip_page(request, form, 422)
    if seconds := seconds_to_wait(request, limit("catat")):
        return _wait(request, seconds)
    token, browser = form.cleaned_data["token"], request.META.get("CSRF_COOKIE", "")
    regency = form.cleaned_data["regency"]
    if not was_sent(token) and (seconds := seconds_for_regency(regency)):
        return _wait(request, seconds, is_regency_full=True)
    try:
        receipt = take_tip(token=token, browser=browser, regency=regency, said=form.said(), now=timezone.now())
    except CaseRefused as refused:
        form.add_error(None, str(refused))
        return _tip_page(request, form, 422)
    except Sealed:
        form.add_error(None, _("Server ini sekarang tidak dapat menyegel informasi, jadi tidak ada yang disimpan."))
        return _tip_page(request, form, 503)
    return _thanks(request, receipt)


def _tip_page(request: HttpRequest, form: TipForm, status: int = 200) -> HttpResponse:
    known = DeadlineForm(form.data) if form.is_bound else None
    known_on = known.cleaned_data["known_on"] if known and known.is_valid() else None
    context = _frame(request) | {"form": form} | _deadline(known_on)
    return render(request, "neutrality/tip.html", context, status=status)


def _thanks(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    context = _frame(request) | {"code": grouped(receipt.code) if receipt.code else "", "receipt": receipt}
    return render(request, "neutrality/tip_thanks.html", context | _deadline(receipt.case.known_on))


@require_safe
@login_not_required
def deadline(request: HttpRequest) -> HttpResponse:
    """The last day of a formal report, for the date in the form."""
    form = DeadlineForm(request.GET)
    known_on = form.cleaned_data["known_on"] if form.is_valid() else None
    return render(request, "neutrality/_tip_deadline.html", _deadline(known_on))


def _deadline(known_on: date | None) -> dict[str, Any]:
    """For the day it was known; for today where that is not known yet or lies ahead."""
    today = timezone.localdate()
    day = known_on if known_on and known_on <= today else today
    last = report_by(day)
    return {"known_on": day, "is_today": day == today, "report_by": last, "days_left": (last - today).days}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
@sensitive_post_parameters()
def status(request: HttpRequest) -> HttpResponse:
    """A code that is wrong and one that nobody was given get the same answer."""
    if request.method == "POST" and (seconds := seconds_to_wait(request, limit("kode"))):
        return _wait(request, seconds)
    form = CodeForm(request.POST or None)
    progress = progress_of(form.cleaned_data["code"]) if form.is_valid() else None
    if form.is_valid() and progress is None:
        form.add_error("code", _("Kode ini tidak dikenal. Periksa setiap huruf, lalu coba lagi."))
    context = _frame(request) | {"form": form, "progress": progress}
    return render(request, "neutrality/tip_status.html", context, status=422 if form.errors else 200)


def _wait(request: HttpRequest, seconds: int, *, is_regency_full: bool = False) -> HttpResponse:
    """Too many. The page costs no statement, and carries what was typed: sending it again needs no typing."""
    context = {
        "minutes": -(-seconds // MINUTE),
        "is_regency_full": is_regency_full,
        "action": request.path,
        "typed": typed_in(request.POST) or [("code", request.POST.get("code", ""))],
        "csrf_token": request.POST.get("csrfmiddlewaretoken", ""),
    }
    body = render_to_string("neutrality/tip_wait.html", context)
    return HttpResponse(body, status=429, headers={"Retry-After": str(seconds)})


def _frame(request: HttpRequest) -> dict[str, Any]:
    """The three pages as tabs."""
    tabs = [
        ("neutrality_public", _("Netralitas")),
        ("tip_new", _("Sampaikan informasi")),
        ("tip_status", _("Lihat status")),
    ]
    return {
        "navigation": [
            {"label": label, "href": reverse(name), "current": request.path == reverse(name)} for name, label in tabs
        ]
    }  # fmt: skip
