"""Putting a backup back: everything is looked at before anything is touched, and the database comes back in one piece.

Files first, then the database in one transaction: whatever fails leaves the database empty and files that are the same
as those of the backup, so that the same command can be given again.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

import psycopg
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from psycopg.conninfo import make_conninfo

from neutrality.sealed_columns import rows_with_seals, sealed_columns
from neutrality.sealing import Sealed, unseal
from pilkada.backups import BackupRefused, client_tools, contents
from pilkada.backups.archive import CHUNK, DUMP, MEDIA, Manifest, members, verified_file
from pilkada.backups.taking import media_files

# Its own rights and owners come from `grant_rights` and from who restores: accounts differ from server to server.
OPTIONS = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password")


def restore(path: Path, connecting: dict[str, str]) -> Manifest:
    """Database and files as they were. Migrations that came since are the caller's to run."""
    manifest = verified_file(path)
    root = Path(settings.MEDIA_ROOT)
    try:
        _check_migrations(manifest)
        tool = _check_database(manifest, connecting)
        _check_media(manifest, root)
        with path.open("rb") as stream:
            _put_media(stream, root)
        with path.open("rb") as stream:
            _put_database(stream, tool, connecting)
        _compare(manifest, connecting)
    except psycopg.Error as error:
        raise BackupRefused(f"Basis data tidak dapat dipakai: {str(error).strip()}") from error
    except OSError as error:
        raise BackupRefused(f"Berkas tidak dapat ditulis: {error.filename or ''} {error.strerror or error}") from error
    return manifest


# --- Looking first ------------------------------------------------------------------------------------------------------


def _check_migrations(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    of_ours = {config.label for config in apps.get_app_configs()}
    newer = [each for each in manifest.migrations if each not in known and each.partition(".")[0] in of_ours]
    if newer:
        raise BackupRefused(
            f"Cadangan ini lebih baru daripada kode di server ini: {newer[-1]} tidak dikenal. "
            "Pasang rilis SIAP yang membuatnya atau yang lebih baru, lalu ulangi."
        )


def _check_database(manifest: Manifest, connecting: dict[str, str]) -> Path:
    """The pg_restore to use."""
    with psycopg.connect(make_conninfo("", **connecting)) as found:
        server = client_tools.major(found.info.server_version)
        if not contents.is_empty(found):
            raise BackupRefused(
                f"Basis data {found.info.dbname} sudah berisi tabel. Pemulihan hanya ke basis data kosong: "
                "buat yang baru dengan createdb, arahkan DATABASE_URL kepadanya, lalu ulangi."
            )
    if server < manifest.server:
        raise BackupRefused(f"Cadangan dari Postgres {manifest.server} tidak dapat dipulihkan ke Postgres {server}.")
    return client_tools.find("pg_restore", max(server, manifest.tool))[0]


def _check_media(manifest: Manifest, root: Path) -> None:
    """Empty, or holding nothing but files of this very backup."""
    if not root.is_dir():
        root.mkdir(mode=0o700, parents=True)
    for path in media_files(root):
        name = path.relative_to(root).as_posix()
        part = manifest.parts.get(MEDIA + name)
        if part is None or _digest(path) != part.sha256:
            raise BackupRefused(
                f"MEDIA_ROOT ({root}) tidak kosong: {name} bukan dari cadangan ini. "
                "Pindahkan isinya atau pilih folder lain lewat MEDIA_ROOT, lalu ulangi."
            )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- Putting back -------------------------------------------------------------------------------------------------------


def _put_media(stream: IO[bytes], root: Path) -> None:
    """Readable for this account alone, as the application itself keeps them."""
    before = os.umask(0o077)
    try:
        for name, content, _size in members(stream):
            if name.startswith(MEDIA):
                target = root / name.removeprefix(MEDIA)
                target.parent.mkdir(parents=True, exist_ok=True)
                _write_whole(content, target)
    finally:
        os.umask(before)


def _write_whole(content: IO[bytes], target: Path) -> None:
    number, name = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(number, "wb") as file:
            shutil.copyfileobj(content, file, CHUNK)
        Path(name).rename(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _put_database(stream: IO[bytes], tool: Path, connecting: dict[str, str]) -> None:
    for name, content, _size in members(stream):
        if name == DUMP:
            target = f"--dbname={connecting['dbname']}"
            with client_tools.running(tool, *OPTIONS, target, connecting=connecting) as running:
                shutil.copyfileobj(content, running, CHUNK)
            return


def _compare(manifest: Manifest, connecting: dict[str, str]) -> None:
    with psycopg.connect(make_conninfo("", **connecting), autocommit=True) as found:
        with found.transaction():
            wrong = contents.different(manifest.tables, contents.tables(found))
        found.execute("ANALYZE")  # planners need statistics, which a dump does not bring
    if wrong:
        raise BackupRefused("Yang dipulihkan tidak sama dengan yang dicadangkan. " + "; ".join(wrong))


def unopened_seals() -> int:
    """How many sealed columns hold something that the keys of this server do not open; looks at one value of each.

    It opens them and throws what it read away: nobody sees it.
    """
    closed = 0
    for model, names in sealed_columns():
        for name in names:
            row = rows_with_seals(model, [name]).order_by("-pk").values_list(name, flat=True).first()
            try:
                unseal(row or b"")
            except Sealed:
                closed += 1
    return closed
