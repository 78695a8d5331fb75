"""Whether what a receiver counted, and the differences told, add up. Pure: nothing is read or written here.

Counted + short + swapped + what absent parcels hold = sent + surplus, for every item. Damaged units are there: they
count as counted.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from logistics.cargo import Cargo, CargoParcel, Goods
from logistics.models import DifferenceKind, Outcome, SealCheck

#: Units of these are not there; they stay with the carrier's account until the difference is settled.
GONE = (DifferenceKind.SHORT, DifferenceKind.SWAPPED)


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference as told. `parcel` None: of loose goods; `goods` and `quantity` None: of the parcel as a whole."""

    kind: DifferenceKind
    parcel: int | None
    goods: Goods | None = None
    quantity: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SealReading:
    """The seals of a parcel as the receiver found them. `seen`: the numbers read, empty when they were ticked as right."""

    parcel: int
    seen: str = ""
    is_broken: bool = False


def seal_check(parcel: CargoParcel, reading: SealReading) -> SealCheck:
    """What a reading means beside the recorded numbers."""
    if reading.is_broken:
        return SealCheck.BROKEN
    if not reading.seen or same_seals(parcel.seals, reading.seen):
        return SealCheck.MATCHES
    return SealCheck.OTHER_NUMBER


def same_seals(recorded: Iterable[str], seen: str) -> bool:
    """Order, case, spaces and dashes do not matter: "sgl 0412; SGL-0411" are SGL-0411 and SGL-0412."""
    wanted = {_bare(number) for number in recorded}
    typed = seen.upper()
    readings = (re.split(r"[,;\n]+|\bDAN\b|&", typed), re.split(r"[,;\s&]+", typed))
    return any({_bare(part) for part in parts} - {""} == wanted for parts in readings)


def _bare(number: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", number.upper())


def absent_parcels(findings: Iterable[Finding]) -> set[int]:
    return {finding.parcel for finding in findings if finding.kind == DifferenceKind.ABSENT and finding.parcel}


def expected_counts(cargo: Cargo, findings: Sequence[Finding]) -> dict[Goods, int]:
    """What would be counted when the manifest is right but for parcels that are not there."""
    counts = dict(cargo.total)
    for pk in absent_parcels(findings):
        for goods, quantity in cargo.parcel(pk).contents.items():
            counts[goods] -= quantity
    return counts


def faults_of_findings(cargo: Cargo, findings: Sequence[Finding]) -> list[str]:
    """Findings that cannot be: of a parcel that is not aboard, or of more units than it holds."""
    aboard, absent = {parcel.pk for parcel in cargo.parcels}, absent_parcels(findings)
    if any(finding.parcel not in aboard for finding in findings if finding.parcel is not None):
        return [_("Satu baris selisih menyebut TPS yang tidak ada dalam kiriman ini. Pilih TPS dari daftar.")]
    faults = []
    for finding in findings:
        if finding.kind in (DifferenceKind.ABSENT, DifferenceKind.SEAL):
            if finding.parcel is None:
                faults.append(_("Pilih TPS yang paketnya tidak ada atau segelnya bermasalah."))
        elif finding.goods is None or not finding.quantity or finding.quantity < 1:
            faults.append(_("Setiap baris selisih menyebut barang dan jumlah, lebih dari nol."))
        elif finding.parcel in absent:
            faults.append(
                _("Paket TPS {code} ditulis tidak ada; baris selisih lain untuk paket itu tidak perlu.").format(
                    code=cargo.parcel(finding.parcel).code
                )
            )
    return faults or _too_many(cargo, findings)


def _too_many(cargo: Cargo, findings: Sequence[Finding]) -> list[str]:
    taken: Counter[tuple[int | None, Goods]] = Counter()
    for finding in findings:
        if finding.goods and finding.kind in (*GONE, DifferenceKind.DAMAGED):
            taken[finding.parcel, finding.goods] += finding.quantity or 0
    return [
        _("{where}: {goods} ditulis kurang, tertukar atau rusak {taken}, padahal isinya {there} {unit}.").format(
            where=where_name(cargo, parcel), goods=lowered(goods_label(cargo, goods)), taken=quantity,
            there=cargo.source(parcel).get(goods, 0), unit=goods_unit(cargo, goods),
        )
        for (parcel, goods), quantity in taken.items()
        if quantity > cargo.source(parcel).get(goods, 0)
    ]  # fmt: skip


def faults_of_counts(cargo: Cargo, counts: Mapping[Goods, int], findings: Sequence[Finding]) -> list[str]:
    """Items not counted, and counts that the findings do not explain."""
    expected, explained, faults = expected_counts(cargo, findings), _explained(findings), []
    for goods, sent in cargo.total.items():
        name, unit = goods_label(cargo, goods), goods_unit(cargo, goods)
        if goods not in counts:
            faults.append(_("{goods} belum dihitung.").format(goods=name))
            continue
        gap = expected[goods] - counts[goods] - explained[goods]
        if gap:
            faults.append(
                _(
                    "{goods}: menurut manifes {sent} {unit}, dihitung {counted}. Baris selisih belum menjelaskan "
                    "{gap} {unit} yang {word}. Tambah barisnya, atau hitung ulang."
                ).format(
                    goods=name, sent=sent, unit=unit, counted=counts[goods], gap=abs(gap),
                    word=_("kurang") if gap > 0 else _("lebih"),
                )
            )  # fmt: skip
    return faults


def _explained(findings: Sequence[Finding]) -> Counter[Goods]:
    """Units by goods that findings say are not there; negative: that are there beyond the manifest."""
    explained: Counter[Goods] = Counter()
    for finding in findings:
        if finding.goods and finding.kind in GONE:
            explained[finding.goods] += finding.quantity or 0
        elif finding.goods and finding.kind == DifferenceKind.SURPLUS:
            explained[finding.goods] -= finding.quantity or 0
    return explained


def damaged_counts(findings: Sequence[Finding]) -> Counter[Goods]:
    damaged: Counter[Goods] = Counter()
    for finding in findings:
        if finding.goods and finding.kind == DifferenceKind.DAMAGED:
            damaged[finding.goods] += finding.quantity or 0
    return damaged


def faults_of_seals(cargo: Cargo, readings: Mapping[int, SealReading], absent: set[int]) -> list[str]:
    """Every parcel that is there has its seals looked at."""
    return [
        _("Segel TPS {code} belum diperiksa: centang cocok, atau tulis nomor yang terbaca.").format(code=parcel.code)
        for parcel in cargo.parcels
        if parcel.pk not in readings and parcel.pk not in absent
    ]


def faults_of_outcome(outcome: Outcome, findings: Sequence[Finding], reason: str) -> list[str]:
    faults = []
    if outcome == Outcome.ACCEPTED and findings:
        faults.append(_("Ada selisih yang dicatat. Pilih Diterima dengan selisih dan tulis alasannya, atau Ditolak."))
    if outcome == Outcome.DIFFERENT and not findings:
        faults.append(_("Belum ada selisih yang ditulis. Tambah barisnya, atau pilih Diterima sesuai."))
    if outcome != Outcome.ACCEPTED and not reason:
        faults.append(_("Tulis alasan selisih atau penolakan."))
    return faults


def where_name(cargo: Cargo, parcel: int | None) -> str:
    return _("Barang lepas") if parcel is None else _("TPS {code}").format(code=cargo.parcel(parcel).code)


def goods_label(cargo: Cargo, goods: Goods) -> str:
    named = cargo.names.get(goods)
    return named.name if named else " ".join(goods).strip()


def goods_unit(cargo: Cargo, goods: Goods) -> str:
    named = cargo.names.get(goods)
    return named.unit if named else ""


def lowered(name: str) -> str:
    """A name within a sentence; abbreviations (DPC, KPPS) keep their letters."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
