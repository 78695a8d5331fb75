from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from logistics.models import ImportKind


class UploadForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Isi berkas"), choices=ImportKind.choices, widget=forms.RadioSelect, initial=ImportKind.STOCK
    )
    file = forms.FileField(
        label=gettext_lazy("Berkas"),
        help_text=gettext_lazy("XLSX atau CSV, lembar pertama, judul kolom seperti pada contohnya."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.gz"}),
    )

    def clean_file(self) -> UploadedFile:
        file: Any = self.cleaned_data["file"]
        most = settings.UPLOAD_MAX_BYTES
        if file.size > most:
            raise ValidationError(
                _("Berkas ini lebih dari {most} MB. Bagi menjadi beberapa berkas.").format(most=most // 2**20)
            )
        uploaded: UploadedFile = file
        return uploaded
