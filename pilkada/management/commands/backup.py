"""`manage.py backup FILE`: database and media in one file; `-` writes it to standard output, to be encrypted on the way."""

import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from pilkada.backups import BackupRefused
from pilkada.backups.archive import KEYS
from pilkada.backups.client_tools import parameters
from pilkada.backups.taking import take

SHOWN = 10  # names of missing files that are told


class Command(BaseCommand):
    help = "Simpan seluruh basis data dan media (foto, bukti, berkas impor) ke satu berkas, tanpa menghentikan layanan."
    requires_system_checks: list[str] = []  # a nightly backup is taken whatever a setting says

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="nama berkas baru, atau - untuk keluaran baku")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _end)
        target = None if options["file"] == "-" else Path(options["file"])
        if target is None and sys.stdout.isatty():
            raise CommandError("Cadangan tidak ditulis ke layar. Teruskan ke perintah lain: manage.py backup - | age …")
        given = settings.BACKUP_DATABASE_URL or connection.get_connection_params()
        try:
            manifest = take(target, parameters(given))
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stderr.write(
            f"Tersimpan: {manifest.rows} baris dalam {len(manifest.tables)} tabel dan {len(manifest.files)} berkas, "
            f"keadaan {manifest.made_at}. {KEYS}"
        )
        if manifest.missing:
            names = "\n  ".join(manifest.missing[:SHOWN])
            raise CommandError(
                f"Cadangannya tersimpan, tetapi {len(manifest.missing)} berkas yang disebut basis data tidak ada di "
                f"MEDIA_ROOT ({settings.MEDIA_ROOT}). Periksa disk dan cadangan yang lebih lama:\n  {names}"
            )


def _end(_number: int, _frame: FrameType | None) -> None:
    """As Ctrl-C does, so that no half file is left behind."""
    raise SystemExit(128 + signal.SIGTERM)
