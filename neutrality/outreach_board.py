"""What the boards of outreach show: coverage below a region, its tile map, its events, its month."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from districts.boards.overview import TILE_COLUMNS
from districts.curves import Clock
from districts.frame import Opened, Place
from districts.models import Election, Indicator, Level
from districts.models.regions import KECAMATAN_LENGTH, without_kabupaten
from districts.readiness import todays_target
from districts.weeks import days_left
from neutrality import outreach_sql
from neutrality.models import EventState, OutreachEvent, Topic
from neutrality.outreach_forms import OutreachFilter
from neutrality.panel import TOPIC_WORDS, Line, event_page

#: Length of the codes of the rows of a board, by the level of its place.
ROW_LENGTHS = (2, 5, 8)
#: What colours the tiles of a topic: the indicator of DOMAIN 6.3 it counts for.
INDICATORS = {Topic.NEUTRALITY: "NET-02", Topic.STAGES: "SOS-01", Topic.PEACE: "SOS-02"}
#: [P] Events of a month on one page of the calendar.
PER_MONTH_PAGE = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One region of a board. `known`: kecamatan that noted any event; of the others nothing is told.

    `neutrality`, `stages`, `peace`: desa covered. `met_on`: newest meeting of the forum of a kecamatan; of a wider region
    that of the kecamatan that waits longest. `to_sign` None: not known of how many. `late`: plans whose day has passed.
    """

    code: str
    name: str
    zone: str
    tile_row: int | None
    tile_column: int | None
    is_hard: bool
    kecamatan: int
    known: int
    villages: int
    neutrality: int
    stages: int
    peace: int
    declared: int
    declared_on: date | None
    met: int
    met_on: date | None
    signed: int | None
    to_sign: int | None
    participation: int
    participation_held: int
    held: int
    planned: int
    late: int
    written_at: datetime | None

    @property
    def short_name(self) -> str:
        return without_kabupaten(self.name)

    @property
    def href(self) -> str:
        return board_href(self.code)

    def covered(self, topic: Topic) -> int:
        return {Topic.NEUTRALITY: self.neutrality, Topic.STAGES: self.stages, Topic.PEACE: self.peace}[topic]

    @property
    def bars(self) -> list[tuple[str, int]]:
        """(topic, desa covered) in the order of `Topic`."""
        return [(str(TOPIC_WORDS[topic]), self.covered(topic)) for topic in Topic]

    def percent(self, topic: Topic) -> float | None:
        """Of its desa; for peace of its kecamatan, where it was declared. None where nobody noted any of it."""
        done, of = (self.declared, self.kecamatan) if topic == Topic.PEACE else (self.covered(topic), self.villages)
        return 100.0 * done / of if done and of else None


def board_href(code: str) -> str:
    """The outreach page of a region."""
    if not code:
        return reverse("outreach_nation")
    return reverse("outreach_kecamatan" if len(code) == KECAMATAN_LENGTH else "outreach", args=[code])


def rows_of(place: Place, election: Election, today: date) -> list[Row]:
    """Every region one level down that votes. One statement."""
    asked: dict[str, Any] = {
        "election": election.pk,
        "code": place.code,
        "width": ROW_LENGTHS[place.level],
        "today": today,
    }
    with connection.cursor() as cursor:
        cursor.execute(outreach_sql.rows(place.code), asked)
        return [Row(*row) for row in cursor.fetchall()]


def tiles(rows: list[Row], topic: Topic, clock: Clock) -> list[dict[str, Any]]:
    """The tile map of a topic in the colours of today's target (DOMAIN 6.2, 6.3). Two statements."""
    indicator = Indicator.objects.prefetch_related("target_points").get(pk=INDICATORS[topic])
    placed = all(row.tile_row is not None and row.tile_column is not None for row in rows)
    return [
        {
            "row": row.tile_row if placed else number // TILE_COLUMNS,
            "col": row.tile_column if placed else number % TILE_COLUMNS,
            "label": row.short_name,
            "score": row.percent(topic),
            "level": level_of(row, topic, todays_target(indicator, clock, is_hard=row.is_hard)),
            "href": row.href,
            "note": _tile_note(row, topic),
        }
        for number, row in enumerate(rows)
    ]


def level_of(row: Row, topic: Topic, target: tuple[bool, float | None, float, bool]) -> Level:
    """Grey where nobody noted anything, else as the indicator would be graded today. `target`: `todays_target`."""
    percent, (is_due, wanted, margin, passed) = row.percent(topic), target
    if percent is None or (is_due and wanted is None):
        return Level.GREY
    if topic == Topic.PEACE:
        wanted, margin = 100.0, 100.0 if not passed else 0.0
    if percent >= (wanted or 100.0):
        return Level.GREEN
    if not is_due:
        return Level.NOT_DUE
    return Level.AMBER if percent >= (wanted or 100.0) - margin else Level.RED


def _tile_note(row: Row, topic: Topic) -> str:
    if not row.known:
        return _("belum ada catatan")
    if topic == Topic.PEACE:
        return _("%(done)d dari %(total)d kecamatan sudah deklarasi") % {"done": row.declared, "total": row.kecamatan}
    return _("%(done)d dari %(total)d desa") % {"done": row.covered(topic), "total": row.villages}


def figures(rows: list[Row]) -> list[dict[str, Any]]:
    """Key figures of a board (`components/_figures.html`); None where nobody noted anything."""
    known = sum(row.known for row in rows)
    villages, kecamatan = sum(row.villages for row in rows), sum(row.kecamatan for row in rows)
    of_villages = _("dari %(total)d desa") % {"total": villages}
    signed = [row.signed for row in rows if row.signed is not None]
    silent = kecamatan - known

    def told(number: int) -> int | None:
        return number if known else None

    return [
        {"label": _("Desa: netralitas"), "value": told(sum(row.neutrality for row in rows)), "note": of_villages},
        {"label": _("Desa: tahapan"), "value": told(sum(row.stages for row in rows)), "note": of_villages},
        {"label": _("Desa: damai"), "value": told(sum(row.peace for row in rows)), "note": of_villages},
        {
            "label": _("Deklarasi Pilkada Damai"),
            "value": told(sum(row.declared for row in rows)),
            "note": _("dari %(total)d kecamatan") % {"total": kecamatan},
        },
        {"label": _("Ikrar ditandatangani"), "value": sum(signed) if signed else None},
        {"label": _("Kegiatan terlaksana"), "value": told(sum(row.held for row in rows))},
        {"label": _("Kecamatan tanpa catatan"), "value": silent, **({"level": Level.GREY} if silent else {})},
    ]


def panels(opened: Opened, election: Election, chosen: OutreachFilter, page: Any) -> dict[str, Any]:
    """All that the board of a place shows. Seven statements."""
    place = opened.place
    rows = rows_of(place, election, opened.today)
    clock = Clock(election.h_minus(place.zone, opened.now), days_left(election.voting_day, place.zone, opened.now))
    topic = chosen.topic()
    return {
        "rows": rows,
        "figures": figures(rows),
        "tiles": tiles(rows, topic, clock),
        "topic": topic,
        "topic_label": TOPIC_WORDS[topic],
        "topics": list(TOPIC_WORDS.items()),
        "topic_words": list(TOPIC_WORDS.values()),
        "written_at": max((row.written_at for row in rows if row.written_at), default=None),
        "late": sum(row.late for row in rows),
        **event_list(opened, election, chosen, page),
    }


def event_list(opened: Opened, election: Election, chosen: OutreachFilter, page: Any) -> dict[str, Any]:
    """Context of _events.html: the page of events that was asked for. Four statements."""
    events = chosen.narrowed(OutreachEvent.objects.filter(election=election).under(opened.place.code), opened.today)
    found, lines = event_page(events, page)
    return {
        "page": found,
        "lines": lines,
        "filters": chosen,
        "query": chosen.query(),
        "address": board_href(opened.place.code),
    }


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a calendar and its events, first day first."""

    first: date
    lines: list[Line]

    @property
    def days(self) -> list[tuple[date, list[Line]]]:
        """Only days on which something is."""
        return [(day, list(found)) for day, found in groupby(self.lines, key=lambda line: line.event.held_on)]

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return last_of(self.first) + timedelta(days=1)


def last_of(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def month_of(text: str, today: date) -> date:
    """The first day of the month "2026-11"; of today's for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def events_of_month(election: Election, code: str, first: date) -> QuerySet[OutreachEvent]:
    """Planned and held ones, first day first."""
    return (
        OutreachEvent.objects.filter(election=election, held_on__range=(first, last_of(first)))
        .exclude(state=EventState.CANCELLED)
        .under(code)
        .order_by("held_on", "kecamatan", "pk")
    )
