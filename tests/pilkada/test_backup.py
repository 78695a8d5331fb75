"""The drill (issue 5, point 9): after `backup` and `restore` everything is there, and roll-up gives the same rows."""

from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, connection, transaction

from districts import readiness
from districts.models import Agency, AuditEntry, DimensionScore, Grade, Readiness
from districts.photos import add_photo
from logistics.models import Movement
from neutrality.models import Case, Evidence
from neutrality.sealing import Sealed, unseal
from pilkada.backups import BackupRefused, archive, client_tools, contents
from pilkada.backups.archive import DUMP, MEDIA, Manifest, Table, Writer
from pilkada.backups.taking import file_fields
from tests.conftest import NOW
from tests.districts.reports import make_report, open_slot
from tests.districts.test_readiness import rows
from tests.logistics.goods import make_parcels
from tests.neutrality.cases import SUMMARY, make_case
from tests.neutrality.proof import WHOLE, add, kept_bytes, picture, stored, upload

COPY = "siap_uji_pulih"


@contextmanager
def database(name):
    """Everything in this process speaks with another database of the server."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


@pytest.fixture
def empty_database(transactional_db):
    """The name of a database with nothing in it, gone afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {COPY} TEMPLATE template0")
    yield COPY
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {COPY} WITH (FORCE)")


def seen():
    """Rows and fingerprint of every table, and what the next of a sequence is."""
    connection.ensure_connection()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2")
        return contents.tables(connection.connection), cursor.fetchall()


def a_regency_at_work(world):
    """Reports with a photo, a ledger with parcels, sealed cases with evidence, colours."""
    expected, camat = open_slot(world), world.people["camat-sandaran"]
    make_report(expected, camat)
    add_photo(expected=expected, by=camat, upload=upload(picture(), "foto.jpg"))
    make_parcels(world, "64.08.11")
    add(world, make_case(world), WHOLE["pdf"])
    readiness.roll_up(world.election, now=NOW)


def backup(path, **options):
    said = StringIO()
    call_command("backup", str(path), stderr=said, **options)
    return said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_drill_everything_is_there_and_roll_up_gives_the_same_rows(world, settings, tmp_path, empty_database):
    settings.MEDIA_ROOT = tmp_path / "media"
    a_regency_at_work(world)
    before, colours = seen(), rows()
    files = {path.relative_to(settings.MEDIA_ROOT): path.read_bytes() for path in stored(settings.MEDIA_ROOT)}
    assert len(files) == 2
    file = tmp_path / "cadangan.siap"
    assert "NEUTRALITY_KEYS dan SECRET_KEY TIDAK ada" in backup(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert settings.NEUTRALITY_KEYS[0].encode() not in file.read_bytes()
    a_file_that_is_gone_is_told_and_the_rest_is_kept(settings.MEDIA_ROOT, tmp_path)
    settings.MEDIA_ROOT = tmp_path / "pulih"
    with database(empty_database):
        what_fails_leaves_the_database_empty_and_other_peoples_files_alone(settings.MEDIA_ROOT, file, tmp_path)
        call_command("restore", file, stdout=StringIO())
        assert seen() == before
        assert {
            path.relative_to(settings.MEDIA_ROOT): path.read_bytes() for path in stored(tmp_path / "pulih")
        } == files
        the_same_colours_are_made_from_nothing(world, colours)
        what_was_refused_is_still_refused()
        new_rows_go_on_after_the_old_ones_and_are_written_down()
        sealed_names_open_with_the_key_alone(settings)
        a_second_restore_is_refused(file)


def a_file_that_is_gone_is_told_and_the_rest_is_kept(shelf, folder):
    gone = stored(shelf)[0]
    gone.unlink()
    with pytest.raises(CommandError, match=rf"1 berkas yang disebut basis data tidak ada[\s\S]*{gone.name}"):
        backup(folder / "kurang.siap")
    told = archive.verified_file(folder / "kurang.siap")
    assert [Path(name).name for name in told.missing] == [gone.name]
    assert len(told.files) == 1


def what_fails_leaves_the_database_empty_and_other_peoples_files_alone(shelf, file, folder):
    shelf.mkdir()
    (shelf / "lain.jpg").write_bytes(b"milik orang")
    with pytest.raises(CommandError, match=r"tidak kosong: lain\.jpg"):
        call_command("restore", file)
    assert [path.name for path in stored(shelf)] == ["lain.jpg"]
    (shelf / "lain.jpg").unlink()
    with pytest.raises(CommandError, match="pg_restore gagal"):
        call_command("restore", made(folder / "asing", parts={DUMP: b"bukan dump"}))
    with psycopg.connect(**client_tools.parameters(connection.get_connection_params())) as found:
        assert contents.is_empty(found)


def the_same_colours_are_made_from_nothing(world, colours):
    for model in (Grade, DimensionScore, Readiness):
        assert model.objects.exists()
        model.objects.all().delete()
    readiness.roll_up(world.election, now=NOW)
    assert rows() == colours


def what_was_refused_is_still_refused():
    for statement in (
        "UPDATE logistics_movement SET quantity = quantity + 1",
        "DELETE FROM logistics_movement",
        "DELETE FROM districts_auditentry",
        "TRUNCATE districts_auditentry",
        "UPDATE neutrality_case SET state = 'selesai'",
    ):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Movement.objects.exists()


def new_rows_go_on_after_the_old_ones_and_are_written_down():
    newest, entries = Agency.objects.order_by("-pk").first(), AuditEntry.objects.count()
    made = Agency.objects.create(code="sesudah", name="Sesudah pemulihan")
    assert newest is None or made.pk > newest.pk
    assert AuditEntry.objects.count() == entries + 1


def sealed_names_open_with_the_key_alone(settings):
    assert unseal(Case.objects.get().summary) == SUMMARY
    assert kept_bytes(Evidence.objects.get().original) == WHOLE["pdf"]
    settings.NEUTRALITY_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(Sealed):
        unseal(Case.objects.get().summary)


def a_second_restore_is_refused(file):
    with pytest.raises(CommandError, match="sudah berisi tabel"):
        call_command("restore", file)


@pytest.mark.django_db(transaction=True)
def test_an_older_backup_is_brought_to_the_tables_of_this_code(settings, tmp_path, empty_database):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    file = tmp_path / "lama.siap"
    try:
        call_command("migrate", "pilkada", "zero", verbosity=0)
        backup(file)
    finally:
        call_command("migrate", "pilkada", verbosity=0)
    with database(empty_database):
        call_command("restore", file, stdout=StringIO(), stderr=StringIO())
        assert "pilkada_beatlease" in connection.introspection.table_names()


# --- Taking -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(settings, tmp_path):
    """MEDIA_ROOT with one file; `tmp_path` beside it stays for backups."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "foto.jpg").write_bytes(b"gambar")
    return settings.MEDIA_ROOT


def test_a_backup_that_fails_leaves_no_file(db, shelf, tmp_path):
    (shelf / "hilang").symlink_to(shelf / "hilang")  # a file that cannot be opened
    with pytest.raises(CommandError, match="tidak disimpan"):
        backup(tmp_path / "cadangan.siap")
    assert [path.name for path in tmp_path.iterdir()] == ["media"]


def test_no_backup_is_written_over_another(db, shelf, tmp_path):
    (tmp_path / "kemarin.siap").write_text("cadangan kemarin")
    with pytest.raises(CommandError, match="tidak ditimpa"):
        backup(tmp_path / "kemarin.siap")
    assert (tmp_path / "kemarin.siap").read_text() == "cadangan kemarin"


def test_every_kind_of_file_the_application_keeps_is_looked_for():
    tables = {table for table, _column in file_fields()}
    assert {"districts_reportphoto", "districts_importfile", "neutrality_evidence"} <= tables


def test_a_missing_tool_is_a_sentence_that_says_what_to_install():
    with pytest.raises(BackupRefused, match="apt-get install postgresql-client-99"):
        client_tools.find("pg_dump", 99)


def test_the_password_of_the_database_is_no_argument_that_others_can_read():
    given = client_tools.parameters("postgres://siap:rahasia@db.example/siap?sslmode=require")
    told = client_tools.environment(given)
    assert (told["PGPASSWORD"], told["PGHOST"], told["PGSSLMODE"]) == ("rahasia", "db.example", "require")


# --- Looking at the file before anything is touched ---------------------------------------------------------------------


def made(path, *, parts=None, **told):
    """A backup of two parts, as `take` writes it."""
    given = {"made_at": "2026-11-21T18:42:00+08:00", "application": "1", "server": 15, "tool": 15, "migrations": []}
    with path.open("wb") as stream:
        writer = Writer(stream)
        for name, content in (parts or {DUMP: b"PGDMP", MEDIA + "laporan/a.jpg": b"gambar" * 2000}).items():
            writer.add(name, BytesIO(content), len(content))
        writer.finish(Manifest(tables={"t": Table(1, 1)}, **(given | told)))
    return path


def test_a_whole_file_is_found_whole(tmp_path):
    said = StringIO()
    call_command("restore", made(tmp_path / "a"), verify=True, stdout=said)
    assert "Utuh: 1 baris dalam 1 tabel dan 1 berkas" in said.getvalue()


@pytest.mark.parametrize("share", [0, 0.3, 0.7, 0.999])
def test_a_torn_file_is_refused(tmp_path, share):
    file = made(tmp_path / "a")
    whole = file.read_bytes().rstrip(b"\0")  # a tar ends with empty blocks
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BackupRefused):
        archive.verified_file(file)


@pytest.mark.parametrize("words", [b"PGDMP", b"gambar", b'"rows": 1', b"2026-11-21"])
def test_a_single_changed_byte_is_found_wherever_it_is(tmp_path, words):
    file = made(tmp_path / "a")
    content = bytearray(file.read_bytes())
    content[content.index(words) + len(words) - 1] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(BackupRefused, match=r"rusak|utuh"):
        archive.verified_file(file)


@pytest.mark.parametrize("name", [MEDIA + "../../etc/passwd", "/etc/passwd", MEDIA, "lain.txt"])
def test_a_file_that_would_leave_its_folder_is_refused(tmp_path, name):
    with pytest.raises(BackupRefused, match="tidak mungkin ditulis SIAP"):
        archive.verified_file(made(tmp_path / "a", parts={name: b"x"}))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"migrations": ["districts.9999_nanti"]}, "lebih baru daripada kode"),
        ({}, "sudah berisi tabel"),
        ({"format": 2}, "berformat 2"),
    ],
)
def test_what_does_not_fit_is_refused_before_a_file_is_written(shelf, tmp_path, told, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("restore", made(tmp_path / "a", **told))
    assert [path.name for path in stored(shelf)] == ["foto.jpg"]
