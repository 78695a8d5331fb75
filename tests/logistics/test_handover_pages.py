"""The hand-over on a phone: what the QR opens, what it asks, what it keeps, and the record afterwards (issue, section 6)."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from districts.models import Issue
from districts.qr import svg
from logistics.bast import document_data
from logistics.cargo import cargo_of
from logistics.handing import receive, take_back
from logistics.handover_page import records_of
from logistics.models import Difference, HandOver, HandOverCount, HandOverPhoto, Outcome, Parcel, ShipmentParcel
from logistics.shipping import stop
from tests.conftest import NOW
from tests.districts.officials import MOST_STATEMENTS, statements, text_of
from tests.districts.test_report_photos import picture

from .handovers import NOTICES, departed, planned, said, short

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipment(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return departed(world, goods=NOTICES)


def address(shipment, end="terima"):
    return f"/kiriman/{shipment.code}/{end}/"


def typed(shipment, **more):
    """The two ticks and "accepted", as somebody taps who found everything right."""
    return {
        "client_key": str(uuid4()), "all_counts": "on", "all_seals": "on", "outcome": "diterima", "baris": "1",
        "received_at": "2026-11-21T18:30",
    } | more  # fmt: skip


def finding(parcel, number=1, kind="kurang", goods="SS-bupati", quantity="2", note=""):
    prefix = f"selisih-{number}-"
    values = {"parcel": str(parcel), "kind": kind, "goods": goods, "quantity": quantity, "note": note}
    return {prefix + name: value for name, value in values.items()}


def first_parcel(shipment):
    return cargo_of(shipment).parcels[0].pk


def foto(colour="red", content=None):
    return SimpleUploadedFile("foto.jpg", content or picture(colour=colour), "image/jpeg")


# --- The form -----------------------------------------------------------------------------------------------------------
def test_the_qr_asks_to_sign_in_and_then_comes_back(client, shipment):
    answer = client.get(address(shipment))
    assert answer.status_code == 302
    assert answer.url == f"/masuk/?next={address(shipment)}"


def test_the_form_shows_what_should_arrive(as_user, shipment):
    page = text_of(as_user("ppk-sandaran").get(address(shipment)))
    assert "dari 2.460 lembar" in page  # 6 TPS of 400 voters and 2.5 %
    assert "Formulir C.Pemberitahuan-KPU" in page
    assert "dari 2.400 lembar" in page
    assert "64.08.11.2001-001/1" in page


def test_two_ticks_and_an_answer_are_enough(as_user, shipment):
    answer = as_user("ppk-sandaran").post(address(shipment), typed(shipment))
    assert (answer.status_code, answer.url) == (302, address(shipment, "serah-terima"))
    made = HandOver.objects.get()
    assert (made.outcome, made.receiver.username) == ("diterima", "ppk-sandaran")
    assert HandOverCount.objects.get(item="CP").counted == 2400


def test_a_form_tapped_twice_is_one_hand_over(as_user, shipment):
    client, form = as_user("ppk-sandaran"), typed(shipment)
    first, second = (client.post(address(shipment), form) for _tap in range(2))
    assert first.url == second.url
    assert HandOver.objects.count() == 1
    assert "sudah diterima oleh" not in text_of(client.get(second.url))


def test_a_count_that_differs_without_a_reason_comes_back_with_everything_typed(as_user, shipment):
    parcel = first_parcel(shipment)
    form = typed(shipment, outcome="selisih", reason="Basah", receiver_name="Ketua KPPS 003", **{
        "hitung-SS-bupati-counted": "2457", f"segel-{parcel}-seen": "SGL-9",
    }, **finding(parcel, note="di sudut kotak"))  # fmt: skip
    answer = as_user("ppk-sandaran").post(address(shipment), form)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "Surat suara bupati: menurut manifes 2460 lembar, dihitung 2457" in page
    for kept in ('value="2457"', "Basah", "Ketua KPPS 003", "SGL-9", "di sudut kotak", form["client_key"]):
        assert kept in page
    assert not HandOver.objects.exists()


def test_differences_are_taken_with_their_reason(as_user, shipment):
    parcel = first_parcel(shipment)
    form = typed(shipment, outcome="selisih", reason="Kardus sobek", **{"hitung-SS-bupati-counted": "2.458"})
    answer = as_user("ppk-sandaran").post(address(shipment), form | finding(parcel))
    assert answer.status_code == 302, text_of(answer)
    found = Difference.objects.get()
    assert (found.kind, found.item_id, found.contest, found.quantity) == ("kurang", "SS", "bupati", 2)


def test_a_tick_for_all_counts_leaves_out_what_a_missing_parcel_held(as_user, shipment):
    parcel = first_parcel(shipment)
    told = finding(parcel, kind="tidak_ada", goods="", quantity="")
    form = typed(shipment, outcome="selisih", reason="Satu kotak tertinggal") | told
    assert as_user("ppk-sandaran").post(address(shipment), form).status_code == 302
    assert HandOverCount.objects.get(item="SS", contest="bupati").counted == 2050
    assert not Parcel.objects.get(pk=parcel).ppk_at


def test_another_line_loses_nothing_and_writes_nothing(as_user, shipment):
    form = typed(shipment, tambah="1", reason="Kardus sobek", **{"hitung-SS-bupati-counted": "2458"})
    answer = as_user("ppk-sandaran").post(address(shipment), form | finding(first_parcel(shipment), note="sudut kiri"))
    page = text_of(answer)
    assert answer.status_code == 200
    assert "Selisih 2" in page
    for kept in ('value="2458"', "Kardus sobek", "sudut kiri", form["client_key"]):
        assert kept in page
    assert "error-summary" not in page
    assert not HandOver.objects.exists()


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("all_counts", "Isi jumlah yang dihitung per barang"),
        ("all_seals", "Periksa segelnya"),
        ("outcome", "Pilih diterima, diterima dengan selisih, atau ditolak."),
    ],
)
def test_what_was_not_answered_is_asked_for_in_one_sentence(as_user, shipment, left_out, sentence):
    form = typed(shipment)
    del form[left_out]
    answer = as_user("ppk-sandaran").post(address(shipment), form)
    assert answer.status_code == 422
    assert sentence in text_of(answer)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("hitung-SS-bupati-counted", "-3", "Tidak boleh kurang dari 0"),
        ("hitung-SS-bupati-counted", "12,5", "Surat suara bupati: Tulis bilangan bulat"),
        ("received_at", "2026-11-21T09:00", "tidak boleh sebelum waktu berangkat"),
        ("received_at", "2026-11-22T18:30", "Waktu ini belum tiba"),
        ("receiver_name", "6408112001900001", "NIK"),
        ("client_key", "bukan-kunci", "Muat ulang"),
        ("selisih-1-parcel", "999999", "Selisih 1, TPS:"),
        ("selisih-1-note", "sobek", "Pilih temuannya"),
        ("baris", "99999999999", "Ada selisih"),
    ],
)
def test_what_makes_no_sense_comes_back_with_a_sentence(as_user, shipment, field, value, sentence):
    form = typed(shipment, outcome="selisih") | {field: value}
    answer = as_user("ppk-sandaran").post(address(shipment), form)
    assert answer.status_code == 422
    assert sentence in text_of(answer)


def test_a_refusal_needs_its_reason_and_no_counting(as_user, shipment):
    client = as_user("ppk-sandaran")
    form = {"client_key": str(uuid4()), "outcome": "ditolak", "received_at": "2026-11-21T18:30", "baris": "1"}
    assert "Tulis alasan" in text_of(client.post(address(shipment), form))
    assert client.post(address(shipment), form | {"reason": "Segel semua terbuka"}).status_code == 302
    assert HandOver.objects.get().outcome == Outcome.REFUSED


# --- Who ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("username", "status"),
    [("camat-sandaran", 403), ("desk-kutim", 403), ("kpu-kutim", 403), ("camat-busang", 404), ("desk-mahulu", 404)],
)
def test_the_form_is_for_the_receiver_alone(as_user, shipment, username, status):
    assert as_user(username).get(address(shipment)).status_code == status
    assert as_user(username).post(address(shipment), typed(shipment)).status_code == status
    assert not HandOver.objects.exists()


def test_a_shipment_that_waits_for_nobody_leads_to_its_record_with_the_reason(as_user, world, shipment):
    client = as_user("ppk-sandaran")
    early = planned(world, village="64.08.11.2002")
    assert "belum berangkat" in text_of(client.get(address(early), follow=True))
    stop(shipment=shipment, reason="Ombak", by=world.people["kpu-kutim"], now=NOW, client_key=uuid4())
    assert "dihentikan di jalan: Ombak" in text_of(client.post(address(shipment), typed(shipment), follow=True))


def test_the_sender_takes_back_what_was_stopped(as_user, world, shipment):
    stop(shipment=shipment, reason="Ombak", by=world.people["kpu-kutim"], now=NOW, client_key=uuid4())
    client = as_user("kpu-kutim")
    page = text_of(client.get(address(shipment, "kembali")))
    assert "Terima kembali muatan" in page
    assert "Ditolak" not in page
    assert client.post(address(shipment, "kembali"), typed(shipment)).status_code == 302
    assert HandOver.objects.get().is_take_back
    assert as_user("ppk-sandaran").get(address(shipment, "kembali")).status_code == 403


# --- Photos -------------------------------------------------------------------------------------------------------------
def test_photos_come_with_the_form_and_the_same_one_is_kept_once(as_user, shipment):
    form = typed(shipment, foto=[foto("red"), foto("blue"), foto("red")])
    as_user("ppk-sandaran").post(address(shipment), form)
    assert list(HandOverPhoto.objects.values_list("position", flat=True)) == [1, 2]


def test_a_photo_that_cannot_be_kept_never_costs_the_hand_over(as_user, shipment, monkeypatch):
    def full(name, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    answer = as_user("ppk-sandaran").post(address(shipment), typed(shipment, foto=[foto()]), follow=True)
    assert "tempat di server penuh. Serah terimanya sendiri aman" in text_of(answer)
    assert (HandOver.objects.count(), HandOverPhoto.objects.count()) == (1, 0)


def test_what_is_no_photo_is_told_and_the_hand_over_stands(as_user, shipment):
    form = typed(shipment, foto=[foto(content=b"GIF89a")])
    assert "bukan foto" in text_of(as_user("ppk-sandaran").post(address(shipment), form, follow=True))
    assert HandOver.objects.count() == 1


def test_photos_lost_with_the_process_come_when_the_form_is_sent_again(as_user, shipment):
    client, form = as_user("ppk-sandaran"), typed(shipment)
    client.post(address(shipment), form)
    client.post(address(shipment), form | {"foto": [foto()]})
    assert (HandOver.objects.count(), HandOverPhoto.objects.count()) == (1, 1)


def test_a_photo_is_for_who_may_see_the_shipment(as_user, shipment):
    as_user("ppk-sandaran").post(address(shipment), typed(shipment, foto=[foto()]))
    seen = as_user("bupati-kutim").get(f"{address(shipment, 'serah-terima')}foto/1/")
    assert (seen.status_code, seen["Content-Type"], seen["Cache-Control"][:7]) == (200, "image/jpeg", "private")
    assert b"".join(seen.streaming_content)[:2] == b"\xff\xd8"
    assert as_user("bupati-kutim").get(f"{address(shipment, 'serah-terima')}foto/2/").status_code == 404
    assert as_user("desk-mahulu").get(f"{address(shipment, 'serah-terima')}foto/1/").status_code == 404


@pytest.mark.parametrize(("username", "status"), [("kpu-kutim", 302), ("ppk-sandaran", 302), ("desk-kutim", 403)])
def test_photos_are_added_later_by_both_sides(as_user, shipment, username, status):
    as_user("ppk-sandaran").post(address(shipment), typed(shipment))
    answer = as_user(username).post(f"{address(shipment, 'serah-terima')}foto/", {"foto": foto()})
    assert answer.status_code == status
    assert HandOverPhoto.objects.count() == (status == 302)


# --- The record ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def differed(world, shipment):
    told = said(shipment, short(first_parcel(shipment)), receiver_name="Ketua PPK", receiver_office="PPK Sandaran")
    receive(shipment=shipment, confirmation=told, by=world.people["ppk-sandaran"], now=NOW)
    return shipment


@pytest.mark.parametrize("username", ["kpu-kutim", "ppk-sandaran", "desk-kutim", "camat-sandaran", "bupati-kutim"])
def test_the_record_shows_both_confirmations_and_the_difference_to_all_who_see_the_kecamatan(
    as_user, differed, username
):
    page = text_of(as_user(username).get(address(differed, "serah-terima")))
    for told in ("Kpu Kutim", "<strong>Ketua PPK</strong>, PPK Sandaran", "13.42 WITA", "18.32 WITA", "Diterima dengan selisih",
                 "Surat suara bupati kurang 2 lembar", "2.458", "Satu kotak basah", Issue.objects.get().title):  # fmt: skip
        assert told in page
    offered = {"kpu-kutim": 3, "ppk-sandaran": 2}.get(username, 0)  # acknowledge, settle, add a photo
    assert page.count(f'action="/kiriman/{differed.code}/serah-terima/') == offered


def test_the_record_of_a_foreign_kecamatan_does_not_exist(as_user, differed):
    for end in ("serah-terima/", "bast.pdf", "terima/", "kembali/"):
        assert as_user("desk-mahulu").get(f"/kiriman/{differed.code}/{end}").status_code == 404


def test_the_record_costs_the_same_for_two_findings_and_for_many(as_user, world, shipment):
    other = departed(world, village="64.08.11.2002")
    costs = []
    for each, count in ((shipment, 2), (other, 6)):
        pks = [parcel.pk for parcel in cargo_of(each).parcels][:count]
        told = said(each, *[short(pk) for pk in pks])
        receive(shipment=each, confirmation=told, by=world.people["ppk-sandaran"], now=NOW)
        costs.append(statements(as_user("kpu-kutim"), address(each, "serah-terima"))[0])
    assert costs[0] == costs[1] <= MOST_STATEMENTS


def test_the_form_costs_the_same_for_two_tps_and_for_many(as_user, world, shipment):
    small = departed(world, village="64.08.11.2002")
    gone = Parcel.objects.filter(journeys__shipment=small).order_by("pk")[2:]
    ShipmentParcel.objects.filter(parcel__in=list(gone)).update(released_at=NOW)
    costs = [statements(as_user("ppk-sandaran"), address(each))[0] for each in (small, shipment)]
    assert costs[0] == costs[1] <= MOST_STATEMENTS


def test_before_anything_was_handed_over_the_record_says_what_is_awaited(as_user, shipment):
    page = text_of(as_user("ppk-sandaran").get(address(shipment, "serah-terima")))
    assert "masih di perjalanan" in page
    assert f'href="{address(shipment)}"' in page
    assert as_user("ppk-sandaran").get(f"/kiriman/{shipment.code}/bast.pdf").status_code == 404


def test_times_are_told_on_the_clock_of_the_place(as_user, world, shipment):
    told = said(shipment, received_at=NOW - timedelta(minutes=30))
    receive(shipment=shipment, confirmation=told, by=world.people["ppk-sandaran"], now=NOW)
    assert "18.12 WITA" in text_of(as_user("desk-kutim").get(address(shipment, "serah-terima")))


# --- On paper -----------------------------------------------------------------------------------------------------------
def test_the_berita_acara_names_both_parties_counts_seals_and_differences(as_user, world, differed):
    type(world.election).objects.update(is_simulation=True)
    answer = as_user("kpu-kutim").get(f"/kiriman/{differed.code}/bast.pdf")
    assert answer["Content-Type"] == "application/pdf"
    paper = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    paper = " ".join(paper.split()).replace("\N{NO-BREAK SPACE}", " ")
    for told in ("BERITA ACARA SERAH TERIMA", differed.code, "SIMULASI", "Kpu Kutim", "Ketua PPK", "13.42 WITA", "18.32 WITA",
                 "2.460", "2.458", "64.08.11.2001-001/1", "TPS 001 Manubar Kurang", "Satu kotak basah"):  # fmt: skip
        assert told in paper, told


def test_the_berita_acara_leads_back_to_the_record(world, differed):
    data = document_data(differed, records_of(differed, world.people["kpu-kutim"]), "https://siap.example/x/", NOW)
    assert data["qr"] == svg("https://siap.example/x/")
    assert data["address"] == "https://siap.example/x/"


def test_a_refusal_and_its_way_back_are_both_on_paper(world, as_user, shipment):
    receive(
        shipment=shipment,
        confirmation=said(shipment, outcome=Outcome.REFUSED),
        by=world.people["ppk-sandaran"],
        now=NOW,
    )
    take_back(shipment=shipment, confirmation=said(shipment), by=world.people["kpu-kutim"], now=NOW)
    data = document_data(shipment, records_of(shipment, world.people["kpu-kutim"]), "https://siap.example/x/", NOW)
    assert [each["title"] for each in data["records"]] == ["Serah terima", "Penerimaan kembali oleh pengirim"]
    page = text_of(as_user("kpu-kutim").get(address(shipment, "serah-terima")))
    assert "Ditolak" in page
    assert "Diterima kembali oleh pengirim" in page
