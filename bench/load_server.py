"""The server of a load: web, worker and beat with the arguments of `make run`, against the database of this process."""

import http.client
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pilkada.management.commands.start import server
from pilkada.ports import HOST, listen
from pilkada.services.folder import ROOT

PATIENCE_SECONDS = 60
NGINX = ROOT / "docs" / "deploy" / "nginx.conf"


@contextmanager
def serving() -> Iterator[str]:
    """The address of a running server, for as long as the block lasts; its logs are thrown away with it."""
    with tempfile.TemporaryDirectory(prefix="siap-bench-") as folder:
        with listen() as listener:
            port = listener.getsockname()[1]
            children = server(Path(folder), listener.fileno(), "bench.wsgi")
            for child in children:
                child.start()
        try:
            _wait_for(port, lambda: children[0].alive)
            yield f"http://{HOST}:{port}"
            dead = [child.label for child in children if not child.alive]
            if dead:
                raise SystemExit(f"bench: {', '.join(dead)} died under the load.\n{children[0].last_words()}")
        finally:
            for child in children:
                child.stop()


def _wait_for(port: int, lives) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and lives():
        with suppress(OSError):
            asked = http.client.HTTPConnection(HOST, port, timeout=5)
            asked.request("GET", "/healthz")
            asked.getresponse().read()
            asked.close()
            return
        time.sleep(0.2)
    raise SystemExit("bench: the server did not start.")


@contextmanager
def behind_nginx(address: str) -> Iterator[str | None]:
    """The address of nginx with the configuration we ship before `address`; None where no nginx is installed.

    Changed in it: ports, certificate and folders of logs, as this machine has no others to give.
    """
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/opt/homebrew/bin")
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="siap-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # its workers are another account
        port = _configured(folder, address)
        with (folder / "said").open("wb") as said:
            process = subprocess.Popen(
                [program, "-p", name, "-c", str(folder / "nginx.conf")], stdout=said, stderr=said
            )
        try:
            _wait_for_port(port, process)
            yield f"https://{HOST}:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _configured(folder: Path, address: str) -> int:
    with listen() as plain, listen() as secure:
        ports = plain.getsockname()[1], secure.getsockname()[1]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=siap.example.go.id",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    told = NGINX.read_text()
    for ours, here in {
        "127.0.0.1:8001;": f"{address.removeprefix('http://')};",
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "listen 80;": f"listen {HOST}:{ports[0]};",
        "listen 443 ssl http2;": f"listen {HOST}:{ports[1]} ssl http2;",
        "/etc/letsencrypt/live/siap.example.go.id/fullchain.pem": str(folder / "cert.pem"),
        "/etc/letsencrypt/live/siap.example.go.id/privkey.pem": str(folder / "key.pem"),
        "/var/log/nginx/": f"{folder}/",
    }.items():
        if ours not in told:
            raise SystemExit(f"bench: docs/deploy/nginx.conf no longer says {ours!r}.")
        told = told.replace(ours, here)
    (folder / "site.conf").write_text(told)
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{ worker_connections 1024; }}\n"
        f"http {{\n{temporary}\ninclude {folder}/site.conf;\n}}\n"
    )
    return ports[1]


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        with suppress(OSError):
            connection.connect()
            connection.close()
            return
        time.sleep(0.1)
    raise SystemExit("bench: nginx did not start.")
