"""The forms of signing in and of one's own account."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from districts.door.signing_in import Device


class SignInForm(AuthenticationForm):
    """The sentence says the same of a wrong password, an unknown name and somebody who was switched off."""

    device = forms.ChoiceField(
        label=_("Perangkat ini"),
        choices=Device.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Di HP sendiri Anda tetap masuk seminggu; di perangkat bersama keluar sendiri setelah satu jam."),
    )

    error_messages = {
        "invalid_login": _(
            "Nama pengguna atau sandi keliru. Pada sandi, huruf besar dan kecil dibedakan. Coba lagi, atau hubungi Desk Pilkada."
        ),
    }

    def clean_device(self) -> Device:
        """Nothing chosen is the careful one."""
        return Device(self.cleaned_data["device"] or Device.SHARED)


class NewPasswordForm(PasswordChangeForm):
    """Django's four rules in one plain sentence. The old password is guessed here no more often than at the door."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        lengths = [getattr(rule, "min_length", 0) for rule in get_default_password_validators()]
        self.fields["new_password1"].help_text = _(
            "Paling sedikit %(letters)d huruf atau angka, jangan angka saja. Jangan pakai nama Anda atau sandi yang mudah ditebak."
        ) % {"letters": max(lengths)}
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self) -> str:
        typed: str = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.get_username(), password=typed) != self.user:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return typed


class SureForm(forms.Form):
    """The password once more. Whether it is right is asked where failures are counted."""

    password = forms.CharField(
        label=_("Sandi Anda"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """A code of the app or of the paper. Whether it is right is asked where it is used up."""

    code = forms.CharField(
        label=_("Kode"),
        max_length=30,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
