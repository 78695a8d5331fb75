"""`manage.py grant_rights ROLE`: give the account of web and workers its rights, after every `migrate`, as the owner."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from pilkada.rights import RightsRefused, grant_rights, statements


class Command(BaseCommand):
    help = "Beri akun basis data untuk web dan worker hak yang diperlukan, tanpa hak atas jejak perubahan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="akun basis data, misalnya siap_web")
        parser.add_argument("--print", action="store_true", help="tulis SQL-nya saja, untuk dijalankan orang lain")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"]
        if options["print"]:
            self.stdout.write("".join(f"{each};\n" for each in statements(role)))
            return
        try:
            with transaction.atomic():
                grant_rights(role)
        except RightsRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Hak akun {role} disetel: baca dan tulis baris; jejak perubahan hanya dibaca.")
