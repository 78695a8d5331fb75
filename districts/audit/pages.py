"""Histories: what the audit has about a kecamatan and about a person, newest first, page by page."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.access import NATION, AccessRefused, Role, can_run_desk, scope_of, within
from districts.audit.triggers import ENTRIES, Watched, declared
from districts.audit.words import Told, table_word, tell
from districts.filters import ListFilter
from districts.models import AuditEntry, User

PER_PAGE = 50


def can_read_history(user: User, code: str) -> bool:
    """Who works at the Desk of the region or above, and administrators: an entry says from which network a person wrote."""
    return can_run_desk(user, code) or (user.is_superuser and scope_of(user).covers(code))


def check_can_read_history(user: User, code: str) -> None:
    if not can_read_history(user, code):
        raise AccessRefused(
            _(
                "Riwayat perubahan hanya untuk Desk Pilkada wilayah ini. Revisi laporan dan riwayat kendala ada di halamannya."
            )
        )


class HistoryFilter(ListFilter):
    """Kind of data and days; `before` is the key of the last entry of the page before."""

    jenis = forms.ChoiceField(label=gettext_lazy("Jenis data"), required=False)
    dari = forms.DateField(
        label=gettext_lazy("Dari tanggal"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    sampai = forms.DateField(
        label=gettext_lazy("Sampai tanggal"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        watched: list[Watched] = [each for each in declared("WATCHED") if each.entries == ENTRIES]
        tables = [each.table._meta.db_table for each in watched]
        words = sorted((capfirst(table_word(table)), table) for table in tables)
        choices: Any = [("", _("Semua")), *((table.partition("_")[2], word) for word, table in words)]
        self.fields["jenis"].choices = choices  # type: ignore[attr-defined]
        self.tables = {table.partition("_")[2]: table for table in tables}

    def narrowed(self, entries: "QuerySet[AuditEntry]", zone: str) -> "QuerySet[AuditEntry]":
        """The entries of the chosen kind and local days."""
        self.is_valid()
        chosen = self.cleaned_data
        if table := self.tables.get(chosen.get("jenis", "")):
            entries = entries.filter(table_name=table)
        if first := chosen.get("dari"):
            entries = entries.filter(at__gte=_midnight(first, zone))
        if last := chosen.get("sampai"):
            entries = entries.filter(at__lt=_midnight(last + timedelta(days=1), zone))
        return entries


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Entries in words; `before` is the key that the next page begins below, None on the last."""

    rows: list[Told]
    before: int | None
    is_first: bool


def page_of(entries: "QuerySet[AuditEntry]", before: str, zone: str) -> HistoryPage:
    """The page below the key `before` ("" is the newest). Nothing is counted. One statement and one a table named."""
    below = int(before) if before.isdecimal() and len(before) < len(str(2**63)) else None
    if below is not None:
        entries = entries.filter(pk__lt=below)
    found = list(entries.order_by("-pk")[: PER_PAGE + 1])
    more = len(found) > PER_PAGE
    return HistoryPage(tell(found[:PER_PAGE], zone), found[PER_PAGE - 1].pk if more else None, below is None)


def of_kecamatan(code: str) -> "QuerySet[AuditEntry]":
    return AuditEntry.objects.under(code)


def of_person(person: User, reader: User) -> "QuerySet[AuditEntry]":
    """What the person did and what was done to them, as far as the reader's own region goes."""
    about = AuditEntry.objects.filter(Q(actor_id=person.pk) | Q(subject_id=person.pk))
    if reader.is_superuser:
        return about
    prefixes = scope_of(reader).prefixes(Role.DESK)
    if NATION in prefixes:
        return about
    return about.filter(within(prefixes, "region_code") | Q(region_code=None, subject_id=person.pk))
