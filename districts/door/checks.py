"""System checks of signing in: what would leave the door open without anybody noticing."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import ProgrammingError

from districts.models import Election, User

COUNTER = "axes.backends.AxesStandaloneBackend"


@register(Tags.security)
def check_lockout(**kwargs: Any) -> list[CheckMessage]:
    """districts.E006: wrong passwords are not counted, or not for a name and an address together."""
    sound = {
        "AUTHENTICATION_BACKENDS": settings.AUTHENTICATION_BACKENDS[0] == COUNTER,
        "AXES_ENABLED": settings.AXES_ENABLED,
        "AXES_LOCKOUT_PARAMETERS": settings.AXES_LOCKOUT_PARAMETERS == [["username", "ip_address"]],
        "AXES_FAILURE_LIMIT": 1 <= settings.AXES_FAILURE_LIMIT < settings.SIGN_IN_FAILURES_PER_NAME,
        "AXES_COOLOFF_TIME": settings.AXES_COOLOFF_TIME / timedelta(minutes=1) >= 1,
        "OTP_TOTP_THROTTLE_FACTOR": settings.OTP_TOTP_THROTTLE_FACTOR >= 1,
        "OTP_STATIC_THROTTLE_FACTOR": settings.OTP_STATIC_THROTTLE_FACTOR >= 1,
    }
    return [
        Error(
            f"{name}: sandi atau kode dapat dicoba tanpa batas.",
            hint="Kembalikan nilai bawaan pada bagian 'People and sessions' di pilkada/settings.py.",
            id="districts.E006",
        )
        for name, holds in sound.items()
        if not holds
    ]


@register(Tags.database)
def check_demo_accounts(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """districts.W001: sample accounts, whose password was printed, beside a real election. `check --database default`."""
    if not databases:
        return []
    try:
        is_real = Election.objects.filter(is_simulation=False).exists()
        beside = is_real and User.objects.filter(is_demo=True, is_active=True).exists()
    except ProgrammingError:  # before the first migration
        return []
    if not beside:
        return []
    return [
        Warning(
            "Ada akun demo yang aktif di samping pemilihan yang sebenarnya: akun itu tidak ditanya kode kedua.",
            hint="Nonaktifkan semua akun demo, atau pakai basis data baru tanpa load_demo.",
            id="districts.W001",
        )
    ]
