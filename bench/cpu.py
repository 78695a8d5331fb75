"""How many seconds of processor something used: what a busy machine cannot change, as it changes every waiting time."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def seconds(database: str) -> float:
    """Of this process, of all that its children started in sessions of their own, and of Postgres for `database`.

    Processes that ended meanwhile are not in it; 0 where there is no /proc.
    """
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # pid, (name), state, parent, group, session, … user and system ticks are the 14th and 15th
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        is_postgres = words.startswith("postgres:") and f" {database} " in words
        if int(folder.name) == os.getpid() or _is_ours(int(fields[3])) or is_postgres:
            total += (int(fields[11]) + int(fields[12])) / TICK
    return total


def _is_ours(session: int) -> bool:
    """Whether who leads the session is a child of this process."""
    try:
        return int(Path(f"/proc/{session}/stat").read_text().rpartition(")")[2].split()[1]) == os.getpid()
    except OSError:
        return False
