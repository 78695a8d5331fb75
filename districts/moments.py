"""Days and moments as people type them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.plain_text import plain

LONG_AGO = timedelta(days=366)  # no season is longer; older is a typing error
DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
#: What the browser's own input sends, and what people type where it is a plain line.
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%d/%m/%Y %H.%M"]


class LocalMomentField(forms.DateTimeField):
    """A `datetime-local` input on the clocks of `zone`. A day alone is no moment.

    `has_happened`: neither ahead of now nor `LONG_AGO`.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {
        "invalid": _("Tulis tanggal dan jamnya, misalnya 21/11/2026 18.40."),
        "ahead": _("Waktu ini belum terjadi."),
        "long_ago": _("Waktu ini terlalu lama lalu; periksa tahunnya."),
    }

    def __init__(
        self,
        *,
        zone: str = "UTC",
        has_happened: bool = False,
        input_formats: Sequence[str] = MOMENT_FORMATS,
        **kwargs: Any,
    ) -> None:
        self.zone, self.has_happened = ZoneInfo(zone), has_happened
        super().__init__(input_formats=input_formats, **kwargs)

    @classmethod
    def set_zone(cls, form: forms.BaseForm, name: str, zone: str) -> None:
        """Set the clocks of the field `name`, where the form knows them later than its class."""
        field = form.fields[name]
        assert isinstance(field, cls)
        field.zone = ZoneInfo(zone)

    def to_python(self, value: Any) -> datetime | None:
        text = plain(str(value or ""))
        if not text:
            return None
        for form in self.input_formats or ():
            try:
                moment = datetime.strptime(text, str(form))
            except ValueError:
                continue
            with timezone.override(self.zone):
                return from_current_timezone(moment)  # type: ignore[no-any-return]
        raise ValidationError(self.error_messages["invalid"], code="invalid")

    def validate(self, value: datetime | None) -> None:
        super().validate(value)
        if value is None or not self.has_happened:
            return
        now = timezone.now()
        if value > now:
            raise ValidationError(self.error_messages["ahead"], code="ahead")
        if value < now - LONG_AGO:
            raise ValidationError(self.error_messages["long_ago"], code="long_ago")

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().prepare_value(value)
