"""Who has not reported: the kecamatan whose newest slot is open and empty, with whom to call and when that was last tried.

The slot is the same for every kecamatan of a time zone, so the list starts from its code and never looks for the newest
row of each of 7,285 kecamatan.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse

from districts.access import Role
from districts.frame import Place
from districts.models import Assignment, Contact, ContactAttempt, Election, ExpectedReport, Report
from districts.models.expected import SILENT_STATES, ExpectedReportQuerySet
from districts.reports.contacting import Person, reminder, sms_link, whatsapp_link
from districts.reports.reaching import Reach, reach_now
from districts.sentences import age_words, due_words
from districts.weeks import ZONES

#: Rows on a page of the list.
PER_PAGE = 25


#: People shown of each kecamatan; the rest are on its page.
PEOPLE_SHOWN = 2


def silent_in(place: Place, election: Election, now: datetime) -> ExpectedReportQuerySet:
    """Expected reports of the slot that is open now to which nothing came, by code.

    "Nothing came" is asked of the reports and not of `with_state`, which would look up the calls of all 7,285.
    """
    came = Report.objects.filter(expected=OuterRef("pk"))
    found = ExpectedReport.objects.under(place.code).filter(open_slots(election, now), ~Exists(came), election=election)
    return found.order_by("kecamatan")


def with_history(silent: ExpectedReportQuerySet, now: datetime, wanted: str = "") -> ExpectedReportQuerySet:
    """Adds the state, the newest call, and `last_sent_at` of the kecamatan's newest report of any slot. Of the state
    `wanted` alone where one is named.
    """
    theirs = Report.objects.filter(election=OuterRef("election"), kecamatan=OuterRef("kecamatan"))
    newest = Subquery(theirs.newest_first().values("submitted_at")[:1])
    found = silent.with_state(now).annotate(last_sent_at=newest).select_related("kecamatan__parent")
    return found.filter(state=wanted) if wanted else found


def open_slots(election: Election, now: datetime) -> Q:
    """The newest slot opened at `now`; no row before the first. For some hours the zones are in different ones."""
    found = {}
    for zone in ZONES:
        opened = [slot.code for slot in election.slots(zone) if slot.opens_at <= now]
        found[zone] = opened[-1] if opened else ""
    if len(set(found.values())) == 1:
        return Q(slot=found.popitem()[1])
    either = Q(pk__in=[])
    for zone, slot in found.items():
        either |= Q(kecamatan__time_zone=zone, slot=slot)
    return either


#: Of the silent ones, how many wait, are overdue, or cannot be reached now, due or not: what `with_state` says of each
#: row, told for all 7,285 in one pass. Their slot is the one that is open, so "now" is all that counts.
COUNTS = """
WITH silent AS ({silent}), unreachable AS (
    SELECT DISTINCT reach.kecamatan_id FROM districts_reachability reach
    WHERE reach.state = 'tidak_terjangkau' AND reach.starts_at <= %s AND COALESCE(reach.ended_at, reach.ends_at) > %s
)
SELECT CASE WHEN unreachable.kecamatan_id IS NOT NULL THEN 'tidak_terjangkau' WHEN silent.due_at <= %s THEN 'terlambat'
            ELSE 'belum_lapor' END AS state, count(*)
FROM silent LEFT JOIN unreachable ON unreachable.kecamatan_id = silent.kecamatan_id GROUP BY state"""


def counts_by_state(silent: ExpectedReportQuerySet, now: datetime) -> dict[str, int]:
    """How many have not reported, by `ReportState`: unreachable whether due or not, of the others those that are due.
    One statement.
    """
    statement, params = silent.order_by().values("pk", "kecamatan_id", "due_at").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(silent=statement), [*params, now, now, now])
        found = dict(cursor.fetchall())
    return {state.value: found.get(state.value, 0) for state in SILENT_STATES}


def people_to_call(codes: list[str]) -> dict[str, list[Person]]:
    """By kecamatan: its camat and operators with an account, then its contacts; those with a phone first. One statement."""
    staff = Assignment.objects.valid().filter(region__in=codes, role=Role.REPORTER, user__is_active=True)
    accounts = staff.values_list("region", "role", "user__name", "user__phone")
    contacts = Contact.objects.filter(region__in=codes).values_list("region", "office", "name", "phone")
    found: dict[str, list[Person]] = {code: [] for code in codes}
    for code, office, name, phone in accounts.union(contacts, all=True):
        label = str(Role(office).label) if office in Role.values else office
        found[code].append(Person(label, name, phone))
    for people in found.values():
        people.sort(key=lambda person: (not person.phone, person.office != Role.REPORTER.label, person.name))
    return found


_NEWEST_NOTE = """
SELECT GREATEST((SELECT at FROM districts_contactattempt ORDER BY id DESC LIMIT 1),
                (SELECT GREATEST(starts_at, ended_at) FROM districts_reachability ORDER BY id DESC LIMIT 1))"""


def newest_note() -> datetime | None:
    """When anybody last noted a call or how a kecamatan is reached, so that it shows on an open list. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_NOTE)
        noted: datetime | None = cursor.fetchone()[0]
    return noted


def panels(
    place: Place, election: Election, now: datetime, query: Mapping[str, str], absolute: Callable[[str], str]
) -> dict[str, Any]:
    """The list. `query` is the address's: `keadaan` (a `ReportState`) and `page`. `absolute` makes an address whole.
    Four statements, one when everybody reported.
    """
    silent = silent_in(place, election, now)
    counts = counts_by_state(silent, now)
    wanted = query.get("keadaan", "") if query.get("keadaan") in SILENT_STATES else ""
    number = counts[wanted] if wanted else sum(counts.values())
    pages = Paginator(with_history(silent, now, wanted) if number else silent.none(), PER_PAGE)
    pages.count = number
    page = pages.get_page(query.get("page"))
    return {
        "page": page,
        "rows": rows(page, absolute, now),
        "states": [{"state": state, "number": counts[state]} for state in SILENT_STATES],
        "total": sum(counts.values()),
        "wanted": wanted,
    }


def rows(listed: Iterable[Any], absolute: Callable[[str], str], now: datetime) -> list[dict[str, Any]]:
    """Every expected report of a page with the people to call and the links that send them the ready text.

    Two statements beside the page's own.
    """
    found = list(listed)
    if not found:
        return []
    codes = [expected.kecamatan_id for expected in found]
    people, reach = people_to_call(codes), reach_now(codes, now)
    return [
        _row(row, people[row.kecamatan_id], reach.get(row.kecamatan_id), absolute(_form_address(row)), now)
        for row in found
    ]


def _form_address(expected: ExpectedReport) -> str:
    return reverse("report_form", args=[expected.kecamatan_id, expected.slot])


def _row(expected: Any, people: list[Person], reach: Reach | None, address: str, now: datetime) -> dict[str, Any]:
    kecamatan = expected.kecamatan
    zone = kecamatan.time_zone
    text = reminder(expected, kecamatan.short_name, address, zone)
    return {
        "expected": expected,
        "kecamatan": kecamatan,
        "due": due_words(expected.due_at, now, zone),
        "last_sent": age_words(expected.last_sent_at, now, zone) if expected.last_sent_at else "",
        "reached": ContactAttempt.Outcome(expected.reached).label if expected.reached else "",
        "reached_when": age_words(expected.reached_at, now, zone) if expected.reached_at else "",
        "reach": reach,
        "people": [_links(person, text) for person in people[:PEOPLE_SHOWN]],
    }


def _links(person: Person, text: str) -> dict[str, str]:
    links = {"tel": f"tel:{person.phone}", "whatsapp": whatsapp_link(person.phone, text)} if person.phone else {}
    sms = {"sms": sms_link(person.phone, text)} if person.phone else {}
    return {"office": person.office, "name": person.name, "phone": person.phone} | links | sms
