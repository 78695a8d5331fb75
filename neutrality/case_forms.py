"""Forms of cases: text into clean values and sentences. NIK and NIP are refused but in the field made for the NIP."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.client_keys import KeyedForm
from districts.moments import LocalMomentField
from districts.naming import shown
from districts.plain_text import PlainTextField, holds_personal_number, plain
from districts.reports.fields import PERSONAL_NUMBER_SENTENCE
from neutrality.cases import REPORTED_PARTS, REPORTER_PARTS
from neutrality.flow import Actor, State, Step
from neutrality.models import FormKind, Intake, LinkKind, Medium, Requirement, SubjectType, ViolationForm

#: Longest texts. [P]
SUMMARY_LENGTH = 4000
NAME_LENGTH = 120
REASON_LENGTH = 1000
#: Rows for people reported on the intake form; more are added on the case's page. [P]
REPORTED_ROWS = 3
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
BY_HANDLER = [choice for choice in Intake.choices if choice[0] != Intake.ANONYMOUS]


class LinesField(forms.CharField):
    """Several lines of ordinary characters without NIK or NIP."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        lines = [plain(line) for line in (super().to_python(value) or "").splitlines()]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def validate(self, value: str) -> None:
        super().validate(value)
        if holds_personal_number(value.replace("\n", " ")):
            raise ValidationError(str(PERSONAL_NUMBER_SENTENCE))


def lines(label: Any, rows: int, length: int, **more: Any) -> LinesField:
    attrs = {"rows": rows, "maxlength": length}
    return LinesField(label=label, max_length=length, widget=forms.Textarea(attrs=attrs), **more)


class ReportedForm(forms.Form):
    """One person reported. The office is needed, the rest is what is known."""

    subject_type = forms.ChoiceField(label=_("Jenis terlapor"))
    name = PlainTextField(label=_("Nama"), required=False, max_length=NAME_LENGTH)
    position = PlainTextField(label=_("Jabatan"), required=False, max_length=NAME_LENGTH)
    unit = PlainTextField(label=_("Unit kerja atau alamat"), required=False, max_length=NAME_LENGTH)
    staff_number = forms.CharField(
        label=_("NIP"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 22}),
        validators=[RegexValidator(r"^\d{18}$", _("NIP terdiri atas 18 angka. Kosongkan bila tidak tahu."))],
    )  # fmt: skip

    def __init__(self, *args: Any, subjects: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["subject_type"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("Pilih jenis")), *subjects]
        for name in REPORTED_PARTS:
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def parts(self) -> dict[str, str]:
        return {part: self.cleaned_data[part] for part in REPORTED_PARTS}


def reported_rows(data: Any, subjects: list[tuple[str, str]]) -> list[ReportedForm]:
    """The rows of the intake form: the first must say of what office, an empty one after it says nothing."""
    return [
        ReportedForm(
            data, prefix=f"terlapor{number}", subjects=subjects, empty_permitted=number > 0,
            use_required_attribute=False,
        )
        for number in range(REPORTED_ROWS)
    ]  # fmt: skip


def subject_choices(day: Any) -> list[tuple[str, str]]:
    """Subject types in force on the day. One statement."""
    rows = SubjectType.objects.values_list("code", "name", "valid_from", "valid_until")
    return [(code, shown(name)) for code, name, first, last in rows if (first or day) <= day <= (last or day)]


class IntakeForm(KeyedForm):
    intake = forms.ChoiceField(
        label=_("Cara masuk"), choices=BY_HANDLER, widget=forms.RadioSelect,
        error_messages={"required": _("Pilih cara masuk.")},
    )  # fmt: skip
    received_at = LocalMomentField(label=_("Diterima"))
    known_on = forms.DateField(
        label=_("Tanggal diketahui"), widget=DATE,
        help_text=_("Kapan pelapor mengetahui kejadian. Batas lapor 7 hari dihitung dari sini."),
        error_messages={"required": _("Isi tanggal diketahui; batas lapor dihitung darinya.")},
    )  # fmt: skip
    happened_on = forms.DateField(label=_("Tanggal kejadian"), widget=DATE, required=False)
    medium = forms.ChoiceField(label=_("Di mana"), choices=Medium.choices, widget=forms.RadioSelect)
    place = PlainTextField(label=_("Tempat atau alamat unggahan"), required=False, max_length=280)
    summary = lines(
        _("Uraian dugaan"), 6, SUMMARY_LENGTH,
        help_text=_("Apa yang terjadi, siapa melihat, bukti apa. Tulis “diduga” dan “terlapor”."),
        error_messages={"required": _("Tulis uraian singkat.")},
    )  # fmt: skip
    name = PlainTextField(label=_("Nama pelapor"), required=False, max_length=NAME_LENGTH)
    contact = PlainTextField(label=_("Telepon atau surel"), required=False, max_length=NAME_LENGTH)
    address = PlainTextField(label=_("Alamat"), required=False, max_length=280)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        LocalMomentField.set_zone(self, "received_at", zone)
        for part in REPORTER_PARTS:
            self.fields[part].widget.attrs["autocomplete"] = "off"
        rows = list(ViolationForm.objects.values_list("kind", "code", "name"))
        for kind in FormKind:
            self.fields[f"forms_{kind.value}"] = forms.MultipleChoiceField(
                label=kind.label, required=False, widget=forms.CheckboxSelectMultiple,
                choices=[(code, f"{code} · {name}") for of, code, name in rows if of == kind],
            )  # fmt: skip

    def clean_received_at(self) -> Any:
        received_at = self.cleaned_data["received_at"]
        if received_at > timezone.now():
            raise ValidationError(_("Waktu ini belum tiba. Periksa tanggal dan jam."))
        return received_at

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or self.cleaned_data
        if chosen.get("intake") == Intake.FINDING and any(chosen.get(part) for part in REPORTER_PARTS):
            self.add_error("name", _("Temuan Bawaslu tidak punya pelapor. Kosongkan identitas pelapor."))
        return chosen

    @property
    def form_kinds(self) -> list[forms.BoundField]:
        return [self[f"forms_{kind.value}"] for kind in FormKind]

    @property
    def has_chosen_forms(self) -> bool:
        return any(bound.value() for bound in self.form_kinds)

    def case(self) -> dict[str, Any]:
        """What `take_case` takes, but who, where and the people reported."""
        plain_names = ("intake", "received_at", "known_on", "happened_on", "medium", "place", "summary", "client_key")
        codes = [code for kind in FormKind for code in self.cleaned_data[f"forms_{kind.value}"]]
        reporter = {part: self.cleaned_data[part] for part in REPORTER_PARTS}
        return {name: self.cleaned_data[name] for name in plain_names} | {"forms": codes, "reporter": reporter}


class MoveForm(KeyedForm):
    """One legal step: asks for what that step must say. `start` is the state the person saw."""

    start = forms.ChoiceField(choices=State.choices, widget=forms.HiddenInput)
    end = forms.ChoiceField(choices=State.choices, widget=forms.HiddenInput)
    at = LocalMomentField(label=_("Kapan terjadi"))
    paper_number = PlainTextField(
        label=_("Nomor surat"), max_length=60, error_messages={"required": _("Isi nomor surat langkah ini.")}
    )
    paper_date = forms.DateField(
        label=_("Tanggal surat"), widget=DATE, error_messages={"required": _("Isi tanggal surat langkah ini.")}
    )
    reason = lines(_("Alasan"), 3, REASON_LENGTH, error_messages={"required": _("Tulis alasan langkah ini.")})

    def __init__(self, *args: Any, legal: Step, zone: str, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"langkah_{legal.end.value}_%s"
        kwargs["initial"] = {"start": legal.start.value, "end": legal.end.value, "at": timezone.now()}
        super().__init__(*args, **kwargs)
        LocalMomentField.set_zone(self, "at", zone)
        self.legal = legal
        self.fields["reason"].required = legal.needs_reason
        if not legal.needs_reason:
            self.fields["reason"].label = _("Catatan")
        if legal.end == State.REGISTERED:
            self.fields["paper_number"].label = _("Nomor registrasi")
            self.fields["paper_date"].label = _("Tanggal registrasi")
        if not legal.needs_paper:
            del self.fields["paper_number"], self.fields["paper_date"]

    def clean_at(self) -> Any:
        at = self.cleaned_data["at"]
        if at > timezone.now():
            raise ValidationError(_("Waktu ini belum tiba. Periksa tanggal dan jam."))
        return at


#: Whose act a step is, as the page says it.
ACTORS = {
    Actor.DESK: _("Langkah Anda"),
    Actor.BAWASLU: _("Langkah Bawaslu yang Anda catat"),
    Actor.BKN: _("Langkah BKN yang Anda catat"),
    Actor.GAKKUMDU: _("Langkah Sentra Gakkumdu yang Anda catat"),
    Actor.OFFICIAL: _("Langkah pejabat yang berwenang yang Anda catat"),
}


class RequirementForm(forms.Form):
    requirement = forms.ChoiceField(choices=Requirement.choices)
    is_met = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda value: value == "1")


class LinkForm(forms.Form):
    number = forms.CharField(
        label=_("Nomor kasus lain"), max_length=14, widget=forms.TextInput(attrs={"placeholder": "NTR-2026-…"}),
        error_messages={"required": _("Tulis nomor kasus yang lain.")},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Hubungan"), choices=LinkKind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Pilih hubungannya.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "hubung_%s"
        super().__init__(*args, **kwargs)

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).strip().upper()


class RevealForm(forms.Form):
    reason = PlainTextField(
        label=_("Mengapa identitas pelapor dibuka"), max_length=280,
        help_text=_("Tercatat bersama nama Anda dan waktunya. Tanpa nama orang."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 280}),
        error_messages={"required": _("Tulis mengapa identitas pelapor dibuka.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "pelapor_%s"
        super().__init__(*args, **kwargs)


class BoardForm(forms.Form):
    """Filters of the board. A filter that does not exist shows a sentence and filters nothing."""

    batas = forms.ChoiceField(
        label=_("Batas"), required=False,
        choices=[
            ("", _("Semua")), ("lewat", _("Lewat")), ("hari_ini", _("Hari ini")), ("segera", _("Segera")),
            ("nanti", _("Nanti")), ("tanpa", _("Tanpa batas berjalan")),
        ],
    )  # fmt: skip
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Yang berjalan")), *State.choices, ("semua", _("Semua"))],
    )
    asal = forms.ChoiceField(label=_("Cara masuk"), required=False, choices=[("", _("Semua")), *Intake.choices])
    bentuk = forms.ChoiceField(label=_("Dugaan bentuk"), required=False)
    nomor = forms.CharField(
        label=_("Nomor"), required=False, max_length=14, widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["bentuk"]
        assert isinstance(choice, forms.ChoiceField)
        codes = list(ViolationForm.objects.values_list("code", flat=True))
        choice.choices = [("", _("Semua")), *((code, code) for code in codes)]
