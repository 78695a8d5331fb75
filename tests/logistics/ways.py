"""Routes and shipments for tests."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

from logistics.models import Parcel, RouteLeg, Shipment
from logistics.routes import replace_route
from logistics.shipping import plan_shipment
from logistics.stages import HOPS, HopName
from tests.conftest import NOW

#: Truck to the harbour, navy ship by day, longboat to the PPK.
TO_SANDARAN = (("truk", "1.5", None), ("kapal_al", "9", (time(5), time(17))), ("perahu", "1.5", (time(6), time(18))))


def leg(mode="truk", hours="2", window=None, **more) -> dict:
    """Fields of a leg of a route or, with `plan`, of a shipment."""
    opens, closes = window or (None, None)
    return {
        "origin": "Gudang KPU", "destination": "PPK", "mode": mode, "hours": Decimal(hours), "window_from": opens,
        "window_until": closes, **more,
    }  # fmt: skip


def make_route(world, kecamatan="64.08.11", hop="kpu-ppk", ways=TO_SANDARAN, plan="A", village=None) -> list[RouteLeg]:
    return replace_route(
        kecamatan=world.regions[kecamatan], hop=HopName(hop), plan=plan, village=village,
        legs=[leg(*way) for way in ways], by=world.people["kpu-kutim" if kecamatan < "64.11" else "admin"],
    )  # fmt: skip


def make_shipment(
    world, parcels: list[Parcel], hop="kpu-ppk", kecamatan="64.08.11", now: datetime = NOW, **more
) -> Shipment:
    """A planned shipment of `parcels` with one leg, by the liaison of KPU or the PPK, whoever sends."""
    sender = more.pop("by", "kpu-kutim" if hop.startswith("kpu") else "ppk-sandaran")
    asked = {
        "goods": {}, "legs": [leg(plan="A", planned_departure=now + timedelta(hours=1))], "client_key": uuid4(),
        "stations": [parcel.polling_station_id for parcel in parcels],
    } | more  # fmt: skip
    return plan_shipment(
        election=world.election, kecamatan=world.regions[kecamatan], hop=HOPS[hop], by=world.people[sender], now=now,
        **asked,
    )  # fmt: skip
