"""The loudest of a closed day by index; a day closed twice breaks the table's own rule, a day out of order the trigger's."""

from django.db import migrations, models

IN_ORDER = """
CREATE OR REPLACE FUNCTION districts_closedday_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR EXISTS (
        SELECT FROM districts_closedday closed WHERE closed.election_id = NEW.election_id
        AND closed.time_zone = NEW.time_zone AND closed.day > NEW.day
    ) THEN
        RAISE EXCEPTION 'days are closed once, in their order' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'closed_day_stays', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("districts", "0019_audit")]

    operations = [
        migrations.AddIndex(
            "readinesshistory",
            models.Index(
                condition=models.Q(urgency__gt=0),
                fields=["election", "day", "-urgency"],
                name="readinesshistory_urgent",
            ),
        ),
        migrations.RunSQL(IN_ORDER, migrations.RunSQL.noop),
    ]
