"""The filter bars of the logistics pages: text from the address becomes clean values."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from districts.filters import ListFilter
from logistics.board_sql import ORDERS
from logistics.steps import step_words

#: Words of the address: what a TPS has reached (as `board_sql.REACHED`), and whether all TPS have or not all.
REACHED = {"dikemas": "packed", "ppk": "ppk", "pps": "pps", "tps": "tps"}
NOT_YET = "belum-"
REACHED_CHOICES = [
    ("", _("Semua tahap")),
    (NOT_YET + "dikemas", _("Belum semua TPS dikemas")),
    (NOT_YET + "ppk", _("Belum semua sampai PPK")),
    (NOT_YET + "pps", _("Belum semua sampai PPS")),
    (NOT_YET + "tps", _("Belum semua sampai TPS")),
    ("dikemas", _("Semua TPS dikemas")),
    ("ppk", _("Semua sampai PPK")),
    ("pps", _("Semua sampai PPS")),
    ("tps", _("Semua sampai TPS")),
]
LATE, DIFFERENT, FINDINGS = "terlambat", "selisih", "temuan"
TROUBLES = [
    ("", _("Semua")),
    (LATE, _("Terlambat atau akan terlambat")),
    (FINDINGS, _("Ada temuan terbuka")),
    (DIFFERENT, _("KPU dan camat berselisih")),
]
ORDER_NAMES = {
    "tertinggal": _("Yang tertinggal dulu"),
    "nama": _("Nama"),
    "temuan": _("Temuan terbanyak dulu"),
    "catatan": _("Catatan terlama dulu"),
}


class BoardFilter(ListFilter):
    """`?nama=&tahap=belum-ppk&masalah=terlambat&urut=nama`. Departures and the two sources are reckoned for one regency at
    a time.
    """

    usual = {"urut": "tertinggal"}

    nama = forms.CharField(
        label=_("Nama"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    tahap = forms.ChoiceField(label=_("Tahap"), required=False, choices=REACHED_CHOICES)
    masalah = forms.ChoiceField(label=_("Masalah"), required=False, choices=TROUBLES)
    urut = forms.ChoiceField(label=_("Urutan"), required=False, choices=[(key, ORDER_NAMES[key]) for key in ORDERS])

    def __init__(self, *args: Any, is_regency: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_regency:
            field = self.fields["masalah"]
            field.choices = [each for each in TROUBLES if each[0] not in (LATE, DIFFERENT)]  # type: ignore[attr-defined]

    def wanted(self, late: Iterable[str], different: Iterable[str]) -> dict[str, Any]:
        """Parameters of `board_sql.rows`; codes of the regions where something is or will be late, or the sources differ."""
        chosen = self.chosen()
        step, trouble = chosen.get("tahap", ""), chosen.get("masalah", "")
        codes = {LATE: late, DIFFERENT: different}.get(trouble)
        return {
            "name": chosen.get("nama", ""),
            "step": REACHED.get(step.removeprefix(NOT_YET), ""),
            "wants_all": not step.startswith(NOT_YET),
            "findings": trouble == FINDINGS,
            "codes": None if codes is None else sorted(codes),
        }

    @property
    def order(self) -> str:
        return self.chosen().get("urut", self.usual["urut"])


class StationFilter(ListFilter):
    """`?desa=64.08.11.2001&tahap=3` of the list of TPS of a kecamatan; `tahap` is a step of the bar."""

    desa = forms.ChoiceField(label=_("Desa/kelurahan"), required=False)
    tahap = forms.ChoiceField(label=_("Tahap"), required=False)

    def __init__(self, *args: Any, villages: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [(str(number), words) for number, words in enumerate(step_words(get_language()))]
        self.fields["desa"].choices = [("", _("Semua desa")), *villages]  # type: ignore[attr-defined]
        self.fields["tahap"].choices = [("", _("Semua tahap")), *steps]  # type: ignore[attr-defined]
