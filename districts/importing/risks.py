"""TPS-rawan: which of Bawaslu's 26 indicators hold for a TPS (DOMAIN 5.5), what is done about it, the category of Polri.

Indicators stand as a list in one column or as one column each; a line may hold several, and a TPS several lines.
"""

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.access import check_can_keep_registers
from districts.importing.kinds import Acting, Brought, Counted, Kind
from districts.importing.patching import changes_of, tidy_words, word_rules
from districts.importing.places import FIND_STATION, IN_THIS_REGION, NUMBER_GIVEN, STATION_THERE, station_shapes
from districts.importing.stations import home
from districts.importing.values import TABLE, worded
from districts.importing.words import CLEAR, REMOVE, YES_NO
from districts.loading.shapes import Column
from districts.loading.staging import Rule
from districts.outbox import mark_all_stale
from districts.reports.fields import PERSONAL_NUMBER

#: RW01 … RW26 of DOMAIN 5.5, as columns.
INDICATORS = [f"rw{number:02d}" for number in range(1, 27)]
TICKED = {**YES_NO, "x": "1", "v": "1", "√": "1", "✓": "1", CLEAR: "0"}
LIST = Column(
    "indicators", "Indikator", "RW18, RW26", "Kode RW01 sampai RW26; - bila tidak ada lagi.", ("kode rawan", "kode rw")
)
NOTE = Column("note", "Catatan", "Dua muara harus dilewati", "Tentang indikator di baris ini.", ("keterangan",))
MITIGATION = Column("mitigation", "Mitigasi", "Perahu cadangan", "", ("tindak lanjut",))
OWNER = Column("owner", "Penanggung jawab", "polres", "Kode atau nama instansi.", ("instansi", "pemilik"))
CATEGORY = Column("police_category", "Kategori Polri", "rawan", "kurang rawan, rawan atau sangat rawan.", ("kategori",))
ACTION = Column("action", "Tindakan", "", "Tulis hapus untuk mencabut indikator di baris ini.", ("aksi",))
BLANK = (LIST, NOTE, MITIGATION, OWNER, CATEGORY, ACTION)
TEXTS = {"note": NOTE.title, "mitigation": MITIGATION.title, "owner": OWNER.title}
_SHAPES = station_shapes((*BLANK, *(Column(code, code.upper()) for code in INDICATORS)))
#: The blank has the list; a sheet with a column for each indicator is read as well.
SHAPES = (station_shapes(BLANK)[0], *_SHAPES)

RISKS = "import_risk"
FLAGS = " UNION ALL ".join(
    f"SELECT line, '{code.upper()}', {code} = '1' FROM {TABLE} WHERE {code} IN ('0', '1')" for code in INDICATORS
)
TIDY = [
    *FIND_STATION,
    f"UPDATE {TABLE} SET action = lower(action), indicators = upper(indicators), owner = lower(owner),"
    f" {', '.join(worded(code, TICKED) for code in INDICATORS)}",
    *tidy_words([CATEGORY, NOTE, MITIGATION, OWNER]),
    f"UPDATE {TABLE} SET owner = agency.code FROM districts_agency agency WHERE owner = lower(agency.name)",
    f"DROP TABLE IF EXISTS pg_temp.{RISKS}",
    # a row per TPS and indicator; `holding` null takes it away
    rf"""CREATE TEMPORARY TABLE {RISKS} ON COMMIT DROP AS
        SELECT stage.line, stage.village_code, stage.number, said.indicator, CASE WHEN said.holds THEN '1' END AS holding,
            CASE WHEN said.holds THEN stage.note END AS note, CASE WHEN said.holds THEN stage.mitigation END AS mitigation,
            CASE WHEN said.holds THEN stage.owner END AS owner
        FROM {TABLE} stage JOIN (
            SELECT line, CASE WHEN code ~ '^(RW)?\d{{1,2}}$' THEN 'RW' || lpad(ltrim(code, 'RW'), 2, '0') ELSE code END
                AS indicator, action IS DISTINCT FROM '{REMOVE}' AS holds
            FROM {TABLE}, regexp_split_to_table(indicators, '[,;/\s]+') AS code WHERE indicators <> '-' AND code <> ''
            UNION ALL {FLAGS}
            UNION ALL SELECT line, risk.indicator_id, false FROM {TABLE}
            JOIN districts_pollingstation station ON village_id = village_code AND station.number::text = {TABLE}.number
            JOIN districts_pollingstationrisk risk ON risk.polling_station_id = station.id WHERE indicators = '-'
        ) said ON said.line = stage.line""",
    f"UPDATE {RISKS} SET note = COALESCE({RISKS}.note, NULLIF(risk.note, '')),"
    f" mitigation = COALESCE({RISKS}.mitigation, NULLIF(risk.mitigation, '')), owner = COALESCE({RISKS}.owner, risk.owner_id)"
    " FROM districts_pollingstation station JOIN districts_pollingstationrisk risk ON risk.polling_station_id = station.id"
    f" WHERE station.village_id = village_code AND station.number::text = {RISKS}.number"
    f" AND risk.indicator_id = indicator AND holding = '1'",
    f"UPDATE {RISKS} SET {', '.join(f'{name} = NULLIF({name}, {chr(39)}-{chr(39)})' for name in TEXTS)}",
]


def _short(column: Column) -> list[Rule]:
    name = column.name
    return [
        Rule(
            f"SELECT line, left({name}, 20) FROM {TABLE} WHERE length({name}) > 280",
            gettext_lazy("“%(value)s…” lebih dari 280 huruf"),
        ),
        Rule(
            f"SELECT line, '' FROM {TABLE} WHERE {name} ~ '{PERSONAL_NUMBER}'",
            gettext_lazy("jangan menulis NIK atau NIP; tulis jabatannya saja"),
        ),
    ]


RULES = (
    [
        *IN_THIS_REGION, NUMBER_GIVEN, STATION_THERE, *word_rules([CATEGORY]), *_short(NOTE), *_short(MITIGATION),
        Rule(
            f"SELECT line, indicator FROM {RISKS} WHERE NOT EXISTS"
            " (SELECT FROM districts_riskindicator WHERE code = indicator)",
            gettext_lazy("indikator “%(value)s” tidak dikenal; isi RW01 sampai RW26"),
        ),
        *(
            Rule(
                f"SELECT line, {code} FROM {TABLE} WHERE {code} NOT IN ('0', '1')",
                gettext_lazy("kolom indikator berisi “%(value)s”; isi ya atau tidak"),
            )
            for code in INDICATORS
        ),
        Rule(
            f"SELECT line, owner FROM {TABLE} WHERE owner <> '-'"
            " AND NOT EXISTS (SELECT FROM districts_agency agency WHERE agency.code = owner)",
            gettext_lazy("instansi “%(value)s” tidak dikenal; pakai kode atau nama di daftar instansi"),
        ),
        Rule(
            f"SELECT line, action FROM {TABLE} WHERE action <> '{REMOVE}'",
            gettext_lazy("tindakan “%(value)s” tidak dikenal; tulis hapus atau kosongkan"),
        ),
        Rule(
            f"SELECT stage.line, '' FROM {TABLE} stage WHERE num_nonnulls(note, mitigation, owner, action) > 0"
            f" AND NOT EXISTS (SELECT FROM {RISKS} risk WHERE risk.line = stage.line)",
            gettext_lazy("catatan, mitigasi, penanggung jawab dan tindakan memerlukan indikator; isi kode RW-nya"),
        ),
        Rule(
            "SELECT line, indicator FROM (SELECT line, indicator, row_number() OVER"
            f" (PARTITION BY village_code, number, indicator ORDER BY line) AS nth FROM {RISKS}) repeated WHERE nth > 1",
            gettext_lazy("%(value)s untuk TPS ini sudah ada di baris sebelumnya"),
        ),
        Rule(
            f"SELECT line, police_category FROM (SELECT line, police_category, min(police_category) OVER"
            f" (PARTITION BY village_code, number) AS other FROM {TABLE}) differing WHERE police_category <> other",
            gettext_lazy("kategori “%(value)s” berbeda dari baris lain untuk TPS yang sama"),
        ),
    ],
)  # fmt: skip
STATION = "districts_pollingstation station ON station.village_id = stage.village_code AND station.number::text = stage.number"
JOINED = (
    f"{RISKS} stage JOIN {STATION} LEFT JOIN districts_pollingstationrisk risk"
    " ON risk.polling_station_id = station.id AND risk.indicator_id = stage.indicator"
)
STORED = {
    "holding": "CASE WHEN risk.id IS NOT NULL THEN '1' END",
    "note": "CASE WHEN stage.holding = '1' THEN NULLIF(risk.note, '') END",
    "mitigation": "CASE WHEN stage.holding = '1' THEN NULLIF(risk.mitigation, '') END",
    "owner": "CASE WHEN stage.holding = '1' THEN risk.owner_id END",
}
CODE = "stage.village_code || '-' || lpad(stage.number, 3, '0')"
TAKE_AWAY = (
    f"DELETE FROM districts_pollingstationrisk gone USING {JOINED} WHERE gone.id = risk.id AND stage.holding IS NULL"
)
WRITE = f"""
    INSERT INTO districts_pollingstationrisk AS risk (polling_station_id, indicator_id, note, mitigation, owner_id, updated_at)
    SELECT station.id, stage.indicator, COALESCE(stage.note, ''), COALESCE(stage.mitigation, ''), stage.owner,
        statement_timestamp()
    FROM {RISKS} stage JOIN {STATION} WHERE stage.holding = '1' ORDER BY 1, 2
    ON CONFLICT (polling_station_id, indicator_id) DO UPDATE SET note = excluded.note, mitigation = excluded.mitigation,
        owner_id = excluded.owner_id, updated_at = excluded.updated_at
    WHERE (risk.note, risk.mitigation, risk.owner_id) IS DISTINCT FROM (excluded.note, excluded.mitigation, excluded.owner_id)
"""
CATEGORIES = f"""
    UPDATE districts_pollingstation station SET police_category = stage.police_category,
        updated_at = statement_timestamp()
    FROM (SELECT DISTINCT village_code, number, COALESCE(NULLIF(police_category, '-'), '') AS police_category
          FROM {TABLE} WHERE police_category IS NOT NULL) stage
    WHERE station.village_id = stage.village_code AND station.number::text = stage.number
      AND station.police_category <> stage.police_category
"""


def bring_risks(cursor: CursorWrapper, acting: Acting) -> Brought:
    """Indicators of the lines are noted, changed or taken away; TPS and indicators the file does not name stay."""
    titles = {"holding": _("Indikator"), **TEXTS}
    changes, in_all = changes_of(cursor, STORED, titles, JOINED, f"{CODE} || ' ' || stage.indicator")
    cursor.execute(TAKE_AWAY)
    removed = cursor.rowcount
    cursor.execute(WRITE)
    written = cursor.rowcount
    cursor.execute(CATEGORIES)
    categories = cursor.rowcount
    if removed or written or categories:
        cursor.execute(f"SELECT DISTINCT left(village_code, 8) FROM {TABLE}")
        mark_all_stale(cause="risks", codes=[code for (code,) in cursor.fetchall()])
    counted = [
        (_("Indikator dicatat atau diubah"), written), (_("Indikator dicabut"), removed),
        (_("Kategori Polri diubah"), categories),
    ]  # fmt: skip
    found = [Counted(what, count, "TPS", count) for what, count in counted if count]
    return Brought(found or [Counted(_("Tidak ada yang berubah"), 0, "TPS", 0)], changes, in_all)


FLAGGED = Kind(
    code="rawan",
    label=gettext_lazy("TPS rawan"),
    shape=SHAPES[0],
    other_shapes=SHAPES[1:],
    check_may=check_can_keep_registers,
    tidy=TIDY,
    rules=RULES,
    bring=bring_risks,
    home=lambda code: home("rawan", code),
    source=gettext_lazy("Sumber: Bawaslu, Polri dan Desk Pilkada."),
)
