"""The board of a regency's handlers: what runs out first, by number. Nothing sealed is read here."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery

from districts.models import Election
from neutrality.clocks import SOON_DAYS
from neutrality.models import Case, CaseClock

SEALED = ("summary", "place")
RUNNING = CaseClock.objects.filter(met_on=None).order_by("due_on", "pk")


def with_due(election: Election | None, regency: str) -> Any:
    """The cases of a regency with `next_due`: the last day of the running term that ends first, None without one."""
    nearest = RUNNING.filter(case=OuterRef("pk")).values("due_on")[:1]
    found = Case.objects.filter(election=election, regency=regency).defer(*SEALED)
    return found.annotate(next_due=Subquery(nearest))


def near(name: str, today: date) -> Q:
    """The condition on `next_due` of a nearness of `neutrality.clocks.nearness`."""
    soon = today + timedelta(days=SOON_DAYS)
    return {
        "lewat": Q(next_due__lt=today),
        "hari_ini": Q(next_due=today),
        "segera": Q(next_due__gt=today, next_due__lte=soon),
        "nanti": Q(next_due__gt=soon),
        "tanpa": Q(next_due=None),
    }[name]


def counts(election: Election | None, regency: str, today: date) -> dict[str, int]:
    """Open cases in all (`semua`) and by nearness. One statement."""
    names = ("lewat", "hari_ini", "segera", "nanti", "tanpa")
    found: dict[str, int] = with_due(election, regency).open().aggregate(
        semua=Count("pk"), **{name: Count("pk", filter=near(name, today)) for name in names}
    )  # fmt: skip
    return found


def board_rows(election: Election | None, regency: str, chosen: dict[str, Any], today: date) -> Any:
    """The cases that pass the filters, what runs out first on top, with `running` (terms) and forms. Three statements."""
    found = with_due(election, regency)
    if not chosen.get("status"):
        found = found.open()
    elif chosen["status"] != "semua":
        found = found.filter(state=chosen["status"])
    if chosen.get("batas"):
        found = found.filter(near(chosen["batas"], today))
    if chosen.get("asal"):
        found = found.filter(intake=chosen["asal"])
    if chosen.get("bentuk"):
        found = found.filter(forms=chosen["bentuk"])
    if chosen.get("nomor"):
        found = found.filter(number__icontains=chosen["nomor"].strip())
    prefetched = found.prefetch_related(Prefetch("clocks", RUNNING, to_attr="running"), "forms")
    return prefetched.order_by("next_due", "state_since", "pk")  # without a term last
