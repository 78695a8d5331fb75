"""Forms of the desk that hold for a time: an exception of a report's window, and how a kecamatan can be reached."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from districts.models import Reachability
from districts.moments import LocalMomentField
from districts.plain_text import PlainTextField

#: What the forms propose [P]: a day.
USUAL = timedelta(days=1)


class ForATimeForm(forms.Form):
    """A reason and an end on the clocks of `zone`; the client key makes sending it twice harmless."""

    use_required_attribute = False
    client_key = forms.UUIDField(widget=forms.HiddenInput)
    reason = PlainTextField(label=_("Alasan"), max_length=280, widget=forms.Textarea({"rows": 2}))
    ends_at = LocalMomentField(
        label=_("Sampai"), error_messages={"required": _("Tulis sampai kapan: tanggal dan jamnya, waktu setempat.")}
    )

    def __init__(self, *args: Any, zone: str, now: datetime, **kwargs: Any) -> None:
        proposed = (now + USUAL).replace(minute=0, second=0, microsecond=0)
        initial = {"client_key": uuid4(), "ends_at": proposed}
        super().__init__(*args, **kwargs | {"initial": initial, "auto_id": "jendela_%s"})
        LocalMomentField.set_zone(self, "ends_at", zone)


class WindowForm(ForATimeForm):
    """Why a closed report is taken again, and until when."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Tulis alasan laporan ini dibuka lagi.")


class ReachForm(ForATimeForm):
    """How a kecamatan can be reached, why, and until when."""

    field_order = ["client_key", "state", "reason", "ends_at"]
    state = forms.ChoiceField(
        label=_("Keadaan"),
        choices=Reachability.State.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih sulit dijangkau atau tidak terjangkau.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Tulis alasannya, misalnya jalan putus atau BTS padam.")
