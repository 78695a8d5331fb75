"""The anonymous form and the field for a code. The sender need not name anybody; NIK and NIP are refused everywhere."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Region
from districts.naming import shown
from districts.plain_text import PlainTextField
from districts.weeks import local_date
from neutrality.case_forms import DATE, NAME_LENGTH, SUMMARY_LENGTH, lines, subject_choices
from neutrality.models import FormKind, Medium, ViolationForm
from neutrality.public_page import in_force
from neutrality.tips import FASTEST_SECONDS, OLDEST_SECONDS, Token, new_token, read_token, voting_regencies, was_sent

#: Longest code with spaces and dashes that somebody may type.
CODE_TYPED = 40
PEOPLE = ("name", "position", "unit")


class TipForm(forms.Form):
    """`token` is hidden; `website` is a trap for bots that no person sees."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=200, initial=new_token, required=False)
    regency = forms.ChoiceField(
        label=_("Kabupaten/kota tempat kejadian"), error_messages={"required": _("Pilih kabupaten/kota.")}
    )
    known_on = forms.DateField(
        label=_("Tanggal Anda mengetahuinya"), widget=DATE,
        help_text=_("Batas laporan resmi dihitung dari tanggal ini."),
        error_messages={"required": _("Isi tanggal Anda mengetahuinya; batas laporan resmi dihitung darinya.")},
    )  # fmt: skip
    happened_on = forms.DateField(label=_("Tanggal kejadian, bila tahu"), widget=DATE, required=False)
    medium = forms.ChoiceField(
        label=_("Di mana terjadi"), choices=Medium.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Pilih di mana terjadi.")},
    )  # fmt: skip
    place = PlainTextField(
        label=_("Tempat, atau alamat unggahan"), required=False, max_length=280,
        help_text=_("Misalnya nama desa, kantor, atau tautan unggahan."),
    )  # fmt: skip
    subject_type = forms.ChoiceField(
        label=_("Jabatan yang diduga tidak netral"), error_messages={"required": _("Pilih jabatannya.")}
    )
    name = PlainTextField(label=_("Nama"), required=False, max_length=NAME_LENGTH)
    position = PlainTextField(label=_("Jabatan lengkap"), required=False, max_length=NAME_LENGTH)
    unit = PlainTextField(label=_("Kantor atau unit kerja"), required=False, max_length=NAME_LENGTH)
    summary = lines(
        _("Apa yang terjadi"), 6, SUMMARY_LENGTH,
        help_text=_("Apa, kapan, di mana, dan bukti apa yang ada. Jangan menulis apa pun yang mengenalkan diri Anda."),
        error_messages={"required": _("Tulis singkat apa yang terjadi.")},
    )  # fmt: skip
    contact = PlainTextField(
        label=_("Telepon atau surel Anda"), required=False, max_length=NAME_LENGTH,
        help_text=_("Boleh kosong. Bila diisi, disegel dan hanya dibuka penangan dengan alasan tertulis."),
    )  # fmt: skip
    website = forms.CharField(label=_("Kosongkan isian ini"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate()
        self._choose("regency", [("", _("Pilih kabupaten/kota")), *voting_regencies()])
        self._choose("subject_type", [("", _("Pilih jabatan")), *subject_choices(self.today)])
        rows = in_force(ViolationForm.objects.all(), self.today)
        for kind in FormKind:
            self.fields[f"forms_{kind.value}"] = forms.MultipleChoiceField(
                label=kind.label, required=False, widget=forms.CheckboxSelectMultiple,
                choices=[(form.code, shown(form.name)) for form in rows if form.kind == kind],
            )  # fmt: skip
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Kosongkan isian ini: ia hanya untuk menolak kiriman otomatis."))
        return ""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        known_on, happened_on = said.get("known_on"), said.get("happened_on")
        if known_on and said.get("regency"):
            zone = Region.objects.values_list("time_zone", flat=True).get(code=said["regency"])
            if known_on > local_date(zone, timezone.now()):
                self.add_error("known_on", _("Tanggal ini belum tiba. Periksa tanggalnya."))
        if known_on and happened_on and happened_on > known_on:
            self.add_error("happened_on", _("Kejadian tidak mungkin sesudah Anda mengetahuinya. Periksa tanggalnya."))
        self._check_token(read_token(said.get("token", "")))
        return said

    def _check_token(self, token: Token | None) -> None:
        """A form we did not make, or an unsent one of yesterday, comes back with a new token: what was typed stays."""
        self.cleaned_data["token"] = token
        if token is None or (token.age > OLDEST_SECONDS and not was_sent(token)):
            typed = cast(QueryDict, self.data).copy()
            typed["token"] = new_token()
            self.data = typed
            self.add_error(None, _("Formulir ini sudah terlalu lama terbuka. Isian Anda masih ada; kirim sekali lagi."))
        elif token.age < FASTEST_SECONDS:
            self.add_error(None, _("Formulir terkirim terlalu cepat. Periksa isian Anda, lalu kirim sekali lagi."))

    @property
    def form_kinds(self) -> list[forms.BoundField]:
        return [self[f"forms_{kind.value}"] for kind in FormKind]

    @property
    def has_chosen_forms(self) -> bool:
        return any(bound.value() for bound in self.form_kinds)

    @property
    def has_people(self) -> bool:
        return any(self[part].value() for part in PEOPLE)

    def said(self) -> dict[str, Any]:
        """What `take_case` takes of people and events."""
        typed = self.cleaned_data
        person = {"subject_type": typed["subject_type"]} | {part: typed[part] for part in PEOPLE}
        return {name: typed[name] for name in ("known_on", "happened_on", "medium", "place", "summary")} | {
            "forms": [code for kind in FormKind for code in typed[f"forms_{kind.value}"]],
            "reported": [person],
            "reporter": {"contact": typed["contact"]},
        }


def typed_in(data: Any) -> list[tuple[str, str]]:
    """What was typed into the form, to send it again from the page that asks to wait. No statement."""
    names = [*TipForm.base_fields, *(f"forms_{kind.value}" for kind in FormKind)]
    return [(name, value) for name in names for value in data.getlist(name)]


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Kode pelacakan"), max_length=CODE_TYPED,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("12 huruf dan angka, misalnya ABCD-EFGH-JKLM. Huruf kecil dan tanda hubung boleh."),
        error_messages={"required": _("Tulis kode pelacakan Anda.")},
    )  # fmt: skip


class DeadlineForm(forms.Form):
    """The one field that the term is worked out from."""

    known_on = forms.DateField()
