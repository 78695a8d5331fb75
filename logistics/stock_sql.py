"""The statements behind the stock of a regency: how much of each item is where, and the stock card of one item."""

#: Every account of the ledger that belongs to a regency: its places and those below it, the parcels of its TPS and the
#: cargo of its shipments. `%(below)s` is `64.08.%%`.
ACCOUNTS = """
    account AS (
        SELECT place.id, place.kind, place.region_id FROM logistics_place place
        WHERE place.election_id = %(election)s AND (place.region_id = %(code)s OR place.region_id LIKE %(below)s)
        UNION ALL
        SELECT parcel.place_id, 'paket', NULL FROM logistics_parcel parcel
        JOIN districts_pollingstation station ON station.id = parcel.polling_station_id
        WHERE parcel.election_id = %(election)s AND station.kecamatan_code LIKE %(below)s
        UNION ALL
        SELECT shipment.place_id, 'jalan', NULL FROM logistics_shipment shipment
        WHERE shipment.election_id = %(election)s AND shipment.kecamatan_id LIKE %(below)s
    )
"""

#: Units of each item and contest by kind of place; `diminta` and `diganti` are those of replacements asked and received.
WHERE_ALL_IS = f"""
    WITH {ACCOUNTS}
    SELECT balance.item_id, balance.contest, account.kind, sum(balance.quantity)::bigint
    FROM account JOIN logistics_balance balance ON balance.place_id = account.id
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT asked.item_id, asked.contest, told.kind, sum(told.quantity)::bigint
    FROM logistics_replacement asked
    CROSS JOIN LATERAL (VALUES ('diminta', asked.asked), ('diganti', asked.received)) told (kind, quantity)
    WHERE asked.election_id = %(election)s AND asked.regency_id = %(code)s
    GROUP BY 1, 2, 3
"""

#: Both sides of every movement of an item, one line per document, place and other place: 50 TPS packed at once are one
#: line. `after` is what was in the place then, in the order in which it was recorded.
CARD = f"""
    WITH {ACCOUNTS}, side AS (
        SELECT moved.id, moved.document_id, moved.contest, account.kind, account.region_id,
            other.kind AS other_kind, other.region_id AS other_region, moved.quantity, true AS came, moved.corrects_id
        FROM account JOIN logistics_movement moved ON moved.to_place_id = account.id AND moved.item_id = %(item)s
        LEFT JOIN logistics_place other ON other.id = moved.from_place_id
        UNION ALL
        SELECT moved.id, moved.document_id, moved.contest, account.kind, account.region_id,
            other.kind, other.region_id, moved.quantity, false, moved.corrects_id
        FROM account JOIN logistics_movement moved ON moved.from_place_id = account.id AND moved.item_id = %(item)s
        JOIN logistics_place other ON other.id = moved.to_place_id
    ), line AS (
        SELECT min(id) AS first, count(*) AS movements, document_id, contest, kind, region_id, other_kind, other_region,
            came, sum(quantity)::bigint AS quantity, bool_or(corrects_id IS NOT NULL) AS is_correction
        FROM side GROUP BY document_id, contest, kind, region_id, other_kind, other_region, came
    ), card AS (
        SELECT *, sum(CASE WHEN came THEN quantity ELSE -quantity END) OVER (
            PARTITION BY kind, region_id, contest ORDER BY first, came DESC, other_kind, other_region
            ROWS UNBOUNDED PRECEDING)::bigint AS after
        FROM line
    ), chosen AS (
        SELECT * FROM card WHERE (%(contest)s = '' OR contest = %(contest)s) AND (%(kind)s = '' OR kind = %(kind)s)
    )
"""

CARD_LENGTH = CARD + "SELECT count(*) FROM chosen"

CARD_PAGE = (
    CARD
    + """
    SELECT chosen.first, chosen.movements, chosen.contest, chosen.kind, place.name, chosen.other_kind, other.name,
        chosen.came, chosen.quantity, chosen.after, chosen.is_correction, document.kind, document.number, document.note,
        document.happened_at, document.recorded_at, person.name, person.username
    FROM chosen
    JOIN logistics_document document ON document.id = chosen.document_id
    JOIN districts_user person ON person.id = document.by_id
    -- the regency itself goes without saying
    LEFT JOIN districts_region place ON place.code = chosen.region_id AND place.code <> %(code)s
    LEFT JOIN districts_region other ON other.code = chosen.other_region AND other.code <> %(code)s
    ORDER BY chosen.first, chosen.came, chosen.kind, chosen.region_id
    LIMIT %(limit)s OFFSET %(offset)s
"""
)
