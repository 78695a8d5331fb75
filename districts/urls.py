from django.contrib.auth import views as auth
from django.urls import path, register_converter

from districts import converters
from districts.access import NATION
from districts.views import (
    account,
    compliance,
    dashboards,
    door,
    downloads,
    history,
    home,
    imports,
    issues,
    kecamatan,
    people,
    person,
    registers,
    reports,
    search,
    silent,
    start,
    windows,
)

register_converter(converters.RegionCode, "region")
register_converter(converters.KecamatanCode, "kecamatan")
register_converter(converters.SlotCode, "slot")
register_converter(converters.DownloadFormat, "unduh")

REPORT = "kecamatan/<kecamatan:code>/<slot:slot>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("masuk/", door.SignIn.as_view(), name="login"),
    path("keluar/", auth.LogoutView.as_view(), name="logout"),
    path("sandi/", door.PasswordChange.as_view(), name="password_change"),
    path("sandi/selesai/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("masuk/kode/", door.second_step, name="second_step"),
    path("akun/", account.account, name="account"),
    path("akun/keluar-semua/", account.sign_out_everywhere, name="sign_out_everywhere"),
    path("akun/kode/", account.second_factor, name="second_factor"),
    path("akun/kode/sandi/", account.second_factor_begin, name="second_factor_begin"),
    path("akun/kode/cadangan/", account.recovery_codes, name="recovery_codes"),
    path("akun/kode/lepas/", account.second_factor_off, name="second_factor_off"),
    path("mulai/", start.start, name="start"),
    path("gaya/", home.styleguide, name="styleguide"),
    # dashboards
    path("nasional/", dashboards.nation, name="nation"),
    path("wilayah/<region:code>/", dashboards.dashboard, name="dashboard"),
    path("cari/", search.search, name="search"),
    path("nasional/belum-lapor/", silent.nation, name="silent_nation"),
    path("wilayah/<region:code>/belum-lapor/", silent.silent, name="silent"),
    path("nasional/kepatuhan/", compliance.compliance, {"code": NATION}, name="compliance_nation"),
    path("wilayah/<region:code>/kepatuhan/", compliance.compliance, name="compliance"),
    path(
        "nasional/kepatuhan/unduh.<unduh:format>", compliance.export, {"code": NATION}, name="compliance_nation_export"
    ),
    path("wilayah/<region:code>/kepatuhan/unduh.<unduh:format>", compliance.export, name="compliance_export"),
    path("nasional/kendala/", issues.nation, name="issues_nation"),
    path("wilayah/<region:code>/kendala/", issues.board, name="issues"),
    # lists as tables
    path("nasional/unduh.<unduh:format>", downloads.units, {"code": NATION}, name="nation_export"),
    path("wilayah/<region:code>/unduh.<unduh:format>", downloads.units, name="dashboard_export"),
    path("nasional/belum-lapor/unduh.<unduh:format>", downloads.silent, {"code": NATION}, name="silent_nation_export"),
    path("wilayah/<region:code>/belum-lapor/unduh.<unduh:format>", downloads.silent, name="silent_export"),
    path("nasional/kendala/unduh.<unduh:format>", downloads.issues, {"code": NATION}, name="issues_nation_export"),
    path("wilayah/<region:code>/kendala/unduh.<unduh:format>", downloads.issues, name="issues_export"),
    path("kecamatan/<kecamatan:code>/kendala/unduh.<unduh:format>", downloads.issues, name="issues_kecamatan_export"),
    # registers, and files that bring many rows
    path("wilayah/<region:code>/data/", registers.registers, name="registers"),
    path("wilayah/<region:code>/data/<slug:kind>/", registers.register, name="register"),
    path("wilayah/<region:code>/data/<slug:kind>/unduh.<unduh:format>", registers.export, name="register_export"),
    path("impor/<int:pk>/", imports.preview, name="import_preview"),
    path("impor/<int:pk>/terapkan/", imports.apply, name="import_apply"),
    path("impor/contoh/<slug:kind>.<unduh:format>", imports.example, name="import_example"),
    # accounts
    path("nasional/orang/", people.people, name="people_nation"),
    path("nasional/orang/unduh.<unduh:format>", people.download, name="people_download_nation"),
    path("nasional/orang/kartu/", people.print_cards, name="people_cards_nation"),
    path("nasional/orang/impor/", people.import_people, name="people_import_nation"),
    path("nasional/orang/baru/", people.new_person, name="person_new_nation"),
    path("wilayah/<region:code>/orang/", people.people, name="people"),
    path("wilayah/<region:code>/orang/unduh.<unduh:format>", people.download, name="people_download"),
    path("wilayah/<region:code>/orang/kartu/", people.print_cards, name="people_cards"),
    path("wilayah/<region:code>/orang/impor/", people.import_people, name="people_import"),
    path("wilayah/<region:code>/orang/baru/", people.new_person, name="person_new"),
    path("orang/<int:pk>/", person.person, name="person"),
    path("orang/<int:pk>/riwayat/", history.person, name="person_history"),
    path("orang/<int:pk>/kartu/", person.card, name="person_card"),
    path("orang/<int:pk>/kode/", person.renew, name="person_renew"),
    path("orang/<int:pk>/peran/", person.give, name="person_role"),
    path("orang/<int:pk>/telepon/", person.phone, name="person_phone"),
    path("penugasan/<int:pk>/akhiri/", person.end, name="assignment_end"),
    # one kecamatan
    path("kecamatan/<kecamatan:code>/", kecamatan.kecamatan, name="kecamatan"),
    path("kecamatan/<kecamatan:code>/riwayat/", history.kecamatan, name="history"),
    path(REPORT, reports.report, name="report"),
    path(REPORT + "isi/", reports.form, name="report_form"),
    path(REPORT + "draf/", reports.save_draft_now, name="report_draft"),
    path(REPORT + "kirim/", reports.submit, name="report_submit"),
    path(REPORT + "foto/", reports.add_photo_now, name="report_photo_add"),
    path(REPORT + "foto/<int:position>/", reports.photo, name="report_photo"),
    path(REPORT + "tanda-terima/<str:receipt>/", reports.receipt, name="report_receipt"),
    path(REPORT + "<int:revision>/terima/", reports.accept, name="report_accept"),
    path(REPORT + "<int:revision>/kembalikan/", reports.send_back, name="report_return"),
    path(REPORT + "kontak/", silent.note_contact, name="contact_note"),
    path(REPORT + "jendela/", windows.open_window, name="report_window_open"),
    path(REPORT + "jendela/<int:pk>/akhiri/", windows.end_window, name="report_window_end"),
    path("kecamatan/<kecamatan:code>/keterjangkauan/", windows.reachability, name="reachability"),
    path(
        "kecamatan/<kecamatan:code>/keterjangkauan/<int:pk>/akhiri/", windows.end_reachability, name="reachability_end"
    ),
    # issues
    path("kecamatan/<kecamatan:code>/kendala/", issues.board, name="issues_kecamatan"),
    path("kecamatan/<kecamatan:code>/kendala/baru/", issues.raise_issue, name="issue_raise"),
    path("kendala/<int:pk>/", issues.issue, name="issue"),
    path("kendala/<int:pk>/tugaskan/", issues.assign, name="issue_assign"),
    path("kendala/<int:pk>/catat/", issues.note, name="issue_note"),
    path("kendala/<int:pk>/tutup/", issues.close, name="issue_close"),
]
