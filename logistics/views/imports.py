"""Files of a KPU liaison; what happens to them after the upload is `districts.views.imports`."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from districts.frame import open_page, seen_place
from districts.requests import Request
from districts.views.imports import upload_page
from logistics.access import check_can_keep_stock
from logistics.importing.kinds import SORTING, STAGES, STOCK


def imports(request: Request, code: str) -> HttpResponse:
    opened = open_page(request, seen_place(request.user, code))
    if opened.place.level != 2 or opened.election is None:
        raise Http404
    check_can_keep_stock(request.user, code)
    return upload_page(
        request,
        opened,
        [STOCK, SORTING, STAGES],
        title=_("Impor berkas KPU"),
        lead="",
        source=_("Sumber: berkas penghubung KPU."),
    )
