from django.urls import URLPattern, path, register_converter

from districts.access import NATION
from logistics import converters
from logistics.views import (
    boards,
    handovers,
    imports,
    lists,
    packing,
    routes,
    shipments,
    stations,
    stock,
    stock_acts,
)

register_converter(converters.StationCode, "tps")
register_converter(converters.ShipmentCode, "kiriman")
register_converter(converters.ItemCode, "barang")

urlpatterns: list[URLPattern] = [
    # boards, the kecamatan's panel
    path("nasional/logistik/", boards.nation, name="logistics_nation"),
    path("nasional/logistik/unduh.<unduh:format>", boards.export, {"code": NATION}, name="logistics_nation_export"),
    path("wilayah/<region:code>/logistik/", boards.region, name="logistics"),
    path("wilayah/<region:code>/logistik/unduh.<unduh:format>", boards.export, name="logistics_export"),
    path("wilayah/<region:code>/logistik/tps.<unduh:format>", boards.export_stations, name="logistics_stations_export"),
    path("kecamatan/<kecamatan:code>/logistik/", boards.kecamatan, name="logistics_kecamatan"),
    # items and stock
    path("wilayah/<region:code>/logistik/barang/", stock.items, name="logistics_items"),
    path("wilayah/<region:code>/logistik/barang/unduh.<unduh:format>", lists.items, name="logistics_items_export"),
    path("wilayah/<region:code>/logistik/barang/<barang:item>/", stock.item, name="logistics_item"),
    path(
        "wilayah/<region:code>/logistik/barang/<barang:item>/unduh.<unduh:format>",
        stock.item_export,
        name="logistics_item_export",
    ),
    path("wilayah/<region:code>/logistik/terima/", stock_acts.receive, name="stock_receive"),
    path("wilayah/<region:code>/logistik/sortir/", stock_acts.sort, name="stock_sort"),
    path("wilayah/<region:code>/logistik/pengganti/", stock_acts.replacements, name="stock_replacements"),
    path(
        "wilayah/<region:code>/logistik/pengganti/unduh.<unduh:format>",
        lists.replacements,
        name="stock_replacements_export",
    ),
    path(
        "wilayah/<region:code>/logistik/pengganti/<int:pk>/kirim/",
        stock_acts.replacement_send,
        name="stock_replacement_send",
    ),
    path(
        "wilayah/<region:code>/logistik/pengganti/<int:pk>/terima/",
        stock_acts.replacement_receive,
        name="stock_replacement_receive",
    ),
    path("wilayah/<region:code>/logistik/cadangan/", stock_acts.reserve, name="stock_reserve"),
    path("wilayah/<region:code>/logistik/musnah/", stock_acts.destroy, name="stock_destroy"),
    path("wilayah/<region:code>/logistik/koreksi/<int:pk>/", stock_acts.correct, name="stock_correct"),
    # packing and the TPS
    path("kecamatan/<kecamatan:code>/logistik/kemas/", packing.packing, name="packing"),
    path("tps/<tps:station>/", stations.station, name="station"),
    path("tps/<tps:station>/kemas/", stations.station_pack, name="station_pack"),
    path("tps/<tps:station>/bongkar/", stations.station_unpack, name="station_unpack"),
    path("tps/<tps:station>/surat-suara/", stations.station_reconcile, name="station_reconcile"),
    # shipments
    path("kecamatan/<kecamatan:code>/logistik/kiriman/", shipments.shipments, name="shipments"),
    path("kecamatan/<kecamatan:code>/logistik/kiriman/unduh.<unduh:format>", lists.shipments, name="shipments_export"),
    path("kecamatan/<kecamatan:code>/logistik/kiriman/baru/", shipments.plan, name="shipment_plan"),
    path("kiriman/<kiriman:code>/", shipments.shipment, name="shipment"),
    path("kiriman/<kiriman:code>/rencana/", shipments.legs, name="shipment_legs"),
    path("kiriman/<kiriman:code>/berangkat/", shipments.departure, name="shipment_depart"),
    path("kiriman/<kiriman:code>/ruas/<int:pk>/", shipments.leg_times, name="shipment_leg_times"),
    path("kiriman/<kiriman:code>/tiba/", shipments.arrival, name="shipment_arrive"),
    path("kiriman/<kiriman:code>/batal/", shipments.cancellation, name="shipment_cancel"),
    path("kiriman/<kiriman:code>/hentikan/", shipments.stopping, name="shipment_stop"),
    path("kiriman/<kiriman:code>/manifes.pdf", shipments.manifest, name="shipment_manifest"),
    path("kecamatan/<kecamatan:code>/logistik/rute/", routes.routes, name="routes"),
    path("kecamatan/<kecamatan:code>/logistik/rute/pilih/", routes.choose, name="route_choose"),
    path("kecamatan/<kecamatan:code>/logistik/rute/<slug:hop>/<slug:plan>/", routes.route, name="route"),
    # hand-overs
    path("kiriman/<kiriman:code>/terima/", handovers.handover_receive, name="handover_receive"),
    path("kiriman/<kiriman:code>/kembali/", handovers.handover_take_back, name="handover_take_back"),
    path("kiriman/<kiriman:code>/serah-terima/", handovers.handover, name="handover"),
    path("kiriman/<kiriman:code>/serah-terima/foto/", handovers.handover_photo_add, name="handover_photo_add"),
    path("kiriman/<kiriman:code>/serah-terima/foto/<int:position>/", handovers.handover_photo, name="handover_photo"),
    path("kiriman/<kiriman:code>/serah-terima/tahu/", handovers.handover_acknowledge, name="handover_acknowledge"),
    path(
        "kiriman/<kiriman:code>/serah-terima/selesaikan/<int:pk>/",
        handovers.difference_settle,
        name="difference_settle",
    ),
    path("kiriman/<kiriman:code>/bast.pdf", handovers.handover_document, name="handover_document"),
    # files of the KPU liaison
    path("wilayah/<region:code>/logistik/impor/", imports.imports, name="imports"),
]
