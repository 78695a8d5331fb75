"""Photos of a report: what is kept, what is refused and who may look (issue, section 3; DOMAIN 7.2, foto)."""

import resource
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from districts.models import ReportPhoto
from districts.photos import add_photo
from tests.conftest import WITA
from tests.districts.reports import make_report, open_slot

PAGE = "/kecamatan/64.08.11/2026-W47/"


@pytest.fixture
def slot(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    slot = open_slot(world)
    make_report(slot, world.people["camat-sandaran"])
    return slot


def picture(kind="JPEG", size=(2000, 1000), colour="red", exif=None):
    made = BytesIO()
    Image.new("RGB", size, colour).save(made, kind, **({"exif": exif} if exif else {}))
    return made.getvalue()


def upload(client, content, name="foto.jpg", content_type="image/jpeg"):
    return client.post(PAGE + "foto/", {"foto": SimpleUploadedFile(name, content, content_type)}, follow=True)


def phone_exif():
    exif = Image.Exif()
    exif[0x010F] = "Merek"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8769)[0x9003] = "2026:11:20 14:05:09"
    exif.get_ifd(0x8825)[1] = "S"  # GPS
    return exif


def files(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_as_a_small_jpeg(slot, as_user, kind):
    upload(as_user("camat-sandaran"), picture(kind))
    with Image.open(ReportPhoto.objects.get().image.path) as kept:
        assert (kept.format, max(kept.size)) == ("JPEG", 1600)


@pytest.mark.parametrize(
    ("told", "kept"),
    [("2026:11:20 14:05:09", datetime(2026, 11, 20, 14, 5, 9, tzinfo=WITA)), ("kemarin", None), ("9999", None)],
)
def test_a_photo_made_small_on_the_phone_tells_its_time_beside_it(slot, as_user, told, kept):
    photo = SimpleUploadedFile("foto.jpg", picture(), "image/jpeg")
    as_user("camat-sandaran").post(PAGE + "foto/", {"foto": photo, "diambil": told})
    assert ReportPhoto.objects.get().taken_at == kept


def test_only_the_time_of_a_photo_is_kept(slot, as_user):
    upload(as_user("camat-sandaran"), picture(exif=phone_exif()))
    photo = ReportPhoto.objects.get()
    with Image.open(photo.image.path) as kept:
        assert not kept.getexif()
        assert kept.width < kept.height, "turned upright before the mark that says so is thrown away"
    assert photo.taken_at == datetime(2026, 11, 20, 14, 5, 9, tzinfo=WITA)


def test_three_photos_and_not_one_more(slot, as_user):
    client = as_user("camat-sandaran")
    for colour in ("red", "green", "blue"):
        upload(client, picture(colour=colour))
    page = upload(client, picture(colour="white")).content.decode()
    assert "Paling banyak tiga foto" in page
    assert list(ReportPhoto.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3]


def test_the_same_photo_twice_is_one(slot, as_user, settings):
    client = as_user("camat-sandaran")
    upload(client, picture())
    assert "tidak diunggah dua kali" in upload(client, picture()).content.decode()
    assert ReportPhoto.objects.count() == len(files(settings)) == 1


def bomb():
    """A small PNG that unpacks to 180 megapixels."""
    made = BytesIO()
    Image.new("1", (60_000, 3000)).save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "bukan foto"),
        (b"GIF89a" + b"\0" * 100, "bukan foto"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "bukan foto"),
        (b"%PDF-1.7", "bukan foto"),
        (picture()[:500], "bukan foto"),
        (picture("PNG")[:200], "bukan foto"),
        (b"\xff\xd8" + b"\0" * 10_000_100, "lebih dari 10 MB"),
    ],
)
def test_what_is_no_photo_is_refused_with_a_sentence(slot, as_user, settings, content, sentence):
    response = upload(as_user("camat-sandaran"), content + (b"\0" * 500_000 if "10 MB" in sentence else b""))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not ReportPhoto.objects.exists()
    assert not files(settings)


def test_a_decompression_bomb_is_refused_with_a_sentence(slot, as_user):
    page = upload(as_user("camat-sandaran"), bomb(), "foto.png", "image/png")
    assert "terlalu besar ukurannya" in page.content.decode()


def test_the_name_and_type_a_browser_claims_do_not_count(slot, as_user):
    upload(as_user("camat-sandaran"), picture("PNG"), "../../etc/passwd.php", "text/html")
    assert ReportPhoto.objects.get().image.name.startswith("laporan/2026/11/")
    assert ReportPhoto.objects.get().image.name.endswith(".jpg")


def test_no_photo_chosen_is_a_sentence(slot, as_user):
    page = as_user("camat-sandaran").post(PAGE + "foto/", follow=True).content.decode()
    assert "Pilih foto dulu" in page


def test_a_full_disk_is_a_sentence_and_leaves_nothing_behind(slot, as_user, settings):
    """A limit on the size of files makes the operating system refuse the write, as a full disk does."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        page = upload(as_user("camat-sandaran"), picture())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "tempat di server penuh" in page.content.decode()
    assert not ReportPhoto.objects.exists()
    assert not files(settings)


@pytest.mark.parametrize(
    ("username", "status"),
    [("camat-sandaran", 200), ("desk-kutim", 200), ("bupati-kutim", 200), ("camat-busang", 404), ("desk-mahulu", 404)],
)
def test_a_photo_is_shown_only_to_who_may_see_the_report(slot, world, as_user, username, status):
    add_photo(expected=slot, by=world.people["camat-sandaran"], upload=SimpleUploadedFile("foto.jpg", picture()))
    response = as_user(username).get(PAGE + "foto/1/")
    assert response.status_code == status
    if status == 200:
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "private" in response.headers["Cache-Control"]
        assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"


def test_a_photo_has_no_public_address(slot, world, client, as_user):
    photo, _new = add_photo(
        expected=slot, by=world.people["camat-sandaran"], upload=SimpleUploadedFile("foto.jpg", picture())
    )
    assert client.get(PAGE + "foto/1/").url.startswith("/masuk/")
    assert as_user("admin").get(f"/media/{photo.image.name}").status_code == 404
