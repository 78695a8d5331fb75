"""What of logistics the database watches, what not and why, and which logs are never changed (`districts.audited`)."""

from districts.audit.triggers import Kept, Watched

WHERE = "SELECT coalesce(s.village_id, s.kecamatan_id) FROM logistics_shipment s WHERE s.id = r.shipment_id"
HANDED = (
    "SELECT coalesce(s.village_id, s.kecamatan_id) FROM logistics_handover h"
    " JOIN logistics_shipment s ON s.id = h.shipment_id WHERE h.id = r.handover_id"
)

WATCHED = [
    Watched("logistics.Item"),
    Watched("logistics.NeedRule"),
    # every act on the stock, corrections above all: who, when, from where, on what paper
    Watched("logistics.Document", region="coalesce(r.kecamatan_id, r.regency_id)", unread=("said",)),
    Watched("logistics.RouteLeg", region="coalesce(r.village_id, r.kecamatan_id)", unread=("updated_at",)),
    Watched("logistics.Shipment", region="coalesce(r.village_id, r.kecamatan_id)"),
    Watched("logistics.ShipmentLeg", region=WHERE),
    Watched("logistics.HandOver", region="SELECT coalesce(s.village_id, s.kecamatan_id) FROM logistics_shipment s"
            " WHERE s.id = r.shipment_id"),
    Watched("logistics.Difference", region=HANDED),
    Watched("logistics.Replacement", region="r.regency_id"),
    Watched(
        "logistics.SortingBatch",
        region="SELECT d.regency_id FROM logistics_document d WHERE d.id = r.document_id",
    ),
]  # fmt: skip

NOT_WATCHED = {
    "logistics.Place": "an account of the ledger, made by its first movement",
    "logistics.Movement": "the ledger: append-only, each line hangs on a document, which is watched",
    "logistics.Balance": "kept from movements by a trigger alone",
    "logistics.Parcel": "its stage is kept from parcel moves by a trigger alone",
    "logistics.ParcelMove": "a ledger: append-only, each line hangs on a document, which is watched",
    "logistics.Seal": "put on and taken off by documents, which are watched",
    "logistics.ShipmentParcel": "packing list of a shipment, which is watched",
    "logistics.ShipmentGoods": "packing list of a shipment, which is watched",
    "logistics.HandOverCount": "written once with its hand-over, which is watched",
    "logistics.HandOverParcel": "written once with its hand-over, which is watched",
    "logistics.HandOverPhoto": "a photo of a hand-over; says itself who put it there and when",
    "logistics.SortingDamage": "written once with its batch, which is watched",
}

#: The ledger refuses itself that its rows change (migration `0002_ledger`).
KEPT = [
    Kept("logistics.Document"), Kept("logistics.Movement"), Kept("logistics.ParcelMove"),
    # what two people counted and signed together is written once
    Kept("logistics.HandOverCount", rows=True), Kept("logistics.HandOverParcel", rows=True),
    Kept("logistics.HandOverPhoto", rows=True), Kept("logistics.SortingDamage", rows=True),
]  # fmt: skip
