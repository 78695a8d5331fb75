from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.boundaries.drawing import keep_shapes
from districts.boundaries.matching import match
from districts.boundaries.reading import BadBoundaries, read_features
from districts.management.loading import existing_file

LEVELS = {"kabupaten": 2, "kecamatan": 3}
#: Names listed of each kind; the rest is counted.
LISTED = 20


class Command(BaseCommand):
    help = (
        "Impor batas wilayah dari GeoJSON (Polygon atau MultiPolygon, bujur-lintang). Bentuk dicocokkan dengan registri "
        "menurut kode Kemendagri atau nama, apa pun nama kolomnya. Dasbor lalu menggambar peta; aman diulang."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--level", choices=LEVELS, default="kecamatan", help="tingkat wilayah di berkas")
        parser.add_argument(
            "--under",
            default="",
            help="hanya di bawah kode ini, misalnya 64 (nama yang sama di provinsi lain diabaikan)",
        )

    def handle(self, *args: Any, file: Path, level: str, under: str, **options: Any) -> None:
        path = existing_file(file)
        try:
            matched = match(read_features(path), level=LEVELS[level], under=under)
        except BadBoundaries as error:
            raise CommandError(str(error)) from error
        drawn = keep_shapes(matched.areas, source=path.name[:120], now=timezone.now())
        self.stdout.write(
            (
                _("%(count)d wilayah cocok menurut nama.")
                if matched.by_name
                else _("%(count)d wilayah cocok menurut kode.")
            )
            % {"count": len(matched.areas)}
        )
        self._list(_("Bentuk yang tidak cocok dengan wilayah mana pun"), matched.unknown)
        self._list(_("Wilayah yang belum punya bentuk"), matched.missing)
        self._list(_("Bentuk jauh dari titik registri; periksa apakah tertukar"), matched.doubtful)
        places = ", ".join(code or "Indonesia" for code in drawn)
        self.stdout.write(
            _("Peta digambar untuk: %(places)s") % {"places": places}
            if places
            else _("Belum ada peta: tiap peta memerlukan bentuk semua wilayah di dalamnya.")
        )

    def _list(self, title: str, names: list[str]) -> None:
        if names:
            more = _(" dan %(count)d lagi") % {"count": len(names) - LISTED} if len(names) > LISTED else ""
            self.stdout.write(f"{title}: {'; '.join(names[:LISTED])}{more}")
