from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from districts.admin.keeping import ReadOnlyAdmin, RegionSearch
from logistics.models import Document, Movement, Parcel, ParcelMove, Place


class MovementInline(admin.TabularInline):
    model = Movement
    fields = ["item", "contest", "quantity", "from_place", "to_place", "corrects"]
    readonly_fields = ["item", "contest", "quantity", "from_place", "to_place", "corrects"]
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super().get_queryset(request).select_related("item", "from_place__region", "to_place__region", "corrects")
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ParcelMoveInline(admin.TabularInline):
    model = ParcelMove
    fields = ["at", "from_stage", "to_stage", "document"]
    readonly_fields = ["at", "from_stage", "to_stage", "document"]
    extra = 0
    can_delete = False
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("document")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Place)
class PlaceAdmin(RegionSearch, ReadOnlyAdmin):
    list_display = ["kind", "region", "election"]
    list_filter = ["kind"]
    list_select_related = ["region", "election"]
    search_fields = ["region__name"]
    search_help_text = _("kode atau nama wilayah")
    ordering = ["-pk"]


@admin.register(Document)
class DocumentAdmin(RegionSearch, ReadOnlyAdmin):
    """One act with its lines. A mistake is undone on the item's page, by a counter-movement with a reason."""

    region_field = "regency"
    list_display = ["kind", "number", "regency", "kecamatan", "happened_at", "recorded_at", "by"]
    list_filter = ["kind"]
    list_select_related = ["regency", "kecamatan", "by"]
    search_fields = ["regency__name"]
    search_help_text = _("kode atau nama kabupaten/kota")
    inlines = [MovementInline]
    ordering = ["-pk"]


@admin.register(Movement)
class MovementAdmin(RegionSearch, ReadOnlyAdmin):
    region_field = "document__regency"
    list_display = ["recorded_at", "document", "item", "contest", "quantity", "from_place", "to_place"]
    list_filter = ["contest"]
    list_select_related = ["document", "item", "from_place__region", "to_place__region"]
    search_fields = ["document__regency__name"]
    search_help_text = _("kode atau nama kabupaten/kota")
    ordering = ["-pk"]
    sortable_by = ()  # any column would sort every movement of the nation


@admin.register(Parcel)
class ParcelAdmin(RegionSearch, ReadOnlyAdmin):
    region_field = "polling_station__village"
    list_display = ["polling_station", "village_name", "stage", "stage_at", "shipment"]
    list_filter = ["stage"]
    list_select_related = ["polling_station__village", "shipment"]
    search_fields = ["polling_station__village__name"]
    search_help_text = _("kode atau nama desa, kecamatan, kabupaten")
    inlines = [ParcelMoveInline]
    ordering = ["-pk"]
    sortable_by = ()  # likewise

    @admin.display(description=_("desa/kelurahan"))
    def village_name(self, row: Parcel) -> str:
        return row.polling_station.village.name
