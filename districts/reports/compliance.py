"""Who reports on time over the season ("kepatuhan lapor", DOMAIN 5.2): of every report that is due by now, how it came.

On time is `windows.ON_TIME`. Each due report counts once: on time, late, late by exception, or missing; "returned" tells
how many of those sent wait for a correction. Reports not yet due count nowhere, also when they are sent already.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django import forms
from django.db import connection, models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.exporting import FORMATS, Cell, Column, Sheet, Source
from districts.filters import ListFilter
from districts.frame import KECAMATAN_LENGTH, Opened, Place
from districts.models import Channel, Election
from districts.models.regions import without_kabupaten
from districts.reports.windows import ON_TIME
from districts.templatetags.siap import moment

#: Slots of the strip, as the history strips of the dashboard.
STRIP = 12
#: Length of the codes one level below the nation, a province, a regency.
BELOW = (2, 5, 8)


class Mark(models.TextChoices):
    """How a due report came; of a returned one that alone is told."""

    ON_TIME = "tepat", gettext_lazy("tepat waktu")
    LATE = "terlambat", gettext_lazy("terlambat")
    EXCEPTION = "pengecualian", gettext_lazy("di luar jendela, dengan pengecualian")
    MISSING = "tidak_ada", gettext_lazy("tidak lapor")
    RETURNED = "dikembalikan", gettext_lazy("dikembalikan, menunggu perbaikan")


#: Beside a `Mark`: every report that is due, whether it came or not.
DUE = "ditunggu"
#: The newest slots of a kecamatan, oldest first: (slot, `Mark`).
Strip = tuple[tuple[str, str], ...]

#: How a first revision came. An exception begins after the close, so what came during one came outside the window.
_CAME = f"""CASE WHEN {ON_TIME} THEN 'tepat'
            WHEN EXISTS (
                SELECT 1 FROM districts_windowexception opened
                WHERE opened.expected_id = first.expected_id AND opened.starts_at <= first.submitted_at
                  AND COALESCE(opened.ended_at, opened.ends_at) > first.submitted_at
            ) THEN 'pengecualian' ELSE 'terlambat' END"""
_OWED = "expected.election_id = %(election)s AND expected.due_at <= %(now)s AND expected.kecamatan_id LIKE %(under)s"
#: Two passes that never meet: joined row by row, a season of the nation takes four times as long.
_COUNTS = f"""
SELECT code, (SELECT name FROM districts_region region WHERE region.code = counted.code), channel, mark, number, returned
FROM (
    SELECT left(expected.kecamatan_id, %(length)s) AS code, '' AS channel, '{DUE}' AS mark, count(*) AS number, 0 AS returned
    FROM districts_expectedreport expected WHERE {_OWED} GROUP BY 1
    UNION ALL
    SELECT left(first.kecamatan_id, %(length)s), first.channel, CASE WHEN first.revision = 1 THEN {_CAME} ELSE '' END,
           count(*), count(*) FILTER (WHERE first.is_latest AND first.decision = 'dikembalikan')
    FROM districts_report first
    WHERE {_OWED.replace("expected.", "first.")}
      AND (first.revision = 1 OR (first.is_latest AND first.decision = 'dikembalikan'))
    GROUP BY 1, 2, 3
) counted ORDER BY code, channel, mark"""
_STRIPS = f"""
SELECT kecamatan_id, (array_agg(slot || ' ' || mark ORDER BY due_at DESC))[1:{STRIP}]
FROM (
    SELECT expected.kecamatan_id, expected.slot, expected.due_at,
           CASE WHEN first.id IS NULL THEN 'tidak_ada' WHEN latest.decision = 'dikembalikan' THEN 'dikembalikan'
                ELSE {_CAME} END AS mark
    FROM districts_expectedreport expected
    LEFT JOIN districts_report first ON first.expected_id = expected.id AND first.revision = 1
    LEFT JOIN districts_report latest ON latest.expected_id = expected.id AND latest.is_latest
    WHERE {_OWED} AND %(channel)s IN ('', first.channel)
) owed GROUP BY 1"""


class Count(NamedTuple):
    """Of a region: how many reports are due (`mark` DUE) or came by `channel` and how (`Mark`; "" is a later revision)."""

    code: str
    name: str
    channel: str
    mark: str
    number: int
    returned: int


@dataclass(frozen=True, slots=True)
class Row:
    """Due reports of a region. `late` are those without an exception; `strip` is empty above a kecamatan."""

    code: str
    name: str
    expected: int
    on_time: int
    late: int
    by_exception: int
    missing: int
    returned: int
    strip: Strip = ()

    @property
    def percent(self) -> float | None:
        """Share on time, in percent; None where nothing is due yet."""
        return self.on_time * 100 / self.expected if self.expected else None

    @property
    def all_late(self) -> int:
        """Reports that came late, by exception or not."""
        return self.late + self.by_exception

    @property
    def late_percent(self) -> float | None:
        """Share that came late, by exception or not, in percent."""
        return self.all_late * 100 / self.expected if self.expected else None

    @property
    def href(self) -> str:
        """A kecamatan's page, else this list of the region."""
        return reverse("kecamatan" if len(self.code) == KECAMATAN_LENGTH else "compliance", args=[self.code])


class ComplianceFilter(ListFilter):
    """`?nama=&tampil=missing&saluran=radio&urut=nama`. With a channel only what came by it counts, and nothing is missing."""

    usual = {"urut": "terburuk"}

    nama = forms.CharField(
        label=gettext_lazy("Nama"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    tampil = forms.ChoiceField(
        label=gettext_lazy("Tampilkan"),
        required=False,
        choices=[
            ("", gettext_lazy("Semua")),
            ("missing", gettext_lazy("Pernah tidak lapor")),
            ("all_late", gettext_lazy("Pernah terlambat")),
            ("by_exception", gettext_lazy("Pernah dengan pengecualian")),
            ("returned", gettext_lazy("Ada yang dikembalikan")),
        ],
    )
    saluran = forms.ChoiceField(
        label=gettext_lazy("Saluran"), required=False, choices=[("", gettext_lazy("Semua")), *Channel.choices]
    )
    urut = forms.ChoiceField(
        label=gettext_lazy("Urutan"),
        required=False,
        choices=[("terburuk", gettext_lazy("Yang terburuk dulu")), ("nama", gettext_lazy("Nama"))],
    )

    def apply(self, rows: Iterable[Row]) -> list[Row]:
        chosen = self.chosen()
        kept = [row for row in rows if chosen.get("nama", "").lower() in row.name.lower()]
        if wanted := chosen.get("tampil"):
            kept = [row for row in kept if getattr(row, wanted)]
        if chosen.get("urut") == "nama":
            return sorted(kept, key=lambda row: row.name)
        return sorted(kept, key=lambda row: (row.percent or 0, -row.missing, row.name))


def counts_of(place: Place, election: Election, now: datetime, *, by_kecamatan: bool = False) -> list[Count]:
    """Of the regions one level below `place`, or of its kecamatan, by code. One statement."""
    length = KECAMATAN_LENGTH if by_kecamatan else BELOW[place.level]
    return [Count(*row) for row in _asked(_COUNTS, place, election, now, length=length)]


def rows_of(counts: list[Count], channel: str = "", strips: Mapping[str, Strip] | None = None) -> list[Row]:
    """Rates by region; of one `Channel` only where it is named: then nothing can be missing."""
    found = []
    for (code, name), own in groupby(counts, key=lambda count: (count.code, count.name)):
        numbers: Counter[str] = Counter()
        for count in own:
            if not channel or count.channel == channel:
                numbers[count.mark] += count.number
                numbers[Mark.RETURNED] += count.returned
        on_time, late, by_exception = numbers[Mark.ON_TIME], numbers[Mark.LATE], numbers[Mark.EXCEPTION]
        sent = on_time + late + by_exception
        if due := sent if channel else numbers[DUE]:
            strip = (strips or {}).get(code, ())
            bare, returned = without_kabupaten(name), numbers[Mark.RETURNED]
            found.append(Row(code, bare, due, on_time, late, by_exception, due - sent, returned, strip))
    return found


def strips_of(place: Place, election: Election, now: datetime, channel: str) -> dict[str, Strip]:
    """The newest slots by kecamatan of a regency. One statement."""
    found = _asked(_STRIPS, place, election, now, channel=channel)
    return {code: _strip(newest) for code, newest in found}


def _strip(newest: list[str]) -> Strip:
    pairs = (each.partition(" ") for each in reversed(newest))
    return tuple((slot, mark) for slot, _space, mark in pairs)


def _asked(statement: str, place: Place, election: Election, now: datetime, **more: Any) -> list[Any]:
    asked = {"election": election.pk, "now": now, "under": f"{place.code}%", **more}
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())


def channels_of(counts: list[Count]) -> list[dict[str, Any]]:
    """By the channel of the first revision: how many were sent and how many of them on time; the most used first."""
    sent: Counter[str] = Counter()
    on_time: Counter[str] = Counter()
    for count in counts:
        if count.mark in (Mark.ON_TIME, Mark.LATE, Mark.EXCEPTION):
            sent[count.channel] += count.number
            on_time[count.channel] += count.number if count.mark == Mark.ON_TIME else 0
    return [
        {"label": Channel(channel).label, "sent": number, "on_time": on_time[channel], "percent": on_time[channel] * 100 / number}
        for channel, number in sent.most_common()
    ]  # fmt: skip


def total_of(rows: Iterable[Row], place: Place) -> Row:
    found = list(rows)
    names = ("expected", "on_time", "late", "by_exception", "missing", "returned")
    return Row(place.code, place.name, *(sum(getattr(row, name) for row in found) for name in names))


def panels(opened: Opened, election: Election, query: Any) -> dict[str, Any]:
    """What the page is drawn from. One statement; two for a regency."""
    chosen, place = ComplianceFilter(query), opened.place
    channel = chosen.chosen().get("saluran", "")
    has_strip = place.level == len(BELOW) - 1
    counts = counts_of(place, election, opened.now)
    rows = rows_of(counts, channel, strips_of(place, election, opened.now, channel) if has_strip else None)
    return {
        "form": chosen,
        "query": chosen.query(),
        "rows": chosen.apply(rows),
        "total": total_of(rows, place),
        "channels": channels_of(counts),
        "channel": Channel(channel).label if channel else "",
        "legend": list(Mark),
        "formats": FORMATS,
        "has_strip": has_strip,
        "as_of": moment(opened.now, place.zone),
    }


def sheet_of(opened: Opened, election: Election, query: Any) -> Sheet:
    """Every kecamatan that passes the filter, as a download."""
    place = opened.place
    chosen = ComplianceFilter(query)
    channel = chosen.chosen().get("saluran", "")
    rows = chosen.apply(rows_of(counts_of(place, election, opened.now, by_kecamatan=True), channel))
    return Sheet(
        name=_("Kepatuhan lapor"),
        columns=[
            Column(_("Kode")), Column(_("Kecamatan")), Column(_("Sudah jatuh tempo"), _("laporan")),
            Column(_("Tepat waktu"), _("laporan")), Column(_("Terlambat"), _("laporan")),
            Column(_("Di luar jendela, dengan pengecualian"), _("laporan")), Column(_("Tidak lapor"), _("laporan")),
            Column(_("Dikembalikan"), _("laporan")), Column(_("Tepat waktu"), "%"), Column(_("Terlambat"), "%"),
        ],
        rows=(_cells(row) for row in rows),
        source=Source(
            given_by=_("Laporan kecamatan yang masuk ke SIAP"), read_at=opened.now, place=place.name,
            election=election.name, is_simulation=election.is_simulation,
            notes=(_("Dihitung dari tenggat yang sudah lewat. Tepat waktu: kiriman pertama paling lambat pada tenggat."),),
        ),
        zone=place.zone, code=place.code, day=opened.today,
    )  # fmt: skip


def _cells(row: Row) -> list[Cell]:
    percents = [None if each is None else round(each, 1) for each in (row.percent, row.late_percent)]
    counts = (row.expected, row.on_time, row.late, row.by_exception, row.missing, row.returned)
    return [row.code, row.name, *counts, *percents]
