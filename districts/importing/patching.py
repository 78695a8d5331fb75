"""Registers that change what is there: an empty cell leaves a value as it is, "-" takes it away."""

from collections.abc import Mapping, Sequence

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from districts.importing.kinds import Change
from districts.importing.values import TABLE, one_of, worded
from districts.importing.words import CLEARING, WORDS, label_of
from districts.loading.shapes import Column
from districts.loading.staging import Rule

#: Changes shown one by one before a file is applied; the rest is counted.
SHOWN_CHANGES = 50
RULE_OF_EMPTY = _("Sel kosong: nilai yang tercatat tetap. Tulis - (tanda hubung) untuk menghapus nilai yang tercatat.")


def tidy_words(columns: Sequence[Column]) -> list[str]:
    """Words of the columns that have words, and the sign that clears any column."""
    changes = [
        worded(column.name, {**WORDS[column.name][0], **CLEARING})
        if column.name in WORDS
        else worded(column.name, CLEARING, keep_case=True)
        for column in columns
    ]
    return [f"UPDATE {TABLE} SET {', '.join(changes)}"]


def word_rules(columns: Sequence[Column]) -> list[Rule]:
    return [
        one_of(column.name, {*WORDS[column.name][0].values(), "-"}, WORDS[column.name][1], title=column.title)
        for column in columns
        if column.name in WORDS
    ]


def changes_of(
    cursor: CursorWrapper, stored: Mapping[str, str], titles: Mapping[str, str], rows: str, where: str
) -> tuple[list[Change], int]:
    """What differs between the staged lines and what is there: the first ones, and how many in all. One statement.

    `stored`: SQL of each column as it would be staged, of the rows `stored_row`; `rows`: the join of `stage` with
    them; `where`: SQL of what a line is about.
    """
    if not stored:
        return [], 0
    parts = " UNION ALL ".join(
        f"SELECT stage.line, {where} AS place, '{column}' AS name, {sql} AS before, stage.{column} AS after FROM {rows}"
        f" WHERE ({sql}) IS DISTINCT FROM stage.{column}"
        for column, sql in stored.items()
    )
    cursor.execute(
        f"SELECT place, name, before, after, count(*) OVER () FROM ({parts}) changed ORDER BY line, name"
        f" LIMIT {SHOWN_CHANGES}"
    )
    found = cursor.fetchall()
    changes = [
        Change(place, titles[name], label_of(name, before), label_of(name, after))
        for place, name, before, after, _all in found
    ]
    return changes, found[0][4] if found else 0
