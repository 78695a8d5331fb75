"""`manage.py messages`: brings the English catalogue up to date and tells what it lacks.

In chunks, by whom or what you like: `--missing list.txt` writes the texts without translation, numbered, one a line;
`--fill list.txt english.txt` takes a file with the same numbers back. A text with a plural is `one || many`, and a line
break within a text is `\\n`.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import polib
from django.core.management.base import BaseCommand, CommandError

from pilkada import catalogue

PLURAL, CONTEXT = " || ", " ## "


class Command(BaseCommand):
    help = "Cari semua teks, perbarui katalog bahasa Inggris, dan sebutkan yang belum diterjemahkan."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--missing", type=Path, metavar="DAFTAR", help="tulis teks tanpa terjemahan, bernomor")
        parser.add_argument(
            "--fill", type=Path, nargs=2, metavar=("DAFTAR", "ISI"), help="isi terjemahan dengan nomor dari DAFTAR"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = catalogue.messages()
        except catalogue.UnreadableTextError as unreadable:
            raise CommandError(str(unreadable)) from None
        updated = catalogue.update(catalogue.read(), found)
        if options["fill"]:
            filled = catalogue.fill(updated, _translations(*options["fill"]))
            self.stdout.write(f"{filled} terjemahan dimasukkan.")
        catalogue.write(updated)
        catalogue.compile_catalogue()
        if options["missing"]:
            lines = [f"{number}: {_line(entry)}\n" for number, entry in enumerate(catalogue.missing(updated), 1)]
            options["missing"].write_text("".join(lines), encoding="utf-8")
        for fault in catalogue.faults(updated, found):
            if options["verbosity"] > 1 or not fault.startswith("belum diterjemahkan"):
                self.stdout.write(fault)
        lacking = len(catalogue.missing(updated))
        self.stdout.write(f"{len(updated)} teks, {lacking} belum diterjemahkan.")


def _line(entry: polib.POEntry) -> str:
    """`text || plural ## context` on one line."""
    words = entry.msgid + (PLURAL + entry.msgid_plural if entry.msgid_plural else "")
    return (words + (CONTEXT + entry.msgctxt if entry.msgctxt else "")).replace("\n", "\\n")


def _numbered(path: Path) -> dict[int, str]:
    """Lines of a numbered file; others are skipped."""
    lines = (line.partition(": ") for line in path.read_text(encoding="utf-8").split("\n"))
    return {int(number): words.replace("\\n", "\n") for number, _, words in lines if number.strip().isdigit()}


def _translations(listed: Path, filled: Path) -> dict[catalogue.Message, list[str]]:
    """Texts of the list and what the other file has under their numbers."""
    texts, said = _numbered(listed), _numbered(filled)
    if unknown := sorted(said.keys() - texts.keys()):
        raise CommandError(f"Nomor yang tidak ada dalam daftar: {unknown}.")
    found = {}
    for number, words in said.items():
        text, _, context = texts[number].partition(CONTEXT)
        singular, _, plural = text.partition(PLURAL)
        found[catalogue.Message(singular, plural, context)] = words.split(PLURAL) if plural else [words]
    return found
