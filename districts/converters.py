"""Path converters: region codes, reporting slots, download formats; what cannot exist is a 404 before any view runs."""

from districts.exporting import FORMATS
from districts.weeks import parse_slot


class RegionCode:
    """A province or regency code, `64` or `64.08`."""

    regex = r"\d{2}(?:\.\d{2})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class KecamatanCode(RegionCode):
    """`64.08.11`."""

    regex = r"\d{2}\.\d{2}\.\d{2}"


class SlotCode:
    """`2026-W47`, `2026-11-27` or `2026-12-02-pagi`; ValueError (404) for a date or week that does not exist."""

    regex = r"\d{4}-(?:W\d{2}|\d{2}-\d{2}(?:-(?:pagi|sore))?)"

    def to_python(self, value: str) -> str:
        return parse_slot(value)

    def to_url(self, value: str) -> str:
        return value


class DownloadFormat(RegionCode):
    """What a table is downloaded as: `stok/unduh.<unduh:extension>`."""

    regex = "|".join(FORMATS)
