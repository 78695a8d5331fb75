from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.admin.keeping import KeeperAdmin, NoDeletion, RegionSearch
from districts.models import PollingStation, PollingStationRisk, RiskIndicator
from districts.outbox import mark_regencies_stale


@admin.register(RiskIndicator)
class RiskIndicatorAdmin(NoDeletion, KeeperAdmin):
    stale_cause = "risks"
    list_display = ["code", "variable", "name", "alone_high", "alone_medium"]
    search_fields = ["code", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []


class RiskInline(admin.TabularInline):
    model = PollingStationRisk
    fields = ["indicator", "note", "mitigation", "owner"]
    autocomplete_fields = ["indicator", "owner"]
    extra = 0


SHARE = {"village", "voters_male", "voters_female"}


@admin.register(PollingStation)
class PollingStationAdmin(RegionSearch, KeeperAdmin):
    region_field = "village"
    stale_cause = "tps"
    has_register = True
    list_display = ["code", "village_name", "kind", "voters", "is_estimate", "police_category", "signal"]
    list_filter = ["kind", "police_category", "is_estimate"]
    list_select_related = ["village"]
    search_fields = ["village__name"]
    search_help_text = _("kode wilayah, kode TPS (64.08.11.2001-005), atau bagian nama desa")
    autocomplete_fields = ["village"]
    readonly_fields = ["voters", "updated_at"]
    inlines = [RiskInline]
    ordering = ["village_id", "number"]  # the unique index, without a join to sort by
    sortable_by = ["code"]  # any other column would sort 820,000 rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        village, dash, number = search_term.strip().partition("-")
        if dash and number.isdigit() and len(number) <= 3:
            queryset, search_term = queryset.filter(number=int(number)), village
        return super().get_search_results(request, queryset, search_term)

    def save_model(self, request: HttpRequest, obj: PollingStation, form: ModelForm, change: bool) -> None:
        obj.updated_at = timezone.now()
        super().save_model(request, obj, form, change)
        # where a TPS lies and how many vote there is its share of the regency's goods: the neighbours have another one
        if not change or SHARE & set(form.changed_data):
            left = [form.initial["village"]] if change else []
            mark_regencies_stale(cause=self.stale_cause, codes=[obj.village_id, *left])

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: Any, change: bool) -> None:
        for risk in formset.save(commit=False):
            risk.updated_at = timezone.now()
        formset.save()

    def stale_codes(self, row: PollingStation) -> list[str]:
        return [row.village_id[:8]]

    @admin.display(description=_("kode"), ordering="village_id")
    def code(self, row: PollingStation) -> str:
        return row.code

    @admin.display(description=_("desa/kelurahan"))
    def village_name(self, row: PollingStation) -> str:
        return row.village.name
