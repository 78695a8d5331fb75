"""Issues of the story, from raised to closed, and the calls to those who have not reported."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from districts.demo.calendar import ZONE
from districts.demo.people import camat_username
from districts.demo.story import STORIES, Rhythm
from districts.issues import assign_issue, close_issue, note_issue, raise_issue
from districts.models import (
    Agency,
    Channel,
    ContactAttempt,
    Election,
    IssueCategory,
    IssueKind,
    IssueLevel,
    IssueState,
    Region,
    User,
)
from districts.reports.contacting import note_contact

HOUR = timedelta(hours=1)
WORK_BEGINS, WORK_ENDS = 7, 20  # o'clock, local
#: kecamatan: what calls to it bring
CALLS = {
    "64.08.06": (
        ContactAttempt.Outcome.UNREACHABLE,
        "Tidak ada nada; radio Muara Ancalong juga tidak tersambung.",
    ),
    "64.08.16": (ContactAttempt.Outcome.NO_ANSWER, "Telepon kantor dan telepon camat berdering."),
    "64.08.17": (ContactAttempt.Outcome.PROMISED, "Operator mulai bertugas pekan ini."),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One issue. Times are hours before (`raised`, `notes`, `closed`) or after (`due`) the demo is loaded.

    Without an `owner` it stays with the one its category suggests, not assigned yet.
    """

    code: str
    title: str
    category: str
    raised: int
    owner: str = ""  # agency
    due: int = 0
    level: int = IssueLevel.MEDIUM
    kind: str = IssueKind.OBSTACLE
    detail: str = ""
    notes: tuple[tuple[int, str], ...] = ()
    closed: int = 0
    outcome: str = IssueState.DONE
    reason: str = ""


TROUBLES = (
    Trouble(
        "64.08.11",
        "Kapal pengangkut logistik belum berangkat",
        IssueCategory.LOGISTICS,
        raised=130,
        owner="lanal",
        due=6,
        level=IssueLevel.HIGH,
        detail="Sandaran hanya dicapai lewat laut. Kapal TNI AL menunggu gelombang turun di Sangatta.",
        notes=(
            (76, "Kapal sandar di Sangatta, muatan sudah didata."),
            (19, "Prakiraan BMKG: gelombang turun sore ini."),
        ),
    ),
    Trouble(
        "64.08.11",
        "Lampu gudang PPK (kecamatan) padam",
        IssueCategory.TELECOM,
        raised=100,
        owner="pln",
        due=70,
        notes=((50, "Genset pinjaman menyala malam hari."),),
    ),
    Trouble(
        "64.08.09",
        "Kotak suara basah di gudang PPK (kecamatan)",
        IssueCategory.LOGISTICS,
        raised=64,
        owner="kpu",
        due=44,
        level=IssueLevel.HIGH,
        detail="Atap bocor saat banjir; 36 kotak karton lembek, isi belum ada.",
        notes=((58, "Kotak dipindahkan ke aula kantor camat."), (22, "Kotak pengganti diminta ke KPU provinsi.")),
    ),
    Trouble(
        "64.08.06",
        "Empat desa tanpa sinyal, HT belum terpasang",
        IssueCategory.TELECOM,
        raised=215,
        owner="diskominfo",
        due=66,
        level=IssueLevel.HIGH,
        notes=((120, "Empat unit HT dibeli, menunggu perahu ke Long Nyelong."),),
    ),
    Trouble(
        "64.08.07",
        "Perusakan spanduk sosialisasi di simpang desa",
        IssueCategory.SECURITY,
        raised=90,
        owner="polres",
        due=72,
        kind=IssueKind.EVENT,
        detail="Spanduk tahapan pilkada disobek. Tidak ada korban.",
        notes=((60, "Polsek memeriksa dua saksi."),),
    ),
    Trouble(
        "64.08.15",
        "Sebelas pemilih pindah domisili belum dicoret",
        IssueCategory.VOTERS,
        raised=110,
        owner="disdukcapil",
        due=96,
        notes=((40, "Tujuh sudah cocok dengan data kependudukan."),),
    ),
    Trouble(
        "64.08.16",
        "Dua pekan tanpa laporan, telepon tidak diangkat",
        IssueCategory.OTHER,
        raised=96,
        owner="desk",
        due=-20,
        level=IssueLevel.HIGH,
        notes=((70, "Kapolsek diminta mendatangi kantor camat."),),
    ),
    Trouble("64.08.05", "Jembatan kayu ke Desa Saka patah", IssueCategory.ACCESS, raised=27, level=IssueLevel.LOW),
    Trouble("64.08.01", "Belum pernah melapor: operator belum ditunjuk", IssueCategory.OTHER, 300, "kecamatan", 48),
    Trouble("64.08.17", "Belum pernah melapor: operator belum ditunjuk", IssueCategory.OTHER, 300, "kecamatan", 48),
    Trouble("64.08.18", "Belum pernah melapor: kantor camat pindah gedung", IssueCategory.OTHER, 300, "kecamatan", 72),
    Trouble(
        "64.11.04",
        "Perlu tambahan perahu ketinting untuk distribusi",
        IssueCategory.ACCESS,
        raised=150,
        owner="bpbd",
        due=110,
        kind=IssueKind.HELP,
        notes=((80, "Enam perahu disewa, empat lagi dicari."),),
    ),
    Trouble(
        "64.08.14",
        "Bilik suara kurang 12 unit",
        IssueCategory.LOGISTICS,
        raised=290,
        owner="kpu",
        due=-100,
        notes=((200, "Bilik dikirim dari gudang KPU."),),
        closed=120,
        reason="Dua belas bilik diterima dan dihitung ulang.",
    ),
    Trouble(
        "64.08.08",
        "Genset kantor camat rusak",
        IssueCategory.TELECOM,
        raised=500,
        owner="pln",
        due=-380,
        closed=400,
        reason="Genset diganti.",
    ),
    Trouble(
        "64.08.02",
        "Pintu gudang PPK (kecamatan) tanpa gembok",
        IssueCategory.LOGISTICS,
        raised=700,
        owner="kecamatan",
        due=-600,
        closed=640,
        reason="Gembok dan buku jaga dipasang.",
    ),
    Trouble(
        "64.08.04",
        "Jadwal bimtek KPPS bertabrakan",
        IssueCategory.STAFF,
        raised=620,
        owner="kpu",
        due=-500,
        closed=560,
        reason="Bimtek dibagi dua gelombang.",
    ),
    Trouble(
        "64.11.01",
        "Speedboat cadangan dipakai instansi lain",
        IssueCategory.ACCESS,
        raised=420,
        owner="bpbd",
        due=-300,
        closed=330,
        outcome=IssueState.CANCELLED,
        reason="Ternyata sudah kembali sehari kemudian.",
    ),
)


def make_troubles(election: Election, regions: dict[str, Region], people: dict[str, User], *, now: datetime) -> None:
    """Every issue through its whole history, each step by who would do it."""
    agencies = Agency.objects.in_bulk()
    for trouble in TROUBLES:
        desk = people["desk-kutim" if trouble.code.startswith("64.08") else "desk-mahulu"]
        silent = STORIES[trouble.code].rhythm == Rhythm.NEVER or STORIES[trouble.code].silent_days
        raised_at = by_day(now - trouble.raised * HOUR)
        issue = raise_issue(
            election=election,
            kecamatan=regions[trouble.code],
            kind=trouble.kind,
            category=trouble.category,
            title=trouble.title,
            detail=trouble.detail,
            level=trouble.level,
            occurred_at=raised_at - 3 * HOUR if trouble.kind == IssueKind.EVENT else None,
            by=desk if silent else people[camat_username(regions[trouble.code])],
            now=raised_at,
        )
        if not trouble.owner:
            continue
        due_at = due_of(trouble, now)
        owner = agencies[trouble.owner]
        assign_issue(issue=issue, owner=owner, level=trouble.level, due_at=due_at, by=desk, now=raised_at + HOUR)
        noting = people["mitra-kutim"] if trouble.code.startswith("64.08") else desk
        for hours, text in trouble.notes:
            note_issue(issue=issue, text=text, by=noting, now=by_day(now - hours * HOUR), work_began=True)
        if trouble.closed:
            at = by_day(now - trouble.closed * HOUR)
            close_issue(issue=issue, state=trouble.outcome, text=trouble.reason, by=desk, now=at)


def by_day(at: datetime) -> datetime:
    """The moment at or before `at` at which people are at work: nothing happens between 20.30 and 07.00."""
    here = at.astimezone(ZoneInfo(ZONE))
    if here.hour < WORK_BEGINS:
        here = (here - timedelta(days=1)).replace(hour=WORK_ENDS, minute=here.minute // 2)
    return min(here, here.replace(hour=WORK_ENDS, minute=30))


def due_of(trouble: Trouble, now: datetime) -> datetime:
    """On the hour when it is due today, else at 16.00 of its day."""
    due_at = (now + trouble.due * HOUR).astimezone(ZoneInfo(ZONE)).replace(minute=0, second=0, microsecond=0)
    return due_at if 0 <= trouble.due < 24 else due_at.replace(hour=16)


def make_calls(election: Election, people: dict[str, User], *, now: datetime) -> None:
    """Busang cannot be reached; Karangan does not answer; Batu Ampar, which never reported, promises."""
    waiting = election.expected_reports.filter(kecamatan__in=CALLS, opens_at__lte=now, reports__isnull=True)
    for expected in waiting.filter(due_at__gt=now - timedelta(days=14)).order_by("kecamatan", "-opens_at"):
        outcome, note = CALLS[expected.kecamatan_id]
        for hours in (51, 27, 3):
            at = by_day(min(expected.due_at + 24 * HOUR, now) - hours * HOUR)
            if at > expected.opens_at:
                note_contact(
                    expected=expected,
                    outcome=outcome,
                    channel=Channel.PHONE,
                    note=note if hours == 3 else "",
                    client_key=uuid4(),
                    by=people["desk-kutim"],
                    now=at,
                )
