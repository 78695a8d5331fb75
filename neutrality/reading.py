"""Opening what is sealed. Who reads is written down first, and committed, then it is opened (DOMAIN 4.5).

An opening that fails for want of the key stays in the log: somebody asked for it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from districts.naming import shown
from neutrality.cases import CaseRefused, check_handles
from neutrality.models import Case, CaseMove, Reading, ReadWhat, Reported, Reporter
from neutrality.sealing import Sealed, seal, unseal

if TYPE_CHECKING:
    from districts.models import User


@dataclass(frozen=True, slots=True, repr=False)
class OpenedReported:
    """A person reported, in words. No repr: it must not reach a log."""

    subject_type: str
    name: str
    position: str
    unit: str
    staff_number: str


@dataclass(frozen=True, slots=True, repr=False)
class OpenedCase:
    """What a case says, opened for one page. `reasons` by the key of their move."""

    summary: str
    place: str
    reported: tuple[OpenedReported, ...] = ()
    reasons: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Who told it."""

    name: str
    contact: str
    address: str


def note_reading(*, case: Case, what: ReadWhat, by: "User", now: datetime, detail: str = "", reason: str = "") -> None:
    """Write down, before it is shown, who reads what of a case. `detail` is an evidence or package number, never a name."""
    check_handles(by, case.regency_id)
    Reading.objects.create(
        case=case, by=by, at=now, what=what, detail=detail, reason=seal(reason), has_reason=bool(reason)
    )


def open_case(*, case: Case, by: "User", now: datetime) -> OpenedCase:
    """The content of a case for its page. Sealed when the key is missing. Four statements."""
    note_reading(case=case, what=ReadWhat.CASE, by=by, now=now)
    people = Reported.objects.filter(case=case).select_related("subject_type").order_by("pk")
    moves = CaseMove.objects.filter(case=case, has_reason=True).values_list("pk", "reason")
    return OpenedCase(
        unseal(case.summary),
        unseal(case.place),
        tuple(
            OpenedReported(
                shown(row.subject_type.name),
                unseal(row.name),
                unseal(row.position),
                unseal(row.unit),
                unseal(row.staff_number),
            )
            for row in people
        ),
        {pk: unseal(reason) for pk, reason in moves},
    )


def reveal_reporter(*, case: Case, reason: str, by: "User", now: datetime) -> Identity:
    """Who told it, for this reason; the reading is in the log before the identity is opened."""
    check_handles(by, case.regency_id)
    if not reason:
        raise CaseRefused(_("Tulis mengapa identitas pelapor dibuka."))
    if case.purged_at:
        raise CaseRefused(_("Yang menyebut orang sudah dihapus dari kasus ini."))
    teller = Reporter.objects.filter(case=case).first()
    if teller is None:
        raise CaseRefused(_("Tidak ada identitas pelapor pada kasus ini."))
    try:
        note_reading(case=case, what=ReadWhat.REPORTER, by=by, now=now, reason=reason)
    except Sealed:  # without a key nothing opens, and the reason cannot be kept; that it was asked for is
        Reading.objects.create(case=case, by=by, at=now, what=ReadWhat.REPORTER, has_reason=True)
        raise
    return Identity(unseal(teller.name), unseal(teller.contact), unseal(teller.address))
