"""The published figures as a table to download, and the month a handler chooses."""

from datetime import date

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.exporting import Column, Sheet, Source
from districts.frame import Opened
from districts.models import Election
from neutrality.statistics import closed_until, published, rows_of


class MonthField(forms.Field):
    """`2026-11` as its first day; None when empty."""

    widget = forms.TextInput(attrs={"type": "month"})

    def to_python(self, value: object) -> date | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return date.fromisoformat(f"{text}-01")
        except ValueError as error:
            raise ValidationError(_("Tulis bulan seperti 2026-11.")) from error


class MonthForm(forms.Form):
    """Month of receipt."""

    bulan = MonthField(label=gettext_lazy("Bulan diterima"), required=False)


def statistics_sheet(opened: Opened, election: Election) -> Sheet:
    """The published figures; a hidden one is an empty cell."""
    figures = published(election, opened.place.code, opened.now)
    return Sheet(
        name=_("Statistik netralitas"),
        columns=[Column(_("Tabel")), Column(_("Baris")), Column(_("Satuan")), Column(_("Jumlah"))],
        rows=[
            [_("Kasus"), _("Semua"), _("kasus"), figures.cases],
            [_("Lama penanganan"), _("Median sampai selesai"), _("hari"), figures.median_days],
            *rows_of(figures),
        ],
        source=Source(
            given_by=_("Catatan penangan netralitas kabupaten/kota"), read_at=figures.as_of or closed_until(opened.now),
            place=opened.place.name, election=election.name, is_simulation=election.is_simulation,
            notes=(
                _("Sel kosong disembunyikan: kurang dari {limit}, atau angka itu membuka yang kurang dari {limit}.").format(
                    limit=settings.NEUTRALITY_SMALL_CELL
                ),
                _("Informasi dari formulir umum dihitung sesudah diteruskan ke Bawaslu."),
                _("Dugaan yang sedang ditangani bukan putusan."),
            ),
        ),
        zone=opened.place.zone, code=opened.place.code, day=opened.today,
    )  # fmt: skip
