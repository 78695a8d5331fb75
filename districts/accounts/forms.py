"""Forms of accounts and roles: text into clean values and sentences."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.password_validation import get_default_password_validators
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.access import NATION, Role
from districts.accounts.codes import typed
from districts.accounts.rights import KECAMATAN, Right
from districts.accounts.words import ROLE_WORDS, Unreadable, read_code, read_name, read_phone, stem_of
from districts.door.signing_in import Device
from districts.models import Region
from districts.plain_text import PlainTextField

#: [P] A list longer than this is no list to choose from: who acts on more regions types the code.
CHOOSABLE = 600


class DayField(forms.DateField):
    """A day, from the browser's own input or as people write it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ("%Y-%m-%d", "%d/%m/%Y")
    default_error_messages = {"invalid": _("Tulis tanggalnya, misalnya 21/11/2026.")}


class NameField(forms.CharField):
    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return read_name(text)
        except Unreadable as unreadable:
            raise ValidationError(_sentence(unreadable)) from None


class PhoneField(forms.CharField):
    def clean(self, value: Any) -> str:
        try:
            return read_phone(super().clean(value))
        except Unreadable as unreadable:
            raise ValidationError(_sentence(unreadable)) from None


def _sentence(unreadable: Unreadable) -> str:
    text = str(unreadable)
    return f"{text[:1].upper()}{text[1:]}."


class ListForm(forms.Form):
    """Filters of the list. A filter that does not exist shows the sentence and filters nothing."""

    q = forms.CharField(
        label=_("Nama"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    peran = forms.ChoiceField(label=_("Peran"), required=False, choices=[("", _("Semua")), *Role.choices])
    keadaan = forms.ChoiceField(
        label=_("Keadaan"),
        required=False,
        choices=[
            ("", _("Bertugas")),
            ("belum-masuk", _("Belum pernah masuk")),
            ("kode-menunggu", _("Kode menunggu")),
            ("berakhir", _("Sudah berakhir")),
            ("semua", _("Semua")),
        ],
    )

    def clean_q(self) -> str:
        return str(self.cleaned_data["q"]).replace("\0", "")

    def chosen(self) -> dict[str, Any]:
        """Arguments of `accounts.listing.assignments`."""
        clean = self.cleaned_data if self.is_valid() else {}
        try:  # the accounts of one file: no filter to choose, an address that leads here
            batch = UUID(self.data.get("berkas", ""))
        except ValueError:
            batch = None
        return {
            "text": clean.get("q", ""),
            "role": clean.get("peran", ""),
            "state": clean.get("keadaan", ""),
            "batch": batch,
        }


class RoleForm(forms.Form):
    """A role that `right` may give: which, where and how long."""

    peran = forms.ChoiceField(label=_("Peran"))
    wilayah = forms.CharField(label=_("Wilayah"))
    dari = DayField(label=_("Berlaku dari"))
    sampai = DayField(label=_("Sampai"), required=False, help_text=_("Kosong: belum ditentukan."))

    def __init__(self, *args: Any, right: Right, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right = right
        self.fields["dari"].initial = timezone.localdate
        roles = [(role, Role(role).label) for role in right.roles()]
        self.fields["peran"] = forms.ChoiceField(label=_("Peran"), choices=[("", _("Pilih peran")), *roles])
        below = Region.objects.under(right.code).filter(level__lte=3).order_by("code").values_list("code", "name")
        found = [] if right.code == NATION else list(below[: CHOOSABLE + 1])
        if found and len(found) <= CHOOSABLE:
            choices = [("", _("Pilih wilayah")), *((code, f"{name} ({code})") for code, name in found)]
            self.fields["wilayah"] = forms.ChoiceField(label=_("Wilayah"), choices=choices)
        else:
            self.fields["wilayah"].help_text = _("Kode Kemendagri, misalnya 64.08.11.")

    def clean_wilayah(self) -> Region:
        code = read_code(self.cleaned_data["wilayah"])
        region = Region.objects.under(self.right.code).filter(pk=code).first() if len(code) <= KECAMATAN else None
        if region is None:
            raise ValidationError(_("Kode wilayah ini tidak ada di daftar wilayah Anda."))
        return region

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        role, region = clean.get("peran"), clean.get("wilayah")
        if role and region and not self.right.gives(role, region.pk):
            self.add_error("peran", _("Peran ini tidak dapat diberikan pada tingkat wilayah itu."))
        since, until = clean.get("dari"), clean.get("sampai")
        if since and until and until < since:
            self.add_error("sampai", _("Tanggal akhir tidak boleh sebelum tanggal mulai."))
        return clean

    def given(self) -> dict[str, Any]:
        """Arguments of `accounts.give_role`."""
        clean = self.cleaned_data
        return {
            "role": clean["peran"],
            "region": clean["wilayah"],
            "valid_from": clean["dari"],
            "valid_until": clean["sampai"],
        }


class PersonForm(RoleForm):
    """A new account with its first role."""

    nama = NameField(label=_("Nama lengkap"), max_length=120, help_text=_("Tanpa NIK atau NIP."))
    telepon = PhoneField(label=_("Telepon"), required=False, max_length=30)
    nama_pengguna = forms.CharField(
        label=_("Nama pengguna"),
        required=False,
        max_length=60,
        validators=[UnicodeUsernameValidator(message=_("Pakai huruf, angka dan - _ . tanpa spasi."))],
        help_text=_("Kosong: dibuatkan, misalnya camat-sandaran."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    field_order = ["nama", "telepon", "peran", "wilayah", "dari", "sampai", "nama_pengguna"]

    def given(self) -> dict[str, Any]:
        """Arguments of `accounts.create_person`."""
        clean = self.cleaned_data
        stem = stem_of(ROLE_WORDS[clean["peran"]][0], clean["wilayah"].short_name)
        return super().given() | {
            "name": clean["nama"],
            "phone": clean["telepon"],
            "username": clean["nama_pengguna"].lower(),
            "stem": stem,
        }


class EndForm(forms.Form):
    mulai = DayField(label=_("Tidak bertugas lagi mulai"), help_text=_("Hari ini: haknya berakhir sekarang juga."))
    alasan = PlainTextField(
        label=_("Alasan"), max_length=140, help_text=_("Misalnya: mutasi, pensiun, salah orang. Tanpa NIK atau NIP.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mulai"].initial = timezone.localdate


class PhoneForm(forms.Form):
    telepon = PhoneField(label=_("Telepon"), required=False, max_length=30)


class RenewForm(forms.Form):
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class CodeForm(forms.Form):
    """The code as it was typed or read from the QR."""

    kode = forms.CharField(
        label=_("Kode di kartu Anda"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Dua belas huruf dan angka, misalnya K7QM-4T2P-9XWD."),
        error_messages={"required": _("Tulis kode yang ada di kartu Anda.")},
    )

    def clean_kode(self) -> str:
        code = typed(self.cleaned_data["kode"])
        if not code:
            raise ValidationError(_("Kode ini tidak lengkap: dua belas huruf dan angka. Periksa kartu Anda."))
        return code


class FirstPasswordForm(SetPasswordForm):
    """The password somebody sets with a code, and what it is set on."""

    kode = forms.CharField(widget=forms.HiddenInput)
    device = forms.ChoiceField(
        label=_("Perangkat ini"),
        choices=Device.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Di HP sendiri Anda tetap masuk seminggu; di perangkat bersama keluar sendiri setelah satu jam."),
    )
    field_order = ["kode", "new_password1", "new_password2", "device"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lengths = [getattr(rule, "min_length", 0) for rule in get_default_password_validators()]
        self.fields["new_password1"].label = _("Sandi baru")
        self.fields["new_password1"].help_text = _(
            "Paling sedikit %(letters)d huruf atau angka, jangan angka saja. Jangan pakai nama Anda atau sandi yang mudah ditebak."
        ) % {"letters": max(lengths)}
        self.fields["new_password2"].label = _("Sandi baru, sekali lagi")
        self.fields["new_password2"].help_text = ""

    def clean_device(self) -> Device:
        """Nothing chosen is the careful one."""
        return Device(self.cleaned_data["device"] or Device.SHARED)
