"""Words officials write in the registers, what they mean, and the words a download writes back. Case and spaces do not matter."""

from districts.models import AccessMode, PollingStation, PowerSource, RiskCategory, Signal

#: Takes a recorded value away again; an empty cell leaves it as it is.
CLEAR = "-"
CLEARING = {CLEAR: CLEAR, "kosongkan": CLEAR, "hapus nilai": CLEAR}
#: In the column of what to do with a line.
REMOVE = "hapus"

YES_NO = {
    "ya": "1", "y": "1", "ada": "1", "1": "1", "sudah": "1", "tidak": "0", "tdk": "0", "t": "0", "tidak ada": "0",
    "0": "0", "belum": "0", "belum ada": "0",
}  # fmt: skip
SIGNAL = {
    "tidak ada sinyal": "0", "tidak ada": "0", "tidak": "0", "blankspot": "0", "blank spot": "0", "0": "0", "2g": "2", "2": "2",
    "gsm": "2", "edge": "2", "3g": "3", "3": "3", "4g": "4", "4": "4", "lte": "4", "4g lte": "4", "4g/lte": "4",
}  # fmt: skip
POWER = {
    "pln": "pln", "genset": "genset", "generator": "genset", "surya": "surya", "tenaga surya": "surya", "plts": "surya",
    "tidak ada": "tidak_ada", "tidak ada listrik": "tidak_ada", "tidak": "tidak_ada",
}  # fmt: skip
ACCESS = {
    "darat": "darat", "jalan darat": "darat", "sungai": "sungai", "laut": "laut", "udara": "udara",
    "jalan kaki": "jalan_kaki", "jalankaki": "jalan_kaki",
}  # fmt: skip
STATION_KIND = {
    "reguler": "reguler",
    "biasa": "reguler",
    "khusus": "khusus",
    "lokasi khusus": "khusus",
    "loksus": "khusus",
}
CATEGORY = {
    "kurang rawan": "kurang_rawan", "aman": "kurang_rawan", "rawan": "rawan", "sangat rawan": "sangat_rawan",
}  # fmt: skip

#: column: (words read, words offered to who wrote another)
WORDS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "kind": (STATION_KIND, ("reguler", "khusus")),
    "is_estimate": (YES_NO, ("ya", "tidak")),
    "access_mode": (ACCESS, ("darat", "sungai", "laut", "udara", "jalan kaki")),
    "signal": (SIGNAL, ("tidak ada sinyal", "2G", "3G", "4G")),
    "power": (POWER, ("PLN", "genset", "surya", "tidak ada")),
    "police_category": (CATEGORY, ("kurang rawan", "rawan", "sangat rawan")),
    "has_alternative_site": (YES_NO, ("ada", "tidak ada")),
    "has_alternative_route": (YES_NO, ("ada", "tidak ada")),
    "has_backup_device": (YES_NO, ("ada", "tidak ada")),
}
#: column: the word of a download for each value as staged
LABELS: dict[str, dict[str, str]] = {
    "kind": {PollingStation.Kind.REGULAR: "reguler", PollingStation.Kind.SPECIAL: "khusus"},
    "is_estimate": {"1": "ya", "0": "tidak"},
    "access_mode": {
        AccessMode.LAND: "darat", AccessMode.RIVER: "sungai", AccessMode.SEA: "laut", AccessMode.AIR: "udara",
        AccessMode.FOOT: "jalan kaki",
    },
    "signal": {str(Signal.NONE.value): "tidak ada sinyal", "2": "2G", "3": "3G", "4": "4G"},
    "power": {
        PowerSource.GRID: "PLN", PowerSource.GENERATOR: "genset", PowerSource.SOLAR: "surya",
        PowerSource.NONE: "tidak ada",
    },
    "police_category": {
        RiskCategory.LOW: "kurang rawan", RiskCategory.MEDIUM: "rawan", RiskCategory.HIGH: "sangat rawan",
    },
    "has_alternative_site": {"1": "ada", "0": "tidak ada"},
    "has_alternative_route": {"1": "ada", "0": "tidak ada"},
    "has_backup_device": {"1": "ada", "0": "tidak ada"},
    "holding": {"1": "ada"},
}  # fmt: skip


def label_of(column: str, staged: object) -> str:
    """The word for a value as it is staged; numbers and texts as they are, "" for one not known."""
    text = "" if staged is None else str(staged)
    return LABELS.get(column, {}).get(text, text)
