"""Mistakes in the environment are said by `manage.py check`, each with what to do."""

import os
from datetime import time

import pytest

from pilkada import checks


def test_a_production_without_hosts_is_an_error(settings):
    settings.LOCAL, settings.ALLOWED_HOSTS = False, []
    assert [found.id for found in checks.check_hosts()] == ["pilkada.E001"]
    settings.ALLOWED_HOSTS = ["siap.example"]
    assert checks.check_hosts() == []


def test_a_photo_folder_that_cannot_be_written_is_an_error(settings, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root, who may run this, can write everywhere
    assert [found.id for found in checks.check_media()] == ["pilkada.E002"]


def test_a_photo_folder_that_is_still_to_be_made_is_fine(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "belum" / "ada")
    assert checks.check_media() == []


def test_tls_without_a_proxy_header_is_a_warning(settings):
    settings.LOCAL, settings.SECURE_SSL_REDIRECT, settings.SECURE_PROXY_SSL_HEADER = False, True, None
    assert [found.id for found in checks.check_proxy()] == ["pilkada.W001"]


@pytest.mark.parametrize("key", ["pendek", "a" * 60])
def test_a_key_that_can_be_guessed_is_an_error_where_people_come_from_elsewhere(settings, key):
    settings.LOCAL, settings.SECRET_KEY = False, key
    assert [found.id for found in checks.check_secret_key()] == ["pilkada.E003"]
    settings.SECRET_KEY = "kq8Zp0-3fVh7Yw2LxTn5Rb1Gd9Sj4Mc6Ue_AoIiPvNzXtEyWqKr"
    assert checks.check_secret_key() == []


def test_a_laptop_that_answers_to_a_public_name_is_a_warning(settings):
    settings.LOCAL, settings.ALLOWED_HOSTS = True, ["localhost", "siap.example"]
    assert [found.id for found in checks.check_local()] == ["pilkada.W002"]
    settings.ALLOWED_HOSTS = ["localhost"]
    assert checks.check_local() == []


@pytest.mark.parametrize("name", ["EMAIL_URL", "SITE_URL"])
def test_a_production_that_cannot_send_the_daily_mail_is_an_error(settings, name):
    settings.EMAIL_URL, settings.SITE_URL = "smtp://smtp.example", "https://siap.example"
    assert checks.check_mail() == []
    setattr(settings, name, "")
    assert [found.id for found in checks.check_mail()] == ["pilkada.E005"]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("WEEKLY_OPENS_WEEKDAY", 7),
        ("DAILY_FROM_H", 1),
        ("TWICE_DAILY_FROM_H", -1),
        ("DAILY_DUE", []),
        ("TWICE_DAILY_DUE", [time(18), time(8)]),
        ("TWICE_DAILY_DUE", [time(8), time(8)]),
        ("STALE_AFTER_DAYS", 0),
    ],
)
def test_a_reporting_rhythm_that_cannot_be_is_an_error(settings, name, wrong):
    assert checks.check_reporting_clock() == []
    setattr(settings, name, wrong)
    assert [(found.id, name in found.msg) for found in checks.check_reporting_clock()] == [("pilkada.E004", True)]


@pytest.mark.parametrize(
    ("check", "name", "wrong", "code"),
    [
        (checks.check_names, "ALLOWED_HOSTS", ["*"], "pilkada.E006"),
        (checks.check_debug, "DEBUG", True, "pilkada.E007"),
        (checks.check_names, "SITE_URL", "https://lain.example", "pilkada.E008"),
        (checks.check_names, "SITE_URL", "http://siap.example", "pilkada.E009"),
        (checks.check_names, "SITE_URL", "https://siap.example:8443", "pilkada.E010"),
        (checks.check_redis, "REDIS_URL", "redis://10.0.0.5:6379/0", "pilkada.E011"),
        (checks.check_numbers, "BEAT_LEASE_SECONDS", 1, "pilkada.E012"),
        (checks.check_numbers, "READY_BEAT_SECONDS", 20, "pilkada.E012"),
        (checks.check_numbers, "READY_STALE_SECONDS", 0, "pilkada.E012"),
        (checks.check_numbers, "READY_WORKER_SECONDS", 60, "pilkada.E012"),
        (checks.check_numbers, "LOG_FORMAT", "xml", "pilkada.E012"),
        (checks.check_numbers, "METRICS_TOKEN", "pendek", "pilkada.E012"),
        (checks.check_connections, "DATABASE_CONNECTIONS", 30, "pilkada.W003"),
    ],
)
def test_what_would_be_dangerous_in_production_is_said_by_number(settings, check, name, wrong, code):
    settings.LOCAL, settings.DEBUG, settings.LOG_FORMAT = False, False, "json"
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://siap.example", ["siap.example"]
    settings.REDIS_URL = "rediss://:sandi@10.0.0.5:6379/0"
    settings.WEB_WORKERS, settings.DATABASE_POOL = 2, 20
    assert check() == []
    setattr(settings, name, wrong)
    assert [found.id for found in check()] == [code]
