"""Writing outreach: what is noted once, what is refused with which sentence, what stays (issue 4, outreach)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from districts.access import AccessRefused
from districts.audit.words import value_words
from districts.models import StaleKecamatan
from districts.photos import PhotoRefused
from neutrality.models import EventPhoto, OutreachEvent, PledgeCount
from neutrality.outreach import OutreachRefused, add_photo, cancel_event, hold_event
from tests.conftest import NOW
from tests.districts.test_report_photos import picture
from tests.neutrality.outreach import MANUBAR, SANDARAN, SUSUK_DALAM, TODAY, event, pledges

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def hold(world, plan, by="camat-sandaran", held_on=TODAY, villages=(MANUBAR,)):
    return hold_event(
        event=plan, held_on=held_on, villages=villages, institutions=["polri"], participants=30, note="",
        by=world.people[by], now=NOW,
    )  # fmt: skip


def cancel(world, made, by="camat-sandaran", reason="banjir"):
    return cancel_event(event=made, reason=reason, by=world.people[by], now=NOW)


def stale():
    return set(StaleKecamatan.objects.values_list("kecamatan", flat=True))


# --- Events -------------------------------------------------------------------------------------------------------------


def test_a_held_event_is_kept_as_it_was_told_and_marks_its_kecamatan_alone(world):
    made = event(world, villages=[SUSUK_DALAM, MANUBAR, MANUBAR], institutions=["tni", "polri"], participants=40)
    made.refresh_from_db()
    assert (made.state, made.villages, made.participants) == ("terlaksana", [MANUBAR, SUSUK_DALAM], 40)
    assert (made.noted_by, made.confirmed_by, made.confirmed_at) == (*[world.people["camat-sandaran"]] * 2, NOW)
    assert stale() == {SANDARAN}


def test_a_form_tapped_twice_makes_one_event(world):
    key = uuid4()
    first, again = event(world, client_key=key), event(world, client_key=key, held_on=TODAY - DAY)
    assert first == again
    assert OutreachEvent.objects.get().held_on == TODAY


def test_a_key_of_somebody_else_writes_nothing(world):
    key = uuid4()
    event(world, client_key=key)
    with pytest.raises(OutreachRefused, match="sudah dipakai"):
        event(world, client_key=key, by="desk-kutim")
    assert OutreachEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"held_on": TODAY + DAY}, "belum tiba"),
        ({"held_on": TODAY - 400 * DAY}, "setahun"),
        ({"held_on": TODAY - DAY, "is_planned": True}, "sudah lewat"),
        ({"held_on": TODAY + 100 * DAY, "is_planned": True}, "sesudah masa"),
        ({"villages": ["64.08.06.2001"]}, "bukan bagian"),
        ({"villages": ["64.08.11.9999"]}, "bukan bagian"),
        ({"topics": []}, "Pilih pokok"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_writes_nothing(world, said, sentence):
    with pytest.raises(OutreachRefused, match=sentence):
        event(world, **said)
    assert not OutreachEvent.objects.exists()
    assert stale() == set()


def test_today_is_that_of_the_kecamatan(world):
    """At 16.30 UTC it is already the next day in WITA."""
    late = NOW.replace(hour=23, minute=59) + timedelta(minutes=2)
    assert event(world, held_on=TODAY + DAY, now=late).held_on == TODAY + DAY


@pytest.mark.parametrize("who", ["camat-sandaran", "desk-kutim", "kpu-kutim", "ppk-sandaran", "netralitas-kutim"])
def test_those_who_hold_events_may_note_them(world, who):
    assert event(world, by=who).noted_by == world.people[who]


@pytest.mark.parametrize("who", ["camat-busang", "bupati-kutim", "diskominfo-kutim", "desk-mahulu", "admin"])
def test_others_may_not(world, who):
    with pytest.raises(AccessRefused):
        event(world, by=who)
    made = event(world)
    with pytest.raises(AccessRefused):
        cancel(world, made, by=who)
    with pytest.raises(AccessRefused):
        pledges(world, by=who, asn=(1, 2))


def test_a_plan_that_took_place_says_who_noted_it_and_what_really_was(world):
    plan = event(world, is_planned=True, held_on=TODAY, villages=[SUSUK_DALAM], now=NOW - DAY)
    StaleKecamatan.objects.all().delete()
    held = hold(world, plan, by="desk-kutim")
    assert (held.state, held.villages, held.institutions) == ("terlaksana", [MANUBAR], ["polri"])
    assert (held.noted_by.username, held.confirmed_by.username) == ("camat-sandaran", "desk-kutim")
    assert stale() == {SANDARAN}


def test_holding_twice_changes_nothing(world):
    plan = event(world, is_planned=True)
    hold(world, plan)
    StaleKecamatan.objects.all().delete()
    hold(world, plan, by="desk-kutim", villages=[SUSUK_DALAM])
    plan.refresh_from_db()
    assert (plan.villages, plan.confirmed_by.username) == ([MANUBAR], "camat-sandaran")
    assert stale() == set()


def test_a_cancelled_plan_is_not_held(world):
    plan = event(world, is_planned=True)
    cancel(world, plan)
    with pytest.raises(OutreachRefused, match="dibatalkan"):
        hold(world, plan)
    with pytest.raises(OutreachRefused, match="belum tiba"):
        hold(world, event(world, is_planned=True), held_on=TODAY + DAY)


def test_what_was_cancelled_stays_to_be_read_with_its_reason(world):
    made = cancel(world, event(world))
    assert (made.state, made.cancel_reason, made.cancelled_at) == ("batal", "banjir", NOW)
    assert cancel(world, made, by="desk-kutim", reason="lain").cancel_reason == "banjir"
    with pytest.raises(OutreachRefused, match="alasan"):
        cancel(world, event(world), reason="")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("state = 'batal', cancelled_by_id = noted_by_id, cancelled_at = now()", "cancelled_has_reason"),
        ("cancel_reason = 'banjir'", "cancelled_has_reason"),
        ("confirmed_by_id = NULL, confirmed_at = NULL", "held_is_confirmed"),
        ("state = 'rencana'", "held_is_confirmed"),
        ("confirmed_at = NULL", "confirmed_who_and_when"),
        ("confirmed_at = noted_at - interval '1 day'", "confirmed_who_and_when"),
        ("note = '6408112001900001'", "note_without_nik"),
    ],
)
def test_the_database_keeps_the_steps_of_an_event(world, change, name):
    event(world)
    refused = pytest.raises(IntegrityError, match=f"outreachevent_{name}")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE neutrality_outreachevent SET {change}")


# --- Pledges ------------------------------------------------------------------------------------------------------------


def test_a_count_is_added_and_the_earlier_one_stays(world):
    pledges(world, asn=(5, 20), counted_on=TODAY - DAY)
    pledges(world, asn=(4, 20), kepala_desa=(3, 3))
    kept = PledgeCount.objects.order_by("pk").values_list("group", "signed", "total")
    assert list(kept) == [("asn", 5, 20), ("asn", 4, 20), ("kepala_desa", 3, 3)]
    assert stale() == {SANDARAN}


def test_a_count_tapped_twice_is_one(world):
    key = uuid4()
    for _time in range(2):
        pledges(world, asn=(5, 20), kepala_desa=(3, 3), client_key=key)
    assert PledgeCount.objects.count() == 2
    with pytest.raises(OutreachRefused, match="sudah dipakai"):
        pledges(world, asn=(5, 20), by="desk-kutim", client_key=key)


@pytest.mark.parametrize(
    ("counts", "more", "sentence"),
    [
        ({"asn": (21, 20)}, {}, "melebihi"),
        ({"asn": (0, 0)}, {}, "melebihi"),
        ({}, {}, "satu kelompok"),
        ({"asn": (1, 2)}, {"counted_on": TODAY + DAY}, "belum tiba"),
        ({"asn": (1, 2)}, {"counted_on": TODAY - 400 * DAY}, "setahun"),
    ],
)
def test_counts_that_cannot_be_are_refused(world, counts, more, sentence):
    with pytest.raises(OutreachRefused, match=sentence):
        pledges(world, **counts, **more)
    assert not PledgeCount.objects.exists()


# --- Photos -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def held(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return event(world)


def photo(world, held, colour="red", by="camat-sandaran"):
    upload = SimpleUploadedFile("foto.jpg", picture(colour=colour), "image/jpeg")
    return add_photo(event=held, by=world.people[by], upload=upload)


def test_the_same_photo_is_kept_once_and_a_fourth_not_at_all(world, held):
    for colour in ("red", "red", "green", "blue"):
        photo(world, held, colour)
    with pytest.raises(PhotoRefused, match="tiga foto"):
        photo(world, held, "white")
    assert list(EventPhoto.objects.values_list("position", flat=True)) == [1, 2, 3]


def test_only_those_who_may_note_add_a_photo(world, held):
    with pytest.raises(AccessRefused):
        photo(world, held, by="bupati-kutim")
    assert not EventPhoto.objects.exists()


def test_the_history_says_institutions_events_and_pledges_in_words(world):
    held = event(world)
    field = OutreachEvent._meta.get_field("institutions")
    assert value_words(field, ["kpu", "sekolah"], "Asia/Makassar", {}) == "KPU/PPK/PPS, Sekolah/PGRI"
    assert "_" not in str(held)
    assert held.kecamatan_id not in str(held)
