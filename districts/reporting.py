"""A report is sent, accepted or returned. Nothing sent is lost, nothing is doubled, and people are told what happened.

The row of the expected report is the lock: whoever sends a report of the same kecamatan and period waits for the other
and then sees what the other sent.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import Diagnostic

from districts.access import Role, check_can_report, check_can_run_desk, scope_of
from districts.models import Channel, Decision, ExpectedReport, Report, ReportDraft, User
from districts.outbox import mark_stale
from districts.reports.content import ReportContent, receipt_of
from districts.reports.issues import raise_issues, resolve_issues
from districts.reports.reaching import heard_from
from districts.reports.rules import Sentences, fall_sentences, fallen, sentence_of
from districts.reports.sheet import Sheet
from districts.reports.windows import NotExpected, NotOpen, ReportRefused, check_is_expected, check_is_open
from districts.templatetags.siap import moment
from districts.weeks import local_date

#: How a dictated report may have come (DESIGN, "Weekly report").
DICTATED = (Channel.PHONE, Channel.RADIO, Channel.PAPER)
RECEIPT_ATTEMPTS = 4


class RulesBroken(ReportRefused):
    """The content breaks rules; `sentences` by field name."""

    def __init__(self, sentences: Sentences) -> None:
        super().__init__(next(iter(sentences.values()))[0], _("Perbaiki isian yang ditandai, lalu kirim lagi."))
        self.sentences = sentences


class ContentChanged(ReportRefused):
    """This key was sent before with other content. `report` is what we have; None when it is not the sender's own."""

    def __init__(self, rule: str, remedy: str, report: Report | None) -> None:
        super().__init__(rule, remedy)
        self.report = report


class StaleForm(ReportRefused):
    """Somebody sent a revision since the form was opened; `latest` is it, `base` the revision the form started from."""

    def __init__(self, rule: str, remedy: str, latest: Report, base: Report | None) -> None:
        super().__init__(rule, remedy)
        self.latest = latest
        self.base = base


class DecisionConflict(ReportRefused):
    """The Desk's decision came too late or was made already."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A report that we have. `is_repeat`: we had it before, nothing was written now."""

    report: Report
    is_repeat: bool


def can_be_sent(expected: ExpectedReport, latest: Report | None, now: datetime) -> bool:
    try:
        check_is_expected(expected)
        check_is_open(expected, latest, now)
    except (NotExpected, NotOpen):
        return False
    return True


def channels_for(user: User, kecamatan_code: str) -> tuple[Channel, ...]:
    """How `user` may have got the report: the kecamatan's own people write it here, a desk types what was dictated."""
    return (Channel.WEB,) if scope_of(user).covers(kecamatan_code, Role.REPORTER) else DICTATED


def submit_report(
    *,
    expected: ExpectedReport,
    by: User,
    content: ReportContent,
    client_key: uuid.UUID,
    base_revision: int,
    now: datetime,
    channel: str = Channel.WEB,
    on_behalf_of: str = "",
) -> Submission:
    """Take a report as the next revision on top of `base_revision` (0: the first), all in one transaction.

    The same key with the same content gives the same receipt again. Raises a `ReportRefused`, having written nothing.
    """
    check_can_report(by, expected.kecamatan_id)
    try:
        with transaction.atomic():
            locked = (
                ExpectedReport.objects.select_for_update(of=("self",), no_key=True)
                .select_related("kecamatan", "election")
                .get(pk=expected.pk)
            )
            earlier = Report.objects.filter(client_key=client_key).select_related("expected__kecamatan").first()
            if earlier is not None:
                return _repeat(earlier, locked, by, content)
            sheet = Sheet(locked)
            check_is_expected(locked)
            check_is_open(locked, sheet.latest, now)
            _check_base(sheet, base_revision)
            _check_falls(sheet, content)
            report = _write(sheet, by, content, client_key, now, channel, on_behalf_of)
            raise_issues(report=report, content=content, by=by, now=now)
            resolve_issues(report=report, content=content, by=by, now=now, slot=locked.slot)
            ReportDraft.objects.filter(user=by, expected=locked).delete()
            heard_from(kecamatan=locked.kecamatan_id, by=by, now=now)
            mark_stale(locked.election_id, [locked.kecamatan_id], cause="report")
    except IntegrityError as error:
        raise _refusal(error) from error
    return Submission(report, is_repeat=False)


def _repeat(earlier: Report, expected: ExpectedReport, by: User, content: ReportContent) -> Submission:
    if earlier.expected_id != expected.pk or earlier.submitted_by_id != by.pk:
        raise _sent_elsewhere()
    if earlier.content_digest != content.digest():
        raise ContentChanged(
            _(
                "Isian sebelumnya sudah kami terima dengan kode %(receipt)s. Perubahan sesudah itu belum terkirim dan "
                "disimpan sebagai draf."
            )
            % {"receipt": earlier.receipt},
            _("Periksa, lalu kirim sebagai revisi."),
            earlier,
        )
    return Submission(earlier, is_repeat=True)


def _sent_elsewhere() -> ContentChanged:
    return ContentChanged(_("Isian ini sudah dikirim dari tempat lain."), _("Periksa, lalu kirim sekali lagi."), None)


def _check_base(sheet: Sheet, base_revision: int) -> None:
    latest = sheet.latest
    if latest is None or latest.revision == base_revision:
        return
    base = next((report for report in sheet.revisions if report.revision == base_revision), None)
    raise StaleForm(*stale_words(latest, sheet.zone), latest, base)


def stale_words(latest: Report, zone: str) -> tuple[str, str]:
    """Rule and remedy for somebody whose form was opened before `latest` came."""
    rule = _(
        "Laporan ini sudah dikirim oleh %(who)s pada %(when)s (revisi %(revision)d), sesudah formulir ini dibuka. Isian "
        "Anda belum terkirim dan tetap tersimpan di bawah."
    ) % {"who": latest.submitted_by, "when": moment(latest.submitted_at, zone), "revision": latest.revision}
    return rule, _("Periksa perbedaannya, lalu kirim sebagai revisi berikutnya.")


def _check_falls(sheet: Sheet, content: ReportContent) -> None:
    falls = fallen(sheet.previous, content.figures)
    if falls and not content.fall_reason:
        raise RulesBroken(fall_sentences(falls))


def _write(
    sheet: Sheet,
    by: User,
    content: ReportContent,
    client_key: uuid.UUID,
    now: datetime,
    channel: str,
    on_behalf_of: str,
) -> Report:
    if sheet.latest is not None:
        Report.objects.filter(pk=sheet.latest.pk, is_latest=True).update(is_latest=False)
    candidates = [receipt_of(client_key, attempt) for attempt in range(RECEIPT_ATTEMPTS)]
    taken = set(Report.objects.filter(receipt__in=candidates).values_list("receipt", flat=True))
    report = sheet.row(
        content.figures,
        revision=sheet.latest.revision + 1 if sheet.latest else 1,
        submitted_by=by,
        submitted_at=now,
        submitted_on=local_date(sheet.zone, now),
        channel=channel,
        on_behalf_of=on_behalf_of,
        client_key=client_key,
        content_digest=content.digest(),
        receipt=next(code for code in candidates if code not in taken),
        fall_reason=content.fall_reason,
        unchanged=content.unchanged,
    )
    report.save(force_insert=True)
    return report


def _refusal(error: IntegrityError) -> ReportRefused:
    """The database's own refusal as a sentence: a rule nobody asked before writing, or a key used elsewhere meanwhile."""
    diagnostic: Diagnostic | None = getattr(error.__cause__, "diag", None)
    name = (diagnostic.constraint_name if diagnostic else None) or ""
    sentences = sentence_of(name)
    if sentences is not None:
        return RulesBroken(sentences)
    if "client_key" in name or "receipt" in name:
        return _sent_elsewhere()
    raise error


def decide_report(*, report: Report, decision: Decision, by: User, now: datetime, reason: str = "") -> None:
    """The Desk accepts or returns the newest revision, once. The same decision again changes nothing.

    A returned report's figures no longer feed the readiness until it is corrected; so the kecamatan goes stale.
    """
    check_can_run_desk(by, report.kecamatan_id)
    if decision == Decision.RETURNED and not reason:
        raise RulesBroken(
            {"decision_reason": [_("Tulis alasan pengembalian, supaya kecamatan tahu apa yang diperbaiki.")]}
        )
    try:
        with transaction.atomic():
            open_still = Report.objects.filter(pk=report.pk, decision="", is_latest=True)
            if open_still.update(decision=decision, decided_by=by, decided_at=now, decision_reason=reason):
                mark_stale(report.election_id, [report.kecamatan_id], cause="decision")
                return
    except IntegrityError as error:
        raise _refusal(error) from error
    _explain_undecided(report, decision)


def _explain_undecided(report: Report, decision: Decision) -> None:
    """Why no row was decided; says nothing when the same decision stands already."""
    now_there = Report.objects.select_related("decided_by", "kecamatan").get(pk=report.pk)
    if not now_there.is_latest:
        raise DecisionConflict(
            _("Kecamatan sudah mengirim revisi yang lebih baru."), _("Periksa revisi itu, lalu putuskan lagi.")
        )
    if now_there.decision != decision:
        raise DecisionConflict(
            _("Laporan ini sudah %(decision)s oleh %(who)s pada %(when)s. Tidak ada yang diubah.")
            % {
                "decision": now_there.get_decision_display().lower(),
                "who": now_there.decided_by,
                "when": moment(now_there.decided_at, now_there.kecamatan.time_zone),
            },
            _("Bila putusannya perlu lain, hubungi yang memutuskan; kecamatan tetap dapat mengirim revisi."),
        )
