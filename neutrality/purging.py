"""What names people is removed some months after the election (NEUTRALITY_PURGE_MONTHS, DOMAIN 4.5 [P]); counts stay.

A case keeps its number, state, dates, forms, offices and levels of sanction: the figures are the same before and after.
Numbers of letters stay too, since a move is never rewritten; the log of readings keeps who read what and when.

A server that was killed leaves files that nothing else would ever find: unfinished packages go after a day; evidence and
packages that no row names after the same months, so that a database restored from a backup never loses any.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from districts.models import Election
from districts.weeks import local_date
from neutrality.models import Case, CaseMove, Evidence, Reading, Referral, Reported, Reporter, Sanction
from neutrality.sealed_columns import sealed_columns

#: Cases of one transaction. [P]
BATCH = 200
#: Where evidence and packages lie, how an unfinished package begins (`referring`), and longer than one is made. [P]
FOLDERS, UNFINISHED, LONGEST_WORK = ("bukti", "rujukan"), ".rujukan-", timedelta(days=1)
#: The models whose sealed columns a purge empties, with the way to their case; a test compares it with all there are.
WAYS: dict[type, str] = {
    Case: "pk", Reported: "case", Reporter: "case", CaseMove: "case", Evidence: "case", Referral: "case",
    Sanction: "case", Reading: "case",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Purged:
    """Cases and files, removed or, in a dry run, to be removed."""

    cases: int
    files: int


def purge_on(voting_day: date) -> date:
    """The day from which the cases of an election are purged."""
    years, month = divmod(voting_day.month - 1 + settings.NEUTRALITY_PURGE_MONTHS, 12)
    year = voting_day.year + years
    return date(year, month + 1, min(voting_day.day, monthrange(year, month + 1)[1]))


def purge_cases(*, now: datetime, dry_run: bool = False, say: Callable[[str], object] = str) -> Purged:
    """Purge all that is due. Killed half-way, it goes on where it was; when nothing is left it changes nothing.

    Rows first, files after they are committed: a file is never gone from a case that still names people. Files of purged
    cases are looked for each time, so none is forgotten. `say` gets a line of progress without any name.
    """
    today = local_date(settings.TIME_ZONE, now)
    due = [pk for pk, day in Election.objects.values_list("pk", "voting_day") if purge_on(day) <= today]
    cases = Case.objects.filter(election__in=due)
    waiting = list(cases.filter(purged_at=None).order_by("pk").values_list("pk", flat=True))
    if dry_run:
        return Purged(len(waiting), len({*_files(cases.values("pk")), *_abandoned(now)}))
    for start in range(0, len(waiting), BATCH):
        keys = waiting[start : start + BATCH]
        _empty(keys, now)
        say(f"{len(keys)} kasus dianonimkan")
    files = {*_files(cases.exclude(purged_at=None).values("pk")), *_abandoned(now)}
    for name in files:
        default_storage.delete(name)
    return Purged(len(waiting), len(files))


@transaction.atomic
def _empty(keys: Iterable[int], now: datetime) -> None:
    """What is sealed in these cases becomes empty; nobody follows them by a code any more. One statement a table."""
    keys = list(keys)
    list(Case.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    for model, names in sealed_columns():
        model._default_manager.filter(**{f"{WAYS[model]}__in": keys}).update(**dict.fromkeys(names, b""))
    Case.objects.filter(pk__in=keys).update(purged_at=now, tracking="")


def _files(cases: Any) -> list[str]:
    """Names of the files of these cases that are still there."""
    return sorted(name for name in _named(cases) if default_storage.exists(name))


def _named(cases: Any) -> set[str]:
    """Names of the files that rows of these cases hold."""
    evidence = Evidence.objects.filter(case__in=cases).order_by().values_list("original", "shown")
    packages = Referral.objects.filter(case__in=cases).order_by().values_list("package", flat=True)
    return {name for name in (*(name for pair in evidence for name in pair), *packages) if name}


def _abandoned(now: datetime) -> list[str]:
    """Names of files that no row holds and nobody waits for. What lies on the disk is listed before the rows are read."""
    unfinished = [name for name in _listed("")[1] if name.startswith(UNFINISHED)]
    found = [name for name in unfinished if _written(name) < now - LONGEST_WORK]
    lying = [name for folder in FOLDERS for name in _lying(folder)]
    today = local_date(settings.TIME_ZONE, now)
    old = [name for name in lying if purge_on(local_date(settings.TIME_ZONE, _written(name))) <= today]
    known = _named(Case.objects.values("pk")) if old else set()
    return found + [name for name in old if name not in known]


def _written(name: str) -> datetime:
    return default_storage.get_modified_time(name)


def _lying(folder: str) -> Iterator[str]:
    """Names of all files below the folder."""
    folders, names = _listed(folder)
    yield from (f"{folder}/{name}" for name in names)
    for below in folders:
        yield from _lying(f"{folder}/{below}")


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """Folders and files right below; none where nothing was ever stored."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
    return folders, names
