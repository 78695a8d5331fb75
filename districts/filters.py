"""The filter bar of a list of regions: text from the address becomes clean values; unknown text filters nothing."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from districts.boards.overview import LOUDNESS, Column, Unit
from districts.models import Level

#: Words of the address bar for the five states.
COLOURS = {
    "merah": Level.RED,
    "kuning": Level.AMBER,
    "hijau": Level.GREEN,
    "abu": Level.GREY,
    "biru": Level.NOT_DUE,
}
ORDERS = {"skor": _("Yang terburuk dulu"), "nama": _("Nama"), "laporan": _("Belum lapor dulu")}


class ListFilter(forms.Form):
    """Text from the address for a list; what makes no sense filters nothing. `usual` is left out of shared addresses."""

    usual: dict[str, str] = {}

    def chosen(self) -> dict[str, str]:
        """What was chosen and makes sense; an address with anything else still shows the list."""
        self.is_valid()  # what is wrong is left out of cleaned_data
        return {name: text for name, text in self.cleaned_data.items() if text}

    def controls(self) -> list[dict[str, Any]]:
        """What _unit_filter.html draws: plain HTML, since four widgets of the form engine cost 3 ms of every dashboard."""
        chosen = self.chosen()
        return [
            {
                "id": f"saring-{name}",
                "name": name,
                "label": field.label,
                "choices": getattr(field, "choices", None),
                "chosen": chosen.get(name, ""),
            }
            for name, field in self.fields.items()
        ]

    def query(self) -> str:
        """The shareable part of the address, "" when nothing is chosen."""
        chosen = {name: text for name, text in self.chosen().items() if self.usual.get(name) != text}
        return f"?{urlencode(chosen)}" if chosen else ""


class UnitFilter(ListFilter):
    """`?nama=&warna=merah&dimensi=LOG&urut=skor`. With a dimension, colour and order are of that dimension."""

    usual = {"urut": "skor"}

    nama = forms.CharField(
        label=_("Nama"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    warna = forms.ChoiceField(
        label=_("Keadaan"),
        required=False,
        choices=[("", _("Semua keadaan")), *[(word, level.label) for word, level in COLOURS.items()]],
    )
    dimensi = forms.ChoiceField(label=_("Dimensi"), required=False)
    urut = forms.ChoiceField(label=_("Urutan"), required=False, choices=list(ORDERS.items()))

    def __init__(self, *args: Any, columns: list[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        self.fields["dimensi"].choices = [  # type: ignore[attr-defined]
            ("", _("Semua dimensi")),
            *[(each.code, each.name) for each in columns],
        ]

    def context(self, units: list[Unit]) -> dict[str, Any]:
        """What the list and its filter bar are drawn from."""
        return {"filters": self.controls(), "rows": self.apply(units)}

    def apply(self, units: list[Unit]) -> list[Unit]:
        """`units` that were asked for, in the order that was asked for. Worst first unless told otherwise."""
        chosen = self.chosen()
        column = next((n for n, each in enumerate(self.columns) if each.code == chosen.get("dimensi")), None)
        kept = [unit for unit in units if chosen.get("nama", "").lower() in unit.name.lower()]
        if colour := chosen.get("warna"):
            kept = [unit for unit in kept if _level(unit, column) == COLOURS[colour]]
        match chosen.get("urut", "skor"):
            case "nama":
                return sorted(kept, key=lambda unit: unit.name)
            case "laporan":
                return sorted(kept, key=lambda unit: (-unit.missing, unit.name))
        return sorted(kept, key=lambda unit: (-LOUDNESS[Level(_level(unit, column))], _score(unit, column), unit.name))


def _level(unit: Unit, column: int | None) -> int:
    return unit.level if column is None else unit.cells[column].level


def _score(unit: Unit, column: int | None) -> float:
    score = unit.score if column is None else unit.cells[column].score
    return 0 if score is None else score
