"""System checks of the environment: what would only show once people are on the pages is said before."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.http.request import validate_host

from pilkada.catalogue import is_compiled


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


#: What Django calls a secret key that cannot be guessed (security.W009).
KEY_LENGTH, KEY_CHARACTERS = 50, 5


def check_secret_key(**_kwargs: Any) -> list[CheckMessage]:
    key = settings.SECRET_KEY
    if settings.LOCAL or (len(key) >= KEY_LENGTH and len(set(key)) >= KEY_CHARACTERS):
        return []
    return [
        Error(
            f"SECRET_KEY terlalu pendek atau berulang: sesi dapat dipalsukan. Sedikitnya {KEY_LENGTH} huruf acak.",
            hint="Buat dengan: python -c 'import secrets; print(secrets.token_urlsafe(50))'.",
            id="pilkada.E003",
        )
    ]


def check_local(**_kwargs: Any) -> list[CheckMessage]:
    """LOCAL switches off TLS and secure cookies: right on a laptop, wrong for a name people reach from elsewhere."""
    names = [name for name in settings.ALLOWED_HOSTS if name not in ("localhost", "127.0.0.1", "[::1]")]
    if not (settings.LOCAL and names):
        return []
    return [
        Warning(
            f"LOCAL=1 tetapi ALLOWED_HOSTS memuat {', '.join(names)}: kuki dan halaman berjalan tanpa TLS.",
            hint="Hapus LOCAL di server; biarkan ALLOWED_HOSTS kosong di laptop.",
            id="pilkada.W002",
        )
    ]


def check_mail(**_kwargs: Any) -> list[CheckMessage]:
    """Without them the daily mail to neutrality handlers does not go out, or leads nowhere."""
    return [
        Error(
            f"{name} belum diisi: ringkasan harian kasus netralitas tidak sampai kepada penangan.",
            hint=f"Isi {name}, misalnya {example}.",
            id="pilkada.E005",
        )
        for name, example in (
            ("EMAIL_URL", "smtp+tls://siap:sandi@smtp.kutaitimurkab.go.id:587"),
            ("SITE_URL", "https://siap.kutaitimurkab.go.id"),
        )
        if not getattr(settings, name)
    ]


def check_names(**_kwargs: Any) -> list[CheckMessage]:
    """The names people reach this site by: a wrong one lets strangers in, or refuses every form."""
    if settings.LOCAL:
        return []
    site = urlsplit(settings.SITE_URL)
    origin = f"{site.scheme}://{site.netloc}"
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "ALLOWED_HOSTS memuat *: tautan di surel dan halaman dapat dipalsukan lewat nama situs.",
                hint="Tulis nama situs satu per satu.",
                id="pilkada.E006",
            )
        )
    if site.hostname and not validate_host(site.hostname, settings.ALLOWED_HOSTS):
        found.append(
            Error(
                f"SITE_URL memakai {site.hostname}, yang tidak ada di ALLOWED_HOSTS: tautan di surel akan ditolak.",
                hint="Samakan keduanya.",
                id="pilkada.E008",
            )
        )
    if site.scheme and site.scheme != "https":
        found.append(
            Error(
                "SITE_URL tidak diawali https://: tautan di surel membuka halaman tanpa TLS.",
                hint="Tulis SITE_URL=https://…",
                id="pilkada.E009",
            )
        )
    if site.port and origin not in settings.CSRF_TRUSTED_ORIGINS:
        found.append(
            Error(
                f"{origin} memakai porta sendiri dan tidak ada di CSRF_TRUSTED_ORIGINS: setiap formulir akan ditolak.",
                hint=f"Isi CSRF_TRUSTED_ORIGINS={origin}.",
                id="pilkada.E010",
            )
        )
    return found


def check_debug(**_kwargs: Any) -> list[CheckMessage]:
    if settings.LOCAL or not settings.DEBUG:
        return []
    return [
        Error(
            "DEBUG=1 di server: halaman kesalahan memperlihatkan kunci dan isi formulir kepada siapa saja.",
            hint="Hapus DEBUG dari lingkungan.",
            id="pilkada.E007",
        )
    ]


#: Hosts that are this machine, where a Redis without a password is out of reach of others.
THIS_MACHINE = ("", "localhost", "127.0.0.1", "::1")


def check_redis(**_kwargs: Any) -> list[CheckMessage]:
    address = urlsplit(settings.REDIS_URL)
    if settings.LOCAL or address.scheme == "unix" or address.password or (address.hostname or "") in THIS_MACHINE:
        return []
    return [
        Error(
            f"REDIS_URL menuju {address.hostname} tanpa sandi: siapa pun di jaringan itu dapat menyuruh pekerja.",
            hint="Pasang sandi di Redis dan tulis REDIS_URL=rediss://:sandi@server:6379/0.",
            id="pilkada.E011",
        )
    ]


#: [P] Shorter tokens can be tried; a lease shorter than its renewals takes would wander between two beats.
TOKEN_LENGTH, SHORTEST_LEASE = 20, 3


def check_numbers(**_kwargs: Any) -> list[CheckMessage]:
    """Settings that are numbers or words and would only show when something else goes wrong."""
    rules = {
        "BEAT_LEASE_SECONDS": settings.BEAT_LEASE_SECONDS >= SHORTEST_LEASE,
        "READY_BEAT_SECONDS": settings.READY_BEAT_SECONDS > settings.BEAT_LEASE_SECONDS,
        "READY_STALE_SECONDS": settings.READY_STALE_SECONDS > 0,
        "READY_WORKER_SECONDS": settings.READY_WORKER_SECONDS > 60,  # beat's sweep is once a minute
        "LOG_FORMAT": settings.LOG_FORMAT in ("json", "text"),
        "METRICS_TOKEN": settings.LOCAL or len(settings.METRICS_TOKEN or "-" * TOKEN_LENGTH) >= TOKEN_LENGTH,
    }
    return [
        Error(f"{name} tidak masuk akal.", hint="Lihat tabel pengaturan di docs/deploy.md.", id="pilkada.E012")
        for name, holds in rules.items()
        if not holds
    ]


def check_connections(**_kwargs: Any) -> list[CheckMessage]:
    """Whether the web processes of this host alone would take more connections than there are."""
    most, limit = settings.WEB_WORKERS * settings.DATABASE_POOL, settings.DATABASE_CONNECTIONS
    if not limit or most <= limit:
        return []
    return [
        Warning(
            f"WEB_WORKERS x DATABASE_POOL = {most} sambungan, lebih dari DATABASE_CONNECTIONS={limit}: "
            "permintaan akan menunggu atau ditolak saat ramai.",
            hint="Kecilkan DATABASE_POOL, atau pasang PgBouncer (docs/deploy.md).",
            id="pilkada.W003",
        )
    ]


def check_reporting_clock(**_kwargs: Any) -> list[CheckMessage]:
    """What `districts.weeks` takes for granted about the rhythm of DOMAIN 7.1."""
    rules = {
        "WEEKLY_OPENS_WEEKDAY": 0 <= settings.WEEKLY_OPENS_WEEKDAY <= 6,
        "DAILY_FROM_H": settings.DAILY_FROM_H > settings.TWICE_DAILY_FROM_H,
        "TWICE_DAILY_FROM_H": settings.TWICE_DAILY_FROM_H >= 0,
        "DAILY_DUE": len(settings.DAILY_DUE) == 1,
        "TWICE_DAILY_DUE": len(settings.TWICE_DAILY_DUE) == 2
        and sorted(set(settings.TWICE_DAILY_DUE)) == settings.TWICE_DAILY_DUE,
        "STALE_AFTER_DAYS": settings.STALE_AFTER_DAYS >= 1,
    }
    return [
        Error(f"{name} tidak masuk akal: {getattr(settings, name)!r}.", hint="Lihat DOMAIN 7.1.", id="pilkada.E004")
        for name, holds in rules.items()
        if not holds
    ]


def check_catalogue(**_kwargs: Any) -> list[CheckMessage]:
    """Without it English pages are Indonesian."""
    if is_compiled():
        return []
    return [
        Warning(
            "Teks bahasa Inggris belum disusun: halaman berbahasa Inggris tampil dalam bahasa Indonesia.",
            hint="Jalankan manage.py compilemessages sesudah setiap pembaruan.",
            id="pilkada.W004",
        )
    ]
