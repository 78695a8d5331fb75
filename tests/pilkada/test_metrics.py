"""Figures for Prometheus: who may ask, what they tell, and what they never tell."""

import re
from types import SimpleNamespace

import pytest
import redis
from django.test import RequestFactory

from pilkada import metrics

TOKEN = "kq8Zp0-3fVh7Yw2LxTn5Rb1G"


@pytest.mark.parametrize(
    ("token", "asked", "may"),
    [
        ("", {}, True),
        ("", {"REMOTE_ADDR": "10.0.0.9"}, False),
        ("", {"HTTP_X_FORWARDED_FOR": "103.1.2.3"}, False),  # through the proxy on this machine
        (TOKEN, {}, False),
        (TOKEN, {"REMOTE_ADDR": "10.0.0.9", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, True),
        (TOKEN, {"HTTP_AUTHORIZATION": "Bearer salah"}, False),
    ],
)
def test_only_this_machine_or_who_has_the_token_may_ask(settings, token, asked, may):
    settings.METRICS_TOKEN = token
    assert metrics.may_ask(RequestFactory().get("/metrics", **asked)) is may
    if not may:
        assert metrics.page(RequestFactory().get("/metrics", **asked)).status_code == 404


def test_requests_are_counted_by_view_and_never_by_address(as_user, client):
    as_user("netralitas-kutim")
    for address in ("/kecamatan/64.08.11/", "/netralitas/lapor/", "/wilayah/64.08/netralitas/", "/tidak-ada/RAHASIA/"):
        client.get(address)
    told = client.get("/metrics").content.decode()
    views = set(re.findall(r'siap_http_requests_total\{status="\dxx",view="([^"]*)"\}', told))
    assert {"kecamatan", "neutrality", "none"} <= views
    assert not [word for word in ("64.08", "RAHASIA", "tip_new", "/netralitas") if word in told]


def test_outbox_reports_queue_and_beat_are_read_when_asked(client, world):
    told = client.get("/metrics").content.decode()
    for name in (
        "siap_outbox_rows",
        "siap_outbox_oldest_seconds",
        "siap_reports",
        "siap_queue_length",
        "siap_beat_age_seconds",
    ):
        assert f"# TYPE {name} gauge" in told
    assert 'siap_up{what="postgres"} 1.0' in told


def test_what_does_not_answer_is_left_out_and_said(client, world, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    told = client.get("/metrics").content.decode()
    assert 'siap_up{what="redis"} 0.0' in told
    assert "siap_outbox_rows" in told
    assert "siap_queue_length" not in told


def test_tasks_of_all_workers_are_counted_with_their_failures_and_when_one_was_heard(settings):
    task = SimpleNamespace(name="districts.tasks.drain")
    with metrics.broker() as client:
        client.delete(metrics.TASKS_KEY)
    for number, fails in (("1", False), ("2", True)):
        metrics.task_begins(task_id=number)
        if fails:
            metrics.task_fails(task_id=number)
        metrics.task_ends(task_id=number, task=task)
    told = {each.name: each.samples for each in metrics.read_tasks()}
    assert [sample.value for sample in told["siap_task_runs"]] == [2]
    assert [sample.value for sample in told["siap_task_failures"]] == [1]
    assert told["siap_worker_age_seconds"][0].value < 60


def test_a_task_does_not_fail_because_it_could_not_be_counted(settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    metrics.task_ends(task_id="x", task=SimpleNamespace(name="t"))
    with pytest.raises(redis.RedisError):
        list(metrics.read_tasks())
