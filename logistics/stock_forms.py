"""Forms of the stock: numbers as people type them into clean values, each mistake a sentence under its field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.inputs import BoundedCountField, KeyField
from districts.models import Contest
from districts.moments import DATE_FORMATS, LocalMomentField
from districts.plain_text import PlainTextField
from logistics.destroying import Leftover
from logistics.models import DamageClass, PlaceKind
from logistics.receiving import MOST, Arrival
from logistics.stock import Goods

TOO_MANY = gettext_lazy("Terlalu besar; paling banyak 10.000.000. Periksa angkanya.")
#: Names or offices of two witnesses fit the note of a document.
WITNESS_LENGTH = 100
#: All places at once, in the address of a stock card.
EVERYWHERE = "semua"


def amount(label: Any, *, required: bool = True, **more: Any) -> BoundedCountField:
    return BoundedCountField(
        label=label,
        most=MOST,
        beyond=TOO_MANY,
        required=required,
        error_messages={"required": _("Isi jumlahnya; 0 bila tidak ada.")},
        **more,
    )


class ActForm(forms.Form):
    """What every act on the ledger asks: when it happened and on what paper. The key tells a form sent twice."""

    client_key = KeyField(initial=uuid4)

    def __init__(self, *args: Any, zone: str, now: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        local = (now or timezone.now()).astimezone(ZoneInfo(zone))
        self.fields["happened_at"] = LocalMomentField(
            zone=zone,
            has_happened=True,
            label=_("Waktu"),
            initial=f"{local:%Y-%m-%dT%H:%M}",
            error_messages={"required": _("Isi tanggal dan jamnya.")},
        )


def number_field(label: Any, *, required: bool) -> PlainTextField:
    return PlainTextField(
        label=label, max_length=60, required=required, error_messages={"required": _("Isi nomor suratnya.")}
    )


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """One line of a table to fill in."""

    goods: Goods
    cells: tuple[BoundField, ...]


class ReceiveForm(ActForm):
    """Several items at once, each by the surat jalan and as counted; an empty line was not in the delivery."""

    def __init__(self, *args: Any, goods: Sequence[Goods], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goods = goods
        self.fields["number"] = number_field(_("Nomor surat jalan"), required=True)
        self.fields["settles_owed"] = forms.BooleanField(
            label=_("Kiriman susulan: memenuhi yang belum dikirim penyedia"), required=False
        )
        for each in goods:
            stated, counted = _("menurut surat jalan"), _("diterima")
            self.fields[f"stated_{each.slug}"] = amount(f"{each.name}, {stated}", required=False)
            self.fields[f"counted_{each.slug}"] = amount(f"{each.name}, {counted}", required=False)

    def lines(self, *, must_count: bool) -> list[GoodsLine]:
        names = ("stated", "counted")
        return [
            GoodsLine(each, tuple(self[f"{name}_{each.slug}"] for name in names))
            for each in self.goods
            if each.item.must_count == must_count
        ]

    def counted_first(self) -> list[GoodsLine]:
        return self.lines(must_count=True)

    def others(self) -> list[GoodsLine]:
        return self.lines(must_count=False)

    @property
    def has_others(self) -> bool:
        """Whether something stands in a line that is folded away."""
        return any(cell.value() or cell.errors for line in self.others() for cell in line.cells)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        arrivals = []
        for each in self.goods:
            stated, counted = (cleaned.get(f"{name}_{each.slug}") for name in ("stated", "counted"))
            for name, mine, other in (("stated", stated, counted), ("counted", counted, stated)):
                if mine is None and other is not None and f"{name}_{each.slug}" not in self.errors:
                    self.add_error(f"{name}_{each.slug}", _("Isi keduanya; 0 bila tidak ada."))
            if stated is not None and counted is not None:
                arrivals.append(Arrival(*each.key, stated, counted))
        if not arrivals and not self.errors:
            raise ValidationError(_("Isi paling sedikit satu barang."))
        return {
            name: cleaned[name] for name in ("happened_at", "number", "settles_owed", "client_key") if name in cleaned
        } | {"arrivals": arrivals}


class SortForm(ActForm):
    """One batch, as its BA says it. Damaged may be left out: then it is the sum of its classes."""

    def __init__(self, *args: Any, goods: Sequence[Goods], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_slug = {each.slug: each for each in goods}
        self.fields["goods"] = forms.ChoiceField(
            label=_("Surat suara"),
            choices=[(each.slug, each.contest_name or each.name) for each in goods],
            widget=forms.RadioSelect,
            error_messages=dict.fromkeys(("required", "invalid_choice"), _("Pilih jenis pemilihannya.")),
        )
        self.fields["number"] = number_field(_("Nomor BA hasil sortir"), required=False)
        self.fields["labelled"] = amount(_("Menurut label berkas"))
        self.fields["good"] = amount(_("Baik"))
        self.fields["damaged"] = amount(_("Rusak seluruhnya"), required=False)
        for kind in DamageClass:
            self.fields[f"damage_{kind.value}"] = amount(f"{kind.value}. {kind.label}", required=False)
        self.fields["short"] = amount(_("Kurang"), required=False)
        self.fields["surplus"] = amount(_("Lebih"), required=False)

    def classes(self) -> list[BoundField]:
        return [self[f"damage_{kind.value}"] for kind in DamageClass]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        damages = {kind.value: cleaned.pop(f"damage_{kind.value}") or 0 for kind in DamageClass}
        item, contest = self.by_slug[cleaned.pop("goods")].key
        zero = {name: cleaned[name] or 0 for name in ("short", "surplus")}
        return cleaned | zero | {"item": item, "contest": contest, "damages": damages}


class AskForm(forms.Form):
    """A replacement that was asked for in SILOG."""

    client_key = KeyField(initial=uuid4)

    def __init__(self, *args: Any, goods: Sequence[Goods], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_slug = {each.slug: each for each in goods}
        local = timezone.now().astimezone(ZoneInfo(zone))
        self.fields["goods"] = forms.ChoiceField(
            label=_("Barang"),
            choices=[("", _("Pilih barang")), *[(each.slug, each.name) for each in goods]],
            error_messages={"required": _("Pilih barangnya."), "invalid_choice": _("Barang ini tidak ada di daftar.")},
        )
        self.fields["quantity"] = amount(_("Jumlah yang diminta"))
        self.fields["reason"] = PlainTextField(
            label=_("Alasan"), max_length=280, help_text=_("Misalnya: rusak saat sortir."),
            error_messages={"required": _("Tulis alasan penggantian.")},
        )  # fmt: skip
        self.fields["silog_number"] = PlainTextField(label=_("Nomor SILOG"), max_length=60, required=False)
        self.fields["asked_at"] = LocalMomentField(
            zone=zone, has_happened=True, label=_("Diminta pada"), initial=f"{local:%Y-%m-%dT%H:%M}"
        )
        self.fields["expected_on"] = forms.DateField(
            label=_("Perkiraan tiba"), required=False, input_formats=DATE_FORMATS,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": _("Tulis tanggalnya, misalnya 30/11/2026.")},
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        item, contest = self.by_slug[cleaned.pop("goods")].key
        return cleaned | {"item": item, "contest": contest}


class StepForm(ActForm):
    """How much of a replacement was sent or received."""

    def __init__(self, *args: Any, label: str, left: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"] = amount(label, initial=left)
        self.fields["number"] = number_field(_("Nomor surat"), required=False)
        self.order_fields(["quantity", "number", "happened_at"])


class ReserveForm(ActForm):
    """How many ballots go to the PSU reserve, per contest of the regency. `room`: still missing; `good`: in the warehouse."""

    def __init__(self, *args: Any, goods: Sequence[Goods], room: Mapping[tuple[str, str], int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goods, self.room = goods, room
        self.fields["number"] = number_field(_("Nomor berita acara"), required=False)
        for each in goods:
            self.fields[each.slug] = amount(each.name, required=False)

    def amounts(self) -> list[BoundField]:
        return [self[each.slug] for each in self.goods]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        quantities = {}
        for each in self.goods:
            if quantity := cleaned.pop(each.slug, None):
                quantities[each.key] = quantity
                if quantity > self.room[each.key]:
                    self.add_error(each.slug, _("Paling banyak {left} lagi.").format(left=self.room[each.key]))
        if not quantities and not self.errors:
            raise ValidationError(_("Isi jumlah yang disisihkan."))
        return cleaned | {"quantities": quantities}


class DestroyForm(ActForm):
    """The BA of a destruction. The numbers are proposed; others are refused where they are written."""

    number = PlainTextField(
        label=gettext_lazy("Nomor BA pemusnahan"), max_length=60,
        error_messages={"required": gettext_lazy("Isi nomor BA pemusnahan.")},
    )  # fmt: skip
    witness_bawaslu = PlainTextField(
        label=gettext_lazy("Saksi Bawaslu"), max_length=WITNESS_LENGTH, help_text=gettext_lazy("Nama atau jabatan, tanpa NIK."),
        error_messages={"required": gettext_lazy("Isi saksi dari Bawaslu.")},
    )  # fmt: skip
    witness_police = PlainTextField(
        label=gettext_lazy("Saksi Polri"), max_length=WITNESS_LENGTH, help_text=gettext_lazy("Nama atau jabatan, tanpa NIK atau NRP."),
        error_messages={"required": gettext_lazy("Isi saksi dari Polri.")},
    )  # fmt: skip

    def __init__(self, *args: Any, leftovers: Sequence[Leftover], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leftovers = leftovers
        for each in leftovers:
            name = each.goods.name
            self.fields[f"damaged_{each.goods.contest}"] = amount(f"{name}, {_('rusak')}", initial=each.damaged)
            self.fields[f"surplus_{each.goods.contest}"] = amount(f"{name}, {_('lebih')}", initial=each.surplus)

    def lines(self) -> list[GoodsLine]:
        return [
            GoodsLine(each.goods, tuple(self[f"{name}_{each.goods.contest}"] for name in ("damaged", "surplus")))
            for each in self.leftovers
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        contests = [each.goods.contest for each in self.leftovers]
        counts = {
            contest: (cleaned.pop(f"damaged_{contest}"), cleaned.pop(f"surplus_{contest}")) for contest in contests
        }
        witnesses = {"Bawaslu": cleaned.pop("witness_bawaslu"), "Polri": cleaned.pop("witness_police")}
        return cleaned | {"counts": counts, "witnesses": witnesses}


class CorrectForm(forms.Form):
    """How much of a movement to take back, and why."""

    client_key = KeyField(initial=uuid4)

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        self.fields["quantity"] = amount(_("Jumlah yang ditarik kembali"), initial=most)
        self.fields["reason"] = PlainTextField(
            label=_("Alasan koreksi"), max_length=280, error_messages={"required": _("Tulis alasan koreksi.")}
        )

    def clean_quantity(self) -> int:
        quantity: int = self.cleaned_data["quantity"]
        if not 0 < quantity <= self.most:
            raise ValidationError(_("Isi dari 1 sampai {most}.").format(most=self.most))
        return quantity


class CardFilter(forms.Form):
    """`?jenis=bupati&tempat=sortir`: the stock card of one contest, of one kind of place; of the warehouse unless named."""

    jenis = forms.ChoiceField(label=gettext_lazy("Jenis pemilihan"), required=False)
    tempat = forms.ChoiceField(label=gettext_lazy("Tempat"), required=False)

    def __init__(self, query: Mapping[str, str], *, contests: Sequence[str]) -> None:
        super().__init__({"tempat": PlaceKind.WAREHOUSE.value} | {name: query[name] for name in query})
        kinds: Iterator[tuple[str, Any]] = ((kind.value, kind.label) for kind in PlaceKind)
        self.fields["tempat"].choices = [*kinds, (EVERYWHERE, _("Semua tempat"))]  # type: ignore[attr-defined]
        if any(contests):
            named = [(contest, Contest.Kind(contest).label) for contest in contests]
            self.fields["jenis"].choices = [("", _("Semua jenis")), *named]  # type: ignore[attr-defined]
        else:
            del self.fields["jenis"]

    def chosen(self) -> dict[str, str]:
        """`contest` and `kind`; a word that is not known filters nothing."""
        self.is_valid()
        kind = self.cleaned_data.get("tempat") or PlaceKind.WAREHOUSE
        return {"contest": self.cleaned_data.get("jenis", ""), "kind": "" if kind == EVERYWHERE else kind}
