"""System checks of the environment: what would only show once people are on the pages is said before."""

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning


def check_hosts(**_kwargs: Any) -> list[CheckMessage]:
    if settings.ALLOWED_HOSTS or settings.LOCAL:
        return []
    return [
        Error(
            "ALLOWED_HOSTS kosong: setiap permintaan akan ditolak.",
            hint="Isi dengan nama situs, misalnya ALLOWED_HOSTS=siap.kutaitimurkab.go.id.",
            id="pilkada.E001",
        )
    ]


def check_media(**_kwargs: Any) -> list[CheckMessage]:
    folder = settings.MEDIA_ROOT
    while not os.path.exists(folder):  # it is made with the first photo
        folder = os.path.dirname(os.path.abspath(folder))
    if os.access(folder, os.W_OK):
        return []
    return [
        Error(
            f"MEDIA_ROOT ({settings.MEDIA_ROOT}) tidak dapat ditulis: foto laporan akan gagal disimpan.",
            hint="Beri hak tulis kepada pengguna proses web, atau pilih folder lain lewat MEDIA_ROOT.",
            id="pilkada.E002",
        )
    ]


def check_proxy(**_kwargs: Any) -> list[CheckMessage]:
    """For `check --deploy`: gunicorn itself speaks no TLS here, so somebody in front of it does."""
    if settings.LOCAL or settings.SECURE_PROXY_SSL_HEADER or not settings.SECURE_SSL_REDIRECT:
        return []
    return [
        Warning(
            "BEHIND_PROXY tidak diisi: di belakang nginx halaman akan dialihkan ke HTTPS tanpa akhir.",
            hint="Isi BEHIND_PROXY=1 bila proksi menetapkan X-Forwarded-Proto sendiri.",
            id="pilkada.W001",
        )
    ]
