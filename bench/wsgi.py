"""The application as it is served, with the empty page to measure against."""

from django.conf import settings

from pilkada.wsgi import application

settings.ROOT_URLCONF = "bench.urls"

__all__ = ["application"]
