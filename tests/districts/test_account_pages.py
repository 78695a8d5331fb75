"""Pages of accounts: who opens them, cards that a phone can read, the first sign-in, every refusal with a sentence."""

import json
import uuid
from datetime import timedelta
from io import BytesIO

import pytest
import typst
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from districts import printing
from districts.access import scope_of
from districts.accounts.cards import cards
from districts.accounts.codes import code_of, grouped
from districts.accounts.keeping import renew_code
from districts.accounts.listing import assignments, codes_to_print
from districts.accounts.rights import Right
from districts.models import Assignment, SignInCode, User
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
MANAGERS = {"64.08": {"desk-kutim", "desk-kaltim", "admin"}, "64": {"desk-kaltim", "admin"}}
#: The desk of the place, of the one above and of the one beside; who sees the place; who sees a part of it.
VISITORS = (
    "desk-kutim", "desk-kaltim", "desk-mahulu", "admin", "bupati-kutim", "netralitas-kutim", "pemantau-nasional",
    "camat-sandaran",
)  # fmt: skip
NEW_PASSWORD = "perahu-ketinting-7"


@pytest.fixture
def code(world):
    """A code of the camat of Sandaran that waits."""
    row = renew_code(
        person=world.people["camat-sandaran"],
        by=world.people["desk-kutim"],
        now=timezone.now(),
        client_key=uuid.uuid4(),
    )
    return code_of(row)


def signed_in(world, who):
    client = Client()
    client.force_login(world.people[who])
    return client


LISTS = ("people", "people_cards", "people_import", "person_new", "people_download")


@pytest.mark.parametrize("who", VISITORS)
def test_lists_are_for_the_desk_and_administrators(world, who):
    client = signed_in(world, who)
    for region, managers in MANAGERS.items():
        for name in LISTS:
            extra = ["csv"] if name == "people_download" else []
            answer = client.get(reverse(name, args=[region, *extra])).status_code
            seen = scope_of(world.people[who]).covers(region)
            assert answer in ((200, 302) if who in managers else (403,) if seen else (404,)), (name, region)
    nation = client.get("/nasional/orang/").status_code
    assert nation == {"admin": 200, "pemantau-nasional": 403}.get(who, 404)


def one_person(world, who):
    person = world.people[who]
    held = person.assignments.get()
    return [
        ("get", reverse("person", args=[person.pk])),
        ("get", reverse("person_card", args=[person.pk])),
        ("post", reverse("person_renew", args=[person.pk])),
        ("post", reverse("person_role", args=[person.pk])),
        ("post", reverse("person_phone", args=[person.pk])),
        ("post", reverse("assignment_end", args=[held.pk])),
    ]


@pytest.mark.parametrize("who", VISITORS)
def test_a_person_exists_for_the_desk_above_and_administrators_only(world, who):
    client = signed_in(world, who)
    for whose, managers in (
        ("camat-sandaran", MANAGERS["64.08"]),
        ("kpu-mahulu", {"desk-mahulu", "desk-kaltim", "admin"}),
    ):
        for method, address in one_person(world, whose):
            answer = getattr(client, method)(address, {}).status_code
            assert (answer == 404) == (who not in managers), (address, answer)


def renewed_by(world, who, whose):
    person = world.people[whose]
    return signed_in(world, who).post(reverse("person_renew", args=[person.pk]), {"client_key": str(uuid.uuid4())})


@pytest.mark.parametrize("whose", ["netralitas-kutim", "kpu-kutim", "desk-kutim"])
def test_a_desk_that_may_not_renew_an_account_is_told_why(world, whose):
    answer = renewed_by(world, "desk-kutim", whose)
    assert answer.status_code == 403
    assert SignInCode.objects.count() == 0


def test_a_card_is_printed_by_who_could_issue_its_code_and_nobody_else(world):
    renewed_by(world, "desk-kaltim", "kpu-kutim")
    address = reverse("person_card", args=[world.people["kpu-kutim"].pk])
    assert signed_in(world, "desk-kutim").get(address).status_code == 302
    printed = signed_in(world, "desk-kaltim").get(address)
    assert (printed.status_code, printed["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in printed["Cache-Control"]


def test_a_card_holds_the_address_with_the_code_and_what_a_person_needs(world, code):
    waiting = codes_to_print(assignments("64.08"), Right("64.08"), timezone.now())
    card = cards(waiting, address="https://siap.contoh/mulai/", zone="Asia/Makassar", place="Kutai Timur")["cards"][0]
    assert card["code"] == grouped(code)
    assert card["offices"] == "Camat/operator · Sandaran"
    assert (card["name"], card["username"]) == ("Camat Sandaran", "camat-sandaran")
    assert card["until"] == "Berlaku sampai 5 Des 2026, 18.42 WITA"


def test_a_phone_reads_the_printed_card(world, code):
    waiting = codes_to_print(assignments("64.08"), Right("64.08"), timezone.now())
    data = cards(waiting, address="https://siap.contoh/mulai/", zone="Asia/Makassar", place="Kutai Timur")
    page = typst.compile(
        str(printing.TEMPLATES / "districts/print/cards.typ"), root=str(printing.TEMPLATES), format="png", ppi=144,
        sys_inputs={"data": json.dumps(data)},
    )  # fmt: skip
    found = [each.text for each in zxingcpp.read_barcodes(Image.open(BytesIO(page)))]
    assert found == [f"https://siap.contoh/mulai/?kode={grouped(code)}"]


def test_looking_at_a_code_uses_nothing_up_and_asks_whether_it_is_you(client, code):
    for _time in range(2):
        page = client.get("/mulai/", {"kode": grouped(code).lower()})
        assert page.status_code == 200
        assert "Apakah ini Anda?" in page.content.decode()
        assert "Camat Sandaran" in page.content.decode()
    assert SignInCode.objects.get().used_at is None


def first(client, code, password=NEW_PASSWORD, again=NEW_PASSWORD):
    typed = {"kode": code, "new_password1": password, "new_password2": again, "device": "phone"}
    return client.post("/mulai/", typed)


def test_the_first_sign_in_sets_the_password_and_lands_on_the_home_page(client, code):
    answer = first(client, code)
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.session.get_expiry_age() > timedelta(days=6).total_seconds()
    assert User.objects.get(username="camat-sandaran").check_password(NEW_PASSWORD)
    assert client.get("/kecamatan/64.08.11/").status_code == 200


def test_the_second_tap_and_the_way_back_do_not_frighten(world, client, code):
    other = Client()
    assert first(client, code).status_code == first(other, code).status_code == 302
    assert client.get("/mulai/", {"kode": code}).url == "/"
    stranger = Client().get("/mulai/", {"kode": code})
    assert stranger.status_code == 422
    assert "sudah dipakai" in stranger.content.decode()


@pytest.mark.parametrize(
    ("password", "again"), [("pendek", "pendek"), (NEW_PASSWORD, "lain-sama-sekali-9"), ("1234567890", "1234567890")]
)
def test_a_password_against_the_rules_uses_no_code_up(client, code, password, again):
    assert first(client, code, password, again).status_code == 422
    assert first(client, code).status_code == 302


@pytest.mark.parametrize("typed", ["", "K7QM", "K7QM-4T2P-9XWD", "' OR 1=1 --", "😀" * 12])
def test_a_code_that_is_none_gets_a_sentence(client, world, typed):
    answer = client.get("/mulai/", {"kode": typed})
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()


def test_too_many_codes_from_one_network_wait(client, world, settings):
    settings.SIGN_IN_CODE_LIMIT = settings.SIGN_IN_CODE_LIMIT | {"per_address": 2}
    answers = [client.get("/mulai/", {"kode": "K7QM-4T2P-9XWD"}, REMOTE_ADDR="203.0.113.77") for _time in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_a_file_goes_from_upload_to_cards(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = signed_in(world, "desk-kutim")
    lines = "Nama;Peran;Kode\nSiti Aminah;Camat;640806\n"
    sent = client.post(
        reverse("people_import", args=["64.08"]), {"kind": "akun", "file": SimpleUploadedFile("a.csv", lines.encode())}
    )
    preview = client.get(sent.url).content.decode()
    assert "camat-busang-kutai-timur" in preview
    assert not User.objects.filter(name="Siti Aminah").exists()
    applied = client.post(f"{sent.url}terapkan/")
    listed = client.get(applied.url).content.decode()
    assert "Siti Aminah" in listed
    assert "Camat Sandaran" not in listed
    assert client.get(applied.url.replace("/orang/", "/orang/kartu/"))["Content-Type"] == "application/pdf"


def test_who_leaves_is_replaced_by_an_account_of_its_own(world):
    client, held = signed_in(world, "desk-kutim"), Assignment.objects.get(user__username="camat-busang")
    ended = {"mulai": NOW.date().isoformat(), "alasan": "Mutasi"}
    page = client.post(reverse("assignment_end", args=[held.pk]), ended, follow=True).content.decode()
    assert "Diakhiri oleh Desk Kutim: Mutasi." in page
    new = reverse("person_new", args=["64.08"])
    assert f"{new}?peran=reporter&amp;wilayah=64.08.06" in page
    typed = {"nama": "Siti Aminah", "peran": "reporter", "wilayah": "64.08.06", "dari": "2026-11-21"}
    assert client.post(new, typed).status_code == 302
    assert User.objects.get(name="Siti Aminah").codes.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"peran": "neutrality"}, "peran"), ({"peran": "desk"}, "peran"), ({"wilayah": "64.11.01"}, "wilayah"),
     ({"wilayah": "64.08"}, "peran"), ({"nama": "6408110501900001"}, "nama"), ({"telepon": "8,1E+10"}, "telepon"),
     ({"nama_pengguna": "ppk-sandaran"}, "nama_pengguna"), ({"nama_pengguna": "PPK-Sandaran"}, "nama_pengguna")],
)  # fmt: skip
def test_a_wrong_account_is_refused_at_its_field(world, changes, field):
    typed = {"nama": "Siti", "peran": "reporter", "wilayah": "64.08.06", "dari": "2026-11-21"} | changes
    answer = signed_in(world, "desk-kutim").post(reverse("person_new", args=["64.08"]), typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_the_list_costs_the_same_for_few_people_and_many(world, django_assert_num_queries):
    client, address = signed_in(world, "desk-kutim"), reverse("people", args=["64.08"])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address, {"q": "camat-busang"})
    with django_assert_num_queries(len(few)):
        client.get(address)
