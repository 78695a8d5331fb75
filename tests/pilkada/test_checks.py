"""Mistakes in the environment are said by `manage.py check`, each with what to do."""

import os

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
