from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from neutrality.sealed_columns import rows_with_seals, seal_anew, sealed_columns
from neutrality.sealing import Sealed


class Command(BaseCommand):
    help = (
        "Segel ulang semua data tersegel dengan kunci pertama di NEUTRALITY_KEYS. Taruh kunci baru di depan, mulai ulang "
        "server dan worker supaya tidak ada lagi yang menyegel dengan kunci lama, jalankan perintah ini, lalu kunci lama "
        "boleh dihapus. Boleh dihentikan dan dijalankan lagi."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="hanya menghitung")

    def handle(self, *args: Any, **options: Any) -> None:
        for model, names in sealed_columns():
            label = model._meta.label
            if options["dry_run"]:
                self.stdout.write(f"{label}: {rows_with_seals(model, names).count()} baris akan disegel ulang")
                continue
            try:
                self.stdout.write(f"{label}: {seal_anew(model, names)} nilai disegel ulang")
            except Sealed as error:
                raise CommandError(
                    f"{label}: sebagian data tidak terbuka dengan kunci yang ada. Tidak ada yang hilang: tambahkan kunci"
                    " lamanya ke NEUTRALITY_KEYS, lalu jalankan lagi. Jangan hapus kunci apa pun."
                ) from error
        if not options["dry_run"]:
            self.stdout.write("Selesai. Semua tersegel dengan kunci pertama; kunci lama boleh dihapus.")
