from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.importing.kinds import Kind


class UploadForm(forms.Form):
    """A file and, where a page takes several kinds, which of them it is."""

    kind = forms.ChoiceField(label=gettext_lazy("Isi berkas"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=gettext_lazy("Berkas"),
        help_text=gettext_lazy("XLSX atau CSV, lembar pertama, judul kolom seperti pada contohnya."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, *args: Any, kinds: Sequence[Kind], **more: Any) -> None:
        super().__init__(*args, **more)
        self.kinds = {kind.code: kind for kind in kinds}
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.code, kind.label) for kind in kinds]
        field.initial = kinds[0].code
        if len(kinds) == 1:
            del self.fields["kind"]

    def clean(self) -> dict[str, Any]:
        """`kind` is the Kind itself, also where there is only one to choose."""
        cleaned = super().clean() or self.cleaned_data
        if "kind" not in self.fields or "kind" in cleaned:
            cleaned["kind"] = self.kinds[cleaned.get("kind", next(iter(self.kinds)))]
        return cleaned

    def clean_file(self) -> UploadedFile:
        file: Any = self.cleaned_data["file"]
        most = settings.UPLOAD_MAX_BYTES
        if file.size > most:
            raise ValidationError(
                _("Berkas ini lebih dari {most} MB. Bagi menjadi beberapa berkas.").format(most=most // 2**20)
            )
        uploaded: UploadedFile = file
        return uploaded
