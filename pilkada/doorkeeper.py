"""What stands between a password and the pages where a password alone is not enough."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from districts.door.second_factor import lacks_second_factor
from districts.door.signing_in import take_back


class SecondFactorMiddleware:
    """Nobody is signed in by a password alone who must have a second factor: such a session goes back to waiting for it.

    Signing in already leads there; this also catches a role that was given, or named by an administrator, meanwhile.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        if SESSION_KEY not in request.session or not lacks_second_factor(request):
            return None
        is_page = request.method in ("GET", "HEAD") and "HX-Request" not in request.headers
        take_back(request, request.get_full_path() if is_page else "")
        return redirect("second_factor") if getattr(view, "login_required", True) else None
