"""Early information that anybody can give without an account, and following it by a code (DOMAIN 4.4, 4.5).

A form carries a signed seed. The case's client key and the tracking code are worked out from it, so the same form sent
twice is one case and shows the same code, and nothing has to be kept for that: no session, no row. The code also depends
on the browser's CSRF cookie: another browser with a copy of the form learns nothing. Of the code only the SHA-256 is stored.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from districts.models import Election, Region, current_election
from districts.models.regions import without_kabupaten
from districts.weeks import local_date
from neutrality.cases import CaseRefused, take_case
from neutrality.clocks import due_days
from neutrality.flow import State
from neutrality.models import Case, CaseMove, ClockName, Intake

#: Twelve signs of base32 are 60 bits: read out over a telephone, and not found by trying.
CODE_LENGTH = 12
CODE_GROUP = 4
#: Signs that base32 leaves out because they look like one it has.
LOOKALIKES = str.maketrans("018", "OIB")
SALT = "neutrality.tips"
#: A person needs longer than this to read the page [P]; a form of yesterday gets a new seed [P].
FASTEST_SECONDS = 3
OLDEST_SECONDS = 24 * 60 * 60


# --- The form's token ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Token:
    """The seed of one form and when it was shown, in seconds of the epoch."""

    seed: str
    shown_at: int

    @property
    def client_key(self) -> UUID:
        return UUID(bytes=_worked_out("key", self.seed)[:16])

    def code(self, browser: str) -> str:
        """The tracking code, without its dashes, for the browser with this CSRF secret."""
        return base64.b32encode(_worked_out("code", f"{self.seed} {browser}")).decode()[:CODE_LENGTH]

    @property
    def age(self) -> int:
        return int(time.time()) - self.shown_at


def new_token() -> str:
    return signing.dumps([secrets.token_hex(16), int(time.time())], salt=SALT)


def read_token(text: str) -> Token | None:
    """None when we did not sign it."""
    try:
        return Token(*signing.loads(text, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def was_sent(token: Token) -> bool:
    """Whether the form with this token has become a case. One statement."""
    return Case.objects.filter(client_key=token.client_key).exists()


def _worked_out(purpose: str, text: str) -> bytes:
    return salted_hmac(f"{SALT}.{purpose}", text, algorithm="sha256").digest()


# --- The code -----------------------------------------------------------------------------------------------------------
def grouped(code: str) -> str:
    """`ABCD-EFGH-JKLM`, for people."""
    return "-".join(code[start : start + CODE_GROUP] for start in range(0, CODE_LENGTH, CODE_GROUP))


def digest_of(typed: str) -> str:
    """What is stored of a code, however somebody typed it: small letters, spaces, dashes, a zero for an O."""
    bare = "".join(sign for sign in typed.upper().translate(LOOKALIKES) if sign.isascii() and sign.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()


# --- Where people vote --------------------------------------------------------------------------------------------------
#: Regencies and cities in which an active election is held, of their own or of the province, with the province's name.
_VOTING = """
SELECT regency.code, regency.name, province.name
FROM districts_region regency JOIN districts_region province ON province.code = regency.parent_id
WHERE regency.level = 2 AND EXISTS (
    SELECT 1 FROM districts_election_regions voting
    JOIN districts_election election ON election.id = voting.election_id AND election.is_active
    WHERE voting.region_id IN (regency.code, province.code) OR voting.region_id LIKE regency.code || '.%%'
)
ORDER BY regency.code"""


def voting_regencies() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices in groups: each province with code and name of its regencies and cities that vote. One statement."""
    groups: dict[str, list[tuple[str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_VOTING)
        for code, name, province in cursor.fetchall():
            groups.setdefault(province, []).append((code, without_kabupaten(name)))
    return list(groups.items())


# --- Taking it ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets. `code` is empty for another browser than the one that sent it first; `is_again` when the
    form had been sent before, so that nothing of what it says now was taken.
    """

    code: str
    case: Case
    is_again: bool


@sensitive_variables()
def take_tip(*, token: Token, browser: str, regency: str, said: Mapping[str, Any], now: datetime) -> Receipt:
    """Early information becomes a case of the regency. The same form again is the same case and the same receipt.

    `said` is what `take_case` takes of people and events. CaseRefused with the sentence to show, Sealed without a key.
    """
    place = Region.objects.get(code=regency)
    election = _election(regency, place.time_zone, now)
    code = token.code(browser)
    case = take_case(
        election=election, regency=place, intake=Intake.ANONYMOUS, by=None, now=now, client_key=token.client_key,
        tracking=digest_of(code), **said,
    )  # fmt: skip
    return Receipt(code if case.tracking == digest_of(code) else "", case, case.received_at != now)


def _election(regency: str, zone: str, now: datetime) -> Election:
    election = current_election(regency, local_date(zone, now))
    if election is None:
        raise CaseRefused(_("Di wilayah ini tidak ada pemilihan yang berjalan. Sampaikan langsung ke Bawaslu."))
    return election


def report_by(known_on: date) -> date:
    """The last day of a formal report to Bawaslu, as set (DOMAIN 4.4: seven days after it was known)."""
    return due_days(known_on, [ClockName.REPORT]).get(ClockName.REPORT, known_on)


# --- Following it -------------------------------------------------------------------------------------------------------
_S = State
#: What the sender learns: few words, no outcome, nothing of anybody. In the order a case goes.
COARSE: tuple[tuple[Promise, tuple[State, ...]], ...] = (
    (_("Diterima Desk Pilkada"), (_S.NEW,)),
    (_("Diperiksa kelengkapannya"), (_S.CHECKING,)),
    (_("Tidak diteruskan: keterangan belum cukup atau lewat waktu"), (_S.CLOSED_INSUFFICIENT, _S.EXPIRED)),
    (
        _("Ditangani Bawaslu"),
        (_S.SENT_TO_BAWASLU, _S.FIRST_STUDY, _S.COMPLETING, _S.REGISTERED, _S.CLARIFYING),
    ),
    (
        _("Diteruskan ke instansi yang berwenang"),
        (
            _S.SENT_TO_BKN, _S.CRIMINAL, _S.SENT_TO_REGENT, _S.SENT_TO_TNI, _S.SENT_TO_POLRI, _S.SENT_TO_DKPP,
            _S.VERIFYING_BKN, _S.RECOMMENDED, _S.NOT_FOLLOWED,
        ),
    ),
    (_("Penanganan selesai"), (_S.NOT_REGISTERED, _S.NO_VIOLATION, _S.SANCTIONED, _S.DONE)),
)  # fmt: skip
_WORDS = {state: words for words, states in COARSE for state in states}


@dataclass(frozen=True, slots=True)
class Progress:
    """The way of a case in coarse words, each with the local date it began; `report_by` while that still matters."""

    steps: tuple[tuple[str, date], ...]
    report_by: date | None


def progress_of(typed: str) -> Progress | None:
    """None for a code that nobody was given and for what is no code: the same work, the same answer. Two statements."""
    digest = digest_of(typed)
    case = Case.objects.filter(tracking=digest).exclude(tracking="").select_related("regency").first()
    if case is None:
        return None
    zone = case.regency.time_zone
    moves = CaseMove.objects.filter(case=case).order_by("at", "pk").values_list("to_state", "at")
    steps: list[tuple[str, date]] = []
    for state, at in [(State.NEW, case.received_at), *moves]:
        words = str(_WORDS[State(state)])
        if not steps or steps[-1][0] != words:
            steps.append((words, local_date(zone, at)))
    is_early = case.state in (State.NEW, State.CHECKING)
    return Progress(tuple(steps), report_by(case.known_on) if is_early else None)
