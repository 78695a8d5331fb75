"""`python -m pilkada.services exec [--throwaway] -- CMD...` and `python -m pilkada.services run`.

`exec` runs one command with the services it needs. `run` is `make run`: the same around `manage.py start`, with the
web port taken first and the data folder to itself.
"""

import argparse
import base64
import os
import signal
import subprocess
import sys
import time
from types import FrameType

from pilkada.ports import PortRefusedError, listen
from pilkada.services.folder import ROOT, DataFolder, RefusedError, Step, abandoned_throwaways
from pilkada.services.given import check_given
from pilkada.services.postgres import Postgres
from pilkada.services.processes import dies_with_parent, forget, remember, stop_leftovers
from pilkada.services.valkey import Valkey

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POLL_SECONDS = 0.2
PATIENCE_SECONDS = 60  # how long a command may take to stop before it is made to


class Services:
    """What is running for one command: given by the environment, borrowed from a running start, or our own."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self.urls = {name: url for name in ("DATABASE_URL", "REDIS_URL") if (url := os.environ.get(name))}
        check_given(self.urls)

    @property
    def complete(self) -> bool:
        return len(self.urls) == 2

    def find(self) -> None:
        """Start them, or use those of the process that has this folder, waiting for one that is still starting."""
        if self.complete:
            return
        step = None
        while True:
            if self.folder.lock():
                self.start()
                return
            if offered := self.folder.offered():
                break
            step = step or Step("Menunggu layanan yang sedang dinyalakan perintah lain")
            step.tick()
            time.sleep(POLL_SECONDS)
        self.folder.borrow()
        self.urls = offered | self.urls
        if not self.complete:
            raise RefusedError(
                f"SIAP sedang berjalan dari {self.folder.path} dengan server yang diberikan lewat lingkungan. "
                "Isi DATABASE_URL dan REDIS_URL yang sama untuk perintah ini."
            )

    def start(self) -> None:
        """Needs the folder's lock."""
        stop_leftovers(self.folder.path)
        own = {}
        if "REDIS_URL" not in self.urls:
            self.valkey = Valkey(self.folder)
            self.valkey.start()
            own["REDIS_URL"] = self.valkey.url
        if "DATABASE_URL" not in self.urls:
            self.postgres = Postgres.in_folder(self.folder)
            self.postgres.start()
            own["DATABASE_URL"] = self.postgres.url
        self.urls |= own
        self.folder.offer(own)

    def wait_for_borrowers(self) -> None:
        """Another command may have found our services and still be at work with them."""
        step = None
        while (self.valkey or self.postgres) and self.folder.is_borrowed():
            step = step or Step("Menunggu perintah lain yang memakai layanan ini")
            step.tick()
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        for service in (self.valkey, self.postgres):
            if service:
                service.stop()

    def environment(self) -> dict[str, str]:
        """What the command runs with. Everything it writes goes into the data folder, unless told otherwise."""
        data = {"SIAP_DATA_DIR": str(self.folder.path)}
        defaults = {"LOCAL": "1"}
        for name, place in (("MEDIA_ROOT", "media"), ("STATIC_ROOT", "staticfiles")):
            defaults[name] = str(self.folder.path / place)
            (self.folder.path / place).mkdir(exist_ok=True)  # the static files' middleware warns about a missing one
        if not os.environ.get("SECRET_KEY"):
            data["SECRET_KEY"] = self.folder.secret("secret-key")
        if not os.environ.get("NEUTRALITY_KEYS"):
            key = bytes.fromhex(self.folder.secret("neutrality-key"))
            data["NEUTRALITY_KEYS"] = base64.urlsafe_b64encode(key).decode()
        return defaults | os.environ | self.urls | data

    def lost(self) -> str:
        """The name of a service that died and did not come back; empty while all is well."""
        if self.valkey and not self.valkey.alive and not self.valkey.restart():
            return "valkey"
        return "postgres" if self.postgres and not self.postgres.alive else ""


class Command:
    """The command in the foreground, told of every signal that we alone received."""

    def __init__(self, argv: list[str], env: dict[str, str], pass_fds: tuple[int, ...] = ()) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, self._pass_on)
        self.asked_to_stop = 0.0
        try:
            self.process = subprocess.Popen(
                argv, env=env, pass_fds=pass_fds, preexec_fn=dies_with_parent(signal.SIGTERM)
            )
        except OSError as error:
            raise RefusedError(f"Perintah {argv[0]} tidak dapat dijalankan: {error.strerror}.") from None

    def _pass_on(self, number: int, _frame: FrameType | None) -> None:
        # The terminal sends Ctrl-C to the command as well; a second one would cut its cleaning up short.
        if number != signal.SIGINT or not _in_foreground():
            self.process.send_signal(number)
        self.asked_to_stop = self.asked_to_stop or time.monotonic()

    def finish(self, services: Services) -> int:
        """Its exit code, as a shell would give it; 1 when it had to be stopped because a service died."""
        failed = False
        while True:
            try:
                code = self.process.wait(POLL_SECONDS)
                return 1 if failed else code if code >= 0 else 128 - code
            except subprocess.TimeoutExpired:
                pass
            if self.asked_to_stop and time.monotonic() - self.asked_to_stop > PATIENCE_SECONDS:
                self.process.kill()
            elif not self.asked_to_stop and (name := services.lost()):
                failed = True
                _say(
                    f"{name.title()} berhenti sendiri, jadi semuanya dihentikan. Data yang sudah tersimpan tidak "
                    f"hilang. Catatannya ada di {services.folder.path}/log/{name}.log; jalankan lagi untuk memulihkan."
                )
                self._pass_on(signal.SIGTERM, None)


def _in_foreground() -> bool:
    """Whether a terminal's Ctrl-C goes to our process group, and so to the command too."""
    try:
        with open("/dev/tty") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def execute(argv: list[str], *, throwaway: bool) -> int:
    for abandoned in abandoned_throwaways():
        stop_leftovers(abandoned.path)
        abandoned.release()
    folder = DataFolder.temporary() if throwaway else DataFolder.chosen()
    services = Services(folder)
    try:
        services.find()
        code = Command(argv, services.environment()).finish(services)
        _stop_on_signals()
        services.wait_for_borrowers()
        return code
    finally:
        services.stop()
        folder.release()


def run() -> int:
    folder = DataFolder.chosen()
    if not folder.lock():
        raise RefusedError(
            f"Folder data {folder.path} sedang dipakai `make run` atau perintah lain. "
            "Hentikan dulu perintah itu (Ctrl-C), atau pilih folder lain lewat SIAP_DATA_DIR."
        )
    stop_leftovers(folder.path)  # one of them may still have the port
    listener = listen(os.environ.get("PORT", ""))
    services = Services(folder)
    argv = [sys.executable, str(ROOT / "manage.py"), "start", f"--fd={listener.fileno()}"]
    if "DATABASE_URL" not in services.urls:
        argv.append("--demo")  # never into a database somebody else keeps
    try:
        services.start()
        command = Command(argv, services.environment(), (listener.fileno(),))
        listener.close()  # it is the web server's now
        remember(folder.path, "start", command.process.pid, signal.SIGTERM)
        return command.finish(services)
    finally:
        services.stop()
        forget(folder.path, "start")
        folder.release()


def _say(sentence: str) -> None:
    print(f"SIAP: {sentence}", file=sys.stderr, flush=True)


def _stop_on_signals() -> None:
    """While no command runs: unwind, stopping what was started on the way out."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in STOP_SIGNALS:
        signal.signal(number, stop)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pilkada.services", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="jalankan seluruh aplikasi (make run)")
    single = commands.add_parser("exec", help="jalankan satu perintah bersama layanan yang diperlukannya")
    single.add_argument("--throwaway", action="store_true", help="folder data sementara, dihapus sesudahnya")
    single.add_argument("argv", nargs="+", metavar="CMD")
    options = parser.parse_args()
    _stop_on_signals()
    try:
        return run() if options.command == "run" else execute(options.argv, throwaway=options.throwaway)
    except (RefusedError, PortRefusedError) as refused:
        _say(str(refused))
        return 1
    except KeyboardInterrupt:
        _say("Dihentikan.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
