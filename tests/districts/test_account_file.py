"""A file of accounts, as an official writes it: read, refused line by line, brought whole, the second time without effect."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from districts.accounts.words import Unreadable, read_code, read_day, read_name, read_phone, read_role
from districts.importing.files import apply_file, keep_file, look_again
from districts.importing.kinds import kinds
from districts.loading.faults import BadFile
from districts.models import Assignment, SignInCode, User
from tests.conftest import make_regions

HEAD = "Nama;Peran;Kode wilayah;Wilayah;Telepon;Nama pengguna;Berlaku dari;Sampai"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def keep(world, *lines, by="desk-kutim", region="64.08", head=HEAD):
    upload = SimpleUploadedFile("akun.csv", "\n".join([head, *lines]).encode())
    return keep_file(
        kind=kinds()["akun"], region=world.regions.get(region), election=None, upload=upload, by=world.people[by],
        now=timezone.now(),
    )  # fmt: skip


def bring(world, *lines, **more):
    return apply_file(
        file=keep(world, *lines, **more), by=world.people[more.get("by", "desk-kutim")], now=timezone.now()
    )


def refusals(world, *lines, **more):
    with pytest.raises(BadFile) as refused:
        keep(world, *lines, **more)
    return [(bad.line, bad.reason) for bad in refused.value.bad_lines]


def counted(world, *lines):
    brought = look_again(keep(world, *lines), by=world.people["desk-kutim"], now=timezone.now()).brought
    return {row.what.split(",")[0]: row.amount for row in brought.counted}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0812 3456-7890", "+6281234567890"), ("+62 812-3456-7890", "+6281234567890"), ("6281234567890", "+6281234567890"),
        ("81234567890", "+6281234567890"), ("(0549) 23456", "+6254923456"), ("", ""), ("+60123456789", "+60123456789"),
    ],
)  # fmt: skip
def test_a_telephone_number_is_read_as_people_and_spreadsheets_write_it(written, read):
    assert read_phone(written) == read


@pytest.mark.parametrize(
    "written", ["8.12E+10", "8,12345E+10", "08123", "6408110501900001", "telepon", "0812345678901234"]
)
def test_a_telephone_number_that_lost_digits_or_is_none_is_refused(written):
    with pytest.raises(Unreadable):
        read_phone(written)


@pytest.mark.parametrize("written", ["6408110501900001", "Budi 6408 1105 0190 0001", "199001012015031001", "123", "-"])
def test_a_name_is_no_number_and_never_a_nik(written):
    with pytest.raises(Unreadable):
        read_name(written)


def test_roles_are_the_words_of_officials():
    words = ("Camat", "OPERATOR", "Camat / Operator", "PPS", "Diskominfo", "Penghubung KPU")
    assert [read_role(word) for word in words] == [
        ("reporter", "camat"), ("reporter", "operator"), ("reporter", "camat"), ("ppk", "pps"), ("partner", "diskominfo"),
        ("kpu", "penghubung-kpu"),
    ]  # fmt: skip
    with pytest.raises(Unreadable, match="camat, ppk"):
        read_role("Lurah")


def test_days_and_codes_in_both_ways_of_writing():
    assert read_day("21/10/2026") == read_day("2026-10-21") == read_day("2026-10-21 00:00:00") == date(2026, 10, 21)
    assert (read_day(""), read_code("640811"), read_code("64.08.11"), read_code("64.1")) == (
        None, "64.08.11", "64.08.11", "64.1",
    )  # fmt: skip
    with pytest.raises(Unreadable):
        read_day("31/02/2026")


def test_a_line_makes_an_account_with_role_code_and_a_name_to_sign_in_with(world):
    bring(world, "Siti Aminah;Operator;640806;Kec. Busang;81234567890;;21/11/2026;31/12/2026")
    made = User.objects.get(name="Siti Aminah")
    held = made.assignments.get()
    assert (made.username, made.phone, made.has_usable_password()) == ("operator-busang", "+6281234567890", False)
    assert (held.role, held.region_id, held.valid_until) == ("reporter", "64.08.06", date(2026, 12, 31))
    assert (made.codes.get().desk_id, made.codes.get().issued_by.username) == ("64.08", "desk-kutim")


def test_the_same_file_twice_changes_nothing(world):
    lines = ("Siti Aminah;Camat;64.08.06", "Joko Susilo;PPS;64.08.11", "Rina Wati;Diskominfo;64.08")
    bring(world, *lines, head="Nama;Peran;Kode")
    before = list(SignInCode.objects.values_list("pk")), Assignment.objects.count(), User.objects.count()
    bring(world, *reversed(lines), head="Nama;Peran;Kode")
    assert before == (list(SignInCode.objects.values_list("pk")), Assignment.objects.count(), User.objects.count())


def test_a_person_who_is_there_already_is_said_to_be(world):
    found = counted(world, "Camat Sandaran;Camat;64.08.11;;;;;", "PPK SANDARAN;PPK;64.08.11;;;ppk-sandaran;;")
    assert found == {"Sudah ada": 2}
    found = counted(world, "Ppk Sandaran;PPK;64.08.06;;;ppk-sandaran;;")
    assert found == {"Peran tambahan untuk akun yang ada": 1}


def test_names_to_sign_in_with_are_never_shared(world):
    make_regions({"64.11.09": "Busang"})
    lines = (
        "A Satu;Camat;64.08.06;;;;;",
        "B Dua;Camat;64.11.09;;;;;",
        "C Tiga;Operator;64.08.11;;;;;",
        "D Empat;Operator;64.08.11;;;;;",
    )
    bring(world, *lines, by="desk-kaltim", region="64")
    names = User.objects.filter(codes__isnull=False).order_by("name").values_list("username", flat=True)
    assert list(names) == [
        "camat-busang-kutai-timur", "camat-busang-mahakam-ulu", "operator-sandaran-kutai-timur",
        "operator-sandaran-kutai-timur-2",
    ]  # fmt: skip


BAD = [
    ("Siti;Lurah;64.08.06", "peran “Lurah” tidak dikenal"),
    ("Siti;Camat;64.08.99", "tidak ada di daftar wilayah"),
    ("Siti;Camat;64.08.06;Sandaran", "kode 64.08.06 adalah Busang, bukan “Sandaran”"),
    ("Siti;Camat;64.11.01", "di luar wilayah ini"),
    ("Siti;Camat;64.08", "tidak ada di tingkat"),
    ("Siti;Penangan netralitas;64.08", "tidak diberikan oleh Desk Anda"),
    ("Siti;Desk;64.08", "tidak diberikan oleh Desk Anda"),
    ("Siti;KPU;64.08", "tidak diberikan oleh Desk Anda"),
    ("Siti;Camat;64.08.06;;8.12E+10", "diringkas Excel"),
    ("6408110501900001;Camat;64.08.06", "NIK"),
    (";Camat;64.08.06", "nama kosong"),
    ("Siti;Camat;64.08.06;;;siti aminah", "tanpa spasi"),
    ("Siti;Camat;64.08.06;;;netralitas-kutim", "dipakai orang lain"),
    ("Netralitas Kutim;Camat;64.08.06;;;netralitas-kutim", "dipakai orang lain"),
    ("Kpu Mahulu;PPK;64.08.06;;;kpu-mahulu", "dipakai orang lain"),
    ("Siti;Camat;64.08.06;;;;;2026-11-20", "sudah lewat"),
    ("Siti;Camat;64.08.06;;;;2026-12-20;2026-12-10", "sebelum tanggal mulainya"),
]


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_a_wrong_line_is_named_with_its_reason_and_nothing_is_made(world, line, reason):
    line += ";" * (HEAD.count(";") - line.count(";"))
    found = refusals(world, "Joko Susilo;PPS;64.08.11;;;;;", line)
    assert [(number, reason in said) for number, said in found] == [(3, True)], found
    assert SignInCode.objects.count() == 0


def test_a_person_twice_in_the_file_is_refused(world):
    found = refusals(
        world,
        "Siti A;Camat;64.08.06;;;;;",
        "siti  a;Operator;64.08.06;;;;;",
        "X;PPS;64.08.11;;;x;;",
        "Y;PPS;64.08.11;;;x;;",
    )
    assert [line for line, _reason in found] == [3, 5]


def test_more_lines_cost_no_more_statements(world):
    def statements(count, word):
        with CaptureQueriesContext(
            connection,
        ) as found:
            bring(world, *(f"{word} {number:03} Contoh;PPS;64.08.11;;;;;" for number in range(count)))
        return len(found)

    statements(1, "Hangat")
    assert statements(2, "Dua") == statements(60, "Banyak")
