"""System checks of what districts reads from settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from districts.importing.kinds import Kind
from districts.measures import Source
from districts.tabs import Tab

#: A code of each level to try an address with.
NATION, PROVINCE, REGENCY, KECAMATAN = "", "64", "64.08", "64.08.11"


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


@register()
def check_region_tabs(**kwargs: Any) -> list[CheckMessage]:
    """districts.E003: not importable or no `Tab`; districts.E004: a tab of an address that does not exist."""
    problems: list[CheckMessage] = []
    for path in settings.REGION_TABS:
        try:
            tab = import_string(path)
        except ImportError as error:
            problems.append(Error(f"REGION_TABS: {path} cannot be imported: {error}", id="districts.E003"))
            continue
        if not isinstance(tab, Tab):
            problems.append(Error(f"REGION_TABS: {path} is not a Tab", id="districts.E003"))
            continue
        for code in (NATION, PROVINCE, REGENCY, KECAMATAN):
            if (name := tab.name(code)) and not _leads_somewhere(name, code):
                problems.append(Error(f"REGION_TABS: {path} has no address {name} for {code!r}", id="districts.E004"))
    return problems


@register()
def check_import_kinds(**kwargs: Any) -> list[CheckMessage]:
    """districts.E010: not importable or no `Kind`; districts.E011: a code that two have or that an address cannot hold."""
    problems: list[CheckMessage] = []
    codes: list[str] = []
    for path in settings.IMPORT_KINDS:
        try:
            kind = import_string(path)
        except ImportError as error:
            problems.append(Error(f"IMPORT_KINDS: {path} cannot be imported: {error}", id="districts.E010"))
            continue
        if not isinstance(kind, Kind):
            problems.append(Error(f"IMPORT_KINDS: {path} is not a Kind", id="districts.E010"))
            continue
        codes.append(kind.code)
        if not _leads_somewhere("import_example", kind.code, "csv"):
            problems.append(Error(f"IMPORT_KINDS: {path} has a code that no address holds", id="districts.E011"))
    for code in {code for code in codes if codes.count(code) > 1}:
        problems.append(Error(f"IMPORT_KINDS: two kinds have the code {code}", id="districts.E011"))
    return problems


@register()
def check_kecamatan_panels(**kwargs: Any) -> list[CheckMessage]:
    """districts.E005: a panel of an address that does not exist."""
    return [
        Error(f"KECAMATAN_PANELS: there is no address {name} for a kecamatan", id="districts.E005")
        for name in settings.KECAMATAN_PANELS
        if not _leads_somewhere(name, KECAMATAN)
    ]


def _leads_somewhere(name: str, *arguments: str) -> bool:
    try:
        reverse(name, args=[argument for argument in arguments if argument])
    except NoReverseMatch:
        return False
    return True
