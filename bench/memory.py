"""How much memory an act takes."""

import os
import resource
from collections.abc import Callable

from django.db import connection


def peak_of(act: Callable[[], object]) -> float:
    """MiB at most resident in a process of its own that does it, over what it had before."""
    reader, writer = os.pipe()
    connection.close()
    child = os.fork()
    if child == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        act()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        os.write(writer, str(grown / 1024).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    return float(os.read(reader, 40))
