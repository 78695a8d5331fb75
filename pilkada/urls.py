from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("admin/", admin.site.urls),
    path("bahasa/", login_not_required(set_language), name="set_language"),
    path("", include("districts.urls")),
    path("", include("logistics.urls")),
    path("", include("neutrality.urls")),
]

handler500 = "pilkada.logs.server_error"
