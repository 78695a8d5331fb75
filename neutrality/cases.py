"""Cases from intake to their end: the writes. What names people is sealed before anything is written (DOMAIN 4.4, 4.5).

All raise CaseRefused with the sentence to show, or Sealed where the key is missing; then nothing was written. A client
key sent again changes nothing and gives the same result.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from districts.models import Election, Region
from districts.templatetags.siap import moment
from districts.weeks import local_date
from neutrality.access import handles
from neutrality.clocks import move_clocks, start_report_clock
from neutrality.flow import Actor, State, Step, step
from neutrality.models import (
    Case,
    CaseLink,
    CaseMove,
    Intake,
    LinkKind,
    Medium,
    Reading,
    ReadWhat,
    Reported,
    Reporter,
    Requirement,
    RequirementCheck,
    ViolationForm,
)
from neutrality.sealing import seal, unseal

if TYPE_CHECKING:
    from districts.models import User

#: RFC 4648 base32: no sign of it is mistaken for another when read out.
NUMBER_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
NUMBER_LENGTH = 5
#: Times another number is drawn when one is taken. [P] With 50,000 cases a year one in 670 is.
DRAWS = 8
#: The sealed parts of a person reported and of a reporter, as the forms name them.
REPORTED_PARTS = ("name", "position", "unit", "staff_number")
REPORTER_PARTS = ("name", "contact", "address")
#: [P] What is said to have been known or received longer ago has a wrong year: 24 typed for 2024 is the year 24, whose
#: number is no address and whose months would fill every table. A case is never deleted, so it is refused at the door.
LONGEST_AGO = timedelta(days=2 * 366)


class CaseRefused(Exception):
    """The case is not in a state for this, or what was said is not enough; carries the sentence to show."""


def check_handles(by: "User", case_regency: str) -> None:
    if not handles(by, case_regency):
        raise CaseRefused(_("Hanya penangan netralitas kabupaten/kota ini yang dapat melakukannya."))


# --- Intake -------------------------------------------------------------------------------------------------------------
@sensitive_variables("summary", "place", "reported", "reporter")
def take_case(
    *,
    election: Election,
    regency: Region,
    intake: str,
    known_on: date,
    summary: str,
    place: str = "",
    happened_on: date | None = None,
    medium: str = Medium.OTHER,
    forms: Iterable[str] = (),
    reported: Sequence[Mapping[str, str]] = (),
    reporter: Mapping[str, str] | None = None,
    received_at: datetime | None = None,
    by: "User | None",
    now: datetime,
    client_key: UUID,
    tracking: str = "",
) -> Case:
    """Early information becomes a case, and the term of seven days begins. The same key gives the same case.

    `forms` are codes of ViolationForm. Each of `reported` has `subject_type` (a code) and what of REPORTED_PARTS is known;
    `reporter` what of REPORTER_PARTS is known. `by` is None only for the public form, which brings `tracking`.
    """
    received_at = received_at or now
    _check_intake(regency, intake, known_on, happened_on, received_at, by, now)
    if made := Case.objects.filter(client_key=client_key).first():
        return _made_before(made, by, regency)
    alleged = _checked_forms(forms, happened_on or known_on)
    case = Case(
        election=election, regency=regency, intake=intake, medium=medium, state_since=received_at,
        received_at=received_at, known_on=known_on, happened_on=happened_on, summary=seal(summary), place=seal(place),
        taken_by=by, client_key=client_key, tracking=tracking,
    )  # fmt: skip
    people = [(row["subject_type"], _sealed(row, REPORTED_PARTS)) for row in reported]
    teller = _sealed(reporter or {}, REPORTER_PARTS)
    with transaction.atomic():
        kept = _numbered(case, local_date(regency.time_zone, received_at).year)
        if kept is not case:
            return _made_before(kept, by, regency)
        case.forms.set(alleged)
        Reported.objects.bulk_create(
            Reported(case=case, subject_type_id=subject_type, **parts) for subject_type, parts in people
        )
        if any(teller.values()):
            Reporter.objects.create(case=case, **teller)
        start_report_clock(case.pk, known_on)
    return case


def _check_intake(
    regency: Region,
    intake: str,
    known_on: date,
    happened_on: date | None,
    received_at: datetime,
    by: "User | None",
    now: datetime,
) -> None:
    if (by is None) != (intake == Intake.ANONYMOUS):
        raise CaseRefused(_("Pilih cara masuk: telepon, surat, datang langsung, WhatsApp atau temuan Bawaslu."))
    if by is not None:
        check_handles(by, regency.code)
    if received_at > now:
        raise CaseRefused(_("Waktu diterima belum tiba. Periksa tanggal dan jam."))
    if received_at < now - LONGEST_AGO:
        raise CaseRefused(_("Waktu diterima lebih dari dua tahun yang lalu. Periksa tahunnya."))
    if known_on < (now - LONGEST_AGO).date():
        raise CaseRefused(_("Tanggal diketahui lebih dari dua tahun yang lalu. Periksa tahunnya."))
    if known_on > local_date(regency.time_zone, received_at):
        raise CaseRefused(_("Tanggal diketahui tidak boleh sesudah informasi diterima. Periksa tanggalnya."))
    if happened_on and happened_on < known_on - LONGEST_AGO:
        raise CaseRefused(_("Tanggal kejadian lebih dari dua tahun sebelum diketahui. Periksa tahunnya."))
    if happened_on and happened_on > known_on:
        raise CaseRefused(_("Tanggal kejadian tidak boleh sesudah tanggal diketahui. Periksa tanggalnya."))


def _checked_forms(codes: Iterable[str], day: date) -> list[ViolationForm]:
    """The forms, each in force on `day`."""
    wanted = sorted(set(codes))
    found = ViolationForm.objects.in_bulk(wanted)
    for code in wanted:
        row = found.get(code)
        if row is None or (row.valid_from or day) > day or (row.valid_until or day) < day:
            raise CaseRefused(
                _("Bentuk {code} tidak berlaku pada tanggal kejadian. Pilih bentuk lain.").format(code=code)
            )
    return list(found.values())


def _sealed(row: Mapping[str, str], parts: Iterable[str]) -> dict[str, bytes]:
    return {part: seal(row.get(part, "")) for part in parts}


def new_number(year: int) -> str:
    """`NTR-2026-7F3KQ`. Not guessable, and says nothing of when in the year it came."""
    return f"NTR-{year}-{''.join(secrets.choice(NUMBER_SIGNS) for _sign in range(NUMBER_LENGTH))}"


def _numbered(case: Case, year: int) -> Case:
    """The case, saved under a free number; or the case that the same form made in the same moment."""
    for _draw in range(DRAWS):
        case.number = new_number(year)
        try:
            with transaction.atomic():
                case.save(force_insert=True)
        except IntegrityError as error:
            made = Case.objects.filter(client_key=case.client_key).first()
            if made is not None:
                return made
            if not Case.objects.filter(number=case.number).exists():
                raise CaseRefused(_("Isian ini tidak dapat disimpan. Periksa tanggal dan pilihannya.")) from error
        else:
            return case
    raise CaseRefused(_("Nomor kasus belum dapat dibuat. Kirim sekali lagi."))


def _made_before(made: Case, by: "User | None", regency: Region) -> Case:
    if (made.taken_by_id, made.regency_id) != (by.pk if by else None, regency.code):
        raise CaseRefused(_("Formulir ini sudah dipakai untuk kasus lain. Muat ulang, lalu isi lagi."))
    return made


# --- Moves --------------------------------------------------------------------------------------------------------------
@sensitive_variables("reason")
@transaction.atomic
def move_case(
    *,
    case: Case,
    start: str,
    end: str,
    by: "User",
    now: datetime,
    client_key: UUID,
    at: datetime | None = None,
    reason: str = "",
    paper_number: str = "",
    paper_date: date | None = None,
) -> CaseMove:
    """One legal step, with the terms it ends and starts. `start` is the state the person saw: of two the second is told.

    `at` is when it happened, not later than now and not before the step before it. The number of the registration paper
    becomes the case's registration.
    """
    check_handles(by, case.regency_id)
    locked = Case.objects.select_for_update(of=("self",)).select_related("regency").get(pk=case.pk)
    if made := CaseMove.objects.filter(client_key=client_key).first():
        if (made.case_id, made.to_state, made.by_id) != (case.pk, end, by.pk):
            raise CaseRefused(_("Formulir ini sudah dipakai untuk langkah lain. Muat ulang, lalu isi lagi."))
        return made
    legal = _checked_step(locked, start, end)
    at = _checked_moment(locked, at or now, now)
    _check_says(legal, reason, paper_number, paper_date, local_date(locked.regency.time_zone, at))
    move = CaseMove.objects.create(
        case=locked, from_state=start, to_state=end, at=at, by=by, reason=seal(reason), has_reason=bool(reason),
        paper_number=paper_number, paper_date=paper_date, client_key=client_key,
    )  # fmt: skip
    if end == State.REGISTERED:
        Case.objects.filter(pk=case.pk).update(registration=paper_number)
    move_clocks(case.pk, end, local_date(locked.regency.time_zone, at))
    return move


def _checked_step(locked: Case, start: str, end: str) -> Step:
    if locked.state != start:
        raise _too_late(locked)
    legal = step(start, end)
    if legal is None or legal.actor == Actor.SYSTEM:
        raise CaseRefused(
            _(
                "Dari “{start}” kasus tidak dapat dipindahkan ke sana. Pilih salah satu langkah di halaman kasus."
            ).format(start=State(start).label)
        )
    return legal


def _too_late(locked: Case) -> CaseRefused:
    """Somebody was first: who, when and to what."""
    last = CaseMove.objects.filter(case=locked).select_related("by").last()
    return CaseRefused(
        _("Kasus ini sudah berstatus “{state}” oleh {name} pada {time}. Tidak ada yang diubah; periksa lagi.").format(
            state=State(locked.state).label,
            name=last.by.name if last and last.by else _("sistem"),
            time=moment(last.at if last else locked.state_since, locked.regency.time_zone),
        )
    )


def _checked_moment(locked: Case, at: datetime, now: datetime) -> datetime:
    """A form knows minutes: within the minute of the step before it is the moment of that step."""
    if at > now:
        raise CaseRefused(_("Waktu langkah ini belum tiba. Periksa tanggal dan jam."))
    if at >= locked.state_since:
        return at
    if at < locked.state_since.replace(second=0, microsecond=0):
        raise CaseRefused(
            _("Waktu langkah ini sebelum langkah terakhir ({at}). Periksa tanggal dan jam.").format(
                at=moment(locked.state_since, locked.regency.time_zone)
            )
        )
    return locked.state_since


def _check_says(legal: Step, reason: str, paper_number: str, paper_date: date | None, day: date) -> None:
    if legal.needs_reason and not reason:
        raise CaseRefused(_("Tulis alasan langkah ini."))
    if legal.needs_paper and not (paper_number and paper_date):
        raise CaseRefused(_("Isi nomor dan tanggal surat langkah ini."))
    if bool(paper_number) != bool(paper_date):
        raise CaseRefused(_("Isi nomor dan tanggal surat bersama."))
    if paper_date and paper_date > day:
        raise CaseRefused(_("Tanggal surat tidak boleh sesudah langkahnya. Periksa tanggalnya."))
    if paper_date and paper_date < day - LONGEST_AGO:
        raise CaseRefused(_("Tanggal surat lebih dari dua tahun sebelum langkahnya. Periksa tahunnya."))


# --- Beside the way -----------------------------------------------------------------------------------------------------
@transaction.atomic
def answer_requirement(*, case: Case, requirement: str, is_met: bool, by: "User", now: datetime) -> None:
    """The answer to one formal or material requirement; each change is in the log. The same answer again changes nothing."""
    lock_open(case, by)
    if requirement not in Requirement.values:
        raise CaseRefused(_("Syarat ini tidak dikenal. Muat ulang halaman kasus."))
    kept = RequirementCheck.objects.filter(case=case, requirement=requirement).first()
    if kept is not None and kept.is_met == is_met:
        return
    RequirementCheck.objects.update_or_create(
        case=case, requirement=requirement, defaults={"is_met": is_met, "at": now, "by": by}
    )
    answer = _("terpenuhi") if is_met else _("belum")
    detail = f"{Requirement(requirement).label}: {answer}"
    Reading.objects.create(case=case, by=by, at=now, what=ReadWhat.CHECKLIST, detail=detail)


@sensitive_variables("parts", "known")
@transaction.atomic
def add_reported(*, case: Case, subject_type: str, parts: Mapping[str, str], by: "User", now: datetime) -> Reported:
    """One more person reported; the same person again is not written twice. Sealed values are compared opened."""
    lock_open(case, by)
    wanted = tuple(parts.get(part, "") for part in REPORTED_PARTS)
    for row in case.reported.filter(subject_type=subject_type):
        known = tuple(unseal(getattr(row, part)) for part in REPORTED_PARTS)
        if known == wanted:
            return row
    return Reported.objects.create(case=case, subject_type_id=subject_type, **_sealed(parts, REPORTED_PARTS))


@transaction.atomic
def link_cases(*, case: Case, other_number: str, kind: str, by: "User", now: datetime) -> CaseLink:
    """Two cases of one regency belong together; both stay. Linking them again is linking them once."""
    check_handles(by, case.regency_id)
    other = Case.objects.filter(number=other_number, regency=case.regency_id).first()
    if other is None:
        raise CaseRefused(_("Tidak ada kasus dengan nomor itu di kabupaten/kota ini. Periksa nomornya."))
    if other.pk == case.pk:
        raise CaseRefused(_("Ini nomor kasus ini sendiri. Tulis nomor kasus yang lain."))
    if kind not in LinkKind.values:
        raise CaseRefused(_("Pilih hubungannya: kejadian yang sama atau terkait."))
    first, second = sorted((case.pk, other.pk))
    link, _is_new = CaseLink.objects.get_or_create(
        first_id=first, second_id=second, defaults={"kind": kind, "at": now, "by": by}
    )
    if link.kind != kind:
        raise CaseRefused(
            _("Kedua kasus sudah dihubungkan sebagai “{kind}”.").format(kind=LinkKind(link.kind).label.lower())
        )
    return link


def lock_open(case: Case, by: "User") -> Case:
    """The case, locked to the end of the transaction; a finished or purged one is changed no more."""
    check_handles(by, case.regency_id)
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if locked.state == State.DONE or locked.purged_at:
        raise CaseRefused(_("Kasus ini sudah selesai. Isinya tidak diubah lagi."))
    return locked
