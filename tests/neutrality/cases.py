"""Cases for tests, made by the product's own writes, and the names planted in them."""

from datetime import date, timedelta
from uuid import uuid4

from neutrality.cases import move_case, take_case
from neutrality.flow import STEPS, Actor, State, step
from tests.conftest import NOW

#: None of these may appear but on the page of the case for its handler.
PLANTED = {
    "name": "Zulkarnaen Terlapor",
    "position": "Kepala Seksi Rahasia",
    "unit": "Dinas Planted Kutim",
    "staff_number": "198001012005011001",
}
TELLER = {"name": "Wahyuni Pelapor", "contact": "+628115550199", "address": "Jalan Saksi Bisu 7"}
SUMMARY = "Terlapor diduga membagikan unggahan kampanye Qwertyuiop."
PLACE = "facebook.com/akun.rahasia"
REASON = "Alasan menyebut Bambang Xyz"


def make_case(world, **more):
    given = {
        "election": world.election, "regency": world.regions["64.08"], "intake": "telepon", "known_on": date(2026, 11, 20),
        "summary": SUMMARY, "place": PLACE, "forms": ["DS6"], "medium": "media_sosial",
        "reported": [{"subject_type": "asn_pns", **PLANTED}], "reporter": TELLER,
        "by": world.people["netralitas-kutim"], "now": NOW, "client_key": uuid4(),
    }  # fmt: skip
    return take_case(**(given | more))


def advance(world, case, end, *, at=NOW, **more):
    """One legal step with all it must say."""
    case.refresh_from_db()
    legal = step(case.state, end)
    said = {"reason": REASON if legal and legal.needs_reason else ""}
    if legal and legal.needs_paper:
        said |= {"paper_number": "001/PM/2026", "paper_date": at.date()}
    return move_case(
        case=case, start=case.state, end=end, by=world.people["netralitas-kutim"], now=at, client_key=uuid4(),
        **(said | more),
    )  # fmt: skip


def way_to(end):
    """The shortest way of states from NEW to `end` that a person can go."""
    ways, seen = [[State.NEW]], {State.NEW}
    while ways:
        way = ways.pop(0)
        if way[-1] == end:
            return way
        for each in STEPS:
            if each.start == way[-1] and each.end not in seen and each.actor != Actor.SYSTEM:
                seen.add(each.end)
                ways.append([*way, each.end])
    raise AssertionError(end)


def case_in(world, state, *, hours_apart=1, **more):
    """A case taken to a state by its shortest way, each step an hour after the one before."""
    case = make_case(world, **more)
    at = case.received_at
    for end in way_to(state)[1:]:
        at += timedelta(hours=hours_apart)
        advance(world, case, end, at=at)
    case.refresh_from_db()
    return case
