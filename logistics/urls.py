from django.urls import URLPattern, path, register_converter

from logistics import converters
from logistics.views import imports

register_converter(converters.StationCode, "tps")
register_converter(converters.ShipmentCode, "kiriman")
register_converter(converters.ItemCode, "barang")

urlpatterns: list[URLPattern] = [
    # boards, the kecamatan's panel
    # items and stock
    # packing and the TPS
    # shipments
    # hand-overs
    # import and export
    path("wilayah/<region:code>/logistik/impor/", imports.imports, name="imports"),
    path("impor/<int:pk>/", imports.preview, name="import_preview"),
    path("impor/<int:pk>/terapkan/", imports.apply, name="import_apply"),
    path("impor/contoh/<slug:kind>.<unduh:format>", imports.example, name="import_example"),
]
