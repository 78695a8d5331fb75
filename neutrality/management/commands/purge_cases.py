from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from neutrality.purging import purge_cases


class Command(BaseCommand):
    help = (
        "Hapus yang menyebut orang dari kasus netralitas sesudah masa simpannya (NEUTRALITY_PURGE_MONTHS sesudah hari "
        "pemungutan suara). Statistik tetap. Boleh dihentikan dan dijalankan lagi."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="hanya menghitung")

    def handle(self, *args: Any, **options: Any) -> None:
        done = purge_cases(now=timezone.now(), dry_run=options["dry_run"], say=self.stdout.write)
        if options["dry_run"]:
            self.stdout.write(f"Akan dianonimkan: {done.cases} kasus; akan dihapus: {done.files} berkas.")
        else:
            self.stdout.write(f"Dianonimkan: {done.cases} kasus; dihapus: {done.files} berkas.")
