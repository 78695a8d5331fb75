"""Closes, once and for every page, the traps of htmx and the headers Django has no setting for."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

GetResponse = Callable[[HttpRequest], HttpResponse]


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
        if match and match.url_name == "logout" and request.method == "POST":
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
