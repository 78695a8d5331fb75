from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from districts.loading.staging import BadFile
from districts.loading.stations import StationsInUse, load_stations
from districts.management.loading import existing_file, refusal


class Command(BaseCommand):
    help = (
        "Muat TPS dari CSV atau CSV.GZ. Satu baris per TPS: village_code,number, lalu kolom mana pun dari kind "
        "(reguler/khusus), voters_male, voters_female, is_estimate (ya/tidak), access_mode (darat/sungai/laut/udara/"
        "jalan_kaki), signal (0/2/3/4), power (pln/genset/surya/tidak_ada), police_category (kurang_rawan/rawan/"
        "sangat_rawan), has_alternative_site (ya/tidak). Atau satu baris per desa: village_code,tps_regular,"
        "tps_special. Aman diulang; satu baris salah membatalkan semuanya."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace",
            action="store_true",
            help="hapus TPS yang tidak ada di berkas, di kabupaten/kota yang disebut berkas",
        )

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        try:
            loaded = load_stations(path=existing_file(file), replace=replace, progress=self.stdout.write)
        except BadFile as error:
            raise refusal(error, self.stderr) from error
        except StationsInUse as error:
            raise CommandError(str(error)) from error
        if not (loaded.added or loaded.changed or loaded.removed):
            self.stdout.write(_("Tidak ada yang berubah: %(count)d TPS sudah sama.") % {"count": loaded.unchanged})
            return
        self.stdout.write(
            _("TPS: %(added)d baru, %(changed)d berubah, %(unchanged)d tetap, %(removed)d dihapus.")
            % {
                "added": loaded.added,
                "changed": loaded.changed,
                "unchanged": loaded.unchanged,
                "removed": loaded.removed,
            }
        )
