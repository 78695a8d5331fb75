"""The note of a call."""

from typing import Any

from django import forms

from districts.models import Channel, ContactAttempt
from districts.plain_text import PlainTextField


class ContactForm(forms.ModelForm):
    """Outcome, way and note of a call; the client key makes sending it twice harmless."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = ContactAttempt
        fields = ["outcome", "channel", "note"]
        field_classes = {"note": PlainTextField}
        widgets = {"outcome": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = ContactAttempt.Outcome.choices  # type: ignore[attr-defined]  # no blank one to tick
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            (channel.value, channel.label) for channel in (Channel.PHONE, Channel.SMS, Channel.RADIO)
        ]
