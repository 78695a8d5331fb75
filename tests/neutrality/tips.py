"""The anonymous form as a browser fills it in."""

import re
from contextlib import contextmanager

import redis
from django.core import signing
from django.urls import reverse

from districts import throttle
from neutrality.tips import SALT

#: A documentation address (RFC 5737) that must be nowhere afterwards.
ADDRESS = "203.0.113.77"
AGENT = "Peramban-Uji/77.7"
NAMED = "Zulkarnaen Terlapor"
CONTACT = "+628115550199"
SUMMARY = "Diduga membagikan unggahan kampanye Qwertyuiop."


def older(token, seconds=30):
    """The same form as if it had been opened that much earlier."""
    seed, shown_at = signing.loads(token, salt=SALT)
    return signing.dumps([seed, shown_at - seconds], salt=SALT)


def tip(client, *, age=30, **more):
    """What the form sends, with the token of a page that was opened half a minute ago."""
    page = client.get(reverse("tip_new")).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    return {
        "csrfmiddlewaretoken": csrf, "token": older(token, age), "regency": "64.08", "known_on": "2026-11-20",
        "happened_on": "2026-11-19", "medium": "media_sosial", "place": "facebook.com/akun.rahasia",
        "subject_type": "asn_pns", "forms_disiplin": ["DS6"], "summary": SUMMARY, "name": NAMED, "position": "",
        "unit": "", "contact": CONTACT, "website": "",
    } | more  # fmt: skip


def code_in(answer):
    """The tracking code on the thank-you page, or None."""
    found = re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", answer.content.decode())
    return found and found[0]


@contextmanager
def fresh_counts(url):
    """The real store without counts of senders, before and after."""
    found = redis.Redis.from_url(url)
    throttle._alone.asks_redis_from = 0.0
    throttle._alone.windows.clear()
    for key in found.scan_iter("siap:batas:*"):
        found.delete(key)
    yield found
    for key in found.scan_iter("siap:batas:*"):
        found.delete(key)
    throttle._alone.asks_redis_from = 0.0
    found.close()
