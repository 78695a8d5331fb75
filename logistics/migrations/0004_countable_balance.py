"""Sums of movements are bigint: one that passes the integer of a balance is refused with its rule, like the others."""

from importlib import import_module

from django.db import migrations

POST = """
CREATE OR REPLACE FUNCTION logistics_post() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    SELECT moved.item_id, moved.contest INTO bad
    FROM moved JOIN logistics_item item ON item.code = moved.item_id
    WHERE item.per_contest = (moved.contest = '') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'contest does not fit the item' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'movement_contest_fits_item', DETAIL = json_build_object('item', bad.item_id)::text;
    END IF;

    PERFORM 1 FROM moved
    JOIN logistics_document document ON document.id = moved.document_id
    JOIN logistics_place target ON target.id = moved.to_place_id
    LEFT JOIN logistics_place source ON source.id = moved.from_place_id
    WHERE target.election_id <> document.election_id OR source.election_id <> document.election_id
       OR (source.id IS NULL AND target.kind <> 'penyedia') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'places of another election, or units out of nothing' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'movement_places_fit';
    END IF;

    IF EXISTS (SELECT 1 FROM moved WHERE corrects_id IS NOT NULL) THEN
        PERFORM 1 FROM logistics_movement WHERE id IN (SELECT corrects_id FROM moved) ORDER BY id FOR UPDATE;
        SELECT wrong.id INTO bad FROM logistics_movement wrong JOIN moved ON moved.corrects_id = wrong.id
        WHERE (wrong.item_id, wrong.contest, wrong.to_place_id) IS DISTINCT FROM
              (moved.item_id, moved.contest, moved.from_place_id)
           OR wrong.from_place_id IS DISTINCT FROM moved.to_place_id
           OR wrong.quantity < (SELECT sum(every.quantity) FROM logistics_movement every WHERE every.corrects_id = wrong.id)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'a correction runs the other way and takes back no more than was moved'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'movement_correction_fits';
        END IF;
    END IF;

    INSERT INTO logistics_balance (place_id, item_id, contest, quantity)
    SELECT touched.place_id, touched.item_id, touched.contest, 0
    FROM (
        SELECT to_place_id AS place_id, item_id, contest FROM moved
        UNION SELECT from_place_id, item_id, contest FROM moved WHERE from_place_id IS NOT NULL
    ) touched
    LEFT JOIN logistics_balance known USING (place_id, item_id, contest)
    WHERE known.id IS NULL
    ORDER BY 1, 2, 3
    ON CONFLICT (place_id, item_id, contest) DO NOTHING;

    PERFORM 1 FROM logistics_balance balance
    JOIN (
        SELECT to_place_id AS place_id, item_id, contest FROM moved
        UNION SELECT from_place_id, item_id, contest FROM moved WHERE from_place_id IS NOT NULL
    ) touched USING (place_id, item_id, contest)
    ORDER BY balance.place_id, balance.item_id, balance.contest FOR UPDATE OF balance;

    WITH change AS (
        SELECT place_id, item_id, contest, sum(quantity) AS quantity
        FROM (
            SELECT to_place_id AS place_id, item_id, contest, quantity FROM moved
            UNION ALL SELECT from_place_id, item_id, contest, -quantity FROM moved WHERE from_place_id IS NOT NULL
        ) both_sides GROUP BY 1, 2, 3
    )
    SELECT balance.place_id, balance.item_id, balance.contest, balance.quantity AS there, -change.quantity AS asked
    INTO bad
    FROM change JOIN logistics_balance balance USING (place_id, item_id, contest)
    WHERE balance.quantity + change.quantity < 0
    ORDER BY 1, 2, 3 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'more leaves than is there' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'balance_not_negative', DETAIL = row_to_json(bad)::text;
    END IF;

    WITH change AS (
        SELECT place_id, item_id, contest, sum(quantity) AS quantity
        FROM (
            SELECT to_place_id AS place_id, item_id, contest, quantity FROM moved
            UNION ALL SELECT from_place_id, item_id, contest, -quantity FROM moved WHERE from_place_id IS NOT NULL
        ) both_sides GROUP BY 1, 2, 3
    )
    SELECT balance.place_id, balance.item_id, balance.contest, balance.quantity AS there, change.quantity AS asked
    INTO bad
    FROM change JOIN logistics_balance balance USING (place_id, item_id, contest)
    WHERE balance.quantity + change.quantity > 2147483647
    ORDER BY 1, 2, 3 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'more comes than can be counted' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'balance_countable', DETAIL = row_to_json(bad)::text;
    END IF;

    WITH change AS (
        SELECT place_id, item_id, contest, sum(quantity) AS quantity
        FROM (
            SELECT to_place_id AS place_id, item_id, contest, quantity FROM moved
            UNION ALL SELECT from_place_id, item_id, contest, -quantity FROM moved WHERE from_place_id IS NOT NULL
        ) both_sides GROUP BY 1, 2, 3 HAVING sum(quantity) <> 0
    )
    UPDATE logistics_balance balance SET quantity = balance.quantity + change.quantity
    FROM change
    WHERE (balance.place_id, balance.item_id, balance.contest) = (change.place_id, change.item_id, change.contest);
    RETURN NULL;
END $$;
"""

# the function as the first migration of the ledger made it
BEFORE = import_module("logistics.migrations.0002_ledger").POST.partition("CREATE TRIGGER")[0]


class Migration(migrations.Migration):
    dependencies = [("logistics", "0003_catalogue")]
    operations = [migrations.RunSQL(POST, BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))]
