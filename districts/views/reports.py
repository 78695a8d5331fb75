"""The report of one kecamatan and period: the page, the form, its drafts, the receipt, the Desk's decision, photos."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from districts.access import can_report, can_run_desk, check_can_report, check_can_run_desk
from districts.inputs import ReturnForm
from districts.models import Channel, Decision, ExpectedReport, Report, User
from districts.photo_pages import photo_response, take_photo
from districts.photos import MAX_PHOTOS, add_photo
from districts.reporting import (
    ContentChanged,
    ReportRefused,
    RulesBroken,
    StaleForm,
    can_be_sent,
    channels_for,
    decide_report,
    stale_words,
    submit_report,
)
from districts.reports.drafts import draft_from_session, draft_of, keep_in_session, left_behind, save_draft
from districts.reports.expecting import current_expected
from districts.reports.form import ReportForm
from districts.reports.history import answers_by_section, changes, history
from districts.reports.layout import first_typed, form_context
from districts.reports.page import page_frame, slots_around, window_context
from districts.reports.sheet import Sheet
from districts.reports.typed import Typed, base_of, is_short, keyed, rebased, typed_from
from districts.reports.windows import (
    NotExpected,
    NotOpen,
    check_is_expected,
    check_is_open,
    exception_at,
    exceptions_of,
    is_on_time,
    is_outside,
)
from districts.requests import Request
from districts.views.refused import says_what_is_not_expected

SHORT = "tanpa_perubahan"


def expected_or_404(user: User, code: str, slot: str) -> ExpectedReport:
    """The expected report where the person may see it; of two elections the one that is running."""
    found = (
        ExpectedReport.objects.visible_to(user)
        .filter(kecamatan=code, slot=slot)
        .select_related("kecamatan", "election")
        .order_by("-election__is_active", "election__voting_day")
        .first()
    )
    if found is None:
        raise Http404
    return found


@require_safe
def report(request: Request, code: str, slot: str) -> HttpResponse:
    expected = expected_or_404(request.user, code, slot)
    return report_page(request, Sheet(expected))


def report_page(request: Request, sheet: Sheet, status: int = 200, **forms: Any) -> HttpResponse:
    """`forms`: `return_form` or `window_form` as it was refused."""
    expected, now, revisions, latest = sheet.expected, timezone.now(), sheet.revisions, sheet.latest
    may_report = can_report(request.user, expected.kecamatan_id)
    around = slots_around(expected, now)
    photos = list(expected.photos.order_by("position"))
    may_run_desk = can_run_desk(request.user, expected.kecamatan_id)
    context = page_frame(request, expected, now) | window_context(expected, revisions, may_run_desk, now) | {
        "expected": next((row for row in around if row.pk == expected.pk), expected),
        "slots": around,
        "latest": latest,
        "sections": answers_by_section(latest, sheet.previous, sheet.villages) if latest else [],
        "revisions": history(revisions, sheet.villages),
        "issues": list(latest.issues.most_pressing_first()) if latest else [],
        "photos": photos,
        "may_add_photo": may_report and bool(latest) and len(photos) < MAX_PHOTOS,
        "may_fill": may_report and can_be_sent(expected, latest, now),
        "may_decide": bool(latest and not latest.decision and may_run_desk),
        "return_form": ReturnForm(),
    }  # fmt: skip
    return render(request, "districts/report.html", context | forms, status=status)


@require_safe
@never_cache
@says_what_is_not_expected
def form(request: Request, code: str, slot: str) -> HttpResponse:
    expected = expected_or_404(request.user, code, slot)
    check_can_report(request.user, code)
    sheet, now = Sheet(expected), timezone.now()
    if draft_from_session(request.session, expected, request.user):
        messages.warning(request, _("Anda sempat keluar saat mengisi. Isian Anda utuh di bawah dan BELUM terkirim."))
    draft = draft_of(request.user, expected)
    try:
        check_is_expected(expected)
        check_is_open(expected, sheet.latest, now)
    except (NotExpected, NotOpen) as error:
        messages.warning(request, f"{error} {_kept_words() if draft else ''}".strip())
        return redirect("report", code, slot)
    short = SHORT in request.GET and sheet.previous is not None and sheet.latest is None
    if draft is None and sheet.latest is None and (draft := left_behind(request.user, expected)):
        messages.warning(request, _("Isian Anda dari periode lalu belum sempat terkirim dan dibuka di sini. Periksa."))
    typed = first_typed(sheet, draft, unchanged=short)
    notice = None
    if draft and sheet.latest and draft.base_revision < sheet.latest.revision:
        notice = _stale_notice(sheet, draft.base_revision)
    shown = ReportForm(sheet, typed, now=now, channels=channels_for(request.user, code), unchanged=short)
    return _form_page(request, shown, draft_saved_at=draft.saved_at if draft else None, notice=notice)


def _kept_words() -> str:
    return _(
        "Isian Anda yang belum terkirim tersimpan sebagai draf: dipakai lagi bila Desk membuka laporan ini, dan disalin "
        "ke formulir periode yang sedang berjalan."
    )


def _form_page(request: Request, shown: ReportForm, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page, or its form region for htmx."""
    expected = shown.sheet.expected
    context = page_frame(request, expected, shown.now) | form_context(shown) | more
    if shown.now >= expected.closes_at:
        context["exception"] = exception_at(exceptions_of(expected), shown.now)
    template = "districts/_report_form.html" if request.htmx else "districts/report_form.html"
    return render(request, template, context, status=status)


def _stale_notice(sheet: Sheet, base_revision: int) -> dict[str, Any]:
    """What was sent by somebody else since revision `base_revision` (0: since nothing was sent)."""
    assert sheet.latest is not None
    base = next((row for row in sheet.revisions if row.revision == base_revision), None)
    return {
        "sentence": " ".join(stale_words(sheet.latest, sheet.zone)),
        "changes": changes(base, sheet.latest, sheet.villages),
    }


@login_not_required
@says_what_is_not_expected
def submit(request: Request, code: str, slot: str) -> HttpResponse:
    """Send. What is not taken comes back with its sentences, every character kept, and is saved as a draft."""
    if request.method != "POST" or not request.user.is_authenticated:
        return _to_form(request, code, slot)
    expected = expected_or_404(request.user, code, slot)
    check_can_report(request.user, code)
    typed, channels = keyed(typed_from(request.POST)), channels_for(request.user, code)
    sheet, now = Sheet(expected), timezone.now()
    shown = ReportForm(sheet, typed, now=now, channels=channels, unchanged=is_short(typed), check=True)
    if not shown.is_valid():
        return _not_sent(request, shown)
    try:
        sent = submit_report(
            expected=expected,
            by=request.user,
            content=shown.content(),
            client_key=shown.client_key,
            base_revision=shown.base_revision,
            now=now,
            channel=shown.cleaned_data.get("channel", Channel.WEB),
            on_behalf_of=shown.cleaned_data.get("on_behalf_of", ""),
        )
    except RulesBroken as error:
        shown.refuse(error.sentences)
        return _not_sent(request, shown)
    except ReportRefused as error:
        return _conflict(request, sheet, typed, error)
    if sent.is_repeat:
        messages.info(
            request, _("Laporan ini sudah kami terima sebelumnya; kode terimanya sama. Tidak ada yang ganda.")
        )
    return redirect("report_receipt", code, slot, sent.report.receipt)


def _not_sent(request: Request, shown: ReportForm) -> HttpResponse:
    """With its mistakes; where no report is taken now, that first: nobody mends figures in vain."""
    try:
        check_is_expected(shown.sheet.expected)
        check_is_open(shown.sheet.expected, shown.sheet.latest, shown.now)
    except (NotExpected, NotOpen) as error:
        return _conflict(request, shown.sheet, shown.typed, error)
    draft = save_draft(expected=shown.sheet.expected, by=request.user, typed=shown.typed)
    return _form_page(request, shown, status=422, draft_saved_at=draft.saved_at if draft else None)


def _conflict(request: Request, sheet: Sheet, typed: Typed, error: ReportRefused) -> HttpResponse:
    """Not taken for a reason that lies outside the form: say it, keep what was typed, make the next press count."""
    fresh = Sheet(sheet.expected)
    notice: dict[str, Any] = {"sentence": str(error)}
    if isinstance(error, StaleForm):
        notice = _stale_notice(fresh, error.base.revision if error.base else 0)
    elif isinstance(error, (NotOpen, NotExpected)):
        notice = _not_open_notice(sheet.expected, error)
    typed = rebased(typed, _seen_revision(fresh, typed, error), new_key=isinstance(error, ContentChanged))
    draft = save_draft(expected=sheet.expected, by=request.user, typed=typed)
    channels = channels_for(request.user, sheet.expected.kecamatan_id)
    shown = ReportForm(fresh, typed, now=timezone.now(), channels=channels, unchanged=is_short(typed))
    return _form_page(request, shown, status=422, notice=notice, draft_saved_at=draft.saved_at if draft else None)


def show_again(request: Request, code: str, slot: str) -> HttpResponse:
    """The form as typed with a fresh token, where the old one was refused. Nothing is written: who knows who sent it."""
    expected = expected_or_404(request.user, code, slot)
    check_can_report(request.user, code)
    typed = keyed(typed_from(request.POST))
    channels = channels_for(request.user, code)
    shown = ReportForm(Sheet(expected), typed, now=timezone.now(), channels=channels, unchanged=is_short(typed))
    sentence = _("Halaman tadi sudah kedaluwarsa. Isian Anda utuh di bawah dan BELUM terkirim. Kirim sekali lagi.")
    return _form_page(request, shown, status=403, notice={"sentence": sentence})


def _not_open_notice(expected: ExpectedReport, error: NotOpen | NotExpected) -> dict[str, Any]:
    """With whom to call, and the way to the form that is open, where what was typed appears again."""
    notice: dict[str, Any] = {"sentence": f"{error} {_kept_words()}", "call": error.call}
    current = current_expected(expected.election, expected.kecamatan, timezone.now())
    if isinstance(error, NotExpected) or current is None or current.due_at <= expected.due_at:
        return notice
    href = reverse("report_form", args=[current.kecamatan_id, current.slot])
    return notice | {"href": href, "link": _("Buka formulir yang sedang berjalan")}


def _seen_revision(fresh: Sheet, typed: Typed, error: ReportRefused) -> int:
    """The newest revision the person has been told of; what came after it stands in the way of the next press too."""
    if isinstance(error, StaleForm) and fresh.latest:
        return fresh.latest.revision
    if isinstance(error, ContentChanged) and error.report:
        return error.report.revision
    return base_of(typed)


@login_not_required
@says_what_is_not_expected
def save_draft_now(request: Request, code: str, slot: str) -> HttpResponse:
    if request.method != "POST" or not request.user.is_authenticated:
        return _to_form(request, code, slot)
    expected = expected_or_404(request.user, code, slot)
    check_can_report(request.user, code)
    typed = keyed(typed_from(request.POST))
    draft = save_draft(expected=expected, by=request.user, typed=typed)
    context = {"draft_saved_at": draft.saved_at if draft else None, "zone": expected.kecamatan.time_zone}
    if request.htmx:
        return render(request, "districts/_report_draft.html", context)
    messages.success(request, _("Draf tersimpan. Laporan belum terkirim."))
    return redirect(_form_address(code, slot, typed))


def _to_form(request: HttpRequest, code: str, slot: str) -> HttpResponse:
    """Not a POST of somebody signed in: keep what was typed in this browser's session, and sign in first."""
    typed = keyed(typed_from(request.POST)) if request.POST else {}
    address = _form_address(code, slot, typed)
    if request.user.is_authenticated:
        return redirect(address)
    if typed and not keep_in_session(request.session, code, slot, typed, timezone.now()):
        return render(request, "400.html", status=413)
    return redirect_to_login(address)


def _form_address(code: str, slot: str, typed: Typed) -> str:
    address = reverse("report_form", args=[code, slot])
    return f"{address}?{urlencode({SHORT: 1})}" if is_short(typed) else address


@require_safe
def receipt(request: Request, code: str, slot: str, receipt: str) -> HttpResponse:
    expected = expected_or_404(request.user, code, slot)
    found = get_object_or_404(expected.reports.select_related("submitted_by"), receipt=receipt.upper())
    context = page_frame(request, expected, timezone.now()) | {
        "expected": expected,
        "report": found,
        "was_late": found.revision == 1 and not is_on_time(expected, found.submitted_at),
        "exception": exception_at(exceptions_of(expected), found.submitted_at) if is_outside(expected, found) else None,
        "photo_count": expected.photos.count(),
        "may_add_photo": can_report(request.user, code),
    }
    return render(request, "districts/report_receipt.html", context)


@require_POST
def accept(request: Request, code: str, slot: str, revision: int) -> HttpResponse:
    expected = expected_or_404(request.user, code, slot)
    check_can_run_desk(request.user, code)
    return _decide(request, expected, revision, Decision.ACCEPTED, "")


@require_POST
def send_back(request: Request, code: str, slot: str, revision: int) -> HttpResponse:
    expected = expected_or_404(request.user, code, slot)
    check_can_run_desk(request.user, code)
    return_form = ReturnForm(request.POST)
    if not return_form.is_valid():
        return report_page(request, Sheet(expected), status=422, return_form=return_form)
    return _decide(request, expected, revision, Decision.RETURNED, return_form.cleaned_data["reason"])


def _decide(request: Request, expected: ExpectedReport, revision: int, decision: Decision, reason: str) -> HttpResponse:
    found = get_object_or_404(Report, expected=expected, revision=revision)
    try:
        decide_report(report=found, decision=decision, by=request.user, now=timezone.now(), reason=reason)
    except ReportRefused as error:
        messages.error(request, str(error))
    else:
        said = _("Laporan diterima.") if decision == Decision.ACCEPTED else _("Laporan dikembalikan ke kecamatan.")
        messages.success(request, said)
    return redirect("report", expected.kecamatan_id, expected.slot)


@require_POST
def add_photo_now(request: Request, code: str, slot: str) -> HttpResponse:
    expected = expected_or_404(request.user, code, slot)
    check_can_report(request.user, code)
    taken = request.POST.get("diambil", "")
    take_photo(request, lambda upload: add_photo(expected=expected, by=request.user, upload=upload, taken=taken))
    return redirect("report", code, slot)


@require_safe
def photo(request: Request, code: str, slot: str, position: int) -> FileResponse:
    """For who may see the report."""
    expected = expected_or_404(request.user, code, slot)
    found = get_object_or_404(expected.photos, position=position)
    return photo_response(found.image, f"{code}-{slot}-{position}.jpg")
