"""The way in: Django's own sign-in and change of password, with the house's answer to a form that is wrong or too old."""

from typing import Any

from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import get_default_password_validators
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.csrf import csrf_failure

from districts.requests import Request
from districts.views import reports


class RefusedForm:
    """A form that is wrong comes back as 422, like every other form."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 422
        return response


class SignInForm(AuthenticationForm):
    """The sentence says the same of a wrong password, an unknown name and somebody who was switched off."""

    error_messages = {
        "invalid_login": _(
            "Nama pengguna atau sandi keliru. Huruf besar dan kecil dibedakan. Coba lagi, atau hubungi Desk Pilkada."
        ),
    }


class SignIn(RefusedForm, auth.LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self, *args: Any) -> str:
        """The page that was asked for, but never the sign-in page itself: that would lead nowhere."""
        url = super().get_redirect_url(*args)
        return "" if url.partition("?")[0] == self.request.path else url


class NewPasswordForm(PasswordChangeForm):
    """Django's four rules in one plain sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lengths = [getattr(rule, "min_length", 0) for rule in get_default_password_validators()]
        self.fields["new_password1"].help_text = _(
            "Paling sedikit %(letters)d huruf atau angka, jangan angka saja. Jangan pakai nama Anda atau sandi yang mudah ditebak."
        ) % {"letters": max(lengths)}
        self.fields["new_password2"].help_text = ""


class PasswordChange(RefusedForm, auth.PasswordChangeView):
    """Keeps the session it was changed in and ends all others."""

    form_class = NewPasswordForm


def token_is_old(request: Request, reason: str = "") -> HttpResponse:
    """Django's refusal of a form whose token is missing or old; a report keeps what was typed into it."""
    match = request.resolver_match
    if match and match.url_name in ("report_submit", "report_draft") and request.user.is_authenticated:
        return reports.show_again(request, **match.kwargs)
    return csrf_failure(request, reason)
