"""A person's own account: who they are, this device, the second factor, and the end of all sessions."""

from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts import qr
from districts.door.forms import CodeForm, SureForm
from districts.door.second_factor import (
    FactorRefused,
    begin_anew,
    begin_setup,
    check_code,
    confirm_setup,
    has_second_factor,
    needs_second_factor,
    new_recovery_codes,
    recovery_codes_left,
    remove_second_factor,
    secret_of,
)
from districts.door.signing_in import (
    Device,
    Waiting,
    be_sure,
    device_of,
    end_other_sessions,
    end_sessions,
    is_sure,
    sign_in,
    signed_in_until,
    waiting,
)
from districts.models import User
from districts.requests import Request


@require_safe
def account(request: Request) -> HttpResponse:
    """Three statements beside those of every page: roles, the app and how many codes are left."""
    context = {
        "assignments": request.user.assignments.valid().select_related("region"),
        "is_phone": device_of(request) == Device.PHONE,
        "until": signed_in_until(request),
        "has_factor": has_second_factor(request.user),
        "codes_left": recovery_codes_left(request.user),
    }
    return render(request, "districts/account.html", context)


@require_POST
def sign_out_everywhere(request: Request) -> HttpResponse:
    """This device too: whoever lost a phone sees at once that it worked."""
    end_sessions(user=request.user, by=request.user)
    logout(request)
    messages.success(request, _("Anda sudah keluar dari semua perangkat, termasuk yang ini."))
    return redirect("login")


@login_not_required
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set it up, or what there is of it. Also for somebody who must have one and is not signed in before it is there."""
    who = _whose(request)
    if who is None:
        return redirect("login")
    if has_second_factor(who.user):
        return _state(request, who.user) if request.user.is_authenticated else redirect("second_step")
    if not is_sure(request):
        return _asking(request, SureForm())
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            factor, codes = confirm_setup(user=who.user, code=form.cleaned_data["code"])
        except FactorRefused as refused:
            form.add_error("code", str(refused))
        else:
            sign_in(request, who.user, device=who.device, factor=factor)
            return _codes(request, codes, next_url=who.next_url)
    return _setup(request, who.user, form)


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_POST
def second_factor_begin(request: HttpRequest) -> HttpResponse:
    """The password once more before the secret is shown, a fresh one: else a screen left open would do."""
    who = _whose(request)
    if who is None:
        return redirect("login")
    form = SureForm(request.POST)
    if form.is_valid():
        password = form.cleaned_data["password"]
        if authenticate(request, username=who.user.get_username(), password=password) == who.user:
            if not has_second_factor(who.user):
                begin_anew(who.user)
            be_sure(request)
            return redirect("second_factor")
        form.add_error("password", _("Sandi itu keliru. Huruf besar dan kecil dibedakan. Coba lagi."))
    return _asking(request, form)


@sensitive_post_parameters("code")
@require_POST
def recovery_codes(request: Request) -> HttpResponse:
    """New codes for a code. Shown by this answer and never again: no address leads back to them."""
    form = CodeForm(request.POST)
    if not _is_right(request, form):
        return _state(request, request.user, renewal=form)
    return _codes(request, new_recovery_codes(user=request.user))


@sensitive_post_parameters("code")
@require_POST
def second_factor_off(request: Request) -> HttpResponse:
    """For another phone, or for good where it is not required. Ends all other sessions."""
    form = CodeForm(request.POST)
    if not _is_right(request, form):
        return _state(request, request.user, removal=form)
    remove_second_factor(user=request.user, by=request.user)
    end_other_sessions(request)
    messages.success(request, _("Aplikasi kode dilepas dan perangkat lain dikeluarkan."))
    return redirect("second_factor" if needs_second_factor(request.user) else "account")


def _whose(request: HttpRequest) -> Waiting | None:
    """The person signed in, else the one who waits for it."""
    if isinstance(request.user, User):
        return Waiting(request.user, device_of(request), "")
    return waiting(request)


def _is_right(request: Request, form: CodeForm) -> bool:
    if form.is_valid():
        try:
            check_code(user=request.user, code=form.cleaned_data["code"])
        except FactorRefused as refused:
            form.add_error("code", str(refused))
    return form.is_valid()


def _asking(request: HttpRequest, form: SureForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "districts/account_factor_sure.html", {"form": form}, status=status)


def _setup(request: HttpRequest, user: User, form: CodeForm) -> HttpResponse:
    device = begin_setup(user)
    context = {
        "form": form,
        "must": needs_second_factor(user),
        "qr": qr.code(device.config_url),
        "secret": secret_of(device),
        "address": device.config_url,
    }
    return render(request, "districts/account_factor_setup.html", context, status=422 if form.is_bound else 200)


def _state(
    request: HttpRequest, user: User, *, renewal: CodeForm | None = None, removal: CodeForm | None = None
) -> HttpResponse:
    context = {
        "codes_left": recovery_codes_left(user),
        "must": needs_second_factor(user),
        "renewal": renewal or CodeForm(auto_id="baru_%s"),
        "removal": removal or CodeForm(auto_id="lepas_%s"),
    }
    return render(request, "districts/account_factor.html", context, status=422 if renewal or removal else 200)


def _codes(request: HttpRequest, codes: list[str], next_url: str = "") -> HttpResponse:
    """Not behind a redirect: they would have to be kept to be shown there."""
    context = {"codes": [f"{code[:4]} {code[4:]}" for code in codes], "next": next_url}
    return render(request, "districts/account_codes.html", context)
