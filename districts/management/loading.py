"""What the loading commands share: a file that is there, and a refusal that lists every bad line."""

from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from districts.loading.staging import BadFile


def existing_file(path: Path) -> Path:
    if not path.is_file():
        raise CommandError(_("Berkas %(path)s tidak ditemukan.") % {"path": path})
    return path


def refusal(error: BadFile) -> CommandError:
    """Every bad line, then the sentence: what a person reads last is what happened."""
    return CommandError("\n".join([*map(str, error.bad_lines), str(error)]))
