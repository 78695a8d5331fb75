"""Counting senders of public forms: enough for a village behind one address, too little for a flood, and never an address."""

import threading

import pytest
from django.db import connections
from django.test import Client, RequestFactory
from django.urls import reverse

from districts import throttle
from districts.addresses import network_of
from districts.throttle import Limit, seconds_to_wait
from neutrality.models import Case
from neutrality.throttle import limit
from neutrality.tips import new_token
from tests.neutrality.tips import ADDRESS, older, tip

NARROW = Limit("uji", seconds=600, per_address=3, overall=5, alone=2)


def sent_from(address, **meta):
    return RequestFactory().post("/", REMOTE_ADDR=address, **meta)


def narrow(settings, name, **limits):
    settings.NEUTRALITY_LIMITS = settings.NEUTRALITY_LIMITS | {name: settings.NEUTRALITY_LIMITS[name] | limits}


def passed(address, times, limit=NARROW):
    return sum(not seconds_to_wait(sent_from(address), limit) for _time in range(times))


def test_an_address_may_send_so_often_and_then_waits(store):
    assert passed("203.0.113.9", 10) == 3
    assert 0 < seconds_to_wait(sent_from("203.0.113.9"), NARROW) <= 600


def test_another_address_does_not_wait_for_the_first(store):
    passed("203.0.113.9", 10)
    assert passed("203.0.113.10", 1) == 1


def test_all_addresses_together_may_send_so_much_in_a_minute(store):
    assert sum(passed(f"203.0.113.{number}", 1) for number in range(20)) == 5
    assert 0 < seconds_to_wait(sent_from("198.51.100.1"), NARROW) <= 60


def test_what_an_address_may_not_send_takes_nothing_from_the_others(store):
    passed("203.0.113.9", 100)
    assert passed("203.0.113.10", 2) == 2


def test_waiting_for_the_others_does_not_use_up_ones_own(store):
    for number in range(5):
        passed(f"198.51.100.{number}", 1)
    assert passed("203.0.113.9", 10) == 0
    store.delete("siap:batas:uji:semua")
    assert passed("203.0.113.9", 3) == 3


def test_a_subscriber_of_ipv6_is_one_network(store):
    assert network_of(sent_from("2001:db8:1:2:aaaa::1")) == network_of(sent_from("2001:db8:1:2:bbbb::9"))
    assert network_of(sent_from("2001:db8:1:2::1")) != network_of(sent_from("2001:db8:1:3::1"))
    assert network_of(sent_from("::ffff:203.0.113.9")) == "203.0.113.9"
    assert network_of(sent_from("")) == network_of(sent_from("unix:")) == ""


def test_behind_a_proxy_the_entry_the_proxy_wrote_counts(settings):
    typed = sent_from("127.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.9")
    assert network_of(typed) == "127.0.0.1"  # nobody is in front: anybody may have written it
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert network_of(typed) == "203.0.113.9"


def test_the_store_learns_no_address_and_forgets_the_count(store):
    passed("203.0.113.9", 2)
    keys = list(store.scan_iter("siap:batas:*"))
    assert len(keys) == 2
    assert not [key for key in keys if b"203.0" in key]
    assert all(0 < store.ttl(key) <= 600 for key in keys)


def test_the_key_is_another_one_tomorrow_and_after_a_restart(now, settings):
    request = sent_from("203.0.113.9")
    today = throttle._who(request)
    assert throttle._who(request) == today
    now.shift(24 * 3600)
    tomorrow = throttle._who(request)
    settings.NEUTRALITY_COUNTING_SEED = "lain"
    assert len({today, tomorrow, throttle._who(request)}) == 3


def test_without_the_store_far_less_is_taken_but_something(store, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert passed("203.0.113.9", 50) == 2
    assert 0 < seconds_to_wait(sent_from("203.0.113.10"), NARROW) <= 60


def test_a_store_that_is_down_is_not_asked_at_every_form(store, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    passed("203.0.113.9", 1)
    settings.REDIS_URL = "no address at all"  # would raise ValueError when asked
    assert seconds_to_wait(sent_from("203.0.113.9"), NARROW) == 0


def test_a_village_behind_one_address_is_not_locked_out():
    """[P] thirty tips in ten minutes from one address; four hundred is what the nation saw in months [S55]."""
    assert limit("catat").per_address >= 30
    assert limit("kirim").per_address >= 3 * limit("catat").per_address  # mistakes are free


@pytest.mark.django_db
def test_of_a_flood_most_are_asked_to_wait_and_no_case_is_half_written(world, store, settings):
    narrow(settings, "catat", per_address=4)
    client = Client(REMOTE_ADDR=ADDRESS)
    body = tip(client)
    answers = [client.post(reverse("tip_new"), body | {"token": older(new_token())}).status_code for _time in range(12)]
    assert answers == [200] * 4 + [429] * 8
    cases = Case.objects.all()
    assert cases.count() == 4
    assert all(case.clocks.count() == 1 and case.reported.count() == 1 for case in cases)


@pytest.mark.django_db
def test_a_refusal_costs_no_statement(world, store, settings, django_assert_num_queries):
    narrow(settings, "kirim", per_address=0)
    client = Client(REMOTE_ADDR=ADDRESS)
    body = tip(client)
    with django_assert_num_queries(0):
        answer = client.post(reverse("tip_new"), body)
    assert answer.status_code == 429


@pytest.mark.django_db
def test_who_must_wait_is_told_how_long_where_else_to_go_and_loses_nothing(world, store, settings):
    narrow(settings, "kirim", per_address=0)
    client = Client(REMOTE_ADDR=ADDRESS)
    answer = client.post(
        reverse("tip_new"), tip(client, summary="Dugaan <b>di</b> Sandaran", forms_disiplin=["DS6", "DS7"])
    )
    page = answer.content.decode()
    assert int(answer["Retry-After"]) > 0
    assert "Coba lagi dalam 10 menit" in page
    assert "sigaplapor.bawaslu.go.id" in page
    assert 'name="summary" value="Dugaan &lt;b&gt;di&lt;/b&gt; Sandaran"' in page
    assert page.count('name="forms_disiplin"') == 2


@pytest.mark.django_db
def test_many_senders_together_do_not_fill_the_board_of_a_regency(world, store, settings):
    """Cases are not deleted; a net of many addresses passes the limit of each."""
    narrow(settings, "wilayah", per_address=3)
    bodies = []
    for number in range(5):
        client = Client(REMOTE_ADDR=f"198.51.100.{number}")
        bodies.append((client, tip(client)))
    answers = [client.post(reverse("tip_new"), body) for client, body in bodies]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 2
    page = answers[-1].content.decode()
    assert "untuk kabupaten/kota ini" in page
    assert "sigaplapor.bawaslu.go.id" in page
    client, body = bodies[-1]
    assert client.post(reverse("tip_new"), body | {"regency": "64.11"}).status_code == 200  # elsewhere there is room
    assert bodies[0][0].post(reverse("tip_new"), bodies[0][1]).status_code == 200  # sent before: its code again
    assert Case.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_many_at_once_write_no_more_than_the_limit(world, store, settings):
    narrow(settings, "catat", per_address=3)
    answers = []

    def send():
        client = Client(REMOTE_ADDR=ADDRESS)
        answers.append(client.post(reverse("tip_new"), tip(client)).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] * 3 + [429] * 5
    assert Case.objects.count() == 3
