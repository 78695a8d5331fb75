"""The figures of a closed day: what is kept of it, and the triggers that refuse every change of it, whoever asks."""

import django.db.models.deletion
from django.db import migrations, models

ZONES = [("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")]
#: table: the column that names its region. Rows without a region are the nation's, closed with WIB, the last zone.
TABLES = {
    "readinesshistory": "region_id",
    "dimensionhistory": "region_id",
    "gradehistory": "kecamatan_id",
    "issuehistory": "kecamatan_id",
    "reporthistory": "kecamatan_id",
}

CLOSED = """
CREATE FUNCTION districts_is_closed(election bigint, region text, past date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM districts_closedday closed
        WHERE closed.election_id = election AND closed.day >= past AND closed.time_zone = COALESCE(
            (SELECT place.time_zone FROM districts_region place WHERE place.code = region), 'Asia/Jakarta'))
$$;
CREATE FUNCTION districts_closed_day_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept jsonb;
BEGIN
    FOREACH kept IN ARRAY CASE TG_OP WHEN 'UPDATE' THEN ARRAY[to_jsonb(OLD), to_jsonb(NEW)] ELSE ARRAY[to_jsonb(OLD)] END
    LOOP
        IF districts_is_closed((kept->>'election_id')::bigint, kept->>TG_ARGV[0], (kept->>'day')::date) THEN
            RAISE EXCEPTION '% of % is closed and may not be %d', TG_TABLE_NAME, kept->>'day', lower(TG_OP)
                USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_day_stays', TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'UPDATE' THEN NEW ELSE OLD END;
END $$;
CREATE FUNCTION districts_closedday_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR EXISTS (
        SELECT FROM districts_closedday closed WHERE closed.election_id = NEW.election_id
        AND closed.time_zone = NEW.time_zone AND closed.day >= NEW.day
    ) THEN
        RAISE EXCEPTION 'days are closed once, in their order' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'closed_day_stays', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER closedday_in_order BEFORE INSERT OR UPDATE OR DELETE ON districts_closedday
FOR EACH ROW EXECUTE FUNCTION districts_closedday_in_order();
"""
#: Once a statement and not once a row: a midnight of the nation writes a third of a million rows.
TABLE = """
CREATE FUNCTION districts_{table}_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken date;
BEGIN
    SELECT made.day INTO broken
    FROM (SELECT DISTINCT election_id, {region} AS region, day FROM fresh) made
    LEFT JOIN districts_region place ON place.code = made.region
    JOIN districts_closedday closed ON closed.election_id = made.election_id AND closed.day >= made.day
         AND closed.time_zone = COALESCE(place.time_zone, 'Asia/Jakarta')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '{table} of % is closed and takes no more rows', broken USING ERRCODE = 'check_violation',
            CONSTRAINT = 'closed_day_stays', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {table}_is_open AFTER INSERT ON districts_{table}
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION districts_{table}_is_open();
CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON districts_{table}
FOR EACH ROW EXECUTE FUNCTION districts_closed_day_stays('{region}');
"""
UNDO_TABLE = """
DROP TRIGGER {table}_stays ON districts_{table};
DROP TRIGGER {table}_is_open ON districts_{table};
DROP FUNCTION districts_{table}_is_open();
"""
UNDO_CLOSED = """
DROP TRIGGER closedday_in_order ON districts_closedday;
DROP FUNCTION districts_closedday_in_order();
DROP FUNCTION districts_closed_day_stays();
DROP FUNCTION districts_is_closed(bigint, text, date);
"""


def _to(model, **options):
    options = {"on_delete": django.db.models.deletion.CASCADE, "related_name": "+", "db_index": False} | options
    return models.ForeignKey(to=f"districts.{model}", **options)


def _history(**fields):
    """Columns that every history begins with."""
    key = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
    return [("id", key), ("election", _to("election")), *fields.items(), ("day", models.DateField())]


def _once(name, sentence, *fields, **options):
    return models.UniqueConstraint(fields=fields, name=name, violation_error_message=sentence, **options)


class Migration(migrations.Migration):
    dependencies = [("districts", "0015_sign_in_codes")]

    operations = [
        migrations.AddField("readinesshistory", "urgency", models.IntegerField(default=0)),
        migrations.CreateModel(
            "ClosedDay",
            fields=[
                *_history(time_zone=models.CharField(choices=ZONES, max_length=20)),
                ("taken_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "hari yang ditutup",
                "verbose_name_plural": "hari yang ditutup",
                "constraints": [
                    _once("closedday_once", "Hari ini sudah ditutup.", "election", "time_zone", "day"),
                ],
            },
        ),
        migrations.CreateModel(
            "DimensionHistory",
            fields=[
                *_history(region=_to("region", null=True), dimension=_to("dimension")),
                ("level", models.SmallIntegerField()),
                ("score", models.FloatField(null=True)),
                ("worst_indicator", models.CharField(blank=True, default="", max_length=6)),
            ],
            options={
                "constraints": [
                    _once(
                        "dimensionhistory_once",
                        "Skor dimensi hari itu sudah ada.",
                        "election",
                        "region",
                        "dimension",
                        "day",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "IssueHistory",
            fields=[
                *_history(kecamatan=_to("region"), issue=_to("issue")),
                ("is_open", models.BooleanField()),
                ("kind", models.CharField(max_length=8)),
                ("category", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=120)),
                ("level", models.SmallIntegerField()),
                ("owner", _to("agency", null=True, on_delete=django.db.models.deletion.PROTECT)),
                ("due_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["election", "kecamatan"], name="issuehistory_of_kecamatan")],
                "constraints": [
                    _once("issuehistory_once", "Keadaan kendala hari itu sudah ada.", "issue", "day"),
                ],
            },
        ),
        migrations.CreateModel(
            "ReportHistory",
            fields=[
                *_history(kecamatan=_to("region"), report=_to("report")),
                ("decision", models.CharField(blank=True, default="", max_length=12)),
                ("decision_reason", models.CharField(blank=True, default="", max_length=280)),
            ],
            options={
                "indexes": [models.Index(fields=["election", "kecamatan"], name="reporthistory_of_kecamatan")],
                "constraints": [
                    _once("reporthistory_once", "Keadaan laporan hari itu sudah ada.", "report", "day"),
                ],
            },
        ),
        migrations.RunSQL(CLOSED, UNDO_CLOSED),
        *[
            migrations.RunSQL(TABLE.format(table=table, region=region), UNDO_TABLE.format(table=table))
            for table, region in TABLES.items()
        ],
    ]
