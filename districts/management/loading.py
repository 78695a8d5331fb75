"""What the loading commands share: a file that is there, and a refusal that lists every bad line."""

from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper
from django.utils.translation import gettext as _

from districts.loading.staging import BadFile


def existing_file(path: Path) -> Path:
    if not path.is_file():
        raise CommandError(_("Berkas %(path)s tidak ditemukan.") % {"path": path})
    return path


def refusal(error: BadFile, stderr: OutputWrapper) -> CommandError:
    """Lists every bad line, then gives the sentence to end with: what a person reads last is what happened."""
    for bad in error.bad_lines:
        stderr.write(str(bad))
    return CommandError(str(error))
