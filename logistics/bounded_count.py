"""A count of goods between two bounds, as people type it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from districts.report_inputs import CountField


class BoundedCountField(CountField):
    """From `least` to `most`. "1.000" is a thousand: Django's own whole number takes it for one.

    `beyond`: what is said of more than `most`, with `{most}` in it.
    """

    def __init__(self, *, most: int, least: int = 0, beyond: str | Promise = "", **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most, self.beyond = least, most, beyond

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None or self.least <= value <= self.most:
            return
        most = number_format(self.most)
        if self.beyond and value > self.most:
            raise ValidationError(str(self.beyond).format(most=most))
        raise ValidationError(_("Isi dari {least} sampai {most}.").format(least=self.least, most=most))
