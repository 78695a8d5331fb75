"""What every page of cases has in common: no cache keeps it, and no error report shows what was typed.

The referrer is kept to our own addresses by SECURE_REFERRER_POLICY; no case page links elsewhere. (Sending none at all
would make browsers send forms with a null origin, which the CSRF check refuses.)
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters

from districts.access import Role
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


def case_or_404(request: Request, number: str) -> Case:
    """A case of a regency the person handles; for everybody else there is none."""
    seen = Case.objects.visible_to(request.user, Role.NEUTRALITY).select_related(
        "regency__parent", "election", "taken_by"
    )
    return get_object_or_404(seen, number=number)
