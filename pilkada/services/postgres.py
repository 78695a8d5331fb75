"""A real Postgres on 127.0.0.1, in the data folder, reachable with a password of its own."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from pilkada.ports import HOST, free_port
from pilkada.services.folder import DataFolder, RefusedError, Step
from pilkada.services.footing import Footing, footing
from pilkada.services.processes import Child, dies_with_parent

ROLE = DATABASE = "siap"
MAJOR = "18"
# Nothing in a throwaway folder is worth waiting for a disk.
CARELESS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
ENV = {"LC_ALL": "C", "TZ": "UTC"}  # messages and sorting do not depend on the machine


@dataclass
class Postgres:
    folder: DataFolder
    footing: Footing
    child: Child | None = None
    port: int = 0

    @classmethod
    def in_folder(cls, folder: DataFolder) -> "Postgres":
        return cls(folder, footing(folder))

    @property
    def url(self) -> str:
        return self._url(DATABASE)

    def _url(self, database: str) -> str:
        return f"postgres://{ROLE}:{self.folder.secret('postgres')}@{HOST}:{self.port}/{database}"

    @property
    def alive(self) -> bool:
        return self.child is not None and self.child.alive

    def start(self) -> None:
        """Running and ready for questions. After a crash this waits for its recovery."""
        step = Step("Menyalakan Postgres")
        if not self.footing.data.exists():
            self._create(step)
        if (version := (self.footing.data / "PG_VERSION").read_text().strip()) != MAJOR:
            raise RefusedError(
                f"Data di {self.footing.data} dibuat Postgres {version}, yang terpasang Postgres {MAJOR}. "
                "Pindahkan datanya dengan pg_dump dari versi lama, atau pilih folder lain lewat SIAP_DATA_DIR."
            )
        _forget_stale_note(self.footing.data, step)
        for _attempt in range(3):  # the port found free may be taken a moment later
            self.port = free_port()
            child = self.child = self._child()
            child.start()
            if self._ready(step):
                return
        raise RefusedError(f"Postgres tidak dapat dinyalakan; catatannya ada di {child.log}:\n{child.last_words()}")

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def _create(self, step: Step) -> None:
        """Beside its place first: an initdb that was killed half way is never taken for a database."""
        data = self.footing.data
        fresh = data.with_name("postgres.baru")
        shutil.rmtree(fresh, ignore_errors=True)
        password_file = data.with_name("initdb.secret")
        password_file.touch(mode=0o600)
        password_file.write_text(self.folder.secret("postgres"))
        self.footing.owned(password_file)
        argv = [self.footing.binaries / "initdb", "-D", fresh, "-U", ROLE, f"--pwfile={password_file}"]
        argv += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        # Upper and lower case of all of Unicode, the same on every machine.
        argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        argv += ["--no-sync"] if self.folder.throwaway else []
        initdb = subprocess.Popen(
            [str(word) for word in argv],
            env=os.environ | ENV,
            preexec_fn=dies_with_parent(signal.SIGTERM, self.footing.become),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        while True:
            try:
                errors = initdb.communicate(timeout=0.2)[1]
                break
            except subprocess.TimeoutExpired:
                step.tick()
        password_file.unlink()
        if initdb.returncode != 0:
            raise RefusedError(f"Basis data tidak dapat dibuat di {data.parent}: {errors.strip()}")
        fresh.rename(data)

    def _child(self) -> Child:
        data = self.footing.data
        options = [f"port={self.port}", f"listen_addresses={HOST}", "unix_socket_directories="]
        options += CARELESS if self.folder.throwaway else ()
        return Child(
            name="postgres",
            label="Postgres",
            argv=[str(self.footing.binaries / "postgres"), "-D", str(data), *(f"--{option}" for option in options)],
            folder=self.folder.path,
            cwd=data,
            env=ENV,
            become=self.footing.become,
            stop_signal=signal.SIGINT,  # its fast shutdown: clients are sent away, everything is written
            grace=60,
        )

    def _ready(self, step: Step) -> bool:
        """False when it ended instead, as it does when its port is taken."""
        while self.alive:
            try:
                with psycopg.connect(self._url("postgres"), autocommit=True, connect_timeout=5) as connection:
                    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                    if not known:
                        connection.execute(f"CREATE DATABASE {DATABASE}")
                return True
            except psycopg.errors.InvalidPassword:
                raise RefusedError(
                    f"Kata sandi Postgres di {self.folder.path} tidak cocok dengan datanya. "
                    "Kembalikan berkas postgres.secret yang lama, atau pilih folder lain lewat SIAP_DATA_DIR."
                ) from None
            except psycopg.OperationalError:
                step.tick()  # still starting, or recovering
                time.sleep(0.05)
        return False


def _forget_stale_note(data: Path, step: Step) -> None:
    """Postgres leaves its number behind when killed, and refuses to start while any process has that number.

    A stranger may have it by now, or a dead process nobody waited for. So where no process at all sits in this very
    folder the note is stale; the last ones of a killed Postgres leave within moments.
    """
    note = data / "postmaster.pid"
    deadline = time.monotonic() + 10
    while note.exists() and Path("/proc/self/cwd").exists():  # elsewhere the question is left to Postgres
        if not _inhabited(data):
            note.unlink()
        elif time.monotonic() > deadline:
            return
        step.tick()
        time.sleep(0.05)


def _inhabited(folder: Path) -> bool:
    for process in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):  # gone, or somebody else's
            if process.samefile(folder):
                return True
    return False
