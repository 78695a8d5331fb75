from itertools import combinations
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from districts.access import APART
from districts.admin.keeping import KeeperAdmin, NoDeletion, ReadOnlyAdmin, RegionSearch
from districts.admin.signing_in import remove_factors, sign_out_people
from districts.models import Agency, Assignment, SignInCode, User


class PersonCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "name"]


class PersonChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


class RolesFormSet(BaseInlineFormSet):
    """All roles of one person together. Django leaves out a rule over rows that names the person, whose field is not shown."""

    def clean(self) -> None:
        super().clean()
        valid = [form for form in self.forms if form.is_valid() and not form.cleaned_data.get("DELETE")]
        apart = [form.instance for form in valid if form.instance.role in APART]
        if any(one.role != other.role and _meet(one, other) for one, other in combinations(apart, 2)):
            raise ValidationError(
                _(
                    "Camat dan stafnya tidak menangani netralitas: kedua peran itu tidak dapat dirangkap pada hari yang sama."
                )
            )


def _meet(one: Assignment, other: Assignment) -> bool:
    """Whether both are held on some day."""
    first = max(one.valid_from, other.valid_from)
    return all(row.valid_until is None or first <= row.valid_until for row in (one, other))


class AssignmentInline(admin.TabularInline):
    """What the person may see and do, where and how long. An assignment that was acted on is ended, not deleted."""

    model = Assignment
    formset = RolesFormSet
    fk_name = "user"
    autocomplete_fields = ["region"]
    readonly_fields = ["ended_by", "ended_at", "end_reason"]
    extra = 0


@admin.register(User)
class PersonAdmin(NoDeletion, KeeperAdmin, UserAdmin):
    """People are switched off, never deleted: they acted."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ["username", "name", "phone", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["username", "name", "phone"]
    ordering = ["username"]
    filter_horizontal = ["groups", "user_permissions"]
    readonly_fields = ["last_login", "date_joined"]
    inlines = [AssignmentInline]
    actions = [sign_out_people, remove_factors]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Orang"), {"fields": ["name", "phone", "email"]}),
        (
            _("Hak administrasi"),
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        (_("Catatan"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["username", "name", "usable_password", "password1", "password2"]})
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Only a superuser makes administrators: others could give themselves everything."""
        if request.user.is_superuser:
            return self.readonly_fields
        return [*self.readonly_fields, "is_staff", "is_superuser", "groups", "user_permissions"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Likewise only a superuser changes another administrator, their password above all."""
        if obj and (obj.is_staff or obj.is_superuser) and obj != request.user and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)


@admin.register(Assignment)
class AssignmentAdmin(RegionSearch, KeeperAdmin):
    list_display = ["user", "role", "region", "valid_from", "valid_until"]
    list_filter = ["role"]
    list_select_related = ["user", "region"]
    search_fields = ["region__name"]
    search_help_text = _("kode atau nama wilayah")
    readonly_fields = ["ended_by", "ended_at", "end_reason"]
    autocomplete_fields = ["user", "region"]
    ordering = ["-pk"]


@admin.register(SignInCode)
class SignInCodeAdmin(ReadOnlyAdmin):
    """Which codes were issued, used and revoked; the codes themselves are on paper only."""

    list_display = ["user", "desk", "issued_by", "issued_at", "expires_at", "used_at", "revoked_at"]
    list_select_related = ["user", "desk", "issued_by"]
    search_fields = ["user__username", "user__name"]
    exclude = ["digest"]
    ordering = ["-issued_at"]


@admin.register(Agency)
class AgencyAdmin(NoDeletion, KeeperAdmin):
    list_display = ["code", "name"]
    search_fields = ["code", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []
