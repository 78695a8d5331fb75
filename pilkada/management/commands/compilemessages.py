"""`manage.py compilemessages` without GNU gettext, in place of Django's own."""

from typing import Any

from django.core.management.base import BaseCommand

from pilkada import catalogue


class Command(BaseCommand):
    help = "Susun katalog bahasa Inggris menjadi berkas yang dibaca Django."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue.compile_catalogue()
