"""Polling stations (TPS) from a file: a row per TPS, or a row per village with how many it has."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import ProtectedError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.loading.staging import BadFile, BadLine, Pace, Progress, Rule, Shape, Staged, broken, silent, stage
from districts.models import AccessMode, PollingStation, PowerSource, RiskCategory, Signal
from districts.outbox import mark_regencies_stale

#: What a column of the file means for its row, as SQL over the staged text; a column the file lacks is null there.
FACTS = {
    "kind": "coalesce(kind, 'reguler')",
    "voters_male": "voters_male::integer",
    "voters_female": "voters_female::integer",
    "is_estimate": "coalesce(is_estimate IN ('1', 'ya'), false)",
    "access_mode": "coalesce(access_mode, '')",
    "signal": "signal::smallint",
    "power": "coalesce(power, '')",
    "police_category": "coalesce(police_category, '')",
    "has_alternative_site": "has_alternative_site IN ('1', 'ya')",
}
EACH = Shape(("village_code", "number"), tuple(FACTS))
COUNTS = Shape(("village_code", "tps_regular", "tps_special"))

#: The TPS of the file: of a row each, or numbers 1 … n of a village, the regular ones first.
SOURCES = {
    EACH: f"SELECT village_code, number::smallint AS number, {', '.join(f'{sql} AS {name}' for name, sql in FACTS.items())}"
    " FROM import_stage",
    COUNTS: "SELECT village_code, nth::smallint AS number,"
    " CASE WHEN nth <= tps_regular::integer THEN 'reguler' ELSE 'khusus' END AS kind,"
    + ", ".join(f"{sql} AS {name}" for name, sql in FACTS.items() if name != "kind")
    + " FROM import_stage, generate_series(1, tps_regular::integer + tps_special::integer) AS nth",
}

UNKNOWN_VILLAGE = Rule(
    "SELECT line, coalesce(village_code, '') FROM import_stage WHERE NOT EXISTS"
    " (SELECT FROM districts_region WHERE level = 4 AND code = village_code)",
    gettext_lazy('desa/kelurahan "%(value)s" tidak ada di daftar wilayah'),
)


def _numbers(column: str, low: int, high: int, *, required: bool) -> Rule:
    """A whole number in a range. Negative ones and text break the same rule: the line shows which it is."""
    return Rule(
        f"SELECT line, coalesce({column}, '') FROM import_stage WHERE CASE WHEN {column} IS NULL THEN {required}"
        rf" WHEN {column} ~ '^\d{{1,6}}$' THEN {column}::integer NOT BETWEEN {low} AND {high} ELSE true END",
        format_lazy(
            gettext_lazy('{column} "%(value)s" harus angka {low} sampai {high}'), column=column, low=low, high=high
        ),
    )


def _one_of(column: str, known: Iterable[object]) -> Rule:
    words = [str(word) for word in known if word != ""]
    quoted = ", ".join(f"'{word}'" for word in words)
    return Rule(
        f"SELECT line, {column} FROM import_stage WHERE {column} NOT IN ({quoted})",
        format_lazy(
            gettext_lazy('{column} "%(value)s" harus salah satu dari: {words}'), column=column, words=", ".join(words)
        ),
    )


def _once(*columns: str) -> Rule:
    """Rows whose columns repeat those of an earlier line; `1` and `001` are the same number."""
    key = ", ".join("ltrim(number, '0')" if column == "number" else column for column in columns)
    return Rule(
        f"SELECT line, first::text FROM (SELECT line, min(line) OVER (PARTITION BY {key}) AS first FROM import_stage"
        f" WHERE num_nonnulls({', '.join(columns)}) = {len(columns)}) AS repeated WHERE line > first",
        gettext_lazy("TPS atau desa ini sudah ada di baris %(value)s"),
    )


YES_OR_NO = ("1", "0", "ya", "tidak")
RULES = {
    EACH: [
        UNKNOWN_VILLAGE,
        _numbers("number", 1, 999, required=True),
        _once("village_code", "number"),
        _one_of("kind", PollingStation.Kind.values),
        _numbers("voters_male", 0, 5000, required=False),
        _numbers("voters_female", 0, 5000, required=False),
        Rule(
            "SELECT line, '' FROM import_stage WHERE (voters_male IS NULL) <> (voters_female IS NULL)",
            gettext_lazy("pemilih laki-laki dan perempuan diisi bersama"),
        ),
        _one_of("is_estimate", YES_OR_NO),
        _one_of("access_mode", AccessMode.values),
        _one_of("signal", Signal.values),
        _one_of("power", PowerSource.values),
        _one_of("police_category", RiskCategory.values),
        _one_of("has_alternative_site", YES_OR_NO),
    ],
    COUNTS: [
        UNKNOWN_VILLAGE,
        _numbers("tps_regular", 0, 999, required=True),
        _numbers("tps_special", 0, 999, required=True),
        _once("village_code"),
        Rule(
            r"SELECT line, '' FROM import_stage WHERE tps_regular ~ '^\d{1,3}$' AND tps_special ~ '^\d{1,3}$'"
            r" AND left(tps_regular, 3)::integer + left(tps_special, 3)::integer > 999",
            gettext_lazy("satu desa paling banyak 999 TPS"),
        ),
    ],
}

UPSERT = """
    WITH done AS (
        INSERT INTO districts_pollingstation AS station (village_id, number, {columns})
        SELECT village_code, number, {columns} FROM ({source}) AS source
        WHERE village_code LIKE %s ORDER BY village_code, number
        ON CONFLICT (village_id, number) {update}
        RETURNING kecamatan_code, xmax = 0 AS is_new  -- a row just inserted was never locked or deleted by anyone
    )
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new),
        coalesce(array_agg(DISTINCT kecamatan_code), '{{}}') FROM done
"""

GONE = """
    SELECT station.id, station.kecamatan_code FROM districts_pollingstation AS station
    WHERE left(station.village_id, 5) IN (SELECT left(village_code, 5) FROM import_stage)
      AND NOT EXISTS (SELECT FROM ({source}) AS source
                      WHERE source.village_code = station.village_id AND source.number = station.number)
"""


class StationsInUse(Exception):
    """TPS that should go are referred to by other records; nothing was changed. `str()` is a sentence for people."""


@dataclass(frozen=True, slots=True)
class LoadedStations:
    """How many TPS the file brought and what became of them."""

    added: int
    changed: int
    unchanged: int
    removed: int


@transaction.atomic
def load_stations(*, path: Path, replace: bool = False, progress: Progress = silent) -> LoadedStations:
    """Add and change TPS by village and number as the file says; only columns the file has are changed.

    A file of counts gives a village numbers 1 … n, voters unknown; voters already known stay. TPS the file does not
    name stay, unless `replace`: then those of the file's regencies go. BadFile or StationsInUse change nothing.
    Idempotent; the number of statements grows with provinces, not with rows. Marks the regencies that changed.
    """
    with connection.cursor() as cursor:
        staged = stage(cursor, path, [EACH, COUNTS], "import_stage", progress)
        progress(_("Memeriksa TPS …"))
        bad = _bad_header(staged) + staged.bad_lines + broken(cursor, RULES[staged.shape])
        if bad:
            raise BadFile(bad)
        cursor.execute(f"SELECT count(*) FROM ({SOURCES[staged.shape]}) AS source")
        (total,) = cursor.fetchone()
        given = {"kind"} if staged.shape == COUNTS else set(staged.header)
        added, changed, touched = upsert_stations(cursor, staged.shape, given, progress)
        removed = _remove_gone(cursor, staged.shape, touched) if replace else 0
    mark_regencies_stale(cause="tps", codes=touched)
    return LoadedStations(added, changed, total - added - changed, removed)


def _bad_header(staged: Staged) -> list[BadLine]:
    if ("voters_male" in staged.header) == ("voters_female" in staged.header):
        return []
    return [BadLine(1, _("kolom voters_male dan voters_female ada berdua atau tidak sama sekali"))]


def upsert_stations(
    cursor: CursorWrapper, shape: Shape, given: set[str], progress: Progress = silent
) -> tuple[int, int, set[str]]:
    """Write the staged TPS, of those that are there only the columns `given`: (added, changed, kecamatan touched).

    Province by province, to show how far it is.
    """
    statement = UPSERT.format(columns=", ".join(FACTS), source=SOURCES[shape], update=_on_conflict(given))
    cursor.execute("CREATE INDEX ON import_stage (village_code text_pattern_ops)")
    cursor.execute("SELECT DISTINCT left(village_code, 2) FROM import_stage ORDER BY 1")
    provinces = [province for (province,) in cursor.fetchall()]
    added, changed, touched, pace = 0, 0, set[str](), Pace()
    for position, province in enumerate(provinces, 1):
        cursor.execute(statement, [f"{province}.%"])
        new, other, kecamatan = cursor.fetchone()
        added, changed = added + new, changed + other
        touched.update(kecamatan)
        if pace.is_due():
            values = {"position": position, "count": len(provinces)}
            progress(_("Menyimpan TPS: provinsi %(position)d dari %(count)d …") % values)
    return added, changed, touched


def _on_conflict(given: set[str]) -> str:
    """Change the columns the file gives, where they differ."""
    names = [name for name in FACTS if name in given]
    if not names:
        return "DO NOTHING"
    old, new = (", ".join(f"{table}.{name}" for name in names) for table in ("station", "excluded"))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names)
    return f"DO UPDATE SET {changes}, updated_at = statement_timestamp() WHERE ({old}) IS DISTINCT FROM ({new})"


def _remove_gone(cursor: CursorWrapper, shape: Shape, touched: set[str]) -> int:
    """Delete the TPS of the file's regencies that it does not name, their risk records with them."""
    cursor.execute(GONE.format(source=SOURCES[shape]))
    gone = cursor.fetchall()
    try:
        PollingStation.objects.filter(pk__in=[pk for pk, _code in gone]).delete()
    except ProtectedError as error:
        names = sorted({str(each._meta.verbose_name_plural) for each in error.protected_objects})
        raise StationsInUse(
            _(
                "TPS yang tidak ada di berkas masih dipakai di %(names)s. Tidak ada yang diubah. TPS yang pindah desa dipindahkan "
                "lewat administrasi; yang lain ditambahkan lagi ke berkas."
            )
            % {"names": ", ".join(names)}
        ) from error
    touched.update(code for _pk, code in gone)
    return len(gone)
