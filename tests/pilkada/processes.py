"""Real commands of `pilkada.services`, run the way a person runs them, and what became of their processes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from pilkada.services.folder import ROOT
from pilkada.services.processes import birth

OWN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SIAP_DATA_DIR", "MEDIA_ROOT", "STATIC_ROOT", "PORT", "DATABASE_POOL")


def environment(folder: Path | None = None, **given: str) -> dict[str, str]:
    """As of a fresh terminal: without what the tests themselves were given."""
    env = {name: text for name, text in os.environ.items() if name not in OWN}
    return env | ({"SIAP_DATA_DIR": str(folder)} if folder else {}) | given


def services(*argv: str, env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pilkada.services", *argv],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def execute(code: str, *options: str, env: dict[str, str]) -> tuple[int, str]:
    """Exit code and output of a piece of Python with the services around it."""
    process = services("exec", *options, "--", sys.executable, "-c", code, env=env)
    output = process.communicate(timeout=60)[0]
    return process.returncode, output


def read_until(process: subprocess.Popen[str], words: str) -> str:
    seen = ""
    for line in process.stdout or ():
        seen += line
        if words in line:
            return seen
    raise AssertionError(f"ended without saying {words!r}:\n{seen}")


def recorded(folder: Path) -> dict[str, int]:
    """Name and number of every process on record in a data folder."""
    return {path.stem: json.loads(path.read_text())["pid"] for path in (folder / "processes").glob("*.json")}


def gone(pids: list[int], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while any(birth(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def kill_all(supervisor: subprocess.Popen[str], folder: Path) -> None:
    """As a power cut would: nobody gets to say goodbye."""
    pids = [supervisor.pid, *recorded(folder).values()]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)  # so that none notices that another has gone
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    supervisor.communicate()
