from django.urls import URLPattern, path, register_converter

from districts.access import NATION
from neutrality import converters
from neutrality.views import case_history, cases, events, evidence, outreach, public, referrals, statistics

register_converter(converters.CaseNumber, "kasus")

urlpatterns: list[URLPattern] = [
    # cases, for the handlers of a regency alone
    path("wilayah/<region:code>/netralitas/", cases.board, name="cases"),
    path("wilayah/<region:code>/netralitas/baru/", cases.new, name="case_new"),
    path("kasus/<kasus:number>/", cases.case, name="case"),
    path("kasus/<kasus:number>/riwayat/", case_history.case_history, name="case_history"),
    path("kasus/<kasus:number>/langkah/", cases.move, name="case_move"),
    path("kasus/<kasus:number>/syarat/", cases.requirement, name="case_requirement"),
    path("kasus/<kasus:number>/terlapor/", cases.reported_add, name="case_reported_add"),
    path("kasus/<kasus:number>/hubungkan/", cases.link, name="case_link"),
    path("kasus/<kasus:number>/pelapor/", cases.reveal, name="case_reveal"),
    # what proves a case, and what went out: for the same handlers
    path("kasus/<kasus:number>/berkas/", evidence.proof, name="case_proof"),
    path("kasus/<kasus:number>/bukti/", evidence.evidence_add, name="evidence_add"),
    path("kasus/<kasus:number>/tautan/", evidence.link_add, name="evidence_link_add"),
    path("kasus/<kasus:number>/bukti/<int:position>/", evidence.evidence, name="evidence"),
    path("kasus/<kasus:number>/bukti/<int:position>/asli/", evidence.evidence_original, name="evidence_original"),
    path("kasus/<kasus:number>/rujukan/", referrals.referral_make, name="referral_make"),
    path("kasus/<kasus:number>/rujukan/<int:pk>/surat.pdf", referrals.referral_letter, name="referral_letter"),
    path("kasus/<kasus:number>/rujukan/<int:pk>/paket.zip", referrals.referral_package, name="referral_package"),
    path("kasus/<kasus:number>/rujukan/<int:pk>/jawaban/", referrals.referral_answer, name="referral_answer"),
    path("kasus/<kasus:number>/sanksi/", referrals.sanction_note, name="sanction_note"),
    # figures about cases: small numbers hidden; `own` for the handlers alone
    path("nasional/netralitas/statistik/", statistics.nation, name="neutrality_stats_nation"),
    path(
        "nasional/netralitas/statistik/unduh.<unduh:format>",
        statistics.export,
        {"code": NATION},
        name="neutrality_stats_nation_export",
    ),
    path("wilayah/<region:code>/netralitas/statistik/", statistics.region, name="neutrality_stats"),
    path(
        "wilayah/<region:code>/netralitas/statistik/unduh.<unduh:format>",
        statistics.export,
        name="neutrality_stats_export",
    ),
    path("wilayah/<region:code>/netralitas/statistik/penangan/", statistics.own, name="neutrality_stats_own"),
    # for everybody, without an account
    path("netralitas/", public.page, name="neutrality_public"),
    path("netralitas/lapor/", public.tip, name="tip_new"),
    path("netralitas/lapor/tenggat/", public.deadline, name="tip_deadline"),
    path("netralitas/status/", public.status, name="tip_status"),
    # outreach, for everybody whose scope covers the place
    path("nasional/sosialisasi/", outreach.nation, name="outreach_nation"),
    path("nasional/sosialisasi/unduh.<unduh:format>", outreach.export, {"code": NATION}, name="outreach_nation_export"),
    path("wilayah/<region:code>/sosialisasi/", outreach.region, name="outreach"),
    path("wilayah/<region:code>/sosialisasi/kalender/", outreach.calendar, name="outreach_calendar"),
    path("wilayah/<region:code>/sosialisasi/unduh.<unduh:format>", outreach.export, name="outreach_export"),
    path(
        "wilayah/<region:code>/sosialisasi/kegiatan.<unduh:format>",
        outreach.export_events,
        name="outreach_events_export",
    ),
    path("kecamatan/<kecamatan:code>/sosialisasi/", outreach.kecamatan, name="outreach_kecamatan"),
    path("kecamatan/<kecamatan:code>/sosialisasi/baru/", events.event_new, name="event_new"),
    path("kecamatan/<kecamatan:code>/ikrar/", events.pledge_note, name="pledge_note"),
    path("kegiatan/<int:pk>/", events.event, name="event"),
    path("kegiatan/<int:pk>/laksana/", events.event_hold, name="event_hold"),
    path("kegiatan/<int:pk>/batal/", events.event_cancel, name="event_cancel"),
    path("kegiatan/<int:pk>/foto/", events.event_photo_add, name="event_photo_add"),
    path("kegiatan/<int:pk>/foto/<int:position>/", events.event_photo, name="event_photo"),
]
