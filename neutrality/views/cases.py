"""Cases: the board, intake, one case and what is done with it. For the handlers of the regency; a 404 for everybody else."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from districts.frame import Opened, frame, open_page, place_of, seen_place
from districts.models import Region
from districts.requests import Request
from districts.weeks import local_date
from neutrality.access import handler_or_404
from neutrality.board import board_rows, counts
from neutrality.case_forms import (
    BoardForm,
    IntakeForm,
    LinkForm,
    MoveForm,
    ReportedForm,
    RequirementForm,
    RevealForm,
    reported_rows,
    subject_choices,
)
from neutrality.case_page import checklist, clocks_of, linked, move_forms, readings_of, way_of
from neutrality.cases import CaseRefused, add_reported, answer_requirement, link_cases, move_case, take_case
from neutrality.flow import State, step
from neutrality.models import Case, Reporter
from neutrality.reading import open_case, reveal_reporter
from neutrality.sealing import Sealed
from neutrality.secrecy import case_or_404, for_handlers

PER_PAGE = 50


@for_handlers
@require_safe
def board(request: Request, code: str) -> HttpResponse:
    handler_or_404(request.user, code)
    opened = open_page(request, seen_place(request.user, code))
    form = BoardForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = board_rows(opened.election, code, chosen, opened.today)
    context = opened.context | {
        "form": form,
        "address": request.path,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "figures": _figures(request.path, counts(opened.election, code, opened.today)),
        "has_mail": bool(request.user.email),
    }
    template = "neutrality/_case_board.html" if request.htmx else "neutrality/cases.html"
    return render(request, template, context, status=200 if form.is_valid() else 422)


def _figures(address: str, found: dict[str, int]) -> list[dict[str, Any]]:
    """The strip above the list; each leads to its cases."""
    told = [("", "semua", _("Kasus berjalan"), None), ("lewat", "lewat", _("Lewat batas"), "red"),
            ("hari_ini", "hari_ini", _("Batas hari ini"), "amber"), ("segera", "segera", _("Segera"), "amber")]  # fmt: skip
    return [
        {
            "label": label, "value": found[name], "level": level if found[name] else None,
            "href": f"{address}?batas={near}" if near else address,
        }
        for near, name, label, level in told
    ]  # fmt: skip


@for_handlers
def new(request: Request, code: str) -> HttpResponse:
    handler_or_404(request.user, code)
    opened = open_page(request, seen_place(request.user, code))
    if opened.election is None:
        raise Http404
    form = IntakeForm(request.POST or None, zone=opened.place.zone, initial={"received_at": opened.now})
    rows = reported_rows(request.POST or None, subject_choices(opened.today))
    if request.method == "POST" and all([form.is_valid(), *(row.is_valid() for row in rows)]):
        try:
            made = take_case(
                election=opened.election, regency=Region.objects.get(code=code), by=request.user, now=timezone.now(),
                reported=[row.cleaned_data for row in rows if row.cleaned_data], **form.case(),
            )  # fmt: skip
        except (CaseRefused, Sealed) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kasus {number} tercatat.").format(number=made.number))
            return redirect("case", made.number)
    return _new_page(request, opened, form, rows)


def _new_page(request: Request, opened: Opened, form: IntakeForm, rows: list[ReportedForm]) -> HttpResponse:
    context = opened.context | {"form": form, "first_row": rows[0], "more_rows": rows[1:]}
    return render(request, "neutrality/case_new.html", context, status=422 if form.is_bound else 200)


@for_handlers
@require_safe
def case(request: Request, number: str) -> HttpResponse:
    return _case_page(request, case_or_404(request, number))


@for_handlers
@require_POST
def move(request: Request, number: str) -> HttpResponse:
    found = case_or_404(request, number)
    legal = step(request.POST.get("start", ""), request.POST.get("end", ""))
    if legal is None:
        messages.warning(request, _("Langkah itu tidak ada dalam alur kasus. Pilih salah satu langkah di bawah."))
        return redirect("case", number)
    form = MoveForm(request.POST, legal=legal, zone=found.regency.time_zone)
    if not form.is_valid() and found.state == legal.start:
        return _case_page(request, found, move_form=form)
    done = _("Status kasus: {state}.").format(state=State(legal.end).label)
    return _written(
        request, found, done, lambda: move_case(case=found, by=request.user, now=timezone.now(), **_said(form))
    )


def _said(form: MoveForm) -> dict[str, Any]:
    """What the step says; for one that is out of date, whose errors nobody needs, the states alone decide."""
    said = dict(form.cleaned_data)
    return said | {"start": form.legal.start, "end": form.legal.end, "client_key": said.get("client_key") or None}


@for_handlers
@require_POST
def requirement(request: Request, number: str) -> HttpResponse:
    found = case_or_404(request, number)
    form = RequirementForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Syarat ini tidak dikenal. Muat ulang halaman kasus."))
        return redirect("case", number)
    now = timezone.now()
    return _written(
        request, found, _("Jawaban syarat tercatat."),
        lambda: answer_requirement(case=found, by=request.user, now=now, **form.cleaned_data),
    )  # fmt: skip


@for_handlers
@require_POST
def reported_add(request: Request, number: str) -> HttpResponse:
    found = case_or_404(request, number)
    today = local_date(found.regency.time_zone, timezone.now())
    form = ReportedForm(request.POST, subjects=subject_choices(today), auto_id="terlapor_%s")
    if not form.is_valid():
        return _case_page(request, found, reported_form=form)
    return _written(
        request, found, _("Terlapor ditambahkan."),
        lambda: add_reported(
            case=found, subject_type=form.cleaned_data["subject_type"], parts=form.parts(), by=request.user,
            now=timezone.now(),
        ),
    )  # fmt: skip


@for_handlers
@require_POST
def link(request: Request, number: str) -> HttpResponse:
    found = case_or_404(request, number)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _case_page(request, found, link_form=form)
    other, kind = form.cleaned_data["number"], form.cleaned_data["kind"]
    return _written(
        request, found, _("Kedua kasus dihubungkan."),
        lambda: link_cases(case=found, other_number=other, kind=kind, by=request.user, now=timezone.now()),
    )  # fmt: skip


@for_handlers
@require_POST
def reveal(request: Request, number: str) -> HttpResponse:
    """The identity is on this one answer, which no cache keeps; asking again is another line in the log."""
    found = case_or_404(request, number)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _case_page(request, found, reveal_form=form)
    try:
        shown = reveal_reporter(case=found, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
    except (CaseRefused, Sealed) as refused:
        messages.error(request, str(refused))
        return redirect("case", number)
    context = _frame(request, found) | {"case": found, "identity": shown}
    return render(request, "neutrality/case_identity.html", context)


def _written(request: Request, found: Case, done: str, write: Any) -> HttpResponse:
    """Back to the page, with what was done or why not."""
    try:
        write()
    except (CaseRefused, Sealed) as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("case", found.number)


def _frame(request: Request, found: Case) -> dict[str, Any]:
    return frame(request, place_of(found.regency), found.election, timezone.now())


def _case_page(request: Request, found: Case, **refused: Any) -> HttpResponse:
    """The page; `refused` is the one form that came back with errors. Opening it writes a line in the log."""
    context = _frame(request, found)
    opened, sealed = None, ""
    try:
        opened = open_case(case=found, by=request.user, now=timezone.now())
    except Sealed as error:
        sealed = str(error)
    can_change = found.state != State.DONE and not found.purged_at
    context |= {
        "case": found,
        "opened": opened,
        "sealed": sealed,
        "clocks": clocks_of(found, context["today"]),
        "way": way_of(found, opened),
        "forms": found.forms.all(),
        "checklist": checklist(found),
        "links": linked(found),
        "readings": readings_of(found),
        "has_reporter": Reporter.objects.filter(case=found).exists(),
        "moves": move_forms(found, found.regency.time_zone, refused.get("move_form")),
        "reported_form": _reported_form(context["today"]) if can_change else None,
        "link_form": LinkForm(),
        "reveal_form": RevealForm(),
        "board_href": reverse("cases", args=[found.regency_id]),
        "can_change": can_change,
    } | refused  # fmt: skip
    return render(request, "neutrality/case.html", context, status=422 if refused else 200)


def _reported_form(today: Any) -> ReportedForm:
    return ReportedForm(subjects=subject_choices(today), auto_id="terlapor_%s")
