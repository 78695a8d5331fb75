"""The look keeps its promises: small, safe under the CSP, readable in both themes, documented."""

import gzip
import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

STATIC = settings.BASE_DIR / "static"
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
COMPONENTS = sorted((settings.BASE_DIR / "templates" / "components").glob("*.html"))
STATES = ("green", "amber", "red", "grey", "not-due")
AA_TEXT = 4.5  # WCAG 2.2, 1.4.3
AA_GRAPHIC = 3  # WCAG 2.2, 1.4.11
#: A link that a person clicks, to an office of the state, which learns nothing of where the click came from.
OFFICIAL_LINK = r'<a href="https://(?:[a-z]+\.)+go\.id/[^"]*" rel="noreferrer noopener">'
STEP_APART = 1.5  # [P]: five grounds between white and ink leave no more than 1.9


def gzipped(paths: list[Path]) -> int:
    return sum(len(gzip.compress(path.read_bytes())) for path in paths)


def channel(value: int) -> float:
    """Linear light of an sRGB channel (WCAG 2.2, relative luminance)."""
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    red, green, blue = (channel(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def themes() -> list[dict[str, str]]:
    """Colour tokens of each block that sets the states: light, dark by system, dark by hand."""
    text = (STATIC / "css" / "tokens.css").read_text()
    blocks = re.findall(r"\{([^{}]*--green-fg[^{}]*)\}", text)
    return [dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})", block)) for block in blocks]


def label(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR / "templates"))


def test_styles_fit_in_18_kb() -> None:
    assert gzipped([*STATIC.rglob("*.css")]) <= 18_000


def test_scripts_with_htmx_fit_in_25_kb() -> None:
    htmx = Path(finders.find("django_htmx/htmx-2.min.js"))
    assert gzipped([htmx, *STATIC.rglob("*.js")]) <= 25_000


def test_there_is_a_light_theme_and_the_same_dark_theme_twice() -> None:
    light, by_system, by_hand = themes()
    assert light != by_system
    assert by_system == by_hand


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_readable_in_every_theme(state: str) -> None:
    for theme in themes():
        assert contrast(theme[f"{state}-fg"], theme[f"{state}-bg"]) >= AA_TEXT


def test_grey_stays_readable_on_its_hatching() -> None:
    for theme in themes():
        assert contrast(theme["grey-fg"], theme["grey-hatch"]) >= AA_TEXT


@pytest.mark.parametrize("ground", ["page", "surface"])
@pytest.mark.parametrize("ink", ["text", "muted", "brand", "red-fg"])
def test_text_is_readable_on_every_ground(ink: str, ground: str) -> None:
    for theme in themes():
        assert contrast(theme[ink], theme[ground]) >= AA_TEXT


def test_steps_of_a_bar_differ_in_lightness_alone() -> None:
    """One who sees no colours, or a printer without them, tells neighbours apart; stripes have nothing below them."""
    for theme in themes():
        ramp = [theme[ink] for ink in ("surface", "step-1", "step-2", "step-3", "step-4")]
        assert all(contrast(one, next_one) >= STEP_APART for one, next_one in pairwise(ramp))
        assert contrast(theme["back"], theme["surface"]) >= AA_GRAPHIC
        assert contrast(theme["line-strong"], theme["surface"]) >= AA_GRAPHIC


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_a_template_has_nothing_the_csp_forbids(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text), "style attribute"
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text), "inline handler"
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text), "inline script"
    assert "javascript:" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_a_template_asks_no_other_host(path: Path) -> None:
    """Nothing is loaded from or sent to another host, whoever opens the page; an official link waits for a click."""
    loaded = re.sub(OFFICIAL_LINK, "", path.read_text())
    assert not re.search(r"(?:src|srcset|href|action|poster|data|hx-[a-z]+)=[\"']?(?:https?:)?//", loaded)


@pytest.mark.parametrize("path", COMPONENTS, ids=label)
def test_a_component_names_its_parameters_first(path: Path) -> None:
    head = path.read_text()[:700]
    if path.name.startswith("_") and path.name != "_door.html":
        assert re.match(r"\{# .*Parameters: .*#\}", head.splitlines()[0])
    else:
        assert "{% comment %}" in head


def test_vendored_files_come_with_their_licence() -> None:
    for folder in (STATIC / "vendor").iterdir():
        assert list(folder.glob("LICENSE*")), folder.name
