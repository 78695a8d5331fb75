"""Files of the KPU liaison moved to the files of all (districts 0018, logistics 0006): none is lost on the way there or
back.
"""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from districts.models import ImportFile
from tests.districts.test_registers import CONTACT, send

from .test_imports import STOCK, bring, stages, upload

pytestmark = pytest.mark.django_db
MADE, MOVED = ("districts", "0018_import_file"), ("logistics", "0006_import_file_moves")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def walk(node, *, back):
    loader = MigrationLoader(connection)
    state, migration = loader.project_state(node, at_end=False), loader.get_migration(*node)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        (migration.unapply if back else migration.apply)(state, editor)


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def files():
    """The files of logistics; when one was applied is the moment of its document."""
    found = ImportFile.objects.filter(kind__in=("stok", "tahap")).order_by("pk")
    return [{name: value for name, value in row.items() if name != "applied_at"} for row in found.values()]


def test_files_go_back_to_where_they_were_and_come_again(world, as_user):
    client = as_user("kpu-kutim")
    bring(client, "stok", STOCK)
    assert upload(client, "tahap", stages(("64.08.11.2001-001", "ppk", "2026-11-20"))).status_code == 302
    assert send(as_user("desk-kutim"), "kontak", CONTACT + "64.08;Kapolres;Ana;;\n").status_code == 302
    before = files()
    walk(MOVED, back=True)
    assert rows("SELECT kind, document_id IS NOT NULL FROM logistics_importfile ORDER BY id") == [
        ("stok", True), ("tahap", False),
    ]  # fmt: skip
    assert list(ImportFile.objects.values_list("kind", flat=True)) == ["kontak"]
    walk(MADE, back=True)
    walk(MADE, back=False)
    walk(MOVED, back=False)
    assert files() == before
    assert [file.applied_at is not None for file in ImportFile.objects.order_by("pk")] == [True, False]
    assert (
        upload(as_user("kpu-kutim"), "tahap", stages(("64.08.11.2001-002", "ppk", "2026-11-20"))).status_code == 302
    )  # the next key
