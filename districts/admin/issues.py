from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from districts.admin.keeping import ReadOnlyAdmin, RegionSearch
from districts.models import Issue, IssueNote


class NoteInline(admin.TabularInline):
    model = IssueNote
    fields = ["at", "by", "state", "text"]
    readonly_fields = ["at", "by", "state", "text"]
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Issue)
class IssueAdmin(RegionSearch, ReadOnlyAdmin):
    region_field = "kecamatan"
    list_display = ["title", "kecamatan", "kind", "category", "level", "state", "owner", "due_at"]
    list_filter = ["kind", "category", "level", "state"]
    list_select_related = ["kecamatan", "owner"]
    search_fields = ["kecamatan__name"]
    search_help_text = _("kode atau nama kecamatan")
    fields = [
        "election", "kecamatan", "kind", "category", "topic", "title", "detail", "level", "state", "owner", "due_at",
        "raised_by", "raised_at", "report", "occurred_at", "place", "action_taken", "needs_help", "closed_by",
        "closed_at",
    ]  # fmt: skip
    inlines = [NoteInline]
    ordering = ["-pk"]
