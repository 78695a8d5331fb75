"""Two hundred officials read and fifty reports a minute come in, on the server as `make run` starts it (issue 5, point 8).

The clients run on the same cores as the server. Each reader opens a page, reads it for a while and opens another; a page
that asks for itself is asked for as a browser would. Each camat opens the form, lets it be saved as a draft and sends it;
some press twice, some lose the line before the answer and send again.
"""

import asyncio
import os
import random
import re
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from html import unescape
from time import perf_counter
from urllib.parse import urlsplit

import aiohttp
import psycopg
from django.db import connection

from bench import cpu
from bench.load_people import Reader, Reporter, readers, reporters
from bench.load_server import serving
from bench.pages import EMPTY
from bench.results import Results, conditions
from districts.models import Election, Report

READERS, REPORTS_A_MINUTE, SECONDS = 200, 50, 60
#: How long a person looks at a page before opening another, at least and at most, in seconds [P].
READING = (10.0, 30.0)
LOOKING_AT_NOTHING = 4  # more clients that open the empty page once a second
FILLING = (1.0, 3.0)  # between the form and its draft, and again before it is sent: most filled it in before
CUT_AFTER = 0.05  # seconds after which the line of some is lost
ATTEMPTS = 5
WARM_SECONDS = 5  # not counted: workers load templates and open connections
TIMES_EMPTY, COLOUR_SECONDS = 4, 5  # aims; the second as `districts.live` promises
_ASKS = re.compile(r'hx-get="([^"]*versi=[^"]*)"[^>]*hx-trigger="every (\d+)s"')
_HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|client_key|base_revision|unchanged)" value="([^"]*)"')


@dataclass(slots=True)
class Seen:
    """What the clients noted. Seconds by name of a page; what went wrong, counted by its kind."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    receipts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by kecamatan
    colours: list[float] = field(default_factory=list)  # seconds from the answer to a report to its colour
    counting: bool = False
    cores: float = 0.0  # processors used, of server, clients and Postgres, on average


class Browser:
    """One person's: a few connections of its own, and its cookies."""

    def __init__(self, address: str, session: str, seen: Seen) -> None:
        self.address, self.seen = address, seen
        self.cookies = {"sessionid": session}
        self.line = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=4),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=30),
        )

    async def ask(self, name: str, path: str, *, poll: bool = False, form: dict | None = None) -> tuple[str, str]:
        """(text, address it sends to), both empty where nothing came; notes how long it took, or what went wrong."""
        headers = {"Cookie": "; ".join(f"{key}={text}" for key, text in self.cookies.items())}
        headers |= {"HX-Request": "true"} if poll or form else {}
        began = perf_counter()
        try:
            async with self.line.request(
                "POST" if form else "GET", self.address + path, data=form, headers=headers, allow_redirects=False
            ) as answer:
                text = await answer.text()
                self.cookies |= {key: morsel.value for key, morsel in answer.cookies.items()}
                to = answer.headers.get("HX-Redirect") or answer.headers.get("Location", "")
                good = answer.status in (200, 204) or (form is not None and answer.status == 302)
        except (aiohttp.ClientError, TimeoutError) as error:
            self.seen.errors[f"{name}: {type(error).__name__}"] += 1
            return "", ""
        if self.seen.counting:
            self.seen.times[name].append(perf_counter() - began)
        if not good:
            self.seen.errors[f"{name}: {answer.status} {to}".strip()] += 1
        return text, to


async def read(reader: Reader, address: str, seen: Seen, dice: random.Random) -> None:
    """Until told to stop."""
    browser = Browser(address, reader.session, seen)
    try:
        await asyncio.sleep(dice.uniform(0, READING[1]) / 2)
        while True:
            name, path = dice.choice(reader.pages)
            text, _to = await browser.ask(name, path)
            await _stay(browser, text, dice.uniform(*READING))
    finally:
        await browser.line.close()


async def look_at_nothing(reader: Reader, address: str, seen: Seen) -> None:
    """The empty page every second, until told to stop: what the others are measured against."""
    browser = Browser(address, reader.session, seen)
    try:
        while True:
            await browser.ask("empty", EMPTY)
            await asyncio.sleep(1)
    finally:
        await browser.line.close()


async def _stay(browser: Browser, text: str, seconds: float) -> None:
    """Leave the page open that long; it asks for itself as often as it says."""
    until = perf_counter() + seconds
    while found := _ASKS.search(text):
        every = float(found[2])
        if perf_counter() + every > until:
            break
        await asyncio.sleep(every)
        fresh, _to = await browser.ask("asks_for_itself", unescape(found[1]), poll=True)
        text = fresh or text
    await asyncio.sleep(max(0.0, until - perf_counter()))


async def report(reporter: Reporter, number: int, address: str, seen: Seen, wait_for_colour) -> None:
    """Form, draft, send; every third presses twice, every fifth loses the line and sends again."""
    dice, browser = random.Random(number), Browser(address, reporter.session, seen)
    try:
        text, _to = await browser.ask("report_form", reporter.form)
        form = reporter.answers | {name: [unescape(value)] for name, value in _HIDDEN.findall(text)}
        posted = {name: values[0] if len(values) == 1 else values for name, values in form.items()}
        await asyncio.sleep(dice.uniform(*FILLING))
        await browser.ask("report_draft", reporter.draft, form=posted)
        await asyncio.sleep(dice.uniform(*FILLING))
        if number % 5 == 0:
            cut = asyncio.create_task(browser.ask("cut", reporter.submit, form=posted))
            await asyncio.wait([cut], timeout=CUT_AFTER)
            cut.cancel()
        receipt = await _send(browser, reporter, posted, presses=2 if number % 3 == 0 else 1)
        seen.colours.append(await wait_for_colour(reporter.kecamatan))
        if receipt:
            await browser.ask("receipt", receipt)
    finally:
        await browser.line.close()


async def _send(browser: Browser, reporter: Reporter, posted: dict, presses: int) -> str:
    """Address of the receipt, pressing again as a person does while there is none; empty when that person gave up."""
    for _attempt in range(ATTEMPTS):
        pressed = [browser.ask("report_submit", reporter.submit, form=posted) for _ in range(presses)]
        told = [urlsplit(to).path for _text, to in await asyncio.gather(*pressed) if "tanda-terima" in to]
        browser.seen.receipts[reporter.kecamatan] |= {path.rstrip("/").rpartition("/")[2] for path in told}
        if told:
            return told[0]
        await asyncio.sleep(1)
    return ""


async def _warm(address: str, there: list[Reader], seen: Seen) -> None:
    """Every kind of page some times at once, so that each worker has loaded its templates before anybody waits."""
    pages = {name: (reader, path) for reader in there for name, path in reader.pages}
    for reader, path in pages.values():
        browser = Browser(address, reader.session, seen)
        await asyncio.gather(*(browser.ask("warm", path) for _ in range(4)))
        await browser.line.close()


async def _crowd(address: str, there: list[Reader], sending: list[Reporter], seconds: float, database: str) -> Seen:
    seen, lock = Seen(), asyncio.Lock()
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as looking:

        async def wait_for_colour(kecamatan: str) -> float:
            began = perf_counter()
            waits = "SELECT 1 FROM districts_stalekecamatan WHERE kecamatan_id = %s"
            while True:
                async with lock:
                    row = await (await looking.execute(waits, [kecamatan])).fetchone()
                if row is None or perf_counter() - began > 60:
                    return perf_counter() - began
                await asyncio.sleep(0.1)

        await _warm(address, there, seen)
        reading = [
            asyncio.create_task(read(reader, address, seen, random.Random(number)))
            for number, reader in enumerate(there)
        ]
        reading += [asyncio.create_task(look_at_nothing(each, address, seen)) for each in there[:LOOKING_AT_NOTHING]]
        await asyncio.sleep(WARM_SECONDS)
        seen.counting, began, used = True, perf_counter(), cpu.seconds(looking.info.dbname)
        reports = []
        for number, reporter in enumerate(sending):
            reports.append(asyncio.create_task(report(reporter, number, address, seen, wait_for_colour)))
            await asyncio.sleep(seconds / len(sending))
        await asyncio.gather(*reports)
        seen.cores = (cpu.seconds(looking.info.dbname) - used) / (perf_counter() - began)
        for each in reading:
            each.cancel()
        ended = await asyncio.gather(*reading, return_exceptions=True)
    broken = [each for each in ended if isinstance(each, Exception)]
    if broken:
        raise broken[0]
    return seen


def percentiles(times: list[float]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    cut = statistics.quantiles(times * 2, n=20, method="inclusive")
    return cut[9] * 1000, cut[18] * 1000


def lost_and_doubled(election: Election, sending: list[Reporter], seen: Seen) -> tuple[int, int]:
    """Receipts compared with rows: how many people have a receipt without a row, or after all their pressing no row; and
    how many have more than one of either.
    """
    rows = defaultdict(set)
    kept = Report.objects.filter(election=election, submitted_by__in=[each.user for each in sending])
    for kecamatan, receipt in kept.values_list("kecamatan_id", "receipt"):
        rows[kecamatan].add(receipt)
    pairs = [(seen.receipts[each.kecamatan], rows[each.kecamatan]) for each in sending]
    lost = sum(not there or not told <= there for told, there in pairs)
    return lost, sum(len(told) > 1 or len(there) > 1 for told, there in pairs)


def all_rows(
    results: Results, election: Election, note: str, *, count: int = READERS, seconds: float = SECONDS
) -> None:
    there, sending = readers(count), reporters(election, round(REPORTS_A_MINUTE * seconds / 60))
    given = connection.get_connection_params()
    database = psycopg.conninfo.make_conninfo(
        "", **{name: given[name] for name in ("host", "port", "user", "password", "dbname") if given.get(name)}
    )
    with serving() as address:
        seen = asyncio.run(_crowd(address, there, sending, seconds, database))
    told = f"{note}; {count} readers and {len(sending)} reports in {seconds:.0f} s, clients on the same cores"
    _write(results, seen, told)
    lost, doubled = lost_and_doubled(election, sending, seen)
    results.add("load.reports_lost", lost, "reports", 0, note=told)
    results.add("load.reports_doubled", doubled, "reports", 0, note=told)
    results.add("load.errors", sum(seen.errors.values()), "answers", 0, note=told)
    for kind, times in seen.errors.most_common(10):
        print(f"    {times} × {kind}")


def _write(results: Results, seen: Seen, note: str) -> None:
    empty50, empty95 = percentiles(seen.times["empty"])
    print(f"  {conditions()}; empty page under this load: p50 {empty50:.0f} ms, p95 {empty95:.0f} ms")
    for name, times in sorted(seen.times.items()):
        p50, p95 = percentiles(times)
        own = f"{note}; {len(times)} times, {p50:.0f} / {p95:.0f} ms; empty {empty50:.0f} / {empty95:.0f} ms"
        if name != "empty":
            results.add(f"load.page.{name}.p50_times_empty", p50 / empty50, "×", TIMES_EMPTY, note=own)
            results.add(f"load.page.{name}.p95_times_empty", p95 / empty95, "×", TIMES_EMPTY, note=own)
    results.add("load.cores_used", seen.cores, "cores", os.cpu_count() or 1, note=note)
    colours = percentiles(seen.colours)
    results.add("load.report_to_colour.p95", colours[1] / 1000, "s", COLOUR_SECONDS, note=note)
