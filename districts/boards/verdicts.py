"""The rule of DOMAIN 6.4 told condition by condition: what holds, what was found, what would have to change.

The roll-up decides in SQL (`grading_sql`); this says why in words. A test compares the two over many mixtures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from districts.models import Grade, Level, Readiness, RegionLevel
from districts.sentences import percent
from districts.templatetags.siap import score

GREY_UNDER, RED_UNDER, GREEN_FROM = 0.30, 0.60, 0.90  # completeness
RED_SCORE, GREEN_SCORE = 60, 85
STRICT_FROM_H = 3  # from H-3 a critical amber forbids green
GREY_SHARE, AMBER_SHARE, VOTERS_SHARE = 0.30, 0.25, 0.10  # of the units below, and of their voters
REDS = 2


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: whether it holds, what was found, and what to change about it."""

    words: str
    found: str
    holds: bool
    remedy: str


#: In the order in which they decide. Of grey, red and amber any condition is enough, of green all are needed; a level
#: without conditions is what is left.
Verdict = list[tuple[Level, list[Condition]]]


# --- A kecamatan ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Weights:
    """What completeness and the verdict of a kecamatan at H-`h_minus` are made of."""

    due: int
    filled: float
    grey: tuple[Grade, ...]
    stale: tuple[Grade, ...]
    red: tuple[Grade, ...]
    critical_red: tuple[Grade, ...]
    critical_amber: tuple[Grade, ...]
    h_minus: int


def weigh(grades: Iterable[Grade], h_minus: int) -> Weights:
    """Grades with their `indicator` loaded."""
    due = [grade for grade in grades if grade.level != Level.NOT_DUE]
    scored = [grade for grade in due if grade.level != Level.GREY]
    critical = [grade for grade in scored if is_critical(grade, h_minus)]
    return Weights(
        due=sum(grade.indicator.weight for grade in due),
        filled=sum(grade.indicator.weight * (0.5 if grade.is_stale else 1) for grade in scored),
        grey=tuple(grade for grade in due if grade.level == Level.GREY),
        stale=tuple(grade for grade in scored if grade.is_stale),
        red=tuple(grade for grade in scored if grade.level == Level.RED),
        critical_red=tuple(grade for grade in critical if grade.level == Level.RED),
        critical_amber=tuple(grade for grade in critical if grade.level == Level.AMBER),
        h_minus=h_minus,
    )


def is_critical(grade: Grade, h_minus: int) -> bool:
    begins = grade.indicator.critical_from_h
    return grade.indicator.is_critical and (begins is None or h_minus <= begins)


def kecamatan_verdict(own: Readiness, weights: Weights) -> Verdict:
    """The rule of a kecamatan with what was found."""
    return [
        (Level.GREY, [_completeness(own, weights, _("kelengkapan < 30 %"), GREY_UNDER, under=True)]),
        (
            Level.RED,
            [
                _free_of(
                    _("ada indikator kritis yang belum siap"), weights.critical_red, holds=bool(weights.critical_red)
                ),
                _points(own, _("skor < 60"), RED_SCORE, under=True),
                _completeness(own, weights, _("kelengkapan < 60 %"), RED_UNDER, under=True),
            ],
        ),
        (
            Level.GREEN,
            [
                _points(own, _("skor paling sedikit 85"), GREEN_SCORE, under=False),
                _free_of(_("tidak ada indikator yang belum siap"), weights.red, holds=not weights.red),
                _completeness(own, weights, _("kelengkapan paling sedikit 90 %"), GREEN_FROM, under=False),
                _strict(weights),
            ],
        ),
        (Level.AMBER, []),
    ]


def _completeness(own: Readiness, weights: Weights, words: str, threshold: float, *, under: bool) -> Condition:
    filled = own.completeness or 0
    missing = precise(threshold * weights.due - weights.filled)
    return Condition(
        words,
        _("kelengkapan %(share)s") % {"share": share(filled)},
        (filled < threshold) == under,
        _("isi data berbobot %(weight)s lagi") % {"weight": missing},
    )


def _points(own: Readiness, words: str, threshold: int, *, under: bool) -> Condition:
    """Without a score neither holds."""
    missing = precise(threshold - (own.score or 0))
    return Condition(
        words,
        _("skor %(score)s") % {"score": precise(own.score)},
        own.score is not None and (own.score < threshold) == under,
        _("naikkan skor %(points)s") % {"points": missing},
    )


def _free_of(words: str, grades: Sequence[Grade], *, holds: bool) -> Condition:
    codes = ", ".join(grade.indicator_id for grade in grades)
    return Condition(words, codes or _("tidak ada"), holds, _("perbaiki %(codes)s") % {"codes": codes})


def _strict(weights: Weights) -> Condition:
    words = _("mulai H-3: tidak ada indikator kritis yang perlu perhatian")
    if weights.h_minus > STRICT_FROM_H:
        return Condition(words, _("belum berlaku"), True, "")
    return _free_of(words, weights.critical_amber, holds=not weights.critical_amber)


# --- Regency, province, nation ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Units:
    """The units below a region; `noun` is what they are called."""

    noun: str
    all: Sequence[Readiness]

    @property
    def red(self) -> list[Readiness]:
        return [unit for unit in self.all if unit.level == Level.RED]

    @property
    def red_names(self) -> str:
        return ", ".join(str(unit.region.name) for unit in self.red if unit.region) or "–"

    @property
    def voters(self) -> tuple[int, int] | None:
        """In red units and in all; None while those of one are not known."""
        known = [unit.voters for unit in self.all if unit.voters is not None]
        return (sum(unit.voters or 0 for unit in self.red), sum(known)) if len(known) == len(self.all) else None

    def count(self, *levels: Level) -> int:
        return sum(unit.level in levels for unit in self.all)


def above_verdict(rows: Sequence[Readiness], below: int) -> Verdict:
    """The rule from the regency upwards with what was found; `below` is the `RegionLevel` of `rows`."""
    units = Units(unit_noun(below), rows)
    some = {"noun": units.noun}
    return [
        (
            Level.GREY,
            [_too_many(units, _("> 30 %% %(noun)s belum ada data") % some, GREY_SHARE, Level.GREY)],
        ),
        (Level.RED, [_several_red(units), _red_with_voters(units)]),
        (
            Level.AMBER,
            [
                Condition(
                    _("satu %(noun)s belum siap") % some,
                    units.red_names,
                    len(units.red) == 1,
                    _("perbaiki %(names)s") % {"names": units.red_names},
                ),
                _too_many(
                    units,
                    _("> 25 %% %(noun)s perlu perhatian atau belum ada data") % some,
                    AMBER_SHARE,
                    Level.AMBER,
                    Level.GREY,
                ),
            ],
        ),
        (Level.GREEN, []),
    ]


def _too_many(units: Units, words: str, limit: float, *levels: Level) -> Condition:
    count, total = units.count(*levels), len(units.all)
    # 1e-9: 0.30 * 10 is a little less than 3 in binary fractions
    allowed = {"some": int(limit * total + 1e-9), "count": total, "noun": units.noun}
    return Condition(
        words,
        _of(count, total),
        count > limit * total,
        _("sisakan paling banyak %(some)d dari %(count)d %(noun)s seperti itu") % allowed,
    )


def _several_red(units: Units) -> Condition:
    return Condition(
        _("paling sedikit 2 %(noun)s belum siap") % {"noun": units.noun},
        _of(len(units.red), len(units.all)),
        len(units.red) >= REDS,
        _("sisakan paling banyak satu yang belum siap dari %(names)s") % {"names": units.red_names},
    )


def _red_with_voters(units: Units) -> Condition:
    words = _("yang belum siap memegang paling sedikit 10 % DPT")
    remedy = _("yang belum siap memegang kurang dari 10 % DPT")
    if units.voters is None:
        return Condition(words, _("jumlah pemilih belum diketahui seluruhnya"), False, remedy)
    red, total = units.voters
    return Condition(words, _of(red, total), bool(units.red) and red >= VOTERS_SHARE * total, remedy)


def unit_noun(level: int) -> str:
    return {
        RegionLevel.PROVINCE: _("provinsi"),
        RegionLevel.REGENCY: _("kabupaten/kota"),
        RegionLevel.KECAMATAN: _("kecamatan"),
    }[RegionLevel(level)]


# --- Numbers ----------------------------------------------------------------------------------------------------------


def precise(points: float | None) -> str:
    """Two decimals where one would hide which side of a threshold it is on; "–" for None."""
    return score(points) if points is None or round(points, 1) == points else f"{points:.2f}".replace(".", ",")


def share(part: float) -> str:
    return percent(part * 100)


def _of(some: int, total: int) -> str:
    return _("%(some)s dari %(total)s (%(share)s)") % {
        "some": score(float(some)),
        "total": score(float(total)),
        "share": share(some / total if total else 0),
    }
