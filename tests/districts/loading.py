"""Runs a loading command on a file made for the test."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command


@dataclass(frozen=True)
class Outcome:
    """What the command said, every bad line it listed, and the sentence it ended with when it refused."""

    said: str
    bad_lines: list[str]
    refusal: str = ""


def load(command: str, folder: Path, content: str | bytes, *options: str) -> Outcome:
    path = folder / "berkas.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    said, listed = StringIO(), StringIO()
    try:
        call_command(command, str(path), *options, stdout=said, stderr=listed, no_color=True)
    except CommandError as error:
        return Outcome(said.getvalue(), listed.getvalue().splitlines(), str(error))
    return Outcome(said.getvalue(), listed.getvalue().splitlines())
