"""Reports as rows, for tests that are not about the form."""

import uuid

from django.utils import timezone

from districts.models import ExpectedReport, Report, User

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
TOTALS = {"tps_total": 18, "voters_total": 7656, "village_total": 3, "pledge_total": 60}


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
        "receipt": uuid.uuid4().hex[:9],
        **TOTALS,
        **ANSWERS,
    }
    return Report.objects.create(**row | columns)
