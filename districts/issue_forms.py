"""Forms of issues: text into clean values and sentences."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Agency, Issue, IssueCategory, IssueKind, IssueLevel, IssueNote, IssueState
from districts.models.issues import CLOSED_STATES
from districts.moments import LocalMomentField
from districts.plain_text import PlainTextField


class ConstraintForm(forms.ModelForm):
    """A model form whose database constraints show their sentence under the field their error code names.

    `client_key` tells a form sent twice; it is no model field here, so a repeat is not a uniqueness error.
    """

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # several of these stand on one page
        kwargs["auto_id"] = f"{type(self).__name__.lower()}_%s"
        super().__init__(*args, **kwargs)

    def _update_errors(self, errors: ValidationError) -> None:
        """Where Django puts what the model refused; the types of its package do not know it."""
        general = errors.error_dict.pop(NON_FIELD_ERRORS, [])
        for error in general:
            name = error.code if error.code in self.fields else NON_FIELD_ERRORS
            errors.error_dict.setdefault(name, []).append(error)
        super()._update_errors(errors)  # type: ignore[misc]


class RaiseForm(ConstraintForm):
    kind = forms.ChoiceField(label=_("Macam"), choices=IssueKind.choices, widget=forms.RadioSelect)
    category = forms.ChoiceField(label=_("Kategori"), choices=[("", _("Pilih kategori")), *IssueCategory.choices])
    level = forms.TypedChoiceField(
        label=_("Tingkat"), choices=IssueLevel.choices, coerce=int, initial=IssueLevel.MEDIUM, widget=forms.RadioSelect
    )
    occurred_at = LocalMomentField(
        label=_("Waktu kejadian"),
        required=False,
        has_happened=True,
        help_text=_("Hanya untuk kejadian keamanan."),
        error_messages={"ahead": _("Waktu ini belum terjadi; isi waktu sekarang atau sebelumnya.")},
    )

    class Meta:
        model = Issue
        fields = [
            "kind", "category", "title", "detail", "level", "occurred_at", "place", "action_taken", "needs_help",
        ]  # fmt: skip
        field_classes = dict.fromkeys(("title", "detail", "place", "action_taken"), PlainTextField)
        labels = {
            "title": _("Judul"),
            "detail": _("Uraian"),
            "place": _("Desa atau TPS"),
            "action_taken": _("Tindakan yang sudah diambil"),
            "needs_help": _("Butuh bantuan"),
        }
        widgets = {
            "detail": forms.Textarea(attrs={"rows": 3, "maxlength": 280}),
            "action_taken": forms.Textarea(attrs={"rows": 2, "maxlength": 280}),
        }
        help_texts = {
            "title": _("Beberapa kata, misalnya: Kotak suara basah di gudang PPK (kecamatan)."),
            "detail": _("Tanpa nama orang, NIK atau NIP. Tulis jabatannya saja."),
        }

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        LocalMomentField.set_zone(self, "occurred_at", zone)


class AssignForm(ConstraintForm):
    owner = forms.ModelChoiceField(Agency.objects.all(), label=_("Penanggung jawab"))
    level = forms.TypedChoiceField(label=_("Tingkat"), choices=IssueLevel.choices, coerce=int)
    due_at = LocalMomentField(label=_("Tenggat"), required=False)
    # the note holds owner, level and due date too, in its 280 characters
    text = PlainTextField(label=_("Pesan untuk penanggung jawab"), required=False, max_length=120)

    field_order = ["owner", "level", "due_at", "text"]

    class Meta:
        model = IssueNote
        fields = ["text"]

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        LocalMomentField.set_zone(self, "due_at", zone)

    def clean_due_at(self) -> Any:
        due_at = self.cleaned_data["due_at"]
        if due_at and due_at <= timezone.now():
            raise ValidationError(_("Tenggat ini sudah lewat; isi waktu sesudah sekarang."))
        return due_at


class NoteForm(ConstraintForm):
    field_order = ["text", "work_began"]
    work_began = forms.BooleanField(label=_("Mulai dikerjakan"), required=False)

    class Meta:
        model = IssueNote
        fields = ["text"]
        field_classes = {"text": PlainTextField}
        labels = {"text": _("Apa yang sudah dilakukan")}
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": 280})}
        help_texts = {"text": _("Tanpa nama orang, NIK atau NIP.")}

    def __init__(self, *args: Any, may_start: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        self.fields["text"].error_messages["required"] = _("Tulis apa yang sudah dilakukan.")
        if not may_start:
            del self.fields["work_began"]


class CloseForm(ConstraintForm):
    state = forms.ChoiceField(
        label=_("Hasil"),
        choices=[(state.value, state.label) for state in CLOSED_STATES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih selesai atau dibatalkan.")},
    )

    class Meta:
        model = IssueNote
        fields = ["state", "text"]
        field_classes = {"text": PlainTextField}
        labels = {"text": _("Alasan")}
        widgets = {"text": forms.Textarea(attrs={"rows": 2, "maxlength": 280})}
        help_texts = {"text": _("Apa yang menyelesaikannya, atau mengapa tidak diteruskan.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        self.fields["text"].error_messages["required"] = _("Tulis alasan penutupan.")


class BoardForm(forms.Form):
    """Filters of a board. An address with a filter that does not exist shows the sentence and no filter."""

    keadaan = forms.ChoiceField(
        label=_("Keadaan"),
        required=False,
        choices=[
            ("", _("Terbuka")),
            *[(state.value, state.label) for state in IssueState],
            ("tertutup", _("Tertutup")),
            ("semua", _("Semua")),
        ],
    )
    pemilik = forms.ModelChoiceField(
        Agency.objects.all(), label=_("Penanggung jawab"), required=False, empty_label=_("Semua")
    )
    tingkat = forms.TypedChoiceField(
        label=_("Tingkat"), required=False, coerce=int, choices=[("", _("Semua")), *reversed(IssueLevel.choices)]
    )
    wilayah = forms.ChoiceField(required=False)
    lewat = forms.BooleanField(label=_("Hanya lewat tenggat"), required=False)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if places:
            self.fields["wilayah"] = forms.ChoiceField(
                label=_("Wilayah"), required=False, choices=[("", _("Semua")), *places]
            )
        else:
            del self.fields["wilayah"]
