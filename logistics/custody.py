"""The chain of custody of one parcel as steps to read: who gave, who took, when, on which document. No database.

Steps are what components/_chain.html draws.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from districts.templatetags.siap import moment
from logistics.models import DocumentKind, HandOver, ParcelMove
from logistics.stages import HOPS, Stage

#: A parcel is between two places while it is in one of these.
MOVING = frozenset(hop.moving for hop in HOPS.values())
FORWARD = (Stage.PACKED, Stage.AT_PPK, Stage.AT_PPS, Stage.AT_TPS)
BACK = (Stage.BACK_AT_PPS, Stage.BACK_AT_PPK, Stage.BACK_AT_KPU)


@dataclass(frozen=True, slots=True)
class Step:
    """`state`: done, now, next or trouble. `at` None: not known."""

    state: str
    title: str
    at: datetime | None = None
    giver: str = ""
    receiver: str = ""
    document: str = ""
    document_href: str = ""
    note: str = ""


def chain(
    moves: Sequence[ParcelMove],
    handovers: Mapping[int, HandOver],
    findings: Mapping[int, str],
    troubled: Set[int],
    zone: str,
) -> list[Step]:
    """What happened to the parcel, oldest first. `handovers` by document, `findings` in words by hand-over, `troubled` the
    hand-overs of which one is not settled; `moves` with their document and its person.
    """
    steps: list[Step] = []
    for move in moves:
        step = _step(move, handovers.get(move.document_id), findings, troubled)
        if move.from_stage in MOVING and steps:  # arrival says all that departure did
            left = steps.pop()
            step = replace(step, giver=step.giver or left.giver, note=_joined(_left(left, zone), step.note))
        steps.append(step)
    if steps and steps[-1].state == "done":
        steps[-1] = replace(steps[-1], state="now")
    return steps


def ahead(stage: Stage, limits: Mapping[Stage, str], *, has_voted: bool) -> list[Step]:
    """Where the parcel still has to go: to the TPS, and from voting day on back. `limits`: by when, in words."""
    wanted = FORWARD if stage < Stage.AT_TPS else BACK if has_voted or stage > Stage.AT_TPS else ()
    return [Step("next", str(place.label), note=limits.get(place, "")) for place in wanted if place > stage]


def _step(move: ParcelMove, handover: HandOver | None, findings: Mapping[int, str], troubled: Set[int]) -> Step:
    if handover is not None:
        return _handed(move, handover, findings.get(handover.pk, ""), is_trouble=handover.pk in troubled)
    document, stage = move.document, Stage(move.to_stage)
    by, label = document.by.name, str(document.get_kind_display())
    if stage == Stage.OPEN:
        return Step("done", _("Paket dibuka di gudang KPU"), move.at, document=f"{label}, {by}", note=document.note)
    if document.kind == DocumentKind.DISPATCH and stage in MOVING:
        return Step(
            "done", str(stage.label), move.at, giver=by, receiver=_("di perjalanan"), document=f"{label} {document.number}",
            document_href=reverse("shipment", args=[document.number]) if document.number else "",
        )  # fmt: skip
    return Step("done", str(stage.label), move.at, document=f"{label}, {by}", note=document.note)


def _handed(move: ParcelMove, handover: HandOver, finding: str, *, is_trouble: bool) -> Step:
    receiver = handover.receiver_name or handover.receiver.name
    if handover.receiver_office:
        receiver = f"{receiver} ({handover.receiver_office})"
    is_back = handover.is_take_back
    title = str(Stage(move.to_stage).label)
    return Step(
        "trouble" if is_trouble else "done",
        _("Diterima kembali: {place}").format(place=title) if is_back else title,
        move.at,
        giver=handover.sender.name,
        receiver=receiver,
        document=f"{handover.document.get_kind_display()} {handover.shipment.code}",
        document_href=reverse("handover", args=[handover.shipment.code]),
        note=_joined(finding, handover.reason if is_back else ""),
    )


def _left(step: Step, zone: str) -> str:
    return _("Berangkat {moment}.").format(moment=moment(step.at, zone)) if step.at else ""


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def findings_in_words(differences: Iterable[tuple[int, str]]) -> dict[int, str]:
    """`(hand-over, words)` to one sentence per hand-over."""
    found: dict[int, list[str]] = {}
    for handover, words in differences:
        found.setdefault(handover, []).append(words)
    return {handover: _("Temuan: {list}.").format(list=", ".join(words)) for handover, words in found.items()}
