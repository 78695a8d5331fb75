"""The writes of a hand-over that are sets over several tables: each one statement, however many TPS and items."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

RECORD = """
    WITH document AS (
        INSERT INTO logistics_document
            (election_id, kind, number, regency_id, kecamatan_id, happened_at, recorded_at, by_id, note, client_key)
        VALUES (%(election)s, %(document_kind)s, %(number)s, %(regency)s, %(kecamatan)s, %(received_at)s, %(now)s,
                %(receiver)s, '', %(client_key)s)
        ON CONFLICT (client_key) DO NOTHING
        RETURNING id
    ), handover AS (
        INSERT INTO logistics_handover
            (shipment_id, is_take_back, sender_id, sent_at, receiver_id, received_at, recorded_at, receiver_name,
             receiver_office, outcome, reason, document_id, issue_id, client_key)
        SELECT %(shipment)s, %(is_take_back)s, %(sender)s, %(sent_at)s, %(receiver)s, %(received_at)s,
               %(now)s, %(receiver_name)s, %(receiver_office)s, %(outcome)s, %(reason)s, document.id, %(issue)s,
               %(client_key)s
        FROM document
        RETURNING id, document_id
    ), counts AS (
        INSERT INTO logistics_handovercount (handover_id, item_id, contest, sent, counted, damaged)
        SELECT handover.id, line.item, line.contest, line.sent, line.counted, line.damaged
        FROM handover CROSS JOIN jsonb_to_recordset(%(counts)s)
            AS line (item text, contest text, sent int, counted int, damaged int)
    ), parcels AS (
        INSERT INTO logistics_handoverparcel (handover_id, parcel_id, is_there, seal_check, seen)
        SELECT handover.id, line.parcel, line.is_there, line.seal_check, line.seen
        FROM handover CROSS JOIN jsonb_to_recordset(%(parcels)s)
            AS line (parcel bigint, is_there boolean, seal_check text, seen text)
    ), differences AS (
        INSERT INTO logistics_difference (handover_id, parcel_id, kind, item_id, contest, quantity, note)
        SELECT handover.id, line.parcel, line.kind, line.item, line.contest, line.quantity, line.note
        FROM handover CROSS JOIN jsonb_to_recordset(%(differences)s)
            AS line (parcel bigint, kind text, item text, contest text, quantity int, note text)
    )
    SELECT id, document_id FROM handover
"""

#: A moment of arrival that was noted before stays: whoever saw it first saw it best.
CLOSE = """
    WITH closed AS (
        UPDATE logistics_shipment
        SET state = %(state)s, closed_by_id = %(closed_by)s, closed_at = %(closed_at)s,
            closing_reason = COALESCE(%(reason)s, closing_reason),
            arrived_by_id = COALESCE(arrived_by_id, %(arrived_by)s), arrived_at = COALESCE(arrived_at, %(arrived_at)s)
        WHERE id = %(shipment)s
    ), released AS (
        UPDATE logistics_shipmentparcel SET released_at = %(now)s
        WHERE shipment_id = %(shipment)s AND parcel_id = ANY (%(parcels)s) AND released_at IS NULL
    )
    UPDATE logistics_parcel SET shipment_id = NULL
    WHERE id = ANY (%(parcels)s) AND shipment_id = %(shipment)s
"""

RELEASE = """
    WITH released AS (
        UPDATE logistics_shipmentparcel SET released_at = %(now)s
        WHERE shipment_id = %(shipment)s AND parcel_id = %(parcel)s AND released_at IS NULL
    )
    UPDATE logistics_parcel SET shipment_id = NULL WHERE id = %(parcel)s AND shipment_id = %(shipment)s
"""


def record(
    facts: Mapping[str, Any],
    *,
    counts: Iterable[Mapping[str, Any]],
    parcels: Iterable[Mapping[str, Any]],
    differences: Iterable[Mapping[str, Any]],
) -> tuple[int, int] | None:
    """Document, hand-over and its rows; `(handover, document)`, or None when the client key was used before."""
    lists = {"counts": counts, "parcels": parcels, "differences": differences}
    with connection.cursor() as cursor:
        cursor.execute(RECORD, {**facts, **{name: json.dumps(list(rows)) for name, rows in lists.items()}})
        made: tuple[int, int] | None = cursor.fetchone()
        return made


def close(
    shipment: int,
    *,
    state: str,
    now: datetime,
    closed_by: int | None = None,
    reason: str | None = None,
    arrived: tuple[int, datetime] | None = None,
    parcels: Iterable[int] = (),
) -> None:
    """Put a shipment into `state` and let go of those `parcels` that reached an end. `arrived`: by whom and when."""
    with connection.cursor() as cursor:
        cursor.execute(
            CLOSE,
            {
                "shipment": shipment, "state": state, "now": now, "closed_by": closed_by, "reason": reason,
                "closed_at": now if closed_by else None, "parcels": list(parcels),
                "arrived_by": arrived[0] if arrived else None, "arrived_at": arrived[1] if arrived else None,
            },
        )  # fmt: skip


def release(shipment: int, parcel: int, *, now: datetime) -> None:
    """Let go of one parcel that was absent at the hand-over and has been settled."""
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, {"shipment": shipment, "parcel": parcel, "now": now})
