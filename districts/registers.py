"""Registers of a region (TPS and voters, TPS-rawan, signal and power, desa, contacts): how complete they are, and as a
sheet to edit and upload again. The files that bring them are `districts.importing`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.exporting import Cell, Column, Sheet, Source, keyset
from districts.frame import Opened
from districts.importing.kinds import Kind, kinds
from districts.importing.patching import RULE_OF_EMPTY
from districts.importing.words import label_of
from districts.loading.blanks import guide_of
from districts.models import Contact, ImportFile, PollingStation, PollingStationRisk, Region

STATION = ("village_id", "number", "village__parent__name", "village__name")
VOTERS = ("kind", "voters_male", "voters_female", "is_estimate")
UTILITIES = ("signal", "power", "access_mode", "has_alternative_site")
VILLAGE = ("signal", "access_mode", "has_alternative_route", "has_backup_device", "office_mbps", "office_tested_on")


@dataclass(frozen=True, slots=True)
class Part:
    """How many of the rows have one value. Without `total` the others are no gap: not every TPS is at risk."""

    label: str | Promise
    known: int
    total: int | None

    @property
    def unknown(self) -> int | None:
        return None if self.total is None else self.total - self.known


@dataclass(frozen=True, slots=True)
class Register:
    """A register as its card shows it: `total` rows of `unit`, what is known of them, when it last changed, by which file."""

    kind: Kind
    total: int
    unit: str
    parts: tuple[Part, ...]
    changed_at: datetime | None
    file: ImportFile | None


def registers_of(code: str) -> list[Register]:
    """The registers of the region `code`. Five statements."""
    stations = _stations(code).aggregate(
        total=Count("pk"), at=Max("updated_at"), voters=Count("voters"), estimates=Count("pk", filter=Q(is_estimate=True)),
        signal=Count("signal"), power=Count("pk", filter=~Q(power="")), access=Count("pk", filter=~Q(access_mode="")),
        site=Count("has_alternative_site"), category=Count("pk", filter=~Q(police_category="")),
    )  # fmt: skip
    risks = PollingStationRisk.objects.filter(polling_station__kecamatan_code__startswith=code).aggregate(
        at=Max("updated_at"), stations=Count("polling_station", distinct=True)
    )
    villages = Region.objects.villages().under(code).aggregate(
        total=Count("pk"), at=Max("village_profile__updated_at"), signal=Count("village_profile__signal"),
        access=Count("pk", filter=~Q(village_profile__access_mode="") & Q(village_profile__isnull=False)),
        route=Count("village_profile__has_alternative_route"), device=Count("village_profile__has_backup_device"),
        tested=Count("village_profile__office_tested_on"),
    )  # fmt: skip
    contacts = Contact.objects.filter(region__startswith=code).aggregate(
        total=Count("pk"), phone=Count("pk", filter=~Q(phone=""))
    )
    total = stations["total"]

    def part(label: str, known: int, of: int | None = total) -> Part:
        return Part(label, known, of)

    found = {
        "tps": (total, "TPS", [part(_("pemilih"), stations["voters"]),
                               part(_("angka KPU, bukan estimasi"), total - stations["estimates"])], stations["at"]),
        "rawan": (total, "TPS", [part(_("dengan indikator rawan"), risks["stations"], None),
                                 part(_("kategori Polri"), stations["category"])], risks["at"]),
        "sinyal-tps": (total, "TPS", [part(_("sinyal"), stations["signal"]), part(_("listrik"), stations["power"]),
                                      part(_("akses"), stations["access"]),
                                      part(_("lokasi alternatif"), stations["site"])], stations["at"]),
        "sinyal-desa": (villages["total"], _("desa"), [
            part(_("sinyal"), villages["signal"], villages["total"]), part(_("akses"), villages["access"], villages["total"]),
            part(_("rute alternatif"), villages["route"], villages["total"]),
            part(_("perangkat cadangan"), villages["device"], villages["total"]),
            part(_("internet diuji"), villages["tested"], villages["total"])], villages["at"]),
        "kontak": (contacts["total"], _("orang"), [part(_("nomor telepon"), contacts["phone"], contacts["total"])], None),
    }  # fmt: skip
    files = _last_files(code, list(found))
    return [
        Register(kinds()[kind], count, unit, tuple(parts), at, files.get(kind))
        for kind, (count, unit, parts, at) in found.items()
    ]


def _last_files(code: str, codes: list[str]) -> dict[str, ImportFile]:
    """The newest applied file of each kind in the region or below it."""
    found = ImportFile.objects.applied().filter(region__startswith=code, kind__in=codes).select_related("applied_by")
    return {file.kind: file for file in found.order_by("kind", "-applied_at").distinct("kind")}


def _stations(code: str) -> QuerySet[PollingStation]:
    return PollingStation.objects.filter(kecamatan_code__startswith=code)


def _word(name: str, value: Any) -> Cell:
    """A stored value as the register writes it."""
    if isinstance(value, bool):
        value = int(value)
    if name in ("voters_male", "voters_female", "office_mbps", "office_tested_on"):
        return value  # type: ignore[no-any-return]
    return label_of(name, value) or None


def _station_rows(code: str, facts: tuple[str, ...], spare: int) -> Iterator[list[Cell]]:
    for row in keyset(_stations(code).values(*STATION, *facts), "village_id", "number"):
        yield [*(row[name] for name in STATION), *(_word(name, row[name]) for name in facts), *[None] * spare]


def _voter_rows(code: str) -> Iterator[list[Cell]]:
    return _station_rows(code, VOTERS, spare=1)


def _utility_rows(code: str) -> Iterator[list[Cell]]:
    return _station_rows(code, UTILITIES, spare=0)


def _risk_rows(code: str) -> Iterator[list[Cell]]:
    """A row per TPS and indicator; a TPS without any has one row, empty behind its name."""
    found = _stations(code).annotate(indicator=Coalesce("risks__indicator_id", Value("")))
    said = ("risks__note", "risks__mitigation", "risks__owner_id")
    rows = found.values(*STATION, "indicator", *said, "police_category")
    for row in keyset(rows, "village_id", "number", "indicator"):
        yield [
            *(row[name] for name in STATION), row["indicator"] or None, *(row[name] or None for name in said),
            _word("police_category", row["police_category"]), None,
        ]  # fmt: skip


def _village_rows(code: str) -> Iterator[list[Cell]]:
    facts = tuple(f"village_profile__{name}" for name in VILLAGE)
    for row in keyset(Region.objects.villages().under(code).values("code", "parent__name", "name", *facts), "code"):
        values = (_word(name, row[fact]) for name, fact in zip(VILLAGE, facts, strict=True))
        yield [row["code"], row["parent__name"], row["name"], *values]


def _contact_rows(code: str) -> Iterator[list[Cell]]:
    found = Contact.objects.filter(region__startswith=code).values(
        "pk", "region_id", "region__name", "office", "name", "phone"
    )
    for row in keyset(found, "region_id", "pk"):
        yield [row["region_id"], row["office"], row["name"], row["region__name"], row["phone"] or None, None]


ROWS: dict[str, Callable[[str], Iterator[list[Cell]]]] = {
    "tps": _voter_rows,
    "rawan": _risk_rows,
    "sinyal-tps": _utility_rows,
    "sinyal-desa": _village_rows,
    "kontak": _contact_rows,
}
GUIDE = (
    (gettext_lazy("Sel kosong"), RULE_OF_EMPTY),
    (gettext_lazy("Unggah lagi"), gettext_lazy("Ubah yang perlu, simpan, lalu unggah di halaman Data dasar.")),
)


def register_sheet(kind: Kind, opened: Opened) -> Sheet:
    """The rows of a register as its file has them: what is not edited changes nothing when it is uploaded."""
    shape, place = kind.shape, opened.place
    return Sheet(
        name=str(kind.label),
        columns=[Column(shape.title_of(name)) for name in (*shape.required, *shape.optional)],
        rows=ROWS[kind.code](place.code),
        source=Source(
            given_by=str(kind.source).removeprefix(_("Sumber: ")), read_at=opened.now, place=place.name,
            is_simulation=bool(opened.election and opened.election.is_simulation),
            notes=(_("Sel kosong berarti belum diketahui."),),
        ),
        zone=place.zone,
        code=place.code,
        day=opened.today,
        guide=(*guide_of(shape), *((str(label), str(text)) for label, text in GUIDE)),
        comes_back=True,
    )  # fmt: skip
