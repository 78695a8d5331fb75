"""Child processes that never outlive their supervisor, and are never confused with somebody else's."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pilkada.services.folder import Step

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
LEFTOVERS_GRACE = 30.0  # seconds
LOG_BYTES_KEPT = 5 * 1024 * 1024


def dies_with_parent(with_signal: int, become: Callable[[], None] | None = None) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends this signal to the child when the supervisor is gone, even by kill -9.

    `become` changes who the child is; that comes first, as the kernel forgets the wish with a change of identity.
    """
    parent = os.getpid()

    def follow() -> None:
        if become:
            become()
        if LIBC:
            LIBC.prctl(PR_SET_PDEATHSIG, with_signal)
        if os.getppid() != parent:
            os._exit(1)  # the supervisor went before the kernel knew whom to tell

    return follow


def birth(pid: int) -> str | None:
    """When this process began, so that a number reused by the system is not taken for our process; None when gone."""
    stat = Path(f"/proc/{pid}/stat")
    if sys.platform != "linux":
        return subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True).stdout or None
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return None
    if fields[0] in "ZX":
        return None  # dead, only not yet waited for
    # Ticks since boot say nothing without the boot.
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip() + ":" + fields[19]


def remember(folder: Path, name: str, pid: int, stop_signal: int) -> None:
    """On record, for the next start in this folder to find should this one be killed."""
    record = folder / "processes" / f"{name}.json"
    record.parent.mkdir(mode=0o700, exist_ok=True)
    record.write_text(json.dumps({"pid": pid, "birth": birth(pid), "signal": int(stop_signal)}))


def forget(folder: Path, name: str) -> None:
    (folder / "processes" / f"{name}.json").unlink(missing_ok=True)


@dataclass
class Child:
    """One long-running process in a session of its own: a Ctrl-C in the terminal reaches the supervisor alone."""

    name: str
    label: str  # for people
    argv: list[str]
    folder: Path  # the data folder: log/ and processes/ are in it
    cwd: Path | None = None
    env: dict[str, str] = field(default_factory=dict)  # on top of our own
    become: Callable[[], None] | None = None
    pass_fds: tuple[int, ...] = ()
    stop_signal: int = signal.SIGTERM
    grace: float = 10.0  # seconds until harder means
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / "log" / f"{self.name}.log"

    def start(self) -> None:
        self.log.parent.mkdir(mode=0o700, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_KEPT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv,
                cwd=self.cwd,
                env=os.environ | self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=self.pass_fds,
                preexec_fn=dies_with_parent(self.stop_signal, self.become),
            )
        remember(self.folder, self.name, self.process.pid, self.stop_signal)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self.process.returncode if self.process else None

    def stop(self) -> None:
        if self.process is None:
            return
        if self.alive:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(self.grace)
            except subprocess.TimeoutExpired:
                _kill(self.process.pid)
                self.process.wait()
        forget(self.folder, self.name)
        self.process = None

    def last_words(self, lines: int = 12) -> str:
        """The end of its log, for the sentence that says why it stopped."""
        text = self.log.read_bytes()[-8000:].decode(errors="replace") if self.log.exists() else ""
        return "\n".join("    " + line for line in text.splitlines()[-lines:])


def stop_leftovers(folder: Path) -> None:
    """End what an earlier supervisor of this folder started and could not stop; nothing else.

    Only under the folder's lock. A process counts as ours when both its number and its time of birth are on record.
    """
    ours = []
    for record in (folder / "processes").glob("*.json"):
        with contextlib.suppress(ValueError):  # killed while writing it: the kernel told that child to go
            facts = json.loads(record.read_text())
            if facts["birth"] and birth(facts["pid"]) == facts["birth"]:
                ours.append(facts)
                os.kill(facts["pid"], facts["signal"])
        record.unlink()
    step = Step("Menunggu proses lama berhenti") if ours else None
    deadline = time.monotonic() + LEFTOVERS_GRACE
    for facts in ours:
        while step and birth(facts["pid"]) == facts["birth"]:
            if time.monotonic() > deadline:
                _kill(facts["pid"])
            step.tick()
            time.sleep(0.05)


def _kill(pid: int) -> None:
    """The process, and its group where it leads one."""
    with contextlib.suppress(ProcessLookupError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
