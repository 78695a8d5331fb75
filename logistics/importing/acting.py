"""From an uploaded file to the ledger: looked at first, then applied by a second click, the whole file or nothing of it."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from districts.loading.faults import BadFile, refused
from districts.loading.staging import broken, staged_upload
from districts.models import Election, Region
from districts.plain_text import holds_personal_number, plain
from logistics.access import check_can_keep_stock
from logistics.importing.goods import bring_sorting, bring_stock
from logistics.importing.lines import Counted
from logistics.importing.rules import ARITHMETIC, RULES, TABLE, tidy
from logistics.importing.shapes import SHAPES
from logistics.importing.steps import bring_stages
from logistics.ledger import LedgerRefused, mark_regency_stale, write_document
from logistics.models import Document, DocumentKind, ImportFile, ImportKind

if TYPE_CHECKING:
    from districts.models import User

#: What a file of each kind does: the staged lines in, what they bring out.
BRINGS: dict[str, Callable[[CursorWrapper, Document], list[Counted]]] = {
    ImportKind.STOCK: bring_stock,
    ImportKind.SORTING: bring_sorting,
    ImportKind.STAGES: bring_stages,
}


class ImportRefused(Exception):
    """Nothing was written; carries the sentence to show."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file brings: how many lines, and per goods or stage how much."""

    lines: int
    counted: list[Counted]


class _TakenBackError(Exception):
    """Ends the transaction of a look."""


def keep_file(
    *, election: Election, regency: Region, kind: ImportKind, upload: UploadedFile, by: "User", now: datetime
) -> ImportFile:
    """Check a file and keep it for the second click. BadFile with every bad line; ImportRefused when it came before."""
    check_can_keep_stock(by, regency.pk)
    if holds_personal_number(plain(upload.name or "")):
        raise ImportRefused(_("Nama berkas tampak memuat NIK atau NIP. Ganti nama berkasnya, lalu unggah lagi."))
    content = upload.read()
    digest = hashlib.sha256(content).hexdigest()
    if ImportFile.objects.filter(
        election=election, regency=regency, kind=kind, sha256=digest, document__isnull=False
    ).exists():
        raise ImportRefused(_("Berkas yang sama sudah pernah diterapkan. Tidak ada yang diubah."))
    kept = ImportFile(
        election=election, regency=regency, kind=kind, name=Path(upload.name or _("berkas")).name[-120:],
        sha256=digest, uploaded_by=by,
    )  # fmt: skip
    upload.seek(0)
    look(kept, upload, by=by, now=now)
    name = ImportFile._meta.get_field("content").generate_filename(kept, f"{uuid.uuid4().hex}.bin")
    try:
        kept.content = default_storage.save(name, ContentFile(content))
        kept.save(force_insert=True)
    except BaseException as error:
        default_storage.delete(name)  # also what a full disk left half written
        if isinstance(error, OSError):
            raise ImportRefused(_("Berkas belum tersimpan: tempat di server penuh. Coba lagi nanti.")) from error
        raise
    return kept


def look(file: ImportFile, upload: UploadedFile, *, by: "User", now: datetime) -> Preview:
    """What applying the file would do, found by doing it and taking it back."""
    found: list[Preview] = []
    try:
        with transaction.atomic():
            found.append(_act(file, upload, by=by, now=now)[1])
            raise _TakenBackError
    except _TakenBackError:
        return found[0]


def look_again(file: ImportFile, *, by: "User", now: datetime) -> Preview:
    """`look` at a file that was kept."""
    with _reopened(file) as upload:
        return look(file, upload, by=by, now=now)


@transaction.atomic
def apply_file(*, file: ImportFile, by: "User", now: datetime) -> Document:
    """Act on a kept file. Applied twice is applied once; BadFile or ImportRefused change nothing."""
    check_can_keep_stock(by, file.regency_id)
    locked = ImportFile.objects.select_for_update(of=("self",)).select_related("election", "regency").get(pk=file.pk)
    if locked.document is not None:
        return locked.document
    with _reopened(locked) as upload:
        document, _preview = _act(locked, upload, by=by, now=now)
    try:
        with transaction.atomic():
            ImportFile.objects.filter(pk=locked.pk).update(document=document)
    except IntegrityError as error:
        raise ImportRefused(_("Berkas yang sama sudah pernah diterapkan. Tidak ada yang diubah.")) from error
    mark_regency_stale(locked.election, locked.regency_id)
    return document


def _act(file: ImportFile, upload: UploadedFile, *, by: "User", now: datetime) -> tuple[Document, Preview]:
    kind = ImportKind(file.kind)
    with connection.cursor() as cursor:
        staged = staged_upload(cursor, upload, [SHAPES[kind]], TABLE)
        for statement in tidy(kind):
            cursor.execute(statement)
        zone = file.regency.time_zone
        asked = {"election": file.election_id, "regency": file.regency_id, "zone": zone, "now": now}
        bad = staged.bad_lines + broken(cursor, RULES[kind], asked)
        bad = bad or broken(cursor, ARITHMETIC[kind], asked)
        if bad:
            raise BadFile(bad)
        cursor.execute(f"SELECT count(*) FROM {TABLE}")
        (lines,) = cursor.fetchone()
        if not lines:
            raise refused(_("tidak ada baris berisi di bawah judul kolom."))
        document, _is_new = write_document(
            election=file.election, kind=DocumentKind.IMPORT, regency=file.regency_id, happened_at=now, by=by, now=now,
            note=_("Berkas {name}").format(name=file.name)[:280], client_key=file.client_key,
        )  # fmt: skip
        try:
            return document, Preview(lines, BRINGS[kind](cursor, document))
        except LedgerRefused as error:
            raise ImportRefused(str(error)) from error


def _reopened(file: ImportFile) -> UploadedFile:
    return UploadedFile(file.content.open("rb"), name=file.name, size=file.content.size)
