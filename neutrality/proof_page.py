"""What the part of a case's page about evidence, referrals and sanctions shows. Opening it writes a line in the log."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from neutrality.evidence import MOST, opened_list
from neutrality.flow import State
from neutrality.models import Case, Referral, Sanction
from neutrality.proof_forms import AnswerForm, EvidenceForm, PostForm, ReferralForm, SanctionForm
from neutrality.referring import ways_of
from neutrality.sealing import Sealed, unseal

if TYPE_CHECKING:
    from districts.models import User


def proof_of(case: Case, *, by: "User", now: datetime, refused: Any = None) -> dict[str, Any]:
    """Context of `_case_proof.html`. `refused` is the one form that came back with mistakes. When the key is missing the
    lists are empty and `sealed` holds the sentence. Five statements and the line in the log.
    """
    context: dict[str, Any] = {
        "case": case,
        "zone": case.regency.time_zone,
        "sealed": "",
    }
    try:
        context |= _opened(case, by, now, refused)
    except Sealed as sealed:
        context["sealed"] = str(sealed)
    can_change = case.state != State.DONE and not case.purged_at and not context["sealed"]
    return context | (_forms(case, len(context["evidence"]), refused) if can_change else {})


def _opened(case: Case, by: "User", now: datetime, refused: Any) -> dict[str, Any]:
    evidence = opened_list(case=case, by=by, now=now)
    referrals = [
        {"row": row, "recommendation": unseal(row.recommendation), "form": _answer_form(row, refused)}
        for row in Referral.objects.filter(case=case).select_related("made_by")
    ]
    sanctions = [
        {"row": row, "decree": unseal(row.decree)}
        for row in Sanction.objects.filter(case=case).select_related("recorded_by").order_by("decided_on", "pk")
    ]
    return {"evidence": evidence, "referrals": referrals, "sanctions": sanctions}


def _answer_form(row: Referral, refused: Any) -> AnswerForm:
    """Filled with the answer that is there: sending it again corrects it."""
    if isinstance(refused, AnswerForm) and refused.referral.pk == row.pk:
        return refused
    answer = {
        "answer_number": row.answer_number,
        "answered_on": row.answered_on,
        "recommendation": unseal(row.recommendation),
    }
    return AnswerForm(referral=row, initial=answer)


def _forms(case: Case, count: int, refused: Any) -> dict[str, Any]:
    def form(kind: Any, **more: Any) -> Any:
        return refused if type(refused) is kind else kind(**more)

    ways = ways_of(case)
    return {
        "can_change": True,
        "evidence_form": form(EvidenceForm) if count < MOST else None,
        "link_form": form(PostForm) if count < MOST else None,
        "referral_form": form(ReferralForm, ways=ways) if ways else None,
        "sanction_form": form(SanctionForm) if case.state == State.SANCTIONED else None,
    }
