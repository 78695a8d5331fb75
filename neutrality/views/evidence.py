"""Evidence of a case, and the part of its page with evidence, referrals and sanctions. For its handlers; else a 404."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from districts.frame import frame, place_of
from districts.requests import Request
from neutrality.cases import CaseRefused
from neutrality.evidence import add_evidence, add_link, read_evidence
from neutrality.evidence_files import handed_out, neutral_name
from neutrality.models import Case
from neutrality.proof_forms import EvidenceForm, PostForm
from neutrality.proof_page import proof_of
from neutrality.sealing import Sealed
from neutrality.secrecy import case_or_404, for_handlers


@for_handlers
@require_safe
def proof(request: Request, number: str) -> HttpResponse:
    """A part of the case's page, and a page of its own for browsers without JavaScript."""
    found = case_or_404(request, number)
    if request.htmx:
        context = proof_of(found, by=request.user, now=timezone.now())
        return render(request, "neutrality/_case_proof.html", context)
    return proof_page(request, found)


def proof_page(request: Request, found: Case, refused: forms.Form | None = None) -> HttpResponse:
    """The whole page; `refused` is a form that came back with mistakes."""
    now = timezone.now()
    context = frame(request, place_of(found.regency), found.election, now)
    context |= proof_of(found, by=request.user, now=now, refused=refused)
    return render(request, "neutrality/case_proof.html", context, status=422 if refused else 200)


def written(request: Request, found: Case, form: forms.Form, done: str, write: Any) -> HttpResponse:
    """Back to the page with what was done; with the form and the sentence when it was not."""
    if form.is_valid():
        try:
            write(**form.cleaned_data)
        except (CaseRefused, Sealed) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, done)
            return redirect("case_proof", found.number)
    return proof_page(request, found, form)


@for_handlers
@require_POST
def evidence_add(request: Request, number: str) -> HttpResponse:
    found = case_or_404(request, number)
    form = EvidenceForm(request.POST, request.FILES)
    return written(
        request, found, form, _("Bukti tercatat."),
        lambda **given: add_evidence(case=found, by=request.user, now=timezone.now(), **given),
    )  # fmt: skip


@for_handlers
@require_POST
def link_add(request: Request, number: str) -> HttpResponse:
    found = case_or_404(request, number)
    form = PostForm(request.POST, request.FILES)
    return written(
        request, found, form, _("Tautan tercatat."),
        lambda **given: add_link(case=found, by=request.user, now=timezone.now(), **given),
    )  # fmt: skip


@for_handlers
@require_safe
def evidence(request: Request, number: str, position: int) -> HttpResponseBase:
    return _file(request, number, position, is_original=False)


@for_handlers
@require_safe
def evidence_original(request: Request, number: str, position: int) -> HttpResponseBase:
    return _file(request, number, position, is_original=True)


def _file(request: Request, number: str, position: int, *, is_original: bool) -> HttpResponseBase:
    """A picture that we drew ourselves opens in the browser; everything else is saved."""
    found = case_or_404(request, number)
    row = get_object_or_404(found.evidence, position=position)
    is_drawn = bool(row.shown) and not is_original
    try:
        file, content_type = read_evidence(
            case=found, evidence=row, by=request.user, now=timezone.now(), is_original=is_original
        )
    except CaseRefused as refused:
        messages.error(request, str(refused))
        return redirect("case_proof", number)
    name = f"bukti-{row.position:02}.jpg" if is_drawn else neutral_name(row)
    return handed_out(file, content_type, f"{found.number}-{name}", inline=is_drawn)
