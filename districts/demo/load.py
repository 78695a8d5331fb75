"""Loading the demo: everything or nothing, in one transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from districts import readiness, weeks
from districts.demo.calendar import SLUG, ZONE, make_election
from districts.demo.people import make_contacts, make_people
from districts.demo.places import make_profiles, make_stations
from districts.demo.readings import make_readings
from districts.demo.reports import send_all
from districts.demo.story import REGENCIES, STORIES
from districts.demo.troubles import make_calls, make_troubles
from districts.loading.regions import load_regions
from districts.models import Election, PollingStation, Region, StaleKecamatan

Say = Callable[[str], object]
MAPPED_DAYS_AGO = 3  # Polri's and Bawaslu's map of TPS rawan
PROVINCE = "64"


class DemoRefused(Exception):
    """The demo cannot be loaded here; carries the sentence."""


def is_loaded() -> bool:
    return Election.objects.filter(slug=SLUG).exists()


def check_can_load() -> None:
    """Never among real data."""
    if Election.objects.filter(is_simulation=False).exists():
        raise DemoRefused(
            _("Basis data ini berisi pemilihan yang sebenarnya. Data demo hanya dimuat ke basis data tersendiri.")
        )
    if PollingStation.objects.exists():
        raise DemoRefused(_("Basis data ini sudah berisi TPS. Data demo hanya dimuat ke basis data tersendiri."))


@transaction.atomic
def load(*, now: datetime, password: str, say: Say) -> Election:
    """All of the demo as of `now`, the chapters of other apps (DEMO_CHAPTERS) before the colours of past days are made.

    About 3,000 statements, most of them of 180 reports sent one by one.
    """
    check_can_load()
    if not Region.objects.filter(pk=PROVINCE).exists():
        say(_("Memuat daftar wilayah …"))
        load_regions()
    regions = {region.code: region for region in Region.objects.filter(code__in=STORIES)}
    villages: dict[str, list[Region]] = {code: [] for code in STORIES}
    for village in Region.objects.filter(parent__in=STORIES).order_by("code"):
        villages[str(village.parent_id)].append(village)
    say(_("Pemilihan, TPS dan profil desa …"))
    election = make_election(REGENCIES, now=now)
    for regency in REGENCIES:
        make_stations(regency, villages, mapped_at=now - timedelta(days=MAPPED_DAYS_AGO))
    make_profiles(villages, now=now)
    kecamatan = [regions[code] for code in sorted(STORIES)]
    people = make_people(kecamatan, since=election.reporting_from, password=password)
    make_contacts(kecamatan)
    say(_("Laporan delapan pekan …"))
    count = send_all(election, people, now=now)
    say(_("%(count)d laporan. Kendala, panggilan dan angka instansi …") % {"count": count})
    make_troubles(election, regions, people, now=now)
    make_calls(election, people, now=now)
    make_readings(election, people["desk-kutim"], now=now)
    for path in settings.DEMO_CHAPTERS:
        import_string(path)(election=election, people=people, now=now, say=say)
    say(_("Warna hari demi hari …"))
    make_history(election, now=now)
    return election


def analyze() -> None:
    """Tell the planner of rows that no autovacuum can see yet; without it a roll-up may take half a minute."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def make_history(election: Election, *, now: datetime) -> None:
    """The colours at the end of each day since reports are expected, then those of now."""
    day, today = election.reporting_from, weeks.local_date(ZONE, now)
    analyze()
    while day < today:
        if day == election.reporting_from + weeks.ONE_WEEK:
            analyze()  # grades and their history have come since
        end = weeks.end_of(day, ZONE)
        readiness.roll_up(election, now=end)
        for zone in weeks.ZONES:  # the nation's own row is kept with the first zone
            readiness.take_snapshot(election, zone, day)
        day += weeks.ONE_DAY
    readiness.roll_up(election, now=now)
    # all that was written above is in the colours already
    StaleKecamatan.objects.filter(election=election).delete()
