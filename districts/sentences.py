"""Grades, verdicts and ages in words. Pure: takes rows that were read elsewhere and asks the database nothing.

Numbers are rounded here, half up to one decimal, for reading only (DOMAIN 6.2); they were compared unrounded.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from districts.models import Indicator, Level, Reason, Rule
from districts.models.readiness import GradedValue
from districts.naming import shown
from districts.templatetags.siap import clock, score
from districts.weeks import local_date, local_now


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence needs of a grade and its indicator, read in one row (`boards.overview_sql.TOLD`); stands in for both."""

    code: str
    name: str
    unit: str
    rule: str
    filled_by: str
    green_max: float | None
    level: int
    reason: str
    amount: float | None
    blocking: int | None
    target: float | None
    observed_at: datetime | None
    note: str
    is_stale: bool


Graded = GradedValue | Told
Measure = Indicator | Told

#: A measure's note, "9/18 TPS": counted, of how many, of what.
_COUNTED = re.compile(r"^(\d+)\s*/\s*(\d+)\s*(.*)$")
#: What the sources count (`measures.py` and their like in the other apps).
COUNTED_THINGS = (
    gettext_noop("TPS"), gettext_noop("TPS rawan"), gettext_noop("barang"), gettext_noop("cek"), gettext_noop("desa"),
    gettext_noop("kegiatan"), gettext_noop("lembar"), gettext_noop("orang"), gettext_noop("titik"),
)  # fmt: skip
#: LOG-01's, "bupati 120/200 lembar": of which contest first.
_OF_CONTEST = re.compile(r"^(\w+) (\d+\s*/\s*\d+\s*lembar)$")
#: Names written out in a verdict before "dan 4 lainnya": more than fit one line at 1366 px.
NAMES_SHOWN = 3


def is_uncounted(indicator: Measure) -> bool:
    """Whether its number is told in words alone: NET-03, the one limit on a plain number. How many cases there are is
    for their handlers; nobody below the regency learns a count.
    """
    return indicator.rule == Rule.LIMIT and indicator.unit == "jumlah"


def grade_sentence(grade: Graded, indicator: Measure, zone: str) -> str:
    """One sentence: what was measured, against what, and why it has its level.

    "LOG-06 Logistik diterima PPK: 9 dari 18 TPS (50 %), target hari ini 80 %."
    """
    return f"{indicator.code} {brief_name(indicator)}: {grade_words(grade, indicator, zone)}"


def pressing_words(grade: Graded, indicator: Measure, zone: str) -> str:
    """`grade_sentence` for who does not know the codes: "Rute & moda distribusi final: 28 dari 40 TPS (70 %), …"."""
    words = grade_words(grade, indicator, zone)
    if indicator.rule == Rule.AGE:  # says by itself that it is about reports
        return sentence_case(words)
    return f"{brief_name(indicator)}: {words}"


def brief_name(indicator: Measure) -> str:
    """The name without what it lists in brackets: "Rute & moda distribusi final"."""
    return shown(indicator.name).split(" (")[0]


def grade_words(grade: Graded, indicator: Measure, zone: str) -> str:
    """The part of `grade_sentence` after the colon."""
    if grade.reason == Reason.NO_DATA:
        who = shown(indicator.filled_by)
        return _("belum ada data, diisi %(who)s.") % {"who": who} if who else _("belum ada data.")
    if grade.reason == Reason.NO_DENOMINATOR:
        return _("belum dapat dinilai karena jumlah seluruhnya belum diketahui.")
    if grade.reason == Reason.NO_TARGET:
        return _("belum dapat dinilai karena kurva targetnya kosong; administrator mengisinya.")
    if grade.reason == Reason.NOT_DUE:
        measured = amount_words(grade, indicator)
        words = _("belum jatuh tempo; sekarang %(measured)s.") if measured else _("belum jatuh tempo.")
        return words % {"measured": measured}
    words = _BY_RULE[Rule(indicator.rule)](grade, indicator)
    if grade.is_stale and grade.observed_at:
        seen = date_format(local_date(zone, grade.observed_at), "j M")
        words = _("%(words)s (usang, keadaan per %(day)s)") % {"words": words, "day": seen}
    return f"{words}."


def amount_words(grade: Graded, indicator: Measure) -> str:
    """What was measured, in the indicator's own terms: "9 dari 18 TPS (50 %)", "2 terbuka", "9 hari". Empty: nothing."""
    if grade.amount is None:
        return ""
    if is_uncounted(indicator):
        return _presence(grade.amount)
    number = score(grade.amount)
    match Rule(indicator.rule):
        case Rule.CURVE | Rule.REACH:
            return _with_note(percent(grade.amount), grade.note)
        case Rule.ISSUES:
            return _("%(count)s terbuka") % {"count": number}
        case Rule.DEADLINE:
            return _("sudah") if grade.amount else _("belum")
        case Rule.RATIO:
            return _with_note(ratio(grade.amount), grade.note)
        case Rule.AGE:
            return _days(grade.amount)
    return _days(grade.amount) if indicator.unit.startswith("hari") else number


def _days(amount: float) -> str:
    return ngettext("%(days)s hari", "%(days)s hari", 1 if amount == 1 else 2) % {"days": score(amount)}


def _presence(amount: float) -> str:
    return _("ada") if amount else _("tidak ada")


def _with_note(figure: str, note: str) -> str:
    """The figure beside what was counted, counts first: "9 dari 18 TPS (50 %)", "50 % (KPU)"."""
    if _COUNTED.match(note):
        return f"{counted_words(note)} ({figure})"
    return f"{figure} ({counted_words(note)})" if note else figure


def amount_short(grade: Graded, indicator: Measure) -> str:
    """The bare figure for a column: "50 %", "2", "9 hari", "sudah". Empty: nothing was measured."""
    if grade.amount is None:
        return ""
    match Rule(indicator.rule):
        case Rule.CURVE | Rule.REACH:
            return percent(grade.amount)
        case Rule.RATIO:
            return ratio(grade.amount)
        case Rule.ISSUES:
            return score(grade.amount)
    return amount_words(grade, indicator)


def target_words(grade: Graded, indicator: Measure) -> str:
    """What it is measured against today: "80 %", "paling lama 14 hari". Empty when nothing is due."""
    if grade.reason == Reason.NOT_DUE:
        return ""
    match Rule(indicator.rule):
        case Rule.CURVE | Rule.REACH:
            return "" if grade.target is None else percent(grade.target)
        case Rule.RATIO:
            return "" if grade.target is None else ratio(grade.target)
        case Rule.DEADLINE:
            return _("sudah")
        case Rule.ISSUES:
            return "0"
    if is_uncounted(indicator):
        return _presence(0)
    limit = "" if indicator.green_max is None else score(indicator.green_max)
    return limit and _("paling lama %(days)s hari") % {"days": limit}


def counted_words(note: str) -> str:
    """ "9/18 TPS" is "9 dari 18 TPS"; any other note, which a person typed, is itself."""
    if of_contest := _OF_CONTEST.match(note):
        return f"{shown(of_contest[1])} {counted_words(of_contest[2])}"
    found = _COUNTED.match(note)
    if not found:
        return note
    done, total, what = found.groups()
    return _("%(done)s dari %(total)s %(what)s") % {
        "done": score(float(done)),
        "total": score(float(total)),
        "what": shown(what),
    }


def percent(amount: float) -> str:
    """ "27,8 %", never broken over two lines."""
    return f"{score(amount)}\N{NO-BREAK SPACE}%"


def ratio(amount: float) -> str:
    """A ratio with two decimals: one would hide the difference between 0,95 and 1."""
    return number_format(f"{amount:.2f}".rstrip("0").rstrip("."))


def _curve(grade: Graded, indicator: Measure) -> str:
    return _("%(measured)s, target hari ini %(target)s") % {
        "measured": amount_words(grade, indicator),
        "target": target_words(grade, indicator),
    }


def _reach(grade: Graded, indicator: Measure) -> str:
    measured = amount_words(grade, indicator)
    if grade.level == Level.GREEN:
        return _("%(measured)s terjangkau") % {"measured": measured}
    if not grade.blocking:
        return _("%(measured)s terjangkau, sisanya punya rute alternatif") % {"measured": measured}
    cut_off = ngettext("%(count)d tanpa rute alternatif", "%(count)d tanpa rute alternatif", grade.blocking)
    return _("%(measured)s terjangkau, %(cut_off)s") % {
        "measured": measured,
        "cut_off": cut_off % {"count": grade.blocking},
    }


def _issues(grade: Graded, indicator: Measure) -> str:
    if not grade.amount:
        return _("tidak ada yang terbuka")
    if not grade.blocking:
        return _("%(measured)s, semua ada penanggung jawab dan tenggatnya") % {
            "measured": amount_words(grade, indicator)
        }
    if grade.blocking == grade.amount:
        return _("%(measured)s yang tanpa penanggung jawab, lewat tenggat, atau bertingkat tinggi") % {
            "measured": amount_words(grade, indicator)
        }
    return _(
        "%(measured)s, %(blocking)d di antaranya tanpa penanggung jawab, lewat tenggat, atau bertingkat tinggi"
    ) % {
        "measured": amount_words(grade, indicator),
        "blocking": grade.blocking,
    }


def _deadline(grade: Graded, indicator: Measure) -> str:
    words = {
        Reason.DONE: _("sudah dilaksanakan"),
        Reason.DEADLINE_NEAR: _("belum dilaksanakan, tenggat dalam 7 hari"),
        Reason.DEADLINE_PASSED: _("belum dilaksanakan, tenggatnya sudah lewat"),
    }
    said = words.get(Reason(grade.reason)) or str(Reason(grade.reason).label)
    return f"{said} ({_day_words(grade.note)})" if grade.note else said


def _day_words(note: str) -> str:
    """A note that is a date, "2026-10-20", is "20 Okt 2026"; any other is itself."""
    try:
        return date_format(date.fromisoformat(note), "j M Y")
    except ValueError:
        return note


def _age(grade: Graded, indicator: Measure) -> str:
    last = (
        _("belum pernah ada laporan")
        if grade.amount is None
        else _("laporan terakhir %(days)s lalu") % {"days": _days(grade.amount)}
    )
    return (
        _("dua tenggat laporan terlewati, %(last)s") % {"last": last} if grade.reason == Reason.MISSED_TWICE else last
    )


def _limit(grade: Graded, indicator: Measure) -> str:
    if is_uncounted(indicator):  # the note too, which may be typed by hand
        return _("ada tindak lanjut yang lewat tenggat") if grade.amount else _("tidak ada yang lewat tenggat")
    measured = amount_words(grade, indicator)
    if not measured:
        return _("belum pernah dilaksanakan")
    return _("%(measured)s sejak rapat terakhir, %(target)s") % {
        "measured": measured,
        "target": target_words(grade, indicator),
    }


_BY_RULE: dict[Rule, Callable[[Graded, Measure], str]] = {
    Rule.CURVE: _curve,
    Rule.REACH: _reach,
    Rule.ISSUES: _issues,
    Rule.DEADLINE: _deadline,
    Rule.RATIO: _curve,
    Rule.AGE: _age,
    Rule.LIMIT: _limit,
}


def difference_sentence(grade: Graded, indicator: Measure, source: str, other_amount: float | None, other: str) -> str:
    """How far a second source, `other`, differs from the graded one (selisih, DOMAIN 0.2 item 3). Empty: they agree as
    far as is shown, or there is only one.
    """
    if other_amount is None or grade.amount is None:
        return ""
    number = percent if indicator.rule in (Rule.CURVE, Rule.REACH) else score
    if is_uncounted(indicator):
        number = _presence
    if number(other_amount) == number(grade.amount):
        return ""
    return _("Selisih: %(other)s mencatat %(other_amount)s, %(source)s %(amount)s.") % {
        "other": other,
        "other_amount": number(other_amount),
        "source": source,
        "amount": number(grade.amount),
    }


def sentence_case(words: str) -> str:
    """`words` with a capital first, the rest as it is."""
    return words[:1].upper() + words[1:]


def named(names: Sequence[str]) -> str:
    """ "Sandaran, Busang, Telen dan 4 lainnya"."""
    shown = ", ".join(names[:NAMES_SHOWN])
    rest = len(names) - NAMES_SHOWN
    return shown if rest <= 0 else _("%(names)s dan %(rest)d lainnya") % {"names": shown, "rest": rest}


def level_words(level: int, units: int, unit: str, names: Sequence[str]) -> str:
    """ "2 kecamatan belum siap: Sandaran (logistik, akses), Busang (telekomunikasi)."."""
    return _("%(count)d %(unit)s %(state)s: %(names)s.") % {
        "count": units,
        "unit": unit,
        "state": str(Level(level).label).lower(),
        "names": named(names),
    }


def age_words(when: datetime, now: datetime, zone: str) -> str:
    """How long ago on the calendar of `zone`: "hari ini 18.42 WITA", "kemarin", "9 hari lalu"."""
    days = (local_date(zone, now) - local_date(zone, when)).days
    if days <= 0:
        return _("hari ini %(clock)s") % {"clock": clock(when, zone)}
    return _("kemarin") if days == 1 else _("%(days)d hari lalu") % {"days": days}


def due_words(due_at: datetime | None, now: datetime, zone: str) -> str:
    """A due date against now: "lewat 2 hari", "hari ini 16.00 WITA", "besok", "Jum, 5 Des". Empty: none."""
    if due_at is None:
        return ""
    days = (local_date(zone, due_at) - local_date(zone, now)).days
    if due_at < now:
        return (
            ngettext("lewat %(days)d hari", "lewat %(days)d hari", -days) % {"days": -days}
            if days
            else _("lewat sejak %(clock)s") % {"clock": clock(due_at, zone)}
        )
    if days == 0:
        return _("hari ini %(clock)s") % {"clock": clock(due_at, zone)}
    return _("besok") if days == 1 else date_format(local_now(zone, due_at), "l, j M")
