"""The request as views here receive it: signed in (`LoginRequiredMiddleware`) and with htmx's details. For types only."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from districts.models import User


class Request(HttpRequest):
    user: User
    htmx: HtmxDetails
