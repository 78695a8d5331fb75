"""The report form: what was typed into a `ReportContent`, or sentences beside the fields.

Generated from `reports.fields.FIELDS`. It reads (villages, totals, last report, the table's rules) and never writes.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.inputs import KeyField, input_for
from districts.models import Channel, Issue, IssueCategory, IssueLevel
from districts.moments import LocalMomentField
from districts.plain_text import PlainTextField
from districts.reports.content import Obstacle, ReportContent, SecurityEvent
from districts.reports.fields import BY_NAME, FIELDS
from districts.reports.rules import broken_rules, fall_sentences, fallen
from districts.reports.sheet import Sheet
from districts.reports.typed import (
    Typed,
    as_query,
    asked_when_unchanged,
    base_of,
    copied_figures,
    key_of,
    rows_of,
)
from districts.weeks import local_date

BLANK_OBSTACLES, BLANK_EVENTS = 2, 3
MAX_KEY_DIGITS = 19  # of a bigint key
LEVELS = [("", gettext_lazy("Pilih tingkat")), *IssueLevel.choices]
CATEGORIES = [("", gettext_lazy("Pilih kategori")), *IssueCategory.choices]
NEEDED = gettext_lazy("Isi bagian ini, atau kosongkan seluruh barisnya.")


class RowForm(forms.Form):
    """A sub-form that may be left blank altogether."""

    use_required_attribute = False
    needed: tuple[str, ...] = ("title", "level")
    key = KeyField(required=False)

    def is_blank(self) -> bool:
        """Whether nothing was typed into it."""
        return not any(
            bound.field.widget.value_from_datadict(self.data, self.files, bound.html_name)
            for bound in self.visible_fields()
        )

    @property
    def has_typed(self) -> bool:
        """Whether to show it unfolded."""
        return (
            not self.is_blank()
            if self.is_bound
            else any(self.initial.get(name) for name in self.fields if name != "key")
        )

    def clean(self) -> dict[str, Any]:
        if not self.is_blank():
            for name in self.needed:
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, NEEDED)
        return self.cleaned_data


class ObstacleForm(RowForm):
    needed = ("category", "title", "level")
    category = forms.ChoiceField(label=gettext_lazy("Kategori"), choices=CATEGORIES, required=False)
    title = PlainTextField(label=gettext_lazy("Kendala"), max_length=120, required=False)
    level = forms.TypedChoiceField(label=gettext_lazy("Tingkat"), choices=LEVELS, coerce=int, required=False)
    detail = PlainTextField(label=gettext_lazy("Uraian (tanpa nama orang)"), max_length=280, required=False)

    def __init__(self, sheet: Sheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def obstacle(self) -> Obstacle:
        row = self.cleaned_data
        return Obstacle(row["key"], row["category"], row["title"], row["level"], row["detail"])


class EventForm(RowForm):
    needed = ("title", "level", "occurred_at")
    title = PlainTextField(label=gettext_lazy("Jenis kejadian"), max_length=120, required=False)
    level = forms.TypedChoiceField(label=gettext_lazy("Tingkat"), choices=LEVELS, coerce=int, required=False)
    village = forms.ChoiceField(label=gettext_lazy("Desa"), required=False)
    place = PlainTextField(label=gettext_lazy("TPS atau tempat"), max_length=40, required=False)
    detail = PlainTextField(label=gettext_lazy("Uraian (tanpa nama orang)"), max_length=280, required=False)
    action_taken = PlainTextField(label=gettext_lazy("Tindakan"), max_length=280, required=False)
    needs_help = forms.BooleanField(label=gettext_lazy("Butuh bantuan"), required=False)

    def __init__(self, sheet: Sheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = gettext_lazy("Waktu kejadian")
        self.fields["occurred_at"] = LocalMomentField(zone=sheet.zone, has_happened=True, label=label, required=False)
        village = self.fields["village"]
        assert isinstance(village, forms.ChoiceField)
        village.choices = [("", _("Pilih desa")), *((name, name) for name in sheet.villages.values())]
        self.order_fields(["key", "occurred_at", "title", "level", "village", "place"])

    def event(self) -> SecurityEvent:
        row = self.cleaned_data
        place = ", ".join(filter(None, (row["village"], row["place"])))
        return SecurityEvent(
            row["key"],
            row["title"],
            row["level"],
            row["occurred_at"],
            place[:80],
            row["detail"],
            row["action_taken"],
            row["needs_help"],
        )


class ResolvedField(forms.MultipleChoiceField):
    """Ticks of issues that are over. One that was closed meanwhile (by this very report, sent before) is no mistake."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, issues: list[Issue], **kwargs: Any) -> None:
        super().__init__(choices=[(str(issue.pk), issue.title) for issue in issues], required=False, **kwargs)

    def validate(self, value: list[str]) -> None:
        pass

    def clean(self, value: Any) -> tuple[int, ...]:
        ticked = {key for key in super().clean(value) if key.isascii() and key.isdigit() and len(key) < MAX_KEY_DIGITS}
        return tuple(sorted(int(key) for key in ticked))


class ReportForm(forms.Form):
    """The whole page. Unbound it shows `typed` as it was left; bound (`check=True`) it says what is wrong.

    `unchanged`: the short form of "tidak ada perubahan"; needs a previous report.
    """

    use_required_attribute = False

    def __init__(
        self,
        sheet: Sheet,
        typed: Typed,
        *,
        now: datetime,
        channels: tuple[Channel, ...] = (Channel.WEB,),
        unchanged: bool = False,
        check: bool = False,
    ) -> None:
        self.sheet, self.typed, self.now, self.unchanged = sheet, typed, now, unchanged and sheet.previous is not None
        query = as_query(typed)
        super().__init__(data=query if check else None, initial=None if check else _first_values(typed))
        self.channels = channels
        self._make_fields()
        rows: dict[str, Any] = {"data": query} if check else {}
        self.obstacles = [
            ObstacleForm(sheet, prefix=prefix, initial=_row_values(typed, prefix), **rows)
            for prefix in rows_of(typed, "kendala", BLANK_OBSTACLES)
        ]
        self.events = [
            EventForm(sheet, prefix=prefix, initial=_row_values(typed, prefix), **rows)
            for prefix in rows_of(typed, "kejadian", 1 if self.unchanged else BLANK_EVENTS)
        ]

    def _make_fields(self) -> None:
        previous = self.sheet.previous
        self.asked = [field.name for field in FIELDS]
        if self.unchanged and previous is not None:
            self.asked = asked_when_unchanged(previous, self.sheet.expected.h_minus)
        for name in self.asked:
            self.fields[name] = input_for(BY_NAME[name], self.sheet.villages)
        self.fields["fall_reason"] = PlainTextField(
            label=gettext_lazy("Alasan angka turun"), max_length=280, required=False, widget=forms.Textarea({"rows": 2})
        )
        self.fields["resolved"] = ResolvedField(self.sheet.open_issues, label=gettext_lazy("Sudah selesai"))
        if self.channels != (Channel.WEB,):
            listed = [(channel.value, channel.label) for channel in self.channels]
            wrong = gettext_lazy("Pilih bagaimana laporan ini didiktekan.")
            self.fields["channel"] = forms.ChoiceField(
                label=gettext_lazy("Laporan ini didiktekan lewat"),
                choices=listed,
                widget=forms.RadioSelect,
                error_messages={"required": wrong, "invalid_choice": wrong},
            )
            self.fields["on_behalf_of"] = PlainTextField(
                label=gettext_lazy("Atas nama (jabatan)"), max_length=120, required=False
            )

    # --- checking -------------------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        """Every rule at once, so that several missing answers are told together."""
        self._check_rules()
        self._check_falls()
        self._check_rows()
        return self.cleaned_data

    def figures(self) -> dict[str, Any]:
        """Answers by name; in the short form the ones not asked for are last report's."""
        copied = copied_figures(self.sheet.previous) if self.unchanged and self.sheet.previous else {}
        return copied | {name: self.cleaned_data[name] for name in self.asked if name in self.cleaned_data}

    def content(self) -> ReportContent:
        """What is said, after `is_valid()`."""
        return ReportContent(
            figures=self.figures() | self._told_events(),
            fall_reason=self.cleaned_data["fall_reason"],
            unchanged=self.unchanged,
            obstacles=tuple(form.obstacle() for form in self._filled(self.obstacles)),
            events=tuple(form.event() for form in self._filled(self.events)),
            resolved=self.cleaned_data["resolved"],
        )

    def _told_events(self) -> dict[str, Any]:
        """In the short form the number of events is the number told."""
        if "security_events" in self.asked:
            return {}
        return {"security_events": self._recorded() + len(list(self._filled(self.events)))}

    @property
    def lacks_obstacles(self) -> bool:
        """Whether to show their rows unfolded: they were answered and do not fit. No answer is another mistake."""
        return "has_obstacle" in self.errors and bool(self["has_obstacle"].value())

    @property
    def lacks_events(self) -> bool:
        """The same of the security events."""
        return "security_events" in self.errors and bool(self["security_events"].value())

    def _recorded(self) -> int:
        """Events told in earlier revisions; those told again here (a repeat) are not counted twice."""
        again = {form.cleaned_data.get("key") for form in self._filled(self.events) if form.is_valid()}
        return sum(event.client_key not in again for event in self.sheet.recorded_events)

    @staticmethod
    def _filled(rows: list[Any]) -> Iterator[Any]:
        return (form for form in rows if not form.is_blank())

    def _check_rows(self) -> None:
        wrong = [form for form in self._filled([*self.obstacles, *self.events]) if not form.is_valid()]
        if wrong:
            self.add_error(None, ValidationError("", code="rows"))
        if self.cleaned_data.get("has_obstacle"):
            still = [issue for issue in self.sheet.open_issues if issue.pk not in self.cleaned_data.get("resolved", ())]
            if not still and not list(self._filled(self.obstacles)):
                self.add_error("has_obstacle", _("Ada kendala: tulis sedikitnya satu di bagian Kendala."))
        self._check_events()

    def _check_events(self) -> None:
        count = self.cleaned_data.get("security_events")
        told, recorded = len(list(self._filled(self.events))), self._recorded()
        if count is not None and count != told + recorded:
            sentence = _(
                "Tertulis %(count)d kejadian, tetapi yang diuraikan %(told)d. Uraikan setiap kejadian di bawah."
            )
            if recorded:
                sentence = _(
                    "Tertulis %(count)d kejadian, tetapi %(recorded)d sudah tercatat dan %(told)d baru diuraikan. "
                    "Samakan jumlahnya."
                )
            self.add_error("security_events", sentence % {"count": count, "told": told, "recorded": recorded})

    def _check_rules(self) -> None:
        row = self.sheet.row(
            self.figures(),
            submitted_on=local_date(self.sheet.zone, self.now),
            channel=self.cleaned_data.get("channel") or Channel.WEB,
            on_behalf_of=self.cleaned_data.get("on_behalf_of", ""),
            fall_reason=self.cleaned_data.get("fall_reason", ""),
        )
        for name, sentences in broken_rules(row).items():
            if name not in self.errors:
                self._tell(name, sentences)

    def _check_falls(self) -> None:
        falls = fallen(self.sheet.previous, self.figures())
        self.has_falls = bool(falls)
        if falls and not self.cleaned_data.get("fall_reason"):
            for name, sentences in fall_sentences(falls).items():
                if name not in self.errors:
                    self._tell(name, sentences)

    def _tell(self, name: str, sentences: list[str]) -> None:
        """Beside its field; a copied answer that no longer holds sends the person to the long form."""
        if name in self.fields:
            self.add_error(name, [ValidationError(sentence) for sentence in sentences])
        elif name in BY_NAME:
            label = BY_NAME[name].label
            advice = _("%(label)s dari laporan lalu tidak lagi sah. Isi formulir lengkap.") % {"label": label}
            self.add_error(None, [ValidationError(advice, code="copied")])
        else:
            self.add_error(None, [ValidationError(sentence) for sentence in sentences])

    def refuse(self, sentences: dict[str, list[str]]) -> None:
        """Sentences found only while sending."""
        for name, found in sentences.items():
            self._tell(name, found)

    def mistakes(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """All mistakes in the order of the page: each sentence once, with (id, label) of the fields it is about."""
        found: dict[str, list[tuple[str, str]]] = {
            str(sentence): [] for sentence in self.errors.get(NON_FIELD_ERRORS, []) if sentence
        }
        forms_checked = (self, *self._filled([*self.obstacles, *self.events])) if self.is_bound else ()
        for checked in forms_checked:
            for bound in checked.visible_fields():
                for sentence in bound.errors:
                    target = bound.id_for_label or bound.auto_id
                    found.setdefault(str(sentence), []).append((target, str(bound.label)))
        return list(found.items())

    @property
    def client_key(self) -> uuid.UUID:
        return key_of(self.typed)

    @property
    def base_revision(self) -> int:
        return base_of(self.typed)


def _first_values(typed: Typed) -> dict[str, Any]:
    """Typed lists as `initial`: one string, or the list where several may be ticked."""
    several = {field.name for field in FIELDS if field.kind in ("codes", "villages")} | {"resolved"}
    return {name: values if name in several else values[-1] for name, values in typed.items() if values}


def _row_values(typed: Typed, prefix: str) -> dict[str, Any]:
    start = f"{prefix}-"
    return {name.removeprefix(start): values[-1] for name, values in typed.items() if name.startswith(start) and values}
