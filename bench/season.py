"""Who reported on time over a whole season of the nation: the page against the empty one, when every slot is due."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from bench import nation, pages
from bench.results import Results
from districts.models import Election, ExpectedReport, Region, Report
from districts.reports.expecting import expect_reports

DAYS = 74  # as the demo's season: the Monday before the candidates are set (DOMAIN, H-66) until voting day
NATION_SECONDS = 1.0  # at most; everybody's season is read, so it is no multiple of the empty page
PLACES = {
    "nation": "/nasional/kepatuhan/",
    "province": "/wilayah/64/kepatuhan/",
    "regency": "/wilayah/64.08/kepatuhan/",
}

#: A report of each kecamatan for nine of ten slots, each a copy of one but for when and by which channel it came.
OWN = {
    "expected_id": "expected.id",
    "kecamatan_id": "expected.kecamatan_id",
    "due_at": "expected.due_at",
    "receipt": "lpad(expected.id::text, 9, '0')",
    "client_key": "gen_random_uuid()",
    "submitted_at": "expected.due_at + (mod(hashtext(expected.id::text), 100) - 75) * interval '4 minutes'",
}


def all_rows(results: Results, note: str) -> None:
    """The last measurement: it ends the other elections."""
    Election.objects.update(is_active=False)
    today = timezone.localdate()
    election = Election.objects.create(
        slug="semusim", name="semusim", voting_day=today, reporting_from=today - timedelta(days=DAYS),
        reporting_until=today + timedelta(days=1),
    )  # fmt: skip
    election.regions.set(Region.objects.provinces())
    expect_reports(election)
    people = nation.people(election)
    first = ExpectedReport.objects.filter(election=election).earliest("pk")
    report = nation._report(first, (10, 3000, 5), people["camat"], timezone.now())
    report.save()
    copy(report)
    nation.vacuum()
    sent = Report.objects.filter(election=election).count()
    for name, address in PLACES.items():
        page, ratio = pages.measure(people["nasional"], address)
        told = f"{note}, {sent:,} reports of a season; {ratio:.1f}× empty; {page.seconds * 1000:.0f} ms"
        results.add(f"districts.season.{name}.statements", page.statements, "statements", pages.STATEMENTS, note=told)
        results.add(f"districts.season.{name}.gzipped", page.kilobytes, "kB", pages.FIRST_VIEW_KB, note=told)
        if name == "regency":
            results.add(f"districts.season.{name}.times_empty", ratio, "×", pages.TIMES_EMPTY, note=told)
        else:
            results.add(f"districts.season.{name}.time", page.seconds, "s", NATION_SECONDS, note=told)


def copy(report: Report) -> None:
    """`report` for the other slots of its election, past the triggers: a history that is loaded, not written."""
    columns = [field.column for field in Report._meta.local_concrete_fields if field.column != "id"]
    values = ", ".join(OWN.get(column, f"report.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE districts_report DISABLE TRIGGER USER")
        cursor.execute(
            f"INSERT INTO districts_report ({', '.join(columns)}) SELECT {values}"
            " FROM districts_report report JOIN districts_expectedreport expected USING (election_id)"
            " WHERE report.id = %s AND expected.id <> report.expected_id AND mod(abs(hashtext(expected.id::text)), 10) <> 3",
            [report.pk],
        )
        cursor.execute("ALTER TABLE districts_report ENABLE TRIGGER USER")
