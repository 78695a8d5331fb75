from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from districts.access import check_can_run_desk
from districts.frame import Place, frame, open_page, place_of, seen_nation, seen_place
from districts.issue_forms import AssignForm, BoardForm, CloseForm, NoteForm, RaiseForm
from districts.issues import (
    IssueRefused,
    assign_issue,
    can_note_issue,
    can_raise_issue,
    can_run_issues,
    can_start_work,
    check_can_note_issue,
    check_can_raise_issue,
    close_issue,
    note_issue,
)
from districts.issues import raise_issue as raise_new
from districts.models import Election, Issue, IssueState, Region, current_election
from districts.models.issues import CLOSED_STATES
from districts.models.regions import without_kabupaten
from districts.requests import Request
from districts.weeks import local_date

PER_PAGE = 50


@require_safe
def nation(request: Request) -> HttpResponse:
    return _board(request, seen_nation(request.user))


@require_safe
def board(request: Request, code: str) -> HttpResponse:
    return _board(request, seen_place(request.user, code))


def _board(request: Request, place: Place) -> HttpResponse:
    opened = open_page(request, place)
    form = BoardForm(request.GET, places=narrower_places(place, request.GET.get("wilayah", "")))
    page = Paginator(chosen_issues(form, opened.election, place.code).board_rows(), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = opened.context | {
        "form": form,
        "address": request.path,
        "page": page,
        "raise_href": _raise_href(request, place),
    }
    template = "districts/_issue_board.html" if request.htmx else "districts/issues.html"
    return render(request, template, context, status=200 if form.is_valid() else 422)


def narrower_places(place: Place, asked: str) -> list[tuple[str, str]]:
    """What the board may be narrowed to: the regions one level down, and the one the address asks for, if inside."""
    inside = Q(code=asked, code__startswith=place.code, level__lte=3)
    found = Region.objects.filter(Q(parent=place.code or None, level__lte=3) | inside)
    return [(code, without_kabupaten(name)) for code, name in found.values_list("code", "name")]


def chosen_issues(form: BoardForm, election: Election | None, code: str) -> Any:
    """The issues of `election` under `code` that pass the filters; a wrong filter filters nothing."""
    chosen = form.cleaned_data if form.is_valid() else {}
    found = Issue.objects.filter(election=election).under(chosen.get("wilayah") or code)
    found = found.in_state(chosen.get("keadaan", ""))
    if chosen.get("pemilik"):
        found = found.filter(owner=chosen["pemilik"])
    if chosen.get("tingkat"):
        found = found.filter(level=chosen["tingkat"])
    if chosen.get("lewat"):
        found = found.overdue()
    return found


def _raise_href(request: Request, place: Place) -> str:
    if not place.is_kecamatan or not can_raise_issue(request.user, place.code):
        return ""
    return reverse("issue_raise", args=[place.code])


def raise_issue(request: Request, code: str) -> HttpResponse:
    seen = Region.objects.kecamatan().visible_to(request.user).select_related("parent__parent")
    kecamatan = get_object_or_404(seen, code=code)
    check_can_raise_issue(request.user, code)
    election = current_election(code, local_date(kecamatan.time_zone, timezone.now()))
    if election is None:
        raise Http404
    form = RaiseForm(request.POST or None, zone=kecamatan.time_zone)
    if request.method == "POST" and form.is_valid():
        try:
            made = raise_new(
                election=election, kecamatan=kecamatan, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except IssueRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kendala tercatat."))
            return redirect("issue", made.pk)
    context = {**frame(request, place_of(kecamatan), election, timezone.now()), "form": form}
    return render(request, "districts/issue_raise.html", context, status=422 if form.is_bound else 200)


@require_safe
def issue(request: Request, pk: int) -> HttpResponse:
    return _issue_page(request, _issue_or_404(request, pk))


@require_POST
def assign(request: Request, pk: int) -> HttpResponse:
    found = _issue_or_404(request, pk)
    check_can_run_desk(request.user, found.kecamatan_id)
    form = AssignForm(request.POST, zone=found.kecamatan.time_zone)
    return _take_step(request, found, "assign", form, assign_issue, _("Kendala ditugaskan."))


@require_POST
def note(request: Request, pk: int) -> HttpResponse:
    found = _issue_or_404(request, pk)
    check_can_note_issue(request.user, found.kecamatan_id)
    form = NoteForm(request.POST, may_start=_may_start(request, found))
    return _take_step(request, found, "note", form, note_issue, _("Tindak lanjut tercatat."))


@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    found = _issue_or_404(request, pk)
    check_can_run_desk(request.user, found.kecamatan_id)
    return _take_step(request, found, "close", CloseForm(request.POST), close_issue, _("Kendala ditutup."))


def _issue_or_404(request: Request, pk: int) -> Issue:
    seen = Issue.objects.visible_to(request.user).select_related(
        "kecamatan__parent__parent", "owner", "election", "raised_by", "closed_by", "report__expected"
    )
    return get_object_or_404(seen, pk=pk)


def _take_step(request: Request, found: Issue, name: str, form: Any, action: Any, done: str) -> HttpResponse:
    if not form.is_valid():
        return _issue_page(request, found, **{f"{name}_form": form})
    try:
        action(issue=found, by=request.user, now=timezone.now(), **form.cleaned_data)
    except IssueRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("issue", found.pk)


def _issue_page(request: Request, found: Issue, **refused: Any) -> HttpResponse:
    """The page; `refused` is the one form that came back with errors."""
    zone, code = found.kecamatan.time_zone, found.kecamatan_id
    is_open, runs = found.state not in CLOSED_STATES, can_run_issues(request.user, code)
    assigned = {"owner": found.owner_id, "level": found.level, "due_at": found.due_at}
    context = {
        **frame(request, place_of(found.kecamatan), found.election, timezone.now()),
        "issue": found,
        "notes": found.notes.select_related("by"),
        "is_overdue": is_open and found.due_at is not None and found.due_at < timezone.now(),
        "assign_form": AssignForm(zone=zone, initial=assigned) if is_open and runs else None,
        "note_form": _note_form(request, found) if is_open else None,
        "close_form": CloseForm() if is_open and runs else None,
        **refused,
    }
    return render(request, "districts/issue.html", context, status=422 if refused else 200)


def _note_form(request: Request, found: Issue) -> NoteForm | None:
    if not can_note_issue(request.user, found.kecamatan_id):
        return None
    return NoteForm(may_start=_may_start(request, found))


def _may_start(request: Request, found: Issue) -> bool:
    return found.state == IssueState.ASSIGNED and can_start_work(request.user, found.kecamatan_id)
