import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.demo.load import DemoRefused, is_loaded, load
from districts.demo.people import ACCOUNTS, new_password, set_password


class Command(BaseCommand):
    help = "Muat data demo: Kutai Timur dan Mahakam Ulu, pemilihan 12 hari lagi, delapan pekan laporan simulasi. Aman diulang."

    def handle(self, *args: Any, **options: Any) -> None:
        password = new_password()
        note = _note_file()
        if not is_loaded():
            try:
                load(now=timezone.now(), password=password, say=self.stdout.write)
            except DemoRefused as refused:
                raise CommandError(str(refused)) from refused
        elif note is not None and not note.exists():
            set_password(password)
        else:
            self.stdout.write(_("Data demo sudah ada; tidak ada yang diubah."))
            return
        self._tell(password, note)

    def _tell(self, password: str, note: Path | None) -> None:
        accounts = [{"username": username, "label": label} for username, label, _role, _code in ACCOUNTS]
        if note is not None:
            note.touch(mode=0o600)
            note.chmod(0o600)
            note.write_text(json.dumps({"password": password, "accounts": accounts}, indent=2), encoding="utf-8")
        self.stdout.write(_("Akun demo, semua dengan kata sandi  %(password)s") % {"password": password})
        for account in accounts:
            self.stdout.write(f"  {account['username']:<24}{account['label']}")


def _note_file() -> Path | None:
    """Where `make run` looks for the password; None when no data folder is named."""
    folder = os.environ.get("SIAP_DATA_DIR")
    return Path(folder) / "demo.json" if folder else None
