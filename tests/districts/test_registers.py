"""Registers come and go as spreadsheets: what officials write is understood, what is wrong is named, nothing is lost
(issue 5, point 6).
"""

from datetime import date
from io import BytesIO
from threading import Thread
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from districts.models import (
    Contact,
    ImportFile,
    PollingStation,
    PollingStationRisk,
    Signal,
    StaleKecamatan,
    VillageProfile,
)
from districts.registers import ROWS

pytestmark = pytest.mark.django_db

TPS = "Kode desa;Nomor TPS;Kecamatan;Desa/kelurahan;Jenis;Pemilih laki-laki;Pemilih perempuan;Estimasi;Tindakan\n"
UTILITY = "Kode TPS;Sinyal;Listrik;Akses;Lokasi alternatif\n"
VILLAGE = "Kode desa;Sinyal;Akses;Rute alternatif;Perangkat cadangan;Mbps;Tanggal uji\n"
RISK = "Kode TPS;Indikator;Catatan;Mitigasi;Penanggung jawab;Kategori Polri;Tindakan\n"
CONTACT = "Kode wilayah;Jabatan;Nama;Telepon;Tindakan\n"
HEADS = {"tps": TPS, "sinyal-tps": UTILITY, "sinyal-desa": VILLAGE, "rawan": RISK, "kontak": CONTACT}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk(as_user):
    return as_user("desk-kutim")


def send(client, kind, content, name="berkas.csv", code="64.08"):
    content = content if isinstance(content, bytes) else content.encode()
    return client.post(reverse("register", args=[code, kind]), {"file": SimpleUploadedFile(name, content)})


def bring(client, kind, *lines):
    """Upload and apply; the page seen in between."""
    answer = send(client, kind, HEADS[kind] + "\n".join(lines) + "\n")
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(answer.url).content.decode()
    assert "Berkas diterapkan" in client.post(answer.url + "terapkan/", follow=True).content.decode()
    return page


def station(number, village="64.08.11.2001"):
    return PollingStation.objects.get(village=village, number=number)


def book(rows, **places):
    """An XLSX of `rows`; `places` are further sheets."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        sheets = {"Data": rows, **places}
        for name, content in sheets.items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(content):
                for column, cell in enumerate(row):
                    sheet.write(at, column, cell)
    return buffer.getvalue()


def test_tps_and_voters_are_changed_added_and_what_vanished_stays(desk):
    page = bring(
        desk,
        "tps",
        "64.08.11.2001;1;Sandaran;Manubar;;1.210;205;;",
        "6408112001;7;;;khusus;10;12;ya;",
        ";TPS 008;sandaran;manubar;;30;31;;",
    )
    assert (station(1).voters, station(1).is_estimate) == (1415, False)
    assert (station(7).kind, station(7).voters, station(7).is_estimate) == ("khusus", 22, True)
    assert station(8).voters == 61
    assert PollingStation.objects.filter(village="64.08.11.2001").count() == 8
    assert "17 TPS yang tercatat di kecamatan yang sama tidak ada di berkas" in page
    assert "1210" in page
    assert StaleKecamatan.objects.filter(kecamatan="64.08.04").exists()  # a share of the regency's goods is another one


def test_a_tps_goes_only_where_its_line_says_so_and_is_named_before(desk):
    page = bring(desk, "tps", "64.08.11.2001;6;;;;;;;Hapus")
    assert "<li>64.08.11.2001-006 Manubar</li>" in page
    assert not PollingStation.objects.filter(village="64.08.11.2001", number=6).exists()
    assert PollingStation.objects.filter(village="64.08.11.2001").count() == 5


def test_signal_and_power_are_read_as_officials_write_them(desk):
    bring(
        desk,
        "sinyal-tps",
        "64.08.11.2001-001; Tidak  ADA sinyal ;Genset;Jalan_Kaki;ada",
        "64.08.11.2001-002;4G/LTE;pln;LAUT;tidak",
    )
    first, second = station(1), station(2)
    assert (first.signal, first.power, first.access_mode, first.has_alternative_site) == (
        0,
        "genset",
        "jalan_kaki",
        True,
    )
    assert (second.signal, second.power, second.access_mode, second.has_alternative_site) == (4, "pln", "laut", False)
    assert set(StaleKecamatan.objects.values_list("kecamatan", flat=True)) == {"64.08.11"}


def test_an_empty_cell_leaves_a_value_and_a_dash_takes_it_away(desk):
    PollingStation.objects.filter(village="64.08.11.2001").update(signal=Signal.G3, power="pln")
    bring(desk, "sinyal-tps", "64.08.11.2001-001;-;;;", "64.08.11.2001-002;;surya;;")
    assert (station(1).signal, station(1).power) == (None, "pln")
    assert (station(2).signal, station(2).power) == (3, "surya")


def test_the_register_of_desa_takes_comma_dates_and_devices(desk):
    bring(desk, "sinyal-desa", "64.08.11.2001;blankspot;sungai;ada;tidak ada;12,5;2/11/2026")
    profile = VillageProfile.objects.get(region="64.08.11.2001")
    assert (profile.signal, profile.access_mode, profile.has_backup_device) == (0, "sungai", False)
    assert (float(profile.office_mbps), profile.office_tested_on) == (12.5, date(2026, 11, 2))
    bring(desk, "sinyal-desa", "64.08.11.2001;4G;;;;;")
    profile.refresh_from_db()
    assert (profile.signal, profile.access_mode, float(profile.office_mbps)) == (4, "sungai", 12.5)


@pytest.mark.parametrize("line", ["64.08.11.2001;4G;;;;;", "64.08.11.2001;4G;;;;9;3/1/2015"])
def test_an_old_test_that_is_recorded_stands_in_nobodys_way(desk, line):
    VillageProfile.objects.create(region_id="64.08.11.2001", office_mbps="7.5", office_tested_on=date(2015, 1, 3))
    bring(desk, "sinyal-desa", line)
    assert VillageProfile.objects.get().signal == 4


def test_contacts_keep_their_zero_and_are_changed_by_office_and_name(desk):
    Contact.objects.create(region_id="64.08.11", office="Kapolsek", name="Budi", phone="0811000111")
    bring(
        desk,
        "kontak",
        "640811;Danramil;Sari;81234567890;",
        "64.08.11;kapolsek;BUDI;+62 812-3456-7890;",
        "64,08;Ketua KPU;Nia;'0812 345 678;",
    )
    found = {each.office: each.phone for each in Contact.objects.all()}
    assert found == {"Danramil": "081234567890", "Kapolsek": "+6281234567890", "Ketua KPU": "0812345678"}
    assert "<li>64.08.11 Danramil Sari</li>" in bring(desk, "kontak", "64.08.11;Danramil;Sari;;hapus")
    assert Contact.objects.count() == 2


def test_of_many_that_go_fifty_are_named_and_all_are_counted(desk):
    Contact.objects.bulk_create(Contact(region_id="64.08", office=f"Anggota {n}", name="Ana") for n in range(60))
    page = bring(desk, "kontak", *(f"64.08;Anggota {n};Ana;;hapus" for n in range(60)))
    assert page.count("<li>64.08 Anggota ") == 50
    assert "50 dari 60 yang dihapus" in page


def test_risks_are_listed_or_ticked_and_taken_back(desk):
    bring(
        desk,
        "rawan",
        "64.08.11.2001-001;RW18, rw26;Dua muara;Perahu cadangan;Polres;Sangat rawan;",
        "64.08.11.2001-002;8;;;;;",
    )
    risks = {(each.polling_station.number, each.indicator_id): each for each in PollingStationRisk.objects.all()}
    assert set(risks) == {(1, "RW18"), (1, "RW26"), (2, "RW08")}
    assert (risks[1, "RW18"].mitigation, risks[1, "RW18"].owner_id) == ("Perahu cadangan", "polres")
    assert station(1).police_category == "sangat_rawan"
    bring(desk, "rawan", "64.08.11.2001-001;RW18;;;;;hapus", "64.08.11.2001-002;-;;;;;")
    assert list(PollingStationRisk.objects.values_list("indicator_id", flat=True)) == ["RW26"]


def test_a_sheet_with_a_column_for_each_indicator_is_read_too(desk):
    answer = send(desk, "rawan", "Kode TPS;RW18;RW26\n64.08.11.2001-001;x;\n64.08.11.2001-002;;ya\n")
    desk.post(answer.url + "terapkan/")
    found = PollingStationRisk.objects.order_by("indicator_id").values_list("polling_station__number", "indicator_id")
    assert list(found) == [(1, "RW18"), (2, "RW26")]


def fill():
    """Something in every register, with what a spreadsheet could spoil."""
    PollingStation.objects.filter(village="64.08.11.2001").update(
        signal=0, power="tidak_ada", access_mode="jalan_kaki", has_alternative_site=False, police_category="rawan"
    )
    owner = {"owner_id": "polres", "note": '=1+1; "dua"', "mitigation": "-5 meter"}
    for code in ("RW18", "RW26"):
        PollingStationRisk.objects.create(polling_station=station(1), indicator_id=code, **owner)
    VillageProfile.objects.create(
        region_id="64.08.11.2001",
        signal=2,
        has_backup_device=True,
        office_mbps="7.5",
        office_tested_on=date(2025, 1, 3),
    )
    Contact.objects.create(region_id="64.08.11", office="Kapolsek", name="@Budi", phone="+6281234567890")
    Contact.objects.create(region_id="64.08", office="Anggota KPU", name="Nia")


def everything():
    models = (PollingStation, PollingStationRisk, VillageProfile, Contact)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_downloaded_and_not_edited_changes_nothing_when_it_comes_back(desk, kind, form):
    fill()
    before = everything()
    sheet = desk.get(reverse("register_export", args=["64.08", kind, form]))
    answer = send(desk, kind, b"".join(sheet.streaming_content), name=f"a.{form}")
    assert answer.status_code == 302, answer.content.decode()
    assert "perubahan." not in desk.get(answer.url).content.decode()
    desk.post(answer.url + "terapkan/")
    assert ImportFile.objects.applied().count() == 1
    assert everything() == before


@pytest.mark.parametrize(
    ("kind", "line", "sentence"),
    [
        ("tps", "64.11.01.2001;1;;;;1;1;;", "64.11.01.2001 di luar wilayah halaman ini"),
        ("tps", "64.08.11.2099;1;;;;1;1;;", "“64.08.11.2099” tidak ada di daftar wilayah"),
        ("tps", "2001-01-11;1;;;;1;1;;", "sudah diubah Excel menjadi tanggal"),
        ("tps", "64.08.11.2001;1;;Susuk Dalam;;1;1;;", "kode itu milik “Manubar”"),
        ("tps", "64.08.11.2001;0;;;;1;1;;", "nomor TPS “0” harus angka"),
        ("tps", "64.08.11.2001;1;;;;5001;1;;", "pemilih laki-laki “5001” harus bilangan bulat 0 sampai 5000"),
        ("tps", "64.08.11.2001;9;;;;5;;;", "pemilih laki-laki dan perempuan diisi bersama"),
        ("tps", "64.08.11.2001;1;;;aneh;;;;", "Jenis “aneh” tidak dikenal; isi reguler, khusus"),
        ("tps", "64.08.11.2001;9;;;;;;;hapus", "tidak ada, jadi tidak dapat dihapus"),
        ("sinyal-tps", "64.08.11.2001-001;5G;;;", "“5g” tidak dikenal; isi tidak ada sinyal, 2G, 3G, 4G"),
        ("sinyal-tps", "64.08.11.2001-099;4G;;;", "belum ada di daftar TPS"),
        ("sinyal-desa", "64.08.11.2001;4G;;;;12;", "hasil uji (Mbps) dan tanggal ujinya diisi bersama"),
        ("sinyal-desa", "64.08.11.2001;4G;;;;12;2027-01-01", "belum tiba"),
        ("sinyal-desa", "64.08.11.2001;4G;;;;12;2021-11-01", "2021-11-01 terlalu lama lalu"),
        ("sinyal-desa", "64.08.11.2001;4G;;;;1e3;2026-11-01", "Mbps “1e3” harus angka"),
        ("rawan", "64.08.11.2001-001;RW27;;;;;", "indikator “RW27” tidak dikenal"),
        ("rawan", "64.08.11.2001-001;RW18;;;dewa;;", "instansi “dewa” tidak dikenal"),
        ("rawan", "64.08.11.2001-001;RW18;6408112001900001;;;;", "jangan menulis NIK"),
        ("rawan", "64.08.11.2001-001;;basah;;;;", "memerlukan indikator"),
        ("kontak", "64.11.01;Camat;Ada;;", "wilayah 64.11.01 di luar wilayah halaman ini"),
        ("kontak", "64.08.11;Camat;Ada;8,12346E+11;", "harus satu nomor"),
        ("kontak", "64.08.11;Camat;;;", "nama “” harus diisi"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_and_nothing_is_kept(desk, kind, line, sentence):
    page = send(desk, kind, HEADS[kind] + line + "\n")
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert "Baris 2:" in page.content.decode()
    assert ImportFile.objects.count() == 0


@pytest.mark.parametrize("kind", ["tps", "sinyal-desa", "kontak"])
def test_a_key_that_stands_twice_is_named(desk, kind):
    line = {"tps": "64.08.11.2001;1;;;;1;1;;", "sinyal-desa": "64.08.11.2001;4G;;;;;", "kontak": "64.08;Kapolres;Ana;;"}
    page = send(desk, kind, HEADS[kind] + line[kind] + "\n" + line[kind] + "\n").content.decode()
    assert "Baris 3:" in page
    assert "sudah ada di baris 2" in page


def test_of_ten_thousand_bad_lines_a_hundred_are_shown_and_the_rest_counted(desk):
    page = send(desk, "kontak", CONTACT + "64.08;;Ana;;\n" * 10_000).content.decode()
    assert "10000 baris salah" in page
    assert page.count("<li>Baris ") == 100
    assert "kesalahan lagi" in page


def test_a_title_merged_above_the_header_and_a_second_sheet_do_no_harm(desk):
    head = ["Kode wilayah", "Jabatan", "Nama", "Telepon"]
    rows = [["DAFTAR KONTAK KECAMATAN"], [], head, [64.08, "Kapolres", "Ana", 81234567890]]
    answer = send(desk, "kontak", book(rows, Lain=[["apa", "saja"]]), name="a.xlsx")
    desk.post(answer.url + "terapkan/")
    contact = Contact.objects.get()
    assert (contact.region_id, contact.phone) == ("64.08", "081234567890")


def test_a_formula_is_read_by_its_result_and_one_that_failed_is_a_bad_line(desk):
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["Kode wilayah", "Jabatan", "Nama"])
        sheet.write_row(1, 0, ["64.08", "Kapolres"])
        sheet.write_formula("C2", '="A"&"na"', None, "Ana")
        sheet.write_row(2, 0, ["64.08", "Dandim"])
        sheet.write_formula("C3", "=A9/0", None, "#DIV/0!")
    page = send(desk, "kontak", buffer.getvalue(), name="a.xlsx").content.decode()
    assert "Baris 3: ada rumus yang gagal" in page
    assert "Baris 2:" not in page


def test_a_file_of_another_register_is_told_which_columns_are_wanted(desk):
    page = send(desk, "kontak", VILLAGE + "64.08.11.2001;4G;;;;;\n").content.decode()
    assert "judul kolom harus Kode wilayah,Jabatan,Nama" in page


def test_the_same_file_again_changes_nothing_and_is_no_mistake(desk):
    bring(desk, "kontak", "64.08;Kapolres;Ana;0812345678;")
    page = bring(desk, "kontak", "64.08;Kapolres;Ana;0812345678;")
    assert "Kontak tetap" in page
    assert Contact.objects.count() == 1


def test_the_page_says_what_is_known_and_by_which_file(desk):
    bring(desk, "sinyal-tps", "64.08.11.2001-001;4G;;;")
    page = desk.get(reverse("registers", args=["64.08"])).content.decode()
    assert "berkas.csv, oleh Desk Kutim" in page
    assert '<td class="num">1</td><td class="num">27</td>' in page  # signal: one of 28 TPS


@pytest.mark.parametrize(
    ("who", "tps", "contacts"),
    [("desk-kutim", 200, 200), ("desk-kaltim", 200, 200), ("admin", 200, 200), ("kpu-kutim", 200, 403),
     ("diskominfo-kutim", 403, 403), ("bupati-kutim", 403, 403), ("camat-sandaran", 404, 404), ("desk-mahulu", 404, 404)],
)  # fmt: skip
def test_who_may_bring_a_register(as_user, who, tps, contacts):
    client = as_user(who)
    assert client.get(reverse("register", args=["64.08", "tps"])).status_code == tps
    assert client.get(reverse("register", args=["64.08", "kontak"])).status_code == contacts
    assert client.get(reverse("register_export", args=["64.08", "kontak", "csv"])).status_code == contacts


def test_a_sheet_that_unpacks_to_a_thousand_times_its_size_is_refused_unread(desk):
    bomb = BytesIO()
    with ZipFile(BytesIO(book([["Kode wilayah"]]))) as good, ZipFile(bomb, "w", ZIP_DEFLATED) as bad:
        for each in good.infolist():
            bad.writestr(each, good.read(each))
        bad.writestr("xl/media/besar.bin", bytes(20_000_000))
    page = send(desk, "kontak", bomb.getvalue(), name="a.xlsx")
    assert page.status_code == 422
    assert "lembarnya terlalu besar" in page.content.decode()


@pytest.mark.parametrize(
    ("bound", "sentence"),
    [("UPLOAD_MAX_BYTES", "Bagi menjadi beberapa berkas"), ("UPLOAD_MAX_ROWS", "lebih dari 50 baris")],
)
def test_a_file_beyond_the_bounds_is_to_be_divided(desk, settings, bound, sentence):
    setattr(settings, bound, 50)
    page = send(desk, "kontak", CONTACT + "64.08;Kapolres;Ana;;\n" * 70)
    assert (page.status_code, ImportFile.objects.count()) == (422, 0)
    assert sentence in page.content.decode()


def pressed(person, addresses):
    """Threads that apply the files at once; each has a connection of its own."""

    def press(address):
        client = Client()
        client.force_login(person)
        try:
            client.post(address + "terapkan/")
        finally:
            connection.close()

    threads = [Thread(target=press, args=(address,)) for address in addresses]
    [each.start() for each in threads]
    return threads


@pytest.mark.django_db(transaction=True)
def test_two_people_applying_the_same_lines_at_once_leave_each_line_once(world, as_user):
    lines = "".join(f"64.08.11;Anggota {n};Ana;0812345678{n:02};\n" for n in range(20))
    addresses = [send(as_user(who), "kontak", CONTACT + lines).url for who in ("desk-kutim", "desk-kaltim")]
    [each.join() for each in pressed(world.people["desk-kaltim"], addresses * 2)]
    assert (Contact.objects.count(), ImportFile.objects.applied().count()) == (20, 2)


@pytest.mark.django_db(transaction=True)
def test_an_empty_cell_does_not_undo_what_another_brings_at_the_same_moment(world, as_user):
    address = send(as_user("desk-kutim"), "sinyal-tps", UTILITY + "64.08.11.2001-001;;PLN;;\n").url
    waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('import sinyal-tps'))")
        [other] = pressed(world.people["desk-kutim"], [address])
        for _attempt in range(500):
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                break
            other.join(0.02)
        PollingStation.objects.filter(village="64.08.11.2001", number=1).update(signal=Signal.G4)
    other.join()
    assert (station(1).signal, station(1).power) == (4, "pln")


def test_the_number_of_statements_does_not_grow_with_lines(desk, django_assert_max_num_queries):
    counts = []
    for rows in (2, 18):
        lines = [f"64.08.11.200{desa}-00{n};4G;;;" for desa in (1, 2, 3) for n in range(1, 7)][:rows]
        with django_assert_max_num_queries(150) as captured:
            answer = send(desk, "sinyal-tps", UTILITY + "\n".join(lines))
            desk.post(answer.url + "terapkan/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
