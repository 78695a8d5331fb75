"""Forms of outreach: text into clean values, or sentences. Also the filter of the region boards."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.client_keys import KeyedForm
from districts.filters import ListFilter
from districts.inputs import BoundedCountField, CountField
from districts.plain_text import PlainTextField
from neutrality.models import EventKind, EventState, Institution, PledgeGroup, Topic

#: Largest number of participants the table takes.
MOST_PARTICIPANTS = 50_000


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], **more)


def _say_incomplete(form: forms.Form) -> None:
    """The key is no field people see; without it a form cannot be told from its copy."""
    if "client_key" in form.errors:
        form.add_error(None, _("Formulir ini tidak lengkap. Muat ulang halamannya, lalu isi lagi."))


class HeldForm(forms.Form):
    """What is told of an event that took place."""

    held_on = _day(gettext_lazy("Tanggal"), error_messages={"required": gettext_lazy("Pilih tanggalnya.")})
    all_villages = forms.BooleanField(label=gettext_lazy("Mencakup semua desa dan kelurahan"), required=False)
    villages = forms.MultipleChoiceField(
        label=gettext_lazy("Atau pilih desa yang tercakup"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Desa yang warganya diundang atau didatangi."),
        error_messages={"invalid_choice": gettext_lazy("Ada desa yang bukan bagian dari kecamatan ini.")},
    )
    institutions = forms.MultipleChoiceField(
        label=gettext_lazy("Lembaga yang hadir"),
        required=False,
        choices=Institution.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    participants = BoundedCountField(
        label=gettext_lazy("Jumlah peserta"), most=MOST_PARTICIPANTS, required=False,
        beyond=gettext_lazy("Peserta paling banyak {most}. Periksa angkanya."),
    )  # fmt: skip
    note = PlainTextField(
        label=gettext_lazy("Catatan"),
        required=False,
        max_length=280,
        help_text=gettext_lazy("Tanpa nama orang, NIK atau NIP."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, villages: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(data, **more)
        self.known = list(villages)
        self.fields["villages"].choices = self.known  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """Arguments of the write, after `is_valid`."""
        said = dict(self.cleaned_data)
        if said.pop("all_villages"):
            said["villages"] = [code for code, _name in self.known]
        return said


class EventForm(KeyedForm, HeldForm):
    """A new event: on a phone three taps, a desa or two and a photo."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Macam kegiatan"),
        choices=EventKind.choices,
        widget=forms.RadioSelect,
        initial=EventKind.OUTREACH,
        error_messages={"required": gettext_lazy("Pilih macam kegiatannya.")},
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Keadaan"),
        choices=[(EventState.HELD.value, gettext_lazy("Sudah terlaksana")), (EventState.PLANNED.value, gettext_lazy("Rencana"))],
        widget=forms.RadioSelect,
        initial=EventState.HELD,
    )  # fmt: skip
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Pokok yang dibahas"),
        required=False,
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Wajib untuk sosialisasi. Dari sini dihitung desa yang tercakup."),
    )
    place = PlainTextField(label=gettext_lazy("Tempat"), required=False, max_length=120)
    material = PlainTextField(label=gettext_lazy("Materi"), required=False, max_length=160)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("kind") == EventKind.OUTREACH and not said.get("topics") and "topics" not in self.errors:
            self.add_error("topics", _("Pilih pokok sosialisasi: netralitas, tahapan atau damai."))
        _say_incomplete(self)
        return said

    def said(self) -> dict[str, Any]:
        said = super().said()
        said["is_planned"] = said.pop("state") == EventState.PLANNED
        return said


class CancelForm(forms.Form):
    """Why an event counts no more."""

    reason = PlainTextField(
        label=gettext_lazy("Alasan"),
        max_length=280,
        help_text=gettext_lazy("Misalnya: banjir, ditunda ke pekan depan, atau salah catat. Tanpa nama orang."),
        error_messages={"required": gettext_lazy("Tulis alasan pembatalan.")},
    )


class PledgeForm(KeyedForm):
    """Per group how many signed, out of how many. A group left empty is not counted today."""

    counted_on = _day(gettext_lazy("Keadaan per"), error_messages={"required": gettext_lazy("Pilih tanggalnya.")})

    def __init__(self, data: Mapping[str, Any] | None, *, totals: Mapping[str, int], **more: Any) -> None:
        super().__init__(data, **more)
        for group, _label in PledgeGroup.choices:
            self.fields[f"{group}_signed"] = CountField(label=_("Sudah menandatangani"), required=False)
            self.fields[f"{group}_total"] = CountField(label=_("Dari"), required=False, initial=totals.get(group))

    def groups(self) -> list[dict[str, Any]]:
        """What the template draws: a fieldset per group."""
        return [
            {"name": label, "signed": self[f"{group}_signed"], "total": self[f"{group}_total"]}
            for group, label in PledgeGroup.choices
        ]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        for group, _label in PledgeGroup.choices:
            signed, total = said.get(f"{group}_signed"), said.get(f"{group}_total")
            if signed is not None and total is None and not self.errors.get(f"{group}_total"):
                self.add_error(f"{group}_total", _("Isi dari berapa orang."))
            elif signed is not None and total is not None and (signed > total or total < 1):
                self.add_error(f"{group}_signed", _("Yang menandatangani tidak boleh melebihi jumlah orangnya."))
        if not self.errors and not self.counts():
            self.add_error(None, _("Isi jumlah untuk paling sedikit satu kelompok."))
        _say_incomplete(self)
        return said

    def counts(self) -> dict[str, tuple[int, int]]:
        said = self.cleaned_data
        return {
            group: (said[f"{group}_signed"], said[f"{group}_total"])
            for group, _label in PledgeGroup.choices
            if said.get(f"{group}_signed") is not None and said.get(f"{group}_total")
        }


#: Words of the address for the time of events, and the days before and after today they take in.
PERIODS = {"7": (6, 0), "30": (29, 0), "depan": (-1, 30)}


class OutreachFilter(ListFilter):
    """`?pokok=tahapan&macam=sosialisasi&keadaan=rencana&waktu=30`: which events are listed; the topic also colours the map."""

    pokok = forms.ChoiceField(
        label=gettext_lazy("Pokok"), required=False, choices=[("", gettext_lazy("Semua pokok")), *Topic.choices]
    )
    macam = forms.ChoiceField(
        label=gettext_lazy("Macam"), required=False, choices=[("", gettext_lazy("Semua macam")), *EventKind.choices]
    )
    keadaan = forms.ChoiceField(
        label=gettext_lazy("Keadaan"),
        required=False,
        choices=[("", gettext_lazy("Semua keadaan")), *EventState.choices],
    )
    waktu = forms.ChoiceField(
        label=gettext_lazy("Waktu"),
        required=False,
        choices=[
            ("", gettext_lazy("Seluruh masa")),
            ("7", gettext_lazy("7 hari terakhir")),
            ("30", gettext_lazy("30 hari terakhir")),
            ("depan", gettext_lazy("30 hari mendatang")),
        ],
    )

    def topic(self) -> Topic:
        return Topic(self.chosen().get("pokok") or Topic.NEUTRALITY)

    def narrowed(self, events: Any, today: date) -> Any:
        """The events that were asked for."""
        chosen = self.chosen()
        if topic := chosen.get("pokok"):
            events = events.filter(topics__contains=[topic])
        if kind := chosen.get("macam"):
            events = events.filter(kind=kind)
        if state := chosen.get("keadaan"):
            events = events.filter(state=state)
        if period := chosen.get("waktu"):
            before, after = PERIODS[period]
            events = events.filter(held_on__range=(today - timedelta(days=before), today + timedelta(days=after)))
        return events
