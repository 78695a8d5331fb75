"""People to call: Kapolsek, Danramil, ketua PPK … A line is one person in one office of one region."""

from django.db.backends.utils import CursorWrapper
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.access import check_can_keep_registers
from districts.importing.kinds import Acting, Brought, Counted, Kind
from districts.importing.patching import SHOWN_CHANGES, changes_of, tidy_words
from districts.importing.places import REGION_CODE, dotted, not_a_date
from districts.importing.stations import home
from districts.importing.values import TABLE
from districts.importing.words import REMOVE
from districts.loading.shapes import Column, Shape
from districts.loading.staging import Rule
from districts.reports.fields import PERSONAL_NUMBER

NAME_OF_REGION = Column(
    "region_name", "Nama wilayah", "Sandaran", "Hanya untuk dibaca; yang dipakai kodenya.", ("kecamatan",)
)
OFFICE = Column("office", "Jabatan", "Kapolsek", "Paling panjang 80 huruf.", ())
NAME = Column("name", "Nama", "Budi Santoso", "Paling panjang 120 huruf.", ("nama lengkap", "nama pejabat"))
PHONE = Column(
    "phone", "Telepon", "0812 3456 7890", "Satu nomor; nol di depan yang hilang di Excel dipulihkan.",
    ("no hp", "hp", "nomor telepon", "no telepon", "telp", "wa"),
)  # fmt: skip
ACTION = Column("action", "Tindakan", "", "Tulis hapus untuk menghapus kontak ini; kosong untuk yang lain.", ("aksi",))
SHAPE = Shape(
    ("region_code", "office", "name"),
    ("region_name", "phone", "action"),
    (REGION_CODE, NAME_OF_REGION, OFFICE, NAME, PHONE, ACTION),
)
#: As the phone is stored: digits and perhaps a plus. 812… lost its zero in a spreadsheet, 62812… its plus.
BARE = r"regexp_replace(phone, '[\s().''-]', '', 'g')"
TIDY = [
    f"UPDATE {TABLE} SET region_code = {dotted('region_code')}, office = regexp_replace(office, '\\s+', ' ', 'g'),"
    " name = regexp_replace(name, '\\s+', ' ', 'g'), action = lower(action)",
    *tidy_words([PHONE]),
    f"UPDATE {TABLE} SET phone = CASE WHEN {BARE} ~ '^8\\d{{7,12}}$' THEN '0' || {BARE}"
    f" WHEN {BARE} ~ '^62\\d{{7,13}}$' THEN '+' || {BARE} ELSE {BARE} END WHERE phone <> '-'",
    f"UPDATE {TABLE} SET phone = NULLIF(contact.phone, '') FROM districts_contact contact WHERE {TABLE}.phone IS NULL"
    f" AND contact.region_id = {TABLE}.region_code AND lower(contact.office) = lower({TABLE}.office)"
    f" AND lower(contact.name) = lower({TABLE}.name)",
    f"UPDATE {TABLE} SET phone = NULLIF(phone, '-')",
]
SAME = (
    "contact.region_id = stage.region_code AND lower(contact.office) = lower(stage.office)"
    " AND lower(contact.name) = lower(stage.name)"
)
JOINED = f"{TABLE} stage JOIN districts_contact contact ON {SAME}"


def _text(column: str, most: int, reason: Promise) -> list[Rule]:
    return [
        Rule(
            f"SELECT line, COALESCE(left({column}, 20), '') FROM {TABLE} WHERE {column} IS NULL OR length({column}) > {most}",
            reason,
        ),
        Rule(
            f"SELECT line, '' FROM {TABLE} WHERE {column} ~ '{PERSONAL_NUMBER}'",
            gettext_lazy("jangan menulis NIK atau NIP; tulis nama atau jabatannya saja"),
        ),
    ]


RULES = (
    [
        not_a_date("region_code"),
        Rule(
            f"SELECT line, COALESCE(region_code, '') FROM {TABLE} WHERE NOT EXISTS"
            " (SELECT FROM districts_region WHERE code = region_code)"
            " AND COALESCE(region_code !~ '^\\d{4}-', true)",
            gettext_lazy("kode wilayah “%(value)s” tidak ada di daftar wilayah"),
        ),
        Rule(
            f"SELECT line, region_code FROM {TABLE} JOIN districts_region ON code = region_code"
            " WHERE NOT starts_with(region_code, %(region)s)",
            gettext_lazy("wilayah %(value)s di luar wilayah halaman ini"),
        ),
        *_text("office", 80, gettext_lazy("jabatan “%(value)s” harus diisi, paling panjang 80 huruf")),
        *_text("name", 120, gettext_lazy("nama “%(value)s” harus diisi, paling panjang 120 huruf")),
        Rule(
            f"SELECT line, phone FROM {TABLE} WHERE phone !~ '^\\+?[0-9]{{8,15}}$'",
            gettext_lazy(
                "telepon “%(value)s” harus satu nomor, misalnya 0812 3456 7890; kolomnya diformat sebagai Teks"
            ),
        ),
        Rule(
            f"SELECT line, action FROM {TABLE} WHERE action <> '{REMOVE}'",
            gettext_lazy("tindakan “%(value)s” tidak dikenal; tulis hapus atau kosongkan"),
        ),
        Rule(
            f"SELECT line, first::text FROM (SELECT line, min(line) OVER (PARTITION BY region_code, lower(office),"
            f" lower(name)) AS first FROM {TABLE} WHERE num_nonnulls(region_code, office, name) = 3) repeated"
            " WHERE line > first",
            gettext_lazy("kontak ini sudah ada di baris %(value)s"),
        ),
        Rule(
            f"SELECT line, name FROM {TABLE} stage WHERE action = '{REMOVE}'"
            f" AND NOT EXISTS (SELECT FROM districts_contact contact WHERE {SAME})",
            gettext_lazy("kontak “%(value)s” tidak tercatat, jadi tidak dapat dihapus"),
        ),
    ],
)


def bring_contacts(cursor: CursorWrapper, acting: Acting) -> Brought:
    """Contacts of the file are added, their phone is changed, or they go; those it does not name stay."""
    cursor.execute(f"SELECT count(*) FROM {TABLE}")
    (lines,) = cursor.fetchone()
    cursor.execute(
        f"DELETE FROM districts_contact contact USING {TABLE} stage WHERE stage.action = '{REMOVE}' AND {SAME}"
        " RETURNING contact.region_id || ' ' || contact.office || ' ' || contact.name"
    )
    removed = sorted(name for (name,) in cursor.fetchall())
    cursor.execute(f"DELETE FROM {TABLE} WHERE action = '{REMOVE}'")
    gone = cursor.rowcount
    changes, in_all = changes_of(
        cursor,
        {"phone": "NULLIF(contact.phone, '')"},
        {"phone": PHONE.title},
        JOINED,
        "stage.office || ' ' || stage.name",
    )
    cursor.execute(
        f"UPDATE districts_contact contact SET phone = COALESCE(stage.phone, '') FROM {TABLE} stage WHERE {SAME}"
        " AND contact.phone <> COALESCE(stage.phone, '')"
    )
    changed = cursor.rowcount
    cursor.execute(
        "INSERT INTO districts_contact (region_id, office, name, phone)"
        f" SELECT region_code, office, name, COALESCE(phone, '') FROM {TABLE} stage"
        f" WHERE NOT EXISTS (SELECT FROM districts_contact contact WHERE {SAME}) ORDER BY line"
    )
    added = cursor.rowcount
    unchanged = lines - gone - changed - added
    counted = [
        (_("Kontak baru"), added), (_("Telepon diubah"), changed), (_("Kontak dihapus"), len(removed)),
        (_("Kontak tetap"), unchanged),
    ]  # fmt: skip
    found = [Counted(what, count, _("orang"), count) for what, count in counted if count]
    return Brought(found, changes, in_all, gone=removed[:SHOWN_CHANGES], gone_in_all=len(removed))


CONTACTS = Kind(
    code="kontak",
    label=gettext_lazy("Kontak"),
    shape=SHAPE,
    check_may=check_can_keep_registers,
    tidy=TIDY,
    rules=RULES,
    bring=bring_contacts,
    home=lambda code: home("kontak", code),
    source=gettext_lazy("Sumber: Desk Pilkada dan kecamatan."),
)
