from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from districts.admin.keeping import KeeperAdmin, RegionSearch
from logistics.models import RouteLeg


@admin.register(RouteLeg)
class RouteLegAdmin(RegionSearch, KeeperAdmin):
    """The usual way into a kecamatan, leg by leg; KPU keeps its own on the kecamatan's route page."""

    region_field = "kecamatan"
    list_display = ["kecamatan", "hop", "village", "plan", "position", "origin", "destination", "mode", "hours"]
    list_filter = ["hop", "plan", "mode"]
    list_select_related = ["kecamatan", "village"]
    search_fields = ["kecamatan__name"]
    search_help_text = _("kode atau nama kecamatan")
    autocomplete_fields = ["kecamatan", "village"]
    readonly_fields = ["updated_at"]
    ordering = ["kecamatan_id", "hop", "village_id", "plan", "position"]
