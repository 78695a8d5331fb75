"""The warehouse of a demo regency: two waves of goods, sorting, what is asked again, the reserve for a re-vote."""

from collections.abc import Callable
from datetime import datetime, time

from districts.models import Election, User
from logistics.demo import story
from logistics.models import DamageClass
from logistics.need import Need, needs
from logistics.receiving import Arrival, receive_goods
from logistics.replacing import ask, receive, send
from logistics.reserving import set_aside
from logistics.sorting import record_batch

At = Callable[..., datetime]


def fill_warehouse(election: Election, regency: str, by: User, at: At) -> None:
    """All that is needed arrives in two waves; ballots are sorted, and what sorting took is replaced."""

    def bought(need: Need) -> int:
        return _whole(need) + story.SPARE.get((regency, need.item), 0)

    wanted = [need for need in needs(election, regency, by="regency") if need.area == regency and _known(need)]
    for items, h_minus, number in (
        (story.FIRST_WAVE_ITEMS, story.FIRST_WAVE, "1"),
        (story.SECOND_WAVE_ITEMS, story.SECOND_WAVE, "2"),
    ):
        arrivals = [
            Arrival(
                need.item,
                need.contest,
                bought(need),
                bought(need) - story.OWED.get((regency, need.item, need.contest), 0),
            )
            for need in wanted
            if need.item in items
        ]
        receive_goods(
            election=election, regency=regency, arrivals=arrivals, happened_at=at(h_minus), by=by, now=at(h_minus),
            number=f"SJ/CONTOH/{regency}/{number}",
        )  # fmt: skip
    for need in wanted:
        if need.item == "SS":
            _sort(election, regency, need, by, at)
    kept = {(need.item, need.contest): need.kept for need in wanted if need.kept}
    if kept:
        set_aside(
            election=election, regency=regency, quantities=kept, happened_at=at(story.RESERVED), by=by,
            now=at(story.RESERVED), number=f"CAD/CONTOH/{regency}",
        )  # fmt: skip


def _known(need: Need) -> bool:
    return need.quantity is not None


def _whole(need: Need) -> int:
    """What is distributed and what is kept."""
    return (need.quantity or 0) + (need.kept or 0)


def _sort(election: Election, regency: str, need: Need, by: User, at: At) -> None:
    """One batch of everything, then the replacement of what was damaged or short, sorted again."""
    found = story.SORTING[regency][need.contest]
    labelled, damaged = _whole(need), found.torn + found.holed
    number = f"BA-SL/CONTOH/{regency}/{need.contest}"
    moment = at(story.SORTED, time(17, 0))
    record_batch(
        election=election, regency=regency, item="SS", contest=need.contest, labelled=labelled,
        good=labelled - damaged - found.short + found.surplus,
        damages={DamageClass.TORN: found.torn, DamageClass.HOLE: found.holed},
        short=found.short, surplus=found.surplus, happened_at=moment, by=by, now=moment, number=number,
    )  # fmt: skip
    missing = damaged + found.short - found.surplus
    if missing <= 0:
        return
    missing += story.SPARE_BALLOTS
    asked, came = at(story.ASKED), at(story.REPLACED)
    replacement = ask(
        election=election, regency=regency, item="SS", contest=need.contest, quantity=missing,
        reason="Rusak dan kurang menurut BA hasil sortir dan lipat", asked_at=asked, by=by, now=asked,
        silog_number=f"SILOG-CONTOH-{regency}-{need.contest[0].upper()}",
    )  # fmt: skip
    send(replacement=replacement, quantity=missing, happened_at=asked, by=by, now=asked)
    replacement.refresh_from_db()
    receive(replacement=replacement, quantity=missing, happened_at=came, by=by, now=came)
    evening = at(story.REPLACED, time(17, 0))
    record_batch(
        election=election, regency=regency, item="SS", contest=need.contest, labelled=missing, good=missing, damages={},
        happened_at=evening, by=by, now=evening, number=f"{number}-2",
    )  # fmt: skip
