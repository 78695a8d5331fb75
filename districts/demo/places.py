"""Polling stations and profiles of the two regencies: real totals of KPU and the press, spread over the villages.

Voters and TPS per kecamatan come from `districts/data/{kutim,mahulu}_kecamatan.csv`; their source column says what is
an estimate. How TPS and voters lie in the villages of a kecamatan is invented, and is the same on every run.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from districts.demo.story import STORIES, Story
from districts.models import (
    AccessMode,
    KecamatanProfile,
    PollingStation,
    PollingStationRisk,
    PowerSource,
    Region,
    RiskCategory,
    VillageProfile,
)

DATA = Path(__file__).resolve().parent.parent / "data"
#: Men among the voters: Kutim 160,805 of 297,994 [S03]; no figure was found for Mahulu, its split is invented.
MEN = {"64.08": 160_805, "64.11": 14_500}
PLEDGES_A_VILLAGE = 9  # [P] kepala desa and perangkat desa
PLEDGES_AT_THE_OFFICE = 24  # [P] ASN of the kecamatan


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of a kecamatan."""

    code: str
    voters: int
    tps: int
    is_estimate: bool


def counted(regency: str) -> list[Counted]:
    """The kecamatan of a demo regency. Of Kutim, only Sangatta Utara and Busang have voters from KPU [S05]."""
    name = {"64.08": "kutim", "64.11": "mahulu"}[regency]
    with (DATA / f"{name}_kecamatan.csv").open(newline="", encoding="utf-8") as lines:
        return [
            Counted(
                row["kode"],
                int(row["dpt_2024"]),
                int(row.get("tps_2024") or row["tps_2024_estimasi"]),
                row.get("dpt_2024_sumber", "KPU").startswith("ESTIMASI"),
            )
            for row in csv.DictReader(lines)
        ]


def spread(total: int, parts: int) -> list[int]:
    """`total` in `parts` whole numbers that differ by at most one."""
    return [total * (i + 1) // parts - total * i // parts for i in range(parts)]


def stations_of(tps: int, villages: int) -> list[int]:
    """TPS per village: at least one each, the rest in shares that fall from the first village to the last."""
    weights = [villages - i for i in range(villages)]
    rest, total, given, result = tps - villages, sum(weights), 0, []
    for i in range(villages):
        upto = rest * sum(weights[: i + 1]) // total
        result.append(1 + upto - given)
        given = upto
    return result


def make_stations(regency: str, villages: dict[str, list[Region]], *, mapped_at: datetime) -> None:
    """The TPS of a regency with voters; totals of kecamatan, of the regency and of men and women are exact."""
    rows = list(_stations(regency, villages))
    everyone, passed = sum(row[3] for row in rows), 0
    made = []
    for number, (village, tps, known, voters) in enumerate(rows):
        men = MEN[regency] * (passed + voters) // everyone - MEN[regency] * passed // everyone
        passed += voters
        made.append(_station(STORIES[known.code], village, tps, number, men, voters - men, known.is_estimate))
    PollingStation.objects.bulk_create(made)
    stations = PollingStation.objects.filter(village__in=[row[0] for row in rows])
    stations.update(updated_at=mapped_at)
    _make_risks(list(stations.order_by("pk")), mapped_at)


def _stations(regency: str, villages: dict[str, list[Region]]) -> Iterator[tuple[Region, int, Counted, int]]:
    """(village, number, kecamatan, voters) of each TPS, by code."""
    for known in counted(regency):
        places = villages[known.code]
        voters = iter(spread(known.voters, known.tps))
        for village, count in zip(places, stations_of(known.tps, len(places)), strict=True):
            for tps in range(1, count + 1):
                yield village, tps, known, next(voters)


def _station(
    story: Story, village: Region, tps: int, number: int, men: int, women: int, is_estimate: bool
) -> PollingStation:
    """Every 40th TPS is *sangat rawan*, every 9th *rawan* (Polri's own categories); where nobody mapped, none is."""
    risky: str = RiskCategory.LOW
    if not story.readings:
        risky = ""
    elif number % 40 == 0:
        risky = RiskCategory.HIGH
    elif number % 9 == 0:
        risky = RiskCategory.MEDIUM
    has_power = story.signal >= 3 or tps == 1
    return PollingStation(
        village=village,
        number=tps,
        voters_male=men,
        voters_female=women,
        is_estimate=is_estimate,
        access_mode=story.access,
        signal=story.signal,
        power=PowerSource.GRID if has_power else PowerSource.GENERATOR,
        police_category=risky,
        has_alternative_site=number % 3 != 2,
    )


def _make_risks(stations: list[PollingStation], mapped_at: datetime) -> None:
    """TPS-rawan indicators (DOMAIN 5.5): reach, signal, power and flood where the place has them; most have a plan."""
    rows = []
    for number, station in enumerate(stations):
        if not station.police_category:
            continue
        found = ["RW18"] if station.access_mode == AccessMode.SEA else []
        found += ["RW26"] if station.signal is not None and station.signal < 3 else []
        found += ["RW25"] if station.power == PowerSource.GENERATOR else []
        found += ["RW20"] if number % 23 == 0 and station.has_alternative_site else []
        found += ["RW05"] if number % 5 == 0 else []
        plan = "" if number % 7 == 6 else "Petugas tambahan dan jalur cadangan disiapkan."
        rows += [PollingStationRisk(polling_station=station, indicator_id=code, mitigation=plan) for code in found]
    PollingStationRisk.objects.bulk_create(rows)
    PollingStationRisk.objects.filter(polling_station__in=stations).update(updated_at=mapped_at)


def make_profiles(villages: dict[str, list[Region]], *, now: datetime) -> None:
    """Profiles of kecamatan and villages. Mahulu hands over to KPPS on the morning of H [S11]."""
    tested_on = (now - timedelta(days=4)).date()
    KecamatanProfile.objects.bulk_create(
        KecamatanProfile(
            region_id=code,
            is_hard=STORIES[code].is_hard,
            kpps_handover="H pagi" if code.startswith("64.11") else "H-1",
            pledge_total=PLEDGES_AT_THE_OFFICE + PLEDGES_A_VILLAGE * len(places),
        )
        for code, places in villages.items()
    )
    VillageProfile.objects.bulk_create(
        _village(STORIES[code], village, position, tested_on)
        for code, places in villages.items()
        for position, village in enumerate(places)
    )


def _village(story: Story, village: Region, position: int, tested_on: date) -> VillageProfile:
    """Villages beyond the first `blankspots` have a link: 12 Mbps, or 6 where the signal is weak."""
    is_blank = position >= 1 and position <= story.blankspots
    return VillageProfile(
        region=village,
        access_mode=story.access,
        signal=0 if is_blank else story.signal,
        has_alternative_route=story.access == AccessMode.LAND,
        has_backup_device=is_blank and position % 2 == 1,
        office_mbps=None if is_blank else (12 if story.signal >= 3 else 6),
        office_tested_on=None if is_blank else tested_on,
    )
