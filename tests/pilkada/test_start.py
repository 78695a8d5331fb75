"""`make run` and what it runs, with real processes."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.dribble import dribbling, measure
from pilkada import ports
from pilkada.services.folder import ROOT
from tests.districts.test_worker import database_url
from tests.pilkada.processes import environment, execute, gone, read_until, recorded, services

CONNECT = "import os, psycopg; db = psycopg.connect(os.environ['DATABASE_URL'], autocommit=True)\n"
MAKE = shutil.which("make") or "make"


def get(port, path="/"):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as response:
        return response.status


def start(folder, **given):
    """A running `make run` behind its installation: the process and its port."""
    process = services("run", env=environment(folder, **given))
    said = read_until(process, "berjalan di")
    return process, int(re.search(r"localhost:(\d+)", said)[1])


def finish(process):
    output = process.communicate(timeout=60)[0]
    return process.returncode, output


def test_make_run_keeps_its_promises(tmp_path):
    """One data folder through three starts, as loading the nation's regions anew for each claim takes long.

    The demo counts as loaded: it has tests of its own.
    """
    folder = tmp_path / "data dengan spasi"
    folder.mkdir()
    accounts = [{"username": "camat-sandaran", "label": "Camat Sandaran"}]
    (folder / "demo.json").write_text(json.dumps({"password": "sebuah-kata-sandi", "accounts": accounts}))
    running, port = start(folder)
    said = read_until(running, "Berhenti: Ctrl-C")
    assert "sebuah-kata-sandi" in said
    assert "camat-sandaran" in said
    assert {"web", "worker", "beat", "postgres", "valkey", "start"} == set(recorded(folder))
    a_worker_that_dies_comes_back(running, folder)
    before = regions(folder)
    assert before > 90_000
    pids = list(recorded(folder).values())
    running.kill()  # only the supervisor, and so hard that it can stop nothing
    running.communicate()

    running, port = start(folder, PORT=str(port))
    assert gone(pids, seconds=1)
    assert get(port) == 200
    assert regions(folder) == before
    ctrl_c_stops_everything(running, folder)

    running, port = start(folder)
    a_web_that_dies_ends_it_all(running, folder)


def regions(folder):
    count = "print(db.execute('SELECT count(*) FROM districts_region').fetchone()[0])"
    return int(execute(CONNECT + count, env=environment(folder))[1])


def a_worker_that_dies_comes_back(running, folder):
    before = recorded(folder)["worker"]
    os.kill(before, signal.SIGKILL)
    read_until(running, "Pekerja Celery berhenti sendiri (kode -9); dimulai lagi dalam 1 detik")
    deadline = time.monotonic() + 10
    while recorded(folder)["worker"] == before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert recorded(folder)["worker"] != before


def ctrl_c_stops_everything(running, folder):
    pids = list(recorded(folder).values())
    running.send_signal(signal.SIGINT)
    assert finish(running)[0] == 0
    assert gone(pids, seconds=1)
    assert recorded(folder) == {}


def a_web_that_dies_ends_it_all(running, folder):
    pids = recorded(folder)
    os.kill(pids["web"], signal.SIGKILL)
    code, output = finish(running)
    assert (code, "Web berhenti sendiri (kode -9)" in output) == (1, True), output
    assert gone(list(pids.values()), seconds=1)


def test_requests_do_not_wait_for_each_others_statements():
    """Four statements of a second each, in one worker with two connections: two seconds and not four."""
    with ports.listen() as listener:
        fd, port = listener.fileno(), listener.getsockname()[1]
        argv = ["-m", "gunicorn", "-c", "pilkada/gunicorn.py", f"--bind=fd://{fd}", "tests.pilkada.sleepy"]
        env = os.environ | {"WEB_WORKERS": "1", "DATABASE_POOL": "2"}
        web = subprocess.Popen([sys.executable, *argv], cwd=ROOT, env=env, pass_fds=[fd], stderr=subprocess.PIPE)
    with ThreadPoolExecutor(4) as phones:
        get(port)
        began = time.monotonic()
        assert list(phones.map(get, [port] * 4)) == [200] * 4
        took = time.monotonic() - began
    web.terminate()
    web.communicate(timeout=20)
    assert 1.9 < took < 3.5


@pytest.mark.django_db
def test_pages_answer_while_24_clients_dribble_a_form_at_3_bytes_a_second():
    """One worker, so that no other one hides it; started as `make run` starts it."""
    with ports.listen() as listener:
        fd, port = listener.fileno(), listener.getsockname()[1]
        argv = ["-m", "gunicorn", "-c", "pilkada/gunicorn.py", f"--bind=fd://{fd}", "pilkada.wsgi"]
        env = os.environ | {"WEB_WORKERS": "1", "DATABASE_URL": database_url()}
        web = subprocess.Popen([sys.executable, *argv], cwd=ROOT, env=env, pass_fds=[fd], stderr=subprocess.DEVNULL)
    pages = ("/masuk/", "/healthz", "/static/css/tokens.css")
    try:
        get(port, "/masuk/")
        with dribbling(f"http://127.0.0.1:{port}") as crowd:
            found = measure(f"http://127.0.0.1:{port}", 2, pages)
            assert [each.ended for each in crowd] == [""] * 24
    finally:
        web.terminate()
        web.wait(20)
    assert all(errors == 0 and times and max(times) < 2 for times, errors in found.values()), found


def make(target, **given):
    return subprocess.run([MAKE, target], cwd=ROOT, env=environment(**given), capture_output=True, text=True)


def test_a_python_too_old_is_one_sentence(tmp_path):
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14", "python"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    ran = make("run", PATH=str(tmp_path))
    assert ran.stderr.startswith("SIAP: Python 3.11 atau lebih baru tidak ditemukan.")
    assert ran.returncode != 0


def test_a_missing_chromium_fails_the_tests_with_the_command_that_installs_it():
    ran = make("test", CHROMIUM="/tidak/ada")
    assert "apt-get install -y chromium" in ran.stderr
    assert ran.returncode != 0


def test_an_index_out_of_reach_is_one_sentence_at_the_end(tmp_path):
    (tmp_path / "pilkada").mkdir()
    shutil.copy(ROOT / "pilkada" / "install.py", tmp_path / "pilkada")
    (tmp_path / "requirements.txt").write_text("siap-tidak-ada==1 --hash=sha256:" + "0" * 64)
    unreachable = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": "/dev/null"}
    unreachable |= {"PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": ""}
    argv = [sys.executable, "-I", str(tmp_path / "pilkada" / "install.py"), "requirements.txt"]
    ran = subprocess.run(argv, env=environment(**unreachable), capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("SIAP: Indeks paket tidak terjangkau")
    assert not list((tmp_path / ".venv").glob(".installed-*"))
