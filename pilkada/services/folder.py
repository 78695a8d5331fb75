"""The private data folder: who may use it, its secrets, its lock, and what is said while someone waits."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
THROWAWAY_PREFIX = "siap-uji-"
NOBODYS_HOME = Path("/var/lib/siap-pilkada")  # outside any folder only root may enter


class RefusedError(Exception):
    """A start that cannot go on. The text is the sentence for the person at the keyboard."""


class Step:
    """Says at once what is being done, and every two seconds for how long it has been going on."""

    def __init__(self, label: str) -> None:
        self.started = self.said = time.monotonic()
        print(f"{label} …", file=sys.stderr, flush=True)

    def tick(self) -> None:
        now = time.monotonic()
        if now - self.said >= 2:
            self.said = now
            print(f"  … {now - self.started:.0f} detik", file=sys.stderr, flush=True)


@dataclass
class DataFolder:
    path: Path
    throwaway: bool = False
    _locks: list[int] = field(default_factory=list)

    @classmethod
    def chosen(cls) -> "DataFolder":
        """The folder of this checkout, or the one SIAP_DATA_DIR names."""
        path = Path(os.environ.get("SIAP_DATA_DIR") or ROOT / ".data").expanduser().absolute()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            raise RefusedError(
                f"Folder data {path} tidak dapat dibuat. Pilih folder yang boleh ditulis lewat SIAP_DATA_DIR."
            ) from None
        if path.stat().st_uid != os.geteuid():
            raise RefusedError(
                f"Folder data {path} milik pengguna lain. Jalankan sebagai pemiliknya, "
                "atau pilih folder lain lewat SIAP_DATA_DIR."
            )
        return cls(path)

    @classmethod
    def temporary(cls) -> "DataFolder":
        return cls(Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX)), throwaway=True)

    def lock(self) -> bool:
        """Take the folder for this process; the kernel gives it back when the process ends, however it ends."""
        if not self._flock("lock", fcntl.LOCK_EX):
            return False
        self.offer({})
        return True

    def borrow(self) -> None:
        """Say that this process uses services another one started."""
        self._flock("borrowed", fcntl.LOCK_SH)

    def is_borrowed(self) -> bool:
        return not self._flock("borrowed", fcntl.LOCK_EX)

    def _flock(self, name: str, kind: int) -> bool:
        descriptor = os.open(self.path / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._locks.append(descriptor)
        return True

    @property
    def nobodys(self) -> Path:
        """Where the database of this folder is when root has to run it as `nobody` (see `footing`)."""
        return NOBODYS_HOME / hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]

    def release(self) -> None:
        if self.throwaway:
            for path in (self.path, self.nobodys):
                shutil.rmtree(path, ignore_errors=True)
        while self._locks:
            os.close(self._locks.pop())

    def secret(self, name: str) -> str:
        """A random word, made once and kept."""
        path = self.path / f"{name}.secret"
        if not path.exists():
            self._write(path, secrets.token_hex(32))
        return path.read_text()

    def offer(self, urls: dict[str, str]) -> None:
        """Tell other commands of this folder where its running services are; an empty dict means nowhere."""
        self._write(self.path / "running.json", json.dumps(urls))

    def offered(self) -> dict[str, str]:
        """What the process that holds the lock has running; empty while it is still starting."""
        try:
            urls: dict[str, str] = json.loads((self.path / "running.json").read_text())
        except FileNotFoundError:
            return {}
        return urls

    def _write(self, path: Path, text: str) -> None:
        """Whole or not at all, and for the owner's eyes only."""
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        fresh.replace(path)


def abandoned_throwaways() -> list[DataFolder]:
    """Throwaway folders of this user whose process was killed before it could remove them, now locked by us.

    Younger than a minute may be one that is just being made.
    """
    found = []
    for path in Path(tempfile.gettempdir()).glob(f"{THROWAWAY_PREFIX}*"):
        try:
            facts = path.stat()
            folder = DataFolder(path, throwaway=True)
            if facts.st_uid == os.geteuid() and time.time() - facts.st_mtime > 60 and folder.lock():
                found.append(folder)
        except OSError:
            continue  # its own process is removing it
    return found
