"""The way of a case, DOMAIN 4.4, as one table: from which state to which, who acts, and what must be said with it.

The database holds the same table (`Transition`, filled from here by a migration and compared by a test) and refuses a
move that is not in it.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    NEW = "baru", _("Informasi awal")
    CHECKING = "verifikasi_awal", _("Diperiksa kelengkapannya")
    CLOSED_INSUFFICIENT = "ditutup_tidak_cukup", _("Ditutup: tidak cukup atau di luar kewenangan")
    EXPIRED = "kedaluwarsa", _("Lewat waktu pelaporan")
    SENT_TO_BAWASLU = "diteruskan_bawaslu", _("Diteruskan ke Bawaslu")
    FIRST_STUDY = "kajian_awal", _("Kajian awal Bawaslu")
    COMPLETING = "perbaikan", _("Laporan diperbaiki pelapor")
    REGISTERED = "terdaftar", _("Diregistrasi Bawaslu")
    NOT_REGISTERED = "tidak_diregistrasi", _("Tidak diregistrasi")
    CLARIFYING = "klarifikasi", _("Klarifikasi dan kajian")
    NO_VIOLATION = "bukan_pelanggaran", _("Bukan pelanggaran")
    SENT_TO_BKN = "diteruskan_bkn", _("Diteruskan ke BKN")
    CRIMINAL = "pidana_gakkumdu", _("Dugaan pidana di Sentra Gakkumdu")
    SENT_TO_REGENT = "diteruskan_bupati", _("Diteruskan ke bupati/wali kota")
    SENT_TO_TNI = "diteruskan_tni", _("Diteruskan ke TNI")
    SENT_TO_POLRI = "diteruskan_polri", _("Diteruskan ke Polri")
    SENT_TO_DKPP = "diteruskan_dkpp", _("Diteruskan ke DKPP")
    VERIFYING_BKN = "verifikasi_bkn", _("Verifikasi Satgas Netralitas di BKN")
    RECOMMENDED = "rekomendasi_ppk_asn", _("Rekomendasi ke PPK-ASN")
    SANCTIONED = "sanksi_dijatuhkan", _("Sanksi dijatuhkan")
    NOT_FOLLOWED = "tidak_ditindaklanjuti", _("Tidak ditindaklanjuti")
    DONE = "selesai", _("Selesai")


class Actor(StrEnum):
    """Whose act the handler records; SYSTEM acts by itself."""

    DESK = "desk"
    BAWASLU = "bawaslu"
    BKN = "bkn"
    GAKKUMDU = "gakkumdu"
    OFFICIAL = "pejabat"  # who appoints and punishes: PPK-ASN, bupati, TNI, Polri, DKPP
    SYSTEM = "sistem"


@dataclass(frozen=True, slots=True)
class Step:
    """One legal move. `needs_reason`: why, in words; `needs_paper`: number and date of the letter or decision.

    A sanction needs no number here: by that of a decree a name can be found, so it is kept sealed (`sanctions`).
    """

    start: State
    end: State
    actor: Actor
    needs_reason: bool = False
    needs_paper: bool = False


_S = State
STEPS: tuple[Step, ...] = (
    Step(_S.NEW, _S.CHECKING, Actor.DESK),
    Step(_S.NEW, _S.SENT_TO_BAWASLU, Actor.DESK, needs_paper=True),  # a finding of Bawaslu is complete as it comes
    Step(_S.NEW, _S.CLOSED_INSUFFICIENT, Actor.DESK, needs_reason=True),
    Step(_S.NEW, _S.EXPIRED, Actor.SYSTEM, needs_reason=True),
    Step(_S.CHECKING, _S.SENT_TO_BAWASLU, Actor.DESK, needs_paper=True),
    Step(_S.CHECKING, _S.CLOSED_INSUFFICIENT, Actor.DESK, needs_reason=True),
    Step(_S.CHECKING, _S.EXPIRED, Actor.SYSTEM, needs_reason=True),
    # Bawaslu may still take it as its own finding [M]
    Step(_S.EXPIRED, _S.SENT_TO_BAWASLU, Actor.DESK, needs_reason=True, needs_paper=True),
    Step(_S.SENT_TO_BAWASLU, _S.FIRST_STUDY, Actor.BAWASLU),
    Step(_S.FIRST_STUDY, _S.COMPLETING, Actor.BAWASLU, needs_reason=True),
    Step(_S.COMPLETING, _S.FIRST_STUDY, Actor.BAWASLU),
    Step(_S.COMPLETING, _S.NOT_REGISTERED, Actor.BAWASLU, needs_reason=True),
    Step(_S.FIRST_STUDY, _S.REGISTERED, Actor.BAWASLU, needs_paper=True),
    Step(_S.FIRST_STUDY, _S.NOT_REGISTERED, Actor.BAWASLU, needs_reason=True),
    Step(_S.REGISTERED, _S.CLARIFYING, Actor.BAWASLU),
    Step(_S.CLARIFYING, _S.NO_VIOLATION, Actor.BAWASLU, needs_reason=True),
    Step(_S.CLARIFYING, _S.SENT_TO_BKN, Actor.BAWASLU, needs_paper=True),
    Step(_S.CLARIFYING, _S.CRIMINAL, Actor.BAWASLU, needs_paper=True),
    Step(_S.CLARIFYING, _S.SENT_TO_REGENT, Actor.BAWASLU, needs_paper=True),
    Step(_S.CLARIFYING, _S.SENT_TO_TNI, Actor.BAWASLU, needs_paper=True),
    Step(_S.CLARIFYING, _S.SENT_TO_POLRI, Actor.BAWASLU, needs_paper=True),
    Step(_S.CLARIFYING, _S.SENT_TO_DKPP, Actor.BAWASLU, needs_paper=True),
    Step(_S.SENT_TO_BKN, _S.VERIFYING_BKN, Actor.BKN),
    Step(_S.VERIFYING_BKN, _S.RECOMMENDED, Actor.BKN, needs_paper=True),
    Step(_S.VERIFYING_BKN, _S.NO_VIOLATION, Actor.BKN, needs_reason=True),
    Step(_S.RECOMMENDED, _S.SANCTIONED, Actor.OFFICIAL, needs_reason=True),
    Step(_S.RECOMMENDED, _S.NOT_FOLLOWED, Actor.OFFICIAL, needs_reason=True),
    Step(_S.NOT_FOLLOWED, _S.SANCTIONED, Actor.OFFICIAL, needs_reason=True),
    Step(_S.CRIMINAL, _S.SANCTIONED, Actor.GAKKUMDU, needs_reason=True),
    Step(_S.CRIMINAL, _S.NO_VIOLATION, Actor.GAKKUMDU, needs_reason=True),
    *(
        step
        for sent in (_S.SENT_TO_REGENT, _S.SENT_TO_TNI, _S.SENT_TO_POLRI, _S.SENT_TO_DKPP)
        for step in (
            Step(sent, _S.SANCTIONED, Actor.OFFICIAL, needs_reason=True),
            Step(sent, _S.NO_VIOLATION, Actor.OFFICIAL, needs_reason=True),
            Step(sent, _S.NOT_FOLLOWED, Actor.OFFICIAL, needs_reason=True),
        )
    ),
    *(
        Step(end, _S.DONE, Actor.DESK, needs_reason=True)
        for end in (
            _S.CLOSED_INSUFFICIENT, _S.EXPIRED, _S.NOT_REGISTERED, _S.NO_VIOLATION, _S.SANCTIONED, _S.NOT_FOLLOWED,
        )
    ),
)  # fmt: skip

#: A case here waits for nobody.
CLOSED = (_S.CLOSED_INSUFFICIENT, _S.EXPIRED, _S.NOT_REGISTERED, _S.NO_VIOLATION, _S.SANCTIONED, _S.DONE)
#: Before these nobody may be called anything but *terlapor*, and nothing but *diduga* (DOMAIN 4.5).
FOUND = (_S.SENT_TO_BKN, _S.SANCTIONED, _S.RECOMMENDED)


def steps_from(state: str) -> list[Step]:
    """The legal moves out of a state, in the order of the table."""
    return [step for step in STEPS if step.start == state]


def step(start: str, end: str) -> Step | None:
    return next((step for step in STEPS if (step.start, step.end) == (start, end)), None)
