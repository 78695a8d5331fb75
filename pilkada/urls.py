from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("districts.urls")),
    path("", include("logistics.urls")),
    path("", include("neutrality.urls")),
]
