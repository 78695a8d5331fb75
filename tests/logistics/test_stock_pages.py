"""Pages of the stock: what people see, who may write, and what bad input comes back as (issue 3, items 1-3 and 8)."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest

from logistics.models import Document, Movement, PlaceKind, Replacement
from tests.conftest import NOW, PEOPLE

from .goods import make_parcels, paper, put
from .test_receiving import receive, there
from .test_replacing import asked
from .test_sorting import sort

pytestmark = pytest.mark.django_db
HOME = "/wilayah/64.08/logistik"
GOVERNOR = ("SS", "gubernur")
SEEN_BY = {"desk-kutim", "desk-kaltim", "bupati-kutim", "pemantau-nasional", "kpu-kutim", "netralitas-kutim",
           "diskominfo-kutim", "admin"}  # fmt: skip
PAGES = ("barang/", "barang/SS/", "barang/SS/unduh.csv", "terima/", "sortir/", "pengganti/", "cadangan/", "musnah/")
LATER = NOW + timedelta(days=11)


def act(**typed):
    return {"happened_at": "2026-11-21T18:00", "client_key": uuid4()} | typed


def writes(world):
    """Every act of the stock: its address and a form that would be accepted."""
    put(world, {("SS", "bupati"): 50})
    put(world, {GOVERNOR: 50}, PlaceKind.SORTING)
    replacement, sent = asked(world), asked(world)
    Replacement.objects.filter(pk=sent.pk).update(sent=5, sent_document=paper(world))
    movement = Movement.objects.exclude(from_place=None).first()
    counts = {"damaged_gubernur": 0, "surplus_gubernur": 0, "damaged_bupati": 0, "surplus_bupati": 0}
    return {
        "terima/": act(number="SJ-1", stated_BS=3, counted_BS=3),
        "sortir/": act(goods="SS_gubernur", labelled=10, good=10),
        "pengganti/": act(goods="SS_gubernur", quantity=2, reason="Rusak", asked_at="2026-11-21T18:00"),
        f"pengganti/{replacement.pk}/kirim/": act(quantity=2),
        f"pengganti/{sent.pk}/terima/": act(quantity=2),
        "cadangan/": act(SS_bupati=5),
        "musnah/": act(number="BA", witness_bawaslu="Ketua", witness_police="Kabag Ops", **counts),
        f"koreksi/{movement.pk}/": act(quantity=1, reason="Salah"),
    }


@pytest.mark.parametrize("who", sorted({*PEOPLE, "admin"}))
def test_who_sees_the_regency_reads_and_only_its_kpu_liaison_writes(world, as_user, who):
    client, count = as_user(who), Document.objects.count
    for path, form in writes(world).items():
        before, answer = count(), client.post(f"{HOME}/{path}", form)
        page = client.get(f"{HOME}/{path}")
        if who not in SEEN_BY:
            assert (answer.status_code, page.status_code) == (404, 404), path
        elif who != "kpu-kutim":
            assert (answer.status_code, page.status_code) == (403, 200), path
            assert "Hanya penghubung KPU" in answer.content.decode()
            assert "<textarea" not in page.content.decode()
            assert 'name="happened_at"' not in page.content.decode(), path
        else:
            assert answer.status_code in (302, 422), path
        if who != "kpu-kutim":
            assert count() == before, path


@pytest.mark.parametrize("path", ["terima/", "sortir/", "pengganti/", "cadangan/", "musnah/"])
def test_who_only_reads_is_refused_before_the_form_is_looked_at(world, as_user, path):
    answer = as_user("desk-kutim").post(f"{HOME}/{path}", {})
    assert answer.status_code == 403
    assert "Hanya penghubung KPU" in answer.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_of_a_regency_within_reach(world, as_user, path):
    client = as_user("desk-kaltim")
    assert client.get(f"{HOME}/{path}").status_code == 200
    assert client.get(f"/wilayah/64/logistik/{path}").status_code == 404
    assert as_user("kpu-kutim").get(f"/wilayah/64.11/logistik/{path}").status_code == 404


def test_the_table_puts_what_is_short_or_damaged_first_and_silence_is_grey(world, as_user):
    receive(world, ("TN", "", 500, 500), ("BS", "", 5, 5))
    page = as_user("desk-kutim").get(f"{HOME}/barang/").content.decode()
    trouble, counted = page.index("Kurang, rusak atau hilang"), page.index("Wajib hitung")
    assert trouble < page.index("Bilik pemungutan suara") < counted < page.index("Tinta")
    assert page.count("Belum ada data") > 10


def test_the_table_takes_the_same_statements_for_much_stock_as_for_none(world, as_user, django_assert_max_num_queries):
    client = as_user("desk-kutim")
    with django_assert_max_num_queries(12) as empty:
        client.get(f"{HOME}/barang/")
    make_parcels(world, "64.08")
    with django_assert_max_num_queries(12) as full:
        client.get(f"{HOME}/barang/")
    assert len(full) == len(empty)


def test_the_stock_card_runs_from_opening_to_newest_with_what_was_left_after_each(world, as_user):
    receive(world, (*GOVERNOR, 100, 96))
    sort(world, 60, 55, {2: 5})
    sort(world, 36, 36)
    page = as_user("desk-kutim").get(f"{HOME}/barang/SS/?jenis=gubernur&tempat=gudang")
    rows = [(row.came, row.quantity, row.after) for row in page.context["page"].object_list]
    assert rows == [(True, 55, 55), (True, 36, 91)]
    card = as_user("desk-kutim").get(f"{HOME}/barang/SS/?tempat=sortir").context["page"].object_list
    assert [(row.came, row.quantity, row.after) for row in card] == [
        (True, 96, 96), (False, 55, 41), (False, 5, 36), (False, 36, 0),
    ]  # fmt: skip


def test_each_contest_has_a_balance_of_its_own_on_the_card(world, as_user):
    receive(world, (*GOVERNOR, 100, 100), ("SS", "bupati", 30, 30))
    card = as_user("desk-kutim").get(f"{HOME}/barang/SS/?tempat=sortir").context["page"].object_list
    assert {(row.contest, row.after) for row in card} == {("gubernur", 100), ("bupati", 30)}


def test_many_tps_packed_at_once_are_one_line_of_the_card(world, as_user):
    make_parcels(world, "64.08.11")
    card = as_user("desk-kutim").get(f"{HOME}/barang/BS/?tempat=gudang").context["page"].object_list
    assert [(row.movements, row.quantity, row.after) for row in card] == [(1, 72, 72), (18, 72, 0)]


def test_the_card_opens_on_its_newest_page_in_two_statements_however_long(
    world, as_user, django_assert_max_num_queries
):
    for number in range(60):
        receive(world, ("BS", "", 1, 1), number=f"SJ-{number}")
    client = as_user("kpu-kutim")
    with django_assert_max_num_queries(12):
        page = client.get(f"{HOME}/barang/BS/?tempat=gudang").context["page"]
    assert (page.number, page.object_list[-1].after) == (2, 60)


def test_the_card_downloads_as_it_is_filtered(world, as_user):
    receive(world, ("BS", "", 9, 7))
    answer = as_user("desk-kutim").get(f"{HOME}/barang/BS/unduh.csv?tempat=gudang")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[1][5:10] == ["Penyedia", "Gudang KPU", "7", "", "7"]
    xlsx = as_user("desk-kutim").get(f"{HOME}/barang/BS/unduh.xlsx")
    assert b"".join(xlsx.streaming_content)[:2] == b"PK"


def test_several_items_are_received_at_once_and_the_totals_come_back(world, as_user):
    form = act(number="SJ-9", stated_SS_gubernur="1.000", counted_SS_gubernur="996", stated_BS="80", counted_BS="81")
    answer = as_user("kpu-kutim").post(f"{HOME}/terima/", form, follow=True)
    assert there(world, PlaceKind.SORTING) == {GOVERNOR: 996}
    page = answer.content.decode()
    assert "2 barang, menurut surat jalan 1.080, diterima 1.077, kurang 4, lebih 1" in page
    assert "SJ-9" in page


def test_a_form_that_was_changed_and_sent_again_says_that_nothing_of_it_was_written(world, as_user):
    """The browser's Back shows the form with its old key: its new numbers are not lost without a word."""
    form, client = act(number="SJ-9", stated_BS=8, counted_BS=8), as_user("kpu-kutim")
    client.post(f"{HOME}/terima/", form)
    answer = client.post(f"{HOME}/terima/", form | {"counted_BS": 5})
    assert answer.status_code == 422
    assert "sudah tersimpan dengan isi lain; perubahan Anda tidak ditulis" in answer.content.decode()
    assert there(world, PlaceKind.WAREHOUSE) == {("BS", ""): 8}


def test_a_second_tap_that_finds_no_room_any_more_is_told_that_the_first_is_stored(world, as_user):
    put(world, {("SS", "bupati"): 2100})
    client, form = as_user("kpu-kutim"), act(SS_bupati=2000)
    assert client.post(f"{HOME}/cadangan/", form).status_code == 302
    answer = client.post(f"{HOME}/cadangan/", form)
    assert answer.status_code == 422
    assert "sudah tersimpan; tidak ada yang ditulis dua kali" in answer.content.decode()
    assert there(world, PlaceKind.RESERVE) == {("SS", "bupati"): 2000}


def test_a_form_sent_twice_writes_once(world, as_user):
    form, client = act(number="SJ-9", stated_BS=8, counted_BS=8), as_user("kpu-kutim")
    assert [client.post(f"{HOME}/terima/", form).status_code for _again in range(2)] == [302, 302]
    assert there(world, PlaceKind.WAREHOUSE) == {("BS", ""): 8}


@pytest.mark.parametrize(("typed", "sentence"), [
    ({"stated_BS": "8", "counted_BS": "-3"}, "Tidak boleh kurang dari 0"),
    ({"stated_BS": "1,5", "counted_BS": "1"}, "bilangan bulat tanpa pecahan"),
    ({"stated_BS": "1e3", "counted_BS": "1"}, "angka saja"),
    ({"stated_BS": "8", "counted_BS": ""}, "Isi keduanya"),
    ({"stated_BS": "99999999999999999999", "counted_BS": "1"}, "Terlalu besar"),
    ({}, "paling sedikit satu barang"),
    ({"stated_XX": "8", "counted_XX": "8"}, "paling sedikit satu barang"),
    ({"stated_SS": "8", "counted_SS": "8"}, "paling sedikit satu barang"),
    ({"stated_BS": "8", "counted_BS": "8", "number": " "}, "Isi nomor surat"),
    ({"stated_BS": "8", "counted_BS": "8", "number": "6408112001900001"}, "NIK"),
    ({"stated_BS": "8", "counted_BS": "8", "happened_at": "2026-11-22T08:00"}, "belum terjadi"),
    ({"stated_BS": "8", "counted_BS": "8", "happened_at": ""}, "Isi tanggal dan jamnya"),
    ({"stated_BS": "8", "counted_BS": "8", "happened_at": "kemarin"}, "Tulis tanggal dan jamnya"),
])  # fmt: skip
def test_bad_input_comes_back_with_a_sentence_and_nothing_is_written(world, as_user, typed, sentence):
    answer = as_user("kpu-kutim").post(f"{HOME}/terima/", act(number="SJ-9") | typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Document.objects.count() == 0


def test_what_was_typed_is_still_there_after_a_mistake(world, as_user):
    form = act(number="SJ-9", stated_BS="80", counted_BS="abc", stated_BP="5", counted_BP="5")
    page = as_user("kpu-kutim").post(f"{HOME}/terima/", form).content.decode()
    assert 'value="abc"' in page
    assert '<details class="section" open>' in page  # the folded items with something in them
    assert str(form["client_key"]) in page


@pytest.mark.parametrize(("typed", "sentence"), [
    ({"labelled": 100, "good": 90, "damage_2": 5}, "baik + rusak + kurang - lebih = 95"),
    ({"labelled": 100, "good": 95, "damage_2": 5, "damaged": 7}, "berjumlah 5, sedangkan rusak 7"),
    ({"labelled": 100, "good": 100, "goods": "BS"}, "Pilih jenis pemilihannya"),
    ({"labelled": 500, "good": 500}, "hanya ada 100"),
    ({"labelled": "", "good": 5}, "Isi jumlahnya"),
])  # fmt: skip
def test_a_batch_that_does_not_add_up_comes_back_with_a_sentence(world, as_user, typed, sentence):
    put(world, {GOVERNOR: 100}, PlaceKind.SORTING)
    answer = as_user("kpu-kutim").post(f"{HOME}/sortir/", act(goods="SS_gubernur") | typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert there(world, PlaceKind.SORTING) == {GOVERNOR: 100}


def test_the_next_batch_begins_with_the_same_contest(world, as_user):
    put(world, {GOVERNOR: 100}, PlaceKind.SORTING)
    form = act(goods="SS_gubernur", labelled=60, good=57, damage_2=2, short=1)
    answer = as_user("kpu-kutim").post(f"{HOME}/sortir/", form, follow=True)
    page = answer.content.decode()
    assert "baik 57, rusak 2, kurang 1, lebih 0" in page
    assert "checked" in page.split('value="SS_gubernur"')[1].partition(">")[0]
    assert there(world, PlaceKind.WAREHOUSE) == {GOVERNOR: 57}


def test_a_replacement_is_asked_sent_and_received_on_its_pages(world, as_user):
    client = as_user("kpu-kutim")
    form = act(goods="SS_gubernur", quantity=12, reason="Rusak saat sortir", silog_number="S-1",
               asked_at="2026-11-21T10:00", expected_on="2026-11-28")  # fmt: skip
    client.post(f"{HOME}/pengganti/", form)
    pk = Replacement.objects.get().pk
    assert client.post(f"{HOME}/pengganti/{pk}/kirim/", act(quantity=12, number="SJ-2")).status_code == 302
    over = client.post(f"{HOME}/pengganti/{pk}/terima/", act(quantity=13))
    assert over.status_code == 422
    assert "masih di perjalanan 12" in over.content.decode()
    assert client.post(f"{HOME}/pengganti/{pk}/terima/", act(quantity=12)).status_code == 302
    assert there(world, PlaceKind.SORTING) == {GOVERNOR: 12}


def test_the_reserve_says_how_much_is_left_to_set_aside(world, as_user):
    put(world, {("SS", "bupati"): 2500})
    client = as_user("kpu-kutim")
    assert "Paling banyak 2000 lagi" in client.post(f"{HOME}/cadangan/", act(SS_bupati=2001)).content.decode()
    assert client.post(f"{HOME}/cadangan/", act(SS_bupati=2000)).status_code == 302
    assert there(world, PlaceKind.RESERVE) == {("SS", "bupati"): 2000}


def test_destruction_is_offered_from_h_minus_1_with_its_numbers(world, as_user, now):
    client = as_user("kpu-kutim")
    assert "Belum waktunya" in client.get(f"{HOME}/musnah/").content.decode()
    now.move_to(LATER)
    make_parcels(world, "64.08", at=LATER)
    put(world, {GOVERNOR: 36}, at=LATER)
    put(world, {GOVERNOR: 4}, PlaceKind.DAMAGED, at=LATER)
    client = as_user("kpu-kutim")  # the session of eleven days ago has ended
    form = client.get(f"{HOME}/musnah/").context["form"]
    proposed = {name: form[name].value() for name in form.fields if name.startswith(("damaged", "surplus"))}
    assert proposed == {"damaged_gubernur": 4, "surplus_gubernur": 36, "damaged_bupati": 0, "surplus_bupati": 0}
    typed = act(number="BA-1", witness_bawaslu="Ketua", witness_police="Kabag Ops", happened_at="2026-12-02T18:00")
    wrong = client.post(f"{HOME}/musnah/", typed | proposed | {"surplus_gubernur": 35})
    assert wrong.status_code == 422
    assert "tepat sebanyak itu" in wrong.content.decode()
    assert client.post(f"{HOME}/musnah/", typed | proposed).status_code == 302
    assert there(world, PlaceKind.DESTROYED) == {GOVERNOR: 40}


def test_a_wrong_entry_is_taken_back_with_its_reason_and_both_stay_on_the_card(world, as_user):
    receive(world, ("BS", "", 80, 80))
    movement = Movement.objects.exclude(from_place=None).get()
    client = as_user("kpu-kutim")
    assert client.post(f"{HOME}/koreksi/{movement.pk}/", act(quantity=81, reason="Salah")).status_code == 422
    assert client.post(f"{HOME}/koreksi/{movement.pk}/", act(quantity=5, reason="")).status_code == 422
    assert client.post(f"{HOME}/koreksi/{movement.pk}/", act(quantity=5, reason="Salah hitung")).status_code == 302
    rows = client.get(f"{HOME}/barang/BS/?tempat=gudang").context["page"].object_list
    assert [(row.came, row.quantity, row.after, row.can_be_corrected) for row in rows] == [
        (True, 80, 80, True), (False, 5, 75, False),
    ]  # fmt: skip


def test_what_is_not_of_this_regency_or_not_stock_cannot_be_corrected_here(world, as_user):
    make_parcels(world, "64.11")
    make_parcels(world, "64.08.06")
    client = as_user("kpu-kutim")
    foreign = Movement.objects.filter(document__regency="64.11").exclude(from_place=None).first()
    packed = Movement.objects.filter(document__kind="kemas", document__regency="64.08").first()
    for movement in (foreign, packed):
        assert client.get(f"{HOME}/koreksi/{movement.pk}/").status_code == 404
    assert client.get(f"{HOME}/koreksi/99999999999999999999/").status_code == 404
    assert client.get(f"{HOME}/pengganti/99999/kirim/").status_code == 404
    assert client.get(f"{HOME}/barang/ZZ/").status_code == 404
