"""When a report is taken: from its opening until the next slot takes over, when it was returned, or when the desk opened
an exception. What is refused says which rule and what to do. What comes by exception is late, never on time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from districts.access import check_can_run_desk
from districts.models import Decision, ExpectedReport, Report, WindowException
from districts.reports.contacting import Person, desk_to_call
from districts.templatetags.siap import day, moment, slot_name
from districts.weeks import ONE_WEEK

if TYPE_CHECKING:
    from districts.models import User


class ReportRefused(Exception):
    """The report was not taken: `rule` says why, `remedy` what to do. Nothing was written."""

    def __init__(self, rule: str, remedy: str = "") -> None:
        super().__init__(f"{rule} {remedy}".strip())
        self.rule = rule
        self.remedy = remedy


class NotOpen(ReportRefused):
    """Not the time for this report. `call` is whom at the desk to ask; None: nobody there has a phone on record."""

    def __init__(self, rule: str, remedy: str = "", call: Person | None = None) -> None:
        super().__init__(rule, remedy)
        self.call = call


class NotExpected(ReportRefused):
    """No such report is expected of this kecamatan, now or at all."""

    def __init__(self, rule: str, remedy: str = "", call: Person | None = None) -> None:
        super().__init__(rule, remedy)
        self.call = call


class WindowRefused(Exception):
    """An exception was not opened or ended; carries the sentence, beside the field `field` where it is about one."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def is_on_time(expected: ExpectedReport, first_sent_at: datetime) -> bool:
    """On time is a first revision sent up to the deadline; a correction changes nothing. The same in SQL: ON_TIME."""
    return first_sent_at <= expected.due_at


#: `is_on_time` for statements whose first revision is `first`; it carries the deadline of its slot.
ON_TIME = "first.submitted_at <= first.due_at"


def exceptions_of(expected: ExpectedReport) -> list[WindowException]:
    """All exceptions of a report, newest first, each with `until` and who opened and ended it. One statement."""
    found = WindowException.objects.with_until().filter(expected=expected).select_related("opened_by", "ended_by")
    return list(found.order_by("-starts_at", "-pk"))


def exception_at(exceptions: Iterable[WindowException], at: datetime) -> WindowException | None:
    """The one of `exceptions_of` that was in force at `at`."""
    return next((each for each in exceptions if each.starts_at <= at < each.until), None)  # type: ignore[attr-defined]


def is_outside(expected: ExpectedReport, report: Report) -> bool:
    """Whether a revision came after the close, by exception or because the desk had returned the one before."""
    return report.submitted_at >= expected.closes_at


def check_is_open(expected: ExpectedReport, latest: Report | None, now: datetime) -> None:
    """A report is taken from the opening until the next slot takes over, when the Desk returned it, or by exception.

    Up to two statements more where it is closed.
    """
    if now < expected.opens_at:
        raise NotOpen(_not_yet(expected), _("Isi laporan periode yang sedang berjalan."))
    if now < expected.closes_at or (latest is not None and latest.decision == Decision.RETURNED):
        return
    exceptions = exceptions_of(expected)
    if exception_at(exceptions, now) is None:
        call = desk_to_call(expected.kecamatan_id)
        raise NotOpen(_closed(expected, exceptions), _ask_the_desk(call), call)


def _local(when: datetime, expected: ExpectedReport) -> str:
    """ "Jumat, 20 Nov 2026, 00.00 WITA": weekday and hour, since windows open on Fridays and close at midnight."""
    zone = expected.kecamatan.time_zone
    return f"{day(when, zone)}, {moment(when, zone).rpartition(', ')[2]}"


def _not_yet(expected: ExpectedReport) -> str:
    return _("Laporan %(slot)s baru dibuka %(opens)s; tenggatnya %(due)s.") % {
        "slot": slot_name(expected.slot),
        "opens": _local(expected.opens_at, expected),
        "due": _local(expected.due_at, expected),
    }


def _closed(expected: ExpectedReport, exceptions: list[WindowException]) -> str:
    is_last = expected.closes_at - expected.due_at == ONE_WEEK  # see weeks.slots: no slot comes after it
    why = _("sepekan sesudah tenggat terakhir") if is_last else _("saat laporan berikutnya dibuka")
    told = _("Laporan %(slot)s dibuka %(opens)s dan ditutup %(closes)s, %(why)s.") % {
        "slot": slot_name(expected.slot),
        "opens": _local(expected.opens_at, expected),
        "closes": _local(expected.closes_at, expected),
        "why": why,
    }
    if not exceptions:
        return told
    last = exceptions[0]
    ended = _("Pengecualian yang dibuka %(who)s berakhir %(until)s.") % {
        "who": last.opened_by,
        "until": _local(last.until, expected),  # type: ignore[attr-defined]
    }
    return f"{told} {ended}"


def _ask_the_desk(call: Person | None) -> str:
    told = _(
        "Isi laporan periode yang sedang berjalan. Bila laporan ini masih diperlukan, minta Desk Pilkada "
        "membukanya lagi atau mengembalikannya: %(whom)s."
    )
    return told % {"whom": _whom(call)}


def _whom(call: Person | None) -> str:
    return f"{call.name}, {call.phone}" if call else _("Desk Pilkada kabupaten, nomornya belum dicatat di SIAP")


_IS_VOTING = """
SELECT EXISTS (SELECT 1 FROM districts_votingkecamatan WHERE election_id = %s AND kecamatan_id = %s)"""


def check_is_expected(expected: ExpectedReport) -> None:
    """The election is running and the kecamatan still votes in it. One statement; another where it refuses."""
    kecamatan, election = expected.kecamatan, expected.election
    if election.is_active:
        with connection.cursor() as cursor:
            cursor.execute(_IS_VOTING, [election.pk, kecamatan.pk])
            if cursor.fetchone()[0]:
                return
        rule = _("Kecamatan %(name)s tidak lagi termasuk wilayah %(election)s, jadi laporannya tidak diterima.")
    else:
        rule = _("%(election)s tidak berjalan lagi, jadi laporan kecamatan %(name)s tidak diterima.")
    call = desk_to_call(kecamatan.pk)
    raise NotExpected(rule % {"name": kecamatan.short_name, "election": election.name}, tell_the_desk(call), call)


def tell_the_desk(call: Person | None) -> str:
    """What to do where only the desk or the administrator can put it right."""
    return _("Bila ini keliru, hubungi Desk Pilkada: %(whom)s.") % {"whom": _whom(call)}


def open_exception(
    *, expected: ExpectedReport, reason: str, ends_at: datetime, client_key: UUID, by: "User", now: datetime
) -> WindowException:
    """Take a closed report again until `ends_at`. The row of the expected report is the lock.

    The same key from the same person changes nothing. AccessRefused for others than the desk, else `WindowRefused`.
    """
    check_can_run_desk(by, expected.kecamatan_id)
    with transaction.atomic():
        locked = ExpectedReport.objects.select_for_update(of=("self",), no_key=True).get(pk=expected.pk)
        made = WindowException.objects.filter(client_key=client_key).first()
        if made is None:
            _check_may_open(expected, locked, ends_at, now)
            return WindowException.objects.create(
                expected=locked, reason=reason, opened_by=by, starts_at=now, ends_at=ends_at, client_key=client_key
            )
    if made.opened_by_id != by.pk or made.expected_id != expected.pk:
        raise WindowRefused(_("Isian ini bentrok dengan isian lain. Muat ulang halaman lalu buka lagi."))
    return made


def _check_may_open(expected: ExpectedReport, locked: ExpectedReport, ends_at: datetime, now: datetime) -> None:
    if not expected.election.is_active:
        raise WindowRefused(
            _("%(election)s tidak berjalan lagi, jadi laporannya tidak dapat dibuka.")
            % {"election": expected.election.name}
        )
    if now < locked.closes_at:
        raise WindowRefused(
            _("Laporan ini belum ditutup: kecamatan masih dapat mengirim sampai %(closes)s. Tidak perlu pengecualian.")
            % {"closes": _local(locked.closes_at, expected)}
        )
    held = exception_at(exceptions_of(locked), now)
    if held is not None:
        raise WindowRefused(
            _(
                "Laporan ini sudah dibuka %(who)s sampai %(until)s. Bila batasnya perlu lain, akhiri dulu lalu buka lagi."
            )
            % {"who": held.opened_by, "until": _local(held.until, expected)}  # type: ignore[attr-defined]
        )
    latest = now + timedelta(hours=settings.WINDOW_EXCEPTION_MOST_HOURS)
    if not now < ends_at <= latest:
        raise WindowRefused(
            _("Batasnya harus sesudah sekarang dan paling lama %(hours)d jam. Pilih waktu sampai %(latest)s.")
            % {"hours": settings.WINDOW_EXCEPTION_MOST_HOURS, "latest": _local(latest, expected)},
            "ends_at",
        )


def end_exception(*, exception: WindowException, by: "User", now: datetime) -> None:
    """Close it before its time. WindowRefused when it is over already."""
    check_can_run_desk(by, exception.expected.kecamatan_id)
    if not WindowException.objects.in_force(now).filter(pk=exception.pk).update(ended_by=by, ended_at=now):
        raise WindowRefused(_("Pengecualian ini sudah berakhir. Muat ulang halaman; tidak ada yang diubah."))
