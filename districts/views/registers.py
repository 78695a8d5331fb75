"""Data dasar: the registers of a region, to look at, to download and to bring up to date by file."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.access import AccessRefused, check_can_keep_registers
from districts.exporting import download
from districts.frame import open_page, seen_place
from districts.importing.kinds import Kind, kinds
from districts.importing.patching import RULE_OF_EMPTY
from districts.models import User
from districts.registers import ROWS, register_sheet, registers_of
from districts.requests import Request
from districts.views.imports import upload_page


@require_safe
def registers(request: Request, code: str) -> HttpResponse:
    opened = open_page(request, seen_place(request.user, code))
    cards = [
        {
            "register": register,
            "may_upload": _may(request.user, register.kind, code),
            "may_download": _may_read(request.user, register.kind, code),
        }
        for register in registers_of(code)
    ]
    return render(request, "districts/registers.html", opened.context | {"cards": cards})


def register(request: Request, code: str, kind: str) -> HttpResponse:
    """The page that takes a file of the register."""
    opened = open_page(request, seen_place(request.user, code))
    chosen = _kind_or_404(kind)
    chosen.check_may(request.user, code)
    return upload_page(
        request, opened, [chosen], title=chosen.label, lead=RULE_OF_EMPTY, source=chosen.source, rows_of=chosen
    )


@require_safe
def export(request: Request, code: str, kind: str, format: str) -> HttpResponseBase:
    """The register as the file that brings it."""
    opened = open_page(request, seen_place(request.user, code))
    chosen = _kind_or_404(kind)
    if not _may_read(request.user, chosen, code):
        check_can_keep_registers(request.user, code)
    return download(register_sheet(chosen, opened), format)


def _kind_or_404(kind: str) -> Kind:
    if kind not in ROWS:
        raise Http404
    return kinds()[kind]


def _may(user: User, kind: Kind, code: str) -> bool:
    try:
        kind.check_may(user, code)
    except AccessRefused:
        return False
    return True


def _may_read(user: User, kind: Kind, code: str) -> bool:
    """Telephone numbers leave the system in bulk only with who keeps them; everything else is for who sees the region."""
    return kind.code != "kontak" or _may(user, kind, code)
