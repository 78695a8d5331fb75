"""One account: its roles and their history, and what the Desk or an administrator does with it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from districts import exporting
from districts.access import NATION
from districts.accounts import listing as people_list
from districts.accounts.cards import cards
from districts.accounts.forms import EndForm, PhoneForm, RenewForm, RoleForm
from districts.accounts.keeping import ONE_DAY, AccountRefused, change_phone, end_assignment, give_role, renew_code
from districts.accounts.rights import Right, can_renew, people_seen_by, rights_of
from districts.frame import Place, nation, open_page, seen_place
from districts.models import Assignment, SignInCode, User
from districts.printing import printed
from districts.requests import Request


@dataclass(frozen=True, slots=True)
class Row:
    """An assignment in force or to come; `form` ends it, None where that is not in the person's hand."""

    assignment: Assignment
    form: EndForm | None
    is_open: bool


@require_safe
def person(request: Request, pk: int) -> HttpResponse:
    return _page(request, _person_or_404(request, pk))


@require_POST
def give(request: Request, pk: int) -> HttpResponse:
    found = _person_or_404(request, pk)
    form = RoleForm(request.POST, right=rights_of(request.user)[0])
    if not form.is_valid():
        return _page(request, found, role_form=form)
    return _done(request, found, _("Peran diberikan."), give_role, person=found, by=request.user, **form.given())


@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    seen = Assignment.objects.filter(user__in=people_seen_by(request.user)).select_related("user", "region")
    assignment = get_object_or_404(seen, pk=pk)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, assignment.user, ended=assignment.pk, end_form=form)
    last_day, reason = form.cleaned_data["mulai"] - ONE_DAY, form.cleaned_data["alasan"]
    return _done(
        request, assignment.user, _("Penugasan diakhiri. Namanya tetap tercatat pada yang sudah dikerjakan."),
        end_assignment, assignment=assignment, last_day=last_day, reason=reason, by=request.user, now=timezone.now(),
    )  # fmt: skip


@require_POST
def renew(request: Request, pk: int) -> HttpResponse:
    found = _person_or_404(request, pk)
    form = RenewForm(request.POST)
    if not form.is_valid():
        return _page(request, found)
    said = _("Kode baru terbit. Sandi lama dan semua perangkatnya sudah tidak berlaku. Cetak kartunya.")
    return _done(
        request, found, said, renew_code, person=found, by=request.user, now=timezone.now(), **form.cleaned_data
    )


@require_POST
def phone(request: Request, pk: int) -> HttpResponse:
    found = _person_or_404(request, pk)
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _page(request, found, phone_form=form)
    said = _("Nomor telepon disimpan.")
    return _done(request, found, said, change_phone, person=found, phone=form.cleaned_data["telepon"], by=request.user)


@never_cache
@require_safe
def card(request: Request, pk: int) -> HttpResponse:
    """The card of one account, for who could issue its code."""
    found = _person_or_404(request, pk)
    place = _place(request)
    own = Assignment.objects.filter(user=found)
    codes = [
        code for right in rights_of(request.user) for code in people_list.codes_to_print(own, right, timezone.now())
    ]
    if not codes:
        messages.warning(request, _("Tidak ada kode yang menunggu untuk akun ini. Terbitkan kode baru."))
        return redirect("person", found.pk)
    address = request.build_absolute_uri(reverse("start"))
    data = cards(codes[:1], address=address, zone=place.zone, place=place.name)
    return printed("districts/print/cards.typ", data, exporting.file_name(f"kartu-{found.username}", "", None, "pdf"))


def _person_or_404(request: Request, pk: int) -> User:
    return get_object_or_404(people_seen_by(request.user), pk=pk)


def _place(request: Request) -> Place:
    """The region in which who looks manages accounts."""
    code = rights_of(request.user)[0].code
    return seen_place(request.user, code) if code else nation()


def _done(request: Request, found: User, said: str, action: Any, **arguments: Any) -> HttpResponse:
    try:
        action(**arguments)
    except AccountRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("person", found.pk)


def _page(request: Request, found: User, *, ended: int = 0, **refused: Any) -> HttpResponse:
    """The page; `refused` is the one form that came back with errors, `ended` the assignment it is about."""
    opened = open_page(request, _place(request))
    rights = rights_of(request.user)
    rows = list(found.assignments.select_related("region", "ended_by").order_by("-valid_from", "-pk"))
    past = [each for each in rows if each.valid_until and each.valid_until < timezone.localdate(opened.now)]
    code = SignInCode.objects.open().filter(user=found).select_related("issued_by").first()
    context = opened.context | {
        "person": found,
        "current": [_row(each, rights, ended, refused) for each in rows if each not in past],
        "past": past,
        "code": code,
        "code_expired": bool(code and code.expires_at <= opened.now),
        "can_renew": can_renew(request.user, found),
        "role_form": RoleForm(right=rights[0]),
        "phone_form": PhoneForm(initial={"telepon": found.phone}),
        "renew_form": RenewForm(),
        "list_href": reverse("people", args=[opened.place.code]) if opened.place.code else reverse("people_nation"),
        "new_href": reverse("person_new", args=[opened.place.code])
        if opened.place.code
        else reverse("person_new_nation"),
        **refused,
    }
    return render(request, "districts/person.html", context, status=422 if refused else 200)


def _row(assignment: Assignment, rights: list[Right], ended: int, refused: dict[str, Any]) -> Row:
    if not any(right.gives(assignment.role, assignment.region_id or NATION) for right in rights):
        return Row(assignment, None, is_open=False)
    is_open = assignment.pk == ended
    form = refused["end_form"] if is_open else EndForm(auto_id=f"end{assignment.pk}_%s")
    return Row(assignment, form, is_open)
