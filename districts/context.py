"""What every page shows: who is signed in and whether this is a simulation."""

from typing import Any

from django.http import HttpRequest

from districts.models import Election


def identity(request: HttpRequest) -> dict[str, Any]:
    """Pages about a region say themselves whether it is a simulation; for the others it is asked when they show it."""
    return {"is_htmx": bool(getattr(request, "htmx", False)), "is_simulation": only_simulations}


def only_simulations() -> bool:
    """Whether elections run and none of them is real. One statement."""
    return set(Election.objects.filter(is_active=True).values_list("is_simulation", flat=True)) == {True}
