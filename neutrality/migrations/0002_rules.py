"""What the database itself keeps: a case moves only along the table of legal moves, and what is logged stays."""

from django.db import migrations

MOVES = """
CREATE FUNCTION neutrality_move_cases() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    PERFORM 1 FROM neutrality_case WHERE id IN (SELECT case_id FROM moved) ORDER BY id FOR UPDATE;
    SELECT moved.case_id, kept.state, moved.to_state INTO bad
    FROM moved JOIN neutrality_case kept ON kept.id = moved.case_id
    LEFT JOIN neutrality_transition legal ON legal.from_state = moved.from_state AND legal.to_state = moved.to_state
    WHERE kept.state <> moved.from_state OR legal.id IS NULL
       OR (SELECT count(*) FROM moved again WHERE again.case_id = moved.case_id) > 1 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'not a legal move' USING ERRCODE = 'check_violation', CONSTRAINT = 'casemove_legal',
            DETAIL = json_build_object('state', bad.state, 'to', bad.to_state)::text;
    END IF;
    PERFORM 1 FROM moved JOIN neutrality_transition legal USING (from_state, to_state)
    WHERE (legal.needs_reason AND NOT moved.has_reason) OR (legal.needs_paper AND moved.paper_number = '');
    IF FOUND THEN
        RAISE EXCEPTION 'the move needs a reason or a paper' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'casemove_says_what_it_must';
    END IF;
    UPDATE neutrality_case kept SET state = moved.to_state, state_since = moved.at
    FROM moved WHERE moved.case_id = kept.id;
    RETURN NULL;
END $$;
CREATE TRIGGER casemove_moves AFTER INSERT ON neutrality_casemove
REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION neutrality_move_cases();

CREATE FUNCTION neutrality_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% may not be %d', TG_TABLE_NAME, lower(TG_OP) USING ERRCODE = 'check_violation',
        CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER case_by_moves BEFORE UPDATE ON neutrality_case FOR EACH ROW
WHEN (pg_trigger_depth() = 0 AND (OLD.state, OLD.state_since) IS DISTINCT FROM (NEW.state, NEW.state_since))
EXECUTE FUNCTION neutrality_refuse('case_state_by_moves_only');
CREATE TRIGGER case_starts_new BEFORE INSERT ON neutrality_case FOR EACH ROW WHEN (NEW.state <> 'baru')
EXECUTE FUNCTION neutrality_refuse('case_state_by_moves_only');
CREATE TRIGGER case_stays BEFORE DELETE ON neutrality_case
FOR EACH STATEMENT EXECUTE FUNCTION neutrality_refuse('case_not_deleted');
CREATE TRIGGER reading_stays BEFORE UPDATE OR DELETE ON neutrality_reading
FOR EACH STATEMENT EXECUTE FUNCTION neutrality_refuse('reading_append_only');
CREATE TRIGGER pledgecount_stays BEFORE UPDATE OR DELETE ON neutrality_pledgecount
FOR EACH STATEMENT EXECUTE FUNCTION neutrality_refuse('pledgecount_append_only');
CREATE TRIGGER casemove_stays BEFORE DELETE ON neutrality_casemove
FOR EACH STATEMENT EXECUTE FUNCTION neutrality_refuse('casemove_append_only');
-- only the sealed reason of a move changes: under a new key, or emptied by a purge
CREATE TRIGGER casemove_keeps BEFORE UPDATE ON neutrality_casemove FOR EACH ROW
WHEN ((OLD.case_id, OLD.from_state, OLD.to_state, OLD.at, OLD.recorded_at, OLD.by_id, OLD.has_reason, OLD.paper_number,
       OLD.paper_date, OLD.client_key) IS DISTINCT FROM (NEW.case_id, NEW.from_state, NEW.to_state, NEW.at,
       NEW.recorded_at, NEW.by_id, NEW.has_reason, NEW.paper_number, NEW.paper_date, NEW.client_key))
EXECUTE FUNCTION neutrality_refuse('casemove_append_only');
"""

UNDO = """
DROP TRIGGER casemove_keeps ON neutrality_casemove;
DROP TRIGGER casemove_stays ON neutrality_casemove;
DROP TRIGGER pledgecount_stays ON neutrality_pledgecount;
DROP TRIGGER reading_stays ON neutrality_reading;
DROP TRIGGER case_stays ON neutrality_case;
DROP TRIGGER case_starts_new ON neutrality_case;
DROP TRIGGER case_by_moves ON neutrality_case;
DROP FUNCTION neutrality_refuse();
DROP TRIGGER casemove_moves ON neutrality_casemove;
DROP FUNCTION neutrality_move_cases();
"""


class Migration(migrations.Migration):
    dependencies = [("neutrality", "0001_initial")]
    operations = [migrations.RunSQL(MOVES, UNDO)]
