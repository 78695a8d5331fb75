"""Guides that went stale are worse than none: what they show, name and promise is there (issue 5, point 10)."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import resolve

from districts.door.signing_in import SIGNED_IN_FOR, Device
from docs.screenshots.camera import MOST_BYTES
from docs.screenshots.pictures import CARD, DASHBOARD, PICTURES
from pilkada import catalogue

DOCS = Path(settings.BASE_DIR) / "docs"
GUIDES = ("camat", "desk", "admin")
TOGETHER_BYTES = 1_200_000
HOUR = 3600


def words_of(guide):
    return (DOCS / f"{guide}.md").read_text(encoding="utf-8")


def everything(pattern):
    """What `pattern` finds in the three guides, each with its guide."""
    return [(guide, found) for guide in GUIDES for found in re.findall(pattern, words_of(guide))]


def as_pattern(text):
    """A text of the product with anything where it has a value."""
    return re.sub(r"%\\\(\w+\\\)[sd]|\\\{\w+\\\}", ".+", re.escape(text))


@pytest.fixture(scope="module")
def on_screen():
    """Matches a whole text of the product, in capitals or not."""
    entries = catalogue.read()
    texts = {text for entry in entries for text in (entry.msgid, entry.msgid_plural) if text and len(text) < 200}
    return re.compile("|".join(map(as_pattern, sorted(texts))), re.IGNORECASE)


def test_every_picture_a_guide_shows_is_taken_and_every_one_taken_is_shown():
    shown = {name for _guide, name in everything(r"!\[[^]]+\]\(gambar/([\w-]+)\.png\)")}
    assert shown == {path.stem for path in (DOCS / "gambar").iterdir()}
    assert shown == {picture.name for picture in PICTURES} | {CARD}
    assert (DOCS / f"{DASHBOARD.name}.png").exists()


def test_pictures_are_light_enough_for_a_weak_line():
    weights = {path.name: path.stat().st_size for path in DOCS.rglob("*.png")}
    assert [name for name, weight in weights.items() if weight > MOST_BYTES] == []
    assert sum(weights.values()) <= TOGETHER_BYTES


def test_what_a_guide_calls_by_name_is_written_so_on_the_screen(on_screen):
    assert len(everything(r"\*\*(.+?)\*\*")) > 90
    assert [(guide, name) for guide, name in everything(r"\*\*(.+?)\*\*") if not on_screen.fullmatch(name)] == []


def test_every_address_of_a_guide_is_a_page():
    addresses = [address for _guide, address in everything(r"`(/[^`? ]*)[^`]*`")]
    assert len(addresses) > 10
    for address in addresses:
        resolve(address)


def test_every_command_of_a_guide_exists():
    texts = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    assert set(re.findall(r"manage\.py (\w+)", texts)) <= set(get_commands())


def test_every_page_and_heading_a_guide_points_to_exists():
    for path in DOCS.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (DOCS / target).exists(), f"{path.name}: {target}"


@pytest.mark.parametrize(
    ("guide", "promise"),
    [
        ("camat", f"Kartu berlaku {settings.SIGN_IN_CODE_DAYS} hari"),
        ("camat", f"tunggu {settings.AXES_COOLOFF_TIME.seconds // 60} menit"),
        ("camat", f"| H-{settings.DAILY_FROM_H} sampai H-{settings.TWICE_DAILY_FROM_H + 1} | tiap hari |"),
        ("camat", f"| sejak H-{settings.TWICE_DAILY_FROM_H} | dua kali sehari |"),
        ("desk", f"batas paling lama {settings.REACHABILITY_MOST_DAYS} hari"),
        ("desk", f"(paling lama {settings.WINDOW_EXCEPTION_MOST_HOURS} jam)"),
        ("admin", f"{settings.NEUTRALITY_PURGE_MONTHS} bulan sesudah hari pemungutan suara"),
    ],
)
def test_numbers_in_a_guide_are_those_of_the_settings(guide, promise):
    assert promise in words_of(guide)


def test_the_guide_says_for_how_long_a_device_stays_signed_in():
    assert SIGNED_IN_FOR[Device.PHONE].days == 7
    assert SIGNED_IN_FOR[Device.SHARED].seconds == HOUR
    assert "(tetap masuk seminggu)" in words_of("camat")
    assert "(keluar sendiri setelah satu jam)" in words_of("camat")
