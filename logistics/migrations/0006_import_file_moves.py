"""Files of the KPU liaison stand with all others in districts; the document of one carries its key."""

from django.db import migrations

THERE = """
    INSERT INTO districts_importfile (id, kind, region_id, election_id, name, content, sha256, adds_up, uploaded_by_id,
        uploaded_at, applied_by_id, applied_at, client_key)
    SELECT file.id, file.kind, file.regency_id, file.election_id, file.name, file.content, file.sha256, true,
        file.uploaded_by_id, file.uploaded_at, document.by_id, document.recorded_at, file.client_key
    FROM logistics_importfile file LEFT JOIN logistics_document document ON document.id = file.document_id;
    SELECT setval(pg_get_serial_sequence('districts_importfile', 'id'), max(id)) FROM districts_importfile
    HAVING max(id) IS NOT NULL;
"""
BACK = """
    INSERT INTO logistics_importfile (id, kind, regency_id, election_id, name, content, sha256, uploaded_by_id,
        uploaded_at, document_id, client_key)
    SELECT file.id, file.kind, file.region_id, file.election_id, file.name, file.content, file.sha256,
        file.uploaded_by_id, file.uploaded_at, document.id, file.client_key
    FROM districts_importfile file
    LEFT JOIN logistics_document document ON document.client_key = file.client_key AND file.applied_at IS NOT NULL
    WHERE file.kind IN ('stok', 'sortir', 'tahap');
    SELECT setval(pg_get_serial_sequence('logistics_importfile', 'id'), max(id)) FROM logistics_importfile
    HAVING max(id) IS NOT NULL;
    DELETE FROM districts_importfile WHERE kind IN ('stok', 'sortir', 'tahap');
"""


class Migration(migrations.Migration):
    dependencies = [("logistics", "0005_document_said"), ("districts", "0018_import_file")]

    operations = [
        migrations.RunSQL(THERE, BACK),
        migrations.DeleteModel("ImportFile"),
    ]
