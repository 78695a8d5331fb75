"""A real Chromium, signed in as one of the cast, against the running site; and a regency with something to show."""

import os
import shutil
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import sync_playwright

from districts.models import Agency, Issue, Level
from tests.conftest import NOW
from tests.districts.officials import roll_up, set_grade, set_readiness

PHONE, DESKTOP, WALL = (360, 740), (1366, 768), (1920, 1080)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("Chromium is not installed. Install it with `apt-get install chromium`.", pytrace=False)
    # Playwright keeps an event loop in this thread; the tests' own use of the ORM is still synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = playwright.chromium.launch(executable_path=path, args=arguments)
        yield launched
        launched.close()
        connections.close_all()  # a running event loop has connections of its own; open ones keep the database from going
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page_for(browser, live_server, django_db_serialized_rollback, transactional_db, world):
    """`page_for("camat-sandaran")` is a page signed in as that person; None is nobody. Paths are relative to the site.

    A page whose scripts raise, or break the Content-Security-Policy, fails the test. (axe itself sets inline styles.)
    """
    contexts, troubles = [], []

    def open_page(username, viewport=PHONE, dark=False, js=True):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": viewport[0], "height": viewport[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=js,
            locale="id-ID",
            timezone_id="Asia/Makassar",
            has_touch=viewport == PHONE,
        )
        contexts.append(context)
        if username is not None:
            client = Client()  # a session of its own: people are there at the same time
            client.force_login(world.people[username])
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if "script-src" in said.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles, troubles


@pytest.fixture
def kutim(world):
    """Rolled up, with a red, a grey and a green kecamatan and an overdue issue."""
    roll_up(world)
    set_readiness("64.08.11", level=Level.RED, score=48.25, urgency=1052, top_indicators=["LOG-05"])
    set_readiness("64.08.04", level=Level.GREEN, score=91.0, urgency=0, top_indicators=[])
    set_readiness("64.08", level=Level.AMBER, score=69.6, kecamatan_red=1, kecamatan_green=1, kecamatan_grey=1)
    set_grade(
        "64.08.11", "LOG-05", level=Level.RED, reason="far_below_target", amount=55.5, target=90, note="10/18 TPS",
        observed_at=NOW,
    )  # fmt: skip
    Issue.objects.create(
        election=world.election, kecamatan_id="64.08.11", kind="kendala", category="logistik", title="Kotak basah",
        level=3, state="ditugaskan", owner=Agency.objects.get(code="kpu"), due_at=NOW - timedelta(days=2),
        raised_by=world.people["admin"], raised_at=NOW - timedelta(days=4),
    )  # fmt: skip
    return world
