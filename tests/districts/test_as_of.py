"""Pages as of a past day: issue 5 point 3. What a closed day showed never changes, and nothing else is shown for it."""

import re
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from districts import outbox, readiness
from districts.issues import assign_issue, close_issue, raise_issue
from districts.models import (
    Agency,
    ClosedDay,
    Decision,
    DimensionHistory,
    GradeHistory,
    Indicator,
    IssueHistory,
    ReadinessHistory,
    Report,
    ReportHistory,
    StaleKecamatan,
    TargetPoint,
)
from districts.reporting import decide_report
from districts.reports.contacting import note_contact
from districts.reports.expecting import current_expected, expect_reports
from tests.conftest import NOW, WITA
from tests.districts.officials import more_kecamatan, statements, text_of
from tests.districts.reports import make_report

KUTIM, SANDARAN, NATION = "/wilayah/64.08/", "/kecamatan/64.08.11/", "/nasional/"
DAY = NOW.date()
PADA = f"?pada={DAY}"
NEXT = datetime(2026, 11, 22, 9, 0, tzinfo=WITA)
ADDRESSES = [KUTIM, SANDARAN, NATION, "/wilayah/64/"]


def main_of(client, address):
    """All of a page but what is a person's own, e.g. tokens."""
    page = text_of(client.get(address))
    return page[page.index("<title>") : page.index("</title>")] + page[page.index("<main") : page.index("</main>")]


@pytest.fixture
def closed(world, now):
    """Sandaran reported and has an open issue; the day after the beat closed the day."""
    outbox.pass_time(now=NOW)
    expect_reports(world.election)
    camat = world.people["camat-sandaran"]
    world.report = make_report(current_expected(world.election, "64.08.11", NOW), camat)
    world.issue = raise_issue(
        election=world.election, kecamatan=world.sandaran, kind="kendala", category="logistik",
        title="Kapal belum berangkat", by=camat, now=NOW, level=3,
    )  # fmt: skip
    now.move_to(NEXT)
    outbox.drain()
    return world


def correct_everything(world, now):
    """What the days after bring: decisions, corrections, other thresholds, issues moved and closed, time."""
    desk = world.people["desk-kutim"]
    decide_report(report=world.report, decision=Decision.RETURNED, by=desk, now=NEXT, reason="Angka TPS keliru")
    Report.objects.update(is_latest=False)
    make_report(world.report.expected, world.people["camat-sandaran"], tps_route_final=2, revision=2)
    owner = Agency.objects.get(code="kpu")
    assign_issue(issue=world.issue, owner=owner, level=4, due_at=NEXT + timedelta(days=3), by=desk, now=NEXT)
    close_issue(issue=world.issue, state="selesai", text="Kapal tiba", by=desk, now=NEXT)
    expected = current_expected(world.election, "64.08.06", NEXT)
    call = {"outcome": "tidak_terjangkau", "channel": "phone", "note": "", "client_key": uuid4()}
    note_contact(expected=expected, by=desk, now=NEXT, **call)
    TargetPoint.objects.update(target=100)
    Indicator.objects.update(green_max=0)
    outbox.mark_all_stale(cause="late")
    outbox.drain()
    readiness.rebuild(world.election, now=NEXT)
    now.move_to(NEXT + timedelta(days=1))
    outbox.drain()


def test_the_page_of_a_day_stays_the_same_byte_for_byte_whatever_comes_later(closed, as_user, now):
    client = as_user("admin")
    before = {address: main_of(client, address + PADA) for address in ADDRESSES}
    live = main_of(client, SANDARAN)
    correct_everything(closed, now)
    client = as_user("admin")
    assert main_of(client, SANDARAN) != live
    assert {address: main_of(client, address + PADA) for address in ADDRESSES} == before


def test_the_page_of_a_day_says_what_was_known_then_and_is_plainly_marked(closed, as_user, now):
    correct_everything(closed, now)
    page = main_of(as_user("desk-kutim"), SANDARAN + PADA)
    assert "Keadaan pada akhir Sabtu, 21 Nov 2026, bukan hari ini." in page
    assert "Sandaran, Sabtu, 21 Nov 2026" in page
    assert "Kapal belum berangkat" in page
    assert "revisi 1" in page
    assert "revisi 2" not in page
    assert "Angka TPS keliru" not in page


def test_a_closed_day_shows_the_colours_reports_and_issues_of_then(closed, as_user):
    client = as_user("desk-kutim")
    page = main_of(client, KUTIM + PADA)
    assert "data per <time" in page
    assert "23.59 WITA" in page
    assert "Kapal belum berangkat" in page
    assert "Laporan masuk" in page
    assert re.search(r'class="heat-cell lv-(red|amber)"', page)


def test_nothing_is_asked_or_posted_on_a_past_page(closed, as_user):
    client = as_user("desk-kutim")
    for address in (KUTIM, SANDARAN):
        page = main_of(client, address + PADA)
        for offered in ("every 3s", 'method="post"', "hx-post", "Isi laporan", "Catat kendala"):
            assert offered not in page


def test_the_day_stays_in_the_links_between_pages(closed, as_user):
    page = text_of(as_user("desk-kaltim").get(KUTIM + PADA))
    for href in (f"{SANDARAN}{PADA}", f"/wilayah/64/{PADA}", f"{KUTIM}?pada=2026-11-20", f"{KUTIM}?pada=2026-11-22"):
        assert f'href="{href}"' in page
    crumbs = text_of(as_user("desk-kutim").get(SANDARAN + PADA))
    assert f'href="{KUTIM}{PADA}"' in crumbs
    assert f'<a href="{SANDARAN}">Kembali ke hari ini</a>' in crumbs


def test_the_list_of_a_past_day_is_filtered_within_that_day(closed, as_user):
    client = as_user("desk-kutim")
    response = client.get(f"{KUTIM}{PADA}&warna=merah", headers={"HX-Request": "true"})
    assert response["HX-Push-Url"] == f"{KUTIM}{PADA}&warna=merah"
    assert f'<input type="hidden" name="pada" value="{DAY}">' in text_of(client.get(KUTIM + PADA))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("kemarin", "bukan tanggal"),
        ("2026-02-30", "bukan tanggal"),
        ("2026-11-22", "Minggu, 22 Nov 2026 belum tiba"),
        ("2026-01-05", "Laporan baru dimulai"),
    ],
)
def test_a_day_that_cannot_be_read_is_refused_with_a_sentence(world, as_user, asked, told):
    client = as_user("desk-kutim")
    for address in (KUTIM, SANDARAN):
        response = client.get(f"{address}?pada={asked}")
        assert response.status_code == 404
        assert told in text_of(response)
        assert f'href="{address}"' in text_of(response)


def test_today_is_the_live_page(world, as_user):
    client = as_user("desk-kutim")
    for address in (KUTIM, SANDARAN):
        response = client.get(f"{address}?pada={NOW.date()}")
        assert (response.status_code, response["Location"]) == (302, address)
        assert client.get(f"{address}?pada=").status_code == 200


def test_a_day_nobody_kept_is_grey_and_never_shows_other_figures(closed, as_user):
    client = as_user("admin")
    for address in ADDRESSES:
        page = main_of(client, f"{address}?pada=2026-11-20")
        assert "Tidak ada potret hari itu" in page
        assert "lv-grey" in page
        for shown in ("lv-red", "lv-amber", "lv-green", "Kapal belum berangkat"):
            assert shown not in page


def test_out_of_scope_does_not_exist_in_the_past_either(closed, as_user):
    assert as_user("desk-mahulu").get(KUTIM + PADA).status_code == 404
    assert as_user("desk-kutim").get(NATION + PADA).status_code == 404


def test_the_past_costs_no_more_statements_than_now_however_many_kecamatan(closed, as_user, now):
    addresses = (KUTIM, SANDARAN, NATION)
    client = as_user("admin")
    few = [statements(client, address + PADA)[0] for address in addresses]
    more_kecamatan("64.08", 28)
    readiness.roll_up(closed.election, now=NEXT)
    now.move_to(NEXT + timedelta(days=1))
    outbox.drain()
    client = as_user("admin")
    many = [statements(client, f"{address}?pada={NEXT.date()}")[0] for address in addresses]
    live = [statements(client, address)[0] for address in addresses]
    assert few == many
    assert all(past <= now for past, now in zip(many, live, strict=True))


def refused(sql, values=()):
    """The rule that a statement breaks."""
    with pytest.raises(IntegrityError) as broken, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return broken.value.__cause__.diag.constraint_name


KEPT = (ReadinessHistory, GradeHistory, DimensionHistory, IssueHistory, ReportHistory, ClosedDay)


def test_the_database_refuses_to_change_a_closed_day_also_to_raw_sql(closed):
    for model in KEPT:
        table = model._meta.db_table
        assert refused(f"UPDATE {table} SET day = day + 9") == "closed_day_stays"
        assert refused(f"DELETE FROM {table}") == "closed_day_stays"


def test_the_database_refuses_rows_for_a_day_before_the_one_that_is_closed(closed):
    for model in KEPT:
        columns = ", ".join(field.column for field in model._meta.concrete_fields if field.name not in ("id", "day"))
        table = model._meta.db_table
        again = f"INSERT INTO {table} (day, {columns}) SELECT day - 1, {columns} FROM {table} LIMIT 1"
        assert refused(again) == "closed_day_stays"


def test_the_database_refuses_further_rows_for_a_closed_day(closed):
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        GradeHistory.objects.filter(day=DAY).first().delete()
    fresh = (
        "INSERT INTO districts_readinesshistory (%s) SELECT %s FROM districts_readinesshistory WHERE day = '%s' LIMIT 1"
    )
    columns = [field.column for field in ReadinessHistory._meta.concrete_fields if field.name not in ("id", "region")]
    names = ", ".join(columns)
    sql = fresh % (f"region_id, {names}", f"'64.08.06.2001', {names}", DAY)
    assert refused(sql) == "closed_day_stays"


def test_the_day_after_is_still_open(closed):
    for code in (None, "64.08.11"):
        ReadinessHistory.objects.create(election=closed.election, region_id=code, level=1, day=NEXT.date())


def test_a_snapshot_taken_again_writes_nothing(closed):
    rows = GradeHistory.objects.count()
    readiness.roll_up(closed.election, now=NEXT)
    readiness.take_snapshot(closed.election, "Asia/Makassar", DAY)
    readiness.take_snapshot(closed.election, "Asia/Makassar", DAY - timedelta(days=1))
    assert GradeHistory.objects.count() == rows
    assert list(ClosedDay.objects.filter(time_zone="Asia/Makassar").values_list("day", flat=True)) == [DAY]


def test_what_waited_in_the_outbox_at_midnight_is_in_the_day_and_what_came_after_is_not(world, now):
    outbox.pass_time(now=NOW)
    outbox.drain()
    expect_reports(world.election)
    make_report(current_expected(world.election, "64.08.11", NOW), world.people["camat-sandaran"])
    outbox.mark_stale(world.election, ["64.08.11", "64.08.06"], cause="report")
    now.move_to(NEXT)
    make_report(current_expected(world.election, "64.08.06", NEXT), world.people["camat-busang"])
    outbox.drain()
    kept = dict(ReadinessHistory.objects.filter(day=DAY).values_list("region", "reports_received"))
    assert (kept["64.08.11"], kept["64.08.06"]) == (1, 0)
    assert StaleKecamatan.objects.count() == 0


def test_a_day_closed_late_says_when(closed, as_user):
    page = main_of(as_user("desk-kutim"), KUTIM + PADA)
    assert "Potret dibuat pada 22 Nov 2026, 09.00 WITA" in page


def test_of_days_the_beat_slept_through_only_the_last_is_kept(closed, as_user, now):
    now.move_to(NEXT + timedelta(days=3))
    outbox.drain()
    days = ClosedDay.objects.filter(time_zone="Asia/Makassar").values_list("day", flat=True).order_by("day")
    assert list(days) == [DAY, date(2026, 11, 24)]
    assert "Tidak ada potret hari itu" in text_of(as_user("desk-kutim").get(f"{KUTIM}?pada=2026-11-23"))
