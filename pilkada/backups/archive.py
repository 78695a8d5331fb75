"""The file of a backup: a plain tar, what it ought to hold written at its end.

    database.dump      pg_dump's custom format
    media/…            every file under MEDIA_ROOT
    manifest.json      `Manifest`; behind the rest, so that a file which broke off has none
    manifest.sha256

Whoever has `tar` and `pg_restore` can open it without this code.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from pilkada.backups import BackupRefused

FORMAT = 1
DUMP, MEDIA, MANIFEST, SEAL = "database.dump", "media/", "manifest.json", "manifest.sha256"
CHUNK = 1024 * 1024
KEYS = (
    "NEUTRALITY_KEYS dan SECRET_KEY TIDAK ada di dalam cadangan ini. "
    "Tanpa NEUTRALITY_KEYS yang sama data tersegel tidak dapat dibuka siapa pun."
)


@dataclass(frozen=True, slots=True)
class Part:
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Table:
    rows: int
    fingerprint: int  # of all its rows, whatever their order; see `pilkada.backups.contents`


@dataclass(slots=True)
class Manifest:
    """What a backup holds. `made_at` is the instant of the snapshot, ISO 8601; `server` and `tool` are Postgres' major
    version and that of the pg_dump that read it; `missing` are files that rows name and the disk did not have.
    """

    made_at: str
    application: str
    server: int
    tool: int
    migrations: list[str]
    tables: dict[str, Table]
    missing: list[str] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=dict)
    keys: str = KEYS
    format: int = FORMAT

    @property
    def files(self) -> list[str]:
        """Media files, by their name under MEDIA_ROOT."""
        return [name.removeprefix(MEDIA) for name in self.parts if name.startswith(MEDIA)]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        told = json.loads(text)
        if told.get("format") != FORMAT:
            raise BackupRefused(
                f"Cadangan ini berformat {told.get('format')}, yang dikenal versi ini {FORMAT}. "
                "Pulihkan dengan rilis SIAP yang membuatnya."
            )
        told["tables"] = {name: Table(**table) for name, table in told["tables"].items()}
        told["parts"] = {name: Part(**part) for name, part in told["parts"].items()}
        return cls(**told)


class _Hashed(io.RawIOBase):
    """Reads another file and hashes what went by."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sha256 = file, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = self.file.read(size)
        self.sha256.update(found)
        return found


class _Forward:
    """Standard output cannot say where it is."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.at = stream, 0

    def write(self, content: bytes) -> int:
        self.stream.write(content)
        self.at += len(content)
        return len(content)

    def tell(self) -> int:
        return self.at


class Writer:
    """Writes one part after the other to a stream that need not seek."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.tar = tarfile.TarFile(fileobj=_Forward(stream), mode="w", format=tarfile.PAX_FORMAT)  # type: ignore[arg-type]
        self.parts: dict[str, Part] = {}

    def add(self, name: str, file: IO[bytes], size: int) -> None:
        """OSError when the file turns out to be shorter than `size`; what grew meanwhile is cut there."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        hashed = _Hashed(file)
        self.tar.addfile(member, hashed)
        self.parts[name] = Part(size, hashed.sha256.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        manifest.parts = dict(self.parts)
        text = manifest.as_json()
        self.add(MANIFEST, io.BytesIO(text), len(text))
        seal = self.parts[MANIFEST].sha256.encode()
        self.add(SEAL, io.BytesIO(seal), len(seal))
        self.tar.close()


@contextmanager
def _whole() -> Iterator[None]:
    """What reading a torn or foreign file raises, as one sentence."""
    try:
        yield
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupRefused(
            f"Berkas ini bukan cadangan SIAP yang utuh ({error}). Pakai cadangan lain; tidak ada yang diubah."
        ) from error


def members(stream: IO[bytes]) -> Iterator[tuple[str, IO[bytes], int]]:
    """Name, content and size of each part in its order; the content must be read before the next is asked for."""
    with _whole(), tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None or not _is_ours(member.name):
                raise BackupRefused(f"Cadangan memuat {member.name!r}, yang tidak mungkin ditulis SIAP. Ditolak.")
            yield member.name, content, member.size


def _is_ours(name: str) -> bool:
    """No way out of the folder it is put into."""
    path = PurePosixPath(name)
    known = name in (DUMP, MANIFEST, SEAL) or (name.startswith(MEDIA) and len(path.parts) > 1)
    return known and not path.is_absolute() and ".." not in path.parts and str(path) == name and "\0" not in name


def verified(stream: IO[bytes]) -> Manifest:
    """The manifest, once every part was read and is the one it names. BackupRefused otherwise."""
    found: dict[str, Part] = {}
    text = seal = b""
    for name, content, size in members(stream):
        with _whole():
            if name in (MANIFEST, SEAL):
                text, seal = (content.read(), seal) if name == MANIFEST else (text, content.read())
            else:
                found[name] = Part(size, hashlib.file_digest(content, "sha256").hexdigest())  # type: ignore[arg-type]
    if hashlib.sha256(text).hexdigest().encode() != seal:
        raise BackupRefused("Cadangan terpotong atau rusak: daftar isinya tidak utuh. Pakai cadangan lain.")
    with _whole():
        manifest = Manifest.from_json(text)
    if wrong := sorted(
        name for name in found.keys() | manifest.parts.keys() if found.get(name) != manifest.parts.get(name)
    ):
        raise BackupRefused(
            f"Cadangan rusak: {len(wrong)} bagian tidak cocok dengan daftar isinya, yang pertama {wrong[0]}. "
            "Pakai cadangan lain."
        )
    return manifest


def verified_file(path: Path) -> Manifest:
    try:
        with path.open("rb") as stream:
            return verified(stream)
    except OSError as error:
        raise BackupRefused(f"{path} tidak dapat dibaca: {error.strerror or error}.") from error
