from typing import Any

from cryptography.fernet import Fernet
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Cetak satu kunci baru untuk NEUTRALITY_KEYS. Simpan di luar basis data dan di luar cadangannya."
    requires_system_checks = []  # it is how the check of a missing key is answered

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(Fernet.generate_key().decode())
