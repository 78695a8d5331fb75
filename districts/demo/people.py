"""Accounts and contacts of the demo: fictional people, one account per role (two who hand over to each other), a camat for each kecamatan."""

import secrets
from datetime import date

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from districts.access import Role
from districts.demo.story import STORIES
from districts.models import Assignment, Contact, Region, User

#: The accounts people sign in with: username, what it is, role, region.
ACCOUNTS: tuple[tuple[str, str, str, str], ...] = (
    ("camat-sandaran", "Camat Sandaran", Role.REPORTER, "64.08.11"),
    ("camat-sangatta-utara", "Camat Sangatta Utara", Role.REPORTER, "64.08.04"),
    ("desk-kutim", "Desk Pilkada Kutai Timur", Role.DESK, "64.08"),
    ("kpu-kutim", "Penghubung KPU Kutai Timur", Role.KPU, "64.08"),
    ("ppk-sandaran", "PPK (kecamatan) Sandaran", Role.PPK, "64.08.11"),
    ("pps-sandaran", "PPS (desa) di Sandaran", Role.PPK, "64.08.11"),
    ("netralitas-kutim", "Penangan netralitas Kutai Timur", Role.NEUTRALITY, "64.08"),
    ("bupati-kutim", "Pjs Bupati Kutai Timur (pemantau)", Role.OBSERVER, "64.08"),
    ("desk-kaltim", "Desk Pilkada Kalimantan Timur", Role.DESK, "64"),
    ("admin", "Administrator", "", ""),
)
#: People of the story nobody signs in as.
OTHERS: tuple[tuple[str, str, str, str], ...] = (
    ("kpu-mahulu", "Penghubung KPU Mahakam Ulu", Role.KPU, "64.11"),
    ("desk-mahulu", "Desk Pilkada Mahakam Ulu", Role.DESK, "64.11"),
    ("mitra-kutim", "Penghubung Polres dan Diskominfo Kutai Timur", Role.PARTNER, "64.08"),
)
GIVEN_NAMES = (
    "Arsyad",
    "Bela",
    "Cahyo",
    "Dewi",
    "Elang",
    "Fitri",
    "Gading",
    "Hana",
    "Iwan",
    "Juwita",
    "Kirana",
    "Lukas",
)
OFFICES = ("Camat", "Kapolsek", "Danramil", "Ketua PPK (kecamatan)", "Ketua Panwascam")
#: Letters and figures that cannot be mistaken for each other when the password is read from a screen.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """`siap-` and two groups of five: about 50 bits."""
    groups = ("".join(secrets.choice(PASSWORD_LETTERS) for _letter in range(5)) for _group in range(2))
    return "siap-" + "-".join(groups)


def fictional_phone(number: int) -> str:
    """In the +62 800-000 range, which no subscriber has."""
    return f"+62800000{number:03d}"


def camat_username(kecamatan: Region) -> str:
    return f"camat-{slugify(kecamatan.name)}"


def make_people(kecamatan: list[Region], *, since: date, password: str) -> dict[str, User]:
    """All accounts by username. The password is hashed once; who is not in `ACCOUNTS` cannot sign in."""
    hashed, unusable = make_password(password), make_password(None)
    camats = [(camat_username(region), f"Camat {region.name}", Role.REPORTER, region.code) for region in kecamatan]
    wanted = {row[0]: row for row in (*camats, *OTHERS, *ACCOUNTS)}
    open_doors = {row[0] for row in ACCOUNTS}
    User.objects.bulk_create(
        User(
            username=username,
            name=name,
            phone=fictional_phone(number),
            password=hashed if username in open_doors else unusable,
            is_staff=username == "admin",
            is_superuser=username == "admin",
            is_demo=True,
        )
        for number, (username, name, _role, _code) in enumerate(wanted.values())
    )
    people = {user.username: user for user in User.objects.filter(username__in=wanted)}
    Assignment.objects.bulk_create(
        Assignment(user=people[username], role=role, region_id=code, valid_from=since)
        for username, _name, role, code in wanted.values()
        if role
    )
    return people


def set_password(password: str) -> None:
    """A new password for the accounts of `ACCOUNTS`."""
    User.objects.filter(username__in=[row[0] for row in ACCOUNTS]).update(password=make_password(password))


def make_contacts(kecamatan: list[Region]) -> None:
    """Five offices to call in each kecamatan, with names anybody sees are samples."""
    numbered = enumerate((region, office) for region in kecamatan if region.code in STORIES for office in OFFICES)
    Contact.objects.bulk_create(
        Contact(
            region=region,
            office=office,
            name=f"{GIVEN_NAMES[number % len(GIVEN_NAMES)]} (nama contoh)",
            phone=fictional_phone(100 + number),
        )
        for number, (region, office) in numbered
    )
