"""What the public page tells of neutrality: the catalogue in force today, in words, each rule with its source and date.

The catalogue keeps sources as marks of the reference: `PP 42/2004 Ps 15 [S40]`; `M` is from memory and unverified. Here
they become names and a sign that nobody has checked a rule yet.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from districts.naming import shown
from neutrality.models import ClockName, ClockSetting, FormKind, Route, SubjectType, ViolationForm

_MARK = re.compile(r"\[([^\]]+)\]")
_UNVERIFIED = re.compile(r"(?:;\s*)?sanksi M$")
#: A sanction that its source cuts off says so in brackets and asks for verification (DS9, DOMAIN 4.3).
_CUT_OFF = re.compile(r"\s*\(kutipan .*\)\s*-\s*verifikasi$")


#: The source is said beside the basis anyway.
_ACCORDING = re.compile(r"\s*\(menurut S\w+\)")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule was read. `dated` is the date of the publication in words, empty where none is known."""

    code: str
    title: str
    dated: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A form of violation as the public reads it. `basis` is empty where the catalogue names only a source."""

    code: str
    name: str
    sanction: str
    is_sanction_checked: bool
    basis: str
    sources: tuple[Source, ...]
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Who must be neutral and to whom Bawaslu sends a case of theirs."""

    name: str
    route: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Law:
    """A legal basis of DOMAIN 4.1 with its date as far as the reference knows it."""

    name: Promise
    dated: Promise | str
    about: Promise


LAWS = (
    Law(
        _("Keputusan Bersama (SKB) MenPANRB, Mendagri, BKN, KASN dan Bawaslu"), _("22 September 2022"),
        _("pedoman netralitas ASN; Lampiran II memuat bentuk dan sanksi"),
    ),
    Law(_("UU 20/2023 tentang ASN"), "2023", _("mengganti UU 5/2014 yang masih dikutip SKB; belum diperiksa ulang")),
    Law(_("PP 94/2021 tentang Disiplin PNS"), "2021", _("larangan Pasal 5 huruf n, tingkat hukuman Pasal 8")),
    Law(_("PP 42/2004 tentang Kode Etik PNS"), "2004", _("etika Pasal 11 huruf c, sanksi moral Pasal 15")),
    Law(
        _("UU 1/2015 jo UU 10/2016 jo UU 6/2020 tentang Pilkada"), "2015–2020",
        _("Pasal 70 ayat (1), 71 ayat (1), 134 dan 188"),
    ),
    Law(
        _("Putusan MK 136/PUU-XXII/2024"), _("14 November 2024"),
        _("pejabat daerah dan anggota TNI/Polri masuk Pasal 188"),
    ),
    Law(_("UU 6/2014 jo UU 3/2024 tentang Desa"), "2014–2024", _("larangan Pasal 29 dan 51, sanksi Pasal 30 dan 52")),
    Law(_("Perbawaslu 8/2020"), "2020", _("syarat laporan; perubahannya, 9/2024, belum diperiksa ulang")),
)  # fmt: skip

#: When a kind applies, DOMAIN 4.3.
ABOUT = {
    FormKind.ETHICS: _("Selama orangnya masih bakal calon, belum ditetapkan KPU."),
    FormKind.DISCIPLINE: _("Sesudah calon ditetapkan, atau perbuatan yang lebih berat."),
    FormKind.CRIME: _(
        "Ditangani Sentra Gakkumdu. Berlaku juga bagi pejabat daerah, TNI, Polri, kepala desa dan lurah."
    ),
    FormKind.VILLAGE: _("Bagi kepala desa dan perangkat desa. Sanksinya dari bupati/wali kota."),
}

#: What is said first under "tidak boleh": the seeds' core is conduct in social media.
FIRST = ("DS6", "DS7", "DS2", "DS1", "DS4", "DS8", "DS12", "DS11")


@cache
def sources() -> dict[str, Source]:
    """By code, in the order of DOMAIN 10."""
    path = Path(__file__).resolve().parent / "data" / "sources.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        return {row["code"]: Source(**row) for row in csv.DictReader(lines)}


def named(marks: Iterable[str]) -> tuple[Source, ...]:
    """The sources behind marks; one that nobody described is its mark."""
    return tuple(sources().get(mark, Source(mark, mark, "")) for mark in marks if mark != "M")


def rule(form: ViolationForm) -> Rule:
    marks = _MARK.findall(form.basis)
    bare = _MARK.sub("", form.basis)
    basis = " ".join(_ACCORDING.sub("", _UNVERIFIED.sub("", bare)).split()).strip(" ;")
    sanction = _CUT_OFF.sub("", form.sanction)
    is_checked = sanction == form.sanction and not _UNVERIFIED.search(bare) and "M" not in marks
    return Rule(
        form.code, shown(form.name), shown(sanction).removeprefix("sanksi "), is_checked, basis, named(marks), form.valid_from, form.valid_until
    )  # fmt: skip


def in_force(rows: Iterable, today: date) -> list:
    """Rows of the catalogue that hold today."""
    return [row for row in rows if (row.valid_from or today) <= today <= (row.valid_until or today)]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of violation with its rules in force, never empty."""

    code: str
    label: Promise | str
    about: Promise
    rules: tuple[Rule, ...]


def catalogue(today: date) -> list[Kind]:
    """Rules in force by kind, kinds without one left out. One statement."""
    forms = in_force(ViolationForm.objects.all(), today)
    kinds = [
        Kind(kind.value, kind.label, ABOUT[kind], tuple(rule(form) for form in forms if form.kind == kind))
        for kind in FormKind
    ]
    return [kind for kind in kinds if kind.rules]


def first_told(kinds: Iterable[Kind]) -> list[Rule]:
    """The rules of FIRST that are in force, in that order."""
    known = {each.code: each for kind in kinds for each in kind.rules}
    return [known[code] for code in FIRST if code in known]


def subjects(today: date) -> list[Subject]:
    """Who may be reported, in the order of the catalogue. One statement."""
    rows = in_force(SubjectType.objects.all(), today)
    return [Subject(shown(row.name), str(Route(row.route).label), "[M]" not in row.source) for row in rows]


def days_to_report() -> int | None:
    """Calendar days for a formal report, as set; None when nobody set them. One statement."""
    return ClockSetting.objects.filter(name=ClockName.REPORT).values_list("days", flat=True).first()
