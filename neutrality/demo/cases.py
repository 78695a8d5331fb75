"""Cases of the demo: invented, in offices nobody holds, at every part of the way; one is a day from its last day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.utils.translation import gettext as _

from districts.demo.calendar import ZONE
from districts.models import Election, Region, User
from districts.weeks import local_date
from neutrality.cases import move_case, take_case
from neutrality.flow import State, step
from neutrality.models import Intake, Medium

REGENCY = "64.08"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_S = State


@dataclass(frozen=True, slots=True)
class Told:
    """One case. `known` is days before the demo is loaded; `way` the states after the first, each with its day."""

    intake: Intake
    medium: Medium
    form: str
    subject: str
    known: int
    summary: str
    way: tuple[tuple[State, int], ...] = ()


STORY = (
    Told(
        Intake.WHATSAPP, Medium.SOCIAL, "DS6", "asn_pns", 6,
        "Tangkapan layar: akun diduga milik terlapor menyukai unggahan kampanye (cerita contoh).",
    ),
    Told(
        Intake.IN_PERSON, Medium.EVENT, "DS4", "asn_guru_kepsek", 3,
        "Terlapor diduga hadir dalam deklarasi dan ikut yel-yel (cerita contoh).",
        ((_S.CHECKING, 2),),
    ),
    Told(
        Intake.FINDING, Medium.STREET, "DS1", "pejabat_daerah", 5,
        "Temuan alat peraga di halaman kantor (cerita contoh).",
        ((_S.SENT_TO_BAWASLU, 3), (_S.FIRST_STUDY, 1)),
    ),
    Told(
        Intake.PHONE, Medium.OFFICE, "DS8", "asn_pns", 9,
        "Ajakan memilih diduga disampaikan dalam apel pagi (cerita contoh).",
        ((_S.CHECKING, 9), (_S.SENT_TO_BAWASLU, 7), (_S.FIRST_STUDY, 6), (_S.REGISTERED, 4), (_S.CLARIFYING, 3)),
    ),
    Told(
        Intake.LETTER, Medium.SOCIAL, "DS2", "asn_pppk", 24,
        "Siaran langsung kampanye diduga dari akun terlapor (cerita contoh).",
        (
            (_S.CHECKING, 24), (_S.SENT_TO_BAWASLU, 22), (_S.FIRST_STUDY, 21), (_S.REGISTERED, 19), (_S.CLARIFYING, 18),
            (_S.SENT_TO_BKN, 14), (_S.VERIFYING_BKN, 2),
        ),
    ),
    Told(
        Intake.LETTER, Medium.EVENT, "DK1", "kepala_desa", 40,
        "Terlapor diduga ikut rapat tim kampanye (cerita contoh).",
        (
            (_S.CHECKING, 40), (_S.SENT_TO_BAWASLU, 38), (_S.FIRST_STUDY, 37), (_S.REGISTERED, 35), (_S.CLARIFYING, 34),
            (_S.NO_VIOLATION, 31), (_S.DONE, 30),
        ),
    ),
    Told(
        Intake.PHONE, Medium.OTHER, "KE4", "asn_pns", 30,
        "Kabar tanpa waktu, tempat dan bukti (cerita contoh).",
        ((_S.CHECKING, 29), (_S.CLOSED_INSUFFICIENT, 28)),
    ),
)  # fmt: skip


def tell(*, election: Election, people: dict[str, User], now: datetime, say: Callable[[str], object]) -> None:
    """Each case through the acts of the handler, at the times it happened."""
    say(_("Kasus netralitas contoh …"))
    handler, regency = people["netralitas-kutim"], Region.objects.get(pk=REGENCY)
    for number, told in enumerate(STORY, 1):
        known = local_date(ZONE, now) - told.known * DAY
        taken = now - told.known * DAY - 2 * HOUR
        case = take_case(
            election=election, regency=regency, intake=told.intake, medium=told.medium, known_on=known,
            happened_on=known - DAY, summary=told.summary, place=f"Tempat contoh {number}", forms=[told.form],
            reported=[{"subject_type": told.subject, "name": f"Nama Contoh {number}", "unit": "Unit contoh"}],
            received_at=taken, by=handler, now=taken, client_key=uuid4(),
        )  # fmt: skip
        before: State = _S.NEW
        for order, (state, days) in enumerate(told.way):
            legal = step(before, state)
            assert legal is not None
            at = now - days * DAY - HOUR + timedelta(minutes=order)
            move_case(
                case=case, start=before, end=state, by=handler, now=at, at=at, client_key=uuid4(),
                reason=_("Cerita contoh") if legal.needs_reason else "",
                paper_number=f"CONTOH/{number}/{order}" if legal.needs_paper else "",
                paper_date=local_date(ZONE, at) if legal.needs_paper else None,
            )  # fmt: skip
            before = state
