"""The administration site: for staff, in our words, entered through our own sign-in page."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from districts.door.second_factor import lacks_second_factor


class AdministrationSite(admin.AdminSite):
    site_title = _("Administrasi SIAP Pilkada")
    site_header = _("Administrasi SIAP Pilkada")
    index_title = _("Data acuan, orang, dan ambang")

    def has_permission(self, request: HttpRequest) -> bool:
        """Nor without the second factor, whatever the middleware did."""
        return super().has_permission(request) and not lacks_second_factor(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """On the page everybody uses, where guesses are counted."""
        return redirect("password_change")

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Strangers go to the sign-in page everybody uses; a person who is no administrator has no business here."""
        if lacks_second_factor(request):
            return redirect("second_factor")
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index")))
