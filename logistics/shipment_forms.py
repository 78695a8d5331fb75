"""Forms of shipments and routes: text into clean values and sentences."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from districts.client_keys import KeyedForm
from districts.inputs import BoundedCountField
from districts.issue_forms import ConstraintForm
from districts.models import Contest
from districts.moments import LocalMomentField
from districts.naming import shown
from districts.plain_text import PlainTextField
from logistics.ledger import CLOCK_TOLERANCE
from logistics.models import Balance, Parcel, Plan, RouteLeg, ShipmentLeg, ShipmentState
from logistics.stages import HopName

#: Legs in one plan [P]; Sandaran's way has three.
MOST_LEGS = 8
PLACE_TEXT = {"origin": PlainTextField, "destination": PlainTextField}
HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class ListForm(forms.Form):
    """Filters of a kecamatan's shipments."""

    ruas = forms.ChoiceField(label=_("Ruas"), required=False, choices=[("", _("Semua")), *HopName.choices])
    keadaan = forms.ChoiceField(
        label=_("Keadaan"),
        required=False,
        choices=[("", _("Yang berjalan")), *ShipmentState.choices, ("semua", _("Semua"))],
    )


class PlanForm(KeyedForm):
    """What goes along. Legs are a formset of their own. `goods_SS_bupati` and the like: loose goods the sender has."""

    stations = forms.TypedMultipleChoiceField(
        label=_("TPS"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("TPS ini tidak sedang menunggu ruas ini. Muat ulang, lalu pilih lagi.")},
    )  # fmt: skip
    note = PlainTextField(label=_("Catatan"), required=False, max_length=280)

    def __init__(self, *args: Any, parcels: Iterable[Parcel], stock: Iterable[Balance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stations = self.fields["stations"]
        assert isinstance(stations, forms.TypedMultipleChoiceField)
        stations.choices = [(parcel.polling_station_id, parcel.polling_station.code) for parcel in parcels]
        stations.initial = [pk for pk, _code in stations.choices]
        self._goods = {f"goods_{row.item_id}_{row.contest}": (row.item_id, row.contest) for row in stock}
        for name, row in zip(self._goods, stock, strict=True):
            label = f"{shown(row.item.name)} {Contest.Kind(row.contest).label if row.contest else ''}".strip()
            self.fields[name] = BoundedCountField(
                label=label, required=False, least=1, most=row.quantity,
                help_text=_("ada {quantity} {unit}").format(quantity=number_format(row.quantity), unit=shown(row.item.unit)),
                beyond=_("Di tempat asal hanya ada {most}."),
            )  # fmt: skip

    def goods_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self._goods]

    def goods(self) -> dict[tuple[str, str], int]:
        """`{(item, contest): quantity}` of what was asked for."""
        return {key: self.cleaned_data[name] for name, key in self._goods.items() if self.cleaned_data.get(name)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("stations") and not self.goods():
            raise ValidationError(_("Pilih sedikitnya satu TPS atau isi barang lepas."))
        return cleaned


class LegForm(ConstraintForm):
    """One leg of a shipment."""

    client_key = None  # type: ignore[assignment]  # the whole form has one
    planned_departure = LocalMomentField(label=_("Rencana berangkat"), required=False)
    planned_arrival = LocalMomentField(label=_("Rencana tiba"), required=False)

    class Meta:
        model = ShipmentLeg
        fields = [
            "origin", "destination", "mode", "hours", "planned_departure", "planned_arrival", "window_from",
            "window_until", "carrier", "escort_force", "escort_unit", "escort_count",
        ]  # fmt: skip
        field_classes = PLACE_TEXT | {"carrier": PlainTextField, "escort_unit": PlainTextField}
        widgets = {"window_from": HOUR, "window_until": HOUR}

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("planned_departure", "planned_arrival"):
            LocalMomentField.set_zone(self, name, zone)


class RouteLegForm(ConstraintForm):
    """One leg of a usual route."""

    client_key = None  # type: ignore[assignment]

    class Meta:
        model = RouteLeg
        fields = ["origin", "destination", "mode", "hours", "window_from", "window_until", "note"]
        field_classes = PLACE_TEXT | {"note": PlainTextField}
        widgets = {"window_from": HOUR, "window_until": HOUR}


class LegRows(forms.BaseFormSet):
    """The legs of one plan, in order; a row marked for removal or left empty is none."""

    def legs(self) -> list[dict[str, Any]]:
        return [
            {name: value for name, value in form.cleaned_data.items() if name != "DELETE"}
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Hapus ruas ini")


def _rows(form: type[forms.ModelForm]) -> Any:
    return forms.formset_factory(
        form, formset=LegRows, extra=1, can_delete=True, max_num=MOST_LEGS, validate_max=True,
        absolute_max=MOST_LEGS + 1,
    )  # fmt: skip


ShipmentLegRows = _rows(LegForm)
RouteLegRows = _rows(RouteLegForm)


class PlanChoiceForm(forms.Form):
    plan_in_use = forms.ChoiceField(label=_("Rencana yang dipakai"), choices=Plan.choices, widget=forms.RadioSelect)


class MomentForm(KeyedForm):
    """When something happened, on the kecamatan's own clocks; now unless said otherwise."""

    at = LocalMomentField(
        label=_("Waktu"), initial=timezone.now, error_messages={"required": _("Isi tanggal dan jamnya.")}
    )

    def __init__(self, *args: Any, zone: str, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        LocalMomentField.set_zone(self, "at", zone)
        self.fields["at"].label = label or self.fields["at"].label

    def clean_at(self) -> Any:
        return _not_ahead(self.cleaned_data["at"])


class LegTimesForm(forms.Form):
    departed_at = LocalMomentField(label=_("Berangkat"), required=False)
    arrived_at = LocalMomentField(label=_("Tiba"), required=False)

    def __init__(self, *args: Any, zone: str, is_last: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("departed_at", "arrived_at"):
            LocalMomentField.set_zone(self, name, zone)
        if is_last:
            del self.fields["arrived_at"]

    def clean_departed_at(self) -> Any:
        return _not_ahead(self.cleaned_data["departed_at"])

    def clean_arrived_at(self) -> Any:
        return _not_ahead(self.cleaned_data["arrived_at"])


class ReasonForm(KeyedForm):
    reason = PlainTextField(
        label=_("Alasan"), max_length=280, help_text=_("Tanpa nama orang, NIK atau NIP."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 280}), error_messages={"required": _("Tulis alasannya.")},
    )  # fmt: skip


def _not_ahead(at: Any) -> Any:
    if at and at > timezone.now() + CLOCK_TOLERANCE:
        raise ValidationError(_("Waktu ini belum tiba. Periksa tanggal dan jam, juga jam ponsel Anda."))
    return at
