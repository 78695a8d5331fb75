"""The way in: the password, the second step, and the house's answer to a form that is wrong, locked out or too old."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from districts.door.forms import CodeForm, NewPasswordForm, SignInForm
from districts.door.lockout import locked_until, minutes_to_wait, remember_browser
from districts.door.second_factor import (
    FactorRefused,
    begin_anew,
    check_code,
    has_second_factor,
    lacks_second_factor,
    needs_second_factor,
)
from districts.door.signing_in import Device, Waiting, be_sure, keep_waiting, sign_in, waiting
from districts.reports.drafts import SESSION_KEY as UNSENT_REPORT
from districts.requests import Request
from districts.views import reports

#: For a year the browser of one's own phone has it chosen in the form.
DEVICE_COOKIE, DEVICE_COOKIE_SECONDS = "perangkat", 365 * 24 * 3600


class RefusedForm:
    """A form that is wrong comes back as 422, like every other form."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 422
        return response


class SignIn(RefusedForm, auth.LoginView):
    """The password. Whoever has a second factor is not signed in by it, but asked for a code."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "device": self.request.COOKIES.get(DEVICE_COOKIE, Device.SHARED)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "unsent": UNSENT_REPORT in self.request.session}

    def get_redirect_url(self, *args: Any) -> str:
        """The page that was asked for, but never the sign-in page itself: that would lead nowhere."""
        url = super().get_redirect_url(*args)
        return "" if url.partition("?")[0] == self.request.path else url

    def form_valid(self, form: Any) -> HttpResponse:
        user, device = form.get_user(), form.cleaned_data["device"]
        url = after_password(self.request, user, device=device, next_url=self.get_redirect_url())
        return remembered(self.request, HttpResponseRedirect(url), user, device)


def after_password(request: HttpRequest, user: Any, *, device: Device, next_url: str) -> str:
    """Where somebody goes whose password was right: signed in, or first to the code or to setting it up."""
    if has_second_factor(user):
        step = "second_step"
    elif needs_second_factor(user):
        step = "second_factor"
        begin_anew(user)
    else:
        sign_in(request, user, device=device)
        return next_url or reverse("home")
    keep_waiting(request, Waiting(user, device, next_url))
    be_sure(request)
    return reverse(step)


@login_not_required
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The code after the password. Nobody is signed in before it is right."""
    who = waiting(request)
    if who is None:
        return redirect("home" if request.user.is_authenticated else "login")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            factor = check_code(user=who.user, code=form.cleaned_data["code"])
        except FactorRefused as refused:
            form.add_error("code", str(refused))
        else:
            sign_in(request, who.user, device=who.device, factor=factor)
            return redirect(who.next_url or "home")
    status = 422 if form.is_bound else 200
    return render(request, "registration/second_step.html", {"form": form}, status=status)


def locked_out(
    request: HttpRequest, _response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """AXES_LOCKOUT_CALLABLE: the sign-in page with how long to wait, the same whether or not the name exists."""
    minutes = minutes_to_wait(locked_until(request, credentials))
    sentence = ngettext(
        "Terlalu banyak sandi keliru untuk nama ini. Coba lagi %(count)d menit lagi. Desk Pilkada dapat membukanya lebih cepat.",
        "Terlalu banyak sandi keliru untuk nama ini. Coba lagi %(count)d menit lagi. Desk Pilkada dapat membukanya lebih cepat.",
        minutes,
    ) % {"count": minutes}
    form = SignInForm(
        request, initial={"username": request.POST.get("username", ""), "device": request.POST.get("device")}
    )
    context = {"form": form, "next": request.POST.get("next", ""), "locked": sentence}
    response = render(request, "registration/login.html", context, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response


def remembered(request: HttpRequest, response: HttpResponse, user: Any, device: Device) -> HttpResponse:
    """In this browser, for the next time: that the person was right here, and what kind of device it is."""
    remember_browser(request, response, user.get_username())
    if device == Device.PHONE:
        response.set_cookie(
            DEVICE_COOKIE,
            device.value,
            DEVICE_COOKIE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(DEVICE_COOKIE)
    return response


class PasswordChange(RefusedForm, auth.PasswordChangeView):
    """Keeps the session it was changed in and ends all others."""

    form_class = NewPasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}


def token_is_old(request: Request, reason: str = "") -> HttpResponse:
    """Django's refusal of a form whose token is missing or old; a report keeps what was typed into it."""
    match = request.resolver_match
    is_report = match and match.url_name in ("report_submit", "report_draft")
    if match and is_report and request.user.is_authenticated and not lacks_second_factor(request):
        return reports.show_again(request, **match.kwargs)
    return csrf_failure(request, reason)
