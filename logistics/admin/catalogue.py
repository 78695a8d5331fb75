from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from districts.admin.keeping import KeeperAdmin, NoDeletion
from logistics.models import Item, NeedRule


class DefaultRuleInline(admin.TabularInline):
    """How much of the item is needed, by default and per election; an empty number is unknown and never zero."""

    model = NeedRule
    fields = ["election", "basis", "amount", "reserve", "source"]
    extra = 0


@admin.register(Item)
class ItemAdmin(NoDeletion, KeeperAdmin):
    """The catalogue, DOMAIN 3.2. What must be counted and how it is packed decides what a parcel needs."""

    stale_cause = "need"
    list_display = ["code", "name", "unit", "group", "packing", "per_contest", "must_count", "needs_sorting"]
    list_filter = ["group", "packing", "must_count"]
    search_fields = ["code", "name"]
    inlines = [DefaultRuleInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Movements of an item are per contest or not: that does not change under them."""
        return ["code", "per_contest"] if obj else []


@admin.register(NeedRule)
class NeedRuleAdmin(KeeperAdmin):
    """The numbers of KPU's decree are entered here, for one election or as the default. Colours follow."""

    stale_cause = "need"
    list_display = ["item", "basis", "amount", "reserve", "election", "source"]
    list_filter = ["basis", "election"]
    list_select_related = ["item", "election"]
    search_fields = ["item__code", "item__name"]
    autocomplete_fields = ["item", "election"]
    ordering = ["item__position", "basis", "election"]
