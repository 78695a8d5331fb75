"""Evidence of a case: files and links to posts, numbered as they come; and taking it out again, which is logged.

All writes raise CaseRefused or Sealed with the sentence to show; then no row and no file is left.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from neutrality.cases import CaseRefused, check_handles, lock_open
from neutrality.evidence_files import SHOWN_TYPE, KeptFile, kept_file
from neutrality.models import Case, Evidence, EvidenceKind, ReadWhat
from neutrality.reading import note_reading
from neutrality.sealing import seal, unseal

if TYPE_CHECKING:
    from districts.models import User

#: [P] Pieces of evidence of one case: a package of them stays within one gigabyte.
MOST = 40


@sensitive_variables("note")
def add_evidence(
    *, case: Case, upload: UploadedFile, note: str, by: "User", now: datetime, client_key: UUID
) -> Evidence:
    """A file becomes the next piece of evidence. The same key gives the same row; the same file twice is refused."""
    check_handles(by, case.regency_id)
    if made := _made_before(case, client_key, by):
        return made
    sealed = seal(note)
    with kept_file(upload) as kept, transaction.atomic():
        lock_open(case, by)
        if made := _made_before(case, client_key, by):  # the same form, sent twice in one moment
            kept.drop()
            return made
        return _write_file(case, kept, note=sealed, by=by, now=now, client_key=client_key)


@sensitive_variables("link", "note")
def add_link(
    *,
    case: Case,
    link: str,
    note: str,
    screenshot: UploadedFile | None = None,
    by: "User",
    now: datetime,
    client_key: UUID,
) -> Evidence:
    """A link to a post becomes the next piece of evidence, its screenshot the one after it: both or neither.

    `link` begins with http:// or https://; nobody here opens it.
    """
    check_handles(by, case.regency_id)
    if made := _made_before(case, client_key, by):
        return made
    if not link.lower().startswith(("http://", "https://")):
        raise CaseRefused(_("Tautan harus diawali https:// atau http://."))
    sealed = {"link": seal(link), "note": seal(note)}
    with transaction.atomic():
        if screenshot is None:
            return _write_link(case, sealed, by, now, client_key)
    with kept_file(screenshot) as kept, transaction.atomic():
        if kept.found.kind != EvidenceKind.IMAGE:
            raise CaseRefused(_("Tangkapan layar harus berupa gambar JPEG, PNG atau WebP."))
        lock_open(case, by)
        if made := _made_before(case, client_key, by):
            kept.drop()
            return made
        made = _write_link(case, sealed, by, now, client_key)
        told = seal(_("Tangkapan layar dari tautan bukti {number}.").format(number=made.position))
        _write_file(case, kept, note=told, by=by, now=now, client_key=uuid5(client_key, "tangkapan layar"))
        return made


def _made_before(case: Case, client_key: UUID, by: "User") -> Evidence | None:
    made = Evidence.objects.filter(client_key=client_key).first()
    if made is not None and (made.case_id, made.added_by_id) != (case.pk, by.pk):
        raise CaseRefused(_("Formulir ini sudah dipakai untuk bukti lain. Muat ulang, lalu isi lagi."))
    return made


def _write_link(case: Case, sealed: dict[str, bytes], by: "User", now: datetime, client_key: UUID) -> Evidence:
    lock_open(case, by)
    if made := _made_before(case, client_key, by):
        return made
    return _write(case, kind=EvidenceKind.LINK, added_by=by, received_at=now, client_key=client_key, **sealed)


def _write_file(case: Case, kept: KeptFile, *, note: bytes, by: "User", now: datetime, client_key: UUID) -> Evidence:
    same = Evidence.objects.filter(case=case, sha256=kept.sha256).first()
    if same is not None:
        raise CaseRefused(_("Berkas ini sudah ada sebagai bukti {number}.").format(number=same.position))
    return _write(
        case, kind=kept.found.kind, content_type=kept.found.content_type, original=kept.original, shown=kept.shown,
        size=kept.size, sha256=kept.sha256, note=note, added_by=by, received_at=now, client_key=client_key,
    )  # fmt: skip


def _write(case: Case, **columns: Any) -> Evidence:
    """The next number; the caller holds the lock on the case."""
    last = Evidence.objects.filter(case=case).aggregate(last=Max("position"))["last"] or 0
    if last >= MOST:
        raise CaseRefused(_("Kasus ini sudah memuat {most} bukti. Gabungkan sisanya dalam satu PDF.").format(most=MOST))
    return Evidence.objects.create(case=case, position=last + 1, **columns)


def read_evidence(*, case: Case, evidence: Evidence, by: "User", now: datetime, is_original: bool) -> tuple[File, str]:
    """The file and its content type: the shown copy, or the original where there is no other. Who reads it is logged
    first. CaseRefused for a link, and for a file that is no longer on the disk.
    """
    which = _("asli") if is_original else _("salinan")
    detail = f"{evidence.position}, {which}"
    note_reading(case=case, what=ReadWhat.EVIDENCE, by=by, now=now, detail=detail)
    if evidence.kind == EvidenceKind.LINK:
        raise CaseRefused(_("Bukti ini tautan, bukan berkas."))
    is_copy = bool(evidence.shown) and not is_original
    stored = evidence.shown if is_copy else evidence.original
    try:
        return stored.open("rb"), SHOWN_TYPE if is_copy else evidence.content_type
    except OSError as error:
        raise CaseRefused(
            _("Berkas bukti {number} tidak ditemukan di server. Beri tahu pengelola server.").format(
                number=evidence.position
            )
        ) from error


def opened_list(*, case: Case, by: "User", now: datetime) -> list[dict[str, Any]]:
    """All evidence of a case with its notes and links opened, in its order. Sealed when the key is missing."""
    note_reading(case=case, what=ReadWhat.EVIDENCE, by=by, now=now, detail=_("daftar"))
    rows = Evidence.objects.filter(case=case).select_related("added_by")
    return [
        {"row": row, "note": unseal(row.note), "link": unseal(row.link), "is_picture": bool(row.shown)} for row in rows
    ]
