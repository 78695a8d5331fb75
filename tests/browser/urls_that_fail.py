"""The site's addresses, and some that go wrong on purpose: no page of the product does."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.urls import path

from pilkada.urls import urlpatterns as of_the_site


def refused(request):
    raise PermissionDenied


def unreadable(request):
    raise SuspiciousOperation


def broken(request):
    raise ZeroDivisionError


urlpatterns = [*of_the_site, path("400/", unreadable), path("403/", refused), path("500/", broken)]
