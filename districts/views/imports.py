"""Upload a file, look at what it brings, apply it. What a page takes is said by its kinds (`districts.importing`)."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from districts import exporting
from districts.frame import Opened, frame, nation, place_of
from districts.importing.files import apply_file, keep_file, look_again
from districts.importing.forms import UploadForm
from districts.importing.kinds import ImportRefused, Kind, kinds
from districts.loading.blanks import blank_sheet
from districts.loading.faults import BadFile
from districts.models import ImportFile, Region
from districts.requests import Request

#: Bad lines shown; the rest is counted. A file with more is corrected in its spreadsheet first.
SHOWN = 100
#: Files listed as sent before.
LISTED = 20


def upload_page(request: Request, opened: Opened, taken: Sequence[Kind], **context: Any) -> HttpResponse:
    """The page that takes files of the kinds `taken` for the place that was opened; whoever calls it has checked who
    may. `context`: title, lead, source, and `examples` for other addresses of the blanks.
    """
    form = UploadForm(request.POST or None, request.FILES or None, kinds=taken)
    bad: BadFile | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("import_preview", _kept(request, opened, form).pk)
        except BadFile as error:
            bad = error
            form.add_error(None, str(error))
        except ImportRefused as refused:
            form.add_error(None, str(refused))
    context = opened.context | {
        "form": form,
        "kinds": taken,
        "address": request.path,
        "files": _sent_before(opened, taken),
        **_shown(bad),
        **context,
    }
    return render(request, "districts/import.html", context, status=422 if form.errors else 200)


def _kept(request: Request, opened: Opened, form: UploadForm) -> ImportFile:
    return keep_file(
        kind=form.cleaned_data["kind"],
        region=Region.objects.get(pk=opened.place.code) if opened.place.code else None,
        election=opened.election,
        upload=form.cleaned_data["file"],
        by=request.user,
        now=opened.now,
    )


def _sent_before(opened: Opened, taken: Sequence[Kind]) -> list[tuple[Kind, ImportFile]]:
    """The newest files of these kinds for the place. One statement."""
    found = ImportFile.objects.filter(
        region=opened.place.code or None, election=opened.election, kind__in=[kind.code for kind in taken]
    )
    return [(kinds()[file.kind], file) for file in found.select_related("uploaded_by").order_by("-pk")[:LISTED]]


def _shown(bad: BadFile | None) -> dict[str, Any]:
    lines = bad.bad_lines if bad else []
    return {"bad_lines": lines[:SHOWN], "bad_more": max(len(lines) - SHOWN, 0)}


@require_safe
def preview(request: Request, pk: int) -> HttpResponse:
    file, kind = _file_or_404(request, pk)
    place = place_of(file.region) if file.region else nation()
    context = {**frame(request, place, file.election, timezone.now()), "file": file, "kind": kind}
    context["home"] = kind.home(place.code)
    _stand_under(context, context["home"])
    if file.applied_at is None:
        try:
            context["preview"] = look_again(file, by=request.user, now=timezone.now())
        except BadFile as error:
            context |= {"refusal": str(error), **_shown(error)}
        except ImportRefused as refused:
            context["refusal"] = str(refused)
    elif kind.after:
        context["after_href"] = kind.after(file)
    return render(request, "districts/import_preview.html", context)


@require_POST
def apply(request: Request, pk: int) -> HttpResponse:
    file, kind = _file_or_404(request, pk)
    try:
        applied = apply_file(file=file, by=request.user, now=timezone.now())
    except (BadFile, ImportRefused) as refused:
        messages.warning(request, str(refused))
        return redirect("import_preview", file.pk)
    messages.success(request, _("Berkas diterapkan."))
    return redirect(kind.after(applied)) if kind.after else redirect("import_preview", file.pk)


@require_safe
def example(request: Request, kind: str, format: str) -> HttpResponseBase:
    """The blank of a kind of file."""
    chosen = kinds().get(kind)
    if chosen is None:
        raise Http404
    title = _("Contoh {kind}").format(kind=str(chosen.label).lower())
    return exporting.download(blank_sheet(chosen.shape, title), format)


def _file_or_404(request: Request, pk: int) -> tuple[ImportFile, Kind]:
    """Files are for those who may send them: who sees the region but may not is told so, others get 404."""
    seen = ImportFile.objects.visible_to(request.user).select_related(
        "region__parent__parent", "election", "uploaded_by", "applied_by"
    )
    file = get_object_or_404(seen, pk=pk)
    kind = kinds()[file.kind]
    kind.check_may(request.user, file.region_id or "")
    return file, kind


def _stand_under(context: dict[str, Any], address: str) -> None:
    """The tab whose pages hold `address` is the current one."""
    above = [tab["href"] for tab in context["navigation"] if address.startswith(tab["href"])]
    current = max(above, key=len, default="")
    for tab in context["navigation"]:
        tab["current"] = tab["href"] == current
