"""Accounts: who gives which role to whom, codes that open an account once, offices that end (issue 5, point 1)."""

import threading
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone

from districts.access import AccessRefused, Role
from districts.accounts import codes
from districts.accounts.codes import code_of, grouped, typed
from districts.accounts.keeping import (
    AccountRefused,
    CodeRefused,
    create_person,
    end_assignment,
    give_role,
    owner_of_code,
    redeem_code,
    renew_code,
)
from districts.accounts.rights import Right, can_renew, check_can_give, check_can_renew, people_seen_by
from districts.models import Assignment, Issue, SignInCode, User
from tests.conftest import NOW, PASSWORD

pytestmark = pytest.mark.django_db
ZONE = "Asia/Makassar"
TODAY = NOW.date()
KEY = uuid.UUID(int=7)


def renew(world, who="camat-sandaran", by="desk-kutim", key=KEY):
    return renew_code(person=world.people[who], by=world.people[by], now=timezone.now(), client_key=key)


def redeem(code, password=PASSWORD):
    return redeem_code(code=code, password=password, now=timezone.now(), zone=ZONE)


def given(world, who, role, code):
    return Assignment.objects.create(user=world.people[who], role=role, region_id=code, valid_from=TODAY)


#: What each Desk may give: (role, region). Everything else it may not.
MAY = {
    "64.08": {("reporter", "64.08.11"), ("ppk", "64.08.11"), ("partner", "64.08"), ("observer", "64.08")},
    "64": {
        ("reporter", "64.08.11"), ("ppk", "64.08.11"), ("partner", "64.08"), ("observer", "64.08"), ("observer", "64"),
        ("kpu", "64.08"), ("desk", "64.08"), ("reporter", "64.11.01"), ("ppk", "64.11.01"), ("partner", "64.11"),
        ("observer", "64.11"), ("kpu", "64.11"), ("desk", "64.11"),
    },
}  # fmt: skip
EVERYWHERE = [(role, code) for role in Role.values for code in ("", "64", "64.08", "64.08.11", "64.11", "64.11.01")]


@pytest.mark.parametrize("desk", sorted(MAY))
def test_a_desk_gives_the_roles_of_the_table_below_itself_and_no_other(desk):
    assert {pair for pair in EVERYWHERE if Right(desk).gives(*pair)} == MAY[desk]


def test_no_desk_ever_gives_the_handler_of_neutrality_nor_a_desk_of_its_own_level():
    for desk in MAY:
        assert not [code for role, code in EVERYWHERE if role == "neutrality" and Right(desk).gives(role, code)]
        assert not Right(desk).gives("desk", desk)


@pytest.mark.parametrize(
    "who", ["camat-sandaran", "ppk-sandaran", "kpu-kutim", "bupati-kutim", "netralitas-kutim", "pemantau-nasional"]
)
def test_who_is_no_desk_gives_nothing(world, who):
    for role, code in EVERYWHERE:
        with pytest.raises(AccessRefused):
            check_can_give(world.people[who], role, code)


def test_a_desk_renews_the_way_in_of_those_below_it_only(world):
    desk = world.people["desk-kutim"]
    mine = {who for who, person in world.people.items() if can_renew(desk, person)}
    assert mine == {
        "camat-sandaran", "operator-sandaran", "camat-busang", "bupati-kutim", "ppk-sandaran", "pps-sandaran",
        "diskominfo-kutim",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("role", "code"), [("neutrality", "64.08"), ("reporter", "64.11.01"), ("desk", "64.08"), ("kpu", "64.08")]
)
def test_one_role_out_of_reach_keeps_the_whole_account_out_of_reach(world, role, code):
    given(world, "ppk-sandaran", role, code)
    with pytest.raises(AccessRefused, match="administrator"):
        renew(world, "ppk-sandaran")


def test_a_role_that_begins_tomorrow_counts_already(world):
    given(world, "ppk-sandaran", "neutrality", "64.08")
    Assignment.objects.filter(role="neutrality").update(valid_from=TODAY + timedelta(days=1))
    assert not can_renew(world.people["desk-kutim"], world.people["ppk-sandaran"])


def test_staff_somebody_switched_off_and_oneself_are_not_renewed(world):
    desk, camat = world.people["desk-kutim"], world.people["camat-sandaran"]
    User.objects.filter(username="camat-sandaran").update(is_staff=True)
    User.objects.filter(username="camat-busang").update(is_active=False)
    for who in ("camat-sandaran", "camat-busang", "desk-kutim", "admin"):
        with pytest.raises(AccessRefused):
            check_can_renew(desk, User.objects.get(username=who))
    assert camat in people_seen_by(desk)


def test_accounts_of_another_regency_do_not_exist_for_a_desk(world):
    seen = set(people_seen_by(world.people["desk-kutim"]).values_list("username", flat=True))
    assert {"desk-mahulu", "kpu-mahulu", "desk-kaltim", "admin"} & seen == set()


def test_a_code_has_no_sign_that_looks_like_another():
    assert not set("ILOU") & set(codes.ALPHABET)
    assert typed(" k7qm 4t2p-9xwd ") == typed("K7QM4T2P9XWD") == "K7QM4T2P9XWD"
    assert typed("O0IL-1111-1111") == "001111111111"
    assert [typed(text) for text in ("", "K7QM", "K7QM-4T2P-9XWDX", "UUUU-UUUU-UUUU")] == [""] * 4


def test_the_database_keeps_no_code(world):
    made = renew(world)
    code = code_of(made)
    kept = str(SignInCode.objects.filter(pk=made.pk).values().get())
    assert len(code) == 12
    assert code not in kept
    assert grouped(code) not in kept


def test_without_the_secret_key_a_row_gives_no_code(world, settings):
    made = renew(world)
    settings.SECRET_KEY = "another-key-another-key-another-key-another-key-1234"
    assert code_of(made) == ""


def test_a_code_sets_the_password_once(world):
    code = code_of(renew(world))
    assert owner_of_code(code=code, now=timezone.now(), zone=ZONE).username == "camat-sandaran"
    assert redeem(code).check_password(PASSWORD)
    with pytest.raises(CodeRefused, match="sudah dipakai"):
        redeem(code, "sandi-orang-lain-7")
    assert User.objects.get(username="camat-sandaran").check_password(PASSWORD)


def test_the_same_form_tapped_twice_is_the_persons_own(world, now):
    code = code_of(renew(world))
    assert redeem(code) == redeem(code)
    now.shift(timedelta(minutes=11))
    with pytest.raises(CodeRefused, match="sudah dipakai"):
        redeem(code)


def test_a_code_ends_after_a_fortnight(world, now):
    code = code_of(renew(world))
    now.shift(timedelta(days=14, seconds=1))
    with pytest.raises(CodeRefused, match="5 Des 2026"):
        redeem(code)


def test_a_new_code_ends_the_earlier_one_the_password_and_every_session_at_once(world, client):
    camat = world.people["camat-sandaran"]
    camat.set_password(PASSWORD)
    camat.save()
    client.force_login(camat)
    first = code_of(renew(world))
    assert client.get("/").status_code == 302
    assert not User.objects.get(pk=camat.pk).has_usable_password()
    second = code_of(renew(world, key=uuid.uuid4()))
    with pytest.raises(CodeRefused, match="diganti atau dibatalkan"):
        redeem(first)
    assert redeem(second) == camat


def test_the_button_pressed_twice_issues_one_code(world):
    assert renew(world) == renew(world)
    assert SignInCode.objects.count() == 1
    with pytest.raises(AccountRefused):
        renew(world, "camat-busang")


def test_a_code_does_not_open_an_account_that_was_given_more_since(world):
    code = code_of(renew(world, "ppk-sandaran"))
    given(world, "ppk-sandaran", "neutrality", "64.08")
    with pytest.raises(CodeRefused, match="tidak berlaku lagi"):
        redeem(code)


def test_a_code_does_not_open_what_became_an_administrators_or_was_switched_off(world):
    code = code_of(renew(world))
    for change in ({"is_staff": True}, {"is_staff": False, "is_active": False}):
        User.objects.filter(username="camat-sandaran").update(**change)
        with pytest.raises(CodeRefused, match="tidak berlaku lagi"):
            redeem(code)


def test_a_code_nobody_issued_opens_nothing(world):
    with pytest.raises(CodeRefused, match="tidak dikenal"):
        redeem("K7QM4T2P9XWD")


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_the_later_one_has_the_code_that_works(world):
    def issue(by):
        try:
            renew(world, by=by, key=uuid.uuid4())
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=[by]) for by in ("desk-kutim", "desk-kaltim")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert SignInCode.objects.count() == 2
    assert SignInCode.objects.open().count() == 1


def end(world, assignment, last_day, by="desk-kutim"):
    return end_assignment(
        assignment=assignment, last_day=last_day, reason="Mutasi", by=world.people[by], now=timezone.now()
    )


def test_who_leaves_office_sees_nothing_at_once_and_keeps_the_name(world, client):
    code = code_of(renew(world))
    camat = User.objects.get(username="camat-sandaran")
    issue = Issue.objects.create(
        election=world.election, kecamatan_id="64.08.11", kind="kendala", category="logistik", title="Kotak basah",
        raised_by=camat, raised_at=NOW,
    )  # fmt: skip
    page = reverse("kecamatan", args=["64.08.11"])
    client.force_login(camat)
    assert client.get(page).status_code == 200
    end(world, camat.assignments.get(), TODAY - timedelta(days=1))
    assert client.get(page).status_code == 404
    assert Issue.objects.get(pk=issue.pk).raised_by.name == "Camat Sandaran"
    with pytest.raises(CodeRefused, match="dibatalkan"):
        redeem(code)


def test_an_office_may_end_later_but_not_in_the_past(world):
    held = world.people["camat-sandaran"].assignments.get()
    with pytest.raises(AccountRefused, match="hari ini"):
        end(world, held, TODAY - timedelta(days=2))
    end(world, held, TODAY + timedelta(days=9))
    assert held.user.assignments.valid().exists()


def test_ended_by_two_officers_it_stays_as_it_was_ended_first(world):
    held = world.people["camat-sandaran"].assignments.get()
    end(world, held, TODAY)
    again = end(world, held, TODAY + timedelta(days=3), by="desk-kaltim")
    assert (again.valid_until, again.ended_by.username) == (TODAY, "desk-kutim")


def test_a_role_given_by_mistake_today_is_withdrawn_today(world):
    wrong = give_role(
        person=world.people["camat-busang"], role="ppk", region=world.regions["64.08.06"],
        by=world.people["desk-kutim"], valid_from=TODAY,
    )  # fmt: skip
    end(world, wrong, TODAY - timedelta(days=1))
    assert list(world.people["camat-busang"].assignments.valid().values_list("role", flat=True)) == ["reporter"]


def test_a_desk_ends_no_role_it_could_not_give(world):
    with pytest.raises(AccessRefused):
        end(world, world.people["netralitas-kutim"].assignments.get(), TODAY)


def test_a_camat_never_becomes_handler_of_neutrality(world):
    with pytest.raises(AccountRefused, match="dirangkap"):
        give_role(
            person=world.people["camat-sandaran"], role="neutrality", region=world.regions["64.08"],
            by=world.people["admin"], valid_from=TODAY,
        )  # fmt: skip


@pytest.mark.parametrize("order", [("reporter", "neutrality"), ("neutrality", "reporter")])
def test_the_database_refuses_a_camat_who_handles_neutrality(world, order):
    places = {"reporter": "64.08.06", "neutrality": "64.08"}
    person = world.people["ppk-sandaran"]
    Assignment.objects.create(user=person, role=order[0], region_id=places[order[0]])
    later = Assignment(user=person, role=order[1], region_id=places[order[1]])
    with pytest.raises(ValidationError, match="tidak dapat dirangkap pada hari yang sama"):
        later.full_clean()
    with pytest.raises(IntegrityError, match="assignment_roles_apart"):
        later.save()


def test_who_left_the_one_office_may_hold_the_other_the_day_after(world):
    camat = world.people["camat-sandaran"]
    camat.assignments.update(valid_from=NOW.date() - timedelta(days=9), valid_until=NOW.date() - timedelta(days=1))
    Assignment.objects.create(user=camat, role="neutrality", region_id="64.08", valid_from=NOW.date())
    assert camat.assignments.count() == 2


@pytest.mark.parametrize("role", ["partner", "reporter", "ppk", "observer"])
def test_nobody_gives_themselves_a_role(world, role):
    desk, code = world.people["desk-kutim"], "64.08.11" if role in ("reporter", "ppk") else "64.08"
    with pytest.raises(AccessRefused, match="akun sendiri"):
        give_role(person=desk, role=role, region=world.regions[code], by=desk, valid_from=NOW.date())


def test_an_account_made_by_hand_gets_a_name_that_is_free_and_no_password(world):
    made = create_person(
        name="Siti Aminah", phone="", role="reporter", region=world.sandaran, by=world.people["desk-kutim"],
        now=timezone.now(), valid_from=date(2026, 11, 21), stem="camat-sandaran",
    )  # fmt: skip
    assert (made.username, made.has_usable_password()) == ("camat-sandaran-2", False)
    assert redeem(code_of(made.codes.get())) == made
