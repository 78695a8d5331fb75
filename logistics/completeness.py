"""Whether what is in the parcel of a TPS is enough: pure rules over contents, need and seals. No database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from districts.models import Contest
from districts.naming import shown
from logistics.models import Item
from logistics.need import REQUIRED_PACKING

#: An item and the contest it is for; no contest where it is not counted per contest.
Goods = tuple[str, str]

BALLOT, BOX = "SS", "KS"  # codes of DOMAIN 3.2
#: What must be there of an item whose need no decree has said yet [P].
LEAST = 1
#: A sentence names so many items and counts the rest [P].
NAMED = 4


@dataclass(frozen=True, slots=True)
class Lack:
    """`quantity` units that are not there yet; None: none is there and the need is not known."""

    item: Item
    contest: str
    quantity: int | None


def goes_along(item: Item) -> bool:
    """Travels in the parcel, inside the box or beside it."""
    return item.packing in REQUIRED_PACKING


def is_required(item: Item) -> bool:
    """Without it the parcel is not packed: what travels with it and must be counted (DOMAIN 3.2)."""
    return item.must_count and goes_along(item)


def lacks(items: Mapping[str, Item], need: Mapping[Goods, int | None], held: Mapping[Goods, int]) -> list[Lack]:
    """Required goods of which too little is there, in the order of the catalogue."""
    found = []
    for (code, contest), wanted in need.items():
        there = held.get((code, contest), 0)
        if not is_required(items[code]) or there >= (LEAST if wanted is None else wanted):
            continue
        found.append(Lack(items[code], contest, None if wanted is None else wanted - there))
    return sorted(found, key=lambda lack: (lack.item.position, lack.contest))


def boxes_in(held: Mapping[Goods, int]) -> int:
    return sum(quantity for (code, _contest), quantity in held.items() if code == BOX)


def lack_sentence(missing: Iterable[Lack], boxes: int, seals: int) -> str:
    """*kurang 12 lembar surat suara bupati; belum bersegel*; empty when nothing is missing."""
    missing = list(missing)
    short = [quantity_of(lack.item, lack.contest, lack.quantity) for lack in missing if lack.quantity is not None]
    unknown = [goods_name(lack.item, lack.contest) for lack in missing if lack.quantity is None]
    said = []
    if short:
        said.append(_("kurang {goods}").format(goods=_listed(short)))
    if unknown:
        said.append(
            _("belum ada {goods} (kebutuhannya belum ditetapkan, isi paling sedikit 1)").format(goods=_listed(unknown))
        )
    if seals == 0:
        said.append(_("belum bersegel"))
    elif seals < boxes:
        said.append(_("baru {seals} segel untuk {boxes} kotak").format(seals=seals, boxes=boxes))
    return "; ".join(said)


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED
    if more > 0:
        names = [*names[:NAMED], ngettext("%(n)d barang lain", "%(n)d barang lain", more) % {"n": more}]
    return ", ".join(names)


def quantity_of(item: Item, contest: str, quantity: int) -> str:
    """*12 lembar surat suara bupati*."""
    return f"{number_format(quantity)} {shown(item.unit)} {goods_name(item, contest)}"


def goods_name(item: Item, contest: str) -> str:
    """*surat suara bupati*: the name inside a sentence, without what the catalogue adds in brackets."""
    name = shown(item.name).split(" (")[0]
    if not name[:2].isupper():
        name = name[:1].lower() + name[1:]
    return f"{name} {Contest.Kind(contest).label.lower()}" if contest else name
