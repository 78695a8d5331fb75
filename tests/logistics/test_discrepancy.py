"""KPU's figure beside the camat's: how far apart and since when."""

from datetime import timedelta

import pytest

from districts.models import Decision, Report
from logistics.discrepancy import of_kecamatan, of_region
from logistics.ledger import move_parcels
from logistics.models import DocumentKind
from logistics.stages import Stage
from tests.conftest import NOW
from tests.districts.reports import make_report, open_slot

from .goods import make_parcels, paper

pytestmark = pytest.mark.django_db

SANDARAN = "64.08.11"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def report(world):
    """`report("2026-W47", NOW, tps_at_ppk=9)` is a report of Sandaran's camat."""

    def send(slot, sent_at, **columns):
        expected = open_slot(world, SANDARAN, slot)
        told = {"tps_at_pps": 0} | columns
        return make_report(expected, world.people["camat-sandaran"], submitted_at=sent_at, **told)

    return send


def arrive(world, parcels, at):
    """The parcels come to the PPK."""
    for before, after in ((Stage.PACKED, Stage.TO_PPK), (Stage.TO_PPK, Stage.AT_PPK)):
        document = paper(world, DocumentKind.HANDOVER, at=at)
        move_parcels(document, [p.pk for p in parcels], from_stage=before, to_stage=after, at=at)


def log_06(world):
    return {row.indicator: row for row in of_kecamatan(world.election, SANDARAN)}.get("LOG-06")


def test_both_figures_their_difference_and_since_when(world, report):
    """KPU sent all 18 three days ago; the camat counted 18 then and 9 today."""
    arrive(world, make_parcels(world, SANDARAN, at=NOW - 4 * DAY), NOW - 3 * DAY)
    report("2026-W46", NOW - 3 * DAY + HOUR, tps_at_ppk=18)
    report("2026-W47", NOW - HOUR, tps_at_ppk=9)
    row = log_06(world)
    assert (row.ledger, row.camat, row.difference, row.since) == (18, 9, 9, NOW - HOUR)
    assert (row.ledger_at, row.camat_at) == (NOW - 3 * DAY, NOW - HOUR)


def test_a_difference_that_only_changes_in_size_is_as_old_as_its_beginning(world, report):
    parcels = make_parcels(world, SANDARAN, at=NOW - 5 * DAY)
    arrive(world, parcels[:6], NOW - 4 * DAY)
    report("2026-W46", NOW - 3 * DAY, tps_at_ppk=7)
    arrive(world, parcels[6:12], NOW - 2 * DAY)
    assert (log_06(world).difference, log_06(world).since) == (5, NOW - 3 * DAY)


def test_a_difference_that_went_away_and_came_again_began_again(world, report):
    parcels = make_parcels(world, SANDARAN, at=NOW - 5 * DAY)
    report("2026-W46", NOW - 5 * DAY, tps_at_ppk=6)
    arrive(world, parcels[:3], NOW - 4 * DAY)
    arrive(world, parcels[3:6], NOW - 3 * DAY)
    assert (log_06(world).difference, log_06(world).since) == (0, None)
    arrive(world, parcels[6:7], NOW - DAY)
    assert (log_06(world).difference, log_06(world).since) == (1, NOW - DAY)


def test_goods_of_a_neighbour_make_the_ledger_speak_and_the_camat_ahead_is_a_difference_below_zero(world, report):
    report("2026-W47", NOW - 2 * DAY, tps_at_ppk=4)
    assert (log_06(world).ledger, log_06(world).camat, log_06(world).difference) == (None, 4, None)
    arrive(world, make_parcels(world, "64.08.06", at=NOW - DAY), NOW - DAY)
    row = log_06(world)
    assert (row.ledger, row.difference, row.since) == (0, -4, NOW - DAY)


def test_without_a_report_there_is_nothing_to_compare(world):
    arrive(world, make_parcels(world, SANDARAN, at=NOW - DAY), NOW - DAY)
    row = log_06(world)
    assert (row.ledger, row.camat, row.camat_at, row.difference, row.since) == (18, None, None, None, None)
    assert of_kecamatan(world.election, "64.11.03") == []


def test_a_report_the_desk_returned_never_counted(world, report):
    arrive(world, make_parcels(world, SANDARAN, at=NOW - 4 * DAY), NOW - 4 * DAY)
    report("2026-W46", NOW - 3 * DAY, tps_at_ppk=17)
    wrong = report("2026-W47", NOW - DAY, tps_at_ppk=18)
    assert log_06(world).difference == 0
    Report.objects.filter(pk=wrong.pk).update(
        decision=Decision.RETURNED, decided_at=NOW, decided_by=world.people["desk-kutim"], decision_reason="Keliru"
    )
    assert (log_06(world).camat, log_06(world).since) == (17, NOW - 3 * DAY)


def test_a_late_report_of_an_older_period_does_not_replace_a_newer_one(world, report):
    arrive(world, make_parcels(world, SANDARAN, at=NOW - 4 * DAY), NOW - 4 * DAY)
    report("2026-W47", NOW - 2 * DAY, tps_at_ppk=18)
    report("2026-W46", NOW - DAY, tps_at_ppk=3)
    assert (log_06(world).camat, log_06(world).difference) == (18, 0)


def test_a_report_that_does_not_tell_the_figure_ends_the_comparison(world, report):
    arrive(world, make_parcels(world, SANDARAN, at=NOW - 4 * DAY), NOW - 4 * DAY)
    report("2026-W46", NOW - 3 * DAY, tps_at_ppk=9)
    report("2026-W47", NOW - DAY, tps_at_ppk=None, tps_at_pps=None, tps_at_kpps=None)
    assert (log_06(world).camat, log_06(world).since) == (None, None)


def test_a_whole_region_is_one_statement_and_says_the_same(world, report, django_assert_num_queries):
    make_parcels(world, "64.08", Stage.AT_TPS)
    report("2026-W47", NOW - HOUR, tps_at_ppk=9)
    with django_assert_num_queries(1):
        rows = of_region(world.election, "64")
    assert {row.kecamatan for row in rows} == {"64.08.04", "64.08.06", SANDARAN}
    assert [row for row in rows if row.kecamatan == SANDARAN] == of_kecamatan(world.election, SANDARAN)
    assert [row.indicator for row in rows] == ["LOG-06", "LOG-07", "LOG-08"] * 3
