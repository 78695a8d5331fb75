"""Whether a kecamatan can be reached: said by the desk or found by a rule, always with an end. The one place that says so.

At most one `Reachability` of a kecamatan is in force; the row of the kecamatan is the lock. A new one ends the one before.
What is unreachable stays silent and grey: it explains missing figures and replaces none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from districts.access import check_can_run_desk
from districts.models import ContactAttempt, ExpectedReport, Reachability, ReachRule, Region
from districts.templatetags.siap import moment

if TYPE_CHECKING:
    from districts.models import User

FAILED = (ContactAttempt.Outcome.NO_ANSWER, ContactAttempt.Outcome.UNREACHABLE)


class ReachRefused(Exception):
    """Nothing was set; carries the sentence to show, beside the field `field` where it is about one."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Reach:
    """What holds for a kecamatan now, in words."""

    pk: int
    state: str
    label: str
    source: str  # who said so or which rule, with the reason
    until: datetime


def set_reachability(
    *, kecamatan: str, state: str, reason: str, ends_at: datetime, client_key: UUID, by: "User", now: datetime
) -> Reachability:
    """The desk says how the kecamatan can be reached until `ends_at`; what held before ends now.

    The same key from the same person changes nothing. AccessRefused for others than the desk, else `ReachRefused`.
    """
    check_can_run_desk(by, kecamatan)
    latest = now + timedelta(days=settings.REACHABILITY_MOST_DAYS)
    with transaction.atomic():
        lock(kecamatan)
        made = Reachability.objects.filter(client_key=client_key).first()
        if made is None:
            if not now < ends_at <= latest:
                raise ReachRefused(
                    _("Batasnya harus sesudah sekarang dan paling lama %(days)d hari. Pilih waktu sebelum %(latest)s.")
                    % {"days": settings.REACHABILITY_MOST_DAYS, "latest": moment(latest, _zone(kecamatan))},
                    "ends_at",
                )
            _end_in_force(kecamatan, by, now)
            return Reachability.objects.create(
                kecamatan_id=kecamatan, state=state, reason=reason, set_by=by, starts_at=now, ends_at=ends_at,
                client_key=client_key,
            )  # fmt: skip
    if made.set_by_id != by.pk or made.kecamatan_id != kecamatan:
        raise ReachRefused(_("Isian ini bentrok dengan isian lain. Muat ulang halaman lalu tetapkan lagi."))
    return made


def end_reachability(*, reach: Reachability, by: "User", now: datetime) -> None:
    """The kecamatan is reachable again. ReachRefused when that was so already."""
    check_can_run_desk(by, reach.kecamatan_id)
    if not Reachability.objects.in_force(now).filter(pk=reach.pk).update(ended_by=by, ended_at=now):
        raise ReachRefused(_("Keadaan ini sudah berakhir. Muat ulang halaman; tidak ada yang diubah."))


def lock(kecamatan: str) -> None:
    """Wait for whoever sets the reachability of the kecamatan right now. Inside a transaction."""
    Region.objects.select_for_update(no_key=True).only("pk").get(pk=kecamatan)


def _zone(kecamatan: str) -> str:
    return Region.objects.values_list("time_zone", flat=True).get(pk=kecamatan)


def _end_in_force(kecamatan: str, by: "User", now: datetime) -> None:
    Reachability.objects.in_force(now).filter(kecamatan=kecamatan).update(ended_by=by, ended_at=now)


def heard_from(*, kecamatan: str, by: "User", now: datetime) -> None:
    """Somebody there answered or reported: over is unreachable, whoever said so, and what a rule found. What the desk
    calls hard to reach stays. One statement.
    """
    refuted = Q(state=Reachability.State.UNREACHABLE) | Q(set_by__isnull=True)
    Reachability.objects.in_force(now).filter(refuted, kecamatan=kecamatan).update(ended_by=by, ended_at=now)


#: What each rule says. A telephone that rings and is not answered has signal: hard to reach, not unreachable.
FOUND = {
    ReachRule.NO_SIGNAL: Reachability.State.UNREACHABLE,
    ReachRule.BLANKSPOT: Reachability.State.UNREACHABLE,
    ReachRule.FAILED_CALLS: Reachability.State.HARD,
}


def follow_call(*, attempt: ContactAttempt, by: "User") -> None:
    """What a call that was just noted says by rule [P], until the slot closes: one that is answered ends what a rule
    found; a call without signal makes the kecamatan unreachable; as many unanswered ones in a row as the settings say
    make it hard to reach.

    Inside the transaction of the note. What the desk set stays: it knows better than a rule.
    """
    expected = attempt.expected
    if attempt.outcome not in FAILED:
        heard_from(kecamatan=expected.kecamatan_id, by=by, now=attempt.at)
        return
    lock(expected.kecamatan_id)
    rule = _rule_of(attempt)
    if rule is None or attempt.at >= expected.closes_at:
        return
    held = Reachability.objects.in_force(attempt.at).filter(kecamatan=expected.kecamatan_id).first()
    if held is not None and (held.set_by_id is not None or held.state in (Reachability.State.UNREACHABLE, FOUND[rule])):
        return
    _end_in_force(expected.kecamatan_id, by, attempt.at)
    Reachability.objects.create(
        kecamatan_id=expected.kecamatan_id, state=FOUND[rule], rule=rule, starts_at=attempt.at,
        ends_at=expected.closes_at, client_key=uuid4(),
    )  # fmt: skip


def _rule_of(attempt: ContactAttempt) -> ReachRule | None:
    if attempt.outcome == ContactAttempt.Outcome.UNREACHABLE:
        return ReachRule.NO_SIGNAL
    if _all_without_signal(attempt.expected.kecamatan_id):
        return ReachRule.BLANKSPOT
    if _failed_in_a_row(attempt.expected) >= settings.UNREACHABLE_AFTER_FAILED_CALLS:
        return ReachRule.FAILED_CALLS
    return None


def _failed_in_a_row(expected: ExpectedReport) -> int:
    outcomes = expected.contact_attempts.order_by("-at", "-pk").values_list("outcome", flat=True)
    count = 0
    for outcome in outcomes[: settings.UNREACHABLE_AFTER_FAILED_CALLS]:
        if outcome not in FAILED:
            break
        count += 1
    return count


#: Every desa is known to lack signal; one that is not known is no proof.
_ALL_WITHOUT_SIGNAL = """
SELECT count(*) > 0 AND bool_and(COALESCE(profile.signal = 0, false))
FROM districts_region village LEFT JOIN districts_villageprofile profile ON profile.region_id = village.code
WHERE village.parent_id = %s"""


def _all_without_signal(kecamatan: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ALL_WITHOUT_SIGNAL, [kecamatan])
        return bool(cursor.fetchone()[0])


def reach_now(codes: list[str], now: datetime) -> dict[str, Reach]:
    """What is in force, by kecamatan; those that are reachable are left out. One statement."""
    held = Reachability.objects.in_force(now).filter(kecamatan__in=codes).select_related("set_by")
    return {row.kecamatan_id: _in_words(row) for row in held}


def _in_words(row: Reachability) -> Reach:
    if row.set_by is None:
        source = _("aturan: %(rule)s") % {"rule": row.get_rule_display()}
    else:
        source = _("%(who)s: %(reason)s") % {"who": row.set_by, "reason": row.reason}
    return Reach(row.pk, row.state, str(row.get_state_display()), source, row.ended_at or row.ends_at)
