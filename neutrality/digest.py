"""The daily mail to handlers: which terms have passed or are near. Numbers and links, never a name (DOMAIN 4.5).

The row that settles a day is written in the same transaction that sends the mail: a mail that fails leaves no row and
goes out the next hour. A crash between sending and the row could send it twice; both then have one Message-ID.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from districts.access import Role
from districts.models import Assignment, Region, current_election
from districts.weeks import local_now
from neutrality.board import terms_running
from neutrality.clocks import nearness
from neutrality.models import DigestSent

if TYPE_CHECKING:
    from districts.models import User

log = logging.getLogger(__name__)

#: Local time from which the mail of a day goes out. [P]
MAIL_FROM = time(7, 0)
#: What the mail tells of, most pressing first: nearness and heading.
NEAR = ("lewat", "hari_ini", "segera")


@dataclass(frozen=True, slots=True)
class Section:
    """Cases of one nearness: (number, last day, address)."""

    name: str
    cases: list[tuple[str, date, str]]


def send_digests(*, now: datetime) -> int:
    """Send what is due and not settled; how many mails went out. A mail that fails is tried again the next hour."""
    sent = 0
    for handler, regency in _handlers():
        here = local_now(regency.time_zone, now)
        if here.time() < MAIL_FROM:
            continue
        try:
            sent += _settle(handler, regency, here.date())
        except OSError:  # the mail server; smtplib's errors are OSErrors too
            log.exception("daily mail for %s failed, tried again the next hour", regency.code)
    return sent


def _handlers() -> list[tuple["User", Region]]:
    """Who handles neutrality where, and has an address. One statement."""
    rows = Assignment.objects.valid().filter(role=Role.NEUTRALITY, user__is_active=True).exclude(user__email="")
    found = {(row.user_id, row.region_id): row for row in rows.select_related("user", "region")}
    return [(row.user, row.region) for _key, row in sorted(found.items()) if row.region is not None]


@transaction.atomic
def _settle(handler: "User", regency: Region, day: date) -> bool:
    """Write that the day is settled, and send the mail if there is something to tell. Whoever else is at it waits."""
    sections = sections_of(regency, day)
    count = sum(len(section.cases) for section in sections)
    _row, is_new = DigestSent.objects.get_or_create(
        handler=handler, regency=regency, day=day, defaults={"cases": count}
    )
    if not is_new or not count:
        return False
    _mail(handler, regency, day, sections, count).send()
    return True


def sections_of(regency: Region, day: date) -> list[Section]:
    """The open cases whose term has passed or is near on the local `day`, soonest first."""
    running = terms_running(current_election(regency.code, day), regency.code)
    return [
        Section(name, [(number, due, _link("case", number)) for number, due in found])
        for name in NEAR
        if (found := [(number, due) for number, due in running if nearness(due, day) == name])
    ]


def _link(name: str, of: str) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=[of])}"


def _mail(handler: "User", regency: Region, day: date, sections: list[Section], count: int) -> EmailMessage:
    context = {"sections": sections, "day": day, "regency": regency, "board": _link("cases", regency.code)}
    subject = _("SIAP: {count} kasus mendekati atau melewati batas, {place}").format(
        count=count, place=regency.short_name
    )
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    key = f"<siap-{day}-{regency.code}-{handler.pk}@{host}>"
    body = render_to_string("neutrality/digest.txt", context)
    return EmailMessage(subject, body, to=[handler.email], headers={"Message-ID": key})
