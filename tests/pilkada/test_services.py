"""Postgres and Valkey of a laptop: started, kept, recovered, shared and stopped, all with the real servers."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest

from pilkada.services.processes import remember
from tests.pilkada.processes import environment, execute, gone, kill_all, read_until, recorded, services

CONNECT = "import os, psycopg; db = psycopg.connect(os.environ['DATABASE_URL'], autocommit=True)\n"
KEEP = CONNECT + "db.execute('CREATE TABLE kept (word text)'); db.execute(\"INSERT INTO kept VALUES ('tetap')\")\n"
READ = CONNECT + "print(db.execute('SELECT word FROM kept').fetchone()[0])\n"
WAIT = "import time; print('siap', flush=True); time.sleep(60)\n"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data dengan spasi"


def test_a_throwaway_gives_both_servers_and_leaves_nothing(tmp_path):
    code, output = execute(
        CONNECT + "import redis; print(redis.Redis.from_url(os.environ['REDIS_URL']).ping())\n"
        "print(db.execute('SHOW fsync').fetchone()[0], db.execute('SHOW server_encoding').fetchone()[0])\n"
        "print('folder', os.environ['SIAP_DATA_DIR']); raise SystemExit(7)",
        "--throwaway",
        env=environment(TMPDIR=str(tmp_path)),
    )
    assert code == 7
    assert "True\noff UTF8\n" in output
    assert str(tmp_path) in output
    assert list(tmp_path.iterdir()) == []


def test_data_outlives_a_kill_of_everything(folder):
    running = services("exec", "--", sys.executable, "-c", KEEP + WAIT, env=environment(folder))
    read_until(running, "siap")
    kill_all(running, folder)
    code, output = execute(READ + "print(db.execute('SHOW fsync').fetchone()[0])", env=environment(folder))
    assert (code, "tetap\non\n" in output) == (0, True), output


def test_a_number_left_behind_that_a_stranger_has_now_harms_nobody(folder):
    assert execute(KEEP, env=environment(folder))[0] == 0
    stranger = subprocess.Popen(["sleep", "60"])
    (folder / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}\n")
    remember(folder, "web", stranger.pid, signal.SIGTERM)
    record = folder / "processes" / "web.json"
    record.write_text(record.read_text().replace('"birth": "', '"birth": "1'))
    assert execute(READ, env=environment(folder))[0] == 0
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_servers_follow_a_supervisor_that_was_killed(folder):
    running = services("exec", "--", sys.executable, "-c", WAIT, env=environment(folder))
    read_until(running, "siap")
    pids = list(recorded(folder).values())
    assert len(pids) == 2
    running.kill()
    running.communicate()
    assert gone(pids)


def test_two_folders_at_once_do_not_meet(tmp_path):
    both = [
        services("exec", "--", sys.executable, "-c", KEEP + READ, env=environment(tmp_path / name))
        for name in ("satu", "dua")
    ]
    for process in both:
        assert "tetap" in process.communicate(timeout=60)[0]
        assert process.returncode == 0


def test_a_second_command_uses_the_running_servers_and_is_waited_for(folder):
    first = services("exec", "--", sys.executable, "-c", KEEP + WAIT, env=environment(folder))
    read_until(first, "siap")
    before = recorded(folder)
    second = services("exec", "--", sys.executable, "-c", WAIT + READ, env=environment(folder))
    read_until(second, "siap")
    assert recorded(folder) == before
    first.send_signal(signal.SIGTERM)
    read_until(first, "Menunggu perintah lain")
    assert execute(READ, env=environment(folder))[0] == 0
    second.send_signal(signal.SIGTERM)
    for process in (second, first):
        process.communicate(timeout=20)
        assert process.returncode == 128 + signal.SIGTERM
    assert gone(list(before.values()))


def test_a_start_refuses_a_folder_in_use(folder):
    first = services("exec", "--", sys.executable, "-c", WAIT, env=environment(folder))
    read_until(first, "siap")
    second = services("run", env=environment(folder))
    assert "sedang dipakai" in second.communicate(timeout=20)[0]
    assert second.returncode == 1
    first.terminate()
    first.communicate(timeout=20)


def test_given_servers_are_used_and_nothing_local_is_started(folder):
    given = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    code, output = execute("import os; print(os.environ['DATABASE_URL'])", env=environment(folder, **given))
    assert code == 0
    assert given["DATABASE_URL"] in output
    assert {path.name for path in folder.iterdir()} == {"secret-key.secret", "media", "staticfiles"}


@pytest.mark.parametrize(
    ("url", "words"),
    [("mysql://localhost/x", "harus diawali postgres://"), ("postgres://127.0.0.1:9/x", "tidak dapat dipakai")],
)
def test_a_given_server_that_cannot_be_used_is_one_sentence(folder, url, words):
    code, output = execute("", env=environment(folder, DATABASE_URL=url))
    assert code == 1
    assert output.startswith("SIAP: ")
    assert words in output
    assert "Traceback" not in output


def test_a_command_that_does_not_exist_is_one_sentence():
    process = services("exec", "--throwaway", "--", "tidak-ada", env=environment())
    assert "SIAP: Perintah tidak-ada tidak dapat dijalankan" in process.communicate(timeout=30)[0]
    assert process.returncode == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_user_namespaces_runs_postgres_as_nobody(folder):
    home = tempfile.mkdtemp(prefix="siap-nobody-")  # not inside pytest's own, which only root may enter
    code = (
        "from pathlib import Path; import psycopg\n"
        "from pilkada.services import folder, footing, postgres\n"
        f"folder.NOBODYS_HOME = footing.NOBODYS_HOME = Path({home!r}); chosen = folder.DataFolder.chosen()\n"
        "local = postgres.Postgres(chosen, footing.footing(chosen, namespaces=False)); local.start()\n"
        "with psycopg.connect(local.url) as db: print(db.execute('SHOW data_directory').fetchone()[0])\n"
        "print(local.footing.data.owner()); local.stop()\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], env=environment(folder), capture_output=True, text=True)
    shutil.rmtree(home)
    assert ran.stdout.startswith(home), ran.stderr
    assert ran.stdout.endswith("\nnobody\n")
    assert not (folder / "postgres").exists()
