"""Entries of the audit as people read them: what, by whom, from where, and each value as it was and as it became."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import Report
from districts.models.audit import Action, Entry, Origin
from districts.reports.fields import FIELDS
from districts.templatetags.siap import day, moment

#: A concrete field, of whatever it holds; Django's class itself takes no parameters at run time.
Column = Any
HIDDEN = "[disembunyikan]"
#: Columns that tell people nothing: keys against doubling, digests, what repeats another row.
TECHNICAL = frozenset({
    "id", "client_key", "content_digest", "sha256", "digest", "digits", "due_at", "h_minus", "submitted_on", "t0", "step",
    "tolerance", "created_at", "content_type", "tracking", "has_reason", "position", "content", "image", "original", "shown",
    "package", "token", "key", "batch", "tile_row", "tile_column", "base_revision",
})  # fmt: skip
#: Tables that have no word of their own, and columns whose field has none.
TABLES: dict[str, str | Promise] = {
    "districts_user_groups": gettext_lazy("kelompok orang"), "auth_group": gettext_lazy("kelompok"),
    "districts_user_user_permissions": gettext_lazy("izin orang"),
    "auth_group_permissions": gettext_lazy("izin kelompok"),
    "districts_election_regions": gettext_lazy("wilayah yang memilih"),
    "otp_totp_totpdevice": gettext_lazy("kode dari HP (faktor kedua)"),
    "otp_static_statictoken": gettext_lazy("kode cadangan"), "neutrality_case_forms": gettext_lazy("dugaan bentuk"),
}  # fmt: skip
COLUMNS: dict[str, str | Promise] = {
    "user": gettext_lazy("orang"), "group": gettext_lazy("kelompok"), "permission": gettext_lazy("izin"),
    "session_generation": gettext_lazy("keluar dari semua perangkat"), "device": gettext_lazy("perangkat"),
    "name": gettext_lazy("nama"), "confirmed": gettext_lazy("sudah dipastikan"), "election": gettext_lazy("pemilihan"),
    "region": gettext_lazy("wilayah"), "kecamatan": gettext_lazy("kecamatan"), "indicator": gettext_lazy("indikator"),
    "target": gettext_lazy("target"), "linmas": gettext_lazy("linmas"), "polling_station": gettext_lazy("TPS"),
    "expected": gettext_lazy("periode laporan"), "is_latest": gettext_lazy("revisi terbaru"),
    "tps_total": gettext_lazy("TPS seluruhnya"), "voters_total": gettext_lazy("pemilih seluruhnya"),
    "village_total": gettext_lazy("desa seluruhnya"), "pledge_total": gettext_lazy("wajib ikrar"),
    "taken_at": gettext_lazy("dipotret"), "uploaded_by": gettext_lazy("diunggah oleh"),
    "uploaded_at": gettext_lazy("diunggah"), "place": gettext_lazy("tempat"), "shipment": gettext_lazy("kiriman"),
    "document": gettext_lazy("dokumen"), "issue": gettext_lazy("kendala"), "handover": gettext_lazy("serah terima"),
    "parcel": gettext_lazy("paket"), "settled": gettext_lazy("diselesaikan dengan"),
    "asked_by": gettext_lazy("diminta oleh"), "sent_document": gettext_lazy("dokumen kirim"),
    "received_document": gettext_lazy("dokumen terima"), "case": gettext_lazy("kasus"),
    "violationform": gettext_lazy("bentuk pelanggaran"), "first": gettext_lazy("kasus pertama"),
    "second": gettext_lazy("kasus kedua"), "by": gettext_lazy("oleh"), "recorded_by": gettext_lazy("dicatat oleh"),
    "from_state": gettext_lazy("dari"), "to_state": gettext_lazy("ke"), "needs_reason": gettext_lazy("perlu alasan"),
    "needs_paper": gettext_lazy("perlu surat"),
}  # fmt: skip
#: Tables of which an entry is told with the name of the person it is about.
PEOPLE = "districts_user"
ABOUT_PEOPLE = frozenset({
    "districts_assignment", "districts_signincode", "districts_user_groups", "districts_user_user_permissions",
    "otp_totp_totpdevice", "otp_static_statictoken",
})  # fmt: skip
REPORT_LABELS = {field.name: field.label for field in FIELDS}


@dataclass(frozen=True, slots=True)
class Line:
    """One value; `was` None where the row was made or removed."""

    label: str
    was: str | None
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """An entry in words. `rows`: of a load that is told as a number."""

    entry: Entry
    action: str
    what: str
    who: str
    lines: list[Line]
    rows: int | None


@cache
def models_by_table() -> dict[str, type[models.Model]]:
    return {each._meta.db_table: each for each in apps.get_models(include_auto_created=True) if not each._meta.proxy}


@cache
def fields_of(table: str) -> dict[str, Column]:
    """Its fields by column, without the technical ones."""
    found = models_by_table().get(table)
    columns: list[Column] = list(found._meta.local_concrete_fields) if found else []
    return {each.column: each for each in columns if each.name not in TECHNICAL}


def table_word(table: str) -> str:
    found = models_by_table().get(table)
    return str(TABLES.get(table) or (found._meta.verbose_name if found else table))


def column_word(field: Column) -> str:
    """The label of a column; "" where nobody has given it one."""
    if field.model is Report and field.name in REPORT_LABELS:
        return str(REPORT_LABELS[field.name])
    given = str(field.verbose_name)
    found: str | Promise = COLUMNS.get(field.name, "") if given == field.name.replace("_", " ") else given
    return capfirst(str(found))


def pairs(entry: Entry) -> list[tuple[Column, Any, Any]]:
    """(field, old, new) of what people can read, in the order of the model; the same twice of a row made or removed."""
    known = fields_of(entry.table_name)
    both = entry.action == Action.UPDATE
    said = ((field, entry.changed[name]) for name, field in known.items() if name in entry.changed)
    return [(field, *(value if both else (value, value))) for field, value in said]


def names_of(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """What rows that entries speak of are called now, by table and key. One statement a table, whatever the entries."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.object_id:
            wanted[entry.table_name].add(entry.object_id)
        if entry.subject_id and entry.table_name in ABOUT_PEOPLE:
            wanted[PEOPLE].add(str(entry.subject_id))
        for field, was, became in pairs(entry):
            if field.related_model:
                table = field.related_model._meta.db_table
                wanted[table] |= {str(each) for each in (was, became) if each not in (None, "", HIDDEN)}
    found: dict[tuple[str, str], str] = {}
    for table, keys in sorted(wanted.items()):
        model = models_by_table().get(table)
        if model is not None and not model._meta.auto_created and model is not Permission:
            found |= {(table, str(pk)): str(row) for pk, row in model._base_manager.in_bulk(list(keys)).items()}
    return found


def value_words(field: Column, value: Any, zone: str, names: dict[tuple[str, str], str]) -> str:
    """A value as a page would show it; an empty one is a dash."""
    if value is None or value in ("", []):
        return "–"
    if value == HIDDEN:
        return _("(disembunyikan)")
    if field.related_model:
        return names.get((field.related_model._meta.db_table, str(value)), str(value))
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, list):
        known = dict(field.base_field.flatchoices) if hasattr(field, "base_field") else {}
        return ", ".join(str(known.get(each, each)) for each in value)
    if choices := dict(field.flatchoices):
        return str(choices.get(value, value))
    return _moment_words(field, value, zone) or (localize(value) if isinstance(value, int | float) else str(value))


def _moment_words(field: Column, value: Any, zone: str) -> str:
    """A time or a date on the clocks of `zone`; "" for anything else."""
    if isinstance(field, models.DateTimeField):
        found: datetime | date | None = parse_datetime(str(value))
        return moment(found, zone) if isinstance(found, datetime) else ""
    if isinstance(field, models.DateField):
        found = parse_date(str(value))
        return day(found) if found else ""
    return ""


def who_words(entry: Entry) -> str:
    """The person, else how the change came in."""
    match entry.origin:
        case Origin.TASK:
            return _("Tugas terjadwal %(name)s") % {"name": entry.via}
        case Origin.COMMAND:
            return _("Perintah %(name)s di server, akun %(account)s") % {"name": entry.via, "account": entry.actor_name}
        case Origin.SQL:
            return _("SQL langsung, akun basis data %(account)s") % {"account": entry.db_user}
    return entry.actor_name or _("Tanpa masuk")


def tell(entries: Iterable[Entry], zone: str) -> list[Told]:
    """Entries in words, in their order, with what rows are called now. One statement a table that they speak of."""
    entries = list(entries)
    names = names_of(entries)
    return [tell_one(entry, zone, names) for entry in entries]


def tell_one(entry: Entry, zone: str, names: dict[tuple[str, str], str]) -> Told:
    """An entry in words; rows that `names` does not know are called by their key. Asks the database nothing."""
    is_update = entry.action == Action.UPDATE
    lines = [
        Line(
            column_word(field),
            value_words(field, was, zone, names) if is_update else None,
            value_words(field, became, zone, names),
        )
        for field, was, became in pairs(entry)
    ]
    own = entry.changed.get("name")
    name = names.get((entry.table_name, entry.object_id)) or (own if isinstance(own, str) else entry.object_id)
    what = f"{capfirst(table_word(entry.table_name))} {name}".strip()
    if entry.table_name in ABOUT_PEOPLE and (person := names.get((PEOPLE, str(entry.subject_id)))):
        what = f"{what}, {person}"
    return Told(entry, str(Action(entry.action).label), what, who_words(entry), lines, entry.changed.get("rows"))
