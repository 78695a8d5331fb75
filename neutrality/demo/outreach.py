"""Eight weeks of outreach in the demo, as `districts.demo.story` has them: every act goes through the function that the
forms of people call, at the time it happened.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils.text import slugify
from django.utils.translation import gettext as _

from districts import weeks
from districts.demo.calendar import ZONE
from districts.demo.places import PLEDGES_AT_THE_OFFICE
from districts.demo.reports import DECLARED_AT_H
from districts.demo.story import STORIES, Story, share_done
from districts.models import Election, KecamatanProfile, Region, User
from neutrality.models import OutreachEvent
from neutrality.outreach import cancel_event, hold_event, note_event, note_pledges

#: Days before the vote on which an event of the kind is held; all of it is simulation [P].
NEUTRALITY_AT = tuple(range(60, 15, -7))
STAGES_AT = tuple(range(58, 15, -7))
LAST_ROUND_AT = 13
PLEDGES_AT = (58, 44, 30, 20, 14)
FORUM_AT = (47, 26)
PARTICIPATION_AT = (46, 40, 33, 27, 21, 13)
PARTICIPATION_PLANNED_AT = 50
#: What waits: a round in the desa that are not covered yet.
NEXT_ROUND_AT = 9
NOTED_AT, HELD_AT = time(17, 0), time(9, 0)
PLACES = ("Balai desa", "Aula kantor camat", "Gedung serbaguna", "Lapangan kecamatan")
MATERIALS = ("Bentuk pelanggaran dan sanksi (SKB 5 pejabat)", "Tahapan dan tanggal pemungutan suara")
SANDARAN = "64.08.11"
#: Who notes for the institutions of a regency: (neutrality, participation).
LIAISONS = {"64.08": ("netralitas-kutim", "kpu-kutim"), "64.11": ("desk-mahulu", "kpu-mahulu")}


@dataclass(frozen=True, slots=True)
class Scene:
    """One kecamatan of the story."""

    election: Election
    kecamatan: Region
    villages: list[str]
    story: Story
    camat: User
    bawaslu: User
    kpu: User
    now: datetime

    @property
    def today(self) -> date:
        return weeks.local_date(ZONE, self.now)

    def day(self, h_minus: int) -> date:
        return self.election.voting_day - timedelta(days=h_minus)

    def at(self, h_minus: int, clock: time = NOTED_AT) -> datetime:
        return datetime.combine(self.day(h_minus), clock, ZoneInfo(ZONE))

    @property
    def shift(self) -> int:
        """Not every kecamatan holds its events on the same day."""
        return int(self.kecamatan.code[-2:]) % 5

    def covered(self, name: str, h_minus: int) -> int:
        """Desa. Those of the camat's form are cut off as `districts.demo.reports` does it."""
        share = share_done(name, h_minus, self.story) * len(self.villages)
        return int(share) if name == "outreach_villages" else round(share)

    def note(self, kind: str, h_minus: int, by: User, **said: Any) -> None:
        """An event that was held on H-`h_minus` and noted the same evening."""
        note_event(
            election=self.election, kecamatan=self.kecamatan, kind=kind, held_on=self.day(h_minus), by=by,
            now=self.at(h_minus), client_key=uuid4(), place=PLACES[h_minus % len(PLACES)], **said,
        )  # fmt: skip

    def plan(self, kind: str, h_minus: int, by: User, noted_at: datetime, **said: Any) -> OutreachEvent:
        return note_event(
            election=self.election, kecamatan=self.kecamatan, kind=kind, held_on=self.day(h_minus), by=by,
            now=noted_at, is_planned=True, client_key=uuid4(), place=PLACES[h_minus % len(PLACES)], **said,
        )  # fmt: skip


def tell(*, election: Election, people: dict[str, User], now: datetime, say: Callable[[str], object]) -> None:
    """Rounds through the desa, declarations, pledges, the forum; what was planned and not held; what comes next."""
    say(_("Sosialisasi, deklarasi dan ikrar …"))
    for scene in _scenes(election, people, now):
        _neutrality(scene)
        _participation(scene)
        if not scene.story.silent_days:  # a camat nobody hears from notes nothing either
            _stages(scene)
            _declaration_and_forum(scene)
            _pledges(scene)
        _next(scene)


def _scenes(election: Election, people: dict[str, User], now: datetime) -> Iterator[Scene]:
    villages: dict[str, list[str]] = {code: [] for code in STORIES}
    for code, parent in Region.objects.filter(parent__in=STORIES).order_by("code").values_list("code", "parent"):
        villages[str(parent)].append(code)
    for kecamatan in Region.objects.filter(code__in=STORIES).order_by("code"):
        story, (bawaslu, kpu) = STORIES[kecamatan.code], LIAISONS[kecamatan.code[:5]]
        if story.readings:
            camat = people[f"camat-{slugify(kecamatan.name)}"]
            yield Scene(election, kecamatan, villages[kecamatan.code], story, camat, people[bawaslu], people[kpu], now)


def _rounds(scene: Scene, days: tuple[int, ...], name: str) -> Iterator[tuple[int, list[str]]]:
    """(H-n, the desa that a round newly reached), as far as the story grows and until yesterday."""
    reached = 0
    for h_minus in (*(each + scene.shift for each in days), LAST_ROUND_AT):
        upto = scene.covered(name, h_minus)
        if upto > reached and scene.day(h_minus) < scene.today:
            yield h_minus, scene.villages[reached:upto]
            reached = upto


def _neutrality(scene: Scene) -> None:
    for h_minus, villages in _rounds(scene, NEUTRALITY_AT, "NET-02"):
        scene.note(
            "sosialisasi", h_minus, scene.bawaslu, topics=["netralitas"], villages=villages, material=MATERIALS[0],
            institutions=["forkopimcam", "bawaslu", "polri", "tni"], participants=12 + 9 * len(villages),
        )  # fmt: skip


def _stages(scene: Scene) -> None:
    """As the camat's form has it; every other round also about a peaceful Pilkada."""
    for number, (h_minus, villages) in enumerate(_rounds(scene, STAGES_AT, "outreach_villages")):
        scene.note(
            "sosialisasi", h_minus, scene.camat, topics=["tahapan", "damai"] if number % 2 else ["tahapan"],
            villages=villages, material=MATERIALS[1], institutions=["forkopimcam", "kpu"],
            participants=20 + 15 * len(villages),
        )  # fmt: skip


def _declaration_and_forum(scene: Scene) -> None:
    if scene.story.declared:
        scene.note(
            "deklarasi", DECLARED_AT_H, scene.camat, topics=["damai"], participants=150,
            institutions=["forkopimcam", "bawaslu", "kpu", "polri", "tni", "fkub", "masyarakat"],
        )  # fmt: skip
    for h_minus in FORUM_AT:
        scene.note("rapat_fpk", h_minus, scene.camat, institutions=["fpk", "fkdm", "polri"], participants=18)


def _pledges(scene: Scene) -> None:
    """ASN first, then heads of desa, then their staff; the sum is what the camat's form says."""
    total = KecamatanProfile.objects.values_list("pledge_total", flat=True).get(region=scene.kecamatan) or 0
    heads = len(scene.villages)
    sizes = {
        "asn": PLEDGES_AT_THE_OFFICE,
        "kepala_desa": heads,
        "perangkat_desa": total - PLEDGES_AT_THE_OFFICE - heads,
    }
    for h_minus in PLEDGES_AT:
        left = int(share_done("pledges_signed", h_minus, scene.story) * total)
        counts = {}
        for group, size in sizes.items():
            counts[group] = (min(left, size), size)
            left -= counts[group][0]
        note_pledges(
            election=scene.election, kecamatan=scene.kecamatan, counted_on=scene.day(h_minus), counts=counts,
            by=scene.camat, now=scene.at(h_minus), client_key=uuid4(),
        )  # fmt: skip


def _participation(scene: Scene) -> None:
    """A plan of six, of which the story lets a share take place; the rest still says planned, its day gone by."""
    wanted = round(share_done("SOS-04", min(PARTICIPATION_AT), scene.story) * len(PARTICIPATION_AT))
    for number, h_minus in enumerate(each + min(scene.shift, 3) for each in PARTICIPATION_AT):
        plan = scene.plan(
            "partisipasi", h_minus, scene.kpu, scene.at(PARTICIPATION_PLANNED_AT),
            material="Pemilih pemula dan pemilih desa terjauh",
        )  # fmt: skip
        if number < wanted:
            hold_event(
                event=plan, held_on=scene.day(h_minus), villages=scene.villages[number : number + 1],
                institutions=["kpu", "sekolah"], participants=40 + 5 * number, note="", by=scene.kpu,
                now=scene.at(h_minus),
            )  # fmt: skip


def _next(scene: Scene) -> None:
    """What the calendar shows for the days to come; Sandaran's boat did not sail last week."""
    planned_at = scene.now - timedelta(hours=20)
    missing = scene.villages[scene.covered("NET-02", 0) :] or scene.villages[-1:]
    scene.plan(
        "sosialisasi", NEXT_ROUND_AT - scene.shift, scene.bawaslu, planned_at, topics=["netralitas"], villages=missing
    )
    if scene.kecamatan.code == SANDARAN:
        stormy = scene.plan(
            "kunjungan", 13, scene.camat, scene.at(18), topics=["netralitas", "damai"], villages=scene.villages[-2:]
        )
        cancel_event(
            event=stormy, reason="Gelombang tinggi, kapal tidak berangkat.", by=scene.camat, now=scene.at(13, HELD_AT)
        )
