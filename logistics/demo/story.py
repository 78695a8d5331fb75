"""What the ledger of the two demo regencies tells. Names, times and amounts are invented [P] unless a source stands there.

Days are counted in H-n; the demo is loaded on H-12. Items and amounts beyond these come from the need itself.
"""

from dataclasses import dataclass
from datetime import time

#: H-n of each step in the warehouse, DOMAIN 2.1: boxes and booths H-85..H-56, ballots and forms H-57..H-28.
FIRST_WAVE, SECOND_WAVE, SORTED, ASKED, REPLACED, RESERVED = 50, 38, 33, 26, 22, 20
FIRST_WAVE_ITEMS = ("KS", "BS", "TN", "SG", "AC", "TK", "TG", "TL", "ST", "LK")
SECOND_WAVE_ITEMS = ("SS", "FM", "AB", "DP", "DT", "CP", "TP")
#: Seals per TPS and contest: 3,991 seals for 77 TPS and 5 PPK of Mahulu are about 51.8 a TPS for two contests [S11].
SEALS = 26


@dataclass(frozen=True, slots=True)
class Sorted:
    """What sorting found in all batches of one contest; damage in classes 2 (torn) and 6 (hole)."""

    torn: int
    holed: int
    short: int
    surplus: int


#: Kutim 2018: 815 damaged and 598 surplus [S29]; how they fall into classes and contests is invented.
SORTING = {
    "64.08": {"bupati": Sorted(390, 25, 0, 598), "gubernur": Sorted(380, 20, 140, 0)},
    "64.11": {"bupati": Sorted(31, 2, 0, 12), "gubernur": Sorted(28, 0, 9, 0)},
}
#: Units the supplier has not delivered: (regency, item, contest).
OWED = {("64.11", "AB", "gubernur"): 12}
#: Bought beyond the need: (regency, item), per contest; and ballots asked beyond what sorting took.
SPARE = {("64.08", "KS"): 12}
SPARE_BALLOTS = 100
#: H-n of the packing sessions, and H-n by which the shares of `districts.demo.story` are then reached.
SESSIONS = (20, 17, 15, 13)
#: Far kecamatan are packed first: {kecamatan: {H-n of the session: TPS packed by then}}.
EARLY = {
    "64.08.11": {20: 6, 15: 14},
    "64.08.06": {17: 3},
    "64.11.04": {17: 4},
    "64.11.03": {17: 3},
}


@dataclass(frozen=True, slots=True)
class Way:
    """A leg of a route: from, to, mode, usual hours, and the local hours within which it can leave."""

    origin: str
    destination: str
    mode: str
    hours: float
    window: tuple[int, int] | None = None


KPU = "Gudang KPU Sangatta"
#: (kecamatan, plan): legs from the KPU warehouse to the PPK. Kecamatan without one are an hour or more by truck.
ROUTES: dict[tuple[str, str], tuple[Way, ...]] = {
    ("64.08.11", "A"): (
        Way(KPU, "Pelabuhan Kenyamukan", "truk", 1.5),
        Way("Pelabuhan Kenyamukan", "Perairan Manubar", "kapal_al", 9, (5, 17)),
        Way("Perairan Manubar", "PPK Sandaran", "perahu", 1.5, (6, 18)),
    ),
    ("64.08.11", "B"): (
        Way(KPU, "Sangkulirang", "truk", 5),
        Way("Sangkulirang", "PPK Sandaran", "speedboat", 6, (5, 14)),
    ),
    ("64.08.06", "A"): (
        Way(KPU, "Muara Ancalong", "truk", 6),
        Way("Muara Ancalong", "PPK Busang", "perahu", 5, (6, 15)),
    ),
    ("64.08.05", "A"): (Way(KPU, "PPK Sangkulirang", "truk", 5),),
    ("64.11.04", "A"): (
        Way("Gudang KPU Ujoh Bilang", "Long Pahangai", "speedboat", 4, (6, 15)),
        Way("Long Pahangai", "PPK Long Apari", "perahu", 7, (6, 13)),
    ),
    ("64.11.04", "B"): (Way("Gudang KPU Ujoh Bilang", "PPK Long Apari", "heli", 1, (8, 15)),),
    ("64.11.05", "A"): (Way("Gudang KPU Ujoh Bilang", "PPK Long Pahangai", "speedboat", 4, (6, 15)),),
    ("64.11.03", "A"): (Way("Gudang KPU Ujoh Bilang", "PPK Laham", "speedboat", 2, (6, 17)),),
}
#: Hours of a truck to the PPK where no route stands above; then to the desa and to the TPS.
BY_TRUCK, TO_DESA, TO_TPS = 4, 2, 1
#: Hours from the PPK to the farthest desa, where it is not `TO_DESA`: (mode, hours, window).
FAR_DESA = {"64.08.11": ("perahu", 5, (6, 17)), "64.08.06": ("perahu", 4, (6, 15)), "64.11.04": ("perahu", 6, (6, 13))}


@dataclass(frozen=True, slots=True)
class Voyage:
    """A shipment to a PPK: how many TPS, when it leaves (H-n, time), who escorts; what became of it is in `chapter`."""

    kecamatan: str
    stations: int
    h_minus: int
    leaves: time
    carrier: str
    force: str
    unit: str
    escorts: int
    note: str = ""


FIRST_SHIP = Voyage(
    "64.08.11", 6, 15, time(5, 30), "KRI contoh, dermaga Kenyamukan", "tni_al", "Lanal Sangatta", 8,
    "Gelombang pertama: TPS di tiga desa terjauh.",
)  # fmt: skip
LATE_SHIP = Voyage(
    "64.08.11", 8, 2, time(6, 0), "KRI contoh, dermaga Kenyamukan", "tni_al", "Lanal Sangatta", 8,
    "Kapal baru tersedia pada H-2.",
)  # fmt: skip
BUSANG = Voyage("64.08.06", 3, 7, time(6, 0), "Truk sewaan dan dua ketinting", "polri", "Polsek Busang", 4)
LONG_APARI = Voyage(
    "64.11.04", 4, 13, time(7, 0), "Dua speedboat sewaan", "gabungan", "Polsek dan Koramil Long Apari", 5
)
LAHAM = Voyage("64.11.03", 3, 13, time(8, 0), "Speedboat sewaan", "polri", "Polsek Laham", 3)
#: What was wet when Sandaran's first shipment was opened, in one TPS of it: (item, contest) and how many.
WET = {("KS", "bupati"): 1, ("KS", "gubernur"): 1, ("SS", "bupati"): 38, ("SS", "gubernur"): 41}
WET_REASON = "Palka kapal kemasukan air; dua kotak lembek dan isinya basah."
