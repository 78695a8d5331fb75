"""Where a packed TPS can be, and the hops between those places: who hands over, who receives (DOMAIN 3.4)."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from districts.access import Role


class Stage(models.IntegerChoices):
    """Where the parcel of a TPS is, in the order of its way. Even tens are places, odd tens are on the way."""

    OPEN = 0, _("Belum dikemas")
    PACKED = 10, _("Dikemas di gudang KPU")
    TO_PPK = 20, _("Menuju PPK (kecamatan)")
    AT_PPK = 30, _("Di PPK (kecamatan)")
    TO_PPS = 40, _("Menuju PPS (desa)")
    AT_PPS = 50, _("Di PPS (desa)")
    TO_TPS = 60, _("Menuju TPS")
    AT_TPS = 70, _("Di TPS")
    BACK_TO_PPS = 80, _("Kembali, menuju PPS (desa)")
    BACK_AT_PPS = 90, _("Kembali, di PPS (desa)")
    BACK_TO_PPK = 100, _("Kembali, menuju PPK (kecamatan)")
    BACK_AT_PPK = 110, _("Kembali, di PPK (kecamatan)")
    BACK_TO_KPU = 120, _("Kembali, menuju gudang KPU")
    BACK_AT_KPU = 130, _("Kembali di gudang KPU")


#: Resting places a liaison may state in a file of stages.
RESTING = (
    Stage.PACKED,
    Stage.AT_PPK,
    Stage.AT_PPS,
    Stage.AT_TPS,
    Stage.BACK_AT_PPS,
    Stage.BACK_AT_PPK,
    Stage.BACK_AT_KPU,
)


class HopName(models.TextChoices):
    """From which place to which a shipment goes. Some places hand over directly, without the PPS."""

    KPU_PPK = "kpu-ppk", _("Gudang KPU ke PPK (kecamatan)")
    PPK_PPS = "ppk-pps", _("PPK (kecamatan) ke PPS (desa)")
    PPS_TPS = "pps-tps", _("PPS (desa) ke TPS")
    PPK_TPS = "ppk-tps", _("PPK (kecamatan) langsung ke TPS")
    TPS_PPS = "tps-pps", _("TPS kembali ke PPS (desa)")
    PPS_PPK = "pps-ppk", _("PPS (desa) kembali ke PPK (kecamatan)")
    TPS_PPK = "tps-ppk", _("TPS langsung kembali ke PPK (kecamatan)")
    PPK_KPU = "ppk-kpu", _("PPK (kecamatan) kembali ke gudang KPU")


@dataclass(frozen=True, slots=True)
class Hop:
    """One custody to the next. `sender` and `receiver` are the roles that confirm; `agency` answers for a difference."""

    name: HopName
    start: Stage
    moving: Stage
    end: Stage
    sender: Role
    receiver: Role
    sender_place: str | Promise
    receiver_place: str | Promise
    agency: str

    @property
    def is_forward(self) -> bool:
        return self.end <= Stage.AT_TPS


_KPU, _PPK, _PPS, _TPS = _("gudang KPU"), _("PPK (kecamatan)"), _("PPS (desa)"), _("TPS")

HOPS: dict[str, Hop] = {
    hop.name: hop
    for hop in (
        Hop(HopName.KPU_PPK, Stage.PACKED, Stage.TO_PPK, Stage.AT_PPK, Role.KPU, Role.PPK, _KPU, _PPK, "kpu"),
        Hop(HopName.PPK_PPS, Stage.AT_PPK, Stage.TO_PPS, Stage.AT_PPS, Role.PPK, Role.PPK, _PPK, _PPS, "ppk"),
        Hop(HopName.PPS_TPS, Stage.AT_PPS, Stage.TO_TPS, Stage.AT_TPS, Role.PPK, Role.PPK, _PPS, _TPS, "ppk"),
        Hop(HopName.PPK_TPS, Stage.AT_PPK, Stage.TO_TPS, Stage.AT_TPS, Role.PPK, Role.PPK, _PPK, _TPS, "ppk"),
        Hop(HopName.TPS_PPS, Stage.AT_TPS, Stage.BACK_TO_PPS, Stage.BACK_AT_PPS, Role.PPK, Role.PPK, _TPS, _PPS, "ppk"),
        Hop(
            HopName.PPS_PPK, Stage.BACK_AT_PPS, Stage.BACK_TO_PPK, Stage.BACK_AT_PPK,
            Role.PPK, Role.PPK, _PPS, _PPK, "ppk",
        ),
        Hop(HopName.TPS_PPK, Stage.AT_TPS, Stage.BACK_TO_PPK, Stage.BACK_AT_PPK, Role.PPK, Role.PPK, _TPS, _PPK, "ppk"),
        Hop(
            HopName.PPK_KPU, Stage.BACK_AT_PPK, Stage.BACK_TO_KPU, Stage.BACK_AT_KPU,
            Role.PPK, Role.KPU, _PPK, _KPU, "ppk",
        ),
    )
}  # fmt: skip
