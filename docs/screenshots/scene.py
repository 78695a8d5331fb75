"""What the pictures show: the demo as of one Monday morning, the same to the last code each time."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.management import call_command

from districts import outbox
from districts.accounts.cards import cards
from districts.accounts.codes import code_of, grouped
from districts.accounts.keeping import renew_code
from districts.demo.load import load
from districts.models import Decision, Election, ExpectedReport, Issue, Region, Report, SignInCode, User
from districts.reporting import decide_report
from districts.reports.expecting import current_expected

#: Monday, half an hour before the week's report is due and the rakor begins; voting is twelve days ahead, as in the demo.
MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=ZoneInfo("Asia/Makassar"))
SITE = "https://siap.example.go.id/mulai/"
RETURNED = "64.08.04"
NEW_CAMAT = "camat-busang"
KEY = UUID("5f0c7c3e-94a4-4c83-8d0e-6a6a2f7f9c01")
SEED = 2026


@contextmanager
def same_chances() -> Iterator[None]:
    """Every code, key and password drawn inside is the one drawn last time. For this demo alone."""
    drawn = random.Random(SEED)
    with patch("os.urandom", drawn.randbytes), patch("random._urandom", drawn.randbytes):
        yield


def fill() -> dict[str, str]:
    """Load the demo and what the guides need besides; words that addresses of pictures may name in braces."""
    call_command("migrate", verbosity=0)
    if Region.objects.exists():
        raise SystemExit("screenshots: this database is not empty; give it one of its own (`make screenshots`).")
    with same_chances():
        election = load(now=MORNING, password="not-for-signing-in", say=print)
        return _add(election)


def _add(election: Election) -> dict[str, str]:
    """A report that came back, one that was sent, and a card for a camat."""
    desk, camat = User.objects.get(username="desk-kutim"), User.objects.get(username=NEW_CAMAT)
    back = current_expected(election, RETURNED, MORNING)
    decide_report(
        report=_report(back), decision=Decision.RETURNED, by=desk, now=MORNING - timedelta(hours=1),
        reason="KPPS terisi lebih banyak daripada daftar pelantikan. Periksa lagi, lalu kirim revisi.",
    )  # fmt: skip
    code = renew_code(person=camat, by=desk, now=MORNING - timedelta(hours=2), client_key=KEY)
    outbox.drain()
    sent = current_expected(election, "64.08.10", MORNING)
    return {
        "returned": back.slot,
        "receipt": f"{sent.slot}/tanda-terima/{_report(sent).receipt}",
        "week": sent.slot,
        "code": grouped(code_of(code)),
        "camat": str(camat.pk),
        "issue": str(Issue.objects.get(title__startswith="Kapal pengangkut").pk),
        "election": str(election.pk),
    }


def _report(expected: ExpectedReport) -> Report:
    return Report.objects.get(expected=expected, revision=1)


def card() -> dict[str, object]:
    """What is printed on the card of the new camat."""
    codes = SignInCode.objects.filter(pk=KEY).select_related("user").prefetch_related("user__assignments__region")
    return cards(codes, address=SITE, zone="Asia/Makassar", place="Kutai Timur")
