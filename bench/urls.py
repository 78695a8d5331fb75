"""The product's addresses and an empty signed-in page to measure against."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from districts.access import scope_of
from pilkada.urls import urlpatterns as product


def empty(request: HttpRequest) -> HttpResponse:
    """What every page costs before it shows anything: session, person, assignments, frame."""
    scope_of(request.user)
    return render(request, "base.html")


urlpatterns = [path("kosong/", empty), *product]
