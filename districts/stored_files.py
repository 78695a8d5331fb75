"""Files that go with a row: stored before the row is written, removed again when it is not."""

import errno
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import FileField, Model
from django.utils.functional import Promise

#: No room: on the disk, for one file, or within the quota.
NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Storing:
    """Stores files and knows the names of what to remove again."""

    names: list[str] = field(default_factory=list)

    def save(self, row: Model, column: str, extension: str, content: File) -> str:
        """Where the file of `column` now lies, under a random name."""
        place = row._meta.get_field(column)
        assert isinstance(place, FileField)
        name = place.generate_filename(row, f"{uuid4().hex}.{extension}")
        self.names.append(name)  # first: a full disk leaves a file half written
        return default_storage.save(name, content)


@contextmanager
def stored_with_row(
    refused: Callable[[str], Exception], *, when_full: str | Promise, when_faulty: str | Promise
) -> Iterator[Storing]:
    """Whatever goes wrong inside, no file that was stored there stays behind. The row is written inside, in a transaction
    that ends inside.

    An error of the disk becomes `refused` with the sentence `when_full` or `when_faulty`; any other error goes on as it is.
    """
    storing = Storing()
    try:
        yield storing
    except BaseException as error:
        drop_stored(storing.names)
        if isinstance(error, OSError):
            raise refused(str(when_full if is_no_room(error) else when_faulty)) from error
        raise


def is_no_room(error: OSError) -> bool:
    """Whether the disk is full; anything else is a fault. The log gets kind and number of the error, no path."""
    logger.error("A file was not kept: %s, errno %s", type(error).__name__, _number(error))
    return error.errno in NO_ROOM


def drop_stored(names: Iterable[str]) -> None:
    """After something went wrong: a disk that cannot remove them either is told to the log, not to the person."""
    for name in names:
        try:
            default_storage.delete(name)
        except OSError as error:
            logger.error("A file was not removed: %s, errno %s", type(error).__name__, _number(error))


def _number(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, str(error.errno))
