"""What every page shows: who is signed in and whether this is a simulation."""

from typing import Any

from django.http import HttpRequest


def identity(request: HttpRequest) -> dict[str, Any]:
    """Nothing here asks the database; pages put their own `election` into the context."""
    return {"is_htmx": bool(getattr(request, "htmx", False))}
