"""Eight weeks of weekly reports, sent as the camat sends them, and what the Desk decided about them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from districts import weeks
from districts.demo.calendar import ZONE
from districts.demo.people import camat_username
from districts.demo.story import STORIES, Rhythm, Story, share_done
from districts.models import Channel, Decision, Election, ExpectedReport, Report, User
from districts.reporting import decide_report, submit_report
from districts.reports.content import ReportContent
from districts.reports.fields import FIELDS
from districts.reports.sheet import Totals, totals_of

RETURNED = "64.08.08"  # Kombeng: its report of two weeks ago came back and was corrected
RETURN_REASON = "Angka Linmas yang sudah dilatih melebihi daftar hadir. Periksa lagi, lalu kirim ulang."
#: On what share of the whole each count is taken: "tps", 7 KPPS, 2 Linmas or 9 people a TPS, voters, villages, pledges.
WHOLES = {
    "tps_route_final": ("tps_total", 1),
    "kpps_filled": ("tps_total", 7),
    "kpps_trained": ("tps_total", 7),
    "ptps_filled": ("tps_total", 1),
    "notices_delivered": ("voters_total", 1),
    "linmas_trained": ("tps_total", 2),
    "tps_line_tested": ("tps_total", 1),
    "staff_screened": ("tps_total", 9),
    "pledges_signed": ("pledge_total", 1),
}
WAREHOUSE = ("warehouse_dry", "warehouse_locked", "warehouse_guarded", "warehouse_lit", "warehouse_flood_safe")
SUMMARY_DAYS = 21  # a story's obstacle is told from three weeks before the demo is loaded
DECLARED_AT_H = 45
FPK_EVERY_DAYS = 21
FPK_FROM_H = 51
WEEKLY_RAKOR_FROM_H = 38  # before that a rakor a month
LAST_HEARD = time(16, 20)


@dataclass(frozen=True, slots=True)
class Sent:
    """A report to be sent: which one, when and by what story."""

    expected: ExpectedReport
    at: datetime
    story: Story

    @property
    def h_minus(self) -> int:
        return self.expected.election.h_minus(ZONE, self.at)


def plan(election: Election, *, now: datetime) -> list[Sent]:
    """What was sent until `now`, in order of time."""
    opened = election.expected_reports.filter(opens_at__lte=now)
    expected = opened.select_related("kecamatan", "election").prefetch_related("kecamatan__children")
    found = [
        Sent(row, at, story)
        for row in expected
        if (story := STORIES[row.kecamatan_id]).rhythm != Rhythm.NEVER and (at := _sent_at(row, story, now)) is not None
    ]
    return sorted(found, key=lambda sent: (sent.at, sent.expected.kecamatan_id))


def _sent_at(expected: ExpectedReport, story: Story, now: datetime) -> datetime | None:
    """When a kecamatan sends this report; None while it has not, or when it has fallen silent."""
    place = int(expected.kecamatan_id[-2:])
    at = {
        Rhythm.PROMPT: expected.opens_at + timedelta(hours=8, minutes=31 * place),
        Rhythm.MONDAY: expected.due_at - timedelta(minutes=9 * place),
        Rhythm.LATE: expected.due_at + timedelta(hours=26, minutes=11 * place),
    }[story.rhythm]
    if story.silent_days:
        day = weeks.local_date(ZONE, now) - timedelta(days=story.silent_days)
        newest = datetime.combine(day, LAST_HEARD, ZoneInfo(ZONE))
        if expected.opens_at <= newest < expected.closes_at:
            return newest
        if newest < expected.opens_at:
            return None
    return at if at < expected.closes_at and at <= now else None


def send_all(election: Election, people: dict[str, User], *, now: datetime) -> int:
    """Send and decide everything of the plan; how many reports there are then."""
    desks = {"64.08": people["desk-kutim"], "64.11": people["desk-mahulu"]}
    totals: dict[str, Totals] = {}
    sent = plan(election, now=now)
    for item in sent:
        code = item.expected.kecamatan_id
        if code not in totals:
            totals[code] = totals_of(code)
        _send(item, people, desks[code[:5]], totals[code], now)
    return len(sent)


def _send(sent: Sent, people: dict[str, User], desk: User, totals: Totals, now: datetime) -> None:
    """Where there is no signal the Desk types what the camat says over the radio."""
    dictated = not sent.story.signal
    report = submit_report(
        expected=sent.expected,
        by=desk if dictated else people[camat_username(sent.expected.kecamatan)],
        content=ReportContent(figures=dict(figures(sent, totals, now))),
        client_key=uuid.uuid4(),
        base_revision=0,
        now=sent.at,
        channel=Channel.RADIO if dictated else Channel.WEB,
        on_behalf_of="Sekcam" if dictated else "",
    ).report
    weeks_ago = (now - sent.expected.due_at) // weeks.ONE_WEEK
    if sent.expected.kecamatan_id == RETURNED and weeks_ago == 1:
        _return_and_correct(sent, report, people, desk, totals, now)
    elif (decided := max(sent.at, sent.expected.due_at) + timedelta(hours=3)) <= now:
        decide_report(report=report, decision=Decision.ACCEPTED, by=desk, now=decided)


def _return_and_correct(
    sent: Sent, report: Report, people: dict[str, User], desk: User, totals: Totals, now: datetime
) -> None:
    returned = sent.at + timedelta(hours=5)
    decide_report(report=report, decision=Decision.RETURNED, by=desk, now=returned, reason=RETURN_REASON)
    answers = dict(figures(sent, totals, now))
    corrected = answers | {"linmas_trained": answers["linmas_trained"] - 3}
    again = submit_report(
        expected=sent.expected,
        by=people[camat_username(sent.expected.kecamatan)],
        content=ReportContent(figures=corrected, fall_reason="Tiga orang tercatat dua kali dalam daftar hadir."),
        client_key=uuid.uuid4(),
        base_revision=1,
        now=returned + timedelta(hours=20),
    ).report
    decide_report(report=again, decision=Decision.ACCEPTED, by=desk, now=returned + timedelta(hours=22))


def figures(sent: Sent, totals: Totals, now: datetime) -> Iterator[tuple[str, Any]]:
    """The answers to what is due in this report, and the pledges, which grow on after they are no longer asked for."""
    answers = (
        dict(_counts(sent, totals))
        | dict(_personnel(sent, totals))
        | dict(_words(sent, now))
        | dict(_telecom(sent, totals))
        | dict(_outreach(sent))
        | {name: name not in sent.story.bad_warehouse for name in WAREHOUSE}
    )
    for field in FIELDS:
        wanted = field.is_due(sent.expected.h_minus) or field.due_from is None or field.name == "pledges_signed"
        if wanted and field.name in answers:
            yield field.name, answers[field.name]


def _counts(sent: Sent, totals: Totals) -> Iterator[tuple[str, int]]:
    for name, (whole, factor) in WHOLES.items():
        yield name, int(share_done(name, sent.h_minus, sent.story) * (getattr(totals, whole) or 0) * factor)
    for name in ("voters_duplicate", "voters_ineligible", "voters_unlisted", "security_events"):
        yield name, 0
    for name in ("hints_money", "hints_black_campaign", "hints_hoax", "hints_sara"):
        yield name, 0
    yield "staff_sick", sent.h_minus % 3


def _personnel(sent: Sent, totals: Totals) -> Iterator[tuple[str, int]]:
    """Polri grows to a tenth more than one for two TPS, the need of *kurang rawan* (2-4-8) with the risky ones above."""
    tps = totals.tps_total or 0
    yield "personnel_polri", 2 + int(0.8 * tps * share_done("personnel_polri", sent.h_minus, sent.story))
    yield "personnel_tni", 1 + tps // 8
    yield "personnel_satpol_pp", 1 + tps // 15
    yield "personnel_linmas", tps
    yield "personnel_damkar", tps // 40


def _words(sent: Sent, now: datetime) -> Iterator[tuple[str, Any]]:
    story, recent = sent.story, now - sent.at < timedelta(days=SUMMARY_DAYS)
    troubled = bool(story.summary) and recent
    yield "general_condition", "waspada" if troubled else "kondusif"
    yield "has_obstacle", troubled
    yield "summary", story.summary if troubled else ""
    yield "disasters", list(story.disasters) if recent else ["NO"]
    cut_off = _villages(sent)[-story.cut_off :] if story.cut_off and recent else []
    yield "cut_off_villages", cut_off
    yield "cut_off_with_alternative", []


def _telecom(sent: Sent, totals: Totals) -> Iterator[tuple[str, Any]]:
    story, villages = sent.story, _villages(sent)
    dark = (totals.tps_total or 0) // 3 if story.signal < 3 else 0
    yield "blankspot_villages", villages[1 : 1 + story.blankspots]
    yield "office_mbps", {0: None, 2: 8}.get(story.signal, 36)
    yield "tps_without_power", dark
    yield "tps_with_backup_power", int(dark * share_done("tps_with_backup_power", sent.h_minus, story))


def _outreach(sent: Sent) -> Iterator[tuple[str, Any]]:
    story, villages = sent.story, _villages(sent)
    day = weeks.local_date(ZONE, sent.at)
    declared_on = sent.expected.election.voting_day - timedelta(days=DECLARED_AT_H)
    yield "outreach_villages", villages[: int(share_done("outreach_villages", sent.h_minus, story) * len(villages))]
    yield "outreach_stages", 1 + sent.h_minus % 2
    yield "outreach_neutrality", sent.h_minus % 2
    yield "outreach_peace", 1
    yield "outreach_participants", 40 + 5 * len(villages)
    yield "peace_declared_on", declared_on if story.declared and declared_on <= day else None
    fpk_held = sent.h_minus + story.lag_days <= FPK_FROM_H
    yield "fpk_met_on", day - timedelta(days=sent.h_minus % FPK_EVERY_DAYS) if fpk_held else None
    rakor_days = story.rakor_days if sent.h_minus + story.lag_days <= WEEKLY_RAKOR_FROM_H else 18
    yield "rakor_met_on", day - timedelta(days=rakor_days)


def _villages(sent: Sent) -> list[str]:
    children = sent.expected.kecamatan.children.all()
    return sorted(village.code for village in children)
