"""What every page with photos does: take one that was chosen, show one to who may see it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from districts.photos import PhotoRefused
from districts.requests import Request


def take_photo(request: Request, add: Callable[[UploadedFile], tuple[Any, bool]]) -> None:
    """Gives the chosen file to `add`, which answers (photo, whether it is new) or raises PhotoRefused; says how it went."""
    upload = request.FILES.get("foto")
    try:
        if upload is None:
            raise PhotoRefused(_("Pilih foto dulu, lalu unggah."))
        _photo, is_new = add(upload)
    except PhotoRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Foto tersimpan.") if is_new else _("Foto ini sudah ada; tidak diunggah dua kali."))


def photo_response(image: FieldFile, filename: str) -> FileResponse:
    """The bytes; no shared cache may keep them. Http404 where the file is gone."""
    try:
        opened = image.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, content_type="image/jpeg", filename=filename)
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response
