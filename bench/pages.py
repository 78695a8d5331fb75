"""Every page against an empty signed-in page of the same app: statements, bytes and time."""

import gzip
import statistics
from dataclasses import dataclass
from time import perf_counter

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.results import Results
from districts.models import Election, User
from districts.reports.expecting import current_expected

REPEATS = 25
EMPTY = "/kosong/"
STATEMENTS = 12  # at most, on every page
TIMES_EMPTY = 4  # at most
FIRST_VIEW_KB = 60
FORM_KB = 30


@dataclass(frozen=True, slots=True)
class Measured:
    statements: int
    kilobytes: float
    seconds: float


def addresses(election: Election) -> dict[str, tuple[str, str]]:
    """name: (who, address)."""
    slot = current_expected(election, "64.08.11", timezone.now())
    report = {"code": "64.08.11", "slot": slot.slot}
    pages = {
        "dashboard_regency": ("desk", reverse("dashboard", args=["64.08"])),
        "dashboard_list_filtered": ("desk", reverse("dashboard", args=["64.08"]) + "?warna=merah&urut=skor"),
        "kecamatan": ("desk", reverse("kecamatan", args=["64.08.11"])),
        "silent": ("desk", reverse("silent", args=["64.08"])),
        "issues": ("desk", reverse("issues", args=["64.08"])),
        "search": ("desk", reverse("search") + "?q=sang"),
        "report": ("camat", reverse("report", kwargs=report)),
        "report_form": ("camat", reverse("report_form", kwargs=report)),
    }
    top = {
        "dashboard_nation": ("nasional", reverse("nation")),
        "dashboard_province": ("nasional", reverse("dashboard", args=["64"])),
        "silent_nation": ("nasional", reverse("silent_nation")),
        "issues_nation": ("nasional", reverse("issues_nation")),
    }
    return pages | top


def measure(user: User, address: str) -> tuple[Measured, float]:
    """The page, and how many times the empty page it takes: medians of visits that take turns after warm ones.

    Taking turns, whatever else the machine does falls on both. Bytes are gzip level 6 of the body.
    """
    client = Client()
    client.force_login(user)
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    times: dict[str, list[float]] = {EMPTY: [], address: []}
    for turn in range(REPEATS + 2):
        for visited, own in times.items():
            started = perf_counter()
            client.get(visited)
            if turn >= 2:
                own.append(perf_counter() - started)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    seconds = statistics.median(times[address])
    kilobytes = len(gzip.compress(response.content, 6)) / 1000
    return Measured(len(captured), kilobytes, seconds), seconds / statistics.median(times[EMPTY])


def all_pages(people: dict[str, User], election: Election) -> dict[str, tuple[Measured, float]]:
    """name: what was measured and how many times the empty page it took."""
    return {name: measure(people[who], address) for name, (who, address) in addresses(election).items()}


def report(results: Results, small: dict, large: dict, note: str) -> None:
    for name, (page, ratio) in large.items():
        few = small[name][0]
        own = f"{note}; 18 kecamatan: {few.statements} statements, {small[name][1]:.1f}× empty"
        results.add(f"districts.page.{name}.statements", page.statements, "statements", STATEMENTS, note=own)
        results.add(
            f"districts.page.{name}.statements_growth", page.statements - few.statements, "statements", 0, note=own
        )
        limit = FORM_KB if name == "report_form" else FIRST_VIEW_KB
        results.add(f"districts.page.{name}.gzipped", page.kilobytes, "kB", limit, note=own)
        results.add(
            f"districts.page.{name}.times_empty", ratio, "×", TIMES_EMPTY, note=f"{own}; {page.seconds * 1000:.1f} ms"
        )
