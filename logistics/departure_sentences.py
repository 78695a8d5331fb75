"""What a departure's verdict says in words: who must leave when, so that what arrives where before which day."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from districts.templatetags.siap import clock, h_minus, moment
from districts.weeks import ONE_DAY, local_date, local_now
from districts.weeks import h_minus as days_before
from logistics.departures import Judged, Verdict
from logistics.models import Mode, ShipmentState
from logistics.stages import HOPS, Stage


def destination(hop: str, kecamatan: str) -> str:
    """*PPK (kecamatan) Sandaran*, *PPS (desa) di Sandaran*, *gudang KPU*."""
    end = HOPS[hop].end
    if end == Stage.BACK_AT_KPU:
        return str(HOPS[hop].receiver_place)
    pattern = "{place} {name}" if end in (Stage.AT_PPK, Stage.BACK_AT_PPK) else _("{place} di {name}")
    return pattern.format(place=HOPS[hop].receiver_place, name=kecamatan)


def deadline_words(deadline: datetime, voting_day: date, zone: str) -> str:
    """*sebelum H-2*, *sebelum H-1 pukul 18.00 WITA*: the deadline on the election's own clock."""
    here = local_now(zone, deadline)
    day = h_minus(days_before(voting_day, here.date()))
    if here.hour == here.minute == 0:
        return _("sebelum {day}").format(day=day)
    return _("sebelum {day} pukul {clock}").format(day=day, clock=clock(deadline, zone))


def when(at: datetime, now: datetime, zone: str) -> str:
    """*hari ini 16.00 WITA*, *besok 16.00 WITA*, *paling lambat 30 Nov 2026, 16.00 WITA*."""
    today, day = local_date(zone, now), local_date(zone, at)
    if day == today:
        return _("hari ini {clock}").format(clock=clock(at, zone))
    if day == today + ONE_DAY:
        return _("besok {clock}").format(clock=clock(at, zone))
    return _("paling lambat {moment}").format(moment=moment(at, zone))


def waiting_sentence(
    count: int, hop: str, mode: str, latest: datetime | None, deadline: datetime | None, place: tuple[str, str],
    voting_day: date, now: datetime,
) -> str:  # fmt: skip
    """Of TPS in no shipment. `place`: name of the kecamatan and its zone."""
    name, zone = place
    there = destination(hop, name)
    if latest is None or deadline is None:
        return _("{count} TPS belum punya kiriman ke {place}.").format(count=count, place=there)
    known = {
        "count": count, "place": there, "mode": _mode(mode), "when": when(latest, now, zone), "latest": moment(latest, zone),
        "deadline": deadline_words(deadline, voting_day, zone),
    }  # fmt: skip
    if now > latest:
        return _(
            "{count} TPS belum punya kiriman ke {place}; berangkat paling lambat {latest} agar tiba {deadline}, sudah lewat."
        ).format(**known)
    return _("{mode} harus berangkat {when} agar tiba di {place} {deadline}; {count} TPS belum punya kiriman.").format(
        **known
    )


def shipment_sentence(
    code: str, hop: str, state: str, modes: tuple[str, ...], judged: Judged, deadline: datetime | None,
    place: tuple[str, str], voting_day: date, now: datetime,
) -> str:  # fmt: skip
    """Of one open shipment. `modes`: of its legs, in order. `place`: name of the kecamatan and its zone."""
    name, zone = place
    known = {
        "code": code, "place": destination(hop, name), "expected": moment(judged.expected_at, zone),
        "deadline": deadline_words(deadline, voting_day, zone) if deadline else "",
        "latest": moment(judged.latest, zone),
        "mode": _mode(modes[judged.next_leg]) if judged.next_leg is not None else "",
    }  # fmt: skip
    if state == ShipmentState.REFUSED:
        return _("{code} ditolak penerima; pengirim belum menerimanya kembali.").format(**known)
    if state == ShipmentState.STOPPED:
        return _("{code} dihentikan di jalan; pengirim belum menerimanya kembali.").format(**known)
    if state == ShipmentState.ARRIVED:
        return _("{code} tiba {expected}; menunggu serah terima.").format(**known)
    if not modes:
        return _("{code} tanpa rute: batas berangkat belum diketahui.").format(**known)
    if deadline is None:
        return _("{code} menuju {place}, perkiraan tiba {expected}.").format(**known)
    if judged.next_leg is None or judged.latest is None:
        return _moving_sentence(judged.verdict, known)
    known |= {"when": when(judged.latest, now, zone), "small": _small(known["mode"])}
    return _leaving_sentence(judged.verdict, judged.latest < now, known)


def _moving_sentence(verdict: Verdict, known: dict[str, str]) -> str:
    """Every leg has left."""
    if verdict in (Verdict.LATE, Verdict.WILL_BE_LATE):
        return _("{code} diperkirakan tiba di {place} {expected}, padahal harus {deadline}.").format(**known)
    return _("{code} di perjalanan, perkiraan tiba di {place} {expected}.").format(**known)


def _leaving_sentence(verdict: Verdict, has_passed: bool, known: dict[str, str]) -> str:
    """The next leg has not left."""
    if verdict == Verdict.LATE and has_passed:
        return _(
            "{mode} seharusnya berangkat paling lambat {latest} agar tiba di {place} {deadline}; belum berangkat."
        ).format(**known)
    if verdict in (Verdict.LATE, Verdict.WILL_BE_LATE):
        return _(
            "Menurut rencana {code} tiba di {place} {expected}; {small} harus berangkat {when} agar tiba {deadline}."
        ).format(**known)
    return _("{mode} harus berangkat {when} agar tiba di {place} {deadline}.").format(**known)


def _mode(mode: str) -> str:
    """As a sentence begins with it: *Kapal TNI AL*."""
    return str(Mode(mode).label) if mode else _("Kiriman")


def _small(words: str) -> str:
    """In the middle of a sentence: *kapal TNI AL*."""
    return words[:1].lower() + words[1:]
