"""`manage.py start`: migrate, load, then web, one Celery worker and beat until Ctrl-C. `make run` calls it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from pilkada.ports import HOST, listen
from pilkada.services.folder import ROOT, DataFolder, RefusedError, Step
from pilkada.services.processes import Child, dies_with_parent

POLL_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 60  # between restarts of a Celery process that keeps dying


class StoppedError(Exception):
    """Somebody asked to stop while things were still being prepared."""


class Restarts:
    """When a process that died may start again: at once after a good run, else later and later."""

    def __init__(self) -> None:
        self.pause = 1
        self.began = time.monotonic()
        self.due: float | None = None

    def died(self) -> int:
        """The pause, in seconds."""
        if time.monotonic() - self.began > LONGEST_PAUSE_SECONDS:
            self.pause = 1
        pause, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        self.due = time.monotonic() + pause
        return pause

    def is_due(self) -> bool:
        if self.due is None or time.monotonic() < self.due:
            return False
        self.began, self.due = time.monotonic(), None
        return True


def server(folder: Path, fd: int, application: str = "pilkada.wsgi") -> list[Child]:
    """Web on the listening socket `fd`, one Celery worker and beat, not yet started; `bench` measures the same."""
    web = ["gunicorn", "-c", str(ROOT / "pilkada" / "gunicorn.py"), f"--bind=fd://{fd}", application]
    celery = ["celery", "--app=pilkada"]
    worker = [*celery, "worker", "--concurrency=2", "--without-mingle", "--without-gossip", "--loglevel=INFO"]
    beat = [*celery, "beat", "--pidfile=", "--loglevel=INFO"]

    def child(name: str, label: str, argv: list[str], pass_fds: tuple[int, ...] = ()) -> Child:
        argv = [sys.executable, "-m", *argv]
        return Child(name, label, argv, folder, cwd=ROOT, pass_fds=pass_fds, grace=12)

    return [
        child("web", "Web", web, (fd,)),
        child("worker", "Pekerja Celery", worker),
        child("beat", "Penjadwal Celery", beat),
    ]


class Command(BaseCommand):
    help = "Siapkan basis data, lalu jalankan web, satu pekerja Celery dan penjadwalnya sampai Ctrl-C."
    requires_system_checks: list[str] = []  # migrate and the web process check for themselves

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fd", type=int, help="soket web yang sudah mendengarkan (dari `make run`)")
        parser.add_argument("--demo", action="store_true", help="muat data demo bila folder data belum memilikinya")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = False
        self.parent = os.getppid()
        self.folder = DataFolder.chosen().path
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        children: list[Child] = []
        try:
            self._prepare(demo=options["demo"])
            children = self._start_children(options["fd"])
            self._keep_running(children)
        except StoppedError:
            pass
        except RefusedError as refused:
            self.stderr.write(f"SIAP: {refused}")
            sys.exit(1)
        finally:
            if children:
                print("Menghentikan …", file=sys.stderr, flush=True)
            for child in children:
                child.stop()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _pause(self) -> None:
        """A moment's wait, everywhere something is waited for."""
        time.sleep(POLL_SECONDS)
        # Where the kernel cannot tell us that `make run` was killed, its being gone can.
        if self.stopping or os.getppid() != self.parent:
            raise StoppedError

    # --- Preparing ----------------------------------------------------------------------------------------------------

    def _prepare(self, *, demo: bool) -> None:
        self._manage("Menyusun teks bahasa Inggris", "compilemessages")
        self._manage("Menyesuaikan tabel basis data", "migrate", "--verbosity=0")
        self._manage("Memuat wilayah", "load_regions")
        if demo and not (self.folder / "demo.json").exists():
            self._manage("Memuat data demo", "load_demo")

    def _manage(self, label: str, *argv: str) -> None:
        step = Step(label)
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *argv], preexec_fn=dies_with_parent(signal.SIGTERM)
        )
        try:
            while process.poll() is None:
                step.tick()
                self._pause()
        except StoppedError:
            process.terminate()
            process.wait()
            raise
        if process.returncode != 0:
            raise RefusedError(
                f"{label} gagal; sebabnya ada di atas. Perbaiki, lalu jalankan lagi: yang sudah tersimpan tetap ada."
            )

    # --- Running ------------------------------------------------------------------------------------------------------

    def _start_children(self, fd: int | None) -> list[Child]:
        """In the order in which they are stopped: first who takes new work."""
        listener = listen(os.environ.get("PORT", "")) if fd is None else socket.socket(fileno=fd)
        with listener:
            self.port = listener.getsockname()[1]
            children = server(self.folder, listener.fileno())
            for child in children:
                child.start()
        return children

    def _keep_running(self, children: list[Child]) -> None:
        web, *celery = children
        self._wait_for_web(web)
        self._welcome()
        restarts = {child.name: Restarts() for child in celery}
        while True:
            self._pause()
            self._check_web(web)
            for child in celery:
                self._keep(child, restarts[child.name])

    def _check_web(self, web: Child) -> None:
        if not web.alive:
            raise RefusedError(
                f"Web berhenti sendiri (kode {web.exit_code}), jadi semuanya dihentikan. "
                f"Catatannya ada di {web.log}:\n{web.last_words()}"
            )

    def _keep(self, child: Child, restarts: Restarts) -> None:
        if restarts.is_due():
            child.start()
        elif not child.alive and restarts.due is None:
            self.stderr.write(
                f"{child.label} berhenti sendiri (kode {child.exit_code}); dimulai lagi dalam {restarts.died()} "
                f"detik. Catatannya ada di {child.log}."
            )

    def _wait_for_web(self, web: Child) -> None:
        """Until it answers anything at all; what it answers is the pages' business."""
        step = Step("Menyalakan web dan pekerja Celery")
        while True:
            self._check_web(web)
            connection = http.client.HTTPConnection(HOST, self.port, timeout=1)
            try:
                connection.request("HEAD", "/")
                connection.getresponse()
                return
            except OSError:
                step.tick()
            finally:
                connection.close()
            self._pause()

    def _welcome(self) -> None:
        lines = ["", f"SIAP Pilkada berjalan di  http://localhost:{self.port}/"]
        demo = self.folder / "demo.json"
        if demo.exists():
            facts = json.loads(demo.read_text())
            lines += ["", f"Akun demo, semua dengan kata sandi  {facts['password']}"]
            lines += [f"  {account['username']:<24}{account['label']}" for account in facts["accounts"]]
        lines += ["", f"Catatan proses: {self.folder / 'log'}    Berhenti: Ctrl-C", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
