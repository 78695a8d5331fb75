"""The audit: a function that writes down what a statement changed, and two that keep what was written.

Which tables it watches, and what of them may be read, stands in `audited.py` of each app; `migrate` makes the triggers
from there (`districts.audit.triggers`). They work on whole statements: a load of a thousand rows is one statement more.
"""

from django.db import migrations, models

# Arguments: the table of entries; columns, hidden columns and columns of the key, each as JSON; the region and the subject
# as expressions over the row `r`; from how many rows on only their number is told (0: never).
# SECURITY DEFINER: who writes a row needs no right on the entries. The search path is fixed for the same reason.
AUDIT = """
CREATE FUNCTION siap_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    told jsonb := coalesce(nullif(current_setting('siap.audit', true), ''), '{}')::jsonb;
    rows_from text := CASE TG_OP WHEN 'DELETE' THEN 'old_rows r' ELSE 'new_rows r' END;
    heads text; key text; same_key text; columns_new text; columns_old text; touched bigint;
BEGIN
    heads := format($q$INSERT INTO %I (at, table_name, action, actor_id, actor_name, origin, address, request_id, via,
        db_user, object_id, region_code, subject_id, changed)
        SELECT clock_timestamp(), $1, $2, ($3->>'actor')::bigint, coalesce($3->>'name', ''), coalesce($3->>'origin', 'sql'),
        coalesce($3->>'address', ''), coalesce($3->>'request', ''), coalesce($3->>'via', ''), session_user, $q$, TG_ARGV[0]);
    IF TG_OP = 'TRUNCATE' THEN
        IF NOT siap_may_empty(TG_RELID) THEN
            EXECUTE heads || $q$'', NULL, NULL, '{}'::jsonb$q$ USING TG_TABLE_NAME, 'T', told;
        END IF;
        RETURN NULL;
    END IF;
    IF TG_ARGV[6]::int > 0 THEN
        EXECUTE 'SELECT count(*) FROM ' || rows_from INTO touched;
        IF touched > TG_ARGV[6]::int THEN
            EXECUTE heads || format($q$'', regency, NULL, jsonb_build_object('rows', count(*))
                FROM (SELECT left((%s)::text, 5) AS regency FROM %s) loaded GROUP BY regency ORDER BY regency$q$,
                TG_ARGV[4], rows_from) USING TG_TABLE_NAME, left(TG_OP, 1), told;
            RETURN NULL;
        END IF;
    END IF;
    SELECT string_agg(format('r.%I', name), ', '), string_agg(format('o.%I', name), ', ') INTO columns_new, columns_old
    FROM jsonb_array_elements_text(TG_ARGV[1]::jsonb) name;
    SELECT string_agg(format('r.%I::text', name), ' || ''/'' || '), string_agg(format('r.%1$I = o.%1$I', name), ' AND ')
    INTO key, same_key FROM jsonb_array_elements_text(TG_ARGV[3]::jsonb) name;
    IF TG_OP = 'UPDATE' THEN
        EXECUTE heads || format($q$%s, (%s)::text, (%s)::bigint, changes.told FROM new_rows r JOIN old_rows o ON %s,
            LATERAL (SELECT %s) was, LATERAL (SELECT %s) became, LATERAL (
                SELECT jsonb_object_agg(key, CASE WHEN $4 ? key THEN '["[disembunyikan]", "[disembunyikan]"]'
                    ELSE jsonb_build_array(one.value, two.value) END) AS told
                FROM jsonb_each(to_jsonb(was)) one JOIN jsonb_each(to_jsonb(became)) two USING (key)
                WHERE one.value IS DISTINCT FROM two.value) changes
            WHERE changes.told IS NOT NULL$q$, key, TG_ARGV[4], TG_ARGV[5], same_key, columns_old, columns_new)
        USING TG_TABLE_NAME, 'U', told, TG_ARGV[2]::jsonb;
    ELSE -- a row made or removed, without what is empty
        EXECUTE heads || format($q$%s, (%s)::text, (%s)::bigint, coalesce((
                SELECT jsonb_object_agg(key, CASE WHEN $4 ? key THEN '"[disembunyikan]"' ELSE value END)
                FROM jsonb_each(to_jsonb(kept)) WHERE value NOT IN ('null', '""', '[]')), '{}')
            FROM %s, LATERAL (SELECT %s) kept$q$, key, TG_ARGV[4], TG_ARGV[5], rows_from, columns_new)
        USING TG_TABLE_NAME, left(TG_OP, 1), told, TG_ARGV[2]::jsonb;
    END IF;
    RETURN NULL;
END $$;
"""

# A whole database is emptied by who owns it and says so first; a role that owns no table cannot, whatever it says.
KEEP = """
CREATE FUNCTION siap_may_empty(emptied oid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(current_setting('siap.emptying', true), '') = 'on'
       AND pg_has_role(session_user, relowner, 'MEMBER') FROM pg_class WHERE oid = emptied
$$;
CREATE FUNCTION siap_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND siap_may_empty(TG_RELID) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% may not be %d', TG_TABLE_NAME, lower(TG_OP) USING ERRCODE = 'check_violation',
        CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME;
END $$;
"""
UNDO = """
DROP FUNCTION siap_audit() CASCADE;
DROP FUNCTION siap_stays() CASCADE;
DROP FUNCTION siap_may_empty(oid) CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("districts", "0018_import_file")]
    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="waktu")),
                ("table_name", models.CharField(max_length=63, verbose_name="data")),
                ("object_id", models.CharField(max_length=64, verbose_name="kunci")),
                (
                    "action",
                    models.CharField(
                        choices=[("I", "Dibuat"), ("U", "Diubah"), ("D", "Dihapus"), ("T", "Tabel dikosongkan")],
                        max_length=1,
                        verbose_name="tindakan",
                    ),
                ),
                ("changed", models.JSONField(verbose_name="perubahan")),
                ("region_code", models.CharField(db_collation="C", max_length=13, null=True, verbose_name="wilayah")),
                ("subject_id", models.BigIntegerField(null=True)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=150, verbose_name="oleh")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("web", "Halaman SIAP"),
                            ("tugas", "Tugas terjadwal"),
                            ("perintah", "Perintah di server"),
                            ("sql", "SQL langsung"),
                        ],
                        max_length=8,
                        verbose_name="lewat",
                    ),
                ),
                ("address", models.CharField(max_length=45, verbose_name="alamat jaringan")),
                ("request_id", models.CharField(max_length=64, verbose_name="nomor permintaan")),
                ("via", models.CharField(max_length=120, verbose_name="halaman atau perintah")),
                ("db_user", models.CharField(max_length=63, verbose_name="akun basis data")),
            ],
            options={"verbose_name": "jejak perubahan", "verbose_name_plural": "jejak perubahan", "abstract": False},
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["region_code", "id"], name="auditentry_region"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["table_name", "object_id", "id"], name="auditentry_object"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("actor_id__isnull", False)), fields=["actor_id", "id"], name="auditentry_actor"
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("subject_id__isnull", False)),
                fields=["subject_id", "id"],
                name="auditentry_subject",
            ),
        ),
        migrations.AddIndex(model_name="auditentry", index=models.Index(fields=["at"], name="auditentry_at")),
        migrations.RunSQL(KEEP + AUDIT, UNDO),
    ]
