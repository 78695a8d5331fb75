"""Target curves, DOMAIN 6.2: where the target of an indicator stands at a moment. Pure arithmetic, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

DEADLINE_WINDOW_DAYS = 7  # R3: "belum jatuh tempo" while more than 7 days before the deadline
RATIO_MARGIN = 0.1  # R4: amber within 0.1 below
FIRST_H, LAST_H = 224, 0  # the first stage of DOMAIN 2.1 and voting day: what is ready is ready before it ends


@dataclass(frozen=True, slots=True)
class Point:
    """A milestone: `target` from H-`h_minus`, for the whole date or, with `hour`, at that local hour of it."""

    h_minus: int
    hour: int | None
    target: float

    @property
    def position(self) -> float:
        """Days before voting day 00:00; negative on voting day itself."""
        return self.h_minus - (self.hour or 0) / 24


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a kecamatan stands: H-n on its calendar and the days, with fraction, until its voting day begins."""

    h_minus: int
    days_left: float


class BrokenCurve(ValueError):
    """The curve cannot be used; carries the sentence for the admin."""


def check_curve(points: Sequence[Point]) -> None:
    """Refuse a curve whose target falls as voting day nears, or that has two targets at one moment."""
    ordered = sorted(points, key=lambda point: -point.position)
    for earlier, later in pairwise(ordered):
        if earlier.position == later.position:
            raise BrokenCurve(
                _("Ada dua target pada saat yang sama (H-%(h)s). Hapus salah satu.") % {"h": later.h_minus}
            )
        if later.target < earlier.target:
            raise BrokenCurve(
                _("Target H-%(later)s (%(low)g) lebih rendah dari H-%(earlier)s (%(high)g). Target tidak boleh turun.")
                % {"later": later.h_minus, "low": later.target, "earlier": earlier.h_minus, "high": earlier.target}
            )


def check_milestones(rule: str, points: Sequence[Point]) -> None:
    """Refuse milestones the rule cannot grade by (DOMAIN 6.2): R1 and R4 need some, R3 its one deadline, others none."""
    for point in points:
        if not LAST_H <= point.h_minus <= FIRST_H:
            raise BrokenCurve(_("H-%(h)s di luar H-%(first)d sampai H.") % {"h": point.h_minus, "first": FIRST_H})
    if rule in ("R1", "R4") and not points:
        raise BrokenCurve(_("Aturan %(rule)s butuh sedikitnya satu titik target.") % {"rule": rule})
    if rule == "R3" and [(point.hour, point.target) for point in points] != [(None, 1)]:
        raise BrokenCurve(_("Aturan R3 butuh tepat satu titik: hari tenggatnya, tanpa jam, dengan target 1."))
    if rule not in ("R1", "R3", "R4") and points:
        raise BrokenCurve(_("Aturan %(rule)s tidak memakai titik target. Hapus titiknya.") % {"rule": rule})
    check_curve(points)


def position_of(points: Sequence[Point], clock: Clock) -> float:
    """Work on dates; on hours only where the table gives one (DOMAIN 6.2)."""
    return clock.days_left if any(point.hour is not None for point in points) else clock.h_minus


def target_at(points: Sequence[Point], clock: Clock, *, shift_days: int = 0) -> float | None:
    """R1: None before the first milestone (not due), linear between milestones, the last target after the last.

    `shift_days` moves the whole curve earlier (kecamatan sulit).
    """
    here = position_of(points, clock) - shift_days
    ordered = sorted(points, key=lambda point: -point.position)
    if not ordered or here > ordered[0].position:
        return None
    for earlier, later in pairwise(ordered):
        if here >= later.position:
            share = (earlier.position - here) / (earlier.position - later.position)
            return earlier.target + share * (later.target - earlier.target)
    return ordered[-1].target


def step_at(points: Sequence[Point], clock: Clock) -> float | None:
    """R4: the target of the last milestone that was reached; None before the first."""
    reached = [point for point in points if point.position >= position_of(points, clock)]
    return min(reached, key=lambda point: point.position).target if reached else None


def margin(h_minus: int) -> float:
    """How far under an R1 target is still amber: 10 points until H-8, 5 from H-7 to H-2, 2 from H-1 (DOMAIN 6.2)."""
    if h_minus >= 8:
        return 10.0
    return 5.0 if h_minus >= 2 else 2.0
