"""A page left open: when it is told that nothing changed, and when to stop asking."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from districts import live
from tests.conftest import NOW

ZONE = "Asia/Makassar"


def asked(query, htmx=True):
    request = RequestFactory().get(f"/wilayah/64.08/?{query}", headers={"HX-Request": "true"} if htmx else {})
    request.htmx = HtmxDetails(request)
    return request


@pytest.mark.parametrize(
    ("query", "htmx", "settled", "silent"),
    [
        ("versi=A", True, False, True),
        ("versi=B", True, False, False),
        ("warna=merah", True, False, False),
        ("versi=A", False, False, False),
        ("versi=A", True, True, False),
    ],
)
def test_only_an_open_page_that_shows_this_version_hears_nothing(query, htmx, settled, silent):
    answer = live.unchanged(asked(query, htmx), "A", settled)
    assert (answer is not None and answer.status_code == 204) is silent


def test_a_settled_page_is_given_nothing_to_ask():
    assert live.asking(asked("versi=A"), "A", settled=True) == {"ask_every": ""}


def test_the_address_to_ask_keeps_the_page_s_query_and_has_one_version():
    told = live.asking(asked("warna=merah&versi=A"), "B", settled=False)
    assert told["ask_address"] == "/wilayah/64.08/?warna=merah&versi=B"


def test_a_version_is_new_with_the_newest_moment_and_with_the_hour():
    first = live.version(ZONE, NOW, NOW, None)
    assert first == live.version(ZONE, NOW + timedelta(minutes=5), NOW - timedelta(days=1), NOW)
    assert first != live.version(ZONE, NOW, NOW + timedelta(milliseconds=1))
    assert first != live.version(ZONE, NOW + timedelta(hours=1), NOW)
    assert live.version(ZONE, NOW)


@pytest.mark.parametrize("address", ["/wilayah/64.08/", "/wilayah/64.08/belum-lapor/", "/kecamatan/64.08.11/"])
def test_a_page_whose_election_went_is_loaded_anew(world, as_user, address):
    world.election.is_active = False
    world.election.save()
    response = as_user("desk-kutim").get(f"{address}?versi=1", headers={"HX-Request": "true"})
    assert response["HX-Refresh"] == "true"
    assert response.content == b""
