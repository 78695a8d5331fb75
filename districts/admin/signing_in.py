"""Signing in: which roles need a second factor, and who is locked out. The rest is on the person."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.sites import site
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts.admin.keeping import KeeperAdmin, NoDeletion, ReadOnlyAdmin
from districts.door.lockout import lift_lock
from districts.door.second_factor import remove_second_factor
from districts.door.signing_in import end_sessions
from districts.models import FailedSignIn, RolePolicy, User
from districts.requests import Request

# The library's own pages would show every secret to whoever keeps people.
for device in (TOTPDevice, StaticDevice):
    site.unregister(device)


@admin.register(RolePolicy)
class RolePolicyAdmin(NoDeletion, KeeperAdmin):
    list_display = ["role", "needs_second_factor"]
    list_editable = ["needs_second_factor"]
    search_fields = ["role"]
    readonly_fields = ["role"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # every role has its row


@admin.register(FailedSignIn)
class FailedSignInAdmin(ReadOnlyAdmin):
    """Deleting rows here is what the action does: the name may be tried again."""

    list_display = ["attempt_time", "username", "ip_address", "user_agent", "failures_since_start"]
    search_fields = ["username", "ip_address"]
    fields = ["attempt_time", "username", "ip_address", "user_agent", "path_info", "failures_since_start"]
    actions = ["lift"]

    @admin.action(description=gettext_lazy("Buka kunci nama-nama ini"), permissions=["view"])
    def lift(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        names = sorted(set(rows.values_list("username", flat=True)))
        for name in names:
            lift_lock(name)
        self.message_user(request, _("%(count)d nama dapat dicoba lagi.") % {"count": len(names)}, messages.SUCCESS)


def _refused(keeping: admin.ModelAdmin, request: Request, people: QuerySet[User]) -> bool:
    """Whether somebody among them is not in the hand of who asks; then nothing is done, and the page says who."""
    names = [person.username for person in people if not keeping.has_change_permission(request, person)]
    if names:
        said = _("Tidak dilakukan: hanya administrator utama yang mengurus akun administrator (%(names)s).")
        messages.error(request, said % {"names": ", ".join(names)})
    return bool(names)


@admin.action(description=gettext_lazy("Keluarkan dari semua perangkat (HP hilang)"), permissions=["change"])
def sign_out_people(keeping: admin.ModelAdmin, request: Request, people: QuerySet[User]) -> None:
    if _refused(keeping, request, people):
        return
    for person in people:
        end_sessions(user=person, by=request.user)
        keeping.log_change(request, person, _("Dikeluarkan dari semua perangkat."))
    messages.success(request, _("Semua sesi orang yang dipilih sudah berakhir."))


@admin.action(description=gettext_lazy("Lepas aplikasi kode (HP hilang)"), permissions=["change"])
def remove_factors(keeping: admin.ModelAdmin, request: Request, people: QuerySet[User]) -> None:
    if _refused(keeping, request, people):
        return
    for person in people:
        remove_second_factor(user=person, by=request.user)
        end_sessions(user=person, by=request.user)
        keeping.log_change(request, person, _("Aplikasi kode dilepas; semua sesi berakhir."))
    messages.success(request, _("Aplikasi kode orang yang dipilih dilepas. Mereka memasangnya lagi saat masuk."))
