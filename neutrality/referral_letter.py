"""The letter of a referral: cover, summary, chronology, evidence with hashes, checklist; all names opened once for it."""

import re
from typing import Any

from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_variables

from districts.printing import letter, pdf
from districts.templatetags.siap import day, moment
from neutrality.case_page import checklist
from neutrality.evidence import opened_list
from neutrality.evidence_files import neutral_name
from neutrality.models import Case, CaseMove, EvidenceKind, Referral, ViolationForm
from neutrality.reading import OpenedCase, open_case

TEMPLATE = "neutrality/print/referral.typ"
#: The catalogue's marks of our own sources, as in "PP 94/2021 Ps 14 huruf i [S40]": the receiver has no such list.
_SOURCE_MARK = re.compile(r"\s*\[[SM][^\]]*\]")


@sensitive_variables()
def letter_pdf(row: Referral, *, is_copy: bool) -> bytes:
    """The letter as PDF. `row` has its number and is not saved yet. PrintFailed; Sealed when the key is missing."""
    return pdf(TEMPLATE, letter_data(row, is_copy=is_copy))


@sensitive_variables()
@override("id")  # an official letter
def letter_data(row: Referral, *, is_copy: bool) -> dict[str, Any]:
    """What referral.typ shows, all as text. Each opening is in the log."""
    case, zone = row.case, row.case.regency.time_zone
    opened = open_case(case=case, by=row.made_by, now=row.made_at)
    proof = opened_list(case=case, by=row.made_by, now=row.made_at)
    return {
        "letter": letter(
            title=_("Surat pengantar rujukan"), number=row.number, place=case.regency.short_name,
            source=_("catatan penangan netralitas Desk Pilkada"), read_at=row.made_at, zone=zone,
            election=case.election.name, is_simulation=case.election.is_simulation,
        ),
        "mark": _("TERBATAS"),
        "copy": _("Salinan: kasus ini sudah diteruskan sebelumnya.") if is_copy else "",
        "titles": _titles(),
        "opening": _opening(row),
        "facts": _facts(case, row),
        "summary": [part for part in opened.summary.split("\n") if part] or [_("Belum diuraikan.")],
        "reported": [[each.name, each.position, each.unit, each.staff_number, each.subject_type] for each in opened.reported],
        "forms": [[each.code, each.name, _SOURCE_MARK.sub("", each.basis)] for each in _forms(case)],
        "way": _way(case, opened, zone),
        "evidence": [_evidence(each, zone) for each in proof],
        "about_evidence": [[str(each["row"].position), text] for each in proof if (text := _about(each))],
        "checklist": [_check(each, formal, zone) for formal, rows in checklist(case) for each in rows],
        "closing": _(
            "Terlapor dianggap tidak bersalah sampai ada keputusan yang berwenang. Identitas pelapor tidak disertakan; "
            "permintaan atasnya diajukan dengan surat kepada Desk Pilkada. Surat ini hanya untuk penerima dan tidak untuk "
            "disebarkan."
        ),
        "signatures": [
            {"role": _("Yang merujuk"), "name": row.made_by.name, "note": _("Penangan netralitas Desk Pilkada")},
            {"role": _("Yang menerima"), "name": "", "note": row.get_target_display()},
        ],
    }  # fmt: skip


def _titles() -> dict[str, Any]:
    """Headings and heads of the tables."""
    return {
        "summary": _("Ringkasan dugaan"),
        "reported": _("Terlapor"),
        "reported_head": [_("Nama"), _("Jabatan"), _("Unit kerja"), _("NIP"), _("Jenis")],
        "forms": _("Dugaan bentuk pelanggaran"),
        "forms_head": [_("Kode"), _("Bentuk"), _("Dasar")],
        "way": _("Kronologi penanganan"),
        "way_head": [_("Waktu"), _("Langkah"), _("Surat"), _("Alasan")],
        "evidence": _("Daftar bukti"),
        "evidence_head": [_("Nomor"), _("Berkas"), _("Jenis"), _("Ukuran"), _("Diterima"), _("SHA-256")],
        "about_evidence": _("Keterangan bukti"),
        "about_head": [_("Nomor"), _("Keterangan")],
        "checklist": _("Kelengkapan laporan"),
        "checklist_head": [_("Syarat"), _("Macam"), _("Jawaban"), _("Diperiksa")],
        "none": _("Tidak ada."),
    }


def _opening(row: Referral) -> str:
    return _(
        "Kepada {target}. Bersama ini kami teruskan informasi tentang dugaan pelanggaran netralitas beserta bukti yang "
        "kami terima, untuk ditangani menurut kewenangan Saudara. Keaslian tiap berkas dapat diperiksa dengan SHA-256 pada "
        "daftar bukti dan pada daftar-hash.txt di dalam paket."
    ).format(target=row.get_target_display())


def _facts(case: Case, row: Referral) -> list[list[str]]:
    unknown = _("belum diketahui")
    return [
        [_("Nomor kasus"), case.number],
        [_("Kepada"), str(row.get_target_display())],
        [_("Cara masuk"), str(case.get_intake_display())],
        [_("Status"), str(case.get_state_display())],
        [_("Tanggal diketahui"), day(case.known_on)],
        [_("Tanggal kejadian"), day(case.happened_on) if case.happened_on else unknown],
        [_("Registrasi Bawaslu"), case.registration or _("belum ada")],
    ]


def _forms(case: Case) -> "QuerySet[ViolationForm]":
    return case.forms.order_by("code")


def _way(case: Case, opened: OpenedCase, zone: str) -> list[list[str]]:
    """Receipt first, then each step as it happened."""
    rows = [[moment(case.received_at, zone), _("Informasi awal diterima"), "", str(case.get_intake_display())]]
    for move in CaseMove.objects.filter(case=case).defer("reason"):
        paper = f"{move.paper_number}, {day(move.paper_date)}" if move.paper_date else ""
        rows.append([moment(move.at, zone), str(move.get_to_state_display()), paper, opened.reasons.get(move.pk, "")])
    return rows


def _evidence(each: dict[str, Any], zone: str) -> list[str]:
    row = each["row"]
    is_link = row.kind == EvidenceKind.LINK
    return [
        str(row.position), "–" if is_link else neutral_name(row), str(row.get_kind_display()),
        "–" if is_link else filesizeformat(row.size), moment(row.received_at, zone), row.sha256 or "–",
    ]  # fmt: skip


def _about(each: dict[str, Any]) -> str:
    return " · ".join(part for part in (each["link"], each["note"].replace("\n", " ")) if part)


def _check(row: Any, is_formal: bool, zone: str) -> list[str]:
    answer = {True: _("terpenuhi"), False: _("belum terpenuhi"), None: _("belum diperiksa")}[row.is_met]
    return [str(row.label), _("formal") if is_formal else _("materiel"), answer, moment(row.at, zone) if row.at else ""]
