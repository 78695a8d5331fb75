"""The way in: Django's own sign-in and change of password, with the house's answer to a form that is wrong."""

from typing import Any

from django.contrib.auth import views as auth
from django.http import HttpResponse


class RefusedForm:
    """A form that is wrong comes back as 422, like every other form."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 422
        return response


class SignIn(RefusedForm, auth.LoginView):
    redirect_authenticated_user = True

    def get_redirect_url(self, *args: Any) -> str:
        """The page that was asked for, but never the sign-in page itself: that would lead nowhere."""
        url = super().get_redirect_url(*args)
        return "" if url.partition("?")[0] == self.request.path else url


class PasswordChange(RefusedForm, auth.PasswordChangeView):
    """Keeps the session it was changed in and ends all others."""
