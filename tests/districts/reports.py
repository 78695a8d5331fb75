"""Reports as rows, for tests that are not about the form."""

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from districts.models import ExpectedReport, Report, User
from districts.reports.content import ReportContent
from districts.reports.expecting import expect_reports
from districts.reports.form import ReportForm
from districts.reports.sheet import Sheet
from districts.reports.typed import keyed

#: A complete report of Sandaran (18 TPS) at H-10.
ANSWERS = {
    "general_condition": "kondusif",
    "has_obstacle": False,
    "warehouse_dry": True,
    "warehouse_locked": True,
    "warehouse_guarded": True,
    "warehouse_lit": True,
    "warehouse_flood_safe": True,
    "tps_route_final": 14,
    "tps_at_ppk": 9,
    "tps_at_pps": 6,
    "tps_at_kpps": 0,
    "kpps_filled": 126,
    "kpps_trained": 120,
    "ptps_filled": 18,
    "notices_delivered": 1000,
    "voters_duplicate": 0,
    "voters_ineligible": 0,
    "voters_unlisted": 0,
    "personnel_polri": 12,
    "personnel_tni": 4,
    "personnel_satpol_pp": 3,
    "personnel_linmas": 36,
    "personnel_damkar": 2,
    "linmas_trained": 30,
    "security_events": 0,
    "blankspot_villages": [],
    "tps_line_tested": 14,
    "tps_without_power": 2,
    "tps_with_backup_power": 1,
    "outreach_stages": 1,
    "outreach_neutrality": 0,
    "outreach_peace": 0,
    "outreach_villages": ["64.08.11.2001"],
    "pledges_signed": 40,
    "cut_off_villages": [],
    "disasters": ["NO"],
    "staff_screened": 100,
    "staff_sick": 0,
    "hints_money": 0,
    "hints_black_campaign": 0,
    "hints_hoax": 0,
    "hints_sara": 0,
}
FORM_KEY = "5f0c7c3e-94a4-4c83-8d0e-6a6a2f7f9c01"
TOTALS = {"tps_total": 18, "voters_total": 7956, "village_total": 3, "pledge_total": 60}


def make_report(expected: ExpectedReport, by: User, **columns: object) -> Report:
    """One row of `districts_report`, complete at H-10 of Sandaran unless `columns` say otherwise."""
    sent_at = columns.get("submitted_at") or timezone.now()
    row = {
        "expected": expected,
        "kecamatan_id": expected.kecamatan_id,
        "election_id": expected.election_id,
        "due_at": expected.due_at,
        "h_minus": expected.h_minus,
        "revision": 1,
        "submitted_by": by,
        "submitted_at": sent_at,
        "submitted_on": sent_at.date(),
        "content_digest": "0" * 64,
        "receipt": uuid.uuid4().hex[:9].upper(),
        **TOTALS,
        **ANSWERS,
    }
    return Report.objects.create(**row | columns)


def open_slot(world, code: str = "64.08.11", slot: str = "2026-W47") -> ExpectedReport:
    """The expected report of the cast's kecamatan; makes all of them first."""
    expect_reports(world.election)
    return ExpectedReport.objects.select_related("kecamatan", "election").get(
        election=world.election, kecamatan=code, slot=slot
    )


def sent_last_week(world, **columns: object) -> Report:
    """A report of the week before, on time."""
    before = open_slot(world, slot="2026-W46")
    return make_report(
        before, world.people["camat-sandaran"], submitted_at=before.due_at - timedelta(hours=5), **columns
    )


def typed(**changes: object) -> dict[str, list[str]]:
    """A complete form at H-10 as a browser posts it. A change of None leaves the field out."""
    answers = {
        "client_key": FORM_KEY,
        "base_revision": 0,
        **ANSWERS,
        "blankspot_villages": ["-"],
        "cut_off_villages": ["-"],
        **changes,
    }
    found = {}
    for name, answer in answers.items():
        if answer is None:
            continue
        values = answer if isinstance(answer, list) else [answer]
        found[name] = [{True: "1", False: "0"}[v] if isinstance(v, bool) else str(v) for v in values]
    return found


def content(sheet: Sheet, now: datetime, **changes: object) -> ReportContent:
    """The clean content of `typed`; fails with the sentences when the form refuses it."""
    form = ReportForm(sheet, keyed(typed(**changes)), now=now, unchanged=bool(changes.get("unchanged")), check=True)
    assert form.is_valid(), form.mistakes()
    return form.content()


OBSTACLE = {
    "kendala-0-category": "akses",
    "kendala-0-title": "Dermaga Manubar rusak",
    "kendala-0-level": "3",
    "kendala-0-detail": "Kapal tidak bisa sandar sejak Rabu",
}
EVENT = {
    "kejadian-0-occurred_at": "2026-11-20T21:15",
    "kejadian-0-title": "Perusakan alat peraga",
    "kejadian-0-level": "2",
    "kejadian-0-village": "Manubar",
    "kejadian-0-place": "TPS 3",
    "kejadian-0-detail": "Baliho dirobek orang tak dikenal",
    "kejadian-0-action_taken": "Diamankan Linmas",
    "kejadian-0-needs_help": "on",
}
