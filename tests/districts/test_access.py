"""Who may see and do what, where: scope is a set of code prefixes, and nothing outside it exists."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from districts.access import (
    NATION,
    ROLE_CODE_LENGTHS,
    AccessRefused,
    Role,
    Scope,
    can_report,
    can_run_desk,
    check_can_report,
    check_can_run_desk,
    home_region,
    scope_of,
)
from districts.models import Assignment, Region, User

TODAY = date(2026, 11, 21)
codes = st.sampled_from([NATION, "64", "65", "64.08", "64.11", "64.08.11", "64.08.04", "64.08.11.2001"])
grants = st.lists(st.tuples(st.sampled_from(Role.values), codes), max_size=6).map(tuple)


class TestScope:
    def test_prefixes_inside_a_wider_one_are_left_out(self):
        scope = Scope((("reporter", "64.08.11"), ("desk", "64.08"), ("observer", "64.11")))
        assert scope.prefixes() == ("64.08", "64.11")
        assert scope.prefixes("reporter") == ("64.08.11",)
        assert scope.prefixes("reporter", "observer") == ("64.11", "64.08.11")

    def test_nobody_covers_nothing_and_the_nation_covers_all(self):
        assert not Scope(()).covers("64")
        assert Scope((("observer", NATION),)).covers("91.71.01")
        assert not Scope((("observer", NATION),)).covers("91.71.01", "desk")

    @given(grants, codes)
    def test_a_code_is_covered_exactly_when_a_grant_begins_it(self, drawn, code):
        scope = Scope(drawn)
        assert scope.covers(code) == any(code.startswith(prefix) for _, prefix in drawn)
        for role in Role.values:
            assert scope.covers(code, role) == any(code.startswith(prefix) for each, prefix in drawn if each == role)

    @given(grants)
    def test_no_prefix_stands_under_another_and_none_is_lost(self, drawn):
        prefixes = Scope(drawn).prefixes()
        assert not [a for a in prefixes for b in prefixes if a != b and a.startswith(b)]
        assert all(code.startswith(prefixes) for _, code in drawn)

    def test_every_role_has_its_levels(self):
        assert set(ROLE_CODE_LENGTHS) == set(Role)


def visible(user, *roles):
    return set(Region.objects.kecamatan().visible_to(user, *roles).values_list("code", flat=True))


KUTIM, MAHULU = {"64.08.04", "64.08.06", "64.08.11"}, {"64.11.01", "64.11.03"}


class TestVisibleTo:
    @pytest.mark.parametrize(
        ("person", "kecamatan"),
        [
            ("camat-sandaran", {"64.08.11"}),
            ("ppk-sandaran", {"64.08.11"}),
            ("desk-kutim", KUTIM),
            ("kpu-kutim", KUTIM),
            ("netralitas-kutim", KUTIM),
            ("diskominfo-kutim", KUTIM),
            ("bupati-kutim", KUTIM),
            ("desk-mahulu", MAHULU),
            ("desk-kaltim", KUTIM | MAHULU),
            ("pemantau-nasional", KUTIM | MAHULU),
            ("admin", KUTIM | MAHULU),
        ],
    )
    def test_people_see_what_lies_under_their_assignments(self, world, person, kecamatan):
        assert visible(world.people[person]) == kecamatan

    def test_strangers_and_people_without_assignment_see_nothing(self, world):
        assert visible(AnonymousUser()) == set()
        assert visible(User.objects.create_user("baru", None, name="Baru")) == set()

    def test_a_region_above_ones_own_is_not_visible(self, world):
        found = Region.objects.visible_to(world.people["camat-sandaran"])
        assert not found.filter(code__in=["64", "64.08"]).exists()
        assert found.filter(code="64.08.11.2001").exists()

    def test_a_code_that_only_looks_alike_is_foreign(self, world):
        """64.08.1 would begin 64.08.11: codes are compared whole, since prefixes are whole codes."""
        assert visible(world.people["camat-sandaran"]) & {"64.08.04"} == set()
        assert not scope_of(world.people["desk-kutim"]).covers("64.11")

    def test_named_roles_alone_count(self, world):
        desk = world.people["desk-kutim"]
        assert visible(desk, Role.DESK) == KUTIM
        assert visible(desk, Role.NEUTRALITY) == set()

    def test_rows_of_a_region_are_scoped_by_its_column(self, world):
        found = Assignment.objects.visible_to(world.people["camat-sandaran"])
        assert {row.user.username for row in found} == {
            "camat-sandaran",
            "operator-sandaran",
            "ppk-sandaran",
            "pps-sandaran",
        }

    def test_under_is_a_subtree_and_the_empty_code_is_the_nation(self, world):
        assert Region.objects.kecamatan().under("64.11").count() == 2
        assert Region.objects.kecamatan().under(NATION).count() == 5


class TestTime:
    @pytest.mark.parametrize(
        ("valid_from", "valid_until", "sees"),
        [
            (TODAY, None, True),
            (TODAY, TODAY, True),
            (TODAY - timedelta(days=9), TODAY - timedelta(days=1), False),
            (TODAY + timedelta(days=1), None, False),
        ],
    )
    def test_an_assignment_counts_from_its_first_to_its_last_day(self, world, valid_from, valid_until, sees):
        user = User.objects.create_user("pjs", None, name="Pjs")
        Assignment.objects.create(
            user=user, role=Role.OBSERVER, region_id="64.08", valid_from=valid_from, valid_until=valid_until
        )
        assert bool(visible(user)) is sees

    def test_two_assignments_reach_both(self, world):
        user = User.objects.create_user("rangkap", None, name="Rangkap")
        for code in ("64.08.06", "64.11.01"):
            Assignment.objects.create(user=user, role=Role.REPORTER, region_id=code, valid_from=TODAY)
        assert visible(user) == {"64.08.06", "64.11.01"}

    def test_who_is_switched_off_sees_nothing(self, world):
        user = world.people["desk-kutim"]
        user.is_active = False
        assert visible(user) == set()


class TestMayDo:
    @pytest.mark.parametrize(
        ("person", "reports", "runs_desk"),
        [
            ("camat-sandaran", True, False),
            ("operator-sandaran", True, False),
            ("camat-busang", False, False),
            ("desk-kutim", True, True),
            ("desk-kaltim", True, True),
            ("desk-mahulu", False, False),
            ("bupati-kutim", False, False),
            ("ppk-sandaran", False, False),
            ("kpu-kutim", False, False),
            ("netralitas-kutim", False, False),
            ("diskominfo-kutim", False, False),
            ("pemantau-nasional", False, False),
            ("admin", False, False),
        ],
    )
    def test_the_camat_reports_and_the_desk_above_runs(self, world, person, reports, runs_desk):
        user = world.people[person]
        assert can_report(user, "64.08.11") is reports
        assert can_run_desk(user, "64.08.11") is runs_desk

    def test_a_check_agrees_with_its_button_and_says_why_not(self, world):
        check_can_report(world.people["camat-sandaran"], "64.08.11")
        check_can_run_desk(world.people["desk-kutim"], "64.08")
        with pytest.raises(AccessRefused, match="Hanya petugas kecamatan ini"):
            check_can_report(world.people["camat-busang"], "64.08.11")
        with pytest.raises(AccessRefused, match="Hanya Desk Pilkada wilayah ini"):
            check_can_run_desk(world.people["camat-sandaran"], "64.08.11")

    def test_scope_is_read_once_per_person(self, world):
        user = User.objects.get(username="desk-kutim")
        with CaptureQueriesContext(connection) as queries:
            for code in ("64.08.04", "64.08.06", "64.08.11"):
                can_report(user, code)
                can_run_desk(user, code)
        assert len(queries) == 1


class TestHomeRegion:
    @pytest.mark.parametrize(
        ("person", "code"), [("camat-sandaran", "64.08.11"), ("desk-kutim", "64.08"), ("desk-kaltim", "64")]
    )
    def test_it_is_where_one_is_assigned(self, world, person, code):
        assert home_region(world.people[person]).code == code

    def test_it_is_none_for_the_nation_and_for_nobody(self, world):
        assert home_region(world.people["pemantau-nasional"]) is None
        assert home_region(world.people["admin"]) is None

    def test_it_is_the_widest_of_many(self, world):
        user = world.people["camat-sandaran"]
        Assignment.objects.create(user=user, role=Role.OBSERVER, region_id="64", valid_from=TODAY)
        assert home_region(user).code == "64"
        Assignment.objects.create(user=user, role=Role.OBSERVER, region=None, valid_from=TODAY)
        assert home_region(user) is None
