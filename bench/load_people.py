"""Who is there during a load: officials who read, and camat who each have one report to send. All are signed in already.

Two hundred people do not sign in within a minute, and Argon2 is made to take long: that would measure the password.
"""

import random
from dataclasses import dataclass
from secrets import token_hex

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import timezone

from bench import nation
from districts.access import Role
from districts.models import Assignment, Election, Region, Report, User
from districts.reports.expecting import current_expected
from districts.reports.fields import FIELDS, Kind
from districts.reports.typed import NONE_TICK

PROVINCE = "33"  # Jawa Tengah: 35 regencies, 576 kecamatan
#: Lists of villages in which "none" has a tick of its own.
NONE_OF_THEM = ("blankspot_villages", "outreach_villages", "cut_off_villages")
#: Of a hundred readers: most sit in regencies, some in the province, a few in Jakarta [P].
IN_REGENCY, IN_PROVINCE = 80, 16


@dataclass(frozen=True, slots=True)
class Reader:
    session: str  # key of the session
    pages: tuple[tuple[str, str], ...]  # (name, address) of what this person opens


@dataclass(frozen=True, slots=True)
class Reporter:
    user: int
    kecamatan: str
    session: str
    form: str  # addresses
    draft: str
    submit: str
    answers: dict[str, list[str]]


def signed_in(user: User) -> str:
    """Key of a session as a sign-in leaves it."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def make_people(kind: str, places: list[str | None], role: Role) -> list[User]:
    """One account a place; None is the nation. Demo accounts: no second factor stands before their pages."""
    users = User.objects.bulk_create(
        User(username=f"load-{token_hex(4)}-{number}", name=f"{kind} {number}", password="!", is_demo=True)
        for number in range(len(places))
    )
    Assignment.objects.bulk_create(
        Assignment(user=user, role=role, region_id=place) for user, place in zip(users, places, strict=True)
    )
    return users


def readers(count: int) -> list[Reader]:
    """Observers of regencies, of the province and of the nation, each with the pages of the place."""
    dice = random.Random(5)
    regencies = list(Region.objects.filter(parent_id=PROVINCE).order_by("code").values_list("code", flat=True))
    places = [_place(number, regencies) for number in range(count)]
    users = make_people("pembaca", places, Role.OBSERVER)
    return [Reader(signed_in(user), _pages(place, dice)) for user, place in zip(users, places, strict=True)]


def _place(number: int, regencies: list[str]) -> str | None:
    share = number * 37 % 100
    if share < IN_REGENCY:
        return regencies[number % len(regencies)]
    return PROVINCE if share < IN_REGENCY + IN_PROVINCE else None


def _pages(place: str | None, dice: random.Random) -> tuple[tuple[str, str], ...]:
    """Dashboards oftener than lists."""
    if place is None:
        return (
            ("dashboard_nation", reverse("nation")),
            ("dashboard_nation", reverse("nation")),
            ("silent_nation", reverse("silent_nation")),
        )
    size = "province" if place == PROVINCE else "regency"
    kecamatan = list(Region.objects.filter(code__startswith=f"{place}.", level=3).values_list("code", flat=True))
    some = dice.choice(kecamatan)
    return (
        (f"dashboard_{size}", reverse("dashboard", args=[place])),
        (f"dashboard_{size}", reverse("dashboard", args=[place])),
        (f"silent_{size}", reverse("silent", args=[place])),
        (f"issues_{size}", reverse("issues", args=[place])),
        (f"logistics_{size}", reverse("logistics", args=[place])),
        (f"outreach_{size}", reverse("outreach", args=[place])),
        ("kecamatan", reverse("kecamatan", args=[some])),
        ("kecamatan", reverse("kecamatan", args=[some])),
    )


def reporters(election: Election, count: int) -> list[Reporter]:
    """Camat of kecamatan of the province that have not reported in the period that is open."""
    silent = list(
        Region.objects.filter(code__startswith=f"{PROVINCE}.", level=3)
        .exclude(code__in=Report.objects.filter(election=election).values("kecamatan_id"))
        .order_by("code")[:count]
        .values_list("code", flat=True)
    )
    if len(silent) < count:
        raise SystemExit(f"bench: only {len(silent)} kecamatan of {PROVINCE} have not reported; {count} are needed.")
    totals = nation._totals()
    users = make_people("camat", list(silent), Role.REPORTER)
    return [
        _reporter(election, user, code, totals.get(code, (0, 0, 0))) for user, code in zip(users, silent, strict=True)
    ]


def _reporter(election: Election, user: User, code: str, totals: tuple[int, int, int]) -> Reporter:
    now = timezone.now()
    expected = current_expected(election, code, now)
    assert expected is not None
    place = {"code": code, "slot": expected.slot}
    return Reporter(
        user.pk,
        code,
        signed_in(user),
        reverse("report_form", kwargs=place),
        reverse("report_draft", kwargs=place),
        reverse("report_submit", kwargs=place),
        typed(nation._report(expected, totals, user, now)),
    )


def typed(report: Report) -> dict[str, list[str]]:
    """The answers of a report as a browser posts them; whatever it leaves out is left empty."""
    found = {}
    for field in FIELDS:
        answer = getattr(report, field.name)
        if field.kind == Kind.VILLAGES:
            found |= {field.name: [NONE_TICK]} if field.name in NONE_OF_THEM else {}
        elif isinstance(answer, bool):
            found[field.name] = ["1" if answer else "0"]
        elif isinstance(answer, list):
            found[field.name] = [str(each) for each in answer]
        elif answer is not None:
            found[field.name] = [str(answer)]
    return found
