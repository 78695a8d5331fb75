"""Events and pledges as people note them, for tests of outreach."""

from datetime import date
from uuid import uuid4

from neutrality.outreach import note_event, note_pledges
from tests.conftest import NOW

SANDARAN = "64.08.11"
MANUBAR, SUSUK_DALAM, SUSUK_LUAR = (f"{SANDARAN}.200{n}" for n in (1, 2, 3))
TODAY = date(2026, 11, 21)


def event(world, kind="sosialisasi", *, code=SANDARAN, by="camat-sandaran", topics=("netralitas",), now=NOW, **said):
    """An event held today unless `said` says otherwise."""
    if kind != "sosialisasi":
        topics = said.pop("also", ())
    return note_event(
        election=world.election, kecamatan=world.regions[code], kind=kind, by=world.people[by], now=now, topics=topics,
        **{"held_on": TODAY, "client_key": uuid4(), **said},
    )  # fmt: skip


def pledges(world, *, code=SANDARAN, by="camat-sandaran", now=NOW, counted_on=TODAY, client_key=None, **counts):
    """`pledges(world, asn=(10, 12))`."""
    return note_pledges(
        election=world.election, kecamatan=world.regions[code], counted_on=counted_on, counts=counts,
        by=world.people[by], now=now, client_key=client_key or uuid4(),
    )  # fmt: skip
