from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from districts.admin.keeping import ReadOnlyAdmin, RegionSearch
from districts.models import ContactAttempt, Report
from districts.reports.fields import FIELDS, SECTIONS, Kind, ReportField


def answer(field: ReportField) -> Any:
    """A line of the form as it was answered, under the label it has there. Yes and no are signs, unknown is a dash."""

    def shown(row: Report) -> Any:
        given = getattr(row, field.name)
        if field.choices and given:
            codes = given if isinstance(given, list) else [given]
            return ", ".join(str(field.choices(code).label) for code in codes)
        return ", ".join(given) if isinstance(given, list) else given

    shown.__name__ = field.name
    label: Any = field.label
    decorate: Any = admin.display(description=label, boolean=field.kind is Kind.BOOLEAN)
    return decorate(shown)


ANSWERS = {section: [answer(field) for field in FIELDS if field.section == section] for section in SECTIONS}
SENDING = [
    "receipt", "kecamatan", "election", "slot", "revision", "submitted_by", "submitted_at", "channel", "on_behalf_of",
    "unchanged", "fall_reason", "decision", "decided_by", "decided_at", "decision_reason",
]  # fmt: skip


@admin.register(Report)
class ReportAdmin(RegionSearch, ReadOnlyAdmin):
    region_field = "kecamatan"
    list_display = ["receipt", "kecamatan", "slot", "revision", "submitted_at", "submitted_by", "channel", "decision"]
    list_filter = ["channel", "decision"]
    list_select_related = ["kecamatan", "election", "expected", "submitted_by", "decided_by"]
    search_fields = ["kecamatan__name"]
    search_help_text = _("kode atau nama kecamatan")
    ordering = ["-pk"]
    readonly_fields: ClassVar[Any] = ["slot", *(each for section in ANSWERS.values() for each in section)]
    fieldsets: ClassVar[Any] = [
        (_("Pengiriman"), {"fields": SENDING}),
        *((title, {"fields": ANSWERS[section]}) for section, title in SECTIONS.items()),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description=_("periode"))
    def slot(self, row: Report) -> str:
        return row.expected.slot


@admin.register(ContactAttempt)
class ContactAttemptAdmin(RegionSearch, ReadOnlyAdmin):
    region_field = "expected__kecamatan"
    list_display = ["at", "kecamatan", "by", "channel", "outcome"]
    list_filter = ["outcome"]
    list_select_related = ["expected__kecamatan", "by"]
    search_fields = ["expected__kecamatan__name"]
    search_help_text = _("kode atau nama kecamatan")
    fields = ["at", "kecamatan", "by", "channel", "outcome", "note"]
    readonly_fields = ["kecamatan"]
    ordering = ["-pk"]

    @admin.display(description=_("kecamatan"))
    def kecamatan(self, row: ContactAttempt) -> str:
        return str(row.expected.kecamatan)
