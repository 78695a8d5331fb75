"""Which columns a file may have, and the words for them that people write above a column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: A line whose first cell begins so is the example of a blank, never data.
EXAMPLE = "contoh:"
_BETWEEN_WORDS = re.compile(r"[\s_\-/.]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that people fill by hand: `name` in the staged table, `title` in the blank, `aliases` read as well.

    The words belong to the file and are not translated: a file filled in under one language loads under another.
    """

    name: str
    title: str
    example: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A header a file may have: the required columns and any of the optional ones, in any order.

    `columns` gives words to names; a name is always understood, whatever its case and with spaces for underscores.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()

    def fits(self, names: Sequence[str]) -> bool:
        return set(self.required) <= set(names) <= {*self.required, *self.optional} and len(set(names)) == len(names)

    def named(self, titles: Sequence[str]) -> tuple[str, ...] | None:
        """The names of the columns above which `titles` stand; None where this is no header of the shape."""
        known = {folded(name): name for name in (*self.required, *self.optional)}
        for column in self.columns:
            known |= {folded(word): column.name for word in (column.title, *column.aliases)}
        names = tuple(known.get(folded(title), title) for title in titles)
        return names if self.fits(names) else None

    def title_of(self, name: str) -> str:
        """The word people read for a column."""
        return next((column.title for column in self.columns if column.name == name), name)


def folded(title: str) -> str:
    """A heading without what people write differently: case, spaces, underscores, dashes, slashes, dots."""
    return _BETWEEN_WORDS.sub(" ", title).strip().casefold()
