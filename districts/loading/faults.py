"""What is wrong with a file, line by line, in sentences for the person who made it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True)
class BadLine:
    """What is wrong with a line, numbered as an editor or a spreadsheet shows it; line 0 is the file as a whole."""

    line: int
    reason: str

    def __str__(self) -> str:
        return (
            _("Baris %(line)d: %(reason)s") % {"line": self.line, "reason": self.reason} if self.line else self.reason
        )


class BadFile(Exception):
    """Nothing was changed. Carries every bad line, in order; `str()` is a sentence for people."""

    def __init__(self, bad_lines: Sequence[BadLine]) -> None:
        self.bad_lines = sorted(bad_lines, key=lambda bad: bad.line)
        super().__init__()

    def __str__(self) -> str:
        if self.bad_lines and not self.bad_lines[-1].line:
            return _("Berkas ditolak dan tidak ada yang diubah: %(reason)s") % {"reason": self.bad_lines[0].reason}
        count = len({bad.line for bad in self.bad_lines})
        return ngettext(
            "Berkas ditolak dan tidak ada yang diubah: %(count)d baris salah.",
            "Berkas ditolak dan tidak ada yang diubah: %(count)d baris salah.",
            count,
        ) % {"count": count}


def refused(reason: str) -> BadFile:
    """A file that is refused as a whole, for a `reason` that begins in lower case and ends with a full stop."""
    return BadFile([BadLine(0, reason)])
