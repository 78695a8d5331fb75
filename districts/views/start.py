"""The first sign-in: a code from paper, then a password of one's own. Looking at the page never uses a code up."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from districts.accounts.forms import CodeForm, FirstPasswordForm
from districts.accounts.keeping import CodeRefused, holder_of_code, owner_of_code, redeem_code
from districts.accounts.rights import unended
from districts.door.signing_in import Device
from districts.models import User
from districts.requests import Request
from districts.throttle import Limit, seconds_to_wait
from districts.views.door import DEVICE_COOKIE, after_password, remembered


@login_not_required
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: Request) -> HttpResponse:
    """GET with a code shows whose it is, POST sets the password with it."""
    asked = CodeForm(request.POST or request.GET if "kode" in (request.POST or request.GET) else None)
    if not asked.is_valid():
        return _asking(request, asked)
    if wait := seconds_to_wait(request, Limit("kode-akun", **settings.SIGN_IN_CODE_LIMIT)):
        asked.add_error(None, _("Terlalu banyak kode dicoba dari jaringan ini. Tunggu sebentar, lalu coba lagi."))
        response = _asking(request, asked, status=429)
        response["Retry-After"] = str(wait)
        return response
    code = asked.cleaned_data["kode"]
    try:
        if request.method == "POST":
            return _set_password(request, code)
        return _whose(request, owner_of_code(code=code, now=timezone.now(), zone=settings.TIME_ZONE), code)
    except CodeRefused as refused:
        if refused.user is not None and refused.user == request.user:
            messages.success(request, _("Sandi Anda sudah dibuat dan Anda sudah masuk."))
            return redirect("home")
        asked.add_error(None, str(refused))
        return _asking(request, asked)


def _set_password(request: Request, code: str) -> HttpResponse:
    now, zone = timezone.now(), settings.TIME_ZONE
    form = FirstPasswordForm(holder_of_code(code) or User(), request.POST)
    if not form.is_valid():
        return _whose(request, owner_of_code(code=code, now=now, zone=zone), code, form)
    person = redeem_code(code=code, password=form.cleaned_data["new_password1"], now=now, zone=zone)
    device = form.cleaned_data["device"]
    url = after_password(request, person, device=device, next_url=reverse("home"))
    messages.success(request, _("Sandi Anda tersimpan."))
    return remembered(request, redirect(url), person, device)


def _whose(request: Request, owner: User, code: str, form: FirstPasswordForm | None = None) -> HttpResponse:
    """Is this you? And the two fields of the password."""
    initial = {"kode": code, "device": request.COOKIES.get(DEVICE_COOKIE, Device.SHARED)}
    context = {
        "owner": owner,
        "offices": owner.assignments.filter(unended()).select_related("region"),
        "form": form or FirstPasswordForm(owner, initial=initial),
    }
    return render(request, "registration/start_password.html", context, status=422 if form else 200)


def _asking(request: Request, form: CodeForm, status: int = 422) -> HttpResponse:
    return render(request, "registration/start.html", {"form": form}, status=status if form.is_bound else 200)
