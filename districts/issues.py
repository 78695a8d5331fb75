"""Obstacles from raised to closed: who may do what, and the writes. Every step leaves a note; nothing is overwritten.

A state changes only from an open one, under a lock of the issue's row, so two people closing at once close it once.
A client key sent again changes nothing and gives the same result.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from districts.access import AccessRefused, Role, can_run_desk, check_can_run_desk, scope_of
from districts.client_keys import key_used
from districts.models import (
    Agency,
    Election,
    Issue,
    IssueCategory,
    IssueKind,
    IssueLevel,
    IssueNote,
    IssueState,
    Region,
)
from districts.models.issues import CLOSED_STATES
from districts.outbox import mark_stale
from districts.reports.issues import DUE_DAYS, OWNERS
from districts.templatetags.siap import moment

if TYPE_CHECKING:
    from districts.models import User

#: Who may add to an issue in their region: the camat's staff, the desk, and the institutions that own issues (DESIGN).
NOTE_ROLES = (Role.REPORTER, Role.DESK, Role.PARTNER, Role.KPU)
#: Who works on issues and so may say that work began.
WORKING_ROLES = (Role.DESK, Role.PARTNER, Role.KPU)


class IssueRefused(Exception):
    """The issue is not in a state for this, or the form's key was used elsewhere; carries the sentence to show."""


def can_raise_issue(user: "User", kecamatan_code: str) -> bool:
    return scope_of(user).covers(kecamatan_code, Role.REPORTER, Role.DESK)


def check_can_raise_issue(user: "User", kecamatan_code: str) -> None:
    if not can_raise_issue(user, kecamatan_code):
        raise AccessRefused(_("Hanya petugas kecamatan ini atau Desk Pilkada yang dapat mencatat kendala."))


def can_note_issue(user: "User", kecamatan_code: str) -> bool:
    return scope_of(user).covers(kecamatan_code, *NOTE_ROLES)


def check_can_note_issue(user: "User", kecamatan_code: str) -> None:
    if not can_note_issue(user, kecamatan_code):
        raise AccessRefused(
            _("Hanya petugas kecamatan ini, Desk Pilkada, KPU atau instansi mitra yang dapat mencatat tindak lanjut.")
        )


def can_start_work(user: "User", kecamatan_code: str) -> bool:
    return scope_of(user).covers(kecamatan_code, *WORKING_ROLES)


def can_run_issues(user: "User", kecamatan_code: str) -> bool:
    """Assign and close: the desk of the region or of one above."""
    return can_run_desk(user, kecamatan_code)


def raise_issue(
    *,
    election: Election,
    kecamatan: Region,
    kind: str,
    category: str,
    title: str,
    by: "User",
    now: datetime,
    level: int = IssueLevel.MEDIUM,
    client_key: UUID | None = None,
    **particulars: Any,
) -> Issue:
    """A new issue, with the owner its category and the due date its level suggest. `particulars`: detail and, of a
    security event, occurred_at, place, action_taken and needs_help. The same key from the same person gives the issue
    it made the first time; IssueRefused for a key used elsewhere.
    """
    check_can_raise_issue(by, kecamatan.pk)
    return open_issue(
        election=election, kecamatan=kecamatan, kind=kind, category=category, title=title, by=by, now=now, level=level,
        client_key=client_key, **particulars,
    )  # fmt: skip


def open_issue(
    *,
    election: Election,
    kecamatan: Region,
    category: str,
    title: str,
    by: "User",
    now: datetime,
    kind: str = IssueKind.OBSTACLE,
    level: int = IssueLevel.MEDIUM,
    owner: str | None = None,
    client_key: UUID | None = None,
    **particulars: Any,
) -> Issue:
    """`raise_issue` for a caller that has itself checked what the person may do, e.g. a hand-over with a difference.

    `owner` is the code of the agency that answers; None: the one its category suggests.
    """
    issue = Issue(
        election=election,
        kecamatan=kecamatan,
        kind=kind,
        category=category,
        title=title,
        level=level,
        owner=Agency.objects.filter(pk=owner or OWNERS[IssueCategory(category)]).first(),
        due_at=now + timedelta(days=DUE_DAYS[IssueLevel(level)]),
        raised_by=by,
        raised_at=now,
        client_key=client_key or uuid4(),
        **particulars,
    )
    try:
        with transaction.atomic():
            issue.save(force_insert=True)
            mark_stale(election, [kecamatan.pk], cause="issue")
    except IntegrityError:
        earlier = Issue.objects.filter(client_key=issue.client_key).first()
        if earlier is None:
            raise
        if (earlier.raised_by_id, earlier.kecamatan_id) != (by.pk, kecamatan.pk):
            raise IssueRefused(key_used()) from None
        return earlier
    return issue


@transaction.atomic
def assign_issue(
    *,
    issue: Issue,
    owner: Agency,
    level: int,
    due_at: datetime | None,
    by: "User",
    now: datetime,
    text: str = "",
    client_key: UUID | None = None,
) -> None:
    """Give the issue an owner, a level and a due date; also to change them later. Work that began stays begun."""
    check_can_run_desk(by, issue.kecamatan_id)
    locked = _open_and_locked(issue, client_key)
    if locked is None:
        return
    state = IssueState.WORKING if locked.state == IssueState.WORKING else IssueState.ASSIGNED
    said = _assigned_words(owner, level, due_at, locked.kecamatan.time_zone)
    Issue.objects.filter(pk=issue.pk).update(owner=owner, level=level, due_at=due_at, state=state)
    _note(locked, by, now, IssueState.ASSIGNED, f"{said}. {text}".strip(), client_key)
    mark_stale(locked.election_id, [locked.kecamatan_id], cause="issue")


@override("id")  # stored for everybody
def _assigned_words(owner: Agency, level: int, due_at: datetime | None, zone: str) -> str:
    said = _("{owner}, tingkat {level}").format(owner=owner, level=IssueLevel(level).label.lower())
    return said + _(", tenggat {due}").format(due=moment(due_at, zone)) if due_at else said


@transaction.atomic
def note_issue(
    *, issue: Issue, text: str, by: "User", now: datetime, work_began: bool = False, client_key: UUID | None = None
) -> None:
    """Add what was done. `work_began` moves an assigned issue on, where the person is one who works on it."""
    check_can_note_issue(by, issue.kecamatan_id)
    locked = _open_and_locked(issue, client_key)
    if locked is None:
        return
    moved = ""
    if work_began and locked.state == IssueState.ASSIGNED and can_start_work(by, locked.kecamatan_id):
        moved = IssueState.WORKING
        Issue.objects.filter(pk=issue.pk).update(state=moved)
        mark_stale(locked.election_id, [locked.kecamatan_id], cause="issue")
    _note(locked, by, now, moved, text, client_key)


@transaction.atomic
def tell_issue(*, issue: Issue, text: str, by: "User", now: datetime) -> None:
    """A note for a caller that has itself checked what the person may do. An issue that is closed is left as it is."""
    locked = Issue.objects.select_for_update().get(pk=issue.pk)
    if locked.state not in CLOSED_STATES:
        _note(locked, by, now, "", text, None)


@transaction.atomic
def close_issue(
    *, issue: Issue, state: str, text: str, by: "User", now: datetime, client_key: UUID | None = None
) -> None:
    """Close as done or cancelled, with the reason."""
    check_can_run_desk(by, issue.kecamatan_id)
    if state not in CLOSED_STATES:
        raise IssueRefused(_("Pilih selesai atau dibatalkan."))
    locked = _open_and_locked(issue, client_key)
    if locked is None:
        return
    Issue.objects.filter(pk=issue.pk).update(state=state, closed_by=by, closed_at=now)
    _note(locked, by, now, state, text, client_key)
    mark_stale(locked.election_id, [locked.kecamatan_id], cause="issue")


def _open_and_locked(issue: Issue, client_key: UUID | None) -> Issue | None:
    """The issue as it is now, locked until the transaction ends; None when this very step was made before."""
    # who closed it is read after the lock: a join would show what it was before the wait
    locked = Issue.objects.select_for_update(of=("self",)).select_related("kecamatan").get(pk=issue.pk)
    earlier = IssueNote.objects.filter(client_key=client_key).first() if client_key else None
    if earlier is not None and earlier.issue_id != issue.pk:
        raise IssueRefused(key_used())
    if earlier is not None:
        return None
    if locked.state in CLOSED_STATES:
        raise IssueRefused(
            _("Kendala ini sudah ditutup oleh {name} pada {time}. Tidak ada yang diubah.").format(
                name=locked.closed_by, time=moment(locked.closed_at, locked.kecamatan.time_zone)
            )
        )
    return locked


def _note(issue: Issue, by: "User", now: datetime, state: str, text: str, client_key: UUID | None) -> None:
    IssueNote.objects.create(issue=issue, by=by, at=now, state=state, text=text, client_key=client_key or uuid4())
