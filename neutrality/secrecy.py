"""What every page of cases has in common: no cache keeps it, and no error report shows what was typed.

The referrer is kept to our own addresses by SECURE_REFERRER_POLICY; no case page links elsewhere. (Sending none at all
would make browsers send forms with a null origin, which the CSRF check refuses.)
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters

from districts.access import Role, scope_of
from districts.requests import Request
from neutrality.models import Case

View = Callable[..., HttpResponseBase]


def secret(view: View) -> View:
    """A view whose answer stays in no cache, the browser's own included."""

    @wraps(view)
    @cache_control(private=True, no_store=True)
    @sensitive_post_parameters()
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return guarded


def for_handlers(view: View) -> View:
    """A secret view that is there for handlers alone.

    Outermost, so that also the refusal of a method is a 404 for everybody else. Which regency's handler it is, the view asks.
    """
    kept = secret(view)

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not scope_of(request.user).prefixes(Role.NEUTRALITY):
            raise Http404
        return kept(request, *args, **kwargs)

    return guarded


def case_or_404(request: Request, number: str) -> Case:
    """A case of a regency the person handles; for everybody else there is none."""
    seen = Case.objects.visible_to(request.user, Role.NEUTRALITY).select_related(
        "regency__parent", "election", "taken_by"
    )
    return get_object_or_404(seen, number=number)
