"""Servers given through DATABASE_URL and REDIS_URL: said at once when they cannot be used, instead of in a traceback."""

import psycopg
import redis

from pilkada.services.folder import RefusedError

SCHEMES = {"DATABASE_URL": ("postgres://", "postgresql://"), "REDIS_URL": ("redis://", "rediss://")}
SECONDS = 5


def check_given(urls: dict[str, str]) -> None:
    for name, url in urls.items():
        if not url.startswith(SCHEMES[name]):
            raise RefusedError(
                f"{name} harus diawali {' atau '.join(SCHEMES[name])}. Perbaiki, atau kosongkan agar "
                "layanannya dinyalakan di komputer ini."
            )
        try:
            if name == "DATABASE_URL":
                psycopg.connect(url, connect_timeout=SECONDS).close()
            else:
                with redis.Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS) as client:
                    client.ping()
        except (psycopg.Error, redis.RedisError, ValueError) as error:
            raise RefusedError(
                f"Server pada {name} tidak dapat dipakai: {str(error).strip()}. "
                "Periksa alamat dan kata sandinya, atau kosongkan agar layanannya dinyalakan di komputer ini."
            ) from None
