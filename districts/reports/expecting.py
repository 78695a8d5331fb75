"""Reports are expected before they are sent.

`expect_reports` makes the rows: called when an election is saved, by `load_demo` and by the sweep at each new day.
Where a row stands (*belum lapor*, *terlambat*, *tidak terjangkau* …) is derived, never stored:
`ExpectedReport.objects.….with_state(now)` annotates a `ReportState`.
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from districts.models import Election, ExpectedReport, Region
from districts.weeks import ZONES

_UPSERT = """
WITH slot AS (
    SELECT * FROM unnest(
        %(zone)s::text[], %(slot)s::text[], %(week)s::date[], %(h_minus)s::smallint[],
        %(opens_at)s::timestamptz[], %(due_at)s::timestamptz[], %(closes_at)s::timestamptz[]
    ) AS planned (zone, slot, week, h_minus, opens_at, due_at, closes_at)
)
INSERT INTO districts_expectedreport AS expected
    (election_id, kecamatan_id, slot, week, h_minus, opens_at, due_at, closes_at)
SELECT %(election)s, voting.kecamatan_id, slot.slot, slot.week, slot.h_minus, slot.opens_at, slot.due_at, slot.closes_at
FROM slot
JOIN districts_votingkecamatan voting ON voting.election_id = %(election)s AND voting.time_zone = slot.zone
WHERE NOT EXISTS (
    SELECT 1 FROM districts_expectedreport same
    WHERE same.election_id = %(election)s AND same.kecamatan_id = voting.kecamatan_id AND same.slot = slot.slot
      AND (same.week, same.h_minus, same.opens_at, same.due_at, same.closes_at)
        = (slot.week, slot.h_minus, slot.opens_at, slot.due_at, slot.closes_at)
)
ORDER BY voting.kecamatan_id, slot.slot
ON CONFLICT (election_id, kecamatan_id, slot) DO UPDATE
SET week = excluded.week, h_minus = excluded.h_minus,
    opens_at = excluded.opens_at, due_at = excluded.due_at, closes_at = excluded.closes_at
"""

# What was owed stays owed; only rows not yet due that nobody touched may go.
_DELETE = """
DELETE FROM districts_expectedreport expected
WHERE expected.election_id = %(election)s AND expected.due_at > %(now)s
  AND NOT EXISTS (SELECT 1 FROM districts_report t WHERE t.expected_id = expected.id)
  AND NOT EXISTS (SELECT 1 FROM districts_reportdraft t WHERE t.expected_id = expected.id)
  AND NOT EXISTS (SELECT 1 FROM districts_reportphoto t WHERE t.expected_id = expected.id)
  AND NOT EXISTS (SELECT 1 FROM districts_contactattempt t WHERE t.expected_id = expected.id)
  AND NOT EXISTS (SELECT 1 FROM districts_windowexception t WHERE t.expected_id = expected.id)
  AND NOT EXISTS (
    SELECT 1
    FROM unnest(%(zone)s::text[], %(slot)s::text[]) AS planned (zone, slot)
    JOIN districts_votingkecamatan voting
      ON voting.election_id = %(election)s AND voting.kecamatan_id = expected.kecamatan_id
     AND voting.time_zone = planned.zone
    WHERE planned.slot = expected.slot
  )
"""


def expect_reports(election: Election) -> int:
    """Make the expected reports of `election` what its calendar says; the number of rows made, moved or removed.

    Two statements, however many kecamatan. Repeating it changes nothing. An election that is not running
    expects nothing new.
    """
    planned = [(zone, slot) for zone in ZONES for slot in election.slots(zone)] if election.is_active else []
    parameters: dict[str, Any] = {
        "now": timezone.now(),
        "election": election.pk,
        "zone": [zone for zone, _ in planned],
        "slot": [slot.code for _, slot in planned],
        "week": [slot.week for _, slot in planned],
        "h_minus": [slot.h_minus for _, slot in planned],
        "opens_at": [slot.opens_at for _, slot in planned],
        "due_at": [slot.due_at for _, slot in planned],
        "closes_at": [slot.closes_at for _, slot in planned],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UPSERT, parameters)
        changed = cursor.rowcount
        cursor.execute(_DELETE, parameters)
        return changed + cursor.rowcount


def current_expected(election: Election, kecamatan: Region | str, now: datetime) -> ExpectedReport | None:
    """The slot a kecamatan should report in at `now`: the newest one opened. None before the first opens."""
    code = kecamatan if isinstance(kecamatan, str) else kecamatan.pk
    slots = ExpectedReport.objects.filter(election=election, kecamatan=code)
    return slots.opened(now).order_by("-opens_at").first()
