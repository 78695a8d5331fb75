from logistics.models.handovers import (
    Difference,
    DifferenceKind,
    HandOver,
    HandOverCount,
    HandOverParcel,
    HandOverPhoto,
    Outcome,
    SealCheck,
)
from logistics.models.items import Item, NeedRule
from logistics.models.parcels import Parcel, ParcelMove, Seal
from logistics.models.shipments import (
    ON_THE_WAY,
    OPEN_STATES,
    Force,
    Mode,
    Plan,
    RouteLeg,
    Shipment,
    ShipmentGoods,
    ShipmentLeg,
    ShipmentParcel,
    ShipmentState,
)
from logistics.models.sorting import DamageClass, Replacement, SortingBatch, SortingDamage
from logistics.models.stock import MOVING_KINDS, Balance, Document, DocumentKind, Movement, Place, PlaceKind

__all__ = [
    "MOVING_KINDS", "ON_THE_WAY", "OPEN_STATES", "Balance", "DamageClass", "Difference", "DifferenceKind", "Document",
    "DocumentKind", "Force", "HandOver", "HandOverCount", "HandOverParcel", "HandOverPhoto",
    "Item", "Mode", "Movement", "NeedRule", "Outcome", "Parcel", "ParcelMove", "Place", "PlaceKind", "Plan",
    "Replacement", "RouteLeg", "Seal", "SealCheck", "Shipment", "ShipmentGoods", "ShipmentLeg", "ShipmentParcel",
    "ShipmentState", "SortingBatch", "SortingDamage",
]  # fmt: skip
