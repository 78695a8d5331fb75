"""Forms of a hand-over: text into a `Confirmation`, or sentences. One sheet of a few fields and lines per item, TPS, finding."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.client_keys import KeyedForm
from districts.inputs import CountField
from districts.moments import LocalMomentField
from districts.plain_text import PlainTextField
from districts.templatetags.siap import score
from logistics.cargo import Cargo, CargoParcel, Goods
from logistics.differences import Way
from logistics.handing import Confirmation
from logistics.handover_checks import Finding, SealReading, expected_counts, faults_of_findings
from logistics.models import DifferenceKind, Outcome

LOOSE = "lepas"
#: [P] More findings than this are told in the reason and in photos.
MOST_ROWS = 40
#: A finding of a seal comes from the seals themselves.
TOLD_KINDS = [(kind.value, kind.label) for kind in DifferenceKind if kind != DifferenceKind.SEAL]

Choices = list[tuple[str, str | Promise]]


class HandOverForm(KeyedForm):
    """What is asked once. Which of it is needed depends on the rest and is said by the sheet."""

    all_counts = forms.BooleanField(
        label=gettext_lazy("Semua jumlah sesuai manifes"),
        required=False,
        help_text=gettext_lazy("Cukup isi jumlah barang yang berbeda; yang kosong dianggap sesuai."),
    )
    all_seals = forms.BooleanField(
        label=gettext_lazy("Semua segel cocok dan utuh"),
        required=False,
        help_text=gettext_lazy("Nomornya sudah dibandingkan dengan kotak. Tulis di bawah hanya yang tidak cocok."),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Hasil"), choices=Outcome.choices, widget=forms.RadioSelect, required=False
    )
    reason = PlainTextField(
        label=gettext_lazy("Alasan"),
        required=False,
        max_length=280,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 280}),
        help_text=gettext_lazy("Perlu bila ada selisih atau ditolak. Tanpa nama orang, NIK atau NIP."),
    )
    received_at = LocalMomentField(label=gettext_lazy("Waktu terima"))
    receiver_name = PlainTextField(
        label=gettext_lazy("Nama yang menerima di tempat"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Bila bukan pemilik akun ini, misalnya ketua KPPS."),
    )
    receiver_office = PlainTextField(label=gettext_lazy("Jabatannya"), required=False, max_length=80)

    def __init__(self, data: Mapping[str, Any] | None, *, zone: str, now: datetime, is_take_back: bool) -> None:
        super().__init__(data, initial={"received_at": now})
        LocalMomentField.set_zone(self, "received_at", zone)
        if is_take_back:
            outcome = self.fields["outcome"]
            assert isinstance(outcome, forms.ChoiceField)
            outcome.choices = [choice for choice in Outcome.choices if choice[0] != Outcome.REFUSED]


class CountLine(forms.Form):
    """How many of an item were counted."""

    counted = CountField(required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, goods: Goods, cargo: Cargo) -> None:
        super().__init__(data, prefix="hitung-{}-{}".format(*goods))
        self.goods, named = goods, cargo.names[goods]
        self.fields["counted"].label = named.name
        self.suffix = _("dari {sent} {unit}").format(sent=score(cargo.total[goods]), unit=named.unit)


class SealLine(forms.Form):
    """The seals of one TPS."""

    ok = forms.BooleanField(label=gettext_lazy("Cocok dan utuh"), required=False)
    broken = forms.BooleanField(label=gettext_lazy("Rusak atau lepas"), required=False)
    seen = PlainTextField(label=gettext_lazy("Nomor terbaca, bila lain"), required=False, max_length=120)

    def __init__(self, data: Mapping[str, Any] | None, *, parcel: CargoParcel) -> None:
        super().__init__(data, prefix=f"segel-{parcel.pk}")
        self.parcel, self.number = parcel, parcel.code[-3:]

    def reading(self, *, all_match: bool) -> SealReading | None:
        """None: nobody looked."""
        said = self.cleaned_data
        if not (all_match or said.get("ok") or said.get("broken") or said.get("seen")):
            return None
        return SealReading(self.parcel.pk, said.get("seen", ""), bool(said.get("broken")))


class DifferenceLine(forms.Form):
    """One finding; a line in which nothing is typed says nothing."""

    parcel = forms.ChoiceField(label="TPS", required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Temuan"), choices=[("", gettext_lazy("Pilih temuan")), *TOLD_KINDS], required=False
    )
    goods = forms.ChoiceField(label=gettext_lazy("Barang"), required=False)
    quantity = CountField(label=gettext_lazy("Jumlah"), required=False)
    note = PlainTextField(label=gettext_lazy("Catatan"), required=False, max_length=280)

    def __init__(
        self, data: Mapping[str, Any] | None, *, number: int, parcels: Choices, goods: Choices, names: dict[str, Goods]
    ) -> None:
        super().__init__(data, prefix=f"selisih-{number}")
        self.number, self.names = number, names
        for name, choices in (("parcel", parcels), ("goods", goods)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def has_typed(self) -> bool:
        return any(str(bound.value() or "").strip() for bound in self)

    def clean(self) -> dict[str, Any]:
        """A parcel that is not there needs nothing more; all else names where, what and how many."""
        said = self.cleaned_data
        if not self.has_typed() or self.errors:
            return said
        needed = {"kind": _("Pilih temuannya."), "parcel": _("Pilih TPS atau barang lepas.")}
        if said["kind"] and said["kind"] != DifferenceKind.ABSENT:
            needed |= {"goods": _("Pilih barangnya."), "quantity": _("Isi jumlahnya, lebih dari nol.")}
        for name in [name for name in needed if not said[name]]:
            self.add_error(name, needed[name])
        return said

    def finding(self) -> Finding:
        said = self.cleaned_data
        kind, parcel = DifferenceKind(said["kind"]), None if said["parcel"] == LOOSE else int(said["parcel"])
        if kind == DifferenceKind.ABSENT:
            return Finding(kind, parcel, note=said["note"])
        return Finding(kind, parcel, self.names[said["goods"]], said["quantity"], said["note"])


class HandOverSheet:
    """The whole form for a cargo. Bound when `data` is given; what was typed is shown again whatever becomes of it."""

    def __init__(
        self, cargo: Cargo, data: Mapping[str, Any] | None = None, *, zone: str, now: datetime, is_take_back: bool
    ) -> None:
        self.cargo, self.now = cargo, now
        self.form = HandOverForm(data, zone=zone, now=timezone.localtime(now), is_take_back=is_take_back)
        self.counts = [CountLine(data, goods=goods, cargo=cargo) for goods in cargo.total]
        self.seals = [SealLine(data, parcel=parcel) for parcel in cargo.parcels]
        self.differences = self._difference_lines(data)

    def _difference_lines(self, data: Mapping[str, Any] | None) -> list[DifferenceLine]:
        typed = str(data.get("baris", "1")) if data else "1"
        count = min(max(int(typed) if typed.isdecimal() and len(typed) < 4 else 1, 1), MOST_ROWS)
        if data and "tambah" in data:
            count = min(count + 1, MOST_ROWS)
        parcels: Choices = [("", _("Pilih TPS")), *((str(each.pk), station_name(each)) for each in self.cargo.parcels)]
        if self.cargo.loose:
            parcels.append((LOOSE, _("Barang lepas")))
        names = {f"{item}-{contest}": (item, contest) for item, contest in self.cargo.total}
        goods: Choices = [("", _("Pilih barang"))]
        goods += [(key, self.cargo.names[each].name) for key, each in names.items()]
        return [
            DifferenceLine(data, number=number, parcels=parcels, goods=goods, names=names)
            for number in range(1, count + 1)
        ]

    @property
    def unfold_counts(self) -> bool:
        return not self.form["all_counts"].value() or any(str(line["counted"].value() or "") for line in self.counts)

    @property
    def unfold_seals(self) -> bool:
        return any(bound.value() for line in self.seals for bound in line)

    @property
    def unfold_differences(self) -> bool:
        return self.form.is_bound and (len(self.differences) > 1 or any(line.has_typed() for line in self.differences))

    def is_valid(self) -> bool:
        lines: Iterable[forms.Form] = (*self.counts, *self.seals, *self.differences)
        # every line is asked, so that each shows its own mistakes
        answers = [line.is_valid() for line in lines]
        if not self.form.is_valid() or not all(answers):
            if "client_key" in self.form.errors:
                self.form.add_error(None, _("Formulir ini tidak lengkap. Muat ulang halamannya, lalu isi lagi."))
            self.refuse(*self._line_mistakes())
            return False
        self.refuse(*self._faults())
        return not self.form.errors

    def _line_mistakes(self) -> list[str]:
        """The mistakes of lines in the summary at the top: *Selisih 2, Jumlah: Isi jumlahnya, lebih dari nol.*"""
        titled: list[tuple[str, forms.Form]] = [(str(line["counted"].label), line) for line in self.counts]
        titled += [(station_name(line.parcel), line) for line in self.seals]
        titled += [(_("Selisih {number}").format(number=line.number), line) for line in self.differences]
        return [
            f"{title}: {mistake}" if isinstance(line, CountLine) else f"{title}, {line[name].label}: {mistake}"
            for title, line in titled
            for name, mistakes in line.errors.items()
            for mistake in mistakes
        ]

    def refuse(self, *sentences: str) -> None:
        for sentence in sentences:
            self.form.add_error(None, sentence)

    def _faults(self) -> list[str]:
        """What a whole part leaves open is said once and not for each of its lines."""
        said, faults = dict(self.form.cleaned_data), []
        if not said["outcome"]:
            self.form.add_error("outcome", _("Pilih diterima, diterima dengan selisih, atau ditolak."))
        if said["outcome"] == Outcome.REFUSED:
            return []
        if self.counts and not said["all_counts"] and all(self._typed(line) is None for line in self.counts):
            faults.append(_("Isi jumlah yang dihitung per barang, atau centang Semua jumlah sesuai manifes."))
        if self.seals and not any(line.reading(all_match=said["all_seals"]) for line in self.seals):
            faults.append(_("Periksa segelnya: centang Semua segel cocok dan utuh, atau isi per TPS."))
        return faults

    @staticmethod
    def _typed(line: CountLine) -> int | None:
        counted: int | None = line.cleaned_data.get("counted")
        return counted

    @cached_property
    def findings(self) -> list[Finding]:
        return [line.finding() for line in self.differences if line.has_typed()]

    def confirmation(self) -> Confirmation:
        """What was said, after `is_valid`."""
        said = self.form.cleaned_data
        outcome, take_as_sent = Outcome(said["outcome"]), said["all_counts"]
        expected = self.cargo.total
        if not faults_of_findings(self.cargo, self.findings):
            expected = expected_counts(self.cargo, self.findings)
        counts = {line.goods: self._typed(line) for line in self.counts}
        readings = [line.reading(all_match=said["all_seals"]) for line in self.seals]
        return Confirmation(
            received_at=said["received_at"],
            outcome=outcome,
            counts={
                goods: expected[goods] if typed is None else typed
                for goods, typed in counts.items()
                if typed is not None or take_as_sent
            },
            seals=[reading for reading in readings if reading],
            findings=self.findings,
            reason=said["reason"],
            receiver_name=said["receiver_name"],
            receiver_office=said["receiver_office"],
        )


def station_name(parcel: CargoParcel) -> str:
    """ "TPS 005 Manubar"."""
    return _("TPS {number} {village}").format(number=parcel.code[-3:], village=parcel.village)


class SettleForm(KeyedForm):
    """How one difference was put right."""

    way = forms.ChoiceField(
        label=gettext_lazy("Bagaimana diselesaikan"),
        error_messages={"required": gettext_lazy("Pilih bagaimana selisih ini diselesaikan.")},
    )
    number = PlainTextField(
        label=gettext_lazy("Nomor berita acara"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Wajib untuk barang yang hilang."),
    )
    note = PlainTextField(
        label=gettext_lazy("Keterangan"),
        max_length=240,
        help_text=gettext_lazy("Tanpa nama orang, NIK atau NIP."),
        error_messages={"required": gettext_lazy("Tulis bagaimana selisih ini diselesaikan.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, ways: Iterable[Way], pk: int) -> None:
        super().__init__(data, auto_id=f"selisih{pk}_%s")
        field = self.fields["way"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Pilih cara")), *((way.value, way.label) for way in ways)]
        if Way.LOST not in ways:
            del self.fields["number"]
