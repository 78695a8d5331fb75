"""From an uploaded file to what it says: looked at first, then applied by a second click, the whole file or nothing."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from districts.importing.kinds import Acting, Brought, ImportRefused, Kind, Preview, kinds
from districts.importing.values import TABLE
from districts.loading.faults import BadFile, refused
from districts.loading.staging import broken, staged_upload
from districts.models import Election, ImportFile, Region
from districts.plain_text import holds_personal_number, plain
from districts.stored_files import stored_with_row

if TYPE_CHECKING:
    from districts.models import User

#: Of an uploaded file's name, its end.
NAME_LENGTH = 120


class _TakenBackError(Exception):
    """Ends the transaction of a look."""


def keep_file(
    *,
    kind: Kind,
    region: Region | None,
    election: Election | None,
    upload: UploadedFile,
    by: "User",
    now: datetime,
) -> ImportFile:
    """Check a file and keep it for the second click. BadFile with every bad line; ImportRefused when it came before."""
    kind.check_may(by, region.pk if region else "")
    if holds_personal_number(plain(upload.name or "")):
        raise ImportRefused(_("Nama berkas tampak memuat NIK atau NIP. Ganti nama berkasnya, lalu unggah lagi."))
    content = upload.read()
    kept = ImportFile(
        kind=kind.code, region=region, election=election, name=Path(upload.name or _("berkas")).name[-NAME_LENGTH:],
        sha256=hashlib.sha256(content).hexdigest(), adds_up=kind.adds_up, uploaded_by=by,
    )  # fmt: skip
    if kind.adds_up and _came_before(kept):
        raise _came_twice()
    upload.seek(0)
    look(kept, upload, by=by, now=now)
    full = _("Berkas belum tersimpan: tempat di server penuh. Coba lagi nanti.")
    fault = _("Berkas belum tersimpan karena gangguan di server; coba lagi.")
    with stored_with_row(ImportRefused, when_full=full, when_faulty=fault) as storing:
        kept.content = storing.save(kept, "content", "bin", ContentFile(content))
        kept.save(force_insert=True)
    return kept


def look(file: ImportFile, upload: UploadedFile, *, by: "User", now: datetime) -> Preview:
    """What applying the file would do, found by doing it and taking it back."""
    found: list[Preview] = []
    try:
        with transaction.atomic():
            found.append(_act(file, upload, by=by, now=now))
            raise _TakenBackError
    except _TakenBackError:
        return found[0]


def look_again(file: ImportFile, *, by: "User", now: datetime) -> Preview:
    """`look` at a file that was kept."""
    with _reopened(file) as upload:
        return look(file, upload, by=by, now=now)


@transaction.atomic
def apply_file(*, file: ImportFile, by: "User", now: datetime) -> ImportFile:
    """Act on a kept file. Applied twice is applied once; BadFile or ImportRefused change nothing."""
    kinds()[file.kind].check_may(by, file.region_id or "")
    locked = ImportFile.objects.select_for_update(of=("self",)).select_related("election", "region").get(pk=file.pk)
    if locked.applied_at is not None:
        return locked
    with _reopened(locked) as upload:
        _act(locked, upload, by=by, now=now)
    locked.applied_by, locked.applied_at = by, now
    try:
        with transaction.atomic():
            locked.save(update_fields=["applied_by", "applied_at"])
    except IntegrityError as error:
        raise _came_twice() from error
    return locked


def _act(file: ImportFile, upload: UploadedFile, *, by: "User", now: datetime) -> Preview:
    """One file of a kind at a time, from where what is recorded is first read: two with the same rows in another order
    would wait for each other for ever, and an empty cell of one would take back what the other just brought.
    """
    kind = kinds()[file.kind]
    asked = {
        "election": file.election_id,
        "region": file.region_id or "",
        "prefix": f"{file.region_id or ''}%",
        "zone": file.region.time_zone if file.region else settings.TIME_ZONE,
        "now": now,
    }
    with connection.cursor() as cursor:
        staged = staged_upload(cursor, upload, [kind.shape, *kind.other_shapes], TABLE)
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import {kind.code}"])
        for statement in kind.tidy:
            cursor.execute(statement, asked)
        bad = staged.bad_lines
        for step in kind.rules:
            bad = bad + broken(cursor, step, asked)
            if bad:
                raise BadFile(bad)
        cursor.execute(f"SELECT count(*) FROM {TABLE}")
        (lines,) = cursor.fetchone()
        if not lines:
            raise refused(_("tidak ada baris berisi di bawah judul kolom."))
        brought: Brought = kind.bring(cursor, Acting(file, staged, by, now))
    return Preview(lines, brought)


def _came_before(file: ImportFile) -> bool:
    same = ImportFile.objects.filter(kind=file.kind, region=file.region, election=file.election, sha256=file.sha256)
    return same.applied().exists()


def _came_twice() -> ImportRefused:
    return ImportRefused(_("Berkas yang sama sudah pernah diterapkan. Tidak ada yang diubah."))


def _reopened(file: ImportFile) -> UploadedFile:
    return UploadedFile(file.content.open("rb"), name=file.name, size=file.content.size)
