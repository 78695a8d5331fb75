"""`manage.py restore FILE`: a backup into an empty database and an empty folder; `--verify` only looks at the file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from pilkada.backups import BackupRefused
from pilkada.backups.archive import Manifest, verified_file
from pilkada.backups.client_tools import parameters
from pilkada.backups.restoring import restore, unopened_seals

NEXT = """Selanjutnya:
  1. Pastikan NEUTRALITY_KEYS dan SECRET_KEY di lingkungan ini yang lama; keduanya tidak ada di cadangan.
  2. manage.py grant_rights <akun web>   (bila web memakai akun lain daripada pemilik tabel)
  3. Nyalakan web, pekerja dan penjadwal, lalu tunggu /readyz berkata "ready". Antrean Redis boleh kosong.
Laporan yang masuk sesudah cadangan ini dibuat tidak ada di dalamnya: beri tahu Desk sejak jam berapa."""


class Command(BaseCommand):
    help = "Pulihkan cadangan ke basis data kosong dan folder media kosong. Tidak ada yang diubah sebelum semuanya diperiksa."
    requires_system_checks: list[str] = []  # there are no tables yet for them to look at

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="berkas dari manage.py backup")
        parser.add_argument("--verify", action="store_true", help="periksa berkasnya saja, tanpa memulihkan apa pun")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["verify"]:
                self.tell("Utuh", verified_file(options["file"]))
                return
            manifest = restore(options["file"], parameters(connection.get_connection_params()))
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        call_command("migrate", verbosity=0, interactive=False)
        self.tell("Dipulihkan dan dibandingkan", manifest)
        if closed := unopened_seals():
            self.stderr.write(
                f"PERHATIAN: isi {closed} kolom tersegel tidak terbuka dengan NEUTRALITY_KEYS di lingkungan ini. "
                "Datanya utuh; pasang kunci yang lama."
            )
        self.stdout.write(NEXT)

    def tell(self, what: str, manifest: Manifest) -> None:
        self.stdout.write(
            f"{what}: {manifest.rows} baris dalam {len(manifest.tables)} tabel dan {len(manifest.files)} berkas, "
            f"keadaan {manifest.made_at}, SIAP {manifest.application}, Postgres {manifest.server}. {manifest.keys}"
        )
        if manifest.missing:
            self.stdout.write(
                f"{len(manifest.missing)} berkas yang disebut basis data sudah tidak ada ketika dicadangkan, "
                f"yang pertama {manifest.missing[0]}."
            )
