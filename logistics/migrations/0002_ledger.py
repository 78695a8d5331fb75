"""Triggers that keep the ledger: balances from movements, stages from parcel moves, nothing changed or removed later.

They work on whole statements, so a hand-over of a thousand lines is one update. Balances are locked in the order of
their keys: two writers wait for each other and do not deadlock. A refusal names the broken rule as a constraint, with
what is needed for a sentence in the detail.
"""

from django.db import migrations

POST = """
CREATE FUNCTION logistics_post() RETURNS trigger LANGUAGE plpgsql AS $$
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
        SELECT place_id, item_id, contest, sum(quantity)::int AS quantity
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
        SELECT place_id, item_id, contest, sum(quantity)::int AS quantity
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
CREATE TRIGGER movement_posts AFTER INSERT ON logistics_movement
REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION logistics_post();
"""

MOVE_PARCELS = """
CREATE FUNCTION logistics_move_parcels() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record; stages integer;
BEGIN
    PERFORM 1 FROM logistics_parcel WHERE id IN (SELECT parcel_id FROM moved) ORDER BY id FOR UPDATE;
    SELECT parcel.id AS parcel, parcel.stage INTO bad
    FROM moved JOIN logistics_parcel parcel ON parcel.id = moved.parcel_id
    JOIN logistics_document document ON document.id = moved.document_id
    WHERE parcel.stage <> moved.from_stage OR parcel.election_id <> document.election_id ORDER BY parcel.id LIMIT 1;
    IF NOT FOUND THEN
        SELECT moved.parcel_id AS parcel, min(moved.to_stage) AS stage INTO bad
        FROM moved GROUP BY moved.parcel_id HAVING count(*) > 1 LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'the parcel is elsewhere' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'parcelmove_starts_where_it_is', DETAIL = row_to_json(bad)::text;
    END IF;
    -- a place is reached when the parcel arrives there or, having skipped it, at the next one; not while under way
    UPDATE logistics_parcel parcel SET
        stage = moved.to_stage,
        stage_at = CASE WHEN moved.to_stage > 0 THEN moved.at END,
        packed_at = CASE WHEN moved.to_stage >= 10 THEN COALESCE(parcel.packed_at, moved.at) END,
        ppk_at = CASE WHEN moved.to_stage >= 30 THEN COALESCE(parcel.ppk_at, moved.at) END,
        pps_at = CASE WHEN moved.to_stage = 60 THEN parcel.pps_at
                      WHEN moved.to_stage >= 50 THEN COALESCE(parcel.pps_at, moved.at) END,
        tps_at = CASE WHEN moved.to_stage >= 70 THEN COALESCE(parcel.tps_at, moved.at) END,
        back_pps_at = CASE WHEN moved.to_stage = 100 THEN parcel.back_pps_at
                           WHEN moved.to_stage >= 90 THEN COALESCE(parcel.back_pps_at, moved.at) END,
        back_ppk_at = CASE WHEN moved.to_stage >= 110 THEN COALESCE(parcel.back_ppk_at, moved.at) END,
        back_kpu_at = CASE WHEN moved.to_stage >= 130 THEN COALESCE(parcel.back_kpu_at, moved.at) END
    FROM moved WHERE moved.parcel_id = parcel.id;
    RETURN NULL;
END $$;
CREATE TRIGGER parcelmove_moves AFTER INSERT ON logistics_parcelmove
REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION logistics_move_parcels();
"""

KEEP = """
CREATE FUNCTION logistics_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% may not be %d', TG_TABLE_NAME, lower(TG_OP) USING ERRCODE = 'check_violation',
        CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER movement_stays BEFORE UPDATE OR DELETE ON logistics_movement
FOR EACH STATEMENT EXECUTE FUNCTION logistics_refuse('movement_append_only');
CREATE TRIGGER parcelmove_stays BEFORE UPDATE OR DELETE ON logistics_parcelmove
FOR EACH STATEMENT EXECUTE FUNCTION logistics_refuse('parcelmove_append_only');
CREATE TRIGGER document_stays BEFORE UPDATE OR DELETE ON logistics_document
FOR EACH STATEMENT EXECUTE FUNCTION logistics_refuse('document_append_only');
CREATE TRIGGER balance_by_movements BEFORE INSERT OR UPDATE OR DELETE ON logistics_balance
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION logistics_refuse('balance_by_movements_only');
CREATE TRIGGER parcel_by_moves BEFORE UPDATE ON logistics_parcel
FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND (OLD.stage, OLD.stage_at, OLD.packed_at, OLD.ppk_at, OLD.pps_at,
    OLD.tps_at, OLD.back_pps_at, OLD.back_ppk_at, OLD.back_kpu_at) IS DISTINCT FROM (NEW.stage, NEW.stage_at,
    NEW.packed_at, NEW.ppk_at, NEW.pps_at, NEW.tps_at, NEW.back_pps_at, NEW.back_ppk_at, NEW.back_kpu_at))
EXECUTE FUNCTION logistics_refuse('parcel_stage_by_moves_only');
CREATE TRIGGER parcel_starts_open BEFORE INSERT ON logistics_parcel
FOR EACH ROW WHEN (NEW.stage <> 0 OR NEW.packed_at IS NOT NULL)
EXECUTE FUNCTION logistics_refuse('parcel_stage_by_moves_only');
"""

UNDO = """
DROP TRIGGER parcel_starts_open ON logistics_parcel;
DROP TRIGGER parcel_by_moves ON logistics_parcel;
DROP TRIGGER balance_by_movements ON logistics_balance;
DROP TRIGGER document_stays ON logistics_document;
DROP TRIGGER parcelmove_stays ON logistics_parcelmove;
DROP TRIGGER movement_stays ON logistics_movement;
DROP FUNCTION logistics_refuse();
DROP TRIGGER parcelmove_moves ON logistics_parcelmove;
DROP FUNCTION logistics_move_parcels();
DROP TRIGGER movement_posts ON logistics_movement;
DROP FUNCTION logistics_post();
"""


class Migration(migrations.Migration):
    dependencies = [("logistics", "0001_initial")]
    operations = [migrations.RunSQL(POST + MOVE_PARCELS + KEEP, UNDO)]
