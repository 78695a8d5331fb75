"""Whether a kecamatan can be reached: by the desk or by rule, always with an end (issue 5, point 2)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from districts.access import AccessRefused
from districts.models import ExpectedReport, Grade, Reachability, VillageProfile
from districts.reporting import submit_report
from districts.reports import reaching
from districts.reports.contacting import note_contact
from districts.reports.reaching import ReachRefused, set_reachability
from districts.reports.sheet import Sheet
from tests.conftest import NOW
from tests.districts.officials import roll_up, text_of
from tests.districts.reports import content, open_slot

HOUR = timedelta(hours=1)
PAGE = "/kecamatan/64.08.11/keterjangkauan/"
LIST = "/wilayah/64.08/belum-lapor/"


def call(world, outcome, now=NOW, code="64.08.11"):
    return note_contact(
        expected=open_slot(world, code), outcome=outcome, channel="phone", note="", client_key=uuid4(),
        by=world.people["desk-kutim"], now=now,
    )  # fmt: skip


def put(world, by="desk-kutim", **values):
    facts = {"state": "tidak_terjangkau", "reason": "BTS padam", "ends_at": NOW + timedelta(days=3), "now": NOW}
    return set_reachability(kecamatan="64.08.11", client_key=uuid4(), by=world.people[by], **facts | values)


def state(world, now=NOW):
    return ExpectedReport.objects.with_state(now).get(pk=open_slot(world).pk).state


def held(world, now=NOW):
    return reaching.reach_now(["64.08.11"], now).get("64.08.11")


def test_one_call_nobody_answers_says_nothing_and_the_second_in_a_row_does(world):
    call(world, "tidak_diangkat")
    assert held(world) is None
    call(world, "tidak_diangkat", NOW + HOUR)
    found = held(world, NOW + HOUR)
    assert (found.state, found.until) == ("sulit", open_slot(world).closes_at)
    assert "aturan: panggilan berturut-turut tidak diangkat" in found.source
    assert state(world, NOW + HOUR) == "belum_lapor"  # it rings: there is signal


def test_no_signal_after_unanswered_calls_is_unreachable_and_an_answer_ends_what_a_rule_found(world):
    for hours, outcome in enumerate(["tidak_diangkat", "tidak_diangkat", "tidak_terjangkau"]):
        call(world, outcome, NOW + hours * HOUR)
    assert held(world, NOW + 3 * HOUR).state == "tidak_terjangkau"
    call(world, "tidak_diangkat", NOW + 4 * HOUR)  # says less than what is known
    assert held(world, NOW + 4 * HOUR).state == "tidak_terjangkau"
    call(world, "akan_kirim", NOW + 5 * HOUR)
    assert held(world, NOW + 5 * HOUR) is None


def test_an_answer_ends_hard_to_reach_where_a_rule_said_so(world):
    for hours, outcome in enumerate(["tidak_diangkat", "tidak_diangkat", "akan_kirim"]):
        call(world, outcome, NOW + hours * HOUR)
    assert held(world, NOW + 3 * HOUR) is None


def test_an_answered_call_between_two_failed_ones_starts_the_count_again(world):
    for hours, outcome in enumerate(["tidak_diangkat", "akan_kirim", "tidak_diangkat"]):
        call(world, outcome, NOW + hours * HOUR)
    assert held(world, NOW + 3 * HOUR) is None


DESA = [f"64.08.11.200{number}" for number in (1, 2, 3)]


def test_where_every_desa_lacks_signal_one_failed_call_is_enough(world):
    VillageProfile.objects.bulk_create(VillageProfile(region_id=code, signal=0) for code in DESA)
    call(world, "tidak_diangkat")
    assert "semua desanya tanpa sinyal" in held(world).source


def test_a_desa_of_which_nobody_knows_the_signal_is_not_without(world):
    VillageProfile.objects.bulk_create(VillageProfile(region_id=code, signal=0) for code in DESA[:2])
    call(world, "tidak_diangkat")
    assert held(world) is None


def test_by_rule_it_ends_by_itself_when_the_slot_closes_and_the_slot_keeps_its_history(world):
    call(world, "tidak_terjangkau")
    closes = open_slot(world).closes_at
    assert state(world) == state(world, closes - HOUR) == "tidak_terjangkau"
    assert held(world, closes) is None
    assert state(world, closes + HOUR) == "tidak_terjangkau"  # of the slot that closed
    following = ExpectedReport.objects.with_state(closes).get(kecamatan="64.08.11", slot="2026-11-26")
    assert following.state == "belum_lapor"


def test_an_answered_call_ends_it(world):
    put(world)
    call(world, "akan_kirim", NOW + HOUR)
    assert held(world, NOW + HOUR) is None
    assert state(world, NOW + HOUR) == "belum_lapor"


def test_a_report_ends_it_and_hard_to_reach_stays(world):
    put(world)
    said = content(Sheet(open_slot(world)), NOW)
    submit_report(
        expected=open_slot(world), by=world.people["camat-sandaran"], content=said, client_key=uuid4(),
        base_revision=0, now=NOW + HOUR,
    )  # fmt: skip
    assert held(world, NOW + HOUR) is None
    put(world, state="sulit", now=NOW + HOUR)
    call(world, "akan_kirim", NOW + 2 * HOUR)
    assert held(world, NOW + 2 * HOUR).state == "sulit"


def test_what_the_desk_set_is_not_overruled_by_a_rule_and_a_new_one_ends_the_old(world):
    first = put(world, state="sulit")
    call(world, "tidak_terjangkau", NOW + HOUR)
    assert Reachability.objects.get() == first
    put(world, now=NOW + HOUR)
    assert held(world, NOW + HOUR).state == "tidak_terjangkau"
    assert Reachability.objects.in_force(NOW + HOUR).count() == 1


@pytest.mark.parametrize("ends", [timedelta(0), -HOUR, timedelta(days=14, seconds=1)])
def test_an_end_is_needed_ahead_and_not_too_far(world, ends):
    with pytest.raises(ReachRefused, match="paling lama 14 hari"):
        put(world, ends_at=NOW + ends)


@pytest.mark.parametrize("who", ["camat-sandaran", "bupati-kutim", "desk-mahulu"])
def test_only_the_desk_sets_it(world, who):
    with pytest.raises(AccessRefused):
        put(world, by=who)


def test_unreachable_is_grey_and_never_green_and_changes_no_grade(world):
    roll_up(world)
    before = list(Grade.objects.filter(kecamatan="64.08.11").values_list("indicator", "level"))
    put(world)
    roll_up(world)
    assert list(Grade.objects.filter(kecamatan="64.08.11").values_list("indicator", "level")) == before


def test_the_list_says_until_when_and_who_and_the_desk_ends_it(world, as_user):
    roll_up(world)
    client = as_user("desk-kutim")
    ends = (NOW + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = {"state": "tidak_terjangkau", "reason": "BTS padam", "ends_at": ends, "client_key": str(uuid4())}
    assert client.post(PAGE, sent).status_code == client.post(PAGE, sent).status_code == 302  # tapped twice
    page = text_of(client.get(LIST))
    assert "Tidak terjangkau sampai" in page
    assert "23 Nov 2026, 18.42 WITA" in page
    assert "Desk Kutim: BTS padam" in page
    made = Reachability.objects.get()
    assert "Sudah terjangkau lagi" in text_of(client.get(PAGE))
    assert client.post(f"{PAGE}{made.pk}/akhiri/").status_code == 302
    assert "Tidak terjangkau sampai" not in text_of(client.get(LIST))
    assert held(world, timezone.now()) is None


@pytest.mark.parametrize(
    "wrong", [{"state": "hijau"}, {"reason": ""}, {"ends_at": ""}, {"reason": "NIK 6408110101900001"}]
)
def test_a_wrong_form_comes_back_with_a_sentence(world, as_user, wrong):
    ends = (NOW + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = {"state": "sulit", "reason": "Jalan putus", "ends_at": ends, "client_key": str(uuid4())}
    assert as_user("desk-kutim").post(PAGE, sent | wrong).status_code == 422
    assert not Reachability.objects.exists()
