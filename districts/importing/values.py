"""How people write numbers, days and words in a file, and how they are brought to one way: SQL over the staged text."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from districts.loading.staging import Rule
from districts.moments import LONG_AGO

#: The staged lines of a file being acted on, in the transaction of the act.
TABLE = "import_stage"
#: A day and perhaps a time of day on the clocks there; Postgres would also read zones, days of the year and "BC".
DAY_FORM = r"^\d{4}-\d{1,2}-\d{1,2}([ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?$"


def day_first(column: str) -> str:
    """An assignment: `21/10/2026` and `21.10.2026` become `2026-10-21`."""
    return rf"{column} = regexp_replace({column}, '^(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}})', '\3-\2-\1')"


def without_thousands(column: str) -> str:
    """An assignment: `25.500` becomes `25500`."""
    return (
        rf"{column} = CASE WHEN {column} ~ '^\d{{1,3}}(\.\d{{3}})+$' THEN replace({column}, '.', '') ELSE {column} END"
    )


def worded(column: str, words: Mapping[str, object], *, keep_case: bool = False) -> str:
    """An assignment: words, whatever their case and spaces, become what they mean; others stay, mostly in lower case."""
    cases = " ".join(f"WHEN '{word}' THEN '{meaning}'" for word, meaning in words.items())
    plain = rf"regexp_replace(lower({column}), '[\s_]+', ' ', 'g')"
    return f"{column} = CASE {plain} {cases} ELSE {column if keep_case else f'lower({column})'} END"


def whole(column: str, most: int, *, required: bool, title: str | Promise = "") -> Rule:
    """A whole number from 0 to `most` (at most 8 digits)."""
    return Rule(
        f"SELECT line, COALESCE({column}, '') FROM {TABLE} WHERE CASE WHEN {column} IS NULL THEN {required}"
        rf" WHEN {column} ~ '^\d{{1,8}}$' THEN {column}::integer > {most} ELSE true END",
        format_lazy(
            _("{column} “%(value)s” harus bilangan bulat 0 sampai {most}"),
            column=title or column.replace("_", " "),
            most=most,
        ),
    )


def one_of(column: str, known: Iterable[object], words: Iterable[str], *, title: str) -> Rule:
    """One of `known`, as `worded` made it; `words` are shown to who wrote another."""
    quoted = ", ".join(f"'{each}'" for each in known)
    return Rule(
        f"SELECT line, {column} FROM {TABLE} WHERE {column} NOT IN ({quoted})",
        format_lazy(_("{column} “%(value)s” tidak dikenal; isi {words}"), column=title, words=", ".join(words)),
    )


def past_moment(column: str, oldest: timedelta = LONG_AGO) -> list[Rule]:
    """A day, with or without a time, that has come and is not before `oldest`. Needs %(zone)s and %(now)s."""
    valid = f"({column} ~ '{DAY_FORM}' AND pg_input_is_valid({column}, 'timestamp'))"
    at = f"{column}::timestamp AT TIME ZONE %(zone)s"
    return [
        Rule(
            f"SELECT line, COALESCE({column}, '') FROM {TABLE} WHERE NOT COALESCE({valid}, false)",
            _("tanggal “%(value)s” tidak dikenal; tulis seperti 2026-10-21 atau 21/10/2026"),
        ),
        Rule(
            f"SELECT line, {column} FROM {TABLE} WHERE CASE WHEN {valid} THEN {at} > %(now)s ELSE false END",
            _("tanggal %(value)s belum tiba"),
        ),
        Rule(
            f"SELECT line, {column} FROM {TABLE} WHERE CASE WHEN {valid}"
            f" THEN {at} < %(now)s - interval '{oldest.days} days' ELSE false END",
            _("tanggal %(value)s terlalu lama lalu; periksa tahunnya"),
        ),
    ]
