"""Forms of evidence, referrals and sanctions: text into clean values and sentences. Files are read by the write, not here."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from districts.client_keys import KeyedForm
from districts.plain_text import PlainTextField
from neutrality.case_forms import DATE, REASON_LENGTH, lines
from neutrality.models import Referral, ReferralTarget, SanctionLevel

#: Longest address of a post. [P]
LINK_LENGTH = 2000
#: What phones offer to choose; what the file really is, is read from it.
ACCEPT = "image/jpeg,image/png,image/webp,application/pdf,audio/*,video/*,.opus"
PICTURES = "image/jpeg,image/png,image/webp"
UP_TO = filesizeformat(settings.EVIDENCE_MAX_BYTES)


class EvidenceForm(KeyedForm):
    upload = forms.FileField(
        label=_("Berkas"), max_length=None,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=format_lazy(_("Gambar, PDF, rekaman suara atau video sampai {most}. Kirim berkas aslinya."), most=UP_TO),
        error_messages={
            "required": _("Pilih berkas bukti."), "empty": _("Berkas ini kosong. Pilih berkas lain."),
            "missing": _("Pilih berkas bukti."), "invalid": _("Pilih berkas bukti."),
        },
    )  # fmt: skip
    note = lines(
        _("Keterangan"), 2, REASON_LENGTH, required=False,
        help_text=_("Apa yang terlihat atau terdengar, dan dari mana berkasnya."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "bukti_%s"
        super().__init__(*args, **kwargs)


class PostForm(KeyedForm):
    """A link to a post. It is kept as text: nobody's browser is sent there."""

    link = forms.CharField(
        label=_("Alamat unggahan"), max_length=LINK_LENGTH,
        validators=[URLValidator(["http", "https"], message=_("Tulis alamat lengkap yang diawali https://."))],
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
        error_messages={"required": _("Tulis alamat unggahan.")},
    )  # fmt: skip
    note = lines(
        _("Keterangan"), 2, REASON_LENGTH, help_text=_("Apa isi unggahan dan kapan Anda melihatnya."),
        error_messages={"required": _("Tulis apa isi unggahan; alamatnya bisa hilang.")},
    )  # fmt: skip
    screenshot = forms.FileField(
        label=_("Tangkapan layar"), required=False, widget=forms.FileInput(attrs={"accept": PICTURES}),
        help_text=_("Boleh kosong. Dicatat sebagai bukti tersendiri sesudah tautannya."),
        error_messages={"empty": _("Berkas ini kosong. Pilih berkas lain.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "tautan_%s"
        super().__init__(*args, **kwargs)


class ReferralForm(KeyedForm):
    target = forms.ChoiceField(
        label=_("Kepada"), choices=ReferralTarget.choices,
        help_text=_(
            "Paket berisi surat, semua bukti asli dan daftar SHA-256. Untuk BKN sertakan dulu kajian Bawaslu sebagai bukti "
            "PDF: paket tanpa kajian pernah dikembalikan."
        ),
        error_messages={
            "required": _("Pilih kepada siapa kasus dirujuk."), "invalid_choice": _("Pilih kepada siapa kasus dirujuk."),
        },
    )  # fmt: skip

    def __init__(self, *args: Any, ways: dict[ReferralTarget, bool] | None = None, **kwargs: Any) -> None:
        """`ways` are those of `referring.ways_of`; without it every receiver may be named, and the write decides."""
        kwargs["auto_id"] = "rujukan_%s"
        super().__init__(*args, **kwargs)
        if ways is not None:
            choice = self.fields["target"]
            assert isinstance(choice, forms.ChoiceField)
            copy = _("salinan")
            choice.choices = [
                ("", _("Pilih penerima")),
                *(
                    (target.value, f"{target.label} ({copy})" if is_copy else target.label)
                    for target, is_copy in ways.items()
                ),
            ]


class AnswerForm(forms.Form):
    answer_number = PlainTextField(
        label=_("Nomor surat penerima"), max_length=60, error_messages={"required": _("Isi nomor surat penerima.")}
    )
    answered_on = forms.DateField(
        label=_("Tanggal jawaban"), widget=DATE, error_messages={"required": _("Isi tanggal jawaban.")}
    )
    recommendation = lines(_("Rekomendasi"), 3, REASON_LENGTH, required=False)

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"jawaban{referral.pk}_%s"
        super().__init__(*args, **kwargs)
        self.referral = referral


class SanctionForm(KeyedForm):
    level = forms.ChoiceField(
        label=_("Tingkat"), choices=[("", _("Pilih tingkat")), *SanctionLevel.choices],
        error_messages={"required": _("Pilih tingkat sanksi.")},
    )  # fmt: skip
    decree = PlainTextField(
        label=_("Nomor keputusan"), max_length=60, error_messages={"required": _("Isi nomor keputusan.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    decided_on = forms.DateField(
        label=_("Tanggal keputusan"), widget=DATE, error_messages={"required": _("Isi tanggal keputusan.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "sanksi_%s"
        super().__init__(*args, **kwargs)
