"""What the authority decided: level and date in clear, the decree sealed, for with its number a name can be found."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from districts.weeks import local_date
from neutrality.cases import CaseRefused, lock_open
from neutrality.flow import State
from neutrality.models import Case, Sanction, SanctionLevel
from neutrality.sealing import seal

if TYPE_CHECKING:
    from districts.models import User


@sensitive_variables("decree")
@transaction.atomic
def note_sanction(
    *, case: Case, level: str, decree: str, decided_on: date, by: "User", now: datetime, client_key: UUID
) -> Sanction:
    """One sanction of a case whose step says that it was given; several reported may get one each. The same key gives
    the same row. CaseRefused otherwise.
    """
    locked = lock_open(case, by)
    if made := Sanction.objects.filter(client_key=client_key).first():
        if (made.case_id, made.level, made.recorded_by_id) != (case.pk, level, by.pk):
            raise CaseRefused(_("Formulir ini sudah dipakai untuk sanksi lain. Muat ulang, lalu isi lagi."))
        return made
    if locked.state != State.SANCTIONED:
        raise CaseRefused(
            _("Catat dulu langkah “{state}”, lalu tingkat dan keputusannya.").format(state=State.SANCTIONED.label)
        )
    if level not in SanctionLevel.values:
        raise CaseRefused(_("Pilih tingkat sanksi."))
    if not locked.known_on <= decided_on <= local_date(locked.regency.time_zone, now):
        raise CaseRefused(_("Tanggal keputusan tidak boleh sebelum kejadian diketahui atau sesudah hari ini."))
    return Sanction.objects.create(
        case=locked, level=level, decree=seal(decree), decided_on=decided_on, recorded_by=by, recorded_at=now,
        client_key=client_key,
    )  # fmt: skip
