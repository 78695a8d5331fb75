"""Who reports on time over the season ("kepatuhan lapor", DOMAIN 5.2): of every report that is due by now, how it came.

On time is `windows.ON_TIME`. Each due report counts once: on time, late, late by exception, or missing; "returned" tells
how many of those sent wait for a correction. Reports not yet due count nowhere, also when they are sent already.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
from districts.templatetags.siap import moment
from districts.windows import ON_TIME

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


#: The newest slots of a kecamatan, oldest first: (slot, `Mark`).
Strip = tuple[tuple[str, str], ...]

_OWED = f"""
WITH owed AS (
    SELECT expected.kecamatan_id, expected.slot, expected.due_at, first.channel,
           CASE WHEN first.id IS NULL THEN 'tidak_ada'
                WHEN {ON_TIME} THEN 'tepat'
                WHEN first.submitted_at >= expected.closes_at AND EXISTS (
                    SELECT 1 FROM districts_windowexception opened
                    WHERE opened.expected_id = expected.id AND opened.starts_at <= first.submitted_at
                      AND COALESCE(opened.ended_at, opened.ends_at) > first.submitted_at
                ) THEN 'pengecualian'
                ELSE 'terlambat' END AS mark,
           COALESCE(latest.decision = 'dikembalikan', false) AS is_returned
    FROM districts_expectedreport expected
    LEFT JOIN districts_report first ON first.expected_id = expected.id AND first.revision = 1
    LEFT JOIN districts_report latest ON latest.expected_id = expected.id AND latest.is_latest
    WHERE expected.election_id = %(election)s AND expected.due_at <= %(now)s AND expected.kecamatan_id LIKE %(under)s
)"""
_UNITS = """
SELECT unit.code, region.name, unit.expected, unit.on_time, unit.late, unit.by_exception, unit.missing, unit.returned,
       unit.strip
FROM (
    SELECT left(owed.kecamatan_id, %(length)s) AS code, count(*) AS expected,
           count(*) FILTER (WHERE mark = 'tepat') AS on_time, count(*) FILTER (WHERE mark = 'terlambat') AS late,
           count(*) FILTER (WHERE mark = 'pengecualian') AS by_exception,
           count(*) FILTER (WHERE mark = 'tidak_ada') AS missing, count(*) FILTER (WHERE is_returned) AS returned,
           {strip} AS strip
    FROM owed WHERE %(channel)s IN ('', channel) GROUP BY 1
) unit JOIN districts_region region ON region.code = unit.code ORDER BY unit.code"""
_STRIP = f"""(array_agg(owed.slot || ' ' || CASE WHEN is_returned THEN 'dikembalikan' ELSE mark END
                        ORDER BY owed.due_at DESC))[1:{STRIP}]"""
_CHANNELS = """
SELECT channel, count(*), count(*) FILTER (WHERE mark = 'tepat') FROM owed
WHERE channel IS NOT NULL GROUP BY channel ORDER BY count(*) DESC, channel"""


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


def rows_of(
    place: Place, election: Election, now: datetime, *, by_kecamatan: bool = False, channel: str = ""
) -> list[Row]:
    """Regions one level below `place`, or its kecamatan, by code; of one `Channel` only where it is named. One statement."""
    length = KECAMATAN_LENGTH if by_kecamatan else BELOW[place.level]
    strip = _STRIP if length == KECAMATAN_LENGTH and not by_kecamatan else "NULL::text[]"
    found = _asked(_OWED + _UNITS.format(strip=strip), place, election, now, length=length, channel=channel)
    return [
        Row(code, without_kabupaten(name), expected, on_time, late, by_exception, missing, returned, _strip(newest))
        for code, name, expected, on_time, late, by_exception, missing, returned, newest in found
    ]


def _strip(newest: list[str] | None) -> Strip:
    pairs = (each.partition(" ") for each in reversed(newest or []))
    return tuple((slot, mark) for slot, _space, mark in pairs)


def _asked(statement: str, place: Place, election: Election, now: datetime, **more: Any) -> list[Any]:
    asked = {"election": election.pk, "now": now, "under": f"{place.code}%", **more}
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())


def channels_of(place: Place, election: Election, now: datetime) -> list[dict[str, Any]]:
    """By the channel of the first revision: how many were sent and how many of them on time. One statement."""
    return [
        {"label": Channel(channel).label, "sent": sent, "on_time": on_time, "percent": on_time * 100 / sent}
        for channel, sent, on_time in _asked(_OWED + _CHANNELS, place, election, now)
    ]


def total_of(rows: Iterable[Row], place: Place) -> Row:
    found = list(rows)
    names = ("expected", "on_time", "late", "by_exception", "missing", "returned")
    return Row(place.code, place.name, *(sum(getattr(row, name) for row in found) for name in names))


def panels(opened: Opened, election: Election, query: Any) -> dict[str, Any]:
    """What the page is drawn from. Two statements."""
    chosen = ComplianceFilter(query)
    channel = chosen.chosen().get("saluran", "")
    rows = rows_of(opened.place, election, opened.now, channel=channel)
    return {
        "form": chosen,
        "query": chosen.query(),
        "rows": chosen.apply(rows),
        "total": total_of(rows, opened.place),
        "channels": channels_of(opened.place, election, opened.now),
        "channel": Channel(channel).label if channel else "",
        "legend": list(Mark),
        "formats": FORMATS,
        "has_strip": opened.place.level == len(BELOW) - 1,
        "as_of": moment(opened.now, opened.place.zone),
    }


def sheet_of(opened: Opened, election: Election, query: Any) -> Sheet:
    """Every kecamatan that passes the filter, as a download."""
    place = opened.place
    chosen = ComplianceFilter(query)
    channel = chosen.chosen().get("saluran", "")
    rows = chosen.apply(rows_of(place, election, opened.now, by_kecamatan=True, channel=channel))
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
