"""System checks of what districts reads from settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from districts.measures import Source


@register()
def check_readiness_sources(**kwargs: Any) -> list[CheckMessage]:
    """districts.E001: not importable or no `Source`; districts.E002: two sources of one name."""
    problems: list[CheckMessage] = []
    names: list[str] = []
    for path in settings.READINESS_SOURCES:
        try:
            source = import_string(path)
        except ImportError as error:
            problems.append(Error(f"READINESS_SOURCES: {path} cannot be imported: {error}", id="districts.E001"))
            continue
        if not isinstance(source, Source) or not source.name.isidentifier():
            problems.append(Error(f"READINESS_SOURCES: {path} is not a Source with a plain name", id="districts.E001"))
            continue
        names.append(source.name)
    for name in {name for name in names if names.count(name) > 1}:
        problems.append(Error(f"READINESS_SOURCES: two sources are named {name}", id="districts.E002"))
    return problems
