"""Upload a file, look at what it brings, apply it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from districts import exporting
from districts.frame import frame, open_page, place_of, seen_place
from districts.loading.blanks import blank_sheet
from districts.loading.faults import BadFile
from districts.models import Region
from districts.requests import Request
from logistics.access import check_can_keep_stock
from logistics.importing.acting import ImportRefused, apply_file, keep_file, look_again
from logistics.importing.forms import UploadForm
from logistics.importing.shapes import SHAPES
from logistics.models import ImportFile, ImportKind
from logistics.tabs import stand_under

#: Bad lines shown; the rest is counted. A file with more is corrected in its spreadsheet first.
SHOWN = 100
#: Files listed as sent before.
LISTED = 20


def imports(request: Request, code: str) -> HttpResponse:
    opened = open_page(request, seen_place(request.user, code))
    if opened.place.level != 2 or opened.election is None:
        raise Http404
    check_can_keep_stock(request.user, code)
    form = UploadForm(request.POST or None, request.FILES or None)
    bad: BadFile | None = None
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep_file(
                election=opened.election,
                regency=Region.objects.get(pk=code),
                kind=ImportKind(form.cleaned_data["kind"]),
                upload=form.cleaned_data["file"],
                by=request.user,
                now=opened.now,
            )
            return redirect("import_preview", kept.pk)
        except BadFile as error:
            bad = error
            form.add_error(None, str(error))
        except ImportRefused as refused:
            form.add_error(None, str(refused))
    files = ImportFile.objects.filter(election=opened.election, regency=code).select_related("uploaded_by", "document")
    context = opened.context | {
        "form": form,
        "bad_lines": bad.bad_lines[:SHOWN] if bad else [],
        "bad_more": max(len(bad.bad_lines) - SHOWN, 0) if bad else 0,
        "files": files.order_by("-pk")[:LISTED],
        "kinds": ImportKind.choices,
    }
    return render(request, "logistics/imports.html", context, status=422 if form.errors else 200)


@require_safe
def preview(request: Request, pk: int) -> HttpResponse:
    file = _file_or_404(request, pk)
    context = {**frame(request, place_of(file.regency), file.election, timezone.now()), "file": file}
    stand_under(context, reverse("logistics", args=[file.regency_id]))
    if file.document is None:
        try:
            context["preview"] = look_again(file, by=request.user, now=timezone.now())
        except BadFile as error:
            context |= {"refusal": str(error), "bad_lines": error.bad_lines[:SHOWN]}
        except ImportRefused as refused:
            context["refusal"] = str(refused)
    return render(request, "logistics/import_preview.html", context)


@require_POST
def apply(request: Request, pk: int) -> HttpResponse:
    file = _file_or_404(request, pk)
    try:
        apply_file(file=file, by=request.user, now=timezone.now())
    except (BadFile, ImportRefused) as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Berkas diterapkan."))
    return redirect("import_preview", file.pk)


@require_safe
def example(request: Request, kind: str, format: str) -> HttpResponseBase:
    if kind not in ImportKind.values:
        raise Http404
    chosen = ImportKind(kind)
    return exporting.download(blank_sheet(SHAPES[chosen], _("Contoh {kind}").format(kind=chosen.label.lower())), format)


def _file_or_404(request: Request, pk: int) -> ImportFile:
    """Files are for those who keep the stock: who sees the region but may not is told so, others get 404."""
    seen = ImportFile.objects.visible_to(request.user).select_related(
        "regency__parent__parent", "election", "document", "uploaded_by"
    )
    file = get_object_or_404(seen, pk=pk)
    check_can_keep_stock(request.user, file.regency_id)
    return file
