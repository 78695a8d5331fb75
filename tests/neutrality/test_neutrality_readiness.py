"""Outreach, pledges and overdue follow-up as a readiness source: NET-01..03, SOS-01..04 of DOMAIN 6.3."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from districts import readiness
from districts.models import Agency, Grade, KecamatanProfile, Level, OfficialReading, Readiness, Reason, StaleKecamatan
from districts.outbox import drain
from neutrality.models import CaseClock, OutreachEvent
from neutrality.outreach import cancel_event, hold_event
from tests.conftest import NOW
from tests.districts.officials import more_kecamatan
from tests.districts.reports import make_report, open_slot
from tests.neutrality.outreach import MANUBAR, SANDARAN, SUSUK_DALAM, SUSUK_LUAR, TODAY, event, pledges
from tests.neutrality.test_flow import make_case

pytestmark = pytest.mark.django_db

ALL = [MANUBAR, SUSUK_DALAM, SUSUK_LUAR]
BUSANG, LAHAM = "64.08.06", "64.11.03"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def grade(world):
    """`grade("NET-02")` rolls up and is Sandaran's grade."""

    def read(indicator, code=SANDARAN, at=NOW):
        readiness.roll_up(world.election, [code], now=at)
        return Grade.objects.get(election=world.election, kecamatan=code, indicator=indicator)

    return read


@pytest.fixture
def report(world):
    """What Sandaran's camat sent two hours ago."""

    def send(sent_at=NOW - 2 * HOUR, **columns):
        slot = open_slot(world, SANDARAN, "2026-W47")
        return make_report(slot, world.people["camat-sandaran"], submitted_at=sent_at, **columns)

    return send


@pytest.fixture
def handler(world):
    """The handler of Kutai Timur, who signed in an hour ago."""
    handler = world.people["netralitas-kutim"]
    handler.last_login = NOW - HOUR
    handler.save()
    return handler


def overdue(world, days_late, number="NTR-2026-AAAAA", name="tindak_lanjut", **more):
    """A case with a term that ended `days_late` days ago."""
    case = make_case(world, number=number)
    due_on = TODAY - timedelta(days=days_late)
    return CaseClock.objects.create(case=case, name=name, started_on=due_on - 14 * DAY, due_on=due_on, **more)


def give_by_hand(world, indicator, amount):
    """A figure for Sandaran that Bawaslu gave the Desk an hour ago."""
    OfficialReading.objects.create(
        election=world.election, kecamatan_id=SANDARAN, indicator_id=indicator, amount=amount, observed_at=NOW - HOUR,
        agency=Agency.objects.get(pk="bawaslu"), entered_by=world.people["admin"],
    )  # fmt: skip


# --- NET-02 and SOS-01: desa covered ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("indicator", "topic"), [("NET-02", "netralitas"), ("SOS-01", "tahapan")])
def test_desa_that_held_events_of_the_topic_covered_count_once(world, grade, indicator, topic):
    event(world, topics=[topic], villages=[MANUBAR])
    event(world, "kunjungan", also=[topic, "damai"], villages=[MANUBAR, SUSUK_DALAM])
    found = grade(indicator)
    assert (found.note, found.amount, found.source) == ("2/3 desa", pytest.approx(200 / 3), "penyuluhan")
    assert found.observed_at == NOW


def test_a_plan_a_cancelled_event_and_another_topic_cover_nothing(world, grade):
    event(world, villages=[MANUBAR])
    event(world, villages=ALL, is_planned=True)
    event(world, topics=["damai"], villages=ALL)
    wrong = event(world, villages=ALL)
    cancel_event(event=wrong, reason="salah kecamatan", by=world.people["camat-sandaran"], now=NOW)
    assert grade("NET-02").note == "1/3 desa"


def test_silence_is_grey_and_an_event_without_desa_is_none_covered(world, grade):
    assert (grade("NET-02").reason, grade("NET-02").level) == (Reason.NO_DATA, Level.GREY)
    event(world)
    assert (grade("NET-02").amount, grade("NET-02").level) == (0, Level.RED)
    assert grade("NET-02", BUSANG).level == Level.GREY


def test_a_plan_that_was_held_counts_from_when_that_was_noted(world, grade):
    plan = event(world, is_planned=True, villages=ALL, now=NOW - 3 * HOUR)
    hold_event(
        event=plan, held_on=TODAY, villages=ALL, institutions=[], participants=40, note="",
        by=world.people["camat-sandaran"], now=NOW,
    )  # fmt: skip
    assert grade("NET-02", at=NOW - HOUR).level == Level.GREY
    assert grade("NET-02").amount == 100


def test_what_was_noted_or_cancelled_later_does_not_change_a_past_day(world, grade):
    held = event(world, villages=ALL, now=NOW - 3 * HOUR)
    event(world, topics=["tahapan"], villages=ALL)
    cancel_event(event=held, reason="salah catat", by=world.people["camat-sandaran"], now=NOW)
    assert grade("NET-02", at=NOW - HOUR).amount == 100
    assert grade("SOS-01", at=NOW - HOUR).level == Level.GREY


# --- Which source counts ------------------------------------------------------------------------------------------------


def test_the_camats_form_counts_until_the_kecamatan_uses_the_register_and_stays_beside_it(world, grade, report):
    report(outreach_villages=[MANUBAR])
    assert (grade("SOS-01").source, grade("SOS-01").note) == ("camat", "1/3 desa")
    event(world, topics=["tahapan"], villages=[MANUBAR, SUSUK_DALAM])
    found = grade("SOS-01")
    assert (found.source, found.note, found.other_source) == ("penyuluhan", "2/3 desa", "camat")


def test_a_register_nobody_wrote_in_for_eleven_days_gives_way_to_a_fresh_report(world, grade, report):
    event(world, topics=["tahapan"], villages=ALL, held_on=TODAY - 11 * DAY, now=NOW - 11 * DAY)
    report(outreach_villages=[MANUBAR])
    assert (grade("SOS-01").source, grade("SOS-01").other_source) == ("camat", "penyuluhan")


def test_a_figure_an_institution_gave_still_goes_first(world, grade):
    event(world, villages=ALL)
    give_by_hand(world, "NET-02", 50)
    assert (grade("NET-02").amount, grade("NET-02").other_amount) == (50, 100)


# --- NET-01: pledges ----------------------------------------------------------------------------------------------------


def test_the_newest_count_of_each_group_is_summed_against_the_number_of_the_profile(world, grade):
    pledges(world, asn=(1, 20), kepala_desa=(3, 3), counted_on=TODAY - DAY)
    pledges(world, asn=(15, 20), perangkat_desa=(12, 37))
    found = grade("NET-01")
    assert (found.note, found.amount) == ("30/60 orang", 50)


def test_an_older_day_noted_later_is_not_the_newest(world, grade):
    pledges(world, asn=(15, 20))
    pledges(world, asn=(1, 20), counted_on=TODAY - DAY, now=NOW)
    assert grade("NET-01").note == "15/60 orang"


def test_groups_that_nobody_counted_are_never_taken_as_signed(world, grade, report):
    KecamatanProfile.objects.filter(region=SANDARAN).update(pledge_total=None)
    pledges(world, asn=(20, 20), kepala_desa=(3, 3))
    assert (grade("NET-01").amount, grade("NET-01").reason) == (None, Reason.NO_DENOMINATOR)
    pledges(world, perangkat_desa=(7, 37))
    assert (grade("NET-01").amount, grade("NET-01").note) == (50, "30/60 orang")


# --- SOS-02, 03, 04 -----------------------------------------------------------------------------------------------------


def test_a_declaration_is_done_on_its_date_and_does_not_grow_old(world, grade, report):
    event(world, "deklarasi", held_on=date(2026, 10, 13), now=NOW - 30 * DAY)
    report(peace_declared_on=None)
    found = grade("SOS-02")
    assert (found.level, found.note, found.source, found.is_stale) == (Level.GREEN, "2026-10-13", "penyuluhan", False)


def test_a_planned_declaration_is_none(world, grade):
    event(world, "deklarasi", is_planned=True, held_on=TODAY + DAY)
    assert grade("SOS-02").level != Level.GREEN
    assert grade("SOS-02").source == ""


@pytest.mark.parametrize(
    ("days", "level"), [(0, Level.GREEN), (30, Level.GREEN), (31, Level.AMBER), (60, Level.AMBER), (61, Level.RED)]
)
def test_days_since_the_forum_met(world, grade, days, level):
    event(world, "rapat_fpk", held_on=TODAY - 90 * DAY)
    event(world, "rapat_fpk", held_on=TODAY - days * DAY)
    assert (grade("SOS-03").amount, grade("SOS-03").level) == (days, level)


def test_the_share_of_participation_events_that_were_held(world, grade):
    event(world, "partisipasi")
    event(world, "partisipasi", is_planned=True, held_on=TODAY + DAY)
    dropped = event(world, "partisipasi", is_planned=True, held_on=TODAY + DAY)
    cancel_event(event=dropped, reason="banjir", by=world.people["camat-sandaran"], now=NOW)
    assert (grade("SOS-04").note, grade("SOS-04").amount) == ("1/2 kegiatan", 50)


# --- NET-03 -------------------------------------------------------------------------------------------------------------


def test_nothing_is_known_of_overdue_cases_while_no_handler_signed_in(world, grade):
    assert grade("NET-03").level == Level.GREY
    overdue(world, days_late=1)
    assert grade("NET-03").level == Level.GREY


@pytest.mark.parametrize(
    ("late", "amount", "level"),
    [([], 0, Level.GREEN), ([0], 0, Level.GREEN), ([1], 1, Level.AMBER), ([14], 1, Level.AMBER), ([15], 1, Level.RED),
     ([1, 1], 2, Level.RED), ([1, 1, 1, 1], 2, Level.RED)],
)  # fmt: skip
def test_overdue_follow_up_is_green_at_0_amber_at_1_red_from_2_or_after_14_days(
    world, grade, handler, late, amount, level
):
    for number, days in enumerate(late):
        overdue(world, days_late=days, number=f"NTR-2026-AAAA{number}")
    assert (grade("NET-03").amount, grade("NET-03").level) == (amount, level)
    assert (grade("NET-03", BUSANG).amount, grade("NET-03", BUSANG).level) == (amount, level)
    assert grade("NET-03", LAHAM).level == Level.GREY


def test_how_many_are_overdue_is_kept_nowhere_in_the_grade(world, grade, handler):
    for number, days in enumerate([20, 20, 20, 1]):
        overdue(world, days_late=days, number=f"NTR-2026-AAAA{number}")
    found = grade("NET-03")
    assert (found.amount, found.blocking, found.note) == (2, 1, "")


def test_a_figure_given_by_hand_does_not_hide_what_the_register_knows(world, grade, handler):
    overdue(world, days_late=20)
    give_by_hand(world, "NET-03", 0)
    found = grade("NET-03")
    assert (found.level, found.source, found.other_source) == (Level.RED, "tindak_lanjut", "instansi")


def test_a_figure_given_by_hand_counts_where_no_handler_signed_in(world, grade):
    overdue(world, days_late=20)
    give_by_hand(world, "NET-03", 1)
    assert (grade("NET-03").level, grade("NET-03").source) == (Level.AMBER, "instansi")


@pytest.mark.parametrize(
    "name", ["lapor", "verifikasi", "perbaikan", "kajian_awal", "penanganan", "penanganan_tambahan"]
)
def test_terms_of_the_desk_of_the_reporter_and_of_bawaslu_do_not_count(world, grade, handler, name):
    overdue(world, days_late=20, name=name)
    assert grade("NET-03").level == Level.GREEN


def test_a_term_that_was_met_does_not_count_from_that_day(world, grade, handler):
    overdue(world, days_late=20, met_on=TODAY)
    assert grade("NET-03").level == Level.GREEN


def test_a_handler_who_left_or_has_not_signed_in_for_ten_days_makes_no_fresh_green(world, grade, handler):
    handler.last_login = NOW - 11 * DAY
    handler.save()
    assert grade("NET-03").is_stale
    handler.assignments.update(valid_until=TODAY - DAY)
    assert grade("NET-03").level == Level.GREY


def test_filing_any_number_of_new_cases_changes_no_colour(world, handler):
    """DOMAIN 0.2: whoever reports must not be punished for it."""
    drain()
    readiness.roll_up(world.election, now=NOW)
    before = colours()
    for number in range(40):
        case = make_case(world, number=f"NTR-2026-{number:05d}")
        CaseClock.objects.create(case=case, name="lapor", started_on=TODAY - 9 * DAY, due_on=TODAY - 2 * DAY)
    assert not StaleKecamatan.objects.exists()
    drain()
    readiness.roll_up(world.election, now=NOW)
    assert colours() == before


def colours():
    grades = Grade.objects.order_by("kecamatan", "indicator")
    return [
        list(grades.values_list("kecamatan", "indicator", "level", "amount", "blocking", "observed_at", "note")),
        list(Readiness.objects.order_by("region").values_list("region", "level", "score", "completeness")),
    ]


# --- Cost ---------------------------------------------------------------------------------------------------------------


def test_a_roll_up_of_30_kecamatan_costs_as_many_statements_as_of_2(world, handler):
    codes = more_kecamatan("64.08", 30)
    for code in codes:
        make_events(world, code)
    assert cost(world, codes[:2]) == cost(world, codes)
    assert Grade.objects.filter(indicator="NET-02", amount=100).count() == 30


def make_events(world, code):
    by = world.people["desk-kutim"]
    OutreachEvent.objects.create(
        election=world.election, kecamatan_id=code, kind="sosialisasi", topics=["netralitas"], held_on=TODAY,
        villages=[f"{code}.2001"], noted_by=by, noted_at=NOW, confirmed_by=by, confirmed_at=NOW,
    )  # fmt: skip


def cost(world, codes):
    with CaptureQueriesContext(connection) as seen:
        readiness.roll_up(world.election, codes, now=NOW)
    return len([query for query in seen.captured_queries if "nestloop" not in query["sql"]])
