"""The statements of `statistics`. Each gives (regency, column, count) of the cases recorded before the moment of their
regency: `places` and `untils` side by side.

`regency` empty: what is published; `month` empty: all, else only cases received in it (`2026-11`).

What is published (no `regency`) counts information from the public form only once it was passed on to Bawaslu: else
anybody could send as many tips as make a hidden number large enough to be told, and subtract his own.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Min

from districts.models import Election
from neutrality.models import Case

#: Of a regency that is not told yet.
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
FOUR_DAYS = timedelta(days=4)  # from the 28th into the next month

_CASES = """
cases AS (
    SELECT id, told.place, until, intake, received_at, to_char(received_at AT TIME ZONE %(zone)s, 'YYYY-MM') AS month
    FROM neutrality_case
    JOIN unnest(%(places)s::text[], %(untils)s::timestamptz[]) AS told(place, until) ON told.place = regency_id
    WHERE election_id = %(election)s AND recorded_at < until
      AND (%(month)s = '' OR to_char(received_at AT TIME ZONE %(zone)s, 'YYYY-MM') = %(month)s)
      AND (%(regency)s <> '' OR intake <> 'web' OR id IN (
          SELECT case_id FROM neutrality_casemove WHERE to_state = 'diteruskan_bawaslu' AND recorded_at < until))
)"""
# the last state but "done", and when the case first waited for nobody
_MOVED = """
moved AS (
    SELECT case_id, (array_agg(to_state ORDER BY at DESC, neutrality_casemove.id DESC))[1] AS state,
        min(at) FILTER (WHERE to_state IN ('ditutup_tidak_cukup', 'kedaluwarsa', 'tidak_diregistrasi', 'bukan_pelanggaran',
                                           'sanksi_dijatuhkan')) AS ended_at
    FROM neutrality_casemove JOIN cases ON cases.id = case_id
    WHERE recorded_at < until AND to_state <> 'selesai'
    GROUP BY case_id
)"""
TABLES = {
    "asal": f"""WITH {_CASES}
SELECT place, CASE intake WHEN 'temuan' THEN 'temuan' ELSE 'laporan' END, count(*) FROM cases GROUP BY 1, 2""",
    "bulan": f"WITH {_CASES} SELECT place, month, count(*) FROM cases GROUP BY 1, 2",
    "perjalanan": f"""WITH {_CASES}, {_MOVED}
SELECT place, CASE
        WHEN state IN ('ditutup_tidak_cukup', 'kedaluwarsa') THEN 'ditutup'
        WHEN state = 'tidak_diregistrasi' THEN 'tidak_diregistrasi'
        WHEN state IN ('terdaftar', 'klarifikasi') THEN 'dikaji'
        WHEN state = 'bukan_pelanggaran' THEN 'bukan'
        WHEN state IN ('diteruskan_bkn', 'pidana_gakkumdu', 'diteruskan_bupati', 'diteruskan_tni', 'diteruskan_polri',
                       'diteruskan_dkpp', 'verifikasi_bkn', 'rekomendasi_ppk_asn') THEN 'diteruskan'
        WHEN state = 'sanksi_dijatuhkan' THEN 'sanksi'
        WHEN state = 'tidak_ditindaklanjuti' THEN 'tanpa_tindak_lanjut'
        ELSE 'belum' END, count(*)
FROM cases LEFT JOIN moved ON moved.case_id = cases.id GROUP BY 1, 2""",
    # the gravest kind of a case: crime, discipline, village, ethics
    "jenis": f"""WITH {_CASES}
SELECT place, coalesce(gravest.kind, 'belum'), count(*)
FROM cases LEFT JOIN (
    SELECT chosen.case_id, (array_agg(form.kind
        ORDER BY array_position(ARRAY['pidana', 'disiplin', 'desa', 'kode_etik'], form.kind::text)))[1] AS kind
    FROM neutrality_case_forms chosen JOIN neutrality_violationform form ON form.code = chosen.violationform_id
    WHERE chosen.case_id IN (SELECT id FROM cases) GROUP BY 1
) gravest ON gravest.case_id = cases.id GROUP BY 1, 2""",
    "bentuk": f"""WITH {_CASES}
SELECT place, form.code, count(*)
FROM cases JOIN neutrality_case_forms chosen ON chosen.case_id = cases.id
JOIN neutrality_violationform form ON form.code = chosen.violationform_id AND form.kind = %(kind)s GROUP BY 1, 2""",
    "jabatan": f"""WITH {_CASES}
SELECT place, subject_type_id, count(*) FROM cases JOIN neutrality_reported reported ON reported.case_id = cases.id
GROUP BY 1, 2""",
    "sanksi": f"""WITH {_CASES}
SELECT place, level, count(*)
FROM cases JOIN neutrality_sanction sanction ON sanction.case_id = cases.id AND sanction.recorded_at < until
GROUP BY 1, 2""",
}
# of regencies, provinces and the nation (no code): cases that ended, and days from receipt to the end
MEDIANS = f"""WITH {_CASES}, {_MOVED}, ended AS (
    SELECT place, left(place, 2) AS province, extract(epoch FROM ended_at - received_at) / 86400 AS days
    FROM cases JOIN moved ON moved.case_id = cases.id WHERE ended_at IS NOT NULL
)
SELECT coalesce(place, province), count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY days)
FROM ended GROUP BY GROUPING SETS ((place), (province), ())"""
# of each regency that votes, by the end of the month in which they began to count: cases
_GROWTH = """
SELECT regency.code, date_trunc('month', entered AT TIME ZONE %(zone)s) + interval '1 month', count(found.id)
FROM (SELECT DISTINCT left(kecamatan_id, 5) AS code FROM districts_votingkecamatan WHERE election_id = %(election)s) regency
LEFT JOIN (
    SELECT id, regency_id, CASE WHEN intake <> 'web' THEN recorded_at ELSE (
        SELECT min(move.recorded_at) FROM neutrality_casemove move
        WHERE case_id = neutrality_case.id AND to_state = 'diteruskan_bawaslu') END AS entered
    FROM neutrality_case WHERE election_id = %(election)s
) found ON regency_id = regency.code AND entered < %(until)s
GROUP BY 1, 2 ORDER BY 1, 2"""


def told_until(cursor: Any, election: int, until: datetime, limit: int) -> dict[str, datetime]:
    """Each regency that votes with the moment up to which it is told: an end of a month, `until` at the latest.

    A regency goes on to the end of a month only with `limit` cases or more since the end it is told to. So between two
    publications the cases of a regency, a province or the nation do not change or grow by `limit` at least, and so do
    those of any places together. One statement.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    cursor.execute(_GROWTH, {"election": election, "until": until, "zone": settings.TIME_ZONE})
    told: dict[str, datetime] = {}
    waiting: dict[str, int] = {}
    for code, end, count in cursor.fetchall():
        told.setdefault(code, NEVER)
        waiting[code] = waiting.get(code, 0) + count
        if waiting[code] >= limit:
            told[code], waiting[code] = end.replace(tzinfo=zone), 0
    return told


def first_month(election: Election, until: datetime) -> date | None:
    """The month in which the first case was received, None before there is one."""
    found = Case.objects.filter(election=election, recorded_at__lt=until).aggregate(first=Min("received_at"))["first"]
    return found.astimezone(ZoneInfo(settings.TIME_ZONE)).date().replace(day=1) if found else None
