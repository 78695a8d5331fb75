"""A real Chromium, signed in as one of the cast, against the running site."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from django.test import Client
from playwright.sync_api import sync_playwright

PHONE, DESKTOP, WALL = (360, 740), (1366, 768), (1920, 1080)
#: WCAG 2.2 AA, DESIGN "Look and feel".
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


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
def violations():
    """`violations(page)` lists what axe finds against WCAG 2.2 AA on the page as it stands."""

    def check(page):
        found = Axe().run(page, options=WCAG).response["violations"]
        return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]

    return check
