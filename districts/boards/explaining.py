"""Why a region has its colour, as plain text for a terminal: the numbers, the rule of DOMAIN 6.4 and what would change it.

Reads the stored rows only, in a fixed number of statements; nothing is graded again.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from textwrap import wrap

from django.utils.translation import gettext as _

from districts.boards.verdicts import (
    Verdict,
    Weights,
    above_verdict,
    is_critical,
    kecamatan_verdict,
    precise,
    share,
    unit_noun,
    weigh,
)
from districts.models import (
    DimensionScore,
    Election,
    Grade,
    Level,
    Readiness,
    Region,
    RegionLevel,
    RollUp,
    StaleKecamatan,
    current_election,
)
from districts.readiness import sources, voting_kecamatan
from districts.sentences import age_words, amount_short, difference_sentence, grade_words, target_words
from districts.templatetags.siap import h_minus, moment
from districts.weeks import ZONES, local_date

WIDTH = 100  # columns
MARGIN = 20  # where sentences about an indicator begin: after the widest word of a level
NATION_WORD = "indonesia"
NATION_ZONE = next(iter(ZONES))  # WIB


class CannotExplain(Exception):
    """There is nothing to explain; carries the sentence that says why."""


def explain(code: str, *, slug: str = "", now: datetime) -> str:
    """The whole text about the region `code` ("indonesia" is the nation) in the election `slug`, else the current one.

    Raises CannotExplain.
    """
    region = None if code.lower() == NATION_WORD else _region(code)
    election = _election(region, slug, now)
    own = Readiness.objects.filter(election=election, region=region).first()
    if own is None:
        raise CannotExplain(
            _("%(region)s tidak memilih dalam %(election)s, atau warnanya belum pernah dihitung.")
            % {"region": region or "Indonesia", "election": election.name}
        )
    zone = region.time_zone if region else NATION_ZONE
    is_kecamatan = region is not None and region.level == RegionLevel.KECAMATAN
    body = _kecamatan(own, election, zone, now) if is_kecamatan else _above(own, region, election, zone)
    return "\n".join([*_heading(own, region, election, zone, now), *body])


def _region(code: str) -> Region:
    region = Region.objects.select_related("parent").filter(code=code).first()
    if region is None:
        raise CannotExplain(
            _('Wilayah "%(code)s" tidak ada. Tulis kode seperti 64, 64.08 atau 64.08.11, atau "%(nation)s".')
            % {"code": code, "nation": NATION_WORD}
        )
    if region.level == RegionLevel.VILLAGE:
        raise CannotExplain(
            _("Desa dan kelurahan tidak diberi warna. Coba kecamatannya, %(parent)s.") % {"parent": region.parent}
        )
    return region


def _election(region: Region | None, slug: str, now: datetime) -> Election:
    if slug:
        election = Election.objects.filter(slug=slug).first()
        known = ", ".join(Election.objects.order_by("-voting_day").values_list("slug", flat=True))
        sentence = _('Pemilihan "%(slug)s" tidak ada. Yang ada: %(known)s.') % {"slug": slug, "known": known or "–"}
    else:
        zone = region.time_zone if region else NATION_ZONE
        election = current_election(region.code if region else "", local_date(zone, now))
        sentence = _("%(region)s tidak ikut dalam pemilihan mana pun.") % {"region": region or "Indonesia"}
    if election is None:
        raise CannotExplain(sentence)
    return election


def _heading(own: Readiness, region: Region | None, election: Election, zone: str, now: datetime) -> list[str]:
    name = f"{region.code} {region.name}" if region else "Indonesia"
    computed = RollUp.objects.filter(election=election).order_by("-finished_at").first()
    waiting = StaleKecamatan.objects.filter(election=election)
    if region:
        waiting = waiting.filter(kecamatan__startswith=region.code)
    return [
        f"{name}, {region.parent.name}" if region and region.parent else name,
        *_wrapped(
            _("%(election)s (%(slug)s), %(h)s. Dihitung %(computed)s; berubah terakhir %(changed)s.")
            % {
                "election": election.name,
                "slug": election.slug,
                "h": h_minus(election.h_minus(zone, now)),
                "computed": moment(computed.finished_at if computed else None, zone),
                "changed": moment(own.changed_at, zone),
            }
        ),
        *([_("Ada perubahan yang belum dihitung; tunggu sebentar lalu ulangi.")] if waiting.exists() else []),
        "",
        _("%(level)s: skor %(score)s dari 100, kelengkapan %(completeness)s.")
        % {
            "level": _shout(own.level),
            "score": precise(own.score),
            "completeness": share(own.completeness or 0),
        },
    ]


# --- A kecamatan ------------------------------------------------------------------------------------------------------


def _kecamatan(own: Readiness, election: Election, zone: str, now: datetime) -> Iterator[str]:
    grades = list(
        Grade.objects.filter(election=election, kecamatan=own.region_id)
        .select_related("indicator__dimension")
        .order_by("indicator__dimension__position", "indicator__position")
    )
    parts = list(
        DimensionScore.objects.filter(election=election, region=own.region_id)
        .select_related("dimension")
        .order_by("dimension__position")
    )
    weights = weigh(grades, election.h_minus(zone, now))
    yield from _decision(own, kecamatan_verdict(own, weights))
    yield from _completeness(weights)
    yield from _score(own, parts)
    titles = {source.name: str(source.title) for source in sources()}
    for part in parts:
        yield from ("", _dimension_line(part))
        for grade in grades:
            if grade.indicator.dimension_id == part.dimension_id:
                yield from _indicator(grade, titles, weights.h_minus, zone, now)


def _completeness(weights: Weights) -> Iterator[str]:
    yield from ("", _("KELENGKAPAN"))
    yield from _wrapped(
        _("Bobot yang terisi %(filled)s dari %(due)s yang jatuh tempo = %(share)s. Data usang dihitung separuh.")
        % {
            "filled": precise(weights.filled),
            "due": weights.due,
            "share": share(weights.filled / weights.due if weights.due else 0),
        },
        2,
    )
    if weights.grey:
        yield from _wrapped(_("Belum ada data: %(codes)s.") % {"codes": _weighed(weights.grey)}, 2)
    if weights.stale:
        yield from _wrapped(_("Usang: %(codes)s.") % {"codes": _weighed(weights.stale)}, 2)


def _score(own: Readiness, parts: Sequence[DimensionScore]) -> Iterator[str]:
    scored = [part for part in parts if part.score is not None]
    yield from ("", _("SKOR"))
    products = " + ".join(f"{p.dimension_id} {p.dimension.weight} × {precise(p.score)}" for p in scored)
    whole = sum(part.dimension.weight for part in scored)
    yield from _wrapped(f"({products or 0}) / {whole} = {precise(own.score)}", 2)


def _dimension_line(part: DimensionScore) -> str:
    name = f"{part.dimension_id} {part.dimension.name}"
    weight = _("bobot %(weight)d") % {"weight": part.dimension.weight}
    return f"{name:<34}{weight:<12}{_('skor')} {precise(part.score):>6}   {Level(part.level).label}"


def _indicator(grade: Grade, titles: dict[str, str], h_minus: int, zone: str, now: datetime) -> Iterator[str]:
    indicator = grade.indicator
    word = _shout(grade.level) if grade.level == Level.RED else str(Level(grade.level).label)
    yield from _wrapped(f"{indicator.code} {indicator.name}", MARGIN, f"  {word}")
    yield from _wrapped(grade_words(grade, indicator, zone), MARGIN)
    source = titles.get(grade.source, grade.source)
    seen = grade.observed_at and f"{moment(grade.observed_at, zone)}, {age_words(grade.observed_at, now, zone)}"
    facts = [
        (_("nilai"), amount_short(grade, indicator)),
        (_("target"), target_words(grade, indicator)),
        (_("bobot"), str(indicator.weight)),
        (_("kritis"), _("ya") if is_critical(grade, h_minus) else ""),
        (_("sumber"), source),
        (_("keadaan per"), seen or ""),
    ]
    yield from _wrapped("; ".join(f"{name} {value}" for name, value in facts if value), MARGIN)
    other = titles.get(grade.other_source, grade.other_source)
    if difference := difference_sentence(grade, indicator, source, grade.other_amount, other):
        yield from _wrapped(difference, MARGIN)


# --- Regency, province, nation ----------------------------------------------------------------------------------------


def _above(own: Readiness, region: Region | None, election: Election, zone: str) -> Iterator[str]:
    below = (region.level if region else 0) + 1
    units = list(
        Readiness.objects.filter(election=election, region__level=below)
        .filter(**({"region__parent": region} if region else {}))
        .select_related("region")
        .order_by("-level", "score", "region")
    )
    yield from _decision(own, above_verdict(units, below))
    yield from ("", _("JUMLAH KECAMATAN"))
    voting = sum(code.startswith(region.code if region else "") for code in voting_kecamatan(election))
    yield from _wrapped(
        _("%(all)d memilih: %(red)d belum siap, %(amber)d perlu perhatian, %(green)d siap, %(grey)d belum ada data.")
        % {
            "all": voting,
            "red": own.kecamatan_red,
            "amber": own.kecamatan_amber,
            "green": own.kecamatan_green,
            "grey": own.kecamatan_grey,
        },
        2,
    )
    yield from ("", _("DIMENSI (aturan yang sama, tanpa bagian pemilih)"))
    parts = DimensionScore.objects.filter(election=election, region=region).select_related("dimension")
    for part in parts.order_by("dimension__position"):
        yield f"  {_dimension_line(part)}"
    inside = _("paling memberatkan") if below == RegionLevel.KECAMATAN else _("belum siap/perlu/siap/tanpa data")
    yield from ("", f"{unit_noun(below).upper():<59}{_('skor'):>6}  {inside}")
    yield from map(_unit_line, units)


def _unit_line(unit: Readiness) -> str:
    """The three indicators that weigh most against a kecamatan; of a larger unit how its kecamatan stand."""
    why = ", ".join(unit.top_indicators)
    if unit.region and unit.region.level < RegionLevel.KECAMATAN:
        why = f"{unit.kecamatan_red}/{unit.kecamatan_amber}/{unit.kecamatan_green}/{unit.kecamatan_grey}"
    name = f"{unit.region_id} {unit.region.name if unit.region else ''}"
    return f"  {name[:38]:<39}{Level(unit.level).label!s:<18}{precise(unit.score):>6}  {why}".rstrip()


# --- Words ------------------------------------------------------------------------------------------------------------


def _decision(own: Readiness, verdict: Verdict) -> Iterator[str]:
    """The rule as a list with what holds ticked, then what would have to change for the next better colour."""
    yield from ("", _("ATURAN (yang pertama terpenuhi menentukan)"))
    if own.level == Level.NOT_DUE:
        yield "  " + _("Belum ada indikator yang jatuh tempo.")
        return
    for level, conditions in verdict:
        word = str(Level(level).label)
        joint = _("dan") if level == Level.GREEN else _("atau")
        for number, condition in enumerate(conditions):
            lead = f"  {word}" if number == 0 else f"  {joint:>16}"
            yield from _wrapped(
                f"{condition.words}: {condition.found}",
                MARGIN + 4,
                f"{lead:<{MARGIN}}[{'x' if condition.holds else ' '}]",
            )
        if not conditions:
            yield f"  {word}".ljust(MARGIN) + _("selain itu")
    yield from ("", _("YANG PERLU BERUBAH"))
    yield from _wrapped(_change(own, verdict), 2)


def _change(own: Readiness, verdict: Verdict) -> str:
    better = {Level.GREY: Level.RED, Level.RED: Level.AMBER, Level.AMBER: Level.GREEN}
    if own.level not in better:
        return _("Tidak ada: ini keadaan terbaik.")
    rules = dict(verdict)
    level = Level(own.level)
    if level == Level.AMBER and rules.get(Level.GREEN):
        found = [condition.remedy for condition in rules[Level.GREEN] if not condition.holds]
    else:
        found = [condition.remedy for condition in rules[level] if condition.holds]
    remedies = "; ".join(dict.fromkeys(found))
    if level == Level.GREY:
        return _("Agar keluar dari Belum ada data: %(remedies)s.") % {"remedies": remedies}
    return _("Agar menjadi %(level)s: %(remedies)s.") % {"level": better[level].label, "remedies": remedies}


def _wrapped(text: str, margin: int = 0, lead: str = "") -> list[str]:
    """Lines of at most WIDTH columns, indented by `margin`; the first begins with `lead` instead."""
    first = lead.ljust(margin) if lead else " " * margin
    return wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _weighed(grades: Sequence[Grade]) -> str:
    return ", ".join(f"{grade.indicator_id} ({grade.indicator.weight})" for grade in grades)


def _shout(level: int) -> str:
    return str(Level(level).label).upper()
