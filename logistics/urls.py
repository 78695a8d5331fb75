from django.urls import URLPattern, register_converter

from logistics import converters

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
]
