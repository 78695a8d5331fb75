"""`python -m bench.dribble http://127.0.0.1:8000`: 24 clients dribble a POST; does everybody else still get answers?

Works against any running server (the one of `make run`, or nginx with docs/deploy/nginx.conf in front). Needs nothing of
the application, so that what it measures cannot be what it starts.
"""

import argparse
import http.client
import socket
import ssl
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import SplitResult, urlsplit

CLIENTS, BYTES_PER_SECOND = 24, 3  # issue 5, point 8
PAGES = ("/masuk/", "/netralitas/", "/netralitas/lapor/", "/static/css/tokens.css", "/healthz")
PROMISED = 2000  # bytes of the form, which at this speed takes eleven minutes


@cache
def any_certificate() -> ssl.SSLContext:
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    return trusting


def connect(server: SplitResult, seconds: float = 30) -> socket.socket:
    """TLS for https, where any certificate will do: it is our own server."""
    plain = socket.create_connection((server.hostname or "", server.port or 80), timeout=seconds)
    if server.scheme != "https":
        return plain
    return any_certificate().wrap_socket(plain, server_hostname=server.hostname)


class Dribbler(threading.Thread):
    """Sends the head of a form at once and its body at three bytes a second until told to stop."""

    def __init__(self, server: SplitResult, stop: threading.Event, path: str = "/masuk/") -> None:
        super().__init__(daemon=True)
        self.server, self.stop, self.path = server, stop, path
        self.sent, self.ended = 0, ""

    def run(self) -> None:
        try:
            with connect(self.server) as line:
                head = f"POST {self.path} HTTP/1.1\r\nHost: {self.server.hostname}\r\nContent-Length: {PROMISED}\r\n"
                line.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode())
                while not self.stop.wait(1):
                    line.sendall(b"a" * BYTES_PER_SECOND)
                    self.sent += BYTES_PER_SECOND
        except OSError as error:
            self.ended = type(error).__name__


@contextmanager
def dribbling(address: str, clients: int = CLIENTS) -> Iterator[list[Dribbler]]:
    """That many clients, all connected and sending, for as long as the block lasts."""
    stop = threading.Event()
    crowd = [Dribbler(urlsplit(address), stop) for _ in range(clients)]
    for each in crowd:
        each.start()
    deadline = time.monotonic() + 20
    while any(not each.sent and not each.ended for each in crowd) and time.monotonic() < deadline:
        time.sleep(0.1)
    try:
        yield crowd
    finally:
        stop.set()
        for each in crowd:
            each.join(5)


def ask(address: str, path: str) -> tuple[int, float]:
    """Status and seconds of one page, on a connection of its own as a new visitor's is."""
    server, began = urlsplit(address), time.perf_counter()
    asked = http.client.HTTPConnection(server.hostname or "", server.port or 80, timeout=30)
    asked.sock = connect(server)
    try:
        asked.request("GET", path, headers={"Host": server.hostname or ""})
        answer = asked.getresponse()
        answer.read()
        return answer.status, time.perf_counter() - began
    finally:
        asked.close()


def measure(address: str, seconds: float, pages: tuple[str, ...] = PAGES) -> dict[str, tuple[list[float], int]]:
    """Of each page the seconds its answers took, and how many were no answer to be had (500 and above, or none)."""
    found: dict[str, tuple[list[float], int]] = {page: ([], 0) for page in pages}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for page in pages:
            times, errors = found[page]
            try:
                status, took = ask(address, page)
            except OSError:
                status, took = 599, 30.0
            found[page] = ([*times, took], errors + (status >= 500))
    return found


def percentiles(times: list[float]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    if len(times) < 2:
        return times[0] * 1000, times[0] * 1000
    cut = statistics.quantiles(times, n=20, method="inclusive")
    return cut[9] * 1000, cut[18] * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    options = parser.parse_args()
    before = measure(options.address, options.seconds / 3)
    with dribbling(options.address, options.clients) as crowd:
        during = measure(options.address, options.seconds)
        alive = sum(not each.ended for each in crowd)
    print(f"{alive} of {options.clients} still dribble, {BYTES_PER_SECOND} bytes a second each")
    print(f"{'page':<28}{'alone p50':>10}{'p95':>8}{'with p50':>10}{'p95':>8}  ms   errors")
    for page, (times, errors) in during.items():
        (a50, a95), (w50, w95) = percentiles(before[page][0]), percentiles(times)
        print(f"{page:<28}{a50:>10.0f}{a95:>8.0f}{w50:>10.0f}{w95:>8.0f}       {errors} of {len(times)}")


if __name__ == "__main__":
    main()
