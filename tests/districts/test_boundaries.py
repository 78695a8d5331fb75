"""Boundaries from a file: what is refused, what is matched, and what is drawn. Shapes are made up, near Kutai Timur."""

import gzip
import json
import re

import pytest
import shapely
from django.core.management import CommandError, call_command
from shapely.geometry import box, mapping

from districts.boards.overview import Drawn, Map
from districts.boundaries.drawing import draw
from districts.boundaries.matching import dotted, plain_name
from districts.models import Region, RegionMap, RegionOutline, RegionShape
from districts.templatetags.regions import region_map
from tests.districts.officials import roll_up, set_readiness, statements, text_of

#: Three neighbours in a row and an island; borders shared.
AREAS = {
    "64.08.04": box(117.0, 0.0, 117.5, 0.5),
    "64.08.06": box(117.5, 0.0, 118.0, 0.5),
    "64.08.11": shapely.union(box(118.0, 0.0, 118.5, 0.5), box(118.8, 0.1, 118.9, 0.2)),
}
KUTIM = "/wilayah/64.08/"


def collection(areas=None, properties=None, **more):
    """A FeatureCollection; `properties` makes those of a feature from its code."""
    said = properties or (lambda code: {"kode_kemendagri": code})
    features = [
        {"type": "Feature", "properties": said(code), "geometry": mapping(area)}
        for code, area in (areas or AREAS).items()
    ]
    return {"type": "FeatureCollection", "features": features, **more}


@pytest.fixture
def bring(tmp_path, capsys):
    """Imports a collection, or a text, as a file; what the command says."""

    def run(content, *options):
        path = tmp_path / "batas.geojson"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        call_command("import_boundaries", str(path), *options)
        return capsys.readouterr().out

    return run


def swapped(geometry):
    return shapely.transform(geometry, lambda points: points[:, ::-1])


def metres(geometry):
    return shapely.transform(geometry, lambda points: points * 111_000)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"type": "FeatureCollection", "features": [', "tidak terbaca sebagai JSON"),
        ("[]", "tidak ada daftar"),
        ({"type": "FeatureCollection", "features": []}, "Tidak ada Polygon"),
        (collection({code: swapped(area) for code, area in AREAS.items()}), "Sumbu koordinat tertukar"),
        (collection({code: metres(area) for code, area in AREAS.items()}), "dalam meter"),
        (collection({"64.08.04": box(10, 50, 11, 51)}), "di luar Indonesia"),
        (collection(crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32650"}}), "EPSG:4326"),
        (collection(properties=lambda code: {"a": "Bukan kecamatan"}), "Tidak ada bentuk yang cocok"),
        (
            {"features": [{"geometry": {"type": "Polygon", "coordinates": [[[117, 0], ["x", 1]]]}}]},
            "Bentuk nomor 1 rusak",
        ),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_with_what_to_do(world, bring, content, sentence):
    with pytest.raises(CommandError, match=re.escape(sentence)):
        bring(content)
    assert not RegionShape.objects.exists()


@pytest.mark.parametrize(
    "properties",
    [
        lambda code: {"kode_kemendagri": code},
        lambda code: {"KODE": code.replace(".", ""), "luas": "12.5"},
        lambda code: {"KODE": float(code.replace(".", ""))},
        lambda code: {"WADMKC": Region.objects.get(pk=code).name.upper(), "OBJECTID": 7},
        # codes of BPS are other regions' codes of the ministry: the names decide
        lambda code: {"bps": {"64.08.04": "64.08.06", "64.08.06": "64.08.11", "64.08.11": "64.08.04"}[code],
                      "nama": "Kec. " + Region.objects.get(pk=code).name},
    ],
)  # fmt: skip
def test_codes_and_names_are_found_whatever_the_columns_are_called(world, bring, properties):
    assert "3 wilayah cocok" in bring(collection(properties=properties))
    kept = {shape.pk: shapely.from_wkb(bytes(shape.geometry)) for shape in RegionShape.objects.all()}
    assert all(kept[code].equals_exact(area, 1e-9) or kept[code].equals(area) for code, area in AREAS.items())


def test_what_did_not_match_is_listed_by_name(world, bring):
    areas = AREAS | {"64.08.99": box(117, 1, 118, 2)}
    said = bring(collection(areas, lambda code: {"kode": code, "nama": f"Nama {code}"}))
    assert "tidak cocok dengan wilayah mana pun: 4: 64.08.99, Nama 64.08.99" in said


def test_a_place_has_a_map_only_when_all_its_regions_have_a_shape(world, bring):
    two = {code: area for code, area in AREAS.items() if code != "64.08.06"}
    said = bring(collection(two))
    assert "belum punya bentuk: Busang (64.08.06)" in said
    assert not RegionMap.objects.exists()
    bring(collection({"64.08.06": AREAS["64.08.06"]}))
    assert list(RegionMap.objects.values_list("pk", flat=True)) == ["64.08"]


def test_a_shape_far_from_the_registry_point_is_told(world, bring):
    Region.objects.filter(pk="64.08.06").update(latitude=2.9, longitude=115.0)
    assert "jauh dari titik registri; periksa apakah tertukar: Busang" in bring(collection())


def test_importing_again_gives_the_same_map(world, bring):
    bring(collection())
    before = list(RegionOutline.objects.order_by("region").values_list("region", "path", "mark_x", "mark_y"))
    bring(collection())
    assert list(RegionOutline.objects.order_by("region").values_list("region", "path", "mark_x", "mark_y")) == before


def corners(path):
    """The points of a path of whole steps."""
    found = []
    for start, steps in re.findall(r"M(-?\d+ -?\d+)l([^z]*)z", path):
        x, y = map(int, start.split())
        found.append((x, y))
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            found.append((x, y))
    return found


def wavy(west, north_side):
    """Kecamatan-like neighbours whose common border has a thousand points."""
    border = [(117 + i / 1000, 0.5 + 0.02 * ((i * 7919) % 13) / 13) for i in range(1001)]
    outer = [(118, 1.0), (117, 1.0)] if north_side else [(118, 0.0), (117, 0.0)]
    return shapely.Polygon([*border, *outer])


def test_neighbours_share_their_border_after_it_was_simplified():
    drawing = draw({"a": wavy(117, True), "b": wavy(117, False)})
    upper, lower = (set(corners(drawing.outlines[code].path)) for code in "ab")
    shared = upper & lower
    assert len(shared) > 10
    assert {point for point in upper if point not in shared} <= {(0, 0), (drawing.width, 0)}


def test_a_hundred_and_five_kecamatan_take_twelve_kilobytes_at_most(world):
    """Borders as crooked as real ones, each link with its name and colour."""
    rows, areas = 15, {}
    for number in range(105):
        column, row = divmod(number, rows)
        x, y = 114 + column * 0.7, -2 + row * 0.35
        rim = [(0.0, 0.0), (0.7, 0.0), (0.7, 0.35), (0.0, 0.35)]
        bent = [
            (x + ax + (bx - ax) * step / 40 + jog(ax + x, step), y + ay + (by - ay) * step / 40 + jog(ay + y, step))
            for (ax, ay), (bx, by) in zip(rim, rim[1:] + rim[:1], strict=True)
            for step in range(40)
        ]
        areas[f"64.{column + 1:02d}.{row + 1:02d}"] = shapely.make_valid(shapely.Polygon(bent))
    drawing = draw(areas)
    shown = [
        Drawn(
            f"Long Kecamatan {code}", f"/kecamatan/{code}/", outline.path, outline.mark, outline.room, number % 5, 71.4
        )
        for number, (code, outline) in enumerate(drawing.outlines.items())
    ]
    svg = region_map(Map(drawing.width, drawing.height, shown), "Kalimantan Timur")
    assert svg.count("<a ") == 105
    assert len(gzip.compress(svg.encode())) <= 12_000


def jog(seed, step):
    return 0.012 * (((int(seed * 1000) + step * 7919) % 17) / 17 - 0.5) if 0 < step < 40 else 0.0


def test_the_smallest_island_of_a_region_alone_is_still_there():
    drawing = draw({"a": box(117, 0, 119, 2), "b": box(119.5, 0, 119.5001, 0.0001)})
    assert drawing.outlines["b"].path


def test_the_dashboard_draws_the_map_and_every_kecamatan_is_a_link_with_its_state(world, as_user, bring):
    bring(collection())
    roll_up(world)
    set_readiness("64.08.11", level=4, score=41)
    page = text_of(as_user("desk-kutim").get(KUTIM))
    drawn = re.search(r'<svg class="map".*?</svg>', page, re.DOTALL)[0]
    assert re.findall(r'href="(/kecamatan/[^"]+)"', drawn) == [f"/kecamatan/{code}/" for code in AREAS]
    assert 'aria-label="Sandaran: Belum siap 41"' in drawn
    assert 'class="tiles"' not in page
    assert '<a href="?peta=petak">' in page


def test_tiles_stay_one_tap_away(world, as_user, bring):
    bring(collection())
    roll_up(world)
    page = text_of(as_user("desk-kutim").get(KUTIM + "?peta=petak&warna=merah"))
    assert 'class="tiles"' in page
    assert '<svg class="map"' not in page
    assert '<a href="?warna=merah">' in page


def test_without_boundaries_there_are_tiles_and_no_word_of_a_map(world, as_user):
    roll_up(world)
    client = as_user("desk-kutim")
    page = text_of(client.get(KUTIM))
    assert 'class="tiles"' in page
    assert "batas wilayah" not in page


def test_a_map_costs_one_statement(world, as_user, bring):
    roll_up(world)
    client = as_user("desk-kutim")
    tiles, _page = statements(client, KUTIM)
    bring(collection())
    assert statements(client, KUTIM)[0] == tiles + 1


def test_a_region_that_does_not_vote_is_drawn_without_a_state(world, as_user, bring):
    mahulu = {"64.11.01": box(115, 0, 115.5, 0.5), "64.11.03": box(115.5, 0, 116, 0.5)}
    bring(collection(AREAS | mahulu))
    world.election.regions.set(["64.08"])
    roll_up(world)
    drawn = re.search(r'<svg class="map".*?</svg>', text_of(as_user("desk-kaltim").get("/wilayah/64/")), re.DOTALL)[0]
    assert drawn.count('class="map-out"') == 2
    assert drawn.count("<a ") == 3


def test_names_and_codes_are_read_as_people_write_them():
    assert dotted("640811") == dotted("64.08.11") == dotted("640811.0") == "64.08.11"
    assert dotted("6404061") == dotted("64-08") == ""  # seven digits are of BPS
    assert plain_name("Kec. LONG MESANGAT") == plain_name("Long  Mesangat")
