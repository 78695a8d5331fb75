"""The demo (DESIGN "Demo"): real places and totals, a simulation everybody sees is one, and a story in it."""

import csv
import gzip
import json
import stat
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Max, Min, Sum
from django.utils import timezone

from districts.access import Role, scope_of
from districts.demo.people import ACCOUNTS
from districts.demo.places import counted, spread, stations_of
from districts.demo.story import PROGRESS, STORIES, Story, share_done
from districts.loading.regions import SHIPPED
from districts.models import (
    Contact,
    Election,
    GradeHistory,
    Issue,
    Level,
    PollingStation,
    Readiness,
    ReadinessHistory,
    Region,
    Report,
    StaleKecamatan,
    User,
)
from logistics.departures import Verdict
from logistics.models import Replacement, Shipment
from logistics.routes import departures_of
from neutrality.models import Case, CaseClock
from tests.conftest import make_election, make_regions

pytestmark = pytest.mark.django_db


def test_kutim_has_the_totals_of_kpu_and_mahulu_too():
    totals = {
        code: (sum(k.voters for k in counted(code)), sum(k.tps for k in counted(code))) for code in ("64.08", "64.11")
    }
    assert totals == {"64.08": (297_994, 701), "64.11": (27_869, 77)}  # [S03], [S07]
    assert [k.code for k in counted("64.08") if not k.is_estimate] == ["64.08.04", "64.08.06"]  # [S05]


@pytest.mark.parametrize(("tps", "villages"), [(6, 5), (18, 9), (200, 4), (13, 7), (5, 5)])
def test_every_village_has_a_tps_and_none_is_lost(tps, villages):
    made = stations_of(tps, villages)
    assert sum(made) == tps
    assert min(made) >= 1
    assert sum(spread(tps, villages)) == tps


@pytest.mark.parametrize("name", sorted(PROGRESS))
def test_nothing_that_grows_ever_falls(name):
    shares = [share_done(name, h, Story()) for h in range(80, -4, -1)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


@pytest.fixture
def registry(db, now):
    """The registry's part the demo is about, read from the shipped file."""
    with gzip.open(SHIPPED, "rt", encoding="utf-8", newline="") as lines:
        rows = {row["code"]: row["name"] for row in csv.DictReader(lines)}
    make_regions({code: name for code, name in rows.items() if code == "64" or code.startswith(("64.08", "64.11"))})


@pytest.fixture
def demo(registry, tmp_path, monkeypatch):
    monkeypatch.setenv("SIAP_DATA_DIR", str(tmp_path))
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def levels(code):
    rows = Readiness.objects.filter(region__code__startswith=code, region__level=3)
    return dict(rows.values_list("level").annotate(Count("pk")))


def test_the_demo_tells_its_story(demo, tmp_path, client):
    """One test with many checks, as loading the demo takes longer than all of them."""
    check_places()
    check_reports(Election.objects.get())
    check_history(Election.objects.get())
    check_ledger(Election.objects.get())
    check_cases(demo)
    check_accounts(demo, tmp_path, client)
    check_second_run(tmp_path)
    check_lost_note(tmp_path, client)


def check_places():
    stations = PollingStation.objects.filter(village__code__startswith="64.08")
    found = stations.aggregate(tps=Count("pk"), men=Sum("voters_male"), women=Sum("voters_female"), most=Max("voters"))
    assert found.items() >= {"tps": 701, "men": 160_805, "women": 137_189}.items()
    assert found["most"] <= 600  # of a TPS, Pilkada 2024 [S35]
    assert PollingStation.objects.values("village").distinct().count() == Region.objects.villages().count()


def check_reports(election):
    assert election.is_simulation
    assert election.voting_day - timezone.localdate() == timedelta(days=12)
    # two or three red, about as many amber as green, three without data: DESIGN's picture
    assert levels("64.08") == {Level.RED: 3, Level.AMBER: 6, Level.GREEN: 6, Level.GREY: 3}
    assert Readiness.objects.get(region="64.08.11").level == Level.RED
    assert Issue.objects.open().filter(due_at__range=(timezone.now(), timezone.now() + timedelta(hours=7))).exists()
    newest = dict(Report.objects.values_list("kecamatan").annotate(Max("submitted_at")))
    assert (timezone.now() - newest["64.08.06"]).days in (8, 9)  # Busang: 9 days by the calendar
    assert (timezone.now() - newest["64.08.16"]).days >= 14
    assert set(STORIES) - set(newest) == {"64.08.01", "64.08.17", "64.08.18"}
    assert not StaleKecamatan.objects.exists()


def check_history(election):
    days = ReadinessHistory.objects.filter(election=election).aggregate(first=Min("day"), last=Max("day"))
    assert days == {"first": election.reporting_from, "last": timezone.localdate() - timedelta(days=1)}
    assert GradeHistory.objects.filter(kecamatan="64.08.11").values("day").distinct().count() > 20
    week_ago = ReadinessHistory.objects.filter(day=timezone.localdate() - timedelta(days=7), region__level=3)
    then = dict(week_ago.values_list("region", "level"))
    now = dict(Readiness.objects.filter(region__level=3).values_list("region", "level"))
    assert sum(then[code] != level for code, level in now.items()) >= 3
    # KPU's ledger alone is under 60 % of what was due then: red or grey, never better
    assert {then[code] for code, level in now.items() if level == Level.GREY} <= {Level.GREY, Level.RED}


def signs_in(client, username, password):
    return client.post("/masuk/", {"username": username, "password": password}).status_code == 302


def check_accounts(out, folder, client):
    note = folder / "demo.json"
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    said = json.loads(note.read_text())
    assert said["password"] in out
    assert [account["username"] for account in said["accounts"]] == [row[0] for row in ACCOUNTS]
    for username, _label, role, code in ACCOUNTS:
        assert signs_in(client, username, said["password"]), username
        scope = scope_of(User.objects.get(username=username))
        assert scope.covers(code, role) if role else scope.covers("")
        client.logout()
    assert {role for _name, _label, role, _code in ACCOUNTS if role} == set(Role.values) - {Role.PARTNER}
    assert not signs_in(client, "camat-busang", said["password"])
    assert not Contact.objects.exclude(phone__startswith="+62800000").exists()


def check_second_run(folder):
    before, out = (folder / "demo.json").read_text(), StringIO()
    call_command("load_demo", stdout=out)
    assert "sudah ada" in out.getvalue()
    assert (folder / "demo.json").read_text() == before
    assert Election.objects.count() == 1


def check_lost_note(folder, client):
    """Who lost the note of the password gets a new one."""
    before = json.loads((folder / "demo.json").read_text())
    (folder / "demo.json").unlink()
    call_command("load_demo", stdout=StringIO())
    after = json.loads((folder / "demo.json").read_text())
    assert not signs_in(client, "desk-kutim", before["password"])
    assert signs_in(client, "desk-kutim", after["password"])


def check_ledger(election):
    """Sandaran, issue 3: a TNI AL ship, boxes wet at hand-over, a replacement on its way, one that leaves too late."""
    ship = Shipment.objects.get(kecamatan="64.08.11", state="selesai", hop="kpu-ppk")
    assert ship.legs.filter(mode="kapal_al", escort_force="tni_al", arrived_at__isnull=False).exists()
    handover = ship.handovers.get()
    assert (handover.outcome, handover.issue.category) == ("selisih", "logistik")
    assert handover.differences.filter(kind="rusak", item="KS").count() == 2
    assert Replacement.objects.filter(regency="64.08", item="SS", sent__gt=0, received=0).count() == 2
    rows = departures_of(election, "64.08.11", timezone.now())
    assert Verdict.WILL_BE_LATE in {row.verdict for row in rows}


def check_cases(said):
    """They name nobody; DESIGN, Demo: one case near its deadline."""
    soon = timezone.localdate() + timedelta(days=1)
    assert CaseClock.objects.filter(name="lapor", met_on=None, due_on__lte=soon).exists()
    assert "Nama Contoh" not in said
    assert Case.objects.filter(regency="64.08").values("state").distinct().count() >= 6


def test_the_demo_never_mixes_with_a_real_election(registry, monkeypatch):
    monkeypatch.delenv("SIAP_DATA_DIR", raising=False)
    make_election("64.08")
    with pytest.raises(CommandError, match="pemilihan yang sebenarnya"):
        call_command("load_demo", stdout=StringIO())
    assert Election.objects.count() == 1
