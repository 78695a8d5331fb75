"""How often forms for people who are not signed in may be sent, without keeping who sent them.

An address is counted as an HMAC of its network (an IPv6 subscriber has a /64) under a key of the day. The key exists only
in the memory of the web server, so what Redis holds, also in its file on disk, leads back to no address; it expires
within minutes anyway. When Redis does not answer, each process counts for everybody together and takes far less.
"""

import hashlib
import hmac
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import redis
from django.conf import settings
from django.http import HttpRequest
from redis.backoff import NoBackoff
from redis.retry import Retry

from districts.addresses import network_of

#: What a person waits at most for Redis before the process counts by itself, and for how long it then does not ask again.
REDIS_SECONDS = 0.5
REDIS_REST_SECONDS = 5.0
MINUTE = 60

#: Counts the address first: what it may not send takes nothing from everybody's share. Seconds to wait, 0 to go on.
_COUNT = """
local function count(key, seconds)
    local found = redis.call('INCR', key)
    if found == 1 then redis.call('EXPIRE', key, seconds) end
    return found
end
if count(KEYS[1], ARGV[1]) > tonumber(ARGV[2]) then return math.max(redis.call('TTL', KEYS[1]), 1) end
if count(KEYS[2], ARGV[3]) > tonumber(ARGV[4]) then
    redis.call('DECR', KEYS[1])
    return math.max(redis.call('TTL', KEYS[2]), 1)
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """`per_address` within `seconds`, `overall` and, without Redis, `alone` (of one process) within a minute."""

    name: str
    seconds: int
    per_address: int
    overall: int
    alone: int


@dataclass(slots=True)
class Alone:
    """What one process counts without Redis: windows of a minute by the limit's name."""

    windows: dict[str, tuple[float, int]]
    lock: threading.Lock
    asks_redis_from: float = 0.0

    def seconds_to_wait(self, limit: Limit) -> int:
        now = time.monotonic()
        with self.lock:
            start, found = self.windows.get(limit.name, (now, 0))
            if now - start >= MINUTE:
                start, found = now, 0
            self.windows[limit.name] = (start, found + 1)
        return 0 if found < limit.alone else max(1, round(start + MINUTE - now))


_alone = Alone({}, threading.Lock())


def seconds_to_wait(request: HttpRequest, limit: Limit) -> int:
    """Counts this request; 0 when it may go on, else the seconds until it is worth another try."""
    return _seconds_to_wait(limit, _who(request))


def seconds_for_everybody(limit: Limit) -> int:
    """The same, whoever sends it."""
    return _seconds_to_wait(limit, "bersama")


def _seconds_to_wait(limit: Limit, who: str) -> int:
    if time.monotonic() < _alone.asks_redis_from:
        return _alone.seconds_to_wait(limit)
    keys = [f"siap:batas:{limit.name}:{who}", f"siap:batas:{limit.name}:semua"]
    try:
        return int(
            _client(settings.REDIS_URL).eval(
                _COUNT, len(keys), *keys, limit.seconds, limit.per_address, MINUTE, limit.overall
            )
        )
    except redis.RedisError:
        _alone.asks_redis_from = time.monotonic() + REDIS_REST_SECONDS
        return _alone.seconds_to_wait(limit)


@lru_cache(maxsize=2)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, retry=Retry(NoBackoff(), 0)
    )


def _who(request: HttpRequest) -> str:
    """The network of the sender under the key of the day: another one tomorrow, nobody's after a restart."""
    day = datetime.now(UTC).date().isoformat()
    key = hmac.digest(settings.NEUTRALITY_COUNTING_SEED.encode(), day.encode(), hashlib.sha256)
    return hmac.digest(key, network_of(request).encode(), hashlib.sha256)[:16].hex()
