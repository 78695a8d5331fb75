"""The way of a case: only the moves of the table, in the database too, and each is logged for good (DOMAIN 4.4)."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from neutrality.flow import CLOSED, STEPS, State, steps_from
from neutrality.models import Case, CaseMove, Reading, Transition
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def make_case(world, number="NTR-2026-AAAAA", **more):
    return Case.objects.create(
        number=number, election=world.election, regency_id="64.08", intake="telepon", state_since=NOW, received_at=NOW,
        known_on=date(2026, 11, 20), taken_by=world.people["netralitas-kutim"], **more,
    )  # fmt: skip


def go(case, start, end, **more):
    with transaction.atomic():
        return CaseMove.objects.create(case=case, from_state=start, to_state=end, at=NOW, **more)


def test_the_database_has_the_table_of_the_code():
    kept = set(Transition.objects.values_list("from_state", "to_state", "needs_reason", "needs_paper"))
    assert kept == {(step.start, step.end, step.needs_reason, step.needs_paper) for step in STEPS}


def test_every_state_is_reached_and_only_done_has_no_way_on():
    assert {step.end for step in STEPS} | {State.NEW} == set(State)
    assert [state for state in State if not steps_from(state)] == [State.DONE]
    assert set(CLOSED) <= set(State)


def test_a_sanction_is_not_asked_for_the_number_of_its_decree():
    """With that number a name can be found, and a move is never rewritten; the decree is sealed beside the sanction."""
    given = [(step.needs_reason, step.needs_paper) for step in STEPS if step.end == State.SANCTIONED]
    assert len(given) == 7
    assert set(given) == {(True, False)}


def test_a_legal_move_moves_the_case(world):
    case = make_case(world)
    go(case, "baru", "verifikasi_awal", by=world.people["netralitas-kutim"])
    case.refresh_from_db()
    assert (case.state, case.state_since) == ("verifikasi_awal", NOW)


@pytest.mark.parametrize("end", sorted(set(State.values) - {step.end for step in steps_from("baru")}))
def test_a_move_that_is_not_in_the_table_is_refused_by_the_database(world, end):
    with pytest.raises(IntegrityError, match="not a legal move"):
        go(make_case(world), "baru", end, has_reason=True, paper_number="1", paper_date=date(2026, 11, 20))


def test_a_move_from_where_the_case_is_not_is_refused(world):
    with pytest.raises(IntegrityError, match="not a legal move"):
        go(make_case(world), "verifikasi_awal", "kedaluwarsa", has_reason=True)


def test_closing_needs_a_reason_and_a_letter_needs_its_number(world):
    case = make_case(world)
    with pytest.raises(IntegrityError, match="reason or a paper"):
        go(case, "baru", "ditutup_tidak_cukup")
    with pytest.raises(IntegrityError, match="reason or a paper"):
        go(case, "baru", "diteruskan_bawaslu")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE neutrality_case SET state = 'selesai'",
        "DELETE FROM neutrality_case",
        "DELETE FROM neutrality_casemove",
        "UPDATE neutrality_casemove SET at = now()",
        "UPDATE neutrality_casemove SET to_state = 'selesai'",
        "DELETE FROM neutrality_reading",
        "UPDATE neutrality_reading SET at = now() + interval '1 day'",
        "UPDATE neutrality_reading SET detail = 'lain'",
        "UPDATE neutrality_reading SET has_reason = true",
    ],
)
def test_the_log_stays(world, statement):
    case = make_case(world)
    go(case, "baru", "verifikasi_awal")
    Reading.objects.create(case=case, by=world.people["netralitas-kutim"], what="kasus")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
