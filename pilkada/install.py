"""Make `.venv` and install one hash-locked requirements file into it: `python pilkada/install.py requirements.txt`.

Standard library only, since nothing is installed yet. Does nothing when that very file was installed before.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNREACHABLE = ("Retrying (", "Could not fetch URL", "No matching distribution", "ConnectionError", "timed out")


def install(requirements: str) -> None:
    VENV.mkdir(exist_ok=True)
    # Two makes at once in one checkout: the second waits, then finds the work done.
    lock = os.open(VENV, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        if not _usable():
            _create()
        digest = hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()
        stamp = VENV / f".installed-{requirements}"
        if stamp.exists() and stamp.read_text() == digest:
            return
        print(f"Memasang paket dari {requirements} …", flush=True)
        _pip_install(requirements)
        stamp.write_text(digest)
    finally:
        os.close(lock)


def _usable() -> bool:
    """Whether `.venv` has a Python that runs, new enough, with pip: a half-made or outlived one has not."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", probe], capture_output=True).returncode == 0


def _create() -> None:
    print("Membuat .venv …", flush=True)
    try:
        venv.create(VENV, clear=True, with_pip=True, symlinks=True)
    except subprocess.CalledProcessError:
        sys.exit(
            "SIAP: Python ini tidak membawa modul venv atau ensurepip. "
            "Pasang dulu (Debian/Ubuntu: `apt-get install python3-venv`), lalu ulangi."
        )


def _pip_install(requirements: str) -> None:
    argv = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "-r", requirements]
    env = os.environ | {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    # Only the errors are read along; progress keeps the terminal to itself.
    pip = subprocess.Popen(argv, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True, errors="replace")
    errors = ""
    for line in pip.stderr or ():
        sys.stderr.write(line)
        errors += line
    if pip.wait() == 0:
        return
    if "DO NOT MATCH THE HASHES" in errors:
        sentence = (
            "Paket yang diunduh tidak cocok dengan sidik jari di " + requirements + ": jangan dipakai. "
            "Periksa indeks paket atau perantara jaringan yang mungkin mengubah berkas."
        )
    elif any(sign in errors for sign in UNREACHABLE):
        sentence = (
            "Indeks paket tidak terjangkau atau tidak memiliki paket yang diminta. "
            "Periksa sambungan internet dan pengaturan pip, lalu jalankan perintah yang sama lagi."
        )
    else:
        sentence = "Pemasangan paket gagal; sebabnya ada pada pesan pip di atas. Perbaiki, lalu ulangi perintahnya."
    sys.exit("SIAP: " + sentence)


if __name__ == "__main__":
    try:
        install(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit("SIAP: Pemasangan dihentikan; jalankan lagi untuk melanjutkan.")
    except PermissionError as refused:
        sys.exit(f"SIAP: {refused.filename} tidak boleh ditulis. Jalankan sebagai pemilik folder ini.")
