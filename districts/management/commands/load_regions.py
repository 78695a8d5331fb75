from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from districts.loading.regions import SHIPPED, load_regions
from districts.loading.staging import BadFile
from districts.management.loading import existing_file, refusal


class Command(BaseCommand):
    help = "Muat daftar wilayah (provinsi sampai desa) dan susun peta petaknya. Aman diulang."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            default=SHIPPED,
            help="CSV atau CSV.GZ dengan judul code,name,latitude,longitude,time_zone; bawaan: registri 91.599 wilayah",
        )

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            loaded = load_regions(path=existing_file(file), progress=self.stdout.write)
        except BadFile as error:
            raise refusal(error, self.stderr) from error
        if not (loaded.added or loaded.changed or loaded.moved):
            self.stdout.write(_("Tidak ada yang berubah: %(count)d wilayah sudah sama.") % {"count": loaded.unchanged})
            return
        self.stdout.write(
            _("Wilayah: %(added)d baru, %(changed)d berubah, %(unchanged)d tetap; %(moved)d petak dipindahkan.")
            % {
                "added": loaded.added,
                "changed": loaded.changed,
                "unchanged": loaded.unchanged,
                "moved": loaded.moved,
            }
        )
