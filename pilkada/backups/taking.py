"""Taking a backup: one snapshot of the database, then the files that its rows name and all others.

The database goes first. Files are written before their rows and never changed, so every file of the snapshot is on disk
by then; one that came later is a file too many, which harms nobody.
"""

import errno
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from django.apps import apps
from django.conf import settings
from django.db.models import FileField
from psycopg import sql
from psycopg.conninfo import make_conninfo

from pilkada.backups import BackupRefused, client_tools, contents
from pilkada.backups.archive import DUMP, MEDIA, Manifest, Writer

# A table that is being altered is waited for no longer than this [P].
LOCK_WAIT = "60s"


def take(target: Path | None, connecting: dict[str, str]) -> Manifest:
    """The backup in the file `target`, which appears when it is whole; None writes it to standard output."""
    folder = target.parent if target else Path(tempfile.gettempdir())
    try:
        with (
            _whole_or_nothing(target) as stream,
            tempfile.TemporaryDirectory(dir=folder, prefix=".cadangan-") as scratch,
        ):
            writer = Writer(stream)
            manifest = _database(writer, Path(scratch) / DUMP, connecting)
            named = manifest.missing
            _media(writer, Path(settings.MEDIA_ROOT))
            manifest.missing = sorted(name for name in named if MEDIA + name not in writer.parts)
            writer.finish(manifest)
    except psycopg.Error as error:
        raise BackupRefused(f"Basis data tidak dapat dibaca: {str(error).strip()}") from error
    except OSError as error:
        raise BackupRefused(_sentence(error)) from error
    return manifest


def _sentence(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Disk penuh; cadangan tidak disimpan. Diperlukan tempat untuk media dan dua kali ukuran basis data."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{error.filename} tidak boleh dibuka akun ini; cadangan tidak disimpan. Jalankan sebagai akun pemilik media."
    return f"Cadangan tidak disimpan: {error.filename or ''} {error.strerror or error}".strip()


@contextmanager
def _whole_or_nothing(target: Path | None) -> Iterator[IO[bytes]]:
    """A file of another name, given its own once all is written and on the disk; gone when anything fails."""
    if target is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if target.exists():
        raise BackupRefused(f"{target} sudah ada dan tidak ditimpa. Pilih nama lain.")
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # for its owner alone: 0600
    try:
        with os.fdopen(number, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).rename(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _database(writer: Writer, dump: Path, connecting: dict[str, str]) -> Manifest:
    """The manifest's `missing` are for now all files that rows name."""
    with psycopg.connect(make_conninfo("", **connecting), autocommit=True) as found:
        version = client_tools.major(found.info.server_version)
        tool, tool_version = client_tools.find("pg_dump", version)
        found.isolation_level, found.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        with found.transaction():
            row = found.execute("SELECT pg_export_snapshot(), now()").fetchone()
            assert row is not None
            options = ["--format=custom", f"--snapshot={row[0]}", f"--lock-wait-timeout={LOCK_WAIT}", f"--file={dump}"]
            with client_tools.running(tool, *options, "--no-password", connecting=connecting):
                pass
            manifest = Manifest(
                made_at=row[1].isoformat(timespec="seconds"),
                application=_version(),
                server=version,
                tool=tool_version,
                migrations=contents.migrations(found),
                tables=contents.tables(found),
                missing=_named_files(found),
            )
    with dump.open("rb") as file:
        writer.add(DUMP, file, dump.stat().st_size)
    dump.unlink()
    return manifest


def _version() -> str:
    """Of the application, as pyproject.toml says it."""
    for line in (settings.BASE_DIR / "pyproject.toml").read_text().splitlines():
        if line.startswith("version"):
            return line.partition("=")[2].strip().strip('"')
    return ""


def file_fields() -> list[tuple[str, str]]:
    """Table and column of everything that is kept as a file."""
    return [
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, FileField) and field.column
    ]


def _named_files(found: contents.Connection) -> list[str]:
    names: set[str] = set()
    for table, column in file_fields():
        statement = sql.SQL("SELECT {column} FROM public.{table} WHERE {column} <> ''")
        rows = found.execute(statement.format(table=sql.Identifier(table), column=sql.Identifier(column)))
        names.update(name for (name,) in rows)
    return sorted(names)


def media_files(root: Path) -> Iterator[Path]:
    """Every file under the folder, in the order of names. A folder that cannot be read is an OSError."""

    def refuse(error: OSError) -> None:
        raise error

    for folder, folders, names in os.walk(root, onerror=refuse, followlinks=True):
        folders.sort()
        yield from (Path(folder) / name for name in sorted(names))


def _media(writer: Writer, root: Path) -> None:
    if not root.is_dir():
        raise BackupRefused(
            f"MEDIA_ROOT ({root}) tidak ada; foto dan bukti tidak dapat dicadangkan. Periksa MEDIA_ROOT."
        )
    for path in media_files(root):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue  # removed since the folder was listed; a row that names it will be told of
        with file:
            writer.add(MEDIA + path.relative_to(root).as_posix(), file, os.fstat(file.fileno()).st_size)
