"""A form sent twice is one act: it carries a key of its own, and what it writes keeps that key."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _


class KeyedForm(forms.Form):
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


def key_used() -> str:
    """What is said when the key belongs to something else: another person's, another place's, another kind."""
    return _("Formulir ini sudah dipakai untuk catatan lain, jadi tidak ada yang ditulis. Muat ulang, lalu isi lagi.")
