"""The limits of the public forms, and how many tips a regency gets in an hour. Counting is `districts.throttle`."""

from dataclasses import replace

from django.conf import settings

from districts.throttle import Limit, seconds_for_everybody


def limit(name: str) -> Limit:
    """A limit of the settings, which say why."""
    return Limit(name, **settings.NEUTRALITY_LIMITS[name])


def seconds_for_regency(code: str) -> int:
    """Counts one more tip to a regency, whoever sends it: many addresses pass the limit of each. 0 to go on."""
    shared = limit("wilayah")
    return seconds_for_everybody(replace(shared, name=f"{shared.name}:{code}"))
