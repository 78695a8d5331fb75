"""The pages of outreach: who sees them, the entry on a phone, coverage, the board, the calendar, downloads (issue 4)."""

import csv
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from neutrality.models import EventPhoto, OutreachEvent, PledgeCount
from tests.conftest import NOW
from tests.districts.officials import MOST_STATEMENTS, more_kecamatan, statements, text_of
from tests.districts.test_report_photos import picture
from tests.neutrality.outreach import MANUBAR, SANDARAN, SUSUK_DALAM, SUSUK_LUAR, TODAY, event, pledges
from tests.neutrality.test_flow import make_case

pytestmark = pytest.mark.django_db

KECAMATAN = f"/kecamatan/{SANDARAN}/sosialisasi/"
NEW, PLEDGE, BOARD = f"{KECAMATAN}baru/", f"/kecamatan/{SANDARAN}/ikrar/", "/wilayah/64.08/sosialisasi/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def typed(**more):
    """What a camat taps for a neutrality round in one desa."""
    return {
        "client_key": str(uuid4()), "kind": "sosialisasi", "state": "terlaksana", "held_on": "2026-11-21",
        "topics": ["netralitas"], "villages": [MANUBAR], "participants": "40",
    } | more  # fmt: skip


def foto(colour="red", content=None):
    return SimpleUploadedFile("foto.jpg", content or picture(colour=colour), "image/jpeg")


# --- Who ----------------------------------------------------------------------------------------------------------------

NOTERS = ["camat-sandaran", "desk-kutim", "desk-kaltim", "kpu-kutim", "ppk-sandaran", "netralitas-kutim"]
READERS = ["bupati-kutim", "diskominfo-kutim", "pemantau-nasional", "admin"]
STRANGERS = ["camat-busang", "desk-mahulu", "kpu-mahulu"]


@pytest.mark.parametrize("who", NOTERS + READERS + STRANGERS)
def test_everybody_in_scope_reads_those_who_hold_events_write_and_for_others_there_is_nothing(world, as_user, who):
    pk = event(world, is_planned=True).pk
    client, reads = as_user(who), 404 if who in STRANGERS else 200
    writes = 404 if who in STRANGERS else 403 if who in READERS else 200
    for address in (KECAMATAN, f"/kegiatan/{pk}/"):
        assert client.get(address).status_code == reads, address
    for address in (NEW, PLEDGE, f"/kegiatan/{pk}/laksana/"):
        assert client.get(address).status_code == writes, address
    for address in (f"/kegiatan/{pk}/batal/", f"/kegiatan/{pk}/foto/"):
        assert client.post(address).status_code in ({200: (422, 302)}.get(writes, (writes,))), address
    assert client.get(f"/kegiatan/{pk}/foto/1/").status_code == 404


def test_boards_are_for_those_whose_scope_has_the_region(world, as_user):
    assert as_user("camat-sandaran").get(BOARD).status_code == 404
    assert as_user("desk-mahulu").get(f"{BOARD}unduh.csv").status_code == 404
    assert as_user("bupati-kutim").get(BOARD).status_code == 200
    assert as_user("bupati-kutim").get("/nasional/sosialisasi/").status_code == 404
    assert as_user("pemantau-nasional").get("/nasional/sosialisasi/").status_code == 200


def test_without_signing_in_everything_leads_to_the_sign_in_page(client, world):
    for address in (KECAMATAN, NEW, BOARD, f"{BOARD}kalender/", f"{BOARD}unduh.csv"):
        assert client.get(address).url.startswith("/masuk/")


def test_nothing_about_cases_is_on_any_of_these_pages(world, as_user):
    event(world)
    make_case(world)
    for address in (KECAMATAN, BOARD, f"{BOARD}kalender/", f"/kecamatan/{SANDARAN}/"):
        page = text_of(as_user("bupati-kutim").get(address)).lower()
        assert "ntr-" not in page
        assert "kasus" not in page.replace("kasus/", "")


# --- Entry on a phone ---------------------------------------------------------------------------------------------------


def test_an_event_with_photos_is_noted_in_one_go(world, as_user):
    answer = as_user("camat-sandaran").post(NEW, typed(foto=[foto("red"), foto("green")]), follow=True)
    made = OutreachEvent.objects.get()
    assert answer.redirect_chain == [(f"/kegiatan/{made.pk}/", 302)]
    assert (made.villages, made.topics, made.participants) == ([MANUBAR], ["netralitas"], 40)
    assert made.photos.count() == 2
    assert "Kegiatan tercatat." in text_of(answer)
    image = as_user("bupati-kutim").get(f"/kegiatan/{made.pk}/foto/1/")
    assert b"".join(image.streaming_content).startswith(b"\xff\xd8")
    assert (image["Content-Type"], image["Cache-Control"]) == ("image/jpeg", "private, max-age=3600")


def test_a_form_tapped_twice_is_one_event_and_brings_the_photo_that_was_missing(world, as_user):
    said, client = typed(), as_user("camat-sandaran")
    client.post(NEW, said)
    client.post(NEW, said | {"foto": [foto()]})
    assert OutreachEvent.objects.count() == EventPhoto.objects.count() == 1


def test_a_bad_photo_never_costs_the_event(world, as_user):
    svg = foto(content=b"<svg onload='alert(1)'/>")
    answer = as_user("camat-sandaran").post(NEW, typed(foto=[svg]), follow=True)
    assert OutreachEvent.objects.count() == 1
    assert not EventPhoto.objects.exists()
    assert "bukan foto" in text_of(answer)


def test_all_desa_with_one_tap(world, as_user):
    as_user("camat-sandaran").post(NEW, typed(villages=[], all_villages="on"))
    assert OutreachEvent.objects.get().villages == [MANUBAR, SUSUK_DALAM, SUSUK_LUAR]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"held_on": "2026-11-22"}, "Tanggal ini belum tiba."),
        ({"held_on": "31/11/2026"}, "tanggal"),
        ({"topics": []}, "Pilih pokok sosialisasi"),
        ({"villages": ["64.08.06.2001"]}, "bukan bagian"),
        ({"participants": "banyak"}, "Tulis dengan angka"),
        ({"participants": "60000"}, "50.000"),
        ({"note": "NIK 6408112001900001"}, "Jangan menulis NIK"),
        ({"kind": "pesta"}, "pesta"),
        ({"client_key": ""}, "Muat ulang"),
    ],
)
def test_a_wrong_form_comes_back_with_a_sentence_and_what_was_typed(world, as_user, said, sentence):
    answer = as_user("camat-sandaran").post(NEW, typed(place="Balai <desa>") | said)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "Balai &lt;desa&gt;" in text_of(answer)
    assert not OutreachEvent.objects.exists()


def test_a_plan_is_held_with_what_really_was_and_can_be_cancelled_with_a_reason(world, as_user):
    client = as_user("camat-sandaran")
    client.post(NEW, typed(state="rencana", held_on="2026-11-21"))
    plan = OutreachEvent.objects.get()
    assert f"/kegiatan/{plan.pk}/laksana/" in text_of(client.get(f"/kegiatan/{plan.pk}/"))
    held = {"held_on": "2026-11-21", "villages": [SUSUK_DALAM], "institutions": ["tni"], "participants": "12"}
    assert client.post(f"/kegiatan/{plan.pk}/laksana/", held).status_code == 302
    plan.refresh_from_db()
    assert (plan.state, plan.villages, plan.institutions) == ("terlaksana", [SUSUK_DALAM], ["tni"])
    assert client.post(f"/kegiatan/{plan.pk}/batal/", {"reason": ""}).status_code == 422
    client.post(f"/kegiatan/{plan.pk}/batal/", {"reason": "Salah catat"})
    assert "Salah catat" in text_of(client.get(f"/kegiatan/{plan.pk}/"))


def test_pledges_of_one_group_are_noted_and_the_others_stay_uncounted(world, as_user):
    client, said = as_user("camat-sandaran"), {"client_key": str(uuid4()), "counted_on": "2026-11-21"}
    for _time in range(2):
        answer = client.post(PLEDGE, said | {"asn_signed": "15", "asn_total": "20"}, follow=True)
    assert list(PledgeCount.objects.values_list("group", "signed", "total")) == [("asn", 15, 20)]
    assert "15/20" in text_of(answer)
    assert 'value="20"' in text_of(client.get(PLEDGE))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "satu kelompok"),
        ({"asn_signed": "21", "asn_total": "20"}, "melebihi"),
        ({"asn_signed": "5"}, "dari berapa"),
        ({"asn_signed": "-5", "asn_total": "20"}, "kurang dari 0"),
        ({"asn_signed": "5", "asn_total": "20", "counted_on": "2026-11-22"}, "belum tiba"),
    ],
)
def test_wrong_pledges_come_back(world, as_user, said, sentence):
    given = {"client_key": str(uuid4()), "counted_on": "2026-11-21"} | said
    answer = as_user("camat-sandaran").post(PLEDGE, given)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not PledgeCount.objects.exists()


# --- What is shown ------------------------------------------------------------------------------------------------------


def test_a_kecamatan_without_notes_is_grey_and_never_zero(world, as_user):
    page = text_of(as_user("camat-sandaran").get(KECAMATAN))
    assert page.count("Belum ada data") >= 6
    assert "Belum ada kegiatan di sini" in page


def test_coverage_per_desa_is_of_held_events(world, as_user):
    event(world, villages=[MANUBAR], held_on=TODAY - DAY)
    event(world, villages=[SUSUK_DALAM], is_planned=True)
    found = as_user("bupati-kutim").get(KECAMATAN).context["closeup"]
    assert [village.covered for village in found.villages] == [{"netralitas": TODAY - DAY}, {}, {}]
    assert (found.covered("netralitas"), found.covered("tahapan")) == (1, None)


def test_a_plan_whose_day_has_passed_is_said_so(world, as_user, now):
    event(world, is_planned=True)
    now.move_to(NOW + 2 * DAY)
    assert "1 kegiatan menunggu dicatat terlaksana atau batal" in text_of(as_user("camat-sandaran").get(KECAMATAN))
    assert "lewat tanggal" in text_of(as_user("desk-kutim").get(BOARD))


def test_the_panel_of_the_kecamatans_page_is_the_short_form(world, as_user):
    event(world, "deklarasi")
    client = as_user("camat-sandaran")
    assert f'hx-get="{KECAMATAN}"' in text_of(client.get(f"/kecamatan/{SANDARAN}/"))
    panel = text_of(client.get(KECAMATAN, headers={"HX-Request": "true"}))
    assert 'id="outreach-panel"' in panel
    assert "<html" not in panel
    assert "Sabtu, 21 Nov 2026" in panel


def test_the_board_sums_what_its_kecamatan_noted_and_leaves_the_silent_grey(world, as_user):
    event(world, villages=[MANUBAR, SUSUK_DALAM])
    event(world, villages=[MANUBAR])
    event(world, "deklarasi")
    pledges(world, asn=(15, 20))
    rows = {row.code: row for row in as_user("desk-kutim").get(BOARD).context["rows"]}
    row = rows[SANDARAN]
    assert (row.neutrality, row.villages, row.declared, row.signed, row.to_sign, row.held) == (2, 3, 1, 15, 60, 3)
    assert (rows["64.08.06"].known, rows["64.08.06"].percent("netralitas")) == (0, None)
    above = as_user("desk-kaltim").get("/wilayah/64/sosialisasi/").context["rows"]
    assert [(row.code, row.neutrality, row.known, row.kecamatan) for row in above] == [
        ("64.08", 2, 1, 3),
        ("64.11", 0, 0, 2),
    ]


def test_tiles_have_the_colour_of_todays_target(world, as_user):
    """H-12 of the curve H-14:90, H-7:100 of NET-02 is 92.9; 2 of 3 desa is red, 3 of 3 green, nothing grey."""
    event(world, villages=[MANUBAR, SUSUK_DALAM])
    event(world, code="64.08.06", by="camat-busang", villages=["64.08.06.2001"])
    tiles = {tile["label"]: tile["level"] for tile in as_user("desk-kutim").get(BOARD).context["tiles"]}
    assert tiles == {"Sandaran": 4, "Busang": 1, "Sangatta Utara": 3}
    stages = as_user("desk-kutim").get(f"{BOARD}?pokok=tahapan").context["tiles"]
    assert {tile["level"] for tile in stages} == {3}


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("", {"sosialisasi", "deklarasi", "partisipasi"}),
        ("pokok=netralitas", {"sosialisasi"}),
        ("macam=deklarasi", {"deklarasi"}),
        ("keadaan=rencana", {"partisipasi"}),
        ("waktu=7", {"sosialisasi"}),
        ("waktu=depan", {"partisipasi"}),
        ("macam=<script>", {"sosialisasi", "deklarasi", "partisipasi"}),
    ],
)
def test_the_list_is_narrowed_by_topic_kind_state_and_time(world, as_user, query, kinds):
    event(world)
    event(world, "deklarasi", held_on=TODAY - 20 * DAY)
    event(world, "partisipasi", is_planned=True, held_on=TODAY + DAY)
    part = as_user("desk-kutim").get(f"{BOARD}?{query}", headers={"HX-Request": "true"})
    assert {line.event.kind for line in part.context["lines"]} == kinds
    assert "<html" not in text_of(part)


def test_the_calendar_shows_a_month_with_plans_and_leads_to_the_next(world, as_user):
    event(world)
    event(world, "partisipasi", is_planned=True, held_on=TODAY + 12 * DAY)
    client = as_user("desk-kutim")
    page = text_of(client.get(f"{BOARD}kalender/"))
    assert "hari ini" in page
    assert "?bulan=2026-10" in page
    assert "?bulan=2026-12" in page
    assert [
        len(client.get(f"{BOARD}kalender/?bulan={month}").context["month"].days) for month in ("2026-12", "2026-10")
    ] == [1, 0]
    assert client.get(f"{BOARD}kalender/?bulan=2026-13").context["month"].first == TODAY.replace(day=1)


def test_downloads_have_what_the_pages_have(world, as_user):
    event(world, villages=[MANUBAR], place="=HYPERLINK(1)")
    event(world, "deklarasi")
    rows = table(as_user("desk-kutim").get(f"{BOARD}unduh.csv"))
    assert rows["Sandaran"][4:6] == ["3", "1"]
    assert rows["Busang"][5] == ""
    events = table(as_user("desk-kutim").get(f"{BOARD}kegiatan.csv?macam=sosialisasi"), key=2)
    assert events["Sandaran"][6] == "'=HYPERLINK(1)"
    assert b"".join(as_user("desk-kutim").get(f"{BOARD}unduh.xlsx").streaming_content).startswith(b"PK")


def table(response, key=1):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return {row[key]: row for row in csv.reader(StringIO(text), delimiter=";") if len(row) > key}


# --- Cost ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [KECAMATAN, BOARD, f"{BOARD}kalender/", "/wilayah/64/sosialisasi/"])
def test_30_kecamatan_and_events_cost_as_many_statements_as_2(world, as_user, address):
    client = as_user("desk-kaltim")
    for _number in range(2):
        event(world, villages=[MANUBAR])
    few, _page = statements(client, address)
    for code in more_kecamatan("64.08", 28):
        event(world, villages=[SUSUK_DALAM])
        OutreachEvent.objects.create(
            election=world.election, kecamatan_id=code, kind="deklarasi", held_on=TODAY, noted_at=NOW, confirmed_at=NOW,
            noted_by=world.people["desk-kutim"], confirmed_by=world.people["desk-kutim"],
        )  # fmt: skip
    many, page = statements(client, address)
    assert page.status_code == 200
    assert few == many <= MOST_STATEMENTS
