"""The logistics of one kecamatan: where the goods of its TPS are, what leaves when, what is on its way, what was found.

The kecamatan's own page shows the short form of it as a panel. Each function says how many statements it costs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.frame import Opened
from districts.models import Contest, Election
from districts.models.regions import REGENCY_LENGTH
from districts.naming import shown
from logistics import board_sql
from logistics.access import can_keep_stock, can_note_arrival, can_receive, can_send
from logistics.board import Whole
from logistics.board_filters import StationFilter
from logistics.discrepancy import of_kecamatan
from logistics.models import DifferenceKind, DocumentKind, Mode, ShipmentState
from logistics.routes import departures_of
from logistics.stages import HOPS, HopName, Stage
from logistics.steps import Part, parts

if TYPE_CHECKING:
    from districts.models import User

#: TPS on one page of the list [P].
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Village:
    """A desa with TPS: all of them, those that have come so far, and per step of the bar. Unless `is_known`, the KPU wrote
    nothing yet and the counts say nothing.
    """

    code: str
    name: str
    total: int
    packed: int
    ppk: int
    pps: int
    tps: int
    steps: list[int]
    is_known: bool

    @property
    def parts(self) -> list[Part]:
        return parts(self.steps) if self.is_known else parts([], self.total)


@dataclass(frozen=True, slots=True)
class Moving:
    """An open shipment with the leg it is on, and what the person who looks may do with it."""

    code: str
    hop: str
    state: str
    village: str | None
    parcels: int
    departed_at: datetime | None
    departed_by: int | None
    arrived_at: datetime | None
    mode: str | None
    origin: str | None
    destination: str | None
    leg_departed_at: datetime | None
    planned_departure: datetime | None
    planned_arrival: datetime | None
    may_receive: bool
    may_note_arrival: bool

    @property
    def where(self) -> str:
        """*Speedboat, Sangkulirang ke Sandaran*: the leg it is on or that comes next."""
        if not self.mode:
            return ""
        return _("%(mode)s, %(origin)s ke %(destination)s") % {
            "mode": Mode(self.mode).label, "origin": self.origin, "destination": self.destination,
        }  # fmt: skip

    @property
    def hop_label(self) -> str:
        return str(HopName(self.hop).label)

    @property
    def state_label(self) -> str:
        return str(ShipmentState(self.state).label)

    @property
    def is_planned(self) -> bool:
        return self.state == ShipmentState.PLANNED


@dataclass(frozen=True, slots=True)
class Finding:
    """What a receiver found and nobody has settled. `item` None: of the parcel as a whole; `station` None: loose goods."""

    kind: str
    item: str | None
    unit: str | None
    contest: str
    quantity: int | None
    note: str
    station: str | None
    shipment: str
    received_at: datetime
    issue: int | None
    acknowledged_at: datetime | None

    @property
    def label(self) -> str:
        """*Rusak/basah: 12 lembar surat suara bupati*."""
        kind = str(DifferenceKind(self.kind).label)
        if not self.item:
            return kind
        contest = f" {Contest.Kind(self.contest).label.lower()}" if self.contest else ""
        return f"{kind}: {self.quantity} {shown(self.unit or '')} {shown(self.item).lower()}{contest}"


def panels(opened: Opened, election: Election, user: "User") -> dict[str, Any]:
    """Context of the page and of the panel, without the list of TPS."""
    code = opened.place.code
    found = villages(election, code)
    closeup = _closeup(election, code, user)
    whole = whole_of(found)
    return closeup | {
        "villages": found,
        "whole": whole,
        "departures": departures_of(election, code, opened.now),
        "sources": two_sources(election, code),
        "actions": actions(code, user),
        "board_href": reverse("logistics", args=[code[:REGENCY_LENGTH]]),
    }


def villages(election: Election, code: str) -> list[Village]:
    """The desa of a kecamatan that have TPS, by code. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(board_sql.VILLAGES, {"election": election.pk, "code": code})
        return [Village(*row) for row in cursor.fetchall()]


#: What KPU and camat both count, by indicator.
COUNTED = {
    "LOG-06": gettext_lazy("TPS diterima PPK (kecamatan)"),
    "LOG-07": gettext_lazy("TPS diterima PPS (desa)"),
    "LOG-08": gettext_lazy("TPS diterima KPPS"),
}


def two_sources(election: Election, code: str) -> list[dict[str, Any]]:
    """Rows of components/_two_sources.html: KPU's count and the camat's, neither in place of the other. One statement."""
    return [
        {
            "label": COUNTED[each.indicator],
            "official": each.ledger,
            "official_at": each.ledger_at,
            "observed": each.camat,
            "observed_at": each.camat_at,
            "since": each.since,
        }
        for each in of_kecamatan(election, code)
    ]


def whole_of(found: list[Village]) -> Whole:
    """All desa of a kecamatan together."""
    total, packed, ppk, pps, tps = (
        sum(getattr(each, name) for each in found) for name in ("total", "packed", "ppk", "pps", "tps")
    )
    is_known = any(each.is_known for each in found)
    steps = tuple(sum(each.steps[n] for each in found) if is_known else 0 for n in range(len(board_sql.STEPS)))
    return Whole(
        total=total, unknown=0 if is_known else total, steps=steps, packed=packed, ppk=ppk, pps=pps, tps=tps,
        kecamatan=1, kecamatan_done=int(ppk == total), villages=len(found),
        villages_done=sum(each.pps == each.total for each in found), findings=0, written_at=None,
    )  # fmt: skip


def _closeup(election: Election, code: str, user: "User") -> dict[str, Any]:
    """The newest act, the open shipments, the open findings and the mark of the page. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(board_sql.CLOSEUP, {"election": election.pk, "code": code})
        written_at, written_by, kind, shipments, findings, mark = cursor.fetchone()
    return {
        "written_at": written_at,
        "written_by": written_by,
        "written_kind": DocumentKind(kind).label if kind else "",
        "shipments": [_moving(row, code, user) for row in shipments or ()],
        "findings": [Finding(**_with_moments(row)) for row in findings or ()],
        "mark": mark,
    }


def _moving(row: dict[str, Any], code: str, user: "User") -> Moving:
    hop, state = HOPS[row["hop"]], row["state"]
    comes = state in (ShipmentState.UNDERWAY, ShipmentState.ARRIVED)
    return Moving(
        **_with_moments(row),
        may_receive=comes and can_receive(user, hop, code) and row["departed_by"] != user.pk,
        may_note_arrival=state == ShipmentState.UNDERWAY and can_note_arrival(user, hop, code),
    )


def _with_moments(row: dict[str, Any]) -> dict[str, Any]:
    """A row that came as JSON, its instants as such."""
    moments = ("_at", "planned_departure", "planned_arrival")
    return {
        name: datetime.fromisoformat(given) if given and name.endswith(moments) else given
        for name, given in row.items()
    }


def actions(code: str, user: "User") -> list[dict[str, str]]:
    """What the person may begin here, each with its address: pack and send for KPU, send on for PPK."""
    plan = reverse("shipment_plan", args=[code])
    found = []
    if can_keep_stock(user, code[:REGENCY_LENGTH]):
        found.append({"label": _("Kemas TPS"), "href": reverse("packing", args=[code])})
    for hop, label in (
        (HopName.KPU_PPK, _("Kirim ke PPK")),
        (HopName.PPK_PPS, _("Kirim ke PPS (desa)")),
        (HopName.PPS_TPS, _("Kirim ke TPS")),
    ):
        if can_send(user, HOPS[hop], code):
            found.append({"label": label, "href": f"{plan}?ruas={hop}"})
    return found


@dataclass(frozen=True, slots=True)
class Station:
    """A TPS and where its goods are since when; with which open shipment, if any."""

    code: str
    number: int
    village: str
    stage: int
    stage_at: datetime | None
    shipment: str | None

    @property
    def stage_label(self) -> str:
        return str(Stage(self.stage).label)


@dataclass(frozen=True, slots=True)
class StationRows(Sequence[Station]):
    """TPS of a kecamatan in order, read a slice at a time; how many there are is known from the bars. One statement a
    slice.
    """

    election: int
    kecamatan: str
    village: str
    stages: tuple[int, ...]
    length: int

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, wanted: Any) -> Any:
        asked = {
            "election": self.election, "code": self.kecamatan, "village": self.village, "stages": list(self.stages),
            "offset": wanted.start, "limit": wanted.stop - wanted.start,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(board_sql.STATIONS, asked)
            return [Station(*row) for row in cursor.fetchall()]


def station_list(code: str, election: Election, asked: Mapping[str, Any], known: list[Village]) -> dict[str, Any]:
    """Context of _stations.html: the page of TPS that was asked for. One statement."""
    chosen = StationFilter(asked, villages=[(each.code, each.name) for each in known])
    wanted = chosen.chosen()
    village, step = wanted.get("desa", ""), wanted.get("tahap")
    stages = board_sql.STEPS[int(step)] if step else tuple(Stage.values)
    shown = [each for each in known if village in ("", each.code)]
    length = sum(each.steps[int(step)] if step else each.total for each in shown)
    rows = StationRows(election.pk, code, village, stages, length)
    page = Paginator(rows, PER_PAGE).get_page(asked.get("page"))
    is_known = any(each.is_known for each in known)
    return {"page": page, "is_known": is_known, "filters": chosen.controls(), "query": chosen.query()}
