"""Packages that go out, what their receivers answered, and sanctions. For the handlers of the case; else a 404."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from districts.requests import Request
from neutrality.cases import CaseRefused
from neutrality.evidence_files import handed_out
from neutrality.models import Case, Referral
from neutrality.proof_forms import AnswerForm, ReferralForm, SanctionForm
from neutrality.referring import answer_referral, make_referral, read_package
from neutrality.sanctions import note_sanction
from neutrality.secrecy import case_or_404, for_handlers
from neutrality.views.evidence import written


@for_handlers
@require_POST
def referral_make(request: Request, number: str) -> HttpResponse:
    found = case_or_404(request, number)
    return written(
        request, found, ReferralForm(request.POST), _("Paket rujukan dibuat. Unduh, lalu kirim lewat jalur resmi."),
        lambda **given: make_referral(case=found, by=request.user, now=timezone.now(), **given),
    )  # fmt: skip


@for_handlers
@require_safe
def referral_letter(request: Request, number: str, pk: int) -> HttpResponseBase:
    return _taken_out(request, number, pk, is_letter=True)


@for_handlers
@require_safe
def referral_package(request: Request, number: str, pk: int) -> HttpResponseBase:
    return _taken_out(request, number, pk, is_letter=False)


def _taken_out(request: Request, number: str, pk: int, *, is_letter: bool) -> HttpResponseBase:
    row = _referral_or_404(case_or_404(request, number), pk)
    try:
        file = read_package(referral=row, by=request.user, now=timezone.now(), is_letter=is_letter)
    except CaseRefused as refused:
        messages.error(request, str(refused))
        return redirect("case_proof", number)
    if is_letter:
        return handed_out(file, "application/pdf", f"{row.number}.pdf")
    return handed_out(file, "application/zip", f"{row.number}.zip")


@for_handlers
@require_POST
def referral_answer(request: Request, number: str, pk: int) -> HttpResponse:
    found = case_or_404(request, number)
    row = _referral_or_404(found, pk)
    return written(
        request, found, AnswerForm(request.POST, referral=row), _("Jawaban tercatat."),
        lambda **given: answer_referral(referral=row, by=request.user, now=timezone.now(), **given),
    )  # fmt: skip


@for_handlers
@require_POST
def sanction_note(request: Request, number: str) -> HttpResponse:
    found = case_or_404(request, number)
    return written(
        request, found, SanctionForm(request.POST), _("Sanksi tercatat."),
        lambda **given: note_sanction(case=found, by=request.user, now=timezone.now(), **given),
    )  # fmt: skip


def _referral_or_404(found: Case, pk: int) -> Referral:
    row = get_object_or_404(found.referrals, pk=pk)
    row.case = found
    return row
