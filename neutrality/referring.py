"""A case goes out as one numbered package: the letter as PDF and all originals of the evidence, with their hashes.

The package is the only place outside the case's page where names are opened (DOMAIN 4.5, *terbatas*). Who told it is in
no package (*rahasia*). Writes raise CaseRefused or Sealed with the sentence to show; then no row and no file is left.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_variables

from districts.printing import PrintFailed
from districts.stored_files import Storing, stored_with_row
from districts.weeks import local_date
from neutrality.cases import CaseRefused, check_handles, lock_open
from neutrality.evidence_files import Hashed, neutral_name
from neutrality.flow import State, step
from neutrality.models import Case, CaseMove, Evidence, ReadWhat, Referral, ReferralTarget
from neutrality.reading import note_reading
from neutrality.referral_letter import letter_pdf
from neutrality.sealing import seal, unseal

if TYPE_CHECKING:
    from districts.models import User

#: In which state a case is once the receiver has it (DOMAIN 4.4).
RECEIVED_IN = {
    ReferralTarget.BAWASLU: State.SENT_TO_BAWASLU,
    ReferralTarget.BKN: State.SENT_TO_BKN,
    ReferralTarget.OFFICIAL: State.RECOMMENDED,
    ReferralTarget.REGENT: State.SENT_TO_REGENT,
    ReferralTarget.TNI: State.SENT_TO_TNI,
    ReferralTarget.POLRI: State.SENT_TO_POLRI,
    ReferralTarget.GAKKUMDU: State.CRIMINAL,
    ReferralTarget.DKPP: State.SENT_TO_DKPP,
}
#: Our own number of the lock under which packages are numbered: "RJK" as ASCII.
NUMBERING_LOCK = 0x524A4B
LETTER, HASHES = "surat.pdf", "daftar-hash.txt"
PRIVATE = 0o600 << 16  # who unpacks it owns it alone


def ways_of(case: Case) -> dict[ReferralTarget, bool]:
    """To whom the case may go now, and whether only as a copy: the step there is legal from here, or was made before.
    One statement.
    """
    passed = set(CaseMove.objects.filter(case=case).values_list("to_state", flat=True))
    ways = {}
    for target, received in RECEIVED_IN.items():
        if case.state == received or step(case.state, received):
            ways[target] = False
        elif received in passed:
            ways[target] = True
    return ways


def make_referral(*, case: Case, target: str, by: "User", now: datetime, client_key: UUID) -> Referral:
    """The package for the receiver, numbered and kept with its hash. The same key gives the same package.

    Memory stays flat, however much evidence there is. The case is locked for as long as it takes.
    """
    check_handles(by, case.regency_id)
    if made := _made_before(case, target, client_key, by):
        return made
    with override("id"):  # the log of readings is everybody's
        asked = _("dibuat untuk {target}").format(target=_label(target))
    note_reading(case=case, what=ReadWhat.PACKAGE, by=by, now=now, detail=asked[:60])
    with _package_file() as (storing, package), transaction.atomic():
        locked = lock_open(case, by)
        if made := _made_before(case, target, client_key, by):
            return made
        ways = ways_of(locked)
        if target not in ways:
            raise _not_yet(locked, target)
        row = Referral(case=locked, target=target, made_at=now, made_by=by, client_key=client_key)
        with ZipFile(package, "w", ZIP_STORED) as archive:
            _fill(archive, row, is_copy=ways[ReferralTarget(target)])
        package.flush()
        row.package, row.sha256 = _kept(storing, Path(package.name))
        row.save(force_insert=True)
        return row


def _made_before(case: Case, target: str, client_key: UUID, by: "User") -> Referral | None:
    made = Referral.objects.filter(client_key=client_key).first()
    if made is not None and (made.case_id, made.target, made.made_by_id) != (case.pk, target, by.pk):
        raise CaseRefused(_("Formulir ini sudah dipakai untuk rujukan lain. Muat ulang, lalu isi lagi."))
    return made


def _label(target: str) -> str:
    try:
        return str(ReferralTarget(target).label)
    except ValueError as error:
        raise CaseRefused(_("Pilih kepada siapa kasus dirujuk.")) from error


def _not_yet(case: Case, target: str) -> CaseRefused:
    return CaseRefused(
        _("Kasus berstatus “{state}” belum dapat dirujuk ke {target}. Catat dulu langkahnya.").format(
            state=State(case.state).label, target=_label(target)
        )
    )


# --- The archive ------------------------------------------------------------------------------------------------------
@contextmanager
def _package_file() -> Iterator[tuple[Storing, IO[bytes]]]:
    """A file beside the stored ones, so that keeping it is a rename; and what keeps it."""
    full = _("Paket belum dibuat: tempat di server penuh. Tidak ada yang dicatat; coba lagi nanti.")
    fault = _("Paket belum tersimpan karena gangguan di server; coba lagi. Tidak ada yang dicatat.")
    with stored_with_row(CaseRefused, when_full=full, when_faulty=fault) as storing:
        folder = default_storage.path("")
        os.makedirs(folder, exist_ok=True)
        with NamedTemporaryFile("w+b", prefix=".rujukan-", dir=folder, delete=False) as package:
            try:
                yield storing, package
            except PrintFailed as error:
                raise CaseRefused(str(error)) from error
            finally:
                Path(package.name).unlink(missing_ok=True)


def _fill(archive: ZipFile, row: Referral, *, is_copy: bool) -> None:
    """Originals first; then the number is drawn, which others wait for, and the letter that bears it is set."""
    zone = ZoneInfo(row.case.regency.time_zone)
    written = row.made_at.astimezone(zone).timetuple()[:6]
    hashes = []
    for evidence in Evidence.objects.filter(case=row.case).exclude(original="").defer("note", "link"):
        name = neutral_name(evidence)
        _add_original(archive, ZipInfo(name, written), evidence)
        hashes.append(f"{evidence.sha256}  {name}")
    row.number = _next_number(local_date(row.case.regency.time_zone, row.made_at).year)
    letter = letter_pdf(row, is_copy=is_copy)
    hashes.append(f"{hashlib.sha256(letter).hexdigest()}  {LETTER}")
    for name, content in ((LETTER, letter), (HASHES, ("\n".join(hashes) + "\n").encode())):
        about = ZipInfo(name, written)
        about.compress_type, about.external_attr = ZIP_DEFLATED, PRIVATE
        archive.writestr(about, content)


def _add_original(archive: ZipFile, about: ZipInfo, evidence: Evidence) -> None:
    """As it was received, to the last bit."""
    about.external_attr = PRIVATE
    try:
        original = Hashed(evidence.original.open("rb").file)
    except FileNotFoundError as error:
        raise CaseRefused(
            _(
                "Berkas bukti {number} tidak ditemukan di server. Rujukan tidak dibuat; beri tahu pengelola server."
            ).format(number=evidence.position)
        ) from error
    with original, archive.open(about, "w") as target:
        for chunk in original.chunks():
            target.write(chunk)
    if original.digest.hexdigest() != evidence.sha256:
        raise CaseRefused(
            _(
                "Berkas bukti {number} berubah sejak diterima: SHA-256 tidak sama. "
                "Rujukan tidak dibuat; beri tahu pengelola server."
            ).format(number=evidence.position)
        )


def _next_number(year: int) -> str:
    """`RJK-2026-12`. Whoever numbers another package waits until this one is written."""
    start = f"RJK-{year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING_LOCK])
    numbers = Referral.objects.filter(number__startswith=start)
    last = numbers.aggregate(last=Max(Cast(Substr("number", len(start) + 1), IntegerField())))["last"]
    return f"{start}{(last or 0) + 1}"


class _Moved(File):
    """A file that the storage may move instead of copying it."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def _kept(storing: Storing, path: Path) -> tuple[str, str]:
    """Moves the finished archive to its place: its name there and its SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return storing.save(Referral(), "package", "zip", _Moved(file)), digest


# --- Taking it out, and what the receiver answered --------------------------------------------------------------------
def read_package(*, referral: Referral, by: "User", now: datetime, is_letter: bool) -> IO[bytes]:
    """The package, or the letter out of it. Who takes it out is logged first."""
    which = _("surat") if is_letter else _("paket")
    detail = f"{referral.number}, {which}"
    note_reading(case=referral.case, what=ReadWhat.PACKAGE, by=by, now=now, detail=detail)
    try:
        package = referral.package.open("rb")
        if not is_letter:
            return package
        with package, ZipFile(package) as archive:
            return BytesIO(archive.read(LETTER))
    except OSError as error:
        raise CaseRefused(
            _("Paket {number} tidak ditemukan di server. Beri tahu pengelola server, atau buat rujukan baru.").format(
                number=referral.number
            )
        ) from error


@sensitive_variables("recommendation")
@transaction.atomic
def answer_referral(
    *, referral: Referral, answer_number: str, answered_on: date, recommendation: str, by: "User", now: datetime
) -> None:
    """The receiver's number, its date and what it recommends. The same answer again changes nothing; another one takes
    its place, and the log says what stood there.
    """
    case = lock_open(referral.case, by)
    zone = case.regency.time_zone
    if not local_date(zone, referral.made_at) <= answered_on <= local_date(zone, now):
        raise CaseRefused(_("Tanggal jawaban tidak boleh sebelum rujukan dibuat atau sesudah hari ini."))
    kept = Referral.objects.select_for_update().get(pk=referral.pk)
    before = (kept.answer_number, kept.answered_on, unseal(kept.recommendation))
    if before == (answer_number, answered_on, recommendation):
        return
    if kept.answered_on:
        with override("id"):
            old = _("Sebelumnya {number}, {day}.").format(number=kept.answer_number, day=f"{kept.answered_on:%d.%m.%Y}")
            detail = _("{number}, jawaban diganti").format(number=kept.number)
        note_reading(case=case, what=ReadWhat.PACKAGE, by=by, now=now, detail=detail, reason=old)
    kept.answer_number, kept.answered_on, kept.recommendation = answer_number, answered_on, seal(recommendation)
    kept.save(update_fields=["answer_number", "answered_on", "recommendation"])
