"""The issue a hand-over opens: one for all its findings, to the agency of the sender's side and to the Desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import override

from districts.issues import open_issue
from districts.models import Issue, IssueCategory
from logistics.cargo import Cargo
from logistics.handover_checks import Finding, goods_label, goods_unit, lowered, where_name
from logistics.models import DifferenceKind, Outcome, Shipment
from logistics.stages import HOPS

if TYPE_CHECKING:
    from districts.models import User

#: Room of Issue.title and Issue.detail.
TITLE, DETAIL = 120, 280


@translation.override("id")  # stored for everybody, whatever language the receiver reads
@override("id")  # stored for everybody
def open_handover_issue(
    shipment: Shipment,
    outcome: Outcome,
    reason: str,
    cargo: Cargo,
    findings: Sequence[Finding],
    by: "User",
    now: datetime,
) -> Issue:
    """One issue for all findings, to the agency of the sender's side. MEDIUM: reporting must not turn anything red."""
    words = _("Kiriman {code} ditolak {place}") if outcome == Outcome.REFUSED else _("Selisih serah terima {code}")
    told = "; ".join(_finding_words(cargo, finding) for finding in findings)
    return open_issue(
        election=shipment.election,
        kecamatan=shipment.kecamatan,
        category=IssueCategory.LOGISTICS,
        title=words.format(code=shipment.code, place=HOPS[shipment.hop].receiver_place)[:TITLE],
        detail=_shortened(". ".join(part for part in (reason, told) if part)),
        owner=HOPS[shipment.hop].agency,
        by=by,
        now=now,
    )


def _finding_words(cargo: Cargo, finding: Finding) -> str:
    """ "TPS 64.08.11.2001-005: surat suara bupati kurang 2 lembar"."""
    where, kind = where_name(cargo, finding.parcel), str(DifferenceKind(finding.kind).label).lower()
    if finding.goods is None:
        return f"{where}: {kind}"
    goods, unit = lowered(goods_label(cargo, finding.goods)), goods_unit(cargo, finding.goods)
    return f"{where}: {goods} {kind} {finding.quantity} {unit}".strip()


def _shortened(text: str) -> str:
    return text if len(text) <= DETAIL else text[: DETAIL - 1].rstrip() + "…"
