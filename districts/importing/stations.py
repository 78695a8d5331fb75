"""TPS and voters; signal and power per TPS: two registers with a line per TPS. What holds for TPS is `loading.stations`."""

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.access import check_can_keep_registers, check_can_keep_stations
from districts.importing.kinds import Acting, Brought, Counted, ImportRefused, Kind
from districts.importing.patching import SHOWN_CHANGES, changes_of, tidy_words, word_rules
from districts.importing.places import (
    FIND_STATION,
    IN_THIS_REGION,
    NUMBER_GIVEN,
    STATION_ONCE,
    STATION_THERE,
    station_shapes,
)
from districts.importing.values import TABLE, whole, without_thousands
from districts.importing.words import REMOVE
from districts.loading import stations
from districts.loading.shapes import Column
from districts.loading.staging import Rule
from districts.models import PollingStation
from districts.outbox import mark_all_stale, mark_regencies_stale

#: The law allows 800 voters a TPS [S35]; a special location may hold more (`pollingstation_voters_plausible`).
MOST_VOTERS = 5000
ACTION = Column("action", "Tindakan", "", "Tulis hapus untuk menghapus TPS ini; kosong untuk yang lain.", ("aksi",))
VOTERS = (
    Column("kind", "Jenis", "reguler", "reguler atau khusus.", ("jenis tps",)),
    Column("voters_male", "Pemilih laki-laki", "210", "Diisi bersama pemilih perempuan.", ("laki-laki", "l", "lk")),
    Column("voters_female", "Pemilih perempuan", "205", "", ("perempuan", "p", "pr")),
    Column("is_estimate", "Estimasi", "tidak", "ya bila bukan angka KPU.", ()),
)
UTILITIES = (
    Column("signal", "Sinyal", "4G", "tidak ada sinyal, 2G, 3G atau 4G.", ("sinyal seluler",)),
    Column("power", "Listrik", "PLN", "PLN, genset, surya atau tidak ada.", ("sumber listrik",)),
    Column("access_mode", "Akses", "darat", "darat, sungai, laut, udara atau jalan kaki.", ()),
    Column("has_alternative_site", "Lokasi alternatif", "ada", "ada atau tidak ada.", ("ada lokasi alternatif",)),
)
#: What is stored of a TPS, as it would be staged.
STORED = {
    "kind": "station.kind::text",
    "voters_male": "station.voters_male::text",
    "voters_female": "station.voters_female::text",
    "is_estimate": "station.is_estimate::integer::text",
    "access_mode": "NULLIF(station.access_mode, '')",
    "signal": "station.signal::text",
    "power": "NULLIF(station.power, '')",
    "police_category": "NULLIF(station.police_category, '')",
    "has_alternative_site": "station.has_alternative_site::integer::text",
}
JOINED = (
    f"{TABLE} stage JOIN districts_pollingstation station"
    " ON station.village_id = stage.village_code AND station.number::text = stage.number"
)
#: Every fact of a TPS has a column: what the file leaves out or empty stays as it is, and "-" is taken away.
FILL = [
    f"ALTER TABLE {TABLE} {', '.join(f'ADD COLUMN IF NOT EXISTS {name} text' for name in STORED)}",
    f"UPDATE {TABLE} SET {', '.join(f'{name} = COALESCE({TABLE}.{name}, {sql})' for name, sql in STORED.items())}"
    " FROM districts_pollingstation station"
    f" WHERE station.village_id = {TABLE}.village_code AND station.number::text = {TABLE}.number",
    f"UPDATE {TABLE} SET {', '.join(f'{name} = NULLIF({name}, {chr(39)}-{chr(39)})' for name in STORED)}",
]
REMOVABLE = [
    Rule(
        f"SELECT line, action FROM {TABLE} WHERE lower(action) <> '{REMOVE}'",
        gettext_lazy("tindakan “%(value)s” tidak dikenal; tulis hapus atau kosongkan"),
    ),
    Rule(
        f"SELECT line, village_code || '-' || lpad(number, 3, '0') FROM {TABLE} WHERE lower(action) = '{REMOVE}'"
        " AND NOT EXISTS (SELECT FROM districts_pollingstation station"
        f" WHERE station.village_id = village_code AND station.number::text = {TABLE}.number)",
        gettext_lazy("TPS %(value)s tidak ada, jadi tidak dapat dihapus"),
    ),
]
CODE = "village_code || '-' || lpad(stage.number, 3, '0')"


def _tidy(columns: Sequence[Column]) -> list[str]:
    numbers = [without_thousands(column.name) for column in columns if column.name.startswith("voters_")]
    return [
        *FIND_STATION,
        *([f"UPDATE {TABLE} SET {', '.join(numbers)}"] if numbers else []),
        *tidy_words(columns),
        *FILL,
    ]


def _write(cursor: CursorWrapper, acting: Acting, columns: Sequence[Column]) -> tuple[Brought, set[str]]:
    """Write the columns the file has; what changed in words, and the kecamatan touched."""
    titles = {column.name: column.title for column in columns if column.name in acting.staged.header}
    stored = {name: STORED[name] for name in titles}
    changes, in_all = changes_of(cursor, stored, titles, JOINED, CODE)
    cursor.execute(f"SELECT count(*) FROM {TABLE}")
    (lines,) = cursor.fetchone()
    added, changed, touched = stations.upsert_stations(cursor, stations.EACH, set(titles))
    unchanged = lines - added - changed
    counted = [
        *([Counted(_("TPS baru"), added, "TPS", added)] if added else []),
        Counted(_("TPS diubah"), changed, "TPS", changed),
        Counted(_("TPS tetap, tidak ada yang berubah"), unchanged, "TPS", unchanged),
    ]
    return Brought(counted, changes, in_all), touched


def bring_stations(cursor: CursorWrapper, acting: Acting) -> Brought:
    """TPS of the file are added or changed; those it does not name stay, those it says to remove go."""
    missing = _missing(cursor)
    removed, left = _remove(cursor) if "action" in acting.staged.header else ([], set())
    brought, touched = _write(cursor, acting, VOTERS)
    mark_regencies_stale(cause="tps", codes=touched | left)
    count = len(removed)
    counted = [*brought.counted, *([Counted(_("TPS dihapus"), count, "TPS", count)] if removed else [])]
    notes = [
        _(
            "{count} TPS yang tercatat di kecamatan yang sama tidak ada di berkas. Semuanya tetap tercatat. Untuk "
            "menghapusnya, sertakan barisnya dan tulis hapus pada kolom Tindakan."
        ).format(count=missing)
    ] * bool(missing)
    shown = removed[:SHOWN_CHANGES]
    return Brought(counted, brought.changes, brought.changes_in_all, notes, gone=shown, gone_in_all=count)


def _missing(cursor: CursorWrapper) -> int:
    """TPS in the kecamatan of the file that it does not name."""
    cursor.execute(
        "SELECT count(*) FROM districts_pollingstation station WHERE station.kecamatan_code IN"
        f" (SELECT left(village_code, 8) FROM {TABLE}) AND NOT EXISTS (SELECT FROM {TABLE} stage"
        " WHERE stage.village_code = station.village_id AND stage.number = station.number::text)"
    )
    (missing,) = cursor.fetchone()
    return int(missing)


def _remove(cursor: CursorWrapper) -> tuple[list[str], set[str]]:
    """Delete the TPS of the lines that say so: their names, and their kecamatan. ImportRefused where others hang on them."""
    cursor.execute(
        f"SELECT station.id, station.kecamatan_code, {CODE} || ' ' || region.name FROM {JOINED}"
        f" JOIN districts_region region ON region.code = station.village_id"
        f" WHERE lower(stage.action) = '{REMOVE}' ORDER BY 3"
    )
    gone = cursor.fetchall()
    try:
        PollingStation.objects.filter(pk__in=[pk for pk, _code, _name in gone]).delete()
    except ProtectedError as error:
        names = ", ".join(sorted({str(each._meta.verbose_name_plural) for each in error.protected_objects}))
        raise ImportRefused(
            _("TPS yang akan dihapus masih dipakai di {names}. Tidak ada yang diubah.").format(names=names)
        ) from error
    cursor.execute(f"DELETE FROM {TABLE} WHERE lower(action) = '{REMOVE}'")
    return [name for _pk, _code, name in gone], {code for _pk, code, _name in gone}


def bring_utilities(cursor: CursorWrapper, acting: Acting) -> Brought:
    brought, touched = _write(cursor, acting, UTILITIES)
    mark_all_stale(cause="profile", codes=touched)
    return brought


def home(kind: str, code: str) -> str:
    return reverse("register", args=[code, kind]) if code else reverse("nation")


STATION_SHAPES = station_shapes((*VOTERS, ACTION))
UTILITY_SHAPES = station_shapes(UTILITIES)

STATIONS = Kind(
    code="tps",
    label=gettext_lazy("TPS dan pemilih"),
    shape=STATION_SHAPES[0],
    other_shapes=STATION_SHAPES[1:],
    check_may=check_can_keep_stations,
    tidy=_tidy(VOTERS),
    rules=(
        [
            *IN_THIS_REGION, NUMBER_GIVEN, STATION_ONCE, *word_rules(VOTERS),
            whole("voters_male", MOST_VOTERS, required=False, title="pemilih laki-laki"),
            whole("voters_female", MOST_VOTERS, required=False, title="pemilih perempuan"), *REMOVABLE,
        ],
        stations.RULES[stations.EACH],
    ),
    bring=bring_stations,
    home=lambda code: home("tps", code),
    source=gettext_lazy("Sumber: daftar TPS dan pemilih KPU."),
)  # fmt: skip
UTILITY = Kind(
    code="sinyal-tps",
    label=gettext_lazy("Sinyal dan listrik TPS"),
    shape=UTILITY_SHAPES[0],
    other_shapes=UTILITY_SHAPES[1:],
    check_may=check_can_keep_registers,
    tidy=_tidy(UTILITIES),
    rules=(
        [*IN_THIS_REGION, NUMBER_GIVEN, STATION_ONCE, STATION_THERE, *word_rules(UTILITIES)],
        stations.RULES[stations.EACH],
    ),
    bring=bring_utilities,
    home=lambda code: home("sinyal-tps", code),
    source=gettext_lazy("Sumber: Diskominfo, PLN dan kecamatan."),
)
