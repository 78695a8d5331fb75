"""One cast for all tests: a slice of Kalimantan Timur, an election twelve days ahead and a person per role.

The slice has the shape of the real registry (its codes and names are real) and needs no file from outside the project.
"""

import os
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
import time_machine
from django.apps import apps
from django.conf import settings as configured
from django.core import serializers
from django.db import connection

from districts.access import Role
from districts.models import (
    DEFAULT_PATTERNS,
    Assignment,
    Contest,
    Election,
    KecamatanProfile,
    PollingStation,
    Region,
    SecurityPattern,
    User,
)
from districts.models.audit import Entry
from pilkada import catalogue

WITA = ZoneInfo("Asia/Makassar")
#: Saturday of week 47, 18.42 WITA; the voting day of the cast is H-12 from it, as in the demo.
NOW = datetime(2026, 11, 21, 18, 42, tzinfo=WITA)
VOTING_DAY = date(2026, 12, 3)
PASSWORD = "kata-sandi-uji-coba"

REGIONS = {
    "64": "Kalimantan Timur",
    "64.08": "Kabupaten Kutai Timur",
    "64.08.04": "Sangatta Utara",
    "64.08.04.1001": "Teluk Lingga",
    "64.08.04.2002": "Sangatta Utara",
    "64.08.06": "Busang",
    "64.08.06.2001": "Rantau Sentosa",
    "64.08.11": "Sandaran",
    "64.08.11.2001": "Manubar",
    "64.08.11.2002": "Susuk Dalam",
    "64.08.11.2003": "Susuk Luar",
    "64.11": "Kabupaten Mahakam Ulu",
    "64.11.01": "Long Bagun",
    "64.11.01.2001": "Ujoh Bilang",
    "64.11.03": "Laham",
    "64.11.03.2001": "Laham",
}
#: village: (TPS, voters male, voters female) of each TPS
STATIONS = {
    "64.08.04.1001": (4, 150, 150),
    "64.08.04.2002": (4, 150, 150),
    "64.08.06.2001": (2, 100, 100),
    "64.08.11.2001": (6, 200, 200),
    "64.08.11.2002": (6, 200, 200),
    "64.08.11.2003": (6, 250, 276),
    "64.11.01.2001": (3, 100, 100),
    "64.11.03.2001": (2, 100, 100),
}
#: username: (role, region); `admin` is a superuser
PEOPLE = {
    "camat-sandaran": (Role.REPORTER, "64.08.11"),
    "operator-sandaran": (Role.REPORTER, "64.08.11"),
    "camat-busang": (Role.REPORTER, "64.08.06"),
    "desk-kutim": (Role.DESK, "64.08"),
    "desk-mahulu": (Role.DESK, "64.11"),
    "desk-kaltim": (Role.DESK, "64"),
    "bupati-kutim": (Role.OBSERVER, "64.08"),
    "pemantau-nasional": (Role.OBSERVER, None),
    "kpu-kutim": (Role.KPU, "64.08"),
    "ppk-sandaran": (Role.PPK, "64.08.11"),
    "pps-sandaran": (Role.PPK, "64.08.11"),
    "kpu-mahulu": (Role.KPU, "64.11"),
    "netralitas-kutim": (Role.NEUTRALITY, "64.08"),
    "diskominfo-kutim": (Role.PARTNER, "64.08"),
}


def pytest_configure():
    """Test processes share one Valkey: each has a database of its own, or one empties what another counts."""
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    configured.REDIS_URL = configured.CELERY_BROKER_URL = f"{configured.REDIS_URL.rpartition('/')[0]}/{number}"
    if not catalogue.is_compiled():
        catalogue.compile_catalogue()


@dataclass
class World:
    """What `world` made; `people` and `regions` by username and code."""

    election: Election
    regions: dict[str, Region] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    @property
    def sandaran(self) -> Region:
        return self.regions["64.08.11"]


def make_regions(names: dict[str, str] = REGIONS, zone: str = "Asia/Makassar") -> dict[str, Region]:
    """Regions of any level from code and name, parents before children."""
    rows = [
        Region(code=code, name=name, time_zone=zone, parent_id=(code[:8] if len(code) == 13 else code[:-3] or None))
        for code, name in sorted(names.items())
    ]
    Region.objects.bulk_create(rows)
    return Region.objects.in_bulk(list(names))


def make_stations(stations: dict[str, tuple[int, int, int]] = STATIONS) -> None:
    PollingStation.objects.bulk_create(
        PollingStation(village_id=village, number=number, voters_male=male, voters_female=female)
        for village, (count, male, female) in stations.items()
        for number in range(1, count + 1)
    )


def make_election(*codes: str, voting_day: date = VOTING_DAY) -> Election:
    """An election of the regions `codes` with contests and the default security patterns."""
    election = Election.objects.create(
        slug=f"uji-{voting_day}",
        name="Pilkada uji",
        voting_day=voting_day,
        reporting_from=voting_day - timedelta(days=70),
        reporting_until=voting_day + timedelta(days=3),
    )
    election.regions.set(codes)
    kinds = {2: Contest.Kind.GOVERNOR, 5: Contest.Kind.REGENT}
    Contest.objects.bulk_create(
        Contest(election=election, region_id=code, kind=kinds[len(code)]) for code in {*codes, "64"} if len(code) < 6
    )
    SecurityPattern.objects.bulk_create(
        SecurityPattern(election=election, category=category, police=p, tps=t, linmas=n)
        for category, (p, t, n) in DEFAULT_PATTERNS.items()
    )
    return election


REFERENCE = pytest.StashKey()


def allow_emptying():
    """Tests with real transactions empty every table; the owner of a database says so first (migration 0019_audit)."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {connection.settings_dict['NAME']} SET siap.emptying = 'on'")
        cursor.execute("SET siap.emptying = 'on'")


def forget_changes():
    """Entries of the audit, which nobody can remove one by one."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE districts_auditentry, neutrality_caseentry")


def holds_leftovers():
    """Whether the test database of an earlier run holds people: no migration makes any, a test that was killed does."""
    at = connection.settings_dict
    name = connection.creation._get_test_db_name()
    login = {"host": at["HOST"], "port": at["PORT"], "user": at["USER"], "password": at["PASSWORD"]}
    try:
        with psycopg.connect(dbname=name, **{key: value for key, value in login.items() if value}) as there:
            return there.execute("SELECT EXISTS (SELECT FROM districts_user)").fetchone()[0]
    except (psycopg.OperationalError, psycopg.ProgrammingError):  # no such database, or no tables in it yet
        return False


@pytest.fixture(scope="session")
def django_db_createdb(django_db_createdb, django_db_modify_db_settings, django_db_blocker):
    """Such a database is made anew, also with --reuse-db: its rows would pass for what migrations had loaded."""
    with django_db_blocker.unblock():
        return django_db_createdb or holds_leftovers()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, request):
    """What the migrations had loaded (indicators and the like) outlives tests that empty every table."""
    apps_of_ours = [apps.get_app_config(name) for name in ("districts", "logistics", "neutrality")]
    models = [
        model
        for model in serializers.sort_dependencies([(app, None) for app in apps_of_ours])
        if not issubclass(model, Entry)
    ]
    with django_db_blocker.unblock():
        allow_emptying()
        forget_changes()
        loaded = serializers.serialize("json", [row for model in models for row in model.objects.all()])

    def put_back():
        with django_db_blocker.unblock():
            for row in serializers.deserialize("json", loaded):
                row.save()
            forget_changes()

    request.config.stash[REFERENCE] = put_back
    yield
    del request.config.stash[REFERENCE]
    put_back()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """A test with real transactions ends by emptying every table, also when its teardown fails."""
    try:
        return (yield)
    finally:
        marker = item.get_closest_marker("django_db")
        if (marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(
            item.fixturenames
        ):
            item.config.stash.get(REFERENCE, lambda: None)()  # gone after the last test of all


@pytest.fixture
def now():
    """The clock stands at `NOW` unless the test moves it with `travel`."""
    with time_machine.travel(NOW, tick=True) as travel:
        yield travel


@pytest.fixture
def world(db, now) -> World:
    """The slice, the election and the people."""
    regions = make_regions()
    make_stations()
    KecamatanProfile.objects.bulk_create(
        [
            KecamatanProfile(region_id="64.08.11", is_hard=True, pledge_total=60),
            KecamatanProfile(region_id="64.08.04", pledge_total=80),
        ]
    )
    world = World(make_election("64.08", "64.11"), regions)
    for username, (role, code) in PEOPLE.items():
        user = User.objects.create_user(username, None, name=username.replace("-", " ").title(), phone="+6281200000001")
        Assignment.objects.create(user=user, role=role, region_id=code, valid_from=date(2026, 1, 1))
        world.people[username] = user
    world.people["admin"] = User.objects.create_superuser("admin", None, name="Administrator", is_demo=True)
    return world


@pytest.fixture
def as_user(client, world):
    """`as_user("desk-kutim")` is a client signed in as that person."""

    def sign_in(username: str):
        client.force_login(world.people[username])
        return client

    return sign_in
