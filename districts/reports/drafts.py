"""Drafts of reports, kept as typed: one per person and expected report, on the server.

Also what an anonymous browser sent because its session had ended while the form was open: kept in that browser's own
session until the person signs in again, then made their draft.
"""

import json
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Exists, OuterRef

from districts.access import can_report
from districts.models import ExpectedReport, Report, ReportDraft, User
from districts.reports.typed import Typed, base_of, key_of, merged

SESSION_KEY = "unsent_report"
#: A full form is below 8 kB; anyone may post here, so what is kept is bounded.
MAX_SESSION_BYTES = 48 * 1024


def draft_of(user: User, expected: ExpectedReport) -> ReportDraft | None:
    return ReportDraft.objects.filter(user=user, expected=expected).first()


def left_behind(user: User, expected: ExpectedReport) -> ReportDraft | None:
    """What the person typed for an earlier period and nobody sent before it closed, as a draft of `expected`, unsaved.

    None once anything was reported since. One statement.
    """
    reported_since = Report.objects.filter(
        election=OuterRef("expected__election"),
        kecamatan=OuterRef("expected__kecamatan"),
        due_at__gte=OuterRef("expected__due_at"),
    )
    earlier = ReportDraft.objects.filter(
        ~Exists(reported_since),
        user=user,
        expected__election=expected.election_id,
        expected__kecamatan=expected.kecamatan_id,
        expected__due_at__lt=expected.due_at,
    )
    found = earlier.order_by("-expected__due_at").first()
    if found is None:
        return None
    return ReportDraft(user=user, expected=expected, typed=found.typed, saved_at=found.saved_at)


@transaction.atomic
def save_draft(*, expected: ExpectedReport, by: User, typed: Typed) -> ReportDraft | None:
    """Keep what was typed. None when exactly this was sent meanwhile: an autosave that comes late brings nothing back.

    Waits for a report of the same kecamatan and period that is being sent right now.
    """
    key = key_of(typed)
    ExpectedReport.objects.select_for_update(no_key=True).only("pk").get(pk=expected.pk)
    if Report.objects.filter(client_key=key, submitted_by=by).exists():
        return None
    before = ReportDraft.objects.filter(user=by, expected=expected).first()
    draft, _made = ReportDraft.objects.update_or_create(
        user=by,
        expected=expected,
        defaults={
            "typed": merged(before.typed, typed) if before else typed,
            "base_revision": base_of(typed),
            "client_key": key,
        },
    )
    return draft


def keep_in_session(session: SessionBase, code: str, slot: str, typed: Typed, now: datetime) -> bool:
    """Keep what a signed-out browser sent; False when it is too much to be our form."""
    kept: dict[str, Any] = {"code": code, "slot": slot, "typed": typed, "at": now.isoformat()}
    if len(json.dumps(kept)) > MAX_SESSION_BYTES:
        return False
    session[SESSION_KEY] = kept
    return True


def draft_from_session(session: SessionBase, expected: ExpectedReport, by: User) -> ReportDraft | None:
    """Make what this browser sent while signed out the person's draft. None when there is nothing of this report."""
    kept = session.get(SESSION_KEY)
    if not kept or (kept["code"], kept["slot"]) != (expected.kecamatan_id, expected.slot):
        return None
    del session[SESSION_KEY]
    if not can_report(by, expected.kecamatan_id):
        return None
    return save_draft(expected=expected, by=by, typed=kept["typed"])
