"""Inputs of the report form: text as people type it into clean values, or a sentence."""

import re
import uuid
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from districts.moments import DATE_FORMATS
from districts.plain_text import PlainTextField, plain
from districts.reports.fields import BY_NAME, Kind, ReportField
from districts.reports.typed import NONE_TICK

#: Postgres integer; more digits are a typing error, and said to be one.
LARGEST = 2_147_483_647
YES_NO = [("1", _("Ya")), ("0", _("Tidak"))]
#: "1.204" and, in English, "1,204": what groups thousands in the one language is the fraction's mark in the other, so
#: each reads its own alone and refuses the other's with a sentence. Nobody loses a factor of a thousand unseen.
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+")
_THOUSANDS_ENGLISH = re.compile(r"\d{1,3}(,\d{3})+")


def ungrouped(text: str) -> str:
    """A whole number without the marks between its thousands; any other text is itself."""
    if get_language() == "en":
        return text.replace(",", "") if _THOUSANDS_ENGLISH.fullmatch(text) else text
    return text.replace(".", "") if _THOUSANDS.fullmatch(text) else text


class CountInput(forms.TextInput):
    """A number with the phone's number keyboard. Not type=number: that throws away "1.204" before we can read it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off", "maxlength": 12} | (attrs or {}))


class CountField(forms.Field):
    """A whole number of things. Spaces and thousands dots are read; a fraction is refused with a sentence."""

    widget = CountInput

    def to_python(self, value: Any) -> int | None:
        text = plain(str(value or "")).replace(" ", "")
        if not text:
            return None
        text = ungrouped(text)
        if re.fullmatch(r"\d+", text):
            return min(int(text[:20]), LARGEST)
        if re.fullmatch(r"[-−–]\d+", text):
            raise ValidationError(_("Tidak boleh kurang dari 0."))
        if re.fullmatch(r"\d+[.,]\d*", text):
            raise ValidationError(_("Tulis bilangan bulat tanpa pecahan, misalnya 14 atau 1.204."))
        raise ValidationError(_("Tulis dengan angka saja, misalnya 14."))


class BoundedCountField(CountField):
    """From `least` to `most`. `beyond`: what is said of more than `most`, with `{most}` in it."""

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
        raise ValidationError(gettext("Isi dari {least} sampai {most}.").format(least=self.least, most=most))


class MbpsField(forms.Field):
    """A speed with one decimal: "12,5", "12.5" and "1.000" (a thousand) are read as people mean them."""

    widget = CountInput({"inputmode": "decimal"})

    def to_python(self, value: Any) -> Decimal | None:
        text = plain(str(value or "")).replace(" ", "")
        if not text:
            return None
        if get_language() == "en":
            whole, _point, rest = text.partition(".")
            text = f"{ungrouped(whole)}.{rest}" if rest and not _THOUSANDS.fullmatch(text) else ungrouped(text)
            text = "?" if _THOUSANDS.fullmatch(text) else text  # "1.000": one, or a thousand as Indonesian writes it
        elif _THOUSANDS.fullmatch(text.partition(",")[0]):
            text = text.replace(".", "")
        text = text.replace(",", ".")
        if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
            raise ValidationError(_("Tulis kecepatannya dengan angka, misalnya 12,5."))
        return min(Decimal(text).quantize(Decimal("0.1"), ROUND_HALF_UP), Decimal("99999.9"))


class ChoicesField(forms.MultipleChoiceField):
    """Several of a list. `none_tick` adds "Tidak ada", so that nothing ticked is "not answered" and not "none"."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, choices: Iterable[tuple[str, Any]], none_tick: bool = False, **kwargs: Any) -> None:
        self.none_tick = none_tick
        listed = [*choices, (NONE_TICK, _("Tidak ada"))] if none_tick else list(choices)
        super().__init__(choices=listed, error_messages={"invalid_choice": _("Pilihan ini tidak ada.")}, **kwargs)

    def clean(self, value: Any) -> list[str]:
        chosen = sorted(set(super().clean(value)))
        if not self.none_tick:
            return chosen
        if not chosen:
            raise ValidationError(_('Centang desanya, atau "Tidak ada".'))
        if NONE_TICK in chosen and len(chosen) > 1:
            raise ValidationError(_('Hapus centang "Tidak ada", atau hapus centang desanya.'))
        return [code for code in chosen if code != NONE_TICK]


class KeyField(forms.Field):
    """The hidden key of a row, as `reports.typed.keyed` left it."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> uuid.UUID:
        try:
            return uuid.UUID(str(value))
        except ValueError:
            return uuid.uuid4()


def yes_no(value: str) -> bool:
    return value == "1"


def input_for(field: ReportField, villages: dict[str, str]) -> forms.Field:
    """The form field of a line of the report. Nothing is required here: the H-window is a rule of the table."""
    if field.kind is Kind.VILLAGES:
        none_tick = field.due_from is not None
        return ChoicesField(choices=villages.items(), none_tick=none_tick, label=field.label, required=False)
    return _same_input(field.name, get_language())


@cache
def _same_input(name: str, language: str | None) -> forms.Field:
    """The form field that is the same in every report: nobody changes it, so all forms of the process share it, with
    its words in the active `language`.
    """
    field = BY_NAME[name]
    common: dict[str, Any] = {"label": str(field.label), "required": False}
    listed = [(value, str(label)) for value, label in (field.choices.choices if field.choices else [])]
    choices = {"invalid_choice": _("Pilih salah satu jawaban.")}
    match field.kind:
        case Kind.INTEGER:
            return CountField(**common)
        case Kind.DECIMAL:
            return MbpsField(**common)
        case Kind.TEXT:
            text = forms.Textarea({"rows": 3, "maxlength": field.upper})
            return PlainTextField(max_length=int(field.upper or 0), widget=text, **common)
        case Kind.DATE:
            day = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            wrong = {"invalid": _("Tulis tanggalnya, misalnya 21/11/2026.")}
            return forms.DateField(widget=day, input_formats=DATE_FORMATS, error_messages=wrong, **common)
        case Kind.CODES:
            return ChoicesField(choices=listed, **common)
        case Kind.CHOICE:
            return forms.ChoiceField(choices=listed, widget=forms.RadioSelect, error_messages=choices, **common)
        case Kind.BOOLEAN if field.due_from is None:
            return forms.BooleanField(**common)
    return forms.TypedChoiceField(
        choices=[(value, str(label)) for value, label in YES_NO],
        coerce=yes_no,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages=choices,
        **common,
    )


class ReturnForm(forms.Form):
    """Why the Desk returns a report."""

    use_required_attribute = False
    reason = PlainTextField(
        label=_("Apa yang perlu diperbaiki"),
        max_length=280,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Tulis alasan pengembalian, supaya kecamatan tahu apa yang diperbaiki.")},
    )
