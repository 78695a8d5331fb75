"""The texts of the code and what they are in English: found, compared with the catalogue, and compiled.

Needs neither GNU gettext nor anything else a fresh machine lacks. A text is found where the code says it: in Python as
the literal argument of a gettext function, in templates by its tags, and in the CSV files whose names become rows.
The catalogue is sorted by text and names no lines, so a change of code that changes no text changes nothing in it.
"""

import ast
import csv
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT: Path = settings.BASE_DIR
LANGUAGE = "en"
CATALOGUE = ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
APPS = ("districts", "logistics", "neutrality", "pilkada")
#: Columns of CSV files that become rows and are shown as `gettext(row.name)`.
NAMES = {
    "districts/data/agencies.csv": ("name",),
    "districts/data/dimensions.csv": ("name",),
    "districts/data/indicators.csv": ("name", "unit", "filled_by"),
    "districts/data/risk_indicators.csv": ("variable", "name"),
    "districts/data/stages.csv": ("name",),
    "logistics/data/items.csv": ("name", "unit"),
    "neutrality/data/subject_types.csv": ("name",),
    "neutrality/data/violation_forms.csv": ("name", "sanction"),
}
#: Gettext functions: which of their arguments are context, singular and plural.
FUNCTIONS = {"gettext": (None, 0, None), "ngettext": (None, 0, 1), "pgettext": (0, 1, None), "npgettext": (0, 1, 2)}
FUNCTIONS |= {f"{name}_lazy": at for name, at in FUNCTIONS.items()} | {"gettext_noop": (None, 0, None)}
_LITERAL = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_IN_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\(({_LITERAL})(?:, ({_LITERAL}))?(?:, ({_LITERAL}))?")
#: What a translation must carry over as it is: %(name)s, {name} and tags.
_CARRIED = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*[^{}]*\}|</?\w[^>]*>")
_END = re.compile(r"[.:;,!?…]?\s*$")
_HEADER = {
    "Project-Id-Version": "SIAP Pilkada",
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


class Message(NamedTuple):
    """One text of the code; `plural` and `context` are "" without."""

    text: str
    plural: str = ""
    context: str = ""


class UnreadableTextError(Exception):
    """A text that no translation can be found for: put together before gettext sees it."""


def messages() -> set[Message]:
    """Every text of the code and of the data that comes with it."""
    found: set[Message] = set()
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                found.update(in_python(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))))
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            found.update(in_template(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))))
    for name, columns in NAMES.items():
        found.update(in_table(ROOT / name, columns))
    return {message for message in found if message.text}


def in_python(source: str, name: str) -> Iterator[Message]:
    """Texts of a module; UnreadableTextError for an f-string."""
    tree = ast.parse(source, name)
    called = dict(_imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in called and node.args:
            context, text, plural = called[node.func.id]
            said = [_literal(node.args[at], name) if at is not None else "" for at in (text, plural, context)]
            if None not in said:
                yield Message(*(part or "" for part in said))


def _imported(tree: ast.Module) -> Iterator[tuple[str, tuple[int | None, int, int | None]]]:
    """Names under which a module has the gettext functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for each in node.names:
                if each.name in FUNCTIONS:
                    yield each.asname or each.name, FUNCTIONS[each.name]


def _literal(argument: ast.expr, name: str) -> str | None:
    """The text of a literal; None of a variable, whose text is found where it is written."""
    if isinstance(argument, ast.JoinedStr):
        raise UnreadableTextError(f"{name}:{argument.lineno}: f-string sebagai teks terjemahan; pakai %(nama)s.")
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def in_template(source: str, name: str) -> Iterator[Message]:
    """Texts of a template."""
    for function, *literals in _IN_TEMPLATE.findall(templatize(source, origin=name)):
        said = [ast.literal_eval(literal) for literal in literals if literal]
        context, text, plural = FUNCTIONS["gettext" if function == "_" else function]
        yield Message(
            said[text], said[plural] if plural is not None else "", said[context] if context is not None else ""
        )


def in_table(path: Path, columns: Iterable[str]) -> Iterator[Message]:
    """Texts of some columns of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield from (Message(row[column]) for column in columns)


# --- The catalogue ------------------------------------------------------------------------------------------------------


def read() -> polib.POFile:
    """The catalogue as it stands; empty when there is none."""
    return polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()


def message_of(entry: polib.POEntry) -> Message:
    return Message(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def update(catalogue: polib.POFile, found: set[Message]) -> polib.POFile:
    """The catalogue with exactly the texts that were found: new ones empty, those no longer said left out."""
    known = {message_of(entry): entry for entry in catalogue}
    updated = polib.POFile(wrapwidth=110)
    updated.metadata = dict(_HEADER)
    for message in sorted(found):
        entry = known.get(message)
        filled = entry is not None and "fuzzy" not in entry.flags
        updated.append(_entry(message, _said(entry) if entry is not None and filled else []))
    return updated


def _said(entry: polib.POEntry) -> list[str]:
    """Its translation; singular and plural where it has both."""
    return [entry.msgstr_plural[at] for at in sorted(entry.msgstr_plural)] if entry.msgid_plural else [entry.msgstr]


def _entry(message: Message, said: list[str]) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = dict(enumerate(said or ["", ""]))
    else:
        entry.msgstr = said[0] if said else ""
    return entry


def write(catalogue: polib.POFile) -> None:
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))


def missing(catalogue: polib.POFile) -> list[polib.POEntry]:
    """Entries without a (whole) translation, in order."""
    return [entry for entry in catalogue if not all(_said(entry)) or len(_said(entry)) != 1 + bool(entry.msgid_plural)]


def fill(catalogue: polib.POFile, translations: dict[Message, list[str]]) -> int:
    """Puts translations in; how many found their text."""
    entries = {message_of(entry): entry for entry in catalogue}
    known = {message: said for message, said in translations.items() if message in entries}
    for message, said in known.items():
        filled = _entry(message, said)
        entries[message].msgstr, entries[message].msgstr_plural = filled.msgstr, filled.msgstr_plural
    return len(known)


def faults(catalogue: polib.POFile, found: set[Message]) -> list[str]:
    """What keeps the catalogue from being complete and true to the texts that were found; one line each."""
    known = {message_of(entry): entry for entry in catalogue}
    told = [f"tidak ada di katalog: {message.text!r}" for message in sorted(found - known.keys())]
    told += [f"tidak lagi dipakai: {message.text!r}" for message in sorted(known.keys() - found)]
    told += [f"belum diterjemahkan: {entry.msgid!r}" for entry in missing(catalogue)]
    told += [f"ditandai fuzzy: {entry.msgid!r}" for entry in catalogue if "fuzzy" in entry.flags]
    return told + [fault for entry in catalogue for fault in _differences(entry)]


def _differences(entry: polib.POEntry) -> Iterator[str]:
    """Where a translation does not carry over what its text holds."""
    sources = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]
    for source, said in zip(sources, _said(entry), strict=False):
        if not said:
            continue
        if Counter(_CARRIED.findall(source)) != Counter(_CARRIED.findall(said)):
            yield f"sisipan atau tag lain: {source!r} → {said!r}"
        if _edges(source) != _edges(said):
            yield f"tanda baca atau spasi tepi lain: {source!r} → {said!r}"


def _edges(text: str) -> tuple[str, str]:
    """Space it begins with; punctuation and space it ends with."""
    end = _END.search(text)
    return text[: len(text) - len(text.lstrip())], end[0] if end else ""


# --- Compiled -----------------------------------------------------------------------------------------------------------


def compiled_path() -> Path:
    return CATALOGUE.with_suffix(".mo")


def is_compiled() -> bool:
    """Whether what Django reads is as new as the catalogue."""
    made = compiled_path()
    return made.exists() and made.stat().st_mtime >= CATALOGUE.stat().st_mtime


def compile_catalogue() -> None:
    """Writes the file Django reads, whole or not at all: processes that start together may all do it."""
    made = compiled_path()
    half = made.with_suffix(f".{os.getpid()}")
    polib.pofile(str(CATALOGUE)).save_as_mofile(str(half))
    half.replace(made)
