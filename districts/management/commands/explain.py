from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from districts.boards.explaining import CannotExplain, explain


class Command(BaseCommand):
    help = "Jelaskan mengapa suatu wilayah berwarna demikian: angka, aturan, dan apa yang perlu berubah."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help='kode wilayah, misalnya 64.08.11, 64.08 atau 64; "indonesia" untuk semuanya')
        parser.add_argument("--pemilihan", default="", metavar="KODE", help="kode pemilihan; bawaan: yang terdekat")

    def handle(self, *args: Any, code: str, pemilihan: str, **options: Any) -> None:
        try:
            self.stdout.write(explain(code, slug=pemilihan, now=timezone.now()))
        except CannotExplain as error:
            raise CommandError(str(error)) from error
