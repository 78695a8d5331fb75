"""The story of the demo: what sort of kecamatan each one is. All figures of it are invented [P] and say SIMULASI.

`PROGRESS` says over which days something grows from nothing to done, counted in H-n; a kecamatan runs `lag_days` behind
and stops at the share in `caps`. Windows end a little before the target curves of DOMAIN 6.3 ask for the whole.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Rhythm(StrEnum):
    """When a report is sent."""

    PROMPT = "prompt"  # the Friday it opens
    MONDAY = "monday"  # in the last hour before the deadline
    LATE = "late"  # the Tuesday after it
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Story:
    """One kecamatan. `silent_days`: the newest report came that many days ago."""

    rhythm: Rhythm = Rhythm.PROMPT
    lag_days: int = 0
    caps: dict[str, float] = field(default_factory=dict)  # by report field or indicator code: share of the whole
    silent_days: int = 0
    access: str = "darat"
    is_hard: bool = False
    signal: int = 4
    blankspots: int = 0  # villages without a signal
    cut_off: int = 0  # villages out of reach now, none with another way
    disasters: tuple[str, ...] = ("NO",)
    bad_warehouse: tuple[str, ...] = ()
    rakor_days: int = 5  # days between a report and the newest rakor before it, once they are held every week
    declared: bool = True  # Deklarasi Damai held
    summary: str = ""  # told in reports of the last three weeks
    readings: bool = True  # False: institutions have given almost nothing
    overdue_cases: int = 0  # NET-03


#: field or indicator: (H-n it begins, H-n it is done)
PROGRESS: dict[str, tuple[float, float]] = {
    "tps_route_final": (35, 18),
    "kpps_filled": (72, 34),
    "kpps_trained": (32, 21),
    "ptps_filled": (44, 22),
    "notices_delivered": (9, 2),
    "personnel_polri": (60, 16),
    "linmas_trained": (50, 18),
    "tps_line_tested": (50, 18),
    "outreach_villages": (66, 19),
    "pledges_signed": (64, 20),
    "staff_screened": (36, 17),
    "tps_with_backup_power": (40, 14),
    "LOG-03": (24, 10),
    "ADH-03": (20, 9),
    "DPT-03": (18, 8),
    "NET-02": (66, 17),
    "SOS-04": (50, 16),
}

KUTIM: dict[str, Story] = {
    "64.08.01": Story(Rhythm.NEVER, access="sungai", signal=2, readings=False),  # Muara Ancalong
    "64.08.02": Story(caps={"NET-02": 0.9}),  # Muara Wahau
    "64.08.03": Story(  # Muara Bengkal
        lag_days=3,
        caps={"tps_line_tested": 0.82, "outreach_villages": 0.72, "staff_screened": 0.55, "LOG-03": 0.4},
        access="sungai",
        overdue_cases=1,
    ),
    "64.08.04": Story(),  # Sangatta Utara
    "64.08.05": Story(  # Sangkulirang
        lag_days=3,
        caps={"outreach_villages": 0.8, "tps_route_final": 0.7, "linmas_trained": 0.7, "NET-02": 0.75},
        access="laut",
        rakor_days=9,
    ),
    "64.08.06": Story(  # Busang
        Rhythm.LATE,
        lag_days=6,
        caps={"tps_line_tested": 0.46, "tps_route_final": 0.6, "LOG-03": 0.35},
        silent_days=9,
        access="sungai",
        is_hard=True,
        signal=0,
        blankspots=4,
        declared=False,
        summary="Empat desa tanpa sinyal. Laporan dikirim petugas yang naik perahu ke Muara Ancalong.",
    ),
    "64.08.07": Story(
        lag_days=3, caps={"tps_route_final": 0.8, "tps_line_tested": 0.8, "SOS-04": 0.5}, signal=3, rakor_days=20
    ),  # Telen
    "64.08.08": Story(caps={"tps_route_final": 0.83}),  # Kombeng
    "64.08.09": Story(  # Bengalon
        lag_days=2,
        bad_warehouse=("warehouse_dry", "warehouse_flood_safe"),
        disasters=("BJ",),
        summary="Atap gudang PPK (kecamatan) bocor; sebagian kotak suara basah.",
    ),
    "64.08.10": Story(lag_days=1, caps={"staff_screened": 0.66}),  # Kaliorang
    "64.08.11": Story(  # Sandaran
        Rhythm.LATE,
        lag_days=7,
        caps={"tps_route_final": 0.4, "tps_line_tested": 0.78, "LOG-03": 0.8},
        access="laut",
        is_hard=True,
        signal=2,
        blankspots=3,
        cut_off=2,
        disasters=("GLB",),
        bad_warehouse=("warehouse_lit",),
        summary="Hanya dapat dicapai lewat laut; gelombang tinggi, kapal menunggu cuaca.",
    ),
    "64.08.12": Story(caps={"pledges_signed": 0.96}),  # Sangatta Selatan
    "64.08.13": Story(caps={"outreach_villages": 0.84}),  # Teluk Pandan
    "64.08.14": Story(
        lag_days=5, caps={"kpps_trained": 0.95, "pledges_signed": 0.88, "ptps_filled": 0.8}
    ),  # Rantau Pulung
    "64.08.15": Story(
        lag_days=3, caps={"linmas_trained": 0.7, "staff_screened": 0.5, "NET-02": 0.8}, rakor_days=4
    ),  # Kaubun
    "64.08.16": Story(lag_days=-6, silent_days=15, signal=3),  # Karangan
    "64.08.17": Story(Rhythm.NEVER, signal=3, readings=False),  # Batu Ampar
    "64.08.18": Story(Rhythm.NEVER, access="sungai", signal=2, readings=False),  # Long Mesangat
}
MAHULU: dict[str, Story] = {
    "64.11.01": Story(access="sungai"),  # Long Bagun
    "64.11.02": Story(caps={"tps_line_tested": 0.8}, access="sungai", signal=3),  # Long Hubung
    "64.11.03": Story(Rhythm.MONDAY, lag_days=2, access="sungai", signal=3),  # Laham
    "64.11.04": Story(  # Long Apari
        Rhythm.MONDAY,
        lag_days=3,
        caps={"tps_line_tested": 0.8},
        access="sungai",
        is_hard=True,
        signal=2,
        blankspots=5,
        declared=False,
        summary="Riam di hulu Mahakam surut; hanya perahu kecil yang dapat lewat.",
    ),
    "64.11.05": Story(  # Long Pahangai
        Rhythm.MONDAY, lag_days=3, caps={"linmas_trained": 0.8}, access="sungai", is_hard=True, signal=2, blankspots=4
    ),
}
STORIES = KUTIM | MAHULU
REGENCIES = ("64.08", "64.11")


def share_done(name: str, h_minus: float, story: Story) -> float:
    """How much of the whole is done, 0 to 1, on the day H-`h_minus`."""
    begins, done = PROGRESS[name]
    share = (begins - (h_minus + story.lag_days)) / (begins - done)
    return min(max(share, 0.0), story.caps.get(name, 1.0))
