"""Signal, access and devices per desa: a register of Diskominfo and the camat."""

from datetime import timedelta

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.access import check_can_keep_registers
from districts.importing.kinds import Acting, Brought, Counted, Kind
from districts.importing.patching import changes_of, tidy_words, word_rules
from districts.importing.places import FIND_VILLAGE, IN_THIS_REGION, KECAMATAN, VILLAGE, VILLAGE_CODE
from districts.importing.stations import home
from districts.importing.values import TABLE, day_first, past_moment
from districts.loading.shapes import Column, Shape
from districts.loading.staging import Rule
from districts.outbox import mark_all_stale

FACTS = (
    Column("signal", "Sinyal di kantor desa", "4G", "tidak ada sinyal, 2G, 3G atau 4G.", ("sinyal",)),
    Column("access_mode", "Akses", "sungai", "darat, sungai, laut, udara atau jalan kaki.", ()),
    Column("has_alternative_route", "Rute alternatif", "ada", "ada atau tidak ada.", ("jalan lain",)),
    Column(
        "has_backup_device",
        "Perangkat cadangan",
        "tidak ada",
        "Starlink, VSAT atau HT: ada atau tidak ada.",
        ("starlink",),
    ),
    Column("office_mbps", "Mbps kantor desa", "12,5", "Hasil uji; diisi bersama tanggalnya.", ("mbps",)),
    Column(
        "office_tested_on", "Tanggal uji", "2026-11-02", "Tahun-bulan-tanggal, atau tanggal/bulan/tahun.", ("diuji",)
    ),
)
#: What is stored of a desa, as it would be staged.
STORED = {
    "signal": "profile.signal::text",
    "access_mode": "NULLIF(profile.access_mode, '')",
    "has_alternative_route": "profile.has_alternative_route::integer::text",
    "has_backup_device": "profile.has_backup_device::integer::text",
    "office_mbps": "trim_scale(profile.office_mbps)::text",
    "office_tested_on": "profile.office_tested_on::text",
}
#: The staged text as the column's type.
CAST = {
    "signal": "signal::smallint",
    "access_mode": "COALESCE(access_mode, '')",
    "has_alternative_route": "has_alternative_route = '1'",
    "has_backup_device": "has_backup_device = '1'",
    "office_mbps": "office_mbps::numeric(6, 1)",
    "office_tested_on": "office_tested_on::timestamp::date",
}
SHAPE = Shape(("village_code",), ("kecamatan", "village", *STORED), (VILLAGE_CODE, KECAMATAN, VILLAGE, *FACTS))
TIDY = [
    *FIND_VILLAGE,
    f"UPDATE {TABLE} SET {day_first('office_tested_on')}, office_mbps = replace(office_mbps, ',', '.')",
    *tidy_words(FACTS),
    f"UPDATE {TABLE} SET {', '.join(f'{name} = COALESCE({TABLE}.{name}, {sql})' for name, sql in STORED.items())}"
    f" FROM districts_villageprofile profile WHERE profile.region_id = {TABLE}.village_code",
    f"UPDATE {TABLE} SET {', '.join(f'{name} = NULLIF({name}, {chr(39)}-{chr(39)})' for name in STORED)}",
]
#: [P] What a line could do five years ago says nothing of today's; a year before that is mostly mistyped.
OLDEST_TEST = timedelta(days=5 * 365)
DAY, NOT_YET, TOO_OLD = past_moment("office_tested_on", OLDEST_TEST)
RULES = (
    [
        *IN_THIS_REGION,
        Rule(
            f"SELECT line, first::text FROM (SELECT line, min(line) OVER (PARTITION BY village_code) AS first FROM {TABLE}"
            " WHERE village_code IS NOT NULL) repeated WHERE line > first",
            gettext_lazy("desa ini sudah ada di baris %(value)s"),
        ),
        *word_rules(FACTS),
        Rule(
            f"SELECT line, office_mbps FROM {TABLE} WHERE CASE WHEN office_mbps ~ '^\\d{{1,4}}(\\.\\d{{1,6}})?$'"
            " THEN office_mbps::numeric > 1000 ELSE true END AND office_mbps IS NOT NULL",
            gettext_lazy("Mbps “%(value)s” harus angka 0 sampai 1000"),
        ),
        Rule(
            f"SELECT line, '' FROM {TABLE} WHERE (office_mbps IS NULL) <> (office_tested_on IS NULL)",
            gettext_lazy("hasil uji (Mbps) dan tanggal ujinya diisi bersama"),
        ),
        Rule(f"SELECT * FROM ({DAY.found}) wrong (line, value) WHERE value <> ''", DAY.reason),
        NOT_YET,
        Rule(  # what is recorded already stays, however old
            f"SELECT line, value FROM ({TOO_OLD.found}) wrong (line, value) JOIN {TABLE} stage USING (line) WHERE NOT EXISTS"
            " (SELECT FROM districts_villageprofile profile WHERE profile.region_id = stage.village_code"
            " AND profile.office_tested_on = CASE WHEN pg_input_is_valid(stage.office_tested_on, 'timestamp')"
            " THEN stage.office_tested_on::timestamp::date END)",
            TOO_OLD.reason,
        ),
    ],
)
JOINED = f"{TABLE} stage LEFT JOIN districts_villageprofile profile ON profile.region_id = stage.village_code"
WRITE = f"""
    WITH done AS (
        INSERT INTO districts_villageprofile AS profile (region_id, {", ".join(CAST)}, updated_at)
        SELECT village_code, {", ".join(CAST.values())}, statement_timestamp() FROM {TABLE} stage
        WHERE num_nonnulls({", ".join(CAST)}) > 0
           OR EXISTS (SELECT FROM districts_villageprofile known WHERE known.region_id = stage.village_code)
        ORDER BY village_code
        ON CONFLICT (region_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in CAST)},
            updated_at = statement_timestamp()
        WHERE ({", ".join(f"profile.{name}" for name in CAST)})
            IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in CAST)})
        RETURNING left(region_id, 8)
    )
    SELECT count(*), COALESCE(array_agg(DISTINCT "left"), '{{}}'), (SELECT count(*) FROM {TABLE}) FROM done
"""


def bring_villages(cursor: CursorWrapper, acting: Acting) -> Brought:
    titles = {column.name: column.title for column in FACTS if column.name in acting.staged.header}
    # the day as Postgres writes it: 2026-1-2 is no change of 2026-01-02
    cursor.execute(f"UPDATE {TABLE} SET office_tested_on = office_tested_on::timestamp::date::text,"
                   " office_mbps = trim_scale(round(office_mbps::numeric, 1))::text")  # fmt: skip
    stored = {name: STORED[name] for name in titles}
    changes, in_all = changes_of(cursor, stored, titles, JOINED, "stage.village_code")
    cursor.execute(WRITE)
    changed, touched, lines = cursor.fetchone()
    mark_all_stale(cause="profile", codes=touched)
    counted = [
        Counted(_("Desa diubah"), changed, _("desa"), changed),
        Counted(_("Desa tetap, tidak ada yang berubah"), lines - changed, _("desa"), lines - changed),
    ]
    return Brought(counted, changes, in_all)


VILLAGES = Kind(
    code="sinyal-desa",
    label=gettext_lazy("Sinyal dan akses desa"),
    shape=SHAPE,
    check_may=check_can_keep_registers,
    tidy=TIDY,
    rules=RULES,
    bring=bring_villages,
    home=lambda code: home("sinyal-desa", code),
    source=gettext_lazy("Sumber: Diskominfo dan kecamatan."),
)
