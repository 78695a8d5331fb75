from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from districts.admin.keeping import KeeperAdmin, NoDeletion, RegionSearch
from districts.models import Contact, KecamatanProfile, Region, RegionLevel, VillageProfile


class LevelFilter(admin.SimpleListFilter):
    """By level, without asking the table which levels there are."""

    title = _("tingkat")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [(level.value, str(level.label)) for level in RegionLevel]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(level=self.value()) if (self.value() or "").isdigit() else queryset


class KecamatanProfileInline(admin.StackedInline):
    model = KecamatanProfile


class VillageProfileInline(admin.StackedInline):
    model = VillageProfile


@admin.register(Region)
class RegionAdmin(RegionSearch, NoDeletion, KeeperAdmin):
    """Regions come and change with `load_regions`; by hand their name and place."""

    region_field = "code"
    stale_cause = "regions"
    list_display = ["code", "name", "level", "time_zone"]
    list_filter = [LevelFilter, "time_zone"]
    search_fields = ["name", "code"]
    search_help_text = _("kode (titik boleh tidak ditulis) atau bagian nama")
    fields = ["code", "name", "parent", "level", "time_zone", "latitude", "longitude", "tile_row", "tile_column"]
    readonly_fields = ["code", "parent", "level", "time_zone"]
    list_select_related = True
    ordering = ["code"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_inlines(self, request: HttpRequest, obj: Region | None) -> list[Any]:
        inlines: dict[int, list[Any]] = {
            RegionLevel.KECAMATAN: [KecamatanProfileInline],
            RegionLevel.VILLAGE: [VillageProfileInline],
        }
        return inlines.get(obj.level, []) if obj else []

    def stale_codes(self, row: Region) -> list[str]:
        """Only a profile changes colours: of a kecamatan, or of a village in one. Names are shown, not counted."""
        return [row.code[:8]] if row.level >= RegionLevel.KECAMATAN else []


@admin.register(KecamatanProfile)
class KecamatanProfileAdmin(RegionSearch, KeeperAdmin):
    stale_cause = "profile"
    list_display = ["region", "is_hard", "kpps_handover", "pledge_total"]
    list_filter = ["is_hard", "kpps_handover"]
    list_select_related = ["region"]
    search_fields = ["region__name"]
    autocomplete_fields = ["region"]
    ordering = ["region_id"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["region"] if obj else []

    def stale_codes(self, row: KecamatanProfile) -> list[str]:
        return [row.region_id]


@admin.register(VillageProfile)
class VillageProfileAdmin(RegionSearch, KeeperAdmin):
    stale_cause = "profile"
    has_register = True
    list_display = ["region", "access_mode", "signal", "has_backup_device", "office_mbps", "office_tested_on"]
    list_filter = ["access_mode", "signal"]
    list_select_related = ["region"]
    search_fields = ["region__name"]
    autocomplete_fields = ["region"]
    readonly_fields = ["updated_at"]
    ordering = ["region_id"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["region", "updated_at"] if obj else ["updated_at"]

    def stale_codes(self, row: VillageProfile) -> list[str]:
        return [row.region_id[:8]]


@admin.register(Contact)
class ContactAdmin(RegionSearch, KeeperAdmin):
    has_register = True
    list_display = ["name", "office", "region", "phone"]
    list_select_related = ["region"]
    search_fields = ["region__name"]
    search_help_text = _("kode atau nama wilayah")
    autocomplete_fields = ["region"]
    ordering = ["region_id", "office", "pk"]
