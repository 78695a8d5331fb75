"""Closes, once and for every page, the traps of htmx and the headers Django has no setting for."""

import logging
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
    UnreadablePostError,
)
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

GetResponse = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger(__name__)


class NullByteMiddleware:
    """Refuses addresses with a null byte, which no text in Postgres can hold. (Forms refuse theirs with a sentence.)"""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("null byte in the address")
        return self.get_response(request)


class WholeFormMiddleware:
    """Reads every form as UTF-8, which is all a browser sends, and whole or not at all.

    Django refuses another encoding only when somebody reads the form, and its own page of refusal reads it again. A
    connection that ends in the middle gives it half a form without a word, and half a draft would replace a whole one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.encoding = "utf-8"
        if request.content_type == "application/x-www-form-urlencoded":
            promised = int(request.META.get("CONTENT_LENGTH") or 0)
            if len(request.body) < promised:
                raise BadRequest("the form was cut off")
        return self.get_response(request)


class UploadMiddleware:
    """Takes files in before anything else looks at the form, or says in a sentence why not: too big, or no room for them.

    Without it 200 MB would be written to the disk before a view could refuse them, and a full disk would be a page of
    error 500. What is too big is read and thrown away, up to a bound: a browser shows no answer to what it still sends.
    """

    LARGEST = max(settings.UPLOAD_MAX_BYTES, settings.EVIDENCE_MAX_BYTES) + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    THROWN_AWAY = 256 * 1024 * 1024  # [P]
    PIECE = 64 * 1024

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_type == "multipart/form-data":
            promised = int(request.META.get("CONTENT_LENGTH") or 0)
            try:
                if promised > self.LARGEST:
                    self._throw_away(request, promised)
                    return HttpResponse(render_to_string("413.html", {"most": settings.UPLOAD_MAX_BYTES}), status=413)
                request.POST  # noqa: B018  # reads the form and its files
            except UnreadablePostError:
                raise BadRequest("the upload was cut off") from None
            except OSError:
                log.exception("no room for an upload of %s bytes", promised)
                for handler in request.upload_handlers:
                    handler.upload_interrupted()  # what was written of it goes
                return HttpResponse(render_to_string("507.html"), status=507)
        return self.get_response(request)

    def _throw_away(self, request: HttpRequest, promised: int) -> None:
        for _piece in range(min(promised, self.THROWN_AWAY) // self.PIECE + 1):
            if not request.read(self.PIECE):
                return


class LanguageMiddleware:
    """The language a person chose, by a cookie; Indonesian for everybody else.

    What the browser would like is not asked, as Django's own does: many phones here are set to English by their makers.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _said_in(language, response.streaming_content)
        response.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


def _said_in(language: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """`pieces`, each made in `language`: they are asked for when the request is over."""
    made = iter(pieces)
    while True:
        with translation.override(language):
            piece = next(made, None)
        if piece is None:
            return
        yield piece


class PrivatePagesMiddleware:
    """No cache but the reader's own browser keeps a page, and that one asks before it shows it again.

    Signing out clears what it kept: the next person at the same computer finds nothing behind the Back button.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "private, no-cache")
        match = request.resolver_match
        if match and match.url_name in ("logout", "sign_out_everywhere") and request.method == "POST":
            response["Clear-Site-Data"] = '"cache"'
        return response


class PermissionsPolicyMiddleware:
    """Switches off every browser power the product does not use."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", "geolocation=(), microphone=(), camera=(self), payment=(), usb=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class HtmxResponseMiddleware:
    """Every page varies by HX-Request, and a redirect answered to htmx moves the whole page.

    Without the second, a session that ended would put the sign-in page into a table cell.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            patch_vary_headers(response, ["HX-Request"])
        if getattr(request, "htmx", False) and isinstance(response, HttpResponseRedirect):
            moved = HttpResponseClientRedirect(response.url)
            moved.cookies = response.cookies
            return moved
        return response
