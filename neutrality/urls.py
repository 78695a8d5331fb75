from django.urls import URLPattern, path, register_converter

from neutrality import converters
from neutrality.views import cases

register_converter(converters.CaseNumber, "kasus")

urlpatterns: list[URLPattern] = [
    # cases, for the handlers of a regency alone
    path("wilayah/<region:code>/netralitas/", cases.board, name="cases"),
    path("wilayah/<region:code>/netralitas/baru/", cases.new, name="case_new"),
    path("kasus/<kasus:number>/", cases.case, name="case"),
    path("kasus/<kasus:number>/langkah/", cases.move, name="case_move"),
    path("kasus/<kasus:number>/syarat/", cases.requirement, name="case_requirement"),
    path("kasus/<kasus:number>/terlapor/", cases.reported_add, name="case_reported_add"),
    path("kasus/<kasus:number>/hubungkan/", cases.link, name="case_link"),
    path("kasus/<kasus:number>/pelapor/", cases.reveal, name="case_reveal"),
]
