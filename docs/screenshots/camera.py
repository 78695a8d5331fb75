"""Takes the pictures: one site in this process, whose clock stands, and one Chromium."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import time_machine
import typst
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from districts.models import User
from districts.printing import TEMPLATES
from docs.screenshots import scene
from docs.screenshots.pictures import CARD, DASHBOARD, PHONE, PICTURES, Picture

DOCS = Path(__file__).resolve().parent.parent
FOLDER = DOCS / "gambar"
#: Colours of the palette, and the most a picture may weigh: guides are read on weak lines as well.
COLOURS, MOST_BYTES = 48, 60_000
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-color-profile=srgb"]
#: The first card of a sheet, in points; 105 × 74.2 mm.
CARD_POINTS, CARD_DPI = (297.6, 210.3), 220


class Quiet(WSGIRequestHandler):
    def log_message(self, *said: object) -> None:
        """Says nothing: what went wrong is in the picture."""


@contextmanager
def site() -> Iterator[str]:
    """The whole site, static files too; its address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet, ipv6=False, allow_reuse_address=False)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def save(drawn: Image.Image, path: Path) -> None:
    """As few bytes as a picture of letters needs; refuses what is too heavy."""
    small = drawn.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    weight = path.stat().st_size
    print(f"{path.relative_to(DOCS)}  {small.width} × {small.height}  {weight / 1000:.0f} kB", flush=True)
    if weight > MOST_BYTES:
        raise SystemExit(f"screenshots: {path.name} is heavier than {MOST_BYTES / 1000:.0f} kB; show less of the page.")


def take(browser: Browser, site: str, picture: Picture, words: dict[str, str]) -> Image.Image:
    """The picture, in a window of its own; stops everything when the page is not there."""
    width, height = picture.size
    is_phone = width == PHONE[0]
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": height}, device_scale_factor=1.5 if is_phone else 1,
        has_touch=is_phone, locale="id-ID", timezone_id="Asia/Makassar", color_scheme="light", reduced_motion="reduce",
    )  # fmt: skip
    if picture.who is not None:
        client = Client()
        client.force_login(User.objects.get(username=picture.who))
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    page = context.new_page()
    page.clock.set_fixed_time(scene.MORNING)
    answer = page.goto(picture.address.format(**words))
    if answer is None or answer.status != 200:
        raise SystemExit(f"screenshots: {picture.name} is not to be seen: {page.url}")
    page.wait_for_load_state("networkidle")
    if picture.act:
        picture.act(page)
        page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    drawn = Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide")))
    context.close()
    return drawn


def draw_card() -> Image.Image:
    """The card of an account as it comes out of the printer."""
    sheet = typst.compile(
        TEMPLATES / "districts/print/cards.typ", root=TEMPLATES, format="png", ppi=CARD_DPI,
        font_paths=typst.Fonts(include_system_fonts=False), ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(scene.card())},
    )  # fmt: skip
    width, height = (round(points * CARD_DPI / 72) for points in CARD_POINTS)
    return Image.open(BytesIO(sheet)).crop((0, 0, width, height))


def main(names: list[str]) -> None:
    """All pictures, or those of `names`."""
    FOLDER.mkdir(exist_ok=True)
    with time_machine.travel(scene.MORNING, tick=False), sync_playwright() as playwright, site() as address:
        words = scene.fill()
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=ARGUMENTS)
        for picture in (DASHBOARD, *PICTURES):
            if not names or picture.name in names:
                folder = DOCS if picture is DASHBOARD else FOLDER
                save(take(browser, address, picture, words), folder / f"{picture.name}.png")
        browser.close()
    if not names or CARD in names:
        save(draw_card(), FOLDER / f"{CARD}.png")
