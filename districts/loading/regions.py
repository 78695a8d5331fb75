"""The registry of regions: one file, checked and upserted as a set; the tile maps drawn from its points."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from districts.loading.staging import BadFile, Progress, Rule, Shape, broken, silent, stage
from districts.models import Region
from districts.outbox import mark_all_stale
from districts.tiles import Cell, Point, tile_cells

#: The registry that comes with the product; see NOTICE.
SHIPPED = Path(__file__).resolve().parent.parent / "data" / "regions.csv.gz"
SHAPE = Shape(("code", "name", "latitude", "longitude", "time_zone"))


@dataclass(frozen=True, slots=True)
class LoadedRegions:
    """How many regions the file brought; `moved` of all regions changed their place on a tile map."""

    added: int
    changed: int
    unchanged: int
    moved: int


# The parent is the code without its last part; an unknown time zone is that of the regency in the file, else in the
# table. `bad_number` keeps the casts of later rules from failing: SQL promises no order of conditions.
PREPARE = r"""
    ALTER TABLE region_stage ADD COLUMN parent text, ADD COLUMN regency text, ADD COLUMN bad_number text;
    UPDATE region_stage SET
        parent = CASE length(code) WHEN 13 THEN left(code, 8) WHEN 8 THEN left(code, 5) WHEN 5 THEN left(code, 2) END,
        regency = CASE WHEN length(code) > 5 THEN left(code, 5) END,
        bad_number = CASE WHEN latitude !~ '^-?\d{1,3}(\.\d+)?$' THEN latitude
                          WHEN longitude !~ '^-?\d{1,3}(\.\d+)?$' THEN longitude END;
    CREATE INDEX ON region_stage (code);
    ANALYZE region_stage;
    UPDATE region_stage AS child SET time_zone = regency.time_zone
        FROM (SELECT code, time_zone FROM districts_region WHERE level = 2) AS regency
        WHERE child.regency = regency.code AND child.time_zone IS NULL
          AND NOT EXISTS (SELECT FROM region_stage AS other WHERE other.code = child.regency);
    UPDATE region_stage AS child SET time_zone = regency.time_zone
        FROM region_stage AS regency WHERE child.regency = regency.code AND child.time_zone IS NULL;
"""

RULES = [
    Rule(
        r"SELECT line, coalesce(code, '') FROM region_stage"
        r" WHERE code IS NULL OR code !~ '^\d{2}(\.\d{2}(\.\d{2}(\.[123]\d{3})?)?)?$'",
        _('kode "%(value)s" harus seperti 64, 64.08, 64.08.11 atau 64.08.11.2001'),
    ),
    Rule(
        "SELECT line, code FROM (SELECT line, code, row_number() OVER (PARTITION BY code ORDER BY line) AS nth"
        " FROM region_stage WHERE code IS NOT NULL) AS numbered WHERE nth > 1",
        _("kode %(value)s sudah ada di baris sebelumnya"),
    ),
    Rule(
        "SELECT line, parent FROM region_stage AS child WHERE parent IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM region_stage AS other WHERE other.code = child.parent)"
        " AND NOT EXISTS (SELECT FROM districts_region WHERE districts_region.code = child.parent)",
        _("induknya, %(value)s, tidak ada"),
    ),
    Rule("SELECT line, '' FROM region_stage WHERE name IS NULL", _("nama kosong")),
    Rule(
        "SELECT line, left(name, 20) FROM region_stage WHERE length(name) > 80",
        _('nama "%(value)s…" lebih dari 80 huruf'),
    ),
    Rule("SELECT line, bad_number FROM region_stage WHERE bad_number IS NOT NULL", _('"%(value)s" bukan angka titik')),
    Rule(
        "SELECT line, '' FROM region_stage WHERE (latitude IS NULL) <> (longitude IS NULL)",
        _("lintang dan bujur diisi bersama"),
    ),
    Rule(
        "SELECT line, latitude || ' ' || longitude FROM region_stage"
        " WHERE CASE WHEN bad_number IS NULL AND latitude IS NOT NULL AND longitude IS NOT NULL THEN"
        " latitude::float NOT BETWEEN -12 AND 7 OR longitude::float NOT BETWEEN 94 AND 142 END",
        _("titik %(value)s di luar Indonesia (lintang -12..7, bujur 94..142)"),
    ),
    Rule(
        "SELECT line, coalesce(time_zone, '') FROM region_stage WHERE time_zone IS NULL"
        " OR time_zone NOT IN ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')",
        _('zona waktu "%(value)s" harus Asia/Jakarta, Asia/Makassar atau Asia/Jayapura'),
    ),
]

UPSERT = """
    WITH done AS (
        INSERT INTO districts_region AS region (code, parent_id, name, latitude, longitude, time_zone)
        SELECT code, parent, name, latitude::float, longitude::float, time_zone FROM region_stage ORDER BY code
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, latitude = excluded.latitude,
            longitude = excluded.longitude, time_zone = excluded.time_zone
        WHERE (region.name, region.latitude, region.longitude, region.time_zone)
            IS DISTINCT FROM (excluded.name, excluded.latitude, excluded.longitude, excluded.time_zone)
        RETURNING xmax = 0 AS is_new  -- a row just inserted was never locked or deleted by anyone
    )
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new),
        (SELECT count(*) FROM region_stage) - count(*) FROM done
"""

PLACE = """
    UPDATE districts_region AS region SET tile_row = cell.tile_row, tile_column = cell.tile_column
    FROM unnest(%s::text[], %s::int[], %s::int[]) AS cell (code, tile_row, tile_column)
    WHERE region.code = cell.code
      AND (region.tile_row, region.tile_column) IS DISTINCT FROM (cell.tile_row, cell.tile_column)
"""


@transaction.atomic
def load_regions(*, path: Path = SHIPPED, progress: Progress = silent) -> LoadedRegions:
    """Add and change regions as the file says; regions it does not name stay. BadFile changes nothing.

    Idempotent. A fixed number of statements. Asks for new colours when anything changed, since the number of villages
    and the time zone count in them.
    """
    with connection.cursor() as cursor:
        bad = stage(cursor, path, [SHAPE], "region_stage", progress).bad_lines
        progress(str(_("Memeriksa wilayah …")))
        cursor.execute(PREPARE)
        bad += broken(cursor, RULES)
        if bad:
            raise BadFile(bad)
        progress(str(_("Menyimpan wilayah …")))
        cursor.execute(UPSERT)
        added, changed, unchanged = cursor.fetchone()
        moved = place_tiles(cursor)
    if added or changed:
        mark_all_stale(cause="regions")
    return LoadedRegions(added, changed, unchanged, moved)


def place_tiles(cursor: CursorWrapper) -> int:
    """Give every province, regency and kecamatan its cell on its parent's tile map; how many moved. Two statements."""
    groups: defaultdict[str, dict[str, Point]] = defaultdict(dict)
    points = Region.objects.filter(level__lte=3).values_list("code", "parent_id", "latitude", "longitude")
    for code, parent, latitude, longitude in points:
        groups[parent or ""][code] = None if latitude is None or longitude is None else (latitude, longitude)
    cells: dict[str, Cell] = {}
    for group in groups.values():
        cells |= tile_cells(group)
    codes = sorted(cells)
    cursor.execute(PLACE, [codes, [cells[code][0] for code in codes], [cells[code][1] for code in codes]])
    return cursor.rowcount
