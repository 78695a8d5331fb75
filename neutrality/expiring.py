"""Early information that was not forwarded within the seven days runs out by itself, on the day after (DOMAIN 4.4, 3c)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from districts.weeks import ZONES, local_date
from neutrality.clocks import end_clocks
from neutrality.flow import State
from neutrality.models import Case, CaseClock, CaseMove, ClockName
from neutrality.sealing import seal

WAITING = (State.NEW, State.CHECKING)


@transaction.atomic
def expire_cases(*, now: datetime) -> int:
    """Move what is past its last day to EXPIRED, with the reason; how many. Again changes nothing.

    A case that somebody moves at this moment is left to the next run. A constant number of statements.
    """
    past = Q(pk__in=[])
    for zone in ZONES:
        past |= Q(case__regency__time_zone=zone, due_on__lt=local_date(zone, now))
    late = CaseClock.objects.filter(past, name=ClockName.REPORT, met_on=None, case__state__in=WAITING)
    locked = Case.objects.filter(pk__in=late.values("case"), state__in=WAITING).order_by("pk")
    cases = list(locked.select_for_update(skip_locked=True).values_list("pk", "state"))
    if not cases:
        return 0
    reason = seal(_("Lewat 7 hari sejak diketahui tanpa diteruskan ke Bawaslu."))
    CaseMove.objects.bulk_create(
        CaseMove(case_id=pk, from_state=state, to_state=State.EXPIRED, at=now, reason=reason, has_reason=True)
        for pk, state in cases
    )
    for zone in ZONES:
        end_clocks([pk for pk, _state in cases], State.EXPIRED, local_date(zone, now), zone=zone)
    return len(cases)
