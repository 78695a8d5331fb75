"""Outreach of one kecamatan: which desa was covered by what, the declaration, pledges, the forum, its events.

The kecamatan's own page shows the short form of it as a panel. Nothing here is about cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.models import Election, Region
from neutrality.models import (
    EventKind,
    EventPhoto,
    EventState,
    Institution,
    OutreachEvent,
    PledgeCount,
    PledgeGroup,
    Topic,
)

#: Events on one page of a list [P].
PER_PAGE = 20
#: Topics as heads of columns.
TOPIC_WORDS = {
    Topic.NEUTRALITY: gettext_lazy("Netralitas"),
    Topic.STAGES: gettext_lazy("Tahapan"),
    Topic.PEACE: gettext_lazy("Damai"),
}


@dataclass(frozen=True, slots=True)
class Village:
    """A desa and when the last event of each topic covered it; None: none has."""

    code: str
    name: str
    covered: dict[str, date]

    @property
    def cells(self) -> list[tuple[str, date | None]]:
        """(topic, day) in the order of `Topic`."""
        return [(str(TOPIC_WORDS[topic]), self.covered.get(topic)) for topic in Topic]


@dataclass(frozen=True, slots=True)
class Pledged:
    """The newest count of a group; `signed` None: nobody counted it."""

    group: str
    name: str
    signed: int | None = None
    total: int | None = None
    counted_on: date | None = None
    noted_by: str = ""


@dataclass(frozen=True)
class Closeup:
    """What is known of a kecamatan's outreach. Read by `closeup`."""

    villages: list[Village]
    facts: list[dict[str, Any]]
    pledges: list[Pledged]
    pledge_total: int | None
    today: date

    @property
    def is_known(self) -> bool:
        return bool(self.facts)

    @property
    def topics(self) -> list[str]:
        """Column heads."""
        return [str(word) for word in TOPIC_WORDS.values()]

    def of_kind(self, kind: str, state: str = EventState.HELD) -> list[dict[str, Any]]:
        return [fact for fact in self.facts if fact["kind"] == kind and fact["state"] == state]

    def covered(self, topic: str) -> int | None:
        """Desa that held events of the topic covered; None before the first such event."""
        held = any(topic in fact["topics"] and fact["state"] == EventState.HELD for fact in self.facts)
        return sum(topic in village.covered for village in self.villages) if held else None

    @cached_property
    def declared_on(self) -> date | None:
        return min((fact["held_on"] for fact in self.of_kind(EventKind.DECLARATION)), default=None)

    @cached_property
    def meetings(self) -> list[date]:
        """Meetings of FPK or FKDM, newest first."""
        return sorted((fact["held_on"] for fact in self.of_kind(EventKind.FORUM)), reverse=True)

    @property
    def days_since_meeting(self) -> int | None:
        return (self.today - self.meetings[0]).days if self.meetings else None

    @property
    def signed(self) -> int | None:
        known = [each.signed for each in self.pledges if each.signed is not None]
        return sum(known) if known else None

    @property
    def to_sign(self) -> int | None:
        """Out of how many: what the profile says, else the sum once every group was counted."""
        totals = [each.total for each in self.pledges]
        return self.pledge_total or (sum(t for t in totals if t) if all(t is not None for t in totals) else None)

    @property
    def overdue_plans(self) -> list[dict[str, Any]]:
        """Plans whose day has passed and of which nobody said whether they took place."""
        return [fact for fact in self.facts if fact["state"] == EventState.PLANNED and fact["held_on"] < self.today]

    @property
    def written_at(self) -> datetime | None:
        return max((at for fact in self.facts for at in (fact["noted_at"], fact["confirmed_at"]) if at), default=None)

    def figures(self) -> list[dict[str, Any]]:
        """Key figures (`components/_figures.html`); None where nobody noted anything of the kind."""
        of_villages = _("dari %(total)d desa") % {"total": len(self.villages)}
        done, open_ = len(self.of_kind(EventKind.PARTICIPATION)), len(self.of_kind(EventKind.PARTICIPATION, "rencana"))
        signed_note = (
            _("dari %(total)d orang") % {"total": self.to_sign}
            if self.to_sign
            else _("jumlah seluruhnya belum lengkap")
        )
        return [
            {"label": _("Desa: netralitas"), "value": self.covered(Topic.NEUTRALITY), "note": of_villages},
            {"label": _("Desa: tahapan"), "value": self.covered(Topic.STAGES), "note": of_villages},
            {"label": _("Desa: damai"), "value": self.covered(Topic.PEACE), "note": of_villages},
            {"label": _("Ikrar ditandatangani"), "value": self.signed, "note": signed_note if self.signed is not None else ""},
            {"label": _("Hari sejak rapat FPK/FKDM"), "value": self.days_since_meeting},
            {
                "label": _("Kegiatan partisipasi"),
                "value": done if done + open_ else None,
                "note": _("dari %(total)d direncanakan") % {"total": done + open_} if done + open_ else "",
            },
        ]  # fmt: skip


def closeup(election: Election, code: str, today: date) -> Closeup:
    """Three statements, whatever was noted."""
    found = Region.objects.filter(parent=code).order_by("code")
    rows = list(found.values_list("code", "name", "parent__profile__pledge_total"))
    names = [(village, name) for village, name, _total in rows]
    counted = OutreachEvent.objects.filter(election=election, kecamatan=code).exclude(state=EventState.CANCELLED)
    columns = ("kind", "topics", "villages", "held_on", "state", "noted_at", "confirmed_at")
    facts: list[dict[str, Any]] = [dict(row) for row in counted.values(*columns)]
    covered: dict[str, dict[str, date]] = {each: {} for each, _name in names}
    for fact in facts:
        if fact["state"] != EventState.HELD:
            continue
        for village in covered.keys() & set(fact["villages"]):
            for topic in fact["topics"]:
                covered[village][topic] = max(fact["held_on"], covered[village].get(topic, fact["held_on"]))
    villages = [Village(each, name, covered[each]) for each, name in names]
    return Closeup(villages, facts, pledges(election, code), rows[0][2] if rows else None, today)


def villages_of(code: str) -> list[tuple[str, str]]:
    """(code, name) of the desa of a kecamatan. One statement."""
    return list(Region.objects.filter(parent=code).order_by("code").values_list("code", "name"))


def pledges(election: Election, code: str) -> list[Pledged]:
    """The newest count of every group. One statement."""
    newest = (
        PledgeCount.objects.filter(election=election, kecamatan=code)
        .order_by("group", "-counted_on", "-noted_at", "-pk")
        .distinct("group")
        .select_related("noted_by")
    )
    found = {each.group: each for each in newest}
    return [
        Pledged(group, str(label), each.signed, each.total, each.counted_on, each.noted_by.name)
        if (each := found.get(group))
        else Pledged(group, str(label))
        for group, label in PledgeGroup.choices
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """An event in a list, with the names of its desa and the positions of its photos."""

    event: OutreachEvent
    villages: str
    photos: list[int]
    topics: str
    institutions: str


def event_page(events: QuerySet[OutreachEvent], number: Any, per_page: int = PER_PAGE) -> tuple[Page[Any], list[Line]]:
    """(page, its lines), newest first. Four statements."""
    ordered = events.select_related("kecamatan", "noted_by").order_by("-held_on", "-pk")
    page = Paginator(ordered, per_page).get_page(number)
    return page, lines_of(page.object_list)


def lines_of(events: Iterable[OutreachEvent]) -> list[Line]:
    """Two statements: the desa of all of them, and the photos."""
    shown = list(events)
    codes = {village for event in shown for village in event.villages}
    names = dict(Region.objects.filter(code__in=codes).values_list("code", "name"))
    photos: dict[int, list[int]] = {}
    for event_id, position in EventPhoto.objects.filter(event__in=shown).values_list("event_id", "position"):
        photos.setdefault(event_id, []).append(position)
    return [
        Line(
            event,
            ", ".join(names[code] for code in event.villages if code in names),
            sorted(photos.get(event.pk, [])),
            words(Topic.choices, event.topics),
            words(Institution.choices, event.institutions),
        )
        for event in shown
    ]


def words(choices: Iterable[tuple[str, Any]], chosen: Iterable[str]) -> str:
    """The words of `chosen` in the order of `choices`, with commas."""
    wanted = set(chosen)
    return ", ".join(str(label) for key, label in choices if key in wanted)
