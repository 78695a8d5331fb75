"""Sample data for templates/components/styleguide.html, so that components can be judged by eye without a database.

The places are real (Kutai Timur, DESIGN.md's tile positions); every figure is invented.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template
from django.core.paginator import Page, Paginator

register = template.Library()

DIMENSIONS = [
    {"code": "LOG", "label": "Logistik"},
    {"code": "ADH", "label": "Badan ad hoc"},
    {"code": "KAM", "label": "Keamanan"},
    {"code": "TEL", "label": "Telekomunikasi"},
    {"code": "DPT", "label": "Pemilih"},
    {"code": "NET", "label": "Netralitas"},
    {"code": "SOS", "label": "Sosialisasi"},
    {"code": "AKS", "label": "Akses"},
    {"code": "KES", "label": "Kesehatan"},
    {"code": "KOO", "label": "Koordinasi"},
]
# code, name, row, col, level, score, ten dimension levels and scores; worst first
KECAMATAN = [
    ("64.08.11", "Sandaran", 1, 6, 4, 48, "r31 a78 g92 r52 a84 g100 a81 r40 n r55"),
    ("64.08.06", "Busang", 1, 0, 4, 57, "a80 a76 g90 r22 a82 g95 x x n r30"),
    ("64.08.15", "Kaubun", 1, 4, 3, None, "x x x x x g90 x x n r0"),
    ("64.08.17", "Batu Ampar", 2, 2, 3, None, "x x x x x g88 x x n x"),
    ("64.08.18", "Long Mesangat", 2, 1, 3, None, "x x a70 x x g91 x x n x"),
    ("64.08.16", "Karangan", 0, 3, 2, 68, "a74 a80 g88 r58 g94 g90 a82 a71 n g95"),
    ("64.08.05", "Sangkulirang", 1, 5, 2, 71, "a72 g90 g91 a80 a83 g92 g95 a77 n g100"),
    ("64.08.01", "Muara Ancalong", 3, 0, 2, 74, "a79 a82 g90 a75 g91 g90 a84 a80 n g90"),
    ("64.08.07", "Telen", 1, 1, 2, 76, "a81 g90 g93 a72 g90 g93 g92 a78 n g95"),
    ("64.08.10", "Kaliorang", 2, 4, 2, 79, "g92 a81 g90 a80 g92 g90 a83 g100 n g90"),
    ("64.08.03", "Muara Bengkal", 3, 1, 2, 81, "g93 a84 g91 a79 g90 g94 g90 g100 n g95"),
    ("64.08.14", "Rantau Pulung", 3, 2, 2, 83, "g95 g90 g94 a82 g96 g90 g92 g100 n g100"),
    ("64.08.08", "Kombeng", 0, 2, 1, 86, "g94 g92 g90 g91 g95 g92 g93 g100 n g90"),
    ("64.08.02", "Muara Wahau", 0, 1, 1, 88, "g95 g94 g92 g90 g93 g95 g91 g100 n g95"),
    ("64.08.09", "Bengalon", 2, 3, 1, 89, "g96 g92 g93 g94 g92 g90 g96 g100 n g95"),
    ("64.08.13", "Teluk Pandan", 4, 4, 1, 90, "g95 g93 g96 g92 g94 g93 g95 g100 n g100"),
    ("64.08.12", "Sangatta Selatan", 3, 3, 1, 92, "g97 g95 g94 g96 g93 g92 g95 g100 n g100"),
    ("64.08.04", "Sangatta Utara", 3, 4, 1, 94, "g98 g96 g97 g99 g95 g92 g96 g100 n g100"),
]
LETTERS = {"n": 0, "g": 1, "a": 2, "x": 3, "r": 4}
WHY = {
    2: "KPPS sudah bimtek 126 dari 161 orang, target hari ini 141.",
    3: "Belum ada laporan sejak 24 November.",
    4: "TPS dengan rute dan moda pasti 6 dari 18, target hari ini 16.",
}

STAGES = (
    "belum dikemas", "dikemas di gudang KPU", "menuju PPK", "di PPK", "menuju PPS", "di PPS", "menuju TPS", "di TPS",
    "kembali (di perjalanan)", "kembali di gudang KPU",
)  # fmt: skip
# kecamatan: TPS per stage, in order (empty is nothing known), and what the clock says of its next leg
TPS_PER_STAGE = {
    "Sandaran": ((6, 0, 12, 0, 0, 0, 0, 0), "late"),
    "Busang": ((0, 2, 4, 6, 0, 0, 0, 0), "will_be_late"),
    "Sangkulirang": ((0, 1, 0, 20, 14, 9, 2, 0), "today"),
    "Kaubun": ((), "unknown"),
    "Sangatta Utara": ((0, 0, 0, 0, 0, 1, 40, 170), "safe"),
    "Sangatta Selatan": ((0, 0, 0, 0, 0, 0, 0, 20, 30, 4), "left"),
}


class SampleForm(forms.Form):
    """A few fields of the weekly form (DOMAIN 7.2), one of each kind."""

    status_umum = forms.ChoiceField(
        label="Kondisi umum",
        choices=[("kondusif", "Kondusif"), ("waspada", "Waspada"), ("gangguan", "Gangguan")],
        widget=forms.RadioSelect,
    )
    lg_ppk = forms.IntegerField(label="TPS yang logistiknya sudah tiba di kecamatan", min_value=0, max_value=18)
    lg_pps = forms.IntegerField(
        label="TPS yang logistiknya sudah tiba di desa", help_text="Tidak boleh lebih dari yang tiba di kecamatan."
    )
    mbps = forms.DecimalField(label="Hasil uji internet kantor camat (Mbps turun)", required=False)
    blankspot = forms.MultipleChoiceField(
        label="Desa tanpa sinyal di kantor desa atau TPS",
        choices=[("2001", "Manubar"), ("2002", "Tadoan"), ("2003", "Sandaran"), ("2004", "Susuk Luar")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    tgl_rakor = forms.DateField(
        label="Rakor Forkopimcam terakhir", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    bantuan = forms.ChoiceField(label="Bantuan dibutuhkan", choices=[("TA", "Transport air"), ("IN", "Internet")])
    ringkasan = forms.CharField(label="Ringkasan singkat", widget=forms.Textarea(attrs={"rows": 3, "maxlength": 280}))
    sandi = forms.CharField(label="Sandi", widget=forms.PasswordInput, required=False)
    diteruskan = forms.BooleanField(label="Sudah diteruskan ke Panwascam", required=False)

    def clean_lg_pps(self) -> int:
        """One wrong answer, to see how a mistake looks."""
        number: int = self.cleaned_data["lg_pps"]
        if number > self.cleaned_data.get("lg_ppk", 0):
            raise forms.ValidationError("TPS yang logistiknya sampai di desa melebihi yang sampai di kecamatan.")
        return number


def sample_form() -> SampleForm:
    """The form as a camat would send it back with one mistake."""
    form = SampleForm(
        {"status_umum": "waspada", "lg_ppk": "14", "lg_pps": "16", "mbps": "12.5", "blankspot": ["2002"],
         "bantuan": "TA", "ringkasan": "Gelombang tinggi sejak Minggu, kapal menunggu."},
        auto_id="id_%s",
    )  # fmt: skip
    for name, hint, suffix in (("lg_ppk", "pekan lalu 9", "dari 18"), ("lg_pps", "pekan lalu 0", "dari 18")):
        form.fields[name].hint = hint  # type: ignore[attr-defined]
        form.fields[name].suffix = suffix  # type: ignore[attr-defined]
    return form


@dataclass(frozen=True, slots=True)
class Message:
    """What a Django message looks like to a template."""

    level_tag: str
    text: str

    def __str__(self) -> str:
        return self.text


WITA = ZoneInfo("Asia/Makassar")


def parts_of(counts: Sequence[int]) -> list[tuple[int, str, int]]:
    """Parts of a stacked bar, as its tag takes them."""
    return [(stage, words, count) for stage, (words, count) in enumerate(zip(STAGES, counts, strict=False))]


@dataclass(frozen=True, slots=True)
class Goods:
    """What the components for goods on their way show."""

    legend: tuple[tuple[int | str, str, int | None], ...] = (
        *((stage, words, None) for stage, words in enumerate(STAGES)), ("unknown", "belum ada data", None),
    )  # fmt: skip
    bars: tuple[tuple[str, list[tuple[int, str, int]], str], ...] = tuple(
        (name, parts_of(counts), leaves) for name, (counts, leaves) in TPS_PER_STAGE.items()
    )
    latest: datetime = datetime(2025, 12, 3, 16, 0, tzinfo=WITA)
    departures: tuple[str, ...] = ("late", "will_be_late", "today", "safe", "left", "no_plan", "unknown")
    chain: tuple[dict[str, Any], ...] = (
        {"state": "done", "title": "Gudang KPU Kutai Timur", "at": datetime(2025, 12, 1, 7, 30, tzinfo=WITA),
         "giver": "KPU Kutai Timur", "receiver": "KM Camar (kapal TNI AL)", "document": "Surat jalan 14/KT", "document_href": "#"},
        {"state": "trouble", "title": "PPK Sandaran", "at": datetime(2025, 12, 2, 15, 10, tzinfo=WITA),
         "giver": "KM Camar", "receiver": "Ketua PPK Sandaran", "document": "BAST 14/KT", "document_href": "#",
         "note": "Diterima dengan selisih: 2 kotak basah, segel 0044182 putus."},
        {"state": "now", "title": "Gudang PPK Sandaran", "at": datetime(2025, 12, 2, 17, 0, tzinfo=WITA),
         "receiver": "Ketua PPK Sandaran"},
        {"state": "next", "title": "PPS Susuk Luar", "at": datetime(2025, 12, 3, 8, 0, tzinfo=WITA), "planned": True,
         "giver": "PPK Sandaran", "receiver": "Ketua PPS Susuk Luar"},
        {"state": "next", "title": "TPS 003 Susuk Luar"},
    )  # fmt: skip
    figures: tuple[dict[str, Any], ...] = (
        {"label": "Kebutuhan", "value": 305794, "note": "DPT + 2,5% per TPS"},
        {"label": "Baik", "value": 304979},
        {"label": "Rusak", "value": 815, "level": 2, "href": "#"},
        {"label": "Kurang", "value": 815, "level": 4, "note": "pengganti diminta 1 Des"},
        {"label": "Lebih", "value": 0},
        {"label": "Dimusnahkan", "value": None},
    )
    sources: tuple[dict[str, Any], ...] = (
        {"label": "TPS yang logistiknya di kecamatan", "official": 18, "official_at": datetime(2025, 12, 3, 8, 0, tzinfo=WITA),
         "observed": 14, "observed_at": datetime(2025, 12, 2, 18, 0, tzinfo=WITA), "since": datetime(2025, 12, 2, 18, 0, tzinfo=WITA)},
        {"label": "TPS yang logistiknya di desa", "official": 6, "official_at": datetime(2025, 12, 3, 8, 0, tzinfo=WITA),
         "observed": 6, "observed_at": datetime(2025, 12, 2, 18, 0, tzinfo=WITA)},
        {"label": "TPS yang logistiknya di TPS", "official": 0, "official_at": datetime(2025, 12, 3, 8, 0, tzinfo=WITA),
         "observed": None, "observed_at": None},
    )  # fmt: skip
    people: tuple[dict[str, str], ...] = (
        {"role": "Yang menyerahkan", "name": "Rahmat Hidayat", "title": "KPU Kutai Timur"},
        {"role": "Yang menerima", "name": "", "title": "Ketua PPK Sandaran"},
    )


@dataclass(frozen=True, slots=True)
class Samples:
    """Everything the style guide shows."""

    rows: list[SimpleNamespace]
    tiles: list[dict[str, Any]]
    counts: dict[int, int]
    urgent: list[dict[str, Any]]
    page: Page[int]
    goods: Goods = field(default_factory=Goods)
    form: SampleForm = field(default_factory=sample_form)
    dimensions: list[dict[str, str]] = field(default_factory=lambda: DIMENSIONS)
    at: datetime = datetime(2025, 12, 3, 18, 42, tzinfo=ZoneInfo("Asia/Makassar"))
    today: date = date(2025, 12, 3)
    monday: date = date(2025, 11, 17)
    levels: tuple[int, ...] = (1, 2, 4, 3, 0)
    series: tuple[int | None, ...] = (40, 46, 55, None, 61, 70, 72, 84)
    targets: tuple[int, ...] = (50, 55, 60, 65, 70, 75, 80, 90)
    crumbs: tuple[dict[str, str], ...] = (
        {"label": "Kalimantan Timur", "href": "#"}, {"label": "Kutai Timur", "href": "#"}, {"label": "Sandaran"},
    )  # fmt: skip
    regions: tuple[dict[str, Any], ...] = (
        {"label": "Kutai Timur", "href": "#", "current": True}, {"label": "Mahakam Ulu", "href": "#"},
    )  # fmt: skip
    messages: tuple[Message, ...] = (
        Message("success", "Laporan pekan 47 diterima. Kode 7F3A."),
        Message("info", "Draf tersimpan 18.42 WITA."),
        Message("warning", "Angka KPPS turun dari pekan lalu. Periksa lagi."),
        Message("error", "Laporan belum terkirim. Coba lagi setelah ada sinyal."),
    )


def _cells(marks: str) -> list[SimpleNamespace]:
    cells: list[SimpleNamespace] = []
    for mark in marks.split():
        level = LETTERS[mark[0]]
        cells.append(SimpleNamespace(level=level, score=mark[1:] or None, why=WHY.get(level, ""), href="#"))
    return cells


@register.simple_tag
def samples() -> Samples:
    """Sample data of every component."""
    rows = [
        SimpleNamespace(code=code, name=name, href="#", level=level, score=score, report="", cells=_cells(marks))
        for code, name, _row, _col, level, score, marks in KECAMATAN
    ]
    rows[1].report = "belum lapor 9 hari"
    tiles = [
        {"row": row, "col": col, "label": name, "score": score, "level": level, "href": "#"}
        for _code, name, row, col, level, score, _marks in KECAMATAN
    ]
    urgent = [
        {"title": "Sandaran", "text": "kapal TNI AL harus berangkat hari ini 16.00 agar tiba H-1.", "href": "#",
         "owner": "KPU", "due": "hari ini 16.00", "level": 4},
        {"title": "Busang", "text": "belum lapor 9 hari, tidak terjangkau lewat telepon.", "href": "#",
         "owner": "Desk", "due": "lewat 2 hari", "level": 4},
        {"title": "Sangkulirang", "text": "12 kotak suara basah di gudang kecamatan, pengganti belum dipesan.",
         "href": "#", "owner": "KPU", "due": "besok", "level": 2},
        {"title": "Karangan", "text": "4 TPS tanpa listrik belum punya genset.", "href": "#",
         "owner": "PLN", "due": "Jumat, 5 Des", "level": 2},
        {"title": "Kaubun", "text": "laporan pekan 47 belum masuk.", "href": "#", "owner": "Camat",
         "due": "lewat 1 hari", "level": 3},
    ]  # fmt: skip
    return Samples(
        rows=rows, tiles=tiles, counts={4: 2, 2: 7, 1: 6, 3: 3}, urgent=urgent, page=Paginator(range(95), 20).page(2)
    )
