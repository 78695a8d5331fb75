"""Evidence: kept as it came, shown without EXIF, read only with a line in the log (issue 4, 6; DOMAIN 4.5)."""

import hashlib
from io import BytesIO, RawIOBase
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.urls import reverse
from PIL import Image

from neutrality.cases import CaseRefused
from neutrality.evidence import MOST, add_link
from neutrality.models import Evidence, Reading
from tests.conftest import NOW
from tests.neutrality.cases import case_in, make_case
from tests.neutrality.proof import (
    HANDLER,
    HTML,
    LINK,
    NOTE,
    SVG,
    WHOLE,
    add,
    archive,
    full_disk,
    kept_bytes,
    pdf,
    picture,
    stored,
    upload,
)

pytestmark = pytest.mark.usefixtures("shelf")


def post(client, case, content=WHOLE["jpg"], name="bukti.jpg", **more):
    given = {"client_key": uuid4(), "note": NOTE, "upload": upload(content, name)}
    return client.post(reverse("evidence_add", args=[case.number]), given | more)


class TestKeeping:
    @pytest.mark.parametrize("extension", WHOLE)
    def test_the_original_is_kept_unchanged_with_its_hash(self, world, shelf, extension):
        row = add(world, make_case(world), WHOLE[extension])
        kept = kept_bytes(row.original)
        assert kept == WHOLE[extension]
        assert row.sha256 == hashlib.sha256(WHOLE[extension]).hexdigest()
        assert (row.size, row.received_at) == (len(kept), NOW)

    def test_the_shown_copy_of_a_picture_has_lost_its_place_and_camera_the_original_keeps_them(self, world):
        row = add(world, make_case(world), picture(gps=True))
        assert b"KameraSaksi" in kept_bytes(row.original)
        shown = kept_bytes(row.shown)
        with Image.open(BytesIO(shown)) as image:
            assert dict(image.getexif()) == {}
        assert b"KameraSaksi" not in shown

    def test_numbers_follow_each_other_and_notes_are_sealed(self, world):
        case = make_case(world)
        rows = [add(world, case), add(world, case, WHOLE["pdf"])]
        assert [row.position for row in rows] == [1, 2]
        assert NOTE.encode() not in bytes(rows[0].note)

    def test_the_same_form_again_is_the_same_evidence_and_leaves_no_second_file(self, world, shelf):
        case, key = make_case(world), uuid4()
        first = add(world, case, client_key=key)
        assert add(world, case, client_key=key).pk == first.pk
        assert len(stored(shelf)) == 2

    def test_the_same_file_is_not_taken_twice(self, world, shelf):
        case = make_case(world)
        add(world, case)
        with pytest.raises(CaseRefused, match="sudah ada sebagai bukti 1"):
            add(world, case)
        assert len(stored(shelf)) == 2

    def test_a_finished_case_takes_no_more_evidence(self, world, shelf):
        case = case_in(world, "selesai")
        with pytest.raises(CaseRefused, match="sudah selesai"):
            add(world, case)
        assert stored(shelf) == []

    def test_a_case_takes_so_much_and_says_so(self, world, shelf):
        case = make_case(world)
        Evidence.objects.bulk_create(
            Evidence(case=case, position=n, kind="tautan", link=b"x") for n in range(1, MOST + 1)
        )
        with pytest.raises(CaseRefused, match=str(MOST)):
            add(world, case)
        assert stored(shelf) == []

    @pytest.mark.parametrize("name", ["desk-kutim", "camat-sandaran", "admin", "desk-mahulu"])
    def test_nobody_but_the_handler_adds(self, world, shelf, name):
        with pytest.raises(CaseRefused):
            add(world, make_case(world), by=world.people[name])
        assert stored(shelf) == []


class TestRefusing:
    @pytest.mark.parametrize(
        "content", [SVG, HTML, archive(), picture() + archive(), b"<html>" + pdf(), b"MZ" + bytes(99)]
    )
    def test_what_is_no_evidence_is_answered_with_a_sentence(self, world, as_user, shelf, content):
        response = post(as_user(HANDLER), make_case(world), content)
        assert response.status_code == 422
        assert "bukan gambar, PDF, rekaman suara atau video" in response.content.decode()
        assert (Evidence.objects.count(), stored(shelf)) == (0, [])

    def test_a_heic_photo_is_told_what_to_do(self, world, as_user):
        heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(90)
        assert "Simpan sebagai JPEG" in post(as_user(HANDLER), make_case(world), heic).content.decode()

    def test_a_decompression_bomb_is_refused(self, world, as_user, shelf):
        bomb = BytesIO()
        Image.new("1", (20_000, 20_000)).save(bomb, "PNG")  # 50 kB that unpack into 400 megapixels
        response = post(as_user(HANDLER), make_case(world), bomb.getvalue())
        assert (response.status_code, stored(shelf)) == (422, [])
        assert "terlalu besar ukurannya" in response.content.decode()

    @pytest.mark.parametrize("content", [picture()[:-300], picture("PNG")[:-30], picture("WEBP")[:-20]])
    def test_half_a_picture_is_refused(self, world, as_user, shelf, content):
        assert post(as_user(HANDLER), make_case(world), content).status_code == 422
        assert (Evidence.objects.count(), stored(shelf)) == (0, [])

    def test_more_than_25_mb_is_refused(self, world, as_user, shelf, settings):
        settings.EVIDENCE_MAX_BYTES = 500
        response = post(as_user(HANDLER), make_case(world), WHOLE["jpg"] + bytes(600))
        assert response.status_code == 422
        assert "Kirim yang lebih kecil" in response.content.decode()
        assert stored(shelf) == []

    def test_no_file_and_an_empty_file_are_sentences(self, world, as_user):
        case, client = make_case(world), as_user(HANDLER)
        assert "Pilih berkas bukti" in post(client, case, upload="").content.decode()
        assert "Berkas ini kosong" in post(client, case, b"").content.decode()


class Zeros(RawIOBase):
    """A body of any length that is nowhere in memory; `left` was not read."""

    def __init__(self, length):
        self.left = self.length = length

    def read(self, size=-1):
        size = min(self.left, size if size >= 0 else self.left)
        self.left -= size
        return bytes(size)


def test_200_mb_are_refused_before_any_of_it_is_kept(world, as_user, shelf, settings, tmp_path_factory):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path_factory.mktemp("unggah"))
    body = Zeros(200 * 1024 * 1024)
    response = as_user(HANDLER).generic(
        "POST", reverse("evidence_add", args=[make_case(world).number]),
        **{"wsgi.input": body, "CONTENT_LENGTH": str(body.length), "CONTENT_TYPE": "multipart/form-data; boundary=x"},
    )  # fmt: skip
    assert response.status_code == 413
    assert "Kirim berkas yang lebih kecil".lower() in response.content.decode().lower()
    assert body.left == 0  # a browser that is still sending shows no answer
    assert (Evidence.objects.count(), stored(shelf), stored(settings.FILE_UPLOAD_TEMP_DIR)) == (0, [], [])


class TestFullDisk:
    def test_a_disk_that_fills_leaves_no_row_and_no_file(self, world, shelf):
        case = make_case(world)
        with full_disk(), pytest.raises(CaseRefused, match="tempat di server penuh"):
            add(world, case, picture("PNG", (300, 300), compress_level=0))
        assert (Evidence.objects.count(), stored(shelf)) == (0, [])

    def test_another_fault_of_the_disk_is_not_called_full_and_the_log_says_which(self, world, shelf, settings, caplog):
        case = make_case(world)
        settings.MEDIA_ROOT = shelf / "berkas"
        settings.MEDIA_ROOT.write_bytes(b"")  # a file where the folder should be
        with pytest.raises(CaseRefused, match="gangguan di server; coba lagi"):
            add(world, case, picture("PNG", (30, 30)))
        assert Evidence.objects.count() == 0
        told = [record.getMessage() for record in caplog.records if record.name == "districts.stored_files"]
        assert told == [
            "A file was not removed: NotADirectoryError, errno ENOTDIR",
            "A file was not kept: NotADirectoryError, errno ENOTDIR",
        ]

    def test_a_disk_that_fills_while_the_upload_comes_in_is_a_sentence(self, world, as_user, shelf):
        case, client = make_case(world), as_user(HANDLER)
        large = picture("PNG", (1000, 1000), compress_level=0)  # 3 MB: goes to a temporary file
        with full_disk():
            response = post(client, case, large)
        assert response.status_code == 507
        assert "Tempat di server penuh" in response.content.decode()
        assert (Evidence.objects.count(), stored(shelf)) == (0, [])


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.jpg", "..\\..\\boot.ini", "a\x00b.jpg", "foto\u202egpj.exe", "x" * 300 + ".jpg",
             "Sumarni Saksi.jpg", "<script>.jpg", "/etc/cron.d/x", "bukti;rm -rf.jpg", "📷.jpg"],
)  # fmt: skip
def test_what_the_sender_calls_the_file_is_kept_nowhere(world, as_user, shelf, name):
    response = post(as_user(HANDLER), make_case(world), name=name)
    assert response.status_code == 302
    row = Evidence.objects.get()
    assert all(shelf in path.parents and path.stem.isalnum() and len(path.stem) == 32 for path in stored(shelf))
    told = [str(getattr(row, field.name)) for field in Evidence._meta.concrete_fields]
    assert not any("passwd" in text or "Sumarni" in text or "xxx" in text for text in told)


class TestLinks:
    def given(self, world, **more):
        return {"link": LINK, "note": NOTE, "by": world.people[HANDLER], "now": NOW, "client_key": uuid4()} | more

    def test_a_link_is_sealed_and_its_screenshot_is_the_next_evidence(self, world):
        case, given = make_case(world), self.given(world, screenshot=upload(picture()))
        made = add_link(case=case, **given)
        assert add_link(case=case, **given).pk == made.pk
        assert [(row.position, row.kind) for row in case.evidence.all()] == [(1, "tautan"), (2, "gambar")]
        assert b"facebook" not in bytes(made.link)

    def test_a_link_whose_screenshot_is_none_leaves_nothing(self, world, shelf):
        case = make_case(world)
        with pytest.raises(CaseRefused, match="Tangkapan layar"):
            add_link(case=case, **self.given(world, screenshot=upload(WHOLE["pdf"])))
        assert (case.evidence.count(), stored(shelf)) == (0, [])

    @pytest.mark.parametrize(
        "link", ["javascript:alert(1)", "ftp://a.id/x", "data:text/html,x", "file:///etc/passwd", "kata"]
    )
    def test_only_addresses_of_the_web_are_links(self, world, as_user, link):
        case = make_case(world)
        response = as_user(HANDLER).post(
            reverse("evidence_link_add", args=[case.number]), {"link": link, "note": "x", "client_key": uuid4()}
        )
        assert (response.status_code, case.evidence.count()) == (422, 0)
        assert f'href="{link}' not in response.content.decode()


class TestReading:
    def test_the_shown_picture_opens_in_the_browser_and_can_do_nothing_there(self, world, as_user):
        case = make_case(world)
        add(world, case, picture(gps=True))
        response = as_user(HANDLER).get(reverse("evidence", args=[case.number, 1]))
        assert b"KameraSaksi" not in response.getvalue()
        assert response["Content-Type"] == "image/jpeg"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"].startswith("sandbox")
        assert "no-store" in response["Cache-Control"]

    @pytest.mark.parametrize("extension", WHOLE)
    def test_an_original_is_saved_never_opened_and_bears_numbers_alone(self, world, as_user, extension):
        case = make_case(world)
        row = add(world, case, WHOLE[extension])
        response = as_user(HANDLER).get(reverse("evidence_original", args=[case.number, 1]))
        assert response.getvalue() == WHOLE[extension]
        assert response["Content-Disposition"] == f'attachment; filename="{case.number}-bukti-01.{extension}"'
        assert (response["Content-Type"], response["X-Content-Type-Options"]) == (row.content_type, "nosniff")
        assert response["Content-Security-Policy"].startswith("sandbox")

    def test_each_reading_is_in_the_log_before_it_is_shown(self, world, as_user):
        case = make_case(world)
        add(world, case)
        client = as_user(HANDLER)
        for name, args in (("case_proof", []), ("evidence", [1]), ("evidence_original", [1])):
            client.get(reverse(name, args=[case.number, *args])).getvalue()
        told = Reading.objects.order_by("pk").values_list("what", "detail", "by__username")
        assert list(told) == [("bukti", detail, HANDLER) for detail in ("daftar", "1, salinan", "1, asli")]

    def test_a_file_that_is_gone_from_the_disk_is_a_sentence(self, world, as_user, shelf):
        case = make_case(world)
        add(world, case)
        for path in stored(shelf):
            path.unlink()
        response = as_user(HANDLER).get(reverse("evidence_original", args=[case.number, 1]), follow=True)
        assert "Berkas bukti 1 tidak ditemukan di server" in response.content.decode()

    def test_a_link_has_no_file(self, world, as_user):
        case = make_case(world)
        add_link(case=case, link=LINK, note=NOTE, by=world.people[HANDLER], now=NOW, client_key=uuid4())
        response = as_user(HANDLER).get(reverse("evidence_original", args=[case.number, 1]), follow=True)
        assert response.status_code == 200

    @pytest.mark.parametrize("keys", [[], [Fernet.generate_key().decode()]])
    def test_a_lost_or_wrong_key_is_a_sentence_and_changes_nothing(self, world, as_user, settings, keys):
        case = make_case(world)
        row = add(world, case)
        settings.NEUTRALITY_KEYS = keys
        response = as_user(HANDLER).get(reverse("case_proof", args=[case.number]))
        assert response.status_code == 200
        assert "kuncinya tidak ada di server ini" in response.content.decode()
        assert bytes(Evidence.objects.get().note) == bytes(row.note)

    def test_without_a_key_nothing_new_is_kept(self, world, as_user, settings, shelf):
        case = make_case(world)
        settings.NEUTRALITY_KEYS = []
        response = post(as_user(HANDLER), case)
        assert "kuncinya tidak ada" in response.content.decode()
        assert (Evidence.objects.count(), stored(shelf)) == (0, [])
